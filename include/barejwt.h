/* barejwt 0.1.0: HS256 JSON Web Tokens, without heap, clock, files or global state.
 *
 * Made by .ci/header from ffi/barejwt.h.in and ffi/src: do not edit. MIT OR Apache-2.0.
 *
 * THE ORDER OF CALLS
 *
 *     A server, once:              barejwt_key_init
 *       at each request:           barejwt_authenticate
 *       with any other token:      barejwt_verify
 *       at login:                  barejwt_issue_pair
 *       to trade a refresh token:  barejwt_verify_refresh, then barejwt_refresh_renew
 *       at the end:                barejwt_key_wipe
 *     A client, at login:          barejwt_pair_from_answer, barejwt_session_init
 *       before each call:          barejwt_session_next
 *
 * What most programs need:
 *
 *     barejwt_key key;
 *     if (barejwt_key_init(&key, secret, secret_len) != BAREJWT_OK) return refuse_to_start();
 *
 *     uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
 *     barejwt_claims claims;
 *     barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
 *     barejwt_status st = barejwt_verify(&key, token, token_len, &want, now,
 *                                        scratch, sizeof scratch, &claims);
 *     if (st != BAREJWT_OK) return fail(barejwt_strerror(st));
 *     printf("%.*s\n", (int)claims.sub.len, claims.sub.ptr);
 *     barejwt_key_wipe(&key);
 *
 * THE SITE means a system with the tokens of Cloudreve v4: access and refresh tokens that have token_type,
 * sub, exp and nbf. Tokens of any other system are BAREJWT_TYPE_JWT.
 *
 * OWNERSHIP. You allocate everything: structs, buffers, scratch. The library has no memory of its own and
 * frees none. A struct may be on the stack, static or on a heap. A string in a result points into one of
 * your buffers, which the comment of the struct names. The string is valid until the buffer changes.
 *
 * STRINGS are a pointer and a length, and need no NUL. BAREJWT_LIT and BAREJWT_CSTR give both for C
 * strings. But a token or challenge that the library writes ends with a NUL.
 *
 * TIME is an argument: seconds since 1970 in 64 bits. A now of zero or less is refused, because a clock
 * that was never set would make every token fresh.
 *
 * THREADS. Functions keep state only in your structs. Any number of threads may read a key, a complete
 * keyring or verified claims at once. Results and scratch belong to one call at a time.
 *
 * ERRORS. 0 is the only success. A compiler warns if you ignore a status. Every result is zeroed on entry,
 * so that a refused call leaves no identity, no token and no claim behind. In the lists of statuses,
 * misuse means the statuses from 100 on. Every function with a status can return misuse.
 *
 * POINTERS. While a function runs, a pointer must be valid for the length beside it, or for the struct that
 * it points to. Memory that the function reads must be initialised, and nobody may write it meanwhile. Nobody
 * else may use memory that the function writes. The same holds for pointers inside structs. It also holds for
 * memory that a keyring, claims, a refresh token or a session still points to: slots, scratch buffer and
 * tokens must still be there. If a function may read a struct before another function has filled it in, fill
 * the struct with zeros first. A struct for a result and a scratch buffer need not be initialised. The scratch
 * buffer is zeroed if a token is refused.
 *
 * All other misuse is checked, and has statuses of its own:
 * - NULL, and lengths beyond any object;
 * - structs that are misaligned, zeroed, wiped or of another size;
 * - a result or buffer that overlaps anything else of the call;
 * - a scratch buffer that was used for something else.
 *
 * ENUMERATIONS are uint32_t and macros, because C compilers disagree about the size of an enum. */

#ifndef BAREJWT_H
#define BAREJWT_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header. barejwt_version tells the version of the library. */
#define BAREJWT_VERSION "0.1.0"
/* major * 10000 + minor * 100 + patch */
#define BAREJWT_VERSION_NUMBER 100

/* Makes the compiler warn if the result of a function is ignored. */
#if defined(__cplusplus) && __cplusplus >= 201703L
#define BAREJWT_MUST_USE [[nodiscard]]
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
#define BAREJWT_MUST_USE [[nodiscard]]
#elif defined(__GNUC__)
#define BAREJWT_MUST_USE __attribute__((warn_unused_result))
#else
#define BAREJWT_MUST_USE
#endif

/* The pointer and the length of a string literal, as two arguments. */
#define BAREJWT_LIT(literal) ("" literal), (sizeof(literal) - 1)
/* The pointer and the length of a NUL-terminated string, as two arguments. It needs <string.h>, and
 * evaluates string twice. */
#define BAREJWT_CSTR(string) (string), strlen(string)
/* A string literal as a barejwt_str, for the fields of structs. */
#ifdef __cplusplus
#define BAREJWT_STR(literal) barejwt_str{"" literal, sizeof(literal) - 1}
#else
/* Needs C99. */
#define BAREJWT_STR(literal) ((barejwt_str){"" literal, sizeof(literal) - 1})
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A string in your memory, or a static string. NULL with length 0 means no string. */
typedef struct {
  /* The first byte. The string need not end with a NUL. NULL if there is no string. */
  const char *ptr;
  /* Bytes. */
  size_t len;
} barejwt_str;

/* The result of every function that can fail: BAREJWT_OK, which is 0 and the only success, or the
 * BAREJWT_E_ number of the check that failed. The numbers are at the end of this file. */
typedef int32_t barejwt_status;

/* ---- Keys ---------------------------------------------------------------------------------------
 *
 * Prepare a key once, which costs a few hashes. Then share it by pointer.
 *
 *     barejwt_key key;
 *     barejwt_status st = barejwt_key_init(&key, secret, secret_len);
 *     ...
 *     barejwt_key_wipe(&key); */

/* Fewest bytes of a secret that barejwt_key_init takes (RFC 7518 3.2). */
#define BAREJWT_KEY_MIN 32

/* A prepared key, 88 bytes on every target. You allocate it and never look inside. A copy is a key too:
 * wipe it like the original. barejwt_keyring has a member key of this type. */
typedef struct {
  /* Private. */
  uint64_t opaque[11];
} barejwt_key;

/* Prepares a key from a secret of BAREJWT_KEY_MIN bytes or more. The secret is not kept. Wipe your own
 * copy of it.
 *
 * BAREJWT_E_KEY_TOO_SHORT, BAREJWT_E_KEY_BLANK; misuse. After a refusal the key is not ready, and every use
 * of it is refused. */
BAREJWT_MUST_USE
barejwt_status barejwt_key_init(barejwt_key *key,
                                const void *secret,
                                size_t secret_len);

/* Prepares a key from a secret that may be weak: short, even 1 byte, or blank. An attacker who holds one
 * token can try every short secret offline. Use this only for keys that cannot be changed.
 *
 * BAREJWT_E_KEY_TOO_SHORT if the secret is empty; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_key_init_weak(barejwt_key *key,
                                     const void *secret,
                                     size_t secret_len);

/* Wipes a key: every later use of it is BAREJWT_E_NOT_READY. key may be NULL or never filled in. Wipe a
 * keyring with barejwt_keyring_wipe: this function would leave the keys in its slots. */
void barejwt_key_wipe(barejwt_key *key);

/* ---- Keyrings -----------------------------------------------------------------------------------
 *
 * A keyring is for key rotation. A token is verified with the key that its kid names (RFC 7515 4.1.4).
 * Other keys are never tried. A single key ignores the kid.
 *
 *     barejwt_slot slots[2];
 *     barejwt_keyring ring;
 *     st = barejwt_keyring_init(&ring, slots, 2);
 *     st = barejwt_keyring_add(&ring, BAREJWT_LIT("2026-10"), &old_key, BAREJWT_RING_WITHOUT_KID);
 *     st = barejwt_keyring_add(&ring, BAREJWT_LIT("2026-11"), &new_key, BAREJWT_RING_SIGNS);
 *     st = barejwt_verify(&ring.key, token, token_len, ...);
 *     barejwt_keyring_wipe(&ring); */

/* Most bytes of a kid. */
#define BAREJWT_KID_MAX 63

/* The key also signs. Every key of a keyring verifies the tokens that name it. */
#define BAREJWT_RING_SIGNS 1

/* The key also verifies tokens that have no kid, such as tokens from before keys had names. If no key
 * has this bit, such a token is BAREJWT_E_KID_MISSING. */
#define BAREJWT_RING_WITHOUT_KID 2

/* Several keys. The keyring points to its slots, which must stay where they are while you use the
 * keyring. */
typedef struct {
  /* Pass &ring.key wherever a function takes a key. */
  barejwt_key key;
} barejwt_keyring;

/* Room for one key of a keyring and its kid. You need not initialise it. */
typedef struct {
  /* Private. */
  uint64_t opaque[18];
} barejwt_slot;

/* Makes an empty keyring of capacity slots.
 *
 * BAREJWT_E_KEYRING_EMPTY if capacity is 0; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_keyring_init(barejwt_keyring *ring,
                                    barejwt_slot *slots,
                                    size_t capacity);

/* Copies key into the next slot, under the name kid. uses is 0 or BAREJWT_RING_ bits. If several keys are
 * given the same use, the last one added gets it. Do not call this while another thread uses the ring. A
 * refused call changes nothing.
 *
 * BAREJWT_E_KID_INVALID, BAREJWT_E_KID_DUPLICATE, BAREJWT_E_KEYRING_FULL, BAREJWT_E_NOT_READY,
 * BAREJWT_E_OPTION; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_keyring_add(barejwt_keyring *ring,
                                   const char *kid,
                                   size_t kid_len,
                                   const barejwt_key *key,
                                   uint32_t uses);

/* Wipes a keyring and the keys in its slots. ring may be NULL or all zeros. */
void barejwt_keyring_wipe(barejwt_keyring *ring);

/* ---- Sizes of buffers ---------------------------------------------------------------------------
 *
 * These constants are for static buffers. They are enough at any time, and include the final NUL. sub_len
 * is the number of bytes that sub takes in JSON. Each byte counts once, but a quote, a backslash and the
 * control characters \b \f \n \r \t count twice, and other control characters count six times. If you add
 * members, add their bytes to sub_len.
 *
 *     char token[BAREJWT_ACCESS_TOKEN_MAX(4)];
 *     uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
 *
 * To learn the size of one token at run time, sign with NULL as out and 0 as its size: see
 * barejwt_sign_access. */

/* The number of base64url characters for this number of bytes. */
#define BAREJWT_BASE64_LEN(bytes) ((bytes) / 3 * 4 + ((bytes) % 3 * 4 + 2) / 3)
/* A token with a claims set of json_len bytes. */
#define BAREJWT_JSON_TOKEN_MAX(json_len) (36 + 1 + BAREJWT_BASE64_LEN(json_len) + 1 + 43 + 1)
/* An access token. */
#define BAREJWT_ACCESS_TOKEN_MAX(sub_len) BAREJWT_JSON_TOKEN_MAX((sub_len) + 84)
/* A refresh token. */
#define BAREJWT_REFRESH_TOKEN_MAX(sub_len) BAREJWT_JSON_TOKEN_MAX((sub_len) + 145)
/* A token for another system. */
#define BAREJWT_JWT_TOKEN_MAX(sub_len) BAREJWT_JSON_TOKEN_MAX((sub_len) + 62)
/* The bytes that a kid of kid_len bytes adds to each of these sizes, if a keyring signs. */
#define BAREJWT_KID_ROOM(kid_len) (BAREJWT_BASE64_LEN((kid_len) + 36) - 36)
/* Scratch for any token of token_len bytes. If sub has no JSON escapes, three quarters of token_len are
 * enough. */
#define BAREJWT_SCRATCH_MAX(token_len) (((token_len) / 4 * 3 + (token_len) % 4 * 3 / 4) * 2)
/* A WWW-Authenticate value. */
#define BAREJWT_WWW_AUTHENTICATE_MAX(realm_len) ((realm_len) + 119)

/* ---- Signing ------------------------------------------------------------------------------------
 *
 *     char token[BAREJWT_ACCESS_TOKEN_MAX(4)];
 *     size_t len;
 *     st = barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), now, BAREJWT_ACCESS_LIFETIME,
 *                              token, sizeof token, &len);
 *
 * A token for a device that logs in to an MQTT broker, in a buffer of exactly its length:
 *
 *     barejwt_to_sign what = BAREJWT_TO_SIGN_JWT;
 *     what.sub = BAREJWT_STR("device-42");
 *     what.members = BAREJWT_STR("{\"iss\":\"plant-7\",\"acl\":[\"telemetry/42\"]}");
 *     st = barejwt_sign(&key, &what, now, NULL, 0, &len); // BAREJWT_E_OUTPUT_TOO_SMALL
 *     char *token = malloc(len);
 *     st = barejwt_sign(&key, &what, now, token, len, &len); */

/* Seconds that an access token usually lives: one hour. */
#define BAREJWT_ACCESS_LIFETIME 3600

/* Seconds that a refresh token usually lives: 180 days. */
#define BAREJWT_REFRESH_LIFETIME 15552000

/* Bytes of a state hash. */
#define BAREJWT_STATE_HASH_BYTES 32

/* A token for barejwt_sign to sign. Begin with BAREJWT_TO_SIGN_ACCESS, BAREJWT_TO_SIGN_REFRESH or
 * BAREJWT_TO_SIGN_JWT, and set sub. */
typedef struct {
  /* sizeof(barejwt_to_sign) in your header: see barejwt_validation. */
  uint32_t struct_size;
  /* BAREJWT_TYPE_ACCESS or BAREJWT_TYPE_REFRESH makes a token of the site, with token_type, sub, exp and
   * nbf, and in a refresh token state_hash. BAREJWT_TYPE_JWT makes a token for any other system, with
   * sub, iat and exp. */
  uint32_t token_type;
  /* Seconds from now to exp. */
  uint32_t lifetime;
  /* The subject. */
  barejwt_str sub;
  /* BAREJWT_STATE_HASH_BYTES bytes: your digest of the account's credential state. Only a refresh token
   * has it; for other tokens it is NULL. */
  const uint8_t *state_hash;
  /* Your own members: one strict JSON object. Its members follow the standard members unchanged. ptr
   * NULL and {} add none. */
  barejwt_str members;
} barejwt_to_sign;

/* Signs an access token for sub: valid from now, in seconds since 1970, for lifetime seconds.
 *
 * Zeroes all of out, then writes the token and a NUL. *out_len is the token's length without the NUL. After
 * BAREJWT_E_OUTPUT_TOO_SMALL it is the bytes that out needs, the NUL included. To ask for this size, pass
 * NULL as out and 0 as out_size.
 *
 * BAREJWT_E_OUTPUT_TOO_SMALL, BAREJWT_E_CLOCK_NOT_SET, BAREJWT_E_LIFETIME_ZERO,
 * BAREJWT_E_TIME_OVERFLOW, BAREJWT_E_SUBJECT_EMPTY, BAREJWT_E_KID_NOT_IN_KEYRING if no key of the
 * keyring signs; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_sign_access(const barejwt_key *key,
                                   const char *sub,
                                   size_t sub_len,
                                   int64_t now,
                                   uint32_t lifetime,
                                   char *out,
                                   size_t out_size,
                                   size_t *out_len);

/* Signs a refresh token for sub, as barejwt_sign_access does. state_hash is
 * BAREJWT_STATE_HASH_BYTES bytes: your digest of the account's credential state.
 *
 * At login, barejwt_issue_pair is usually simpler. */
BAREJWT_MUST_USE
barejwt_status barejwt_sign_refresh(const barejwt_key *key,
                                    const char *sub,
                                    size_t sub_len,
                                    const uint8_t *state_hash,
                                    int64_t now,
                                    uint32_t lifetime,
                                    char *out,
                                    size_t out_size,
                                    size_t *out_len);

/* Signs a token with your own members, or for another system. It is valid from now, in seconds since 1970.
 * out, out_size and out_len are as in barejwt_sign_access.
 *
 * BAREJWT_E_JSON_TO_SIGN; BAREJWT_E_MEMBER_RESERVED for a member that the library writes itself;
 * BAREJWT_E_OPTION if token_type is none of the three numbers, or if state_hash is set and the token is
 * not a refresh token; the statuses of barejwt_sign_access. */
BAREJWT_MUST_USE
barejwt_status barejwt_sign(const barejwt_key *key,
                            const barejwt_to_sign *what,
                            int64_t now,
                            char *out,
                            size_t out_size,
                            size_t *out_len);

/* Signs a claims set that you have written: one strict JSON object with any members. By default
 * barejwt_verify requires token_type, sub, exp and nbf. out, out_size and out_len are as in
 * barejwt_sign_access.
 *
 * BAREJWT_E_JSON_TO_SIGN, BAREJWT_E_OUTPUT_TOO_SMALL, BAREJWT_E_KID_NOT_IN_KEYRING; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_sign_json(const barejwt_key *key,
                                 const char *json,
                                 size_t json_len,
                                 char *out,
                                 size_t out_size,
                                 size_t *out_len);

/* An access token of the site, for an hour. You set sub. */
#define BAREJWT_TO_SIGN_ACCESS                                                                     \
    {sizeof(barejwt_to_sign), BAREJWT_TYPE_ACCESS, BAREJWT_ACCESS_LIFETIME, {NULL, 0},             \
     NULL, {NULL, 0}}
/* A refresh token of the site, for 180 days. You set sub and state_hash. */
#define BAREJWT_TO_SIGN_REFRESH                                                                    \
    {sizeof(barejwt_to_sign), BAREJWT_TYPE_REFRESH, BAREJWT_REFRESH_LIFETIME, {NULL, 0},           \
     NULL, {NULL, 0}}
/* A token for any other system, for an hour. You set sub. */
#define BAREJWT_TO_SIGN_JWT                                                                        \
    {sizeof(barejwt_to_sign), BAREJWT_TYPE_JWT, BAREJWT_ACCESS_LIFETIME, {NULL, 0},                \
     NULL, {NULL, 0}}

/* ---- Claims -------------------------------------------------------------------------------------
 *
 * Verifying gives claims. To read one claim by name:
 *
 *     barejwt_value role;
 *     st = barejwt_claims_get(&claims, BAREJWT_LIT("role"), NULL, 0, &role);
 *     if (st == BAREJWT_OK && role.kind == BAREJWT_VALUE_STRING) ... */

/* token_type: the token has no token_type, the rules do not look at it, or there is no token. */
#define BAREJWT_TYPE_ABSENT 0

/* token_type: an access token. */
#define BAREJWT_TYPE_ACCESS 1

/* token_type: a refresh token. */
#define BAREJWT_TYPE_REFRESH 2

/* In a barejwt_validation: an access token or a refresh token. Do not authorise calls with this rule,
 * because it lets refresh tokens pass. */
#define BAREJWT_TYPE_ANY 3

/* In barejwt_validation and barejwt_to_sign: a token of any other system. Here token_type and state_hash
 * are members like any other. */
#define BAREJWT_TYPE_JWT 4

/* The claim token_type, as a bit of a set. */
#define BAREJWT_CLAIM_TOKEN_TYPE 1

/* The claim sub. */
#define BAREJWT_CLAIM_SUB 2

/* The claim exp. */
#define BAREJWT_CLAIM_EXP 4

/* The claim nbf. */
#define BAREJWT_CLAIM_NBF 8

/* The claim state_hash. */
#define BAREJWT_CLAIM_STATE_HASH 16

/* The claim iss. */
#define BAREJWT_CLAIM_ISS 32

/* The claim aud. */
#define BAREJWT_CLAIM_AUD 64

/* The claim iat. */
#define BAREJWT_CLAIM_IAT 128

/* The claim jti. */
#define BAREJWT_CLAIM_JTI 256

/* The JOSE header of a token. */
#define BAREJWT_PART_HEADER 1

/* The claims set of a token. */
#define BAREJWT_PART_PAYLOAD 2

/* The bytes are not UTF-8. */
#define BAREJWT_JSON_NOT_UTF8 1

/* The text is not an object. */
#define BAREJWT_JSON_NOT_OBJECT 2

/* A character stands where the grammar does not allow it, or the text ends early. */
#define BAREJWT_JSON_SYNTAX 3

/* A string holds an unescaped control character. */
#define BAREJWT_JSON_CONTROL_CHARACTER 4

/* A string holds an unknown escape or a lone surrogate. */
#define BAREJWT_JSON_BAD_ESCAPE 5

/* Two members have the same name. */
#define BAREJWT_JSON_DUPLICATE_NAME 6

/* There are more than 64 members. */
#define BAREJWT_JSON_TOO_MANY_MEMBERS 7

/* Values nest deeper than 32 levels. */
#define BAREJWT_JSON_TOO_DEEP 8

/* Bytes follow the object. */
#define BAREJWT_JSON_TRAILING_BYTES 9

/* More than four names have the same hash as an earlier name. This does not happen by chance. The names
 * may all differ. */
#define BAREJWT_JSON_NAMES_ALIKE 10

/* The data of a refusal, to act on. A field that the status does not mention is 0. The detail holds no
 * token text, key byte or expected value, so that you may log it. */
typedef struct {
  /* Seconds since 1970: the token's exp for BAREJWT_E_EXPIRED, its nbf for BAREJWT_E_NOT_YET_VALID, its
   * iat for BAREJWT_E_ISSUED_IN_FUTURE and BAREJWT_E_TOO_OLD. */
  int64_t time;
  /* The now of the call. It was compared with time. */
  int64_t now;
  /* Bytes that the buffer, or max_token_len, must have. */
  size_t needed;
  /* BAREJWT_E_JSON: byte offset of the fault in the decoded part. */
  size_t at;
  /* Set of BAREJWT_CLAIM_ bits: the missing claims, or the faulty claim. */
  uint32_t claims;
  /* A BAREJWT_PART_ number: the part that has the fault. */
  uint32_t part;
  /* A BAREJWT_JSON_ number: what is wrong with the JSON. */
  uint32_t problem;
  /* BAREJWT_E_TOKEN_TYPE_WRONG: the type that the token has. */
  uint32_t token_type;
} barejwt_detail;

/* kind: there is no value. */
#define BAREJWT_VALUE_ABSENT 0

/* kind: a string. text is the unescaped string, which may hold any character, NUL too. */
#define BAREJWT_VALUE_STRING 1

/* kind: a number; text is the number as written. */
#define BAREJWT_VALUE_NUMBER 2

/* kind: an object; text is its JSON. */
#define BAREJWT_VALUE_OBJECT 3

/* kind: an array; text is its JSON. */
#define BAREJWT_VALUE_ARRAY 4

/* kind: true or false; integer is 1 or 0. */
#define BAREJWT_VALUE_BOOL 5

/* kind: null. */
#define BAREJWT_VALUE_NULL 6

/* The claims of a token whose signature, type and times were checked. All strings point into the
 * scratch buffer of the call: do not change the buffer while you use them. After a refusal all is 0
 * except the detail. */
typedef struct {
  /* The subject, unescaped. NULL only if the rules allow a token without sub, or ignore sub. It may
   * hold any character, such as a line break or a NUL: take care where you write it. */
  barejwt_str sub;
  /* The whole claims set as it was signed: one strict JSON object. No name is repeated at its top
   * level. */
  barejwt_str json;
  /* Seconds since 1970, with a fraction rounded down. 0 if absent or ignored: see has. */
  int64_t exp;
  /* Seconds since 1970, with a fraction rounded up. 0 if absent or ignored: see has. */
  int64_t nbf;
  /* BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_REFRESH or BAREJWT_TYPE_ABSENT. */
  uint32_t token_type;
  /* Set of BAREJWT_CLAIM_ bits: the claims that the token has and the rules look at. */
  uint32_t has;
  /* The reason why there are no claims. */
  barejwt_detail detail;
  /* Private: says whether there are claims. */
  uint32_t state;
  /* Private: tells whether json is still there. */
  size_t checksum;
} barejwt_claims;

/* The value of one claim. */
typedef struct {
  /* The text of the value. It points into the scratch buffer of the claims, into the buffer of the call,
   * or to a static string. */
  barejwt_str text;
  /* The number, if is_integer is 1; 1 for true. */
  int64_t integer;
  /* After BAREJWT_E_OUTPUT_TOO_SMALL: bytes that the buffer needs. */
  size_t needed;
  /* A BAREJWT_VALUE_ number. */
  uint32_t kind;
  /* 1 if the number is written without fraction and exponent and fits int64_t. */
  uint32_t is_integer;
} barejwt_value;

/* Finds the claim with exactly this name in verified claims. Their scratch buffer must be unchanged.
 *
 * A string with JSON escapes is unescaped into buffer. If you expect no escapes, buffer may be NULL with
 * size 0.
 *
 * BAREJWT_E_CLAIM_ABSENT, BAREJWT_E_OUTPUT_TOO_SMALL (see value->needed), BAREJWT_E_NOT_READY,
 * BAREJWT_E_SCRATCH_CHANGED. */
BAREJWT_MUST_USE
barejwt_status barejwt_claims_get(const barejwt_claims *claims,
                                  const char *name,
                                  size_t name_len,
                                  void *buffer,
                                  size_t buffer_size,
                                  barejwt_value *value);

/* ---- Rules --------------------------------------------------------------------------------------
 *
 *     barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
 *     want.leeway = 30;
 *
 * For the tokens of another system:
 *
 *     barejwt_validation want = BAREJWT_VALIDATION_JWT;
 *     want.issuer = BAREJWT_STR("https://auth.example.com");
 *     want.audience = BAREJWT_STR("api"); */

/* Most bytes of a token, if max_token_len is 0. */
#define BAREJWT_TOKEN_LEN_DEFAULT 8192

/* Most characters of a header segment. */
#define BAREJWT_HEADER_MAX 1024

/* The rules that a token must meet. Begin with BAREJWT_VALIDATION_ACCESS, BAREJWT_VALIDATION_REFRESH or
 * BAREJWT_VALIDATION_JWT. A field that is 0 or NULL adds no rule and relaxes no rule. */
typedef struct {
  /* sizeof(barejwt_validation) in your header. Later versions may add fields at the end. They accept the
   * smaller struct of an older header, and read the missing fields as 0. A library that is older than your
   * header refuses the call, so that no rule is skipped. */
  uint32_t struct_size;
  /* BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_REFRESH, BAREJWT_TYPE_ANY or BAREJWT_TYPE_JWT. 0 means
   * BAREJWT_TYPE_ACCESS. The first three require token_type, sub, exp and nbf, and in a refresh token
   * state_hash. BAREJWT_TYPE_JWT requires only exp. */
  uint32_t token_type;
  /* Set of BAREJWT_CLAIM_ bits: claims that are also required. This set overrides allow_missing and
   * ignore. If you require aud, set audience too: without an audience a token that has an aud is refused. */
  uint32_t require;
  /* Set of BAREJWT_CLAIM_ bits: claims that may be missing, even if issuer, audience or max_age would
   * require them. A claim that is present is still checked. A token without exp never expires. */
  uint32_t allow_missing;
  /* Set of BAREJWT_CLAIM_ bits: claims that are not looked at, whatever type they have. Use it for systems
   * that write a number as sub, or if aud is not yours to check. A claim is still checked if sub, issuer,
   * audience, max_age or require needs it. A token whose exp is ignored never expires. If token_type is
   * ignored, a refresh token passes too. */
  uint32_t ignore;
  /* Seconds that are allowed after exp, before nbf and on each side of max_age, because clocks differ. */
  uint32_t leeway;
  /* Most seconds since iat (RFC 7519 4.1.6). If it is not 0, iat is required and must not be in the
   * future. */
  uint32_t max_age;
  /* Most bytes of a token; 0 means BAREJWT_TOKEN_LEN_DEFAULT. */
  size_t max_token_len;
  /* The subject that the token must have (RFC 7519 4.1.2), compared unescaped and exactly. ptr NULL
   * accepts any subject. */
  barejwt_str sub;
  /* The issuer that the token must have (RFC 7519 4.1.1), compared unescaped and exactly. With ptr NULL
   * iss is not looked at. */
  barejwt_str issuer;
  /* The audience that aud must name (RFC 7519 4.1.3), as a string or in an array of strings. With ptr NULL
   * a token that has an aud is refused, unless aud is ignored. */
  barejwt_str audience;
  /* The media type that the header's typ must be. Case and a leading application/ do not matter.
   * With ptr NULL typ is not looked at. */
  barejwt_str typ;
} barejwt_validation;

/* Rules for an access token of the site, with nothing relaxed. */
#define BAREJWT_VALIDATION_ACCESS                                                                  \
    {sizeof(barejwt_validation), BAREJWT_TYPE_ACCESS, 0, 0, 0, 0, 0, 0, {NULL, 0},                 \
     {NULL, 0}, {NULL, 0}, {NULL, 0}}
/* Rules for a refresh token of the site, with nothing relaxed. */
#define BAREJWT_VALIDATION_REFRESH                                                                 \
    {sizeof(barejwt_validation), BAREJWT_TYPE_REFRESH, 0, 0, 0, 0, 0, 0, {NULL, 0},                \
     {NULL, 0}, {NULL, 0}, {NULL, 0}}
/* Rules for a token of any other system: exp is required, and nothing else. */
#define BAREJWT_VALIDATION_JWT                                                                     \
    {sizeof(barejwt_validation), BAREJWT_TYPE_JWT, 0, 0, 0, 0, 0, 0, {NULL, 0},                    \
     {NULL, 0}, {NULL, 0}, {NULL, 0}}

/* ---- Verifying ----------------------------------------------------------------------------------
 *
 *     uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
 *     barejwt_claims claims;
 *     st = barejwt_verify(&key, token, token_len, &want, now, scratch, sizeof scratch, &claims);
 *     if (st == BAREJWT_E_EXPIRED) late_by = claims.detail.now - claims.detail.time; */

/* Verifies a token: first its length and dots, then its header, then its signature, and only then its payload
 * and the rules of want. now is in seconds since 1970.
 *
 * The signature covers the header too. To read the header after a BAREJWT_OK, pass the same token to
 * barejwt_decode_unverified, with another scratch buffer.
 *
 * The statuses in the order of the checks: misuse (100 and more); BAREJWT_E_CLOCK_NOT_SET;
 * BAREJWT_E_TOKEN_TOO_LONG, BAREJWT_E_SEGMENT_COUNT, BAREJWT_E_HEADER_TOO_LONG, BAREJWT_E_BASE64,
 * BAREJWT_E_JSON; BAREJWT_E_ALG_MISSING, BAREJWT_E_ALG_NOT_HS256, BAREJWT_E_CRIT_UNSUPPORTED,
 * BAREJWT_E_NESTED_TOKEN, BAREJWT_E_TYP_WRONG, BAREJWT_E_KID_NOT_STRING, BAREJWT_E_KID_MISSING,
 * BAREJWT_E_KID_UNKNOWN; BAREJWT_E_SIGNATURE_INVALID; then BAREJWT_E_BASE64 and BAREJWT_E_JSON of the
 * payload, BAREJWT_E_CLAIM_TYPE, BAREJWT_E_NUMERIC_DATE_RANGE, BAREJWT_E_TOKEN_TYPE_UNKNOWN,
 * BAREJWT_E_SUBJECT_EMPTY, BAREJWT_E_STATE_HASH_MALFORMED; BAREJWT_E_TOKEN_TYPE_WRONG,
 * BAREJWT_E_CLAIMS_MISSING, BAREJWT_E_SUBJECT_WRONG, BAREJWT_E_ISSUER_WRONG,
 * BAREJWT_E_AUDIENCE_UNEXPECTED, BAREJWT_E_AUDIENCE_WRONG, BAREJWT_E_NOT_YET_VALID, BAREJWT_E_EXPIRED,
 * BAREJWT_E_ISSUED_IN_FUTURE, BAREJWT_E_TOO_OLD. BAREJWT_E_SCRATCH_TOO_SMALL comes at the first step for
 * which the scratch buffer is too small. */
BAREJWT_MUST_USE
barejwt_status barejwt_verify(const barejwt_key *key,
                              const char *token,
                              size_t token_len,
                              const barejwt_validation *want,
                              int64_t now,
                              void *scratch,
                              size_t scratch_size,
                              barejwt_claims *claims);

/* Bytes of scratch that are enough for any token of token_len bytes. It is BAREJWT_SCRATCH_MAX as a
 * function. */
size_t barejwt_scratch_size(size_t token_len);

/* ---- Authorising a request ----------------------------------------------------------------------
 *
 *     barejwt_identity who;
 *     st = barejwt_authenticate(&key, BAREJWT_AUTH_OPTIONAL, header, header_len, &want, now,
 *                               scratch, sizeof scratch, &who);
 *     if (st != BAREJWT_OK) {
 *         char challenge[BAREJWT_WWW_AUTHENTICATE_MAX(3)];
 *         size_t len;
 *         if (barejwt_www_authenticate(st, BAREJWT_LIT("api"), challenge, sizeof challenge, &len)
 *             == BAREJWT_OK) add_header("WWW-Authenticate", challenge);
 *         return answer(barejwt_http_status(st));
 *     }
 *     if (who.kind == BAREJWT_IDENTITY_USER) greet(who.claims.sub); */

/* auth: a call without a valid access token is refused. */
#define BAREJWT_AUTH_REQUIRED 0

/* auth: the header may be absent: then the call is anonymous. A header that is present but bad is an
 * error, never a silent anonymous call. */
#define BAREJWT_AUTH_OPTIONAL 1

/* auth: the header is not looked at, and the call is anonymous. */
#define BAREJWT_AUTH_NONE 2

/* kind: the call was refused. */
#define BAREJWT_IDENTITY_REFUSED 0

/* kind: the user that the claims name. */
#define BAREJWT_IDENTITY_USER 1

/* kind: no user is named. */
#define BAREJWT_IDENTITY_ANONYMOUS 2

/* Who is calling. */
typedef struct {
  /* The user's claims, if kind is BAREJWT_IDENTITY_USER. Otherwise all is 0 except the detail. */
  barejwt_claims claims;
  /* A BAREJWT_IDENTITY_ number. */
  uint32_t kind;
} barejwt_identity;

/* Finds out who is calling, from the value of an Authorization header. NULL with length 0 means no header;
 * an empty string means a malformed header. Do not turn one into the other. The other arguments are as in
 * barejwt_verify. They are checked even with BAREJWT_AUTH_NONE.
 *
 * Only an access token with a sub identifies a caller, whatever type want allows. With BAREJWT_TYPE_JWT, or
 * if token_type is ignored, any token with a sub identifies a caller, unless its token_type is refresh. If
 * you then also ignore sub, take the caller from another claim.
 *
 * BAREJWT_E_AUTHORIZATION_MISSING, BAREJWT_E_AUTHORIZATION_SCHEME, BAREJWT_E_AUTHORIZATION_MALFORMED,
 * BAREJWT_E_OPTION if auth is none of the three numbers, and the statuses of barejwt_verify. */
BAREJWT_MUST_USE
barejwt_status barejwt_authenticate(const barejwt_key *key,
                                    uint32_t auth,
                                    const char *header,
                                    size_t header_len,
                                    const barejwt_validation *want,
                                    int64_t now,
                                    void *scratch,
                                    size_t scratch_size,
                                    barejwt_identity *identity);

/* Finds the token in the value of an Authorization header. The token points into header.
 *
 * BAREJWT_E_AUTHORIZATION_MISSING for NULL with length 0, BAREJWT_E_AUTHORIZATION_SCHEME if the scheme is
 * not Bearer, BAREJWT_E_AUTHORIZATION_MALFORMED; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_bearer_token(const char *header,
                                    size_t header_len,
                                    barejwt_str *token);

/* The HTTP status of the answer to a request that ended in status (RFC 6750 3.1). It is 200 for
 * BAREJWT_OK, 400 for a malformed header, 401 for a refused or missing token, and 500 for a fault of
 * the server. */
uint32_t barejwt_http_status(barejwt_status status);

/* Writes the value of the WWW-Authenticate header for a request that ended in status, and a NUL. The
 * value has the realm, and the error with its description if RFC 6750 3.1 wants an error. out, out_size
 * and out_len are as in barejwt_sign_access.
 *
 * BAREJWT_E_NO_CHALLENGE if barejwt_http_status gives 200 or 500, BAREJWT_E_REALM_INVALID unless realm is
 * printable ASCII without quotes and backslashes, BAREJWT_E_OUTPUT_TOO_SMALL; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_www_authenticate(barejwt_status status,
                                        const char *realm,
                                        size_t realm_len,
                                        char *out,
                                        size_t out_size,
                                        size_t *out_len);

/* ---- Pairs: logging in and refreshing -----------------------------------------------------------
 *
 *     char access[BAREJWT_ACCESS_TOKEN_MAX(4)], refresh[BAREJWT_REFRESH_TOKEN_MAX(4)];
 *     barejwt_pair_options options = BAREJWT_PAIR_OPTIONS;
 *     barejwt_pair pair;
 *     st = barejwt_issue_pair(&key, BAREJWT_LIT("lUpa"), hash, &options, now,
 *                             access, sizeof access, refresh, sizeof refresh, &pair);
 *
 * Later, when the client sends the refresh token:
 *
 *     barejwt_refresh token;
 *     barejwt_validation want = BAREJWT_VALIDATION_REFRESH;
 *     st = barejwt_verify_refresh(&key, sent, sent_len, &want, now,
 *                                 scratch, sizeof scratch, &token);
 *     const uint8_t *account_hash = look_up(token.unconfirmed.sub);
 *     st = barejwt_refresh_renew(&key, &token, account_hash, &options,
 *                                access, sizeof access, refresh, sizeof refresh, &pair); */

/* Options for a new pair. Begin with BAREJWT_PAIR_OPTIONS: the usual lifetimes, and no members of your
 * own. */
typedef struct {
  /* sizeof(barejwt_pair_options) in your header: see barejwt_validation. */
  uint32_t struct_size;
  /* Seconds that the access token lives. */
  uint32_t access_lifetime;
  /* Seconds that the refresh token lives. */
  uint32_t refresh_lifetime;
  /* Your own members for the access token: one strict JSON object. Its members follow the standard
   * members unchanged; {} adds none. In a first pair ptr NULL adds none. In a renewal, if ptr is NULL
   * for both tokens, each new token gets the members of the old token. Otherwise set both: the new
   * tokens get these members and no others. */
  barejwt_str access_members;
  /* The same for the refresh token. */
  barejwt_str refresh_members;
} barejwt_pair_options;

/* Two tokens and the times at which they expire. The tokens point into your two buffers, or into the
 * login answer that was read. */
typedef struct {
  /* The access token. */
  barejwt_str access_token;
  /* The refresh token. */
  barejwt_str refresh_token;
  /* Seconds since 1970. */
  int64_t access_expires;
  /* Seconds since 1970. */
  int64_t refresh_expires;
  /* After BAREJWT_E_OUTPUT_TOO_SMALL: bytes that the buffer needs, the NUL included. If both buffers
   * are too small, it is the size for the access token. To ask for both sizes, call twice: first
   * with NULL and 0 for both buffers, then with NULL and 0 only for the refresh token. */
  size_t needed;
} barejwt_pair;

/* A refresh token whose signature, type and times were checked, but whose state hash was not compared
 * yet. It points into the scratch buffer of its call: do not change the buffer while you use it. */
typedef struct {
  /* The claims of the token: look up the account of their sub. They identify nobody before the hash is
   * compared, and barejwt_claims_get refuses them. After a refusal their detail says why. */
  barejwt_claims unconfirmed;
  /* The time at which the token was verified, in seconds since 1970. */
  int64_t now;
  /* The hash that the token has. */
  uint8_t state_hash[BAREJWT_STATE_HASH_BYTES];
  /* Private: SHA-256 of the texts, which tells whether they are still there. */
  uint8_t digest[32];
} barejwt_refresh;

/* Issues a pair for sub, valid from now, in seconds since 1970. The refresh token is valid until its
 * lifetime ends or the account's state has another hash than state_hash, of
 * BAREJWT_STATE_HASH_BYTES bytes. Both tokens end with a NUL, which their len does not count. After a
 * refusal both buffers are zeros.
 *
 * BAREJWT_E_OUTPUT_TOO_SMALL (see pair->needed), BAREJWT_E_JSON_TO_SIGN and BAREJWT_E_MEMBER_RESERVED for
 * your members, and the statuses of barejwt_sign_access. */
BAREJWT_MUST_USE
barejwt_status barejwt_issue_pair(const barejwt_key *key,
                                  const char *sub,
                                  size_t sub_len,
                                  const uint8_t *state_hash,
                                  const barejwt_pair_options *options,
                                  int64_t now,
                                  char *access_out,
                                  size_t access_size,
                                  char *refresh_out,
                                  size_t refresh_size,
                                  barejwt_pair *pair);

/* Verifies a refresh token, all but its state hash. Then look up the account of refresh->unconfirmed.sub,
 * and call barejwt_refresh_renew or barejwt_refresh_confirm: both compare the hash with the account's. Only
 * a refresh token with a sub and a state_hash passes, whatever want allows.
 *
 * The statuses of barejwt_verify. An access token is BAREJWT_E_TOKEN_TYPE_WRONG. */
BAREJWT_MUST_USE
barejwt_status barejwt_verify_refresh(const barejwt_key *key,
                                      const char *token,
                                      size_t token_len,
                                      const barejwt_validation *want,
                                      int64_t now,
                                      void *scratch,
                                      size_t scratch_size,
                                      barejwt_refresh *refresh);

/* Compares the token's state hash with the account's, BAREJWT_STATE_HASH_BYTES bytes, in constant time. If
 * they match, issues a new pair for the same subject. The pair is valid from the now at which the token was
 * verified. Buffers and pair are as in barejwt_issue_pair.
 *
 * Both new tokens get every member of the old token except token_type, sub, exp, nbf and state_hash. Otherwise
 * a new token without the old scopes, for example, could allow more than the old token. The buffers need room
 * for these members. If options has members for both tokens, the new tokens get these members and no others.
 *
 * BAREJWT_E_STATE_HASH_MISMATCH: the account has changed, so that the user must log in. BAREJWT_E_OPTION if
 * options has members for only one token. BAREJWT_E_NOT_READY, BAREJWT_E_SCRATCH_CHANGED, and the statuses of
 * barejwt_issue_pair. */
BAREJWT_MUST_USE
barejwt_status barejwt_refresh_renew(const barejwt_key *key,
                                     const barejwt_refresh *refresh,
                                     const uint8_t *account_hash,
                                     const barejwt_pair_options *options,
                                     char *access_out,
                                     size_t access_size,
                                     char *refresh_out,
                                     size_t refresh_size,
                                     barejwt_pair *pair);

/* Compares the token's state hash with the account's, in constant time, and gives the claims. Use it to
 * issue tokens in your own way; otherwise barejwt_refresh_renew is enough.
 *
 * BAREJWT_E_STATE_HASH_MISMATCH, BAREJWT_E_NOT_READY, BAREJWT_E_SCRATCH_CHANGED; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_refresh_confirm(const barejwt_refresh *refresh,
                                       const uint8_t *account_hash,
                                       barejwt_claims *claims);

/* The usual lifetimes, and no members of your own. */
#define BAREJWT_PAIR_OPTIONS                                                                       \
    {sizeof(barejwt_pair_options), BAREJWT_ACCESS_LIFETIME, BAREJWT_REFRESH_LIFETIME,              \
     {NULL, 0}, {NULL, 0}}

/* ---- Sessions: the client's side ----------------------------------------------------------------
 *
 *     barejwt_pair pair;
 *     st = barejwt_pair_from_answer(answer, answer_len, &pair, NULL);
 *     barejwt_session session;
 *     st = barejwt_session_init(&session, &pair, 60);
 *     ...
 *     barejwt_next next;
 *     st = barejwt_session_next(&session, now, &next);
 *     switch (next.action) ... */

/* action: the call was refused. */
#define BAREJWT_NEXT_REFUSED 0

/* action: call the API with this access token. */
#define BAREJWT_NEXT_USE_ACCESS 1

/* action: trade this refresh token for a new pair, then call barejwt_session_renewed. If the server
 * refuses the token, call barejwt_session_refresh_refused. */
#define BAREJWT_NEXT_REFRESH 2

/* action: ask the user to log in. */
#define BAREJWT_NEXT_LOG_IN 3

/* A client's pair of tokens, and what the client knows about it. The session points to the tokens, which
 * must stay where they are. Only one thread at a time may use it. */
typedef struct {
  /* Private: says whether there is a session. */
  uint32_t state;
  /* Private. */
  uint32_t margin;
  /* Private. */
  uint32_t life;
  /* Private. */
  uint32_t timing;
  /* Private. */
  uint32_t early;
  /* Private. */
  uint32_t trust;
  /* The pair. You may read it, but do not change it. */
  barejwt_pair pair;
} barejwt_session;

/* What a client should do next. */
typedef struct {
  /* The token for this action. */
  barejwt_str token;
  /* A BAREJWT_NEXT_ number. */
  uint32_t action;
} barejwt_next;

/* Reads the JSON answer to a login or to a refresh. The answer is an envelope with code 0; an absent code
 * counts as 0. The token object is data, or the member token of data. The pair points into answer.
 *
 * BAREJWT_E_LOGIN_REFUSED if the envelope's code is not 0; the code is then in *code. The pointer code may be
 * NULL. BAREJWT_E_LOGIN_ANSWER_JSON, BAREJWT_E_LOGIN_ANSWER_INVALID; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_pair_from_answer(const char *answer,
                                        size_t answer_len,
                                        barejwt_pair *pair,
                                        int64_t *code);

/* Starts a session from a pair just received. An access token counts as expired margin seconds before it
 * expires, so that the call has time to arrive. The margin is never more than an eighth of the time that the
 * token had left when it was new.
 *
 * After a restart a stored pair counts as new. If it has expired, the first call gets a 401. If you also
 * stored the time at which the pair came, call barejwt_session_next with that time first.
 *
 * BAREJWT_E_NOT_READY if the pair lacks a token; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_init(barejwt_session *session,
                                    const barejwt_pair *pair,
                                    uint32_t margin);

/* Tells what to do now, before a call. now is in seconds since 1970.
 *
 * The server's answers count more than the clock. A new pair is always tried once. If the clock was wrong
 * about the end of a pair, the session ignores the clock until the next 401. Only the server decides when
 * the refresh token ends. Report the server's answer to each call with barejwt_session_accepted or
 * barejwt_session_after_401. A token that is not valid yet ends no session: report nothing, wait, and call
 * this again.
 *
 * BAREJWT_E_CLOCK_NOT_SET; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_next(barejwt_session *session,
                                    int64_t now,
                                    barejwt_next *next);

/* Tells what to do after the server has answered 401 to the access token: refresh once, then log in. A
 * later 401 leads to another refresh only if barejwt_session_accepted was called in between, or the pair
 * was renewed because its time had come. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_after_401(barejwt_session *session,
                                         barejwt_next *next);

/* Takes the pair that a refresh has brought. The session then points to the new tokens. The old tokens are not
 * read, so that their memory may already be gone. A refused call changes nothing.
 *
 * BAREJWT_E_NOT_READY if there is no session or the pair lacks a token; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_renewed(barejwt_session *session,
                                       const barejwt_pair *pair);

/* Notes that the server has accepted the access token. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_accepted(barejwt_session *session);

/* Notes that the server has refused the refresh token. The user must log in. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_refresh_refused(barejwt_session *session);

/* ---- Without a key ------------------------------------------------------------------------------
 *
 *     barejwt_unverified said;
 *     st = barejwt_decode_unverified(token, token_len, scratch, sizeof scratch, &said); */

/* What a token says, with nothing verified. Show it to people, or read from it when a client's own token
 * expires. No function that needs verified claims takes it. */
typedef struct {
  /* The JOSE header: one strict JSON object. Its alg may have any value. */
  barejwt_str header_json;
  /* The claims set: one strict JSON object. */
  barejwt_str payload_json;
  /* BAREJWT_OK if the four fields below are set. Otherwise the reason why the payload cannot be read as
   * claims of the site: for example, a known claim has the wrong type. */
  barejwt_status claims_status;
  /* A BAREJWT_TYPE_ number. */
  uint32_t said_token_type;
  /* The subject, unescaped; NULL if absent. */
  barejwt_str said_sub;
  /* Seconds since 1970; 0 if absent. */
  int64_t said_exp;
  /* Seconds since 1970; 0 if absent. */
  int64_t said_nbf;
  /* The data of the refusal of the call or of the claims. */
  barejwt_detail detail;
} barejwt_unverified;

/* Decodes a token without verifying anything: it checks no signature, no algorithm, no times and no token
 * type. Pass a scratch buffer that no verified claims point into.
 *
 * BAREJWT_E_TOKEN_TOO_LONG for more than BAREJWT_TOKEN_LEN_DEFAULT bytes, BAREJWT_E_SEGMENT_COUNT,
 * BAREJWT_E_HEADER_TOO_LONG, BAREJWT_E_BASE64, BAREJWT_E_JSON, BAREJWT_E_SCRATCH_TOO_SMALL; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_decode_unverified(const char *token,
                                         size_t token_len,
                                         void *scratch,
                                         size_t scratch_size,
                                         barejwt_unverified *said);

/* ---- Versions -----------------------------------------------------------------------------------
 *
 *     if (barejwt_abi_version() != BAREJWT_ABI_VERSION) return refuse_to_start(); */

/* Changes whenever a struct, a number or a function changes in a way that old callers notice. */
#define BAREJWT_ABI_VERSION 1

/* BAREJWT_VERSION of the library that is linked, as a static string. */
const char *barejwt_version(void);

/* BAREJWT_VERSION_NUMBER of the library that is linked. */
uint32_t barejwt_version_number(void);

/* BAREJWT_ABI_VERSION of the library that is linked. */
uint32_t barejwt_abi_version(void);

/* ---- Statuses -----------------------------------------------------------------------------------
 *
 *      0        success
 *     10 to 19  keys
 *     20 to 29  buffers
 *     30 to 49  the form of a token, its header, its signature
 *     50 to 79  claims
 *     80 to 89  the Authorization header
 *     90 to 99  logging in, as a client
 *    100 to 199 misuse: the fault is in the program, not in a token
 *
 *     if (st != BAREJWT_OK) fprintf(stderr, "%s\n", barejwt_strerror(st)); */

/* One line of English for a status. It is a static string, never NULL, even if status is no number of
 * this header. */
const char *barejwt_strerror(barejwt_status status);

/* The call succeeded. */
#define BAREJWT_OK 0

/* The secret is shorter than BAREJWT_KEY_MIN bytes (RFC 7518 3.2). With barejwt_key_init_weak: the secret is
 * empty. */
#define BAREJWT_E_KEY_TOO_SHORT 10

/* A kid is empty or longer than BAREJWT_KID_MAX, or has a quote, a backslash or a control character. */
#define BAREJWT_E_KID_INVALID 11

/* Two keys of a keyring have the same kid. */
#define BAREJWT_E_KID_DUPLICATE 12

/* No key of the keyring has the token's kid. */
#define BAREJWT_E_KID_UNKNOWN 13

/* The token has no kid, and no key of the keyring verifies such tokens. */
#define BAREJWT_E_KID_MISSING 14

/* The token's kid is not a string (RFC 7515 4.1.4). */
#define BAREJWT_E_KID_NOT_STRING 15

/* The keyring has no key that signs. */
#define BAREJWT_E_KID_NOT_IN_KEYRING 16

/* Every byte of the secret is 0x00, or every byte is 0xFF: nobody has written to that memory. */
#define BAREJWT_E_KEY_BLANK 17

/* The output buffer is too small. The bytes that it needs are in *out_len, or in needed of the pair or
 * value. */
#define BAREJWT_E_OUTPUT_TOO_SMALL 20

/* The scratch buffer is too small for this token. Detail: needed, the number of bytes that this
 * step needs. BAREJWT_SCRATCH_MAX is always enough. */
#define BAREJWT_E_SCRATCH_TOO_SMALL 21

/* The token is longer than max_token_len, or in barejwt_decode_unverified longer than
 * BAREJWT_TOKEN_LEN_DEFAULT. Detail: needed, the token's length. */
#define BAREJWT_E_TOKEN_TOO_LONG 30

/* The token is not three segments with two dots between them (RFC 7515 7.1). */
#define BAREJWT_E_SEGMENT_COUNT 31

/* The header segment is longer than BAREJWT_HEADER_MAX. */
#define BAREJWT_E_HEADER_TOO_LONG 32

/* A segment is not canonical, unpadded base64url (RFC 7515 2). Detail: part. */
#define BAREJWT_E_BASE64 33

/* A part of the token is not a strict JSON object (RFC 8259). Detail: part, problem, at. */
#define BAREJWT_E_JSON 34

/* The header has no alg (RFC 7515 4.1.1). */
#define BAREJWT_E_ALG_MISSING 35

/* The header's alg is anything but the string HS256. */
#define BAREJWT_E_ALG_NOT_HS256 36

/* The header has crit; no extension is supported (RFC 7515 4.1.11). */
#define BAREJWT_E_CRIT_UNSUPPORTED 37

/* The header's typ is absent or not the typ that the rules require (RFC 8725 3.11). */
#define BAREJWT_E_TYP_WRONG 38

/* The signature is not the HMAC of the token under the key. */
#define BAREJWT_E_SIGNATURE_INVALID 39

/* The header's cty is JWT or application/jwt, in any case: another token is nested in this token
 * (RFC 7519 7.2 step 8). */
#define BAREJWT_E_NESTED_TOKEN 40

/* Required claims are absent. Detail: claims has every missing claim. */
#define BAREJWT_E_CLAIMS_MISSING 50

/* A claim has the wrong JSON type. Detail: claims. */
#define BAREJWT_E_CLAIM_TYPE 51

/* A NumericDate does not fit 64 bits of seconds (RFC 7519 2). Detail: claims. */
#define BAREJWT_E_NUMERIC_DATE_RANGE 52

/* token_type is neither access nor refresh. */
#define BAREJWT_E_TOKEN_TYPE_UNKNOWN 53

/* The token is of the other type: a refresh token is not an access token. Detail: token_type. */
#define BAREJWT_E_TOKEN_TYPE_WRONG 54

/* sub is the empty string, which names nobody. */
#define BAREJWT_E_SUBJECT_EMPTY 55

/* sub is not the subject that the rules require. */
#define BAREJWT_E_SUBJECT_WRONG 56

/* The token has an aud, but the rules neither name an audience nor ignore aud (RFC 7519 4.1.3). */
#define BAREJWT_E_AUDIENCE_UNEXPECTED 57

/* exp has passed (RFC 7519 4.1.4), leeway counted in. Detail: time, now. */
#define BAREJWT_E_EXPIRED 58

/* nbf has not come yet (RFC 7519 4.1.5), leeway counted in. Detail: time, now. */
#define BAREJWT_E_NOT_YET_VALID 59

/* now is zero or less: the clock is not set. */
#define BAREJWT_E_CLOCK_NOT_SET 60

/* The lifetime is zero seconds. */
#define BAREJWT_E_LIFETIME_ZERO 61

/* now plus the lifetime does not fit 64 bits. */
#define BAREJWT_E_TIME_OVERFLOW 62

/* state_hash is not BAREJWT_STATE_HASH_BYTES bytes in padded standard base64 (RFC 4648 4). */
#define BAREJWT_E_STATE_HASH_MALFORMED 63

/* The account has changed since the refresh token was issued: the user must log in. */
#define BAREJWT_E_STATE_HASH_MISMATCH 64

/* iss is not the issuer that the rules require (RFC 7519 4.1.1). */
#define BAREJWT_E_ISSUER_WRONG 65

/* The audience that the rules require is not in aud (RFC 7519 4.1.3). */
#define BAREJWT_E_AUDIENCE_WRONG 66

/* iat is in the future (RFC 7519 4.1.6), leeway counted in. Detail: time, now. */
#define BAREJWT_E_ISSUED_IN_FUTURE 67

/* By its iat, the token is older than max_age, leeway counted in. Detail: time, now. */
#define BAREJWT_E_TOO_OLD 68

/* A member to sign has a name that the library writes itself. */
#define BAREJWT_E_MEMBER_RESERVED 69

/* The claims set has no member of this name. */
#define BAREJWT_E_CLAIM_ABSENT 70

/* The members or the claims set to be signed are not one strict JSON object (RFC 8259), or have too
 * many members. */
#define BAREJWT_E_JSON_TO_SIGN 71

/* The required Authorization header is absent. */
#define BAREJWT_E_AUTHORIZATION_MISSING 80

/* The scheme of the Authorization header is not Bearer. */
#define BAREJWT_E_AUTHORIZATION_SCHEME 81

/* The Authorization header is not Bearer followed by one token (RFC 6750 2.1). */
#define BAREJWT_E_AUTHORIZATION_MALFORMED 82

/* The realm for WWW-Authenticate is not printable ASCII without quotes and backslashes. */
#define BAREJWT_E_REALM_INVALID 83

/* There is no WWW-Authenticate to send: the status is success or a fault of the server, not a refusal of a
 * token. */
#define BAREJWT_E_NO_CHALLENGE 85

/* The login answer does not have the expected form. */
#define BAREJWT_E_LOGIN_ANSWER_INVALID 90

/* The server refused the login or the refresh. The envelope's code is in *code. */
#define BAREJWT_E_LOGIN_REFUSED 91

/* The login answer is not strict JSON. */
#define BAREJWT_E_LOGIN_ANSWER_JSON 92

/* A pointer is NULL but must not be. A string or buffer may be NULL only with length 0. */
#define BAREJWT_E_NULL 100

/* A length is longer than any object can be: for example, a negative number cast to size_t. */
#define BAREJWT_E_LENGTH 101

/* A pointer to a struct is not aligned for the struct. */
#define BAREJWT_E_MISALIGNED 102

/* A buffer or result overlaps another buffer, result or input of the call, or memory that an input
 * points to. */
#define BAREJWT_E_OVERLAP 103

/* A text is not UTF-8: a sub to sign, a kid, a claim name, a realm, a JSON text, members, or a token for
 * a session. */
#define BAREJWT_E_NOT_UTF8 104

/* A key, keyring, claims, refresh, pair or session struct is not ready. It was never filled in, it was
 * wiped, or the call that should have filled it failed. Or a keyring was passed instead of a single key. */
#define BAREJWT_E_NOT_READY 105

/* The library does not know this struct_size. Begin with the initialiser macro. Or the library is older
 * than your header. */
#define BAREJWT_E_STRUCT_SIZE 106

/* A field or argument has a number that the library does not know. */
#define BAREJWT_E_OPTION 107

/* The keyring has no slot left. */
#define BAREJWT_E_KEYRING_FULL 108

/* The claims or the refresh token point into a scratch buffer that was used for something else. */
#define BAREJWT_E_SCRATCH_CHANGED 109

/* The keyring has no slots, or no key was added to it yet. */
#define BAREJWT_E_KEYRING_EMPTY 110

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* BAREJWT_H */

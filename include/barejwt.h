/* barejwt 0.1.0: HS256 JSON Web Tokens, without heap, clock, files or global state.
 *
 * Made by .ci/header from ffi/barejwt.h.in and ffi/src: do not edit. MIT OR Apache-2.0.
 *
 * THE ORDER OF CALLS
 *
 *     server    barejwt_key_init, once; then for each request barejwt_authenticate, or
 *               barejwt_verify for a token from elsewhere; at login barejwt_issue_pair; to trade
 *               a refresh token barejwt_verify_refresh and then barejwt_refresh_renew
 *     client    barejwt_pair_from_answer and barejwt_session_init at login; then before each call
 *               barejwt_session_next
 *     at last   barejwt_key_wipe
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
 * OWNERSHIP. You allocate everything: structs, buffers, scratch. The library keeps no memory of its
 * own and frees none. A struct may be on the stack, static or on a heap. Strings in results point
 * into a buffer of yours, named at each struct, and live as long as its contents.
 *
 * STRINGS are a pointer and a length, and need no NUL. BAREJWT_LIT and BAREJWT_CSTR give both for C
 * strings. A token or challenge that the library writes ends with a NUL all the same.
 *
 * TIME is an argument: seconds since 1970 in 64 bits. A now of zero or less is refused: a clock that
 * was never set would make every token fresh.
 *
 * THREADS. No function keeps state anywhere but in your structs. A key, a keyring that is complete
 * and verified claims may be read by any number of threads at once; results and scratch belong to
 * one call at a time.
 *
 * ERRORS. 0 is the only success, and a compiler warns if you ignore a status. Every result, struct
 * or text, is zeroed on entry, so that a refused call leaves no identity, no token and no claim
 * behind.
 *
 * POINTERS. While a function runs, a pointer must be valid for the length beside it, or for the struct it
 * points to. What the function reads must be initialised, and nobody may write it meanwhile. Nobody else may
 * use what it writes. The same holds for pointers inside structs, and for memory that a keyring, claims, a
 * refresh token or a session still points to: slots, scratch buffer and tokens must still be there. Fill a
 * struct with zeros before the first call. All other misuse is checked, and refused with a status of its own:
 * NULL, lengths beyond any object, misaligned structs, a result or buffer that overlaps anything else of the
 * call, structs that are zeroed, wiped or of another size, and a scratch buffer that was used for something
 * else. A scratch buffer need not be initialised, and is zeroed where a token is refused.
 *
 * ENUMERATIONS are uint32_t and macros, since C compilers disagree about the size of an enum. */

#ifndef BAREJWT_H
#define BAREJWT_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header; barejwt_version tells the library's. */
#define BAREJWT_VERSION "0.1.0"
/* major * 10000 + minor * 100 + patch */
#define BAREJWT_VERSION_NUMBER 100

/* Warns where the result of a function is ignored. */
#if defined(__cplusplus) && __cplusplus >= 201703L
#define BAREJWT_MUST_USE [[nodiscard]]
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
#define BAREJWT_MUST_USE [[nodiscard]]
#elif defined(__GNUC__)
#define BAREJWT_MUST_USE __attribute__((warn_unused_result))
#else
#define BAREJWT_MUST_USE
#endif

/* Pointer and length, as two arguments, of a string literal. */
#define BAREJWT_LIT(literal) ("" literal), (sizeof(literal) - 1)
/* Pointer and length, as two arguments, of a NUL-terminated string. Needs <string.h>; string is
 * evaluated twice. */
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

/* Bytes of the caller's, or of a static: NULL and 0 stand for none. */
typedef struct {
  /* The first byte. Not NUL-terminated. NULL if there is no string. */
  const char *ptr;
  /* Bytes. */
  size_t len;
} barejwt_str;

/* What every fallible function returns: BAREJWT_OK, which is 0 and the only success, or one of the
 * BAREJWT_E_ numbers at the end of this file: the one check that failed. */
typedef int32_t barejwt_status;

/* ---- Keys ---------------------------------------------------------------------------------------
 *
 * A key is prepared once, which costs a few hashes, and then shared by pointer.
 *
 *     barejwt_key key;
 *     barejwt_status st = barejwt_key_init(&key, secret, secret_len);
 *     ...
 *     barejwt_key_wipe(&key); */

/* Fewest bytes of a secret that barejwt_key_init takes (RFC 7518 3.2). */
#define BAREJWT_KEY_MIN 32

/* A prepared key. You allocate it and never look inside; 88 bytes everywhere. A copy of it is a
 * key too, to be wiped like the first. barejwt_keyring has one as its member key. */
typedef struct {
  /* Private. */
  uint64_t opaque[11];
} barejwt_key;

/* Prepares a key from a secret of BAREJWT_KEY_MIN bytes or more. The secret is not kept; wiping
 * your copy of it is your part.
 *
 * BAREJWT_E_KEY_TOO_SHORT, BAREJWT_E_KEY_BLANK; then the key is not ready, and every use of it is
 * refused. */
BAREJWT_MUST_USE
barejwt_status barejwt_key_init(barejwt_key *key,
                                const void *secret,
                                size_t secret_len);

/* Prepares a key from a secret that may be weak: 1 byte and up. Whoever holds one token can try
 * every short secret offline; use this only for keys that cannot be changed. A blank secret is taken
 * too.
 *
 * BAREJWT_E_KEY_TOO_SHORT if the secret is empty. */
BAREJWT_MUST_USE
barejwt_status barejwt_key_init_weak(barejwt_key *key,
                                     const void *secret,
                                     size_t secret_len);

/* Wipes a key: every later use of it is BAREJWT_E_NOT_READY. NULL and a key that was never filled in are
 * fine. A keyring is wiped by barejwt_keyring_wipe: this would leave the keys in its slots. */
void barejwt_key_wipe(barejwt_key *key);

/* ---- Keyrings -----------------------------------------------------------------------------------
 *
 * For rotation: a token is verified under the one key that its kid names (RFC 7515 4.1.4), never by
 * trying others. A single key ignores the kid.
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

/* A key of a keyring verifies the tokens that name it. This bit says that it also signs. */
#define BAREJWT_RING_SIGNS 1

/* The key also verifies tokens that have no kid, such as those from before keys had names.
 * Without such a key they are BAREJWT_E_KID_MISSING. */
#define BAREJWT_RING_WITHOUT_KID 2

/* Several keys. It points to the slots: they must stay where they are while it is used. */
typedef struct {
  /* Give &ring.key wherever a key is asked for. */
  barejwt_key key;
} barejwt_keyring;

/* Room for one key of a keyring and its kid. It needs no initialising. */
typedef struct {
  /* Private. */
  uint64_t opaque[18];
} barejwt_slot;

/* An empty keyring over capacity slots.
 *
 * BAREJWT_E_KEYRING_EMPTY if capacity is 0; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_keyring_init(barejwt_keyring *ring,
                                    barejwt_slot *slots,
                                    size_t capacity);

/* Copies key into the next slot, under the name kid. uses is 0, or BAREJWT_RING_ bits. If several keys are
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

/* Wipes a keyring and the keys in its slots. NULL and zeros are fine. */
void barejwt_keyring_wipe(barejwt_keyring *ring);

/* ---- Sizes of buffers ---------------------------------------------------------------------------
 *
 * For static buffers: constants that are enough whatever the time, the final NUL included. sub_len
 * is the bytes of sub as JSON writes it: one for each, but two for a quote, a backslash and the
 * control characters \b \f \n \r \t, and six for other control characters. Members of your own add
 * their bytes: give the sum of both as sub_len.
 *
 *     char token[BAREJWT_ACCESS_TOKEN_MAX(4)];
 *     uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
 *
 * The size of one token at run time: sign with NULL as out and 0 as its size; see barejwt_sign_access. */

/* Characters of bytes in base64url. */
#define BAREJWT_BASE64_LEN(bytes) ((bytes) / 3 * 4 + ((bytes) % 3 * 4 + 2) / 3)
/* A token with a claims set of json_len bytes. */
#define BAREJWT_JSON_TOKEN_MAX(json_len) (36 + 1 + BAREJWT_BASE64_LEN(json_len) + 1 + 43 + 1)
/* An access token. */
#define BAREJWT_ACCESS_TOKEN_MAX(sub_len) BAREJWT_JSON_TOKEN_MAX((sub_len) + 84)
/* A refresh token. */
#define BAREJWT_REFRESH_TOKEN_MAX(sub_len) BAREJWT_JSON_TOKEN_MAX((sub_len) + 145)
/* A token for another system. */
#define BAREJWT_JWT_TOKEN_MAX(sub_len) BAREJWT_JSON_TOKEN_MAX((sub_len) + 62)
/* What a kid of kid_len bytes adds to each of these: for a keyring that signs. */
#define BAREJWT_KID_ROOM(kid_len) (BAREJWT_BASE64_LEN((kid_len) + 36) - 36)
/* Scratch for any token of token_len bytes. Three quarters of token_len are enough for tokens whose
 * sub has no JSON escapes. */
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
 * A device that logs in to an MQTT broker, in a buffer that is exactly long enough:
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

/* What a token is to say, for barejwt_sign. Begin with BAREJWT_TO_SIGN_ACCESS, BAREJWT_TO_SIGN_REFRESH or
 * BAREJWT_TO_SIGN_JWT, and set sub. */
typedef struct {
  /* sizeof(barejwt_to_sign), as your header has it: see barejwt_validation. */
  uint32_t struct_size;
  /* BAREJWT_TYPE_ACCESS or BAREJWT_TYPE_REFRESH: the site's own tokens, with token_type, sub, exp and
   * nbf, and in a refresh token state_hash. BAREJWT_TYPE_JWT: a token for any other system, with
   * sub, iat and exp. */
  uint32_t token_type;
  /* Seconds from now to exp. */
  uint32_t lifetime;
  /* The subject. */
  barejwt_str sub;
  /* BAREJWT_STATE_HASH_BYTES bytes: your digest of the account's credential state. For a refresh
   * token alone; else NULL. */
  const uint8_t *state_hash;
  /* Members of your own: one strict JSON object, whose members follow the standard ones as they
   * stand. ptr NULL and {} add none. */
  barejwt_str members;
} barejwt_to_sign;

/* Signs an access token for sub: valid from now, in seconds since 1970, for lifetime seconds.
 *
 * Writes the token and a NUL to out; *out_len is the token's length without the NUL. After
 * BAREJWT_E_OUTPUT_TOO_SMALL it is the bytes that out needs, the NUL included: to ask for the size, give
 * NULL with out_size 0. All of out is zeroed first.
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
 * Login usually wants barejwt_issue_pair. */
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

/* Signs a token with members of your own, or for another system; valid from now, in seconds since
 * 1970. out, out_size and out_len are those of barejwt_sign_access.
 *
 * BAREJWT_E_JSON_TO_SIGN, BAREJWT_E_MEMBER_RESERVED for a member that the library writes itself;
 * BAREJWT_E_OPTION for a token_type that is none of the three, and for a state_hash in a token that
 * has none; the rest as barejwt_sign_access. */
BAREJWT_MUST_USE
barejwt_status barejwt_sign(const barejwt_key *key,
                            const barejwt_to_sign *what,
                            int64_t now,
                            char *out,
                            size_t out_size,
                            size_t *out_len);

/* Signs a claims set that you have written: one strict JSON object. What it says is your choice;
 * barejwt_verify requires token_type, sub, exp and nbf unless told otherwise.
 *
 * BAREJWT_E_JSON_TO_SIGN, BAREJWT_E_OUTPUT_TOO_SMALL, BAREJWT_E_KID_NOT_IN_KEYRING; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_sign_json(const barejwt_key *key,
                                 const char *json,
                                 size_t json_len,
                                 char *out,
                                 size_t out_size,
                                 size_t *out_len);

/* An access token of the site's, for an hour; sub is yours to set. */
#define BAREJWT_TO_SIGN_ACCESS                                                                     \
    {sizeof(barejwt_to_sign), BAREJWT_TYPE_ACCESS, BAREJWT_ACCESS_LIFETIME, {NULL, 0},             \
     NULL, {NULL, 0}}
/* A refresh token of the site's, for 180 days; sub and state_hash are yours to set. */
#define BAREJWT_TO_SIGN_REFRESH                                                                    \
    {sizeof(barejwt_to_sign), BAREJWT_TYPE_REFRESH, BAREJWT_REFRESH_LIFETIME, {NULL, 0},           \
     NULL, {NULL, 0}}
/* A token for any other system, for an hour; sub is yours to set. */
#define BAREJWT_TO_SIGN_JWT                                                                        \
    {sizeof(barejwt_to_sign), BAREJWT_TYPE_JWT, BAREJWT_ACCESS_LIFETIME, {NULL, 0},                \
     NULL, {NULL, 0}}

/* ---- Claims -------------------------------------------------------------------------------------
 *
 * What verifying gives. One claim by name:
 *
 *     barejwt_value role;
 *     st = barejwt_claims_get(&claims, BAREJWT_LIT("role"), NULL, 0, &role);
 *     if (st == BAREJWT_OK && role.kind == BAREJWT_VALUE_STRING) ... */

/* token_type: the token has none, or there is no token. */
#define BAREJWT_TYPE_ABSENT 0

/* token_type: an access token. */
#define BAREJWT_TYPE_ACCESS 1

/* token_type: a refresh token. */
#define BAREJWT_TYPE_REFRESH 2

/* In a barejwt_validation: a token of either type. Authorising a call by such a token would let
 * refresh tokens in. */
#define BAREJWT_TYPE_ANY 3

/* In a barejwt_validation and in barejwt_to_sign: any other system's token. token_type and state_hash are
 * members like any other. */
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

/* More than four names share one hash, which does not happen by chance. They may all differ. */
#define BAREJWT_JSON_NAMES_ALIKE 10

/* The data of a refusal, to act on. What a status does not mention is 0. It holds no token text,
 * key byte or expected value, so it may be logged. */
typedef struct {
  /* Seconds since 1970: the token's exp with BAREJWT_E_EXPIRED, its nbf with
   * BAREJWT_E_NOT_YET_VALID, its iat with BAREJWT_E_ISSUED_IN_FUTURE and BAREJWT_E_TOO_OLD. */
  int64_t time;
  /* The now that time was compared with. */
  int64_t now;
  /* Bytes that the buffer, or max_token_len, must have. */
  size_t needed;
  /* BAREJWT_E_JSON: byte offset of the fault in the decoded part. */
  size_t at;
  /* Set of BAREJWT_CLAIM_ bits: the missing claims, or the faulty one. */
  uint32_t claims;
  /* BAREJWT_PART_ number: where the fault is. */
  uint32_t part;
  /* BAREJWT_JSON_ number: what is wrong with the JSON. */
  uint32_t problem;
  /* BAREJWT_E_TOKEN_TYPE_WRONG: the type that the token has. */
  uint32_t token_type;
} barejwt_detail;

/* kind: there is no value. */
#define BAREJWT_VALUE_ABSENT 0

/* kind: a string; text is it, unescaped, and may hold any character, NUL too. */
#define BAREJWT_VALUE_STRING 1

/* kind: a number; text is it as written. */
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
 * scratch buffer of the call: leave it alone while you use them. After a refusal everything is 0
 * but the detail. */
typedef struct {
  /* The subject, unescaped. NULL only if the token has none, and that was allowed, or if the rules
   * ignore it. It may hold any character, line breaks and NUL among them: mind where you write it. */
  barejwt_str sub;
  /* The whole claims set as it was signed: one strict JSON object, no name
   * repeated at its top level. */
  barejwt_str json;
  /* Seconds since 1970, a fraction rounded down; 0 if absent or ignored, see has. */
  int64_t exp;
  /* Seconds since 1970, a fraction rounded up; 0 if absent or ignored, see has. */
  int64_t nbf;
  /* BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_REFRESH or BAREJWT_TYPE_ABSENT. */
  uint32_t token_type;
  /* Set of BAREJWT_CLAIM_ bits: which claims the token has, of those that the rules look at. */
  uint32_t has;
  /* Why there are no claims. */
  barejwt_detail detail;
  /* Private: that there are claims. */
  uint32_t state;
  /* Private: what json was, to tell whether it is still there. */
  size_t checksum;
} barejwt_claims;

/* The value of one claim. */
typedef struct {
  /* Points into the scratch buffer behind the claims, or into the buffer of the call. */
  barejwt_str text;
  /* A number written as an integer that fits 64 bits, if is_integer; 1 for true. */
  int64_t integer;
  /* After BAREJWT_E_OUTPUT_TOO_SMALL: bytes that the buffer needs. */
  size_t needed;
  /* BAREJWT_VALUE_ number. */
  uint32_t kind;
  /* 1 if integer is the whole value of a number. */
  uint32_t is_integer;
} barejwt_value;

/* One claim by its exact name, from verified claims whose scratch buffer is as it was.
 *
 * buffer is for a string with JSON escapes, which is unescaped into it; it may be NULL with size
 * 0 if you expect none.
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
 * Another system's tokens:
 *
 *     barejwt_validation want = BAREJWT_VALIDATION_JWT;
 *     want.issuer = BAREJWT_STR("https://auth.example.com");
 *     want.audience = BAREJWT_STR("api"); */

/* Most bytes of a token, where max_token_len is 0. */
#define BAREJWT_TOKEN_LEN_DEFAULT 8192

/* Most characters of a header segment. */
#define BAREJWT_HEADER_MAX 1024

/* The rules that a token is held to. Begin with BAREJWT_VALIDATION_ACCESS, BAREJWT_VALIDATION_REFRESH or
 * BAREJWT_VALIDATION_JWT. 0 and NULL ask for nothing and relax nothing. */
typedef struct {
  /* sizeof(barejwt_validation), as your header has it. Later versions may add fields at the end. They
   * accept the smaller struct of an older header, and read the missing fields as 0. A library that is
   * older than your header refuses the call, so that no rule is skipped. */
  uint32_t struct_size;
  /* BAREJWT_TYPE_ACCESS, which 0 also means, BAREJWT_TYPE_REFRESH, BAREJWT_TYPE_ANY or
   * BAREJWT_TYPE_JWT. The first three require token_type, sub, exp and nbf (and state_hash in a
   * refresh token), the last exp alone. */
  uint32_t token_type;
  /* Set of BAREJWT_CLAIM_ bits that are required too. This set overrides the two below. If you require
   * aud, set audience too: without it a token that has an aud is refused. */
  uint32_t require;
  /* Set of BAREJWT_CLAIM_ bits that may be missing, also where issuer, audience or max_age would
   * require them; a claim that is there is checked all the same. A token without exp never expires. */
  uint32_t allow_missing;
  /* Set of BAREJWT_CLAIM_ bits of claims that are not looked at, whatever type they have: for systems that
   * write a number as sub, or an aud that is not yours to check. A claim is still checked if sub, issuer,
   * audience, max_age or require names it. A token whose exp is ignored never expires; with token_type
   * ignored, a refresh token passes too. */
  uint32_t ignore;
  /* Seconds that a token is accepted after exp, before nbf and on either side of max_age, for
   * clocks that differ. */
  uint32_t leeway;
  /* If it is not 0, iat is required (RFC 7519 4.1.6), must not be in the future, and at most so many
   * seconds ago. */
  uint32_t max_age;
  /* Most bytes of a token; 0 is BAREJWT_TOKEN_LEN_DEFAULT. */
  size_t max_token_len;
  /* The subject that the token must have (RFC 7519 4.1.2), compared unescaped and exactly; ptr NULL
   * accepts any. */
  barejwt_str sub;
  /* The issuer that the token must have (RFC 7519 4.1.1), likewise; with ptr NULL iss is not looked
   * at. */
  barejwt_str issuer;
  /* The audience that aud must be or, as an array of strings, have (RFC 7519 4.1.3); with ptr
   * NULL a token that has an aud is refused, unless aud is ignored. */
  barejwt_str audience;
  /* The media type that the header's typ must be, without regard to case and to a leading
   * application/; with ptr NULL typ is not looked at. */
  barejwt_str typ;
} barejwt_validation;

/* An access token of the site's, and nothing relaxed. */
#define BAREJWT_VALIDATION_ACCESS                                                                  \
    {sizeof(barejwt_validation), BAREJWT_TYPE_ACCESS, 0, 0, 0, 0, 0, 0, {NULL, 0},                 \
     {NULL, 0}, {NULL, 0}, {NULL, 0}}
/* A refresh token of the site's, and nothing relaxed. */
#define BAREJWT_VALIDATION_REFRESH                                                                 \
    {sizeof(barejwt_validation), BAREJWT_TYPE_REFRESH, 0, 0, 0, 0, 0, 0, {NULL, 0},                \
     {NULL, 0}, {NULL, 0}, {NULL, 0}}
/* Any other system's token: exp is required, and nothing else. */
#define BAREJWT_VALIDATION_JWT                                                                     \
    {sizeof(barejwt_validation), BAREJWT_TYPE_JWT, 0, 0, 0, 0, 0, 0, {NULL, 0},                    \
     {NULL, 0}, {NULL, 0}, {NULL, 0}}

/* ---- Verifying ----------------------------------------------------------------------------------
 *
 *     uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
 *     barejwt_claims claims;
 *     st = barejwt_verify(&key, token, token_len, &want, now, scratch, sizeof scratch, &claims);
 *     if (st == BAREJWT_E_EXPIRED) late_by = claims.detail.now - claims.detail.time; */

/* Verifies a token: its length and dots, its header, its signature, and only then its payload and
 * the rules of want. now is in seconds since 1970.
 *
 * The signature covers the header too. To read its members after a BAREJWT_OK, give the same token to
 * barejwt_decode_unverified, with another scratch buffer.
 *
 * Statuses, in the order of the checks: misuse (100 and up); BAREJWT_E_CLOCK_NOT_SET;
 * BAREJWT_E_TOKEN_TOO_LONG, BAREJWT_E_SEGMENT_COUNT, BAREJWT_E_HEADER_TOO_LONG, BAREJWT_E_BASE64,
 * BAREJWT_E_JSON; BAREJWT_E_ALG_MISSING, BAREJWT_E_ALG_NOT_HS256, BAREJWT_E_CRIT_UNSUPPORTED,
 * BAREJWT_E_NESTED_TOKEN, BAREJWT_E_TYP_WRONG, BAREJWT_E_KID_NOT_STRING, BAREJWT_E_KID_MISSING,
 * BAREJWT_E_KID_UNKNOWN; BAREJWT_E_SIGNATURE_INVALID; then BAREJWT_E_BASE64 and BAREJWT_E_JSON of the
 * payload, BAREJWT_E_CLAIM_TYPE, BAREJWT_E_NUMERIC_DATE_RANGE, BAREJWT_E_TOKEN_TYPE_UNKNOWN,
 * BAREJWT_E_SUBJECT_EMPTY, BAREJWT_E_STATE_HASH_MALFORMED; BAREJWT_E_TOKEN_TYPE_WRONG,
 * BAREJWT_E_CLAIMS_MISSING, BAREJWT_E_SUBJECT_WRONG, BAREJWT_E_ISSUER_WRONG,
 * BAREJWT_E_AUDIENCE_UNEXPECTED, BAREJWT_E_AUDIENCE_WRONG, BAREJWT_E_NOT_YET_VALID, BAREJWT_E_EXPIRED,
 * BAREJWT_E_ISSUED_IN_FUTURE, BAREJWT_E_TOO_OLD. BAREJWT_E_SCRATCH_TOO_SMALL comes where the scratch
 * buffer is first too small. */
BAREJWT_MUST_USE
barejwt_status barejwt_verify(const barejwt_key *key,
                              const char *token,
                              size_t token_len,
                              const barejwt_validation *want,
                              int64_t now,
                              void *scratch,
                              size_t scratch_size,
                              barejwt_claims *claims);

/* Bytes of scratch that are enough for any token of token_len bytes: BAREJWT_SCRATCH_MAX as a
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

/* auth: without a valid access token the call is refused. */
#define BAREJWT_AUTH_REQUIRED 0

/* auth: with the header the call is that user's, without it anonymous. A header that is present
 * but bad is an error, never a silent anonymous. */
#define BAREJWT_AUTH_OPTIONAL 1

/* auth: the header is not looked at and the call is anonymous. */
#define BAREJWT_AUTH_NONE 2

/* kind: nobody. The call was refused. */
#define BAREJWT_IDENTITY_REFUSED 0

/* kind: the user that the claims name. */
#define BAREJWT_IDENTITY_USER 1

/* kind: nobody in particular. */
#define BAREJWT_IDENTITY_ANONYMOUS 2

/* Who is calling. */
typedef struct {
  /* The user's claims, if kind is BAREJWT_IDENTITY_USER; else zeros but for the detail. */
  barejwt_claims claims;
  /* BAREJWT_IDENTITY_ number. */
  uint32_t kind;
} barejwt_identity;

/* Finds out who is calling, from the value of an Authorization header. NULL with length 0 means no header;
 * an empty string means a malformed one. Do not turn one into the other. Only an access token identifies a
 * caller, whatever type want allows. With BAREJWT_TYPE_JWT, or where token_type is ignored, any token with a
 * sub does, unless it says that it is a refresh token. If you also ignore sub, take the caller from another
 * claim. The other arguments are those of barejwt_verify. They are checked even with BAREJWT_AUTH_NONE.
 *
 * BAREJWT_E_AUTHORIZATION_MISSING, BAREJWT_E_AUTHORIZATION_SCHEME, BAREJWT_E_AUTHORIZATION_MALFORMED,
 * BAREJWT_E_OPTION for an auth that is none of the three, and those of barejwt_verify. */
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

/* The token in the value of an Authorization header; it points into header.
 *
 * BAREJWT_E_AUTHORIZATION_MISSING for NULL with length 0, BAREJWT_E_AUTHORIZATION_SCHEME for another
 * scheme than Bearer, BAREJWT_E_AUTHORIZATION_MALFORMED; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_bearer_token(const char *header,
                                    size_t header_len,
                                    barejwt_str *token);

/* The HTTP status to answer a request with that ended in status (RFC 6750 3.1): 200 for
 * BAREJWT_OK, 400 for a malformed header, 401 for a refused or missing token, 500 for a fault of
 * the server's own. */
uint32_t barejwt_http_status(barejwt_status status);

/* Writes the value of the WWW-Authenticate header for a request that ended in status, and a NUL:
 * the realm and, where RFC 6750 3.1 wants one, the error with its description. out, out_size and
 * out_len are those of barejwt_sign_access.
 *
 * BAREJWT_E_NO_CHALLENGE where barejwt_http_status is 200 or 500; BAREJWT_E_REALM_INVALID unless
 * realm is printable ASCII without quotes and backslashes; BAREJWT_E_OUTPUT_TOO_SMALL; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_www_authenticate(barejwt_status status,
                                        const char *realm,
                                        size_t realm_len,
                                        char *out,
                                        size_t out_size,
                                        size_t *out_len);

/* ---- Pairs: logging in, and refreshing ----------------------------------------------------------
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

/* What a new pair is to be. Begin with BAREJWT_PAIR_OPTIONS: the usual lifetimes, and no members of your
 * own. */
typedef struct {
  /* sizeof(barejwt_pair_options), as your header has it: see barejwt_validation. */
  uint32_t struct_size;
  /* Seconds that the access token lives. */
  uint32_t access_lifetime;
  /* Seconds that the refresh token lives. */
  uint32_t refresh_lifetime;
  /* Members of your own for the access token: one strict JSON object, whose members follow the
   * standard ones as they stand. {} adds none. ptr NULL adds none to a first pair. With both NULL a
   * renewal gives each token the members that the old one has; else both must be set, and it gives
   * those and no others. */
  barejwt_str access_members;
  /* The same for the refresh token. */
  barejwt_str refresh_members;
} barejwt_pair_options;

/* Two tokens and when they expire. The tokens point into your two buffers, or into the login
 * answer that was read. */
typedef struct {
  /* The access token. */
  barejwt_str access_token;
  /* The refresh token. */
  barejwt_str refresh_token;
  /* Seconds since 1970. */
  int64_t access_expires;
  /* Seconds since 1970. */
  int64_t refresh_expires;
  /* After BAREJWT_E_OUTPUT_TOO_SMALL: bytes that the buffer needs, the NUL included; the access
   * token's is looked at first. */
  size_t needed;
} barejwt_pair;

/* A refresh token whose signature, type and times were checked, and whose state hash was not yet.
 * It points into the scratch buffer of its call: leave that alone until you have done with it. */
typedef struct {
  /* What the token says: its sub tells whose account to look up. It identifies nobody before the
   * hash is compared, and barejwt_claims_get does not take it. After a refusal its detail says why. */
  barejwt_claims unconfirmed;
  /* The time at which the token was verified, in seconds since 1970. */
  int64_t now;
  /* The hash that the token has. */
  uint8_t state_hash[BAREJWT_STATE_HASH_BYTES];
  /* Private: SHA-256 of the texts, to tell whether they are still there. */
  uint8_t digest[32];
} barejwt_refresh;

/* Issues a pair for sub, valid from now, in seconds since 1970. The refresh token lives as long as
 * the account's state has the hash state_hash, BAREJWT_STATE_HASH_BYTES bytes. Both tokens end with a
 * NUL, which their len does not count.
 *
 * BAREJWT_E_OUTPUT_TOO_SMALL, see pair->needed; BAREJWT_E_JSON_TO_SIGN, BAREJWT_E_MEMBER_RESERVED for
 * members; the rest as barejwt_sign_access. After a refusal both buffers are zeros. */
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

/* Verifies a refresh token, up to its state hash: whose is it? Then look the account up and go on
 * with barejwt_refresh_renew, or barejwt_refresh_confirm, which compare the hash with the
 * account's. Whatever want allows, only a refresh token with a sub and a state_hash passes.
 *
 * As barejwt_verify; an access token is BAREJWT_E_TOKEN_TYPE_WRONG. */
BAREJWT_MUST_USE
barejwt_status barejwt_verify_refresh(const barejwt_key *key,
                                      const char *token,
                                      size_t token_len,
                                      const barejwt_validation *want,
                                      int64_t now,
                                      void *scratch,
                                      size_t scratch_size,
                                      barejwt_refresh *refresh);

/* Compares the token's state hash with the account's, BAREJWT_STATE_HASH_BYTES bytes, in constant
 * time, and only then issues a new pair for the same subject, valid from the now that the token
 * was verified at. Every member of the token but token_type, sub, exp, nbf and state_hash goes into
 * both new tokens: without its scopes, say, a new one would allow more than the old. The buffers need
 * room for them. If options has members for both, those go in and nothing else. Buffers and pair are
 * those of barejwt_issue_pair.
 *
 * BAREJWT_E_STATE_HASH_MISMATCH: the account has changed, the user must log in. BAREJWT_E_OPTION if
 * options has members for one token alone. Then those of barejwt_issue_pair; BAREJWT_E_NOT_READY,
 * BAREJWT_E_SCRATCH_CHANGED. */
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

/* Compares the token's state hash with the account's and gives the claims: for a caller that
 * issues tokens of its own making. Else barejwt_refresh_renew is all it takes.
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

/* action: trade this refresh token for a new pair, then call barejwt_session_renewed; or, if the
 * server refused it, barejwt_session_refresh_refused. */
#define BAREJWT_NEXT_REFRESH 2

/* action: ask the user to log in. */
#define BAREJWT_NEXT_LOG_IN 3

/* A client's pair of tokens, and what is known of it. It points to the tokens, which must stay
 * where they are. One thread at a time may use it. */
typedef struct {
  /* Private: that there is a session. */
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
  /* The pair. Read it, and leave it as it is. */
  barejwt_pair pair;
} barejwt_session;

/* What a client should do next. */
typedef struct {
  /* The token to do it with. */
  barejwt_str token;
  /* BAREJWT_NEXT_ number. */
  uint32_t action;
} barejwt_next;

/* Reads the JSON answer to a login or to a refresh: an envelope with code 0. Its data.token is the token
 * object, or its data is. The pair points into answer.
 *
 * BAREJWT_E_LOGIN_REFUSED if code is not 0: it is in *code, which may be NULL if you do not care.
 * BAREJWT_E_LOGIN_ANSWER_JSON, BAREJWT_E_LOGIN_ANSWER_INVALID; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_pair_from_answer(const char *answer,
                                        size_t answer_len,
                                        barejwt_pair *pair,
                                        int64_t *code);

/* A session from a pair just received. A token counts as expired margin seconds early, so that the call
 * arrives in time. The margin is at most an eighth of the token's life.
 *
 * After a restart a stored pair counts as new. If it has expired, the first call gets a 401. If you also
 * stored the time at which the pair came, call barejwt_session_next with that time first. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_init(barejwt_session *session,
                                    const barejwt_pair *pair,
                                    uint32_t margin);

/* What to do now, before a call. now is in seconds since 1970.
 *
 * The server's word counts more than the clock. A new pair is always tried once. If the clock was wrong
 * about its end, the clock is ignored until the next 401. Only the server ends the refresh token. Report
 * what it says of each call: barejwt_session_accepted or barejwt_session_after_401. A token that is not
 * valid yet ends no session: report nothing, wait, and ask again.
 *
 * BAREJWT_E_CLOCK_NOT_SET; misuse. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_next(barejwt_session *session,
                                    int64_t now,
                                    barejwt_next *next);

/* What to do after the server has answered 401 to the access token: refresh once, then log in. A
 * later 401 gets its own refresh only if barejwt_session_accepted was called in between, or the
 * pair was renewed because its time had come. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_after_401(barejwt_session *session,
                                         barejwt_next *next);

/* Takes the pair that a refresh has brought. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_renewed(barejwt_session *session,
                                       const barejwt_pair *pair);

/* Notes that the server has accepted the access token. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_accepted(barejwt_session *session);

/* Notes that the server has refused the refresh token: all that is left is to log in. */
BAREJWT_MUST_USE
barejwt_status barejwt_session_refresh_refused(barejwt_session *session);

/* ---- Without a key ------------------------------------------------------------------------------
 *
 *     barejwt_unverified said;
 *     st = barejwt_decode_unverified(token, token_len, scratch, sizeof scratch, &said); */

/* What a token says, with nothing verified: for showing people, and for a client that wants to
 * know when its own token expires. No function takes it where verified claims are asked for. */
typedef struct {
  /* The JOSE header: one strict JSON object. Its alg may be anything. */
  barejwt_str header_json;
  /* The claims set: one strict JSON object. */
  barejwt_str payload_json;
  /* BAREJWT_OK if the four fields below are set, or why the payload is no claims set: a known
   * claim has the wrong type, for example. */
  barejwt_status claims_status;
  /* BAREJWT_TYPE_ number. */
  uint32_t said_token_type;
  /* The subject, unescaped; NULL if absent. */
  barejwt_str said_sub;
  /* Seconds since 1970; 0 if absent. */
  int64_t said_exp;
  /* Seconds since 1970; 0 if absent. */
  int64_t said_nbf;
  /* Why the call, or the reading of the claims, was refused. */
  barejwt_detail detail;
} barejwt_unverified;

/* Decodes a token without verifying anything: no key, no algorithm, no times, no types. Give it a
 * scratch buffer that no verified claims point into.
 *
 * BAREJWT_E_TOKEN_TOO_LONG over BAREJWT_TOKEN_LEN_DEFAULT bytes, BAREJWT_E_SEGMENT_COUNT,
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

/* BAREJWT_VERSION of the library that is linked: a static string. */
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
 *    100 to 199 misuse: a fault of the program, not of a token
 *
 *     if (st != BAREJWT_OK) fprintf(stderr, "%s\n", barejwt_strerror(st)); */

/* One line of English for a status: a static string, never NULL, also for numbers that are none. */
const char *barejwt_strerror(barejwt_status status);

/* The call did what it says. */
#define BAREJWT_OK 0

/* The secret is shorter than 32 bytes (RFC 7518 3.2), or empty with barejwt_key_init_weak. */
#define BAREJWT_E_KEY_TOO_SHORT 10

/* A kid is empty, longer than BAREJWT_KID_MAX, or holds a quote, a backslash or a control
 * character. */
#define BAREJWT_E_KID_INVALID 11

/* Two keys of a keyring have the same kid. */
#define BAREJWT_E_KID_DUPLICATE 12

/* No key of the keyring has the token's kid. */
#define BAREJWT_E_KID_UNKNOWN 13

/* The token has no kid, and no key of the keyring is for such tokens. */
#define BAREJWT_E_KID_MISSING 14

/* The token's kid is not a string (RFC 7515 4.1.4). */
#define BAREJWT_E_KID_NOT_STRING 15

/* The keyring has no signing key. */
#define BAREJWT_E_KID_NOT_IN_KEYRING 16

/* Every byte of the secret is 0x00, or every byte is 0xFF: memory that nobody has written. */
#define BAREJWT_E_KEY_BLANK 17

/* The output buffer is too small. The bytes it needs are in *out_len, or in needed of the pair or value. */
#define BAREJWT_E_OUTPUT_TOO_SMALL 20

/* The scratch buffer is too small for this token. The bytes it needs to get past this point are
 * in the detail; BAREJWT_SCRATCH_MAX is always enough. */
#define BAREJWT_E_SCRATCH_TOO_SMALL 21

/* The token is longer than max_token_len. Its length is in the detail, as needed. */
#define BAREJWT_E_TOKEN_TOO_LONG 30

/* The token is not three segments with two dots between (RFC 7515 7.1). */
#define BAREJWT_E_SEGMENT_COUNT 31

/* The header segment is longer than BAREJWT_HEADER_MAX. */
#define BAREJWT_E_HEADER_TOO_LONG 32

/* A segment is not canonical, unpadded base64url (RFC 7515 2). Detail: part. */
#define BAREJWT_E_BASE64 33

/* A part of the token is not the strict JSON object it must be (RFC 8259). Detail: part, problem, at. */
#define BAREJWT_E_JSON 34

/* The header has no alg (RFC 7515 4.1.1). */
#define BAREJWT_E_ALG_MISSING 35

/* The header's alg is anything but the string HS256. */
#define BAREJWT_E_ALG_NOT_HS256 36

/* The header has crit; no extension is supported (RFC 7515 4.1.11). */
#define BAREJWT_E_CRIT_UNSUPPORTED 37

/* The header's typ is absent or not the one asked for (RFC 8725 3.11). */
#define BAREJWT_E_TYP_WRONG 38

/* The signature is not the HMAC of the token under the key. */
#define BAREJWT_E_SIGNATURE_INVALID 39

/* The header's cty is JWT: another token is nested in this one (RFC 7519 7.2 step 8). */
#define BAREJWT_E_NESTED_TOKEN 40

/* Required claims are absent. Detail: claims, all of them at once. */
#define BAREJWT_E_CLAIMS_MISSING 50

/* A claim has the wrong JSON type. Detail: claims. */
#define BAREJWT_E_CLAIM_TYPE 51

/* A NumericDate does not fit 64 bits of seconds (RFC 7519 2). Detail: claims. */
#define BAREJWT_E_NUMERIC_DATE_RANGE 52

/* token_type is neither access nor refresh. */
#define BAREJWT_E_TOKEN_TYPE_UNKNOWN 53

/* The token is of the other type: a refresh token is not an access token. Detail: token_type. */
#define BAREJWT_E_TOKEN_TYPE_WRONG 54

/* sub is the empty string, which identifies nobody. */
#define BAREJWT_E_SUBJECT_EMPTY 55

/* sub is not the subject asked for. */
#define BAREJWT_E_SUBJECT_WRONG 56

/* The token has an aud, and the rules neither name an audience nor ignore aud (RFC 7519 4.1.3). */
#define BAREJWT_E_AUDIENCE_UNEXPECTED 57

/* exp has passed (RFC 7519 4.1.4), leeway counted in. Detail: time, now. */
#define BAREJWT_E_EXPIRED 58

/* nbf has not come yet (RFC 7519 4.1.5), leeway counted in. Detail: time, now. */
#define BAREJWT_E_NOT_YET_VALID 59

/* now is zero or less: the clock is not set. */
#define BAREJWT_E_CLOCK_NOT_SET 60

/* A lifetime of zero seconds was asked for. */
#define BAREJWT_E_LIFETIME_ZERO 61

/* now plus the lifetime does not fit 64 bits. */
#define BAREJWT_E_TIME_OVERFLOW 62

/* state_hash is not 32 bytes in padded standard base64 (RFC 4648 4). */
#define BAREJWT_E_STATE_HASH_MALFORMED 63

/* The account has changed since the refresh token was issued: the user must log in. */
#define BAREJWT_E_STATE_HASH_MISMATCH 64

/* iss is not the issuer asked for (RFC 7519 4.1.1). */
#define BAREJWT_E_ISSUER_WRONG 65

/* The audience asked for is not in aud (RFC 7519 4.1.3). */
#define BAREJWT_E_AUDIENCE_WRONG 66

/* iat is in the future (RFC 7519 4.1.6), leeway counted in. Detail: time, now. */
#define BAREJWT_E_ISSUED_IN_FUTURE 67

/* iat is longer ago than max_age, leeway counted in. Detail: time, now. */
#define BAREJWT_E_TOO_OLD 68

/* The members to sign have one whose name the library writes itself. */
#define BAREJWT_E_MEMBER_RESERVED 69

/* The claims set has no member of this name. */
#define BAREJWT_E_CLAIM_ABSENT 70

/* The members or the claims set to be signed are not one strict JSON object (RFC 8259), or have too
 * many members. */
#define BAREJWT_E_JSON_TO_SIGN 71

/* There is no Authorization header, and one is required. */
#define BAREJWT_E_AUTHORIZATION_MISSING 80

/* The Authorization header has another scheme than Bearer. */
#define BAREJWT_E_AUTHORIZATION_SCHEME 81

/* The Authorization header is not Bearer and one token (RFC 6750 2.1). */
#define BAREJWT_E_AUTHORIZATION_MALFORMED 82

/* The realm for WWW-Authenticate is not printable ASCII without quotes and backslashes. */
#define BAREJWT_E_REALM_INVALID 83

/* The status is no refusal of a token but success or a fault of the server's own: there is no
 * WWW-Authenticate to send. */
#define BAREJWT_E_NO_CHALLENGE 85

/* The answer to a login is not of the expected form. */
#define BAREJWT_E_LOGIN_ANSWER_INVALID 90

/* The server refused the login or the refresh; its code is in *code. */
#define BAREJWT_E_LOGIN_REFUSED 91

/* The answer to a login is not JSON, or not strict JSON. */
#define BAREJWT_E_LOGIN_ANSWER_JSON 92

/* A pointer is NULL that must not be; a string or buffer may be NULL with length 0 alone. */
#define BAREJWT_E_NULL 100

/* A length is longer than any object can be, such as a negative number cast to size_t. */
#define BAREJWT_E_LENGTH 101

/* A pointer to a struct is not aligned for it. */
#define BAREJWT_E_MISALIGNED 102

/* A buffer or result overlaps another buffer, result or input of the call, or what an input points
 * to. */
#define BAREJWT_E_OVERLAP 103

/* A sub to sign, kid, claim name, realm, json, members or token to keep is not UTF-8. */
#define BAREJWT_E_NOT_UTF8 104

/* A key, keyring, claims, refresh or session struct was never filled in, or was wiped, or the call
 * that should have filled it failed; or a keyring stands where a single key must. */
#define BAREJWT_E_NOT_READY 105

/* This library does not know that struct_size: begin with the initialiser macro. Or the library is
 * older than your header. */
#define BAREJWT_E_STRUCT_SIZE 106

/* A field or argument has an unknown number. */
#define BAREJWT_E_OPTION 107

/* The keyring has no slot left. */
#define BAREJWT_E_KEYRING_FULL 108

/* The scratch buffer that these claims or this refresh token point into was used for something
 * else. */
#define BAREJWT_E_SCRATCH_CHANGED 109

/* The keyring has no slots, or no key was added to it yet. */
#define BAREJWT_E_KEYRING_EMPTY 110

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* BAREJWT_H */

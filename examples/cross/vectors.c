// Runs the vectors of tests/vectors.txt through the C library on a board. It names each vector that fails, and
// counts all. The head of tests/vectors.txt explains each field.
#include <barejwt.h>

#include "board.h"

extern const char vectors[], vectors_end[]; // vectors.S

enum { RECEIVED = 1745651978 }; // the time at which the answers of the session vectors came
enum { TOKEN_MAX = 1536, SECRET_MAX = 256, KEYS_MAX = 2, KID_MAX = 8 };
enum { ACCESS_MAX = BAREJWT_ACCESS_TOKEN_MAX(16) + BAREJWT_KID_ROOM(KID_MAX) };
enum { REFRESH_MAX = BAREJWT_REFRESH_TOKEN_MAX(16) };

typedef struct {
    barejwt_str name, call, key, now, answer, input;
} vector;

// The answer of a call: a word, and one or two strings.
typedef struct {
    barejwt_str word, text, second;
} outcome;

// Outcomes point into this memory.
typedef struct {
    char access[ACCESS_MAX], refresh[REFRESH_MAX];
    uint8_t scratch[BAREJWT_SCRATCH_MAX(TOKEN_MAX)];
} buffers;

static barejwt_str str(const char *text) {
    barejwt_str s = {text, 0};
    while (text[s.len] != '\0') s.len++;
    return s;
}

static int equal(barejwt_str a, barejwt_str b) {
    if (a.len != b.len) return 0;
    for (size_t i = 0; i < a.len; i++) {
        if (a.ptr[i] != b.ptr[i]) return 0;
    }
    return 1;
}

static int is(barejwt_str s, const char *text) { return equal(s, str(text)); }

// Takes the front of rest, up to the character end. It drops that character. Without it, it takes all of rest.
static barejwt_str take(barejwt_str *rest, char end) {
    barejwt_str front = {rest->ptr, 0};
    while (front.len < rest->len && front.ptr[front.len] != end) front.len++;
    size_t taken = front.len < rest->len ? front.len + 1 : front.len;
    rest->ptr += taken;
    rest->len -= taken;
    return front;
}

static int contains(barejwt_str s, char c) {
    size_t len = s.len;
    return take(&s, c).len < len;
}

static void print(barejwt_str s) {
    for (size_t i = 0; i < s.len; i++) board_write((uint8_t)s.ptr[i]);
}

static void print_count(unsigned count) {
    if (count >= 10) print_count(count / 10);
    board_write((uint8_t)('0' + count % 10));
}

static int64_t number(barejwt_str s) {
    int negative = s.ptr[0] == '-';
    uint64_t value = 0;
    for (size_t i = negative ? 1 : 0; i < s.len; i++) value = value * 10 + (uint64_t)(s.ptr[i] - '0');
    return (int64_t)(negative ? 0 - value : value);
}

static uint8_t digit(char c) { return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10); }

static barejwt_status init_key(barejwt_key *key, barejwt_str hex) {
    uint8_t secret[SECRET_MAX];
    for (size_t i = 0; i < hex.len / 2; i++) {
        secret[i] = (uint8_t)(digit(hex.ptr[2 * i]) << 4 | digit(hex.ptr[2 * i + 1]));
    }
    return barejwt_key_init(key, secret, hex.len / 2);
}

static barejwt_status init_ring(barejwt_keyring *ring, barejwt_slot *slots, barejwt_str keys) {
    barejwt_status st = barejwt_keyring_init(ring, slots, KEYS_MAX);
    while (st == BAREJWT_OK && keys.len > 0) {
        barejwt_str hex = take(&keys, ' ');
        barejwt_str kid = take(&hex, ':');
        barejwt_key key;
        st = init_key(&key, hex);
        if (st == BAREJWT_OK) {
            uint32_t uses = keys.len == 0 ? BAREJWT_RING_SIGNS : 0;
            st = barejwt_keyring_add(ring, kid.ptr, kid.len, &key, uses);
        }
    }
    return st;
}

static outcome found(const char *word, barejwt_str text) {
    return (outcome){str(word), text, {NULL, 0}};
}

static outcome refused(barejwt_status st) { return found(barejwt_strerror(st), (barejwt_str){NULL, 0}); }

static outcome authenticate(const vector *v, const barejwt_key *key, uint32_t auth, buffers *b) {
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    barejwt_identity who;
    barejwt_str header = is(v->input, "(absent)") ? (barejwt_str){NULL, 0} : v->input;
    barejwt_status st = barejwt_authenticate(key, auth, header.ptr, header.len, &want, number(v->now),
                                             b->scratch, sizeof b->scratch, &who);
    if (st != BAREJWT_OK) return refused(st);
    if (who.kind == BAREJWT_IDENTITY_ANONYMOUS) return found("anonymous", (barejwt_str){NULL, 0});
    return found("sub=", who.claims.sub);
}

static outcome verify(const vector *v, const barejwt_key *key, barejwt_validation want, buffers *b) {
    barejwt_claims claims;
    barejwt_status st = barejwt_verify(key, v->input.ptr, v->input.len, &want, number(v->now),
                                       b->scratch, sizeof b->scratch, &claims);
    return st == BAREJWT_OK ? found("sub=", claims.sub) : refused(st);
}

static outcome verify_leniently(const vector *v, const barejwt_key *key, buffers *b) {
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    want.token_type = BAREJWT_TYPE_ANY;
    want.allow_missing = BAREJWT_CLAIM_TOKEN_TYPE | BAREJWT_CLAIM_SUB | BAREJWT_CLAIM_EXP | BAREJWT_CLAIM_NBF;
    want.ignore = BAREJWT_CLAIM_AUD;
    return verify(v, key, want, b);
}

static const uint8_t *state_hash(uint8_t hash[BAREJWT_STATE_HASH_BYTES]) {
    for (size_t i = 0; i < BAREJWT_STATE_HASH_BYTES; i++) hash[i] = 0x5a;
    return hash;
}

static outcome sign_access(const vector *v, const barejwt_key *key, buffers *b) {
    barejwt_str token = {b->access, 0};
    barejwt_status st = barejwt_sign_access(key, v->input.ptr, v->input.len, number(v->now), BAREJWT_ACCESS_LIFETIME,
                                            b->access, sizeof b->access, &token.len);
    return st == BAREJWT_OK ? found("token=", token) : refused(st);
}

static outcome sign_refresh(const vector *v, const barejwt_key *key, buffers *b) {
    uint8_t hash[BAREJWT_STATE_HASH_BYTES];
    barejwt_str token = {b->refresh, 0};
    barejwt_status st = barejwt_sign_refresh(key, v->input.ptr, v->input.len, state_hash(hash), number(v->now),
                                             BAREJWT_REFRESH_LIFETIME, b->refresh, sizeof b->refresh, &token.len);
    return st == BAREJWT_OK ? found("token=", token) : refused(st);
}

static outcome renew(const vector *v, const barejwt_key *key, buffers *b) {
    uint8_t hash[BAREJWT_STATE_HASH_BYTES];
    barejwt_validation want = BAREJWT_VALIDATION_REFRESH;
    barejwt_pair_options options = BAREJWT_PAIR_OPTIONS;
    barejwt_refresh token;
    barejwt_pair pair;
    barejwt_status st = barejwt_verify_refresh(key, v->input.ptr, v->input.len, &want, number(v->now), b->scratch,
                                               sizeof b->scratch, &token);
    if (st == BAREJWT_OK) {
        st = barejwt_refresh_renew(key, &token, state_hash(hash), &options, b->access, sizeof b->access, b->refresh,
                                   sizeof b->refresh, &pair);
    }
    if (st != BAREJWT_OK) return refused(st);
    return (outcome){str("pair="), pair.access_token, pair.refresh_token};
}

static outcome session(const vector *v) {
    barejwt_pair pair;
    barejwt_session session;
    barejwt_next next;
    barejwt_status st = barejwt_pair_from_answer(v->input.ptr, v->input.len, &pair, NULL);
    // The vectors use the words of Rust, which has one error for all JSON.
    if (st == BAREJWT_E_LOGIN_ANSWER_JSON) st = BAREJWT_E_JSON;
    if (st == BAREJWT_OK) st = barejwt_session_init(&session, &pair, 60);
    if (st == BAREJWT_OK) st = barejwt_session_next(&session, RECEIVED, &next);
    if (st == BAREJWT_OK) st = barejwt_session_next(&session, number(v->now), &next);
    if (st != BAREJWT_OK) return refused(st);
    if (next.action == BAREJWT_NEXT_USE_ACCESS) return found("use=", next.token);
    if (next.action == BAREJWT_NEXT_REFRESH) return found("refresh=", next.token);
    return found("log in", (barejwt_str){NULL, 0});
}

static outcome decode(const vector *v, buffers *b) {
    barejwt_unverified said;
    barejwt_status st = barejwt_decode_unverified(v->input.ptr, v->input.len, b->scratch, sizeof b->scratch, &said);
    if (st == BAREJWT_OK) st = said.claims_status;
    return st == BAREJWT_OK ? found("sub=", said.said_sub) : refused(st);
}

static outcome run_under(const vector *v, const barejwt_key *key, buffers *b) {
    if (is(v->call, "none")) return authenticate(v, key, BAREJWT_AUTH_NONE, b);
    if (is(v->call, "optional")) return authenticate(v, key, BAREJWT_AUTH_OPTIONAL, b);
    if (is(v->call, "required")) return authenticate(v, key, BAREJWT_AUTH_REQUIRED, b);
    if (is(v->call, "access")) return verify(v, key, (barejwt_validation)BAREJWT_VALIDATION_ACCESS, b);
    if (is(v->call, "refresh")) return verify(v, key, (barejwt_validation)BAREJWT_VALIDATION_REFRESH, b);
    if (is(v->call, "any")) return verify_leniently(v, key, b);
    if (is(v->call, "sign-access")) return sign_access(v, key, b);
    if (is(v->call, "sign-refresh")) return sign_refresh(v, key, b);
    if (is(v->call, "renew")) return renew(v, key, b);
    if (is(v->call, "session")) return session(v);
    if (is(v->call, "unverified")) return decode(v, b);
    return found("unknown call", (barejwt_str){NULL, 0});
}

static outcome run(const vector *v, buffers *b) {
    if (contains(v->key, ':')) {
        barejwt_slot slots[KEYS_MAX];
        barejwt_keyring ring;
        barejwt_status st = init_ring(&ring, slots, v->key);
        return st == BAREJWT_OK ? run_under(v, &ring.key, b) : refused(st);
    }
    barejwt_key key;
    barejwt_status st = init_key(&key, v->key);
    return st == BAREJWT_OK ? run_under(v, &key, b) : refused(st);
}

// Whether answer spells this outcome. Only a blank after the text stands between its parts.
static int answers(outcome o, barejwt_str answer) {
    size_t len = o.word.len + o.text.len;
    if (answer.len < len) return 0;
    barejwt_str word = {answer.ptr, o.word.len};
    barejwt_str text = {answer.ptr + o.word.len, o.text.len};
    barejwt_str rest = {answer.ptr + len, answer.len - len};
    if (o.second.ptr != NULL && !is(take(&rest, ' '), "")) return 0;
    return equal(word, o.word) && equal(text, o.text) && equal(rest, o.second);
}

static vector next_vector(barejwt_str line) {
    vector v;
    v.name = take(&line, '\t');
    v.call = take(&line, '\t');
    v.key = take(&line, '\t');
    v.now = take(&line, '\t');
    v.answer = take(&line, '\t');
    v.input = line;
    return v;
}

void firmware(void) {
    barejwt_str file = {vectors, (size_t)(vectors_end - vectors)};
    unsigned passed = 0, failed = 0;
    while (file.len > 0) {
        barejwt_str line = take(&file, '\n');
        if (line.ptr[0] == '#') continue;
        vector v = next_vector(line);
        buffers b;
        if (answers(run(&v, &b), v.answer)) {
            passed++;
        } else {
            failed++;
            print(v.name);
            board_write('\n');
        }
    }
    print_count(passed);
    print(str(" passed, "));
    print_count(failed);
    print(str(" failed\n"));
    board_exit(failed == 0 && passed > 0);
}

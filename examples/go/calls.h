// The calls that a server makes for every request. Their structs of pointers are on C's stack: Go passes texts and
// buffers, and gets numbers back. So nothing needs C memory. A _GoString_ is a Go string during a call.
#include <barejwt.h>

typedef struct {
  uint32_t token_type, require, allow_missing, ignore, leeway, max_age;
  size_t max_token_len;
  // 1 if the text is a rule, as an empty text can be.
  uint32_t has_sub, has_issuer, has_audience, has_typ;
} go_rules;

// Texts are offsets into scratch.
typedef struct {
  barejwt_status status;
  uint32_t token_type, has, identity;
  int64_t exp, nbf;
  size_t sub, sub_len, json, json_len;
  barejwt_detail detail;
} go_claims;

// len is the length of the token, or the room that it needs.
typedef struct {
  barejwt_status status;
  size_t len;
} go_signed;

// Never NULL: NULL would mean that there is no text.
static inline const char *go_chars(_GoString_ s) { return _GoStringLen(s) == 0 ? "" : _GoStringPtr(s); }

static inline barejwt_str go_str(uint32_t is_there, _GoString_ s) {
  barejwt_str none = {NULL, 0}, some = {go_chars(s), _GoStringLen(s)};
  return is_there ? some : none;
}

static inline barejwt_validation go_validation(go_rules rules, _GoString_ sub, _GoString_ issuer,
                                               _GoString_ audience, _GoString_ typ) {
  barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
  want.token_type = rules.token_type;
  want.require = rules.require;
  want.allow_missing = rules.allow_missing;
  want.ignore = rules.ignore;
  want.leeway = rules.leeway;
  want.max_age = rules.max_age;
  want.max_token_len = rules.max_token_len;
  want.sub = go_str(rules.has_sub, sub);
  want.issuer = go_str(rules.has_issuer, issuer);
  want.audience = go_str(rules.has_audience, audience);
  want.typ = go_str(rules.has_typ, typ);
  return want;
}

static inline go_claims go_found(barejwt_status status, const barejwt_claims *claims, const char *scratch) {
  go_claims found = {status, claims->token_type, claims->has, 0, claims->exp, claims->nbf,
                     0,      0,                  0,           0, claims->detail};
  if (claims->sub.ptr != NULL) {
    found.sub = (size_t)(claims->sub.ptr - scratch);
    found.sub_len = claims->sub.len;
  }
  if (claims->json.ptr != NULL) {
    found.json = (size_t)(claims->json.ptr - scratch);
    found.json_len = claims->json.len;
  }
  return found;
}

static inline go_claims go_verify(const barejwt_key *key, _GoString_ token, go_rules rules, _GoString_ sub,
                                  _GoString_ issuer, _GoString_ audience, _GoString_ typ, int64_t now,
                                  char *scratch, size_t size) {
  barejwt_validation want = go_validation(rules, sub, issuer, audience, typ);
  barejwt_claims claims;
  barejwt_status status =
      barejwt_verify(key, go_chars(token), _GoStringLen(token), &want, now, scratch, size, &claims);
  return go_found(status, &claims, scratch);
}

static inline go_claims go_authenticate(const barejwt_key *key, uint32_t auth, uint32_t has_header,
                                        _GoString_ header, go_rules rules, _GoString_ sub, _GoString_ issuer,
                                        _GoString_ audience, _GoString_ typ, int64_t now, char *scratch,
                                        size_t size) {
  barejwt_validation want = go_validation(rules, sub, issuer, audience, typ);
  barejwt_str value = go_str(has_header, header);
  barejwt_identity who;
  barejwt_status status =
      barejwt_authenticate(key, auth, value.ptr, value.len, &want, now, scratch, size, &who);
  go_claims found = go_found(status, &who.claims, scratch);
  found.identity = who.kind;
  return found;
}

// refresh and its scratch are in C memory, because a later call reads them again.
static inline barejwt_status go_verify_refresh(const barejwt_key *key, _GoString_ token, go_rules rules,
                                               _GoString_ sub, _GoString_ issuer, _GoString_ audience,
                                               _GoString_ typ, int64_t now, char *scratch, size_t size,
                                               barejwt_refresh *refresh) {
  barejwt_validation want = go_validation(rules, sub, issuer, audience, typ);
  return barejwt_verify_refresh(key, go_chars(token), _GoStringLen(token), &want, now, scratch, size, refresh);
}

static inline go_signed go_sign(const barejwt_key *key, uint32_t token_type, uint32_t lifetime, _GoString_ sub,
                                const uint8_t *state_hash, uint32_t has_members, _GoString_ members, int64_t now,
                                char *out, size_t size) {
  barejwt_to_sign what = BAREJWT_TO_SIGN_ACCESS;
  what.token_type = token_type;
  what.lifetime = lifetime;
  what.sub = go_str(1, sub);
  what.state_hash = state_hash;
  what.members = go_str(has_members, members);
  go_signed token = {0, 0};
  token.status = barejwt_sign(key, &what, now, out, size, &token.len);
  return token;
}

static inline go_signed go_sign_json(const barejwt_key *key, _GoString_ json, char *out, size_t size) {
  go_signed token = {0, 0};
  token.status = barejwt_sign_json(key, go_chars(json), _GoStringLen(json), out, size, &token.len);
  return token;
}

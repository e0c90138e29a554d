package barejwt

// #include "calls.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// The usual lifetimes are an hour and 180 days.
const (
	AccessLifetime  = C.BAREJWT_ACCESS_LIFETIME * time.Second
	RefreshLifetime = C.BAREJWT_REFRESH_LIFETIME * time.Second
)

// StateHash is your digest of an account's credential state.
type StateHash [C.BAREJWT_STATE_HASH_BYTES]byte

// Format prints no byte of the digest, whatever the verb. Of an unexported field fmt prints the bytes.
func (StateHash) Format(f fmt.State, _ rune) { io.WriteString(f, "barejwt.StateHash") }

// TokenType is the claim token_type.
type TokenType uint32

// String gives the value of token_type, or "any" or "jwt".
func (t TokenType) String() string {
	names := [...]string{"absent", "access", "refresh", "any", "jwt"}
	if uint64(t) < uint64(len(names)) {
		return names[t]
	}
	return fmt.Sprintf("TokenType(%d)", uint32(t))
}

// TypeAccess and TypeRefresh are the types of the site's tokens. TypeAny accepts both types, and only
// a Validation may have it. TypeJWT stands for the tokens of any other system.
const (
	TypeAbsent  TokenType = C.BAREJWT_TYPE_ABSENT
	TypeAccess  TokenType = C.BAREJWT_TYPE_ACCESS
	TypeRefresh TokenType = C.BAREJWT_TYPE_REFRESH
	TypeAny     TokenType = C.BAREJWT_TYPE_ANY
	TypeJWT     TokenType = C.BAREJWT_TYPE_JWT
)

// Validation has the rules that a token must meet. The zero value is for access tokens and relaxes
// nothing. A nil text is no rule. An empty text is a rule.
type Validation struct {
	// TokenType is the type that the token must have. TypeAbsent means TypeAccess. The site's tokens
	// must have token_type, sub, exp and nbf. With TypeJWT a token must have exp.
	TokenType TokenType
	// Require has the claims that are also required. It overrides AllowMissing and Ignore.
	Require ClaimSet
	// AllowMissing has the claims that may be missing. A token without exp never expires.
	AllowMissing ClaimSet
	// Ignore has the claims that are not looked at, unless another rule asks for them. A token whose
	// exp is ignored never expires.
	Ignore ClaimSet
	// Leeway, in whole seconds, is the time for which a token is accepted after exp, before nbf and on
	// each side of MaxAge, because clocks differ.
	Leeway time.Duration
	// MaxAge, in whole seconds, is the longest time since iat (RFC 7519 4.1.6). If it is not 0, the
	// token must have an iat, and not in the future.
	MaxAge time.Duration
	// MaxTokenLen is the most bytes that a token may have. 0 means 8192.
	MaxTokenLen uint
	// Sub is the subject that the token must have (RFC 7519 4.1.2).
	Sub *string
	// Issuer is the issuer that the token must have (RFC 7519 4.1.1).
	Issuer *string
	// Audience is the audience that aud must name (RFC 7519 4.1.3). If it is nil, a token that has an
	// aud is refused, unless Ignore has ClaimAud.
	Audience *string
	// Typ is the media type that the header's typ must be (RFC 8725 3.11).
	Typ *string
}

// rules holds a Validation in the form that C takes.
type rules struct {
	numbers                    C.go_rules
	sub, issuer, audience, typ string
}

func (v *Validation) rules() (rules, error) {
	switch {
	case v.TokenType > TypeJWT:
		return rules{}, wrongOption("TokenType")
	case v.Require.unknown() != 0:
		return rules{}, wrongOption("Require")
	case v.AllowMissing.unknown() != 0:
		return rules{}, wrongOption("AllowMissing")
	case v.Ignore.unknown() != 0:
		return rules{}, wrongOption("Ignore")
	}
	leeway, err := seconds("Leeway", v.Leeway)
	if err != nil {
		return rules{}, err
	}
	maxAge, err := seconds("MaxAge", v.MaxAge)
	if err != nil {
		return rules{}, err
	}
	// For C 0 means no rule, so a MaxAge below a second must not become 0.
	if maxAge == 0 && v.MaxAge != 0 {
		return rules{}, wrongOption("MaxAge")
	}
	r := rules{numbers: C.go_rules{
		token_type:    C.uint32_t(v.TokenType),
		require:       C.uint32_t(v.Require),
		allow_missing: C.uint32_t(v.AllowMissing),
		ignore:        C.uint32_t(v.Ignore),
		leeway:        leeway,
		max_age:       maxAge,
		max_token_len: C.size_t(v.MaxTokenLen),
	}}
	r.sub, r.numbers.has_sub = textIfAny(v.Sub)
	r.issuer, r.numbers.has_issuer = textIfAny(v.Issuer)
	r.audience, r.numbers.has_audience = textIfAny(v.Audience)
	r.typ, r.numbers.has_typ = textIfAny(v.Typ)
	return r, nil
}

func textIfAny(s *string) (string, C.uint32_t) {
	if s == nil {
		return "", 0
	}
	return *s, 1
}

// Claims are the claims of a token whose signature, type and times were checked.
type Claims struct {
	Sub string
	// TokenType is TypeAbsent for any other system's token.
	TokenType TokenType
	// Exp and Nbf are in seconds since 1970.
	Exp, Nbf int64
	// Has tells which claims the token has, among the claims that the rules look at. The field of an
	// absent claim is zero.
	Has ClaimSet
	// JSON is the whole claims set as it was signed: strict JSON in which no name is repeated.
	JSON string
}

// String gives the claims set.
func (c Claims) String() string { return c.JSON }

// GoString is what the verb %#v prints.
func (c Claims) GoString() string { return "barejwt.Claims" + c.JSON }

func newClaims(c *C.go_claims, scratch []byte) *Claims {
	claims := &Claims{
		TokenType: TokenType(c.token_type),
		Exp:       int64(c.exp),
		Nbf:       int64(c.nbf),
		Has:       ClaimSet(c.has),
		JSON:      string(scratch[c.json : c.json+c.json_len]),
	}
	// Only a sub with escapes has a place of its own, outside the JSON.
	if at := c.sub - c.json; c.sub >= c.json && at+c.sub_len <= c.json_len {
		claims.Sub = claims.JSON[at : at+c.sub_len]
	} else {
		claims.Sub = string(scratch[c.sub : c.sub+c.sub_len])
	}
	return claims
}

// Get decodes the claim with exactly this name into value. (encoding/json would match the names of a
// struct without regard to case.) Errors: ErrClaimAbsent, and the errors of encoding/json.
func (c *Claims) Get(name string, value any) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(c.JSON), &members); err != nil {
		return err
	}
	member, found := members[name]
	if !found {
		return &Error{Status: ErrClaimAbsent}
	}
	return json.Unmarshal(member, value)
}

// ToSign says what a new token has.
type ToSign struct {
	// TokenType is TypeAccess or TypeRefresh for the site's tokens, which have token_type, sub, exp and
	// nbf. It is TypeJWT for a token for any other system, which has sub, iat and exp.
	TokenType TokenType
	Sub       string
	// Lifetime is in whole seconds.
	Lifetime time.Duration
	// StateHash must be given for a refresh token, and only for it. The token can be renewed as long
	// as the account's state has this hash.
	StateHash *StateHash
	// Members follow the standard members. encoding/json must write it as an object. nil adds nothing.
	Members any
}

// Sign makes a token that is valid from now.
//
// Errors: ErrClockNotSet, ErrLifetimeZero, ErrTimeOverflow, ErrSubjectEmpty, ErrNotUTF8,
// ErrKIDNotInKeyring, ErrNotReady; ErrOption for a lifetime below zero or above 136 years, for
// another type, and for a StateHash in a token that is no refresh token; ErrNull for a refresh token
// without a StateHash; ErrJSONToSign for members that are not strict JSON; ErrMemberReserved for a
// member that the library writes itself; and the errors of encoding/json.
func Sign(what ToSign, key *Key, now time.Time) (string, error) {
	if err := what.typed(); err != nil {
		return "", err
	}
	lifetime, err := seconds("Lifetime", what.Lifetime)
	if err != nil {
		return "", err
	}
	members, isThere, err := jsonText(what.Members)
	if err != nil {
		return "", err
	}
	var hasMembers C.uint32_t
	if isThere {
		hasMembers = 1
	}
	// cgo lets C read this copy. It would refuse a pointer into a struct that holds Go pointers.
	var digest *C.uint8_t
	if what.StateHash != nil {
		hash := *what.StateHash
		digest = (*C.uint8_t)(&hash[0])
	}
	return signed(key, func(k *C.barejwt_key, out []byte) C.go_signed {
		return C.go_sign(k, C.uint32_t(what.TokenType), lifetime, what.Sub, digest, hasMembers, members,
			C.int64_t(now.Unix()), first(out), C.size_t(len(out)))
	})
}

// typed gives the error of a token of no such type, or whose type and StateHash do not fit.
func (t *ToSign) typed() error {
	switch {
	case t.TokenType != TypeAccess && t.TokenType != TypeRefresh && t.TokenType != TypeJWT:
		return wrongOption("TokenType")
	case t.TokenType == TypeRefresh && t.StateHash == nil:
		return &Error{Status: ErrNull, Option: "StateHash"}
	case t.TokenType != TypeRefresh && t.StateHash != nil:
		return wrongOption("StateHash")
	}
	return nil
}

// SignAccess makes an access token for sub. It gives the errors of Sign.
func SignAccess(sub string, key *Key, now time.Time, lifetime time.Duration) (string, error) {
	return Sign(ToSign{TokenType: TypeAccess, Sub: sub, Lifetime: lifetime}, key, now)
}

// SignRefresh makes a refresh token. It can be renewed as long as the account's state has this hash.
// It gives the errors of Sign. A login usually needs IssuePair.
func SignRefresh(sub string, hash StateHash, key *Key, now time.Time, lifetime time.Duration) (string, error) {
	return Sign(ToSign{TokenType: TypeRefresh, Sub: sub, Lifetime: lifetime, StateHash: &hash}, key, now)
}

// SignJSON signs a claims set of your own, which must be one strict JSON object. Errors:
// ErrJSONToSign, ErrNotUTF8, ErrKIDNotInKeyring, ErrNotReady.
func SignJSON(claimsSet string, key *Key) (string, error) {
	return signed(key, func(k *C.barejwt_key, out []byte) C.go_signed {
		return C.go_sign_json(k, claimsSet, first(out), C.size_t(len(out)))
	})
}

// signed gives the token that call writes. It calls again if the token needs more room.
func signed(key *Key, call func(*C.barejwt_key, []byte) C.go_signed) (string, error) {
	k, err := key.hold()
	if err != nil {
		return "", err
	}
	defer key.release()
	out := make([]byte, 512)
	token := call(k, out)
	if Status(token.status) == ErrOutputTooSmall {
		out = make([]byte, token.len)
		token = call(k, out)
	}
	if err := failure(token.status, nil); err != nil {
		return "", err
	}
	return string(out[:token.len]), nil
}

// Verify gives the claims of a token that passes every rule of want. Otherwise it gives an *Error
// that names the first check that failed. The header lists the checks under barejwt_verify.
func Verify(token string, key *Key, want Validation, now time.Time) (*Claims, error) {
	r, err := want.rules()
	if err != nil {
		return nil, err
	}
	k, err := key.hold()
	if err != nil {
		return nil, err
	}
	defer key.release()
	scratch := make([]byte, scratchLen(len(token), want.MaxTokenLen))
	found := C.go_verify(k, token, r.numbers, r.sub, r.issuer, r.audience, r.typ, C.int64_t(now.Unix()),
		first(scratch), C.size_t(len(scratch)))
	if err := failure(found.status, &found.detail); err != nil {
		return nil, err
	}
	return newClaims(&found, scratch), nil
}

// UnverifiedClaims has what a token says, with nothing verified. No function takes it.
type UnverifiedClaims struct {
	// Header is the JOSE header. Its alg may be anything.
	Header string
	// Payload is the claims set.
	Payload string
	// Status is nil if the fields below are set. Otherwise it says why the payload is no claims set.
	Status        error
	SaidTokenType TokenType
	SaidSub       string
	// SaidExp and SaidNbf are in seconds since 1970. The field of an absent claim is 0.
	SaidExp, SaidNbf int64
}

// DecodeUnverified decodes a token and verifies nothing, so only show the result to people. Errors:
// ErrTokenTooLong for a token of more than 8192 bytes, ErrSegmentCount, ErrHeaderTooLong, ErrBase64,
// ErrJSON.
func DecodeUnverified(token string) (*UnverifiedClaims, error) {
	var a arena
	defer a.free()
	sent, n := chars(token)
	size := scratchLen(len(token), 0)
	scratch := a.alloc(size)
	said := (*C.barejwt_unverified)(a.alloc(C.sizeof_barejwt_unverified))
	status := C.barejwt_decode_unverified(sent, n, scratch, size, said)
	if err := failure(status, &said.detail); err != nil {
		return nil, err
	}
	return &UnverifiedClaims{
		Header:        goString(said.header_json),
		Payload:       goString(said.payload_json),
		Status:        failure(said.claims_status, &said.detail),
		SaidTokenType: TokenType(said.said_token_type),
		SaidSub:       goString(said.said_sub),
		SaidExp:       int64(said.said_exp),
		SaidNbf:       int64(said.said_nbf),
	}, nil
}

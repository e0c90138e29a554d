package barejwt

// #include "calls.h"
import "C"

import (
	"encoding/json"
	"time"
)

// The usual lifetimes: an hour, and 180 days.
const (
	AccessLifetime  = C.BAREJWT_ACCESS_LIFETIME * time.Second
	RefreshLifetime = C.BAREJWT_REFRESH_LIFETIME * time.Second
)

// StateHash is your digest of an account's credential state.
type StateHash [C.BAREJWT_STATE_HASH_BYTES]byte

// TokenType is the claim token_type.
type TokenType uint32

// The types. TypeAny is for a Validation alone: a token of either type. TypeJWT is any other
// system's token, for a Validation and ToSign.
const (
	TypeAbsent  TokenType = C.BAREJWT_TYPE_ABSENT
	TypeAccess  TokenType = C.BAREJWT_TYPE_ACCESS
	TypeRefresh TokenType = C.BAREJWT_TYPE_REFRESH
	TypeAny     TokenType = C.BAREJWT_TYPE_ANY
	TypeJWT     TokenType = C.BAREJWT_TYPE_JWT
)

// Validation is the rules that a token is held to. The zero value is for access tokens, and relaxes
// nothing. Texts that are nil are no rules; those that are empty are.
type Validation struct {
	// TokenType: TypeAbsent means TypeAccess. Tokens of the site's must have token_type, sub, exp
	// and nbf; with TypeJWT, exp.
	TokenType TokenType
	// Require is what must be there too. It overrides the sets below.
	Require ClaimSet
	// AllowMissing is what may be missing. A token without exp never expires.
	AllowMissing ClaimSet
	// Ignore is what is not looked at, unless another rule asks for it. A token whose exp is ignored
	// never expires.
	Ignore ClaimSet
	// Leeway, in whole seconds, is how long a token is accepted after exp, before nbf and on either
	// side of MaxAge, for clocks that differ.
	Leeway time.Duration
	// MaxAge, in whole seconds, if not 0: the token must have an iat (RFC 7519 4.1.6) that is not in
	// the future, and at most so long ago.
	MaxAge time.Duration
	// MaxTokenLen is the most bytes of a token; 0 is 8192.
	MaxTokenLen uint
	// Sub is the subject that the token must have (RFC 7519 4.1.2).
	Sub *string
	// Issuer is the issuer that the token must have (RFC 7519 4.1.1).
	Issuer *string
	// Audience is what aud must name (RFC 7519 4.1.3). Without it a token that has an aud is
	// refused, unless Ignore has ClaimAud.
	Audience *string
	// Typ is the media type that the header's typ must be (RFC 8725 3.11).
	Typ *string
}

// rules are a Validation as C takes it.
type rules struct {
	numbers                    C.go_rules
	sub, issuer, audience, typ string
}

func (v *Validation) rules() (rules, error) {
	leeway, err := seconds(v.Leeway)
	if err != nil {
		return rules{}, err
	}
	maxAge, err := seconds(v.MaxAge)
	if err != nil {
		return rules{}, err
	}
	// To C 0 is no rule at all.
	if maxAge == 0 && v.MaxAge != 0 {
		return rules{}, &Error{Status: ErrOption}
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
	// Has tells which claims the token has, of those that the rules look at; what it has not is zero.
	Has ClaimSet
	// JSON is the whole claims set as it was signed: strict JSON, no name repeated.
	JSON string
}

// String is the claims set.
func (c Claims) String() string { return c.JSON }

func newClaims(c *C.go_claims, scratch []byte) *Claims {
	claims := &Claims{
		TokenType: TokenType(c.token_type),
		Exp:       int64(c.exp),
		Nbf:       int64(c.nbf),
		Has:       ClaimSet(c.has),
		JSON:      string(scratch[c.json : c.json+c.json_len]),
	}
	// Without escapes it is where it was signed.
	if at := c.sub - c.json; c.sub >= c.json && at+c.sub_len <= c.json_len {
		claims.Sub = claims.JSON[at : at+c.sub_len]
	} else {
		claims.Sub = string(scratch[c.sub : c.sub+c.sub_len])
	}
	return claims
}

// Get decodes one claim, by its exact name, into value. ErrClaimAbsent, or an error of
// encoding/json. (A struct for the whole set would match names without regard to case.)
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

// ToSign is what a token is to say.
type ToSign struct {
	// TokenType is TypeAccess or TypeRefresh: the site's own tokens, with token_type, sub, exp and
	// nbf. TypeJWT is a token for any other system, with sub, iat and exp.
	TokenType TokenType
	Sub       string
	// Lifetime is in whole seconds.
	Lifetime time.Duration
	// StateHash is for a refresh token alone, which lives as long as the account's state has it.
	StateHash *StateHash
	// Members follow the standard ones: what encoding/json writes as an object. nil adds none.
	Members any
}

// Sign makes a token that is valid from now.
//
// ErrClockNotSet, ErrLifetimeZero, ErrTimeOverflow, ErrSubjectEmpty, ErrNotUTF8,
// ErrKIDNotInKeyring, ErrNotReady; ErrOption for a lifetime below zero or above 136 years, a type
// that is none of the three, and a StateHash in a token that has none; ErrNull for a refresh token
// without one. Of members ErrJSONToSign, ErrMemberReserved for one that the library writes itself,
// and the errors of encoding/json.
func Sign(what ToSign, key *Key, now time.Time) (string, error) {
	lifetime, err := seconds(what.Lifetime)
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
	// A copy, which is no part of anything with Go pointers.
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

// SignAccess makes an access token for sub. Errors as Sign.
func SignAccess(sub string, key *Key, now time.Time, lifetime time.Duration) (string, error) {
	return Sign(ToSign{TokenType: TypeAccess, Sub: sub, Lifetime: lifetime}, key, now)
}

// SignRefresh makes a refresh token, which lives as long as the account's state has this hash.
// Errors as Sign. Login usually wants IssuePair.
func SignRefresh(sub string, hash StateHash, key *Key, now time.Time, lifetime time.Duration) (string, error) {
	return Sign(ToSign{TokenType: TypeRefresh, Sub: sub, Lifetime: lifetime, StateHash: &hash}, key, now)
}

// SignJSON signs a claims set of your own: one strict JSON object. ErrJSONToSign, ErrNotUTF8,
// ErrKIDNotInKeyring, ErrNotReady.
func SignJSON(claimsSet string, key *Key) (string, error) {
	return signed(key, func(k *C.barejwt_key, out []byte) C.go_signed {
		return C.go_sign_json(k, claimsSet, first(out), C.size_t(len(out)))
	})
}

// signed is what call writes, again if it needs more room.
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

// Verify gives the claims of a token that passes every rule of want, or an *Error with the first
// check that failed: the header lists them under barejwt_verify.
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

// UnverifiedClaims is what a token says, with nothing verified. No function takes it.
type UnverifiedClaims struct {
	// Header is the JOSE header. Its alg may be anything.
	Header string
	// Payload is the claims set.
	Payload string
	// Status is nil if the fields below are set, or why the payload is no claims set.
	Status        error
	SaidTokenType TokenType
	SaidSub       string
	// SaidExp and SaidNbf are in seconds since 1970; 0 if absent.
	SaidExp, SaidNbf int64
}

// DecodeUnverified decodes a token without verifying anything, for showing people.
// ErrTokenTooLong over 8192 bytes, ErrSegmentCount, ErrHeaderTooLong, ErrBase64, ErrJSON.
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

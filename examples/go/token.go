package barejwt

// #include "barejwt.h"
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
	// Require is what must be there too. It has the last word.
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

func (v Validation) in(a *arena) (*C.barejwt_validation, error) {
	leeway, err := seconds(v.Leeway)
	if err != nil {
		return nil, err
	}
	maxAge, err := seconds(v.MaxAge)
	if err != nil {
		return nil, err
	}
	// To C 0 is no rule at all.
	if maxAge == 0 && v.MaxAge != 0 {
		return nil, &Error{Status: ErrOption}
	}
	want := (*C.barejwt_validation)(a.alloc(C.sizeof_barejwt_validation))
	*want = C.barejwt_validation{
		struct_size:   C.sizeof_barejwt_validation,
		token_type:    C.uint32_t(v.TokenType),
		require:       C.uint32_t(v.Require),
		allow_missing: C.uint32_t(v.AllowMissing),
		ignore:        C.uint32_t(v.Ignore),
		leeway:        leeway,
		max_age:       maxAge,
		max_token_len: C.size_t(v.MaxTokenLen),
		sub:           a.str(v.Sub),
		issuer:        a.str(v.Issuer),
		audience:      a.str(v.Audience),
		typ:           a.str(v.Typ),
	}
	return want, nil
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
	JSON json.RawMessage
}

func newClaims(c *C.barejwt_claims) *Claims {
	return &Claims{
		Sub:       goString(c.sub),
		TokenType: TokenType(c.token_type),
		Exp:       int64(c.exp),
		Nbf:       int64(c.nbf),
		Has:       ClaimSet(c.has),
		JSON:      json.RawMessage(goString(c.json)),
	}
}

// Get decodes one claim, by its exact name, into value. ErrClaimAbsent, or an error of
// encoding/json. (A struct for the whole set would match names without regard to case.)
func (c *Claims) Get(name string, value any) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(c.JSON, &members); err != nil {
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

func (t ToSign) in(a *arena) (*C.barejwt_to_sign, error) {
	lifetime, err := seconds(t.Lifetime)
	if err != nil {
		return nil, err
	}
	members, err := a.members(t.Members)
	if err != nil {
		return nil, err
	}
	what := (*C.barejwt_to_sign)(a.alloc(C.sizeof_barejwt_to_sign))
	*what = C.barejwt_to_sign{
		struct_size: C.sizeof_barejwt_to_sign,
		token_type:  C.uint32_t(t.TokenType),
		lifetime:    lifetime,
		sub:         a.str(&t.Sub),
		members:     members,
	}
	if t.StateHash != nil {
		hash := (*StateHash)(a.alloc(C.BAREJWT_STATE_HASH_BYTES))
		*hash = *t.StateHash
		what.state_hash = (*C.uint8_t)(&hash[0])
	}
	return what, nil
}

// Sign makes a token that is valid from now.
//
// ErrClockNotSet, ErrLifetimeZero, ErrTimeOverflow, ErrSubjectEmpty, ErrNotUTF8,
// ErrKIDNotInKeyring, ErrNotReady; ErrOption for a lifetime below zero or above 136 years, a type
// that is none of the three, and a StateHash in a token that has none; ErrNull for a refresh token
// without one. Of members ErrJSONToSign, ErrMemberReserved for one that the library writes itself,
// and the errors of encoding/json.
func Sign(what ToSign, key *Key, now time.Time) (string, error) {
	var a arena
	defer a.free()
	said, err := what.in(&a)
	if err != nil {
		return "", err
	}
	return sign(key, func(k *C.barejwt_key, out *C.char, size C.size_t, length *C.size_t) C.barejwt_status {
		return C.barejwt_sign(k, said, C.int64_t(now.Unix()), out, size, length)
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
	content, n := chars(claimsSet)
	return sign(key, func(k *C.barejwt_key, out *C.char, size C.size_t, length *C.size_t) C.barejwt_status {
		return C.barejwt_sign_json(k, content, n, out, size, length)
	})
}

func sign(key *Key, call func(*C.barejwt_key, *C.char, C.size_t, *C.size_t) C.barejwt_status) (string, error) {
	return written(func(out *C.char, size C.size_t, length *C.size_t) C.barejwt_status {
		return key.use(func(k *C.barejwt_key) C.barejwt_status { return call(k, out, size, length) })
	})
}

// Verify gives the claims of a token that passes every rule of want, or an *Error with the first
// check that failed: the header lists them under barejwt_verify.
func Verify(token string, key *Key, want Validation, now time.Time) (*Claims, error) {
	var a arena
	defer a.free()
	rules, err := want.in(&a)
	if err != nil {
		return nil, err
	}
	sent, n := chars(token)
	scratch, size := a.scratch(len(token), want.MaxTokenLen)
	claims := (*C.barejwt_claims)(a.alloc(C.sizeof_barejwt_claims))
	status := key.use(func(k *C.barejwt_key) C.barejwt_status {
		return C.barejwt_verify(k, sent, n, rules, C.int64_t(now.Unix()), scratch, size, claims)
	})
	if err := failure(status, &claims.detail); err != nil {
		return nil, err
	}
	return newClaims(claims), nil
}

// UnverifiedClaims is what a token says, with nothing verified. No function takes it.
type UnverifiedClaims struct {
	// Header is the JOSE header. Its alg may be anything.
	Header json.RawMessage
	// Payload is the claims set.
	Payload json.RawMessage
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
	scratch, size := a.scratch(len(token), 0)
	said := (*C.barejwt_unverified)(a.alloc(C.sizeof_barejwt_unverified))
	status := C.barejwt_decode_unverified(sent, n, scratch, size, said)
	if err := failure(status, &said.detail); err != nil {
		return nil, err
	}
	return &UnverifiedClaims{
		Header:        json.RawMessage(goString(said.header_json)),
		Payload:       json.RawMessage(goString(said.payload_json)),
		Status:        failure(said.claims_status, &said.detail),
		SaidTokenType: TokenType(said.said_token_type),
		SaidSub:       goString(said.said_sub),
		SaidExp:       int64(said.said_exp),
		SaidNbf:       int64(said.said_nbf),
	}, nil
}

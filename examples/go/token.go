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

// The types. TypeAny is for a Validation alone: a token of either type.
const (
	TypeAbsent  TokenType = C.BAREJWT_TYPE_ABSENT
	TypeAccess  TokenType = C.BAREJWT_TYPE_ACCESS
	TypeRefresh TokenType = C.BAREJWT_TYPE_REFRESH
	TypeAny     TokenType = C.BAREJWT_TYPE_ANY
)

// Validation is the rules that a token is held to. The zero value is the strictest, and for access
// tokens.
type Validation struct {
	// TokenType: TypeAbsent means TypeAccess.
	TokenType TokenType
	// Require is what must be there besides token_type, sub, exp and nbf.
	Require ClaimSet
	// AllowMissing is what may be missing. A token without exp never expires.
	AllowMissing ClaimSet
	// Leeway, in whole seconds, is how long a token is accepted after exp and before nbf.
	Leeway time.Duration
	// IgnoreAudience accepts a token that has an aud claim, without looking at it.
	IgnoreAudience bool
	// MaxTokenLen is the most bytes of a token; 0 is 8192.
	MaxTokenLen uint
	// Sub is the subject that the token must have, if not nil.
	Sub *string
	// Typ is the media type that the header's typ must be, if not nil.
	Typ *string
}

func (v Validation) in(a *arena) (*C.barejwt_validation, error) {
	leeway, err := seconds(v.Leeway)
	if err != nil {
		return nil, err
	}
	want := (*C.barejwt_validation)(a.alloc(C.sizeof_barejwt_validation))
	*want = C.barejwt_validation{
		struct_size:   C.sizeof_barejwt_validation,
		token_type:    C.uint32_t(v.TokenType),
		require:       C.uint32_t(v.Require),
		allow_missing: C.uint32_t(v.AllowMissing),
		leeway:        leeway,
		max_token_len: C.size_t(v.MaxTokenLen),
		sub:           a.str(v.Sub),
		typ:           a.str(v.Typ),
	}
	if v.IgnoreAudience {
		want.ignore_audience = 1
	}
	return want, nil
}

// Claims are the claims of a token whose signature, type and times were checked.
type Claims struct {
	Sub       string
	TokenType TokenType
	// Exp and Nbf are in seconds since 1970.
	Exp, Nbf int64
	// Has tells which of token_type, sub, exp and nbf the token has; what it has not is zero.
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

// SignAccess makes an access token for sub, valid from now, in whole seconds.
//
// ErrClockNotSet, ErrLifetimeZero, ErrTimeOverflow, ErrSubjectEmpty, ErrNotUTF8,
// ErrKIDNotInKeyring, ErrNotReady; ErrOption for a lifetime below zero or above 136 years.
func SignAccess(sub string, key *Key, now time.Time, lifetime time.Duration) (string, error) {
	life, err := seconds(lifetime)
	if err != nil {
		return "", err
	}
	who, n := chars(sub)
	return sign(key, func(k *C.barejwt_key, out *C.char, size C.size_t, length *C.size_t) C.barejwt_status {
		return C.barejwt_sign_access(k, who, n, C.int64_t(now.Unix()), life, out, size, length)
	})
}

// SignRefresh makes a refresh token, which lives as long as the account's state has this hash.
// Errors as SignAccess. Login usually wants IssuePair.
func SignRefresh(sub string, hash StateHash, key *Key, now time.Time, lifetime time.Duration) (string, error) {
	life, err := seconds(lifetime)
	if err != nil {
		return "", err
	}
	who, n := chars(sub)
	return sign(key, func(k *C.barejwt_key, out *C.char, size C.size_t, length *C.size_t) C.barejwt_status {
		return C.barejwt_sign_refresh(k, who, n, (*C.uint8_t)(&hash[0]), C.int64_t(now.Unix()), life, out, size, length)
	})
}

// SignJSON signs a claims set of your own: one strict JSON object. ErrJSON, ErrNotUTF8,
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

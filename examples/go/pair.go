package barejwt

// #include "calls.h"
import "C"

import (
	"fmt"
	"io"
	"time"
)

// PairOptions says how to make a new pair.
type PairOptions struct {
	// Lifetimes are in whole seconds.
	AccessLifetime, RefreshLifetime time.Duration
	// Members of your own for each token, as in ToSign. If both are nil, a renewal carries the members
	// of the old token into both new tokens. Otherwise give both (else ErrOption). The new tokens then
	// have your members and none of the old token's.
	AccessMembers, RefreshMembers any
}

// DefaultPairOptions has lifetimes of an hour and of 180 days, and no members of your own.
var DefaultPairOptions = PairOptions{AccessLifetime: AccessLifetime, RefreshLifetime: RefreshLifetime}

func (p PairOptions) in(a *arena) (*C.barejwt_pair_options, error) {
	accessLifetime, err := seconds("AccessLifetime", p.AccessLifetime)
	if err != nil {
		return nil, err
	}
	refreshLifetime, err := seconds("RefreshLifetime", p.RefreshLifetime)
	if err != nil {
		return nil, err
	}
	accessMembers, err := a.members(p.AccessMembers)
	if err != nil {
		return nil, err
	}
	refreshMembers, err := a.members(p.RefreshMembers)
	if err != nil {
		return nil, err
	}
	options := (*C.barejwt_pair_options)(a.alloc(C.sizeof_barejwt_pair_options))
	*options = C.barejwt_pair_options{
		struct_size:      C.sizeof_barejwt_pair_options,
		access_lifetime:  accessLifetime,
		refresh_lifetime: refreshLifetime,
		access_members:   accessMembers,
		refresh_members:  refreshMembers,
	}
	return options, nil
}

// bothOrNone gives ErrOption if members are given for one token only.
func (p PairOptions) bothOrNone() error {
	switch {
	case p.AccessMembers == nil && p.RefreshMembers != nil:
		return wrongOption("AccessMembers")
	case p.AccessMembers != nil && p.RefreshMembers == nil:
		return wrongOption("RefreshMembers")
	}
	return nil
}

// Pair has two tokens and the times at which they expire, in seconds since 1970.
type Pair struct {
	AccessToken, RefreshToken     string
	AccessExpires, RefreshExpires int64
}

// Format prints no token, whatever the verb.
func (p Pair) Format(f fmt.State, _ rune) { io.WriteString(f, "barejwt.Pair") }

// IssuePair makes a pair for sub that is valid from now. It gives the errors of Sign.
func IssuePair(sub string, hash StateHash, key *Key, now time.Time, options PairOptions) (*Pair, error) {
	who, n := chars(sub)
	return issue(options, func(o *outs) C.barejwt_status {
		return key.use(func(k *cKey) C.barejwt_status {
			return C.barejwt_issue_pair(k, who, n, (*C.uint8_t)(&hash[0]), o.options, C.int64_t(now.Unix()),
				o.access, o.size, o.refresh, o.size, o.pair)
		})
	})
}

// Renew trades a refresh token for a new pair. It passes the subject of the token to lookUp, which
// gives the account's current hash. The subject identifies nobody before that hash is compared.
// Renew returns an error of lookUp unchanged. Every member except the five standard members goes
// into both new tokens, unless options has members.
//
// Errors: ErrStateHashMismatch if the account has changed, and the user must log in;
// ErrTokenTypeWrong for an access token; and the errors of Verify and Sign.
func Renew(token string, key *Key, want Validation, now time.Time, options PairOptions,
	lookUp func(sub string) (StateHash, error)) (*Pair, error) {
	r, err := want.rules()
	if err != nil {
		return nil, err
	}
	if err := options.bothOrNone(); err != nil {
		return nil, err
	}
	var a arena
	defer a.free()
	size := scratchLen(len(token), want.MaxTokenLen)
	scratch := (*C.char)(a.alloc(size))
	refresh := (*C.barejwt_refresh)(a.alloc(C.sizeof_barejwt_refresh))
	verify := func(k *cKey) C.barejwt_status {
		return C.go_verify_refresh(k, token, r.numbers, r.sub, r.issuer, r.audience, r.typ, C.int64_t(now.Unix()),
			scratch, size, refresh)
	}
	if err := failure(key.use(verify), &refresh.unconfirmed.detail); err != nil {
		return nil, err
	}
	// No lock is held here, so lookUp may take long, and the key may be closed meanwhile.
	hash, err := lookUp(goString(refresh.unconfirmed.sub))
	if err != nil {
		return nil, err
	}
	return issue(options, func(o *outs) C.barejwt_status {
		return key.use(func(k *cKey) C.barejwt_status {
			return C.barejwt_refresh_renew(k, refresh, (*C.uint8_t)(&hash[0]), o.options,
				o.access, o.size, o.refresh, o.size, o.pair)
		})
	})
}

// PairFromAnswer reads the JSON answer to a login or to a refresh. The answer is an envelope with
// code 0. Its data is the token object, or has the token object as the member token.
//
// Errors: ErrLoginRefused, with the server's code in Error.Code; ErrLoginAnswerJSON;
// ErrLoginAnswerInvalid.
func PairFromAnswer(answer []byte) (*Pair, error) {
	var a arena
	defer a.free()
	text := string(answer)
	sent := a.str(&text)
	pair := (*C.barejwt_pair)(a.alloc(C.sizeof_barejwt_pair))
	code := (*C.int64_t)(a.alloc(C.sizeof_int64_t))
	status := C.barejwt_pair_from_answer(sent.ptr, sent.len, pair, code)
	if status != C.BAREJWT_OK {
		return nil, &Error{Status: Status(status), Code: int64(*code)}
	}
	return newPair(pair), nil
}

func newPair(p *C.barejwt_pair) *Pair {
	return &Pair{
		AccessToken:    goString(p.access_token),
		RefreshToken:   goString(p.refresh_token),
		AccessExpires:  int64(p.access_expires),
		RefreshExpires: int64(p.refresh_expires),
	}
}

// outs has the options of a pair and the buffers that it is written to. All are in C memory.
type outs struct {
	options         *C.barejwt_pair_options
	access, refresh *C.char
	size            C.size_t
	pair            *C.barejwt_pair
}

func issue(options PairOptions, call func(*outs) C.barejwt_status) (*Pair, error) {
	var a arena
	defer a.free()
	given, err := options.in(&a)
	if err != nil {
		return nil, err
	}
	o := &outs{options: given, size: 512}
	for {
		pair, needed, err := o.try(call)
		if needed <= o.size {
			return pair, err
		}
		// The library asks for the access token's size first, and perhaps then for the refresh token's.
		o.size = needed
	}
}

// try gives a pair, or the size that the library asks for.
func (o *outs) try(call func(*outs) C.barejwt_status) (*Pair, C.size_t, error) {
	var a arena
	defer a.free()
	o.access, o.refresh = (*C.char)(a.alloc(o.size)), (*C.char)(a.alloc(o.size))
	o.pair = (*C.barejwt_pair)(a.alloc(C.sizeof_barejwt_pair))
	if err := failure(call(o), nil); err != nil {
		return nil, o.pair.needed, err
	}
	return newPair(o.pair), 0, nil
}

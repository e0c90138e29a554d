package barejwt

// #include "calls.h"
import "C"

import (
	"fmt"
	"io"
	"time"
)

// PairOptions is what a new pair is to be.
type PairOptions struct {
	// Whole seconds.
	AccessLifetime, RefreshLifetime time.Duration
	// Members of either token, as in ToSign. If both are nil, a renewal gives both tokens those that
	// the old one has; else both must be given (ErrOption), and go in and nothing else.
	AccessMembers, RefreshMembers any
}

// DefaultPairOptions are an hour and 180 days, and no members of your own.
var DefaultPairOptions = PairOptions{AccessLifetime: AccessLifetime, RefreshLifetime: RefreshLifetime}

func (p PairOptions) in(a *arena) (*C.barejwt_pair_options, error) {
	accessLifetime, err := seconds(p.AccessLifetime)
	if err != nil {
		return nil, err
	}
	refreshLifetime, err := seconds(p.RefreshLifetime)
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

// Pair is two tokens and when they expire, in seconds since 1970.
type Pair struct {
	AccessToken, RefreshToken     string
	AccessExpires, RefreshExpires int64
}

// Format prints no token, whatever the verb.
func (p Pair) Format(f fmt.State, _ rune) { io.WriteString(f, "barejwt.Pair") }

// IssuePair makes a pair for sub, valid from now. Errors as Sign.
func IssuePair(sub string, hash StateHash, key *Key, now time.Time, options PairOptions) (*Pair, error) {
	who, n := chars(sub)
	return issue(options, func(o *outs) C.barejwt_status {
		return key.use(func(k *cKey) C.barejwt_status {
			return C.barejwt_issue_pair(k, who, n, (*C.uint8_t)(&hash[0]), o.options, C.int64_t(now.Unix()),
				o.access, o.size, o.refresh, o.size, o.pair)
		})
	})
}

// Renew trades a refresh token for a new pair. lookUp is asked for the account's current hash, by
// the subject of the token, which identifies nobody before that hash has been compared. An error
// of lookUp is returned as it is. Every member of the token but the five standard ones goes into
// both new tokens, unless options has members.
//
// ErrStateHashMismatch: the account has changed, the user must log in. ErrTokenTypeWrong for an
// access token, and the errors of Verify and Sign.
func Renew(token string, key *Key, want Validation, now time.Time, options PairOptions,
	lookUp func(sub string) (StateHash, error)) (*Pair, error) {
	r, err := want.rules()
	if err != nil {
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
	// Meanwhile the key may be closed.
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

// PairFromAnswer reads the JSON answer to a login or to a refresh: an envelope with code 0 whose
// data has the token object at token, or is it.
//
// ErrLoginRefused, with the server's code in Error.Code; ErrLoginAnswerJSON, ErrLoginAnswerInvalid.
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

// outs is what a pair is to be, and where it is written to, in C memory.
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
		// The access token is looked at first, the refresh token may ask again.
		o.size = needed
	}
}

// try gives a pair, or the size of buffers that the library asks for.
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

package barejwt

// #include <barejwt.h>
import "C"

import (
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"
)

// Action says what a client should do next.
type Action uint32

const (
	// ActionUseAccess says to call the API with the token.
	ActionUseAccess Action = C.BAREJWT_NEXT_USE_ACCESS
	// ActionRefresh says to trade the token for a new pair. Then call Renewed, or RefreshRefused if
	// the server refused the token.
	ActionRefresh Action = C.BAREJWT_NEXT_REFRESH
	// ActionLogIn says to ask the user to log in.
	ActionLogIn Action = C.BAREJWT_NEXT_LOG_IN
)

// String says it in words.
func (a Action) String() string {
	switch a {
	case ActionUseAccess:
		return "use"
	case ActionRefresh:
		return "refresh"
	case ActionLogIn:
		return "log in"
	}
	return fmt.Sprintf("Action(%d)", uint32(a))
}

// Next has what a client should do, and the token to use.
type Next struct {
	Action Action
	Token  string
}

// Format prints no token, whatever the verb.
func (n Next) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "barejwt.Next(%v)", n.Action) }

// Session holds a client's pair of tokens, and what is known of the pair. Goroutines may share it.
// Its tokens are in C memory, which is freed when the Session is garbage.
type Session struct {
	lock   sync.Mutex
	c      *C.barejwt_session
	memory arena
	tokens arena // what c points to
}

// NewSession makes a session from a pair that was just received. A token counts as expired earlier
// by margin, in whole seconds, so that the call arrives in time. At most an eighth of the token's
// life is used as margin. Errors: ErrNotReady for a pair without tokens; ErrOption for a margin
// below zero or above 136 years.
func NewSession(pair *Pair, margin time.Duration) (*Session, error) {
	early, err := seconds("margin", margin)
	if err != nil {
		return nil, err
	}
	s := &Session{}
	s.c = (*C.barejwt_session)(s.memory.alloc(C.sizeof_barejwt_session))
	runtime.SetFinalizer(s, func(s *Session) {
		s.tokens.free()
		s.memory.free()
	})
	if err := s.take(pair, func(p *C.barejwt_pair) C.barejwt_status {
		return C.barejwt_session_init(s.c, p, early)
	}); err != nil {
		return nil, err
	}
	return s, nil
}

// Next tells what to do now. Ask it before each call. A new pair is used once whatever the clock
// says, because the clock may be wrong. If the server refuses it, call After401. Error:
// ErrClockNotSet.
func (s *Session) Next(now time.Time) (Next, error) {
	return s.decide(func(next *C.barejwt_next) C.barejwt_status {
		return C.barejwt_session_next(s.c, C.int64_t(now.Unix()), next)
	})
}

// After401 tells what to do after the server has answered 401 to the access token: refresh once,
// then log in. Do not call it if the server says that the token is not valid yet. Wait instead, and
// ask Next.
func (s *Session) After401() (Next, error) {
	return s.decide(func(next *C.barejwt_next) C.barejwt_status {
		return C.barejwt_session_after_401(s.c, next)
	})
}

// Renewed takes the pair that a refresh has brought. After an error the session keeps the old pair.
func (s *Session) Renewed(pair *Pair) error {
	return s.locked(func() error {
		return s.take(pair, func(p *C.barejwt_pair) C.barejwt_status {
			return C.barejwt_session_renewed(s.c, p)
		})
	})
}

// Accepted notes that the server has accepted the access token.
func (s *Session) Accepted() error {
	return s.locked(func() error { return failure(C.barejwt_session_accepted(s.c), nil) })
}

// RefreshRefused notes that the server has refused the refresh token. From then on Next says to log
// in.
func (s *Session) RefreshRefused() error {
	return s.locked(func() error { return failure(C.barejwt_session_refresh_refused(s.c), nil) })
}

// Format prints no token, whatever the verb.
func (s *Session) Format(f fmt.State, _ rune) { io.WriteString(f, "barejwt.Session") }

func (s *Session) locked(call func() error) error {
	if s == nil {
		return &Error{Status: ErrNull}
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	return call()
}

func (s *Session) decide(call func(*C.barejwt_next) C.barejwt_status) (Next, error) {
	var a arena
	defer a.free()
	var decided Next
	err := s.locked(func() error {
		next := (*C.barejwt_next)(a.alloc(C.sizeof_barejwt_next))
		if err := failure(call(next), nil); err != nil {
			return err
		}
		decided = Next{Action(next.action), goString(next.token)}
		return nil
	})
	return decided, err
}

// take gives a copy of the pair to C. If C takes it, the copy replaces the old pair.
func (s *Session) take(pair *Pair, give func(*C.barejwt_pair) C.barejwt_status) error {
	if pair == nil {
		return &Error{Status: ErrNull}
	}
	var a, tokens arena
	defer a.free()
	given := (*C.barejwt_pair)(a.alloc(C.sizeof_barejwt_pair))
	*given = C.barejwt_pair{
		access_token:    tokens.str(&pair.AccessToken),
		refresh_token:   tokens.str(&pair.RefreshToken),
		access_expires:  C.int64_t(pair.AccessExpires),
		refresh_expires: C.int64_t(pair.RefreshExpires),
	}
	if err := failure(give(given), nil); err != nil {
		tokens.free()
		return err
	}
	s.tokens.free()
	s.tokens = tokens
	return nil
}

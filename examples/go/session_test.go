package barejwt

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

const loginAnswer = `{"code":%d,"data":{"user":{},"token":{
	"access_token":"the.access.token","refresh_token":"the.refresh.token",
	"access_expires":"2025-04-26T16:19:38.833494+08:00",
	"refresh_expires":"2025-10-23T15:19:38.833494+08:00"}},"msg":""}`

const (
	accessEnds  = 1_745_655_578
	refreshEnds = 1_761_203_978
)

func loggedIn(t testing.TB) (*Pair, *Session) {
	pair := must(PairFromAnswer([]byte(fmt.Sprintf(loginAnswer, 0))))(t)
	return pair, must(NewSession(pair, time.Minute))(t)
}

func TestPairFromAnswer(t *testing.T) {
	pair, _ := loggedIn(t)
	equal(t, *pair, Pair{"the.access.token", "the.refresh.token", accessEnds, refreshEnds})

	_, err := PairFromAnswer([]byte(fmt.Sprintf(loginAnswer, 40020)))
	equal(t, refused(t, err, ErrLoginRefused).Code, 40020)
	_, err = PairFromAnswer([]byte(`{"code":0,"data":{}}`))
	refused(t, err, ErrLoginAnswerInvalid)
	for _, answer := range [][]byte{nil, {}, []byte("\xff"), []byte("[]")} {
		_, err = PairFromAnswer(answer)
		refused(t, err, ErrLoginAnswerJSON)
	}
}

func TestADayOfAClient(t *testing.T) {
	pair, session := loggedIn(t)
	for _, c := range []struct {
		now  int64
		want Next
	}{
		{unix, Next{ActionUseAccess, "the.access.token"}},
		{accessEnds - 61, Next{ActionUseAccess, "the.access.token"}},
		{accessEnds - 60, Next{ActionRefresh, "the.refresh.token"}},
		{refreshEnds, Next{ActionRefresh, "the.refresh.token"}},
	} {
		equal(t, must(session.Next(time.Unix(c.now, 0)))(t), c.want)
	}

	key, later := testKey(t), time.Unix(accessEnds, 0)
	pair = must(IssuePair("lUpa", hash, key, later, DefaultPairOptions))(t)
	if err := session.Renewed(pair); err != nil {
		t.Fatal(err)
	}
	runtime.GC() // the session has copies of its own
	equal(t, must(session.Next(later))(t), Next{ActionUseAccess, pair.AccessToken})
}

func TestA401IsRefreshedOnce(t *testing.T) {
	pair, session := loggedIn(t)
	equal(t, must(session.After401())(t), Next{ActionRefresh, "the.refresh.token"})
	if err := session.Renewed(pair); err != nil {
		t.Fatal(err)
	}
	equal(t, must(session.Next(now))(t).Action, ActionUseAccess)
	equal(t, must(session.After401())(t), Next{ActionLogIn, ""})

	// If the token was accepted in between, a later 401 gets a refresh of its own.
	_, session = loggedIn(t)
	equal(t, must(session.After401())(t).Action, ActionRefresh)
	for _, err := range []error{session.Renewed(pair), session.Accepted()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	equal(t, must(session.After401())(t).Action, ActionRefresh)
}

func TestARefusedRefreshTokenEndsTheSession(t *testing.T) {
	_, session := loggedIn(t)
	if err := session.RefreshRefused(); err != nil {
		t.Fatal(err)
	}
	equal(t, must(session.Next(now))(t), Next{ActionLogIn, ""})
}

func TestSessionRefusals(t *testing.T) {
	pair, session := loggedIn(t)
	next, err := session.Next(time.Unix(0, 0))
	refused(t, err, ErrClockNotSet)
	equal(t, next, Next{})

	// After a pair that is refused, the session keeps the old pair.
	refused(t, session.Renewed(&Pair{AccessExpires: refreshEnds, RefreshExpires: refreshEnds}), ErrNotReady)
	refused(t, session.Renewed(nil), ErrNull)
	equal(t, must(session.Next(now))(t).Token, "the.access.token")

	_, err = NewSession(&Pair{}, 0)
	refused(t, err, ErrNotReady)
	_, err = NewSession(nil, 0)
	refused(t, err, ErrNull)
	_, err = NewSession(&Pair{AccessToken: "\xff", RefreshToken: "r"}, 0)
	refused(t, err, ErrNotUTF8)
	_, err = NewSession(pair, -time.Second)
	refused(t, err, ErrOption)
	for _, none := range []*Session{nil, {}} {
		_, err = none.Next(now)
		refused(t, err, ErrNull)
		_, err = none.After401()
		refused(t, err, ErrNull)
		refused(t, none.Renewed(pair), ErrNull)
		refused(t, none.Accepted(), ErrNull)
		refused(t, none.RefreshRefused(), ErrNull)
	}
}

func TestASessionPrintsNoToken(t *testing.T) {
	_, session := loggedIn(t)
	next := must(session.Next(now))(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%q", "%x"} {
		shown := fmt.Sprintf(verb+verb+verb, session, next, &next)
		if strings.Contains(shown, "token") || strings.Contains(shown, fmt.Sprintf("%x", "token")) {
			t.Fatalf("%s prints a token: %s", verb, shown)
		}
	}
}

func TestCallsOfASessionWaitForEachOther(t *testing.T) {
	pair, session := loggedIn(t)
	calls := map[string]func() error{
		"Next":           func() error { _, err := session.Next(now); return err },
		"After401":       func() error { _, err := session.After401(); return err },
		"Renewed":        func() error { return session.Renewed(pair) },
		"Accepted":       session.Accepted,
		"RefreshRefused": session.RefreshRefused,
	}
	ended := make(chan string, len(calls))
	session.locked(func() error {
		for name, call := range calls {
			go func(name string, call func() error) {
				if err := call(); err != nil {
					t.Error(name, err)
				}
				ended <- name
			}(name, call)
		}
		select {
		case name := <-ended:
			t.Error(name, "did not wait")
			ended <- name
		case <-time.After(50 * time.Millisecond):
		}
		return nil
	})
	for range calls {
		<-ended
	}
}

// The tokens of renewed pairs and of forgotten sessions are freed: 640 MiB altogether.
func TestSessionsFreeTheirTokens(t *testing.T) {
	pair := &Pair{strings.Repeat("a", 16<<10), strings.Repeat("r", 16<<10), accessEnds, refreshEnds}
	before := residentBytes(t)
	kept := must(NewSession(pair, 0))(t)
	for i := 0; i < 10_000; i++ {
		must(NewSession(pair, 0))(t)
		if err := kept.Renewed(pair); err != nil {
			t.Fatal(err)
		}
		if i%100 == 0 {
			runtime.GC()
		}
	}
	if grown := residentBytes(t) - before; grown > 100<<20 {
		t.Fatalf("%d MiB are not freed", grown>>20)
	}
}

func residentBytes(t *testing.T) int64 {
	var total, resident int64
	if _, err := fmt.Sscan(string(must(os.ReadFile("/proc/self/statm"))(t)), &total, &resident); err != nil {
		t.Fatal(err)
	}
	return resident * int64(os.Getpagesize())
}

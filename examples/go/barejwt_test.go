package barejwt

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	unix     = 1_745_651_978
	secret   = "only for the tests: 32 bytes or more"
	stranger = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwic3ViIjoibHB1YSIsImV4cCI6MTc0NTY1NTU3OCwibmJmIjoxNzQ1NjUxOTc4fQ.L1ETHHBNImNevze00QAgrrY1maZO2nefyIwdT4cb68c"
	hs256    = `{"alg":"HS256","typ":"JWT"}`
)

var (
	now  = time.Unix(unix, 0)
	hash = StateHash{1, 2, 3}
)

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func testKey(t testing.TB) *Key {
	key := must(NewKey([]byte(secret)))(t)
	t.Cleanup(key.Close)
	return key
}

// refused gives the *Error of a call that must be refused with status.
func refused(t *testing.T, err error, status Status) *Error {
	t.Helper()
	var refusal *Error
	if !errors.Is(err, status) || !errors.As(err, &refusal) {
		t.Fatalf("want %q, got %v", status, err)
	}
	return refusal
}

// names wants ErrOption, or ErrNull, with the name of the field at fault.
func names(t *testing.T, err error, option string) {
	t.Helper()
	var refusal *Error
	if !errors.As(err, &refusal) {
		t.Fatalf("want a refusal of %s, got %v", option, err)
	}
	equal(t, refusal.Option, option)
	equal(t, refusal.Error(), "barejwt: "+refusal.Status.Error()+": "+option)
}

func equal[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("want %v, got %v", want, got)
	}
}

// byHand makes a token with the standard library alone.
func byHand(header, payload string) string {
	b64 := base64.RawURLEncoding.EncodeToString
	signed := b64([]byte(header)) + "." + b64([]byte(payload))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + b64(mac.Sum(nil))
}

func TestSigningIsWhatHMACSays(t *testing.T) {
	key := testKey(t)
	access := fmt.Sprintf(`{"token_type":"access","sub":"lUpa","exp":%d,"nbf":%d}`, unix+3600, unix)
	equal(t, must(SignAccess("lUpa", key, now, AccessLifetime))(t), byHand(hs256, access))
	refresh := fmt.Sprintf(`{"token_type":"refresh","sub":"lUpa","exp":%d,"nbf":%d,"state_hash":"%s"}`,
		unix+60, unix, base64.StdEncoding.EncodeToString(hash[:]))
	equal(t, must(SignRefresh("lUpa", hash, key, now, time.Minute))(t), byHand(hs256, refresh))
	equal(t, must(SignJSON(`{"a":1}`, key))(t), byHand(hs256, `{"a":1}`))
}

func TestSigningRefusals(t *testing.T) {
	key := testKey(t)
	for _, c := range []struct {
		name     string
		sub      string
		now      time.Time
		lifetime time.Duration
		status   Status
	}{
		{"zero clock", "u", time.Time{}, time.Minute, ErrClockNotSet},
		{"no lifetime", "u", now, 0, ErrLifetimeZero},
		{"less than a second", "u", now, time.Second - 1, ErrLifetimeZero},
		{"negative lifetime", "u", now, -1, ErrOption},
		{"lifetime of 2^32 + 1 s", "u", now, (1<<32 + 1) * time.Second, ErrOption},
		{"nobody", "", now, time.Minute, ErrSubjectEmpty},
		{"not UTF-8", "\xff", now, time.Minute, ErrNotUTF8},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := SignAccess(c.sub, key, c.now, c.lifetime)
			refused(t, err, c.status)
			_, err = IssuePair(c.sub, hash, key, c.now, PairOptions{AccessLifetime: c.lifetime, RefreshLifetime: c.lifetime})
			refused(t, err, c.status)
		})
	}
	for _, set := range []string{"", "[]", "{}x", `{"a":1,"\u0061":2}`} {
		_, err := SignJSON(set, key)
		refused(t, err, ErrJSONToSign)
	}
}

func TestVerify(t *testing.T) {
	key := testKey(t)
	sub := "admin\x00é\"" // a NUL does not end the text
	claims := must(Verify(must(SignAccess(sub, key, now, time.Minute))(t), key, Validation{Sub: &sub}, now))(t)
	equal(t, claims.Sub, sub)
	equal(t, claims.TokenType, TypeAccess)
	equal(t, claims.Exp, unix+60)
	equal(t, claims.Nbf, unix)
	equal(t, claims.Has, ClaimTokenType|ClaimSub|ClaimExp|ClaimNbf)
}

func TestGet(t *testing.T) {
	key := testKey(t)
	set := fmt.Sprintf(`{"token_type":"access","sub":"u","exp":%d,"nbf":1,"Role":"admin","role":"us\u0065r"}`, unix+1)
	claims := must(Verify(must(SignJSON(set, key))(t), key, Validation{}, now))(t)
	equal(t, claims.JSON, set)
	var role string
	if err := claims.Get("role", &role); err != nil {
		t.Fatal(err)
	}
	equal(t, role, "user")
	refused(t, claims.Get("ROLE", &role), ErrClaimAbsent)
}

func TestVerifyRefusals(t *testing.T) {
	key := testKey(t)
	good := must(SignAccess("lUpa", key, now, time.Minute))(t)
	refresh := must(SignRefresh("lUpa", hash, key, now, time.Minute))(t)
	other := "lUp"
	mebibyte := byHand(hs256, `{"sub":"`+strings.Repeat("x", 786_400)+`"}`)
	claims := func(replaced string) string {
		return byHand(hs256, `{"token_type":"access","sub":"u","nbf":1,`+replaced+`}`)
	}
	for _, c := range []struct {
		name   string
		token  string
		want   Validation
		now    time.Time
		status Status
	}{
		{"expired", good, Validation{}, now.Add(time.Minute), ErrExpired},
		{"expired, leeway", good, Validation{Leeway: time.Second}, now.Add(61 * time.Second), ErrExpired},
		{"not yet valid", good, Validation{}, now.Add(-time.Second), ErrNotYetValid},
		{"clock not set", good, Validation{}, time.Time{}, ErrClockNotSet},
		{"negative leeway", good, Validation{Leeway: -time.Second}, now, ErrOption},
		{"unknown type asked for", good, Validation{TokenType: 9}, now, ErrOption},
		{"another subject", good, Validation{Sub: &other}, now, ErrSubjectWrong},
		{"another typ", good, Validation{Typ: &other}, now, ErrTypWrong},
		{"refresh as access", refresh, Validation{}, now, ErrTokenTypeWrong},
		{"forged", stranger, Validation{}, now, ErrSignatureInvalid},
		{"cut", good[:len(good)-1], Validation{}, now, ErrSignatureInvalid},
		{"NUL behind", good + "\x00", Validation{}, now, ErrSignatureInvalid},
		{"empty", "", Validation{}, now, ErrSegmentCount},
		{"four segments", good + ".x", Validation{}, now, ErrSegmentCount},
		{"not UTF-8", "\xff\xfe.e30.x", Validation{}, now, ErrBase64},
		{"alg none", byHand(`{"alg":"none"}`, "{}"), Validation{}, now, ErrAlgNotHS256},
		{"no alg", byHand(`{"typ":"JWT"}`, "{}"), Validation{}, now, ErrAlgMissing},
		{"crit", byHand(`{"alg":"HS256","crit":["b64"]}`, "{}"), Validation{}, now, ErrCritUnsupported},
		{"header is no object", byHand("[]", "{}"), Validation{}, now, ErrJSON},
		{"header with NUL", byHand("{\x00}", "{}"), Validation{}, now, ErrJSON},
		{"exp is a string", claims(`"exp":"9999999999"`), Validation{}, now, ErrClaimType},
		{"exp beyond 64 bits", claims(`"exp":1e19`), Validation{}, now, ErrNumericDateRange},
		{"aud", claims(`"exp":9999999999,"aud":"x"`), Validation{}, now, ErrAudienceUnexpected},
		{"no exp", claims(`"x":1`), Validation{}, now, ErrClaimsMissing},
		{"1 MiB", mebibyte, Validation{}, now, ErrTokenTooLong},
		{"1 MiB allowed", mebibyte, Validation{MaxTokenLen: math.MaxUint}, now, ErrClaimsMissing},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Verify(c.token, key, c.want, c.now)
			refusal := refused(t, err, c.status)
			if got != nil {
				t.Fatal("claims of a refused token")
			}
			for _, hidden := range []string{secret, "lUpa", good} {
				if strings.Contains(fmt.Sprintf("%v %+v %#v", err, refusal, refusal), hidden) {
					t.Fatal("the error tells a secret")
				}
			}
		})
	}
}

func TestTheDataOfRefusals(t *testing.T) {
	key := testKey(t)
	token := must(SignRefresh("lUpa", hash, key, now, time.Minute))(t)
	_, err := Verify(token, key, Validation{}, now)
	equal(t, refused(t, err, ErrTokenTypeWrong).TokenType, TypeRefresh)
	_, err = Verify(token, key, Validation{TokenType: TypeRefresh}, now.Add(time.Hour))
	expired := refused(t, err, ErrExpired)
	equal(t, [2]int64{expired.Time, expired.Now}, [2]int64{unix + 60, unix + 3600})
	_, err = Verify(token, key, Validation{TokenType: TypeRefresh}, now.Add(-time.Second))
	early := refused(t, err, ErrNotYetValid)
	equal(t, [2]int64{early.Time, early.Now}, [2]int64{unix, unix - 1})
	_, err = Verify(byHand(hs256, "{}"), key, Validation{}, now)
	equal(t, refused(t, err, ErrClaimsMissing).Claims, ClaimTokenType|ClaimSub|ClaimExp|ClaimNbf)
	_, err = Verify(strings.Repeat("a", 8193), key, Validation{}, now)
	equal(t, refused(t, err, ErrTokenTooLong).Needed, 8193)
	_, err = Verify(byHand(hs256, "{\xff}"), key, Validation{}, now)
	refused(t, err, ErrJSON)
}

func TestWhatMayBeMissing(t *testing.T) {
	want := Validation{AllowMissing: ClaimTokenType | ClaimSub | ClaimExp | ClaimNbf, Ignore: ClaimAud}
	claims := must(Verify(byHand(hs256, `{"aud":"x"}`), testKey(t), want, now))(t)
	equal(t, claims.Has, 0)
	equal(t, claims.Sub, "")
}

func TestDecodeUnverified(t *testing.T) {
	said := must(DecodeUnverified(stranger))(t)
	equal(t, said.SaidSub, "lpua")
	equal(t, said.SaidExp, 1_745_655_578)
	equal(t, said.SaidTokenType, TypeAccess)
	equal(t, string(said.Header), hs256)
	said = must(DecodeUnverified(byHand(`{"alg":"none"}`, `{"exp":"soon"}`)))(t)
	refused(t, said.Status, ErrClaimType)
	equal(t, string(said.Payload), `{"exp":"soon"}`)
	_, err := DecodeUnverified(strings.Repeat("a", 1<<20))
	refused(t, err, ErrTokenTooLong)
	_, err = DecodeUnverified("a.b")
	refused(t, err, ErrSegmentCount)
}

func TestShortSecrets(t *testing.T) {
	_, err := NewKey(bytes.Repeat([]byte("k"), 31))
	refused(t, err, ErrKeyTooShort)
	for _, empty := range [][]byte{nil, {}} {
		_, err = NewWeakKey(empty)
		refused(t, err, ErrKeyTooShort)
	}
	key := must(NewWeakKey([]byte("k")))(t)
	defer key.Close()
	equal(t, must(Verify(must(SignAccess("u", key, now, time.Minute))(t), key, Validation{}, now))(t).Sub, "u")
}

func TestAClosedKey(t *testing.T) {
	key := must(NewKey([]byte(secret)))(t)
	token := must(SignAccess("u", key, now, time.Minute))(t)
	key.Close()
	key.Close()
	for _, word := range (*cKey)(key.c).opaque {
		equal(t, word, 0)
	}
	_, err := Verify(token, key, Validation{}, now)
	equal(t, refused(t, err, ErrNotReady).HTTPStatus(), 500)
	for _, none := range []*Key{nil, {}} {
		none.Close()
		_, err = Verify(token, none, Validation{}, now)
		refused(t, err, ErrNull)
	}
}

func TestAForgottenKeyIsWiped(t *testing.T) {
	wiped := make(chan struct{})
	forget := func(key *Key) {
		wipe := key.wipe
		key.wipe = func() { wipe(); close(wiped) }
	}
	forget(must(NewKey([]byte(secret)))(t))
	for tries := 0; tries < 100; tries++ {
		runtime.GC()
		select {
		case <-wiped:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatal("the finalizer did not run")
}

func TestAKeyPrintsNoBytes(t *testing.T) {
	key := testKey(t)
	state := (*cKey)(key.c).opaque[1] // opaque[0] is no key byte
	if state < 1<<32 {
		t.Fatal("the test looks at no key bytes")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		shown := fmt.Sprintf(verb, key)
		equal(t, shown, "barejwt.Key")
		// fmt calls no method of a copy or of an unexported field.
		copied := reflect.ValueOf(key).Elem()
		shown += fmt.Sprintf(verb+verb+verb, RingKey{Key: key}, copied, struct{ key *Key }{key})
		for _, form := range []string{"%d", "%x"} {
			if strings.Contains(shown, fmt.Sprintf(form, state)) {
				t.Fatalf("%s prints the key", verb)
			}
		}
	}
}

func TestGoroutinesShareAKey(t *testing.T) {
	key := testKey(t)
	var group sync.WaitGroup
	for g := 0; g < 8; g++ {
		g := g
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; i < 200; i++ {
				sub := fmt.Sprint("user ", g, " ", i)
				token, err := SignAccess(sub, key, now, time.Minute)
				if err != nil {
					t.Error(err)
					return
				}
				claims, err := Verify(token, key, Validation{}, now)
				if err != nil || claims.Sub != sub {
					t.Error(err, claims)
					return
				}
			}
		}()
	}
	group.Wait()
}

func TestCloseWaitsForCalls(t *testing.T) {
	key := must(NewKey([]byte(secret)))(t)
	closed := make(chan struct{})
	key.use(func(c *cKey) cStatus {
		go func() {
			key.Close()
			close(closed)
		}()
		select {
		case <-closed:
			t.Error("the key was wiped during a call")
		case <-time.After(50 * time.Millisecond):
		}
		return 0
	})
	<-closed
	_, err := SignAccess("u", key, now, time.Minute)
	refused(t, err, ErrNotReady)
}

func TestKeyring(t *testing.T) {
	old, fresh := testKey(t), must(NewKey(bytes.Repeat([]byte("n"), 32)))(t)
	ring := must(NewKeyring(RingKey{KID: "old", Key: old, WithoutKID: true}, RingKey{KID: "new", Key: fresh, Signs: true}))(t)
	fresh.Close()
	token := must(SignAccess("u", ring, now, time.Minute))(t)
	equal(t, string(must(DecodeUnverified(token))(t).Header), `{"alg":"HS256","kid":"new","typ":"JWT"}`)
	equal(t, must(Verify(token, ring, Validation{}, now))(t).Sub, "u")
	nameless := must(SignAccess("u", old, now, time.Minute))(t)
	equal(t, must(Verify(nameless, ring, Validation{}, now))(t).Sub, "u")
	ring.Close()
	_, err := Verify(token, ring, Validation{}, now)
	refused(t, err, ErrNotReady)

	_, err = NewKeyring()
	refused(t, err, ErrKeyringEmpty)
	_, err = NewKeyring(RingKey{KID: "a", Key: old}, RingKey{KID: "a", Key: old})
	refused(t, err, ErrKIDDuplicate)
	_, err = NewKeyring(RingKey{KID: "a"})
	refused(t, err, ErrNull)
	_, err = NewKeyring(RingKey{KID: "a", Key: fresh})
	refused(t, err, ErrNotReady)
	mute := must(NewKeyring(RingKey{KID: "a", Key: old}))(t)
	_, err = SignAccess("u", mute, now, time.Minute)
	refused(t, err, ErrKIDNotInKeyring)
	_, err = Verify(nameless, mute, Validation{}, now)
	refused(t, err, ErrKIDMissing)
}

func TestAuthenticate(t *testing.T) {
	key := testKey(t)
	good := "Bearer " + must(SignAccess("lUpa", key, now, time.Minute))(t)
	refresh := "Bearer " + must(SignRefresh("lUpa", hash, key, now, time.Minute))(t)
	for _, c := range []struct {
		name    string
		headers []string
		auth    Auth
		status  Status // 0: no refusal
		sub     string // "": anonymous
		http    int
	}{
		{"user", []string{good}, AuthRequired, 0, "lUpa", 200},
		{"user, optional", []string{good}, AuthOptional, 0, "lUpa", 200},
		{"user, not looked at", []string{good}, AuthNone, 0, "", 200},
		{"anonymous", nil, AuthOptional, 0, "", 200},
		{"missing", nil, AuthRequired, ErrAuthorizationMissing, "", 401},
		{"empty is present", []string{""}, AuthOptional, ErrAuthorizationMalformed, "", 400},
		{"two", []string{good, good}, AuthOptional, ErrAuthorizationMalformed, "", 400},
		{"basic", []string{"Basic bFVwYQ=="}, AuthOptional, ErrAuthorizationScheme, "", 401},
		{"NUL", []string{good + "\x00"}, AuthOptional, ErrAuthorizationMalformed, "", 400},
		{"refresh", []string{refresh}, AuthOptional, ErrTokenTypeWrong, "", 401},
		{"1 MiB", []string{"Bearer " + strings.Repeat("a", 1<<20)}, AuthOptional, ErrTokenTooLong, "", 401},
		{"no such auth", []string{good}, 3, ErrOption, "", 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header["Authorization"] = c.headers
			claims, err := Authenticate(r, c.auth, key, Validation{}, now)
			if c.status == 0 {
				if err != nil {
					t.Fatal(err)
				}
				equal(t, claims != nil, c.sub != "")
				if claims != nil {
					equal(t, claims.Sub, c.sub)
				}
				return
			}
			refused(t, err, c.status)
			equal(t, claims, nil)
			w := httptest.NewRecorder()
			Refuse(w, "api", err)
			equal(t, w.Code, c.http)
			equal(t, strings.HasPrefix(w.Header().Get("WWW-Authenticate"), `Bearer realm="api"`), c.http != 500)
		})
	}
}

func TestTheChallenge(t *testing.T) {
	said := must((&Error{Status: ErrExpired}).Challenge("api"))(t)
	equal(t, said, `Bearer realm="api", error="invalid_token", error_description="the token has expired"`)
	_, err := (&Error{Status: ErrExpired}).Challenge(`a"b`)
	refused(t, err, ErrRealmInvalid)
	_, err = (&Error{Status: ErrNotReady}).Challenge("api")
	refused(t, err, ErrNoChallenge)
	w := httptest.NewRecorder()
	Refuse(w, "api", errors.New("the database is away"))
	equal(t, w.Code, http.StatusInternalServerError)
}

func TestPairs(t *testing.T) {
	key := testKey(t)
	for _, sub := range []string{"lUpa", strings.Repeat("long", 500), strings.Repeat("\n", 100)} {
		pair := must(IssuePair(sub, hash, key, now, PairOptions{AccessLifetime: time.Minute, RefreshLifetime: time.Hour}))(t)
		equal(t, pair.AccessExpires, unix+60)
		equal(t, pair.RefreshExpires, unix+3600)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%q"} {
			if shown := fmt.Sprintf(verb+verb, pair, *pair); strings.Contains(shown, "eyJ") {
				t.Fatalf("%s prints the tokens", verb)
			}
		}
		later := now.Add(10 * time.Minute)
		renew := func(hash StateHash) (*Pair, error) {
			return Renew(pair.RefreshToken, key, Validation{TokenType: TypeRefresh}, later, DefaultPairOptions,
				func(asked string) (StateHash, error) {
					equal(t, asked, sub)
					return hash, nil
				})
		}
		renewed := must(renew(hash))(t)
		equal(t, renewed.AccessExpires, unix+4200)
		equal(t, must(Verify(renewed.AccessToken, key, Validation{}, later))(t).Sub, sub)
		_, err := renew(StateHash{})
		refused(t, err, ErrStateHashMismatch)
	}
}

// Buffers grow to just the size that is needed, for each of the two tokens.
func TestPairsOfEveryLength(t *testing.T) {
	key := testKey(t)
	for n := 1; n < 600; n++ {
		sub := strings.Repeat("s", n)
		pair := must(IssuePair(sub, hash, key, now, DefaultPairOptions))(t)
		want := Validation{TokenType: TypeRefresh}
		equal(t, must(Verify(pair.RefreshToken, key, want, now))(t).Sub, sub)
		equal(t, must(Verify(pair.AccessToken, key, Validation{}, now))(t).Sub, sub)
	}
}

func TestRenewRefusals(t *testing.T) {
	key := testKey(t)
	pair := must(IssuePair("u", hash, key, now, DefaultPairOptions))(t)
	never := func(string) (StateHash, error) {
		t.Error("the account of a refused token was looked up")
		return hash, nil
	}
	_, err := Renew(pair.AccessToken, key, Validation{TokenType: TypeAny}, now, DefaultPairOptions, never)
	refused(t, err, ErrTokenTypeWrong)
	_, err = Renew(stranger, key, Validation{TokenType: TypeRefresh}, now, DefaultPairOptions, never)
	refused(t, err, ErrSignatureInvalid)
	gone := errors.New("no such account")
	_, err = Renew(pair.RefreshToken, key, Validation{TokenType: TypeRefresh}, now, DefaultPairOptions,
		func(string) (StateHash, error) { return hash, gone })
	if err != gone {
		t.Fatal(err)
	}
}

func TestClaimsPrintAsText(t *testing.T) {
	claims := must(Verify(byHand(hs256, `{"sub":"a\u0062","exp":9999999999}`), testKey(t), Validation{TokenType: TypeJWT}, now))(t)
	for _, shown := range []string{fmt.Sprint(claims), fmt.Sprint(*claims), fmt.Sprintf("%v", claims)} {
		equal(t, shown, `{"sub":"a\u0062","exp":9999999999}`)
	}
	set := `barejwt.Claims{"sub":"a\u0062","exp":9999999999}`
	equal(t, fmt.Sprintf("%#v %#v %#v", claims, *claims, []*Claims{claims}), set+" "+set+" []*barejwt.Claims{"+set+"}")
	equal(t, claims.Sub, "ab")
}

func TestNumbersPrintAsWords(t *testing.T) {
	all := ClaimTokenType | ClaimSub | ClaimExp | ClaimNbf | ClaimStateHash | ClaimIss | ClaimAud | ClaimIat | ClaimJti
	equal(t, all.String(), "token_type sub exp nbf state_hash iss aud iat jti")
	for claim, name := range map[ClaimSet]string{
		ClaimTokenType: "token_type", ClaimSub: "sub", ClaimExp: "exp", ClaimNbf: "nbf", ClaimStateHash: "state_hash",
		ClaimIss: "iss", ClaimAud: "aud", ClaimIat: "iat", ClaimJti: "jti", 0: "",
	} {
		equal(t, claim.String(), name)
	}
	equal(t, (ClaimSub | 1<<9 | 1<<31).String(), "sub 0x80000200")
	equal(t, ClaimSet(1<<9).String(), "0x200")
	equal(t, fmt.Sprint(TypeAbsent, TypeAccess, TypeRefresh, TypeAny, TypeJWT, TokenType(7)), "absent access refresh any jwt TokenType(7)")
	equal(t, fmt.Sprint(ActionUseAccess, ActionRefresh, ActionLogIn, Action(9)), "use refresh log in Action(9)")
}

func TestAStateHashPrintsNoBytes(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		equal(t, fmt.Sprintf(verb, hash), "barejwt.StateHash")
	}
}

// The calls that a server makes for every request allocate little.
func TestAllocations(t *testing.T) {
	key := testKey(t)
	token := must(SignAccess("lUpa", key, now, AccessLifetime))(t)
	issuer := "plant-7"
	for name, call := range map[string]struct {
		most float64
		run  func() error
	}{
		"verify": {3, func() error { _, err := Verify(token, key, Validation{}, now); return err }},
		"sign":   {2, func() error { _, err := SignAccess("lUpa", key, now, AccessLifetime); return err }},
		"refuse": {2, func() error {
			if _, err := Verify(token, key, Validation{Issuer: &issuer}, now); err == nil {
				return errors.New("accepted without iss")
			}
			return nil
		}},
	} {
		found := testing.AllocsPerRun(100, func() {
			if err := call.run(); err != nil {
				t.Fatal(err)
			}
		})
		if found > call.most {
			t.Errorf("%s: %v allocations, at most %v", name, found, call.most)
		}
	}
}

// Every status that a C function returns has a constant here.
func TestStatusesOfTheHeader(t *testing.T) {
	folder := must(exec.Command("pkg-config", "--variable=includedir", "barejwt").Output())(t)
	header := string(must(os.ReadFile(strings.TrimSpace(string(folder)) + "/barejwt.h"))(t))
	ours := string(must(os.ReadFile("errors.go"))(t))
	defines := regexp.MustCompile(`(?m)^#define BAREJWT_E_(\w+) (\d+)$`).FindAllStringSubmatch(header, -1)
	if len(defines) < 50 {
		t.Fatal("the header was not understood")
	}
	for _, define := range defines {
		if !strings.Contains(ours, "C.BAREJWT_E_"+define[1]+"\n") {
			t.Errorf("no constant for %s", define[1])
		}
		number := must(strconv.Atoi(define[2]))(t)
		if text := Status(number).Error(); text == "" || text == Status(-1).Error() {
			t.Errorf("no text for %s", define[1])
		}
	}
	if !strings.Contains(header, `#define BAREJWT_VERSION "`+Version()+`"`) {
		t.Error("the library is of another version than its header")
	}
}

// The secret is inside a struct that holds Go pointers. cgo checks what the pointer points to.
func TestSecretBesideGoPointers(t *testing.T) {
	number := 1
	config := struct {
		Secret [32]byte
		Number *int
	}{Secret: [32]byte{7}, Number: &number}
	must(NewKey(config.Secret[:]))(t).Close()
	must(NewWeakKey(config.Secret[:]))(t).Close()
}

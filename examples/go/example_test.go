package barejwt_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"barejwt"
)

func Example() {
	key, err := barejwt.NewKey(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		panic(err)
	}
	defer key.Close()

	now := time.Unix(1_745_651_978, 0)
	token, err := barejwt.SignAccess("lUpa", key, now, barejwt.AccessLifetime)
	if err != nil {
		panic(err)
	}
	claims, err := barejwt.Verify(token, key, barejwt.Validation{}, now)
	fmt.Println(claims.Sub, err)

	_, err = barejwt.Verify(token, key, barejwt.Validation{}, now.Add(2*time.Hour))
	var refusal *barejwt.Error
	if errors.Is(err, barejwt.ErrExpired) && errors.As(err, &refusal) {
		fmt.Println(err, "for", refusal.Now-refusal.Time, "s")
	}
	// Output:
	// lUpa <nil>
	// barejwt: the token has expired for 3600 s
}

// A device that logs in to an MQTT broker.
func ExampleSign() {
	key, err := barejwt.NewKey(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		panic(err)
	}
	defer key.Close()

	now := time.Unix(1_745_651_978, 0)
	token, err := barejwt.Sign(barejwt.ToSign{
		TokenType: barejwt.TypeJWT,
		Sub:       "device-42",
		Lifetime:  10 * time.Minute,
		Members:   map[string]any{"iss": "plant-7", "acl": []string{"telemetry/42"}},
	}, key, now)
	if err != nil {
		panic(err)
	}

	issuer := "plant-7"
	rules := barejwt.Validation{TokenType: barejwt.TypeJWT, Issuer: &issuer, MaxAge: time.Hour}
	claims, err := barejwt.Verify(token, key, rules, now)
	if err != nil {
		panic(err)
	}
	var acl []string
	fmt.Println(claims.Sub, claims.Get("acl", &acl), acl)
	// Output:
	// device-42 <nil> [telemetry/42]
}

func ExampleAuthenticate() {
	key, err := barejwt.NewKey(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		panic(err)
	}
	defer key.Close()
	hello := func(w http.ResponseWriter, r *http.Request) {
		claims, err := barejwt.Authenticate(r, barejwt.AuthOptional, key, barejwt.Validation{}, time.Now())
		switch {
		case err != nil:
			barejwt.Refuse(w, "api", err)
		case claims == nil:
			fmt.Fprintln(w, "hello, stranger")
		default:
			fmt.Fprintln(w, "hello", claims.Sub)
		}
	}

	token, err := barejwt.SignAccess("lUpa", key, time.Now(), time.Minute)
	if err != nil {
		panic(err)
	}
	for _, header := range []string{"Bearer " + token, "", "Basic bFVwYQ=="} {
		r := httptest.NewRequest("GET", "/", nil)
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		w := httptest.NewRecorder()
		hello(w, r)
		fmt.Print(w.Code, " ", w.Body)
	}
	// Output:
	// 200 hello lUpa
	// 200 hello, stranger
	// 401 Unauthorized
}

func ExampleSession() {
	pair, err := barejwt.PairFromAnswer([]byte(`{"code":0,"data":{"token":{
		"access_token":"a.b.c","refresh_token":"d.e.f",
		"access_expires":"2025-04-26T16:19:38+08:00","refresh_expires":"2025-10-23T15:19:38+08:00"}}}`))
	if err != nil {
		panic(err)
	}
	session, err := barejwt.NewSession(pair, time.Minute)
	if err != nil {
		panic(err)
	}

	// Ask before each call of the API.
	for _, now := range []int64{1_745_651_978, 1_745_655_578} {
		next, err := session.Next(time.Unix(now, 0))
		switch {
		case err != nil:
			panic(err)
		case next.Action == barejwt.ActionUseAccess:
			fmt.Println("call with", next.Token)
		case next.Action == barejwt.ActionRefresh:
			fmt.Println("refresh with", next.Token, "then session.Renewed, or session.RefreshRefused")
		case next.Action == barejwt.ActionLogIn:
			fmt.Println("ask the user to log in")
		}
	}
	// Output:
	// call with a.b.c
	// refresh with d.e.f then session.Renewed, or session.RefreshRefused
}

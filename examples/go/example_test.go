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
		fmt.Println(err, "for", refusal.Now-refusal.Exp, "s")
	}
	// Output:
	// lUpa <nil>
	// barejwt: the token has expired for 3600 s
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
			fmt.Fprintln(w, "hello, whoever you are")
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
	// 200 hello, whoever you are
	// 401 Unauthorized
}

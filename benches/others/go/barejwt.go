package main

import (
	"time"

	"barejwt"
)

func compareBarejwt(t tokens) {
	key, err := barejwt.NewKey([]byte(t.secret))
	must(err == nil)
	defer key.Close()

	rules := map[string]barejwt.Validation{"access": {}, "refresh": {TokenType: barejwt.TypeRefresh}}
	verify := func(token, tokenType, sub string) bool {
		claims, err := barejwt.Verify(token, key, rules[tokenType], time.Now())
		return err == nil && claims.Sub == sub
	}
	now := time.Unix(1745651978, 0)
	lifetime := time.Unix(4000000000, 0).Sub(now)
	signAccess := func() string {
		token, err := barejwt.SignAccess("lUpa", key, now, lifetime)
		must(err == nil)
		return token
	}
	signRefresh := func() string {
		token, err := barejwt.SignRefresh("lUpa", barejwt.StateHash{}, key, now, lifetime)
		must(err == nil)
		return token
	}
	compare("barejwt_go", t, verify, signAccess, signRefresh)
}

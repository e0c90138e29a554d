package main

import (
	"time"

	"github.com/golang-jwt/jwt/v4"
)

type claims struct {
	TokenType string `json:"token_type"`
	jwt.RegisteredClaims
	StateHash string `json:"state_hash,omitempty"`
}

func compareGolangJWT(t tokens) {
	secret := []byte(t.secret)
	key := func(*jwt.Token) (interface{}, error) { return secret, nil }
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}))

	verify := func(token, tokenType, sub string) bool {
		var said claims
		if _, err := parser.ParseWithClaims(token, &said, key); err != nil {
			return false
		}
		return said.ExpiresAt != nil && said.NotBefore != nil && said.TokenType == tokenType && said.Subject == sub
	}
	sign := func(said claims) string {
		token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, said).SignedString(secret)
		must(err == nil)
		return token
	}
	access := claims{TokenType: "access", RegisteredClaims: jwt.RegisteredClaims{
		Subject: "lUpa", ExpiresAt: jwt.NewNumericDate(time.Unix(4000000000, 0)), NotBefore: jwt.NewNumericDate(time.Unix(1745651978, 0)),
	}}
	refresh := access
	refresh.TokenType, refresh.StateHash = "refresh", t.stateHash
	compare("golang_jwt", t, verify, func() string { return sign(access) }, func() string { return sign(refresh) })
}

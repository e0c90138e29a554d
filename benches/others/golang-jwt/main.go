// golang-jwt: golang-jwt TOKENS_TXT.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

const (
	batches = 1000
	batchNs = 1e6
)

type claims struct {
	TokenType string `json:"token_type"`
	jwt.RegisteredClaims
	StateHash string `json:"state_hash,omitempty"`
}

var (
	secret []byte
	parser = jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}))
)

func key(*jwt.Token) (interface{}, error) { return secret, nil }

func verify(token, tokenType, sub string) bool {
	var said claims
	if _, err := parser.ParseWithClaims(token, &said, key); err != nil {
		return false
	}
	return said.ExpiresAt != nil && said.NotBefore != nil && said.TokenType == tokenType && said.Subject == sub
}

func sign(said claims) string {
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, said).SignedString(secret)
	must(err == nil)
	return token
}

func must(ok bool) {
	if !ok {
		panic("golang-jwt does not do what it should")
	}
}

func batch(runs int, run func() bool) float64 {
	start := time.Now()
	for n := 0; n < runs; n++ {
		must(run())
	}
	return float64(time.Since(start).Nanoseconds())
}

func measure(operation string, run func() bool) {
	runs := 1
	for batch(runs, run) < batchNs {
		runs *= 2
	}
	took := make([]float64, batches)
	for n := range took {
		took[n] = batch(runs, run) / float64(runs)
	}
	sort.Float64s(took)
	fmt.Printf("golang_jwt %s %.1f\n", operation, took[batches/10])
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	must(err == nil)
	lines := strings.Split(string(text), "\n")
	access, refresh, everyday, named := lines[1], lines[2], lines[4], lines[5]
	secret = []byte(lines[0])
	said := claims{TokenType: "access", RegisteredClaims: jwt.RegisteredClaims{
		Subject: "lUpa", ExpiresAt: jwt.NewNumericDate(time.Unix(4000000000, 0)), NotBefore: jwt.NewNumericDate(time.Unix(1745651978, 0)),
	}}
	refreshSaid := said
	refreshSaid.TokenType, refreshSaid.StateHash = "refresh", lines[3]

	dot := strings.LastIndexByte(access, '.') + 1
	first := "A"
	if access[dot] == 'A' {
		first = "B"
	}
	must(!verify(access[:dot]+first+access[dot+1:], "access", "lUpa"))
	must(!verify(refresh, "access", "lUpa"))
	must(len(sign(said)) == len(access) && len(sign(refreshSaid)) == len(refresh))

	measure("verify_access", func() bool { return verify(access, "access", "lUpa") })
	measure("verify_refresh", func() bool { return verify(refresh, "refresh", "lUpa") })
	measure("verify_everyday", func() bool { return verify(everyday, "access", "user-12345678") })
	measure("verify_kid_single_key", func() bool { return verify(named, "access", "lUpa") })
	measure("sign_access", func() bool { return sign(said) != "" })
	measure("sign_refresh", func() bool { return sign(refreshSaid) != "" })
}

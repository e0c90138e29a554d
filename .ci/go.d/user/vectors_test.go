// Package user is a user's module: it runs the vectors that every port passes, and the everyday token.
// VECTORS is tests/vectors.txt, whose head explains each field. TOKENS is benches/tokens.txt.
package user

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"barejwt"
)

var (
	received = time.Unix(1745651978, 0)
	state    = func() (hash barejwt.StateHash) {
		for n := range hash {
			hash[n] = 0x5a
		}
		return
	}()
	rules = map[string]barejwt.Validation{
		"access":  {},
		"refresh": {TokenType: barejwt.TypeRefresh},
		"any": {
			TokenType:    barejwt.TypeAny,
			AllowMissing: barejwt.ClaimTokenType | barejwt.ClaimSub | barejwt.ClaimExp | barejwt.ClaimNbf,
			Ignore:       barejwt.ClaimAud,
		},
	}
	auths = map[string]barejwt.Auth{
		"none": barejwt.AuthNone, "optional": barejwt.AuthOptional, "required": barejwt.AuthRequired,
	}
)

// key is a secret in hexadecimal, or a keyring whose last key signs.
func key(field string) (*barejwt.Key, error) {
	if !strings.Contains(field, ":") {
		secret, err := hex.DecodeString(field)
		if err != nil {
			return nil, err
		}
		return barejwt.NewKey(secret)
	}
	var ring []barejwt.RingKey
	entries := strings.Split(field, " ")
	for n, entry := range entries {
		kid, secret, _ := strings.Cut(entry, ":")
		one, err := key(secret)
		if err != nil {
			return nil, err
		}
		ring = append(ring, barejwt.RingKey{KID: kid, Key: one, Signs: n == len(entries)-1})
	}
	return barejwt.NewKeyring(ring...)
}

// outcome gives the outcome of a vector, in the words of the vectors.
func outcome(call, keys, input string, now time.Time) (string, error) {
	k, err := key(keys)
	if err != nil {
		return "", err
	}
	defer k.Close()
	if auth, isAuth := auths[call]; isAuth {
		return authorised(auth, k, input, now)
	}
	if want, isVerify := rules[call]; isVerify {
		claims, err := barejwt.Verify(input, k, want, now)
		if err != nil {
			return "", err
		}
		return "sub=" + claims.Sub, nil
	}
	switch call {
	case "sign-access":
		token, err := barejwt.SignAccess(input, k, now, barejwt.AccessLifetime)
		return "token=" + token, err
	case "sign-refresh":
		token, err := barejwt.SignRefresh(input, state, k, now, barejwt.RefreshLifetime)
		return "token=" + token, err
	case "renew":
		account := func(string) (barejwt.StateHash, error) { return state, nil }
		pair, err := barejwt.Renew(input, k, rules["refresh"], now, barejwt.DefaultPairOptions, account)
		if err != nil {
			return "", err
		}
		return "pair=" + pair.AccessToken + " " + pair.RefreshToken, nil
	case "session":
		return session(input, now)
	case "unverified":
		said, err := barejwt.DecodeUnverified(input)
		if err != nil {
			return "", err
		}
		return "sub=" + said.SaidSub, said.Status
	}
	return "", fmt.Errorf("unknown call %q", call)
}

func authorised(auth barejwt.Auth, k *barejwt.Key, header string, now time.Time) (string, error) {
	request := &http.Request{Header: http.Header{}}
	if header != "(absent)" {
		request.Header.Set("Authorization", header)
	}
	claims, err := barejwt.Authenticate(request, auth, k, barejwt.Validation{}, now)
	if err != nil {
		return "", err
	}
	if claims == nil {
		return "anonymous", nil
	}
	return "sub=" + claims.Sub, nil
}

func session(answer string, now time.Time) (string, error) {
	pair, err := barejwt.PairFromAnswer([]byte(answer))
	if err != nil {
		return "", err
	}
	client, err := barejwt.NewSession(pair, time.Minute)
	if err != nil {
		return "", err
	}
	if _, err := client.Next(received); err != nil {
		return "", err
	}
	next, err := client.Next(now)
	words := map[barejwt.Action]string{barejwt.ActionUseAccess: "use=", barejwt.ActionRefresh: "refresh=", barejwt.ActionLogIn: "log in"}
	return words[next.Action] + next.Token, err
}

// described gives Rust's text of an error. Rust has one error for all JSON.
func described(err error) string {
	if errors.Is(err, barejwt.ErrLoginAnswerJSON) {
		err = barejwt.ErrJSON
	}
	return strings.TrimPrefix(err.Error(), "barejwt: ")
}

func lines(t *testing.T, variable string) []string {
	text, err := os.ReadFile(os.Getenv(variable))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

func TestVectors(t *testing.T) {
	ran := 0
	for _, line := range lines(t, "VECTORS") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 6 {
			t.Fatalf("six fields: %s", line)
		}
		name, call, keys, answer, input := fields[0], fields[1], fields[2], fields[4], fields[5]
		now, err := strconv.ParseInt(fields[3], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		found, err := outcome(call, keys, input, time.Unix(now, 0))
		if err != nil {
			found = described(err)
		}
		if found != answer {
			t.Errorf("%s: %q, and not %q", name, found, answer)
		}
		ran++
	}
	if ran != 304 {
		t.Errorf("%d vectors", ran)
	}
}

func TestEverydayToken(t *testing.T) {
	tokens := lines(t, "TOKENS")
	k, err := barejwt.NewKey([]byte(tokens[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	issuer := "https://auth.example.com"
	claims, err := barejwt.Verify(tokens[4], k, barejwt.Validation{TokenType: barejwt.TypeJWT, Issuer: &issuer}, received)
	if err != nil {
		t.Fatal(err)
	}
	var roles []string
	if err := claims.Get("roles", &roles); err != nil {
		t.Fatal(err)
	}
	if claims.Sub != "user-12345678" || claims.Exp != 4000000000 || fmt.Sprint(roles) != "[a b c]" {
		t.Error(claims, roles)
	}
	again, err := barejwt.SignJSON(claims.JSON, k)
	if err != nil || again != tokens[4] {
		t.Error(again, err)
	}
	if shown := fmt.Sprintln(claims); shown != claims.JSON+"\n" {
		t.Error(shown)
	}
}

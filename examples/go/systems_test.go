package barejwt

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func ptr(s string) *string { return &s }

// Each rule for another system's tokens gets a good, a boundary and a hostile token.
func TestRulesOfAnySystem(t *testing.T) {
	key := testKey(t)
	const url = "https://auth.example.com"
	issuer := Validation{Issuer: ptr(url)}
	api := Validation{Audience: ptr("api")}
	minute := Validation{MaxAge: time.Minute}
	iat := func(at int64) string { return fmt.Sprintf(`"iat":%d`, at) }
	for name, rule := range map[string][]struct {
		members string // besides exp
		want    Validation
		status  Status // 0: no refusal
		claims  ClaimSet
	}{
		"exp alone is required": {
			{"", Validation{}, 0, 0},
			{`"token_type":7,"state_hash":[]`, Validation{}, 0, 0},
			{`"iss":1,"iat":"yesterday","jti":null`, Validation{}, 0, 0},
			{`"sub":42`, Validation{}, ErrClaimType, ClaimSub},
		},
		"issuer, RFC 7519 4.1.1": {
			{`"iss":"` + url + `"`, issuer, 0, 0},
			{`"iss":"https:\/\/\u0061uth.example.com"`, issuer, 0, 0},
			{`"iss":"` + url + `/"`, issuer, ErrIssuerWrong, 0},
			{`"iss":"` + url + `.evil"`, issuer, ErrIssuerWrong, 0},
			{`"iss":"` + url + `\u0000"`, issuer, ErrIssuerWrong, 0},
			{`"iss":"https://Auth.example.com"`, issuer, ErrIssuerWrong, 0},
			{`"iss":"https://auth.example.co"`, issuer, ErrIssuerWrong, 0},
			{`"iss":["` + url + `"]`, issuer, ErrClaimType, ClaimIss},
			{`"iss":null`, issuer, ErrClaimType, ClaimIss},
			{"", issuer, ErrClaimsMissing, ClaimIss},
			{`"iss":"` + url + `"`, Validation{Issuer: ptr("")}, ErrIssuerWrong, 0},
			{`"iss":"?"`, Validation{Issuer: ptr("\xff")}, ErrIssuerWrong, 0},
			{"", Validation{Issuer: ptr(url), AllowMissing: ClaimIss}, 0, 0},
			{`"iss":"evil"`, Validation{Issuer: ptr(url), AllowMissing: ClaimIss}, ErrIssuerWrong, 0},
			{`"iss":"evil"`, Validation{Issuer: ptr(url), Ignore: ClaimIss}, ErrIssuerWrong, 0},
		},
		"audience, RFC 7519 4.1.3 and RFC 8725 3.9": {
			{`"aud":"api"`, api, 0, 0},
			{`"aud":["web","\u0061pi"]`, api, 0, 0},
			{`"aud":"API"`, api, ErrAudienceWrong, 0},
			{`"aud":"ap"`, api, ErrAudienceWrong, 0},
			{`"aud":["web"]`, api, ErrAudienceWrong, 0},
			{`"aud":[]`, api, ErrAudienceWrong, 0},
			{`"aud":{"api":1}`, api, ErrClaimType, ClaimAud},
			{`"aud":["api",1]`, api, ErrClaimType, ClaimAud},
			{`"aud":[["api"]]`, api, ErrClaimType, ClaimAud},
			{`"aud":null`, api, ErrClaimType, ClaimAud},
			{"", api, ErrClaimsMissing, ClaimAud},
			{`"aud":"api"`, Validation{Audience: ptr("")}, ErrAudienceWrong, 0},
			{`"aud":"api"`, Validation{}, ErrAudienceUnexpected, 0},
		},
		"age, RFC 7519 4.1.6": {
			{iat(unix), minute, 0, 0},
			{iat(unix - 60), minute, 0, 0},
			{iat(unix - 61), minute, ErrTooOld, 0},
			{iat(unix + 1), minute, ErrIssuedInFuture, 0},
			{iat(unix) + ".5", minute, ErrIssuedInFuture, 0},
			{iat(unix - 61), Validation{MaxAge: time.Minute, Leeway: time.Second}, 0, 0},
			{iat(unix + 1), Validation{MaxAge: time.Minute, Leeway: time.Second}, 0, 0},
			{iat(unix - 62), Validation{MaxAge: time.Minute, Leeway: time.Second}, ErrTooOld, 0},
			{iat(-1), minute, ErrTooOld, 0},
			{`"iat":"1745651978"`, minute, ErrClaimType, ClaimIat},
			{`"iat":1e19`, minute, ErrNumericDateRange, ClaimIat},
			{"", minute, ErrClaimsMissing, ClaimIat},
			{iat(1), Validation{MaxAge: math.MaxUint32 * time.Second}, 0, 0},
			// In whole seconds it would be 0, which is no rule.
			{iat(unix), Validation{MaxAge: time.Second - 1}, ErrOption, 0},
			{iat(unix), Validation{MaxAge: -1}, ErrOption, 0},
			{iat(unix), Validation{MaxAge: (math.MaxUint32 + 1) * time.Second}, ErrOption, 0},
		},
		"required, RFC 7519 4": {
			{`"jti":""`, Validation{Require: ClaimJti}, 0, 0},
			{"", Validation{Require: ClaimJti | ClaimSub}, ErrClaimsMissing, ClaimJti | ClaimSub},
			{`"jti":1`, Validation{Require: ClaimJti}, ErrClaimType, ClaimJti},
			{"", Validation{Require: ClaimJti, AllowMissing: ClaimJti, Ignore: ClaimJti}, ErrClaimsMissing, ClaimJti},
			{"", Validation{Require: 512}, ErrOption, 0},
		},
		"ignored, RFC 7519 4.1": {
			{`"sub":42,"aud":[{}],"nbf":"later"`, Validation{Ignore: ClaimSub | ClaimAud | ClaimNbf}, 0, 0},
			{`"sub":42`, Validation{Ignore: ClaimAud}, ErrClaimType, ClaimSub},
			{`"aud":"api"`, Validation{Ignore: ClaimSub}, ErrAudienceUnexpected, 0},
			{"", Validation{Ignore: 512}, ErrOption, 0},
		},
		"typ, RFC 8725 3.11": {
			{"", Validation{Typ: ptr("application/jwt")}, 0, 0},
			{"", Validation{Typ: ptr("at+jwt")}, ErrTypWrong, 0},
			{"", Validation{Typ: ptr("\xff")}, ErrTypWrong, 0},
		},
	} {
		for _, c := range rule {
			t.Run(name+" "+c.members, func(t *testing.T) {
				set := fmt.Sprintf(`{"exp":%d`, unix+60)
				if c.members != "" {
					set += "," + c.members
				}
				want := c.want
				want.TokenType = TypeJWT
				claims, err := Verify(byHand(hs256, set+"}"), key, want, now)
				if c.status != 0 {
					equal(t, refused(t, err, c.status).Claims, c.claims)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				equal(t, claims.Exp, unix+60)
				equal(t, claims.TokenType, TypeAbsent)
			})
		}
	}
}

func TestTimesOfAnySystem(t *testing.T) {
	key := testKey(t)
	token := byHand(hs256, fmt.Sprintf(`{"iat":%d,"exp":%d}`, unix, unix+60))
	times := func(at time.Time, status Status) [2]int64 {
		_, err := Verify(token, key, Validation{TokenType: TypeJWT, MaxAge: 30 * time.Second}, at)
		refusal := refused(t, err, status)
		return [2]int64{refusal.Time, refusal.Now}
	}
	equal(t, times(now.Add(-time.Second), ErrIssuedInFuture), [2]int64{unix, unix - 1})
	equal(t, times(now.Add(31*time.Second), ErrTooOld), [2]int64{unix, unix + 31})
	equal(t, times(now.Add(time.Minute), ErrExpired), [2]int64{unix + 60, unix + 60})

	_, err := Verify(byHand(hs256, "{}"), key, Validation{TokenType: TypeJWT}, now)
	equal(t, refused(t, err, ErrClaimsMissing).Claims, ClaimExp)
	// If exp is ignored, the token never expires.
	claims := must(Verify(token, key, Validation{TokenType: TypeJWT, Ignore: ClaimExp}, now.Add(time.Hour)))(t)
	equal(t, claims.Has, 0)
}

func TestClaimsThatRulesLookAt(t *testing.T) {
	token := byHand(hs256, fmt.Sprintf(`{"iss":"i","iat":1,"jti":"j","sub":"u","exp":%d}`, unix+1))
	key, want := testKey(t), Validation{TokenType: TypeJWT}
	equal(t, must(Verify(token, key, want, now))(t).Has, ClaimSub|ClaimExp)
	want.Issuer, want.Require = ptr("i"), ClaimJti
	equal(t, must(Verify(token, key, want, now))(t).Has, ClaimSub|ClaimExp|ClaimIss|ClaimJti)
}

func TestMembersFollowTheStandardOnes(t *testing.T) {
	key := testKey(t)
	type own struct {
		ISS string   `json:"iss"`
		ACL []string `json:"acl"`
	}
	said := `"iss":"plant-7","acl":["é\u0000"]`
	for _, members := range []any{own{"plant-7", []string{"é\x00"}}, json.RawMessage("{" + said + "}")} {
		for _, c := range []struct {
			what     ToSign
			standard string
		}{
			{ToSign{TokenType: TypeJWT}, `"sub":"u","iat":%d,"exp":%d`},
			{ToSign{TokenType: TypeAccess}, `"token_type":"access","sub":"u","exp":%[2]d,"nbf":%[1]d`},
			{ToSign{TokenType: TypeRefresh, StateHash: &hash}, `"token_type":"refresh","sub":"u","exp":%[2]d,"nbf":%[1]d,"state_hash":"` +
				base64.StdEncoding.EncodeToString(hash[:]) + `"`},
		} {
			c.what.Sub, c.what.Lifetime = "u", time.Minute
			standard := fmt.Sprintf(c.standard, unix, unix+60)
			equal(t, must(Sign(c.what, key, now))(t), byHand(hs256, "{"+standard+"}"))
			c.what.Members = map[string]any{}
			equal(t, must(Sign(c.what, key, now))(t), byHand(hs256, "{"+standard+"}"))
			c.what.Members = members
			equal(t, must(Sign(c.what, key, now))(t), byHand(hs256, "{"+standard+","+said+"}"))
		}
	}
}

func TestWhatIsNotSigned(t *testing.T) {
	key := testKey(t)
	for _, c := range []struct {
		what   ToSign
		status Status
	}{
		{ToSign{}, ErrOption},
		{ToSign{TokenType: TypeAny}, ErrOption},
		{ToSign{TokenType: TypeJWT, StateHash: &hash}, ErrOption},
		{ToSign{TokenType: TypeAccess, StateHash: &hash}, ErrOption},
		{ToSign{TokenType: TypeRefresh}, ErrNull},
	} {
		c.what.Sub, c.what.Lifetime = "u", time.Minute
		_, err := Sign(c.what, key, now)
		refused(t, err, c.status)
	}
	_, err := Sign(ToSign{TokenType: TypeJWT, Lifetime: time.Minute}, key, now)
	refused(t, err, ErrSubjectEmpty)
}

func TestHostileMembers(t *testing.T) {
	key := testKey(t)
	refresh := must(IssuePair("u", hash, key, now, DefaultPairOptions))(t).RefreshToken
	signers := func(members any) map[string]error {
		access, refreshes := DefaultPairOptions, DefaultPairOptions
		access.AccessMembers, refreshes.RefreshMembers = members, members
		_, sign := Sign(ToSign{TokenType: TypeJWT, Sub: "u", Lifetime: time.Minute, Members: members}, key, now)
		_, issueAccess := IssuePair("u", hash, key, now, access)
		_, issueRefresh := IssuePair("u", hash, key, now, refreshes)
		both := access
		both.RefreshMembers = map[string]any{}
		_, renew := Renew(refresh, key, Validation{TokenType: TypeRefresh}, now, both,
			func(string) (StateHash, error) { return hash, nil })
		return map[string]error{"Sign": sign, "access": issueAccess, "refresh": issueRefresh, "Renew": renew}
	}
	many := map[string]int{}
	for n := 0; n < 65; n++ {
		many[fmt.Sprint(n)] = n
	}
	for _, c := range []struct {
		members any
		status  Status
	}{
		{map[string]any(nil), ErrJSONToSign},
		{[]string{"sub", "root"}, ErrJSONToSign},
		{`{"a":1}`, ErrJSONToSign},
		{many, ErrJSONToSign},
		{json.RawMessage(`{"a":1,"\u0061":2}`), ErrJSONToSign}, // RFC 8259 4: the same name twice
		{json.RawMessage(`{"a":"\ud800"}`), ErrJSONToSign},     // RFC 8259 8.2: a lone surrogate
		{json.RawMessage(`{"a":` + strings.Repeat("[", 33) + strings.Repeat("]", 33) + `}`), ErrJSONToSign},
		{json.RawMessage("{\"a\":\"\xff\"}"), ErrNotUTF8},
		{map[string]string{"sub": "root"}, ErrMemberReserved},
		{map[string]int64{"exp": math.MaxInt64}, ErrMemberReserved},
	} {
		for name, err := range signers(c.members) {
			t.Run(fmt.Sprint(name, " ", c.members), func(t *testing.T) { refused(t, err, c.status) })
		}
	}
	// What encoding/json refuses, RFC 8259 6: NaN.
	for name, err := range signers(map[string]float64{"n": math.NaN()}) {
		if _, ok := err.(*json.UnsupportedValueError); !ok {
			t.Error(name, err)
		}
	}
}

// others gives the members of a token except the five standard members.
func others(t *testing.T, claims *Claims) string {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(claims.JSON), &members); err != nil {
		t.Fatal(err)
	}
	for _, standard := range []string{"token_type", "sub", "exp", "nbf", "state_hash"} {
		delete(members, standard)
	}
	return string(must(json.Marshal(members))(t))
}

func TestMembersOfPairs(t *testing.T) {
	key := testKey(t)
	said := func(pair *Pair) [2]string {
		return [2]string{
			others(t, must(Verify(pair.AccessToken, key, Validation{}, now))(t)),
			others(t, must(Verify(pair.RefreshToken, key, Validation{TokenType: TypeRefresh}, now))(t)),
		}
	}
	with := func(access, refresh any) PairOptions {
		options := DefaultPairOptions
		options.AccessMembers, options.RefreshMembers = access, refresh
		return options
	}
	scope, family := map[string]any{"scope": "read"}, map[string]any{"family": 7}
	const saidScope, saidFamily = `{"scope":"read"}`, `{"family":7}`
	equal(t, said(must(IssuePair("u", hash, key, now, with(nil, nil)))(t)), [2]string{"{}", "{}"})
	pair := must(IssuePair("u", hash, key, now, with(scope, family)))(t)
	equal(t, said(pair), [2]string{saidScope, saidFamily})

	// The members of the refresh token are carried over, unless both are given.
	none := map[string]any{}
	for _, c := range []struct {
		options PairOptions
		want    [2]string
	}{
		{with(nil, nil), [2]string{saidFamily, saidFamily}},
		{with(scope, none), [2]string{saidScope, "{}"}},
		{with(none, scope), [2]string{"{}", saidScope}},
		{with(none, none), [2]string{"{}", "{}"}},
	} {
		renewed := must(Renew(pair.RefreshToken, key, Validation{TokenType: TypeRefresh}, now, c.options,
			func(string) (StateHash, error) { return hash, nil }))(t)
		equal(t, said(renewed), c.want)
	}
	// If only one token's members were taken, the other token would lose its members in silence.
	for _, options := range []PairOptions{with(scope, nil), with(nil, none)} {
		_, err := Renew(pair.RefreshToken, key, Validation{TokenType: TypeRefresh}, now, options,
			func(string) (StateHash, error) { return hash, nil })
		refused(t, err, ErrOption)
	}

	// Buffers grow to the size that the longer token needs.
	for n := 200; n < 400; n++ {
		long := map[string]any{"m": strings.Repeat("x", n)}
		text := string(must(json.Marshal(long))(t))
		equal(t, said(must(IssuePair("u", hash, key, now, with(long, nil)))(t)), [2]string{text, "{}"})
		equal(t, said(must(IssuePair("u", hash, key, now, with(nil, long)))(t)), [2]string{"{}", text})
	}
}

// Another system's token names a user, unless it says that it is a refresh token (RFC 8725 3.12).
func TestAuthenticateAnySystem(t *testing.T) {
	key := testKey(t)
	want := Validation{TokenType: TypeJWT, Issuer: ptr("plant-7")}
	ask := func(what ToSign, issuer string) (*Claims, error) {
		what.Sub, what.Lifetime, what.Members = "device-42", time.Minute, map[string]string{"iss": issuer}
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+must(Sign(what, key, now))(t))
		return Authenticate(r, AuthOptional, key, want, now)
	}
	equal(t, must(ask(ToSign{TokenType: TypeJWT}, "plant-7"))(t).Sub, "device-42")
	_, err := ask(ToSign{TokenType: TypeJWT}, "plant-8")
	equal(t, refused(t, err, ErrIssuerWrong).HTTPStatus(), 401)
	_, err = ask(ToSign{TokenType: TypeRefresh, StateHash: &hash}, "plant-7")
	refused(t, err, ErrTokenTypeWrong)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+byHand(hs256, fmt.Sprintf(`{"exp":%d,"iss":"plant-7"}`, unix+1)))
	_, err = Authenticate(r, AuthOptional, key, want, now)
	equal(t, refused(t, err, ErrClaimsMissing).Claims, ClaimSub)
}

// A program may set many options, so that the error says which of them is wrong.
func TestAWrongOptionIsNamed(t *testing.T) {
	key := testKey(t)
	for option, want := range map[string]Validation{
		"TokenType":    {TokenType: 9},
		"Require":      {Require: ClaimSub | 512},
		"AllowMissing": {AllowMissing: 512},
		"Ignore":       {Ignore: 1 << 31},
		"Leeway":       {Leeway: -1},
		"MaxAge":       {MaxAge: time.Second - 1},
	} {
		_, err := Verify("a.b.c", key, want, now)
		refused(t, err, ErrOption)
		names(t, err, option)
	}
	_, err := Verify("a.b.c", key, Validation{MaxAge: (math.MaxUint32 + 1) * time.Second}, now)
	names(t, err, "MaxAge")
	_, err = Authenticate(httptest.NewRequest("GET", "/", nil), 3, key, Validation{}, now)
	names(t, err, "auth")

	for _, c := range []struct {
		what   ToSign
		option string
	}{
		{ToSign{}, "TokenType"},
		{ToSign{TokenType: TypeAny}, "TokenType"},
		{ToSign{TokenType: TypeJWT, StateHash: &hash}, "StateHash"},
		{ToSign{TokenType: TypeAccess, StateHash: &hash}, "StateHash"},
		{ToSign{TokenType: TypeRefresh}, "StateHash"},
		{ToSign{TokenType: TypeJWT, Lifetime: -1}, "Lifetime"},
	} {
		c.what.Sub = "u"
		_, err := Sign(c.what, key, now)
		names(t, err, c.option)
	}

	members := map[string]any{"a": 1}
	for option, options := range map[string]PairOptions{
		"AccessLifetime":  {AccessLifetime: -1},
		"RefreshLifetime": {RefreshLifetime: (math.MaxUint32 + 1) * time.Second},
		"AccessMembers":   {AccessLifetime: time.Minute, RefreshLifetime: time.Minute, RefreshMembers: members},
		"RefreshMembers":  {AccessLifetime: time.Minute, RefreshLifetime: time.Minute, AccessMembers: members},
	} {
		token := must(SignRefresh("u", hash, key, now, time.Minute))(t)
		_, err := Renew(token, key, Validation{TokenType: TypeRefresh}, now, options,
			func(string) (StateHash, error) { return hash, nil })
		refused(t, err, ErrOption)
		names(t, err, option)
	}
	_, err = NewSession(&Pair{AccessToken: "a", RefreshToken: "r"}, -1)
	names(t, err, "margin")
}

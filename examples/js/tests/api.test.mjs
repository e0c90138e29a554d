// What the vectors do not reach, through the installed package. TREE is the checkout.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { inspect } from "node:util";
import * as barejwt from "barejwt";
import {
  Key, Keyring, Session, authenticate, bearerToken, decodeUnverified, issuePair, pairFromAnswer, sign, signJson,
  verify, verifyRefresh,
} from "barejwt";

const NOW = 1745651978;
const SECRET = new TextEncoder().encode("0123456789abcdef0123456789abcdef");
const HASH = new Uint8Array(32).fill(1);
const key = new Key(SECRET);

/** Of the refusal that a call throws: its class and some of its properties. */
function refused(call, type, properties = {}) {
  assert.throws(call, (error) => {
    assert.equal(error.constructor, type, `${error.name}: ${error.message}`);
    for (const [name, value] of Object.entries(properties)) assert.deepEqual(error[name], value, name);
    return true;
  });
}

test("secrets are bytes or text, and a weak one takes a word", () => {
  const token = sign({ sub: "lUpa" }, key, NOW);
  for (const secret of [SECRET, SECRET.buffer, "0123456789abcdef0123456789abcdef", Buffer.from(SECRET)]) {
    assert.equal(verify(token, new Key(secret), {}, NOW).sub, "lUpa");
  }
  refused(() => new Key("secret"), barejwt.KeyTooShort, { code: "KEY_TOO_SHORT", status: 10, httpStatus: 500 });
  refused(() => new Key(new Uint8Array(32)), barejwt.KeyBlank);
  refused(() => new Key("secret", { weak: "yes" }), barejwt.KeyTooShort);
  assert.equal(verify(sign({ sub: "a" }, new Key("secret", { weak: true }), NOW), new Key("secret", { weak: true }), {}, NOW).sub, "a");
  for (const secret of [undefined, null, 32, [1, 2]]) assert.throws(() => new Key(secret), TypeError);
  assert.throws(() => verify(token, SECRET, {}, NOW), TypeError);
});

test("a keyring goes by kid", () => {
  const old = new Key("an old secret of 32 bytes or more");
  const ring = new Keyring([{ kid: "old", key: old, withoutKid: true }, { kid: "new", key, signs: true }]);
  const token = sign({ sub: "lUpa" }, ring, NOW);
  assert.equal(JSON.parse(decodeUnverified(token).headerJson).kid, "new");
  assert.equal(verify(token, ring, {}, NOW).sub, "lUpa");
  assert.equal(verify(sign({ sub: "zoe" }, old, NOW), ring, {}, NOW).sub, "zoe");
  refused(() => verify(sign({ sub: "zoe" }, key, NOW), ring, {}, NOW), barejwt.SignatureInvalid);
  refused(() => verify(token, new Keyring([{ kid: "old", key: old }]), {}, NOW), barejwt.KidUnknown);
  refused(() => sign({ sub: "a" }, new Keyring([{ kid: "old", key: old }]), NOW), barejwt.KidNotInKeyring);
  refused(() => new Keyring([]), barejwt.KeyringEmpty);
  refused(() => new Keyring([{ kid: "a", key }, { kid: "a", key }]), barejwt.KidDuplicate);
  assert.throws(() => new Keyring([{ kid: "a", key, sign: true }]), /no "sign"/);
});

test("rules are checked to the letter", () => {
  const claims = { iss: "plant-7", aud: ["a", "b"], sub: "device-42", iat: NOW, exp: NOW + 60 };
  const token = signJson(claims, key);
  const good = { profile: "jwt", issuer: "plant-7", audience: "b", subject: "device-42", maxAge: 30, required: ["iat"] };
  assert.deepEqual(verify(token, key, good, NOW).payload, claims);
  const with_ = (rule) => () => verify(token, key, { ...good, ...rule }, NOW);
  refused(with_({ issuer: "plant-8" }), barejwt.IssuerWrong);
  refused(with_({ issuer: "" }), barejwt.IssuerWrong);
  refused(with_({ audience: "c" }), barejwt.AudienceWrong);
  refused(with_({ subject: "device-43" }), barejwt.SubjectWrong);
  refused(with_({ typ: "at+jwt" }), barejwt.TypWrong);
  refused(with_({ maxTokenLength: 40 }), barejwt.TokenTooLong, { length: token.length });
  refused(with_({ required: ["jti", "nbf"] }), barejwt.ClaimsMissing, { claims: ["nbf", "jti"] });
  refused(() => verify(token, key, { profile: "jwt" }, NOW), barejwt.AudienceUnexpected);
  assert.equal(verify(token, key, { profile: "jwt", ignored: ["aud"] }, NOW).sub, "device-42");
  refused(() => verify(token, key, good, NOW + 31), barejwt.TooOld, { time: NOW, now: NOW + 31 });
  assert.equal(verify(token, key, { ...good, leeway: 1 }, NOW + 31).exp, NOW + 60);
  refused(() => verify(token, key, { profile: "jwt", ignored: ["aud"] }, NOW + 60), barejwt.Expired,
    { time: NOW + 60, now: NOW + 60, httpStatus: 401 });
  refused(() => verify(token, key, {}, NOW), barejwt.ClaimsMissing);
  assert.equal(verify(signJson({ sub: "a" }, key), key, { profile: "jwt", allowedMissing: ["exp"] }, NOW).exp, null);
});

test("no rule is passed over", () => {
  const token = sign({ sub: "lUpa" }, key, NOW);
  for (const rules of [{ isuer: "a" }, { issuer: undefined }, { issuer: 7 }, { profile: "JWT" }, { required: ["toString"] }, null]) {
    assert.throws(() => verify(token, key, rules, NOW), TypeError, JSON.stringify(rules));
  }
  for (const leeway of [-1, 1.5, NaN, 2 ** 32]) {
    assert.throws(() => verify(token, key, { leeway }, NOW), RangeError, `leeway ${leeway}`);
  }
  for (const leeway of ["30", null, 30n, [30]]) {
    assert.throws(() => verify(token, key, { leeway }, NOW), TypeError, `leeway ${leeway}`);
  }
  assert.throws(() => verify(token, key, {}, NaN), TypeError);
  assert.throws(() => verify(token, key, {}, new Date()), TypeError);
  refused(() => verify(token, key, {}, 0), barejwt.ClockNotSet);
});

test("rules are plain objects, of which nothing is passed over", () => {
  class Rules { get issuer() { return "a"; } }
  const hidden = Object.defineProperty({}, "issuer", { value: "a" });
  const token = sign({ sub: "lUpa" }, key, NOW);
  const pair = issuePair("lUpa", HASH, key, {}, NOW);
  const strange = [
    null, [], Object.create({ issuer: "a" }), new Rules(), new Map([["issuer", "a"]]), Object.create(Object.create(null)),
    { [Symbol("issuer")]: "a" },
  ];
  for (const rules of strange) {
    assert.throws(() => verify(token, key, rules, NOW), TypeError);
    assert.throws(() => authenticate(`Bearer ${token}`, key, "required", rules, NOW), TypeError);
    assert.throws(() => verifyRefresh(pair.refreshToken, key, rules, NOW), TypeError);
    assert.throws(() => sign(rules, key, NOW), TypeError);
    assert.throws(() => issuePair("lUpa", HASH, key, rules, NOW), TypeError);
    assert.throws(() => new Key(SECRET, rules), TypeError);
  }
  refused(() => verify(token, key, hidden, NOW), barejwt.ClaimsMissing, { claims: ["iss"] });
  assert.equal(verify(token, key, { __proto__: null, subject: "lUpa" }, NOW).sub, "lUpa");
  for (const rules of [{ profile: null }, { profile: ["access"] }, { required: "iat" }, { required: null }, { required: { iat: true } }]) {
    assert.throws(() => verify(token, key, rules, NOW), TypeError, JSON.stringify(rules));
  }
  assert.throws(() => sign({ sub: "lUpa", lifetime: null }, key, NOW), TypeError);
});

test("a rule of 0 that would be none is refused", () => {
  const token = signJson({ iat: NOW, exp: NOW + 60 }, key);
  for (const rule of ["maxAge", "maxTokenLength"]) {
    assert.throws(() => verify(token, key, { profile: "jwt", [rule]: 0 }, NOW), RangeError, rule);
  }
  assert.equal(verify(token, key, { profile: "jwt", maxAge: 1, leeway: 0 }, NOW).exp, NOW + 60);
});

test("signing says what it is given", () => {
  const members = { iss: "plant-7", text: 'é "q" \u2028', list: [1, { a: null }] };
  const token = sign({ profile: "jwt", sub: "device-42", lifetime: 600, members }, key, NOW);
  assert.deepEqual(verify(token, key, { profile: "jwt" }, NOW).payload, { sub: "device-42", iat: NOW, exp: NOW + 600, ...members });
  assert.equal(sign({ profile: "jwt", sub: "device-42", lifetime: 600, members: JSON.stringify(members) }, key, NOW), token);
  const sub = 'é"\\\n\u0001'.repeat(400);
  assert.equal(verify(sign({ sub }, key, NOW), key, { maxTokenLength: 100000 }, NOW).sub, sub);
  refused(() => sign({ sub: "a", members: { exp: 1 } }, key, NOW), barejwt.MemberReserved);
  for (const empty of [new Map([["role", "editor"]]), new Set(["role"]), Promise.resolve({ role: "editor" })]) {
    assert.throws(() => sign({ sub: "a", members: empty }, key, NOW), /^TypeError: members .*JSON\.stringify writes/);
    assert.throws(() => signJson(empty, key), /^TypeError: the claims set .*JSON\.stringify writes/);
  }
  class Members { role = "editor"; }
  class Hidden { #role = "editor"; toJSON() { return { role: this.#role }; } }
  for (const members of [new Members(), new Hidden(), { __proto__: null, role: "editor" }, { __proto__: { a: 1 }, role: "editor" }]) {
    assert.equal(verify(sign({ sub: "a", members }, key, NOW), key, {}, NOW).get("role"), "editor");
  }
  refused(() => sign({ sub: "a", members: "[]" }, key, NOW), barejwt.JsonToSign);
  refused(() => sign({ sub: "a", members: '{"a":1,"a":2}' }, key, NOW), barejwt.JsonToSign);
  refused(() => sign({ sub: "" }, key, NOW), barejwt.SubjectEmpty);
  refused(() => sign({ sub: "\ud800" }, key, NOW), barejwt.NotUtf8);
  refused(() => sign({ sub: "a", lifetime: 0 }, key, NOW), barejwt.LifetimeZero);
  refused(() => sign({ sub: "a", stateHash: HASH }, key, NOW), barejwt.Option);
  assert.throws(() => sign({ sub: "a", stateHash: new Uint8Array(31), profile: "refresh" }, key, NOW), TypeError);
});

test("code of the caller's that runs meanwhile changes no token", () => {
  const admin = () => sign({ sub: "admin", lifetime: 999999 }, key, NOW);
  const inner = { toJSON: admin };
  const claims = verify(sign({ sub: "alice", lifetime: 60, members: { inner } }, key, NOW), key, {}, NOW);
  assert.deepEqual(claims.payload, {
    token_type: "access", sub: "alice", exp: NOW + 60, nbf: NOW, inner: admin(),
  });
  assert.deepEqual(verify(signJson({ exp: NOW + 60, inner }, key), key, { profile: "jwt" }, NOW).payload,
    { exp: NOW + 60, inner: admin() });
  const asked = { sub: "alice", get members() { admin(); return { scope: "read" }; }, get lifetime() { admin(); return 60; } };
  assert.deepEqual(verify(sign(asked, key, NOW), key, {}, NOW).payload,
    { token_type: "access", sub: "alice", exp: NOW + 60, nbf: NOW, scope: "read" });
  const rules = { get issuer() { admin(); return "plant-7"; }, profile: "jwt" };
  const foreign = signJson({ iss: "plant-7", exp: NOW + 60 }, key);
  assert.equal(verify(foreign, key, rules, NOW).get("iss"), "plant-7");
  refused(() => verify(signJson({ iss: "plant-8", exp: NOW + 60 }, key), key, rules, NOW), barejwt.IssuerWrong);
  const pair = issuePair("alice", HASH, key, { accessMembers: { inner }, refreshMembers: { inner } }, NOW);
  assert.deepEqual(verify(pair.accessToken, key, {}, NOW).get("inner"), admin());
  const token = verifyRefresh(pair.refreshToken, key, {}, NOW);
  const renewed = token.renew(HASH, { accessMembers: { inner }, refreshMembers: { inner } });
  assert.equal(verify(renewed.accessToken, key, {}, NOW).sub, "alice");
  assert.equal(verifyRefresh(renewed.refreshToken, key, {}, NOW).unconfirmed.sub, "alice");
  const session = new Session({ ...pair, get accessToken() { admin(); return pair.accessToken; } });
  assert.deepEqual(session.next(NOW), { action: "use", token: pair.accessToken });
});

test("a call inside a call is refused, and the next one is not", () => {
  const { encodeInto } = TextEncoder.prototype;
  TextEncoder.prototype.encodeInto = function (...given) {
    sign({ sub: "admin" }, key, NOW);
    return encodeInto.apply(this, given);
  };
  try {
    assert.throws(() => sign({ sub: "alice" }, key, NOW), /inside one of its own calls/);
  } finally {
    TextEncoder.prototype.encodeInto = encodeInto;
  }
  assert.equal(verify(sign({ sub: "alice" }, key, NOW), key, {}, NOW).sub, "alice");
});

test("bytes are what they are, whatever a class of them says", () => {
  class Lying extends Uint8Array { get length() { return 32; } }
  assert.throws(() => issuePair("alice", new Lying(33), key, {}, NOW), TypeError);
  refused(() => new Key(new Lying(31).fill(1)), barejwt.KeyTooShort);
});

test("a claim by name is one of the token's own", () => {
  const claims = verify(signJson('{"exp":4000000000,"__proto__":{"a":1},"n":9007199254740993}', key), key, { profile: "jwt" }, NOW);
  assert.deepEqual(claims.get("__proto__"), { a: 1 });
  assert.equal(claims.get("toString"), undefined);
  assert.equal(claims.sub, null);
  assert.equal(claims.json.includes("9007199254740993"), true);
});

test("claims show what the token says", () => {
  const claims = verify(sign({ sub: "é", lifetime: 60, members: { role: "editor" } }, key, NOW), key, {}, NOW);
  const set = { token_type: "access", sub: "é", exp: NOW + 60, nbf: NOW, role: "editor" };
  assert.deepEqual(JSON.parse(JSON.stringify({ claims })), { claims: set });
  assert.deepEqual({ ...claims }, { json: JSON.stringify(set), sub: "é", exp: NOW + 60, nbf: NOW, tokenType: "access" });
  assert.deepEqual(structuredClone(claims), { ...claims });
  const shown = inspect(claims);
  for (const part of ["Claims {", "sub: 'é'", `exp: ${NOW + 60}`, '"role":"editor"']) assert.ok(shown.includes(part), shown);
  assert.deepEqual(verify(signJson(claims, key), key, {}, NOW).payload, set);
  const escaped = verify(signJson('{"exp":4000000000,"sub":"\\u00e9\\n\\ud83d\\ude00"}', key), key, { profile: "jwt" }, NOW);
  assert.equal(escaped.sub, "é\n😀");
  assert.equal(verify(sign({ sub: "x".repeat(300) }, key, NOW), key, {}, NOW).sub, "x".repeat(300));
  assert.equal(verify(signJson({ exp: NOW + 1, sub: 7 }, key), key, { profile: "jwt", ignored: ["sub"] }, NOW).sub, null);
});

test("an argument of the wrong type is named", () => {
  const token = sign({ sub: "lUpa" }, key, NOW);
  for (const [call, said] of [
    [() => new Session(null), /^TypeError: the pair must be an object/],
    [() => new Session("x"), /^TypeError: the pair must be an object/],
    [() => new Session(issuePair("a", HASH, key, {}, NOW)).renewed(undefined), /^TypeError: the pair must be an object/],
    [() => new Keyring(5), /^TypeError: the keys of a keyring must be an array/],
    [() => new Keyring(undefined), /^TypeError: the keys of a keyring must be an array/],
    [() => verify(token, key, { required: 5 }, NOW), /^TypeError: required must be an array/],
    [() => verify(token, key, { ignored: null }, NOW), /^TypeError: ignored must be an array/],
    [() => verify(token, key, { allowedMissing: ["x"] }, NOW), /^TypeError: each of allowedMissing must be one of token_type/],
    [() => verify(undefined, key, {}, NOW), /^TypeError: the token must be a string/],
    [() => verify(token, undefined, {}, NOW), /^TypeError: the key must be a Key or a Keyring/],
    [() => decodeUnverified(7), /^TypeError: the token must be a string/],
    [() => sign(undefined, key, NOW), /^TypeError: claims to sign must be a plain object/],
    [() => sign({}, key, NOW), /^TypeError: sub must be a string/],
    [() => signJson(7, key), /^TypeError: the claims set must be an object or JSON text/],
    [() => bearerToken(7), /^TypeError: the header must be a string/],
    [() => issuePair("a", "x", key, {}, NOW), /^TypeError: the state hash must be a Uint8Array/],
    [() => issuePair("a", HASH, key, { accessLifetime: "1h" }, NOW), /^TypeError: accessLifetime must be a whole number/],
    [() => pairFromAnswer({}), /^TypeError: the answer must be a string/],
    [() => new Session(issuePair("a", HASH, key, {}, NOW), -1), /^RangeError: margin must be a whole number/],
  ]) {
    assert.throws(call, said, String(call));
  }
});

test("milliseconds are no seconds", () => {
  const ms = 1000 * NOW;
  const pair = issuePair("lUpa", HASH, key, {}, NOW);
  const header = `Bearer ${pair.accessToken}`;
  const seconds = /^RangeError: now must be seconds since 1970, and can only be milliseconds: divide it by 1000$/;
  for (const now of [ms, ms + 0.5, BigInt(ms), Date.now(), 253_402_300_801, 253_402_300_799_999]) {
    assert.throws(() => verify(pair.accessToken, key, {}, now), seconds, String(now));
    assert.throws(() => authenticate(header, key, "required", {}, now), seconds);
    assert.throws(() => sign({ sub: "lUpa" }, key, now), seconds);
    assert.throws(() => issuePair("lUpa", HASH, key, {}, now), seconds);
    assert.throws(() => verifyRefresh(pair.refreshToken, key, {}, now), seconds);
    assert.throws(() => new Session(pair).next(now), seconds);
  }
  for (const name of ["accessExpires", "refreshExpires"]) {
    assert.throws(() => new Session({ ...pair, [name]: ms }), new RegExp(`^RangeError: ${name} must be seconds`));
  }
  const finer = /^RangeError: now must be seconds since 1970, and can only be microseconds or nanoseconds: divide it by 1e6 or 1e9$/;
  for (const now of [1e6 * NOW, 1e9 * NOW, process.hrtime.bigint() + 10n ** 18n, 253_402_300_800_000]) {
    assert.throws(() => verify(pair.accessToken, key, {}, now), finer, String(now));
    assert.throws(() => new Session(pair).next(now), finer);
  }
  for (const now of [253_402_300_800, 2n ** 63n - 1n]) {
    refused(() => verify(pair.accessToken, key, {}, now), barejwt.Expired);
  }
});

test("a claim in milliseconds is signed only as text", () => {
  const ms = 1000 * NOW;
  for (const name of ["exp", "nbf", "iat"]) {
    const said = new RegExp(`^RangeError: ${name} in the claims set must be seconds, and can only be milliseconds`);
    for (const claims of [{ sub: "a", [name]: ms }, { [name]: ms + 0.5 }, { toJSON: () => ({ [name]: ms }) }]) {
      assert.throws(() => signJson(claims, key), said);
    }
    const text = JSON.stringify({ exp: NOW + 60, [name]: ms });
    assert.equal(decodeUnverified(signJson(text, key)).payloadJson, text);
  }
  assert.throws(() => sign({ profile: "jwt", sub: "a", members: { nbf: ms } }, key, NOW), /^RangeError: nbf in members must be seconds/);
  for (const fine of [{ exp: 253_402_300_800 }, { exp: Number.MAX_SAFE_INTEGER }, { exp: NOW, updated: ms, inner: { exp: ms } }]) {
    assert.equal(decodeUnverified(signJson(fine, key)).payloadJson, JSON.stringify(fine));
  }
});

test("verified claims cannot be changed", () => {
  const claims = verify(sign({ sub: "lUpa" }, key, NOW), key, {}, NOW);
  for (const name of ["sub", "exp", "nbf", "tokenType", "json", "payload", "has", "other"]) {
    assert.throws(() => { claims[name] = "root"; }, TypeError, name);
  }
  assert.throws(() => { claims.payload.sub = "root"; }, TypeError);
  assert.throws(() => { delete claims.sub; }, TypeError);
  assert.deepEqual([claims.sub, claims.get("sub"), claims.exp], ["lUpa", "lUpa", NOW + 3600]);
});

test("verified claims are signed again without a change", () => {
  const text = `{"exp":${NOW + 60},"id":9007199254740993,"big":1e400,"9":1,"z":-0.0}`;
  const claims = verify(signJson(text, key), key, { profile: "jwt", allowedMissing: ["sub"] }, NOW);
  assert.equal(decodeUnverified(signJson(claims, key)).payloadJson, text);
});

test("a request is authorised in three modes", () => {
  const header = `Bearer ${sign({ sub: "lUpa" }, key, NOW)}`;
  assert.equal(authenticate(header, key, "required", {}, NOW).sub, "lUpa");
  assert.equal(authenticate(null, key, "optional", {}, NOW), null);
  assert.equal(authenticate("Basic eDp5", key, "none", {}, NOW), null);
  assert.equal(bearerToken(header), header.slice(7));
  refused(() => authenticate(undefined, key, "required", {}, NOW), barejwt.AuthorizationMissing, { httpStatus: 401 });
  refused(() => authenticate("", key, "optional", {}, NOW), barejwt.AuthorizationMalformed, { httpStatus: 400 });
  refused(() => bearerToken("Basic eDp5"), barejwt.AuthorizationScheme);
  assert.throws(() => authenticate(header, key, "Required", {}, NOW), TypeError);
  assert.throws(() => authenticate(header, key, "required", {}, NOW + 3600), (error) => {
    assert.equal(error.challenge("my api"),
      'Bearer realm="my api", error="invalid_token", error_description="the token has expired"');
    refused(() => error.challenge('"'), barejwt.RealmInvalid);
    return true;
  });
  assert.throws(() => new Key("short"), (error) => {
    refused(() => error.challenge(), barejwt.NoChallenge);
    return true;
  });
});

test("a pair is renewed with its members, after the state hash", () => {
  const options = { accessMembers: { scope: "read" }, refreshMembers: { chain: 7 }, accessLifetime: 60 };
  const pair = issuePair("lUpa", HASH, key, options, NOW);
  assert.equal(pair.accessExpires, NOW + 60);
  assert.equal(verify(pair.accessToken, key, {}, NOW).get("scope"), "read");
  const token = verifyRefresh(pair.refreshToken, key, {}, NOW + 10);
  assert.equal(token.unconfirmed.sub, "lUpa");
  const renewed = token.renew(HASH);
  assert.equal(renewed.refreshExpires, NOW + 10 + 15552000);
  assert.equal(verify(renewed.accessToken, key, {}, NOW + 10).get("chain"), 7);
  const chosen = token.renew(HASH, { accessMembers: {}, refreshMembers: { chain: 8 } });
  assert.equal(verify(chosen.accessToken, key, {}, NOW + 10).get("chain"), undefined);
  const other = new Key("another secret of 32 bytes, or more");
  assert.equal(verify(token.renew(HASH, {}, other).accessToken, other, {}, NOW + 10).sub, "lUpa");
  assert.equal(token.confirm(HASH).get("chain"), 7);
  refused(() => token.renew(new Uint8Array(32).fill(2)), barejwt.StateHashMismatch);
  refused(() => token.confirm(new Uint8Array(32).fill(2)), barejwt.StateHashMismatch);
  refused(() => token.renew(HASH, { accessMembers: {} }), barejwt.Option);
  refused(() => verifyRefresh(pair.accessToken, key, {}, NOW), barejwt.TokenTypeWrong, { tokenType: "access" });
});

test("a client knows what to do next", () => {
  const pair = issuePair("lUpa", HASH, key, {}, NOW);
  const session = new Session(pair);
  assert.deepEqual(session.next(NOW), { action: "use", token: pair.accessToken });
  session.accepted();
  assert.deepEqual(session.next(NOW + 3600), { action: "refresh", token: pair.refreshToken });
  const second = issuePair("lUpa", HASH, key, {}, NOW + 3600);
  session.renewed(second);
  assert.deepEqual(session.next(NOW + 3600), { action: "use", token: second.accessToken });
  assert.deepEqual(session.after401(), { action: "refresh", token: second.refreshToken });
  session.refreshRefused();
  assert.deepEqual(session.next(NOW + 3601), { action: "log in", token: null });
  session.dispose();
  refused(() => session.next(NOW), barejwt.NotReady);
  assert.throws(() => new Session({ ...pair, accessToken: undefined }), TypeError);
  refused(() => new Session({ ...pair, accessToken: "" }), barejwt.NotReady);
  assert.throws(() => new Session({ ...pair, accessExpires: undefined }), TypeError);
  refused(() => pairFromAnswer('{"code":40020,"data":null,"msg":""}'), barejwt.LoginRefused, { serverCode: 40020 });
  refused(() => pairFromAnswer("{"), barejwt.LoginAnswerJson);
});

test("a refused pair changes nothing", () => {
  const pair = issuePair("lUpa", HASH, key, {}, NOW);
  const session = new Session(pair);
  const other = issuePair("zoe", HASH, key, {}, NOW);
  refused(() => session.renewed({ ...other, refreshToken: "" }), barejwt.NotReady);
  for (const name of ["accessExpires", "refreshExpires", "accessToken"]) {
    assert.throws(() => session.renewed({ ...other, [name]: undefined }), TypeError, name);
  }
  assert.deepEqual(session.next(NOW), { action: "use", token: pair.accessToken });
  session.renewed(other);
  assert.deepEqual(session.next(NOW), { action: "use", token: other.accessToken });
});

test("without a key a token says what it says", () => {
  const said = decodeUnverified(sign({ sub: "lUpa" }, key, NOW));
  assert.deepEqual([said.saidSub, said.saidExp, said.saidNbf, said.saidTokenType, said.claimsError],
    ["lUpa", NOW + 3600, NOW, "access", null]);
  const wrong = decodeUnverified(signJson({ exp: "soon" }, key));
  assert.equal(wrong.claimsError.constructor, barejwt.ClaimType);
  assert.deepEqual(wrong.claimsError.claims, ["exp"]);
  refused(() => decodeUnverified("a.b"), barejwt.SegmentCount);
  refused(() => decodeUnverified("e_.e30.AA"), barejwt.Base64, { part: "header" });
});

test("tokens of any length, one after the other", () => {
  for (const length of [10, 5000, 50000, 10, 200000]) {
    const members = { pad: "x".repeat(length) };
    const token = sign({ sub: "lUpa", members }, key, NOW);
    assert.equal(verify(token, key, { maxTokenLength: 300000 }, NOW).get("pad").length, length);
  }
});

test("a key that was disposed of verifies and signs nothing", () => {
  const gone = new Key(SECRET);
  const ring = new Keyring([{ kid: "a", key: gone, signs: true }]);
  const token = sign({ sub: "lUpa" }, gone, NOW);
  const refresh = verifyRefresh(issuePair("lUpa", HASH, gone, {}, NOW).refreshToken, gone, {}, NOW);
  gone.dispose();
  gone.dispose();
  refused(() => verify(token, gone, {}, NOW), barejwt.NotReady);
  refused(() => sign({ sub: "a" }, gone, NOW), barejwt.NotReady);
  refused(() => refresh.renew(HASH), barejwt.NotReady);
  refused(() => new Keyring([{ kid: "a", key: gone }]), barejwt.NotReady);
  assert.equal(verify(token, new Key(SECRET), {}, NOW).sub, "lUpa");
  // The keyring has copies of its own.
  assert.equal(verify(sign({ sub: "zoe" }, ring, NOW), ring, {}, NOW).sub, "zoe");
});

test("the errors are those of barejwt.h, and what is declared is there", () => {
  const header = readFileSync(`${process.env.TREE}/include/barejwt.h`, "utf8");
  const numbers = [...header.matchAll(/^#define BAREJWT_E_(\w+) (\d+)$/gm)];
  const classes = Object.values(barejwt).filter((value) => value.prototype instanceof barejwt.BarejwtError);
  for (const type of classes) assert.equal(barejwt[type.name], type);
  const made = classes.map((type) => new type()).map((error) => [error.code, String(error.status)]);
  assert.deepEqual(made.sort(), numbers.map(([, code, number]) => [code, number]).sort());
  const declared = readFileSync(new URL("../node_modules/barejwt/barejwt.d.ts", import.meta.url), "utf8");
  const names = [...declared.matchAll(/^export (?:abstract )?(?:class|function) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual([...new Set(names)].sort(), Object.keys(barejwt).sort());
});

test("what a claim or an error shows has no secret in it", () => {
  const shown = JSON.stringify(new barejwt.Expired()) + String(new barejwt.Expired().stack);
  assert.equal(shown.includes("eyJ"), false);
  assert.equal(JSON.stringify(key), "{}");
});

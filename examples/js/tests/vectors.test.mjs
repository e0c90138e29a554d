// The vectors of tests/vectors.txt, which says what each field is, and the everyday token of benches/tokens.txt,
// through the installed package. TREE is the checkout.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  Key, Keyring, LoginAnswerJson, Session, authenticate, decodeUnverified, pairFromAnswer, sign, verify, verifyRefresh,
} from "barejwt";

const read = (path) => readFileSync(`${process.env.TREE}/${path}`, "utf8");
const STATE = new Uint8Array(32).fill(0x5a);
const RECEIVED = 1745651978;
const LENIENT = { profile: "any", allowedMissing: ["token_type", "sub", "exp", "nbf"], ignored: ["aud"] };

const keyOf = (hex) => new Key(Buffer.from(hex, "hex"));

function keysOf(field) {
  if (!field.includes(":")) return keyOf(field);
  const named = field.split(" ").map((entry) => entry.split(":"));
  return new Keyring(named.map(([kid, hex], i) => ({ kid, key: keyOf(hex), signs: i === named.length - 1 })));
}

const said = (claims) => (claims === null ? "anonymous" : `sub=${claims.sub ?? ""}`);
const authorised = (mode) => (input, key, now) =>
  said(authenticate(input === "(absent)" ? undefined : input, key, mode, {}, now));
const verified = (rules) => (input, key, now) => said(verify(input, key, rules, now));

const CALLS = {
  none: authorised("none"),
  optional: authorised("optional"),
  required: authorised("required"),
  access: verified({}),
  refresh: verified({ profile: "refresh" }),
  any: verified(LENIENT),
  "sign-access": (input, key, now) => `token=${sign({ sub: input }, key, now)}`,
  "sign-refresh": (input, key, now) =>
    `token=${sign({ profile: "refresh", sub: input, stateHash: STATE }, key, now)}`,
  renew(input, key, now) {
    const pair = verifyRefresh(input, key, {}, now).renew(STATE);
    return `pair=${pair.accessToken} ${pair.refreshToken}`;
  },
  session(input, key, now) {
    const session = new Session(pairFromAnswer(input), 60);
    session.next(RECEIVED);
    const { action, token } = session.next(now);
    return token === null ? action : `${action}=${token}`;
  },
  unverified(input) {
    const token = decodeUnverified(input);
    if (token.claimsError !== null) throw token.claimsError;
    return `sub=${token.saidSub ?? ""}`;
  },
};

function outcome({ call, key, now, input }) {
  try {
    return CALLS[call](input, keysOf(key), BigInt(now));
  } catch (error) {
    // The vectors use the words of Rust, which has one error for all JSON.
    return error instanceof LoginAnswerJson ? "a part is not a strict JSON object" : error.message;
  }
}

test("every vector has its outcome", async (t) => {
  const lines = read("tests/vectors.txt").trimEnd().split("\n").filter((line) => !line.startsWith("#"));
  assert.equal(lines.length, 304);
  for (const line of lines) {
    const [name, call, key, now, answer, input] = line.split("\t");
    await t.test(name, () => assert.equal(outcome({ call, key, now, input }), answer));
  }
});

test("the everyday token", () => {
  const [secret, , , , token] = read("benches/tokens.txt").split("\n");
  const key = new Key(secret);
  for (const profile of ["access", "jwt"]) {
    const claims = verify(token, key, { profile, issuer: "https://auth.example.com" }, RECEIVED);
    assert.equal(claims.sub, "user-12345678");
    assert.deepEqual(claims.get("roles"), ["a", "b", "c"]);
    assert.deepEqual(claims.payload, JSON.parse(claims.json));
  }
});

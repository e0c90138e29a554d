// Compiled by tsc against the installed package; never run.
import { init } from "barejwt/module";
import * as barejwt from "barejwt";

declare const module: WebAssembly.Module;
init(module);

using key = new barejwt.Key(new Uint8Array(32));
const ring = new barejwt.Keyring([{ kid: "2026-11", key, signs: true, withoutKid: true }]);
const rules: barejwt.Rules = { profile: "jwt", issuer: "plant-7", required: ["sub", "iat"], leeway: 30 };

const claims: barejwt.Claims = barejwt.verify("token", ring, rules, 1745651978);
const sub: string | null = claims.sub;
const set: Readonly<Record<string, unknown>> = claims.toJSON();
const role: unknown = claims.get("role");
const caller: barejwt.Claims | null = barejwt.authenticate(null, key, "optional");
const pair: barejwt.Pair = barejwt.issuePair("lUpa", new Uint8Array(32), key, { accessMembers: { a: 1 } });
const next = new barejwt.Session(pair).next();
if (next.action !== "log in") next.token.length;

try {
  barejwt.sign({ sub: "lUpa", members: '{"a":1}' }, key);
} catch (error) {
  if (error instanceof barejwt.Expired) error.time - error.now;
  if (error instanceof barejwt.ClaimsMissing) error.claims.includes("exp");
  if (error instanceof barejwt.BarejwtError) error.challenge("api").length + error.httpStatus;
}

// @ts-expect-error: a misspelt rule
barejwt.verify("token", key, { isuer: "plant-7" });
// @ts-expect-error: undefined is no issuer
barejwt.verify("token", key, { issuer: undefined });
// @ts-expect-error: a secret is no key
barejwt.verify("token", "secret");
// @ts-expect-error: no such claim
barejwt.verify("token", key, { required: ["expires"] });
// @ts-expect-error: claims come from verifying alone
new barejwt.Claims();
// @ts-expect-error: nobody may be signed in
barejwt.authenticate(null, key, "optional").sub;
// @ts-expect-error: claims cannot be changed
claims.sub = "root";
// @ts-expect-error: a lifetime is a number of seconds
barejwt.issuePair("lUpa", new Uint8Array(32), key, { accessLifetime: "1h" });

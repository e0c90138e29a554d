// One request as JSON on standard input, one answer as JSON on standard output: jose signs or verifies.
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { SignJWT, UnsecuredJWT, jwtVerify } from "jose";

// jose expects it, and Debian's Node.js 18 has it under this name only.
globalThis.crypto ??= webcrypto;

const { verify, claims, alg, key } = JSON.parse(readFileSync(0, "utf8"));
const secret = Buffer.from(key, "base64");

async function answer() {
  if (verify !== undefined) {
    return (await jwtVerify(verify, secret, { algorithms: ["HS256"] })).payload;
  }
  if (alg === "none") return new UnsecuredJWT(claims).encode();
  return new SignJWT(claims).setProtectedHeader({ alg, typ: "JWT" }).sign(secret);
}

try {
  console.log(JSON.stringify({ ok: await answer() }));
} catch (error) {
  console.log(JSON.stringify({ error: error.code ?? error.name }));
}

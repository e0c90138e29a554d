// jose signs or verifies. Reads a request as JSON from standard input, and writes an answer as JSON.
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { SignJWT, UnsecuredJWT, jwtVerify } from "jose";

// jose expects it, and Debian's Node.js 18 has it under this name only.
globalThis.crypto ??= webcrypto;

const { verify, rules, now, claims, alg, key } = JSON.parse(readFileSync(0, "utf8"));
const secret = Buffer.from(key, "base64");

async function answer() {
  if (verify !== undefined) {
    const currentDate = now === undefined ? undefined : new Date(now * 1000);
    return (await jwtVerify(verify, secret, { algorithms: ["HS256"], currentDate, ...rules })).payload;
  }
  if (alg === "none") return new UnsecuredJWT(claims).encode();
  return new SignJWT(claims).setProtectedHeader({ alg, typ: "JWT" }).sign(secret);
}

try {
  console.log(JSON.stringify({ ok: await answer() }));
} catch (error) {
  const { code, name, claim, reason } = error;
  console.log(JSON.stringify({ error: code ?? name, claim, reason }));
}

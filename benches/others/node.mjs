// jose, jsonwebtoken, fast-jwt and our package, or only the named libraries: node.mjs [LIBRARY...] TOKENS_TXT.
import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { Key, signJson, verify as barejwtVerify } from 'barejwt';
import { createSigner, createVerifier } from 'fast-jwt';
import * as jose from 'jose';
import jsonwebtoken from 'jsonwebtoken';

const BATCHES = 200;
const BATCH_NS = 5e6;

const [secret, access, refresh, stateHash, everyday, named] = readFileSync(process.argv.at(-1), 'utf8').split('\n');
const claims = { token_type: 'access', sub: 'lUpa', exp: 4000000000, nbf: 1745651978 };
const refreshClaims = { ...claims, token_type: 'refresh', state_hash: stateHash };
const bytes = new TextEncoder().encode(secret);
const [signed, tag] = [access.slice(0, access.lastIndexOf('.')), access.split('.')[2]];
const forged = `${signed}.${tag[0] === 'A' ? 'B' : 'A'}${tag.slice(1)}`;

const is = (said, tokenType, sub = 'lUpa') => said.token_type === tokenType && said.sub === sub;

const ours = new Key(bytes);
const key = createSecretKey(bytes);
const cryptoKey = await crypto.subtle.importKey(
  'raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
const fastVerify = createVerifier({
  key: secret, algorithms: ['HS256'], requiredClaims: ['sub', 'exp', 'nbf'], cache: false });
const fastSign = createSigner({ key: secret, algorithm: 'HS256', noTimestamp: true });

const libraries = {
  barejwt_js: {
    verify: (token, ...expected) => is(barejwtVerify(token, ours, { profile: 'any' }).payload, ...expected),
    sign: (said) => signJson(said, ours),
  },
  jose: {
    verify: async (token, ...expected) => {
      const rules = { algorithms: ['HS256'], requiredClaims: ['sub', 'exp', 'nbf'] };
      return is((await jose.jwtVerify(token, cryptoKey, rules)).payload, ...expected);
    },
    sign: (said) =>
      new jose.SignJWT(said).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(cryptoKey),
  },
  npm_jsonwebtoken: {
    verify: (token, ...expected) =>
      is(jsonwebtoken.verify(token, key, { algorithms: ['HS256'] }), ...expected),
    sign: (said) => jsonwebtoken.sign(said, key, { algorithm: 'HS256', noTimestamp: true }),
  },
  'fast_jwt': {
    verify: (token, ...expected) => is(fastVerify(token), ...expected),
    sign: (said) => fastSign(said),
  },
};

// A synchronous library must not pay for `await`.
function batch(runs, run) {
  const start = process.hrtime.bigint();
  for (let n = 0; n < runs; n++) if (!run()) throw new Error('refused');
  return Number(process.hrtime.bigint() - start) / runs;
}

async function asyncBatch(runs, run) {
  const start = process.hrtime.bigint();
  for (let n = 0; n < runs; n++) if (!(await run())) throw new Error('refused');
  return Number(process.hrtime.bigint() - start) / runs;
}

async function measure(library, operation, run) {
  const time = run() instanceof Promise ? asyncBatch : batch;
  let runs = 1;
  while ((await time(runs, run)) * runs < BATCH_NS) runs *= 2;
  const took = [];
  for (let n = 0; n < BATCHES; n++) took.push(await time(runs, run));
  took.sort((a, b) => a - b);
  console.log(library, operation, took[BATCHES / 10].toFixed(0));
}

const wanted = process.argv.slice(2, -1);
for (const [name, { verify, sign }] of Object.entries(libraries)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await assert.rejects(async () => verify(forged, 'access'), undefined, name);
  assert.equal(await verify(refresh, 'access'), false, name);
  assert.equal((await sign(claims)).length, access.length, name);
  assert.equal((await sign(refreshClaims)).length, refresh.length, name);
  await measure(name, 'verify_access', () => verify(access, 'access'));
  await measure(name, 'verify_refresh', () => verify(refresh, 'refresh'));
  await measure(name, 'verify_everyday', () => verify(everyday, 'access', 'user-12345678'));
  await measure(name, 'verify_kid_single_key', () => verify(named, 'access'));
  await measure(name, 'sign_access', () => sign(claims));
  await measure(name, 'sign_refresh', () => sign(refreshClaims));
}

// What is left of a key in the module's memory, with a module that the test can look into.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  Key, Keyring, TokenTooLong, decodeUnverified, init, sign, verify, verifyRefresh,
} from "barejwt/module";

const NOW = 1745651978;
const SECRET = "a secret that is nowhere else 123";

const file = readFileSync(new URL("../node_modules/barejwt/barejwt.wasm", import.meta.url));
const module = new WebAssembly.Module(file);
let memory;

test("before init every call says what is missing", () => {
  assert.throws(() => new Key(SECRET), /call init\(module\) first/);
  assert.throws(() => verify("a.b.c", undefined), /call init\(module\) first/);
});

test("the module imports nothing", () => assert.deepEqual(WebAssembly.Module.imports(module), []));

test("init takes it once", () => {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    constructor(of) {
      super(of);
      memory = this.exports.memory;
    }
  };
  init(module);
  WebAssembly.Instance = Instance;
  assert.throws(() => init(module), /already/);
});

const count = (needle) => {
  const bytes = Buffer.from(memory.buffer);
  let found = 0;
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) found += 1;
  return found;
};

/** Every 16 bytes of memory, in steps of 8, that are not what they were. */
function changes(before) {
  const now = Buffer.from(memory.buffer);
  const found = [];
  for (let at = 0; at < now.length - 16; at += 8) {
    const bytes = now.subarray(at, at + 16);
    if (!bytes.equals(before.subarray(at, at + 16))) found.push(Buffer.from(bytes));
  }
  return found;
}

test("the secret is gone once the key is made, and the key once it is disposed of", () => {
  const warm = new Key("another secret of 32 bytes or more");
  verify(sign({ sub: "a" }, warm, NOW), warm, {}, NOW);
  const before = Buffer.from(Buffer.from(memory.buffer));
  const key = new Key(SECRET);
  assert.equal(count(SECRET.slice(0, 8)), 0);
  const made = changes(before);
  const ring = new Keyring([{ kid: "a", key, signs: true }]);
  // What is there twice, now that the ring has a copy: the two states of SHA-256, 64 bytes.
  const states = made.filter((bytes) => !bytes.includes("\0\0\0\0") && count(bytes) === 2);
  assert.ok(states.length >= 6, `${states.length} pieces`);
  verify(sign({ sub: "lUpa" }, ring, NOW), ring, {}, NOW);
  assert.throws(() => verify(`${sign({ sub: "lUpa" }, key, NOW)}A`, key, {}, NOW));
  ring.dispose();
  key.dispose();
  assert.deepEqual(states.filter((bytes) => count(bytes) > 0), []);
});

test("a refused secret leaves nothing", () => {
  assert.throws(() => new Key("too short but secret"));
  assert.equal(count("too short but secret"), 0);
});

test("keys that are disposed of give their memory back", () => {
  new Key(SECRET).dispose();
  const before = memory.buffer.byteLength;
  for (let i = 0; i < 10000; i += 1) new Key(SECRET).dispose();
  assert.equal(memory.buffer.byteLength, before);
});

test("memory that the engine refuses is no memory", () => {
  const key = new Key(SECRET);
  const token = sign({ sub: "lUpa" }, key, NOW);
  memory.grow = () => { throw new RangeError("no memory"); };
  const members = { pad: "x".repeat(2 ** 22) };
  for (let i = 0; i < 3; i += 1) assert.throws(() => sign({ sub: "lUpa", members }, key, NOW), /no memory/);
  const keys = [];
  assert.throws(() => { for (;;) keys.push(new Key(SECRET)); }, /no memory/);
  assert.ok(keys.length > 0);
  assert.equal(verify(token, key, {}, NOW).sub, "lUpa");
  assert.equal(verify(sign({ sub: "zoe" }, keys.at(-1), NOW), keys[0], {}, NOW).sub, "zoe");
  delete memory.grow;
  const long = sign({ sub: "lUpa", members }, key, NOW);
  assert.equal(verify(long, key, { maxTokenLength: 2 ** 24 }, NOW).get("pad"), members.pad);
});

test("a token that is too long is not copied", () => {
  const key = new Key(SECRET);
  const before = memory.buffer.byteLength;
  const token = "x".repeat(2 ** 26);
  for (const call of [() => verify(token, key, {}, NOW), () => verifyRefresh(token, key, {}, NOW), () => decodeUnverified(token)]) {
    assert.throws(call, (error) => error instanceof TokenTooLong && error.length === token.length);
  }
  assert.equal(memory.buffer.byteLength, before);
});

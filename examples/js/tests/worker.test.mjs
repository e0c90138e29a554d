// worker.js as an edge platform runs it: in a context that has no node, and that compiles nothing.
// Needs --experimental-vm-modules.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";
import { Key, sign } from "barejwt";

const SECRET = "an edge secret of 32 bytes or more";
const ISSUER = "https://auth.example.com";
const PACKAGE = new URL("../node_modules/barejwt/", import.meta.url);

const context = vm.createContext(
  { Response, TextDecoder, TextEncoder },
  { codeGeneration: { strings: false, wasm: false } },
);
const modules = new Map();

function load(url) {
  if (!modules.has(url.href)) {
    const source = readFileSync(url, "utf8");
    modules.set(url.href, new vm.SourceTextModule(source, { context, identifier: url.href }));
  }
  return modules.get(url.href);
}

/** What the platform's bundler does with the imports. */
function link(name, from) {
  if (name === "barejwt/barejwt.wasm") {
    const compiled = new WebAssembly.Module(readFileSync(new URL("barejwt.wasm", PACKAGE)));
    return new vm.SyntheticModule(["default"], function () { this.setExport("default", compiled); }, { context });
  }
  return load(name === "barejwt/module" ? new URL("src/module.js", PACKAGE) : new URL(name, from.identifier));
}

test("a worker that is handed its module", async () => {
  const worker = load(new URL(`file://${process.env.TREE}/examples/js/worker.js`));
  await worker.link(link);
  await worker.evaluate();
  const ask = (token) => {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    return worker.namespace.default.fetch(new Request("http://edge.example/", { headers }), { SECRET, ISSUER });
  };
  const good = sign({ profile: "jwt", sub: "zoe", members: { iss: ISSUER } }, new Key(SECRET));
  assert.deepEqual(await ask(good).json(), { hello: "zoe" });
  assert.deepEqual([ask().status, ask().headers.get("WWW-Authenticate")], [401, 'Bearer realm="api"']);
  const forged = ask(sign({ profile: "jwt", sub: "zoe", members: { iss: ISSUER } }, new Key(`${SECRET}!`)));
  assert.equal(forged.status, 401);
  assert.match(forged.headers.get("WWW-Authenticate"), /error="invalid_token"/);
  assert.throws(() => vm.runInContext("new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))", context));
});

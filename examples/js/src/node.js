import { readFileSync } from "node:fs";
import { init } from "./module.js";

init(new WebAssembly.Module(readFileSync(new URL("../barejwt.wasm", import.meta.url))));

export * from "./api.js";

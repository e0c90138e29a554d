import { use } from "./memory.js";

const { instance } = await WebAssembly.instantiateStreaming(fetch(new URL("../barejwt.wasm", import.meta.url)));
use(instance);

export * from "./api.js";

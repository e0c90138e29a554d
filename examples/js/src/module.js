import { use } from "./memory.js";

/** Gives the package its module, once. Edge workers need it: they have no file system and compile no module. */
export function init(module) {
  use(new WebAssembly.Instance(module));
}

export * from "./api.js";

import { use } from "./memory.js";

/** Gives the package its module, once: for edge workers, which have no file system and compile none. */
export function init(module) {
  use(new WebAssembly.Instance(module));
}

export * from "./api.js";

export * from "./barejwt.js";

/** Gives the package its module, once, before anything else is called. */
export function init(module: WebAssembly.Module): void;

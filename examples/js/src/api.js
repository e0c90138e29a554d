import { getCString, wasm } from "./memory.js";

export * from "./errors.js";
export { Key, Keyring } from "./keys.js";
export { Claims, decodeUnverified, sign, signJson, verify } from "./tokens.js";
export { authenticate, bearerToken } from "./auth.js";
export { issuePair, pairFromAnswer, verifyRefresh } from "./pairs.js";
export { Session } from "./session.js";

export const version = () => getCString(wasm.barejwt_version());

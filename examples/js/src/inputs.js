// The caller's values are checked here, and become our own strings, numbers and bytes. The caller's code may
// run meanwhile, such as a getter or a toJSON. So all this is done before the module is called. A wrong type,
// a misspelt option and an undefined option are errors, because they must not relax a rule silently.

import { NotUtf8, TokenTooLong } from "./errors.js";
/** Most bytes of a token, unless rules set another limit. */
export const TOKEN_BYTES = 8192;
const HASH_BYTES = 32;
const U32_MAX = 2 ** 32 - 1;
/** The first second of the year 10000. In milliseconds it is in January 1978. */
const YEAR_10000 = 253_402_300_800;
/** The claims that are times (RFC 7519 4.1). */
const DATES = ["exp", "nbf", "iat"];

export function text(value, name) {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string`);
  // An encoder would replace a lone surrogate by another character.
  if (!value.isWellFormed()) throw new NotUtf8();
  return value;
}

/** A token. A token that is too long is refused before the module makes room for it. */
export function tokenText(value, longest = TOKEN_BYTES) {
  const token = text(value, "the token");
  if (token.length > longest) throw Object.assign(new TokenTooLong(), { length: token.length });
  return token;
}

/** JSON that the core will check: text, or what JSON.stringify makes of an object. */
export function json(value, name) {
  if (typeof value === "string") return text(value, name);
  if (value === null || typeof value !== "object") throw new TypeError(`${name} must be an object or JSON text`);
  if (hidesMembers(value)) throw new TypeError(`${name} must be an object whose members JSON.stringify writes, or JSON text`);
  const written = text(JSON.stringify(value), name);
  refuseMilliseconds(written, name);
  return written;
}

/** Text that the caller has written may have them, because a few systems want them. */
function refuseMilliseconds(written, name) {
  if (!/\d{12}/.test(written)) return;
  const said = JSON.parse(written);
  const found = DATES.find((date) => isMilliseconds(said[date]));
  if (found) throw new RangeError(`${found} in ${name} must be seconds, and can only be milliseconds: divide it by 1000`);
}

/** True from the year 10000 in seconds to the year 10000 in milliseconds. */
const isMilliseconds = (time) => typeof time === "number" && time > YEAR_10000 && time < 1000 * YEAR_10000;

/** True for a Map or a Promise, for example: JSON.stringify would write {}. */
function hidesMembers(value) {
  return !isPlain(value) && !Array.isArray(value) && typeof value.toJSON !== "function" && Object.keys(value).length === 0;
}

/** A string, or a copy of a Uint8Array or an ArrayBuffer. The caller of this function wipes the copy. */
export function secret(value) {
  if (typeof value === "string") return text(value, "the secret");
  const data = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
  if (!(data instanceof Uint8Array)) throw new TypeError("the secret must be a Uint8Array, an ArrayBuffer or a string");
  return new Uint8Array(data);
}

/** A copy of the bytes. */
export function stateHash(value) {
  const copy = value instanceof Uint8Array ? new Uint8Array(value) : [];
  if (copy.length !== HASH_BYTES) throw new TypeError(`the state hash must be a Uint8Array of ${HASH_BYTES} bytes`);
  return copy;
}

export function u32(value, name, least = 0) {
  const said = `${name} must be a whole number from ${least} to ${U32_MAX}`;
  if (typeof value !== "number") throw new TypeError(said);
  if (!Number.isInteger(value) || value < least || value > U32_MAX) throw new RangeError(said);
  return value;
}

/** Seconds since 1970 for the module. Date.now() gives milliseconds: as seconds, they would expire every token. */
export function seconds(value, name) {
  if (typeof value !== "bigint" && !Number.isFinite(value)) throw new TypeError(`${name} must be seconds since 1970`);
  if (isMilliseconds(Number(value))) {
    throw new RangeError(`${name} must be seconds since 1970, and can only be milliseconds: divide it by 1000`);
  }
  const whole = typeof value === "bigint" ? value : BigInt(Math.floor(value));
  if (BigInt.asIntN(64, whole) !== whole) throw new RangeError(`${name} must fit 64 bits`);
  return whole;
}

/**
 * The time of a call, or the clock's time if the call names none. Unlike an exp, a present time is never in the year
 * 10000, so that microseconds and nanoseconds are told from seconds too. The largest time of 64 bits is let through:
 * it is no time of a clock.
 */
export function clock(now) {
  const time = seconds(now === undefined ? Date.now() / 1000 : now, "now");
  if (time > YEAR_10000 && Number(time) < 2 ** 63) {
    throw new RangeError("now must be seconds since 1970, and can only be microseconds or nanoseconds: divide it by 1e6 or 1e9");
  }
  return time;
}

/** A copy of an array. */
export function list(value, name) {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array`);
  return [...value];
}

/** The number that a word stands for. */
export function choice(choices, word, name) {
  if (typeof word !== "string" || !Object.hasOwn(choices, word)) {
    throw new TypeError(`${name} must be one of ${Object.keys(choices).join(", ")}`);
  }
  return choices[word];
}

/**
 * The members of a plain object, each read once. Other members and undefined values are errors. Members that an
 * object inherits or a Map holds would be passed over, so that such objects are errors too.
 */
export function members(options, names, what, usual = {}) {
  const read = { __proto__: null, ...usual };
  each(options, names, what, (name, value) => (read[name] = value));
  return read;
}

/** The same, one after the other. */
export function each(options, names, what, take) {
  if (!isPlain(options)) throw new TypeError(`${what} must be a plain object`);
  for (const name of Reflect.ownKeys(options)) {
    if (!names.includes(name)) throw new TypeError(`${what} have no "${String(name)}"`);
    const value = options[name];
    if (value === undefined) throw new TypeError(`${name} is undefined: leave it out of ${what}, or give a value`);
    take(name, value);
  }
}

function isPlain(value) {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

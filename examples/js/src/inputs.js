// What a caller gives, checked and copied into the module's memory. A wrong type, an option that is
// misspelt and one that is undefined are errors: none may quietly relax a rule.

import { NotUtf8 } from "./errors.js";
import { room, setBytes, setText, setU32 } from "./memory.js";

const HASH_BYTES = 32;
const U32_MAX = 2 ** 32 - 1;

/** A string's bytes: `{at, length}`. */
export function text(value, name) {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string`);
  // An encoder would write another character in the place of a lone surrogate.
  if (!value.isWellFormed()) throw new NotUtf8();
  const at = room(3 * value.length);
  return { at, length: setText(at, value) };
}

/** JSON that the core will check: text, or what JSON.stringify makes of an object. */
export function json(value, name) {
  if (typeof value === "string") return text(value, name);
  if (value === null || typeof value !== "object") throw new TypeError(`${name} must be an object or JSON text`);
  return text(JSON.stringify(value), name);
}

/** Bytes: a Uint8Array, an ArrayBuffer, or a string as UTF-8. */
export function secret(value) {
  if (typeof value === "string") return text(value, "the secret");
  const data = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
  if (!(data instanceof Uint8Array)) throw new TypeError("the secret must be a Uint8Array, an ArrayBuffer or a string");
  const at = room(data.length);
  setBytes(at, data);
  return { at, length: data.length };
}

export function stateHash(value) {
  if (!(value instanceof Uint8Array) || value.length !== HASH_BYTES) {
    throw new TypeError(`the state hash must be a Uint8Array of ${HASH_BYTES} bytes`);
  }
  const at = room(HASH_BYTES);
  setBytes(at, value);
  return at;
}

export function u32(value, name) {
  if (!Number.isInteger(value) || value < 0 || value > U32_MAX) {
    throw new RangeError(`${name} must be a whole number from 0 to ${U32_MAX}`);
  }
  return value;
}

/** Seconds since 1970 for the module; without a value, what the clock says. */
export function seconds(now = Date.now() / 1000) {
  if (typeof now !== "bigint" && !Number.isFinite(now)) throw new TypeError("now must be seconds since 1970");
  const whole = typeof now === "bigint" ? now : BigInt(Math.floor(now));
  if (BigInt.asIntN(64, whole) !== whole) throw new RangeError("now must fit 64 bits");
  return whole;
}

/** The number that a word stands for. */
export function choice(choices, word, name) {
  if (!Object.hasOwn(choices, word)) {
    throw new TypeError(`${name} must be one of ${Object.keys(choices).join(", ")}`);
  }
  return choices[word];
}

/** Sees to it that an object has these members alone, and none of them undefined. */
export function only(options, names, what) {
  if (options === null || typeof options !== "object") throw new TypeError(`${what} must be an object`);
  for (const [name, value] of Object.entries(options)) {
    if (!names.includes(name)) throw new TypeError(`${what} have no "${name}"`);
    if (value === undefined) throw new TypeError(`${name} is undefined: leave it out of ${what}, or give a value`);
  }
}

/** Writes a `barejwt_str`. */
export function setStr(field, { at, length }) {
  setU32(field, at);
  setU32(field + 4, length);
}

// The one instance of the module, and its memory. The module never asks for memory itself. All memory is handed
// out here, as blocks that stay and as room that lasts for one call.

const ABI_VERSION = 1;
const PAGE = 65536;

/** The functions of barejwt.h. */
export let wasm;
let bytes, view, stackEnd, heapEnd;

export function use(instance) {
  if (wasm) throw new Error("barejwt has its module already");
  if (instance.exports.barejwt_abi_version() !== ABI_VERSION) {
    throw new Error("barejwt.wasm is of another version than the JavaScript beside it");
  }
  wasm = instance.exports;
  stackEnd = wasm.__stack_pointer.value;
  heapEnd = aligned(wasm.__heap_base.value);
  lookAgain();
  frame = allocate(frameSize);
}

function lookAgain() {
  bytes = new Uint8Array(wasm.memory.buffer);
  view = new DataView(wasm.memory.buffer);
}

// Not by bits, because JavaScript reads them as signed, and memory may have more than 2^31 bytes.
const aligned = (at) => 8 * Math.ceil(at / 8);

// ---- Blocks -------------------------------------------------------------------------------------

// Released blocks by size; sizes are powers of two, so that they fit again.
const released = new Map();
const rounded = (size) => 2 ** Math.max(4, Math.ceil(Math.log2(size)));

function allocate(size) {
  size = rounded(size);
  const found = released.get(size)?.pop();
  if (found !== undefined) return found;
  const at = heapEnd;
  const missing = at + size - bytes.length;
  if (missing > 0) {
    // The engine may refuse. Nothing changes before it has agreed.
    wasm.memory.grow(Math.ceil(missing / PAGE));
    lookAgain();
  }
  heapEnd = at + size;
  return at;
}

function release(at, size) {
  size = rounded(size);
  if (!released.has(size)) released.set(size, []);
  released.get(size).push(at);
}

function wipeAndRelease([at, size]) {
  wipe(at, size);
  wipeStack();
  release(at, size);
}

// Frees the memory of an object that was collected before it was disposed of.
const forgotten = new FinalizationRegistry(wipeAndRelease);

/** Memory of a JavaScript object. It is wiped when it is disposed of. Make it before `call`. */
export class Block {
  #at;
  #size;

  constructor(owner, size) {
    needModule();
    this.#at = allocate(size);
    this.#size = size;
    forgotten.register(owner, [this.#at, size], this);
  }

  /** Its address; 0 once it is disposed of. */
  get at() {
    return this.#at;
  }

  dispose() {
    if (this.#at === 0) return;
    forgotten.unregister(this);
    wipeAndRelease([this.#at, this.#size]);
    this.#at = 0;
  }
}

export function needModule() {
  if (!wasm) throw new Error("barejwt has no module yet: call init(module) first");
}

/** No call is running, so nothing on the module's stack is in use. */
export function wipeStack() {
  bytes.fill(0, 0, stackEnd);
}

// ---- Room for one call --------------------------------------------------------------------------

let frame, top;
let frameSize = 4096;
let open = false;

/**
 * Runs one call of the module. The room that it takes is free again afterwards. There is only one frame, so that
 * no code of the caller's may run inside, such as a getter or a toJSON: read the caller's values beforehand.
 */
export function call(run) {
  needModule();
  if (open) throw new Error("barejwt was called from inside one of its own calls");
  open = true;
  top = frame;
  try {
    return run();
  } finally {
    open = false;
  }
}

/** Room until the call ends, not zeroed. */
export function room(size) {
  if (top + size > frame + frameSize) moreRoom(size);
  const at = top;
  top = aligned(top + size);
  return at;
}

// The old frame is released, but stays unchanged while the call lasts: no block of its size is allocated.
function moreRoom(size) {
  const larger = rounded(Math.max(size, 2 * frameSize));
  const at = allocate(larger);
  release(frame, frameSize);
  frameSize = larger;
  top = frame = at;
}

/** A struct of zeros. */
export function zeros(layout) {
  const at = room(layout.size);
  bytes.fill(0, at, at + layout.size);
  return at;
}

/** A struct that begins with its size. Fields are pairs of an offset and a number or a string. */
export function struct(layout, fields) {
  const at = zeros(layout);
  setU32(at + layout.struct_size, layout.size);
  for (const [offset, value] of fields) {
    if (typeof value === "string") setStr(at + offset, put(value));
    else setU32(at + offset, value);
  }
  return at;
}

// ---- Bytes and numbers --------------------------------------------------------------------------

const encoder = new TextEncoder();
// It gives no replacement character and drops no byte order mark.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const getU32 = (at) => view.getUint32(at, true);
export const setU32 = (at, value) => view.setUint32(at, value, true);
/** Times beyond 2^53 lose their last digits. */
export const getI64 = (at) => Number(view.getBigInt64(at, true));
export const setI64 = (at, value) => view.setBigInt64(at, value, true);
export const wipe = (at, size) => bytes.fill(0, at, at + size);

/** Writes UTF-8 to room for 3 bytes per character, and returns the number of bytes. */
export const setText = (at, text) => encoder.encodeInto(text, bytes.subarray(at, at + 3 * text.length)).written;

/** Copies a string as UTF-8, or a Uint8Array: `{at, length}`. */
export function put(value) {
  const at = room(typeof value === "string" ? 3 * value.length : value.length);
  if (typeof value === "string") return { at, length: setText(at, value) };
  bytes.set(value, at);
  return { at, length: value.length };
}

/** Writes a `barejwt_str`. */
export function setStr(field, { at, length }) {
  setU32(field, at);
  setU32(field + 4, length);
}

export function getText(at, length) {
  return decoder.decode(bytes.subarray(at, at + length));
}

/** The string of a `barejwt_str`, or null. */
export function getStr(at) {
  const ptr = getU32(at);
  return ptr === 0 ? null : getText(ptr, strLength(at));
}

export const strLength = (at) => getU32(at + 4);

/** A string that C ends with a NUL. */
export function getCString(at) {
  return getText(at, bytes.indexOf(0, at) - at);
}

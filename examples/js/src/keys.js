import { NotReady } from "./errors.js";
import { list, members, secret, text } from "./inputs.js";
import * as layout from "./layout.js";
import { Block, call, put, wasm, wipe, wipeStack } from "./memory.js";
import { check } from "./refusal.js";

const RING_SIGNS = 1;
const RING_WITHOUT_KID = 2;

/** A key or keys that verify and sign. Wiped by `dispose`, and at the end of a `using` block. */
class Prepared {
  #block;

  /** `fill` prepares the struct at the address. After a refusal nothing of it is left. */
  constructor(size, fill) {
    this.#block = new Block(this, size);
    try {
      call(() => fill(this.#block.at));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  dispose() {
    this.#block.dispose();
  }

  static address(key) {
    if (key === null || typeof key !== "object" || !(#block in key)) throw new TypeError("the key must be a Key or a Keyring");
    if (key.#block.at === 0) throw new NotReady();
    return key.#block.at;
  }
}
// `using` needs it, and not every engine has it yet.
if (Symbol.dispose) Prepared.prototype[Symbol.dispose] = Prepared.prototype.dispose;

export const addressOf = Prepared.address;

/** One key. It ignores the kid of a token, and writes none. */
export class Key extends Prepared {
  constructor(bytes, options = {}) {
    const { weak } = members(options, ["weak"], "options of a key");
    const given = secret(bytes);
    super(layout.key.size, (at) => {
      const init = weak === true ? wasm.barejwt_key_init_weak : wasm.barejwt_key_init;
      const { at: secretAt, length } = put(given);
      const status = init(at, secretAt, length);
      wipe(secretAt, length);
      wipeStack();
      if (typeof given !== "string") given.fill(0);
      check(status);
    });
  }
}

/** Several keys. A token is verified with the key that its kid names; others are never tried. */
export class Keyring extends Prepared {
  constructor(keys) {
    const entries = list(keys, "the keys of a keyring").map(read);
    super(layout.keyring.size + entries.length * layout.slot.size, (at) => {
      check(wasm.barejwt_keyring_init(at, at + layout.keyring.size, entries.length));
      for (const entry of entries) add(at, entry);
    });
  }
}

function read(entry) {
  const { kid, key, signs, withoutKid } =
    members(entry, ["kid", "key", "signs", "withoutKid"], "members of a keyring's entry");
  const uses = (signs === true ? RING_SIGNS : 0) | (withoutKid === true ? RING_WITHOUT_KID : 0);
  return { kid: text(kid, "kid"), key, uses };
}

function add(ring, { kid, key, uses }) {
  const { at, length } = put(kid);
  check(wasm.barejwt_keyring_add(ring, at, length, addressOf(key), uses));
}

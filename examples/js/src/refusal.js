// From a status of the module to what is thrown.

import { begin, getCString, getText, getU32, room, setText, wasm } from "./memory.js";

const OK = 0;

const classes = new Map();

/** A refusal. `code` names the check that failed; data to act on are properties of some classes. */
export class BarejwtError extends Error {
  constructor(status) {
    super(getCString(wasm.barejwt_strerror(status)));
    this.status = status;
  }

  /** The HTTP status to answer a request with that was refused so (RFC 6750 3.1). */
  get httpStatus() {
    return wasm.barejwt_http_status(this.status);
  }

  /** The value of WWW-Authenticate for that answer. */
  challenge(realm = "api") {
    begin();
    const realmAt = room(3 * realm.length);
    const realmLength = setText(realmAt, realm);
    const size = realmLength + 119;
    const out = room(size);
    const length = room(4);
    check(wasm.barejwt_www_authenticate(this.status, realmAt, realmLength, out, size, length));
    return getText(out, getU32(length));
  }
}

/** The class of a status. `data` reads its properties from a barejwt_detail. */
export function refusal(status, name, data = () => ({})) {
  const code = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase();
  const made = class extends BarejwtError {
    constructor(detail) {
      super(status);
      this.name = name;
      this.code = code;
      if (detail !== undefined) Object.assign(this, data(detail));
    }
  };
  classes.set(status, made);
  return made;
}

/** Throws what a status stands for, with the data of a barejwt_detail if there is one. */
export function check(status, detail) {
  if (status !== OK) throw failure(status, detail);
}

export const failure = (status, detail) => new (classes.get(status))(detail);

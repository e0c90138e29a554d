// Turns a status of the module into an error that is thrown.

import { call, getCString, getText, getU32, needModule, put, room, wasm } from "./memory.js";

const OK = 0;

const classes = new Map();

/** A refusal. `code` names the check that failed. Some classes have data to act on as properties. */
export class BarejwtError extends Error {
  constructor(status) {
    needModule();
    super(getCString(wasm.barejwt_strerror(status)));
    this.status = status;
  }

  /** The HTTP status that answers the refused request (RFC 6750 3.1). */
  get httpStatus() {
    return wasm.barejwt_http_status(this.status);
  }

  /** The value of WWW-Authenticate for that answer. */
  challenge(realm = "api") {
    const given = String(realm);
    return call(() => {
      const { at, length } = put(given);
      const size = length + 119;
      const out = room(size);
      const written = room(4);
      check(wasm.barejwt_www_authenticate(this.status, at, length, out, size, written));
      return getText(out, getU32(written));
    });
  }
}

/** The class of a status. `data` reads its properties from a barejwt_detail. */
export function refusal(status, name, data = () => ({})) {
  const code = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase();
  const made = class extends BarejwtError {
    static name = name;
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

/** Throws the error of a status, with the data of a barejwt_detail if there is one. */
export function check(status, detail) {
  if (status !== OK) throw failure(status, detail);
}

export const failure = (status, detail) => new (classes.get(status))(detail);

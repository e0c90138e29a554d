// The client's side: what to do before each call.

import { NotReady } from "./errors.js";
import { clock, seconds, text, u32 } from "./inputs.js";
import * as layout from "./layout.js";
import { Block, call, getU32, room, setI64, setStr, setText, wasm, zeros } from "./memory.js";
import { check } from "./refusal.js";

// The module decides by times alone. The tokens stay here. In the module a letter stands for each token.
const LETTERS = "ar";
const ACTIONS = [
  null,
  (pair) => ({ action: "use", token: pair.accessToken }),
  (pair) => ({ action: "refresh", token: pair.refreshToken }),
  () => ({ action: "log in", token: null }),
];

function read(pair) {
  if (pair === null || typeof pair !== "object") throw new TypeError("the pair must be an object, as issuePair gives it");
  return {
    accessToken: text(pair.accessToken, "accessToken"),
    refreshToken: text(pair.refreshToken, "refreshToken"),
    accessExpires: seconds(pair.accessExpires, "accessExpires"),
    refreshExpires: seconds(pair.refreshExpires, "refreshExpires"),
  };
}

export class Session {
  #block;
  #pair;

  constructor(pair, margin = 60) {
    const given = read(pair);
    const early = u32(margin, "margin");
    this.#block = new Block(this, layout.session.size + 3 * LETTERS.length);
    setText(this.#block.at + layout.session.size, LETTERS);
    this.#take(given, (times) => wasm.barejwt_session_init(this.#address, times, early));
  }

  /** Tells what to do now: `{action: "use" | "refresh" | "log in", token}`. */
  next(now = undefined) {
    const time = clock(now);
    return this.#decide((next) => wasm.barejwt_session_next(this.#address, time, next));
  }

  /** Tells what to do after the server has answered 401 to the access token. */
  after401() {
    return this.#decide((next) => wasm.barejwt_session_after_401(this.#address, next));
  }

  /** Takes the pair that a refresh has brought. */
  renewed(pair) {
    this.#take(read(pair), (times) => wasm.barejwt_session_renewed(this.#address, times));
  }

  /** Notes that the server has accepted the access token. */
  accepted() {
    check(wasm.barejwt_session_accepted(this.#address));
  }

  /** Notes that the server has refused the refresh token. */
  refreshRefused() {
    check(wasm.barejwt_session_refresh_refused(this.#address));
  }

  dispose() {
    this.#block.dispose();
    this.#pair = undefined;
  }

  get #address() {
    if (this.#block.at === 0) throw new NotReady();
    return this.#block.at;
  }

  #decide(ask) {
    return call(() => {
      const next = room(layout.next.size);
      check(ask(next));
      return ACTIONS[getU32(next + layout.next.action)](this.#pair);
    });
  }

  /** Gives the times of a pair to the module, and keeps its tokens once they are accepted. */
  #take(pair, give) {
    call(() => check(give(this.#write(pair))));
    this.#pair = pair;
  }

  /** A barejwt_pair with the times of a pair. */
  #write(pair) {
    const at = zeros(layout.pair);
    const letters = this.#address + layout.session.size;
    setStr(at + layout.pair.access_token, { at: letters, length: Math.min(1, pair.accessToken.length) });
    setStr(at + layout.pair.refresh_token, { at: letters + 1, length: Math.min(1, pair.refreshToken.length) });
    setI64(at + layout.pair.access_expires, pair.accessExpires);
    setI64(at + layout.pair.refresh_expires, pair.refreshExpires);
    return at;
  }
}
if (Symbol.dispose) Session.prototype[Symbol.dispose] = Session.prototype.dispose;

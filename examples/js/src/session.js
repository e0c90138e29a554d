// The client's side: what to do before each call.

import { NotReady } from "./errors.js";
import { seconds, setStr, text, u32 } from "./inputs.js";
import * as layout from "./layout.js";
import { Block, begin, getU32, room, setI64, setText, wasm, zeros } from "./memory.js";
import { check } from "./refusal.js";

// The module decides by times alone. The tokens stay here, and a letter stands for each of them there.
const LETTERS = "ar";
const ACTIONS = [
  null,
  (pair) => ({ action: "use", token: pair.accessToken }),
  (pair) => ({ action: "refresh", token: pair.refreshToken }),
  () => ({ action: "log in", token: null }),
];

export class Session {
  #block;
  #pair;

  constructor(pair, margin = 60) {
    this.#block = new Block(this, layout.session.size + 3 * LETTERS.length);
    setText(this.#block.at + layout.session.size, LETTERS);
    begin();
    check(wasm.barejwt_session_init(this.#address, this.#given(pair), u32(margin, "margin")));
  }

  /** What to do now: `{action: "use" | "refresh" | "log in", token}`. */
  next(now = undefined) {
    return this.#decide((next) => wasm.barejwt_session_next(this.#address, seconds(now), next));
  }

  /** What to do after the server has answered 401 to the access token. */
  after401() {
    return this.#decide((next) => wasm.barejwt_session_after_401(this.#address, next));
  }

  /** Takes the pair that a refresh has brought. */
  renewed(pair) {
    begin();
    check(wasm.barejwt_session_renewed(this.#address, this.#given(pair)));
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

  #decide(call) {
    begin();
    const next = room(layout.next.size);
    check(call(next));
    return ACTIONS[getU32(next + layout.next.action)](this.#pair);
  }

  /** Keeps the tokens of a pair, and writes a barejwt_pair with the times. */
  #given(pair) {
    const at = zeros(layout.pair);
    const letters = this.#address + layout.session.size;
    const length = (token, name) => Math.min(1, text(token, name).length);
    setStr(at + layout.pair.access_token, { at: letters, length: length(pair.accessToken, "accessToken") });
    setStr(at + layout.pair.refresh_token, { at: letters + 1, length: length(pair.refreshToken, "refreshToken") });
    setI64(at + layout.pair.access_expires, seconds(pair.accessExpires));
    setI64(at + layout.pair.refresh_expires, seconds(pair.refreshExpires));
    this.#pair = { accessToken: pair.accessToken, refreshToken: pair.refreshToken };
    return at;
  }
}
if (Symbol.dispose) Session.prototype[Symbol.dispose] = Session.prototype.dispose;

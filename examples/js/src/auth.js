// From an Authorization header to who is calling.

import { choice, seconds, text } from "./inputs.js";
import { addressOf } from "./keys.js";
import * as layout from "./layout.js";
import { begin, getStr, getU32, room, wasm } from "./memory.js";
import { check } from "./refusal.js";
import { writeRules } from "./rules.js";
import { Claims, scratch } from "./tokens.js";

const MODES = { required: 0, optional: 1, none: 2 };
const USER = 1;

/** A header as fetch, node and others give it: null and undefined are none, "" is one that is malformed. */
const given = (header) => (header === null || header === undefined ? { at: 0, length: 0 } : text(header, "the header"));

export function authenticate(header, key, mode, rules = {}, now = undefined) {
  begin();
  const value = given(header);
  const want = writeRules(rules, "access");
  const { at, size } = scratch(value.length);
  const who = room(layout.identity.size);
  const auth = choice(MODES, mode, "mode");
  check(
    wasm.barejwt_authenticate(addressOf(key), auth, value.at, value.length, want, seconds(now), at, size, who),
    who + layout.identity.claims + layout.claims.detail,
  );
  return getU32(who + layout.identity.kind) === USER ? new Claims(who + layout.identity.claims) : null;
}

export function bearerToken(header) {
  begin();
  const { at, length } = given(header);
  const token = room(layout.str.size);
  check(wasm.barejwt_bearer_token(at, length, token));
  return getStr(token);
}

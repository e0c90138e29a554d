// Tells who is calling, from an Authorization header.

import { choice, clock, text } from "./inputs.js";
import { addressOf } from "./keys.js";
import * as layout from "./layout.js";
import { call, getStr, getU32, put, room, wasm } from "./memory.js";
import { check } from "./refusal.js";
import { readRules, writeRules } from "./rules.js";
import { Claims, scratch } from "./tokens.js";

const MODES = { required: 0, optional: 1, none: 2 };
const USER = 1;

/** A header as fetch, node and others give it: null and undefined mean no header, "" is a malformed one. */
const read = (header) => (header === null || header === undefined ? null : text(header, "the header"));
const putHeader = (header) => (header === null ? { at: 0, length: 0 } : put(header));

export function authenticate(header, key, mode, rules = {}, now = undefined) {
  const sent = read(header);
  const auth = choice(MODES, mode, "mode");
  const want = readRules(rules, "access");
  const time = clock(now);
  return call(() => {
    const value = putHeader(sent);
    const { at, size } = scratch(Math.min(value.length, want.longest));
    const who = room(layout.identity.size);
    check(
      wasm.barejwt_authenticate(
        addressOf(key), auth, value.at, value.length, writeRules(want), time, at, size, who,
      ),
      who + layout.identity.claims + layout.claims.detail,
    );
    return getU32(who + layout.identity.kind) === USER ? new Claims(who + layout.identity.claims) : null;
  });
}

export function bearerToken(header) {
  const sent = read(header);
  return call(() => {
    const { at, length } = putHeader(sent);
    const token = room(layout.str.size);
    check(wasm.barejwt_bearer_token(at, length, token));
    return getStr(token);
  });
}

// Access and refresh tokens together: issued at login, renewed later, read by a client.

import { json, only, seconds, setStr, stateHash, text, u32 } from "./inputs.js";
import { addressOf } from "./keys.js";
import * as layout from "./layout.js";
import { begin, getI64, getStr, room, setU32, wasm, zeros } from "./memory.js";
import { check } from "./refusal.js";
import { writeRules } from "./rules.js";
import { Claims, scratch, subBytes, tokenRoom } from "./tokens.js";

const LIFETIMES = { accessLifetime: ["access_lifetime", 3600], refreshLifetime: ["refresh_lifetime", 15552000] };
const MEMBERS = { accessMembers: "access_members", refreshMembers: "refresh_members" };
const NAMES = Object.keys({ ...LIFETIMES, ...MEMBERS });

/** Writes the options, and says how many bytes of members they have. */
function writeOptions(options) {
  only(options, NAMES, "options of a pair");
  const at = zeros(layout.pair_options);
  let bytes = 0;
  setU32(at + layout.pair_options.struct_size, layout.pair_options.size);
  for (const [name, [field, usual]] of Object.entries(LIFETIMES)) {
    setU32(at + layout.pair_options[field], u32(options[name] ?? usual, name));
  }
  for (const [name, field] of Object.entries(MEMBERS)) {
    if (!(name in options)) continue;
    const members = json(options[name], name);
    setStr(at + layout.pair_options[field], members);
    bytes += members.length;
  }
  return { at, bytes };
}

/** Reads a barejwt_pair; times are seconds since 1970. */
const readPair = (at) => ({
  accessToken: getStr(at + layout.pair.access_token),
  refreshToken: getStr(at + layout.pair.refresh_token),
  accessExpires: getI64(at + layout.pair.access_expires),
  refreshExpires: getI64(at + layout.pair.refresh_expires),
});

/** The last arguments of what makes a pair: two buffers for tokens of so many bytes, and the pair. */
function pairRoom(bytes) {
  const [access, refresh, pair] = [tokenRoom(bytes), tokenRoom(bytes), room(layout.pair.size)];
  return { pair, out: [access.at, access.size, refresh.at, refresh.size, pair] };
}

export function issuePair(sub, accountHash, key, options = {}, now = undefined) {
  begin();
  const who = text(sub, "sub");
  const hash = stateHash(accountHash);
  const { at, bytes } = writeOptions(options);
  const { pair, out } = pairRoom(subBytes(who) + bytes);
  check(wasm.barejwt_issue_pair(addressOf(key), who.at, who.length, hash, at, seconds(now), ...out));
  return readPair(pair);
}

/** A refresh token whose state hash was not compared yet. */
export class RefreshToken {
  #verify;
  #key;
  #length;

  // What is kept is the token and the time, not a place in the module's memory: `renew` and `confirm`
  // verify it again, at the same time.
  constructor(token, key, rules, now) {
    this.#key = key;
    this.#length = token.length;
    this.#verify = () => verified(token, key, rules, now);
    this.unconfirmed = new Claims(this.#verify() + layout.refresh.unconfirmed);
  }

  /** Compares the account's state hash, and only then issues a new pair. */
  renew(accountHash, options = {}, key = this.#key) {
    const refresh = this.#verify();
    const hash = stateHash(accountHash);
    const { at, bytes } = writeOptions(options);
    const { pair, out } = pairRoom(this.#length + bytes);
    check(wasm.barejwt_refresh_renew(addressOf(key), refresh, hash, at, ...out));
    return readPair(pair);
  }

  /** Compares the account's state hash and gives the claims, for tokens of your own making. */
  confirm(accountHash) {
    const refresh = this.#verify();
    const hash = stateHash(accountHash);
    const claims = room(layout.claims.size);
    check(wasm.barejwt_refresh_confirm(refresh, hash, claims), claims + layout.claims.detail);
    return new Claims(claims);
  }
}

/** Begins a call with the refresh token verified: the address of a barejwt_refresh. */
function verified(token, key, rules, now) {
  begin();
  const sent = text(token, "the token");
  const want = writeRules(rules, "refresh");
  const { at, size } = scratch(sent.length);
  const refresh = room(layout.refresh.size);
  check(
    wasm.barejwt_verify_refresh(addressOf(key), sent.at, sent.length, want, now, at, size, refresh),
    refresh + layout.refresh.unconfirmed + layout.claims.detail,
  );
  return refresh;
}

export function verifyRefresh(token, key, rules = {}, now = undefined) {
  return new RefreshToken(token, key, { ...rules }, seconds(now));
}

/** Reads the JSON answer to a login or to a refresh. */
export function pairFromAnswer(answer) {
  begin();
  const { at, length } = text(answer, "the answer");
  const pair = room(layout.pair.size);
  const code = room(8);
  check(wasm.barejwt_pair_from_answer(at, length, pair, code), code);
  return readPair(pair);
}

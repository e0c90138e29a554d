// Access tokens and refresh tokens together: issued at login, renewed later, read by a client.

import { clock, json, members, stateHash, text, tokenText, u32 } from "./inputs.js";
import { addressOf } from "./keys.js";
import * as layout from "./layout.js";
import { call, getI64, getStr, put, room, strLength, struct, wasm } from "./memory.js";
import { check } from "./refusal.js";
import { readRules, writeRules } from "./rules.js";
import { Claims, scratch, subBytes, tokenRoom } from "./tokens.js";

const USUAL = { accessLifetime: 3600, refreshLifetime: 15552000 };
const LIFETIMES = { accessLifetime: "access_lifetime", refreshLifetime: "refresh_lifetime" };
const MEMBERS = { accessMembers: "access_members", refreshMembers: "refresh_members" };
const NAMES = Object.keys({ ...LIFETIMES, ...MEMBERS });

/** Reads the options. */
function readOptions(options) {
  const given = members(options, NAMES, "options of a pair", USUAL);
  const fields = [];
  for (const [name, field] of Object.entries(LIFETIMES)) fields.push([layout.pair_options[field], u32(given[name], name)]);
  for (const [name, field] of Object.entries(MEMBERS)) {
    if (name in given) fields.push([layout.pair_options[field], json(given[name], name)]);
  }
  return fields;
}

/** Writes the options, and returns the bytes of their members. */
function writeOptions(fields) {
  const at = struct(layout.pair_options, fields);
  const bytes = Object.values(MEMBERS).reduce((sum, field) => sum + strLength(at + layout.pair_options[field]), 0);
  return { at, bytes };
}

/** Reads a barejwt_pair; times are seconds since 1970. */
const readPair = (at) => ({
  accessToken: getStr(at + layout.pair.access_token),
  refreshToken: getStr(at + layout.pair.refresh_token),
  accessExpires: getI64(at + layout.pair.access_expires),
  refreshExpires: getI64(at + layout.pair.refresh_expires),
});

/** The last arguments of a function that makes a pair: two buffers for tokens of this size, and the pair. */
function pairRoom(bytes) {
  const [access, refresh, pair] = [tokenRoom(bytes), tokenRoom(bytes), room(layout.pair.size)];
  return { pair, out: [access.at, access.size, refresh.at, refresh.size, pair] };
}

export function issuePair(sub, accountHash, key, options = {}, now = undefined) {
  const who = text(sub, "sub");
  const hash = stateHash(accountHash);
  const given = readOptions(options);
  const time = clock(now);
  return call(() => {
    const { at: subAt, length } = put(who);
    const { at, bytes } = writeOptions(given);
    const { pair, out } = pairRoom(subBytes(who) + bytes);
    check(wasm.barejwt_issue_pair(addressOf(key), subAt, length, put(hash).at, at, time, ...out));
    return readPair(pair);
  });
}

/** A refresh token whose state hash was not compared yet. */
export class RefreshToken {
  #token;
  #key;
  #want;
  #now;

  // The token and the time are kept, but no place in the module's memory. `renew` and `confirm` verify the
  // token again, with the same time.
  constructor(token, key, rules, now) {
    this.#want = readRules(rules, "refresh");
    this.#token = tokenText(token, this.#want.longest);
    this.#key = key;
    this.#now = clock(now);
    this.unconfirmed = call(() => new Claims(this.#verify() + layout.refresh.unconfirmed));
  }

  /** Compares the account's state hash. If it matches, issues a new pair. */
  renew(accountHash, options = {}, key = this.#key) {
    const hash = stateHash(accountHash);
    const given = readOptions(options);
    return call(() => {
      const refresh = this.#verify();
      const { at, bytes } = writeOptions(given);
      const { pair, out } = pairRoom(this.#token.length + bytes);
      check(wasm.barejwt_refresh_renew(addressOf(key), refresh, put(hash).at, at, ...out));
      return readPair(pair);
    });
  }

  /** Compares the account's state hash and gives the claims. Use it to issue tokens in your own way. */
  confirm(accountHash) {
    const hash = stateHash(accountHash);
    return call(() => {
      const refresh = this.#verify();
      const claims = room(layout.claims.size);
      check(wasm.barejwt_refresh_confirm(refresh, put(hash).at, claims), claims + layout.claims.detail);
      return new Claims(claims);
    });
  }

  /** In a call: the address of a barejwt_refresh. */
  #verify() {
    const { at: tokenAt, length } = put(this.#token);
    const { at, size } = scratch(length);
    const refresh = room(layout.refresh.size);
    const want = writeRules(this.#want);
    check(
      wasm.barejwt_verify_refresh(addressOf(this.#key), tokenAt, length, want, this.#now, at, size, refresh),
      refresh + layout.refresh.unconfirmed + layout.claims.detail,
    );
    return refresh;
  }
}

export function verifyRefresh(token, key, rules = {}, now = undefined) {
  return new RefreshToken(token, key, rules, now);
}

/** Reads the JSON answer to a login or to a refresh. */
export function pairFromAnswer(answer) {
  const sent = text(answer, "the answer");
  return call(() => {
    const { at, length } = put(sent);
    const pair = room(layout.pair.size);
    const code = room(8);
    check(wasm.barejwt_pair_from_answer(at, length, pair, code), code);
    return readPair(pair);
  });
}

// Verifying, signing, and reading a token without a key.

import { choice, clock, json, members, stateHash, text, tokenText, u32 } from "./inputs.js";
import { addressOf } from "./keys.js";
import * as layout from "./layout.js";
import {
  call, getI64, getStr, getText, getU32, put, room, setU32, strLength, struct, wasm,
} from "./memory.js";
import { CLAIMS, TOKEN_TYPES } from "./names.js";
import { check, failure } from "./refusal.js";
import { readRules, writeRules } from "./rules.js";

const SIGNED_PROFILES = { access: 1, refresh: 2, jwt: 4 };
const LIFETIMES = { access: 3600, refresh: 15552000, jwt: 3600 };
const TO_SIGN = ["profile", "sub", "lifetime", "stateHash", "members"];

// ---- Verifying ----------------------------------------------------------------------------------

/** The claims of a token whose signature, type and times were checked. Frozen: no code may change whose token it was. */
export class Claims {
  #has;
  #payload;

  constructor(at) {
    this.#has = getU32(at + layout.claims.has);
    this.json = getStr(at + layout.claims.json);
    this.sub = this.has("sub") ? getStr(at + layout.claims.sub) : null;
    this.exp = this.has("exp") ? getI64(at + layout.claims.exp) : null;
    this.nbf = this.has("nbf") ? getI64(at + layout.claims.nbf) : null;
    this.tokenType = TOKEN_TYPES[getU32(at + layout.claims.token_type)];
    Object.freeze(this);
  }

  /** Whether the token has the claim and the rules look at it. */
  has(name) {
    return (this.#has & CLAIMS[name]) !== 0;
  }

  /** The whole claims set. The core has checked that no name is repeated at its top level. */
  get payload() {
    this.#payload ??= Object.freeze(JSON.parse(this.json));
    return this.#payload;
  }

  /** The member with exactly this name; undefined if absent. */
  get(name) {
    return Object.hasOwn(this.payload, name) ? this.payload[name] : undefined;
  }

  /** So that JSON.stringify writes the claims set, as JavaScript's numbers can hold it. */
  toJSON() {
    return this.payload;
  }
}

/** Room for what a token says. */
export function scratch(tokenLength) {
  const size = wasm.barejwt_scratch_size(tokenLength);
  return { at: room(size), size };
}

export function verify(token, key, rules = {}, now = undefined) {
  const want = readRules(rules, "access");
  const sent = tokenText(token, want.longest);
  const time = clock(now);
  return call(() => {
    const { at: tokenAt, length } = put(sent);
    const { at, size } = scratch(length);
    const claims = room(layout.claims.size);
    check(
      wasm.barejwt_verify(addressOf(key), tokenAt, length, writeRules(want), time, at, size, claims),
      claims + layout.claims.detail,
    );
    return new Claims(claims);
  });
}

// ---- Signing ------------------------------------------------------------------------------------

/** Room for a token with `bytes` of the caller's: a third more, and the bytes that the core adds. */
export function tokenRoom(bytes) {
  const size = 512 + 2 * bytes;
  return { at: room(size), size };
}

// JSON may write a character of sub as six characters.
export const subBytes = (sub) => 6 * sub.length;

export function sign(what, key, now = undefined) {
  const given = members(what, TO_SIGN, "claims to sign", { profile: "access" });
  const profile = choice(SIGNED_PROFILES, given.profile, "profile");
  const lifetime = u32("lifetime" in given ? given.lifetime : LIFETIMES[given.profile], "lifetime");
  const sub = text(given.sub, "sub");
  const fields = [[layout.to_sign.token_type, profile], [layout.to_sign.lifetime, lifetime], [layout.to_sign.sub, sub]];
  if ("members" in given) fields.push([layout.to_sign.members, json(given.members, "members")]);
  const hash = "stateHash" in given ? stateHash(given.stateHash) : null;
  const time = clock(now);
  return call(() => {
    const at = struct(layout.to_sign, fields);
    if (hash !== null) setU32(at + layout.to_sign.state_hash, put(hash).at);
    const bytes = subBytes(sub) + strLength(at + layout.to_sign.members);
    return written(tokenRoom(bytes), (...out) => wasm.barejwt_sign(addressOf(key), at, time, ...out));
  });
}

export function signJson(claimsSet, key) {
  // JSON.stringify would round large numbers.
  const content = claimsSet instanceof Claims ? claimsSet.json : json(claimsSet, "the claims set");
  return call(() => {
    const { at, length } = put(content);
    return written(tokenRoom(length), (...out) => wasm.barejwt_sign_json(addressOf(key), at, length, ...out));
  });
}

function written({ at, size }, write) {
  const length = room(4);
  check(write(at, size, length));
  return getText(at, getU32(length));
}

// ---- Without a key ------------------------------------------------------------------------------

/** What a token says, with nothing verified. Show it to people. */
export function decodeUnverified(token) {
  const sent = tokenText(token);
  return call(() => {
    const { at: tokenAt, length } = put(sent);
    const { at, size } = scratch(length);
    const said = room(layout.unverified.size);
    const detail = said + layout.unverified.detail;
    check(wasm.barejwt_decode_unverified(tokenAt, length, at, size, said), detail);
    const status = getU32(said + layout.unverified.claims_status);
    return {
      headerJson: getStr(said + layout.unverified.header_json),
      payloadJson: getStr(said + layout.unverified.payload_json),
      saidSub: getStr(said + layout.unverified.said_sub),
      saidExp: getI64(said + layout.unverified.said_exp) || null,
      saidNbf: getI64(said + layout.unverified.said_nbf) || null,
      saidTokenType: TOKEN_TYPES[getU32(said + layout.unverified.said_token_type)],
      /** Why the payload cannot be read as claims of the site, or null. */
      claimsError: status === 0 ? null : failure(status, detail),
    };
  });
}

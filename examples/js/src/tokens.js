// Verifying, signing, and looking into a token without a key.

import { choice, json, only, seconds, setStr, stateHash, text, u32 } from "./inputs.js";
import { addressOf } from "./keys.js";
import * as layout from "./layout.js";
import { begin, getI64, getStr, getText, getU32, room, setU32, wasm, zeros } from "./memory.js";
import { CLAIMS, TOKEN_TYPES } from "./names.js";
import { check, failure } from "./refusal.js";
import { writeRules } from "./rules.js";

const ACCESS_LIFETIME = 3600;
const REFRESH_LIFETIME = 15552000;
const SIGNED_PROFILES = { access: 1, refresh: 2, jwt: 4 };

// ---- Verifying ----------------------------------------------------------------------------------

/** The claims of a token whose signature, type and times were checked. */
export class Claims {
  #has;
  #payload;

  constructor(at) {
    this.#has = getU32(at + layout.claims.has);
    this.json = getStr(at + layout.claims.json);
    this.exp = this.has("exp") ? getI64(at + layout.claims.exp) : null;
    this.nbf = this.has("nbf") ? getI64(at + layout.claims.nbf) : null;
    this.tokenType = TOKEN_TYPES[getU32(at + layout.claims.token_type)];
  }

  /** Whether the token has the claim, of those that the rules look at. */
  has(name) {
    return (this.#has & CLAIMS[name]) !== 0;
  }

  get sub() {
    return this.has("sub") ? this.payload.sub : null;
  }

  /** The whole claims set. The core has checked that no name is repeated at its top level. */
  get payload() {
    this.#payload ??= JSON.parse(this.json);
    return this.#payload;
  }

  /** One member by its exact name; undefined without it. */
  get(name) {
    return Object.hasOwn(this.payload, name) ? this.payload[name] : undefined;
  }
}

/** Room for what a token says. */
export function scratch(tokenLength) {
  const size = wasm.barejwt_scratch_size(tokenLength);
  return { at: room(size), size };
}

export function verify(token, key, rules = {}, now = undefined) {
  begin();
  const sent = text(token, "the token");
  const want = writeRules(rules, "access");
  const { at, size } = scratch(sent.length);
  const claims = room(layout.claims.size);
  check(
    wasm.barejwt_verify(addressOf(key), sent.at, sent.length, want, seconds(now), at, size, claims),
    claims + layout.claims.detail,
  );
  return new Claims(claims);
}

// ---- Signing ------------------------------------------------------------------------------------

/** Room for a token that says `bytes` of the caller's: a third more, and what the core adds. */
export function tokenRoom(bytes) {
  const size = 512 + 2 * bytes;
  return { at: room(size), size };
}

// JSON may write a character of sub in six.
export const subBytes = (sub) => 6 * sub.length;

export function sign(what, key, now = undefined) {
  only(what, ["profile", "sub", "lifetime", "stateHash", "members"], "claims to sign");
  begin();
  const profile = what.profile ?? "access";
  const sub = text(what.sub, "sub");
  const at = zeros(layout.to_sign);
  setU32(at + layout.to_sign.struct_size, layout.to_sign.size);
  setU32(at + layout.to_sign.token_type, choice(SIGNED_PROFILES, profile, "profile"));
  const usual = profile === "refresh" ? REFRESH_LIFETIME : ACCESS_LIFETIME;
  setU32(at + layout.to_sign.lifetime, u32(what.lifetime ?? usual, "lifetime"));
  setStr(at + layout.to_sign.sub, sub);
  if ("stateHash" in what) setU32(at + layout.to_sign.state_hash, stateHash(what.stateHash));
  const members = "members" in what ? json(what.members, "members") : { at: 0, length: 0 };
  setStr(at + layout.to_sign.members, members);
  return written(tokenRoom(subBytes(sub) + members.length), (...out) =>
    wasm.barejwt_sign(addressOf(key), at, seconds(now), ...out),
  );
}

export function signJson(claimsSet, key) {
  begin();
  const { at, length } = json(claimsSet, "the claims set");
  return written(tokenRoom(length), (...out) => wasm.barejwt_sign_json(addressOf(key), at, length, ...out));
}

function written({ at, size }, call) {
  const length = room(4);
  check(call(at, size, length));
  return getText(at, getU32(length));
}

// ---- Without a key ------------------------------------------------------------------------------

/** What a token says, nothing verified: for showing people. */
export function decodeUnverified(token) {
  begin();
  const sent = text(token, "the token");
  const { at, size } = scratch(sent.length);
  const said = room(layout.unverified.size);
  const detail = said + layout.unverified.detail;
  check(wasm.barejwt_decode_unverified(sent.at, sent.length, at, size, said), detail);
  const status = getU32(said + layout.unverified.claims_status);
  return {
    headerJson: getStr(said + layout.unverified.header_json),
    payloadJson: getStr(said + layout.unverified.payload_json),
    saidSub: getStr(said + layout.unverified.said_sub),
    saidExp: getI64(said + layout.unverified.said_exp) || null,
    saidNbf: getI64(said + layout.unverified.said_nbf) || null,
    saidTokenType: TOKEN_TYPES[getU32(said + layout.unverified.said_token_type)],
    /** Why the payload is no claims set, or null. */
    claimsError: status === 0 ? null : failure(status, detail),
  };
}

// The structs of barejwt.h as WebAssembly lays them out: 32-bit pointers, C's alignment.
// .ci/js has clang compare every offset with the header.

const SIZES = { u32: 4, size_t: 4, pointer: 4, str: 8, i64: 8, hash: 32 };
const alignment = (type) => type.alignment ?? (type === "i64" ? 8 : type === "hash" ? 1 : 4);

/** Offsets by field name, and in all the `size` and `alignment` of the struct. */
function struct(fields) {
  const made = { size: 0, alignment: 4 };
  const align = (to) => (made.size = Math.ceil(made.size / to) * to);
  for (const [name, type] of Object.entries(fields)) {
    made[name] = align(alignment(type));
    made.size += type.size ?? SIZES[type];
    made.alignment = Math.max(made.alignment, alignment(type));
  }
  align(made.alignment);
  return Object.freeze(made);
}

/** `barejwt_key` and `barejwt_slot`: 64-bit words. */
const opaque = (words) => Object.freeze({ size: 8 * words, alignment: 8 });

export const key = opaque(11);
export const keyring = struct({ key });
export const slot = opaque(18);

export const detail = struct({
  time: "i64", now: "i64", needed: "size_t", at: "size_t",
  claims: "u32", part: "u32", problem: "u32", token_type: "u32",
});
export const claims = struct({
  sub: "str", json: "str", exp: "i64", nbf: "i64", token_type: "u32", has: "u32", detail,
  state: "u32", checksum: "size_t",
});
export const validation = struct({
  struct_size: "u32", token_type: "u32", require: "u32", allow_missing: "u32", ignore: "u32",
  leeway: "u32", max_age: "u32", max_token_len: "size_t",
  sub: "str", issuer: "str", audience: "str", typ: "str",
});
export const to_sign = struct({
  struct_size: "u32", token_type: "u32", lifetime: "u32", sub: "str", state_hash: "pointer", members: "str",
});
export const pair_options = struct({
  struct_size: "u32", access_lifetime: "u32", refresh_lifetime: "u32", access_members: "str", refresh_members: "str",
});
export const pair = struct({
  access_token: "str", refresh_token: "str", access_expires: "i64", refresh_expires: "i64", needed: "size_t",
});
export const session = struct({
  state: "u32", margin: "u32", life: "u32", timing: "u32", early: "u32", trust: "u32", pair,
});
export const refresh = struct({ unconfirmed: claims, now: "i64", state_hash: "hash", digest: "hash" });
export const identity = struct({ claims, kind: "u32" });
export const next = struct({ token: "str", action: "u32" });
export const unverified = struct({
  header_json: "str", payload_json: "str", claims_status: "u32", said_token_type: "u32", said_sub: "str",
  said_exp: "i64", said_nbf: "i64", detail,
});
export const str = struct({ ptr: "pointer", len: "size_t" });

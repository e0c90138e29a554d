// The names of the numbers of barejwt.h.

export const CLAIMS = { token_type: 1, sub: 2, exp: 4, nbf: 8, state_hash: 16, iss: 32, aud: 64, iat: 128, jti: 256 };
export const TOKEN_TYPES = [null, "access", "refresh"];
export const PARTS = [null, "header", "payload"];
export const PROBLEMS = [
  null, "not UTF-8", "not an object", "syntax", "control character", "bad escape", "duplicate name",
  "too many members", "too deep", "trailing bytes", "names alike",
];

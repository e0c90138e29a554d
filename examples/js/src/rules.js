// The rules that a token must meet, as a barejwt_validation.

import { TOKEN_BYTES, choice, each, list, text, u32 } from "./inputs.js";
import { validation as layout } from "./layout.js";
import { struct } from "./memory.js";
import { CLAIMS } from "./names.js";

const PROFILES = { access: 1, refresh: 2, any: 3, jwt: 4 };
const TEXTS = { subject: "sub", issuer: "issuer", audience: "audience", typ: "typ" };
const NUMBERS = { leeway: "leeway", maxAge: "max_age", maxTokenLength: "max_token_len" };
// For the module 0 means no rule.
const LEAST = { leeway: 0, maxAge: 1, maxTokenLength: 1 };
const SETS = { required: "require", allowedMissing: "allow_missing", ignored: "ignore" };
const NAMES = ["profile", ...Object.keys({ ...TEXTS, ...NUMBERS, ...SETS })];

const set = (names, what) => list(names, what).reduce((bits, name) => bits | choice(CLAIMS, name, `each of ${what}`), 0);

/** Reads rules. `profile` is used if they name no profile. */
export function readRules(rules, profile) {
  const fields = [[layout.token_type, PROFILES[profile]]];
  let longest = TOKEN_BYTES;
  each(rules, NAMES, "rules", (name, value) => {
    if (name === "profile") fields.push([layout.token_type, choice(PROFILES, value, name)]);
    if (name in TEXTS) fields.push([layout[TEXTS[name]], text(value, name)]);
    if (name in NUMBERS) fields.push([layout[NUMBERS[name]], u32(value, name, LEAST[name])]);
    if (name in SETS) fields.push([layout[SETS[name]], set(value, name)]);
    if (name === "maxTokenLength") longest = value;
  });
  return { fields, longest };
}

export const writeRules = ({ fields }) => struct(layout, fields);

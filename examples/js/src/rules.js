// The rules that a token is held to, as a barejwt_validation.

import { TOKEN_BYTES, choice, only, text, u32 } from "./inputs.js";
import { validation as layout } from "./layout.js";
import { struct } from "./memory.js";
import { CLAIMS } from "./names.js";

const PROFILES = { access: 1, refresh: 2, any: 3, jwt: 4 };
const TEXTS = { subject: "sub", issuer: "issuer", audience: "audience", typ: "typ" };
const NUMBERS = { leeway: "leeway", maxAge: "max_age", maxTokenLength: "max_token_len" };
// To the module 0 is no rule at all.
const LEAST = { leeway: 0, maxAge: 1, maxTokenLength: 1 };
const SETS = { required: "require", allowedMissing: "allow_missing", ignored: "ignore" };
const NAMES = ["profile", ...Object.keys({ ...TEXTS, ...NUMBERS, ...SETS })];

const set = (names, what) => [...names].reduce((bits, name) => bits | choice(CLAIMS, name, what), 0);

/** Reads rules; `profile` is the one where they name none. */
export function readRules(rules, profile) {
  const given = only(rules, NAMES, "rules", { profile });
  const numbers = { token_type: choice(PROFILES, given.profile, "profile"), max_token_len: TOKEN_BYTES };
  const texts = {};
  for (const [name, value] of Object.entries(given)) {
    if (name in TEXTS) texts[TEXTS[name]] = text(value, name);
    if (name in NUMBERS) numbers[NUMBERS[name]] = u32(value, name, LEAST[name]);
    if (name in SETS) numbers[SETS[name]] = set(value, `each of ${name}`);
  }
  return { numbers, texts, longest: numbers.max_token_len };
}

export const writeRules = ({ numbers, texts }) => struct(layout, numbers, texts);

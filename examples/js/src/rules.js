// The rules that a token is held to, as a barejwt_validation.

import { choice, only, setStr, text, u32 } from "./inputs.js";
import { validation as layout } from "./layout.js";
import { setU32, zeros } from "./memory.js";
import { CLAIMS } from "./names.js";

const PROFILES = { access: 1, refresh: 2, any: 3, jwt: 4 };
const TEXTS = { subject: "sub", issuer: "issuer", audience: "audience", typ: "typ" };
const NUMBERS = { leeway: "leeway", maxAge: "max_age", maxTokenLength: "max_token_len" };
const SETS = { required: "require", allowedMissing: "allow_missing", ignored: "ignore" };
const NAMES = ["profile", ...Object.keys({ ...TEXTS, ...NUMBERS, ...SETS })];

const set = (names, what) => names.reduce((bits, name) => bits | choice(CLAIMS, name, what), 0);

/** Writes rules; `profile` is the one where they name none. */
export function writeRules(rules, profile) {
  only(rules, NAMES, "rules");
  const at = zeros(layout);
  setU32(at + layout.struct_size, layout.size);
  setU32(at + layout.token_type, choice(PROFILES, rules.profile ?? profile, "profile"));
  for (const name of Object.keys(rules)) {
    const value = rules[name];
    if (name in TEXTS) setStr(at + layout[TEXTS[name]], text(value, name));
    if (name in NUMBERS) setU32(at + layout[NUMBERS[name]], u32(value, name));
    if (name in SETS) setU32(at + layout[SETS[name]], set(value, `each of ${name}`));
  }
  return at;
}

/** Seconds since 1970, as `Date.now() / 1000` gives them. */
export type Seconds = number;
/**
 * If a function takes `now` and you leave it out, the clock is used. A fraction is rounded down. A time that can only
 * be milliseconds, microseconds or nanoseconds is a RangeError.
 */
export type Now = Seconds | bigint;
export type TokenType = "access" | "refresh";
export type ClaimName = "token_type" | "sub" | "exp" | "nbf" | "state_hash" | "iss" | "aud" | "iat" | "jti";
export type Part = "header" | "payload";

/** The version of the library inside. */
export function version(): string;

// ---- Keys ---------------------------------------------------------------------------------------

/** One key, prepared once. It ignores the kid of a token and writes none. */
export class Key {
  /**
   * Makes a key from 32 bytes or more; a string stands for its UTF-8. With `weak` 1 byte is enough, but an
   * attacker who holds one token can try every short secret offline. The secret is not kept. Wipe your copy.
   */
  constructor(secret: Uint8Array | ArrayBuffer | string, options?: { weak?: boolean });
  /** Wipes the key. Every later use of it is `NotReady`. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/** Several keys. A token is verified with the key that its kid names; others are never tried. */
export class Keyring {
  constructor(keys: readonly KeyringEntry[]);
  /** Wipes the keyring's copies of its keys. */
  dispose(): void;
  [Symbol.dispose](): void;
}

export interface KeyringEntry {
  kid: string;
  key: Key;
  /** The key also signs. */
  signs?: boolean;
  /** The key also verifies tokens that have no kid. */
  withoutKid?: boolean;
}

// ---- Rules and verifying ------------------------------------------------------------------------

/**
 * The rules that a token must meet: a plain object. A misspelt name, an undefined value or a value of another type is a
 * TypeError. A number out of its range is a RangeError.
 */
export interface Rules {
  /**
   * `access` and `refresh` are for the site's own tokens, with token_type, sub, exp and nbf; `any` accepts both.
   * `jwt` is for the tokens of any other system: exp is required, and nothing else.
   */
  profile?: "access" | "refresh" | "any" | "jwt";
  subject?: string;
  issuer?: string;
  /** Without an audience a token that has an aud is refused, unless `aud` is ignored. */
  audience?: string;
  /** The media type that the header's typ must be. */
  typ?: string;
  /** Seconds that are allowed after exp, before nbf and on each side of maxAge. */
  leeway?: number;
  /** Most seconds since iat, 1 or more. iat is then required. */
  maxAge?: number;
  /** Claims that are also required. */
  required?: readonly ClaimName[];
  /** Claims that may be missing. A token without exp never expires. */
  allowedMissing?: readonly ClaimName[];
  /** Claims that are not looked at, whatever type they have. */
  ignored?: readonly ClaimName[];
  /** Most bytes of a token, 1 or more; the default is 8192. */
  maxTokenLength?: number;
}

/**
 * The claims of a token whose signature, type and times were checked.
 * The object is frozen, and so is `payload`, but not the objects and arrays inside `payload`.
 */
export class Claims {
  private constructor();
  readonly sub: string | null;
  readonly exp: Seconds | null;
  readonly nbf: Seconds | null;
  readonly tokenType: TokenType | null;
  /** The claims set as it was signed. */
  readonly json: string;
  /** The same, parsed at its first use. Numbers beyond 2^53 lose digits here, not in `json`. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** The member with exactly this name; undefined if absent. */
  get(name: string): unknown;
  /** Gives `payload`, so that JSON.stringify writes the claims set. Numbers beyond 2^53 lose digits, unlike in `json`. */
  toJSON(): Readonly<Record<string, unknown>>;
  /** Whether the token has the claim and the rules look at it. */
  has(name: ClaimName): boolean;
}

/** Verifies a token, under `access` rules unless others are given. */
export function verify(token: string, key: Key | Keyring, rules?: Rules, now?: Now): Claims;

// ---- Signing ------------------------------------------------------------------------------------

/**
 * An object, as JSON.stringify writes it, or the text of one strict JSON object. A Map is a TypeError. If exp, nbf or
 * iat of an object can only be milliseconds, that is a RangeError. Text is signed as it is, and so is the `json` of
 * Claims that `signJson` gets.
 */
export type JsonObject = object | string;

export interface ToSign {
  /** The default is `access`. `jwt` is a token for any other system, with sub, iat and exp. */
  profile?: "access" | "refresh" | "jwt";
  sub: string;
  /** Seconds. The default is 3600, and 180 days for a refresh token. */
  lifetime?: number;
  /** For a refresh token: 32 bytes, your digest of the account's credential state. */
  stateHash?: Uint8Array;
  /** Your own members. They follow the standard members and cannot replace them. */
  members?: JsonObject;
}

export function sign(what: ToSign, key: Key | Keyring, now?: Now): string;

/** Signs a claims set that you have written. */
export function signJson(claimsSet: JsonObject, key: Key | Keyring): string;

// ---- Authorising a request ----------------------------------------------------------------------

/**
 * Gives the caller's claims, from the value of an Authorization header. null means an anonymous caller: in mode
 * `optional` without a header, and in mode `none`. A header that is present but bad is an error.
 */
export function authenticate(
  header: string | null | undefined, key: Key | Keyring, mode: "required" | "optional" | "none",
  rules?: Rules, now?: Now,
): Claims | null;

/** The token in the value of an Authorization header. */
export function bearerToken(header: string | null | undefined): string;

// ---- Pairs --------------------------------------------------------------------------------------

export interface Pair {
  accessToken: string;
  refreshToken: string;
  accessExpires: Seconds;
  refreshExpires: Seconds;
}

export interface PairOptions {
  /** Seconds, as a number: "1h" is a TypeError. The defaults are 3600 and 180 days. */
  accessLifetime?: number;
  refreshLifetime?: number;
  /** Your own members. A renewal without members carries over the old members. Otherwise name both. */
  accessMembers?: JsonObject;
  refreshMembers?: JsonObject;
}

export function issuePair(
  sub: string, stateHash: Uint8Array, key: Key | Keyring, options?: PairOptions, now?: Now,
): Pair;

/** Verifies a refresh token, all but its state hash. */
export function verifyRefresh(token: string, key: Key | Keyring, rules?: Rules, now?: Now): RefreshToken;

export interface RefreshToken {
  /** The subject, whose account you look up. It identifies nobody before the hash is compared. */
  readonly unconfirmed: Claims;
  /** Compares the account's state hash. If it matches, issues a new pair, signed by `key` if it is given. */
  renew(stateHash: Uint8Array, options?: PairOptions, key?: Key | Keyring): Pair;
  /** Compares the account's state hash and gives the claims. */
  confirm(stateHash: Uint8Array): Claims;
}

/** Reads the JSON answer to a login or to a refresh. */
export function pairFromAnswer(answer: string): Pair;

// ---- Sessions -----------------------------------------------------------------------------------

export type Next =
  | { action: "use"; token: string }
  | { action: "refresh"; token: string }
  | { action: "log in"; token: null };

/** A client's pair, which tells what to do before each call. The server's answers count more than the clock. */
export class Session {
  /** An access token counts as expired `margin` seconds before it expires. The default is 60. */
  constructor(pair: Pair, margin?: number);
  next(now?: Now): Next;
  /** After the server has answered 401 to the access token. */
  after401(): Next;
  /** Takes the pair that a refresh has brought. */
  renewed(pair: Pair): void;
  /** Notes that the server has accepted the access token. */
  accepted(): void;
  /** Notes that the server has refused the refresh token. */
  refreshRefused(): void;
  dispose(): void;
  [Symbol.dispose](): void;
}

// ---- Without a key ------------------------------------------------------------------------------

/** What a token says, with nothing verified. Show it to people. */
export function decodeUnverified(token: string): Unverified;

export interface Unverified {
  headerJson: string;
  payloadJson: string;
  saidSub: string | null;
  saidExp: Seconds | null;
  saidNbf: Seconds | null;
  saidTokenType: TokenType | null;
  /** Why the payload cannot be read as claims of the site, or null. */
  claimsError: BarejwtError | null;
}

// ---- Errors -------------------------------------------------------------------------------------

/** A refusal. Each check has a class, and `code` names it. No error holds a token, key or expected value. */
export abstract class BarejwtError extends Error {
  readonly code: string;
  /** The number of barejwt.h. */
  readonly status: number;
  /** The HTTP status that answers the refused request. */
  readonly httpStatus: number;
  /**
   * The value of WWW-Authenticate for that answer. The default realm is `api`. Throws `NoChallenge` if `httpStatus`
   * is 500, and `RealmInvalid` unless the realm is printable ASCII without quotes and backslashes.
   */
  challenge(realm?: string): string;
}

export class KeyTooShort extends BarejwtError { readonly code: "KEY_TOO_SHORT"; }
export class KidInvalid extends BarejwtError { readonly code: "KID_INVALID"; }
export class KidDuplicate extends BarejwtError { readonly code: "KID_DUPLICATE"; }
export class KidUnknown extends BarejwtError { readonly code: "KID_UNKNOWN"; }
export class KidMissing extends BarejwtError { readonly code: "KID_MISSING"; }
export class KidNotString extends BarejwtError { readonly code: "KID_NOT_STRING"; }
export class KidNotInKeyring extends BarejwtError { readonly code: "KID_NOT_IN_KEYRING"; }
export class KeyBlank extends BarejwtError { readonly code: "KEY_BLANK"; }
export class OutputTooSmall extends BarejwtError { readonly code: "OUTPUT_TOO_SMALL"; }
export class ScratchTooSmall extends BarejwtError { readonly code: "SCRATCH_TOO_SMALL"; }
export class TokenTooLong extends BarejwtError { readonly code: "TOKEN_TOO_LONG"; readonly length: number; }
export class SegmentCount extends BarejwtError { readonly code: "SEGMENT_COUNT"; }
export class HeaderTooLong extends BarejwtError { readonly code: "HEADER_TOO_LONG"; }
export class Base64 extends BarejwtError { readonly code: "BASE64"; readonly part: Part; }
export class Json extends BarejwtError { readonly code: "JSON"; readonly part: Part; readonly problem: string; readonly at: number; }
export class AlgMissing extends BarejwtError { readonly code: "ALG_MISSING"; }
export class AlgNotHs256 extends BarejwtError { readonly code: "ALG_NOT_HS256"; }
export class CritUnsupported extends BarejwtError { readonly code: "CRIT_UNSUPPORTED"; }
export class TypWrong extends BarejwtError { readonly code: "TYP_WRONG"; }
export class SignatureInvalid extends BarejwtError { readonly code: "SIGNATURE_INVALID"; }
export class NestedToken extends BarejwtError { readonly code: "NESTED_TOKEN"; }
export class ClaimsMissing extends BarejwtError { readonly code: "CLAIMS_MISSING"; readonly claims: ClaimName[]; }
export class ClaimType extends BarejwtError { readonly code: "CLAIM_TYPE"; readonly claims: ClaimName[]; }
export class NumericDateRange extends BarejwtError { readonly code: "NUMERIC_DATE_RANGE"; readonly claims: ClaimName[]; }
export class TokenTypeUnknown extends BarejwtError { readonly code: "TOKEN_TYPE_UNKNOWN"; }
export class TokenTypeWrong extends BarejwtError { readonly code: "TOKEN_TYPE_WRONG"; readonly tokenType: TokenType | null; }
export class SubjectEmpty extends BarejwtError { readonly code: "SUBJECT_EMPTY"; }
export class SubjectWrong extends BarejwtError { readonly code: "SUBJECT_WRONG"; }
export class AudienceUnexpected extends BarejwtError { readonly code: "AUDIENCE_UNEXPECTED"; }
export class Expired extends BarejwtError { readonly code: "EXPIRED"; readonly time: number; readonly now: number; }
export class NotYetValid extends BarejwtError { readonly code: "NOT_YET_VALID"; readonly time: number; readonly now: number; }
export class ClockNotSet extends BarejwtError { readonly code: "CLOCK_NOT_SET"; }
export class LifetimeZero extends BarejwtError { readonly code: "LIFETIME_ZERO"; }
export class TimeOverflow extends BarejwtError { readonly code: "TIME_OVERFLOW"; }
export class StateHashMalformed extends BarejwtError { readonly code: "STATE_HASH_MALFORMED"; }
export class StateHashMismatch extends BarejwtError { readonly code: "STATE_HASH_MISMATCH"; }
export class IssuerWrong extends BarejwtError { readonly code: "ISSUER_WRONG"; }
export class AudienceWrong extends BarejwtError { readonly code: "AUDIENCE_WRONG"; }
export class IssuedInFuture extends BarejwtError { readonly code: "ISSUED_IN_FUTURE"; readonly time: number; readonly now: number; }
export class TooOld extends BarejwtError { readonly code: "TOO_OLD"; readonly time: number; readonly now: number; }
export class MemberReserved extends BarejwtError { readonly code: "MEMBER_RESERVED"; }
export class ClaimAbsent extends BarejwtError { readonly code: "CLAIM_ABSENT"; }
export class JsonToSign extends BarejwtError { readonly code: "JSON_TO_SIGN"; }
export class AuthorizationMissing extends BarejwtError { readonly code: "AUTHORIZATION_MISSING"; }
export class AuthorizationScheme extends BarejwtError { readonly code: "AUTHORIZATION_SCHEME"; }
export class AuthorizationMalformed extends BarejwtError { readonly code: "AUTHORIZATION_MALFORMED"; }
export class RealmInvalid extends BarejwtError { readonly code: "REALM_INVALID"; }
export class NoChallenge extends BarejwtError { readonly code: "NO_CHALLENGE"; }
export class LoginAnswerInvalid extends BarejwtError { readonly code: "LOGIN_ANSWER_INVALID"; }
export class LoginRefused extends BarejwtError { readonly code: "LOGIN_REFUSED"; readonly serverCode: number; }
export class LoginAnswerJson extends BarejwtError { readonly code: "LOGIN_ANSWER_JSON"; }
export class Null extends BarejwtError { readonly code: "NULL"; }
export class Length extends BarejwtError { readonly code: "LENGTH"; }
export class Misaligned extends BarejwtError { readonly code: "MISALIGNED"; }
export class Overlap extends BarejwtError { readonly code: "OVERLAP"; }
export class NotUtf8 extends BarejwtError { readonly code: "NOT_UTF8"; }
export class NotReady extends BarejwtError { readonly code: "NOT_READY"; }
export class StructSize extends BarejwtError { readonly code: "STRUCT_SIZE"; }
export class Option extends BarejwtError { readonly code: "OPTION"; }
export class KeyringFull extends BarejwtError { readonly code: "KEYRING_FULL"; }
export class ScratchChanged extends BarejwtError { readonly code: "SCRATCH_CHANGED"; }
export class KeyringEmpty extends BarejwtError { readonly code: "KEYRING_EMPTY"; }

// One class for each status of barejwt.h.

import { detail as layout } from "./layout.js";
import { getI64, getU32 } from "./memory.js";
import { CLAIMS, PARTS, PROBLEMS, TOKEN_TYPES } from "./names.js";
import { refusal } from "./refusal.js";

export { BarejwtError } from "./refusal.js";

const times = (at) => ({ time: getI64(at + layout.time), now: getI64(at + layout.now) });
const part = (at) => ({ part: PARTS[getU32(at + layout.part)] });
const fault = (at) => ({ ...part(at), problem: PROBLEMS[getU32(at + layout.problem)], at: getU32(at + layout.at) });
const claims = (at) => ({ claims: Object.keys(CLAIMS).filter((name) => getU32(at + layout.claims) & CLAIMS[name]) });

export const KeyTooShort = refusal(10, "KeyTooShort");
export const KidInvalid = refusal(11, "KidInvalid");
export const KidDuplicate = refusal(12, "KidDuplicate");
export const KidUnknown = refusal(13, "KidUnknown");
export const KidMissing = refusal(14, "KidMissing");
export const KidNotString = refusal(15, "KidNotString");
export const KidNotInKeyring = refusal(16, "KidNotInKeyring");
export const KeyBlank = refusal(17, "KeyBlank");
export const OutputTooSmall = refusal(20, "OutputTooSmall");
export const ScratchTooSmall = refusal(21, "ScratchTooSmall");
export const TokenTooLong = refusal(30, "TokenTooLong", (at) => ({ length: getU32(at + layout.needed) }));
export const SegmentCount = refusal(31, "SegmentCount");
export const HeaderTooLong = refusal(32, "HeaderTooLong");
export const Base64 = refusal(33, "Base64", part);
export const Json = refusal(34, "Json", fault);
export const AlgMissing = refusal(35, "AlgMissing");
export const AlgNotHs256 = refusal(36, "AlgNotHs256");
export const CritUnsupported = refusal(37, "CritUnsupported");
export const TypWrong = refusal(38, "TypWrong");
export const SignatureInvalid = refusal(39, "SignatureInvalid");
export const NestedToken = refusal(40, "NestedToken");
export const ClaimsMissing = refusal(50, "ClaimsMissing", claims);
export const ClaimType = refusal(51, "ClaimType", claims);
export const NumericDateRange = refusal(52, "NumericDateRange", claims);
export const TokenTypeUnknown = refusal(53, "TokenTypeUnknown");
export const TokenTypeWrong = refusal(54, "TokenTypeWrong", (at) => ({
  tokenType: TOKEN_TYPES[getU32(at + layout.token_type)],
}));
export const SubjectEmpty = refusal(55, "SubjectEmpty");
export const SubjectWrong = refusal(56, "SubjectWrong");
export const AudienceUnexpected = refusal(57, "AudienceUnexpected");
export const Expired = refusal(58, "Expired", times);
export const NotYetValid = refusal(59, "NotYetValid", times);
export const ClockNotSet = refusal(60, "ClockNotSet");
export const LifetimeZero = refusal(61, "LifetimeZero");
export const TimeOverflow = refusal(62, "TimeOverflow");
export const StateHashMalformed = refusal(63, "StateHashMalformed");
export const StateHashMismatch = refusal(64, "StateHashMismatch");
export const IssuerWrong = refusal(65, "IssuerWrong");
export const AudienceWrong = refusal(66, "AudienceWrong");
export const IssuedInFuture = refusal(67, "IssuedInFuture", times);
export const TooOld = refusal(68, "TooOld", times);
export const MemberReserved = refusal(69, "MemberReserved");
export const ClaimAbsent = refusal(70, "ClaimAbsent");
export const JsonToSign = refusal(71, "JsonToSign");
export const AuthorizationMissing = refusal(80, "AuthorizationMissing");
export const AuthorizationScheme = refusal(81, "AuthorizationScheme");
export const AuthorizationMalformed = refusal(82, "AuthorizationMalformed");
export const RealmInvalid = refusal(83, "RealmInvalid");
export const NoChallenge = refusal(85, "NoChallenge");
export const LoginAnswerInvalid = refusal(90, "LoginAnswerInvalid");
/** `serverCode` is the code of the answer. */
export const LoginRefused = refusal(91, "LoginRefused", (at) => ({ serverCode: getI64(at) }));
export const LoginAnswerJson = refusal(92, "LoginAnswerJson");

// Faults of a program, not of a token. JavaScript cannot cause most of them.
export const Null = refusal(100, "Null");
export const Length = refusal(101, "Length");
export const Misaligned = refusal(102, "Misaligned");
export const Overlap = refusal(103, "Overlap");
export const NotUtf8 = refusal(104, "NotUtf8");
export const NotReady = refusal(105, "NotReady");
export const StructSize = refusal(106, "StructSize");
export const Option = refusal(107, "Option");
export const KeyringFull = refusal(108, "KeyringFull");
export const ScratchChanged = refusal(109, "ScratchChanged");
export const KeyringEmpty = refusal(110, "KeyringEmpty");

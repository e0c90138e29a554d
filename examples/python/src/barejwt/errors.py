"""One exception for each check of the library, under one base."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Callable, ClassVar, Optional

from . import _abi
from ._abi import LIB, CData, Text, ffi


class TokenType(IntEnum):
    """The claim token_type."""

    ABSENT = LIB.BAREJWT_TYPE_ABSENT
    ACCESS = LIB.BAREJWT_TYPE_ACCESS
    REFRESH = LIB.BAREJWT_TYPE_REFRESH
    ANY = LIB.BAREJWT_TYPE_ANY
    """In a Validation alone: a token of either type."""
    JWT = LIB.BAREJWT_TYPE_JWT
    """In a Validation alone: any other system's token."""


class Claim(IntFlag):
    """A set of registered claims."""

    NONE = 0
    TOKEN_TYPE = LIB.BAREJWT_CLAIM_TOKEN_TYPE
    SUB = LIB.BAREJWT_CLAIM_SUB
    EXP = LIB.BAREJWT_CLAIM_EXP
    NBF = LIB.BAREJWT_CLAIM_NBF
    STATE_HASH = LIB.BAREJWT_CLAIM_STATE_HASH
    ISS = LIB.BAREJWT_CLAIM_ISS
    AUD = LIB.BAREJWT_CLAIM_AUD
    IAT = LIB.BAREJWT_CLAIM_IAT
    JTI = LIB.BAREJWT_CLAIM_JTI


class Part(IntEnum):
    """Where the fault is: the JOSE header or the claims set."""

    NONE = 0
    HEADER = LIB.BAREJWT_PART_HEADER
    PAYLOAD = LIB.BAREJWT_PART_PAYLOAD


class JsonProblem(IntEnum):
    """What is wrong with the JSON."""

    NONE = 0
    NOT_UTF8 = LIB.BAREJWT_JSON_NOT_UTF8
    NOT_OBJECT = LIB.BAREJWT_JSON_NOT_OBJECT
    SYNTAX = LIB.BAREJWT_JSON_SYNTAX
    CONTROL_CHARACTER = LIB.BAREJWT_JSON_CONTROL_CHARACTER
    BAD_ESCAPE = LIB.BAREJWT_JSON_BAD_ESCAPE
    DUPLICATE_NAME = LIB.BAREJWT_JSON_DUPLICATE_NAME
    TOO_MANY_MEMBERS = LIB.BAREJWT_JSON_TOO_MANY_MEMBERS
    TOO_DEEP = LIB.BAREJWT_JSON_TOO_DEEP
    TRAILING_BYTES = LIB.BAREJWT_JSON_TRAILING_BYTES
    NAMES_ALIKE = LIB.BAREJWT_JSON_NAMES_ALIKE


@dataclass(frozen=True)
class Detail:
    """The data of a refusal, to act on. A field that the error does not mention is 0. Safe to log."""

    time: int = 0
    """ExpiredError: the token's exp, in seconds since 1970; NotYetValidError: its nbf;
    IssuedInFutureError and TooOldError: its iat."""
    now: int = 0
    """The now that time was compared with."""
    needed: int = 0
    """Bytes that max_token_len must have."""
    at: int = 0
    """JsonError: byte offset of the fault in the decoded part."""
    claims: Claim = Claim.NONE
    """The missing claims, or the faulty claim."""
    part: Part = Part.NONE
    problem: JsonProblem = JsonProblem.NONE
    token_type: TokenType = TokenType.ABSENT
    """TokenTypeWrongError: the type that the token has."""
    code: int = 0
    """LoginRefusedError: the code in the server's answer."""


class Error(Exception):
    """The library refused the call. It holds no token, key or expected value, so it may be logged."""

    by_status: ClassVar[dict[int, type[Error]]] = {}

    def __init_subclass__(cls, status: Optional[int] = None) -> None:
        if status is not None:
            Error.by_status[status] = cls

    def __init__(self, status: int, detail: Detail) -> None:
        # Both are arguments, so that an error survives pickling between processes.
        super().__init__(status, detail)
        self.status = status
        """The number of the check that failed, in include/barejwt.h."""
        self.detail = detail

    def __str__(self) -> str:
        return bytes(ffi.string(LIB.barejwt_strerror(self.status))).decode("utf-8")

    @property
    def http_status(self) -> int:
        """The HTTP status of the answer (RFC 6750 3.1): 400, 401, or 500 for a fault of the server."""
        return int(LIB.barejwt_http_status(self.status))

    def www_authenticate(self, realm: Text) -> Optional[str]:
        """The value of the WWW-Authenticate header (RFC 6750 3); None if http_status is 500.

        RealmInvalidError unless realm is printable ASCII without quotes and backslashes.
        """
        if self.http_status == 500:
            return None
        name = _abi.text(realm, "realm")
        return write(LIB.barejwt_www_authenticate, self.status, name, len(name))


class KeyTooShortError(Error, status=LIB.BAREJWT_E_KEY_TOO_SHORT):
    """The secret is shorter than 32 bytes (RFC 7518 3.2). With Key.weak: the secret is empty."""


class KidInvalidError(Error, status=LIB.BAREJWT_E_KID_INVALID):
    """A kid is empty or over 63 bytes, or has a quote, a backslash or a control character."""


class KidDuplicateError(Error, status=LIB.BAREJWT_E_KID_DUPLICATE):
    """Two keys of a keyring have the same kid."""


class KidUnknownError(Error, status=LIB.BAREJWT_E_KID_UNKNOWN):
    """No key of the keyring has the token's kid."""


class KidMissingError(Error, status=LIB.BAREJWT_E_KID_MISSING):
    """The token has no kid, and no key of the keyring verifies such tokens."""


class KidNotStringError(Error, status=LIB.BAREJWT_E_KID_NOT_STRING):
    """The token's kid is not a string (RFC 7515 4.1.4)."""


class KidNotInKeyringError(Error, status=LIB.BAREJWT_E_KID_NOT_IN_KEYRING):
    """No key of the keyring signs."""


class KeyBlankError(Error, status=LIB.BAREJWT_E_KEY_BLANK):
    """Every byte of the secret is 0x00, or every byte is 0xFF: nobody has written to that memory."""


class TokenTooLongError(Error, status=LIB.BAREJWT_E_TOKEN_TOO_LONG):
    """The token is longer than max_token_len. Detail: needed."""


class SegmentCountError(Error, status=LIB.BAREJWT_E_SEGMENT_COUNT):
    """The token is not three segments with two dots between them (RFC 7515 7.1)."""


class HeaderTooLongError(Error, status=LIB.BAREJWT_E_HEADER_TOO_LONG):
    """The header segment is over 1024 characters."""


class Base64Error(Error, status=LIB.BAREJWT_E_BASE64):
    """A segment is not canonical, unpadded base64url (RFC 7515 2). Detail: part."""


class JsonError(Error, status=LIB.BAREJWT_E_JSON):
    """A part is not a strict JSON object (RFC 8259). Detail: part, problem, at."""


class IntegerTooLongError(JsonError):
    """The claims set has an integer of more digits than Python reads: 4300, or what
    sys.set_int_max_str_digits says."""

    def __str__(self) -> str:
        return "an integer of the claims set has more digits than Python reads"


class AlgMissingError(Error, status=LIB.BAREJWT_E_ALG_MISSING):
    """The header has no alg (RFC 7515 4.1.1)."""


class AlgNotHs256Error(Error, status=LIB.BAREJWT_E_ALG_NOT_HS256):
    """The header's alg is anything but the string HS256."""


class CritUnsupportedError(Error, status=LIB.BAREJWT_E_CRIT_UNSUPPORTED):
    """The header has crit; no extension is supported (RFC 7515 4.1.11)."""


class TypWrongError(Error, status=LIB.BAREJWT_E_TYP_WRONG):
    """The header's typ is absent or not the typ that the rules require (RFC 8725 3.11)."""


class SignatureInvalidError(Error, status=LIB.BAREJWT_E_SIGNATURE_INVALID):
    """The signature is not the HMAC of the token under the key."""


class NestedTokenError(Error, status=LIB.BAREJWT_E_NESTED_TOKEN):
    """The header's cty is JWT: another token is nested in this token (RFC 7519 7.2 step 8)."""


class ClaimsMissingError(Error, status=LIB.BAREJWT_E_CLAIMS_MISSING):
    """Required claims are absent. Detail: claims, all of them at once."""


class ClaimTypeError(Error, status=LIB.BAREJWT_E_CLAIM_TYPE):
    """A claim has the wrong JSON type. Detail: claims."""


class NumericDateRangeError(Error, status=LIB.BAREJWT_E_NUMERIC_DATE_RANGE):
    """A NumericDate does not fit 64 bits of seconds (RFC 7519 2). Detail: claims."""


class TokenTypeUnknownError(Error, status=LIB.BAREJWT_E_TOKEN_TYPE_UNKNOWN):
    """token_type is neither access nor refresh."""


class TokenTypeWrongError(Error, status=LIB.BAREJWT_E_TOKEN_TYPE_WRONG):
    """A refresh token is not an access token, nor the other way round. Detail: token_type."""


class SubjectEmptyError(Error, status=LIB.BAREJWT_E_SUBJECT_EMPTY):
    """sub is the empty string, which names nobody."""


class SubjectWrongError(Error, status=LIB.BAREJWT_E_SUBJECT_WRONG):
    """sub is not the subject that the rules require."""


class AudienceUnexpectedError(Error, status=LIB.BAREJWT_E_AUDIENCE_UNEXPECTED):
    """The token has an aud, but the rules neither name an audience nor ignore aud."""


class ExpiredError(Error, status=LIB.BAREJWT_E_EXPIRED):
    """exp has passed (RFC 7519 4.1.4), leeway counted in. Detail: time, now."""


class NotYetValidError(Error, status=LIB.BAREJWT_E_NOT_YET_VALID):
    """nbf has not come yet (RFC 7519 4.1.5), leeway counted in. Detail: time, now."""


class ClockNotSetError(Error, status=LIB.BAREJWT_E_CLOCK_NOT_SET):
    """now is zero or less: the clock is not set."""


class LifetimeZeroError(Error, status=LIB.BAREJWT_E_LIFETIME_ZERO):
    """The lifetime is zero seconds."""


class TimeOverflowError(Error, status=LIB.BAREJWT_E_TIME_OVERFLOW):
    """now plus the lifetime does not fit 64 bits."""


class StateHashMalformedError(Error, status=LIB.BAREJWT_E_STATE_HASH_MALFORMED):
    """state_hash is not 32 bytes in padded standard base64 (RFC 4648 4)."""


class StateHashMismatchError(Error, status=LIB.BAREJWT_E_STATE_HASH_MISMATCH):
    """The account has changed since the refresh token was issued: the user must log in."""


class IssuerWrongError(Error, status=LIB.BAREJWT_E_ISSUER_WRONG):
    """iss is not the issuer that the rules require (RFC 7519 4.1.1)."""


class AudienceWrongError(Error, status=LIB.BAREJWT_E_AUDIENCE_WRONG):
    """The audience that the rules require is not in aud (RFC 7519 4.1.3)."""


class IssuedInFutureError(Error, status=LIB.BAREJWT_E_ISSUED_IN_FUTURE):
    """iat is in the future (RFC 7519 4.1.6), leeway counted in. Detail: time, now."""


class TooOldError(Error, status=LIB.BAREJWT_E_TOO_OLD):
    """The token is older by its iat than max_age, leeway counted in. Detail: time, now."""


class MemberReservedError(Error, status=LIB.BAREJWT_E_MEMBER_RESERVED):
    """A member to sign has a name that the library writes itself."""


class JsonToSignError(Error, status=LIB.BAREJWT_E_JSON_TO_SIGN):
    """The JSON to sign is not one strict object (RFC 8259), or has too many members."""


class AuthorizationMissingError(Error, status=LIB.BAREJWT_E_AUTHORIZATION_MISSING):
    """The required Authorization header is absent."""


class AuthorizationSchemeError(Error, status=LIB.BAREJWT_E_AUTHORIZATION_SCHEME):
    """The scheme of the Authorization header is not Bearer."""


class AuthorizationMalformedError(Error, status=LIB.BAREJWT_E_AUTHORIZATION_MALFORMED):
    """The Authorization header is not Bearer followed by one token (RFC 6750 2.1)."""


class RealmInvalidError(Error, status=LIB.BAREJWT_E_REALM_INVALID):
    """The realm for WWW-Authenticate is not printable ASCII without quotes and backslashes."""


class LoginAnswerInvalidError(Error, status=LIB.BAREJWT_E_LOGIN_ANSWER_INVALID):
    """The login answer does not have the expected form."""


class LoginRefusedError(Error, status=LIB.BAREJWT_E_LOGIN_REFUSED):
    """The server refused the login or the refresh. Detail: code."""


class LoginAnswerJsonError(Error, status=LIB.BAREJWT_E_LOGIN_ANSWER_JSON):
    """The login answer is not strict JSON."""


class NotUtf8Error(Error, status=LIB.BAREJWT_E_NOT_UTF8):
    """A text to sign, a kid or a realm is not UTF-8."""


class NotReadyError(Error, status=LIB.BAREJWT_E_NOT_READY):
    """The key, keyring or session was closed or never made. Or a keyring was passed as a key."""


class OptionError(Error, status=LIB.BAREJWT_E_OPTION):
    """An argument has a number that the library does not know."""


class KeyringEmptyError(Error, status=LIB.BAREJWT_E_KEYRING_EMPTY):
    """The keyring has no keys."""


def failure(status: int, detail: Optional[CData] = None, code: int = 0) -> Error:
    """The error for any status but OK. A status that the package cannot cause gives the base class."""
    return Error.by_status.get(status, Error)(status, _detail(detail, code))


def check(status: int, detail: Optional[CData] = None, code: int = 0) -> None:
    """Raises the error for any status but OK."""
    if status != LIB.BAREJWT_OK:
        raise failure(status, detail, code)


def _detail(found: Optional[CData], code: int) -> Detail:
    if found is None:
        return Detail(code=code)
    return Detail(
        time=found.time,
        now=found.now,
        needed=found.needed,
        at=found.at,
        claims=Claim(found.claims),
        part=Part(found.part),
        problem=JsonProblem(found.problem),
        token_type=TokenType(found.token_type),
    )


def write(call: Callable[..., int], *arguments: object, room: int = 512) -> str:
    """The text that a function writes to out. Calls it again if it needs more room."""
    out, length = ffi.new("char[]", room), ffi.new("size_t *")
    status = call(*arguments, out, room, length)
    if status == LIB.BAREJWT_E_OUTPUT_TOO_SMALL:
        return write(call, *arguments, room=length[0])
    check(status)
    return bytes(ffi.buffer(out, length[0])).decode("ascii")

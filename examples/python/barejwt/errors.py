"""What can go wrong: one Status for each check of the library, and one exception."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Optional

from . import _abi
from ._abi import Text


class Status(IntEnum):
    """The one check that failed. include/barejwt.h says what each of them means."""

    OK = 0
    KEY_TOO_SHORT = 10
    KID_INVALID = 11
    KID_DUPLICATE = 12
    KID_UNKNOWN = 13
    KID_MISSING = 14
    KID_NOT_STRING = 15
    KID_NOT_IN_KEYRING = 16
    KEY_BLANK = 17
    OUTPUT_TOO_SMALL = 20
    SCRATCH_TOO_SMALL = 21
    TOKEN_TOO_LONG = 30
    SEGMENT_COUNT = 31
    HEADER_TOO_LONG = 32
    BASE64 = 33
    JSON = 34
    ALG_MISSING = 35
    ALG_NOT_HS256 = 36
    CRIT_UNSUPPORTED = 37
    TYP_WRONG = 38
    SIGNATURE_INVALID = 39
    NESTED_TOKEN = 40
    CLAIMS_MISSING = 50
    CLAIM_TYPE = 51
    NUMERIC_DATE_RANGE = 52
    TOKEN_TYPE_UNKNOWN = 53
    TOKEN_TYPE_WRONG = 54
    SUBJECT_EMPTY = 55
    SUBJECT_WRONG = 56
    AUDIENCE_UNEXPECTED = 57
    EXPIRED = 58
    NOT_YET_VALID = 59
    CLOCK_NOT_SET = 60
    LIFETIME_ZERO = 61
    TIME_OVERFLOW = 62
    STATE_HASH_MALFORMED = 63
    STATE_HASH_MISMATCH = 64
    ISSUER_WRONG = 65
    AUDIENCE_WRONG = 66
    ISSUED_IN_FUTURE = 67
    TOO_OLD = 68
    MEMBER_RESERVED = 69
    CLAIM_ABSENT = 70
    JSON_TO_SIGN = 71
    AUTHORIZATION_MISSING = 80
    AUTHORIZATION_SCHEME = 81
    AUTHORIZATION_MALFORMED = 82
    REALM_INVALID = 83
    NO_CHALLENGE = 85
    LOGIN_ANSWER_INVALID = 90
    LOGIN_REFUSED = 91
    LOGIN_ANSWER_JSON = 92
    NULL = 100
    LENGTH = 101
    MISALIGNED = 102
    OVERLAP = 103
    NOT_UTF8 = 104
    NOT_READY = 105
    STRUCT_SIZE = 106
    OPTION = 107
    KEYRING_FULL = 108
    SCRATCH_CHANGED = 109
    KEYRING_EMPTY = 110


class TokenType(IntEnum):
    """The claim token_type."""

    ABSENT = 0
    ACCESS = 1
    REFRESH = 2
    ANY = 3
    """In a Validation alone: a token of either type."""
    JWT = 4
    """In a Validation alone: any other system's token."""


class Claim(IntFlag):
    """A set of registered claims."""

    NONE = 0
    TOKEN_TYPE = 1
    SUB = 2
    EXP = 4
    NBF = 8
    STATE_HASH = 16
    ISS = 32
    AUD = 64
    IAT = 128
    JTI = 256


class Part(IntEnum):
    """Where the fault is: the JOSE header or the claims set."""

    NONE = 0
    HEADER = 1
    PAYLOAD = 2


class JsonProblem(IntEnum):
    """What is wrong with the JSON."""

    NONE = 0
    NOT_UTF8 = 1
    NOT_OBJECT = 2
    SYNTAX = 3
    CONTROL_CHARACTER = 4
    BAD_ESCAPE = 5
    DUPLICATE_NAME = 6
    TOO_MANY_MEMBERS = 7
    TOO_DEEP = 8
    TRAILING_BYTES = 9
    NAMES_ALIKE = 10


@dataclass(frozen=True)
class Detail:
    """The data of a refusal, to act on; what the status does not mention is 0. Safe to log."""

    time: int = 0
    """EXPIRED: the token's exp, in seconds since 1970; NOT_YET_VALID: its nbf; ISSUED_IN_FUTURE
    and TOO_OLD: its iat."""
    now: int = 0
    """The now that time was compared with."""
    needed: int = 0
    """Bytes that the buffer, or max_token_len, must have."""
    at: int = 0
    """JSON: byte offset of the fault in the decoded part."""
    claims: Claim = Claim.NONE
    """The missing claims, or the faulty one."""
    part: Part = Part.NONE
    problem: JsonProblem = JsonProblem.NONE
    token_type: TokenType = TokenType.ABSENT
    """TOKEN_TYPE_WRONG: the type that the token has."""
    code: int = 0
    """LOGIN_REFUSED: the code in the server's answer."""


class Error(Exception):
    """The library refused the call. It holds no token, key or expected value, so it may be logged."""

    def __init__(self, status: Status, detail: Detail) -> None:
        # Both as arguments, so that an error survives pickling between processes.
        super().__init__(status, detail)
        self.status = status
        self.detail = detail

    def __str__(self) -> str:
        line = bytes(_abi.LIB.barejwt_strerror(self.status)).decode("utf-8")
        return f"{self.status.name}: {line}"

    @property
    def http_status(self) -> int:
        """How to answer the request (RFC 6750 3.1): 400, 401, or 500 for a fault of the server's."""
        return int(_abi.LIB.barejwt_http_status(self.status))

    def www_authenticate(self, realm: Text) -> Optional[str]:
        """The value of the WWW-Authenticate header (RFC 6750 3); None where http_status is 500.

        Error REALM_INVALID unless realm is printable ASCII without quotes and backslashes.
        """
        if self.http_status == 500:
            return None
        name = _abi.text(realm, "realm")
        return write("barejwt_www_authenticate", self.status, name, len(name)).decode("ascii")


def check(number: int, detail: Optional[_abi.DetailStruct] = None, code: int = 0) -> None:
    """Raises the Error for any status but OK."""
    if number != Status.OK:
        raise Error(Status(number), _detail(detail or _abi.DetailStruct(), code))


def _detail(found: _abi.DetailStruct, code: int) -> Detail:
    return Detail(
        time=found.time,
        now=found.now,
        needed=found.needed,
        at=found.at,
        claims=Claim(found.claims),
        part=Part(found.part),
        problem=JsonProblem(found.problem),
        token_type=TokenType(found.token_type),
        code=code,
    )


def write(function: str, *arguments: object) -> bytes:
    """What a function writes that ends in out, out_size, out_len: asks for the size first."""
    call = getattr(_abi.LIB, function)
    needed = ctypes.c_size_t()
    number = call(*arguments, None, 0, ctypes.byref(needed))
    if number != Status.OUTPUT_TOO_SMALL:
        check(number)
    out = ctypes.create_string_buffer(needed.value)
    check(call(*arguments, out, needed.value, ctypes.byref(needed)))
    return out.raw[: needed.value]

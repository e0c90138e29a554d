"""Tokens: signing, verifying, and reading what one says without a key."""

from __future__ import annotations

import ctypes
import json
from ctypes import byref
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Optional

from . import _abi
from ._abi import LIB, Members, Text
from .errors import Claim, Status, TokenType, check, write
from .keys import Key

ACCESS_LIFETIME = 3600
"""Seconds that an access token usually lives: one hour."""
REFRESH_LIFETIME = 15_552_000
"""Seconds that a refresh token usually lives: 180 days."""


@dataclass(frozen=True)
class Validation:
    """The rules that a token is held to. The defaults relax nothing."""

    token_type: TokenType = TokenType.ACCESS
    """ACCESS, REFRESH and ANY are the site's own tokens, which must have token_type, sub, exp and
    nbf. JWT is any other system's, which must have exp."""
    require: Claim = Claim.NONE
    """Claims that are required too. It has the last word."""
    allow_missing: Claim = Claim.NONE
    """Claims that may be missing. A token without exp never expires."""
    ignore: Claim = Claim.NONE
    """Claims that are not looked at, unless another rule asks for them. A token whose exp is
    ignored never expires."""
    leeway: int = 0
    """Seconds that a token is accepted after exp, before nbf and on either side of max_age, for
    clocks that differ."""
    max_age: Optional[int] = None
    """Seconds, 1 or more: the token must have an iat (RFC 7519 4.1.6) that is not in the future, and
    at most so long ago."""
    max_token_len: int = 0
    """Most bytes of a token; 0 is 8192."""
    sub: Optional[str] = field(default=None, repr=False)
    """The subject that the token must have (RFC 7519 4.1.2)."""
    issuer: Optional[str] = None
    """The issuer that the token must have (RFC 7519 4.1.1)."""
    audience: Optional[str] = None
    """The audience that aud must name (RFC 7519 4.1.3). Without it a token that has an aud is
    refused, unless ignore has AUD."""
    typ: Optional[str] = None
    """The media type that the header's typ must be (RFC 8725 3.11)."""


class Rules(_abi.Texts):
    """A Validation as C reads it."""

    def __init__(self, want: Validation) -> None:
        super().__init__()
        self.struct = _abi.ValidationStruct(
            struct_size=ctypes.sizeof(_abi.ValidationStruct),
            token_type=_abi.u32(want.token_type, "token_type"),
            require=_abi.u32(want.require, "require"),
            allow_missing=_abi.u32(want.allow_missing, "allow_missing"),
            ignore=_abi.u32(want.ignore, "ignore"),
            leeway=_abi.u32(want.leeway, "leeway"),
            # To C 0 is no rule at all.
            max_age=0 if want.max_age is None else _abi.u32(want.max_age, "max_age", 1),
            max_token_len=_abi.size(want.max_token_len, "max_token_len"),
            sub=self.keep_if_any(want.sub, "sub"),
            issuer=self.keep_if_any(want.issuer, "issuer"),
            audience=self.keep_if_any(want.audience, "audience"),
            typ=self.keep_if_any(want.typ, "typ"),
        )


class ValueKind(IntEnum):
    """What a claim is in JSON."""

    ABSENT = 0
    STRING = 1
    NUMBER = 2
    OBJECT = 3
    ARRAY = 4
    BOOL = 5
    NULL = 6


class Claims:
    """The claims of a token whose signature, type and times were checked."""

    def __init__(self, struct: _abi.ClaimsStruct, scratch: object) -> None:
        has = Claim(struct.has)
        self.sub: Optional[str] = struct.sub.str()
        """The subject; None if absent, which the rules allowed."""
        self.token_type = TokenType(struct.token_type)
        """ABSENT from any other system's token."""
        self.exp: Optional[int] = struct.exp if Claim.EXP in has else None
        """Seconds since 1970, a fraction rounded down; None if absent, which the rules allowed."""
        self.nbf: Optional[int] = struct.nbf if Claim.NBF in has else None
        """Seconds since 1970, a fraction rounded up; None if absent, which the rules allowed."""
        self.json: str = struct.json.str() or ""
        """The whole claims set as it was signed: strict JSON, no name repeated."""
        self._struct = struct
        self._scratch = scratch

    def get(self, name: Text) -> Any:
        """One claim by its exact name, as json.loads would give it.

        Error CLAIM_ABSENT.
        """
        key = _abi.text(name, "name")
        # The unescaped string is never longer than the claims set.
        room = ctypes.create_string_buffer(self._struct.json.len)
        value = _abi.ValueStruct()
        get = LIB.barejwt_claims_get
        check(get(byref(self._struct), key, len(key), room, len(room), byref(value)))
        found = value.text.str()
        if value.kind == ValueKind.STRING:
            return found
        if value.kind == ValueKind.NUMBER and value.is_integer:
            return int(value.integer)
        if value.kind == ValueKind.BOOL:
            return value.integer == 1
        if value.kind == ValueKind.NULL:
            return None
        return json.loads(found or "")

    def __repr__(self) -> str:
        return f"Claims(sub={self.sub!r}, {self.token_type.name}, exp={self.exp}, nbf={self.nbf})"

    def __reduce__(self) -> Any:
        raise TypeError("claims are not copied or pickled: take the fields that you need")


@dataclass(frozen=True)
class UnverifiedClaims:
    """What a token says, with nothing verified. No function takes it where Claims are wanted."""

    header_json: str
    """The JOSE header. Its alg may be anything."""
    payload_json: str = field(repr=False)
    """The claims set."""
    status: Status
    """OK if the fields below are set, or why the payload is no claims set."""
    said_token_type: TokenType
    said_sub: Optional[str]
    said_exp: int
    """Seconds since 1970; 0 if absent."""
    said_nbf: int
    """Seconds since 1970; 0 if absent."""


class _ToSign(_abi.Texts):
    """What a token is to say, as C reads it."""

    def __init__(self, token_type: TokenType, sub: Text, lifetime: int, members: Optional[Members]) -> None:
        super().__init__()
        self.struct = _abi.ToSignStruct(
            struct_size=ctypes.sizeof(_abi.ToSignStruct),
            token_type=token_type,
            lifetime=_abi.u32(lifetime, "lifetime"),
            sub=self.keep(sub, "sub"),
            members=self.keep_members(members),
        )

    def sign(self, key: Key, now: int) -> str:
        what, when = byref(self.struct), _abi.i64(now, "now")
        return write("barejwt_sign", byref(key._struct), what, when).decode("ascii")


def sign_access(
    sub: Text, key: Key, now: int, lifetime: int = ACCESS_LIFETIME, members: Optional[Members] = None
) -> str:
    """An access token for sub: valid from now, seconds since 1970, for lifetime seconds.

    members follow the standard ones, as json.dumps writes them. Error CLOCK_NOT_SET, LIFETIME_ZERO,
    TIME_OVERFLOW, SUBJECT_EMPTY, NOT_UTF8, KID_NOT_IN_KEYRING, NOT_READY; JSON_TO_SIGN for what is
    no strict JSON, such as NaN; MEMBER_RESERVED for a member that the library writes itself.
    """
    return _ToSign(TokenType.ACCESS, sub, lifetime, members).sign(key, now)


def sign_refresh(
    sub: Text,
    state_hash: bytes,
    key: Key,
    now: int,
    lifetime: int = REFRESH_LIFETIME,
    members: Optional[Members] = None,
) -> str:
    """A refresh token, which lives as long as the account's state has this 32-byte hash.

    Errors as sign_access. Login usually wants issue_pair.
    """
    digest = _abi.fixed_bytes(state_hash, _abi.STATE_HASH_BYTES, "state_hash")
    what = _ToSign(TokenType.REFRESH, sub, lifetime, members)
    what.struct.state_hash = what.keep(digest, "state_hash").ptr
    return what.sign(key, now)


def sign_jwt(
    sub: Text, key: Key, now: int, lifetime: int = ACCESS_LIFETIME, members: Optional[Members] = None
) -> str:
    """A token for any other system, with sub, iat and exp. Errors as sign_access."""
    return _ToSign(TokenType.JWT, sub, lifetime, members).sign(key, now)


def sign_json(claims_set: Text, key: Key) -> str:
    """Signs a claims set of your own: one strict JSON object.

    Error JSON_TO_SIGN, NOT_UTF8, KID_NOT_IN_KEYRING, NOT_READY.
    """
    content = _abi.text(claims_set, "claims_set")
    return write("barejwt_sign_json", byref(key._struct), content, len(content)).decode("ascii")


def verify(token: Text, key: Key, want: Validation, now: int) -> Claims:
    """The claims of a token that passes every rule of want. now is in seconds since 1970.

    Error with the first check that failed: the header lists them under barejwt_verify.
    """
    sent = _abi.text(token, "token")
    rules = Rules(want)
    scratch = _abi.scratch_for(sent, want.max_token_len)
    claims = _abi.ClaimsStruct()
    check(
        LIB.barejwt_verify(
            byref(key._struct), sent, len(sent), byref(rules.struct), _abi.i64(now, "now"),
            scratch, len(scratch), byref(claims),
        ),
        claims.detail,
    )
    return Claims(claims, scratch)


def decode_unverified(token: Text) -> UnverifiedClaims:
    """Decodes a token without verifying anything, for showing people.

    Error TOKEN_TOO_LONG over 8192 bytes, SEGMENT_COUNT, HEADER_TOO_LONG, BASE64, JSON.
    """
    sent = _abi.text(token, "token")
    scratch = _abi.scratch_for(sent)
    said = _abi.UnverifiedStruct()
    decode = LIB.barejwt_decode_unverified
    check(decode(sent, len(sent), scratch, len(scratch), byref(said)), said.detail)
    return UnverifiedClaims(
        header_json=said.header_json.str() or "",
        payload_json=said.payload_json.str() or "",
        status=Status(said.claims_status),
        said_token_type=TokenType(said.said_token_type),
        said_sub=said.said_sub.str(),
        said_exp=said.said_exp,
        said_nbf=said.said_nbf,
    )

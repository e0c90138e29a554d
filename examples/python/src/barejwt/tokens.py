"""Tokens: signing, verifying, and reading a token without a key."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Iterator, Mapping, Optional

from . import _abi
from ._abi import LIB, CData, Members, Text, ffi
from .errors import Claim, Detail, Error, IntegerTooLongError, Part, TokenType, check, failure, write
from .keys import Key, prepared

ACCESS_LIFETIME: int = LIB.BAREJWT_ACCESS_LIFETIME
"""Seconds that an access token usually lives: one hour."""
REFRESH_LIFETIME: int = LIB.BAREJWT_REFRESH_LIFETIME
"""Seconds that a refresh token usually lives: 180 days."""

# The lowest that Python's limit for the digits of an integer may be.
_FEWEST_DIGITS = 640


@dataclass(frozen=True)
class Validation:
    """The rules that a token must meet. The defaults relax nothing.

    TypeError or ValueError for a rule of the wrong type or size, with the rule's name.
    """

    token_type: TokenType = TokenType.ACCESS
    """ACCESS, REFRESH and ANY are the site's own tokens, which must have token_type, sub, exp and
    nbf. JWT is any other system's, which must have exp."""
    require: Claim = Claim.NONE
    """Claims that are required too. This overrides the sets below."""
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

    def __post_init__(self) -> None:
        # A number that does not fit is refused here, not at the first token.
        self._c

    @cached_property
    def _c(self) -> CData:
        return self._rules.c

    @cached_property
    def _rules(self) -> _Rules:
        return _Rules(self)

    def __getstate__(self) -> dict[str, Any]:
        return {rule.name: getattr(self, rule.name) for rule in fields(self)}


class _Rules(_abi.Texts):
    """A Validation as C reads it."""

    def __init__(self, want: Validation) -> None:
        super().__init__()
        self.c = ffi.new("barejwt_validation *")
        self.c.struct_size = ffi.sizeof("barejwt_validation")
        for rule in ("token_type", "require", "allow_missing", "ignore", "leeway"):
            setattr(self.c, rule, _abi.number(getattr(want, rule), rule))
        self.c.max_token_len = _abi.number(want.max_token_len, "max_token_len", most=sys.maxsize)
        # For C, 0 means no rule.
        self.c.max_age = 0 if want.max_age is None else _abi.number(want.max_age, "max_age", least=1)
        self.c.sub = self.keep_text(want.sub, "sub")
        self.c.issuer = self.keep_text(want.issuer, "issuer")
        self.c.audience = self.keep_text(want.audience, "audience")
        self.c.typ = self.keep_text(want.typ, "typ")


ACCESS = Validation()
"""The rules for the site's own access tokens."""


def rules(want: Validation) -> CData:
    """The rules in the form that C takes."""
    if not isinstance(want, Validation):
        kind = type(want).__name__
        raise TypeError(f"want must be a Validation, such as Validation(TokenType.JWT), not {kind}")
    return want._c


class Claims(Mapping[str, Any]):
    """The claims of a token whose signature, type and times were checked: a mapping of its members,
    as json.loads gives them, with the checked ones as attributes."""

    def __init__(self, found: CData) -> None:
        self.sub: Optional[str] = _abi.string(found.sub)
        """The subject; None if absent, which the rules allowed, or if they ignored it."""
        self.token_type = TokenType(found.token_type)
        """ABSENT from any other system's token."""
        has = found.has
        self.exp: Optional[int] = found.exp if has & LIB.BAREJWT_CLAIM_EXP else None
        """Seconds since 1970, a fraction rounded down; None as with sub."""
        self.nbf: Optional[int] = found.nbf if has & LIB.BAREJWT_CLAIM_NBF else None
        """Seconds since 1970, a fraction rounded up; None as with sub."""
        self.json: str = _abi.string(found.json) or ""
        """The whole claims set as it was signed: strict JSON, no name repeated."""
        # A text that Python does not read is refused now, not when a member is read.
        if len(self.json) > _FEWEST_DIGITS:
            self._members

    @cached_property
    def _members(self) -> dict[str, Any]:
        try:
            members: dict[str, Any] = json.loads(self.json)
        except ValueError:
            # The text is strict JSON. Only Python's limit for the digits of an integer can refuse it.
            raise IntegerTooLongError(LIB.BAREJWT_E_JSON, Detail(part=Part.PAYLOAD)) from None
        return members

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return f"Claims({self._members!r})"


@dataclass(frozen=True)
class UnverifiedClaims:
    """What a token says, with nothing verified. No function that needs Claims takes it."""

    header_json: str
    """The JOSE header. Its alg may be anything."""
    payload_json: str = field(repr=False)
    """The claims set."""
    error: Optional[Error]
    """None if the fields below are set, or why the payload is no claims set."""
    said_token_type: TokenType
    said_sub: Optional[str]
    said_exp: int
    """Seconds since 1970; 0 if absent."""
    said_nbf: int
    """Seconds since 1970; 0 if absent."""


class _ToSign(_abi.Texts):
    """A token to sign, as C reads it."""

    def __init__(
        self, token_type: TokenType, sub: Text, lifetime: int, members: Optional[Members]
    ) -> None:
        super().__init__()
        self.c = ffi.new("barejwt_to_sign *")
        self.c.struct_size = ffi.sizeof("barejwt_to_sign")
        self.c.token_type = token_type
        self.c.lifetime = _abi.number(lifetime, "lifetime")
        self.c.sub = self.keep(_abi.text(sub, "sub"))
        self.c.members = self.keep_members(members, "members")

    def sign(self, key: Key, now: Optional[int]) -> str:
        return write(LIB.barejwt_sign, prepared(key), self.c, _abi.clock(now))


def sign(claims: Members, key: Key) -> str:
    """Signs a claims set of your own, as json.dumps writes it; a datetime with a time zone becomes
    seconds since 1970. Nothing is added.

    ValueError for an exp, nbf or iat that can only be milliseconds: sign_json signs it. JsonToSignError
    for what is no strict JSON, such as NaN; NotUtf8Error, KidNotInKeyringError, NotReadyError.
    """
    return sign_json(_abi.json_text(claims, "claims"), key)


def sign_json(claims_set: Text, key: Key) -> str:
    """Signs a claims set that you have written: one strict JSON object. Errors as sign, but no
    ValueError."""
    content = _abi.text(claims_set, "claims_set")
    return write(LIB.barejwt_sign_json, prepared(key), content, len(content))


def sign_access(
    sub: Text,
    key: Key,
    now: Optional[int] = None,
    lifetime: int = ACCESS_LIFETIME,
    members: Optional[Members] = None,
) -> str:
    """An access token for sub: valid from now, for lifetime seconds.

    now is in whole seconds since 1970, such as int(time.time()): a float is a TypeError, and so is a
    float as lifetime. What can only be milliseconds is a ValueError. The default is the clock.

    members follow the standard ones, written as sign does. Errors as sign, and ClockNotSetError,
    LifetimeZeroError, TimeOverflowError, SubjectEmptyError; MemberReservedError for a member that the
    library writes itself.
    """
    return _ToSign(TokenType.ACCESS, sub, lifetime, members).sign(key, now)


def sign_refresh(
    sub: Text,
    state_hash: bytes,
    key: Key,
    now: Optional[int] = None,
    lifetime: int = REFRESH_LIFETIME,
    members: Optional[Members] = None,
) -> str:
    """A refresh token, which lives as long as the account's state has this 32-byte hash.

    now is an int, such as int(time.time()). The errors of sign_access. At login, issue_pair is usually simpler.
    """
    what = _ToSign(TokenType.REFRESH, sub, lifetime, members)
    digest = ffi.from_buffer("uint8_t[]", _abi.state_hash(state_hash, "state_hash"))
    what.c.state_hash = digest
    return what.sign(key, now)


def sign_jwt(
    sub: Text,
    key: Key,
    now: Optional[int] = None,
    lifetime: int = ACCESS_LIFETIME,
    members: Optional[Members] = None,
) -> str:
    """A token for any other system, with sub, iat and exp. now is an int, such as int(time.time()).
    Errors as sign_access."""
    return _ToSign(TokenType.JWT, sub, lifetime, members).sign(key, now)


def verify(token: Text, key: Key, want: Validation = ACCESS, now: Optional[int] = None) -> Claims:
    """The claims of a token that passes every rule of want.

    now is in whole seconds since 1970, such as int(time.time()): a float is a TypeError, and what can
    only be milliseconds is a ValueError. The default is the clock.

    The error is that of the first check that failed. include/barejwt.h lists the checks under
    barejwt_verify.
    """
    sent = _abi.text(token, "token")
    wanted = rules(want)
    scratch = _abi.scratch_for(sent, want.max_token_len)
    claims = ffi.new("barejwt_claims *")
    status = LIB.barejwt_verify(
        prepared(key), sent, len(sent), wanted, _abi.clock(now), scratch, len(scratch), claims
    )
    check(status, claims.detail)
    return Claims(claims)


def decode_unverified(token: Text) -> UnverifiedClaims:
    """Decodes a token without verifying anything, for showing people.

    TokenTooLongError over 8192 bytes, SegmentCountError, HeaderTooLongError, Base64Error, JsonError.
    """
    sent = _abi.text(token, "token")
    scratch = _abi.scratch_for(sent)
    said = ffi.new("barejwt_unverified *")
    check(
        LIB.barejwt_decode_unverified(sent, len(sent), scratch, len(scratch), said), said.detail
    )
    why = said.claims_status
    return UnverifiedClaims(
        header_json=_abi.string(said.header_json) or "",
        payload_json=_abi.string(said.payload_json) or "",
        error=None if why == LIB.BAREJWT_OK else failure(why, said.detail),
        said_token_type=TokenType(said.said_token_type),
        said_sub=_abi.string(said.said_sub),
        said_exp=said.said_exp,
        said_nbf=said.said_nbf,
    )

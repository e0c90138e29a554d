"""Tells who is calling: an Authorization header becomes an Identity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Optional

from . import _abi
from ._abi import LIB, Text, ffi
from .errors import check
from .keys import Key, prepared
from .tokens import ACCESS, Claims, Validation, rules


class Auth(IntEnum):
    """What an API method needs from its caller."""

    REQUIRED = LIB.BAREJWT_AUTH_REQUIRED
    """Without a valid access token the call is refused."""
    OPTIONAL = LIB.BAREJWT_AUTH_OPTIONAL
    """A call without the header is anonymous. A bad header is still an error."""
    NONE = LIB.BAREJWT_AUTH_NONE
    """The header is not looked at."""


@dataclass(frozen=True)
class Identity:
    """Who is calling: the user of the claims, or an anonymous caller if they are None."""

    claims: Optional[Claims]

    @property
    def is_anonymous(self) -> bool:
        return self.claims is None


def authenticate(
    header: Optional[Text],
    auth: Auth,
    key: Key,
    want: Validation = ACCESS,
    now: Optional[int] = None,
) -> Identity:
    """Tells who is calling, from the value of an Authorization header. None means no header.

    Only an access token identifies a caller. With TokenType.JWT any token with a sub does, unless its
    token_type is refresh. now is in whole seconds since 1970, such as int(time.time()): a float is a
    TypeError. The default is the clock.
    AuthorizationMissingError, AuthorizationSchemeError, AuthorizationMalformedError, and the errors
    of verify.
    """
    value = b"" if header is None else _abi.text(header, "header")
    wanted = rules(want)
    scratch = _abi.scratch_for(value, want.max_token_len)
    who = ffi.new("barejwt_identity *")
    status = LIB.barejwt_authenticate(
        prepared(key), _abi.number(auth, "auth", most=Auth.NONE), ffi.NULL if header is None else value, len(value), wanted,
        _abi.clock(now), scratch, len(scratch), who,
    )
    check(status, who.claims.detail)
    return Identity(Claims(who.claims) if who.kind == LIB.BAREJWT_IDENTITY_USER else None)


def bearer_token(header: Optional[Text]) -> str:
    """The token in the value of an Authorization header (RFC 6750 2.1), not looked at any further.

    AuthorizationMissingError, AuthorizationSchemeError, AuthorizationMalformedError.
    """
    value = b"" if header is None else _abi.text(header, "header")
    sent = ffi.NULL if header is None else ffi.from_buffer("char[]", value)
    token = ffi.new("barejwt_str *")
    check(LIB.barejwt_bearer_token(sent, len(value), token))
    return _abi.string(token) or ""

"""Who is calling: from an Authorization header to an Identity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Optional

from . import _abi
from ._abi import LIB, Text, ffi
from .errors import check
from .keys import Key, prepared
from .tokens import ACCESS, Claims, Validation


class Auth(IntEnum):
    """What an API method asks of its caller."""

    REQUIRED = LIB.BAREJWT_AUTH_REQUIRED
    """Without a valid access token the call is refused."""
    OPTIONAL = LIB.BAREJWT_AUTH_OPTIONAL
    """Without the header the call is anonymous; a bad header is an error all the same."""
    NONE = LIB.BAREJWT_AUTH_NONE
    """The header is not looked at."""


@dataclass(frozen=True)
class Identity:
    """Who is calling: the user of the claims, or nobody in particular if they are None."""

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
    """From the value of an Authorization header, None if there is none, to the caller.

    Only an access token identifies a caller; with TokenType.JWT any token that has a sub and does
    not say that it is a refresh token. now is in seconds since 1970; without it it is the clock's.
    AuthorizationMissingError, AuthorizationSchemeError, AuthorizationMalformedError, and the errors
    of verify.
    """
    value = b"" if header is None else _abi.text(header, "header")
    scratch = _abi.scratch_for(value, want.max_token_len)
    who = ffi.new("barejwt_identity *")
    status = LIB.barejwt_authenticate(
        prepared(key), auth, ffi.NULL if header is None else value, len(value), want._c,
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

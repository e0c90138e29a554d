"""Who is calling: from an Authorization header to an Identity."""

from __future__ import annotations

from ctypes import byref
from dataclasses import dataclass
from enum import IntEnum
from typing import Optional

from . import _abi
from ._abi import LIB, Text
from .errors import check
from .keys import Key
from .tokens import Claims, Rules, Validation


class Auth(IntEnum):
    """What an API method asks of its caller."""

    REQUIRED = 0
    """Without a valid access token the call is refused."""
    OPTIONAL = 1
    """Without the header the call is anonymous; a bad header is an error all the same."""
    NONE = 2
    """The header is not looked at."""


class IdentityKind(IntEnum):
    """Who C says is calling."""

    REFUSED = 0
    USER = 1
    ANONYMOUS = 2


@dataclass(frozen=True)
class Identity:
    """Who is calling: the user of the claims, or nobody in particular if they are None."""

    claims: Optional[Claims]

    @property
    def is_anonymous(self) -> bool:
        return self.claims is None


def authenticate(
    header: Optional[Text], auth: Auth, key: Key, want: Validation, now: int
) -> Identity:
    """From the value of an Authorization header, None if there is none, to the caller.

    Only an access token identifies a caller; with TokenType.JWT any token that has a sub and does
    not say that it is a refresh token. now is in seconds since 1970.
    Error AUTHORIZATION_MISSING, AUTHORIZATION_SCHEME, AUTHORIZATION_MALFORMED, and those of verify.
    """
    value = b"" if header is None else _abi.text(header, "header")
    rules = Rules(want)
    scratch = _abi.scratch_for(value, want.max_token_len)
    who = _abi.IdentityStruct()
    check(
        LIB.barejwt_authenticate(
            byref(key._struct), _abi.u32(auth, "auth"), None if header is None else value,
            len(value), byref(rules.struct), _abi.i64(now, "now"), scratch, len(scratch), byref(who),
        ),
        who.claims.detail,
    )
    if who.kind != IdentityKind.USER:
        return Identity(None)
    # who is kept alive by its member.
    return Identity(Claims(who.claims, scratch))


def bearer_token(header: Optional[Text]) -> str:
    """The token in the value of an Authorization header (RFC 6750 2.1), not looked at any further.

    Error AUTHORIZATION_MISSING, AUTHORIZATION_SCHEME, AUTHORIZATION_MALFORMED.
    """
    value = None if header is None else _abi.text(header, "header")
    token = _abi.Str()
    check(LIB.barejwt_bearer_token(value, len(value or b""), byref(token)))
    return token.str() or ""

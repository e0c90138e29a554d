"""Pairs of tokens: logging a user in, and trading a refresh token for a new pair."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from . import _abi
from ._abi import LIB, CData, Members, Text, ffi
from .errors import TokenType, check
from .keys import Key, prepared
from .tokens import ACCESS_LIFETIME, REFRESH_LIFETIME, Claims, Validation, rules

REFRESH = Validation(TokenType.REFRESH)
"""The rules for the site's own refresh tokens."""


@dataclass(frozen=True)
class Pair:
    """Two tokens and the times at which they expire, in seconds since 1970."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires: int
    refresh_expires: int

    @classmethod
    def from_answer(cls, answer: Text) -> Pair:
        """Reads the JSON answer to a login or to a refresh.

        LoginRefusedError, with the server's code in detail.code; LoginAnswerJsonError,
        LoginAnswerInvalidError.
        """
        # The pair points into it.
        content = ffi.from_buffer("char[]", _abi.text(answer, "answer"))
        pair, code = ffi.new("barejwt_pair *"), ffi.new("int64_t *")
        status = LIB.barejwt_pair_from_answer(content, len(content), pair, code)
        check(status, code=code[0])
        return _pair(pair)


class RefreshToken:
    """A refresh token whose signature, type and times were checked, but not its state hash.

    Look up the account of sub, then call renew or confirm: both compare the hash.
    """

    def __init__(self, found: CData, scratch: CData) -> None:
        self.sub: str = _abi.string(found.unconfirmed.sub) or ""
        """Whose account to look up. It identifies nobody before the hash is compared."""
        self._c = found
        # It points there.
        self._scratch = scratch

    def renew(
        self,
        account_hash: bytes,
        key: Key,
        access_lifetime: int = ACCESS_LIFETIME,
        refresh_lifetime: int = REFRESH_LIFETIME,
        access_members: Optional[Members] = None,
        refresh_members: Optional[Members] = None,
    ) -> Pair:
        """Compares the state hash with the account's 32 bytes, then issues a pair for the same sub.

        The pair is valid from the now at which the token was verified. Both new tokens get every member
        of the token except the five standard members. If both members arguments are given, the new tokens
        get these members and no others. StateHashMismatchError: the account has changed, so that the user
        must log in. OptionError: only one members argument was given. Other errors are as in issue_pair.
        """
        digest = _abi.state_hash(account_hash, "account_hash")
        options = _Options(access_lifetime, refresh_lifetime, access_members, refresh_members)
        what = prepared(key), self._c, digest, options.c
        return _issue(lambda *out: LIB.barejwt_refresh_renew(*what, *out))

    def confirm(self, account_hash: bytes) -> Claims:
        """Compares the state hash and gives the claims. Use it to issue tokens in your own way.

        StateHashMismatchError.
        """
        digest = _abi.state_hash(account_hash, "account_hash")
        claims = ffi.new("barejwt_claims *")
        check(LIB.barejwt_refresh_confirm(self._c, digest, claims))
        return Claims(claims)

    def __reduce__(self) -> Any:
        raise TypeError("a refresh token is not copied or pickled: keep the token that was sent")


def issue_pair(
    sub: Text,
    state_hash: bytes,
    key: Key,
    now: Optional[int] = None,
    access_lifetime: int = ACCESS_LIFETIME,
    refresh_lifetime: int = REFRESH_LIFETIME,
    access_members: Optional[Members] = None,
    refresh_members: Optional[Members] = None,
) -> Pair:
    """A pair for sub, valid from now. state_hash is 32 bytes.

    now is in whole seconds since 1970, such as int(time.time()): a float is a TypeError. The default is
    the clock. Members and errors are as in sign_access.
    """
    who = _abi.text(sub, "sub")
    digest = _abi.state_hash(state_hash, "state_hash")
    options = _Options(access_lifetime, refresh_lifetime, access_members, refresh_members)
    what = prepared(key), who, len(who), digest, options.c, _abi.clock(now)
    return _issue(lambda *out: LIB.barejwt_issue_pair(*what, *out))


def verify_refresh(
    token: Text, key: Key, want: Validation = REFRESH, now: Optional[int] = None
) -> RefreshToken:
    """Verifies a refresh token, all but its state hash.

    now is in whole seconds since 1970, such as int(time.time()): a float is a TypeError. The default is
    the clock.
    The errors of verify. An access token is TokenTypeWrongError.
    """
    sent = _abi.text(token, "token")
    wanted = rules(want)
    scratch = _abi.scratch_for(sent, want.max_token_len)
    refresh = ffi.new("barejwt_refresh *")
    status = LIB.barejwt_verify_refresh(
        prepared(key), sent, len(sent), wanted, _abi.clock(now), scratch, len(scratch), refresh
    )
    check(status, refresh.unconfirmed.detail)
    return RefreshToken(refresh, scratch)


class _Options(_abi.Texts):
    """The options of a new pair, as C reads them."""

    def __init__(
        self,
        access_lifetime: int,
        refresh_lifetime: int,
        access_members: Optional[Members],
        refresh_members: Optional[Members],
    ) -> None:
        super().__init__()
        self.c = ffi.new("barejwt_pair_options *")
        self.c.struct_size = ffi.sizeof("barejwt_pair_options")
        self.c.access_lifetime = _abi.number(access_lifetime, "access_lifetime")
        self.c.refresh_lifetime = _abi.number(refresh_lifetime, "refresh_lifetime")
        self.c.access_members = self.keep_members(access_members, "access_members")
        self.c.refresh_members = self.keep_members(refresh_members, "refresh_members")


def _issue(call: Callable[..., int], room: int = 512) -> Pair:
    """Calls with buffers that grow to the size that the library needs: first one, then the other."""
    access, refresh = ffi.new("char[]", room), ffi.new("char[]", room)
    pair = ffi.new("barejwt_pair *")
    status = call(access, room, refresh, room, pair)
    if status == LIB.BAREJWT_E_OUTPUT_TOO_SMALL:
        return _issue(call, pair.needed)
    check(status)
    return _pair(pair)


def _pair(found: CData) -> Pair:
    return Pair(
        access_token=_abi.string(found.access_token) or "",
        refresh_token=_abi.string(found.refresh_token) or "",
        access_expires=found.access_expires,
        refresh_expires=found.refresh_expires,
    )

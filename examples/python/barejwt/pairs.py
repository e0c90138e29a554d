"""Pairs of tokens: logging a user in, and trading a refresh token for a new pair."""

from __future__ import annotations

import ctypes
from ctypes import byref
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from . import _abi
from ._abi import LIB, Members, Text
from .errors import Status, TokenType, check
from .keys import Key
from .tokens import ACCESS_LIFETIME, REFRESH_LIFETIME, Claims, Rules, Validation


@dataclass(frozen=True)
class Pair:
    """Two tokens and when they expire, in seconds since 1970."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires: int
    refresh_expires: int

    @classmethod
    def from_answer(cls, answer: Text) -> Pair:
        """Reads the JSON answer to a login or to a refresh.

        Error LOGIN_REFUSED, with the server's code in detail.code; LOGIN_ANSWER_JSON,
        LOGIN_ANSWER_INVALID.
        """
        content = _abi.text(answer, "answer")
        pair, code = _abi.PairStruct(), ctypes.c_int64()
        read = LIB.barejwt_pair_from_answer
        check(read(content, len(content), byref(pair), byref(code)), code=code.value)
        return _pair(pair)


class RefreshToken:
    """A refresh token whose signature, type and times were checked, and whose state hash was not.

    Look the account of sub up, then renew: only that compares the hash.
    """

    def __init__(self, struct: _abi.RefreshStruct, scratch: object) -> None:
        self.sub: str = struct.unconfirmed.sub.str() or ""
        """Whose account to look up. It identifies nobody before the hash is compared."""
        self._struct = struct
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

        It is valid from the now that the token was verified at. Every member of the token but the
        five standard ones goes into both new tokens; if both members arguments are given, those go
        in and nothing else. Error STATE_HASH_MISMATCH: the account has changed, the user must log
        in; OPTION: one members argument was given alone. The rest as issue_pair.
        """
        digest = _abi.fixed_bytes(account_hash, _abi.STATE_HASH_BYTES, "account_hash")
        options = _Options(access_lifetime, refresh_lifetime, access_members, refresh_members)
        renew, signer, token = LIB.barejwt_refresh_renew, byref(key._struct), byref(self._struct)
        return _issue(lambda *out: renew(signer, token, digest, byref(options.struct), *out))

    def confirm(self, account_hash: bytes) -> Claims:
        """Compares the state hash and gives the claims: for tokens of your own making.

        Error STATE_HASH_MISMATCH.
        """
        digest = _abi.fixed_bytes(account_hash, _abi.STATE_HASH_BYTES, "account_hash")
        claims = _abi.ClaimsStruct()
        check(LIB.barejwt_refresh_confirm(byref(self._struct), digest, byref(claims)))
        return Claims(claims, self._scratch)

    def __reduce__(self) -> Any:
        raise TypeError("a refresh token is not copied or pickled: keep the token that was sent")


def issue_pair(
    sub: Text,
    state_hash: bytes,
    key: Key,
    now: int,
    access_lifetime: int = ACCESS_LIFETIME,
    refresh_lifetime: int = REFRESH_LIFETIME,
    access_members: Optional[Members] = None,
    refresh_members: Optional[Members] = None,
) -> Pair:
    """A pair for sub, valid from now, in seconds since 1970. state_hash is 32 bytes.

    Members and errors as sign_access.
    """
    who = _abi.text(sub, "sub")
    digest = _abi.fixed_bytes(state_hash, _abi.STATE_HASH_BYTES, "state_hash")
    options = _Options(access_lifetime, refresh_lifetime, access_members, refresh_members)
    what = who, len(who), digest, byref(options.struct), _abi.i64(now, "now")
    issue, signer = LIB.barejwt_issue_pair, byref(key._struct)
    return _issue(lambda *out: issue(signer, *what, *out))


def verify_refresh(
    token: Text, key: Key, now: int, want: Validation = Validation(TokenType.REFRESH)
) -> RefreshToken:
    """Whose refresh token is it? now is in seconds since 1970.

    Errors as verify; an access token is TOKEN_TYPE_WRONG.
    """
    sent = _abi.text(token, "token")
    rules = Rules(want)
    scratch = _abi.scratch_for(sent, want.max_token_len)
    refresh = _abi.RefreshStruct()
    check(
        LIB.barejwt_verify_refresh(
            byref(key._struct), sent, len(sent), byref(rules.struct), _abi.i64(now, "now"),
            scratch, len(scratch), byref(refresh),
        ),
        refresh.unconfirmed.detail,
    )
    return RefreshToken(refresh, scratch)


class _Options(_abi.Texts):
    """What a new pair is to be, as C reads it."""

    def __init__(
        self,
        access_lifetime: int,
        refresh_lifetime: int,
        access_members: Optional[Members],
        refresh_members: Optional[Members],
    ) -> None:
        super().__init__()
        self.struct = _abi.PairOptionsStruct(
            struct_size=ctypes.sizeof(_abi.PairOptionsStruct),
            access_lifetime=_abi.u32(access_lifetime, "access_lifetime"),
            refresh_lifetime=_abi.u32(refresh_lifetime, "refresh_lifetime"),
            access_members=self.keep_members(access_members),
            refresh_members=self.keep_members(refresh_members),
        )


def _issue(call: Callable[..., int], room: int = 512) -> Pair:
    """Calls with buffers that grow to what the library says it needs: first one, then the other."""
    pair = _abi.PairStruct()
    access, refresh = ctypes.create_string_buffer(room), ctypes.create_string_buffer(room)
    status = call(access, room, refresh, room, byref(pair))
    if status == Status.OUTPUT_TOO_SMALL:
        return _issue(call, pair.needed)
    check(status)
    return _pair(pair)


def _pair(struct: _abi.PairStruct) -> Pair:
    return Pair(
        access_token=struct.access_token.str() or "",
        refresh_token=struct.refresh_token.str() or "",
        access_expires=struct.access_expires,
        refresh_expires=struct.refresh_expires,
    )

"""The client's side: which token to use now, or whether to log in."""

from __future__ import annotations

import ctypes
from ctypes import byref
from dataclasses import dataclass, field
from enum import IntEnum
from threading import Lock
from typing import Optional

from . import _abi
from ._abi import LIB
from .errors import check
from .pairs import Pair


class Action(IntEnum):
    """What a client should do before its next call."""

    USE_ACCESS = 1
    """Call the API with the token."""
    REFRESH = 2
    """Trade the token for a new pair, then call Session.renewed, or refresh_refused if it was."""
    LOG_IN = 3
    """Ask the user to log in."""


@dataclass(frozen=True)
class Next:
    """What to do, and the token to do it with."""

    action: Action
    token: Optional[str] = field(repr=False)


class _HeldPair(_abi.Texts):
    """A pair as C reads it. The session points to its tokens: they must live as long as it."""

    def __init__(self, pair: Pair) -> None:
        super().__init__()
        self.struct = _abi.PairStruct(
            self.keep(pair.access_token, "token"),
            self.keep(pair.refresh_token, "token"),
            _abi.i64(pair.access_expires, "access_expires"),
            _abi.i64(pair.refresh_expires, "refresh_expires"),
        )


class Session:
    """A client's pair of tokens, and what is known of it. Threads may share it."""

    def __init__(self, pair: Pair, margin: int = 60) -> None:
        """For a pair just received. A token counts as expired margin seconds before it is, but
        never more than an eighth of its life before: time for the call to arrive."""
        self._struct = _abi.SessionStruct()
        self._lock = Lock()
        held = _HeldPair(pair)
        init = LIB.barejwt_session_init
        check(init(byref(self._struct), byref(held.struct), _abi.u32(margin, "margin")))
        self._held = held

    def next(self, now: int) -> Next:
        """What to do now, before a call. now is in seconds since 1970. A new pair is used once
        whatever the clock says: it may be wrong, and the server tells. Error CLOCK_NOT_SET."""
        return self._decide(LIB.barejwt_session_next, _abi.i64(now, "now"))

    def after_401(self) -> Next:
        """What to do after a 401: refresh once, then log in. Not after one that time heals, for
        a token that is not valid yet: wait, and ask next."""
        return self._decide(LIB.barejwt_session_after_401)

    def renewed(self, pair: Pair) -> None:
        """Takes the pair that a refresh has brought."""
        held = _HeldPair(pair)
        with self._lock:
            check(LIB.barejwt_session_renewed(byref(self._struct), byref(held.struct)))
            self._held = held

    def accepted(self) -> None:
        """Notes that the server has accepted the access token."""
        with self._lock:
            check(LIB.barejwt_session_accepted(byref(self._struct)))

    def refresh_refused(self) -> None:
        """Notes that the server has refused the refresh token: all that is left is to log in."""
        with self._lock:
            check(LIB.barejwt_session_refresh_refused(byref(self._struct)))

    def _decide(self, decide: ctypes._NamedFuncPointer, *now: int) -> Next:
        answer = _abi.NextStruct()
        with self._lock:
            check(decide(byref(self._struct), *now, byref(answer)))
            return Next(Action(answer.action), answer.token.str())

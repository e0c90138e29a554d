"""The client's side: which token to use now, or whether to log in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from threading import Lock
from typing import Callable, NoReturn, Optional

from . import _abi
from ._abi import LIB, ffi
from .errors import check
from .pairs import Pair


class Action(IntEnum):
    """What a client should do before its next call."""

    USE_ACCESS = LIB.BAREJWT_NEXT_USE_ACCESS
    """Call the API with the token."""
    REFRESH = LIB.BAREJWT_NEXT_REFRESH
    """Trade the token for a new pair, then call Session.renewed, or refresh_refused if it was."""
    LOG_IN = LIB.BAREJWT_NEXT_LOG_IN
    """Ask the user to log in."""


@dataclass(frozen=True)
class Next:
    """What to do, and the token for it."""

    action: Action
    token: Optional[str] = field(repr=False)


class _HeldPair(_abi.Texts):
    """A pair as C reads it. The session points to its tokens, which must live as long as the session."""

    def __init__(self, pair: Pair) -> None:
        super().__init__()
        if not isinstance(pair, Pair):
            raise TypeError(f"pair must be a Pair, such as Pair.from_answer(answer), not {type(pair).__name__}")
        self.c = ffi.new("barejwt_pair *")
        for name in ("access_token", "refresh_token"):
            setattr(self.c, name, self.keep(_abi.text(getattr(pair, name), name)))
        for name in ("access_expires", "refresh_expires"):
            setattr(self.c, name, _abi.seconds(getattr(pair, name), name))


class Session:
    """A client's pair of tokens, and what the client knows about it. Threads may share it."""

    def __init__(self, pair: Pair, margin: int = 60) -> None:
        """For a pair just received. A token counts as expired margin seconds early, so that the
        call arrives in time. The margin is at most an eighth of the token's life."""
        self._c = ffi.new("barejwt_session *")
        self._lock = Lock()
        self._held = _HeldPair(pair)
        check(LIB.barejwt_session_init(self._c, self._held.c, _abi.number(margin, "margin")))

    def next(self, now: Optional[int] = None) -> Next:
        """Tells what to do now, before a call. now is in whole seconds since 1970, such as
        int(time.time()): a float is a TypeError. The default is the clock. A new pair is used once whatever the clock says, because the clock may be wrong.
        ClockNotSetError."""
        return self._decide(LIB.barejwt_session_next, _abi.clock(now))

    def after_401(self) -> Next:
        """Tells what to do after a 401: refresh once, then log in. If the 401 says that the token is
        not valid yet, do not call this: wait, and call next again."""
        return self._decide(LIB.barejwt_session_after_401)

    def renewed(self, pair: Pair) -> None:
        """Takes the pair that a refresh has brought."""
        held = _HeldPair(pair)
        with self._lock:
            check(LIB.barejwt_session_renewed(self._c, held.c))
            self._held = held

    def accepted(self) -> None:
        """Notes that the server has accepted the access token."""
        with self._lock:
            check(LIB.barejwt_session_accepted(self._c))

    def refresh_refused(self) -> None:
        """Notes that the server has refused the refresh token. The user must log in."""
        with self._lock:
            check(LIB.barejwt_session_refresh_refused(self._c))

    def __reduce__(self) -> NoReturn:
        # A copy would point to tokens that this session may replace.
        raise TypeError("a session is not copied or pickled: make another one from the pair")

    def _decide(self, decide: Callable[..., int], *now: int) -> Next:
        answer = ffi.new("barejwt_next *")
        with self._lock:
            check(decide(self._c, *now, answer))
            return Next(Action(answer.action), _abi.string(answer.token))

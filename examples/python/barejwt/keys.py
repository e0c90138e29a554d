"""Keys: prepared once, shared by any number of threads, wiped at the end."""

from __future__ import annotations

import ctypes
from ctypes import byref
from dataclasses import dataclass, field
from enum import IntFlag
from types import TracebackType
from typing import NoReturn, Optional, Sequence
from weakref import finalize

from . import _abi
from ._abi import LIB, Text
from .errors import check


class Key:
    """A prepared HS256 key. Threads may share it; close it when no thread uses it any more.

        with Key(secret) as key:
            token = sign_access("lUpa", key, now)
    """

    def __init__(self, secret: bytes) -> None:
        """From a secret of 32 bytes or more (RFC 7518 3.2), which is not kept.

        Error KEY_TOO_SHORT, KEY_BLANK.
        """
        self._init(LIB.barejwt_key_init, secret)

    @classmethod
    def weak(cls, secret: bytes) -> Key:
        """From 1 byte and up. Whoever holds one token can try every short secret offline.

        Error KEY_TOO_SHORT if the secret is empty.
        """
        key = cls.__new__(cls)
        key._init(LIB.barejwt_key_init_weak, secret)
        return key

    def _init(self, init: ctypes._NamedFuncPointer, secret: bytes) -> None:
        if not isinstance(secret, bytes):
            raise TypeError(f"secret must be bytes, not {type(secret).__name__}")
        self._struct = _abi.KeyStruct()
        # When the key is closed, is garbage, or the interpreter ends.
        self._wipe = finalize(self, LIB.barejwt_key_wipe, byref(self._struct))
        check(init(byref(self._struct), secret, len(secret)))

    def close(self) -> None:
        """Wipes the key, or the keys of a ring: every later use is Error NOT_READY.

        Closing twice is fine.
        """
        self._wipe()

    def __enter__(self) -> Key:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not copied or pickled: prepare another one from the secret")


class RingUse(IntFlag):
    """What a key of a ring is for, besides verifying the tokens that name it."""

    SIGNS = 1
    WITHOUT_KID = 2


@dataclass(frozen=True)
class RingKey:
    """A key of a Keyring, which verifies the tokens that name it."""

    kid: str
    """At most 63 bytes (RFC 7515 4.1.4)."""
    key: Key = field(repr=False)
    signs: bool = False
    """It also signs. Where several do, the last one does."""
    without_kid: bool = False
    """It also verifies tokens that have no kid, such as those from before keys had names."""


class Keyring(Key):
    """Several keys, for rotation: a token is verified under the one that its kid names."""

    def __init__(self, keys: Sequence[RingKey]) -> None:
        """Copies the keys, which may be closed afterwards.

        Error KEYRING_EMPTY, KID_INVALID, KID_DUPLICATE, NOT_READY.
        """
        ring, self._slots = _abi.KeyringStruct(), (_abi.SlotStruct * len(keys))()
        self._struct = ring.key
        self._wipe = finalize(self, _wipe_ring, ring, self._slots)
        check(LIB.barejwt_keyring_init(byref(ring), self._slots, len(keys)))
        for entry in keys:
            kid = _abi.text(entry.kid, "kid")
            uses = RingUse.SIGNS if entry.signs else RingUse(0)
            uses |= RingUse.WITHOUT_KID if entry.without_kid else RingUse(0)
            add = LIB.barejwt_keyring_add
            check(add(byref(ring), kid, len(kid), byref(entry.key._struct), uses))

    @classmethod
    def weak(cls, secret: bytes) -> NoReturn:
        """A ring has no secret of its own."""
        raise TypeError("use Key.weak, and a RingKey with it")


def _wipe_ring(ring: _abi.KeyringStruct, _slots: object) -> None:
    """The ring points to its slots: they are there until it is wiped."""
    LIB.barejwt_keyring_wipe(byref(ring))

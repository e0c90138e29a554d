"""Keys: prepared once, shared by any number of threads, wiped at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag
from types import TracebackType
from typing import Callable, NoReturn, Optional, Sequence
from weakref import finalize

from . import _abi
from ._abi import LIB, CData, Text, ffi
from .errors import check


class Key:
    """A prepared HS256 key. Threads may share it; close it when no thread uses it any more.

        with Key(secret) as key:
            token = sign_access("lUpa", key, now)
    """

    def __init__(self, secret: Text) -> None:
        """A key from a secret of 32 bytes or more (RFC 7518 3.2). The secret is not kept.

        KeyTooShortError, KeyBlankError.
        """
        self._init(LIB.barejwt_key_init, secret)

    @classmethod
    def weak(cls, secret: Text) -> Key:
        """A key from 1 byte or more. An attacker who holds one token can try short secrets offline.

        KeyTooShortError if the secret is empty.
        """
        key = cls.__new__(cls)
        key._init(LIB.barejwt_key_init_weak, secret)
        return key

    def _init(self, init: Callable[..., int], secret: Text) -> None:
        content = _abi.text(secret, "secret")
        if isinstance(secret, str) and any("\ud800" <= character <= "\udfff" for character in secret):
            raise ValueError("secret has a lone surrogate, which is not UTF-8")
        self._c = ffi.new("barejwt_key *")
        # It runs when the key is closed or is garbage, or the interpreter ends.
        self._wipe: finalize[..., Key] = finalize(self, LIB.barejwt_key_wipe, self._c)
        check(init(self._c, content, len(content)))

    def close(self) -> None:
        """Wipes the key, or the keys of a ring: every later use is NotReadyError.

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
    """Uses of a key of a ring, besides verifying the tokens that name it."""

    SIGNS = LIB.BAREJWT_RING_SIGNS
    WITHOUT_KID = LIB.BAREJWT_RING_WITHOUT_KID


@dataclass(frozen=True)
class RingKey:
    """A key of a Keyring, which verifies the tokens that name it."""

    kid: str
    """At most 63 bytes (RFC 7515 4.1.4)."""
    key: Key = field(repr=False)
    signs: bool = False
    """The key also signs. If several have it, the last of them signs."""
    without_kid: bool = False
    """The key also verifies tokens without a kid, such as tokens that are older than the names of keys."""


class Keyring(Key):
    """Several keys, for rotation. A token is verified with the key that its kid names."""

    def __init__(self, keys: Sequence[RingKey]) -> None:
        """Copies the keys, which may be closed afterwards.

        TypeError for what is no sequence of RingKeys; KeyringEmptyError, KidInvalidError,
        KidDuplicateError, NotReadyError.
        """
        if not isinstance(keys, Sequence) or not all(isinstance(entry, RingKey) for entry in keys):
            raise TypeError("keys must be a sequence of RingKeys")
        # The ring points to its slots, and _c into the ring. All are kept, even when the ring is closed.
        self._ring = ring = ffi.new("barejwt_keyring *")
        self._slots = ffi.new("barejwt_slot[]", len(keys))
        self._c = ffi.addressof(ring, "key")
        self._wipe = finalize(self, _wipe_ring, ring, self._slots)
        check(LIB.barejwt_keyring_init(ring, self._slots, len(keys)))
        for entry in keys:
            kid = _abi.text(entry.kid, "kid")
            uses = RingUse.SIGNS if entry.signs else RingUse(0)
            uses |= RingUse.WITHOUT_KID if entry.without_kid else RingUse(0)
            check(LIB.barejwt_keyring_add(ring, kid, len(kid), prepared(entry.key), uses))

    @classmethod
    def weak(cls, secret: Text) -> NoReturn:
        """A ring has no secret of its own."""
        raise TypeError("use Key.weak, and a RingKey with it")


def _wipe_ring(ring: CData, _slots: CData) -> None:
    """The slots exist until this has run."""
    LIB.barejwt_keyring_wipe(ring)


def prepared(key: Key) -> CData:
    """The key in the form that C takes."""
    if not isinstance(key, Key):
        raise TypeError(f"key must be a Key, such as Key(secret), not {type(key).__name__}")
    return key._c

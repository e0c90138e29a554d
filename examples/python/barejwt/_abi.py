"""The C ABI of libbarejwt, as include/barejwt.h declares it: structs, functions, loading.

Nothing here is public. tests/test_abi.py compares every struct, number and function with the header.
"""

from __future__ import annotations

import ctypes
import json
import os
from ctypes import (
    POINTER, Structure, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p,
)
from pathlib import Path
from typing import Any, Optional, Union

ABI_VERSION = 1
STATE_HASH_BYTES = 32
TOKEN_LEN_DEFAULT = 8192

# Text goes in as str, or as the bytes that came over a wire.
Text = Union[str, bytes]
# Members of a token besides the standard ones, by name.
Members = dict[str, Any]


class Str(Structure):
    _fields_ = [("ptr", c_void_p), ("len", c_size_t)]

    def bytes(self) -> Optional[bytes]:
        """A copy; None where C says NULL."""
        return None if self.ptr is None else ctypes.string_at(self.ptr, self.len)

    def str(self) -> Optional[str]:
        """A copy; the library gives UTF-8 alone."""
        found = self.bytes()
        return None if found is None else found.decode("utf-8")


class KeyStruct(Structure):
    _fields_ = [("opaque", c_uint64 * 11)]


class KeyringStruct(Structure):
    _fields_ = [("key", KeyStruct)]


class SlotStruct(Structure):
    _fields_ = [("opaque", c_uint64 * 18)]


class DetailStruct(Structure):
    _fields_ = [
        ("time", c_int64),
        ("now", c_int64),
        ("needed", c_size_t),
        ("at", c_size_t),
        ("claims", c_uint32),
        ("part", c_uint32),
        ("problem", c_uint32),
        ("token_type", c_uint32),
    ]


class ClaimsStruct(Structure):
    _fields_ = [
        ("sub", Str),
        ("json", Str),
        ("exp", c_int64),
        ("nbf", c_int64),
        ("token_type", c_uint32),
        ("has", c_uint32),
        ("detail", DetailStruct),
        ("state", c_uint32),
        ("checksum", c_size_t),
    ]


class ValueStruct(Structure):
    _fields_ = [
        ("text", Str),
        ("integer", c_int64),
        ("needed", c_size_t),
        ("kind", c_uint32),
        ("is_integer", c_uint32),
    ]


class ValidationStruct(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("token_type", c_uint32),
        ("require", c_uint32),
        ("allow_missing", c_uint32),
        ("ignore", c_uint32),
        ("leeway", c_uint32),
        ("max_age", c_uint32),
        ("max_token_len", c_size_t),
        ("sub", Str),
        ("issuer", Str),
        ("audience", Str),
        ("typ", Str),
    ]


class ToSignStruct(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("token_type", c_uint32),
        ("lifetime", c_uint32),
        ("sub", Str),
        ("state_hash", c_void_p),
        ("members", Str),
    ]


class IdentityStruct(Structure):
    _fields_ = [("claims", ClaimsStruct), ("kind", c_uint32)]


class PairStruct(Structure):
    _fields_ = [
        ("access_token", Str),
        ("refresh_token", Str),
        ("access_expires", c_int64),
        ("refresh_expires", c_int64),
        ("needed", c_size_t),
    ]


class PairOptionsStruct(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("access_lifetime", c_uint32),
        ("refresh_lifetime", c_uint32),
        ("access_members", Str),
        ("refresh_members", Str),
    ]


class RefreshStruct(Structure):
    _fields_ = [
        ("unconfirmed", ClaimsStruct),
        ("now", c_int64),
        ("state_hash", c_uint8 * STATE_HASH_BYTES),
        ("digest", c_uint8 * 32),
    ]


class SessionStruct(Structure):
    _fields_ = [
        ("state", c_uint32),
        ("margin", c_uint32),
        ("life", c_uint32),
        ("timing", c_uint32),
        ("early", c_uint32),
        ("trust", c_uint32),
        ("pair", PairStruct),
    ]


class NextStruct(Structure):
    _fields_ = [("token", Str), ("action", c_uint32)]


class UnverifiedStruct(Structure):
    _fields_ = [
        ("header_json", Str),
        ("payload_json", Str),
        ("claims_status", c_int32),
        ("said_token_type", c_uint32),
        ("said_sub", Str),
        ("said_exp", c_int64),
        ("said_nbf", c_int64),
        ("detail", DetailStruct),
    ]


# Each struct's name in the header, and its bytes on 64-bit and on 32-bit machines.
STRUCTS: dict[type[Structure], tuple[str, int, int]] = {
    Str: ("barejwt_str", 16, 8),
    KeyStruct: ("barejwt_key", 88, 88),
    KeyringStruct: ("barejwt_keyring", 88, 88),
    SlotStruct: ("barejwt_slot", 144, 144),
    DetailStruct: ("barejwt_detail", 48, 40),
    ClaimsStruct: ("barejwt_claims", 120, 88),
    ValueStruct: ("barejwt_value", 40, 32),
    ValidationStruct: ("barejwt_validation", 104, 64),
    ToSignStruct: ("barejwt_to_sign", 56, 32),
    IdentityStruct: ("barejwt_identity", 128, 96),
    PairStruct: ("barejwt_pair", 56, 40),
    PairOptionsStruct: ("barejwt_pair_options", 48, 28),
    RefreshStruct: ("barejwt_refresh", 192, 160),
    SessionStruct: ("barejwt_session", 80, 64),
    NextStruct: ("barejwt_next", 24, 12),
    UnverifiedStruct: ("barejwt_unverified", 120, 88),
}

_KEY = POINTER(KeyStruct)
_WANT = POINTER(ValidationStruct)
_OPTIONS = POINTER(PairOptionsStruct)
_TEXT_IN = [c_char_p, c_size_t]
_TEXT_OUT = [c_char_p, c_size_t, POINTER(c_size_t)]
_SCRATCH = [c_char_p, c_size_t]
_PAIR_OUT = [c_char_p, c_size_t, c_char_p, c_size_t, POINTER(PairStruct)]

# Every function that returns a barejwt_status, and its arguments.
FALLIBLE: dict[str, list[Any]] = {
    "barejwt_key_init": [_KEY, *_TEXT_IN],
    "barejwt_key_init_weak": [_KEY, *_TEXT_IN],
    "barejwt_keyring_init": [POINTER(KeyringStruct), POINTER(SlotStruct), c_size_t],
    "barejwt_keyring_add": [POINTER(KeyringStruct), *_TEXT_IN, _KEY, c_uint32],
    "barejwt_sign_access": [_KEY, *_TEXT_IN, c_int64, c_uint32, *_TEXT_OUT],
    "barejwt_sign_refresh": [_KEY, *_TEXT_IN, c_char_p, c_int64, c_uint32, *_TEXT_OUT],
    "barejwt_sign": [_KEY, POINTER(ToSignStruct), c_int64, *_TEXT_OUT],
    "barejwt_sign_json": [_KEY, *_TEXT_IN, *_TEXT_OUT],
    "barejwt_claims_get": [POINTER(ClaimsStruct), *_TEXT_IN, *_SCRATCH, POINTER(ValueStruct)],
    "barejwt_verify": [_KEY, *_TEXT_IN, _WANT, c_int64, *_SCRATCH, POINTER(ClaimsStruct)],
    "barejwt_authenticate": [
        _KEY, c_uint32, *_TEXT_IN, _WANT, c_int64, *_SCRATCH, POINTER(IdentityStruct),
    ],
    "barejwt_bearer_token": [*_TEXT_IN, POINTER(Str)],
    "barejwt_www_authenticate": [c_int32, *_TEXT_IN, *_TEXT_OUT],
    "barejwt_issue_pair": [_KEY, *_TEXT_IN, c_char_p, _OPTIONS, c_int64, *_PAIR_OUT],
    "barejwt_verify_refresh": [_KEY, *_TEXT_IN, _WANT, c_int64, *_SCRATCH, POINTER(RefreshStruct)],
    "barejwt_refresh_renew": [_KEY, POINTER(RefreshStruct), c_char_p, _OPTIONS, *_PAIR_OUT],
    "barejwt_refresh_confirm": [POINTER(RefreshStruct), c_char_p, POINTER(ClaimsStruct)],
    "barejwt_pair_from_answer": [*_TEXT_IN, POINTER(PairStruct), POINTER(c_int64)],
    "barejwt_session_init": [POINTER(SessionStruct), POINTER(PairStruct), c_uint32],
    "barejwt_session_next": [POINTER(SessionStruct), c_int64, POINTER(NextStruct)],
    "barejwt_session_after_401": [POINTER(SessionStruct), POINTER(NextStruct)],
    "barejwt_session_renewed": [POINTER(SessionStruct), POINTER(PairStruct)],
    "barejwt_session_accepted": [POINTER(SessionStruct)],
    "barejwt_session_refresh_refused": [POINTER(SessionStruct)],
    "barejwt_decode_unverified": [*_TEXT_IN, *_SCRATCH, POINTER(UnverifiedStruct)],
}

# The others: what they return, and their arguments.
INFALLIBLE: dict[str, tuple[Any, list[Any]]] = {
    "barejwt_strerror": (c_char_p, [c_int32]),
    "barejwt_version": (c_char_p, []),
    "barejwt_version_number": (c_uint32, []),
    "barejwt_abi_version": (c_uint32, []),
    "barejwt_key_wipe": (None, [_KEY]),
    "barejwt_keyring_wipe": (None, [POINTER(KeyringStruct)]),
    "barejwt_scratch_size": (c_size_t, [c_size_t]),
    "barejwt_http_status": (c_uint32, [c_int32]),
}


def _find() -> Path:
    """BAREJWT_LIBRARY, or what `cargo build --release -p barejwt-ffi` makes in this repository."""
    named = os.environ.get("BAREJWT_LIBRARY")
    if named:
        return Path(named)
    release = Path(__file__).resolve().parents[3] / "target" / "release"
    for name in ("libbarejwt.so", "libbarejwt.dylib", "barejwt.dll"):
        if (release / name).exists():
            return release / name
    raise ImportError(
        f"no libbarejwt in {release}: run `cargo build --release -p barejwt-ffi`,"
        " or set BAREJWT_LIBRARY to the shared library"
    )


def _load() -> ctypes.CDLL:
    for struct, (name, on64, on32) in STRUCTS.items():
        expected = on64 if ctypes.sizeof(c_void_p) == 8 else on32
        # Where C aligns int64_t to 4 bytes (i686) the sizes are others.
        if ctypes.sizeof(struct) != expected and ctypes.alignment(c_int64) == 8:
            raise ImportError(f"{name} is {ctypes.sizeof(struct)} bytes here, not {expected}")
    library = ctypes.CDLL(str(_find()))
    try:
        library.barejwt_abi_version.restype = c_uint32
        found = library.barejwt_abi_version()
        if found != ABI_VERSION:
            raise ImportError(f"{library._name} has ABI {found}; this package is for {ABI_VERSION}")
        for name, arguments in FALLIBLE.items():
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, c_int32
        for name, (result, arguments) in INFALLIBLE.items():
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, result
    except AttributeError as error:
        raise ImportError(f"{library._name} is not libbarejwt: {error}") from None
    return library


LIB = _load()


def version() -> str:
    """The version of the library that was loaded."""
    return bytes(LIB.barejwt_version()).decode("ascii")


def text(value: Text, what: str) -> bytes:
    """The bytes of `value`. Lone surrogates become bytes that the library refuses as not UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, bytes):
        return value
    raise TypeError(f"{what} must be str or bytes, not {type(value).__name__}")


def fixed_bytes(value: bytes, length: int, what: str) -> bytes:
    """`value`, which C reads `length` bytes of."""
    if not isinstance(value, bytes):
        raise TypeError(f"{what} must be bytes, not {type(value).__name__}")
    if len(value) != length:
        raise ValueError(f"{what} must be {length} bytes, not {len(value)}")
    return value


class Texts:
    """The texts that a struct points to: keep this for as long as C uses the struct."""

    def __init__(self) -> None:
        self._kept: list[ctypes.Array[ctypes.c_char]] = []

    def keep(self, value: Text, what: str) -> Str:
        content = text(value, what)
        self._kept.append(ctypes.create_string_buffer(content))
        return Str(ctypes.addressof(self._kept[-1]), len(content))

    def keep_if_any(self, value: Optional[Text], what: str) -> Str:
        """C's NULL for None, which asks for nothing."""
        return Str() if value is None else self.keep(value, what)

    def keep_members(self, members: Optional[Members]) -> Str:
        """As JSON. {} is not None: it is how a renewal drops members."""
        if members is None:
            return Str()
        content = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
        return self.keep(content, "members")


def _integer(value: int, low: int, high: int, what: str) -> int:
    # ctypes would cut off the upper bits: a leeway of -1 would be 136 years.
    if not isinstance(value, int):
        raise TypeError(f"{what} must be int, not {type(value).__name__}")
    if not low <= value <= high:
        raise OverflowError(f"{what} must be from {low} to {high}")
    return value


def u32(value: int, what: str, low: int = 0) -> int:
    return _integer(value, low, 2**32 - 1, what)


def i64(value: int, what: str) -> int:
    return _integer(value, -(2**63), 2**63 - 1, what)


def size(value: int, what: str) -> int:
    return _integer(value, 0, c_size_t(-1).value, what)


def scratch_for(token: bytes, max_token_len: int = 0) -> ctypes.Array[ctypes.c_char]:
    """Scratch for `token`; a longer one is refused by its length, before scratch is used."""
    longest = max_token_len or TOKEN_LEN_DEFAULT
    return ctypes.create_string_buffer(LIB.barejwt_scratch_size(min(len(token), longest)))

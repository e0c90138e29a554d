"""The library behind the package, and what goes into it. Nothing here is public.

maturin makes _native from the library and its C declarations. Structs, functions and numbers are defined only
there.
"""

from __future__ import annotations

import ctypes
import json
import os
import time
from datetime import datetime
from typing import Any, Mapping, Optional, Union

# A file, or libbarejwt.so.1 as the system finds it. It is loaded first: once the wheel's library is
# there, the system takes that for every libbarejwt.so.
_NAMED = os.environ.get("BAREJWT_LIBRARY")
if _NAMED:
    ctypes.CDLL(_NAMED)

from ._native import ffi as ffi
from ._native import lib as _of_the_wheel

# Text goes in as str, or as the bytes that came over a wire.
Text = Union[str, bytes]
# Members of a token besides the standard ones, by name.
Members = Mapping[str, Any]
# The claims that are times (RFC 7519 4.1).
_DATES = ("exp", "nbf", "iat")
# The first second of the year 10000. In milliseconds it is in January 1978.
_YEAR_10000 = 253_402_300_800
# What C sees; cffi has no types for it.
CData = Any


def _load() -> Any:
    """The library of the wheel, or the library that BAREJWT_LIBRARY names."""
    if not _NAMED:
        return _of_the_wheel
    library = ffi.dlopen(_NAMED)
    try:
        found, wanted = library.barejwt_abi_version(), library.BAREJWT_ABI_VERSION
    except (AttributeError, ffi.error) as error:
        raise ImportError(f"BAREJWT_LIBRARY={_NAMED} is not libbarejwt: {error}") from None
    if found != wanted:
        raise ImportError(f"BAREJWT_LIBRARY={_NAMED} has ABI {found}; this package is for {wanted}")
    return library


LIB = _load()


def version() -> str:
    """The version of the library that was loaded."""
    return bytes(ffi.string(LIB.barejwt_version())).decode("ascii")


def text(value: Text, what: str) -> bytes:
    """The bytes of `value`. Lone surrogates become bytes that the library refuses as not UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, bytes):
        return value
    raise TypeError(f"{what} must be str or bytes, not {type(value).__name__}")


def json_text(members: Members, what: str) -> bytes:
    """As JSON; the library refuses what is not strict, such as NaN."""
    if not isinstance(members, Mapping):
        raise TypeError(f"{what} must be a mapping, not {type(members).__name__}")
    named = dict(members)
    for date in _DATES:
        if _is_milliseconds(named.get(date)):
            raise ValueError(f"{date} in {what} must be seconds since 1970, and can only be milliseconds: divide it by 1000")
    return text(_ENCODER.encode(named), what)


def _numeric_date(value: object) -> int:
    """A datetime as seconds since 1970 (RFC 7519 2)."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a datetime must have a time zone")
        return int(value.timestamp())
    raise TypeError(f"{type(value).__name__} is not JSON")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_numeric_date)


def state_hash(value: bytes, what: str) -> bytes:
    """`value`, of which C reads a fixed number of bytes."""
    if not isinstance(value, bytes):
        raise TypeError(f"{what} must be bytes, not {type(value).__name__}")
    if len(value) != LIB.BAREJWT_STATE_HASH_BYTES:
        raise ValueError(f"{what} must be {LIB.BAREJWT_STATE_HASH_BYTES} bytes, not {len(value)}")
    return value


def number(value: int, what: str, least: int = 0, most: int = 2**32 - 1) -> int:
    """`value`, if it is an int that C's type holds. cffi's own error does not say which argument is wrong."""
    # True is an int to Python.
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{what} must be an int, not {type(value).__name__}")
    if not least <= value <= most:
        raise ValueError(f"{what} must be from {least} to {most}")
    return value


def seconds(value: int, what: str) -> int:
    """`value` as seconds since 1970. As seconds, the milliseconds of now would expire every token."""
    if _is_milliseconds(value):
        raise ValueError(f"{what} must be seconds since 1970, and can only be milliseconds: divide it by 1000")
    return number(value, what, -(2**63), 2**63 - 1)


def _is_milliseconds(value: object) -> bool:
    """True from the year 10000 in seconds to the year 10000 in milliseconds."""
    return isinstance(value, (int, float)) and _YEAR_10000 < value < 1000 * _YEAR_10000


def clock(now: Optional[int]) -> int:
    """now, or the time of the clock."""
    return int(time.time()) if now is None else seconds(now, "now")


class Texts:
    """The texts that a struct points to: keep this for as long as C uses the struct."""

    def __init__(self) -> None:
        self._kept: list[CData] = []

    def keep(self, content: bytes) -> tuple[CData, int]:
        """For a field that is a barejwt_str."""
        self._kept.append(ffi.from_buffer(content))
        return ffi.cast("char *", self._kept[-1]), len(content)

    def keep_text(self, value: Optional[Text], what: str) -> tuple[CData, int]:
        """C's NULL for None, which asks for nothing."""
        return (ffi.NULL, 0) if value is None else self.keep(text(value, what))

    def keep_members(self, members: Optional[Members], what: str) -> tuple[CData, int]:
        """{} is not None: it is how a renewal drops members."""
        return (ffi.NULL, 0) if members is None else self.keep(json_text(members, what))


def scratch_for(token: bytes, max_token_len: int = 0) -> CData:
    """Scratch for `token`. A token that is too long is refused before scratch is used."""
    longest = max_token_len or LIB.BAREJWT_TOKEN_LEN_DEFAULT
    return ffi.new("char[]", LIB.barejwt_scratch_size(min(len(token), longest)))


def string(found: CData) -> Optional[str]:
    """A copy of a barejwt_str; None if C gives NULL. The library only gives UTF-8."""
    if found.ptr == ffi.NULL:
        return None
    return bytes(ffi.buffer(found.ptr, found.len)).decode("utf-8")

"""The installed package is complete, and loads no other library than libbarejwt."""

import os
import subprocess
import sys
import tempfile
import unittest
from enum import Enum
from pathlib import Path
from typing import Any

import barejwt
from barejwt import _abi, auth, errors, keys, session

# Faults that only a C program can cause, and statuses that the package handles itself.
OUT_OF_REACH = {
    "CLAIM_ABSENT", "KEYRING_FULL", "LENGTH", "MISALIGNED", "NO_CHALLENGE", "NULL", "OUTPUT_TOO_SMALL",
    "OVERLAP", "SCRATCH_CHANGED", "SCRATCH_TOO_SMALL", "STRUCT_SIZE",
}


def numbers(prefix: str) -> dict[str, int]:
    """The numbers of the header whose names begin with the prefix."""
    prefix = f"BAREJWT_{prefix}_"
    found = {n[len(prefix) :]: getattr(_abi.LIB, n) for n in dir(_abi.LIB) if n.startswith(prefix)}
    assert found, prefix
    return found


class Package(unittest.TestCase):
    def test_it_is_the_installed_one(self) -> None:
        self.assertTrue(Path(barejwt.__file__).is_relative_to(sys.prefix), barejwt.__file__)

    def test_every_status_has_its_exception(self) -> None:
        for name, status in numbers("E").items():
            if name in OUT_OF_REACH:
                self.assertNotIn(status, errors.Error.by_status, name)
                continue
            kind = errors.Error.by_status[status]
            self.assertEqual(kind.__name__, name.title().replace("_", "") + "Error")
            self.assertIs(getattr(barejwt, kind.__name__), kind)
            self.assertTrue(str(kind(status, barejwt.Detail())), name)

    def test_enumerations(self) -> None:
        enums: dict[str, Any] = {
            "TYPE": barejwt.TokenType, "CLAIM": barejwt.Claim, "PART": barejwt.Part,
            "JSON": barejwt.JsonProblem, "AUTH": auth.Auth, "RING": keys.RingUse, "NEXT": session.Action,
        }
        for prefix, enum in enums.items():
            with self.subTest(prefix):
                assert issubclass(enum, Enum)
                ours = {n: m.value for n, m in enum.__members__.items() if n != "NONE"}
                theirs = {n: v for n, v in numbers(prefix).items() if n not in ("NONE", "REFUSED")}
                self.assertEqual(ours, theirs)
        self.assertEqual(auth.Auth.NONE, numbers("AUTH")["NONE"])


class Loading(unittest.TestCase):
    def load(self, source: str) -> str:
        """The error of importing the package with another library."""
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "other.so"
            cc = ["cc", "-x", "c", "-", "-o", str(library), "-shared", "-fPIC"]
            subprocess.run(cc, input=source.encode(), check=True)
            ran = subprocess.run(
                [sys.executable, "-c", "import barejwt"],
                env={**os.environ, "BAREJWT_LIBRARY": str(library)},
                capture_output=True,
                check=False,
            )
        self.assertEqual(ran.returncode, 1)
        return ran.stderr.decode()

    def test_another_abi_is_refused(self) -> None:
        said = self.load("unsigned barejwt_abi_version(void) { return 2; }")
        self.assertIn("has ABI 2; this package is for 1", said)

    def test_another_library_is_refused(self) -> None:
        said = self.load("int unrelated(void) { return 1; }")
        self.assertIn("is not libbarejwt", said)


if __name__ == "__main__":
    unittest.main()

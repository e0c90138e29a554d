"""The ctypes side of the ABI is what include/barejwt.h says, by name, number and layout."""

import ctypes
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from barejwt import Action, Auth, Claim, JsonProblem, Part, Status, TokenType, _abi, version
from barejwt.auth import IdentityKind
from barejwt.keys import RingUse
from barejwt.tokens import ValueKind

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
HEADER = COMMENT.sub("", (ROOT / "include" / "barejwt.h").read_text(encoding="utf-8"))
DEFINES = dict(re.findall(r"^#define BAREJWT_(\w+) (\d+)$", HEADER, re.MULTILINE))


def numbers(prefix: str) -> dict[str, int]:
    found = {n[len(prefix) :]: int(v) for n, v in DEFINES.items() if n.startswith(prefix)}
    assert found, prefix
    return found


def compile_c(source: str, out: Path, *flags: str) -> None:
    command = ["cc", "-x", "c", "-", "-o", str(out), f"-I{ROOT / 'include'}", *flags]
    subprocess.run(command, input=source.encode(), check=True)


class Header(unittest.TestCase):
    def test_statuses(self) -> None:
        ours = {s.name: s.value for s in Status if s is not Status.OK}
        self.assertEqual(ours, numbers("E_"))

    def test_enumerations(self) -> None:
        for prefix, enum, extra in (
            ("TYPE_", TokenType, {}),
            ("CLAIM_", Claim, {}),
            ("PART_", Part, {"NONE": 0}),
            ("JSON_", JsonProblem, {"NONE": 0}),
            ("AUTH_", Auth, {}),
            ("IDENTITY_", IdentityKind, {}),
            ("RING_", RingUse, {}),
            ("VALUE_", ValueKind, {}),
            ("NEXT_", Action, {"REFUSED": 0}),
        ):
            with self.subTest(prefix):
                ours = {name: int(member) for name, member in enum.__members__.items()}
                ours.pop("NONE", None) if enum is Claim else None
                self.assertEqual({**ours, **extra}, {**numbers(prefix), **extra})

    def test_constants(self) -> None:
        for name in ("ABI_VERSION", "STATE_HASH_BYTES", "TOKEN_LEN_DEFAULT"):
            self.assertEqual(getattr(_abi, name), int(DEFINES[name]), name)

    def test_functions(self) -> None:
        declared = re.findall(r"\b(barejwt_\w+)\((.*?)\);$", HEADER, re.MULTILINE | re.DOTALL)
        code = {n: a for n, a in declared if re.search(rf"^[a-z].*\b{n}\(", HEADER, re.MULTILINE)}
        ours = dict(_abi.FALLIBLE)
        ours.update((name, arguments) for name, (_, arguments) in _abi.INFALLIBLE.items())
        self.assertEqual(set(ours), set(code))
        for name, arguments in code.items():
            count = 0 if arguments.strip() == "void" else arguments.count(",") + 1
            self.assertEqual(len(ours[name]), count, name)

    def test_layout(self) -> None:
        expected, lines = [], []
        for struct, (name, *_) in _abi.STRUCTS.items():
            expected.append(ctypes.sizeof(struct))
            lines.append(f'printf("%zu\\n", sizeof({name}));')
            for field, *_ in struct._fields_:
                expected.append(getattr(struct, field).offset)
                lines.append(f'printf("%zu\\n", offsetof({name}, {field}));')
        source = '#include <stdio.h>\n#include "barejwt.h"\nint main(void) {' + "".join(lines) + "}"
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "layout"
            compile_c(source, program)
            found = subprocess.run([program], check=True, capture_output=True).stdout.split()
        self.assertEqual([int(n) for n in found], expected)


class Loading(unittest.TestCase):
    def load(self, library: Path) -> str:
        """What importing the package with another library says."""
        ran = subprocess.run(
            [sys.executable, "-c", "import barejwt"],
            cwd=PACKAGE,
            env={**os.environ, "BAREJWT_LIBRARY": str(library)},
            capture_output=True,
            check=False,
        )
        self.assertEqual(ran.returncode, 1)
        return ran.stderr.decode()

    def test_another_abi_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "other.so"
            compile_c("unsigned barejwt_abi_version(void) { return 2; }", library, "-shared", "-fPIC")
            self.assertIn("has ABI 2; this package is for 1", self.load(library))

    def test_another_library_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "other.so"
            compile_c("int unrelated(void) { return 1; }", library, "-shared", "-fPIC")
            self.assertIn("is not libbarejwt", self.load(library))

    def test_version(self) -> None:
        self.assertIn(f'#define BAREJWT_VERSION "{version()}"\n', HEADER)


if __name__ == "__main__":
    unittest.main()

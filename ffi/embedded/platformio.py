"""Links the archive that suits the board's processor and its floating-point ABI."""

import os

Import("env")  # noqa: F821 (PlatformIO's)

ARCHIVES = {
    "cortex-m0": "thumbv6m-none-eabi",
    "cortex-m0plus": "thumbv6m-none-eabi",
    "cortex-m3": "thumbv7m-none-eabi",
    "cortex-m4": "thumbv7em-none-eabi",
    "cortex-m7": "thumbv7em-none-eabi",
    "cortex-m23": "thumbv8m.base-none-eabi",
    "cortex-m33": "thumbv8m.main-none-eabi",
    "esp32c3": "riscv32imc-unknown-none-elf",
    "esp32c6": "riscv32imac-unknown-none-elf",
    "esp32h2": "riscv32imac-unknown-none-elf",
}

board = env.BoardConfig()  # noqa: F821
processor = board.get("build.cpu", board.get("build.mcu", ""))
archive = ARCHIVES.get(processor)
if archive is None:
    raise SystemExit(f"barejwt has no archive for {processor}")
flags = env.subst("$CCFLAGS $LINKFLAGS")  # noqa: F821
if archive in ("thumbv7em-none-eabi", "thumbv8m.main-none-eabi") and "-mfloat-abi=hard" in flags:
    archive += "hf"
env.Append(LIBPATH=[os.path.join(os.path.dirname(os.path.realpath("library.json")), "lib", archive)], LIBS=["barejwt"])  # noqa: F821

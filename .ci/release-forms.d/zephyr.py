"""Reads zephyr/module.yml of the directory it is called in, and the Kconfig and CMake files that it names."""

import os

import kconfiglib
from ruamel.yaml import YAML

with open("zephyr/module.yml") as module:
    build = YAML(typ="safe").load(module)["build"]
os.stat(os.path.join(build["cmake"], "CMakeLists.txt"))
assert kconfiglib.Kconfig(build["kconfig"]).syms["BAREJWT"].type == kconfiglib.BOOL

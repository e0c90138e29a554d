"""Prints which archive barejwt-embedded's platformio.py takes, with a stand-in for PlatformIO's `env`:

    cd barejwt-embedded && takes.py PROCESSOR [FLAG...]
"""

import os
import sys


class Environment:
    def BoardConfig(self):
        return {"build.cpu": sys.argv[1]}

    def subst(self, _):
        return " ".join(sys.argv[2:])

    def Append(self, LIBPATH, LIBS):
        [directory], [name] = LIBPATH, LIBS
        os.stat(os.path.join(directory, f"lib{name}.a"))
        print(os.path.basename(directory))


with open("platformio.py") as script:
    exec(script.read(), {"Import": lambda name: None, "env": Environment()})

#!/usr/bin/env python3
"""Holds every dependency of the workspace to the rules below, and docs/dependencies.md to the truth.

    dependencies.py           checks; the last line counts
    dependencies.py --table   prints the rows for docs/dependencies.md that can be counted

What cargo-deny checks, without the 300 crates that building it takes. No advisories: their database
cannot be had from a package registry.
"""

import json
import pathlib
import re
import subprocess
import sys

LICENCES = {"MIT", "Apache-2.0", "BSD-3-Clause", "Unicode-3.0", "Unlicense", "Zlib"}
LIBRARIES = [["-p", "barejwt", "--all-features"], ["-p", "barejwt-ffi"]]
PAGE = pathlib.Path("docs/dependencies.md")


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def is_allowed(expression):
    """Whether some choice that an SPDX expression leaves is of allowed licences alone."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def alternatives():
        value = terms()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            value = terms() or value
        return value

    def terms():
        value = single()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            value = single() and value
        return value

    def single():
        token = tokens.pop(0)
        if token == "(":
            value = alternatives()
            tokens.pop(0)
            return value
        if tokens and tokens[0] == "WITH":
            del tokens[:2]
        return token in LICENCES

    return alternatives()


def unsafe_count(package):
    """How often the keyword stands in the code of a package's library, comments and strings apart."""
    skipped = r'//[^\n]*|/\*.*?\*/|b?r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"'
    count = 0
    for path in pathlib.Path(package["manifest_path"]).parent.joinpath("src").rglob("*.rs"):
        code = re.sub(skipped, "", path.read_text(), flags=re.DOTALL)
        count += len(re.findall(r"\bunsafe\b", code))
    return count


def libraries_packages(packages):
    """The packages that the core and the C library can bring into a program, on any target."""
    names = set()
    for library in LIBRARIES:
        tree = cargo("tree", "--locked", *library, "-e", "normal", "--target", "all",
                     "--prefix", "none", "--format", "{p}")
        for line in tree.splitlines():
            name, version = line.split()[:2]
            names.add((name, version.removeprefix("v")))
    return sorted((p for p in packages if (p["name"], p["version"]) in names and p["source"]),
                  key=lambda p: p["name"])


def row(package):
    kind = " (at build time)" if any("proc-macro" in t["kind"] for t in package["targets"]) else ""
    return f'| `{package["name"]}`{kind} | {package["license"]} | {unsafe_count(package)} |'


def main():
    packages = json.loads(cargo("metadata", "--locked", "--all-features", "--format-version=1"))["packages"]
    libraries = libraries_packages(packages)
    if "--table" in sys.argv:
        print("\n".join(row(package) for package in libraries))
        return
    faults, checks = [], 0

    def check(is_good, fault):
        nonlocal checks
        checks += 1
        if not is_good:
            faults.append(fault)

    for package in packages:
        name, licence, source = package["name"], package["license"], package["source"]
        check(licence and is_allowed(licence), f"{name}: licence {licence}")
        check(source is None or source.startswith("registry+") and "crates.io-index" in source,
              f"{name}: from {source}")
        for dependency in package["dependencies"]:
            if source is None and "path" not in dependency:
                check(dependency["req"] != "*", f"{name}: any version of {dependency['name']}")
    # Two versions of one crate are two copies in flash.
    names = [package["name"] for package in libraries]
    for name in set(names):
        check(names.count(name) == 1, f"{name}: {names.count(name)} versions in the libraries")

    page = PAGE.read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    check(len(rows) == len(libraries), f"{PAGE} has {len(rows)} crates, the libraries {len(libraries)}")
    for package in libraries:
        check(any(line.startswith(row(package)) for line in rows), f"{PAGE} lacks: {row(package)}")

    for fault in faults:
        print(f"supply-chain: {fault}", file=sys.stderr)
    print(f"dependencies: {checks - len(faults)} passed, {len(faults)} failed")
    sys.exit(bool(faults))


main()

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

LICENCES = {"MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "Unicode-3.0", "Unlicense", "Zlib"}
MEMBERS = {
    "barejwt": ["-p", "barejwt", "--all-features"],
    "barejwt-ffi": ["-p", "barejwt-ffi"],
    "barejwt-cli": ["-p", "barejwt-cli"],
    "barejwt-settings": ["-p", "barejwt-settings"],
    "barejwt-prompt": ["-p", "barejwt-prompt"],
    "barejwt-server": ["-p", "barejwt-server"],
    "barejwt-client": ["-p", "barejwt-client"],
}
LIBRARIES = [MEMBERS["barejwt"], MEMBERS["barejwt-ffi"]]
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


def brought_by(packages, member, edges="normal"):
    """The packages from elsewhere that a member of the workspace depends on, on any target."""
    tree = cargo("tree", "--locked", *member, "-e", edges, "--target", "all",
                 "--prefix", "none", "--format", "{p}")
    names = {tuple(line.split()[:2]) for line in tree.splitlines()}
    return [p for p in packages if (p["name"], f'v{p["version"]}') in names and p["source"]]


def libraries_packages(packages):
    """The packages that the core and the C library can bring into a program."""
    brought = {p["id"]: p for library in LIBRARIES for p in brought_by(packages, library)}
    return sorted(brought.values(), key=lambda p: p["name"])


def rust(package):
    """The Rust version that a package states, or nothing, which is less than any."""
    return tuple(map(int, (package["rust_version"] or "0").split(".")))[:2]


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

    for name, member in MEMBERS.items():
        stated = next(p for p in packages if p["name"] == name and p["source"] is None)
        for package in brought_by(packages, member, "normal,build"):
            check(rust(package) <= rust(stated), f"{name} states Rust {stated['rust_version']}, "
                  f"{package['name']} needs {package['rust_version']}")

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

"""table.py FILE...: writes the output of every_key.py for each binary into docs/proof.md.

A file is named calls-TARGET-PROFILE. A call that did not run has the cell "not run", and a wrong call has "failed".
"""

import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path("docs/proof.md")
MARKS = re.compile("(<!-- proof -->\n).*(<!-- /proof -->)", re.DOTALL)
WRONG = re.compile("([a-z_0-9]+): .*;.*")
CALL = re.compile(r"([a-z_0-9]+): ([0-9]+) blocks, forks: ([0-9]+), ([0-9]+) s[^;]*")


def measured(file):
    """The calls that were right, with blocks; forks; seconds; and those that were not."""
    lines = file.read_text().splitlines()
    right = {line[1]: f"{int(line[2]):,}; {line[3]}; {line[4]}" for line in map(CALL.fullmatch, lines) if line}
    return right | {line[1]: "failed" for line in map(WRONG.fullmatch, lines) if line}


def table(columns, calls):
    names = [name.removeprefix("calls-") for name in columns]
    yield "| call | " + " | ".join(f"`{name}`" for name in names) + " |"
    yield "| --- |" + " ---: |" * len(names)
    for call in calls:
        cells = [column.get(call, "not run") for column in columns.values()]
        yield f"| `{call}` | " + " | ".join(cells) + " |"


def main(*files):
    cases = pathlib.Path(".ci/proof.d/cases.c").read_text()
    calls = [call for call in re.findall(r"^CASE\((\w+)\)", cases, re.MULTILINE) if not call.startswith("leak_")]
    columns = {pathlib.Path(file).name: measured(pathlib.Path(file)) for file in files}
    # The last one that changed the library.
    log = ["git", "log", "-1", "--format=%h", "--", "src", "ffi", "include", "Cargo.toml", "Cargo.lock"]
    commit = subprocess.check_output(log, text=True).strip()
    rows = "\n".join(table(columns, calls))
    text = f"The sources were those of {commit}.\n\n{rows}\n"
    PAGE.write_text(MARKS.sub(lambda marks: marks[1] + text + marks[2], PAGE.read_text()))


main(*sys.argv[1:])

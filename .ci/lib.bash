# The checks source this file. It sets their directories, counts their tests, and finds Debian's Rust.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

me=$(basename "$0")
target_dir=$(realpath -m "${CARGO_TARGET_DIR:-target}")
mkdir -p "$target_dir"
# The output of the last command of `check`.
log=$target_dir/$me.log
passed=0 failed=0

# need TOOL...
need() {
  local tool
  for tool; do
    command -v "$tool" >/dev/null || { echo "$me: $tool is missing" >&2; exit 1; }
  done
}

# Debian's Rust builds its standard library from source, for targets that rustup's may not have.
debian() { dpkg -L "$1" | grep -m1 "^/usr/bin/$2\$"; }

# declared [HEADER]: the C functions that it declares
declared() { grep -v '^ *\(/\*\|\*\)' "${1:-include/barejwt.h}" | grep -o 'barejwt_[a-z0-9_]*(' | tr -d '(' | sort -u; }

# globals ARCHIVE [NM]: the names that it defines for others
globals() { "${2:-nm}" --extern-only --defined-only "$1" | awk 'NF == 3 { print $3 }' | sort; }

# page MARK FILE: the commands that a page has behind <!-- MARK -->
page() { sed -n "/<!-- $1 -->/,/^\`\`\`\$/{/^\`\`\`/d;/<!--/d;p}" "$2"; }

# The commands of the table in the tool's README.
tool_commands() { sed -n '/^| to | say |$/,/^$/p' examples/cli/README.md | grep -oE '`[^`]+`' | tr -d '`'; }

# corpus TARGET: unpacks what a fuzz target begins with, and prints its directory
corpus() {
  local directory=$target_dir/corpus/$1
  rm -rf "$directory"
  mkdir -p "$directory"
  tar -C "$directory" -xzf "fuzz/corpus/$1.tar.gz"
  echo "$directory"
}

pass() { passed=$((passed + ${1:-1})); }
fail() {
  failed=$((failed + 1))
  echo "$me: failed: $*" >&2
}

# check NAME COMMAND...: the command must succeed. `of=N` before it says that it counts as N tests.
check() {
  if "${@:2}" >"$log" 2>&1; then
    pass "${of:-1}"
  else
    fail "$1"
    tail -n 30 "$log" | cut -c1-300 >&2
  fi
}

# says STATUS TEXT COMMAND...: the command ends with this status and prints exactly this text. Lines may end
# with CR LF too.
says() {
  local status=0 text
  text=$("${@:3}" 2>&1) || status=$?
  text=${text//$'\r'/}
  [[ $status == "$1" && $text == "$2" ]] || { echo "status $status, and it says:"$'\n'"$text"; return 1; }
}

fails() { ! "$@"; }

# no_panic ARCHIVE: no panic can be reached in a sealed archive for an operating system, where a panic would
# call the C library's abort
no_panic() {
  local needed
  needed=$(nm --undefined-only "$1") || return 1
  echo "$needed"
  [[ $needed == *' memcpy'* && $needed != *' abort'* ]]
}

# Prints the last line of a check, and ends with its status.
result() {
  echo "$me: $passed passed, $failed failed"
  ((failed == 0 && passed > 0))
}

# The checks of bare-metal targets source this after lib.bash. It has functions for the targets of
# ffi/targets.txt, for the C library of a target, for an image that links it, and for QEMU. All checks build
# into one directory, so that Rust's core library is compiled once for each target and profile.
#
# Debian: rustc-web cargo-web rust-web-src gcc-arm-none-eabi gcc-riscv64-unknown-elf
#         gcc-aarch64-linux-gnu libc6-dev-arm64-cross binutils qemu-system-arm qemu-system-misc qemu-user
# shellcheck shell=bash

debian_rustc=$(debian rustc-web rustc)
debian_cargo=$(debian cargo-web cargo)
builds=$target_dir/bare-metal
# Each check has its own.
work=$builds/$me
mkdir -p "$work"

# targets LEVEL: the targets of this level, `measured` or `run`
targets() { awk -F '\t' -v level="$1" '$2 == level { print $1 }' ffi/targets.txt; }

# column NUMBER TARGET
column() {
  # CI's own machine has no line.
  [[ $1$2 == 4x86_64-unknown-linux-gnu ]] && { echo x86_64-linux-gnu-gcc -static; return; }
  awk -F '\t' -v target="$2" -v number="$1" '$1 == target { print $number; found = 1 }
    END { exit !found }' ffi/targets.txt
}

# debians_build TARGET BUILD DIRECTORY FLAG...: a BUILD is `release`; `size`, which comes with both
# switches for small code, ours and sha2's; or `plain-size`, without them
debians_build() {
  local target=$1 build=$2 flags=''
  [[ $build == size ]] && flags='--cfg sha2_backend_soft="compact" -Cllvm-args=-inlinehint-threshold=100'
  # ffi/CMakeLists.txt sets the same flags, and says why.
  [[ $target == aarch64-unknown-none || $target/$build == aarch64-*/size ]] && flags+=' --cfg sha2_backend="soft"'
  RUSTC=$debian_rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=$flags "$debian_cargo" build --quiet --locked \
    --target "$target" --profile "${build#plain-}" -Zbuild-std=core --target-dir "$3" "${@:4}"
}

# library TARGET BUILD [SOURCE]: builds libbarejwt.a, of a copy of the sources if one is named, and
# prints its path. Cargo gives all archives of a target and a profile one name, so that two of them
# cannot share a directory.
library() {
  local profile=${2#plain-} source=${3:-.} directory=$builds features='' linker
  [[ $2 == plain-* ]] && directory=$builds/plain
  [[ $source == . ]] || directory=$source.target
  [[ $2 == size ]] && features=compact
  if [[ $source != . && ! -d $directory ]]; then # It begins with the core library that is compiled already.
    mkdir -p "$directory/$1"
    cp -a "$builds/$profile" "$directory"
    cp -a "$builds/$1/$profile" "$directory/$1"
  fi
  linker=$(column 4 "$1" | cut -d ' ' -f 1)
  debians_build "$1" "$2" "$directory" --manifest-path "$source/Cargo.toml" -p barejwt-ffi \
    --features "$features" --config "target.'$1'.linker='$linker'" 2>"$work/$1-$2.log" ||
    { cat "$work/$1-$2.log" >&2; return 1; }
  # cargo warns that there is no shared library without an operating system. It must warn of nothing else.
  if grep '^warning' "$work/$1-$2.log" | grep -v '^warning: dropping unsupported crate type `cdylib`' >&2; then
    return 1
  fi
  echo "$directory/$1/$profile/libbarejwt.a"
}

# sealed TARGET BUILD [SOURCE]: the same archive, sealed by ffi/seal as in the installed package
sealed() {
  local archive
  archive=$(library "$@") || return 1
  # shellcheck disable=SC2046
  ffi/seal "$archive" "${archive%/*}/sealed.a" $(column 4 "$1") || return 1
  echo "${archive%/*}/sealed.a"
}

# compiler TARGET FLAG...: the C compiler for the target; on bare metal it links only what is named
compiler() {
  local cc
  cc=$(column 4 "$1")
  [[ $1 == *-linux-* ]] || cc+=' -nostdlib -ffreestanding'
  $cc -Wl,--gc-sections "${@:2}"
}

# tool NAME TARGET FLAG...: runs a program of the compiler's binutils
tool() {
  local cc
  cc=$(column 4 "$2")
  "${cc%%gcc*}$1" "${@:3}"
}

# image TARGET LIBRARY SOURCE ELF: links a program that runs in QEMU
image() {
  local flash=0 ram=0x20000000
  [[ $1 == riscv* ]] && flash=0x80000000 ram=0x80200000
  compiler "$1" -std=c11 -O2 -ffunction-sections -Wall -Wextra -Werror -Iinclude \
    "-Wl,--defsym=FLASH=$flash,--defsym=RAM=$ram,--defsym=RAM_SIZE=0x4000" -z noexecstack \
    -T .ci/measure.d/image.ld .ci/measure.d/machine.c examples/cross/memory.c "$3" "$2" -lgcc -o "$4"
}

# run TARGET ELF [QEMU-FLAG...]: an instruction takes a fixed time, so that the image can count it
run() {
  local shift=10
  [[ $1 == riscv* ]] && shift=0
  # shellcheck disable=SC2046
  timeout 300 $(column 5 "$1") -icount shift=$shift -display none -monitor none -serial none \
    -chardev stdio,id=out -semihosting-config enable=on,target=native,chardev=out \
    -kernel "$2" "${@:3}" </dev/null
}

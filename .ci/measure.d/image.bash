# Sourced by .ci/footprint and .ci/constant-time: the C library for a bare-metal target, an image
# that links it, and QEMU.
#
# Debian: rustc-web cargo-web rust-web-src gcc-arm-none-eabi gcc-riscv64-unknown-elf binutils
#         qemu-system-arm qemu-system-misc
# shellcheck shell=bash

debian() { dpkg -L "$1" | grep -m1 "^/usr/bin/$2\$"; }
debian_rustc=$(debian rustc-web rustc)
debian_cargo=$(debian cargo-web cargo)
work=${CARGO_TARGET_DIR:-target}/footprint
mkdir -p "$work"

# library TARGET PROFILE [SOURCE]: builds libbarejwt.a, of a copy of the sources if one is named, and
# prints its path. Profile `size` comes with both switches for small code, ours and sha2's.
library() {
  local target=$1 profile=$2 source=${3:-.} directory=$work/library flags='' features=''
  [[ $source == . ]] || directory=$source.target
  [[ $profile == size ]] && features=compact &&
    flags='--cfg sha2_backend_soft="compact" -Cllvm-args=-inlinehint-threshold=100'
  RUSTC=$debian_rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=$flags "$debian_cargo" build --quiet --locked \
    --manifest-path "$source/Cargo.toml" -p barejwt-ffi --features "$features" --profile "$profile" \
    --target "$target" -Zbuild-std=core --target-dir "$directory" 2>"$work/$target-$profile.log" ||
    { cat "$work/$target-$profile.log" >&2; return 1; }
  echo "$directory/$target/$profile/libbarejwt.a"
}

# compiler TARGET FLAG...: C for the target, with nothing linked that is not named
compiler() {
  local cc
  case $1 in
    thumbv7em-none-eabi) cc='arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb' ;;
    thumbv6m-none-eabi) cc='arm-none-eabi-gcc -mcpu=cortex-m0 -mthumb' ;;
    riscv32imac-unknown-none-elf)
      cc='riscv64-unknown-elf-gcc -march=rv32imac_zicsr -mabi=ilp32 -mcmodel=medany' ;;
  esac
  $cc -nostdlib -Wl,--gc-sections "${@:2}"
}

# image TARGET LIBRARY SOURCE ELF: links a program that runs in QEMU
image() {
  local flash=0 ram=0x20000000
  [[ $1 == riscv* ]] && flash=0x80000000 ram=0x80200000
  compiler "$1" -std=c11 -O2 -ffreestanding -ffunction-sections -Wall -Wextra -Werror -Iinclude \
    "-Wl,--defsym=FLASH=$flash,--defsym=RAM=$ram,--defsym=RAM_SIZE=0x4000" -z noexecstack \
    -T .ci/measure.d/image.ld .ci/measure.d/machine.c "$3" "$2" -lgcc -o "$4"
}

# run TARGET ELF [QEMU-FLAG...]: an instruction takes a fixed time, so that the image can count it
run() {
  local qemu
  case $1 in
    thumbv7em-none-eabi) qemu='qemu-system-arm -M mps2-an386 -icount shift=10' ;;
    thumbv6m-none-eabi) qemu='qemu-system-arm -M microbit -icount shift=10' ;;
    riscv32imac-unknown-none-elf) qemu='qemu-system-riscv32 -M virt -bios none -icount shift=0' ;;
  esac
  timeout 300 $qemu -display none -monitor none -serial none -chardev stdio,id=out \
    -semihosting-config enable=on,target=native,chardev=out -kernel "$2" "${@:3}" </dev/null
}

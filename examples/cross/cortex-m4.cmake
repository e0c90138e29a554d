# CMake toolchain file for Cortex-M4 and M7, floating point in software. From the top of the tree:
#
#     cmake -S ffi -B build-m4 --toolchain "$PWD/examples/cross/cortex-m4.cmake"
#     cmake --build build-m4 && cmake --install build-m4 --prefix PREFIX
#
# Use the same file for the firmware that links the package. For another core, change the three lines that
# name this core.
#
# Debian: gcc-arm-none-eabi libnewlib-arm-none-eabi. If rustup does not have the target, also
#         rustc-web cargo-web rust-web-src

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m4)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-m4 -mthumb")
set(CMAKE_CXX_FLAGS_INIT "${CMAKE_C_FLAGS_INIT}")
# CMake's test program does not link, because it has no linker script.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

if(NOT BAREJWT_RUST_TARGET)
  set(BAREJWT_RUST_TARGET thumbv7em-none-eabi)
endif()

# Debian's compiler builds Rust's core library from source.
execute_process(COMMAND rustc --print target-libdir --target ${BAREJWT_RUST_TARGET}
  OUTPUT_VARIABLE libdir OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT EXISTS "${libdir}")
  set(BAREJWT_CARGO /usr/bin/cargo)
  set(BAREJWT_RUSTC /usr/bin/rustc)
  set(BAREJWT_BUILD_STD ON)
endif()

//! Names the shared library in itself, by its ABI version: `libbarejwt.so.1`.

use std::env;

fn main() -> Result<(), &'static str> {
    println!("cargo::rerun-if-changed=src/version.rs");
    let version = include_str!("src/version.rs");
    let (_, rest) = version
        .split_once("BAREJWT_ABI_VERSION: u32 = ")
        .ok_or("src/version.rs has no ABI version")?;
    let (abi, _) = rest.split_once(';').unwrap_or((rest, ""));

    // A soname is a matter of ELF.
    let is = |name, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_FAMILY", "unix") && !is("CARGO_CFG_TARGET_VENDOR", "apple") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libbarejwt.so.{abi}");
    }
    Ok(())
}

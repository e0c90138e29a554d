//! Writes the name of the shared library into the library: its file name, or `BAREJWT_SONAME` if you install
//! it under another name.

use std::env;

fn main() {
    println!("cargo::rerun-if-env-changed=BAREJWT_SONAME");
    let soname = env::var("BAREJWT_SONAME").unwrap_or_else(|_| "libbarejwt.so".to_owned());

    // Only ELF libraries have a soname.
    let is = |name, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_FAMILY", "unix") && !is("CARGO_CFG_TARGET_VENDOR", "apple") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,{soname}");
    }
}

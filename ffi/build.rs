//! Names the shared library in itself: as its file is named, or as whoever installs it by another name
//! says in `BAREJWT_SONAME`.

use std::env;

fn main() {
    println!("cargo::rerun-if-env-changed=BAREJWT_SONAME");
    let soname = env::var("BAREJWT_SONAME").unwrap_or_else(|_| "libbarejwt.so".to_owned());

    // A soname is a matter of ELF.
    let is = |name, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_FAMILY", "unix") && !is("CARGO_CFG_TARGET_VENDOR", "apple") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,{soname}");
    }
}

//! The version of the library.

use core::ffi::{CStr, c_char};

/// Changes whenever a struct, a number or a function changes in a way that old callers notice.
pub const BAREJWT_ABI_VERSION: u32 = 1;

const TEXT: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(text) => text,
        Err(_) => c"",
    };
const NUMBER: u32 = number(env!("CARGO_PKG_VERSION"));

/// `major * 10000 + minor * 100 + patch`, without the text from a `-` or `+` on.
const fn number(version: &str) -> u32 {
    let (mut number, mut part) = (0_u32, 0_u32);
    let mut rest = version.as_bytes();
    while let [byte, tail @ ..] = rest {
        match byte {
            b'0'..=b'9' => {
                let digit = (*byte as u32).saturating_sub(b'0' as u32);
                part = part.saturating_mul(10).saturating_add(digit);
            }
            b'.' => {
                number = number.saturating_add(part).saturating_mul(100);
                part = 0;
            }
            _ => break,
        }
        rest = tail;
    }
    number.saturating_add(part)
}

/// BAREJWT_VERSION of the library that is linked, as a static string.
#[unsafe(no_mangle)]
pub extern "C" fn barejwt_version() -> *const c_char {
    TEXT.as_ptr()
}

/// BAREJWT_VERSION_NUMBER of the library that is linked.
#[unsafe(no_mangle)]
pub extern "C" fn barejwt_version_number() -> u32 {
    NUMBER
}

/// BAREJWT_ABI_VERSION of the library that is linked.
#[unsafe(no_mangle)]
pub extern "C" fn barejwt_abi_version() -> u32 {
    BAREJWT_ABI_VERSION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_its_place() {
        assert_eq!(number("1.2.3"), 1_02_03);
        assert_eq!(number("12.34.56"), 12_34_56);
        assert_eq!(number("0.1.0-rc.7+8"), 1_00);
    }

    #[test]
    fn text_and_number_are_cargos() {
        assert_eq!(TEXT.to_str(), Ok(env!("CARGO_PKG_VERSION")));
        let part = |text: &str| text.parse::<u32>().unwrap();
        let expected = part(env!("CARGO_PKG_VERSION_MAJOR")) * 10_000
            + part(env!("CARGO_PKG_VERSION_MINOR")) * 100
            + part(env!("CARGO_PKG_VERSION_PATCH"));
        assert_eq!(barejwt_version_number(), expected);
    }
}

//! The token that a command is about: an argument or standard input.

use std::ffi::OsStr;
use std::io::{self, Read};

use anyhow::{Context, Result, bail};

/// Most bytes read from standard input.
const MAX_INPUT_BYTES: u64 = 1 << 20;

/// The bytes of the token; of standard input without the white space around it.
pub(crate) fn read(argument: &OsStr) -> Result<Vec<u8>> {
    if argument != "-" {
        return Ok(argument.as_encoded_bytes().to_vec());
    }
    let mut input = Vec::new();
    io::stdin()
        .lock()
        .take(MAX_INPUT_BYTES.saturating_add(1))
        .read_to_end(&mut input)
        .context("cannot read standard input")?;
    if input.len() as u64 > MAX_INPUT_BYTES {
        bail!("standard input holds more than {MAX_INPUT_BYTES} bytes; give it one token");
    }
    Ok(input.trim_ascii().to_vec())
}

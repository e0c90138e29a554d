//! Where the key comes from: a file, the environment, or the site's database.

use std::env;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail};
use barejwt_settings::KeySet;
use zeroize::Zeroizing;

use crate::cli::KeyArgs;
use crate::database;

/// The environment variable that may hold the key.
const VARIABLE: &str = "BAREJWT_KEY";

/// Most bytes of a key file.
const MAX_KEY_FILE_BYTES: usize = 65536;

/// The keys of the first source there is.
pub(crate) fn load(args: &KeyArgs) -> Result<KeySet> {
    if let Some(path) = &args.key_file {
        return prepare(
            &read_key_file(path)?,
            &format!("the key file {}", path.display()),
        );
    }
    if let Some(value) = env::var_os(VARIABLE) {
        let secret = Zeroizing::new(value.into_encoded_bytes());
        return prepare(&secret, &format!("the environment variable {VARIABLE}"));
    }
    database::keys(&args.database)
}

fn prepare(secret: &[u8], source: &str) -> Result<KeySet> {
    KeySet::one(secret).with_context(|| format!("cannot use the key in {source}"))
}

fn read_key_file(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let limit = MAX_KEY_FILE_BYTES.saturating_add(1);
    // As large as it can get, so that no copy is left behind by growing.
    let mut secret = Zeroizing::new(Vec::with_capacity(limit.saturating_mul(2)));
    File::open(path)
        .and_then(|file| file.take(limit as u64).read_to_end(&mut secret))
        // Without the path: where no file is, somebody may have typed a key or a token.
        .context("cannot read the file that --key-file names")?;
    if secret.len() > MAX_KEY_FILE_BYTES {
        bail!(
            "the key file {} holds more than {MAX_KEY_FILE_BYTES} bytes; is it the right file?",
            path.display()
        );
    }
    if secret.last() == Some(&b'\n') {
        secret.pop();
    }
    Ok(secret)
}

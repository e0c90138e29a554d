//! The sources of the key: a file, standard input, the environment, or the site's database. And the forms in
//! which the key may be written there.

use std::borrow::Cow;
use std::env;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use barejwt::{Error, Key, MIN_KEY_BYTES, SigningKey};
use barejwt_settings::{KeySet, new_secret};
use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

use crate::cli::{KeyArgs, KeyEncoding, conflict};
use crate::{database, exit, shown};

/// The environment variable that may hold the key.
const VARIABLE: &str = "BAREJWT_KEY";

/// The database, if no key is named.
const DEFAULT_DATABASE: &str = "barejwt.db";

/// Most bytes of a key file.
const MAX_KEY_FILE_BYTES: usize = 65536;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The byte order marks of UTF-16, which PowerShell's `>` writes.
const UTF_16_MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// The key or keys that sign and verify.
pub(crate) enum Keys {
    One {
        key: Key,
        /// The hint for a token whose signature is not valid with this key.
        hint: Option<&'static str>,
    },
    Site(KeySet),
}

impl Keys {
    /// The keys of the first source that is named. The source must exist.
    pub(crate) fn load(args: &KeyArgs) -> Result<Self> {
        Self::find(args)?.with_context(|| {
            format!(
                "there is no key: name one with --key-file, --database or {VARIABLE}; without them \
                 it is in {DEFAULT_DATABASE} here, which `barejwt token` makes"
            )
        })
    }

    /// The keys of the first source that is named. `None` if no key is named and there is no database yet.
    pub(crate) fn find(args: &KeyArgs) -> Result<Option<Self>> {
        let make = maker(args);
        let encoding = args.key_encoding.unwrap_or(KeyEncoding::Text);
        if let Some(path) = &args.key_file {
            let (secret, source) = read_key_file(path)?;
            return one(&secret, &source, encoding, make).map(Some);
        }
        if let Some(path) = &args.database {
            return Ok(Some(Self::Site(database::keys(path, make)?)));
        }
        if let Some(value) = env::var_os(VARIABLE) {
            let secret = Zeroizing::new(value.into_encoded_bytes());
            let source = format!("the environment variable {VARIABLE}");
            return one(&secret, &source, encoding, make).map(Some);
        }
        if args.key_encoding.is_some() {
            return Err(conflict(&format!(
                "--key-encoding is for a key in a --key-file or in {VARIABLE}, and there is none"
            ))
            .into());
        }
        let path = Path::new(DEFAULT_DATABASE);
        // A link to nothing also exists. Nothing is written through it.
        match path.symlink_metadata() {
            Ok(_) => Ok(Some(Self::Site(database::keys(path, make)?))),
            Err(_) if args.weak_key => {
                let why = "--weak-key is for a key that you have, and there is none";
                Err(conflict(why).into())
            }
            Err(_) => Ok(None),
        }
    }

    /// The new key of a new default database.
    pub(crate) fn create(args: &KeyArgs) -> Result<Self> {
        let path = Path::new(DEFAULT_DATABASE);
        database::create(path).with_context(|| format!("cannot create {DEFAULT_DATABASE}"))?;
        Ok(Self::Site(database::keys(path, maker(args))?))
    }

    /// A key that nobody keeps, to test whether something can be signed.
    pub(crate) fn throw_away() -> Result<Self> {
        let key = Key::new(new_secret()?.as_bytes())?;
        Ok(Self::One { key, hint: None })
    }

    /// The keys to verify with. A single key without a name verifies tokens with any `kid`.
    pub(crate) fn verifying(&self) -> Result<barejwt::Keys<'_>, Error> {
        Ok(match self {
            Self::One { key, .. } => key.into(),
            Self::Site(keys) => match keys.nameless() {
                Some(key) => key.into(),
                None => barejwt::Keys::Ring(keys.ring()?),
            },
        })
    }

    /// A hint about the key, for a signature that is not valid.
    pub(crate) const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::One { hint, .. } => *hint,
            Self::Site(_) => None,
        }
    }

    /// The key to sign with, and the `kid` to write: this one, or otherwise the key's own.
    pub(crate) fn signing<'k>(&'k self, kid: Option<&'k str>) -> Result<SigningKey<'k>, Error> {
        match self {
            Self::One { key, .. } => Ok(kid.map_or(key.into(), |kid| key.with_kid(kid))),
            Self::Site(keys) => keys.signing(kid),
        }
    }
}

fn maker(args: &KeyArgs) -> fn(&[u8]) -> Result<Key, Error> {
    if args.weak_key {
        Key::new_weak
    } else {
        Key::new
    }
}

fn one(
    secret: &[u8],
    source: &str,
    encoding: KeyEncoding,
    make: fn(&[u8]) -> Result<Key, Error>,
) -> Result<Keys> {
    let hint = match encoding {
        KeyEncoding::Text => looks_encoded(secret),
        _ => None,
    };
    let key = decoded(secret, encoding).and_then(|bytes| make(&bytes).map_err(too_weak));
    key.map(|key| Keys::One { key, hint })
        .with_context(|| format!("cannot use the key in {source}"))
}

/// Tells how to use a key that only `--weak-key` accepts.
pub(crate) fn too_weak(error: Error) -> anyhow::Error {
    match error {
        Error::KeyTooShort { bytes: 0, .. } => anyhow!("the key is empty"),
        Error::KeyTooShort { .. } | Error::KeyBlank => anyhow!(
            "{error}; anyone who has one token can find a weak key by trying, and --weak-key takes \
             it all the same"
        ),
        other => other.into(),
    }
}

/// The bytes that sign. A text is used unchanged, without one newline at its end. It is refused if an editor
/// has put more around it, because other programs would read that as part of the key.
fn decoded(written: &[u8], encoding: KeyEncoding) -> Result<Zeroizing<Vec<u8>>> {
    if UTF_16_MARKS.iter().any(|mark| written.starts_with(mark)) {
        bail!("it starts with the byte order mark of UTF-16: save it as UTF-8, without a mark");
    }
    let text = match encoding {
        KeyEncoding::Text => return Ok(Zeroizing::new(text_key(written)?.to_vec())),
        _ => written.strip_prefix(BYTE_ORDER_MARK).unwrap_or(written),
    };
    let text = str::from_utf8(text.trim_ascii()).unwrap_or("?");
    let unpadded = text.trim_end_matches('=');
    let bytes = match encoding {
        KeyEncoding::Hex => unhex(text),
        KeyEncoding::Base64 => Base64Unpadded::decode_vec(unpadded).ok(),
        _ => Base64UrlUnpadded::decode_vec(unpadded).ok(),
    };
    bytes
        .map(Zeroizing::new)
        .with_context(|| format!("it is not {encoding}"))
}

fn text_key(written: &[u8]) -> Result<&[u8]> {
    if written.starts_with(BYTE_ORDER_MARK) {
        bail!("it starts with a byte order mark: save it without one, as UTF-8");
    }
    let is_line_feed = |byte: &u8| *byte == b'\n';
    let last = written.iter().rev().find(|byte| !is_line_feed(byte));
    if last == Some(&b'\r') {
        bail!(
            "its line ends with CR: save it with LF alone, or give its bytes with \
             --key-encoding hex if the CR is part of it"
        );
    }
    Ok(written.strip_suffix(b"\n").unwrap_or(written))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    let (pairs, rest) = digits.as_chunks::<2>();
    let byte = |pair: &[u8; 2]| {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        u8::try_from(high?.checked_mul(16)?.checked_add(low?)?).ok()
    };
    pairs
        .iter()
        .map(byte)
        .collect::<Option<_>>()
        .filter(|_| rest.is_empty())
}

/// The bytes, and the name of their source for messages.
fn read_key_file(path: &Path) -> Result<(Zeroizing<Vec<u8>>, Cow<'static, str>)> {
    if path == Path::new("-") {
        let secret = read_secret(io::stdin().lock()).context("cannot read standard input")?;
        return Ok((
            check_len(secret, "standard input")?,
            "standard input".into(),
        ));
    }
    let failed = || {
        format!(
            "cannot read {}",
            shown::file("key file", path, "--key-file")
        )
    };
    let file = File::open(path).with_context(failed)?;
    if let Ok(found) = file.metadata() {
        warn_if_others_can_read(&found, "key file", path);
    }
    let source = format!("the key file {}", path.display());
    let secret = check_len(read_secret(file).with_context(failed)?, &source)?;
    Ok((secret, source.into()))
}

fn read_secret(input: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let limit = MAX_KEY_FILE_BYTES.saturating_add(1);
    // It has its largest size at once, so that growing leaves no copy behind.
    let mut secret = Zeroizing::new(Vec::with_capacity(limit.saturating_mul(2)));
    input.take(limit as u64).read_to_end(&mut secret)?;
    Ok(secret)
}

fn check_len(secret: Zeroizing<Vec<u8>>, source: &str) -> Result<Zeroizing<Vec<u8>>> {
    if secret.len() > MAX_KEY_FILE_BYTES {
        bail!("{source} holds more than {MAX_KEY_FILE_BYTES} bytes; is it the right file?");
    }
    Ok(secret)
}

/// Warns about a key file that others can read, because they could sign.
#[cfg(unix)]
pub(crate) fn warn_if_others_can_read(found: &Metadata, what: &str, path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = found.permissions().mode() & 0o777;
    if found.is_file() && mode & 0o044 != 0 {
        let path = path.display();
        exit::warn(&format!(
            "barejwt: others on this machine can read the {what} {path} (mode {mode:04o}): \
             chmod 600 {path}"
        ));
    }
}

#[cfg(not(unix))]
pub(crate) fn warn_if_others_can_read(_: &Metadata, _: &str, _: &Path) {}

/// A hint about a text key, for a signature that is not valid. Most first attempts fail here.
fn looks_encoded(secret: &[u8]) -> Option<&'static str> {
    // A key of letters and digits alone is base64 too, but most often it is text.
    let is = |encoding, marks: &[u8]| {
        let is_marked = marks.is_empty() || secret.iter().any(|byte| marks.contains(byte));
        let decoded = decoded(secret, encoding);
        is_marked && decoded.is_ok_and(|bytes| bytes.len() >= MIN_KEY_BYTES / 2)
    };
    if is(KeyEncoding::Hex, b"") {
        Some("the key looks like hex digits, which --key-encoding hex decodes")
    } else if is(KeyEncoding::Base64, b"+/=") {
        Some("the key looks like base64, which --key-encoding base64 decodes")
    } else if is(KeyEncoding::Base64url, b"-_") {
        Some("the key looks like base64url, which --key-encoding base64url decodes")
    } else {
        None
    }
}

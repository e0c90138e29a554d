//! Keys: prepared HMAC states; the tag of a signing input; rotation by `kid`.

use core::fmt;
use core::hint::black_box;

use crate::COMPACT;
use crate::base64url;
use crate::error::Error;
use crate::hmac_sha256::{MAC_LEN, Prepared};

/// Fewest bytes of a secret that [`Key::new`] takes (RFC 7518 3.2).
pub const MIN_KEY_BYTES: usize = 32;

/// Most bytes of a `kid`.
pub const MAX_KID_BYTES: usize = 63;

/// Words of 64 bits that are wiped on the stack after `hmac` has prepared a key, and after it has made a MAC.
/// They are more than `hmac` leaves secrets in, on every target that we measured. Code that is not optimised
/// uses much more stack.
const STACK_OF_PREPARE: usize = if cfg!(debug_assertions) { 2048 } else { 96 };
const STACK_OF_MAC: usize = if cfg!(debug_assertions) {
    2048
} else if COMPACT || cfg!(target_pointer_width = "64") {
    64
} else {
    48
};

/// Characters of a tag: 32 bytes as base64url.
pub(crate) const TAG_LEN: usize = base64url::encoded_len(MAC_LEN);

/// An HS256 key, prepared: the two HMAC states after the padded key (RFC 2104 4).
///
/// Preparing costs two SHA-256 compressions; a secret of more than 64 bytes is hashed first, which costs
/// more. Signing or verifying an access token then costs four compressions. Share a key by reference,
/// also between threads. A key is 80 bytes and is wiped when dropped. Its `Debug` shows no bytes, and
/// keys cannot be compared.
///
/// ```
/// # fn main() -> Result<(), barejwt::Error> {
/// let key = barejwt::Key::new(b"at least 32 bytes from a good random source")?;
/// assert_eq!(format!("{key:?}"), "Key { .. }");
/// # Ok(())
/// # }
/// ```
pub struct Key {
    hmac: Prepared,
}

impl Key {
    /// Prepares a key from a secret of at least [`MIN_KEY_BYTES`] bytes of any value. The secret is not
    /// kept. Wipe your own copy of it.
    ///
    /// # Errors
    /// - [`Error::KeyTooShort`] if the secret has fewer than 32 bytes: RFC 7518 3.2 forbids such keys for
    ///   HS256.
    /// - [`Error::KeyBlank`] if every byte is 0x00, or every byte is 0xFF: the memory was never set, or is
    ///   erased flash. For HMAC, a key of up to 64 zeros is the same as the empty key.
    pub fn new(secret: &[u8]) -> Result<Self, Error> {
        check_len(secret, MIN_KEY_BYTES)?;
        if is_blank(secret) {
            return Err(Error::KeyBlank);
        }
        Ok(Self::prepare_and_wipe(secret))
    }

    /// Prepares a key from a secret that may be weak: short, even 1 byte, or blank. An attacker who holds
    /// one token can try every short secret offline. Use this only for keys that cannot be changed.
    ///
    /// # Errors
    /// [`Error::KeyTooShort`] if the secret is empty.
    pub fn new_weak(secret: &[u8]) -> Result<Self, Error> {
        check_len(secret, 1)?;
        Ok(Self::prepare_and_wipe(secret))
    }

    fn prepare_and_wipe(secret: &[u8]) -> Self {
        let key = Self::prepare(secret);
        wipe_stack::<STACK_OF_PREPARE>();
        key
    }

    // Never inlined, so that it leaves its secrets where `wipe_stack` wipes.
    #[inline(never)]
    fn prepare(secret: &[u8]) -> Self {
        Self {
            hmac: Prepared::new(secret),
        }
    }

    /// This key with a name, to sign tokens whose header carries the name as `kid`.
    ///
    /// ```
    /// # use barejwt::{Claims, Key, sign};
    /// # let (key, mut buf) = (Key::new(&[7; 32])?, [0; 256]);
    /// let token = sign(&Claims::access("lUpa", 1745651978, 3600), key.with_kid("2026-11"), &mut buf)?;
    /// # Ok::<(), barejwt::Error>(())
    /// ```
    #[must_use]
    pub const fn with_kid<'k>(&'k self, kid: &'k str) -> SigningKey<'k> {
        SigningKey {
            key: self,
            kid: Some(kid),
        }
    }

    /// Writes the tag of `signing_input` in base64url, as in a token.
    pub(crate) fn tag(&self, signing_input: &[u8], tag: &mut [u8; TAG_LEN]) {
        let mut mac = [0; MAC_LEN];
        self.hmac.mac(signing_input, &mut mac);
        base64url::encode_secret(&mac, tag);
    }

    /// Whether `tag` is the tag of `signing_input`. The time depends on the lengths alone.
    pub(crate) fn accepts(&self, signing_input: &[u8], tag: &[u8]) -> bool {
        let is_tag = self.compare(signing_input, tag);
        // An attacker who found the right tag of a forged token on the stack could make the token valid.
        wipe_stack::<STACK_OF_MAC>();
        is_tag
    }

    // Never inlined, so that it leaves its secrets where `wipe_stack` wipes.
    #[inline(never)]
    fn compare(&self, signing_input: &[u8], tag: &[u8]) -> bool {
        let mut expected = [0; MAC_LEN];
        self.hmac.mac(signing_input, &mut expected);
        is_encoded(tag, &expected)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").finish_non_exhaustive()
    }
}

/// Wipes the stack below the caller's frame, where an earlier call has left secrets.
#[doc(hidden)]
#[inline(never)]
pub fn wipe_stack<const WORDS: usize>() {
    // A variable, because a constant would not be on the stack.
    let mut zeros = [0_u64; WORDS];
    black_box(&mut zeros);
}

fn check_len(secret: &[u8], minimum: usize) -> Result<(), Error> {
    let bytes = secret.len();
    if bytes < minimum {
        return Err(Error::KeyTooShort { bytes, minimum });
    }
    Ok(())
}

/// Whether every byte is 0x00 or every byte is 0xFF. There is no branch on a byte.
fn is_blank(secret: &[u8]) -> bool {
    let (any, all) = secret
        .iter()
        .fold((0, 0xff), |(any, all), byte| (any | byte, all & byte));
    black_box((any == 0) | (all == 0xff))
}

/// Whether `tag` is `expected` in base64url. The received tag is decoded, because it is public; the expected
/// tag is secret.
// Never inlined: its stack frame must not add to the frames of the MAC.
#[inline(never)]
fn is_encoded(tag: &[u8], expected: &[u8; MAC_LEN]) -> bool {
    let mut received = [0; MAC_LEN];
    let well_formed = tag.len() == TAG_LEN && base64url::decode(tag, &mut received).is_some();
    // No branch, not even on what is public: each wrong tag takes the same path.
    black_box(equal(expected, &received) & well_formed)
}

/// Compares two digests, eight bytes at a time, up to the end wherever they differ. `black_box` keeps the
/// compiler from ending early.
pub(crate) fn equal(expected: &[u8; MAC_LEN], received: &[u8; MAC_LEN]) -> bool {
    let (expected, _) = expected.as_chunks();
    let (received, _) = received.as_chunks();
    let pairs = expected.iter().zip(received);
    let differences = pairs.fold(0, |differences, (one, other)| {
        black_box(differences | (u64::from_ne_bytes(*one) ^ u64::from_ne_bytes(*other)))
    });
    differences == 0
}

/// A key to sign with, and the `kid` for the header, if any.
///
/// It is made from a `&Key` (without `kid`), by [`Key::with_kid`], or from a `&Keyring` (its active key).
#[derive(Clone, Copy, Debug)]
pub struct SigningKey<'k> {
    key: &'k Key,
    kid: Option<&'k str>,
}

impl<'k> SigningKey<'k> {
    pub(crate) const fn key(&self) -> &'k Key {
        self.key
    }

    pub(crate) const fn kid(&self) -> Option<&'k str> {
        self.kid
    }
}

impl<'k> From<&'k Key> for SigningKey<'k> {
    fn from(key: &'k Key) -> Self {
        Self { key, kid: None }
    }
}

impl<'k> From<&'k Keyring<'k>> for SigningKey<'k> {
    fn from(ring: &'k Keyring<'k>) -> Self {
        ring.active.key.with_kid(ring.active.kid())
    }
}

/// A [`Key`] with its `kid`, for a [`Keyring`]. 144 bytes.
pub struct NamedKey {
    key: Key,
    kid: [u8; MAX_KID_BYTES],
    kid_len: u8,
}

impl NamedKey {
    /// Names `key`. The `kid` is public: it stands in the header of every token that the key signs.
    ///
    /// # Errors
    /// [`Error::KidInvalid`] unless `kid` has 1 to [`MAX_KID_BYTES`] bytes of UTF-8, without `"`, `\` and
    /// ASCII control characters.
    pub fn new(kid: &str, key: Key) -> Result<Self, Error> {
        let mut bytes = [0; MAX_KID_BYTES];
        match (bytes.get_mut(..kid.len()), u8::try_from(kid.len())) {
            (Some(front), Ok(kid_len)) if is_kid(kid) => {
                front.copy_from_slice(kid.as_bytes());
                Ok(Self {
                    key,
                    kid: bytes,
                    kid_len,
                })
            }
            _ => Err(Error::KidInvalid),
        }
    }

    /// The key's name.
    #[must_use]
    pub fn kid(&self) -> &str {
        core::str::from_utf8(self.kid_bytes()).unwrap_or("")
    }

    fn kid_bytes(&self) -> &[u8] {
        self.kid.get(..usize::from(self.kid_len)).unwrap_or(&[])
    }

    /// Whether the key still has its name. A key that is all zeros has no name.
    #[doc(hidden)]
    #[must_use]
    pub const fn is_named(&self) -> bool {
        self.kid_len != 0
    }

    /// The key itself.
    #[must_use]
    pub const fn key(&self) -> &Key {
        &self.key
    }
}

/// Shows the name alone.
impl fmt::Debug for NamedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedKey")
            .field("kid", &self.kid())
            .finish_non_exhaustive()
    }
}

/// Whether a header can carry `kid` without escapes.
pub(crate) fn is_kid(kid: &str) -> bool {
    let plain = |byte: u8| !byte.is_ascii_control() && byte != b'"' && byte != b'\\';
    (1..=MAX_KID_BYTES).contains(&kid.len()) && kid.bytes().all(plain)
}

/// What a [`Keyring`] does with a token that has no `kid`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum WithoutKid<'k> {
    /// Refuse it: [`Error::KidMissing`].
    Refuse,
    /// Verify it with the key of this name: for example, the key that was used before keys had names.
    Use(&'k str),
}

/// Several keys, told apart by `kid` (RFC 7515 4.1.4). One key signs.
///
/// A token is verified with the key that its `kid` names. Other keys are never tried. A keyring borrows
/// its keys and is only a few words long: make one whenever you need it.
///
/// ```
/// use barejwt::{Claims, Key, Keyring, NamedKey, Validation, WithoutKid, sign, verify};
///
/// let keys = [
///     NamedKey::new("2026-10", Key::new(&[10; 32])?)?,
///     NamedKey::new("2026-11", Key::new(&[11; 32])?)?,
/// ];
/// let ring = Keyring::new(&keys, "2026-11", WithoutKid::Refuse)?;
/// let (mut buf, mut scratch) = ([0; 256], [0; 192]);
/// let token = sign(&Claims::access("lUpa", 1745651978, 3600), &ring, &mut buf)?;
/// let claims = verify(token, &ring, &Validation::access(), 1745651978, &mut scratch)?;
/// assert_eq!(claims.sub(), "lUpa");
/// # Ok::<(), barejwt::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Keyring<'k> {
    keys: &'k [NamedKey],
    active: &'k NamedKey,
    without_kid: Option<&'k Key>,
}

impl<'k> Keyring<'k> {
    /// A keyring of `keys` that signs with the key named `active`.
    ///
    /// # Errors
    /// - [`Error::KidDuplicate`] if two keys have the same name.
    /// - [`Error::KidNotInKeyring`] if no key has the name `active`, or no key has the name in
    ///   `without_kid`.
    pub fn new(
        keys: &'k [NamedKey],
        active: &str,
        without_kid: WithoutKid<'_>,
    ) -> Result<Self, Error> {
        let mut rest = keys;
        while let [first, others @ ..] = rest {
            if find(others, |kid| kid == first.kid_bytes()).is_some() {
                return Err(Error::KidDuplicate);
            }
            rest = others;
        }
        let named =
            |name: &str| find(keys, |kid| kid == name.as_bytes()).ok_or(Error::KidNotInKeyring);
        Ok(Self {
            keys,
            active: named(active)?,
            without_kid: match without_kid {
                WithoutKid::Refuse => None,
                WithoutKid::Use(kid) => Some(named(kid)?.key()),
            },
        })
    }

    /// A keyring to verify with, for the C library, which makes one in every call. The caller knows that
    /// all names differ. Tokens without `kid` are verified with the key at the place `without_kid`, if it
    /// exists. `None` if there are no keys.
    #[doc(hidden)]
    #[must_use]
    pub fn by_place(keys: &'k [NamedKey], without_kid: usize) -> Option<Self> {
        Some(Self {
            keys,
            active: keys.first()?,
            without_kid: keys.get(without_kid).map(NamedKey::key),
        })
    }

    /// The key whose `kid` satisfies `is_kid`.
    pub(crate) fn find(&self, is_kid: impl Fn(&[u8]) -> bool) -> Option<&'k Key> {
        find(self.keys, is_kid).map(NamedKey::key)
    }

    pub(crate) const fn without_kid(&self) -> Option<&'k Key> {
        self.without_kid
    }
}

fn find(keys: &[NamedKey], is_kid: impl Fn(&[u8]) -> bool) -> Option<&NamedKey> {
    keys.iter().find(|key| is_kid(key.kid_bytes()))
}

/// One key or a keyring to verify with. It is made from a `&Key` or a `&Keyring`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Keys<'k> {
    /// This key, whatever `kid` the token has.
    One(&'k Key),
    /// The key of this keyring that the token's `kid` names.
    Ring(Keyring<'k>),
}

impl<'k> From<&'k Key> for Keys<'k> {
    fn from(key: &'k Key) -> Self {
        Self::One(key)
    }
}

impl<'k> From<&'k Keyring<'k>> for Keys<'k> {
    fn from(ring: &'k Keyring<'k>) -> Self {
        Self::Ring(*ring)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sees_every_bit() {
        let a = [0x5a; MAC_LEN];
        assert!(equal(&a, &a));
        for bit in 0..32 * 8 {
            let mut b = a;
            b[bit / 8] ^= 1 << (bit % 8);
            assert!(!equal(&a, &b));
        }
    }

    #[test]
    fn sizes_are_as_documented() {
        assert_eq!(size_of::<Key>(), 80);
        assert_eq!(size_of::<NamedKey>(), 144);
    }
}

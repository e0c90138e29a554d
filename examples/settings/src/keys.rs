//! The keys of a site: one key that signs, and former keys that verify until they are retired.

use std::fmt;

use barejwt::{Error, Key, Keyring, NamedKey, SigningKey, WithoutKid};

use crate::MakeKey;

/// The keyring's name for the key of tokens without `kid`. It is the key from before the first rotation.
const WITHOUT_KID: &str = "without-kid";

/// A key as stored in the database.
pub struct StoredKey<'r> {
    /// The key's name. The key from before the first rotation has no name.
    pub kid: Option<&'r str>,
    /// The bytes that sign.
    pub secret: &'r str,
}

/// Shows the name alone.
impl fmt::Debug for StoredKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl StoredKey<'_> {
    fn prepare(&self, make: MakeKey) -> Result<NamedKey, Error> {
        let key = make(self.secret.as_bytes())?;
        NamedKey::new(self.kid.unwrap_or(WITHOUT_KID), key)
    }
}

/// The prepared keys. The first key signs.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<NamedKey>,
    /// The place of the key for tokens without `kid`, until that key is retired.
    without_kid: Option<usize>,
}

impl KeySet {
    /// # Errors
    /// The errors of `make`, for any key; [`Error::KidInvalid`], [`Error::KidDuplicate`].
    pub(crate) fn new<'r>(
        active: StoredKey<'r>,
        former: impl Iterator<Item = StoredKey<'r>>,
        make: MakeKey,
    ) -> Result<Self, Error> {
        let keys = std::iter::once(active).chain(former);
        let prepared: Result<Vec<_>, Error> = keys.map(|key| key.prepare(make)).collect();
        let set = Self {
            without_kid: None,
            keys: prepared?,
        };
        // Checked now and not at a request, so that the reader of the keys can keep the former ones.
        Keyring::new(&set.keys, set.active()?.kid(), WithoutKid::Refuse)?;
        let is_first = |key: &NamedKey| key.kid() == WITHOUT_KID;
        Ok(Self {
            without_kid: set.keys.iter().position(is_first),
            ..set
        })
    }

    /// The number of keys.
    #[must_use]
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// The name of the key that signs. Its tokens have this `kid` from the first rotation on.
    #[must_use]
    pub fn name(&self) -> &str {
        self.keys.first().map_or("", NamedKey::kid)
    }

    /// The key, if it is the only one and has no `kid`.
    #[must_use]
    pub fn nameless(&self) -> Option<&Key> {
        match self.keys.as_slice() {
            [only] if only.kid() == WITHOUT_KID => Some(only.key()),
            _ => None,
        }
    }

    /// The keys to verify with. The key from before the first rotation verifies tokens without `kid`. Once it
    /// is retired, these tokens are refused. This call does not look through the keys: that was done when the
    /// set was made.
    ///
    /// # Errors
    /// This cannot fail: a set with a fault was never made.
    pub fn ring(&self) -> Result<Keyring<'_>, Error> {
        let nowhere = self.keys.len();
        Keyring::by_place(&self.keys, self.without_kid.unwrap_or(nowhere))
            .ok_or(Error::KidNotInKeyring)
    }

    /// The key to sign with, and the `kid` to write. Without `kid` it is the key's own name, which the key
    /// has from the first rotation on.
    ///
    /// # Errors
    /// This cannot fail: there is always a key.
    pub fn signing<'k>(&'k self, kid: Option<&'k str>) -> Result<SigningKey<'k>, Error> {
        let active = self.active()?;
        let own = Some(active.kid()).filter(|own| *own != WITHOUT_KID);
        Ok(match kid.or(own) {
            Some(kid) => active.key().with_kid(kid),
            None => active.key().into(),
        })
    }

    fn active(&self) -> Result<&NamedKey, Error> {
        self.keys.first().ok_or(Error::KidNotInKeyring)
    }
}

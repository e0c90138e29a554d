//! The keys of a site: one that signs, and former ones that verify until they are retired.

use std::fmt;

use barejwt::{Error, Key, Keyring, NamedKey, SigningKey, WithoutKid};

use crate::MakeKey;

/// What the keyring calls the key of tokens without `kid`, the one from before the first rotation.
const WITHOUT_KID: &str = "without-kid";

/// A key as the database has it.
pub struct StoredKey<'r> {
    /// Its name; the key from before the first rotation has none.
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

/// The prepared keys; the first one signs.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<NamedKey>,
    /// The place of the key of tokens without `kid`, until that is retired.
    without_kid: Option<usize>,
}

impl KeySet {
    /// # Errors
    /// Those of `make`, of any key; [`Error::KidInvalid`], [`Error::KidDuplicate`].
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
        // Now, not when a request needs it: whoever reads the keys can go on with the former ones.
        Keyring::new(&set.keys, set.active()?.kid(), WithoutKid::Refuse)?;
        let is_first = |key: &NamedKey| key.kid() == WITHOUT_KID;
        Ok(Self {
            without_kid: set.keys.iter().position(is_first),
            ..set
        })
    }

    /// How many keys there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// The name of the key that signs: what its tokens have for a `kid` from the first rotation on.
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

    /// What to verify with: a token without `kid` goes to the key from before the first rotation,
    /// and is refused once that is retired. However many keys there are, this looks through none of
    /// them: that was done when the set was made.
    ///
    /// # Errors
    /// None: the set was not made if there are any.
    pub fn ring(&self) -> Result<Keyring<'_>, Error> {
        let nowhere = self.keys.len();
        Keyring::by_place(&self.keys, self.without_kid.unwrap_or(nowhere))
            .ok_or(Error::KidNotInKeyring)
    }

    /// What to sign with: under this `kid`, or else the key's own, which it has from the first rotation
    /// on.
    ///
    /// # Errors
    /// None: there is a key.
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

//! The keys of a site: one that signs, and former ones that verify until they are retired.

use crate::MakeKey;
use barejwt::{Error, Key, Keyring, NamedKey, SigningKey, WithoutKid};

/// What the keyring calls the key of tokens without `kid`, the one from before the first rotation.
const WITHOUT_KID: &str = "without-kid";

/// A key as the database has it.
pub(crate) struct StoredKey<'r> {
    pub(crate) kid: Option<&'r str>,
    pub(crate) secret: &'r str,
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
    active: String,
    keys: Vec<NamedKey>,
}

impl KeySet {
    /// # Errors
    /// [`Error::KeyTooShort`] and [`Error::KidInvalid`], of any of them; [`Error::KidDuplicate`].
    pub(crate) fn new<'r>(
        active: StoredKey<'r>,
        former: impl Iterator<Item = StoredKey<'r>>,
        make: MakeKey,
    ) -> Result<Self, Error> {
        let active = active.prepare(make)?;
        let name = active.kid().to_owned();
        let former = former.map(|key| key.prepare(make));
        let keys = std::iter::once(Ok(active)).chain(former);
        let set = Self {
            active: name,
            keys: keys.collect::<Result<_, _>>()?,
        };
        // Now, not when a request needs it: whoever reads the keys can go on with the former ones.
        set.ring()?;
        Ok(set)
    }

    /// The key that signs, and its `kid`.
    ///
    /// # Errors
    /// None: there is one.
    pub fn active_key(&self) -> Result<(&Key, Option<&str>), Error> {
        let active = self.keys.first().ok_or(Error::KidNotInKeyring)?;
        let kid = Some(active.kid()).filter(|kid| *kid != WITHOUT_KID);
        Ok((active.key(), kid))
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
    /// and is refused once that is retired.
    ///
    /// # Errors
    /// None: [`Self::new`] has tried.
    pub fn ring(&self) -> Result<Keyring<'_>, Error> {
        let first = self.keys.iter().any(|key| key.kid() == WITHOUT_KID);
        let without_kid = if first {
            WithoutKid::Use(WITHOUT_KID)
        } else {
            WithoutKid::Refuse
        };
        Keyring::new(&self.keys, &self.active, without_kid)
    }

    /// What to sign with: until the first rotation a key that writes no `kid`.
    #[must_use]
    pub fn signing<'k>(&'k self, ring: &'k Keyring<'k>) -> SigningKey<'k> {
        match self.keys.first() {
            Some(key) if self.active == WITHOUT_KID => key.key().into(),
            _ => ring.into(),
        }
    }
}

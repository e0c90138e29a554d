//! The keys of a site: one that signs, and former ones that verify until they are retired.

use barejwt::{Error, Key, Keyring, NamedKey, SigningKey, WithoutKid};

/// What the keyring calls the key of tokens without `kid`, the one from before the first rotation.
const WITHOUT_KID: &str = "without-kid";

/// A key as the database has it.
pub(crate) struct StoredKey<'r> {
    pub(crate) kid: Option<&'r str>,
    pub(crate) secret: &'r str,
}

impl StoredKey<'_> {
    fn prepare(&self) -> Result<NamedKey, Error> {
        let key = Key::new(self.secret.as_bytes())?;
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
    ) -> Result<Self, Error> {
        let active = active.prepare()?;
        let name = active.kid().to_owned();
        let former = former.map(|key| key.prepare());
        let keys = std::iter::once(Ok(active)).chain(former);
        let set = Self {
            active: name,
            keys: keys.collect::<Result<_, _>>()?,
        };
        // Now, not when a request needs it: whoever reads the keys can go on with the former ones.
        set.ring()?;
        Ok(set)
    }

    /// One key, without a `kid`.
    ///
    /// # Errors
    /// [`Error::KeyTooShort`].
    pub fn one(secret: &[u8]) -> Result<Self, Error> {
        Ok(Self {
            active: WITHOUT_KID.to_owned(),
            keys: vec![NamedKey::new(WITHOUT_KID, Key::new(secret)?)?],
        })
    }

    /// The `kid` that the active key has or would have.
    #[must_use]
    pub fn active(&self) -> &str {
        &self.active
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

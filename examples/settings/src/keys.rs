//! The keys of a site: one that signs, and former ones that verify until they are retired.

use barejwt::{Error, Key, Keyring, NamedKey, SigningKey, WithoutKid};

use crate::MakeKey;

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
pub struct KeySet(Vec<NamedKey>);

impl KeySet {
    /// # Errors
    /// Those of `make`, of any key; [`Error::KidInvalid`], [`Error::KidDuplicate`].
    pub(crate) fn new<'r>(
        active: StoredKey<'r>,
        former: impl Iterator<Item = StoredKey<'r>>,
        make: MakeKey,
    ) -> Result<Self, Error> {
        let keys = std::iter::once(active).chain(former);
        let prepared: Result<_, Error> = keys.map(|key| key.prepare(make)).collect();
        let set = Self(prepared?);
        // Now, not when a request needs it: whoever reads the keys can go on with the former ones.
        set.ring()?;
        Ok(set)
    }

    /// The key, if it is the only one and has no `kid`.
    #[must_use]
    pub fn nameless(&self) -> Option<&Key> {
        match self.0.as_slice() {
            [only] if only.kid() == WITHOUT_KID => Some(only.key()),
            _ => None,
        }
    }

    /// What to verify with: a token without `kid` goes to the key from before the first rotation,
    /// and is refused once that is retired.
    ///
    /// # Errors
    /// None: the set was not made if there are any.
    pub fn ring(&self) -> Result<Keyring<'_>, Error> {
        let first = self.0.iter().any(|key| key.kid() == WITHOUT_KID);
        let without_kid = if first {
            WithoutKid::Use(WITHOUT_KID)
        } else {
            WithoutKid::Refuse
        };
        Keyring::new(&self.0, self.active()?.kid(), without_kid)
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
        self.0.first().ok_or(Error::KidNotInKeyring)
    }
}

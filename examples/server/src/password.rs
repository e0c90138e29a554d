//! Passwords: argon2id, with a cost that is the same whoever asks.

use std::fmt;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, anyhow};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Fewest and most characters of a new password (OWASP Authentication Cheat Sheet).
pub(crate) const MIN_CHARS: usize = 8;
pub(crate) const MAX_CHARS: usize = 256;

// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes a new password into a PHC string, with a random salt.
pub(crate) fn hash(password: &str) -> Result<String> {
    let hash = argon2()?.hash_password(password.as_bytes());
    Ok(hash.context("cannot hash the password")?.to_string())
}

fn argon2() -> Result<Argon2<'static>> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| anyhow!("{error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Checks and hashes passwords beside the server's other work, as many at once as there are
/// processors: each takes 19 MiB.
pub(crate) struct Passwords {
    at_once: Arc<Semaphore>,
    /// Compared with where there is no account, so that this takes the same time.
    nobody: String,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").finish_non_exhaustive()
    }
}

impl Passwords {
    pub(crate) fn new() -> Result<Self> {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            at_once: Arc::new(Semaphore::new(processors)),
            nobody: hash(&barejwt_settings::letters_and_digits(32)?)?,
        })
    }

    /// Whether `password` is the one of `hash`; without a hash it is nobody's, after the same work.
    pub(crate) async fn is_right(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let stored = hash.unwrap_or(&self.nobody).to_owned();
        let is_somebody = hash.is_some();
        let password = Zeroizing::new(password.to_owned());
        let matches = self.apart(move || {
            let stored = PasswordHash::new(&stored).context("a stored hash is no PHC string")?;
            Ok(argon2()?
                .verify_password(password.as_bytes(), &stored)
                .is_ok())
        });
        Ok(matches.await? && is_somebody)
    }

    /// [`hash()`] of a new password.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = Zeroizing::new(password.to_owned());
        self.apart(move || hash(&password)).await
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = Arc::clone(&self.at_once).acquire_owned().await?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await?
    }
}

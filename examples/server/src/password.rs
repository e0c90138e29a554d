//! Passwords: argon2id, with the same cost for every request.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Most hashes at the same time, so that their memory is at most 38 MiB on any machine.
const AT_ONCE: usize = 2;

/// The memory that argon2 works in. It is kept and used again, because memory that many threads give back to
/// the allocator stays with the process.
type Blocks = Vec<Block>;

/// Hashes a new password into a PHC string, with a random salt.
pub(crate) fn hash(password: &str) -> Result<String> {
    hash_in(&mut Blocks::new(), password)
}

fn hash_in(blocks: &mut Blocks, password: &str) -> Result<String> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| anyhow!("{error}"))?;
    let mut salt = [0; Salt::RECOMMENDED_LENGTH];
    getrandom::fill(&mut salt)?;
    let mut hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params)?,
        salt: Some(Salt::new(&salt)?),
        hash: None,
    };
    hash.hash = Some(output(blocks, password, &hash)?);
    Ok(hash.to_string())
}

/// Whether a password belongs to a stored hash.
pub(crate) fn is_of(password: &str, stored: &str) -> Result<bool> {
    is_right(&mut Blocks::new(), password, stored)
}

fn is_right(blocks: &mut Blocks, password: &str, stored: &str) -> Result<bool> {
    let stored = PasswordHash::new(stored).context("a stored hash is no PHC string")?;
    let found = output(blocks, password, &stored)?;
    // `Output` compares in constant time.
    Ok(stored.hash == Some(found))
}

/// The output for `password` by the algorithm, the parameters and the salt of `like`.
fn output(blocks: &mut Blocks, password: &str, like: &PasswordHash) -> Result<Output> {
    let algorithm = Algorithm::try_from(like.algorithm.as_str())?;
    let version = like.version.map_or(Ok(Version::V0x13), Version::try_from)?;
    let params = Params::try_from(like)?;
    let salt = like.salt.context("a stored hash has no salt")?;
    let needed = params.block_count();
    if blocks.len() < needed {
        blocks.resize(needed, Block::new());
    }
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let mut out = Zeroizing::new([0; Output::MAX_LENGTH]);
    let out = out.get_mut(..length).context("a stored hash is too long")?;
    Argon2::new(algorithm, version, params).hash_password_into_with_memory(
        password.as_bytes(),
        &salt,
        out,
        blocks,
    )?;
    Ok(Output::new(out)?)
}

/// Checks and hashes passwords beside the server's other work, [`AT_ONCE`] at a time.
pub(crate) struct Passwords {
    at_once: Arc<Semaphore>,
    /// The memory that nobody uses at the moment.
    idle: Arc<Mutex<Vec<Blocks>>>,
    /// Used if there is no account, so that the comparison takes the same time.
    nobody: String,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").finish_non_exhaustive()
    }
}

impl Passwords {
    pub(crate) fn new() -> Result<Self> {
        let mut blocks = Blocks::new();
        Ok(Self {
            nobody: hash_in(&mut blocks, &barejwt_settings::letters_and_digits(32)?)?,
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            idle: Arc::new(Mutex::new(vec![blocks])),
        })
    }

    /// Whether `password` belongs to `hash`. Without a hash the answer is no, after the same work.
    pub(crate) async fn is_right(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let stored = hash.unwrap_or(&self.nobody).to_owned();
        let is_somebody = hash.is_some();
        let password = Zeroizing::new(password.to_owned());
        let matches = self.apart(move |blocks| is_right(blocks, &password, &stored));
        Ok(matches.await? && is_somebody)
    }

    /// [`hash()`] of a new password.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = Zeroizing::new(password.to_owned());
        self.apart(move |blocks| hash_in(blocks, &password)).await
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Blocks) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = Arc::clone(&self.at_once).acquire_owned().await?;
        let idle = Arc::clone(&self.idle);
        let done = tokio::task::spawn_blocking(move || {
            let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut blocks = taken.unwrap_or_default();
            let done = work(&mut blocks);
            let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(blocks);
            drop((idle, turn));
            done
        });
        done.await?
    }
}

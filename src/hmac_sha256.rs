//! HMAC-SHA-256 (RFC 2104) by the `hmac` crate: what is prepared once per key, and what is done for
//! each token.

use hmac::KeyInit;
use hmac::block_api::HmacCore;
use hmac::digest::block_api::{Buffer, FixedOutputCore, UpdateCore};
use sha2::{Digest, Sha256};

/// Bytes of a MAC.
pub(crate) const MAC_LEN: usize = 32;

/// The two SHA-256 states after the padded key. The `zeroize` features of both crates wipe it on
/// drop.
pub(crate) struct Prepared(HmacCore<Sha256>);

impl Prepared {
    /// Prepares a secret of any length; one longer than a block, 64 bytes, is hashed first.
    pub(crate) fn new(secret: &[u8]) -> Self {
        // There is no error: HMAC takes any length.
        let core = HmacCore::new_from_slice(secret);
        Self(core.unwrap_or_else(|_| HmacCore::new(&Default::default())))
    }

    /// Makes `mac` the MAC of `message`. It is written in place: a returned value would leave a copy
    /// that nobody wipes.
    // Never inlined: it has two callers, who would each have a copy.
    #[inline(never)]
    pub(crate) fn mac(&self, message: &[u8], mac: &mut [u8; MAC_LEN]) {
        let mut core = self.0.clone();
        let mut buffer = Buffer::<HmacCore<Sha256>>::default();
        buffer.digest_blocks(message, |blocks| core.update_blocks(blocks));
        core.finalize_fixed_core(&mut buffer, mac.into());
    }
}

/// SHA-256 of two texts, one behind the other: for the C library, which tells by it whether memory still
/// holds them.
#[doc(hidden)]
#[must_use]
pub fn digest(one: &str, other: &str) -> [u8; 32] {
    Sha256::new_with_prefix(one)
        .chain_update(other)
        .finalize()
        .into()
}

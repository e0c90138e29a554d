//! HMAC-SHA-256 (RFC 2104) by the `hmac` crate: prepared once for each key, then used for each token.

use hmac::KeyInit;
use hmac::block_api::HmacCore;
use hmac::digest::block_api::{Buffer, CoreProxy, FixedOutputCore, UpdateCore};
use sha2::Sha256;

/// Bytes of a MAC.
pub(crate) const MAC_LEN: usize = 32;

/// The two SHA-256 states after the padded key. The `zeroize` features of `hmac` and `sha2` wipe them
/// on drop.
pub(crate) struct Prepared(HmacCore<Sha256>);

impl Prepared {
    /// Prepares a secret of any length. A secret longer than a block, 64 bytes, is hashed first.
    pub(crate) fn new(secret: &[u8]) -> Self {
        // There is no error, because HMAC takes any length.
        let core = HmacCore::new_from_slice(secret);
        Self(core.unwrap_or_else(|_| HmacCore::new(&Default::default())))
    }

    /// Writes the MAC of `message` to `mac`, in place: a returned value would leave a copy that nobody
    /// wipes.
    // Never inlined: each of its two callers would get a copy.
    #[inline(never)]
    pub(crate) fn mac(&self, message: &[u8], mac: &mut [u8; MAC_LEN]) {
        let mut core = self.0.clone();
        let mut buffer = Buffer::<HmacCore<Sha256>>::default();
        buffer.digest_blocks(message, |blocks| core.update_blocks(blocks));
        core.finalize_fixed_core(&mut buffer, mac.into());
    }
}

/// SHA-256 of two texts, one behind the other. The C library uses it to tell whether memory still holds
/// the texts.
// It uses the block-level core, as `mac` does. The usual interface would share code with `mac`, and that code
// would then not be inlined into `mac`.
#[doc(hidden)]
#[must_use]
pub fn digest(one: &str, other: &str) -> [u8; 32] {
    type Core = <Sha256 as CoreProxy>::Core;

    let (mut core, mut buffer) = (Core::default(), Buffer::<Core>::default());
    for text in [one, other] {
        buffer.digest_blocks(text.as_bytes(), |blocks| core.update_blocks(blocks));
    }
    let mut digest = [0; 32];
    core.finalize_fixed_core(&mut buffer, (&mut digest).into());
    digest
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn the_digest_is_that_of_the_texts_one_behind_the_other() {
        // FIPS 180-2 B.1.
        let abc = [
            0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae,
            0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61,
            0xf2, 0x00, 0x15, 0xad,
        ];
        for (one, other) in [("", "abc"), ("a", "bc"), ("abc", "")] {
            assert_eq!(digest(one, other), abc);
        }
    }
}

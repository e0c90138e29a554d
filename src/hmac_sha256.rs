//! HMAC-SHA-256 (RFC 2104) by the compression function of `sha2`: what is prepared once per key, and
//! what is done for each token.

use core::slice;

use sha2::block_api::compress256;
use zeroize::{Zeroize, Zeroizing};

/// Bytes of a block.
const BLOCK: usize = 64;

/// Bytes of a MAC.
pub(crate) const MAC_LEN: usize = 32;

/// Where SHA-256 starts (FIPS 180-4 5.3.3).
const START: State = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The eight words of SHA-256: a digest is their bytes, the greatest first.
pub(crate) type State = [u32; 8];

/// The two states after the padded key. Wiped on drop.
pub(crate) struct Prepared {
    inner: State,
    outer: State,
}

impl Prepared {
    /// Prepares a secret of any length; one longer than a block is hashed first.
    pub(crate) fn new(secret: &[u8]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK]);
        if secret.len() > BLOCK {
            let mut digest = Zeroizing::new(START);
            finish(&mut digest, 0, secret);
            write_bytes(&digest, &mut *block);
        } else {
            copy(secret, &mut block);
        }
        let inner = padded(&mut block, 0x36);
        // From one padding to the other.
        let outer = padded(&mut block, 0x36 ^ 0x5c);
        Self { inner, outer }
    }

    /// Makes `state` the MAC of `message`. The place is the caller's, who wipes it: what is returned
    /// is copied, and the copy stays.
    pub(crate) fn mac(&self, message: &[u8], state: &mut State) {
        *state = self.inner;
        finish(state, BLOCK, message);
        // The inner digest says nothing of the key and is no MAC: it need not be wiped.
        let inner = to_bytes(state);
        *state = self.outer;
        finish(state, BLOCK, &inner);
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

fn padded(block: &mut [u8; BLOCK], pad: u8) -> State {
    for byte in block.iter_mut() {
        *byte ^= pad;
    }
    let mut state = START;
    compress256(&mut state, slice::from_ref(block));
    state
}

/// Hashes what is left, `message`, after `before` bytes have led to `state` (FIPS 180-4 5.1.1, 6.2).
// Never inlined: it has two callers, who would each have copies.
#[inline(never)]
fn finish(state: &mut State, before: usize, message: &[u8]) {
    let (blocks, rest) = message.as_chunks::<BLOCK>();
    compress256(state, blocks);

    let mut block = [0; BLOCK];
    copy(rest, &mut block);
    if let Some(end) = block.get_mut(rest.len()) {
        *end = 0x80;
    }
    if rest.len() >= BLOCK - 8 {
        compress256(state, slice::from_ref(&block));
        block = [0; BLOCK];
    }
    let bits = (before as u64)
        .wrapping_add(message.len() as u64)
        .wrapping_mul(8);
    if let Some(length) = block.last_chunk_mut() {
        *length = bits.to_be_bytes();
    }
    compress256(state, slice::from_ref(&block));
}

/// The bytes of a digest (FIPS 180-4 3.1).
pub(crate) fn to_bytes(state: &State) -> [u8; MAC_LEN] {
    let mut bytes = [0; MAC_LEN];
    write_bytes(state, &mut bytes);
    bytes
}

/// Writes them to the front of `out`.
fn write_bytes(state: &State, out: &mut [u8]) {
    let (chunks, _) = out.as_chunks_mut();
    for (chunk, word) in chunks.iter_mut().zip(state) {
        *chunk = word.to_be_bytes();
    }
}

/// Copies `from`, which is not longer, to the front of `to`.
fn copy(from: &[u8], to: &mut [u8; BLOCK]) {
    if let Some(front) = to.get_mut(..from.len()) {
        front.copy_from_slice(from);
    }
}

/// The words of a digest's bytes.
pub(crate) fn from_bytes(bytes: &[u8; MAC_LEN]) -> State {
    let mut state = [0; 8];
    let (chunks, _) = bytes.as_chunks();
    for (word, chunk) in state.iter_mut().zip(chunks) {
        *word = u32::from_be_bytes(*chunk);
    }
    state
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;

    use super::*;

    #[test]
    fn macs_are_those_of_the_hmac_crate() {
        let mut bytes = [0; 300];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = (i * 7 % 251) as u8;
        }
        for secret_len in [0, 1, 32, 63, 64, 65, 128, 200] {
            let secret = &bytes[..secret_len];
            let key = Prepared::new(secret);
            for message_len in 0..=bytes.len() {
                let message = &bytes[..message_len];
                let theirs = Hmac::<Sha256>::new_from_slice(secret)
                    .unwrap()
                    .chain_update(message);
                let mut mac = [0; 8];
                key.mac(message, &mut mac);
                assert_eq!(
                    to_bytes(&mac)[..],
                    theirs.finalize().into_bytes()[..],
                    "secret of {secret_len} bytes, message of {message_len}"
                );
            }
        }
    }
}

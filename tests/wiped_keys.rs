//! A secret does not stay on the stack after its key is prepared, used or dropped.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    missing_docs,
    unsafe_code
)]

mod stack;

use std::hint::black_box;
use std::mem::MaybeUninit;

use barejwt::{Claims, Key, Validation, sign, verify};
use stack::stack_below;

const SECRET_BYTE: u8 = 0xa7;
const NOW: i64 = 1_745_651_978;

/// Whether `bytes` has 16 bytes of the secret, as it is or padded for HMAC (RFC 2104 2).
fn has_secret(bytes: &[u8]) -> bool {
    [0, 0x36, 0x5c].into_iter().any(|pad| {
        let trace = [SECRET_BYTE ^ pad; 16];
        bytes.windows(trace.len()).any(|window| window == trace)
    })
}

#[inline(never)]
fn leave(byte: u8) {
    // The frames of `stack_below` overwrite the upper end of this array, but not all of it.
    let mut trace = [0; 8192];
    trace.fill(black_box(byte));
    black_box(&mut trace);
}

#[inline(never)]
fn prepare(secret: &[u8]) -> Box<Key> {
    Box::new(Key::new(secret).unwrap())
}

#[inline(never)]
fn sign_and_verify(key: &Key) {
    let (mut buf, mut scratch) = ([0; 256], [0; 192]);
    let token = sign(&Claims::access("lUpa", NOW, 3600), key, &mut buf).unwrap();
    assert!(verify(token, key, &Validation::access(), NOW, &mut scratch).is_ok());
}

#[test]
fn a_trace_would_be_found() {
    leave(SECRET_BYTE ^ 0x5c);
    assert!(has_secret(&stack_below()));
    // Another test's thread may get this stack.
    leave(0);
    assert!(!has_secret(&stack_below()));
}

/// Counts the words of a key that are not zero, before it is dropped and after.
fn words_before_and_after_drop(key: Key) -> (usize, usize) {
    let mut place = MaybeUninit::new(key);
    let words = place.as_ptr().cast::<u64>();
    let count = || {
        (0..size_of::<Key>() / 8)
            // SAFETY: the word is inside `place`. A key has no padding, so all its bytes are initialised.
            .filter(|word| unsafe { words.add(*word).read_volatile() } != 0)
            .count()
    };
    let before = count();
    // SAFETY: `place` holds a key, and nobody uses it again.
    unsafe { place.assume_init_drop() };
    (before, count())
}

#[test]
fn a_dropped_key_is_zeros() {
    let key = Key::new(&[SECRET_BYTE; 64]).unwrap();
    // Two states of 32 bytes, and two counts of blocks.
    assert_eq!(words_before_and_after_drop(key), (10, 0));
}

#[test]
fn no_secret_stays_on_the_stack() {
    for len in [32, 63, 64, 65, 256] {
        let secret = vec![SECRET_BYTE; len];
        let key = prepare(&secret);
        assert!(!has_secret(&stack_below()), "prepared, {len} bytes");
        sign_and_verify(&key);
        assert!(!has_secret(&stack_below()), "used, {len} bytes");
        drop(key);
        assert!(!has_secret(&stack_below()), "dropped, {len} bytes");
    }
}

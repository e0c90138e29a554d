//! One operation for callgrind to count: `count OPERATION`. It counts the one call of a function whose
//! name begins with `counted_`. An earlier call has already found out what the CPU can do.

use std::hint::black_box;

use barejwt::{Key, Keyring, StateHash, Validation, WithoutKid, sign, verify};
use tokens::{ACCESS, EVERYDAY, EVERYDAY_SUB, NAMED, NBF, REFRESH, SECRET, SUB};

struct Ready<'k> {
    key: Key,
    ring: Keyring<'k>,
    state_hash: StateHash,
    buf: [u8; 256],
}

#[unsafe(no_mangle)]
#[inline(never)]
fn counted_verify_access(ready: &mut Ready<'_>) {
    let rules = Validation::access();
    let claims = verify(black_box(ACCESS), &ready.key, &rules, NBF, &mut ready.buf);
    assert!(claims.unwrap().sub() == SUB);
}

#[unsafe(no_mangle)]
#[inline(never)]
fn counted_verify_refresh(ready: &mut Ready<'_>) {
    let rules = Validation::refresh();
    let claims = verify(black_box(REFRESH), &ready.key, &rules, NBF, &mut ready.buf);
    assert!(claims.unwrap().sub() == SUB);
}

#[unsafe(no_mangle)]
#[inline(never)]
fn counted_verify_everyday(ready: &mut Ready<'_>) {
    let rules = Validation::access();
    let claims = verify(black_box(EVERYDAY), &ready.key, &rules, NBF, &mut ready.buf);
    assert!(claims.unwrap().sub() == EVERYDAY_SUB);
}

#[unsafe(no_mangle)]
#[inline(never)]
fn counted_verify_kid(ready: &mut Ready<'_>) {
    let rules = Validation::access();
    let claims = verify(black_box(NAMED), &ready.ring, &rules, NBF, &mut ready.buf);
    assert!(claims.unwrap().sub() == SUB);
}

#[unsafe(no_mangle)]
#[inline(never)]
fn counted_sign_access(ready: &mut Ready<'_>) {
    let token = sign(&black_box(tokens::access()), &ready.key, &mut ready.buf);
    assert!(token.unwrap().len() == ACCESS.len());
}

#[unsafe(no_mangle)]
#[inline(never)]
fn counted_sign_refresh(ready: &mut Ready<'_>) {
    let claims = tokens::refresh(&ready.state_hash);
    let token = sign(&black_box(claims), &ready.key, &mut ready.buf);
    assert!(token.unwrap().len() == REFRESH.len());
}

fn main() {
    let operation = std::env::args().nth(1).unwrap_or_default();
    let counted = match &*operation {
        "verify_access" => counted_verify_access,
        "verify_refresh" => counted_verify_refresh,
        "verify_everyday" => counted_verify_everyday,
        "verify_kid" => counted_verify_kid,
        "sign_access" => counted_sign_access,
        "sign_refresh" => counted_sign_refresh,
        _ => panic!("no such operation: {operation:?}"),
    };
    let keys = tokens::named_keys();
    let mut ready = Ready {
        key: Key::new(SECRET.as_bytes()).unwrap(),
        ring: Keyring::new(&keys, "2026-11", WithoutKid::Refuse).unwrap(),
        state_hash: tokens::state_hash(),
        buf: [0; 256],
    };
    counted(&mut ready);
}

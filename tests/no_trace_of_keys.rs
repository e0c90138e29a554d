//! After signing, verifying and dropping, neither freed memory nor the stack below has a trace of the
//! secret, of its two padded blocks or of the two HMAC states (RFC 2104 2). An attacker who has the
//! states can sign: they are as good as the secret.
//!
//! No library can wipe a move. Preparing returns the key by value, and the bytes of its old place
//! stay until they are overwritten. So after preparing only the secret and the blocks are looked for.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    missing_docs,
    unsafe_code
)]

mod stack;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::LazyLock;

use barejwt::{
    Auth, Claims, Key, Keyring, Lifetimes, NamedKey, PairClaims, StateHash, Validation, WithoutKid,
    authenticate, issue_pair, sign, sign_json, verify, verify_refresh,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sha2::block_api::compress256;
use stack::stack_below;

const NOW: i64 = 1_745_651_978;
const BLOCK: usize = 64;

/// So many consecutive bytes count as a trace.
const NEEDLE: usize = 8;

/// No program has these bytes by chance.
const SECRET: [u8; 48] = *b"\xa7\x1b\xf2\x63\x9d\x04\xce\x58\x31\xea\x7f\xb6\x45\xd9\x82\x1c\
    \xf0\x6b\x3e\x97\x58\xad\xc1\x24\x7b\xee\x09\xb3\x66\x5f\xd8\x8a\
    \x12\xc4\x79\xfd\x30\x96\xeb\x4d\xa8\x03\x5c\xb7\xe1\x2f\x94\x6e";

struct Traces {
    secret: [u8; SECRET.len()],
    blocks: [[u8; SECRET.len()]; 2],
    /// In the byte order of memory.
    states: [[u8; 32]; 2],
}

static TRACES: LazyLock<Traces> = LazyLock::new(|| Traces {
    secret: SECRET,
    blocks: [0x36, 0x5c].map(|pad| SECRET.map(|byte| byte ^ pad)),
    states: [0x36, 0x5c].map(state_after),
});

/// The SHA-256 state after the secret padded with `pad` (FIPS 180-4 5.3.3, 6.2.2).
fn state_after(pad: u8) -> [u8; 32] {
    let mut block = [pad; BLOCK];
    for (byte, secret) in block.iter_mut().zip(SECRET) {
        *byte ^= secret;
    }
    let mut words = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    compress256(&mut words, &[block]);
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.chunks_exact_mut(4).zip(words) {
        bytes.copy_from_slice(&word.to_ne_bytes());
    }
    bytes
}

fn is_in(trace: &[u8], bytes: &[u8]) -> bool {
    bytes
        .windows(NEEDLE)
        .any(|window| trace.windows(NEEDLE).any(|needle| needle == window))
}

fn has_secret_or_block(bytes: &[u8]) -> bool {
    let Traces { secret, blocks, .. } = &*TRACES;
    is_in(secret, bytes) || blocks.iter().any(|block| is_in(block, bytes))
}

fn has_state(bytes: &[u8]) -> bool {
    TRACES.states.iter().any(|state| is_in(state, bytes))
}

/// Looks at every block that this thread frees while it watches.
struct Watching;

#[global_allocator]
static ALLOCATOR: Watching = Watching;

thread_local! {
    static WATCHES: Cell<bool> = const { Cell::new(false) };
    static FREED_WITH_TRACE: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to `System`; `alloc_zeroed` also meets the promise of `alloc`.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if WATCHES.get() {
            // SAFETY: the block is not freed yet, and `alloc` has initialised it with zeros.
            let bytes = unsafe { core::slice::from_raw_parts(block, layout.size()) };
            if has_state(bytes) || has_secret_or_block(bytes) {
                FREED_WITH_TRACE.set(FREED_WITH_TRACE.get() + 1);
            }
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Returns how many of the blocks that `work` frees have a trace.
fn freed_with_trace(work: impl FnOnce()) -> usize {
    LazyLock::force(&TRACES);
    FREED_WITH_TRACE.set(0);
    WATCHES.set(true);
    work();
    WATCHES.set(false);
    FREED_WITH_TRACE.get()
}

#[inline(never)]
fn clear_stack_below() {
    black_box(&mut [0_u8; stack::DEPTH]);
}

/// Runs `work` in a thread of its own. Returns what it leaves on the stack, and its result.
fn stack_after<T: Send>(work: impl FnOnce() -> T + Send) -> (Vec<u8>, T) {
    let thread = || {
        clear_stack_below();
        let value = work();
        (stack_below(), value)
    };
    std::thread::scope(|scope| scope.spawn(thread).join().unwrap())
}

#[inline(never)]
fn leave(trace: &[u8]) {
    let mut place = [0_u8; 4096];
    place[512..512 + trace.len()].copy_from_slice(trace);
    black_box(&mut place);
}

#[test]
fn a_trace_on_the_stack_would_be_found() {
    let Traces {
        secret,
        blocks,
        states,
    } = &*TRACES;
    for trace in [&secret[..], &blocks[0], &blocks[1]] {
        let (stack, ()) = stack_after(|| leave(trace));
        assert!(has_secret_or_block(&stack) && !has_state(&stack));
    }
    for state in states {
        let (stack, ()) = stack_after(|| leave(state));
        assert!(has_state(&stack) && !has_secret_or_block(&stack));
    }
}

#[test]
fn a_freed_trace_would_be_found_and_the_states_are_those_of_a_key() {
    // The box is freed, and its key is not wiped.
    let freed = freed_with_trace(|| {
        let key = Box::new(core::mem::ManuallyDrop::new(Key::new(&SECRET).unwrap()));
        drop(black_box(key));
    });
    assert_eq!(freed, 1);
    assert_eq!(freed_with_trace(|| drop(black_box(SECRET.to_vec()))), 1);
}

#[test]
fn preparing_leaves_neither_the_secret_nor_a_padded_block() {
    let (stack, _key) = stack_after(|| Box::new(Key::new(&SECRET).unwrap()));
    assert!(!has_secret_or_block(&stack));
}

#[test]
fn signing_and_verifying_leave_nothing() {
    let key = Key::new(&SECRET).unwrap();
    let named = [NamedKey::new("k", Key::new(&SECRET).unwrap()).unwrap()];
    let uses: [(&str, &(dyn Fn() + Sync)); 5] = [
        ("sign and verify", &|| sign_and_verify(&key)),
        ("sign_json", &|| {
            sign_json(r#"{"a":1}"#, &key, &mut [0; 256]).unwrap();
        }),
        ("refused", &|| {
            assert!(verify("a.b.c", &key, &Validation::access(), NOW, &mut []).is_err());
            let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c";
            assert!(verify(token, &key, &Validation::access(), NOW, &mut []).is_err());
        }),
        ("a pair", &|| trade_a_pair(&key)),
        ("a keyring", &|| {
            let ring = Keyring::new(&named, "k", WithoutKid::Use("k")).unwrap();
            let mut buf = [0; 256];
            let token = sign(&Claims::access("lUpa", NOW, 9), &ring, &mut buf).unwrap();
            verify(token, &ring, &Validation::access(), NOW, &mut [0; 256]).unwrap();
        }),
    ];
    for (name, work) in uses {
        let (stack, ()) = stack_after(work);
        assert!(!has_secret_or_block(&stack), "secret or block: {name}");
        assert!(!has_state(&stack), "state: {name}");
    }
}

/// The right tag would make the attacker's forged token valid.
#[test]
fn refusing_a_forged_token_leaves_nothing_of_the_right_tag() {
    let key = Key::new(&SECRET).unwrap();
    let mut buf = [0; 256];
    let token = sign(&Claims::access("lUpa", NOW, 3600), &key, &mut buf).unwrap();
    let (signing_input, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{signing_input}.{}", "A".repeat(43));
    let (stack, refused) = stack_after(|| {
        verify(&forged, &key, &Validation::access(), NOW, &mut []).map(|claims| claims.exp())
    });
    assert_eq!(refused.unwrap_err(), barejwt::Error::SignatureInvalid);

    let mac = Hmac::<Sha256>::new_from_slice(&SECRET).unwrap();
    let bytes: [u8; 32] = mac
        .chain_update(signing_input)
        .finalize()
        .into_bytes()
        .into();
    let mut words = bytes;
    words.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    assert!(!is_in(&bytes, &stack) && !is_in(&words, &stack));
    let (stack, ()) = stack_after(|| leave(&words));
    assert!(is_in(&words, &stack));
}

fn sign_and_verify(key: &Key) {
    let (mut buf, mut scratch) = ([0; 256], [0; 192]);
    let token = sign(&Claims::access("lUpa", NOW, 3600), key, &mut buf).unwrap();
    let header = format!("Bearer {token}");
    let header = Some(header.as_bytes());
    let rules = Validation::access();
    authenticate(Auth::Required, header, key, &rules, NOW, &mut scratch).unwrap();
}

fn trade_a_pair(key: &Key) {
    let (state, lifetimes) = (StateHash::new([1; 32]), Lifetimes::default());
    let (mut access, mut refresh, mut scratch) = ([0; 256], [0; 320], [0; 256]);
    let pair = issue_pair(
        &PairClaims::new("lUpa", &state, &lifetimes, NOW),
        key,
        &mut access,
        &mut refresh,
    )
    .unwrap();
    let rules = Validation::refresh();
    let token = verify_refresh(pair.refresh_token, key, &rules, NOW, &mut scratch).unwrap();
    token
        .renew(&state, &lifetimes, key, &mut [0; 256], &mut [0; 320])
        .unwrap();
}

#[test]
fn dropping_leaves_nothing_on_the_stack_and_nothing_in_freed_memory() {
    let key = Box::new(Key::new(&SECRET).unwrap());
    let (stack, freed) = stack_after(move || freed_with_trace(move || drop(key)));
    assert!(!has_secret_or_block(&stack) && !has_state(&stack));
    assert_eq!(freed, 0);

    let named = || NamedKey::new("k", Key::new(&SECRET).unwrap()).unwrap();
    let keys: Box<[NamedKey]> = vec![named(), named()].into_boxed_slice();
    assert_eq!(freed_with_trace(move || drop(keys)), 0);
}

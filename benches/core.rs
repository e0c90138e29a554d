//! The core alone, and its floor: one SHA-256 compression. No clock is read.

mod settings;

use barejwt::{
    Auth, Identity, Key, Keyring, Validation, WithoutKid, authenticate, decode_unverified, sign,
    verify, verify_refresh,
};
use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use tokens::{ACCESS, EVERYDAY, LONG_SECRET, NAMED, NBF, REFRESH, SECRET};

/// One call compresses so many blocks that the call itself hardly counts.
const BLOCKS: usize = 64;

fn floor(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("floor");
    group.sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Elements(BLOCKS as u64));
    let (mut state, blocks) = ([1; 8], [[0x5a; 64]; BLOCKS]);
    group.bench_function("64_compressions", |b| {
        b.iter(|| sha2::block_api::compress256(black_box(&mut state), black_box(&blocks)));
    });
}

fn verifying(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("core");
    group.sampling_mode(SamplingMode::Flat);
    let short = Key::new(SECRET.as_bytes()).unwrap();
    let long = Key::new(LONG_SECRET).unwrap();
    let mut buf = [0; 256];
    let by_long = sign(&tokens::access(), &long, &mut buf).unwrap();
    let (hash, mut buf) = (tokens::state_hash(), [0; 256]);
    let refresh_by_long = sign(&tokens::refresh(&hash), &long, &mut buf).unwrap();
    let (access, refresh) = (Validation::access(), Validation::refresh());
    let mut scratch = [0; 192];

    for (name, token, key, rules) in [
        ("verify_access", ACCESS, &short, &access),
        ("verify_refresh", REFRESH, &short, &refresh),
        ("verify_access_key_256", by_long, &long, &access),
        ("verify_refresh_key_256", refresh_by_long, &long, &refresh),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let claims = verify(black_box(token), black_box(key), rules, NBF, &mut scratch);
                assert!(claims.unwrap().sub() == tokens::SUB);
            });
        });
    }
    for (name, token, secret, rules) in [
        ("verify_access_cold_32", ACCESS, SECRET.as_bytes(), &access),
        ("verify_access_cold_256", by_long, LONG_SECRET, &access),
        (
            "verify_refresh_cold_32",
            REFRESH,
            SECRET.as_bytes(),
            &refresh,
        ),
        (
            "verify_refresh_cold_256",
            refresh_by_long,
            LONG_SECRET,
            &refresh,
        ),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let key = Key::new(black_box(secret)).unwrap();
                let claims = verify(black_box(token), &key, rules, NBF, &mut scratch);
                assert!(claims.unwrap().sub() == tokens::SUB);
            });
        });
    }
    group.bench_function("authenticate", |b| {
        let header = format!("Bearer {ACCESS}");
        b.iter(|| {
            let header = Some(black_box(header.as_bytes()));
            let who = authenticate(Auth::Required, header, &short, &access, NBF, &mut scratch);
            assert!(matches!(who.unwrap(), Identity::User(_)));
        });
    });
    group.bench_function("verify_refresh_and_state_hash", |b| {
        let account = tokens::state_hash();
        b.iter(|| {
            let token = black_box(REFRESH);
            let token = verify_refresh(token, &short, &refresh, NBF, &mut scratch).unwrap();
            assert!(token.confirm(black_box(&account)).unwrap().sub() == tokens::SUB);
        });
    });
}

/// Other systems' tokens, and tokens that name their key.
fn of_other_systems(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("core");
    group.sampling_mode(SamplingMode::Flat);
    let key = Key::new(SECRET.as_bytes()).unwrap();
    let keys = tokens::named_keys();
    let ring = Keyring::new(&keys, "2026-11", WithoutKid::Refuse).unwrap();
    let (access, jwt) = (Validation::access(), Validation::jwt());
    let mut scratch = [0; 256];

    for (name, rules) in [("verify_everyday", &access), ("verify_everyday_jwt", &jwt)] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let claims = verify(black_box(EVERYDAY), &key, rules, NBF, &mut scratch);
                assert!(claims.unwrap().sub() == tokens::EVERYDAY_SUB);
            });
        });
    }
    group.bench_function("verify_kid", |b| {
        b.iter(|| {
            let claims = verify(black_box(NAMED), &ring, &access, NBF, &mut scratch);
            assert!(claims.unwrap().sub() == tokens::SUB);
        });
    });
    group.bench_function("verify_kid_single_key", |b| {
        b.iter(|| {
            let claims = verify(black_box(NAMED), &key, &access, NBF, &mut scratch);
            assert!(claims.unwrap().sub() == tokens::SUB);
        });
    });
}

/// The stages that the public API can separate. A forged token is refused after its shape, header and tag
/// were checked. `decode_unverified` does everything except the tag.
fn stages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("core");
    group.sampling_mode(SamplingMode::Flat);
    let key = Key::new(SECRET.as_bytes()).unwrap();
    let mut scratch = [0; 384];
    for (name, token, rules) in [
        ("up_to_the_tag_access", ACCESS, Validation::access()),
        ("up_to_the_tag_refresh", REFRESH, Validation::refresh()),
    ] {
        let forged = tokens::forged(token);
        group.bench_function(name, |b| {
            b.iter(|| {
                let refused = verify(black_box(&forged), &key, &rules, NBF, &mut scratch);
                assert!(refused.is_err());
            });
        });
    }
    for (name, token) in [
        ("all_but_the_tag_access", ACCESS),
        ("all_but_the_tag_refresh", REFRESH),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let said = decode_unverified(black_box(token), &mut scratch).unwrap();
                assert!(said.claims().unwrap().exp() == Some(tokens::EXP));
            });
        });
    }
    for (name, secret) in [("key_32", SECRET.as_bytes()), ("key_256", &LONG_SECRET[..])] {
        group.bench_function(name, |b| b.iter(|| Key::new(black_box(secret)).unwrap()));
    }
}

fn signing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("core");
    group.sampling_mode(SamplingMode::Flat);
    let short = Key::new(SECRET.as_bytes()).unwrap();
    let long = Key::new(LONG_SECRET).unwrap();
    let hash = tokens::state_hash();
    let (access, refresh) = (tokens::access(), tokens::refresh(&hash));
    let mut buf = [0; 256];
    for (name, claims, key, token) in [
        ("sign_access", &access, &short, Some(ACCESS)),
        ("sign_refresh", &refresh, &short, Some(REFRESH)),
        ("sign_access_key_256", &access, &long, None),
        ("sign_refresh_key_256", &refresh, &long, None),
    ] {
        let signed = sign(claims, key, &mut buf).unwrap();
        assert!(token.is_none_or(|token| token == signed));
        group.bench_function(name, |b| {
            b.iter(|| {
                sign(black_box(claims), black_box(key), &mut buf)
                    .unwrap()
                    .len()
            });
        });
    }
    for (name, claims, secret) in [
        ("sign_access_cold_32", &access, SECRET.as_bytes()),
        ("sign_access_cold_256", &access, LONG_SECRET),
        ("sign_refresh_cold_32", &refresh, SECRET.as_bytes()),
        ("sign_refresh_cold_256", &refresh, LONG_SECRET),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let key = Key::new(black_box(secret)).unwrap();
                sign(black_box(claims), &key, &mut buf).unwrap().len()
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = settings::settings();
    targets = floor, verifying, of_other_systems, stages, signing
}
criterion_main!(benches);

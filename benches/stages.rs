//! Measures each stage of the access token alone. The core's own modules are compiled into this program.

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use std::hint::black_box;
use tokens::{ACCESS, SECRET};

#[allow(dead_code, unused_imports)]
#[path = "../src/base64url.rs"]
mod base64url;
#[allow(dead_code, unused_imports)]
#[path = "../src/hmac_sha256.rs"]
mod hmac_sha256;
mod settings;

/// The modules take this constant from the crate. Profile `release` is measured.
const COMPACT: bool = false;

fn stages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stage");
    group.sampling_mode(SamplingMode::Flat);
    let key = hmac_sha256::Prepared::new(SECRET.as_bytes());
    let (signing_input, tag) = ACCESS.rsplit_once('.').unwrap();
    let (_, payload) = signing_input.split_once('.').unwrap();
    let (mut buf, mut chars) = ([0; 96], [0; 128]);
    let json = base64url::decode(payload.as_bytes(), &mut buf)
        .unwrap()
        .to_vec();
    assert!(json.starts_with(b"{"));

    group.bench_function("mac", |b| {
        let mut mac = [0; hmac_sha256::MAC_LEN];
        b.iter(|| {
            key.mac(black_box(signing_input.as_bytes()), &mut mac);
            mac[0]
        });
    });
    group.bench_function("decode_tag", |b| {
        b.iter(|| base64url::decode(black_box(tag.as_bytes()), &mut buf).is_some());
    });
    group.bench_function("decode_payload", |b| {
        b.iter(|| base64url::decode(black_box(payload.as_bytes()), &mut buf).is_some());
    });
    group.bench_function("payload_is_utf8", |b| {
        b.iter(|| std::str::from_utf8(black_box(&json)).is_ok());
    });
    group.bench_function("encode_payload", |b| {
        b.iter(|| {
            chars[..json.len()].copy_from_slice(&json);
            base64url::encode_in_place(black_box(&mut chars), json.len())
        });
    });
    group.bench_function("encode_tag", |b| {
        let (digest, mut tag) = ([0x5a; 32], [0; 43]);
        b.iter(|| {
            base64url::encode_secret(black_box(&digest), &mut tag);
            tag[0]
        });
    });
}

criterion_group! {
    name = benches;
    config = settings::settings();
    targets = stages
}
criterion_main!(benches);

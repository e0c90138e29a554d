//! How the cost of verifying grows with the length of the token, and with the keys of a keyring.

mod settings;

use barejwt::{
    Key, Keyring, NamedKey, Validation, WithoutKid, scratch_len, sign, sign_json, verify,
};
use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use std::hint::black_box;
use tokens::{EXP, NBF, SECRET, SUB};

/// Bytes of the tokens. A token may have a byte or two less: base64url has no length of 4n + 1.
const LENGTHS: [usize; 11] = [
    150, 256, 512, 1024, 2048, 4096, 8192, 16384, 24576, 32768, 65536,
];
const KEYS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

/// A claims set for a token of at most `token_len` bytes. One long claim fills it.
fn claims(token_len: usize) -> String {
    let fixed = format!(r#"{{"sub":"{SUB}","exp":{EXP},"x":""}}"#);
    let json_len = (token_len - barejwt::token_len(None, 0)) * 3 / 4;
    let padding = "x".repeat(json_len - fixed.len());
    fixed.replace(r#":""}"#, &format!(r#":"{padding}"}}"#))
}

fn length(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("length");
    group.sampling_mode(SamplingMode::Flat);
    let key = Key::new(SECRET.as_bytes()).unwrap();
    let rules = Validation::jwt().max_token_len(1 << 16);
    let mut buf = vec![0; 1 << 16];
    let mut scratch = vec![0; scratch_len(1 << 16)];
    for bytes in LENGTHS {
        let token = sign_json(&claims(bytes), &key, &mut buf).unwrap();
        assert!((bytes - 2..=bytes).contains(&token.len()));
        group.bench_function(BenchmarkId::from_parameter(token.len()), |b| {
            b.iter(|| {
                let claims = verify(black_box(&*token), &key, &rules, NBF, &mut scratch);
                assert!(claims.unwrap().sub() == SUB);
            });
        });
    }
}

/// The token names the key that was added last.
fn keys(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("keys");
    group.sampling_mode(SamplingMode::Flat);
    let rules = Validation::access();
    let (mut buf, mut scratch) = ([0; 256], [0; 192]);
    for count in KEYS {
        let keys: Vec<NamedKey> = (0..count)
            .map(|n| {
                let key = Key::new(&[n as u8 + 1; 32]).unwrap();
                NamedKey::new(&format!("2026-{n:02}"), key).unwrap()
            })
            .collect();
        let last = keys.last().unwrap().kid();
        let ring = Keyring::new(&keys, last, WithoutKid::Refuse).unwrap();
        let token = sign(&tokens::access(), &ring, &mut buf).unwrap();
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            b.iter(|| {
                let claims = verify(black_box(&*token), &ring, &rules, NBF, &mut scratch);
                assert!(claims.unwrap().sub() == SUB);
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = settings::settings();
    targets = length, keys
}
criterion_main!(benches);

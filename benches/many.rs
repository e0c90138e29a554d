//! Many tokens: one by one, by `verify_batch`, and by two threads that share a key. And what there
//! would be to gain: compressions of several hashes in turn.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use barejwt::{Claims, Error, Key, Validation, scratch_len, sign, verify, verify_batch};
use criterion::{
    BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use tokens::{LIFETIME, NBF, SECRET};

/// Tokens verified in one run.
const TOKENS: usize = 64;
/// Bytes of scratch for each.
const SCRATCH: usize = scratch_len(176);

fn tokens_of_many(key: &Key) -> Vec<String> {
    let mut buf = [0; 256];
    (0..TOKENS)
        .map(|n| {
            let sub = format!("u{n:03}");
            let token = sign(&Claims::access(&sub, NBF, LIFETIME), key, &mut buf);
            token.unwrap().to_owned()
        })
        .collect()
}

fn one_by_one(tokens: &[String], key: &Key, scratch: &mut [u8]) {
    let rules = Validation::access();
    for token in tokens {
        let claims = verify(black_box(token), key, &rules, NBF, scratch).unwrap();
        assert!(claims.sub().len() == 4);
    }
}

fn many(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("many");
    group.sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Elements(TOKENS as u64));
    let key = Key::new(SECRET.as_bytes()).unwrap();
    let tokens = tokens_of_many(&key);
    let mut scratch = vec![0; TOKENS * SCRATCH];

    group.bench_function("one_by_one", |b| {
        b.iter(|| one_by_one(&tokens, &key, &mut scratch));
    });
    group.bench_function("batch", |b| {
        let rules = Validation::access();
        b.iter(|| {
            let mut results = [Err(Error::SignatureInvalid); TOKENS];
            let tokens = black_box(&tokens);
            verify_batch(tokens, &key, &rules, NBF, &mut scratch, &mut results);
            assert!(results.iter().all(Result::is_ok));
        });
    });
    for threads in [1, 2] {
        group.bench_function(BenchmarkId::new("threads", threads), |b| {
            b.iter_custom(|runs| together(threads, runs, &tokens, &key));
        });
    }
    // As many blocks as an access token takes: by a crate with a lane for each message, where the
    // processor has vectors for that, and by ours, one message after the other.
    let messages = [[0x5a_u8; 195]; TOKENS];
    let messages = messages.each_ref().map(<[u8; 195]>::as_slice);
    let mut digests = [[0; 32]; TOKENS];
    group.bench_function("lanes", |b| {
        b.iter(|| tape_sha256::hash_many(black_box(&messages), &mut digests));
    });
    group.bench_function("in_a_row", |b| {
        b.iter(|| {
            for _ in 0..TOKENS {
                sha2::block_api::compress256(&mut [1; 8], black_box(&[[0x5a; 64]; 4]));
            }
        });
    });
    for states in [1, 2, 4, 8] {
        group.bench_function(BenchmarkId::new("hashes_in_turn", states), |b| {
            let mut hashes = [[1; 8]; 8];
            b.iter(|| {
                for n in 0..TOKENS {
                    let state = &mut hashes[n % states];
                    sha2::block_api::compress256(state, black_box(&[[0x5a; 64]]));
                }
            });
        });
    }
}

/// The time in which each of `threads` threads has verified all tokens `runs` times.
fn together(threads: usize, runs: u64, tokens: &[String], key: &Key) -> Duration {
    let start = Barrier::new(threads + 1);
    thread::scope(|scope| {
        let work = || {
            let mut scratch = [0; SCRATCH];
            start.wait();
            for _ in 0..runs {
                one_by_one(tokens, key, &mut scratch);
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        start.wait();
        let started = Instant::now();
        for worker in workers {
            worker.join().unwrap();
        }
        started.elapsed()
    })
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(3))
        .sample_size(100)
        .nresamples(1001);
    targets = many
}
criterion_main!(benches);

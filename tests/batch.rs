//! Many tokens at once: each result is what `verify` says of that token alone.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, missing_docs)]

use barejwt::{Claims, Error, Key, Validation, scratch_len, sign, verify, verify_batch};

const NOW: i64 = 1_745_651_978;

/// Tokens good, forged, expired, of the other type, malformed and empty, in no order.
fn tokens(key: &Key) -> Vec<String> {
    let other = Key::new(&[8; 32]).unwrap();
    let make = |key: &Key, sub: &str, now| {
        let mut buf = [0; 512];
        sign(&Claims::access(sub, now, 3600), key, &mut buf)
            .unwrap()
            .to_owned()
    };
    let mut tokens = vec![
        make(key, "lUpa", NOW),
        make(&other, "lUpa", NOW),
        String::new(),
        make(key, "q\"uote", NOW),
        make(key, "late", NOW - 3600),
        "a.b.c".to_owned(),
        make(key, "early", NOW + 1),
        make(key, &"long".repeat(40), NOW),
    ];
    let mut cut = tokens[0].clone();
    cut.pop();
    tokens.push(cut);
    tokens
}

#[test]
fn each_result_is_that_of_the_token_alone() {
    let key = Key::new(&[7; 32]).unwrap();
    let rules = Validation::access();
    let tokens = tokens(&key);
    for now in [0, NOW] {
        for count in 0..=tokens.len() {
            let tokens = &tokens[..count];
            let needed = tokens.iter().map(|token| scratch_len(token.len())).sum();
            let mut scratch = vec![0; needed];
            let mut results = vec![Err(Error::KidMissing); count + 1];
            verify_batch(tokens, &key, &rules, now, &mut scratch, &mut results);
            for (token, result) in tokens.iter().zip(&results) {
                let mut alone = vec![0; scratch_len(token.len())];
                let alone = verify(token, &key, &rules, now, &mut alone);
                assert_eq!(
                    result.map(|claims| (claims.sub(), claims.json())),
                    alone.map(|claims| (claims.sub(), claims.json()))
                );
            }
            let of_no_token = verify("", &key, &rules, now, &mut []).unwrap_err();
            assert_eq!(results[count].unwrap_err(), of_no_token);
        }
    }
}

#[test]
fn with_scratch_of_every_size_a_token_that_finds_none_left_says_what_it_needs() {
    let key = Key::new(&[7; 32]).unwrap();
    let rules = Validation::access();
    let tokens = tokens(&key);
    let two = [&tokens[0], &tokens[0]];
    let each = scratch_len(tokens[0].len());
    let expect = |has_room: bool| match has_room {
        true => Ok("lUpa"),
        false => Err(Error::ScratchTooSmall { needed: 70 }),
    };
    for size in 0..=2 * each {
        let mut scratch = vec![0; size];
        let mut results = [Err(Error::KidMissing); 2];
        verify_batch(&two, &key, &rules, NOW, &mut scratch, &mut results);
        let [first, second] = results.map(|result| result.map(|claims| claims.sub()));
        assert_eq!(first, expect(size >= 70), "{size}");
        assert_eq!(second, expect(size >= each + 70), "{size}");
    }
}

#[test]
fn results_are_for_as_many_tokens_as_there_are_and_none_is_left_from_before() {
    let key = Key::new(&[7; 32]).unwrap();
    let tokens = tokens(&key);
    let mut results = [Err(Error::KidMissing)];
    let mut scratch = [0; 512];
    let (mut before, mut spare) = ([0; 512], [0; 512]);
    verify_batch(
        &tokens,
        &key,
        &Validation::access(),
        NOW,
        &mut scratch,
        &mut results,
    );
    assert_eq!(results[0].unwrap().sub(), "lUpa");

    // An array used again, for fewer tokens.
    let good = verify(&tokens[0], &key, &Validation::access(), NOW, &mut before);
    let mut results = [good; 2];
    verify_batch(
        &["a.b.c"],
        &key,
        &Validation::access(),
        NOW,
        &mut spare,
        &mut results,
    );
    assert!(results[0].is_err());
    assert_eq!(results[1].unwrap_err(), Error::SegmentCount);
}

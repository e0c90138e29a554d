//! The JSON reader against `serde_json`: it accepts the same documents with the same values, except
//! the documents that it refuses on purpose.
#![no_main]

use barejwt::{Error, Key, Part, Validation, decode_unverified, scratch_len, sign_json, verify};
use barejwt_fuzz::claims::CLAIMS;
use barejwt_fuzz::document::{Document, Judgement, judge, same};
use barejwt_fuzz::{HEADER, KEY, NOW, signed};
use libfuzzer_sys::fuzz_target;

#[derive(serde::Deserialize)]
#[allow(dead_code)]
struct Custom<'a> {
    role: Option<&'a str>,
    name: Option<heapless::String<16>>,
    seats: Option<u64>,
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(judgement) = judge(bytes) {
        check(bytes, &judgement);
    }
});

fn check(bytes: &[u8], judgement: &Judgement) {
    let token = signed(HEADER, bytes);
    let mut scratch = vec![0; scratch_len(token.len())];
    let read = decode_unverified(&token, &mut scratch);
    match (read, judgement) {
        (Err(Error::TokenTooLong { .. }), _) => {}
        (Ok(token), Judgement::Object(document)) => {
            assert!(!document.is_refused());
            assert_eq!(token.payload_json().as_bytes(), bytes);
            check_values(bytes, document);
        }
        (Err(error), Judgement::Object(document)) => {
            let Error::Json { part, problem, at } = error else {
                panic!("{error:?}");
            };
            assert!(
                part == Part::Payload && document.deserves(problem),
                "{error:?}"
            );
            assert!(at <= bytes.len());
        }
        (Err(Error::Json { part, at, .. }), Judgement::NotObject | Judgement::NoJson) => {
            assert!(part == Part::Payload && at <= bytes.len());
        }
        (read, _) => panic!("{:?}", read.map(|_| ())),
    }
}

/// Signs the document unchanged and reads every member of it.
fn check_values(bytes: &[u8], document: &Document) {
    let key = Key::new(KEY).unwrap();
    let json = std::str::from_utf8(bytes).unwrap();
    let mut out = vec![0; barejwt::token_len(None, json.len())];
    let token = sign_json(json, &key, &mut out).unwrap();
    assert_eq!(token, signed(HEADER, bytes));
    // Rules that ignore every claim accept any object.
    let lenient = CLAIMS
        .into_iter()
        .fold(Validation::jwt(), Validation::ignore);
    let mut scratch = vec![0; scratch_len(token.len())];
    let claims = verify(token, &key, &lenient, NOW, &mut scratch).unwrap();
    assert!(claims.sub().is_empty() && claims.exp().is_none());
    for (name, value) in &document.0 {
        assert!(same(claims.get(name).unwrap(), value));
    }
    assert!(
        claims
            .get("no member has this name, it is too long")
            .is_none()
    );
    let mut buffer = vec![0; 2 * json.len()];
    let _ = claims.claims_as::<Custom<'_>>(&mut buffer);
}

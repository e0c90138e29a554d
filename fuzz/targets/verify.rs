//! Verifying, against an HMAC of our own, the rules of RFC 7519 over `serde_json`, and
//! jsonwebtoken. The input is a header, a line feed and a payload, which are signed; without a line
//! feed it is a token as it stands.
#![no_main]

use barejwt::{Key, Validation, scratch_len, verify};
use barejwt_fuzz::claims::is_valid_access;
use barejwt_fuzz::header::{Expected, expected};
use barejwt_fuzz::{KEY, NOW, signed, signed_segments};
use jsonwebtoken::{Algorithm, DecodingKey};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|bytes: &[u8]| {
    match bytes.iter().position(|byte| *byte == b'\n') {
        None => raw(bytes),
        Some(at) => made(&bytes[..at], &bytes[at + 1..]),
    }
});

/// Nothing is accepted that was not signed.
fn raw(token: &[u8]) {
    let key = Key::new(KEY).unwrap();
    let mut scratch = vec![0; scratch_len(token.len())];
    if verify(token, &key, &Validation::any_type(), NOW, &mut scratch).is_ok() {
        let text = std::str::from_utf8(token).unwrap();
        let mut segments = text.split('.');
        let (header, payload) = (segments.next().unwrap(), segments.next().unwrap());
        assert_eq!(token, signed_segments(header, payload, KEY));
    }
    // Whatever the size of the scratch buffer, it does not change a yes into another yes.
    for size in [0, 1, token.len() / 2] {
        let mut small = vec![0; size];
        let _ = verify(token, &key, &Validation::access(), NOW, &mut small);
    }
}

fn made(header: &[u8], payload: &[u8]) {
    let token = signed(header, payload);
    if token.len() > barejwt::DEFAULT_MAX_TOKEN_LEN {
        return;
    }
    let key = Key::new(KEY).unwrap();
    let mut scratch = vec![0; scratch_len(token.len())];
    let outcome = verify(&token, &key, &Validation::access(), NOW, &mut scratch);

    if let (Some(header), Some(valid)) = (expected(header), is_valid_access(payload, NOW)) {
        let valid = valid && matches!(header, Expected::Accepted(_));
        assert_eq!(outcome.is_ok(), valid, "{outcome:?}");
    }
    let Ok(claims) = outcome else {
        return;
    };

    // Refused on purpose by none, and yet by jsonwebtoken: headers with parameters of the wrong type
    // that nobody asked for, which RFC 7515 4 has us ignore.
    if serde_json::from_slice::<jsonwebtoken::Header>(header).is_err() {
        return;
    }
    let mut rules = jsonwebtoken::Validation::new(Algorithm::HS256);
    rules.required_spec_claims.clear();
    // It reads the clock, and has no other way.
    (rules.validate_exp, rules.validate_nbf) = (false, false);
    let theirs =
        jsonwebtoken::decode::<Map<String, Value>>(&token, &DecodingKey::from_secret(KEY), &rules)
            .expect("we accept what jsonwebtoken refuses");
    for (name, value) in &theirs.claims {
        assert!(barejwt_fuzz::document::same(
            claims.get(name).unwrap(),
            value
        ));
    }
    assert_eq!(claims.sub(), theirs.claims["sub"]);
    assert_eq!("access", theirs.claims["token_type"]);

    // A token that another key signed, and one with another payload, are not this one.
    let other = Key::new(&[9; 32]).unwrap();
    let mut scratch = vec![0; scratch_len(token.len())];
    assert!(verify(&token, &other, &Validation::access(), NOW, &mut scratch).is_err());
    let changed = token.replacen('.', ".A", 1);
    assert!(verify(&changed, &key, &Validation::access(), NOW, &mut scratch).is_err());
    assert!(verify(&token, &key, &Validation::refresh(), NOW, &mut scratch).is_err());
}

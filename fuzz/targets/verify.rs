//! Verifying, against an HMAC of our own, the rules of RFC 7519 over `serde_json`, and jsonwebtoken.
//! The input is a header, a line feed and a payload, which are signed. Rules and a NUL may stand before
//! them. An input without a line feed is a whole token.
#![no_main]

use barejwt::{Claim, Key, Validation, VerifiedClaims, scratch_len, verify};
use barejwt_fuzz::claims::{self, whole_seconds};
use barejwt_fuzz::document::{Judgement, judge, same};
use barejwt_fuzz::header::{self, Expected};
use barejwt_fuzz::rules::Rules;
use barejwt_fuzz::{KEY, NOW, signed, signed_segments};
use jsonwebtoken::{Algorithm, DecodingKey};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

/// Most bytes of rules.
const MAX_RULES: usize = 32;

fuzz_target!(|bytes: &[u8]| {
    let rules_end = bytes.iter().take(MAX_RULES).position(|byte| *byte == 0);
    let (rules, rest) = match rules_end {
        None => (&[][..], bytes),
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
    };
    match rest.iter().position(|byte| *byte == b'\n') {
        None => raw(bytes),
        Some(at) => made(rules, &rest[..at], &rest[at + 1..]),
    }
});

/// A token that was not signed is never accepted.
fn raw(token: &[u8]) {
    let key = Key::new(KEY).unwrap();
    let mut scratch = vec![0; scratch_len(token.len())];
    if verify(token, &key, &Validation::any_type(), NOW, &mut scratch).is_ok() {
        let text = std::str::from_utf8(token).unwrap();
        let mut segments = text.split('.');
        let (header, payload) = (segments.next().unwrap(), segments.next().unwrap());
        assert_eq!(token, signed_segments(header, payload, KEY));
    }
    // With any size of the scratch buffer there is no panic.
    for size in [0, 1, token.len() / 2] {
        let mut small = vec![0; size];
        let _ = verify(token, &key, &Validation::access(), NOW, &mut small);
    }
}

fn made(rules: &[u8], header: &[u8], payload: &[u8]) {
    let (rules, now) = Rules::from_bytes(rules);
    let token = signed(header, payload);
    if token.len() > barejwt::DEFAULT_MAX_TOKEN_LEN {
        return;
    }
    let key = Key::new(KEY).unwrap();
    let mut scratch = vec![0; scratch_len(token.len())];
    let outcome = verify(&token, &key, &rules.ours, now, &mut scratch);

    if let Some(of_header) = header::expected(header) {
        match (&of_header, claims::expected(payload, &rules, now)) {
            (Expected::Accepted(_), Some(of_payload)) => of_payload.check(outcome.map(|_| ())),
            (Expected::Accepted(_), None) => {}
            _ => of_header.check(outcome.map(|_| ())),
        }
    }
    let Ok(claims) = outcome else {
        return;
    };
    compare(&claims, header, &token, &rules);

    // Another key refuses the token, and this key refuses another payload with the same tag.
    let other = Key::new(&[9; 32]).unwrap();
    let mut scratch = vec![0; scratch_len(token.len())];
    assert!(verify(&token, &other, &rules.ours, now, &mut scratch).is_err());
    let changed = token.replacen('.', ".A", 1);
    assert!(verify(&changed, &key, &rules.ours, now, &mut scratch).is_err());
    if claims.token_type().is_some() {
        let both = [Validation::access(), Validation::refresh()];
        let both = both.map(|rules| verify(&token, &key, &rules, now, &mut scratch).is_ok());
        assert_ne!(both, [true, true]);
    }
}

/// Compares an accepted token with what other readers find in it.
fn compare(claims: &VerifiedClaims<'_>, header: &[u8], token: &str, rules: &Rules) {
    assert_eq!(claims.header_json().as_bytes(), header);
    // jsonwebtoken refuses any header parameter of a wrong type. RFC 7515 4 says to ignore parameters
    // that nobody asked for.
    if serde_json::from_slice::<jsonwebtoken::Header>(header).is_err() {
        return;
    }
    let mut theirs = jsonwebtoken::Validation::new(Algorithm::HS256);
    theirs.required_spec_claims.clear();
    // jsonwebtoken can only use the clock, so its checks of times are off.
    (theirs.validate_exp, theirs.validate_nbf) = (false, false);
    theirs.validate_aud = false;
    let key = DecodingKey::from_secret(KEY);
    let theirs = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &theirs)
        .expect("we accept what jsonwebtoken refuses");
    for (name, value) in &theirs.claims {
        assert!(same(claims.get(name).unwrap(), value));
    }
    if let Some(Judgement::Object(parameters)) = judge(header) {
        for (name, value) in &parameters.0 {
            assert!(same(claims.header(name).unwrap(), value));
        }
    }
    let said = |claim: Claim| {
        let value = theirs.claims.get(claim.name());
        value.filter(|_| rules.looks_at(claim))
    };
    let seconds = |claim, up| match said(claim) {
        Some(Value::Number(number)) => whole_seconds(number.as_str(), up),
        _ => None,
    };
    let sub = said(Claim::Sub).and_then(Value::as_str).unwrap_or("");
    assert_eq!(claims.sub(), sub);
    let token_type = claims.token_type().map(|token_type| token_type.name());
    assert_eq!(token_type, said(Claim::TokenType).and_then(Value::as_str));
    for (ours, claim, up) in [
        (claims.exp(), Claim::Exp, false),
        (claims.nbf(), Claim::Nbf, true),
    ] {
        match seconds(claim, up) {
            Some(seconds) => assert_eq!(ours.map(i128::from), Some(seconds)),
            // The time is absent, or too near to zero for the judge.
            None => assert!(ours.is_none_or(|ours| (-1..=1).contains(&ours))),
        }
    }
}

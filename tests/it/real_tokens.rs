//! The reference system's real tokens. Ours are equal to them byte for byte.

use crate::token_maker::*;
use barejwt::{
    Claims, Error, Key, StateHash, TokenType, Validation, decode_unverified, sign, verify,
};

const REAL_ACCESS: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwic3ViIjoibHB1YSIsImV4cCI6MTc0NTY1NTU3OCwibmJmIjoxNzQ1NjUxOTc4fQ.L1ETHHBNImNevze00QAgrrY1maZO2nefyIwdT4cb68c";
const REAL_REFRESH: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsInN1YiI6ImxwdWEiLCJleHAiOjE3NjEyMDM5NzgsIm5iZiI6MTc0NTY1MTk3OCwic3RhdGVfaGFzaCI6Ikk1OCtSbmsrTHVpTkxBbjBqek9KNG45OUorV3hqL0pzbjJoRVYrUXBhelE9In0.Q2s75zxPVA3bzZyIIBau3TBvqSxIdzbiEmK1zCd-_zk";

#[test]
fn the_real_pair_decodes() {
    for (token, token_type, exp) in [
        (REAL_ACCESS, TokenType::Access, 1_745_655_578),
        (REAL_REFRESH, TokenType::Refresh, 1_761_203_978),
    ] {
        let mut scratch = [0; 512];
        let said = decode_unverified(token, &mut scratch).unwrap();
        assert_eq!(said.header_json(), HEADER);
        let claims = said.claims().unwrap();
        assert_eq!(claims.sub(), "lpua");
        assert_eq!(claims.token_type(), Some(token_type));
        assert_eq!(claims.exp(), Some(exp));
        assert_eq!(claims.nbf(), Some(1_745_651_978));
    }
}

#[test]
fn the_real_pair_is_refused_under_every_key_we_try() {
    for secret in [&[0; 32][..], KEY, &[0x61; 256], &[0xff; 64]] {
        let key = Key::new_weak(secret).unwrap();
        let mut scratch = [0; 512];
        for (token, rules) in [
            (REAL_ACCESS, Validation::access()),
            (REAL_REFRESH, Validation::refresh()),
        ] {
            let refused = verify(token, &key, &rules, NOW, &mut scratch).unwrap_err();
            assert_eq!(refused, Error::SignatureInvalid);
        }
    }
}

/// We write exactly the real payloads. The real key is unknown, so ours signs them again.
#[test]
fn our_claims_sets_equal_the_real_ones_byte_for_byte() {
    let key = Key::new(KEY).unwrap();
    let state = StateHash::from_base64("I58+Rnk+LuiNLAn0jzOJ4n99J+Wxj/Jsn2hEV+QpazQ=").unwrap();
    for (real, claims) in [
        (REAL_ACCESS, Claims::access("lpua", NOW, 3600)),
        (
            REAL_REFRESH,
            Claims::refresh("lpua", NOW, 15_552_000, &state),
        ),
    ] {
        let mut buf = [0; 512];
        let ours = sign(&claims, &key, &mut buf).unwrap();
        let signing_input = real.rsplit_once('.').unwrap().0;
        assert_eq!(ours.rsplit_once('.').unwrap().0, signing_input);
        let tag = encode(hmac_sha256(KEY, signing_input.as_bytes()));
        assert_eq!(ours, format!("{signing_input}.{tag}"));
    }
}

#[test]
fn the_kid_stands_between_alg_and_typ() {
    let key = Key::new(KEY).unwrap();
    let mut buf = [0; 512];
    let claims = Claims::access("lUpa", NOW, 3600);
    let ours = sign(&claims, key.with_kid("2026-11"), &mut buf).unwrap();
    let header = r#"{"alg":"HS256","kid":"2026-11","typ":"JWT"}"#;
    assert_eq!(ours, token(header, ACCESS, KEY));
}

#[test]
fn rfc8259_7_a_subject_is_escaped_where_it_must_be_and_nowhere_else() {
    let key = Key::new(KEY).unwrap();
    for (sub, written) in [
        ("lUpa", "lUpa"),
        ("\"\\/", r#"\"\\/"#),
        ("\u{8}\t\n\u{c}\r", r"\b\t\n\f\r"),
        ("\0\u{1f}\u{7f}", "\\u0000\\u001f\u{7f}"),
        ("<&>'\u{e9}\u{2028}\u{1f600}", "<&>'\u{e9}\u{2028}\u{1f600}"),
    ] {
        let mut buf = [0; 512];
        let ours = sign(&Claims::access(sub, NOW, 3600), &key, &mut buf).unwrap();
        assert_eq!(ours, token(HEADER, ACCESS.replace("lUpa", written), KEY));
        assert_eq!(outcome(ours, &Validation::access()), Ok(sub.to_owned()));
    }
}

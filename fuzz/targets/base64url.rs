//! base64url against the `base64` crate in its strictest mode. The input is the header segment and the
//! payload segment of a token.
#![no_main]

use barejwt::{Error, JsonProblem, Part, decode_unverified, scratch_len, sign_json};
use barejwt_fuzz::encode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|segment: &[u8]| {
    if !segment.contains(&b'.') && segment.len() <= 1024 {
        decoding(segment);
    }
    if let Ok(text) = std::str::from_utf8(segment) {
        encoding(text);
    }
});

fn decoding(segment: &[u8]) {
    let decoded = URL_SAFE_NO_PAD.decode(segment).ok();
    for part in [Part::Header, Part::Payload] {
        let token = match part {
            Part::Header => [segment, b".e30."].concat(),
            _ => [b"e30.", segment, b"."].concat(),
        };
        let mut scratch = vec![0; scratch_len(token.len())];
        let outcome = decode_unverified(&token, &mut scratch).map(|token| match part {
            Part::Header => token.header_json().to_owned(),
            _ => token.payload_json().to_owned(),
        });
        match (&outcome, &decoded) {
            (Err(Error::Base64 { part: at }), None) => assert_eq!(*at, part),
            (Ok(text), Some(decoded)) => assert_eq!(text.as_bytes(), *decoded),
            (
                Err(Error::Json {
                    part: found,
                    problem,
                    at,
                }),
                Some(decoded),
            ) => {
                assert_eq!(*found, part);
                let utf8 = std::str::from_utf8(decoded).map_err(|error| error.valid_up_to());
                assert_eq!(*problem == JsonProblem::NotUtf8, utf8.is_err());
                if let Err(valid_up_to) = utf8 {
                    assert_eq!(*at, valid_up_to);
                }
            }
            _ => panic!("{outcome:?}, and the other says {decoded:?}"),
        }
        // The decoded bytes stand at the front of the scratch buffer, or behind the header `{}`.
        if let Some(decoded) = &decoded {
            let start = if part == Part::Header { 0 } else { 2 };
            assert_eq!(scratch[start..start + decoded.len()], decoded[..]);
        }
    }
}

/// Signing encodes in place.
fn encoding(text: &str) {
    let json = serde_json::to_string(&serde_json::json!({ "a": text })).unwrap();
    let key = barejwt::Key::new(&[7; 32]).unwrap();
    let mut out = vec![0; barejwt::token_len(None, json.len())];
    let token = sign_json(&json, &key, &mut out).unwrap();
    assert_eq!(token.split('.').nth(1), Some(encode(&json).as_str()));
}

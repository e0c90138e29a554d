//! The JOSE header against `serde_json` and the rules of RFC 7515 4: which headers are accepted, which
//! key they ask for, and what their `typ` is.
#![no_main]

use barejwt::{Error, Key, Keyring, NamedKey, Validation, WithoutKid, scratch_len, verify};
use barejwt_fuzz::document::Document;
use barejwt_fuzz::header::{Expected, expected};
use barejwt_fuzz::{ACCESS, KEY, NOW, signed};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|header: &[u8]| {
    let Some(expected) = expected(header) else {
        return;
    };
    let token = signed(header, ACCESS);
    let mut scratch = vec![0; scratch_len(token.len())];
    let key = Key::new(KEY).unwrap();
    let rules = Validation::access();
    expected.check(verify(&token, &key, &rules, NOW, &mut scratch).map(|_| ()));

    for media_type in ["JWT", "application/at+jwt", "text/plain"] {
        let outcome = verify(&token, &key, &rules.typ(media_type), NOW, &mut scratch).map(|_| ());
        match &expected {
            Expected::Accepted(document) if !has_typ(document, media_type) => {
                assert_eq!(outcome, Err(Error::TypWrong));
            }
            expected => expected.check(outcome),
        }
    }

    // The other key would refuse the token, so the outcome shows which key was asked for.
    let keys = [
        NamedKey::new("other", Key::new(&[9; 32]).unwrap()).unwrap(),
        NamedKey::new("k\u{e9}y", key).unwrap(),
    ];
    for without_kid in [WithoutKid::Refuse, WithoutKid::Use("k\u{e9}y")] {
        let ring = Keyring::new(&keys, "other", without_kid).unwrap();
        let outcome = verify(&token, &ring, &rules, NOW, &mut scratch).map(|_| ());
        let Expected::Accepted(document) = &expected else {
            expected.check(outcome);
            continue;
        };
        let wanted = match (document.get("kid"), without_kid) {
            (None, WithoutKid::Refuse) => Err(Error::KidMissing),
            (None, _) => Ok(()),
            (Some(Value::String(kid)), _) if kid == "k\u{e9}y" => Ok(()),
            (Some(Value::String(kid)), _) if kid == "other" => Err(Error::SignatureInvalid),
            (Some(Value::String(_)), _) => Err(Error::KidUnknown),
            (Some(_), _) => Err(Error::KidNotString),
        };
        assert_eq!(outcome, wanted);
    }
});

/// RFC 7515 4.1.9: `application/` may be left out if there is no other slash.
fn has_typ(document: &Document, media_type: &str) -> bool {
    let full = |name: &str| match name.contains('/') {
        true => name.to_ascii_lowercase(),
        false => format!("application/{}", name.to_ascii_lowercase()),
    };
    match document.get("typ") {
        Some(Value::String(typ)) => full(typ) == full(media_type),
        _ => false,
    }
}

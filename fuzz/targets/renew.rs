//! A renewal. By `serde_json`, both new tokens have all members of the refresh token except the five
//! standard members, and no others. The new tokens are accepted. The input is the claims set of the
//! refresh token.
#![no_main]

use barejwt::{Claim, Error, Key, Lifetimes, PairMembers, RefreshToken, StateHash, Validation};
use barejwt::{JsonProblem, MAX_MEMBERS, Part, scratch_len, verify, verify_refresh};
use barejwt_fuzz::document::{Document, Judgement, judge};
use barejwt_fuzz::{HEADER, KEY, NOW, payload_of, signed};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const LIFETIMES: Lifetimes = Lifetimes {
    access: 600,
    refresh: 6000,
};
const STANDARD_NAMES: [&str; 5] = ["token_type", "sub", "exp", "nbf", "state_hash"];

fuzz_target!(|payload: &[u8]| {
    if let Some(Judgement::Object(document)) = judge(payload) {
        run(payload, &document);
    }
});

fn run(payload: &[u8], old: &Document) {
    let key = Key::new(KEY).unwrap();
    let token = signed(HEADER, payload);
    let rules = Validation::refresh()
        .allow_missing(Claim::Exp)
        .allow_missing(Claim::Nbf)
        .ignore(Claim::Aud)
        .max_token_len(usize::MAX);
    let mut scratch = vec![0; scratch_len(token.len())];
    let Ok(token) = verify_refresh(&token, &key, &rules, NOW, &mut scratch) else {
        return; // The target `verify` judges refusals.
    };
    let text = |name| old.get(name).and_then(Value::as_str).unwrap();
    assert_eq!(token.sub(), text("sub"));
    let hash = STANDARD.decode(text("state_hash")).unwrap();
    let hash: [u8; 32] = hash.try_into().unwrap();

    let carried = old.0.iter();
    let carried = carried.filter(|(name, _)| !STANDARD_NAMES.contains(&name.as_str()));
    let carried: Vec<_> = carried.cloned().collect();
    if STANDARD_NAMES.len() + carried.len() <= MAX_MEMBERS {
        renewed(&token, hash, &key, None, [&carried, &carried]);
    } else {
        // The old token had no times, so it had room for more members.
        let state = StateHash::new(hash);
        let refused = token.renew(&state, &LIFETIMES, &key, &mut [], &mut []);
        let (part, problem, at) = (Part::ToSign, JsonProblem::TooManyMembers, payload.len());
        assert_eq!(refused.unwrap_err(), Error::Json { part, problem, at });
    }
    let members = PairMembers {
        access: "{\"scopes\":[]}",
        refresh: " { } ",
    };
    let scopes = ("scopes".to_owned(), json!([]));
    renewed(&token, hash, &key, Some(&members), [&[scopes], &[]]);

    let mut changed = hash;
    changed[payload.len() % 32] ^= 1;
    let changed = StateHash::new(changed);
    let refused = token.renew(&changed, &LIFETIMES, &key, &mut [], &mut []);
    assert_eq!(refused.unwrap_err(), Error::StateHashMismatch);
}

/// Renews in buffers of exactly the size that is asked for, and reads the new tokens.
fn renewed(
    token: &RefreshToken<'_>,
    hash: [u8; 32],
    key: &Key,
    members: Option<&PairMembers<'_>>,
    own: [&[(String, Value)]; 2],
) {
    let state = StateHash::new(hash);
    let (mut access, mut refresh) = (Vec::new(), Vec::new());
    let issue = |access: &mut [u8], refresh: &mut [u8]| {
        let pair = match members {
            None => token.renew(&state, &LIFETIMES, key, access, refresh),
            Some(members) => token.renew_with(&state, &LIFETIMES, members, key, access, refresh),
        };
        pair.map(|pair| [pair.access_token.len(), pair.refresh_token.len()])
    };
    for buffer in 0..2 {
        let refused = issue(&mut access, &mut refresh);
        let Err(Error::OutputTooSmall { needed }) = refused else {
            panic!("{refused:?}");
        };
        [&mut access, &mut refresh][buffer].resize(needed, 0);
    }
    let lengths = issue(&mut access, &mut refresh).unwrap();
    assert_eq!(lengths, [access.len(), refresh.len()]);

    let rules = [Validation::access(), Validation::refresh()];
    let lifetimes = [LIFETIMES.access, LIFETIMES.refresh];
    for (index, issued) in [access, refresh].iter().enumerate() {
        let rules = rules[index].ignore(Claim::Aud).max_token_len(usize::MAX);
        let mut scratch = vec![0; scratch_len(issued.len())];
        let claims = verify(issued, key, &rules, NOW, &mut scratch).unwrap();
        assert_eq!(claims.exp(), Some(NOW + i64::from(lifetimes[index])));
        let payload = payload_of(str::from_utf8(issued).unwrap());
        let Some(Judgement::Object(Document(said))) = judge(&payload) else {
            panic!("what is signed is JSON");
        };
        let mut expected = vec![
            ("token_type", json!(["access", "refresh"][index])),
            ("sub", json!(token.sub())),
            ("exp", json!(claims.exp())),
            ("nbf", json!(NOW)),
        ];
        if index == 1 {
            expected.push(("state_hash", json!(STANDARD.encode(hash))));
        }
        let expected = expected.iter().map(|(name, value)| (*name, value));
        let own = own[index]
            .iter()
            .map(|(name, value)| (name.as_str(), value));
        let said = said.iter().map(|(name, value)| (name.as_str(), value));
        assert!(said.eq(expected.chain(own)));
    }
}

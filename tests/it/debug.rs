//! `Debug` shows of each type exactly this text. It has names, kinds and times. It has nothing of a
//! token, a key, a subject or an expected value.

use crate::token_maker::*;
use barejwt::{
    Claim, Claims, Key, Keyring, Lifetimes, NamedKey, Pair, PairClaims, PairMembers, Session,
    StateHash, Validation, WithoutKid, decode_unverified, verify, verify_refresh,
};

#[test]
fn keys_show_their_names_alone() {
    assert_eq!(format!("{:?}", Key::new(KEY).unwrap()), "Key { .. }");
    let named = [NamedKey::new("2026-01", Key::new(KEY).unwrap()).unwrap()];
    assert_eq!(
        format!("{:?}", named[0]),
        r#"NamedKey { kid: "2026-01", .. }"#
    );
    let ring = Keyring::new(&named, "2026-01", WithoutKid::Refuse).unwrap();
    let shown = format!("{ring:?}");
    assert!(
        shown.contains(r#"NamedKey { kid: "2026-01", .. }"#),
        "{shown}"
    );
    assert_eq!(format!("{:?}", StateHash::new([7; 32])), "StateHash(..)");
}

#[test]
fn claims_show_their_times_and_types() {
    let claims = Claims::access("lUpa", NOW, 3600);
    assert_eq!(
        format!("{claims:?}"),
        "Claims { now: 1745651978, lifetime: 3600, .. }"
    );
    let key = Key::new(KEY).unwrap();
    let mut scratch = [0; 512];
    let token = token(HEADER, ACCESS, KEY);
    let claims = verify(&token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    assert_eq!(
        format!("{claims:?}"),
        "VerifiedClaims { token_type: Some(Access), exp: Some(1745655578), nbf: Some(1745651978), .. }"
    );
    #[cfg(feature = "heapless")]
    assert_eq!(
        format!("{:?}", claims.owned::<8>().unwrap()),
        "OwnedClaims { token_type: Some(Access), exp: Some(1745655578), nbf: Some(1745651978), .. }"
    );
    let missing = barejwt::ClaimSet::of(&[Claim::Sub, Claim::Exp]);
    assert_eq!(format!("{missing:?}"), "{Sub, Exp}");
}

#[test]
fn unverified_and_refresh_tokens_show_nothing() {
    let mut scratch = [0; 512];
    let access = token(HEADER, ACCESS, KEY);
    let said = decode_unverified(&access, &mut scratch).unwrap();
    assert_eq!(format!("{said:?}"), "UnverifiedToken { .. }");
    let claims = said.claims().unwrap();
    assert_eq!(
        format!("{claims:?}"),
        "UnverifiedClaims { token_type: Some(Access), exp: Some(1745655578), nbf: Some(1745651978), .. }"
    );
    let refresh = token(HEADER, REFRESH, KEY);
    let key = Key::new(KEY).unwrap();
    let token = verify_refresh(&refresh, &key, &Validation::refresh(), NOW, &mut scratch).unwrap();
    assert_eq!(format!("{token:?}"), "RefreshToken { .. }");
}

#[test]
fn members_of_ones_own_are_not_shown() {
    let json = r#"{"SECRETname":"SECRETvalue"}"#;
    let jwt = Claims::jwt("SECRETsub", NOW, 600).members(json);
    assert_eq!(
        format!("{jwt:?}"),
        "Claims { now: 1745651978, lifetime: 600, .. }"
    );
    let members = PairMembers {
        access: json,
        refresh: json,
    };
    assert_eq!(format!("{members:?}"), "PairMembers { .. }");
    let (state, lifetimes) = (StateHash::new(STATE), Lifetimes::default());
    let claims = PairClaims::new("SECRETsub", &state, &lifetimes, NOW).members(&members);
    assert_eq!(
        format!("{claims:?}"),
        "PairClaims { access: Claims { now: 1745651978, lifetime: 3600, .. }, \
         refresh: Claims { now: 1745651978, lifetime: 15552000, .. } }"
    );
}

#[test]
fn what_a_token_carries_and_its_header_are_not_shown() {
    let key = Key::new(KEY).unwrap();
    let mut scratch = [0; 512];
    let header = r#"{"alg":"HS256","iss":"SECRETissuer"}"#;
    let members = r#","iss":"SECRETissuer","aud":"SECRETaud","jti":"SECRETid","SECRET":1}"#;
    let refresh = token(header, REFRESH.replace('}', members), KEY);
    let rules = Validation::refresh().audience("SECRETaud");
    let refresh = verify_refresh(&refresh, &key, &rules, NOW, &mut scratch).unwrap();
    assert_eq!(format!("{refresh:?}"), "RefreshToken { .. }");
    let claims = refresh.confirm(&StateHash::new(STATE)).unwrap();
    assert_eq!(
        format!("{claims:?} {:?}", claims.header("iss").unwrap()),
        "VerifiedClaims { token_type: Some(Refresh), exp: Some(1761203978), \
         nbf: Some(1745651978), .. } String(..)"
    );
    let jwt = token(header, ACCESS.replace('}', members), KEY);
    let rules = Validation::jwt().audience("SECRETaud");
    let mut scratch = [0; 512];
    let claims = verify(&jwt, &key, &rules, NOW, &mut scratch).unwrap();
    assert_eq!(
        format!("{claims:?}"),
        "VerifiedClaims { token_type: None, exp: Some(1745655578), nbf: Some(1745651978), .. }"
    );
}

#[test]
fn json_values_show_their_kinds() {
    let payload = r#"{"s":"lUpa","n":1745,"o":{"x":1},"a":[2],"b":true,"z":null}"#;
    let token = token(HEADER, payload, KEY);
    let key = Key::new(KEY).unwrap();
    let rules = Validation::any_type()
        .allow_missing(Claim::TokenType)
        .allow_missing(Claim::Sub)
        .allow_missing(Claim::Exp)
        .allow_missing(Claim::Nbf);
    let mut scratch = [0; 512];
    let claims = verify(&token, &key, &rules, NOW, &mut scratch).unwrap();
    let shown =
        ["s", "n", "o", "a", "b", "z"].map(|name| format!("{:?}", claims.get(name).unwrap()));
    let kinds = [
        "String(..)",
        "Number(..)",
        "Object(..)",
        "Array(..)",
        "Bool(..)",
        "Null",
    ];
    assert_eq!(shown, kinds);
    let Some(barejwt::JsonValue::String(text)) = claims.get("s") else {
        panic!("no string");
    };
    assert_eq!(format!("{text:?}"), "JsonStr(..)");
}

#[test]
fn sessions_show_times_and_what_they_decide() {
    let pair = Pair {
        access_token: "SECRETa",
        refresh_token: "SECRETr",
        access_expires: 100,
        refresh_expires: 200,
    };
    let shown_pair = "Pair { access_expires: 100, refresh_expires: 200, .. }";
    assert_eq!(format!("{pair:?}"), shown_pair);
    let mut session = Session::new(pair, 10);
    assert_eq!(
        format!("{session:?}"),
        format!("Session {{ pair: {shown_pair}, margin: 10, life: 0, timing: New, trust: Good }}")
    );
    let mut shown = [1, 95]
        .map(|now| format!("{:?}", session.next(now).unwrap()))
        .to_vec();
    session.refresh_refused();
    shown.push(format!("{:?}", session.next(95).unwrap()));
    assert_eq!(shown, ["UseAccess(..)", "Refresh(..)", "LogIn"]);
}

#[test]
fn rules_do_not_show_expected_values() {
    let rules = Validation::access()
        .subject("lUpa")
        .issuer("https://auth.example.com")
        .audience("api");
    assert_eq!(
        format!("{rules:?}"),
        "Validation { profile: Profile { token_type: Some(Access), refuses_refresh: false, \
         required: {TokenType, Sub, Exp, Nbf, Iss, Aud}, ignored: {Iat, Jti} }, \
         subject: Some(..), issuer: Some(..), audience: Some(..), typ: None, \
         leeway: 0, max_age: None, max_token_len: 8192 }"
    );
}

#[test]
fn rules_for_any_system_show_what_they_look_at() {
    let rules = Validation::jwt()
        .max_age(60)
        .ignore(Claim::Sub)
        .require(Claim::Jti)
        .max_token_len(0);
    assert_eq!(
        format!("{rules:?}"),
        "Validation { profile: Profile { token_type: None, refuses_refresh: false, \
         required: {Exp, Iat, Jti}, ignored: {TokenType, Sub, StateHash, Iss} }, \
         subject: None, issuer: None, audience: None, typ: None, \
         leeway: 0, max_age: Some(60), max_token_len: 8192 }"
    );
}

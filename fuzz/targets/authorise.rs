//! `authenticate` must give the same as `bearer_token` and then `verify`. Under the site's rules only an
//! access token counts, whatever they allow. Under another system's rules any token with a subject
//! counts that is no refresh token. The first byte of the input chooses the mode. The rest is the
//! header. If the rest is one line feed, there is no header.
#![no_main]

use barejwt::{Auth, Claim, Error, Identity, Key, TokenType, Validation, VerifiedClaims};
use barejwt::{authenticate, bearer_token, scratch_len, verify};
use barejwt_fuzz::{KEY, NOW};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((mode, header)) = bytes.split_first() else {
        return;
    };
    let auth = match mode {
        b'n' => Auth::None,
        b'o' => Auth::Optional,
        _ => Auth::Required,
    };
    let header = (*header != b"\n"[..]).then_some(header);
    let (access, jwt) = (Validation::access(), Validation::jwt());
    let untyped = access.ignore(Claim::TokenType);
    for rules in [
        access,
        Validation::refresh(),
        Validation::any_type(),
        Validation::any_type()
            .allow_missing(Claim::TokenType)
            .allow_missing(Claim::Sub),
    ] {
        check(auth, header, &rules, &access);
    }
    for (rules, equal) in [
        (jwt, jwt.require(Claim::Sub)),
        (jwt.ignore(Claim::Sub), jwt.ignore(Claim::Sub)),
        (untyped.allow_missing(Claim::Sub), untyped),
    ] {
        check(auth, header, &rules, &equal);
    }
});

/// `equal` are the rules under which `verify` accepts the same tokens.
fn check(auth: Auth, header: Option<&[u8]>, rules: &Validation<'_>, equal: &Validation<'_>) {
    let key = Key::new(KEY).unwrap();
    let room = header.map_or(0, |header| scratch_len(header.len()));
    let mut scratch = vec![0; room];
    let identity = authenticate(auth, header, &key, rules, NOW, &mut scratch);
    if auth == Auth::None || (auth == Auth::Optional && header.is_none()) {
        return assert!(matches!(identity, Ok(Identity::Anonymous)));
    }
    let mut scratch = vec![0; room];
    let verified =
        bearer_token(header).and_then(|token| verify(token, &key, equal, NOW, &mut scratch));
    let is_refresh = Error::TokenTypeWrong {
        found: TokenType::Refresh,
    };
    match (identity, verified) {
        (Ok(Identity::User(user)), Ok(claims)) => {
            assert_eq!(user.sub(), claims.sub());
            assert!(!says_refresh(&user));
        }
        (Err(error), Ok(claims)) => {
            assert!(says_refresh(&claims));
            assert_eq!(error, is_refresh);
        }
        // The type is checked before the other faults.
        (Err(error), Err(expected)) => assert!(error == expected || error == is_refresh),
        (identity, verified) => panic!("{identity:?}, {verified:?}"),
    }
}

fn says_refresh(claims: &VerifiedClaims<'_>) -> bool {
    let token_type = claims.get("token_type");
    token_type.is_some_and(
        |value| matches!(value, barejwt::JsonValue::String(text) if text.is("refresh")),
    )
}

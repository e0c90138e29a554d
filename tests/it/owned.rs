//! Results in `heapless` types, which own their contents.

use crate::token_maker::*;
use barejwt::{Claims, Error, Key, OwnedClaims, TokenType, Validation, sign_to_string, verify};

#[test]
fn a_token_in_a_string_is_the_same_token() {
    let key = Key::new(KEY).unwrap();
    let claims = Claims::access("lUpa", NOW, 3600);
    let owned = sign_to_string::<175>(&claims, &key).unwrap();
    assert_eq!(owned, token(HEADER, ACCESS, KEY).as_str());
    let refused = sign_to_string::<174>(&claims, &key);
    assert_eq!(refused, Err(Error::OutputTooSmall { needed: 175 }));
}

#[test]
fn owned_claims_outlive_the_scratch() {
    let key = Key::new(KEY).unwrap();
    let token = token(HEADER, ACCESS.replace("lUpa", r"\u00e9\n"), KEY);
    let owned: OwnedClaims<3> = {
        let mut scratch = [0; 512];
        let claims = verify(&token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
        assert_eq!(
            claims.owned::<2>().unwrap_err(),
            Error::OutputTooSmall { needed: 3 }
        );
        claims.owned().unwrap()
    };
    assert_eq!(owned.sub(), "\u{e9}\n");
    assert_eq!(owned.token_type(), Some(TokenType::Access));
    assert_eq!((owned.exp(), owned.nbf()), (Some(EXP), Some(NOW)));
    assert!(!format!("{owned:?}").contains('\u{e9}'));
}

//! Who calls: `authenticate` must be `bearer_token` and then `verify` of an access token, whatever
//! the rules allow. The first byte chooses the mode, the rest is the header; a second line feed
//! stands for a header that is absent.
#![no_main]

use barejwt::{Auth, Claim, Identity, Key, TokenType, Validation};
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
    let key = Key::new(KEY).unwrap();
    for rules in [
        Validation::access(),
        Validation::refresh(),
        Validation::any_type(),
        Validation::any_type()
            .allow_missing(Claim::TokenType)
            .allow_missing(Claim::Sub),
    ] {
        let mut scratch = vec![0; scratch_len(bytes.len())];
        let identity = authenticate(auth, header, &key, &rules, NOW, &mut scratch);
        match (auth, header) {
            (Auth::None, _) | (Auth::Optional, None) => {
                assert!(matches!(identity, Ok(Identity::Anonymous)));
            }
            (Auth::Required | Auth::Optional, _) => {
                let mut scratch = vec![0; scratch_len(bytes.len())];
                let access = bearer_token(header).and_then(|token| {
                    verify(token, &key, &Validation::access(), NOW, &mut scratch)
                });
                match (identity, access) {
                    (Ok(Identity::User(user)), Ok(claims)) => {
                        assert_eq!(user.sub(), claims.sub());
                        assert_eq!(user.token_type(), Some(TokenType::Access));
                        assert!(!user.sub().is_empty());
                    }
                    // A refresh token's rules require a state hash, too.
                    (Err(barejwt::Error::ClaimsMissing { claims }), _)
                        if claims.contains(Claim::StateHash) => {}
                    (Err(error), Err(expected)) => assert_eq!(error, expected),
                    (identity, access) => panic!("{identity:?}, {access:?}"),
                }
            }
        }
    }
});

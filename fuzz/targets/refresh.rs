//! A refresh token is traded for a pair only with the hash that it was issued for, only before it
//! expires, and only as a refresh token.
#![no_main]

use arbitrary::Arbitrary;
use barejwt::{Error, Key, Lifetimes, Pair, PairClaims, StateHash, Validation};
use barejwt::{issue_pair, scratch_len, verify, verify_refresh};
use barejwt_fuzz::KEY;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    sub: &'a str,
    access: u32,
    refresh: u32,
    now: i64,
    later: u32,
    state: [u8; 32],
    account: [u8; 32],
    room: (u16, u16),
    changed_at: u16,
    change: u8,
}

fuzz_target!(|input: Input<'_>| run(&input));

fn run(input: &Input<'_>) {
    let key = Key::new(KEY).unwrap();
    let state = StateHash::new(input.state);
    let lifetimes = Lifetimes {
        access: input.access,
        refresh: input.refresh,
    };
    let mut access = vec![0xaa; input.room.0.into()];
    let mut refresh = vec![0xaa; input.room.1.into()];
    let claims = PairClaims::new(input.sub, &state, &lifetimes, input.now);
    let issued = issue_pair(&claims, &key, &mut access, &mut refresh);
    let Ok(pair) = issued else {
        // Neither token was written.
        assert!(access.iter().chain(&refresh).all(|byte| *byte == 0xaa));
        return;
    };
    assert_eq!(pair.access_expires, input.now + i64::from(input.access));
    assert_eq!(pair.refresh_expires, input.now + i64::from(input.refresh));
    one_kind_is_not_the_other(&pair, &key, input.now);
    changed_tokens_are_refused(input, &pair, &key);
    trade(input, &pair, &key, &lifetimes);
}

fn one_kind_is_not_the_other(pair: &Pair<'_>, key: &Key, now: i64) {
    let mut scratch = vec![0; scratch_len(pair.refresh_token.len())];
    let wrong = |found| Err(Error::TokenTypeWrong { found });
    let rules = Validation::any_type().max_token_len(usize::MAX);
    let as_refresh = verify_refresh(pair.access_token, key, &rules, now, &mut scratch);
    assert_eq!(as_refresh.map(|_| ()), wrong(barejwt::TokenType::Access));
    let rules = Validation::access().max_token_len(usize::MAX);
    let as_access = verify(pair.refresh_token, key, &rules, now, &mut scratch);
    assert_eq!(as_access.map(|_| ()), wrong(barejwt::TokenType::Refresh));
}

fn changed_tokens_are_refused(input: &Input<'_>, pair: &Pair<'_>, key: &Key) {
    let mut token = pair.refresh_token.as_bytes().to_vec();
    let at = usize::from(input.changed_at) % token.len();
    token[at] ^= input.change.max(1);
    let mut scratch = vec![0; scratch_len(token.len())];
    let rules = Validation::refresh().max_token_len(usize::MAX);
    assert!(verify_refresh(&token, key, &rules, input.now, &mut scratch).is_err());
}

fn trade(input: &Input<'_>, pair: &Pair<'_>, key: &Key, lifetimes: &Lifetimes) {
    let now = input.now.saturating_add(input.later.into());
    let mut scratch = vec![0; scratch_len(pair.refresh_token.len())];
    let rules = Validation::refresh().max_token_len(usize::MAX);
    let token = match verify_refresh(pair.refresh_token, key, &rules, now, &mut scratch) {
        Ok(token) => token,
        Err(Error::Expired { .. }) => return assert!(now >= pair.refresh_expires),
        Err(error) => panic!("{error:?}"),
    };
    assert!(now < pair.refresh_expires);
    assert_eq!(token.sub(), input.sub);
    let account = StateHash::new(input.account);
    let (mut access, mut refresh) = (vec![0; 1 << 17], vec![0; 1 << 17]);
    let renewed = token.renew(&account, lifetimes, key, &mut access, &mut refresh);
    match renewed {
        Ok(renewed) => {
            assert_eq!(input.account, input.state);
            assert_eq!(renewed.access_expires, now + i64::from(input.access));
        }
        Err(Error::StateHashMismatch) => assert_ne!(input.account, input.state),
        Err(error) => {
            assert_eq!((input.account, error), (input.state, Error::TimeOverflow));
            let last = now.checked_add(input.access.max(input.refresh).into());
            assert!(last.is_none());
        }
    }
    let own = StateHash::new(input.state);
    assert_eq!(token.confirm(&own).unwrap().sub(), input.sub);
    assert_eq!(
        token.confirm(&account).is_ok(),
        input.account == input.state
    );
}

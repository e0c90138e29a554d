//! The caller's own members. By `serde_json`, a token has the standard members and then the given
//! members, unchanged. Members that a token must not have are refused before anything is signed. The
//! input is a profile (`a`, `r`, or else any other system's), a subject, a line feed, and the members.
#![no_main]

use barejwt::{Claim, Claims, Error, JsonProblem, Key, MAX_MEMBERS, Part, StateHash};
use barejwt::{scratch_len, sign, verify};
use barejwt_fuzz::claims;
use barejwt_fuzz::document::{Document, Judgement, judge};
use barejwt_fuzz::rules::Rules;
use barejwt_fuzz::{KEY, NOW, payload_of};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const LIFETIME: u32 = 600;

fuzz_target!(|bytes: &[u8]| {
    let Some((profile, rest)) = bytes.split_first() else {
        return;
    };
    let mut lines = rest.splitn(2, |byte| *byte == b'\n');
    let (Some(sub), Some(members)) = (lines.next(), lines.next()) else {
        return;
    };
    if let (Ok(sub), Ok(members)) = (str::from_utf8(sub), str::from_utf8(members))
        && let Some(judgement) = judge(members.as_bytes())
    {
        run(*profile, sub, members, &judgement);
    }
});

fn run(profile: u8, sub: &str, members: &str, judgement: &Judgement) {
    let key = Key::new(KEY).unwrap();
    let hash = StateHash::new([0x5a; 32]);
    let (claims, rules) = match profile {
        b'a' => (Claims::access(sub, NOW, LIFETIME), Rules::access()),
        b'r' => (Claims::refresh(sub, NOW, LIFETIME, &hash), Rules::refresh()),
        _ => (Claims::jwt(sub, NOW, LIFETIME), Rules::jwt()),
    };
    let claims = claims.members(members);
    let standard = standard(profile, sub);
    let needed = claims.token_len();
    let mut out = vec![0; needed];
    let token = match (
        sign(&claims, &key, &mut out),
        refusal(&standard, members, judgement),
    ) {
        (Ok(token), None) => token,
        (Err(error), Some(expected)) => return expected.check(error),
        (outcome, _) => panic!("{outcome:?}"),
    };
    assert_eq!(token.len(), needed);
    let mut small = vec![0xaa; needed - 1];
    let refused = sign(&claims, &key, &mut small).unwrap_err();
    assert_eq!(refused, Error::OutputTooSmall { needed });
    assert!(small.iter().all(|byte| *byte == 0xaa));

    let Judgement::Object(Document(own)) = judgement else {
        unreachable!("it was signed");
    };
    let payload = payload_of(token);
    let said = match judge(&payload) {
        Some(Judgement::Object(Document(said))) => said,
        Some(_) => panic!("what is signed is JSON"),
        None => return, // The subject is a name that `serde_json` uses internally.
    };
    let expected: Vec<_> = standard.iter().chain(own).collect();
    assert!(said.iter().eq(expected));

    let rules = rules.any_length();
    if let Some(expected) = claims::expected(&payload, &rules, NOW) {
        let mut scratch = vec![0; scratch_len(token.len())];
        let outcome = verify(token, &key, &rules.ours, NOW, &mut scratch);
        expected.check(outcome.map(|_| ()));
    }
}

/// The members that the core writes, in order.
fn standard(profile: u8, sub: &str) -> Vec<(String, Value)> {
    let exp = NOW + i64::from(LIFETIME);
    let mut members = match profile {
        b'a' | b'r' => vec![
            (
                "token_type",
                json!(if profile == b'a' { "access" } else { "refresh" }),
            ),
            ("sub", json!(sub)),
            ("exp", json!(exp)),
            ("nbf", json!(NOW)),
        ],
        _ => vec![
            ("sub", json!(sub)),
            ("iat", json!(NOW)),
            ("exp", json!(exp)),
        ],
    };
    if profile == b'r' {
        members.push((
            "state_hash",
            json!("WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="),
        ));
    }
    let named = members.into_iter();
    named
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

enum Refusal {
    /// Any error about JSON.
    NoJson,
    For(Error),
}

impl Refusal {
    fn check(&self, error: Error) {
        match (self, error) {
            (Self::For(expected), error) => assert_eq!(error, *expected),
            (
                Self::NoJson,
                Error::Json {
                    part: Part::ToSign, ..
                },
            ) => {}
            (Self::NoJson, error) => panic!("{error:?}"),
        }
    }
}

/// The reason why these members cannot be signed, if any.
fn refusal(standard: &[(String, Value)], members: &str, judgement: &Judgement) -> Option<Refusal> {
    let sub = standard.iter().find(|(name, _)| name == "sub");
    if sub.is_some_and(|(_, sub)| *sub == json!("")) {
        return Some(Refusal::For(Error::SubjectEmpty));
    }
    let own = match judgement {
        Judgement::Object(document) if !document.is_refused() => document,
        _ => return Some(Refusal::NoJson),
    };
    // In both types of the site's tokens all five names are reserved.
    let reserved: &[Claim] = match standard.len() {
        3 => &[Claim::Sub, Claim::Iat, Claim::Exp],
        _ => &[
            Claim::TokenType,
            Claim::Sub,
            Claim::Exp,
            Claim::Nbf,
            Claim::StateHash,
        ],
    };
    let taken = |name: &String| reserved.iter().find(|claim| claim.name() == name);
    if let Some(claim) = own.0.iter().find_map(|(name, _)| taken(name)) {
        return Some(Refusal::For(Error::MemberReserved { claim: *claim }));
    }
    if standard.len() + own.0.len() > MAX_MEMBERS {
        let (part, problem, at) = (Part::ToSign, JsonProblem::TooManyMembers, members.len());
        return Some(Refusal::For(Error::Json { part, problem, at }));
    }
    None
}

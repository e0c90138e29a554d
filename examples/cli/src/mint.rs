//! `token`, `pair` and `refresh`, for tokens of the site; `sign`, for any token.

use std::ffi::OsStr;

use anyhow::{Result, anyhow};
use barejwt::{
    Claim, Claims, Error, JsonProblem, Lifetimes, MAX_KID_BYTES, Pair, PairClaims, PairMembers,
    SigningKey, StateHash, Validation, issue_pair, scratch_len, sign_json, token_len, verify,
    verify_refresh,
};

use crate::claims_json::{Member, extended, members, object, one_or_several};
use crate::cli::{PairArgs, RefreshArgs, SignArgs, SigningArgs, StateArgs, TokenArgs, conflict};
use crate::commands::print;
use crate::exit::{self, Refused};
use crate::key_source::Keys;
use crate::token_input::{self, MAX_INPUT_BYTES};
use crate::{display, time};

const FOR_DEBUGGING: &str = "barejwt: a token from the master key is for local debugging only: \
                             anyone who has it is that user";

/// More bytes than a `kid` can add to a token.
const KID_ROOM: usize = 2 * MAX_KID_BYTES;

/// The members that a renewal writes itself.
const RENEWED: [&str; 5] = ["token_type", "sub", "exp", "nbf", "state_hash"];

pub(crate) fn token(args: &TokenArgs) -> Result<()> {
    let own = object(&args.members.members)?;
    check_times(&own)?;
    let claims = Claims::access(&args.sub, time::now(), args.ttl).members(&own);
    let token = signed(&args.signing, |key| {
        let mut buf = buffer(claims.token_len());
        barejwt::sign(&claims, key, &mut buf).map(str::to_owned)
    })?;
    exit::warn(FOR_DEBUGGING);
    print(&format!("{token}\n"))
}

pub(crate) fn pair(args: &PairArgs) -> Result<()> {
    let own = object(&args.members.members)?;
    check_times(&own)?;
    let own = PairMembers {
        access: &own,
        refresh: &own,
    };
    let (now, state, lifetimes) = (time::now(), &args.state.state_hash, Lifetimes::default());
    let claims = PairClaims::new(&args.sub, state, &lifetimes, now).members(&own);
    let pair = signed(&args.signing, |key| {
        let (mut access, mut refresh) = pair_buffers(&args.sub, &args.state, own.access.len());
        issue_pair(&claims, key, &mut access, &mut refresh).map(|pair| json(&pair))
    })?;
    exit::warn(FOR_DEBUGGING);
    print(&pair)
}

pub(crate) fn refresh(args: &RefreshArgs) -> Result<()> {
    args.signing.key.check_input(&args.token.token)?;
    let token = token_input::token(&args.token.token, MAX_INPUT_BYTES)?;
    let keys = Keys::load(&args.signing.key)?;
    let (now, state, lifetimes) = (time::now(), &args.state.state_hash, Lifetimes::default());
    // A renewal cannot carry over more than the whole token.
    let (carried, mut scratch) = (token.len(), vec![0; scratch_len(token.len())]);
    let rules = Validation::refresh().max_token_len(token.len());
    let token = verify_refresh(token, keys.verifying()?, &rules, now, &mut scratch);
    let token = token.map_err(Refused::from)?;
    let claims = token.confirm(state).map_err(Refused::from)?;
    if let Some(error) = unreadable_time(claims.json())? {
        return Err(Refused::from(error).into());
    }
    let (mut access, mut refresh) = pair_buffers(token.sub(), &args.state, carried);
    let key = keys.signing(args.signing.kid.as_deref());
    let pair = key.and_then(|key| token.renew(state, &lifetimes, key, &mut access, &mut refresh));
    let pair = pair.map_err(not_minted)?;
    exit::warn(&of_a_server(claims.json()));
    print(&json(&pair))
}

/// The warning about a server's own rules, with the names of the claims that were carried over.
fn of_a_server(claims: &str) -> String {
    let mut carried = members(claims).into_keys().collect::<Vec<_>>();
    carried.retain(|name| !RENEWED.contains(&name.as_str()));
    let carried = match carried.as_slice() {
        [] => String::new(),
        names => format!(
            ". Both tokens have these claims of the old token: {}",
            names.join(", ")
        ),
    };
    format!(
        "barejwt: no server was asked. A server may have other rules, for example that it accepts each \
         refresh token only once, and may refuse this pair{}",
        display::one_line(&carried)
    )
}

pub(crate) fn sign(args: &SignArgs) -> Result<()> {
    args.signing.key.check_input(&args.claims)?;
    let given = given_claims(&args.claims)?;
    let claims = extended(&given, &named_claims(args))?;
    if !args.no_exp && !members(&claims).contains_key("exp") {
        return Err(
            conflict("the token would never expire: give --exp +1h, or say --no-exp").into(),
        );
    }
    check_times(&claims)?;
    display::warn_of_milliseconds(&claims);
    let token = signed(&args.signing, |key| {
        let mut buf = buffer(token_len(None, claims.len()));
        sign_json(&claims, key, &mut buf).map(str::to_owned)
    })?;
    print(&format!("{token}\n"))
}

/// Refuses a typed time that a verifier cannot read.
fn check_times(claims: &str) -> Result<()> {
    match unreadable_time(claims)? {
        Some(Error::ClaimType { claim } | Error::NumericDateRange { claim }) => {
            Err(conflict(&format!(
                "{} must be a number of seconds since 1970 that fits 64 bits",
                claim.name()
            ))
            .into())
        }
        _ => Ok(()),
    }
}

/// The error about a time that a verifier cannot read. The core decides: it verifies a token of these claims.
/// Every other rule is a verifier's own, and a token may break it.
fn unreadable_time(claims: &str) -> Result<Option<Error>> {
    let keys = Keys::throw_away()?;
    let mut buf = buffer(token_len(None, claims.len()));
    let token = sign_json(claims, keys.signing(None)?, &mut buf).map_err(not_minted)?;
    let others = [Claim::Sub, Claim::Iss, Claim::Aud, Claim::Jti];
    let rules = others
        .into_iter()
        .fold(Validation::jwt(), Validation::ignore);
    let rules = rules.require(Claim::Iat).max_token_len(token.len());
    let mut scratch = vec![0; scratch_len(token.len())];
    let verified = verify(token, keys.verifying()?, &rules, 1, &mut scratch);
    let is_of_time = |error: &Error| {
        matches!(
            error,
            Error::ClaimType { .. } | Error::NumericDateRange { .. }
        )
    };
    Ok(verified.err().filter(is_of_time))
}

/// The JSON that was typed or read: one strict object, checked by the core's reader.
fn given_claims(argument: &OsStr) -> Result<String> {
    let bytes = token_input::read(argument, MAX_INPUT_BYTES)?;
    let json = String::from_utf8(bytes).map_err(|_| anyhow!("the claims are not UTF-8"))?;
    // It is checked alone, so that an error names the byte that the user typed.
    let state = StateHash::new([0; 32]);
    PairClaims::new("-", &state, &Lifetimes::default(), 1)
        .carry(&json)
        .map_err(not_claims)?;
    Ok(json)
}

fn not_claims(error: Error) -> anyhow::Error {
    let Error::Json { problem, at, .. } = error else {
        return error.into();
    };
    match problem {
        JsonProblem::NotObject => {
            anyhow!("the claims are not a JSON object, such as {{\"sub\":\"jane\"}}")
        }
        JsonProblem::Syntax => anyhow!(
            "the claims are not JSON from byte {at} on; names and texts stand in double quotes, so in \
             a shell all of it in single ones: '{{\"sub\":\"jane\"}}'"
        ),
        JsonProblem::DuplicateName => anyhow!("the claims have a name twice, at byte {at}"),
        _ => anyhow!("the claims cannot be signed: {error}"),
    }
}

fn named_claims(args: &SignArgs) -> Vec<Member> {
    let now = time::now();
    let texts = [("iss", &args.iss), ("sub", &args.sub), ("jti", &args.jti)];
    let texts = texts
        .into_iter()
        .filter_map(|(name, value)| Some(Member::text(name, value.as_ref()?)));
    let times = [("iat", args.iat), ("nbf", args.nbf), ("exp", args.exp)];
    let times = times
        .into_iter()
        .filter_map(|(name, time)| Some(Member::number(name, time?.seconds(now))));
    let own = args.members.members.iter().cloned();
    texts
        .chain(one_or_several("aud", &args.aud))
        .chain(times)
        .chain(own)
        .collect()
}

/// The token that `sign` makes with the key. If no key is named, it first signs with a key that is thrown
/// away, so that claims that cannot be signed make no database.
fn signed(
    args: &SigningArgs,
    sign: impl Fn(SigningKey<'_>) -> Result<String, Error>,
) -> Result<String> {
    let sign = |keys: &Keys| {
        let key = keys.signing(args.kid.as_deref());
        key.and_then(&sign).map_err(not_minted)
    };
    if let Some(keys) = Keys::find(&args.key)? {
        return sign(&keys);
    }
    sign(&Keys::throw_away()?)?;
    sign(&Keys::create(&args.key)?)
}

fn buffer(token_len: usize) -> Vec<u8> {
    vec![0; token_len.saturating_add(KID_ROOM)]
}

/// A buffer for tokens of this subject, with this many bytes of members.
fn pair_buffers(sub: &str, state: &StateArgs, members: usize) -> (Vec<u8>, Vec<u8>) {
    let (now, lifetimes) = (time::now(), Lifetimes::default());
    let access = Claims::access(sub, now, lifetimes.access).token_len();
    let refresh = Claims::refresh(sub, now, lifetimes.refresh, &state.state_hash).token_len();
    let members = members.saturating_mul(2);
    (
        buffer(access.saturating_add(members)),
        buffer(refresh.saturating_add(members)),
    )
}

fn json(pair: &Pair<'_>) -> String {
    let time = |seconds| match time::utc(seconds) {
        Some(time) => format!("\"{time}\""),
        None => "null".to_owned(),
    };
    format!(
        "{{\n  \"access_token\": \"{}\",\n  \"refresh_token\": \"{}\",\n  \
         \"access_expires\": {},\n  \"refresh_expires\": {}\n}}\n",
        pair.access_token,
        pair.refresh_token,
        time(pair.access_expires),
        time(pair.refresh_expires),
    )
}

/// A failure to sign. No token was refused, so that it has another exit status.
fn not_minted(error: Error) -> anyhow::Error {
    anyhow!("cannot mint the token: {error}")
}

//! What each command does, and what it prints.

use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use barejwt::{
    Claims, Lifetimes, Pair, PairClaims, StateHash, Validation, decode_unverified, issue_pair,
    scratch_len, sign, verify, verify_refresh,
};
use barejwt_settings::KeySet;
use clap::CommandFactory;

use crate::cli::{
    Cli, Command, CompletionsArgs, InspectArgs, KeyArgs, PairArgs, RefreshArgs, TokenArgs,
    VerifyArgs, WantedType,
};
use crate::{display, exit, key_source, token_input};

const FOR_DEBUGGING: &str = "barejwt: a token from the master key is for local debugging only: \
                             whoever has it is that user";

pub(crate) fn run(cli: &Cli) -> Result<()> {
    match &cli.command {
        Command::Token(args) => token(&cli.key, args),
        Command::Pair(args) => pair(&cli.key, args),
        Command::Refresh(args) => refresh(&cli.key, args),
        Command::Verify(args) => verify_token(&cli.key, args),
        Command::Inspect(args) => inspect(args),
        Command::Completions(args) => completions(args),
    }
}

fn token(key: &KeyArgs, args: &TokenArgs) -> Result<()> {
    let keys = key_source::load(key)?;
    let claims = Claims::access(&args.sub, now(), args.ttl);
    let mut buf = vec![0; claims.token_len_with_kid(keys.active())];
    let ring = keys.ring()?;
    let token = sign(&claims, keys.signing(&ring), &mut buf).map_err(not_minted)?;
    exit::warn(FOR_DEBUGGING);
    print(&format!("{token}\n"))
}

fn pair(key: &KeyArgs, args: &PairArgs) -> Result<()> {
    let keys = key_source::load(key)?;
    let (now, state, lifetimes) = (now(), &args.state.state_hash, Lifetimes::default());
    let (mut access, mut refresh) = pair_buffers(&args.sub, &lifetimes, now, state, &keys, 0);
    let (ring, claims) = (
        keys.ring()?,
        PairClaims::new(&args.sub, state, &lifetimes, now),
    );
    let pair =
        issue_pair(&claims, keys.signing(&ring), &mut access, &mut refresh).map_err(not_minted)?;
    exit::warn(FOR_DEBUGGING);
    print_pair(&pair)
}

fn refresh(key: &KeyArgs, args: &RefreshArgs) -> Result<()> {
    let token = token_input::read(&args.token.token)?;
    let keys = key_source::load(key)?;
    let ring = keys.ring()?;
    let (now, state, lifetimes) = (now(), &args.state.state_hash, Lifetimes::default());
    // No more than the whole token can be carried over.
    let (carried, mut scratch) = (token.len(), vec![0; scratch_len(token.len())]);
    let token = verify_refresh(token, &ring, &Validation::refresh(), now, &mut scratch)?;
    let (mut access, mut refresh) =
        pair_buffers(token.sub(), &lifetimes, now, state, &keys, carried);
    let signing = keys.signing(&ring);
    let pair = token.renew(state, &lifetimes, signing, &mut access, &mut refresh)?;
    print_pair(&pair)
}

fn pair_buffers(
    sub: &str,
    lifetimes: &Lifetimes,
    now: i64,
    state: &StateHash,
    keys: &KeySet,
    carried: usize,
) -> (Vec<u8>, Vec<u8>) {
    let access = Claims::access(sub, now, lifetimes.access);
    let refresh = Claims::refresh(sub, now, lifetimes.refresh, state);
    let buffer = |claims: Claims<'_>| {
        let len = claims.token_len_with_kid(keys.active());
        vec![0; len.saturating_add(carried)]
    };
    (buffer(access), buffer(refresh))
}

fn verify_token(key: &KeyArgs, args: &VerifyArgs) -> Result<()> {
    let token = token_input::read(&args.token.token)?;
    let keys = key_source::load(key)?;
    let mut rules = match args.token_type {
        WantedType::Access => Validation::access(),
        WantedType::Refresh => Validation::refresh(),
        WantedType::Any => Validation::any_type(),
    }
    .leeway(args.leeway);
    if let Some(sub) = &args.sub {
        rules = rules.subject(sub);
    }
    let mut scratch = vec![0; scratch_len(token.len())];
    let now = args.now.unwrap_or_else(now);
    let claims = verify(token, &keys.ring()?, &rules, now, &mut scratch)?;
    print(&format!(
        "{{\n  \"verified\": true,\n  \"claims\": {},\n  \"times\": {}\n}}\n",
        display::json(claims.json()),
        times(claims.nbf(), claims.exp()),
    ))
}

fn inspect(args: &InspectArgs) -> Result<()> {
    let token = token_input::read(&args.token.token)?;
    let mut scratch = vec![0; scratch_len(token.len())];
    let said = decode_unverified(&token, &mut scratch)?;
    let known = match said.claims() {
        Ok(claims) => format!("\"times\": {}", times(claims.nbf(), claims.exp())),
        // Errors are plain ASCII without quotes.
        Err(problem) => format!("\"problem\": \"{problem}\""),
    };
    exit::warn("barejwt: NOT VERIFIED: anybody can have written this token");
    print(&format!(
        "{{\n  \"verified\": false,\n  \"header\": {},\n  \"claims\": {},\n  {known}\n}}\n",
        display::json(said.header_json()),
        display::json(said.payload_json()),
    ))
}

fn completions(args: &CompletionsArgs) -> Result<()> {
    // Into memory first: clap_complete panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "barejwt", &mut script);
    print_bytes(&script)
}

fn print_pair(pair: &Pair<'_>) -> Result<()> {
    print(&format!(
        "{{\n  \"access_token\": \"{}\",\n  \"refresh_token\": \"{}\",\n  \
         \"access_expires\": {},\n  \"refresh_expires\": {}\n}}\n",
        pair.access_token,
        pair.refresh_token,
        display::time(Some(pair.access_expires)),
        display::time(Some(pair.refresh_expires)),
    ))
}

fn times(nbf: Option<i64>, exp: Option<i64>) -> String {
    format!(
        "{{\"nbf\": {}, \"exp\": {}}}",
        display::time(nbf),
        display::time(exp)
    )
}

/// Nothing was refused here, so this is no exit status of a refused token.
fn not_minted(error: barejwt::Error) -> anyhow::Error {
    anyhow::anyhow!("cannot mint the token: {error}")
}

fn print(text: &str) -> Result<()> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .context("cannot write to standard output")
}

/// Seconds since 1970; a clock before that is one that is not set, which the core refuses.
fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or(0)
}

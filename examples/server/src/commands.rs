//! What each command does, and what it prints.

use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use barejwt::{
    Claims, Lifetimes, Pair, Validation, decode_unverified, issue_pair, scratch_len, sign, verify,
    verify_refresh,
};
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
    let key = key_source::load(key)?;
    let claims = Claims::access(&args.sub, now(), args.ttl);
    let mut buf = vec![0; claims.token_len()];
    let token = sign(&claims, &key, &mut buf).map_err(not_minted)?;
    exit::warn(FOR_DEBUGGING);
    print(&format!("{token}\n"))
}

fn pair(key: &KeyArgs, args: &PairArgs) -> Result<()> {
    let key = key_source::load(key)?;
    let (now, state, lifetimes) = (now(), &args.state.state_hash, Lifetimes::default());
    let access = Claims::access(&args.sub, now, lifetimes.access).token_len();
    let refresh = Claims::refresh(&args.sub, now, lifetimes.refresh, state).token_len();
    let (mut access, mut refresh) = (vec![0; access], vec![0; refresh]);
    let pair = issue_pair(
        &args.sub,
        state,
        &lifetimes,
        now,
        &key,
        &mut access,
        &mut refresh,
    )
    .map_err(not_minted)?;
    exit::warn(FOR_DEBUGGING);
    print_pair(&pair)
}

fn refresh(key: &KeyArgs, args: &RefreshArgs) -> Result<()> {
    let token = token_input::read(&args.token.token)?;
    let key = key_source::load(key)?;
    let (now, state, lifetimes) = (now(), &args.state.state_hash, Lifetimes::default());
    let mut scratch = vec![0; scratch_len(token.len())];
    let token = verify_refresh(token, &key, &Validation::refresh(), now, &mut scratch)?;
    let access = Claims::access(token.sub(), now, lifetimes.access).token_len();
    let refresh = Claims::refresh(token.sub(), now, lifetimes.refresh, state).token_len();
    let (mut access, mut refresh) = (vec![0; access], vec![0; refresh]);
    let pair = token.renew(state, &lifetimes, &key, &mut access, &mut refresh)?;
    print_pair(&pair)
}

fn verify_token(key: &KeyArgs, args: &VerifyArgs) -> Result<()> {
    let token = token_input::read(&args.token.token)?;
    let key = key_source::load(key)?;
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
    let claims = verify(token, &key, &rules, now, &mut scratch)?;
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

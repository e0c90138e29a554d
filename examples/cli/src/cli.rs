//! The command line: what can be asked, and the help that explains it.

use std::ffi::OsString;
use std::path::PathBuf;

use barejwt::StateHash;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

const AFTER_HELP: &str = "\
The key is taken from the first of:
  --key-file PATH     the file's bytes, without one newline at the end
  BAREJWT_KEY         the environment variable's bytes; only its own processes see it
  --database PATH     the row with name 'secret_key' in table 'settings' of a SQLite file

A file that does not exist is created: a random key, file mode 0600. A database that exists is read
and never changed. Keys under 32 bytes are refused (RFC 7518 3.2).

Exit status:
  0  done
  1  another failure: no key, unreadable file, output that cannot be written
  2  the command line is wrong
  3  the token has expired
  4  the token is not valid yet
  5  the signature is bad, or its key is unknown or retired
  6  the token is malformed, or not HS256
  7  the token is of the wrong type
  8  another claim is refused: missing, other subject, audience, changed state hash

Examples:
  barejwt token --sub lUpa
  barejwt token --sub lUpa | sed 's/^/Authorization: Bearer /' | curl -H @- http://localhost:5212/
  barejwt token --sub lUpa | barejwt verify -
  barejwt --database /srv/cloudreve.db token --sub lUpa
  barejwt inspect - < token.txt";

/// Mints and checks HS256 tokens (RFC 7519) with the site's master key.
#[derive(Debug, Parser)]
#[command(name = "barejwt", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) key: KeyArgs,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the key is.
#[derive(Args, Debug)]
pub(crate) struct KeyArgs {
    /// File that holds the key; one newline at its end is not part of it
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) key_file: Option<PathBuf>,

    /// SQLite file whose `settings` table holds the key, if no other source is given
    #[arg(long, global = true, value_name = "PATH", default_value = "barejwt.db")]
    pub(crate) database: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Mint an access token, for local debugging; prints the token alone
    #[command(after_help = "\
Examples:
  barejwt token --sub lUpa
  barejwt token --sub lUpa --ttl 7d
  barejwt --key-file master.key token --sub lUpa | barejwt --key-file master.key verify -")]
    Token(TokenArgs),

    /// Mint an access and a refresh token, for local debugging; prints JSON
    #[command(after_help = "\
Examples:
  barejwt pair --sub lUpa
  barejwt pair --sub lUpa | jq -r .refresh_token | barejwt refresh -")]
    Pair(PairArgs),

    /// Trade a refresh token for a new pair; prints JSON as `pair` does
    #[command(after_help = "\
Examples:
  barejwt refresh - < refresh.txt
  barejwt refresh --state-hash \"$HASH\" - < refresh.txt")]
    Refresh(RefreshArgs),

    /// Verify a token; prints its claims as JSON, or says on one line why it is refused
    #[command(after_help = "\
Examples:
  barejwt verify - < token.txt
  barejwt verify --sub lUpa --leeway 30s - < token.txt
  barejwt verify --type refresh --now 1745651978 - < refresh.txt
  barejwt verify - < token.txt | jq .claims

The exit status tells why a token is refused: see `barejwt --help`.
`--type refresh` compares no state hash: `barejwt refresh` does.")]
    Verify(VerifyArgs),

    /// Decode a token without a key and without verifying anything; prints JSON
    #[command(after_help = "\
Examples:
  barejwt inspect - < token.txt
  barejwt inspect - < token.txt | jq .header

Anybody can write a token that says anything: do not act upon what this prints.")]
    Inspect(InspectArgs),

    /// Print the completion script of a shell
    #[command(after_help = "\
Examples:
  barejwt completions bash > ~/.local/share/bash-completion/completions/barejwt
  source <(barejwt completions zsh)")]
    Completions(CompletionsArgs),
}

#[derive(Args, Debug)]
pub(crate) struct TokenArgs {
    /// Subject: the user's public id, such as lUpa
    #[arg(long, value_name = "ID")]
    pub(crate) sub: String,

    /// How long the token is valid: seconds, or a number with s, m, h or d
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = seconds)]
    pub(crate) ttl: u32,
}

#[derive(Args, Debug)]
pub(crate) struct PairArgs {
    /// Subject: the user's public id, such as lUpa
    #[arg(long, value_name = "ID")]
    pub(crate) sub: String,

    #[command(flatten)]
    pub(crate) state: StateArgs,
}

#[derive(Args, Debug)]
pub(crate) struct RefreshArgs {
    #[command(flatten)]
    pub(crate) token: TokenArg,

    #[command(flatten)]
    pub(crate) state: StateArgs,
}

/// The account's state.
#[derive(Args, Debug)]
pub(crate) struct StateArgs {
    /// The account's state hash, 32 bytes in padded base64; the default, 32 zero bytes, is for
    /// debugging and is no account's
    #[arg(
        long,
        value_name = "BASE64",
        default_value = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        value_parser = StateHash::from_base64
    )]
    pub(crate) state_hash: StateHash,
}

#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) token: TokenArg,

    /// Type that the token must have
    #[arg(long = "type", value_name = "TYPE", default_value = "access")]
    pub(crate) token_type: WantedType,

    /// Accept a token this long after `exp` and before `nbf`: 30, 30s, 1m
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = seconds)]
    pub(crate) leeway: u32,

    /// Verify as of this time, in seconds since 1970, in place of the clock's
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<i64>,

    /// Subject that the token must have
    #[arg(long, value_name = "ID")]
    pub(crate) sub: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    pub(crate) token: TokenArg,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

#[derive(Args)]
pub(crate) struct TokenArg {
    /// The token, or `-` to read it from standard input, which is better: others on this machine
    /// can see a program's arguments
    pub(crate) token: OsString,
}

/// Shows nothing of the token.
impl std::fmt::Debug for TokenArg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenArg").finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum WantedType {
    Access,
    Refresh,
    Any,
}

/// A time span in seconds: `3600`, `3600s`, `60m`, `1h`, `7d`.
fn seconds(text: &str) -> Result<u32, String> {
    let (digits, unit) = match text.as_bytes() {
        [.., b's'] => (text.strip_suffix('s'), 1),
        [.., b'm'] => (text.strip_suffix('m'), 60),
        [.., b'h'] => (text.strip_suffix('h'), 3600),
        [.., b'd'] => (text.strip_suffix('d'), 86400),
        _ => (Some(text), 1),
    };
    let digits = digits.unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a time is a whole number and s, m, h or d, such as 90m".to_owned());
    }
    digits
        .parse::<u32>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| format!("a time is at most {} seconds", u32::MAX))
}

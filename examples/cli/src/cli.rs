//! The command line: its commands and options, and the help that explains them.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use barejwt::{Claim, StateHash};
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::claims_json::{Member, member};
use crate::time::{Moment, moment, span};

const AFTER_HELP: &str = "\
The key is taken from the first of:
  --key-file PATH     the file, or standard input if PATH is -
  --database PATH     the row with name 'secret_key' in table 'settings' of a SQLite file
  BAREJWT_KEY         the environment variable; only its own processes see it
  barejwt.db          such a SQLite file in this directory; if it is not there, `token`, `pair` and
                      `sign` make it, with a random key

A key is text, without one newline at its end, or what --key-encoding says. A database is read and
never changed. With PostgreSQL let psql give the key:
  psql -At -c \"SELECT value FROM settings WHERE name = 'secret_key'\" \"$URL\" |
    barejwt token --sub lUpa --key-file -

Exit status:
  0  done
  1  another failure: no key, unreadable file, output that cannot be written
  2  the command line is wrong
  3  the token has expired
  4  the token is not valid yet
  5  the signature is bad, or its key is unknown or retired
  6  the token is malformed, or not HS256
  7  the token is of the wrong type
  8  another claim is refused: missing, other subject, issuer, audience or age, changed state hash

Examples:
  barejwt token --sub lUpa
  barejwt token --sub lUpa | sed 's/^/Authorization: Bearer /' | curl -H @- http://localhost:5212/
  barejwt token --sub lUpa | barejwt verify -
  barejwt sign --sub device-42 --exp +10m --claim acl='[\"telemetry/42\"]'
  barejwt verify --profile jwt --iss plant-7 --key-file secret.txt - < token.txt
  barejwt inspect - < token.txt";

/// Signs, checks and shows HS256 tokens (RFC 7519): a site's own and any other system's.
#[derive(Debug, Parser)]
#[command(name = "barejwt", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the key is, and how it is written.
#[derive(Args, Debug)]
pub(crate) struct KeyArgs {
    /// File that holds the key; `-` for standard input
    #[arg(long, value_name = "PATH")]
    pub(crate) key_file: Option<PathBuf>,

    /// SQLite file whose `settings` table holds the key
    #[arg(long, value_name = "PATH", conflicts_with_all = ["key_file", "key_encoding"])]
    pub(crate) database: Option<PathBuf>,

    /// How the key is written: as the text itself, or as the hex digits or base64 of its bytes
    /// [default: text]
    #[arg(long, value_name = "FORM")]
    pub(crate) key_encoding: Option<KeyEncoding>,

    /// RISK: take a key of less than 32 bytes, or of 0x00 or 0xFF alone. Whoever has one token can
    /// find such a key by trying, and then sign what they like
    #[arg(long)]
    pub(crate) weak_key: bool,
}

impl KeyArgs {
    /// # Errors
    /// The key and this other argument cannot both be read from standard input.
    pub(crate) fn check_input(&self, other: &OsStr) -> Result<(), clap::Error> {
        let is_stdin = self.key_file.as_deref() == Some(Path::new("-"));
        if is_stdin && other == "-" {
            return Err(conflict(
                "standard input cannot be both, the key and what it is for",
            ));
        }
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum KeyEncoding {
    Text,
    Hex,
    Base64,
    Base64url,
}

impl fmt::Display for KeyEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Hex => "hex digits, two for each byte",
            Self::Base64 => "base64",
            Self::Base64url => "base64url",
        })
    }
}

/// The key to sign with, and its name.
#[derive(Args, Debug)]
pub(crate) struct SigningArgs {
    #[command(flatten)]
    pub(crate) key: KeyArgs,

    /// Name of the key, for the header; a database gives the one that its key has
    #[arg(long, value_name = "ID")]
    pub(crate) kid: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Mint an access token of the site's, for local debugging; prints the token alone
    #[command(after_help = "\
Examples:
  barejwt token --sub lUpa
  barejwt token --sub lUpa --ttl 7d --claim role=admin
  barejwt token --sub lUpa --key-file master.key | barejwt verify --key-file master.key -")]
    Token(TokenArgs),

    /// Mint an access and a refresh token of the site's, for local debugging; prints JSON
    #[command(after_help = "\
Examples:
  barejwt pair --sub lUpa
  barejwt pair --sub lUpa | jq -r .refresh_token | barejwt refresh -")]
    Pair(PairArgs),

    /// Trade a refresh token for a new pair; prints JSON as `pair` does
    #[command(after_help = "\
Examples:
  barejwt refresh - < refresh.txt
  barejwt refresh --state-hash \"$HASH\" - < refresh.txt

What else the token says is carried over into both new tokens. A server may have rules that this
program cannot know, such as that a token is good once: it then refuses the new pair.")]
    Refresh(RefreshArgs),

    /// Sign any claims; prints the token alone
    #[command(after_help = "\
Examples:
  barejwt sign --sub device-42 --iat now --exp +10m --claim acl='[\"telemetry/42\"]'
  echo '{\"role\":\"web_user\"}' | barejwt sign --exp +1h --key-file secret.txt -
  barejwt sign '{\"iss\":\"chirpstack\",\"typ\":\"key\"}' --aud chirpstack --no-exp
  barejwt sign --aud /admin/ --exp +5m --kid 64f0 --key-file admin.hex --key-encoding hex

Nothing is added to what is given. TIME is now, +1h or -30m from now, seconds since 1970, or RFC
3339.")]
    Sign(SignArgs),

    /// Verify a token; prints what it says, or why it is refused
    #[command(after_help = "\
Examples:
  barejwt verify - < token.txt
  barejwt verify --sub lUpa --leeway 30s - < token.txt
  barejwt verify --type refresh --now 2025-04-26T07:19:38Z - < refresh.txt
  barejwt verify --profile jwt --iss https://auth.example.com --aud api - < token.txt
  barejwt verify --profile jwt --key-file k.txt --key-encoding base64url - < token.txt
  barejwt verify - < token.txt | jq .claims

Profile `site` wants token_type, sub, exp and nbf. Profile `jwt`, for any other system's tokens,
wants exp alone; a token with an aud is refused until --aud names it or `--ignore aud` leaves it.
`--type refresh` compares no state hash: `barejwt refresh` does. A single key without a name
verifies whatever kid a token has. Once the keys of a database were rotated they have names: a token
with another kid is refused with status 5, also where one key is left. The exit status tells why a
token is refused: see `barejwt --help`.")]
    Verify(Box<VerifyArgs>),

    /// Show a token without a key and without verifying anything
    #[command(after_help = "\
Examples:
  barejwt inspect - < token.txt
  barejwt inspect - < token.txt | jq .header

Anybody can write a token that says anything: do not act upon what this prints.")]
    Inspect(InspectArgs),

    /// Make a key; prints it, or writes a file that only you can read
    #[command(after_help = "\
Examples:
  barejwt keygen --out master.key
  barejwt keygen --key-encoding base64")]
    Keygen(KeygenArgs),

    /// Print the completion script of a shell
    #[command(after_help = "\
Examples:
  barejwt completions bash > ~/.local/share/bash-completion/completions/barejwt
  source <(barejwt completions zsh)")]
    Completions(CompletionsArgs),

    /// Print the man page of this program, or of one of its commands
    #[command(after_help = "\
Examples:
  barejwt man > ~/.local/share/man/man1/barejwt.1
  barejwt man verify | man -l -")]
    Man(ManArgs),
}

#[derive(Args, Debug)]
pub(crate) struct TokenArgs {
    /// Subject: the user's public id, such as lUpa
    #[arg(long, value_name = "ID")]
    pub(crate) sub: String,

    /// How long the token is valid: seconds, or a number with s, m, h or d
    #[arg(long, value_name = "SPAN", default_value = "1h", value_parser = span)]
    pub(crate) ttl: u32,

    #[command(flatten)]
    pub(crate) members: MemberArgs,

    #[command(flatten)]
    pub(crate) signing: SigningArgs,
}

/// The user's own members.
#[derive(Args, Debug)]
pub(crate) struct MemberArgs {
    /// Another member: the value as JSON if it is that, or else as a string; may be repeated
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = member)]
    pub(crate) members: Vec<Member>,
}

#[derive(Args, Debug)]
pub(crate) struct PairArgs {
    /// Subject: the user's public id, such as lUpa
    #[arg(long, value_name = "ID")]
    pub(crate) sub: String,

    #[command(flatten)]
    pub(crate) state: StateArgs,

    #[command(flatten)]
    pub(crate) members: MemberArgs,

    #[command(flatten)]
    pub(crate) signing: SigningArgs,
}

#[derive(Args, Debug)]
pub(crate) struct RefreshArgs {
    #[command(flatten)]
    pub(crate) token: TokenArg,

    #[command(flatten)]
    pub(crate) state: StateArgs,

    #[command(flatten)]
    pub(crate) signing: SigningArgs,
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
        hide_default_value = true,
        value_parser = state_hash
    )]
    pub(crate) state_hash: StateHash,
}

#[derive(Args, Debug)]
pub(crate) struct SignArgs {
    /// The claims as one JSON object; `-` to read it from standard input
    #[arg(value_name = "JSON", default_value = "{}", hide_default_value = true)]
    pub(crate) claims: OsString,

    /// Subject
    #[arg(long, value_name = "ID")]
    pub(crate) sub: Option<String>,

    /// Issuer
    #[arg(long, value_name = "ID")]
    pub(crate) iss: Option<String>,

    /// Audience; if repeated, an array
    #[arg(long, value_name = "ID")]
    pub(crate) aud: Vec<String>,

    /// The token's own id
    #[arg(long, value_name = "ID")]
    pub(crate) jti: Option<String>,

    /// When the token expires
    #[arg(long, value_name = "TIME", value_parser = moment, allow_hyphen_values = true)]
    pub(crate) exp: Option<Moment>,

    /// When the token begins to be valid
    #[arg(long, value_name = "TIME", value_parser = moment, allow_hyphen_values = true)]
    pub(crate) nbf: Option<Moment>,

    /// When the token was issued
    #[arg(long, value_name = "TIME", value_parser = moment, allow_hyphen_values = true)]
    pub(crate) iat: Option<Moment>,

    /// Sign a token that never expires
    #[arg(long, conflicts_with = "exp")]
    pub(crate) no_exp: bool,

    #[command(flatten)]
    pub(crate) members: MemberArgs,

    #[command(flatten)]
    pub(crate) signing: SigningArgs,
}

#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) token: TokenArg,

    /// Whose rules: the site's, or those of any other system's tokens
    #[arg(long, default_value = "site")]
    pub(crate) profile: Profile,

    /// Type of the site's that the token must have [default: access]
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) token_type: Option<WantedType>,

    /// Subject that the token must have
    #[arg(long, value_name = "ID")]
    pub(crate) sub: Option<String>,

    /// Issuer that the token must have
    #[arg(long, value_name = "ID")]
    pub(crate) iss: Option<String>,

    /// Audience that the token must name
    #[arg(long, value_name = "ID")]
    pub(crate) aud: Option<String>,

    /// `typ` that the header must have, such as at+jwt
    #[arg(long, value_name = "TYPE")]
    pub(crate) typ: Option<String>,

    /// How long ago the token may have been issued: 300, 5m, 1h; wants `iat`
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pub(crate) max_age: Option<u32>,

    /// A claim that must be there; may be repeated
    #[arg(long, value_name = "CLAIM")]
    pub(crate) require: Vec<String>,

    /// A claim that may be missing, and is checked if it is there; may be repeated
    #[arg(long, value_name = "CLAIM", value_parser = checked_claim)]
    pub(crate) optional: Vec<Claim>,

    /// A claim that is not looked at, such as an aud that is not yours; may be repeated
    #[arg(long, value_name = "CLAIM", value_parser = checked_claim)]
    pub(crate) ignore: Vec<Claim>,

    /// Accept a token this long after `exp` and before `nbf`: 30, 30s, 1m
    #[arg(long, value_name = "SPAN", default_value = "0s", value_parser = span)]
    pub(crate) leeway: u32,

    /// Verify as of this time: +1h or -30m from now, seconds since 1970, or RFC 3339
    #[arg(
        long,
        value_name = "TIME",
        default_value = "now",
        value_parser = moment,
        allow_hyphen_values = true
    )]
    pub(crate) now: Moment,

    #[command(flatten)]
    pub(crate) key: KeyArgs,
}

#[derive(Args, Debug)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    pub(crate) token: TokenArg,
}

#[derive(Args, Debug)]
pub(crate) struct KeygenArgs {
    /// How to write the key: 64 letters and digits as text, or 32 bytes
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) key_encoding: KeyEncoding,

    /// File to make, for --key-file
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// The command
    pub(crate) command: Option<String>,
}

#[derive(Args)]
pub(crate) struct TokenArg {
    /// The token, or `-` to read it from standard input, which is better: others on this machine
    /// can see a program's arguments
    pub(crate) token: OsString,
}

/// Shows nothing of the token.
impl fmt::Debug for TokenArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenArg").finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Profile {
    Site,
    Jwt,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum WantedType {
    Access,
    Refresh,
    Any,
}

/// The claims for which the core has a rule.
pub(crate) const CLAIMS: [Claim; 9] = [
    Claim::Sub,
    Claim::Exp,
    Claim::Nbf,
    Claim::Iat,
    Claim::Iss,
    Claim::Aud,
    Claim::Jti,
    Claim::TokenType,
    Claim::StateHash,
];

fn checked_claim(name: &str) -> Result<Claim, String> {
    let found = CLAIMS.into_iter().find(|claim| claim.name() == name);
    found.ok_or_else(|| {
        let names = CLAIMS.map(Claim::name).join(", ");
        format!("there is no rule about this claim to begin with; there are for {names}")
    })
}

fn state_hash(text: &str) -> Result<StateHash, &'static str> {
    StateHash::from_base64(text).map_err(|_| "a state hash is 32 bytes in padded base64")
}

/// An error of the command line that only the whole command line shows.
pub(crate) fn conflict(message: &str) -> clap::Error {
    clap::Error::raw(ErrorKind::ArgumentConflict, message)
}

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
A site is barejwt-server, Cloudreve v4, or a server with the same tokens. The site's tokens have the
claims token_type, sub, exp and nbf.

The tool takes the key from the first of these sources:
  --key-file PATH   this file, or standard input if PATH is -
  --database PATH   this SQLite file: its table 'settings' has the key in the row 'secret_key'
  BAREJWT_KEY       this environment variable
  barejwt.db        a SQLite file of the same form in the current directory; if the file does not
                    exist, `token`, `pair` and `sign` create it with a random key

The key is the text in a file or in BAREJWT_KEY, unless --key-encoding says otherwise. One newline
at the end is not part of the key. The tool reads an existing database and never changes it. If the
key is in PostgreSQL, read it with psql:
  psql -At -c \"SELECT value FROM settings WHERE name = 'secret_key'\" \"$URL\" |
    barejwt token --sub lUpa --key-file -

Exit status:
  0  done
  1  another failure: there is no key, a file cannot be read, or the output cannot be written
  2  the command line is wrong
  3  the token has expired
  4  the token is not valid yet
  5  the signature is not valid, or the token names no key that is known
  6  the token is malformed, or its algorithm is not HS256
  7  the token has the wrong type
  8  another claim is refused: it is missing, or the subject, issuer, audience, age or state hash is
     not the expected one

Examples:
  barejwt token --sub lUpa
  barejwt token --sub lUpa | sed 's/^/Authorization: Bearer /' | curl -H @- http://localhost:5212/
  barejwt token --sub lUpa | barejwt verify -
  barejwt sign --sub device-42 --exp +10m --claim acl='[\"telemetry/42\"]'
  barejwt verify --profile jwt --iss plant-7 --key-file secret.txt - < token.txt
  barejwt inspect - < token.txt";

/// Signs, verifies and shows HS256 tokens (RFC 7519): the tokens of a site, and of any other system.
#[derive(Debug, Parser)]
#[command(name = "barejwt", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the key is, and how it is written.
#[derive(Args, Debug)]
pub(crate) struct KeyArgs {
    /// Read the key from this file, or from standard input if PATH is `-`
    #[arg(long, value_name = "PATH")]
    pub(crate) key_file: Option<PathBuf>,

    /// Read the key from the table `settings` of this SQLite file
    #[arg(long, value_name = "PATH", conflicts_with_all = ["key_file", "key_encoding"])]
    pub(crate) database: Option<PathBuf>,

    /// The form of the key in the file or in BAREJWT_KEY: the text itself is the key, or the text is
    /// the hex digits, base64 or base64url of its bytes [default: text]
    #[arg(long, value_name = "FORM")]
    pub(crate) key_encoding: Option<KeyEncoding>,

    /// RISK: accept a key that is shorter than 32 bytes, or that has only bytes 0x00 or only bytes
    /// 0xFF. Anybody who has one token can find such a key by trying, and can then sign any token
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
                "only one of the arguments can be `-`: standard input is read once",
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

    /// The `kid` of the header, which names the key. By default it is the key's name in the
    /// database; a key without a name gives no `kid`
    #[arg(long, value_name = "ID")]
    pub(crate) kid: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign an access token of the site, for local debugging; print only the token
    #[command(after_help = "\
Examples:
  barejwt token --sub lUpa
  barejwt token --sub lUpa --ttl 7d --claim role=admin
  barejwt token --sub lUpa --key-file master.key | barejwt verify --key-file master.key -")]
    Token(TokenArgs),

    /// Sign an access token and a refresh token of the site, for local debugging; print JSON
    #[command(after_help = "\
Examples:
  barejwt pair --sub lUpa
  barejwt pair --sub lUpa | jq -r .refresh_token | barejwt refresh -")]
    Pair(PairArgs),

    /// Exchange a refresh token for a new pair; print JSON as `pair` does
    #[command(after_help = "\
Examples:
  barejwt refresh - < refresh.txt
  barejwt refresh --state-hash \"$HASH\" - < refresh.txt

Both new tokens also get the other claims of the old token. A server may have rules that the tool
cannot know. For example, it may accept each refresh token only once. Then it refuses the new pair.")]
    Refresh(RefreshArgs),

    /// Sign any claims; print only the token
    #[command(after_help = "\
Examples:
  barejwt sign --sub device-42 --iat now --exp +10m --claim acl='[\"telemetry/42\"]'
  echo '{\"role\":\"web_user\"}' | barejwt sign --exp +1h --key-file secret.txt -
  barejwt sign '{\"iss\":\"chirpstack\",\"typ\":\"key\"}' --aud chirpstack --no-exp
  barejwt sign --aud /admin/ --exp +5m --kid 64f0 --key-file admin.hex --key-encoding hex

The tool adds no claim that you did not give. TIME is `now`, a time from now such as +1h or -30m,
seconds since 1970, or RFC 3339 such as 2026-12-31T23:59:59Z.")]
    Sign(SignArgs),

    /// Verify a token; print what it says, or why it is refused
    #[command(after_help = "\
Examples:
  barejwt verify - < token.txt
  barejwt verify --sub lUpa --leeway 30s - < token.txt
  barejwt verify --type refresh --now 2025-04-26T07:19:38Z - < refresh.txt
  barejwt verify --profile jwt --iss https://auth.example.com --aud api - < token.txt
  barejwt verify --profile jwt --key-file k.txt --key-encoding base64url - < token.txt
  barejwt verify - < token.txt | jq .claims

Profile `site` requires token_type, sub, exp and nbf. Profile `jwt` is for the tokens of any other
system. It requires only exp. A token that has an aud is refused, unless --aud names this audience
or `--ignore aud` ignores it.

`--type refresh` does not compare the state hash. `barejwt refresh` compares it.

A single key without a name verifies a token with any kid. After a rotation the keys of a database
have names. Then a token with an unknown kid is refused with status 5, even if only one key is left.

The exit status tells why a token is refused: see `barejwt --help`.")]
    Verify(Box<VerifyArgs>),

    /// Show what a token says, without a key; nothing is verified
    #[command(after_help = "\
Examples:
  barejwt inspect - < token.txt
  barejwt inspect - < token.txt | jq .header

Anybody can write a token that says anything. Do not trust what this command prints.")]
    Inspect(InspectArgs),

    /// Make a random key; print it, or write it to a file that only you can read
    #[command(after_help = "\
Examples:
  barejwt keygen --out master.key
  barejwt keygen --key-encoding base64")]
    Keygen(KeygenArgs),

    /// Print a script that makes a shell complete the commands and options of the tool
    #[command(after_help = "\
Examples:
  barejwt completions fish | source
  source <(barejwt completions bash)
  source <(barejwt completions zsh)")]
    Completions(CompletionsArgs),

    /// Print the man page of the tool, or of one of its commands
    #[command(after_help = "\
Examples:
  barejwt man | man -l -
  barejwt man verify | man -l -")]
    Man(ManArgs),
}

#[derive(Args, Debug)]
pub(crate) struct TokenArgs {
    /// The subject: the public id of the user, such as lUpa
    #[arg(long, value_name = "ID")]
    pub(crate) sub: String,

    /// How long the token is valid: seconds, or a number with s, m, h or d, such as
    /// 90m or 7d
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
    /// Add this claim. If VALUE is JSON, the claim has this JSON value; otherwise the claim is a
    /// string. May be repeated
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = member)]
    pub(crate) members: Vec<Member>,
}

#[derive(Args, Debug)]
pub(crate) struct PairArgs {
    /// The subject: the public id of the user, such as lUpa
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
    /// The state hash of the account: 32 bytes in padded base64. The default is 32 zero bytes: no
    /// account has this state hash, and it is only for debugging
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
    /// The claims as one JSON object, or `-` to read the object from standard input
    #[arg(value_name = "JSON", default_value = "{}", hide_default_value = true)]
    pub(crate) claims: OsString,

    /// The subject (sub)
    #[arg(long, value_name = "ID")]
    pub(crate) sub: Option<String>,

    /// The issuer (iss)
    #[arg(long, value_name = "ID")]
    pub(crate) iss: Option<String>,

    /// An audience (aud). May be repeated: then aud is an array
    #[arg(long, value_name = "ID")]
    pub(crate) aud: Vec<String>,

    /// The id of the token (jti)
    #[arg(long, value_name = "ID")]
    pub(crate) jti: Option<String>,

    /// The time when the token expires (exp)
    #[arg(long, value_name = "TIME", value_parser = moment, allow_hyphen_values = true)]
    pub(crate) exp: Option<Moment>,

    /// The time when the token begins to be valid (nbf)
    #[arg(long, value_name = "TIME", value_parser = moment, allow_hyphen_values = true)]
    pub(crate) nbf: Option<Moment>,

    /// The time when the token was issued (iat)
    #[arg(long, value_name = "TIME", value_parser = moment, allow_hyphen_values = true)]
    pub(crate) iat: Option<Moment>,

    /// Sign the claims even if they have no exp: the token then never expires
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

    /// The rules to verify by: `site` for tokens of the site, `jwt` for tokens of any other system
    #[arg(long, default_value = "site")]
    pub(crate) profile: Profile,

    /// The token_type that the token must have, in profile `site` [default: access]
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) token_type: Option<WantedType>,

    /// The subject that the token must have
    #[arg(long, value_name = "ID")]
    pub(crate) sub: Option<String>,

    /// The issuer that the token must have
    #[arg(long, value_name = "ID")]
    pub(crate) iss: Option<String>,

    /// The audience that the token must name
    #[arg(long, value_name = "ID")]
    pub(crate) aud: Option<String>,

    /// The `typ` that the header must have, such as at+jwt
    #[arg(long, value_name = "TYPE")]
    pub(crate) typ: Option<String>,

    /// The greatest age of the token, such as 300, 5m or 1h. The token must have `iat`
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pub(crate) max_age: Option<u32>,

    /// A claim that the token must have. May be repeated
    #[arg(long, value_name = "CLAIM")]
    pub(crate) require: Vec<String>,

    /// A claim that may be missing. If the token has it, it is checked. May be repeated
    #[arg(long, value_name = "CLAIM", value_parser = checked_claim)]
    pub(crate) optional: Vec<Claim>,

    /// A claim that is not checked, such as an aud that is not yours. May be repeated
    #[arg(long, value_name = "CLAIM", value_parser = checked_claim)]
    pub(crate) ignore: Vec<Claim>,

    /// Accept the token until this long after `exp`, and from this long before `nbf`: 30, 30s or 1m
    #[arg(long, value_name = "SPAN", default_value = "0s", value_parser = span)]
    pub(crate) leeway: u32,

    /// Verify as if it were this time: `now`, a time from now such as +1h or -30m, seconds since
    /// 1970, or RFC 3339
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
    /// The form of the key: `text` is 64 letters and digits; the other forms have 32 random bytes
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) key_encoding: KeyEncoding,

    /// Write the key to this new file, for --key-file
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell that the script is for
    pub(crate) shell: Shell,
}

#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// The command that the page is about
    pub(crate) command: Option<String>,
}

#[derive(Args)]
pub(crate) struct TokenArg {
    /// The token, or `-` to read it from standard input. Standard input is safer: other users of the
    /// machine can see the arguments of a program
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
        format!("there is no rule about this claim; these claims have rules: {names}")
    })
}

fn state_hash(text: &str) -> Result<StateHash, &'static str> {
    StateHash::from_base64(text).map_err(|_| "a state hash is 32 bytes in padded base64")
}

/// An error of the command line that only the whole command line shows.
pub(crate) fn conflict(message: &str) -> clap::Error {
    clap::Error::raw(ErrorKind::ArgumentConflict, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use barejwt::ClaimSet;

    #[test]
    fn the_list_of_claims_has_every_claim_of_the_core() {
        let core = (0..32).filter_map(|place| ClaimSet::from_bits(1 << place));
        let core: Vec<Claim> = core.flat_map(ClaimSet::iter).collect();
        assert_eq!(core.len(), CLAIMS.len());
        assert!(core.iter().all(|claim| CLAIMS.contains(claim)));
    }
}

//! Why a command failed: one line for people, one exit status for scripts. Neither tells a token,
//! a password or any text of the server's.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::api::{CREDENTIAL_INVALID, LOGIN_REQUIRED, PARAMETER_INVALID, TOO_MANY_REQUESTS};

#[derive(Debug)]
pub(crate) enum Failure {
    /// There is no session, or it cannot go on.
    LogIn(&'static str),
    /// No connection, or no whole answer.
    Unreachable(ureq::Error),
    /// The envelope's `code`, or the HTTP status where there is no envelope.
    Refused(i64),
    /// The server takes the token for one that is not valid yet.
    TooEarly,
    /// A pair that is not understood, or a clock that is not set.
    Core(barejwt::Error),
    /// An answer that is no envelope, or one without an account that was asked for.
    Answer,
    File {
        path: PathBuf,
        error: io::Error,
    },
    /// Other users can read the session file.
    FileOpen(PathBuf),
    /// The server has given a new pair, and it could not be kept.
    PairLost {
        path: PathBuf,
        error: io::Error,
    },
    NoHome,
    Password(io::Error),
    Output(io::Error),
}

impl Failure {
    /// As `--help` lists them.
    pub(crate) const fn exit_status(&self) -> u8 {
        match self {
            Self::LogIn(_) | Self::PairLost { .. } => 3,
            Self::Unreachable(_) => 4,
            Self::Refused(_) | Self::TooEarly => 5,
            Self::Core(_)
            | Self::Answer
            | Self::File { .. }
            | Self::FileOpen(_)
            | Self::NoHome
            | Self::Password(_)
            | Self::Output(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LogIn(why) => write!(f, "{why}: log in with `barejwt-client login EMAIL`"),
            Self::Unreachable(error) => write!(f, "no answer from the server: {error}"),
            Self::Refused(code) => {
                write!(f, "the server refused: {} (code {code})", meaning(*code))
            }
            Self::TooEarly => write!(
                f,
                "the server says that the token is not valid yet, so a server's clock is wrong: the \
                 session is kept, try again later"
            ),
            Self::Core(error) => write!(f, "{error}"),
            Self::Answer => write!(f, "the server's answer is not of the expected form"),
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::FileOpen(path) => write!(
                f,
                "{0}: others can read the session file, and so use it: `chmod 600 {0}`, and if \
                 somebody may have read it, then `barejwt-client logout`",
                path.display()
            ),
            Self::PairLost { path, error } => write!(
                f,
                "the new session cannot be kept in {}: {error}: mend that and log in with \
                 `barejwt-client login EMAIL`",
                path.display()
            ),
            Self::NoHome => write!(f, "no home directory: name the session file with --session"),
            Self::Password(error) => write!(f, "the password cannot be read: {error}"),
            Self::Output(error) => write!(f, "standard output: {error}"),
        }
    }
}

fn meaning(code: i64) -> &'static str {
    match code {
        CREDENTIAL_INVALID => "wrong email or password",
        PARAMETER_INVALID => "it does not accept these parameters",
        TOO_MANY_REQUESTS => "too many requests, wait a minute",
        LOGIN_REQUIRED => "it wants a login",
        500..=599 => "it has a fault of its own",
        _ => "no reason that this client knows",
    }
}

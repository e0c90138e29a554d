//! Why a command failed: one line for people, one exit status for scripts. Neither shows a token, a password
//! or any text of the server.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::api::{CREDENTIAL_INVALID, LOGIN_REQUIRED, PARAMETER_INVALID, Server};

#[derive(Debug)]
pub(crate) enum Failure {
    /// No session can be used.
    LogIn(&'static str),
    /// The session is not used with the server that the user has named.
    OtherServer {
        of_session: Server,
        named: Server,
    },
    /// The server does not let the session go on.
    Ended {
        server: Server,
        why: &'static str,
    },
    /// There was no connection, or no whole answer.
    Unreachable {
        server: Server,
        error: ureq::Error,
    },
    /// The envelope's `code`, or the HTTP status if there is no envelope.
    Refused {
        server: Server,
        code: i64,
    },
    /// The server refuses the new password or the current password.
    Password {
        server: Server,
        why: &'static str,
    },
    /// The server does not answer the request now. `wait` is in seconds, if the server has said so.
    Later {
        server: Server,
        code: i64,
        wait: Option<u64>,
    },
    /// The server says that the token is not valid yet.
    TooEarly(Server),
    /// The session has expired by the server's clock, but not by this machine's clock.
    Clocks(Server),
    /// The password was changed, but there is no session with the new password.
    LogInAnew(Box<Failure>),
    /// This machine's clock is not set.
    Clock(barejwt::Error),
    /// The answer to a login or a refresh has no pair.
    NoPair {
        server: Server,
        error: barejwt::Error,
    },
    /// The answer is no envelope, or has no account although the client asked for one.
    Answer(Server),
    File {
        path: PathBuf,
        error: io::Error,
    },
    /// Other users can read the session file.
    FileOpen(PathBuf),
    /// The server has given a new pair, but the client could not keep it.
    PairLost {
        path: PathBuf,
        error: io::Error,
    },
    NoHome,
    Typing(io::Error),
    /// The two typed texts of the new password differ.
    Different,
    Output(io::Error),
}

impl Failure {
    /// As `--help` lists them.
    pub(crate) const fn exit_status(&self) -> u8 {
        match self {
            Self::LogIn(_)
            | Self::OtherServer { .. }
            | Self::Ended { .. }
            | Self::PairLost { .. }
            | Self::LogInAnew(_) => 3,
            Self::Unreachable { .. } => 4,
            Self::Refused { .. }
            | Self::Password { .. }
            | Self::Later { .. }
            | Self::TooEarly(_)
            | Self::Clocks(_) => 5,
            Self::Clock(_)
            | Self::NoPair { .. }
            | Self::Answer(_)
            | Self::File { .. }
            | Self::FileOpen(_)
            | Self::NoHome
            | Self::Typing(_)
            | Self::Different
            | Self::Output(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LogIn(why) => write!(f, "{why}: log in with `barejwt-client login EMAIL`"),
            Self::OtherServer { of_session, named } => write!(
                f,
                "the session is with the server {of_session}, not with {named}: log in with \
                 `barejwt-client login EMAIL --server {named}`"
            ),
            Self::Ended { server, why } => write!(
                f,
                "the server {server} {why}: log in with `barejwt-client login EMAIL`"
            ),
            Self::Unreachable { server, error } => {
                write!(f, "no answer from the server {server}: {error}")
            }
            Self::Refused { server, code } => write!(
                f,
                "the server {server} refused: {} (code {code})",
                meaning(*code)
            ),
            Self::Password { server, why } => {
                write!(f, "the server {server} changed nothing: {why}")
            }
            Self::Later { server, code, wait } => {
                let why = meaning(*code);
                write!(
                    f,
                    "the server {server} refused: {why} (code {code}), try again "
                )?;
                match wait {
                    Some(0) => write!(f, "now"),
                    Some(seconds) => write!(f, "in {seconds} s"),
                    None => write!(f, "later"),
                }
            }
            Self::Clocks(server) => write!(
                f,
                "the server {server} says that the session has expired, and by this machine's clock it has \
                 not: one of the two clocks is wrong. The session is kept: try again later, or log \
                 in with `barejwt-client login EMAIL`"
            ),
            Self::LogInAnew(why) => write!(
                f,
                "the password is changed, and every session has ended: log in with \
                 `barejwt-client login EMAIL` ({why})"
            ),
            Self::TooEarly(server) => write!(
                f,
                "the server {server} says that the token is not valid yet, so a server's clock is wrong: the \
                 session is kept, try again later"
            ),
            Self::Clock(error) => write!(f, "{error}"),
            Self::NoPair { server, error } => {
                write!(f, "the server {server} gave no session: {error}")
            }
            Self::Answer(server) => {
                write!(
                    f,
                    "the answer of the server {server} is not of the expected form"
                )
            }
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
            Self::Typing(error) => write!(f, "the password cannot be read: {error}"),
            Self::Different => write!(f, "the two new passwords differ: nothing is changed"),
            Self::Output(error) => write!(f, "standard output: {error}"),
        }
    }
}

fn meaning(code: i64) -> &'static str {
    match code {
        CREDENTIAL_INVALID => "wrong email or password",
        PARAMETER_INVALID => "it does not accept these parameters",
        LOGIN_REQUIRED => "it wants a login",
        429 => "too many requests",
        503 => "it cannot answer at the moment",
        500..=599 => "it has a fault of its own",
        _ => "no reason that this client knows",
    }
}

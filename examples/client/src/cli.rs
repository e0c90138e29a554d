//! The command line: its commands and options, and the help that explains them.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::api::Server;

const AFTER_HELP: &str = "\
The session file holds the server's address and the pair of tokens. It is the first of --session,
BAREJWT_SESSION, $XDG_STATE_HOME/barejwt/session.json and ~/.local/state/barejwt/session.json.

Exit status:
  0  done
  1  another failure, such as a file, the clock or an answer that is not understood
  2  the command line is wrong
  3  you must log in: there is no session, or the session has ended
  4  the server cannot be reached, or did not answer
  5  the server refused: for example a wrong password, too many requests, a token that is not valid
     yet, or a fault of the server

Examples:
  barejwt-client login alice@example.com
  barejwt-client whoami
  barejwt-client token | sed 's/^/Authorization: Bearer /' |
    curl -H @- http://127.0.0.1:5212/api/v4/user/me
  barejwt-client logout";

/// A client of the login server: keeps a session and refreshes its access token in time.
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    /// File of the session
    #[arg(long, global = true, value_name = "PATH", env = "BAREJWT_SESSION")]
    pub(crate) session: Option<PathBuf>,

    /// The server: http:// and a loopback address. On a network passwords and tokens need TLS
    /// (RFC 6750 5.3): use a tunnel or a local proxy. The default is the server of the session, and
    /// for a login http://127.0.0.1:5212. A session with another server is not used
    #[arg(long, global = true, value_name = "URL", env = "BAREJWT_SERVER")]
    pub(crate) server: Option<Server>,

    /// Refresh the access token when it has at most this many seconds left, but never before seven
    /// eighths of its life. A token that the server refuses is refreshed too. If a token has expired
    /// by this machine's clock when it comes, it is used until the server refuses it
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) margin: u32,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Log in. Asks for the password on a terminal, or reads it as a line of standard input
    Login {
        /// Email address of the account
        email: String,
    },

    /// Ask the server who is logged in, and print the account as JSON
    Whoami,

    /// Print an access token that is not about to expire, for use with curl
    Token,

    /// Change the password and log in again; other sessions end. Asks for the current and the new
    /// password on a terminal, or reads them as two lines of standard input
    Passwd,

    /// End the session on the server and remove the session file
    Logout,

    /// Print the completion script of a shell
    #[command(after_help = "\
Examples:
  barejwt-client completions bash > ~/.local/share/bash-completion/completions/barejwt-client
  source <(barejwt-client completions zsh)")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

//! The command line: its commands and options, and the help that explains them.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use tracing::level_filters::LevelFilter;

const AFTER_HELP: &str = "\
The keys are in the database, in the table 'settings'. The first start makes a random key. To use a
key of your own, put it there as the value of 'secret_key'.

`serve` creates a SQLite file that does not exist, with file mode 0600. The server refuses the
database of another program and changes nothing in it.

Exit status:
  0  done
  1  a failure, such as a missing database or an address that another program uses
  2  the command line is wrong

Examples:
  barejwt-server serve
  barejwt-server user add ada@example.org
  barejwt-server key rotate

The tool `barejwt` mints and checks tokens with the keys of the same database.";

/// A login server: signs, verifies and refreshes HS256 tokens (RFC 7519).
#[derive(Debug, Parser)]
#[command(name = "barejwt-server", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where everything is kept.
#[derive(Args, Debug)]
pub(crate) struct DatabaseArgs {
    /// SQLite file or postgres:// URL with the users, the sessions and the keys
    #[arg(long, global = true, value_name = "PATH", default_value = "barejwt.db")]
    pub(crate) database: PathBuf,
}

impl Cli {
    /// # Errors
    /// What [`crate::exit::usage`] shows.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let cli = Self::try_parse()?;
        if let Command::Serve(args) = &cli.command
            && let Err(why) = args.check()
        {
            return Err(Self::command().error(ErrorKind::ValueValidation, why));
        }
        Ok(cli)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the login server; Ctrl-C stops it
    #[command(after_help = "\
Examples:
  barejwt-server serve
  barejwt-server serve --database /srv/site.db --listen 127.0.0.1:8080
  barejwt-server serve --database postgres://site@localhost/site --behind-proxy

All servers on one database count attempts together. /health reports an error if a setting or a key
cannot be read. A server that could not read its keys for 10 s answers 503.

The server has no TLS. To let other machines reach it, put a proxy with TLS in front and give
--behind-proxy. Put the password for PostgreSQL into PGPASSWORD or ~/.pgpass, because others on this
machine can see the command line.")]
    Serve(ServeArgs),

    /// Add, change, list and remove users
    #[command(subcommand)]
    User(UserCommand),

    /// Rotate, retire, list and export the keys
    #[command(subcommand)]
    Key(KeyCommand),
}

#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Address of the API; with port 0 the system chooses a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5212")]
    pub(crate) listen: SocketAddr,

    /// Loopback address of /health and /metrics; with port 0 the system chooses a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5213")]
    pub(crate) listen_metrics: SocketAddr,

    /// Allow any address for --listen-metrics. Everybody who can reach it can see how many logins
    /// succeed and how many fail
    #[arg(long)]
    expose_metrics: bool,

    /// A proxy is in front: take the address of a client from X-Forwarded-For, where the proxy
    /// appends it
    #[arg(long)]
    pub(crate) behind_proxy: bool,

    /// Logins that one client address may try in a minute; refreshes have the same limit, but count
    /// separately
    #[arg(long, value_name = "NUMBER", default_value = "60")]
    pub(crate) limit_address: NonZeroU32,

    /// Logins that may be tried with one account in a minute; refreshes have the same limit, but
    /// count separately
    #[arg(long, value_name = "NUMBER", default_value = "10")]
    pub(crate) limit_account: NonZeroU32,

    /// Connections that one client address may have at once. An IPv6 network of 64 bits counts as one
    /// address. With --behind-proxy this does not apply: set a limit in the proxy
    #[arg(long, value_name = "NUMBER", default_value = "128")]
    pub(crate) limit_connections: NonZeroUsize,

    /// Time that accepted requests may still take after Ctrl-C or SIGTERM. A second signal ends them
    /// at once
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    grace: u32,

    /// What to log on standard error: off, error, warn, info or debug; debug logs every request
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log: LevelFilter,
}

impl ServeArgs {
    fn check(&self) -> Result<(), &'static str> {
        if self.listen_metrics.ip().is_loopback() || self.expose_metrics {
            return Ok(());
        }
        Err(
            "--listen-metrics must be a loopback address, because not everybody may see the metrics; \
             give --expose-metrics to allow any address",
        )
    }

    pub(crate) fn grace(&self) -> Duration {
        Duration::from_secs(self.grace.into())
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add a user and print the public id. Asks for the password on a terminal, or reads it as a line
    /// of standard input
    #[command(after_help = "\
Examples:
  barejwt-server user add ada@example.org
  barejwt-server user add ada@example.org --nickname Ada < password.txt")]
    Add(UserAddArgs),

    /// Give a user a new password and end the user's sessions. Asks for the password on a terminal, or
    /// reads it as a line of standard input
    #[command(after_help = "\
Examples:
  barejwt-server user passwd ada@example.org
  barejwt-server user passwd ada@example.org < password.txt

The user's refresh tokens are refused at once. Access tokens are good until they expire.")]
    Passwd(UserArgs),

    /// List the users: public id, email and nickname, separated by tabs
    #[command(after_help = "\
Examples:
  barejwt-server user list
  barejwt-server user list | cut -f 2")]
    List,

    /// Remove a user, end the user's sessions and print the public id
    #[command(after_help = "\
Examples:
  barejwt-server user remove ada@example.org

This server refuses the user's tokens at once. nginx and other programs that only verify accept an
access token until it expires.")]
    Remove(UserArgs),
}

#[derive(Args, Debug)]
pub(crate) struct UserArgs {
    /// Email address of the user
    pub(crate) email: String,
}

#[derive(Args, Debug)]
pub(crate) struct UserAddArgs {
    /// Email address to log in with
    pub(crate) email: String,

    /// Name that other users see; the default is the part of the email address before the @
    #[arg(long, value_name = "NAME")]
    pub(crate) nickname: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a new key that signs from now on, and print its kid. The old keys still verify
    #[command(after_help = "\
Examples:
  barejwt-server key rotate
  barejwt-server --database /srv/site.db key rotate

Running servers use the new key within a second. Tokens of the old keys are good until they expire,
or until `barejwt-server key retire`.")]
    Rotate,

    /// Remove the old keys and print their number. Tokens that they signed are refused
    #[command(after_help = "\
Examples:
  barejwt-server key retire

Running servers stop using the old keys within a second. A server that cannot read the database
answers 503 after 10 s.")]
    Retire,

    /// List what each key is used for, and its kid. The first key signs
    #[command(after_help = "\
Examples:
  barejwt-server key list

The first key of a site has no kid. This command shows no secret.")]
    List,

    /// Print the keys for nginx and other programs that verify; refuses to print to a terminal
    #[command(after_help = "\
Examples:
  (umask 077; barejwt-server key export > keys.new) && mv keys.new /etc/nginx/barejwt.keys

There is one line for each key: what it is used for, the secret in base64url, and its kid. Everybody
who can read this file can log in as any user. Export again after `key rotate` and `key retire`.")]
    Export,
}

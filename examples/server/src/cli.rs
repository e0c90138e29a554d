//! The command line: its commands and options, and the help that explains them.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use tracing::level_filters::LevelFilter;

const AFTER_HELP: &str = "\
The keys are in the database, in table 'settings': the first start makes a random one. To serve with
a key of your own, put it there as the value of 'secret_key'.

A SQLite file that does not exist is created, file mode 0600. A database of another program is
refused and left alone.

Exit status:
  0  done
  1  a failure: no database, an address that is taken, output that cannot be written
  2  the command line is wrong

Examples:
  barejwt-server serve
  barejwt-server user add ada@example.org
  barejwt-server key rotate

The tool `barejwt` mints and checks tokens with the key of the same database.";

/// Serves logins: signs and refreshes HS256 tokens (RFC 7519) with the site's master key.
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
    /// SQLite file, or postgres:// URL
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

Limits count for all servers on one database together. /health tells when a setting or a key cannot
be read; after 10 s without its keys a server answers 503.

It listens on the loopback without TLS: put a proxy with TLS in front, and say so with
--behind-proxy. A password for PostgreSQL belongs into PGPASSWORD or ~/.pgpass.")]
    Serve(ServeArgs),

    /// Who can log in
    #[command(subcommand)]
    User(UserCommand),

    /// The keys that a server signs and verifies with
    #[command(subcommand)]
    Key(KeyCommand),
}

#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Address of the API; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5212")]
    pub(crate) listen: SocketAddr,

    /// Loopback address of /health and /metrics; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5213")]
    pub(crate) listen_metrics: SocketAddr,

    /// Let --listen-metrics be any address: whoever reaches it sees how many log in, and how
    #[arg(long)]
    expose_metrics: bool,

    /// Clients are told apart by the last address in X-Forwarded-For, which a proxy writes
    #[arg(long)]
    pub(crate) behind_proxy: bool,

    /// Logins, and likewise refreshes, that one client address may try in a minute
    #[arg(long, value_name = "NUMBER", default_value = "60")]
    pub(crate) limit_address: NonZeroU32,

    /// Logins, and likewise refreshes, that may be tried with one account in a minute
    #[arg(long, value_name = "NUMBER", default_value = "10")]
    pub(crate) limit_account: NonZeroU32,

    /// Connections that one client address may have at once, an IPv6 network of 64 bits counting as
    /// one; with --behind-proxy that is the proxy's task
    #[arg(long, value_name = "NUMBER", default_value = "128")]
    pub(crate) limit_connections: NonZeroUsize,

    /// How long requests that were accepted may take after Ctrl-C or SIGTERM; a second signal ends
    /// them at once
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    grace: u32,

    /// What to log on standard error: off, error, warn, info, or every request with debug
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log: LevelFilter,
}

impl ServeArgs {
    fn check(&self) -> Result<(), &'static str> {
        if self.listen_metrics.ip().is_loopback() || self.expose_metrics {
            return Ok(());
        }
        Err(
            "--listen-metrics must be a loopback address, since what it shows is not for everybody; \
             with --expose-metrics it may be another",
        )
    }

    pub(crate) fn grace(&self) -> Duration {
        Duration::from_secs(self.grace.into())
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add a user; asks for the password, or reads a line of standard input; prints the public id
    #[command(after_help = "\
Examples:
  barejwt-server user add ada@example.org
  barejwt-server user add ada@example.org --nickname Ada < password.txt")]
    Add(UserAddArgs),

    /// Give a user a new password, which ends every session; asks for it, or reads a line of
    /// standard input
    #[command(after_help = "\
Examples:
  barejwt-server user passwd ada@example.org
  barejwt-server user passwd ada@example.org < password.txt

Refresh tokens die at once, access tokens when they expire.")]
    Passwd(UserArgs),

    /// List the users: public id, email, nickname, parted by tabs
    #[command(after_help = "\
Examples:
  barejwt-server user list
  barejwt-server user list | cut -f 2")]
    List,

    /// Remove a user and end every session; prints the public id
    #[command(after_help = "\
Examples:
  barejwt-server user remove ada@example.org

Refresh tokens die at once, and so do access tokens where this server is asked; nginx and other
programs that only verify take them until they expire.")]
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

    /// What others see; by default what stands before the @
    #[arg(long, value_name = "NAME")]
    pub(crate) nickname: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Sign with a new key from now on, and go on verifying with the old ones; prints the new kid
    #[command(after_help = "\
Examples:
  barejwt-server key rotate
  barejwt-server --database /srv/site.db key rotate

Servers that run follow within a second. Tokens of the old key live until they expire, or until
`barejwt-server key retire`.")]
    Rotate,

    /// Forget the old keys: tokens that they signed are refused; prints how many keys there were
    #[command(after_help = "\
Examples:
  barejwt-server key retire

Servers that run follow within a second; one that cannot read the database answers 503 after 10 s.")]
    Retire,

    /// List the keys, the one that signs first: what it is used for, and its kid
    #[command(after_help = "\
Examples:
  barejwt-server key list

A key from before the first rotation has no kid.")]
    List,

    /// Print the keys for nginx and other programs that verify; never to a terminal
    #[command(after_help = "\
Examples:
  (umask 077; barejwt-server key export > keys.new) && mv keys.new /etc/nginx/barejwt.keys

One line a key: what it is used for, the secret in base64url, its kid. Whoever reads it can log in as
anybody. Export again after `key rotate` and after `key retire`.")]
    Export,
}

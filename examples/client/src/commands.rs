//! Runs each command.

use std::io::{self, Write};

use barejwt::{Error, Next, Pair};
use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::Value;

use crate::api::{Account, Api, CREDENTIAL_INVALID, LOGIN_REQUIRED, Server};
use crate::cli::{Cli, Command};
use crate::clock::now;
use crate::failure::Failure;
use crate::password;
use crate::renewal::{fresh, renew};
use crate::session_file::{SessionFile, Stored};

pub(crate) fn run(cli: &Cli) -> Result<(), Failure> {
    let path = match &cli.session {
        Some(path) => path.clone(),
        None => SessionFile::default_path()?,
    };
    let file = SessionFile::at(path, cli.server.clone());
    match &cli.command {
        Command::Login { email } => log_in(&file, &cli.server.clone().unwrap_or_default(), email),
        Command::Whoami => who_am_i(&file, cli.margin),
        Command::Token => token(&file, cli.margin),
        Command::Passwd => change_password(&file, cli.margin),
        Command::Logout => log_out(&file),
        Command::Completions { shell } => completions(*shell),
    }
}

fn log_in(file: &SessionFile, server: &Server, email: &str) -> Result<(), Failure> {
    if password::is_typed() {
        server.try_connection()?;
    }
    let password = password::read("Password: ").map_err(Failure::Typing)?;
    log_in_with(file, server, email, &password)?;
    tell(&format!("logged in to {server} as {email}"));
    Ok(())
}

fn log_in_with(
    file: &SessionFile,
    server: &Server,
    email: &str,
    password: &str,
) -> Result<(), Failure> {
    let locked = file.lock()?;
    let former = locked.read().and_then(|stored| stored.with(server));
    let replacement = locked.prepare()?;
    let api = Api::new(server);
    let answer = api.log_in(email, password)?;
    match Pair::from_answer(&answer) {
        Ok(_) => replacement.commit(&Stored::new(server, answer, now())?)?,
        Err(Error::LoginRefused { code }) => return Err(api.refused(code)),
        Err(error) => return Err(api.no_pair(error)),
    }
    // The old session is ended now, because nobody could end it later. A failure does not matter: the session
    // has ended before, or the server is gone.
    let _ = former.and_then(|stored| api.sign_out(&stored.pair()?));
    Ok(())
}

/// If the clock says that the token has expired, but the session does not believe the clock, only the server
/// can tell.
fn token(file: &SessionFile, margin: u32) -> Result<(), Failure> {
    let mut stored = fresh(file, margin)?;
    if stored.pair()?.access_expires <= now() {
        (stored, _) = ask(file, stored, margin)?;
    }
    print(stored.pair()?.access_token)
}

fn who_am_i(file: &SessionFile, margin: u32) -> Result<(), Failure> {
    let (_, account) = ask(file, fresh(file, margin)?, margin)?;
    print(&format!("{account:#}"))
}

/// Asks whose the access token is. If the server refuses the token, the core allows one refresh. The call is
/// then made again, because it changes nothing. The session returned is the one that has worked.
fn ask(file: &SessionFile, stored: Stored, margin: u32) -> Result<(Stored, Value), Failure> {
    let server = stored.server()?;
    let api = Api::new(&server);
    let mut session = stored.session(margin)?;
    if let Account::Is(account) = api.account(session.pair().access_token)? {
        return Ok((stored, account));
    }
    let Next::Refresh(_) = session.after_401() else {
        return Err(api.ended());
    };
    let renewed = renew(file, &stored)?;
    match api.account(renewed.pair()?.access_token)? {
        Account::Is(account) => Ok((renewed, account)),
        Account::Unauthorized => Err(Failure::Ended {
            server,
            why: "refuses its newest token too",
        }),
    }
}

/// The server ends every session of the account, also this one. So the client logs in again.
fn change_password(file: &SessionFile, margin: u32) -> Result<(), Failure> {
    let (stored, account) = ask(file, fresh(file, margin)?, margin)?;
    let email = account.get("email").and_then(Value::as_str);
    let server = stored.server()?;
    let email = email.ok_or_else(|| Failure::Answer(server.clone()))?;
    let read = |prompt| password::read(prompt).map_err(Failure::Typing);
    let current = read("Current password: ")?;
    let new = read("New password: ")?;
    if password::is_typed() && new != read("The same again: ")? {
        return Err(Failure::Different);
    }
    Api::new(&server).change_password(&stored.pair()?, &current, &new)?;
    log_in_with(file, &server, email, &new)
        .map_err(|failure| Failure::LogInAnew(Box::new(failure)))?;
    tell(&format!(
        "the password of {email} is changed on {server}; other sessions have ended"
    ));
    Ok(())
}

/// The file is removed once the server has ended the session, or says that it has ended before.
fn log_out(file: &SessionFile) -> Result<(), Failure> {
    let locked = file.lock()?;
    let stored = locked.read()?;
    let server = stored.server()?;
    let api = Api::new(&server);
    match api.sign_out(&stored.pair()?)? {
        0 | LOGIN_REQUIRED | CREDENTIAL_INVALID => locked.remove()?,
        code => return Err(api.refused(code)),
    }
    tell(&format!("logged out of {server}"));
    Ok(())
}

fn completions(shell: Shell) -> Result<(), Failure> {
    // It goes to memory first, because clap_complete panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "barejwt-client", &mut script);
    io::stdout().write_all(&script).map_err(Failure::Output)
}

/// Prints a text for people on standard error, because standard output is only for results. A closed standard
/// error is no failure.
fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "barejwt-client: {line}");
}

fn print(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(Failure::Output)
}

//! `barejwt-server user add`: an account, with a password that no argument and no history shows.

use std::io::{self, BufRead, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};
use zeroize::Zeroizing;

use crate::accounts::{Account, normal_email, random_id};
use crate::cli::{DatabaseArgs, UserAddArgs};
use crate::database::Database;
use crate::password::{self, MAX_CHARS, MIN_CHARS};
use crate::store::Store;
use crate::{commands, runtime};

/// Most bytes of an address (RFC 5321 4.5.3.1.3) and of a nickname.
const MAX_NAME_BYTES: usize = 254;

pub(crate) fn add(database: &DatabaseArgs, args: &UserAddArgs) -> Result<()> {
    let email = normal_email(&args.email);
    let (before_at, _) = email.split_once('@').unwrap_or_default();
    let nickname = args.nickname.as_deref().unwrap_or(before_at);
    check_email(&email)?;
    check_name(nickname).context("the nickname cannot be used")?;
    let password = read_password()?;
    if !(MIN_CHARS..=MAX_CHARS).contains(&password.chars().count()) {
        bail!("a password must have {MIN_CHARS} to {MAX_CHARS} characters");
    }
    let account = Account {
        id: random_id()?,
        nickname: nickname.to_owned(),
        password_hash: password::hash(&password)?,
        created_at: Timestamp::now().as_second(),
        email,
    };
    let database = Database::named(&database.database);
    let added = runtime::block_on(async {
        let store = Store::open(&database).await?;
        Ok(store.add_account(&account).await?)
    });
    if !added? {
        bail!("there is a user with this email address already");
    }
    commands::print(&format!("{}\n", account.id))
}

fn check_email(email: &str) -> Result<()> {
    check_name(email).context("the email address cannot be used")?;
    match email.split_once('@') {
        Some((user, host)) if !user.is_empty() && !host.is_empty() && !host.contains('@') => Ok(()),
        _ => bail!("the email address must be of the form user@host"),
    }
}

fn check_name(name: &str) -> Result<()> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
        bail!("it must be 1 to {MAX_NAME_BYTES} bytes without control characters");
    }
    Ok(())
}

/// Twice from the terminal, without echo; or a line of standard input.
fn read_password() -> Result<Zeroizing<String>> {
    if io::stdin().is_terminal() {
        let ask = |prompt| rpassword::prompt_password(prompt).map(Zeroizing::new);
        let (password, again) =
            interruptible(|| Ok((ask("Password: ")?, ask("The same again: ")?)))
                .context("cannot read the password")?;
        if *password != *again {
            bail!("the two passwords differ");
        }
        return Ok(password);
    }
    let mut line = Zeroizing::new(String::new());
    let read = io::stdin().lock().read_line(&mut line);
    read.context("cannot read the password from standard input")?;
    Ok(Zeroizing::new(
        line.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}

/// Runs `ask`; Ctrl-C ends the program after it. `rpassword` raises SIGINT first and turns the echo
/// on again as it returns.
fn interruptible<T>(ask: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let has_asked = Arc::new(AtomicBool::new(false));
    flag::register_conditional_default(SIGINT, Arc::clone(&has_asked))?;
    let answer = ask();
    has_asked.store(true, Ordering::SeqCst);
    if let Err(error) = &answer
        && error.kind() == io::ErrorKind::Interrupted
    {
        low_level::raise(SIGINT)?;
    }
    answer
}

//! `barejwt-server user`: accounts. Their passwords are in no argument and no history.

use std::io::{self, BufRead, IsTerminal, Read};

use anyhow::{Context, Error, Result, bail};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::accounts::{Account, normal_email, random_id};
use crate::cli::{UserAddArgs, UserCommand};
use crate::database::{Database, plain};
use crate::store::{Deletes, Store, with_store};
use crate::{commands, new_password, password};

/// Most bytes of an address (RFC 5321 4.5.3.1.3) and of a nickname.
const MAX_NAME_BYTES: usize = 254;

/// Most bytes of a line of standard input. No password has so many, and a file without lines is not read on.
const MAX_LINE_BYTES: u64 = 64 * 1024;

const TAKEN: &str = "there is a user with this email address already";
const UNKNOWN: &str = "there is no user with this email address";

pub(crate) fn run(database: &Database, command: &UserCommand) -> Result<()> {
    match command {
        UserCommand::Add(args) => add(database, args),
        UserCommand::Passwd(args) => set_password(database, &normal_email(&args.email)),
        UserCommand::List => list(database),
        UserCommand::Remove(args) => remove(database, &normal_email(&args.email)),
    }
}

fn add(database: &Database, args: &UserAddArgs) -> Result<()> {
    let email = normal_email(&args.email);
    let (before_at, _) = email.split_once('@').unwrap_or_default();
    let nickname = args.nickname.as_deref().unwrap_or(before_at);
    check_email(&email)?;
    check_name(nickname).context("the nickname cannot be used")?;
    let id = with_store(database, Deletes::Nothing, async |store| {
        if store
            .account_by_email(&email)
            .await
            .map_err(plain)?
            .is_some()
        {
            bail!(TAKEN);
        }
        let account = Account {
            id: random_id()?,
            nickname: nickname.to_owned(),
            password_hash: password::hash(&new_password()?)?,
            created_at: Timestamp::now().as_second(),
            email: email.clone(),
        };
        if !store.add_account(&account).await.map_err(plain)? {
            bail!(TAKEN);
        }
        Ok(account.id)
    });
    commands::print(&format!("{}\n", id?))
}

fn set_password(database: &Database, email: &str) -> Result<()> {
    with_store(database, Deletes::Secrets, async |store| {
        let account = find(store, email).await?;
        let password = new_password()?;
        if password::is_of(&password, &account.password_hash)? {
            bail!(new_password::IS_CURRENT);
        }
        let hash = password::hash(&password)?;
        if !store.set_password(&account, &hash).await.map_err(plain)? {
            bail!("somebody else has just changed this password: try again");
        }
        Ok(())
    })
}

fn list(database: &Database) -> Result<()> {
    let accounts = with_store(database, Deletes::Nothing, async |store| {
        store.accounts().await.map_err(plain)
    });
    let lines = accounts?.into_iter().map(|account| {
        let (id, email, nickname) = (account.id, account.email, account.nickname);
        format!("{id}\t{email}\t{nickname}\n")
    });
    commands::print(&lines.collect::<String>())
}

fn remove(database: &Database, email: &str) -> Result<()> {
    let id = with_store(database, Deletes::Secrets, async |store| {
        let account = find(store, email).await?;
        // Somebody else may have removed it meanwhile.
        if !store.remove_account(&account.id).await.map_err(plain)? {
            bail!(UNKNOWN);
        }
        Ok(account.id)
    });
    commands::print(&format!("{}\n", id?))
}

async fn find(store: &Store, email: &str) -> Result<Account> {
    let account = store.account_by_email(email).await.map_err(plain)?;
    account.context(UNKNOWN)
}

fn new_password() -> Result<Zeroizing<String>> {
    let password = read_password()?;
    new_password::check(&password).map_err(Error::msg)?;
    Ok(password)
}

fn check_email(email: &str) -> Result<()> {
    check_name(email).context("the email address cannot be used")?;
    match email.split_once('@') {
        Some((user, host)) if !user.is_empty() && !host.is_empty() && !host.contains('@') => Ok(()),
        _ => bail!("the email address must be of the form user@host"),
    }
}

fn check_name(name: &str) -> Result<()> {
    let is_bad = |c: char| c.is_control() || is_invisible(c);
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(is_bad) {
        bail!("it must be 1 to {MAX_NAME_BYTES} bytes without control and invisible characters");
    }
    Ok(())
}

/// Characters that change the direction of writing, break lines or show nothing. The two joiners are allowed,
/// because Persian names and emoji need them.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Reads a password twice from the terminal, without echo, or a line of standard input.
fn read_password() -> Result<Zeroizing<String>> {
    if io::stdin().is_terminal() {
        let ask = |prompt| barejwt_prompt::password(prompt).map(Zeroizing::new);
        let password = ask("Password: ").context("cannot read the password")?;
        let again = ask("The same again: ").context("cannot read the password")?;
        if *password != *again {
            bail!("the two passwords differ");
        }
        return Ok(password);
    }
    let mut line = Zeroizing::new(String::new());
    let read = io::stdin().lock().take(MAX_LINE_BYTES).read_line(&mut line);
    read.context("cannot read the password from standard input")?;
    Ok(Zeroizing::new(
        line.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}

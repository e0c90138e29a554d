//! The text that the server prints when it is ready: its address, and on first use how to go on.

use std::env;
use std::fs;

use anyhow::Result;

use crate::database::Database;

/// Others may see the terminal.
const PASSWORD_HINT: &str =
    " First put the\ndatabase's password, which is not shown here, into PGPASSWORD.";

/// The text for standard output. `is_new` means that nobody can log in yet.
pub(crate) fn text(
    url: &str,
    monitor_url: &str,
    database: &Database,
    is_new: bool,
) -> Result<String> {
    let ready = format!("barejwt-server is ready at {url} (health and metrics at {monitor_url})\n");
    if !is_new {
        return Ok(ready);
    }
    let program = quoted(&env::current_exe()?.display().to_string());
    let (database, hint) = match database {
        Database::File(path) => (fs::canonicalize(path)?.display().to_string(), ""),
        Database::Postgres(url) => match url.without_password()? {
            (url, false) => (url, ""),
            (url, true) => (url, PASSWORD_HINT),
        },
    };
    let database = quoted(&database);
    Ok(format!(
        "{ready}
Nobody can log in yet. Add a user in another terminal; it asks for a password.{hint}

  {program} --database {database} user add ada@example.org

With the password 'correct horse battery staple' these lines work as they are:

  curl -s {url}/api/v4/site/ping
  install -m 600 /dev/null login.json && curl -s {url}/api/v4/session/token \
-H 'Content-Type: application/json' \
-d '{{\"email\":\"ada@example.org\",\"password\":\"correct horse battery staple\"}}' \
-o login.json
  curl -s {url}/api/v4/user/me -H \"Authorization: Bearer \
$(grep -o '[^\"]*\\.[^\"]*\\.[^\"]*' login.json | head -1)\"

Or open {url} in a browser. Ctrl-C stops the server.
"
    ))
}

/// For a shell.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

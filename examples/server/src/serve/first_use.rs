//! What the server says when it is ready: where it is, and on first use how to go on.

use crate::database::Database;

/// The text for standard output; `is_new` if nobody can log in yet.
pub(crate) fn text(url: &str, monitor_url: &str, database: &Database, is_new: bool) -> String {
    let ready = format!("barejwt is ready at {url} (health and metrics at {monitor_url})\n");
    if !is_new {
        return ready;
    }
    let option = match database {
        Database::File(path) if path.as_os_str() == "barejwt.db" => String::new(),
        Database::File(path) => format!("--database {} ", quoted(&path.display().to_string())),
        Database::Postgres(_) => "--database postgres://... ".to_owned(),
    };
    format!(
        "{ready}
Nobody can log in yet. Add a user in another terminal; it asks for a password:

  barejwt {option}user add ada@example.org

With the password 'correct horse battery staple' these lines work as they are:

  curl -s {url}/api/v4/site/ping
  curl -s {url}/api/v4/session/token -H 'Content-Type: application/json' \
-d '{{\"email\":\"ada@example.org\",\"password\":\"correct horse battery staple\"}}' \
-o login.json
  curl -s {url}/api/v4/user/me -H \"Authorization: Bearer \
$(grep -o '[^\"]*\\.[^\"]*\\.[^\"]*' login.json | head -1)\"

Or open {url} in a browser. Ctrl-C stops the server.
"
    )
}

/// For a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

//! The binary `barejwt-server`, serving one account on a port of its own until it is dropped.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const EMAIL: &str = "alice@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
    _dir: TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(&[], 1000)
    }

    /// With `settings`, by name, and at most `limit` logins and refreshes a minute.
    pub(crate) fn start_with(settings: &[(&str, u32)], limit: u32) -> Self {
        let dir = TempDir::new().unwrap();
        let database = dir.path().join("test.db");
        add_user(&database);
        let connection = Connection::open(&database).unwrap();
        for setting in settings {
            let replace = "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)";
            connection.execute(replace, *setting).unwrap();
        }
        let (process, url) = serve(&database, limit);
        Self {
            process,
            url,
            _dir: dir,
        }
    }

    pub(crate) fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// The envelope that GET user/me answers to this access token.
    pub(crate) fn me(&self, token: &str) -> Value {
        let request = ureq::get(format!("{}/api/v4/user/me", self.url));
        let request = request.header("Authorization", format!("Bearer {token}"));
        let answer = request.call().unwrap().body_mut().read_to_string();
        serde_json::from_str(&answer.unwrap()).unwrap()
    }

    pub(crate) fn change_password(&self, token: &str) {
        let body = json!({"current_password": PASSWORD, "new_password": "another battery staple"});
        let request = ureq::put(format!("{}/api/v4/user/password", self.url));
        let request = request.header("Authorization", format!("Bearer {token}"));
        let request = request.content_type("application/json");
        let answer = request.send(body.to_string()).unwrap();
        let answer: Value =
            serde_json::from_str(&answer.into_body().read_to_string().unwrap()).unwrap();
        assert_eq!(answer["code"], 0, "{answer}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Beside the client, where cargo builds both.
fn binary() -> PathBuf {
    let binary = Path::new(env!("CARGO_BIN_EXE_barejwt-client")).with_file_name("barejwt-server");
    assert!(binary.exists(), "first: cargo build -p barejwt-server");
    binary
}

fn command(database: &Path) -> Command {
    let mut command = Command::new(binary());
    command.arg("--database").arg(database);
    command.env_remove("BAREJWT_KEY");
    command
}

fn add_user(database: &Path) {
    // An empty database: `user add` makes none.
    let mut new = OpenOptions::new();
    let new = new.write(true).create_new(true).mode(0o600);
    new.open(database).unwrap();
    let mut command = command(database);
    command.args(["user", "add", EMAIL]);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut adding = command.spawn().unwrap();
    let mut stdin = adding.stdin.take().unwrap();
    stdin.write_all(PASSWORD.as_bytes()).unwrap();
    drop(stdin);
    assert!(adding.wait().unwrap().success());
}

fn serve(database: &Path, limit: u32) -> (Child, String) {
    let mut command = command(database);
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    command.args(["--listen-metrics", "127.0.0.1:0", "--log", "error"]);
    command.args(["--limit-account", &limit.to_string()]);
    command.args(["--limit-address", "1000"]);
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    let mut stdout = BufReader::new(process.stdout.take().unwrap());
    stdout.read_line(&mut ready).unwrap();
    let url = ready
        .split_whitespace()
        .find(|word| word.starts_with("http://"));
    (process, url.expect(&ready).to_owned())
}

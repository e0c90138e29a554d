//! Runs the binary with a session file of its own, with nothing of the tester's environment in it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::{EMAIL, PASSWORD};
use crate::tells_nothing::tells_nothing;

pub(crate) const LOG_IN_NONE: &str =
    "there is no session: log in with `barejwt-client login EMAIL`";

const EXPIRED: &str = "2025-04-26T16:19:38.833494+08:00";

pub(crate) struct Client {
    dir: TempDir,
}

pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Client {
    pub(crate) fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn logged_in(url: &str) -> Self {
        let client = Self::new();
        client.log_in(url).done();
        client
    }

    /// A thief's: another machine with a copy of the session file.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new();
        fs::create_dir(copy.path("barejwt")).unwrap();
        fs::copy(self.file(), copy.file()).unwrap();
        copy
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path("barejwt/session.json")
    }

    /// The bytes of the session file.
    pub(crate) fn stored(&self) -> Vec<u8> {
        fs::read(self.file()).unwrap()
    }

    /// The two tokens in the session file.
    pub(crate) fn tokens(&self) -> (String, String) {
        let stored: Value = serde_json::from_slice(&self.stored()).unwrap();
        let data = &stored["answer"]["data"];
        let pair = data.get("token").unwrap_or(data);
        let token = |name: &str| pair[name].as_str().unwrap().to_owned();
        (token("access_token"), token("refresh_token"))
    }

    /// Changes a member of the stored pair, with the file's mode kept.
    pub(crate) fn change(&self, member: &str, change: impl FnOnce(&str) -> String) {
        let mut stored: Value = serde_json::from_slice(&self.stored()).unwrap();
        let data = &mut stored["answer"]["data"];
        let is_login = data.get("token").is_some();
        let pair = if is_login { &mut data["token"] } else { data };
        let value = change(pair[member].as_str().unwrap());
        pair[member] = Value::String(value);
        fs::write(self.file(), stored.to_string()).unwrap();
    }

    /// Makes the access token look expired: it came an hour before its end.
    pub(crate) fn expire_access(&self) {
        self.received_at(1_745_651_978);
        self.change("access_expires", |_| EXPIRED.to_owned());
    }

    /// Makes it look expired from the start, as a clock does that is ahead.
    pub(crate) fn receive_expired(&self) {
        self.change("access_expires", |_| EXPIRED.to_owned());
    }

    /// Changes the time at which the pair came.
    pub(crate) fn received_at(&self, seconds: i64) {
        let mut stored: Value = serde_json::from_slice(&self.stored()).unwrap();
        stored["received"] = seconds.into();
        fs::write(self.file(), stored.to_string()).unwrap();
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.command_by(&[], args)
    }

    /// Run by another program, such as a shell that sets limits.
    pub(crate) fn command_by(&self, by: &[&str], args: &[&str]) -> Command {
        let client = env!("CARGO_BIN_EXE_barejwt-client");
        let words: Vec<_> = by.iter().copied().chain([client]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).args(args);
        command
            .env_remove("BAREJWT_SESSION")
            .env_remove("BAREJWT_SERVER");
        command.env("XDG_STATE_HOME", self.dir.path());
        command
    }

    pub(crate) fn spawn(&self, args: &[&str]) -> Child {
        start(self.command(args))
    }

    pub(crate) fn run(&self, args: &[&str]) -> Outcome {
        finish(self.spawn(args))
    }

    pub(crate) fn log_in(&self, url: &str) -> Outcome {
        self.log_in_with(url, PASSWORD)
    }

    pub(crate) fn log_in_with(&self, url: &str, password: &str) -> Outcome {
        run_with_input(
            self.command(&["login", EMAIL, "--server", url]),
            &format!("{password}\n"),
        )
    }
}

pub(crate) fn run_with_input(command: Command, input: &str) -> Outcome {
    let mut child = start(command);
    // A program that does not read its input is no failure of the test.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    finish(child)
}

pub(crate) fn start(mut command: Command) -> Child {
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Waits for the end. Whatever happened, the messages tell no token and no password.
pub(crate) fn finish(child: Child) -> Outcome {
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    // Every token begins so.
    assert!(!err.contains("eyJ"), "{err}");
    tells_nothing(&err, PASSWORD);
    Outcome {
        status: output.status,
        out: String::from_utf8(output.stdout).unwrap(),
        err,
    }
}

impl Outcome {
    /// Asserts success and gives the output.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.status.code(), self.err.as_str()), (Some(0), ""));
        self.out
    }

    /// Asserts success that is told to people alone.
    #[track_caller]
    pub(crate) fn done(self) {
        assert_eq!(
            (self.status.code(), self.out.as_str()),
            (Some(0), ""),
            "{}",
            self.err
        );
        let told = [
            "logged in to http://",
            "logged out of http://",
            "the password of ",
        ];
        let line = self.err.strip_prefix("barejwt-client: ").unwrap();
        assert!(told.iter().any(|told| line.starts_with(told)), "{line}");
        assert_eq!(line.lines().count(), 1);
    }

    /// Asserts that the session could not go on, and that the server that ended it is named.
    #[track_caller]
    pub(crate) fn ended(self, url: &str) {
        let line = format!(
            "the server {url} has ended the session: log in with `barejwt-client login EMAIL`"
        );
        self.failed(3, &line);
    }

    /// Asserts a failure: this status, this one line, nothing on standard output.
    #[track_caller]
    pub(crate) fn failed(self, status: i32, line: &str) {
        let expected = format!("barejwt-client: {line}\n");
        assert_eq!(
            (self.status.code(), self.out, self.err),
            (Some(status), String::new(), expected)
        );
    }
}

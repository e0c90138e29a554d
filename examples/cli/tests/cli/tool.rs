//! Runs the binary in a directory of its own, with nothing of the tester's environment in it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use barejwt::{Key, sign_json, token_len};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::Value;
use tempfile::TempDir;

/// The key that [`Tool::with_key`] and [`token_of`] use.
pub(crate) const KEY: &[u8] = b"0123456789abcdef0123456789abcdef-test-key";

pub(crate) struct Tool {
    dir: TempDir,
    key: Option<Vec<u8>>,
}

pub(crate) struct Outcome {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Tool {
    /// In an empty directory, with no key.
    pub(crate) fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
            key: None,
        }
    }

    /// With [`KEY`] in the environment.
    pub(crate) fn with_key() -> Self {
        Self::with_env_key(KEY)
    }

    pub(crate) fn with_env_key(key: &[u8]) -> Self {
        Self {
            key: Some(key.to_vec()),
            ..Self::new()
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
        // As `barejwt keygen` would make it: other modes get a warning.
        #[cfg(unix)]
        fs::set_permissions(
            self.path(name),
            std::os::unix::fs::PermissionsExt::from_mode(0o600),
        )
        .unwrap();
    }

    /// The names in the directory, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_barejwt"));
        command
            .current_dir(self.dir.path())
            .env_remove("BAREJWT_KEY");
        if let Some(key) = &self.key {
            #[cfg(unix)]
            let key: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(key);
            #[cfg(not(unix))]
            let key = std::str::from_utf8(key).unwrap();
            command.env("BAREJWT_KEY", key);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Outcome {
        self.run_with_input(args, b"")
    }

    pub(crate) fn run_with_input(&self, args: &[&str], input: &[u8]) -> Outcome {
        let mut child = self
            .command()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read its input is no failure of the test.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        Outcome {
            status: output.status.code().expect("ended by a signal"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs what must succeed.
    pub(crate) fn ok(&self, args: &[&str]) -> Outcome {
        let outcome = self.run(args);
        assert_eq!(outcome.status, 0, "{args:?}: {}", outcome.err);
        outcome
    }
}

impl Outcome {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }

    /// Asserts a refusal: this status, this one line, nothing on standard output.
    #[track_caller]
    pub(crate) fn refused(&self, status: i32, line: &str) {
        assert_eq!(
            (self.status, self.out.as_str()),
            (status, ""),
            "{}",
            self.err
        );
        assert_eq!(self.err, format!("barejwt: {line}\n"));
    }
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// A token with this claims set, under [`KEY`].
pub(crate) fn token_of(claims: &str) -> String {
    let mut buf = vec![0; token_len(None, claims.len())];
    sign_json(claims, &Key::new(KEY).unwrap(), &mut buf)
        .unwrap()
        .to_owned()
}

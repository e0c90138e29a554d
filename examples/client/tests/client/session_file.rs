//! The session file: where it is, and who may read it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::client::{Client, run_with_input};
use crate::server::{EMAIL, PASSWORD, Server};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn it_is_for_the_user_alone_whatever_the_umask() {
    let server = Server::start();
    let client = Client::new();
    let open = ["sh", "-c", "umask 0; exec \"$0\" \"$@\""];
    let login = client.command_by(&open, &["login", EMAIL, "--server", &server.url]);
    run_with_input(login, PASSWORD).done();
    let modes = || {
        let lock = client.path("barejwt/session.json.lock");
        [
            mode(&client.file()),
            mode(&lock),
            mode(&client.path("barejwt")),
        ]
    };
    assert_eq!(modes(), [0o600, 0o600, 0o700]);
    client.expire_access();
    let refresh = client.command_by(&open, &["token"]);
    run_with_input(refresh, "").ok();
    assert_eq!(modes(), [0o600, 0o600, 0o700]);
}

#[test]
fn one_that_others_can_read_is_not_used() {
    let server = Server::start();
    let client = Client::logged_in(&server.url);
    for open in [0o640, 0o604, 0o620] {
        fs::set_permissions(client.file(), Permissions::from_mode(open)).unwrap();
        let outcome = client.run(&["token"]);
        assert_eq!(outcome.status.code(), Some(1));
        let advice = format!(
            "`chmod 600 {}`, and if somebody may have read it, then `barejwt-client logout`\n",
            client.file().display()
        );
        assert!(outcome.err.ends_with(&advice), "{}", outcome.err);
    }
    // The advice helps, also against somebody who has read the file.
    let copy = client.copy();
    fs::set_permissions(client.file(), Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(copy.file(), Permissions::from_mode(0o600)).unwrap();
    client.run(&["logout"]).done();
    copy.expire_access();
    copy.run(&["token"]).ended(&server.url);
}

#[test]
fn one_that_is_damaged_ends_in_a_login() {
    let server = Server::start();
    let client = Client::logged_in(&server.url);
    let whole = client.stored();
    let line = "the session file is damaged: log in with `barejwt-client login EMAIL`";
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(client.file(), &whole[..length]).unwrap();
        client.run(&["token"]).failed(3, line);
    }
    client.log_in(&server.url).done();
    client.run(&["token"]).ok();
}

#[test]
fn it_is_where_the_user_says() {
    let server = Server::start();
    let client = Client::new();
    let path = client.path("mine");
    let session = path.to_str().unwrap();
    let login = [
        "login",
        EMAIL,
        "--server",
        &server.url,
        "--session",
        session,
    ];
    run_with_input(client.command(&login), PASSWORD).done();
    assert_eq!(mode(&path), 0o600);
    assert!(!client.file().exists());
    let mut command = client.command(&["token"]);
    command.env("BAREJWT_SESSION", session);
    run_with_input(command, "").ok();
}

#[test]
fn one_that_is_no_regular_file_is_refused_at_once() {
    let client = Client::new();
    let path = client.path("pipe");
    let made = Command::new("mkfifo")
        .args(["-m", "600"])
        .arg(&path)
        .status();
    assert!(made.unwrap().success());
    let args = ["token", "--session", path.to_str().unwrap()];
    let command = client.command_by(&["timeout", "5"], &args);
    let line = format!("{}: not a regular file", path.display());
    run_with_input(command, "").failed(1, &line);
}

#[test]
fn a_lock_that_is_a_link_is_not_followed() {
    let server = Server::start();
    let client = Client::new();
    let (elsewhere, lock) = (
        client.path("elsewhere"),
        client.path("barejwt/session.json.lock"),
    );
    fs::create_dir(client.path("barejwt")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, lock).unwrap();
    let outcome = client.log_in(&server.url);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.err);
    assert!(outcome.err.contains("symbolic links"), "{}", outcome.err);
    assert!(!elsewhere.exists() && !client.file().exists());
}

#[test]
fn a_lock_that_is_a_pipe_is_refused_at_once() {
    let client = Client::new();
    let lock = client.path("barejwt/session.json.lock");
    fs::create_dir(client.path("barejwt")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(&lock)
            .status()
            .unwrap()
            .success()
    );
    let login = ["login", EMAIL, "--server", "http://127.0.0.1:1"];
    let command = client.command_by(&["timeout", "5"], &login);
    let line = format!(
        "{}: the lock beside it is not a regular file",
        client.file().display()
    );
    run_with_input(command, PASSWORD).failed(1, &line);
}

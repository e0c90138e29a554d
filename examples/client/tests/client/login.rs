//! Logging in, looking around, logging out.

use std::io::{Read, Write};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::client::{Client, LOG_IN_NONE, finish, run_with_input, start};
use crate::server::{EMAIL, PASSWORD, Server};
use crate::tap::{LOGIN, ME, Tap};

#[test]
fn a_session_from_login_to_logout() {
    let server = Server::start();
    let client = Client::logged_in(&server.url);
    let account: Value = serde_json::from_str(&client.run(&["whoami"]).ok()).unwrap();
    assert_eq!(account["email"], EMAIL);
    let copy = client.copy();

    client.run(&["logout"]).done();
    assert!(!client.file().exists());
    client.run(&["whoami"]).failed(3, LOG_IN_NONE);
    // On the server too.
    copy.expire_access();
    copy.run(&["token"]).ended(&server.url);
}

#[test]
fn logging_in_again_ends_the_session_before_with_the_same_server() {
    let (server, other) = (Server::start(), Server::start());
    let client = Client::logged_in(&server.url);
    let before = client.copy();
    let tap = Tap::on(&other.url);
    client.log_in(&tap.url).done();
    // What another server gave goes to no other.
    assert_eq!(tap.requests(), [LOGIN]);
    before.expire_access();
    before.run(&["token"]).ok();

    let before = client.copy();
    client.log_in(&tap.url).done();
    before.expire_access();
    before.run(&["token"]).ended(&tap.url);
    client.expire_access();
    client.run(&["token"]).ok();
}

#[test]
fn the_token_is_one_line_that_the_server_accepts() {
    let server = Server::start();
    let out = Client::logged_in(&server.url).run(&["token"]).ok();
    let token = out.strip_suffix('\n').unwrap();
    assert!(!token.contains(char::is_whitespace));
    assert_eq!(server.me(token)["data"]["email"], EMAIL);
}

#[test]
fn one_request_for_a_login_and_one_for_a_call() {
    let server = Server::start();
    let tap = Tap::on(&server.url);
    let client = Client::logged_in(&tap.url);
    assert_eq!(tap.requests(), [LOGIN]);
    client.run(&["whoami"]).ok();
    assert_eq!(tap.requests(), [ME]);
    client.run(&["token"]).ok();
    assert!(tap.requests().is_empty());
}

#[test]
fn a_wrong_password_is_told_and_leaves_the_session_as_it_was() {
    let server = Server::start();
    let refused = &format!(
        "the server {} refused: wrong email or password (code 40020)",
        server.url
    );
    let client = Client::new();
    client.log_in_with(&server.url, "wrong").failed(5, refused);
    assert!(!client.file().exists());

    client.log_in(&server.url).done();
    let before = client.stored();
    client.log_in_with(&server.url, "wrong").failed(5, refused);
    assert_eq!(client.stored(), before);
}

#[test]
fn success_is_told_on_standard_error() {
    let server = Server::start();
    let client = Client::new();
    let told = client.log_in(&server.url);
    let line = format!("barejwt-client: logged in to {} as {EMAIL}\n", server.url);
    assert_eq!((told.out.as_str(), told.err), ("", line));
    let told = client.run(&["logout"]);
    let line = format!("barejwt-client: logged out of {}\n", server.url);
    assert_eq!((told.out.as_str(), told.err), ("", line));
}

#[test]
fn a_password_is_changed_and_the_session_goes_on_and_no_other() {
    let server = Server::start();
    let (client, other) = (
        Client::logged_in(&server.url),
        Client::logged_in(&server.url),
    );
    let new = "another battery staple";
    let passwd = |current: &str, new: &str| {
        run_with_input(client.command(&["passwd"]), &format!("{current}\n{new}\n"))
    };
    let url = &server.url;
    passwd("wrong", new).failed(
        5,
        &format!("the server {url} changed nothing: the current password is wrong"),
    );
    for (bad, why) in [
        ("short", "a new password must have 8 to 256 characters"),
        ("          ", "a new password must not be of blanks alone"),
        (
            "12345678",
            "this password is among the commonest, which are tried first: take another",
        ),
        (PASSWORD, "the new password is the current one"),
    ] {
        let line = format!("the server {url} changed nothing: {why}");
        passwd(PASSWORD, bad).failed(5, &line);
    }
    passwd(PASSWORD, new).done();
    assert!(client.run(&["whoami"]).ok().contains(EMAIL));
    client.expire_access();
    client.run(&["token"]).ok();
    other.expire_access();
    other.run(&["token"]).ended(&server.url);
    Client::new().log_in_with(url, new).done();
}

#[test]
fn nobody_types_a_password_for_a_server_that_is_not_there() {
    let client = Client::new();
    let terminal = ["sh", "-c", "exec script -qec \"$0 $*\" /dev/null"];
    let url = "http://127.0.0.1:1";
    let login = client.command_by(&terminal, &["login", EMAIL, "--server", url]);
    let outcome = finish(start(login));
    assert_eq!(outcome.status.code(), Some(4), "{}", outcome.out);
    assert!(
        outcome
            .out
            .contains("no answer from the server http://127.0.0.1:1: ")
    );
    assert!(!outcome.out.contains("Password"), "{}", outcome.out);
}

#[test]
fn standard_input_without_end_is_no_password() {
    let client = Client::new();
    let then = [
        "sh",
        "-c",
        "ulimit -v 4000000; exec timeout 20 \"$0\" \"$@\" < /dev/zero",
    ];
    let login = client.command_by(&then, &["login", EMAIL, "--server", "http://127.0.0.1:1"]);
    let line = "the password cannot be read: a line of standard input is too long for a password";
    finish(start(login)).failed(1, line);
}

#[test]
fn completions_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        let script = Client::new().run(&["completions", shell]).ok();
        assert!(
            script.contains("passwd") && script.contains("whoami"),
            "{script}"
        );
    }
}

#[test]
fn the_password_is_asked_for_on_a_terminal_and_not_shown() {
    let server = Server::start();
    let client = Client::new();
    // `script` runs it on a terminal, whose keyboard is the input.
    let terminal = ["sh", "-c", "exec script -qec \"$0 $*\" /dev/null"];
    let command = client.command_by(&terminal, &["login", EMAIL, "--server", &server.url]);
    let mut login = start(command);
    let mut prompt = [0; 10];
    let shown = login.stdout.as_mut().unwrap();
    shown.read_exact(&mut prompt).unwrap();
    assert_eq!(&prompt, b"Password: ");
    // The prompt comes just before the echo is turned off; no person is as fast as this test.
    thread::sleep(Duration::from_millis(500));
    let mut keyboard = login.stdin.take().unwrap();
    keyboard
        .write_all(format!("{PASSWORD}\n").as_bytes())
        .unwrap();
    let outcome = finish(login);
    assert_eq!(outcome.status.code(), Some(0), "{}", outcome.out);
    let told = format!("barejwt-client: logged in to {} as {EMAIL}", server.url);
    assert_eq!(outcome.out.trim(), told);
    client.run(&["whoami"]).ok();
}

/// Reads until the text that has come ends with `prompt`.
fn read_until(prompt: &str, shown: &mut impl Read) {
    let mut text = Vec::new();
    while !text.ends_with(prompt.as_bytes()) {
        let mut byte = [0];
        shown.read_exact(&mut byte).unwrap();
        text.extend(byte);
    }
}

#[test]
fn ctrl_c_at_any_password_ends_it_and_leaves_the_terminal_as_it_was() {
    let server = Server::start();
    let client = Client::logged_in(&server.url);
    let then = "exec script -qec \"$0 $*; echo status \\$?; stty -a\" /dev/null";
    let login = ["login", EMAIL, "--server", &server.url];
    for (command, former, last) in [
        (&login[..], None, "Password: "),
        (&["passwd"], None, "Current password: "),
        (&["passwd"], Some("Current password: "), "New password: "),
    ] {
        let mut asking = start(client.command_by(&["sh", "-c", then], command));
        let mut answer = |prompt: &str, typed: &[u8]| {
            read_until(prompt, asking.stdout.as_mut().unwrap());
            // The prompt comes just before the echo is turned off.
            thread::sleep(Duration::from_millis(500));
            asking.stdin.as_mut().unwrap().write_all(typed).unwrap();
        };
        if let Some(prompt) = former {
            answer(prompt, b"anything\n");
        }
        answer(last, b"\x03");
        let out = finish(asking).out;
        assert!(out.contains("status 130"), "{command:?} {last} {out}");
        let has_echo = out.split_whitespace().any(|word| word == "echo");
        assert!(has_echo, "{command:?} {last} {out}");
    }
}

#[test]
fn a_server_that_is_down_is_told_and_the_session_kept() {
    let mut server = Server::start();
    let client = Client::logged_in(&server.url);
    client.expire_access();
    let before = client.stored();
    server.stop();
    let address = server.url.strip_prefix("http://").unwrap();
    for args in [["whoami"].as_slice(), &["logout"], &["token"]] {
        let outcome = client.run(args);
        assert_eq!(outcome.status.code(), Some(4), "{args:?} {}", outcome.err);
        assert!(
            outcome.err.contains("Connection refused"),
            "{address}: {}",
            outcome.err
        );
        assert_eq!(client.stored(), before);
    }
}

#[test]
fn a_server_beyond_loopback_is_refused_before_anything_is_sent() {
    let client = Client::new();
    let outcome = client.log_in("http://192.0.2.1:5212");
    assert_eq!(outcome.status.code(), Some(2));
    assert!(
        outcome.err.contains("must be a loopback address"),
        "{}",
        outcome.err
    );
}

//! A server that is not what the client expects, or means it ill.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::{fs, thread};

use crate::client::{Client, run_with_input};
use crate::server::{EMAIL, PASSWORD, Server};
use crate::tap::Tap;

/// Answers every request with `answer`, HTTP headers and all; gives its URL.
fn impostor(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // It ends with the test's process.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            // The client may have had enough before the end.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

fn answering(body: &str) -> String {
    let length = body.len();
    impostor(format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}"
    ))
}

fn pair(access_token: &str) -> String {
    format!(
        r#"{{"code":0,"data":{{"token":{{"access_token":"{access_token}","refresh_token":"d.e.f",
        "access_expires":"2999-01-01T00:00:00Z","refresh_expires":"2999-01-01T00:00:00Z"}}}}}}"#
    )
}

#[track_caller]
fn login_fails(url: &str, status: i32, line: &str) {
    let client = Client::new();
    client.log_in(url).failed(status, line);
    assert!(!client.file().exists());
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = answering(&pair("a.b.c"));
    for status in [301, 302, 303, 307, 308] {
        let head = format!("HTTP/1.1 {status} Moved\r\nLocation: {elsewhere}/\r\n");
        let url = impostor(format!("{head}Content-Length: 0\r\n\r\n"));
        let line =
            format!("the server {url} refused: no reason that this client knows (code {status})");
        login_fails(&url, 5, &line);
    }
}

#[test]
fn a_proxy_of_the_environment_is_not_used() {
    let server = Server::start();
    let proxy = answering(&pair("a.b.c"));
    let client = Client::new();
    let mut command = client.command(&["login", EMAIL, "--server", &server.url]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, &proxy);
    }
    run_with_input(command, PASSWORD).done();
    assert_ne!(client.tokens().0, "a.b.c");
}

#[test]
fn its_words_are_not_shown() {
    let url = answering(
        r#"{"code":50000,"msg":"\u001b[31meyJhbGciOiJIUzI1NiJ9 log in at evil.example"}"#,
    );
    let line = format!("the server {url} refused: no reason that this client knows (code 50000)");
    login_fails(&url, 5, &line);
}

#[test]
fn what_is_no_pair_is_refused_by_the_core() {
    let json = "a part is not a strict JSON object (answer, byte 0: not an object)";
    let form = "the login answer is not of the expected form";
    for (body, why) in [
        ("<html>", json),
        (r#"{"code":0,"data":{}}"#, form),
        (&pair(r"a.b.c\r\nX: y"), form),
        (&pair("a b"), form),
    ] {
        let url = answering(body);
        login_fails(&url, 1, &format!("the server {url} gave no session: {why}"));
    }
}

#[test]
fn what_is_no_account_is_told() {
    let client = Client::logged_in(&answering(&pair("a.b.c")));
    let stored = String::from_utf8(client.stored()).unwrap();
    for body in ["<html>", r#"{"code":0}"#, r#"{"data":{}}"#] {
        let start = stored.find("http://").unwrap();
        let end = stored[start..].find('"').unwrap() + start;
        let url = answering(body);
        let other = stored.replace(&stored[start..end], &url);
        fs::write(client.file(), other).unwrap();
        let line = format!("the answer of the server {url} is not of the expected form");
        client.run(&["whoami"]).failed(1, &line);
    }
}

/// Time heals that, as soon as the server's clock is right: the session is kept, and nothing is lost.
#[test]
fn a_token_that_is_not_valid_yet_ends_no_session() {
    let server = Server::start();
    let client = Client::logged_in(&server.url);
    for (code, command) in [
        (401, "whoami"),
        (40020, "token"),
        (401, "token"),
        (40020, "logout"),
    ] {
        if command == "token" {
            client.expire_access();
        }
        let msg = "the token is not valid yet (nbf 2, now 1)";
        let url = answering(&format!(r#"{{"code":{code},"data":null,"msg":"{msg}"}}"#));
        let stored = String::from_utf8(client.stored()).unwrap();
        let other = stored.replace(&server.url, &url);
        fs::write(client.file(), &other).unwrap();
        let line = format!(
            "the server {url} says that the token is not valid yet, so a server's clock is wrong: \
             the session is kept, try again later"
        );
        client.run(&[command]).failed(5, &line);
        assert_eq!(String::from_utf8(client.stored()).unwrap(), other);
        fs::write(client.file(), stored).unwrap();
    }
}

/// A server's clock that is months ahead calls every session expired. So does a good one, of a session
/// that is: then this machine's clock agrees.
#[test]
fn a_session_that_only_the_server_calls_expired_is_kept() {
    let server = Server::start();
    let client = Client::logged_in(&server.url);
    client.expire_access();
    let url =
        answering(r#"{"code":40020,"data":null,"msg":"the token has expired (exp 1, now 2)"}"#);
    let stored = String::from_utf8(client.stored()).unwrap();
    let other = stored.replace(&server.url, &url);
    fs::write(client.file(), &other).unwrap();
    let line = format!(
        "the server {url} says that the session has expired, and by this machine's clock it has not: \
         one of the two clocks is wrong. The session is kept: try again later, or log in with \
         `barejwt-client login EMAIL`"
    );
    for command in ["token", "logout"] {
        client.run(&[command]).failed(5, &line);
        assert_eq!(String::from_utf8(client.stored()).unwrap(), other);
    }
    client.change("refresh_expires", |_| {
        "2025-04-26T16:19:38.833494+08:00".to_owned()
    });
    client.run(&["token"]).ended(&url);
    assert!(!client.file().exists());
}

#[test]
fn how_long_to_wait_is_what_the_server_says() {
    let date = "Date: Fri, 31 Dec 1999 23:58:00 GMT\r\n\
                Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n";
    for (status, why) in [
        ("429 Too Many Requests", "too many requests (code 429)"),
        (
            "503 Service Unavailable",
            "it cannot answer at the moment (code 503)",
        ),
    ] {
        for (headers, said) in [
            ("Retry-After: 37\r\n", "in 37 s"),
            (date, "in 119 s"),
            ("Retry-After: 0\r\n", "now"),
            ("Retry-After: soon\r\n", "later"),
            ("", "later"),
        ] {
            let head = format!("HTTP/1.1 {status}\r\n{headers}");
            let url = impostor(format!("{head}Content-Length: 0\r\n\r\n"));
            let line = format!("the server {url} refused: {why}, try again {said}");
            login_fails(&url, 5, &line);
        }
    }
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let url = answering(&" ".repeat(100_000));
    let outcome = Client::new().log_in(&url);
    assert_eq!(outcome.status.code(), Some(4), "{}", outcome.err);
    assert!(outcome.err.contains("limit"), "{}", outcome.err);
}

fn is_with(of_session: &str, named: &str) -> String {
    format!(
        "the session is with the server {of_session}, not with {named}: log in with \
         `barejwt-client login EMAIL --server {named}`"
    )
}

#[test]
fn a_session_is_not_used_with_another_server() {
    let server = Server::start();
    let (here, other) = (Tap::on(&server.url), Tap::on(&server.url));
    let client = Client::logged_in(&here.url);
    here.requests();
    client.expire_access();
    let before = client.stored();
    let line = is_with(&here.url, &other.url);
    for command in ["whoami", "token", "logout"] {
        client
            .run(&[command, "--server", &other.url])
            .failed(3, &line);
        let mut by_environment = client.command(&[command]);
        by_environment.env("BAREJWT_SERVER", &other.url);
        run_with_input(by_environment, "").failed(3, &line);
    }
    assert!(here.requests().is_empty() && other.requests().is_empty());
    assert_eq!(client.stored(), before);
    client.run(&["whoami", "--server", &here.url]).ok();
}

#[test]
fn a_pair_from_a_login_elsewhere_meanwhile_is_not_sent_here() {
    let server = Server::start();
    let elsewhere = Client::logged_in(&server.url);
    let client = Client::new();
    fs::create_dir(client.path("barejwt")).unwrap();

    // Refuses the token; but before that, another run of the client logs in elsewhere.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let (seen, from, to) = (Arc::clone(&requests), elsewhere.file(), client.file());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut buffer) = (stream.unwrap(), [0; 4096]);
            let length = stream.read(&mut buffer).unwrap();
            let request = String::from_utf8_lossy(&buffer[..length]).into_owned();
            seen.lock().unwrap().push(request);
            fs::copy(&from, &to).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"code\":401}";
            let _ = stream.write_all(answer);
        }
    });
    let stored = String::from_utf8(elsewhere.stored()).unwrap();
    fs::copy(elsewhere.file(), client.file()).unwrap();
    fs::write(client.file(), stored.replace(&server.url, &url)).unwrap();
    client.change("access_token", |_| "a.b.c".to_owned());

    client
        .run(&["whoami"])
        .failed(3, &is_with(&server.url, &url));
    let requests = requests.lock().unwrap();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests[0].contains("Bearer a.b.c"), "{requests:?}");
    assert_eq!(client.stored(), elsewhere.stored());
}

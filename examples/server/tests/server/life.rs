//! From the first start to the end of a server; adding users.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::site::*;

#[test]
fn the_first_start_creates_all_and_says_how_to_go_on() {
    let site = Site::new();
    let mut server = site.serve();
    let settings = site.texts("SELECT name FROM settings ORDER BY name");
    let all = ["access_token_ttl", "refresh_token_ttl", "secret_key"];
    assert_eq!(settings, all);
    assert_eq!(site.secret().len(), 256);
    let url = server.url.clone();
    server.end("INT");
    let said = server.rest_of_output();
    let lines: Vec<_> = said.lines().filter(|line| line.starts_with("  ")).collect();
    assert_eq!(lines.len(), 4, "{said}");
    let curls = &lines[1..];
    let is_curl = |line: &&str| line.contains(&format!("curl -s {url}/api/v4/"));
    assert!(curls.iter().all(is_curl), "{said}");
    // `.ci/server` pastes the lines.
    assert!(
        lines[0].contains(env!("CARGO_BIN_EXE_barejwt-server")),
        "{said}"
    );
    if site.is_postgres() {
        let (start, host) = site.database().split_once('@').unwrap();
        let (user, password) = start
            .trim_start_matches("postgres://")
            .split_once(':')
            .unwrap();
        let add = format!(" --database 'postgres://{user}@{host}' user add ada@example.org");
        assert!(lines[0].ends_with(&add), "{said}");
        assert!(
            said.contains("PGPASSWORD") && !said.contains(password),
            "{said}"
        );
    } else {
        let file = std::fs::canonicalize(site.database()).unwrap();
        let add = format!(" --database {} user add ada@example.org", file.display());
        assert!(lines[0].ends_with(&add), "{said}");
        assert!(!said.contains("PGPASSWORD"), "{said}");
    }

    // Later it has less to say, and everything is as it was.
    let (secret, _) = (site.secret(), site.add_user(EMAIL, PASSWORD));
    let mut server = site.serve();
    server.log_in();
    server.end("INT");
    assert_eq!(server.rest_of_output(), "");
    assert_eq!(site.secret(), secret);
}

#[test]
fn sessions_outlive_the_server() {
    let (site, id) = Site::with_ada();
    let mut server = site.serve();
    let pair = server.log_in();
    server.end("TERM");
    let server = site.serve();
    assert_eq!(server.me(&pair.access).data()["id"], id);
    server.refresh(&pair.refresh);
}

#[test]
fn it_stops_at_once_and_cleanly() {
    let (site, _) = Site::with_ada();
    for signal in ["INT", "TERM"] {
        let mut server = site.serve_with(&["--grace", "120"]);
        server.log_in();
        // A connection that is open and idle does not keep it until the end of the grace.
        let idle = server.connect();
        let (status, took) = server.end(signal);
        assert_eq!(status.code(), Some(0), "{signal}");
        assert!(took < Duration::from_secs(60), "{took:?}");
        assert!(server.log().contains("stopped"), "{}", server.log());
        drop(idle);
        if !site.is_postgres() {
            assert!(!site.path("site.db-wal").exists());
        }
    }
}

#[test]
fn a_signal_as_soon_as_it_is_ready_ends_it_cleanly() {
    let site = Site::new();
    for _ in 0..20 {
        let mut server = site.serve();
        let (status, _) = server.end("INT");
        assert_eq!(status.code(), Some(0));
        assert!(server.log().contains("stopped"), "{}", server.log());
    }
}

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    let (site, _) = Site::with_ada();
    let mut server = site.serve();
    let body = json!({"refresh_token": server.log_in().refresh}).to_string();
    let mut stream = server.connect();
    let head = format!(
        "POST /api/v4/session/token/refresh HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Said when the method begins to read the body.
    let mut said = [0; 25];
    stream.read_exact(&mut said).unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");

    server.signal("INT");
    server.wait_until_closed();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\"access_token\""), "{answer}");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

/// Begins a request whose body does not come, and ends the server with one signal or two: what the client is
/// answered, and how long it takes.
fn end_of_a_request(site: &Site, signals: u32, grace: &str) -> (String, Duration) {
    let mut server = site.serve_with(&["--grace", grace]);
    let mut stream = server.connect();
    stream
        .write_all(b"POST /api/v4/session/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n")
        .unwrap();
    stream
        .write_all(b"Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n")
        .unwrap();
    stream.read_exact(&mut [0; 25]).unwrap();
    let start = Instant::now();
    server.signal("TERM");
    if signals == 2 {
        // Two signals at once may arrive as one.
        server.wait_until_closed();
        server.signal("TERM");
    }
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    let took = start.elapsed();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    (answer, took)
}

#[test]
fn one_that_does_not_end_is_cut_off_and_at_once_by_a_second_signal() {
    let site = Site::new();
    for (signals, grace, least) in [(1, "3", 3), (2, "60", 0)] {
        // One that is not cut off has an answer after ten seconds. A slow machine may need another try.
        let is_cut_off = |_| {
            let (answer, took) = end_of_a_request(&site, signals, grace);
            assert!(took >= Duration::from_secs(least), "{signals}: {took:?}");
            answer.is_empty()
        };
        assert!((0..3).any(is_cut_off), "{signals}");
    }
}

#[test]
fn health_and_metrics_are_on_a_listener_of_their_own() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    assert_eq!(server.monitor("/health"), (200, "ok\n".to_owned()));
    let pair = server.log_in();
    server.me(&pair.access);
    server.me(&pair.access);
    server.me("x");
    server.get("/nowhere", None);
    let answers = |route: &str, code: u32| {
        server.metric(&format!(
            "barejwt_answers_total{{route=\"{route}\",code=\"{code}\"}}"
        ))
    };
    assert_eq!(answers("/api/v4/session/token", 0), 1.0);
    assert_eq!(answers("/api/v4/user/me", 0), 2.0);
    assert_eq!(answers("/api/v4/user/me", 401), 1.0);
    assert_eq!(answers("other", 404), 1.0);
    assert_eq!(server.metric("barejwt_token_checks_total"), 3.0);
    assert_eq!(server.metric("barejwt_answer_duration_seconds_count"), 5.0);
    assert_eq!(server.monitor("/api/v4/site/ping").0, 404);
}

#[test]
fn without_its_database_it_is_not_well_and_recovers() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let token = site.mint(&id, now(), 60);
    site.sql("ALTER TABLE accounts RENAME TO elsewhere");
    server.me(&token).failed(500);
    let ill = "the database does not answer\n".to_owned();
    assert_eq!(server.monitor("/health"), (503, ill));
    assert!(server.log().contains("internal error"));
    site.sql("ALTER TABLE elsewhere RENAME TO accounts");
    // What it said before is kept for a second.
    wait_until("well", || server.monitor("/health").0 == 200);
    assert_eq!(server.me(&token).data()["id"], id);
}

#[test]
fn the_metrics_are_for_the_loopback_alone() {
    let site = Site::new();
    for address in ["0.0.0.0:0", "192.0.2.1:80", "[::]:0", "localhost"] {
        let (status, out, _) = site.try_tool(&["serve", "--listen-metrics", address], "");
        assert_eq!((status.code(), out.as_str()), (Some(2), ""), "{address}");
    }
}

#[test]
fn a_port_that_is_taken_is_reported() {
    let site = Site::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for option in ["--listen", "--listen-metrics"] {
        let other = if option == "--listen" {
            "--listen-metrics"
        } else {
            "--listen"
        };
        let (status, out, err) =
            site.try_tool(&["serve", option, &address, other, "127.0.0.1:0"], "");
        assert_eq!((status.code(), out.as_str()), (Some(1), ""));
        assert!(
            err.starts_with(&format!("barejwt-server: cannot listen on {address}: ")),
            "{err}"
        );
    }
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    let site = Site::new();
    site.create();
    site.tool(&["key", "retire"], "");
    for table in ["_sqlx_migrations", "attempts", "chains", "accounts"] {
        site.sql(&format!("DROP TABLE {table}"));
    }
    site.sql("CREATE TABLE users (id INTEGER)");
    let before = site.texts("SELECT value FROM settings ORDER BY name");
    for command in [
        &["user", "add", EMAIL][..],
        &["serve"],
        &["key", "rotate"],
        &["key", "retire"],
    ] {
        let (status, out, err) = site.try_tool(command, PASSWORD);
        assert_eq!((status.code(), out.as_str()), (Some(1), ""), "{command:?}");
        assert!(
            err.contains("has tables of another program: give this server"),
            "{err}"
        );
    }
    assert_eq!(
        site.texts("SELECT value FROM settings ORDER BY name"),
        before
    );
    // With the settings alone it may be one of ours, made by `barejwt token`.
    site.sql("DROP TABLE users");
    site.serve();
}

#[test]
fn a_user_is_added_once_and_only_with_an_address_and_a_good_password() {
    let site = Site::new();
    site.create();
    let id = site.tool(&["user", "add", EMAIL], PASSWORD);
    assert_eq!(id.len(), 10);
    let server = site.serve();
    let user = &server.try_log_in(EMAIL, PASSWORD).data()["user"];
    assert_eq!(
        (&user["id"], &user["nickname"]),
        (&json!(id), &json!("ada"))
    );

    for (email, password, message) in [
        (
            "ADA@example.org",
            PASSWORD,
            "there is a user with this email address already",
        ),
        (
            "bob@example.org",
            "",
            "a new password must have 8 to 256 characters",
        ),
        (
            "bob@example.org",
            "seven..",
            "a new password must have 8 to 256 characters",
        ),
        (
            "bob@example.org",
            &"x".repeat(257),
            "a new password must have 8 to 256 characters",
        ),
        (
            "bob",
            PASSWORD,
            "the email address must be of the form user@host",
        ),
        (
            "@",
            PASSWORD,
            "the email address must be of the form user@host",
        ),
        (
            "a@b@c",
            PASSWORD,
            "the email address must be of the form user@host",
        ),
        (
            "",
            PASSWORD,
            "the email address cannot be used: it must be 1 to 254 bytes without control and invisible characters",
        ),
        (
            "a\n@b",
            PASSWORD,
            "the email address cannot be used: it must be 1 to 254 bytes without control and invisible characters",
        ),
    ] {
        let (status, out, err) = site.try_tool(&["user", "add", email], password);
        assert_eq!((status.code(), out.as_str()), (Some(1), ""), "{email}");
        assert_eq!(err, format!("barejwt-server: {message}\n"));
    }
    // Nothing of what was refused is there, and a password may be given with CR LF.
    assert_eq!(site.texts("SELECT email FROM accounts"), [EMAIL]);
    site.tool(&["user", "add", "bob@example.org"], "bob's password\r");
    server
        .try_log_in("bob@example.org", "bob's password")
        .data();
}

#[test]
fn a_key_in_the_environment_does_not_count() {
    let site = Site::new();
    site.create();
    let key = "x".repeat(64);
    let says = "barejwt-server: BAREJWT_KEY is set and does not count here: the server works with \
                the keys in the database\n";
    for command in [
        &["user", "add", EMAIL][..],
        &["key", "rotate"],
        &["key", "retire"],
        &["serve", "--listen", "192.0.2.1:1"],
    ] {
        let mut process = site.command(command);
        process
            .env("BAREJWT_KEY", &key)
            .stdin(std::process::Stdio::piped());
        let mut child = process
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        // No machine here has that address.
        assert_eq!(output.status.success(), command[0] != "serve", "{err}");
        assert!(err.starts_with(says), "{err}");
    }
    assert_ne!(site.secret(), key);
}

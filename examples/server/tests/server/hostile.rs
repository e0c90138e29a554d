//! Requests that nobody sends by accident.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::site::*;

const TOKEN: &str = "/api/v4/session/token";
const NOT_JSON: &str = "the body is not JSON";
const NOT_THE_OBJECT: &str = "the body is not the JSON object that this method takes";

/// A request with this content type and body; the answer's status line, headers and body.
fn exchange(server: &Server, line: &str, content_type: &str, body: &[u8]) -> (String, String) {
    let head = format!(
        "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{content_type}Content-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = server.raw(&[head.as_bytes(), body].concat());
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

#[test]
fn bodies_that_are_not_the_one_object_are_refused_without_repeating_them() {
    let site = Site::new();
    let server = site.serve();
    let deep = format!("{{\"email\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    for (body, message) in [
        ("", NOT_JSON),
        ("{", NOT_JSON),
        (r#"{"email":"secret-a","password":"secret-b"} x"#, NOT_JSON),
        (r#"{"email":"\ud800","password":"x"}"#, NOT_JSON),
        (&deep, NOT_THE_OBJECT),
        ("null", NOT_THE_OBJECT),
        ("[]", NOT_THE_OBJECT),
        (r#"{"email":"secret-a"}"#, NOT_THE_OBJECT),
        (r#"{"email":"secret-a","password":7}"#, NOT_THE_OBJECT),
        (r#"{"email":"secret-a","password":null}"#, NOT_THE_OBJECT),
        (r#"["secret-a","secret-b"]"#, NOT_THE_OBJECT),
        (
            r#"{"email":"a","email":"b","password":"c"}"#,
            NOT_THE_OBJECT,
        ),
        (
            r#"{"email":"","password":"secret-b"}"#,
            "the email address has no or too many characters",
        ),
        (
            r#"{"email":"secret-a","password":""}"#,
            "the password has no or too many characters",
        ),
    ] {
        let json = "Content-Type: application/json\r\n";
        let (head, answer) = exchange(&server, &format!("POST {TOKEN}"), json, body.as_bytes());
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        let expected = json!({"code": 40001, "data": null, "msg": message});
        assert_eq!(answer, expected.to_string(), "{}", body.len());
    }
    let not_utf8 = b"{\"email\":\"\xff\",\"password\":\"x\"}";
    let json = "Content-Type: application/json\r\n";
    let (_, answer) = exchange(&server, &format!("POST {TOKEN}"), json, not_utf8);
    assert!(answer.contains("40001"), "{answer}");
}

#[test]
fn strings_that_are_too_long_are_refused_by_characters() {
    let site = Site::new();
    let server = site.serve();
    let (fits, too_long) = ("é".repeat(256), "é".repeat(257));
    server
        .try_log_in(&fits, &fits)
        .refused(40020, WRONG_CREDENTIAL);
    server
        .try_log_in(&too_long, "x")
        .refused(40001, "the email address has no or too many characters");
    server
        .try_log_in("x", &too_long)
        .refused(40001, "the password has no or too many characters");
}

#[test]
fn the_content_type_must_be_json() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let body = json!({"email": EMAIL, "password": PASSWORD}).to_string();
    for (content_type, is_taken) in [
        ("", false),
        ("Content-Type: text/plain\r\n", false),
        ("Content-Type: application/x-www-form-urlencoded\r\n", false),
        ("Content-Type: application/json; charset=utf-8\r\n", true),
    ] {
        let line = format!("POST {TOKEN}");
        let (head, answer) = exchange(&server, &line, content_type, body.as_bytes());
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        if is_taken {
            assert!(answer.starts_with(r#"{"code":0,"#), "{answer}");
        } else {
            let said = "the Content-Type must be application/json";
            assert_eq!(
                answer,
                json!({"code": 40001, "data": null, "msg": said}).to_string()
            );
        }
    }
}

#[test]
fn a_body_over_16_kib_is_refused_before_it_is_read() {
    let site = Site::new();
    let server = site.serve();
    let json = "Content-Type: application/json\r\n";
    let fits = format!("{{\"refresh_token\":\"{}\"}}", "x".repeat(16 * 1024 - 20));
    assert_eq!(fits.len(), 16 * 1024);
    let line = format!("POST {TOKEN}/refresh");
    let (head, answer) = exchange(&server, &line, json, fits.as_bytes());
    assert!(
        head.starts_with("HTTP/1.1 200 ") && answer.contains("40020"),
        "{head}{answer}"
    );
    for (method, path) in [
        ("POST", TOKEN),
        ("DELETE", TOKEN),
        ("POST", "/api/v4/session/token/refresh"),
    ] {
        let answer = server.send(
            method,
            path,
            &json!({"refresh_token": "x".repeat(16 * 1024)}),
        );
        answer.failed(413);
    }
    // Nor with a length that is not said.
    let chunk = format!("4001\r\n{}\r\n0\r\n\r\n", " ".repeat(0x4001));
    let head = format!(
        "POST {TOKEN} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{json}Transfer-Encoding: chunked\r\n\r\n"
    );
    let answer = server.raw((head + &chunk).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[test]
fn headers_over_their_limits_are_refused() {
    let site = Site::new();
    let server = site.serve();
    let request = |headers: &str| {
        server.raw(
            format!(
                "GET /api/v4/site/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n"
            )
            .as_bytes(),
        )
    };
    let line = |bytes: usize| format!("X: {}\r\n", "x".repeat(bytes));
    assert!(request(&line(15_000)).starts_with("HTTP/1.1 200 "));
    assert!(request(&line(17_000)).starts_with("HTTP/1.1 431 "));
    assert!(request(&line(2).repeat(62)).starts_with("HTTP/1.1 200 "));
    assert!(request(&line(2).repeat(63)).starts_with("HTTP/1.1 431 "));
}

#[test]
fn what_is_not_http_is_refused() {
    let site = Site::new();
    let server = site.serve();
    for bytes in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET /api/v4/site/ping\r\n\r\n",
        b"GET /api/v4/site/ping HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET /api/v4/site/ping HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let answer = server.raw(bytes);
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 400 ");
        assert!(refused, "{answer}");
    }
    server.get("/api/v4/site/ping", None).data();
}

#[test]
fn what_is_not_there_is_said_in_an_envelope() {
    let site = Site::new();
    let server = site.serve();
    for path in [
        "/nowhere",
        "/api/v4/",
        "/api/v4/user/me/",
        "/api/v4/user/info/",
        "/metrics",
        "/health",
        "/%00",
    ] {
        let answer = server.get(path, None);
        answer.failed(404);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    for (method, path, allow) in [
        ("GET", TOKEN, "DELETE,POST"),
        ("POST", "/api/v4/user/me", "GET,HEAD"),
        ("TRACE", "/api/v4/site/ping", "GET,HEAD"),
        ("OPTIONS", "/api/v4/user/password", "PUT"),
        ("BREW", "/", "GET,HEAD"),
    ] {
        let answer = server.send(method, path, &json!({}));
        answer.failed(405);
        let mut methods: Vec<_> = answer.header("allow").unwrap().split(',').collect();
        methods.sort_unstable();
        assert_eq!(methods.join(","), allow, "{method} {path}");
    }
}

#[test]
fn every_answer_has_the_security_headers() {
    let site = Site::new();
    let server = site.serve();
    for path in [
        "/",
        "/app.js",
        "/style.css",
        "/openapi.json",
        "/api/v4/site/ping",
        "/api/v4/user/me",
        "/nowhere",
    ] {
        let answer = server.get(path, None);
        let header = |name| {
            answer
                .header(name)
                .unwrap_or_else(|| panic!("{path}: {name}"))
        };
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; "),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.ends_with("base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(
            header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        let cached = if path.starts_with("/api") || path == "/nowhere" {
            "no-store"
        } else {
            "no-cache"
        };
        assert_eq!(header("cache-control"), cached, "{path}");
        assert_eq!(answer.header("server"), None);
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    // Only the page may run a script, its own.
    let policy = server
        .get("/", None)
        .header("content-security-policy")
        .unwrap()
        .to_owned();
    assert!(policy.contains("script-src 'self'; style-src 'self'; connect-src 'self'"));
    let policy = server
        .get("/nowhere", None)
        .header("content-security-policy")
        .unwrap()
        .to_owned();
    assert!(!policy.contains("script-src"));
}

#[test]
fn the_description_names_every_method_and_no_other() {
    let site = Site::new();
    let server = site.serve();
    let answer = server.get("/openapi.json", None);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let described = answer.json();
    assert_eq!(described["openapi"], "3.1.0");
    let mut methods = Vec::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let answer = server.send(&method, &path.replace("{id}", "x"), &json!({}));
            assert_eq!(answer.status, 200, "{method} {path}");
            methods.push(format!("{method} {}", path.trim_start_matches("/api/v4/")));
        }
    }
    methods.sort();
    assert_eq!(
        methods,
        [
            "DELETE session/token",
            "GET /expired-token",
            "GET session/prepare",
            "GET site/config/login",
            "GET site/ping",
            "GET user/info/{id}",
            "GET user/me",
            "POST session/token",
            "POST session/token/refresh",
            "PUT user/password",
        ]
    );
}

/// How long the server lets a connection live on which this is sent and then nothing.
fn life_of(server: &Server, bytes: &[u8]) -> (Duration, String) {
    let (mut stream, start) = (server.connect(), Instant::now());
    stream.write_all(bytes).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    (start.elapsed(), answer)
}

#[test]
fn a_client_that_stops_in_the_middle_is_cut_off() {
    let site = Site::new();
    let server = site.serve();
    let head =
        b"POST /api/v4/session/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let body = [&head[..], b"Content-Length: 60\r\n\r\n{\"email\":"].concat();
    let idle = b"GET /api/v4/site/ping HTTP/1.1\r\nHost: x\r\n\r\n";
    let lives = std::thread::scope(|scope| {
        let of = |bytes: Vec<u8>| {
            let server = &server;
            scope.spawn(move || life_of(server, &bytes))
        };
        [
            of(Vec::new()),
            of(head.to_vec()),
            of(body),
            of(idle.to_vec()),
        ]
        .map(|thread| thread.join().unwrap())
    });
    for (life, answer) in &lives {
        let seconds = life.as_secs_f64();
        assert!((9.0..60.0).contains(&seconds), "{seconds}: {answer}");
    }
    assert!(lives[2].1.starts_with("HTTP/1.1 503 "), "{}", lives[2].1);
    assert!(lives[2].1.contains(r#""code":503"#), "{}", lives[2].1);
    assert!(lives[3].1.starts_with("HTTP/1.1 200 "), "{}", lives[3].1);
}

/// Asks for far more than fits between the two, and reads none of it.
fn ask_and_do_not_read(server: &Server) -> std::net::TcpStream {
    let mut stream = server.connect();
    let request = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(request.repeat(2000).as_bytes()).unwrap();
    stream
}

#[test]
fn a_client_that_does_not_read_its_answers_is_cut_off() {
    let site = Site::new();
    let server = site.serve();
    let stream = ask_and_do_not_read(&server);
    // A server that waited for ever would take some more, and then none.
    let limit = Some(Duration::from_millis(500));
    stream.set_write_timeout(limit).unwrap();
    wait_until("cut off", || {
        let written = (&stream).write(&[b'x'; 65536]);
        written.is_err_and(|error| {
            [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe].contains(&error.kind())
        })
    });
    server.get("/api/v4/site/ping", None).data();
}

#[test]
fn it_ends_in_time_though_a_client_does_not_read_its_answers() {
    let site = Site::new();
    // The client would be cut off after ten seconds. A slow machine may need another try.
    let in_time = |_| {
        let mut server = site.serve_with(&["--grace", "1"]);
        let _stream = ask_and_do_not_read(&server);
        // Until nothing more fits.
        std::thread::sleep(Duration::from_secs(2));
        let (status, took) = server.end("INT");
        assert_eq!(status.code(), Some(0));
        took < Duration::from_secs(6)
    };
    assert!((0..3).any(in_time));
}

//! Many at once: everybody gets a share, and what was accepted is answered.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::site::*;

const PING: &[u8] = b"GET /api/v4/site/ping HTTP/1.1\r\nHost: x\r\n\r\n";

fn is_answered(stream: &mut TcpStream) -> bool {
    let _ = stream.write_all(PING);
    stream.read(&mut [0; 15]).is_ok_and(|bytes| bytes == 15)
}

/// A connection has its place again soon after others have closed.
fn until_answered(server: &Server) {
    wait_until("answered", || is_answered(&mut server.connect()));
}

/// Whether nothing has come yet.
fn is_waiting(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let peeked = stream.peek(&mut [0; 1]);
    stream.set_nonblocking(false).unwrap();
    peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

#[test]
fn sixty_logins_that_were_accepted_are_answered_after_sigterm() {
    let (site, _) = Site::with_ada();
    let mut server = site.serve();
    let body = json!({"email": EMAIL, "password": PASSWORD}).to_string();
    let request = format!(
        "POST /api/v4/session/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut streams: Vec<_> = (0..60).map(|_| server.connect()).collect();
    for stream in &mut streams {
        stream.write_all(request.as_bytes()).unwrap();
    }
    // Connections are accepted in their order, so that the logins are under way soon after this answer.
    assert!(is_answered(&mut server.connect()));
    std::thread::sleep(Duration::from_millis(100));
    server.signal("TERM");
    let start = Instant::now();
    let waiting = streams.iter().filter(|stream| is_waiting(stream)).count();
    assert!(waiting > 20, "{waiting}");
    for stream in &mut streams {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("\"code\":0"), "{answer}");
    }
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    // `--grace` as `--help` states it.
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn one_address_has_a_share_of_the_connections_and_no_more() {
    let site = Site::new();
    let server = site.serve_with(&["--limit-connections", "20"]);
    let mut greedy: Vec<_> = (0..20).map(|_| server.connect()).collect();
    assert!(greedy.iter_mut().all(is_answered));
    for _ in 0..10 {
        assert!(!is_answered(&mut server.connect()));
    }
    // Others do not notice, nor do those who watch.
    assert!(is_answered(&mut server.connect_from("127.0.0.2")));
    let refused = server.metric("barejwt_connections_refused_total{limit=\"address\"}");
    assert_eq!(refused, 10.0);
    let said = "refused a connection: too many; the metrics count them address=127.0.0.1";
    let log = server.log();
    assert!((1..5).contains(&log.matches(said).count()), "{log}");

    drop(greedy);
    until_answered(&server);
}

/// As many connections as there may be, each with an answer: a connection that the server has not accepted
/// yet is not counted. The server closes an idle connection after ten seconds, so that a slow machine needs
/// another try.
fn all_connections(server: &Server) -> Vec<TcpStream> {
    for _ in 0..10 {
        let start = Instant::now();
        let mut streams: Vec<_> = (0..512).map(|_| server.connect()).collect();
        if streams.iter_mut().all(is_answered) && start.elapsed() < Duration::from_secs(6) {
            return streams;
        }
    }
    panic!("512 connections were not answered in six seconds");
}

#[test]
fn connections_over_512_are_closed_at_once_and_the_others_go_on() {
    let site = Site::new();
    let server = site.serve_with(&["--limit-connections", "512"]);
    let mut streams = all_connections(&server);
    let start = Instant::now();
    assert!(!is_answered(&mut server.connect()));
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(is_answered(&mut streams[0]));
    // Those who watch the server are not kept out.
    assert_eq!(server.monitor("/health").0, 200);

    drop(streams);
    until_answered(&server);
}

#[test]
fn behind_a_proxy_the_share_is_the_proxys_task() {
    let site = Site::new();
    let server = site.serve_with(&["--limit-connections", "5", "--behind-proxy"]);
    let mut streams: Vec<_> = (0..30).map(|_| server.connect()).collect();
    assert!(streams.iter_mut().all(is_answered));
}

#[test]
fn readers_do_not_wait_behind_writers_that_wait() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let token = site.mint(&id, now(), 60);
    let refresh = json!({"refresh_token": "a.b.c"}).to_string();
    let request = format!(
        "POST /api/v4/session/token/refresh HTTP/1.1\r\nHost: x\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{refresh}",
        refresh.len()
    );
    let mut waiting: Vec<_> = (0..40).map(|_| server.connect()).collect();
    site.while_locked(|| {
        for stream in &mut waiting {
            stream.write_all(request.as_bytes()).unwrap();
        }
        std::thread::sleep(Duration::from_millis(300));
        for _ in 0..10 {
            let start = Instant::now();
            server.me(&token).data();
            assert!(
                start.elapsed() < Duration::from_secs(1),
                "{:?}",
                start.elapsed()
            );
        }
    });
}

#[test]
fn a_body_that_says_it_is_too_long_is_refused_before_it_comes() {
    let site = Site::new();
    let server = site.serve();
    for path in ["/api/v4/session/token", "/api/v4/session/token/refresh"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Content-Length: 16385\r\nExpect: 100-continue\r\n\r\n"
        );
        let answer = server.raw(head.as_bytes());
        // A server that waited for the body would say 100 before, and 503 after ten seconds.
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
    }
}

#[test]
fn three_hundred_former_keys_do_not_slow_a_request() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let token = site.mint(&id, now(), 600);
    let work = || {
        let before = server.cpu_ticks();
        (0..400).for_each(|_| drop(server.me(&token).data()));
        server.cpu_ticks() - before
    };
    let few = work();
    let secret = "k".repeat(64);
    let rows: Vec<_> = (0..300)
        .map(|number| format!("('former_key:k{number}', '{secret}{number}')"))
        .collect();
    site.sql(&format!("INSERT INTO settings VALUES {}", rows.join(",")));
    site.settle();
    let many = work();
    assert!(many < few * 3 / 2 + 10, "{few} {many}");
}

#[test]
fn two_hosts_or_none_are_refused() {
    let site = Site::new();
    let server = site.serve();
    let ask = |hosts: &str| {
        let head = format!("GET /api/v4/site/ping HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        server.raw(head.as_bytes())
    };
    assert!(ask("Host: a\r\n").starts_with("HTTP/1.1 200 "));
    for hosts in ["Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n", ""] {
        let answer = ask(hosts);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(
            answer.contains("the request must have one Host header"),
            "{answer}"
        );
    }
}

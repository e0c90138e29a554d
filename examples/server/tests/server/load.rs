//! Many at once: everybody gets a share, and what was accepted is answered.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::site::*;

const PING: &[u8] = b"GET /api/v4/site/ping HTTP/1.1\r\nHost: x\r\n\r\n";

/// Asks, and reads the whole answer.
fn is_answered(stream: &mut TcpStream) -> bool {
    let _ = stream.write_all(PING);
    let (mut answer, mut part) = (Vec::new(), [0; 1024]);
    // The only brace that closes is the last byte of the body.
    while !answer.ends_with(b"}") {
        match stream.read(&mut part) {
            Ok(bytes) if bytes > 0 => answer.extend_from_slice(&part[..bytes]),
            _ => return false,
        }
    }
    answer.starts_with(b"HTTP/1.1 200 ")
}

/// A connection has its place again soon after others have closed.
fn until_answered(server: &Server) {
    wait_until("answered", || is_answered(&mut server.connect()));
}

/// Does `work` while so many connections are open, and gives them too. The server closes an idle connection after
/// ten seconds. So `work` counts only if all connections are open before and after it. A slow machine needs another
/// try.
fn while_open<T>(server: &Server, count: usize, work: impl Fn() -> T) -> (Vec<TcpStream>, T) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        let mut streams: Vec<_> = (0..count).map(|_| server.connect()).collect();
        if streams.iter_mut().all(is_answered) {
            let done = work();
            if streams.iter_mut().all(is_answered) {
                return (streams, done);
            }
        }
    }
    panic!("not in a minute: {count} connections that are open");
}

/// Whether nothing has come yet.
fn is_waiting(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let peeked = stream.peek(&mut [0; 1]);
    stream.set_nonblocking(false).unwrap();
    peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// Begins a request whose method waits for the body.
fn begin(server: &Server, path: &str, body: &str) -> TcpStream {
    let mut stream = server.connect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut said = [0; 25];
    stream.read_exact(&mut said).unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[test]
fn sixty_logins_that_were_accepted_are_answered_after_sigterm() {
    let (site, _) = Site::with_ada();
    let limits = ["--limit-address", "1000000", "--limit-account", "1000000"];
    let mut server = site.serve_with(&[&limits[..], &["--grace", "60"]].concat());
    let body = json!({"email": EMAIL, "password": PASSWORD}).to_string();
    let mut streams: Vec<_> = (0..60)
        .map(|_| begin(&server, "/api/v4/session/token", &body))
        .collect();
    server.signal("TERM");
    server.wait_until_closed();
    for stream in &mut streams {
        stream.write_all(body.as_bytes()).unwrap();
    }
    let answers = streams.iter_mut().map(|stream| {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answers: Vec<_> = answers.collect();
    let count = |code: &str| answers.iter().filter(|text| text.contains(code)).count();
    // On a slow machine a login may take longer than a request may take, and the answer says so.
    let (logins, too_slow) = (count("\"code\":0,"), count("\"code\":503,"));
    assert!(logins > 0 && logins + too_slow == 60, "{answers:?}");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

#[test]
fn one_address_has_a_share_of_the_connections_and_no_more() {
    let site = Site::new();
    let server = site.serve_with(&["--limit-connections", "20"]);
    let refused = || server.metric("barejwt_connections_refused_total{limit=\"address\"}");
    let (greedy, of_ten) = while_open(&server, 20, || {
        let before = refused();
        let answered = (0..10).filter(|_| is_answered(&mut server.connect()));
        let answered = answered.count();
        // Others do not notice, nor do those who watch.
        assert!(is_answered(&mut server.connect_from("127.0.0.2")));
        (answered, refused() - before)
    });
    assert_eq!(of_ten, (0, 10.0));
    let said = "refused a connection: too many; the metrics count them address=127.0.0.1";
    let log = server.log();
    assert!((1..5).contains(&log.matches(said).count()), "{log}");

    drop(greedy);
    until_answered(&server);
}

#[test]
fn connections_over_512_are_closed_at_once_and_the_others_go_on() {
    let site = Site::new();
    let server = site.serve_with(&["--limit-connections", "512"]);
    let (streams, one_more) = while_open(&server, 512, || {
        // Those who watch the server are not kept out.
        assert_eq!(server.monitor("/health").0, 200);
        is_answered(&mut server.connect())
    });
    assert!(!one_more);

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
    let token = site.mint(&id, now(), 3600);
    let body = json!({"refresh_token": "a.b.c"}).to_string();
    // On a slow machine the writers may have waited for too long before the readers are answered.
    wait_until("readers answered before writers", || {
        let mut is_so = false;
        site.while_locked(|| {
            let begun = (0..40).map(|_| begin(&server, "/api/v4/session/token/refresh", &body));
            let mut writers: Vec<_> = begun.collect();
            for writer in &mut writers {
                writer.write_all(body.as_bytes()).unwrap();
            }
            // The writers are waiting for the lock then, if the machine is not slow.
            std::thread::sleep(Duration::from_millis(300));
            let answered = (0..10).all(|_| server.me(&token).status == 200);
            is_so = answered && writers.iter().all(is_waiting);
        });
        is_so
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
    server.wait_for_log(" former=300\n");
    // The keys are read again each second, so that a slow machine may need another try.
    let mut many = (0..3).map(|_| work());
    assert!(many.any(|many| many < few * 3 / 2 + 10), "{few}");
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

//! How often an address and an account may try.

use serde_json::json;

use crate::site::*;

/// Tries until refused; gives how many were answered, and the refusal.
fn until_refused(mut attempt: impl FnMut() -> Answer) -> (u32, Answer) {
    for answered in 0..50 {
        let answer = attempt();
        if answer.status != 200 {
            return (answered, answer);
        }
    }
    panic!("never refused");
}

#[track_caller]
fn too_often(answer: &Answer) {
    answer.failed(429);
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=61).contains(&seconds), "{seconds}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[test]
fn logins_are_limited_by_account_whether_or_not_it_exists() {
    let (site, _) = Site::with_ada();
    let server = site.serve_with(&["--limit-account", "3", "--limit-address", "1000"]);
    for email in ["Ada@example.org", "nobody@example.org"] {
        let (answered, refusal) = until_refused(|| server.try_log_in(email, "wrong"));
        assert_eq!(answered, 3);
        too_often(&refusal);
    }
    // Neither case nor the right password gets past it; another account does.
    too_often(&server.try_log_in(EMAIL, PASSWORD));
    server
        .try_log_in("bob@example.org", "x")
        .refused(40020, WRONG_CREDENTIAL);
}

#[test]
fn logins_are_limited_by_address_whatever_the_account() {
    let (site, _) = Site::with_ada();
    let server = site.serve_with(&["--limit-account", "1000", "--limit-address", "4"]);
    let mut user = 0;
    let (answered, refusal) = until_refused(|| {
        user += 1;
        server.try_log_in(&format!("user{user}@example.org"), "wrong")
    });
    assert_eq!(answered, 4);
    too_often(&refusal);
    too_often(&server.try_log_in(EMAIL, PASSWORD));
    // Only logins: a token is still good.
    let id = &site.texts("SELECT id FROM accounts")[0];
    assert_eq!(server.me(&site.mint(id, now(), 60)).data()["id"], **id);
}

#[test]
fn refreshes_are_limited_by_account_and_by_address() {
    let (site, _) = Site::with_ada();
    let server = site.serve_with(&["--limit-account", "3", "--limit-address", "1000"]);
    let mut pair = server.log_in();
    let (answered, refusal) = until_refused(|| {
        let answer = server.try_refresh(&pair.refresh);
        if answer.status == 200 {
            pair = Pair::of(&answer.data());
        }
        answer
    });
    assert_eq!(answered, 3);
    too_often(&refusal);

    // What was refused for that was not used up.
    site.serve().refresh(&pair.refresh);

    let site = Site::new();
    let server = site.serve_with(&["--limit-account", "1000", "--limit-address", "2"]);
    let (answered, refusal) = until_refused(|| server.try_refresh("a.b.c"));
    assert_eq!(answered, 2);
    too_often(&refusal);
}

#[test]
fn a_replay_revokes_the_chain_whatever_the_account_has_left() {
    let (site, _) = Site::with_ada();
    let server = site.serve_with(&["--limit-account", "3", "--limit-address", "1000"]);
    let first = server.log_in();
    let mut last = first.clone();
    for _ in 0..3 {
        last = server.refresh(&last.refresh);
    }
    too_often(&server.try_refresh(&last.refresh));
    server.try_refresh(&first.refresh).refused(40020, REPLAYED);
    server.try_refresh(&last.refresh).refused(40020, REVOKED);
}

#[test]
fn dead_refresh_tokens_use_up_nothing_of_the_account() {
    let (site, _) = Site::with_ada();
    let server = site.serve_with(&["--limit-account", "5", "--limit-address", "1000"]);
    let of_former_password = server.log_in();
    let new = "another battery staple";
    server
        .change_password(&of_former_password.access, PASSWORD, new)
        .data();
    let log_in = || Pair::of(&server.try_log_in(EMAIL, new).data()["token"]);
    let (signed_out, live) = (log_in(), log_in());
    server.sign_out(&signed_out.refresh).data();
    let changed = "the account has changed since the token was issued";
    for _ in 0..10 {
        server
            .try_refresh(&signed_out.refresh)
            .refused(40020, REVOKED);
        server
            .try_refresh(&of_former_password.refresh)
            .refused(40020, changed);
    }
    server.refresh(&live.refresh);
}

#[test]
fn changes_of_the_password_count_as_logins() {
    let (site, id) = Site::with_ada();
    let server = site.serve_with(&["--limit-account", "2", "--limit-address", "1000"]);
    let access = site.mint(&id, now(), 60);
    let (answered, refusal) =
        until_refused(|| server.change_password(&access, "wrong", "long enough"));
    assert_eq!(answered, 2);
    too_often(&refusal);
}

/// A refresh with these header lines; gives the HTTP status.
fn attempt_by(server: &Server, forwarded: &[u8]) -> String {
    let body = json!({"refresh_token": "x"}).to_string();
    let head = format!(
        "POST /api/v4/session/token/refresh HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n",
        body.len()
    );
    let answer = server.raw(&[head.as_bytes(), forwarded, b"\r\n", body.as_bytes()].concat());
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn behind_a_proxy_the_last_forwarded_address_counts_and_else_none() {
    let site = Site::new();
    let attempt = |server: &Server, forwarded: &str| attempt_by(server, forwarded.as_bytes());
    let limits = ["--limit-address", "1", "--limit-account", "1000"];
    let server = site.serve_with(&[&limits[..], &["--behind-proxy"]].concat());
    assert_eq!(attempt(&server, "X-Forwarded-For: 192.0.2.1\r\n"), "200");
    assert_eq!(attempt(&server, "X-Forwarded-For: 192.0.2.2\r\n"), "200");
    assert_eq!(
        attempt(&server, "X-Forwarded-For: 192.0.2.9, 192.0.2.1\r\n"),
        "429"
    );
    let two = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 192.0.2.2\r\n";
    assert_eq!(attempt(&server, two), "429");
    assert_eq!(attempt(&server, "X-Forwarded-For: nonsense\r\n"), "200");
    assert_eq!(attempt(&server, ""), "429");

    // Without a proxy anybody could write it.
    let site = Site::new();
    let server = site.serve_with(&limits);
    assert_eq!(attempt(&server, "X-Forwarded-For: 192.0.2.1\r\n"), "200");
    assert_eq!(attempt(&server, "X-Forwarded-For: 192.0.2.2\r\n"), "429");
}

#[test]
fn what_a_client_writes_before_the_address_of_the_proxy_changes_nothing() {
    let site = Site::new();
    let limits = ["--limit-address", "1", "--limit-account", "1000"];
    let server = site.serve_with(&[&limits[..], &["--behind-proxy"]].concat());
    let attempt = |forwarded: &[u8]| {
        let line = [b"X-Forwarded-For: ", forwarded, b"\r\n"].concat();
        attempt_by(&server, &line)
    };
    assert_eq!(attempt(b"203.0.113.7"), "200");
    assert_eq!(attempt(b"\xff, 203.0.113.7"), "429");
    // The proxy's own address is another.
    assert_eq!(attempt(b"\xff"), "200");

    // Some proxies write the port too.
    assert_eq!(attempt(b"203.0.113.7:4711"), "429");
    assert_eq!(attempt(b"[2001:db8::1]:4711"), "200");
    assert_eq!(attempt(b"203.0.113.9, 2001:db8::1"), "429");
    assert_eq!(attempt(b"203.0.113.9, [2001:db8::1]"), "429");
    assert_eq!(attempt(b"[2001:db8:2::1]"), "200");
}

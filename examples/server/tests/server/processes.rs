//! Several servers on one database are one system, even when one of them is killed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use crate::site::*;

#[test]
fn what_one_process_does_the_other_knows() {
    let (site, id) = Site::with_ada();
    let (one, two) = (site.serve(), site.serve());

    // Log in on one, refresh on the other, and back.
    let first = one.log_in();
    assert_eq!(two.me(&first.access).data()["id"], id);
    let second = two.refresh(&first.refresh);
    let third = one.refresh(&second.refresh);

    // Sign out.
    assert_eq!(two.sign_out(&third.refresh).data(), Value::Null);
    one.try_refresh(&third.refresh).refused(40020, REVOKED);

    // Replay on the other process.
    let first = one.log_in();
    let second = one.refresh(&first.refresh);
    two.try_refresh(&first.refresh).refused(40020, REPLAYED);
    one.try_refresh(&second.refresh).refused(40020, REVOKED);

    // Change the password.
    let pair = one.log_in();
    two.change_password(&pair.access, PASSWORD, "a new password")
        .data();
    one.try_refresh(&pair.refresh)
        .refused(40020, "the account has changed since the token was issued");
    one.try_log_in(EMAIL, PASSWORD)
        .refused(40020, WRONG_CREDENTIAL);
    let pair = Pair::of(&one.try_log_in(EMAIL, "a new password").data()["token"]);

    // Rotate the key: whichever process signs with the new one, the other takes it at once.
    let mut kid = String::new();
    for _ in 0..3 {
        kid = site.tool(&["key", "rotate"], "");
        for (signer, verifier) in [(&one, &two), (&two, &one)] {
            let fresh = Pair::of(&signer.try_log_in(EMAIL, "a new password").data()["token"]);
            assert_eq!(verifier.me(&fresh.access).data()["id"], id);
            verifier.refresh(&fresh.refresh);
        }
    }
    let moved = two.refresh(&pair.refresh);
    one.wait_for_keys(&kid, 3);
    let newest = one.refresh(&moved.refresh);
    site.tool(&["key", "retire"], "");
    for server in [&one, &two] {
        server.wait_for_keys(&kid, 0);
        server
            .me(&pair.access)
            .refused(401, "the token has no kid and the keyring requires one");
    }
    two.refresh(&newest.refresh);
}

#[test]
fn attempts_count_for_all_processes_together() {
    let (site, _) = Site::with_ada();
    let limits = ["--limit-account", "4", "--limit-address", "6"];
    let servers = [site.serve_with(&limits), site.serve_with(&limits)];
    let mut pair = servers[0].log_in();
    for number in 0..3 {
        servers[number % 2]
            .try_log_in(EMAIL, "wrong")
            .refused(40020, WRONG_CREDENTIAL);
    }
    for server in &servers {
        server.try_log_in(EMAIL, PASSWORD).failed(429);
    }
    // That was the sixth attempt from this address too, and what is refused changes nothing.
    let counted = || site.texts("SELECT CAST(free_at AS TEXT) FROM attempts ORDER BY free_at");
    let before = counted();
    for server in &servers {
        server.try_log_in("bob@example.org", "x").failed(429);
    }
    assert_eq!(counted(), before);
    assert_eq!(before.len(), 2);
    for number in 0..4 {
        pair = servers[number % 2].refresh(&pair.refresh);
    }
    for server in &servers {
        server.try_refresh(&pair.refresh).failed(429);
    }
    // Nobody's name is kept.
    for name in site.texts("SELECT name FROM attempts") {
        assert_eq!(
            (name.len(), name.contains("example")),
            (44, false),
            "{name}"
        );
    }
}

#[test]
fn processes_that_start_at_once_on_an_empty_database_agree() {
    for _ in 0..4 {
        let site = Site::new();
        let servers: Vec<_> = thread::scope(|scope| {
            let started: Vec<_> = (0..6).map(|_| scope.spawn(|| site.serve())).collect();
            let ready = started.into_iter().map(|server| server.join().unwrap());
            ready.collect()
        });
        site.add_user(EMAIL, PASSWORD);
        let pair = servers[0].log_in();
        for server in &servers {
            server.me(&pair.access).data();
        }
        site.secret();
    }
}

#[test]
fn of_refreshes_with_one_token_at_once_at_most_one_succeeds() {
    let (site, _) = Site::with_ada();
    let servers = [site.serve(), site.serve()];
    for _ in 0..10 {
        let pair = servers[0].log_in();
        let answers: Vec<_> = thread::scope(|scope| {
            let refresh = |number: usize| {
                let (server, token) = (&servers[number % 2], &pair.refresh);
                scope.spawn(move || server.try_refresh(token))
            };
            let threads: Vec<_> = (0..8).map(refresh).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        let (won, lost): (Vec<_>, Vec<_>) = answers
            .iter()
            .partition(|answer| answer.json()["code"] == 0);
        assert_eq!((won.len(), lost.len()), (1, 7));
        assert!(lost.iter().all(|answer| answer.json()["code"] == 40020));
        // Seven replays: the winner's token is dead too.
        let won = Pair::of(&won[0].data());
        servers[1].try_refresh(&won.refresh).refused(40020, REVOKED);
    }
}

/// What a client knows when its server was killed.
struct Client {
    /// The newest refresh token that it has received. It was sent, and the answer never came.
    newest: String,
    /// All that it has traded, with an answer.
    traded: Vec<String>,
}

/// Refreshes as fast as it can until the server is gone.
fn refresh_until_killed(server: &Server, start: String, answered: &AtomicUsize) -> Client {
    let mut client = Client {
        newest: start,
        traded: Vec::new(),
    };
    let path = "/api/v4/session/token/refresh";
    loop {
        let body = serde_json::json!({"refresh_token": client.newest});
        let answer = server.try_send_as("POST", path, None, &body);
        let Ok(text) = answer.and_then(|response| response.into_body().read_to_string()) else {
            return client;
        };
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["code"], 0, "{answer}");
        let next = Pair::of(&answer["data"]).refresh;
        client
            .traded
            .push(std::mem::replace(&mut client.newest, next));
        answered.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn killed_in_the_middle_of_refreshes_nothing_is_lost_and_nothing_dead_revives() {
    let (site, id) = Site::with_ada();
    let survivor = site.serve();
    let (mut not_at_all, mut whole) = (0, 0);
    for round in 0..8 {
        let mut victim = site.serve();
        let starts: Vec<_> = (0..6).map(|_| survivor.log_in().refresh).collect();
        let idle = survivor.log_in().refresh;
        let answered = AtomicUsize::new(0);
        let clients: Vec<Client> = thread::scope(|scope| {
            let (victim, answered) = (&victim, &answered);
            let run = |start| scope.spawn(move || refresh_until_killed(victim, start, answered));
            let clients: Vec<_> = starts.into_iter().map(run).collect();
            while answered.load(Ordering::Relaxed) < 40 + round {
                thread::yield_now();
            }
            victim.signal("KILL");
            clients
                .into_iter()
                .map(|client| client.join().unwrap())
                .collect()
        });
        victim.child.wait().unwrap();
        for client in &clients {
            if went_on(&survivor, client) {
                not_at_all += 1;
            } else {
                whole += 1;
            }
            // Whatever was traded is dead, and stays so.
            for token in client.traded.iter().rev().take(3).chain([&client.newest]) {
                assert_eq!(survivor.try_refresh(token).json()["code"], 40020);
            }
        }
        // Who was not refreshing has noticed nothing.
        survivor.refresh(&idle);
    }
    assert_eq!(not_at_all + whole, 48);
    assert!(
        not_at_all > 0,
        "no refresh was cut off before it was committed"
    );
    assert_eq!(survivor.me(&survivor.log_in().access).data()["id"], id);
}

/// The refresh that was under way at the end has happened whole or not at all; whether not at all.
fn went_on(survivor: &Server, client: &Client) -> bool {
    let answer = survivor.try_refresh(&client.newest);
    if answer.json()["code"] == 0 {
        // The client's token was still the good one, and the next one is now.
        survivor.refresh(&Pair::of(&answer.data()).refresh);
        return true;
    }
    // It was traded, though the answer was lost: this was a replay, and has ended the chain.
    answer.refused(40020, REPLAYED);
    false
}

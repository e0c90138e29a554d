//! Refreshing: when, how often, and what a refusal means.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::client::Client;
use crate::server::{EMAIL, Server};
use crate::tap::{ME, REFRESH, Tap};

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs().try_into().unwrap()
}

/// Another last character of the payload's signature: it stays base64url.
fn forged(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    format!("{signed}.{other}{}", &signature[1..])
}

#[test]
fn an_expired_access_token_is_refreshed_once_and_the_new_pair_kept() {
    let server = Server::start();
    let tap = Tap::on(&server.url);
    let client = Client::logged_in(&tap.url);
    let (_, old_refresh) = client.tokens();
    client.expire_access();
    tap.requests();

    let token = client.run(&["token"]).ok();
    assert_eq!(tap.requests(), [REFRESH]);
    let (access, refresh) = client.tokens();
    assert_eq!(token, format!("{access}\n"));
    assert_ne!(refresh, old_refresh);
    assert_eq!(server.me(&access)["code"], 0);

    assert_eq!(client.run(&["token"]).ok(), token);
    assert!(tap.requests().is_empty());
}

#[test]
fn the_margin_decides_up_to_an_eighth_of_the_life() {
    let server = Server::start();
    let tap = Tap::on(&server.url);
    let client = Client::logged_in(&tap.url);
    tap.requests();
    // It has an hour, so 450 seconds are all that the margin can be.
    client.run(&["token", "--margin", "4000"]).ok();
    assert!(tap.requests().is_empty());
    // Nine hours ago it had ten, and now 3600 seconds.
    client.received_at(now() - 9 * 3600);
    client.run(&["token", "--margin", "3500"]).ok();
    assert!(tap.requests().is_empty());
    client.run(&["whoami", "--margin", "3601"]).ok();
    assert_eq!(tap.requests(), [REFRESH, ME]);
}

/// The clock of this machine is ahead: the server is asked, and believed.
#[test]
fn a_token_that_came_expired_is_used_until_the_server_refuses_it() {
    let server = Server::start();
    let tap = Tap::on(&server.url);
    let client = Client::logged_in(&tap.url);
    client.receive_expired();
    tap.requests();
    for _ in 0..3 {
        client.run(&["whoami"]).ok();
        let token = client.run(&["token"]).ok();
        assert_eq!(token, format!("{}\n", client.tokens().0));
        assert_eq!(tap.requests(), [ME, ME]);
    }

    client.change("access_token", forged);
    let token = client.run(&["token"]).ok();
    assert_eq!(tap.requests(), [ME, REFRESH, ME]);
    assert_eq!(token, format!("{}\n", client.tokens().0));
}

#[test]
fn a_refused_access_token_is_refreshed_and_the_call_made_again() {
    let server = Server::start();
    let tap = Tap::on(&server.url);
    let client = Client::logged_in(&tap.url);
    client.change("access_token", forged);
    tap.requests();
    assert!(client.run(&["whoami"]).ok().contains(EMAIL));
    assert_eq!(tap.requests(), [ME, REFRESH, ME]);
}

#[test]
fn an_expired_refresh_token_ends_in_a_login_when_the_server_says_so() {
    let settings = [("access_token_ttl", 1), ("refresh_token_ttl", 2)];
    let server = Server::start_with(&settings, 1000);
    let tap = Tap::on(&server.url);
    let clients = ["token", "whoami"].map(|command| (command, Client::logged_in(&tap.url)));
    tap.requests();
    // The server's leeway is two seconds.
    thread::sleep(Duration::from_secs(5));
    for (command, client) in clients {
        client.expire_access();
        client.run(&[command]).ended(&tap.url);
        assert_eq!(tap.requests(), [REFRESH]);
        assert!(!client.file().exists());
    }
}

#[test]
fn a_refresh_token_of_an_earlier_password_ends_in_a_login() {
    let server = Server::start();
    let client = Client::logged_in(&server.url);
    server.change_password(&client.tokens().0);
    client.expire_access();
    client.run(&["token"]).ended(&server.url);
    assert!(!client.file().exists());
}

#[test]
fn a_stolen_copy_ends_the_session_of_thief_and_victim() {
    let server = Server::start();
    let victim = Client::logged_in(&server.url);
    victim.expire_access();
    let thief = victim.copy();
    victim.run(&["token"]).ok();
    thief.run(&["token"]).ended(&server.url);
    victim.expire_access();
    victim.run(&["token"]).ended(&server.url);
    victim.log_in(&server.url).done();
    assert!(victim.run(&["whoami"]).ok().contains(EMAIL));
}

#[test]
fn a_refresh_whose_answer_is_lost_is_not_repeated() {
    let server = Server::start();
    let tap = Tap::on(&server.url);
    let client = Client::logged_in(&tap.url);
    client.expire_access();
    let before = client.stored();
    tap.requests();
    tap.lose_answers(true);
    let outcome = client.run(&["token"]);
    assert_eq!(outcome.status.code(), Some(4), "{}", outcome.err);
    assert!(outcome.err.starts_with(&format!(
        "barejwt-client: no answer from the server {}: ",
        tap.url
    )));
    assert_eq!(tap.requests(), [REFRESH]);
    assert_eq!(client.stored(), before);

    // The server did answer: for it the token is a used one now.
    tap.lose_answers(false);
    client.run(&["token"]).ended(&tap.url);
}

#[test]
fn too_many_refreshes_are_told_and_the_session_kept() {
    let server = Server::start_with(&[], 1);
    let client = Client::logged_in(&server.url);
    client.expire_access();
    client.run(&["token"]).ok();
    client.expire_access();
    let before = client.stored();
    let refused = client.run(&["token"]);
    let said = format!(
        "the server {} refused: too many requests (code 429), try again in ",
        server.url
    );
    assert_eq!(refused.status.code(), Some(5));
    assert!(refused.err.contains(&said), "{}", refused.err);
    let rest = refused.err.trim_end().rsplit_once(" in ").unwrap().1;
    let seconds: u32 = rest.trim_end_matches(" s").parse().unwrap();
    assert!((50..=61).contains(&seconds), "{seconds}");
    assert_eq!(client.stored(), before);
}

//! Ten at the same time.

use crate::client::{Client, finish};
use crate::server::{EMAIL, Server};
use crate::tap::{REFRESH, Tap};

fn ten(client: &Client, command: &str) -> Vec<String> {
    let running: Vec<_> = (0..10).map(|_| client.spawn(&[command])).collect();
    running
        .into_iter()
        .map(|child| finish(child).ok())
        .collect()
}

fn refreshes(tap: &Tap) -> usize {
    tap.requests()
        .iter()
        .filter(|request| *request == REFRESH)
        .count()
}

#[test]
fn ten_clients_with_an_expired_token_make_one_refresh() {
    let server = Server::start();
    let tap = Tap::on(&server.url);
    let client = Client::logged_in(&tap.url);
    client.expire_access();
    let tokens = ten(&client, "token");
    assert_eq!(refreshes(&tap), 1);
    let newest = format!("{}\n", client.tokens().0);
    assert!(tokens.iter().all(|token| *token == newest));
}

#[test]
fn ten_clients_with_a_refused_token_make_one_refresh() {
    let server = Server::start();
    let tap = Tap::on(&server.url);
    let client = Client::logged_in(&tap.url);
    let signature = |token: &str| token.rfind('.').unwrap();
    client.change("access_token", |token| {
        token[..=signature(token)].to_owned() + &"A".repeat(43)
    });
    let accounts = ten(&client, "whoami");
    assert_eq!(refreshes(&tap), 1);
    assert!(accounts.iter().all(|account| account.contains(EMAIL)));
}

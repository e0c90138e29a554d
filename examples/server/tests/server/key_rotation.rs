//! `barejwt key rotate` and `key retire`, while servers run.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use barejwt::{Claims, Key, decode_unverified, sign, sign_json};
use serde_json::Value;

use crate::site::*;

fn kid(token: &str) -> Option<String> {
    let mut scratch = [0; 2048];
    let said = decode_unverified(token, &mut scratch).unwrap();
    let header: Value = serde_json::from_str(said.header_json()).unwrap();
    header["kid"].as_str().map(str::to_owned)
}

#[test]
fn a_new_key_signs_and_the_old_ones_verify_until_they_are_retired() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let (first, first_secret) = (server.log_in(), site.secret());
    assert_eq!(kid(&first.access), None);

    let second_kid = site.tool(&["key", "rotate"], "");
    server.wait_for_keys(&second_kid, 1);
    let second = server.log_in();
    assert_eq!(kid(&second.access).as_deref(), Some(second_kid.as_str()));
    assert_eq!(kid(&second.refresh).as_deref(), Some(second_kid.as_str()));
    assert_ne!(site.secret(), first_secret);
    assert_eq!(site.secret().len(), 256);

    let third_kid = site.tool(&["key", "rotate"], "");
    server.wait_for_keys(&third_kid, 2);
    // Tokens of all three are good, and a refresh moves a chain to the newest.
    assert_eq!(server.me(&first.access).data()["id"], id);
    assert_eq!(server.me(&second.access).data()["id"], id);
    let moved = server.refresh(&first.refresh);
    assert_eq!(kid(&moved.refresh).as_deref(), Some(third_kid.as_str()));

    assert_eq!(site.tool(&["key", "retire"], ""), "2");
    server.wait_for_keys(&third_kid, 0);
    server
        .me(&first.access)
        .refused(401, "the token has no kid and the keyring requires one");
    server
        .me(&second.access)
        .refused(401, "no key of the keyring has this kid");
    server
        .try_refresh(&second.refresh)
        .refused(40020, "no key of the keyring has this kid");
    assert_eq!(server.me(&moved.access).data()["id"], id);
    server.refresh(&moved.refresh);
    assert_eq!(site.tool(&["key", "retire"], ""), "0");
}

#[test]
fn a_retired_key_signs_nothing_that_is_taken() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let secret = site.secret();
    let kid = site.tool(&["key", "rotate"], "");
    site.tool(&["key", "retire"], "");
    server.wait_for_keys(&kid, 0);
    server
        .me(&mint(&secret, &id, now(), 60))
        .refused(401, "the token has no kid and the keyring requires one");
    // Nor does the new key without its name.
    server
        .me(&site.mint(&id, now(), 60))
        .refused(401, "the token has no kid and the keyring requires one");
}

#[test]
fn tokens_of_unknown_keys_have_the_keys_read_once_a_second_at_most() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let (key, mut buf) = (Key::new(&[7; 32]).unwrap(), [0; 512]);
    let claims = Claims::access(&id, now(), 60);
    let unknown = sign(&claims, key.with_kid("unknown"), &mut buf).unwrap();
    let refused = || {
        server
            .me(unknown)
            .refused(401, "no key of the keyring has this kid");
        server
            .try_refresh(unknown)
            .refused(40020, "no key of the keyring has this kid");
    };
    let start = Instant::now();
    (0..2).for_each(|_| refused());
    assert!(
        start.elapsed() > Duration::from_millis(2900),
        "{:?}",
        start.elapsed()
    );
    // Those who come together share one reading. With a reading each, the last would wait for longer than the ten
    // seconds that a request may take.
    std::thread::scope(|scope| (0..20).for_each(|_| drop(scope.spawn(refused))));
}

#[test]
fn tokens_of_the_newest_key_are_good_before_a_server_has_looked() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let old = server.log_in();
    for _ in 0..3 {
        site.tool(&["key", "rotate"], "");
        let minted = site.token(&id);
        assert_eq!(server.me(&minted).data()["id"], id);

        // The next token of a chain, as another server would have signed it.
        let login = server.log_in();
        let kid = site.tool(&["key", "rotate"], "");
        server.refresh(&signed_again(&login.refresh, &site.secret(), &kid));
    }
    server.refresh(&old.refresh);
}

fn signed_again(token: &str, secret: &str, kid: &str) -> String {
    let (mut scratch, mut buf) = ([0; 2048], [0; 2048]);
    let said = decode_unverified(token, &mut scratch).unwrap();
    let key = Key::new(secret.as_bytes()).unwrap();
    let signed = sign_json(said.payload_json(), key.with_kid(kid), &mut buf);
    signed.unwrap().to_owned()
}

#[test]
fn what_runs_while_keys_rotate_never_fails() {
    let (site, id) = Site::with_ada();
    let servers = [site.serve(), site.serve()];
    let has_ended = AtomicBool::new(false);
    // How many keys each client has got tokens of.
    let keys_seen: [AtomicUsize; 4] = Default::default();
    let client = |number: usize| {
        let (mut pair, mut kids, mut turn) = (servers[0].log_in(), BTreeSet::new(), number);
        while !has_ended.load(Ordering::Relaxed) {
            // What one server has signed goes to the other.
            let [signer, verifier] = [turn, turn + 1].map(|turn| &servers[turn % 2]);
            pair = match number {
                0 => signer.log_in(),
                _ => signer.refresh(&pair.refresh),
            };
            assert_eq!(verifier.me(&pair.access).data()["id"], id);
            kids.extend(kid(&pair.access));
            keys_seen[number].store(kids.len(), Ordering::Relaxed);
            turn += 1;
        }
    };
    std::thread::scope(|scope| {
        let client = &client;
        for number in 0..4 {
            scope.spawn(move || client(number));
        }
        for rotations in 1..=3 {
            site.tool(&["key", "rotate"], "");
            let (start, limit) = (Instant::now(), Duration::from_secs(60));
            let has_seen = |keys: &AtomicUsize| keys.load(Ordering::Relaxed) == rotations;
            while !keys_seen.iter().all(has_seen) && start.elapsed() < limit {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        has_ended.store(true, Ordering::Relaxed);
    });
    assert_eq!(keys_seen.map(AtomicUsize::into_inner), [3; 4]);
}

const UNUSABLE: &str = "the settings cannot be used: the log says why\n";

#[test]
fn a_retired_key_is_refused_whatever_the_lifetimes_are() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let old = server.log_in();
    site.sql("UPDATE settings SET value = 'soon' WHERE name = 'access_token_ttl'");
    let kid_now = site.tool(&["key", "rotate"], "");
    site.tool(&["key", "retire"], "");
    server.wait_for_keys(&kid_now, 0);
    server
        .me(&old.access)
        .refused(401, "the token has no kid and the keyring requires one");
    // The former lifetime goes on, and those who watch the server are told.
    let new = server.log_in();
    assert_eq!(kid(&new.access), Some(kid_now));
    assert_eq!(server.me(&new.access).data()["id"], id);
    assert_eq!(server.monitor("/health"), (503, UNUSABLE.to_owned()));
    server.wait_for_log("the setting 'access_token_ttl' must be a number of seconds");

    site.sql("UPDATE settings SET value = '60' WHERE name = 'access_token_ttl'");
    wait_until("well", || server.monitor("/health").0 == 200);
}

#[test]
fn two_keys_with_one_kid_are_not_taken_and_the_last_good_ones_go_on() {
    let (site, id) = Site::with_ada();
    let kid = site.tool(&["key", "rotate"], "");
    let server = site.serve();
    let pair = server.log_in();
    let (name, secret) = (format!("former_key:{kid}"), "k".repeat(64));
    site.sql(&format!(
        "INSERT INTO settings VALUES ('{name}', '{secret}')"
    ));
    wait_until("ill", || server.monitor("/health").0 == 503);
    assert_eq!(server.me(&pair.access).data()["id"], id);
    assert_eq!(server.monitor("/health"), (503, UNUSABLE.to_owned()));
    server.wait_for_log("two keys of the keyring have the same kid");

    site.sql(&format!("DELETE FROM settings WHERE name = '{name}'"));
    wait_until("well", || server.monitor("/health").0 == 200);
    server.refresh(&pair.refresh);
}

#[test]
fn keys_that_cannot_be_read_again_for_ten_seconds_are_used_no_more() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let pair = server.log_in();
    site.sql("ALTER TABLE settings RENAME TO elsewhere");
    // For a moment they are good.
    assert_eq!(server.me(&pair.access).data()["id"], id);
    wait_until("too old", || server.me(&pair.access).status == 503);
    server.me(&pair.access).failed(503);
    server.try_log_in(EMAIL, PASSWORD).failed(503);
    server.try_refresh(&pair.refresh).failed(503);
    server.sign_out(&pair.refresh).failed(503);
    assert_eq!(server.monitor("/health"), (503, UNUSABLE.to_owned()));

    site.sql("ALTER TABLE elsewhere RENAME TO settings");
    wait_until("well", || server.monitor("/health").0 == 200);
    server.refresh(&pair.refresh);
}

#[test]
fn pruning_that_is_held_up_keeps_no_server_from_its_keys() {
    let (site, _) = Site::with_ada();
    let pair = site.serve().log_in();
    site.sql("UPDATE chains SET expires_at = 1");
    // SQLite has no lock on rows; there a reader waits for nobody.
    let lock = if site.is_postgres() {
        " FOR UPDATE"
    } else {
        ""
    };
    site.in_transaction(&format!("SELECT * FROM chains{lock}"), || {
        let server = site.serve();
        std::thread::sleep(Duration::from_secs(12));
        server.me(&pair.access).data();
        assert_eq!(server.monitor("/health").0, 200);
    });
}

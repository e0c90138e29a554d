//! Changing the password, and what it ends.

use serde_json::{Value, json};

use crate::site::*;

const NEW: &str = "a new password";
const CHANGED: &str = "the account has changed since the token was issued";

#[test]
fn older_refresh_tokens_die_at_once_and_access_tokens_when_they_expire() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let (here, elsewhere) = (server.log_in(), server.log_in());
    let answer = server.change_password(&here.access, PASSWORD, NEW);
    assert_eq!(answer.data(), Value::Null);
    assert!(site.texts("SELECT root_token_id FROM chains").is_empty());

    for token in [&here.refresh, &elsewhere.refresh] {
        server.try_refresh(token).refused(40020, CHANGED);
        server.sign_out(token).refused(40020, CHANGED);
    }
    assert_eq!(server.me(&here.access).data()["id"], id);
    server
        .try_log_in(EMAIL, PASSWORD)
        .refused(40020, WRONG_CREDENTIAL);
    let again = Pair::of(&server.try_log_in(EMAIL, NEW).data()["token"]);
    server.refresh(&again.refresh);
}

#[test]
fn they_stay_dead_when_the_old_password_is_set_again() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let old = server.log_in();
    server.change_password(&old.access, PASSWORD, NEW).data();
    server.change_password(&old.access, NEW, PASSWORD).data();
    server.try_refresh(&old.refresh).refused(40020, CHANGED);
    server.log_in();
}

#[test]
fn another_user_is_not_touched() {
    let (site, _) = Site::with_ada();
    site.add_user("bob@example.org", "bob's password");
    let server = site.serve();
    let ada = server.log_in();
    let bob = server
        .try_log_in("bob@example.org", "bob's password")
        .data();
    server.change_password(&ada.access, PASSWORD, NEW).data();
    server.refresh(&Pair::of(&bob["token"]).refresh);
}

#[test]
fn the_current_password_is_needed_and_the_new_one_must_be_a_good_one() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let pair = server.log_in();
    server
        .change_password(&pair.access, "wrong", NEW)
        .refused(40020, WRONG_CREDENTIAL);
    for new in ["", "seven..", &"x".repeat(257)] {
        server
            .change_password(&pair.access, PASSWORD, new)
            .refused(40001, "a new password must have 8 to 256 characters");
    }
    for (new, why) in [
        ("          ", "a new password must not be of blanks alone"),
        (
            "Password123",
            "this password is among the commonest, which are tried first: take another",
        ),
        (PASSWORD, "the new password is the current one"),
    ] {
        server
            .change_password(&pair.access, PASSWORD, new)
            .refused(40001, why);
    }
    server
        .change_password(&pair.access, "", NEW)
        .refused(40001, "the current password has no or too many characters");
    server.refresh(&pair.refresh);
    // Characters, not bytes.
    let long = "\u{1f600}x".repeat(128);
    server.change_password(&pair.access, PASSWORD, &long).data();
    server.try_log_in(EMAIL, &long).data();
}

#[test]
fn who_calls_comes_before_what_they_say() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let good = json!({"current_password": PASSWORD, "new_password": NEW}).to_string();
    for body in [&good, "{", "null", r#"{"new_password":7}"#, ""] {
        let answer = server.raw(
            format!(
                "PUT /api/v4/user/password HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .as_bytes(),
        );
        let (head, said) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        let challenge = "\r\nwww-authenticate: Bearer realm=\"barejwt\"\r\n";
        assert!(head.contains(challenge), "{head}");
        let missing = "the Authorization header is missing";
        let expected = json!({"code": 401, "data": null, "msg": missing});
        assert_eq!(said, expected.to_string(), "{body}");
    }
    server.log_in();
}

#[test]
fn of_two_changes_at_once_one_is_done() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let access = server.log_in().access;
    let new = ["first password", "other password"];
    let codes: Vec<_> = std::thread::scope(|scope| {
        let change = |new| {
            let (server, access) = (&server, &access);
            scope
                .spawn(move || server.change_password(access, PASSWORD, new).json()["code"].clone())
        };
        new.map(change).map(|thread| thread.join().unwrap()).into()
    });
    let done = codes.iter().filter(|code| **code == json!(0)).count();
    assert_eq!(done, 1, "{codes:?}");
    let winner = codes.iter().position(|code| *code == json!(0)).unwrap();
    server.try_log_in(EMAIL, new[winner]).data();
    server
        .try_log_in(EMAIL, new[1 - winner])
        .refused(40020, WRONG_CREDENTIAL);
}

#[test]
fn hashes_are_argon2id_with_the_parameters_of_owasp_and_a_salt_each() {
    let (site, _) = Site::with_ada();
    site.add_user("bob@example.org", PASSWORD);
    let hashes = site.texts("SELECT password_hash FROM accounts");
    assert_eq!(hashes.len(), 2);
    assert_ne!(hashes[0], hashes[1]);
    for hash in hashes {
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
    }
}

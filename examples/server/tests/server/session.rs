//! Log in, refresh, sign out.

use barejwt::decode_unverified;
use serde_json::{Value, json};

use crate::site::*;

/// The claims of a token as they stand in it.
fn payload(token: &str) -> String {
    let mut scratch = [0; 2048];
    let said = decode_unverified(token, &mut scratch).unwrap();
    said.payload_json().to_owned()
}

fn header(token: &str) -> String {
    let mut scratch = [0; 2048];
    let said = decode_unverified(token, &mut scratch).unwrap();
    said.header_json().to_owned()
}

fn claim(token: &str, name: &str) -> Value {
    let payload: Value = serde_json::from_str(&payload(token)).unwrap();
    payload[name].clone()
}

fn names(json: &str) -> Vec<String> {
    let pieces = json.trim_matches(['{', '}']).split(',');
    let name = |piece: &str| {
        piece
            .split(':')
            .next()
            .unwrap()
            .trim_matches('"')
            .to_owned()
    };
    pieces.map(name).collect()
}

#[test]
fn a_login_gives_the_user_and_a_pair() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let answer = server.try_log_in(EMAIL, PASSWORD);
    let data = answer.data();
    assert_eq!(data["user"]["id"], id);
    assert_eq!(data["user"]["email"], EMAIL);
    assert_eq!(data["user"]["nickname"], "Ada");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("application/json"));

    let pair = Pair::of(&data["token"]);
    for token in [&pair.access, &pair.refresh] {
        assert_eq!(header(token), r#"{"alg":"HS256","typ":"JWT"}"#);
        assert_eq!(claim(token, "sub"), id);
    }
    let access = payload(&pair.access);
    assert_eq!(names(&access), ["token_type", "sub", "exp", "nbf"]);
    let refresh = payload(&pair.refresh);
    assert_eq!(
        names(&refresh),
        [
            "token_type",
            "sub",
            "exp",
            "nbf",
            "state_hash",
            "root_token_id",
            "generation"
        ]
    );
    assert_eq!(claim(&pair.access, "token_type"), "access");
    assert_eq!(claim(&pair.refresh, "token_type"), "refresh");
    assert_eq!(
        claim(&pair.refresh, "state_hash").as_str().unwrap().len(),
        44
    );
    assert_eq!(
        claim(&pair.refresh, "root_token_id")
            .as_str()
            .unwrap()
            .len(),
        36
    );
    assert_eq!(server.me(&pair.access).data()["id"], id);
}

#[test]
fn a_client_of_the_reference_system_can_begin() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    assert_eq!(
        server.get("/api/v4/site/config/login", None).data(),
        json!({
            "title": "barejwt", "login_captcha": false, "reg_captcha": false,
            "forget_captcha": false, "register_enabled": false, "authn": false
        })
    );
    // Who is there is not told.
    for email in [EMAIL, "nobody@example.org"] {
        assert_eq!(
            server
                .get(&format!("/api/v4/session/prepare?email={email}"), None)
                .data(),
            json!({"webauthn_enabled": false, "password_enabled": true})
        );
    }
    let body = json!({"email": EMAIL, "password": PASSWORD, "captcha": "", "ticket": ""});
    server.send("POST", "/api/v4/session/token", &body).data();
}

#[test]
fn expirations_are_those_of_the_tokens_with_microseconds_and_offset() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let before = now();
    let answer = server.try_log_in(EMAIL, PASSWORD);
    let (token, pair) = (&answer.data()["token"], Pair::of(&answer.data()["token"]));
    for (token, expires, lifetime) in [
        (&pair.access, &token["access_expires"], 3600),
        (&pair.refresh, &token["refresh_expires"], 15_552_000),
    ] {
        let expires = expires.as_str().unwrap();
        assert_eq!(expires.len(), "2025-04-26T16:19:38.833494+00:00".len());
        assert_eq!((&expires[19..20], &expires[26..]), (".", "+00:00"));
        let exp = claim(token, "exp").as_i64().unwrap();
        let time: jiff::Timestamp = expires.parse().unwrap();
        assert_eq!(time.as_second(), exp);
        assert_eq!(exp - claim(token, "nbf").as_i64().unwrap(), lifetime);
        assert!((before..=now()).contains(&(exp - lifetime)));
    }
    // The core's own client understands the answer.
    let read = barejwt::Pair::from_answer(answer.text.as_bytes()).unwrap();
    assert_eq!(read.access_token, pair.access);
}

#[test]
fn lifetimes_come_from_the_settings_and_are_followed_while_running() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    site.sql("UPDATE settings SET value = '60' WHERE name = 'access_token_ttl'");
    site.sql("UPDATE settings SET value = '600' WHERE name = 'refresh_token_ttl'");
    let lifetime =
        |token: &str| claim(token, "exp").as_i64().unwrap() - claim(token, "nbf").as_i64().unwrap();
    wait_until("the new lifetimes", || {
        let pair = server.log_in();
        (lifetime(&pair.access), lifetime(&pair.refresh)) == (60, 600)
    });

    // A value that cannot be one is reported, and the last good one stays.
    site.sql("UPDATE settings SET value = '0' WHERE name = 'access_token_ttl'");
    server.wait_for_log("the setting 'access_token_ttl' must be a number of seconds");
    assert_eq!(lifetime(&server.log_in().access), 60);
}

#[test]
fn the_address_is_compared_without_regard_to_case_and_the_password_exactly() {
    let site = Site::new();
    site.add_user("Zoë@Example.ORG", "pässwörd \u{1f600}\"\\");
    let server = site.serve();
    for email in ["zoë@example.org", "ZOË@EXAMPLE.org", "  zoë@example.org "] {
        let data = server.try_log_in(email, "pässwörd \u{1f600}\"\\").data();
        assert_eq!(data["user"]["email"], "zoë@example.org");
    }
    for password in [
        "Pässwörd \u{1f600}\"\\",
        "pässwörd \u{1f600}\"\\ ",
        "passwörd",
    ] {
        server
            .try_log_in("zoë@example.org", password)
            .refused(40020, WRONG_CREDENTIAL);
    }
}

#[test]
fn an_unknown_user_and_a_wrong_password_have_the_same_answer() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let wrong = server.try_log_in(EMAIL, "wrong");
    wrong.refused(40020, WRONG_CREDENTIAL);
    for email in [
        "bob@example.org",
        "nobody",
        "a\u{0}b",
        "'; DROP TABLE accounts; --",
    ] {
        let unknown = server.try_log_in(email, PASSWORD);
        assert_eq!(unknown.text, wrong.text);
        let visible = |answer: &Answer| -> Vec<_> {
            let headers = answer.headers.iter();
            let named = headers.filter(|(name, _)| *name != "date");
            named
                .map(|(name, value)| format!("{name}: {value:?}"))
                .collect()
        };
        assert_eq!(visible(&unknown), visible(&wrong));
    }
    server.log_in();
}

#[cfg(target_os = "linux")]
#[test]
fn an_unknown_user_costs_the_same_work_as_a_wrong_password() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let refuse = |email: &str| {
        let answer = server.try_log_in(email, "wrong");
        answer.refused(40020, WRONG_CREDENTIAL);
    };
    refuse(EMAIL);
    let work = |email: &str| {
        let before = server.cpu_ticks();
        (0..25).for_each(|_| refuse(email));
        (server.cpu_ticks() - before) as f64
    };
    // The processor's time, not the clock's: other tests run beside this one. Without the work for
    // nobody an unknown user costs a twentieth.
    let (known, unknown) = (work(EMAIL), work("bob@example.org"));
    assert!(known > 20.0, "too little to compare: {known}");
    assert!(
        (0.75..1.33).contains(&(unknown / known)),
        "{unknown} {known}"
    );
}

#[test]
fn a_refresh_gives_a_new_pair_of_the_same_chain() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let mut pair = server.log_in();
    let root = claim(&pair.refresh, "root_token_id");
    for generation in 1..5 {
        let answer = server.try_refresh(&pair.refresh);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.data().as_object().unwrap().len(), 4);
        let next = Pair::of(&answer.data());
        assert_eq!(claim(&next.refresh, "root_token_id"), root);
        assert_eq!(claim(&next.refresh, "generation"), generation);
        assert_ne!(next.refresh, pair.refresh);
        assert_eq!(server.me(&next.access).data()["id"], id);
        pair = next;
    }
    assert_ne!(claim(&server.log_in().refresh, "root_token_id"), root);
}

#[test]
fn a_replayed_refresh_token_revokes_the_chain_and_no_other() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let (stolen, other) = (server.log_in(), server.log_in());
    let second = server.refresh(&stolen.refresh);
    let third = server.refresh(&second.refresh);

    server.try_refresh(&stolen.refresh).refused(40020, REPLAYED);
    for token in [&third.refresh, &second.refresh, &stolen.refresh] {
        server.try_refresh(token).refused(40020, REVOKED);
    }
    server.refresh(&other.refresh);
    assert_eq!(server.metric("barejwt_chains_revoked_total"), 1.0);
    assert!(server.log().contains("a refresh token was replayed"));
}

#[test]
fn sign_out_ends_the_chain_whichever_of_its_tokens_says_so() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let (first, other) = (server.log_in(), server.log_in());
    let second = server.refresh(&first.refresh);
    let answer = server.sign_out(&first.refresh);
    assert_eq!(answer.data(), Value::Null);
    for token in [&second.refresh, &first.refresh] {
        server.try_refresh(token).refused(40020, REVOKED);
    }
    // Again is no error; other logins go on; an access token lives until it expires.
    assert_eq!(server.sign_out(&second.refresh).data(), Value::Null);
    server.refresh(&other.refresh);
    assert_eq!(server.me(&second.access).data()["id"], id);
}

#[test]
fn what_is_no_good_refresh_token_is_refused_by_refresh_and_by_sign_out() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let pair = server.log_in();
    let forged = pair.refresh.replace('a', "b");
    // Minted by an administrator: it is in no chain.
    let minted = site.refresh_token(&id);
    let nobody = site.refresh_token("nobody");
    let long = "x".repeat(1025);
    for (token, message) in [
        ("", "the token is not three segments separated by dots"),
        ("a.b", "the token is not three segments separated by dots"),
        (&forged, "the token's signature is not valid"),
        (
            &pair.access,
            "the token is of the wrong type (it is of type access)",
        ),
        (
            &minted,
            "the account has changed since the token was issued",
        ),
        (&nobody, "the subject is not the expected one"),
        (
            &long,
            "the token is longer than allowed (1025 bytes, at most 1024)",
        ),
    ] {
        server.try_refresh(token).refused(40020, message);
        server.sign_out(token).refused(40020, message);
    }
    server.refresh(&pair.refresh);
}

#[test]
fn an_expired_refresh_token_is_refused() {
    let (site, _) = Site::with_ada();
    site.serve();
    site.sql("UPDATE settings SET value = '1' WHERE name = 'refresh_token_ttl'");
    let server = site.serve();
    let pair = server.log_in();
    // Two seconds of leeway.
    std::thread::sleep(std::time::Duration::from_millis(3100));
    let json = server.try_refresh(&pair.refresh).json();
    assert_eq!(json["code"], 40020);
    assert!(
        json["msg"]
            .as_str()
            .unwrap()
            .starts_with("the token has expired (exp "),
        "{json}"
    );
}

#[test]
fn a_refresh_token_of_the_account_without_a_chain_is_refused() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let pair = server.log_in();
    let key = barejwt::Key::new(site.secret().as_bytes()).unwrap();
    let sign = |payload: &Value| {
        let mut buf = [0; 1024];
        let token = barejwt::sign_json(&payload.to_string(), &key, &mut buf);
        token.unwrap().to_owned()
    };
    let good = json!({
        "token_type": "refresh", "sub": id, "exp": now() + 60, "nbf": now(),
        "state_hash": claim(&pair.refresh, "state_hash"),
        "root_token_id": claim(&pair.refresh, "root_token_id"), "generation": 0,
    });
    for (name, value) in [
        ("root_token_id", Value::Null),
        ("root_token_id", json!(7)),
        ("generation", Value::Null),
        ("generation", json!("0")),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        server
            .try_refresh(&sign(&bad))
            .refused(40020, "the payload does not fit the expected custom claims");
    }
    let mut unknown = good.clone();
    unknown["root_token_id"] = json!("8e41d6f4-733d-4389-b2d0-1844ddc334f6");
    server.try_refresh(&sign(&unknown)).refused(40020, REVOKED);
    // The same made by hand is the real one: what was refused above was refused for its difference.
    server.refresh(&sign(&good));
}

#[test]
fn old_attempts_are_forgotten() {
    let (site, _) = Site::with_ada();
    let soon = (now() + 60) * 1_000_000;
    for (name, free_at) in [("old", 1), ("new", soon)] {
        site.sql(&format!(
            "INSERT INTO attempts (name, free_at) VALUES ('{name}', {free_at})"
        ));
    }
    // At the start, and every minute.
    let _server = site.serve();
    let attempts = "SELECT name FROM attempts WHERE name IN ('old', 'new')";
    wait_until("new alone", || site.texts(attempts) == ["new"]);
}

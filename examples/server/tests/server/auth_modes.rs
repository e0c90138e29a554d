//! None, Required, Optional: without a header, with a good one, with every kind of bad one.

use barejwt::{Claims, Key, StateHash, Validation, sign, verify};
use serde_json::{Value, json};

use crate::site::*;

const PING: &str = "/api/v4/site/ping";
const ME: &str = "/api/v4/user/me";

/// Headers that are present but bad: the value, the message, the error code of RFC 6750 3.1.
fn bad_headers(site: &Site, id: &str) -> Vec<(String, String, Option<&'static str>)> {
    let bearer = |token: &str| format!("Bearer {token}");
    let good = site.mint(id, now(), 3600);
    let other = mint(&"x".repeat(64), id, now(), 3600);
    let old = now() - 7200;
    let future = now() + 600;
    let key = Key::new(site.secret().as_bytes()).unwrap();
    let mut buf = [0; 512];
    let state = StateHash::new([0; 32]);
    let refresh = Claims::refresh(id, now(), 60, &state);
    let refresh = sign(&refresh, &key, &mut buf).unwrap().to_owned();
    let unknown_kid = sign(
        &Claims::access(id, now(), 60),
        key.with_kid("2026-11"),
        &mut buf,
    );
    let unknown_kid = unknown_kid.unwrap().to_owned();
    let none = "eyJhbGciOiJub25lIn0.".to_owned() + good.split('.').nth(1).unwrap() + ".";
    let invalid = Some("invalid_token");
    let malformed = "the Authorization header is not one bearer token";
    let three = "the token is not three segments separated by dots";
    let signature = "the token's signature is not valid";
    [
        (String::new(), malformed.to_owned(), Some("invalid_request")),
        (
            "Bearer".to_owned(),
            malformed.to_owned(),
            Some("invalid_request"),
        ),
        (
            format!("Bearer {good} {good}"),
            malformed.to_owned(),
            Some("invalid_request"),
        ),
        (
            format!("Bearer \"{good}\""),
            malformed.to_owned(),
            Some("invalid_request"),
        ),
        (
            "Basic YWRhOnB3".to_owned(),
            "the Authorization scheme is not Bearer".to_owned(),
            None,
        ),
        (bearer("x"), three.to_owned(), invalid),
        (bearer(&format!("{good}.")), three.to_owned(), invalid),
        (bearer(&other), signature.to_owned(), invalid),
        (
            bearer(&none),
            "the token's alg is not HS256".to_owned(),
            invalid,
        ),
        (
            bearer(&refresh),
            "the token is of the wrong type (it is of type refresh)".to_owned(),
            invalid,
        ),
        (
            bearer(&unknown_kid),
            "no key of the keyring has this kid".to_owned(),
            invalid,
        ),
        (
            bearer(&site.mint("nobody", now(), 60)),
            "the subject is not the expected one".to_owned(),
            invalid,
        ),
        (
            bearer(&site.mint(id, old, 3600)),
            format!("the token has expired (exp {}", old + 3600),
            invalid,
        ),
        (
            bearer(&site.mint(id, future, 60)),
            format!("the token is not valid yet (nbf {future}"),
            invalid,
        ),
        (
            bearer(&"x".repeat(1025)),
            "the token is longer than allowed (1025 bytes, at most 1024)".to_owned(),
            invalid,
        ),
    ]
    .into()
}

/// Asserts code 401, the message, and the challenge of RFC 6750 3.
#[track_caller]
fn refused(answer: &Answer, message: &str, error: Option<&str>) {
    let json = answer.json();
    let said = json["msg"].as_str().unwrap();
    assert!(said.starts_with(message), "{said}, not {message}");
    answer.refused(401, said);
    let challenge = answer.header("www-authenticate").unwrap();
    match error {
        None => assert_eq!(challenge, "Bearer realm=\"barejwt\""),
        Some(error) => {
            let start =
                format!("Bearer realm=\"barejwt\", error=\"{error}\", error_description=\"");
            assert!(challenge.starts_with(&start), "{challenge}");
        }
    }
}

#[test]
fn none_takes_every_header() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let version = json!(env!("CARGO_PKG_VERSION"));
    assert_eq!(server.get(PING, None).data(), version);
    for (header, ..) in bad_headers(&site, &id) {
        let answer = server.get(PING, Some(&header));
        assert_eq!(answer.data(), version, "{header}");
        assert_eq!(answer.header("www-authenticate"), None);
    }
}

#[test]
fn required_takes_a_good_access_token() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let token = site.mint(&id, now(), 3600);
    for header in [
        format!("Bearer {token}"),
        format!("bearer {token}"),
        format!("BEARER   {token}"),
    ] {
        let answer = server.get(ME, Some(&header));
        let data = answer.data();
        assert_eq!(data["id"], id);
        assert_eq!(data["email"], EMAIL);
        assert_eq!(data.as_object().unwrap().len(), 4);
        assert_eq!(answer.header("www-authenticate"), None);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn required_refuses_all_others_and_says_why() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    refused(
        &server.get(ME, None),
        "the Authorization header is missing",
        None,
    );
    for (header, message, error) in bad_headers(&site, &id) {
        refused(&server.get(ME, Some(&header)), &message, error);
        let body = json!({"current_password": PASSWORD, "new_password": "another password"});
        if let Some(token) = header.strip_prefix("Bearer ") {
            let answer = server.send_as("PUT", "/api/v4/user/password", Some(token), &body);
            refused(&answer, &message, error);
        }
    }
    server.log_in();
}

#[test]
fn optional_tells_oneself_more_than_a_stranger() {
    let (site, ada) = Site::with_ada();
    let bob = site.add_user("bob@example.org", PASSWORD);
    let server = site.serve();
    let path = format!("/api/v4/user/info/{ada}");
    let stranger = json!({"id": ada, "nickname": "Ada"});

    assert_eq!(server.get(&path, None).data(), stranger);
    let bearer = |id: &str| format!("Bearer {}", site.mint(id, now(), 60));
    assert_eq!(server.get(&path, Some(&bearer(&bob))).data(), stranger);
    let oneself = server.get(&path, Some(&bearer(&ada))).data();
    assert_eq!(oneself["email"], EMAIL);
    assert_eq!(oneself.as_object().unwrap().len(), 4);
}

#[test]
fn optional_never_takes_a_bad_header_for_no_header() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    for path in [&id, "nobody"] {
        for (header, message, error) in bad_headers(&site, &id) {
            let answer = server.get(&format!("/api/v4/user/info/{path}"), Some(&header));
            refused(&answer, &message, error);
        }
    }
}

#[test]
fn optional_says_when_there_is_no_such_user() {
    let (site, ada) = Site::with_ada();
    let server = site.serve();
    let bearer = format!("Bearer {}", site.mint(&ada, now(), 60));
    for id in [
        "nobody",
        "%00",
        "%ff",
        "a%2Fb",
        "%27%20OR%201=1",
        &"x".repeat(500),
    ] {
        for header in [None, Some(bearer.as_str())] {
            let answer = server.get(&format!("/api/v4/user/info/{id}"), header);
            answer.refused(404, "there is no such user");
        }
    }
}

#[test]
fn two_authorization_headers_are_refused_even_if_each_is_good() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let token = site.mint(&id, now(), 60);
    for path in [ME.to_owned(), format!("/api/v4/user/info/{id}")] {
        let line = format!("Authorization: Bearer {token}\r\n");
        let answer = server.raw(
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{line}{line}\r\n")
                .as_bytes(),
        );
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let json: Value = serde_json::from_str(body).unwrap();
        assert_eq!(json["code"], 401, "{answer}");
        assert!(answer.contains("error=\"invalid_request\""), "{answer}");
    }
}

#[test]
fn a_token_is_good_until_the_second_it_expires_and_two_of_leeway() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    assert_eq!(server.me(&site.mint(&id, now() - 60, 65)).data()["id"], id);
    assert_eq!(server.me(&site.mint(&id, now() + 1, 60)).data()["id"], id);
    refused(
        &server.me(&site.mint(&id, now() - 63, 60)),
        "the token has expired",
        Some("invalid_token"),
    );
    refused(
        &server.me(&site.mint(&id, now() + 9, 60)),
        "the token is not valid yet",
        Some("invalid_token"),
    );
}

#[test]
fn an_administrator_mints_an_access_token_from_the_master_key() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let token = site.token(&id);
    assert_eq!(server.me(&token).data()["id"], id);
}

#[test]
fn the_expired_token_to_try_is_refused_as_expired_whatever_the_key() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let answer = server.get("/expired-token", None);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let expired = "the token has expired (exp 1745655578";
        refused(&server.me(&answer.text), expired, Some("invalid_token"));
        // At the time it says it was good: the site's key has signed it.
        let (key, mut scratch) = (Key::new(site.secret().as_bytes()).unwrap(), [0; 512]);
        let (rules, then) = (Validation::access(), 1_745_651_978);
        verify(&answer.text, &key, &rules, then, &mut scratch).unwrap();
        tokens.push(answer.text);
        site.tool(&["key", "rotate"], "");
        wait_until("the new key", || {
            server.get("/expired-token", None).text != tokens[tokens.len() - 1]
        });
    }
    assert_ne!(tokens[0], tokens[1]);
}

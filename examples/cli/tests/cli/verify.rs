//! `verify`: what it prints, and an exit status for each kind of refusal.

use crate::tool::{KEY, Outcome, Tool, token_of};
use crate::{ISSUED, REAL_ACCESS, REAL_REFRESH};

const CLAIMS: &str = r#"{"token_type":"access","sub":"lUpa","exp":1745655578,"nbf":1745651978}"#;

/// Verifies a token with this claims set at this time.
fn verify_at(now: i64, claims: &str, args: &[&str]) -> Outcome {
    let (token, now) = (token_of(claims), format!("--now={now}"));
    Tool::with_key().run(&[&["verify", &now, &token], args].concat())
}

#[test]
fn claims_are_printed_as_they_were_signed_with_times_for_people() {
    let verified = verify_at(ISSUED, CLAIMS, &[]);
    assert_eq!((verified.status, verified.err.as_str()), (0, ""));
    let expected = format!(
        "{{\"verified\":true,\"header\":{{\"alg\":\"HS256\",\"typ\":\"JWT\"}},\"claims\":{CLAIMS},\
         \"times\":{{\"nbf\":\"2025-04-26T07:19:38Z\",\"exp\":\"2025-04-26T08:19:38Z\"}}}}\n"
    );
    assert_eq!(verified.out, expected);
}

#[test]
fn expired_is_status_3_from_exp_on() {
    assert_eq!(verify_at(1745655577, CLAIMS, &[]).status, 0);
    verify_at(1745655578, CLAIMS, &[]).refused(
        3,
        "the token has expired (exp 1745655578, now 1745655578); \
         it expired 0 seconds ago, at 2025-04-26T08:19:38Z",
    );
    assert_eq!(
        verify_at(1745655607, CLAIMS, &["--leeway", "30s"]).status,
        0
    );
    assert_eq!(
        verify_at(1745655608, CLAIMS, &["--leeway", "30s"]).status,
        3
    );
}

#[test]
fn not_yet_valid_is_status_4_before_nbf() {
    assert_eq!(verify_at(1745651978, CLAIMS, &[]).status, 0);
    verify_at(1745651977, CLAIMS, &[]).refused(
        4,
        "the token is not valid yet (nbf 1745651978, now 1745651977); \
         2025-04-26T07:19:38Z is 1 second from now",
    );
    assert_eq!(verify_at(1745651948, CLAIMS, &["--leeway", "30"]).status, 0);
    assert_eq!(verify_at(1745651947, CLAIMS, &["--leeway", "30"]).status, 4);
}

#[test]
fn without_now_it_is_the_clock_s_time() {
    let tool = Tool::with_key();
    assert_eq!(tool.run(&["verify", &token_of(CLAIMS)]).status, 3);
}

#[test]
fn a_clock_that_is_not_set_is_another_failure() {
    verify_at(0, CLAIMS, &[]).refused(1, "the clock is not set: now must be greater than zero");
    assert_eq!(verify_at(i64::MAX, CLAIMS, &[]).status, 3);
}

#[test]
fn bad_signature_is_status_5() {
    let token = token_of(CLAIMS);
    Tool::with_env_key(&[b'x'; 64])
        .run(&["verify", &token])
        .refused(5, "the token's signature is not valid");
    Tool::with_key()
        .run(&["verify", &token[..token.len() - 1]])
        .refused(5, "the token's signature is not valid");
}

#[test]
fn the_real_tokens_have_a_bad_signature_under_any_key_of_ours() {
    let tool = Tool::new();
    tool.ok(&["token", "--sub", "lUpa"]);
    for (token, token_type) in [(REAL_ACCESS, "access"), (REAL_REFRESH, "refresh")] {
        for wanted in [token_type, "any"] {
            let now = format!("--now={ISSUED}");
            tool.run(&["verify", "--type", wanted, &now, token])
                .refused(5, "the token's signature is not valid");
        }
    }
    tool.run(&["refresh", REAL_REFRESH])
        .refused(5, "the token's signature is not valid");
}

#[test]
fn malformed_is_status_6() {
    let tool = Tool::with_key();
    let long = "a".repeat(8193);
    for (token, line) in [
        ("", "the token is not three segments separated by dots"),
        ("a.b", "the token is not three segments separated by dots"),
        (
            "a.b.c.d",
            "the token is not three segments separated by dots",
        ),
        (
            "a.b.c",
            "a segment of the token is not canonical base64url (header)",
        ),
        // {"alg":"none"}
        ("eyJhbGciOiJub25lIn0.e30.", "the token's alg is not HS256"),
        (&long, "the token is not three segments separated by dots"),
    ] {
        tool.run(&["verify", token]).refused(6, line);
    }
    verify_at(ISSUED, r#"{"sub":7}"#, &[]).refused(
        6,
        "a claim has the wrong type (sub); it has none of the site's claims: for any other \
         system's token say --profile jwt",
    );
}

#[test]
fn bytes_that_are_no_text_are_malformed() {
    let tool = Tool::with_key();
    for input in [&b"\xff.\xff.\xff"[..], b"a\0.b.c", b"\xef\xbb\xbfe30.e30."] {
        let refused = tool.run_with_input(&["verify", "-"], input);
        assert_eq!((refused.status, refused.out.as_str()), (6, ""));
    }
}

#[test]
fn wrong_type_is_status_7() {
    let line = "the token is of the wrong type (it is of type access)";
    verify_at(ISSUED, CLAIMS, &["--type", "refresh"]).refused(7, line);
    assert_eq!(verify_at(ISSUED, CLAIMS, &["--type", "access"]).status, 0);
    assert_eq!(verify_at(ISSUED, CLAIMS, &["--type", "any"]).status, 0);

    let refresh = CLAIMS.replace("access", "refresh");
    let line = "the token is of the wrong type (it is of type refresh)";
    verify_at(ISSUED, &refresh, &[]).refused(7, line);
    let other = CLAIMS.replace("access", "admin");
    verify_at(ISSUED, &other, &[]).refused(7, "the token_type is neither access nor refresh");
}

#[test]
fn another_claim_refused_is_status_8() {
    assert_eq!(verify_at(ISSUED, CLAIMS, &["--sub", "lUpa"]).status, 0);
    verify_at(ISSUED, CLAIMS, &["--sub", "lupa"]).refused(8, "the subject is not the expected one");
    verify_at(ISSUED, r#"{"token_type":"access"}"#, &[])
        .refused(8, "required claims are missing (sub, exp, nbf)");
    let audience = CLAIMS.replace("\"sub\"", "\"aud\":\"x\",\"sub\"");
    verify_at(ISSUED, &audience, &[]).refused(
        8,
        "the token is meant for a named audience; name yours with --aud, or leave it with --ignore \
         aud",
    );
    let empty = CLAIMS.replace("lUpa", "");
    verify_at(ISSUED, &empty, &[]).refused(8, "the subject is empty");
}

#[test]
fn a_wrong_command_line_is_status_2() {
    let tool = Tool::with_key();
    for args in [
        &["verify"][..],
        &["verify", "a.b.c", "d.e.f"],
        &["verify", "--type", "id", "a.b.c"],
        &["verify", "--now", "soon", "a.b.c"],
        &["verify", "--leeway", "-1", "a.b.c"],
        &["token"],
        &["mint"],
        &[],
    ] {
        let refused = tool.run(args);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{args:?}");
        assert!(!refused.err.is_empty(), "{args:?}");
    }
}

#[test]
fn standard_input_may_have_white_space_around_the_token() {
    let (tool, token) = (Tool::with_key(), token_of(CLAIMS));
    let now = format!("--now={ISSUED}");
    for input in [
        token.clone(),
        format!("{token}\n"),
        format!(" {token}\r\n\n"),
    ] {
        let verified = tool.run_with_input(&["verify", &now, "-"], input.as_bytes());
        assert_eq!(verified.status, 0, "{}", verified.err);
    }
    let two = format!("{token}\n{token}\n");
    assert_eq!(
        tool.run_with_input(&["verify", &now, "-"], two.as_bytes())
            .status,
        6
    );
    assert_eq!(tool.run_with_input(&["verify", "-"], b"").status, 6);
}

#[test]
fn endless_input_is_refused() {
    let tool = Tool::with_key();
    for command in ["verify", "refresh"] {
        tool.run_with_input(&[command, "-"], &vec![b'a'; (1 << 20) + 1])
            .refused(1, "standard input holds more than 1048576 bytes");
    }
}

#[test]
fn keys_longer_than_a_hash_block_are_hashed_as_rfc_2104_says() {
    for len in [32, 63, 64, 65, 256, 65536] {
        let tool = Tool::new();
        tool.write(
            "key",
            &KEY.iter().copied().cycle().take(len).collect::<Vec<_>>(),
        );
        let token = tool
            .ok(&["token", "--sub", "lUpa", "--key-file", "key"])
            .out;
        let verified = tool.ok(&["verify", token.trim(), "--key-file", "key"]);
        assert_eq!(verified.json()["claims"]["sub"], "lUpa", "{len}");
    }
}

#[test]
fn what_a_token_says_cannot_steer_a_terminal() {
    let hostile = CLAIMS.replace("lUpa", "a\u{9b}31m\u{7f}\u{202e}b");
    let verified = verify_at(ISSUED, &hostile, &[]);
    assert_eq!(
        verified.json()["claims"]["sub"],
        "a\u{9b}31m\u{7f}\u{202e}b"
    );
    assert!(verified.out.contains(r#""a\u009b31m\u007f\u202eb""#));
    assert!(verified.out.chars().all(|c| c == '\n' || !c.is_control()));
}

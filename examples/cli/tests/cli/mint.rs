//! `token`, `pair` and `refresh`.

use std::time::{SystemTime, UNIX_EPOCH};

use barejwt::{Claims, Key, StateHash};

use crate::ISSUED;
use crate::tool::{KEY, Tool, token_of};

const STATE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// `exp - nbf` of the access token that these arguments mint.
fn lifetime(args: &[&str]) -> i64 {
    let tool = Tool::with_key();
    let token = tool.ok(&[&["token", "--sub", "lUpa"], args].concat()).out;
    let claims = &tool.ok(&["verify", token.trim()]).json()["claims"];
    claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap()
}

#[test]
fn token_prints_the_token_alone_and_warns_people() {
    let tool = Tool::with_key();
    let before = now();
    let minted = tool.ok(&["token", "--sub", "lUpa"]);
    assert_eq!(minted.out.lines().count(), 1);
    assert_eq!(minted.out.len(), 175 + 1);
    assert!(minted.err.contains("for local debugging only"));

    let claims = &tool.ok(&["verify", minted.out.trim()]).json()["claims"];
    assert_eq!(claims["token_type"], "access");
    assert_eq!(claims["sub"], "lUpa");
    let nbf = claims["nbf"].as_i64().unwrap();
    assert!((before..=now()).contains(&nbf));
    assert_eq!(claims["exp"].as_i64().unwrap(), nbf + 3600);
}

#[test]
fn token_is_byte_for_byte_the_core_s() {
    let tool = Tool::with_key();
    let token = tool.ok(&["token", "--sub", "lUpa", "--ttl", "60"]).out;
    let nbf = tool.ok(&["verify", token.trim()]).json()["claims"]["nbf"].as_i64();
    let mut buf = [0; 256];
    let key = Key::new(KEY).unwrap();
    let expected = barejwt::sign(&Claims::access("lUpa", nbf.unwrap(), 60), &key, &mut buf);
    assert_eq!(token.trim_end(), expected.unwrap());
}

#[test]
fn ttl_takes_seconds_minutes_hours_and_days() {
    assert_eq!(lifetime(&["--ttl", "1"]), 1);
    assert_eq!(lifetime(&["--ttl", "3600"]), 3600);
    assert_eq!(lifetime(&["--ttl", "3600s"]), 3600);
    assert_eq!(lifetime(&["--ttl", "90m"]), 5400);
    assert_eq!(lifetime(&["--ttl", "2h"]), 7200);
    assert_eq!(lifetime(&["--ttl", "7d"]), 604_800);
    assert_eq!(lifetime(&["--ttl", "4294967295"]), 4_294_967_295);
}

#[test]
fn ttl_refuses_everything_else() {
    let tool = Tool::with_key();
    for ttl in [
        "", "h", "-1", "+1", "1.5h", "1 h", "1H", "1w", "1hh", "0x10", "٣",
    ] {
        let refused = tool.run(&["token", "--sub", "lUpa", &format!("--ttl={ttl}")]);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{ttl}");
    }
    for too_much in ["4294967296", "49711d", "99999999999999999999"] {
        let refused = tool.run(&["token", "--sub", "lUpa", "--ttl", too_much]);
        assert_eq!(
            (refused.status, refused.out.as_str()),
            (2, ""),
            "{too_much}"
        );
        assert!(refused.err.contains("at most 4294967295 seconds"));
    }
}

#[test]
fn what_the_core_will_not_sign_is_another_failure() {
    let tool = Tool::with_key();
    tool.run(&["token", "--sub", ""])
        .refused(1, "cannot mint the token: the subject is empty");
    tool.run(&["pair", "--sub", ""])
        .refused(1, "cannot mint the token: the subject is empty");
    tool.run(&["token", "--sub", "lUpa", "--ttl", "0"]).refused(
        1,
        "cannot mint the token: a lifetime must be at least one second",
    );
}

#[test]
fn a_subject_may_hold_any_unicode() {
    let tool = Tool::with_key();
    for sub in [
        "q\"b\\",
        "\u{1}\n\t\u{7f}",
        "日本語",
        "😀",
        "a b",
        "{}",
        "-",
    ] {
        let token = tool.ok(&["token", &format!("--sub={sub}")]).out;
        let verified = tool.ok(&["verify", &format!("--sub={sub}"), token.trim()]);
        assert_eq!(verified.json()["claims"]["sub"], sub);
    }
}

#[test]
fn pair_prints_both_tokens_and_when_they_expire() {
    let tool = Tool::with_key();
    let pair = tool
        .ok(&["pair", "--sub", "lUpa", "--state-hash", STATE])
        .json();
    assert_eq!(pair.as_object().unwrap().len(), 4);

    let access = pair["access_token"].as_str().unwrap();
    let access = tool.ok(&["verify", access]).json();
    let refresh = pair["refresh_token"].as_str().unwrap();
    let refresh = tool.ok(&["verify", "--type", "refresh", refresh]).json();
    let nbf = access["claims"]["nbf"].as_i64().unwrap();
    assert_eq!(access["claims"]["exp"].as_i64().unwrap(), nbf + 3600);
    assert_eq!(refresh["claims"]["exp"].as_i64().unwrap(), nbf + 15_552_000);
    assert_eq!(refresh["claims"]["state_hash"], STATE);
    assert_eq!(pair["access_expires"], access["times"]["exp"]);
    assert_eq!(pair["refresh_expires"], refresh["times"]["exp"]);
}

#[test]
fn the_default_state_hash_is_32_zero_bytes() {
    let tool = Tool::with_key();
    let pair = tool.ok(&["pair", "--sub", "lUpa"]).json();
    let refresh = pair["refresh_token"].as_str().unwrap();
    let said = tool.ok(&["inspect", refresh]).json();
    let hash = said["claims"]["state_hash"].as_str().unwrap();
    assert_eq!(hash, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
}

#[test]
fn refresh_trades_a_refresh_token_for_a_new_pair() {
    let tool = Tool::with_key();
    let pair = tool
        .ok(&["pair", "--sub", "lUpa", "--state-hash", STATE])
        .json();
    let refresh = pair["refresh_token"].as_str().unwrap();
    let input = format!("{refresh}\n");
    let renewed = tool.run_with_input(&["refresh", "--state-hash", STATE, "-"], input.as_bytes());
    assert_eq!(renewed.status, 0, "{}", renewed.err);
    let access = renewed.json()["access_token"].as_str().unwrap().to_owned();
    tool.ok(&["verify", "--sub", "lUpa", &access]);
    let again = renewed.json()["refresh_token"].as_str().unwrap().to_owned();
    tool.ok(&["refresh", "--state-hash", STATE, &again]);
}

/// A refresh token of another program's, with rights that its access tokens do not exceed: without
/// `scopes` a new token would have more.
#[test]
fn refresh_carries_over_what_else_the_token_says() {
    let tool = Tool::with_key();
    let scopes: Vec<_> = (0..40).map(|n| format!("Files.Read.{n}")).collect();
    let claims = serde_json::json!({
        "token_type": "refresh", "sub": "lUpa", "exp": 9999999999_i64, "nbf": 1,
        "state_hash": STATE, "client_id": "c-1", "scopes": scopes,
    });
    let old = token_of(&claims.to_string());
    let pair = tool.ok(&["refresh", "--state-hash", STATE, &old]).json();
    for (name, rules, members) in [
        ("access_token", &["verify"][..], 4),
        ("refresh_token", &["verify", "--type", "refresh"], 5),
    ] {
        let token = pair[name].as_str().unwrap();
        let said = tool.ok(&[rules, &[token]].concat()).json()["claims"].clone();
        assert_eq!(said["client_id"], "c-1", "{name}");
        assert_eq!(said["scopes"], claims["scopes"], "{name}");
        assert_eq!(said.as_object().unwrap().len(), members + 2, "{name}");
    }
}

#[test]
fn refresh_refuses_what_it_must() {
    let tool = Tool::with_key();
    let pair = tool
        .ok(&["pair", "--sub", "lUpa", "--state-hash", STATE])
        .json();
    let refresh = pair["refresh_token"].as_str().unwrap();
    tool.run(&["refresh", refresh])
        .refused(8, "the account has changed since the token was issued");
    let access = pair["access_token"].as_str().unwrap();
    tool.run(&["refresh", "--state-hash", STATE, access])
        .refused(7, "the token is of the wrong type (it is of type access)");
    Tool::with_env_key(&[b'x'; 32])
        .run(&["refresh", "--state-hash", STATE, refresh])
        .refused(5, "the token's signature is not valid");
    let without = token_of(r#"{"token_type":"refresh","sub":"lUpa","exp":9999999999,"nbf":1}"#);
    tool.run(&["refresh", &without])
        .refused(8, "required claims are missing (state_hash)");

    for iat in ["\"soon\"", "1e400"] {
        let claims = format!(
            r#"{{"token_type":"refresh","sub":"a","exp":9999999999,"nbf":1,"state_hash":"{STATE}","iat":{iat}}}"#
        );
        let refused = tool.run(&["refresh", "--state-hash", STATE, &token_of(&claims)]);
        assert_eq!((refused.status, refused.out.as_str()), (6, ""), "{iat}");
        assert!(refused.err.contains("iat"), "{}", refused.err);
    }

    let mut buf = [0; 320];
    let (key, state) = (
        Key::new(KEY).unwrap(),
        StateHash::from_base64(STATE).unwrap(),
    );
    let old = Claims::refresh("lUpa", ISSUED, 60, &state);
    let old = barejwt::sign(&old, &key, &mut buf).unwrap();
    let expired = tool.run(&["refresh", "--state-hash", STATE, old]);
    assert_eq!((expired.status, expired.out.as_str()), (3, ""));
}

#[test]
fn a_state_hash_is_32_bytes_of_padded_base64() {
    let tool = Tool::with_key();
    for bad in [
        "",
        "AAAA",
        STATE.trim_end_matches('='),
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQF=",
    ] {
        let hash = format!("--state-hash={bad}");
        let refused = tool.run(&["pair", "--sub", "lUpa", &hash]);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{bad}");
    }
}

#[test]
fn a_reader_that_has_gone_is_no_panic() {
    let tool = Tool::with_key();
    for args in [
        &["token", "--sub", "lUpa"][..],
        &["pair", "--sub", "lUpa"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = tool
            .command()
            .args(args)
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .spawn();
        let output = child.unwrap().wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {err}");
        assert!(
            !err.contains("panicked") && !err.contains("pipe"),
            "{args:?}: {err}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_another_failure() {
    let tool = Tool::with_key();
    for args in [&["sign", "--exp", "+1h"][..], &["keygen"], &["man"]] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let output = tool.command().args(args).stdout(full.unwrap()).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "barejwt: cannot write to standard output: No space left on device\n"
        );
    }
}

#[test]
fn completions_name_every_command() {
    let tool = Tool::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = tool.ok(&["completions", shell]).out;
        for command in [
            "token",
            "pair",
            "refresh",
            "verify",
            "inspect",
            "sign",
            "keygen",
            "completions",
        ] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    assert_eq!(tool.run(&["completions", "dos"]).status, 2);
    assert!(tool.files().is_empty());
}

#[test]
fn every_help_has_examples() {
    let tool = Tool::new();
    let commands = [
        "token",
        "pair",
        "refresh",
        "verify",
        "inspect",
        "sign",
        "keygen",
        "completions",
        "man",
    ];
    for command in commands {
        let help = tool.ok(&[command, "--help"]).out;
        assert!(help.contains("Examples:\n  barejwt "), "{command}");
    }
    let help = tool.ok(&["--help"]).out;
    for said in [
        "Examples:",
        "Exit status:",
        "BAREJWT_KEY",
        "--key-file",
        "secret_key",
    ] {
        assert!(help.contains(said), "{said}");
    }
}

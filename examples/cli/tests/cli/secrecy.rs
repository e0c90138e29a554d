//! No key and no token on standard error, whatever goes wrong.

use crate::tells_nothing::tells_nothing;
use crate::tool::{KEY, Tool, token_of};
use crate::{REAL_ACCESS, REAL_REFRESH};

const STATE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

/// Runs each command line with `TOKEN` replaced, and looks for the token and the key.
fn run_all(command_lines: &[&[&str]], token: &str) {
    let tool = Tool::with_key();
    let key = str::from_utf8(KEY).unwrap();
    for line in command_lines {
        let line: Vec<_> = line.iter().map(|arg| arg.replace("TOKEN", token)).collect();
        let line: Vec<_> = line.iter().map(String::as_str).collect();
        let outcome = tool.run_with_input(&line, token.as_bytes());
        tells_nothing(&outcome.err, token);
        tells_nothing(&outcome.err, key);
        tells_nothing(&outcome.out, key);
    }
}

#[test]
fn refusals_tell_neither_token_nor_key() {
    let lines: &[&[&str]] = &[
        &["verify", "TOKEN"],
        &["verify", "-"],
        &["verify", "--type", "refresh", "TOKEN"],
        &["verify", "--sub", "nobody", "TOKEN"],
        &["verify", "--now", "1", "TOKEN"],
        &["verify", "TOKENx"],
        &["verify", "x.TOKEN"],
        &["refresh", "TOKEN"],
        &["inspect", "TOKEN"],
        &["inspect", "TOKEN."],
    ];
    let claims = r#"{"token_type":"access","sub":"lUpa","exp":1745655578,"nbf":1745651978}"#;
    for token in [&token_of(claims), REAL_ACCESS, REAL_REFRESH] {
        run_all(lines, token);
    }
}

#[test]
fn a_token_in_the_wrong_place_of_the_command_line_is_not_repeated() {
    let lines: &[&[&str]] = &[
        &["TOKEN"],
        &["verify", "TOKEN", "TOKEN"],
        &["verify", "--leeway", "TOKEN", "-"],
        &["verify", "--type", "TOKEN", "-"],
        &["verify", "--type=TOKEN", "-"],
        &["verify", "--now", "TOKEN", "-"],
        &["verify", "-TOKEN"],
        &["verify", "--token=TOKEN"],
        &["verify", "--TOKEN"],
        &["verify", "--key-file", "--TOKEN", "-"],
        &["verify", "-----BEGIN PRIVATE KEY-----\nTOKEN"],
        &[
            "sign", "--exp", "+1h", "--claim", "TOKEN=1", "--claim", "TOKEN=1",
        ],
        &["token", "TOKEN"],
        &["sign", "TOKEN"],
        &["sign", "-"],
        &["sign", "--exp", "TOKEN"],
        &["sign", "--claim", "TOKEN"],
        &["verify", "--ignore", "TOKEN", "-"],
        &["verify", "--profile", "TOKEN", "-"],
        &["verify", "--key-encoding", "TOKEN", "-"],
        &["keygen", "TOKEN"],
        &["keygen", "--out", "no/TOKEN"],
        &["man", "TOKEN"],
        &["token", "--sub", "lUpa", "--ttl", "TOKEN"],
        &["pair", "--sub", "lUpa", "--state-hash", "TOKEN"],
        &["completions", "TOKEN"],
        &["help", "TOKEN"],
        &["--help=TOKEN"],
        &["verify", "--help=TOKEN"],
        &["token", "--sub", "lUpa", "--key-file", "TOKEN"],
        &["token", "--sub", "lUpa", "--database", "no/TOKEN"],
        &["token", "--sub", "lUpa", "--database", "postgres://TOKEN@/"],
        &["token", "--sub", "lUpa", "--database", "postgres://[TOKEN"],
    ];
    run_all(lines, REAL_ACCESS);
    run_all(lines, str::from_utf8(KEY).unwrap());
}

#[test]
fn a_required_claim_is_named_unless_it_may_be_a_secret() {
    let token = token_of(r#"{"exp":4102444800}"#);
    let verify = ["verify", "--profile", "jwt", &token, "--require"];
    for (name, shown) in [
        (
            "https://hasura.io/jwt/claims",
            "https://hasura.io/jwt/claims",
        ),
        (REAL_ACCESS, "..."),
        (str::from_utf8(KEY).unwrap(), "..."),
    ] {
        Tool::with_key()
            .run(&[&verify[..], &[name]].concat())
            .refused(8, &format!("required claims are missing ({shown})"));
    }
}

#[test]
fn a_wrong_option_is_still_named() {
    for (wrong, option) in [
        ("--subject", "--subject"),
        ("--no-iat", "--no-iat"),
        ("-S", "-S"),
        ("-Ssecret", "-S"),
    ] {
        let wrong = Tool::new().run(&["token", wrong, "lUpa"]);
        assert_eq!(wrong.status, 2);
        let says = format!("unexpected argument '{option}' found");
        assert!(wrong.err.contains(&says), "{}", wrong.err);
    }
}

#[test]
fn the_new_key_of_a_database_is_never_shown() {
    let tool = Tool::new();
    let mut shown = String::new();
    for args in [
        &["token", "--sub", "lUpa"][..],
        &["pair", "--sub", "lUpa"],
        &["verify", REAL_ACCESS],
    ] {
        let outcome = tool.run(args);
        shown += &(outcome.out + &outcome.err);
    }
    let key: String = rusqlite::Connection::open(tool.path("barejwt.db"))
        .unwrap()
        .query_row(
            "SELECT value FROM settings WHERE name = 'secret_key'",
            (),
            |row| row.get(0),
        )
        .unwrap();
    tells_nothing(&shown, &key);
}

#[test]
fn the_expected_state_hash_is_not_told() {
    let tool = Tool::with_key();
    let pair = tool.ok(&["pair", "--sub", "lUpa"]).json();
    let refresh = pair["refresh_token"].as_str().unwrap();
    let refused = tool.run(&["refresh", "--state-hash", STATE, refresh]);
    assert_eq!(refused.status, 8);
    tells_nothing(&refused.err, STATE);
}

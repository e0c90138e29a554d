//! `sign` and `verify --profile jwt`: the tokens of any other system.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::tool::{Outcome, Tool, token_of};

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// What a token that these arguments sign says.
fn signed(args: &[&str]) -> Value {
    let tool = Tool::with_key();
    let token = tool.ok(&[&["sign"], args].concat());
    assert_eq!(token.err, "");
    tool.ok(&["inspect", token.out.trim()]).json()
}

fn verify(claims: &str, args: &[&str]) -> Outcome {
    let token = token_of(claims);
    Tool::with_key().run(&[&["verify", "--profile", "jwt", &token], args].concat())
}

#[test]
fn claims_come_from_json_and_options_in_this_order() {
    let json = r#"{ "role" : "web_user", "n":1e400 }"#;
    let args = [
        json,
        "--sub",
        "jane",
        "--iss",
        "me",
        "--jti",
        "7",
        "--aud",
        "api",
        "--exp",
        "4102444800",
        "--claim",
        "level=3",
        "--claim",
        "acl=[\"a/b\"]",
        "--claim",
        "name=Ann B",
        "--claim",
        "eq=a=b",
        "--claim",
        "on=true",
        "--claim",
        "text=\"true\"",
        "--claim",
        "nothing=",
    ];
    let tool = Tool::with_key();
    let token = tool.ok(&[&["sign"], &args[..]].concat()).out;
    let said = tool.ok(&["inspect", token.trim()]).out;
    let expected = concat!(
        r#""claims":{"role" : "web_user", "n":1e400,"iss":"me","sub":"jane","jti":"7","aud":"api","#,
        r#""exp":4102444800,"level":3,"acl":["a/b"],"name":"Ann B","eq":"a=b","on":true,"text":"true","#,
        r#""nothing":""}"#
    );
    assert!(said.contains(expected), "{said}");
    tool.ok(&[
        "verify",
        "--profile",
        "jwt",
        "--iss",
        "me",
        "--aud",
        "api",
        "--sub",
        "jane",
        token.trim(),
    ]);
}

#[test]
fn standard_input_gives_claims_too() {
    let tool = Tool::with_key();
    let token = tool.run_with_input(&["sign", "-", "--exp", "+1h"], b"{\"a\":[]}\n");
    assert_eq!(token.status, 0, "{}", token.err);
    assert_eq!(
        tool.ok(&["inspect", token.out.trim()]).json()["claims"]["a"],
        json!([])
    );
}

#[test]
fn claims_that_are_no_text_are_refused() {
    Tool::with_key()
        .run_with_input(&["sign", "--exp", "+1h", "-"], b"{\"a\":\"\xff\"}")
        .refused(1, "the claims are not UTF-8");
}

#[test]
fn times_have_all_forms() {
    let before = now();
    let claims = &signed(&["--iat", "now", "--nbf", "-5m", "--exp", "+1h"])["claims"];
    let iat = claims["iat"].as_i64().unwrap();
    assert!((before..=now()).contains(&iat));
    assert_eq!(claims["nbf"], iat - 300);
    assert_eq!(claims["exp"], iat + 3600);
    let claims = &signed(&["--exp", "2100-01-01T00:00:00Z"])["claims"];
    assert_eq!(claims["exp"], 4_102_444_800_i64);
}

#[test]
fn several_audiences_are_an_array_and_a_kid_stands_in_the_header() {
    let said = signed(&[
        "--aud", "a", "--aud", "b", "--exp", "+1h", "--kid", "2026-11",
    ]);
    assert_eq!(said["claims"]["aud"], json!(["a", "b"]));
    assert_eq!(said["header"]["kid"], "2026-11");
}

#[test]
fn a_token_without_exp_is_signed_only_if_that_is_said() {
    let tool = Tool::with_key();
    for claims in ["{}", r#"{"sub":"x"}"#, r#"{"a":{"exp":1}}"#] {
        let refused = tool.run(&["sign", claims]);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{claims}");
        assert!(
            refused
                .err
                .contains("the token would never expire: give --exp +1h"),
            "{}",
            refused.err
        );
        tool.ok(&["sign", claims, "--no-exp"]);
    }
    for exp in ["4102444800", "4102444800.5", "4e9", "9223372036854775807"] {
        let token = tool.ok(&["sign", "--claim", &format!("exp={exp}")]).out;
        tool.ok(&["verify", "--profile", "jwt", token.trim()]);
    }
    assert_eq!(tool.run(&["sign", "--exp", "+1h", "--no-exp"]).status, 2);
}

#[test]
fn a_time_that_no_verifier_reads_is_not_signed() {
    for name in ["exp", "nbf", "iat"] {
        for value in [
            "soon",
            "\"1745651978\"",
            "null",
            "[1]",
            "true",
            "1e400",
            "-1e400",
            "9223372036854775808",
            "1e19",
        ] {
            let claim = format!("{name}={value}");
            let tool = Tool::new();
            for args in [
                &["sign", "--no-exp", "--claim", &claim][..],
                &["sign", "--claim", &claim],
                &["token", "--sub", "a", "--claim", &claim],
                &["pair", "--sub", "a", "--claim", &claim],
            ] {
                let refused = tool.run(args);
                assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{args:?}");
                let says = format!(
                    "error: {name} must be a number of seconds since 1970 that fits 64 bits\n"
                );
                let other = "error: the token would never expire";
                let is_without_exp = args[1] == "--claim" && name != "exp";
                if is_without_exp {
                    assert!(refused.err.starts_with(other), "{}", refused.err);
                } else {
                    assert_eq!(refused.err, says, "{args:?}");
                }
            }
            assert!(tool.files().is_empty(), "{claim}");
        }
    }
    let tool = Tool::with_key();
    for value in [
        "-5",
        "-5.5",
        "0",
        "1745651978.25",
        "4e9",
        "-9223372036854775808",
    ] {
        for name in ["exp", "nbf", "iat"] {
            tool.ok(&["sign", "--no-exp", "--claim", &format!("{name}={value}")]);
        }
        tool.ok(&["token", "--sub", "a", "--claim", &format!("iat={value}")]);
    }
}

#[test]
fn times_in_milliseconds_are_signed_with_a_warning() {
    let tool = Tool::with_key();
    let warning =
        "can only be milliseconds. A verifier reads it as seconds: a time in thousands of years\n";
    for (args, names) in [
        (&["--exp", "1799999999999"][..], &["exp"][..]),
        (&["--claim", "exp=1799999999999"], &["exp"]),
        (&["--iat", "1799999999999", "--exp", "1800000000"], &["iat"]),
        (&["--exp", "253402300800"], &[]),
        (&["--exp", "253402300801"], &["exp"]),
        (&["--exp", "253402300799999"], &["exp"]),
        (&["--exp", "253402300800000"], &[]),
    ] {
        let expected: String = names
            .iter()
            .map(|name| format!("barejwt: {name} {warning}"))
            .collect();
        assert_eq!(tool.ok(&[&["sign"], args].concat()).err, expected);
    }
}

#[test]
fn what_cannot_be_signed_is_refused_in_words() {
    let tool = Tool::with_key();
    for (claims, why) in [
        (
            "{sub:1}",
            "the claims are not JSON from byte 1 on; names and texts stand in double quotes, so in a \
             shell all of it in single ones: '{\"sub\":\"jane\"}'",
        ),
        (
            "[]",
            "the claims are not a JSON object, such as {\"sub\":\"jane\"}",
        ),
        (
            r#"{"a":1,"a":2}"#,
            "the claims have a name twice, at byte 12",
        ),
    ] {
        tool.run(&["sign", claims, "--exp", "+1h"]).refused(1, why);
    }
    tool.run(&["sign", r#"{"sub":"a"}"#, "--sub", "b", "--exp", "+1h"])
        .refused(1, "the claim 'sub' is given twice");
    tool.run(&["token", "--sub", "a", "--claim", "exp=1"])
        .refused(
            1,
            "cannot mint the token: a member to sign has a name that the library writes (exp)",
        );
    tool.run(&["sign", "--exp", "+1h", "--kid", "\""])
        .refused(1, "cannot mint the token: a kid must be 1 to 63 bytes without quotes, backslashes or control characters");
}

#[test]
fn wrong_values_are_shown_as_typed_and_explained() {
    let tool = Tool::with_key();
    let time =
        "a time is now, +1h or -30m from now, seconds since 1970, or like 2026-12-31T23:59:59Z";
    for (args, says) in [
        (&["sign", "--exp", "soon"][..], format!("invalid value 'soon' for '--exp <TIME>': {time}")),
        (&["verify", "--now", "1e9", "-"], format!("invalid value '1e9' for '--now <TIME>': {time}")),
        (
            &["sign", "--exp", "+1w"],
            "invalid value '+1w' for '--exp <TIME>': a time span is a whole number and s, m, h or d, such as 90m".to_owned(),
        ),
        (
            &["sign", "--claim", "role"],
            "invalid value 'role' for '--claim <NAME=VALUE>': a claim is name=value, such as role=admin or level=3".to_owned(),
        ),
        (
            &["verify", "--ignore", "role", "-"],
            "invalid value 'role' for '--ignore <CLAIM>': there is no rule about this claim".to_owned(),
        ),
        (
            &["pair", "--sub", "x", "--state-hash", "abc"],
            "invalid value 'abc' for '--state-hash <BASE64>': a state hash is 32 bytes in padded base64".to_owned(),
        ),
        (&["verify", "--profile", "any", "-"], "invalid value 'any' for '--profile <PROFILE>'".to_owned()),
        (&["mint"], "unrecognized subcommand 'mint'".to_owned()),
        (&["completions", "tcsh"], "invalid value 'tcsh' for '<SHELL>'".to_owned()),
        (&["man", "nosuch"], "there is no command 'nosuch'".to_owned()),
    ] {
        let refused = tool.run(args);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{args:?}");
        assert!(refused.err.contains(&says), "{}", refused.err);
    }
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_refused_and_its_option_named() {
    let tool = Tool::with_key();
    for (args, what) in [
        (&["token", "--sub", "\u{fffd}"][..], "the value of --sub"),
        (&["token", "--sub=x\u{fffd}"], "the value of --sub"),
        (
            &["sign", "--iss", "me", "--claim", "a=\u{fffd}"],
            "the value of --claim",
        ),
        (&["sign", "--exp", "\u{fffd}"], "the value of --exp"),
        (
            &[
                "verify", "\u{fffd}", "--aud", "\u{fffd}", "--iss", "\u{fffd}",
            ],
            "the value of --aud",
        ),
        (
            &["token", "--key-file", "\u{fffd}", "--sub", "\u{fffd}"],
            "the value of --sub",
        ),
        (&["man", "\u{fffd}"], "an argument"),
        (&["man", "--", "\u{fffd}"], "an argument"),
    ] {
        let mut command = tool.command();
        for arg in args {
            let bytes = arg.replace('\u{fffd}', "\0").into_bytes();
            let bytes: Vec<_> = bytes
                .into_iter()
                .map(|byte| if byte == 0 { 0xff } else { byte })
                .collect();
            let arg: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(&bytes);
            command.arg(arg);
        }
        let refused = command.output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        assert_eq!(
            String::from_utf8(refused.stderr).unwrap(),
            format!("error: {what} is not UTF-8\n")
        );
    }
}

#[test]
fn a_command_has_only_the_options_that_it_uses() {
    let tool = Tool::with_key();
    for args in [
        &["inspect", "--key-file", "x", "e30.e30.x"][..],
        &["keygen", "--database", "x"],
        &["completions", "bash", "--weak-key"],
        &["--key-file", "x", "token", "--sub", "lUpa"],
        &["verify", "--kid", "x", "-"],
    ] {
        let refused = tool.run(args);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{args:?}");
        assert!(
            refused.err.contains("unexpected argument '--"),
            "{}",
            refused.err
        );
    }
}

#[test]
fn a_token_of_another_system_gets_a_hint() {
    let token = token_of(r#"{"sub":"x","exp":4102444800}"#);
    let hint = "it has none of the site's claims: for any other system's token say --profile jwt";
    let refused = Tool::with_key().run(&["verify", &token]);
    refused.refused(
        8,
        &format!("required claims are missing (token_type, nbf); {hint}"),
    );
    assert_eq!(verify(r#"{"sub":"x","exp":4102444800}"#, &[]).status, 0);
}

#[test]
fn issuer_audience_age_and_typ_are_checked() {
    let claims = r#"{"iss":"me","aud":["api","web"],"iat":1000,"exp":2000}"#;
    let at = |args: &[&str]| verify(claims, &[&["--now", "1500"], args].concat());
    let all = [
        "--iss",
        "me",
        "--aud",
        "web",
        "--max-age",
        "500",
        "--typ",
        "jwt",
    ];
    assert_eq!(at(&all).status, 0);
    at(&["--ignore", "aud", "--iss", "you"]).refused(8, "the issuer is not the expected one");
    at(&["--aud", "ap"]).refused(8, "the token is meant for another audience");
    at(&["--ignore", "aud", "--max-age", "499"]).refused(
        8,
        "the token was issued too long ago (iat 1000, now 1500); it was issued 8 minutes ago, at \
         1970-01-01T00:16:40Z",
    );
    at(&["--ignore", "aud", "--typ", "at+jwt"])
        .refused(7, "the token's typ is not the expected one");
    at(&[]).refused(
        8,
        "the token is meant for a named audience; name yours with --aud, or leave it with --ignore aud",
    );
}

#[test]
fn claims_are_required_optional_or_ignored() {
    assert_eq!(verify("{}", &["--optional", "exp"]).status, 0);
    verify("{}", &[]).refused(
        8,
        "required claims are missing (exp); --optional exp takes a token that never expires",
    );
    verify(r#"{"exp":1}"#, &["--optional", "exp", "--now", "2"]).refused(
        3,
        "the token has expired (exp 1, now 2); it expired 1 second ago, at 1970-01-01T00:00:01Z",
    );
    assert_eq!(verify(r#"{"exp":"soon"}"#, &["--ignore", "exp"]).status, 0);
    let claims = r#"{"exp":4102444800,"role":"x","token_type":7}"#;
    assert_eq!(
        verify(claims, &["--require", "role", "--require", "token_type"]).status,
        0
    );
    verify(claims, &["--require", "role", "--require", "scope"])
        .refused(8, "required claims are missing (scope)");
    verify(claims, &["--require", "jti"]).refused(8, "required claims are missing (jti)");
    assert_eq!(
        verify(r#"{"exp":4102444800,"sub":7}"#, &["--ignore", "sub"]).status,
        0
    );
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    for (args, says) in [
        (
            &["--type", "any"][..],
            "--type is for the site's tokens, not for --profile jwt",
        ),
        (
            &["--aud", "x", "--ignore", "aud"],
            "--ignore aud contradicts another option",
        ),
        (
            &["--require", "exp", "--ignore", "exp"],
            "--ignore exp contradicts another option",
        ),
    ] {
        let refused = verify("{}", args);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{args:?}");
        assert!(refused.err.contains(says), "{}", refused.err);
    }
}

#[test]
fn what_is_pasted_with_a_token_is_taken_off_and_said() {
    let token = token_of(r#"{"exp":4102444800}"#);
    let tool = Tool::with_key();
    for (pasted, said) in [
        (format!("Bearer {token}"), "Bearer"),
        (format!("'{token}' "), "blanks, quotes"),
        (
            format!("Authorization: Bearer {token}"),
            "Authorization:, blanks, Bearer",
        ),
    ] {
        let expected = format!("barejwt: taken off around the token: {said}\n");
        let argument = tool.ok(&["verify", "--profile", "jwt", &pasted]);
        assert_eq!(argument.err, expected);
        let input = tool.run_with_input(
            &["verify", "--profile", "jwt", "-"],
            format!("{pasted}\n").as_bytes(),
        );
        assert_eq!((input.status, input.err), (0, expected));
    }
}

#[test]
fn a_single_key_verifies_whatever_kid_a_token_has() {
    let tool = Tool::with_key();
    let token = tool.ok(&["sign", "--exp", "+1h", "--kid", "some"]).out;
    tool.ok(&["verify", "--profile", "jwt", token.trim()]);
}

#[test]
fn a_long_token_is_signed_and_verified() {
    let tool = Tool::with_key();
    let claim = format!("a={}", "x".repeat(20_000));
    let token = tool.ok(&["sign", "--exp", "+1h", "--claim", &claim]).out;
    tool.ok(&["verify", "--profile", "jwt", token.trim()]);
}

#[test]
fn the_key_and_another_input_cannot_both_be_standard_input() {
    let tool = Tool::new();
    for args in [
        &["verify", "-", "--key-file", "-"][..],
        &["sign", "-", "--exp", "+1h", "--key-file", "-"],
        &["refresh", "-", "--key-file", "-"],
    ] {
        let refused = tool.run(args);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{args:?}");
        assert!(
            refused.err.contains("standard input is read once"),
            "{}",
            refused.err
        );
    }
}

#[test]
fn members_go_into_both_tokens_of_a_pair_and_a_renewal_names_them() {
    let tool = Tool::with_key();
    let pair = tool
        .ok(&["pair", "--sub", "lUpa", "--claim", "role=admin"])
        .json();
    for token in ["access_token", "refresh_token"] {
        let said = tool.ok(&["inspect", pair[token].as_str().unwrap()]).json();
        assert_eq!(said["claims"]["role"], "admin");
    }
    let renewed = tool.ok(&["refresh", pair["refresh_token"].as_str().unwrap()]);
    assert_eq!(
        renewed.err,
        "barejwt: no server was asked. A server may have other rules, for example that it accepts each \
         refresh token only once, and may refuse this pair. Both tokens have these claims of the old \
         token: role\n"
    );
}

#[test]
fn there_is_a_man_page_of_all_and_of_each_command() {
    let tool = Tool::new();
    for (args, says) in [
        (&["man"][..], "Exit status:"),
        (&["man", "verify"], "max\\-age"),
        (&["man", "sign"], "no\\-exp"),
    ] {
        let page = tool.ok(args).out;
        assert!(page.contains(".TH") && page.contains(says), "{page}");
        assert!(page.contains(".SH NOTES\n.nf\n"), "{page}");
    }
    assert_eq!(tool.run(&["man", "nothing"]).status, 2);
}

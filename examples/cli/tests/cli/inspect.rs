//! `inspect`: everything a token says, and plainly that nothing was verified.

use crate::tool::{Tool, base64url, token_of};
use crate::{REAL_ACCESS, REAL_REFRESH};

const NOT_VERIFIED: &str = "barejwt: NOT VERIFIED: anybody can have written this token\n";

#[test]
fn the_real_access_token_shows_its_claims() {
    let tool = Tool::new();
    let said = tool.ok(&["inspect", REAL_ACCESS]);
    assert_eq!(said.err, NOT_VERIFIED);
    let expected = "{\"verified\":false,\"header\":{\"alg\":\"HS256\",\"typ\":\"JWT\"},\
        \"claims\":{\"token_type\":\"access\",\"sub\":\"lpua\",\"exp\":1745655578,\"nbf\":1745651978},\
        \"times\":{\"nbf\":\"2025-04-26T07:19:38Z\",\"exp\":\"2025-04-26T08:19:38Z\"}}\n";
    assert_eq!(said.out, expected);
    assert!(tool.files().is_empty());
}

#[test]
fn the_real_refresh_token_shows_its_claims() {
    let tool = Tool::new();
    let input = format!("{REAL_REFRESH}\n");
    let said = tool.run_with_input(&["inspect", "-"], input.as_bytes());
    assert_eq!((said.status, said.err.as_str()), (0, NOT_VERIFIED));
    let said = said.json();
    assert_eq!(said["verified"], false);
    assert_eq!(said["claims"]["token_type"], "refresh");
    assert_eq!(said["claims"]["sub"], "lpua");
    let hash = "I58+Rnk+LuiNLAn0jzOJ4n99J+Wxj/Jsn2hEV+QpazQ=";
    assert_eq!(said["claims"]["state_hash"], hash);
    assert_eq!(said["times"]["exp"], "2025-10-23T07:19:38Z");
}

#[test]
fn other_algorithms_are_shown_too() {
    // {"alg":"none"} . {"exp":"soon"} . no signature
    let said = Tool::new()
        .ok(&["inspect", "eyJhbGciOiJub25lIn0.eyJleHAiOiJzb29uIn0."])
        .json();
    assert_eq!(said["header"]["alg"], "none");
    assert_eq!(said["claims"]["exp"], "soon");
    assert_eq!(said["times"], serde_json::json!({}));
}

#[test]
fn a_time_outside_the_calendar_is_null() {
    let token = token_of(r#"{"exp":9223372036854775807,"nbf":-1}"#);
    let said = Tool::new().ok(&["inspect", &token]).json();
    assert_eq!(said["times"]["exp"], serde_json::Value::Null);
    assert_eq!(said["times"]["nbf"], "1969-12-31T23:59:59Z");
    assert_eq!(said["claims"]["exp"], 9_223_372_036_854_775_807_i64);
}

#[test]
fn malformed_is_status_6() {
    let tool = Tool::new();
    tool.run(&["inspect", "abc"])
        .refused(6, "the token is not three segments separated by dots");
    tool.run(&["inspect", "e30.e30=.x"]).refused(
        6,
        "a segment of the token is not canonical base64url (payload)",
    );
}

#[test]
fn what_the_core_would_not_read_on_is_shown_with_its_reason() {
    let tool = Tool::new();
    // Payload {"a":1,"a":2}
    let twice = tool.ok(&["inspect", "e30.eyJhIjoxLCJhIjoyfQ.x"]);
    assert!(
        twice.out.contains(r#""claims":{"a":1,"a":2}"#),
        "{}",
        twice.out
    );
    let problem = "a part is not a strict JSON object (payload, byte 12: duplicate name)";
    assert_eq!(twice.json()["problem"], problem);

    let many: serde_json::Map<_, _> = (0..5000).map(|n| (format!("m{n}"), n.into())).collect();
    let claims = serde_json::Value::from(many);
    let long = format!("e30.{}.x", base64url(claims.to_string().as_bytes()));
    let said = tool.run_with_input(&["inspect", "-"], long.as_bytes());
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(said.json()["claims"], claims);
    let said = tool.run_with_input(
        &["inspect", "-"],
        format!("e30.{}.x", base64url(&deep())).as_bytes(),
    );
    assert_eq!(said.status, 0, "{}", said.err);
}

fn deep() -> Vec<u8> {
    [
        &br#"{"a":"#[..],
        &b"[".repeat(5000),
        &b"]".repeat(5000),
        b"}",
    ]
    .concat()
}

#[test]
fn an_exp_that_can_only_be_milliseconds_is_called_so() {
    let token = token_of(r#"{"exp":1745655578000}"#);
    let said = Tool::new().ok(&["inspect", &token]);
    assert_eq!(
        said.json()["times"]["exp"],
        "2025-04-26T08:19:38Z (milliseconds)"
    );
    let warning = "barejwt: exp can only be milliseconds. A verifier reads it as seconds: a time in thousands of years\n";
    assert!(said.err.ends_with(warning), "{}", said.err);
    let verified = Tool::with_key().ok(&["verify", "--profile", "jwt", &token]);
    assert_eq!(verified.err, warning);
    // The end of the calendar stands for "never".
    let never = Tool::new().ok(&["inspect", &token_of(r#"{"exp":253402207200}"#)]);
    assert_eq!(never.json()["times"]["exp"], "9999-12-30T22:00:00Z");
}

#[test]
fn every_numeric_date_is_shown_whatever_its_form() {
    let token =
        token_of(r#"{"iat":1.745655578e9,"auth_time":1745655578.9,"updated_at":0,"exp":-0.5}"#);
    let said = Tool::new().ok(&["inspect", &token]).json();
    assert_eq!(said["times"]["iat"], "2025-04-26T08:19:38Z");
    assert_eq!(said["times"]["auth_time"], "2025-04-26T08:19:38Z");
    assert_eq!(said["times"]["updated_at"], "1970-01-01T00:00:00Z");
    assert_eq!(said["times"]["exp"], "1969-12-31T23:59:59Z");
}

/// `script` is util-linux's: it gives the program a terminal.
#[cfg(target_os = "linux")]
fn on_a_terminal(command: &str, no_color: Option<&str>) -> String {
    let tool = Tool::new();
    let line = format!(
        "stty rows 24 cols 60; {} {command}",
        env!("CARGO_BIN_EXE_barejwt")
    );
    let mut script = std::process::Command::new("script");
    script
        .args(["-qec", &line, "/dev/null"])
        .current_dir(tool.path("."));
    script.env("TZ", "Asia/Shanghai").env_remove("NO_COLOR");
    if let Some(value) = no_color {
        script.env("NO_COLOR", value);
    }
    let output = script.output().unwrap();
    String::from_utf8(output.stdout).unwrap().replace('\r', "")
}

#[cfg(target_os = "linux")]
#[test]
fn people_get_lines_colours_and_times_of_their_own() {
    let inspect = format!("inspect {REAL_ACCESS}");
    let plain = on_a_terminal(&inspect, Some("1"));
    let expected = "Header:\n{\n  \"alg\": \"HS256\",\n  \"typ\": \"JWT\"\n}\nClaims:\n{\n  \
                    \"token_type\": \"access\",\n  \"sub\": \"lpua\",\n  \"exp\": 1745655578,\n  \
                    \"nbf\": 1745651978\n}\nTimes:\n  nbf: 2025-04-26T07:19:38Z, here \
                    2025-04-26 15:19:38 +08:00: valid since ";
    assert!(plain.contains(expected), "{plain}");
    assert!(
        plain.contains("  exp: 2025-04-26T08:19:38Z, here 2025-04-26 16:19:38 +08:00: expired ")
    );
    assert!(plain.contains(" ago\nVerified: NO\n"), "{plain}");
    assert!(!plain.contains('\x1b'));
    for no_color in [None, Some("")] {
        let coloured = on_a_terminal(&inspect, no_color);
        assert!(
            coloured.contains("\x1b[36m\"alg\"\x1b[0m: \x1b[32m\"HS256\"\x1b[0m"),
            "{coloured}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn errors_are_wrapped_to_the_terminal() {
    let said = on_a_terminal(&format!("verify {REAL_ACCESS}"), None);
    let lines: Vec<_> = said.lines().collect();
    let expected = [
        "barejwt: there is no key: name one with --key-file,",
        "  --database or BAREJWT_KEY; without them it is in",
        "  barejwt.db here, which `barejwt token` makes",
    ];
    assert_eq!(lines, expected);
}

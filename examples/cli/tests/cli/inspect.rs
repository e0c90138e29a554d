//! `inspect`: everything a token says, and plainly that nothing was verified.

use crate::tool::{Tool, token_of};
use crate::{REAL_ACCESS, REAL_REFRESH};

const NOT_VERIFIED: &str = "barejwt: NOT VERIFIED: anybody can have written this token\n";

#[test]
fn the_real_access_token_shows_its_claims() {
    let tool = Tool::new();
    let said = tool.ok(&["inspect", REAL_ACCESS]);
    assert_eq!(said.err, NOT_VERIFIED);
    let expected = "{\n  \"verified\": false,\n  \"header\": {\"alg\":\"HS256\",\"typ\":\"JWT\"},\n  \
        \"claims\": {\"token_type\":\"access\",\"sub\":\"lpua\",\"exp\":1745655578,\"nbf\":1745651978},\n  \
        \"times\": {\"nbf\": \"2025-04-26T07:19:38Z\", \"exp\": \"2025-04-26T08:19:38Z\"}\n}\n";
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
    assert_eq!(said["problem"], "a claim has the wrong type (exp)");
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
    // Payload {"a":1,"a":2}
    tool.run(&["inspect", "e30.eyJhIjoxLCJhIjoyfQ.x"]).refused(
        6,
        "a part is not a strict JSON object (payload, byte 12: duplicate name)",
    );
}

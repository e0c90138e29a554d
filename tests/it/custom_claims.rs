//! Custom claims: the caller's own types are verified and signed through serde-json-core.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::net::Ipv4Addr;

use crate::token_maker::*;
use barejwt::{
    Claim, Error, JsonProblem, Key, MAX_JSON_DEPTH, Part, Validation, VerifiedClaims, sign_claims,
    sign_json, verify,
};
use proptest::prelude::*;
use serde::de::{Deserializer, IgnoredAny, Visitor};
use serde::ser::{SerializeMap as _, SerializeSeq as _, Serializer};
use serde::{Deserialize, Serialize};

/// Verifies a token with these members too and reads it as `T`, with a buffer of `buffer` bytes.
fn read<T: for<'b> Deserialize<'b>>(members: &str, buffer: usize) -> Result<T, Error> {
    let payload = ACCESS.replace('}', &format!(",{members}}}"));
    let (key, mut out, mut scratch) = (Key::new(KEY).unwrap(), [0; 2048], [0; 2048]);
    let token = sign_json(&payload, &key, &mut out).unwrap();
    let claims = verify(token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    let mut buffer = vec![0; buffer];
    claims.claims_as(&mut buffer)
}

#[derive(Debug, Deserialize, PartialEq)]
struct Owned {
    sub: heapless::String<16>,
    role: heapless::String<16>,
}

fn owned(sub: &str, role: &str) -> Result<Owned, Error> {
    Ok(Owned {
        sub: sub.try_into().unwrap(),
        role: role.try_into().unwrap(),
    })
}

#[test]
fn borrowed_and_owned_fields_nested_values_and_options() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Custom<'a> {
        sub: &'a str,
        exp: i64,
        role: &'a str,
        name: heapless::String<8>,
        scopes: heapless::Vec<heapless::String<8>, 4>,
        limits: Limits,
        note: Option<u8>,
        admin: bool,
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Limits {
        seats: u8,
        quota: i64,
    }
    let payload = ACCESS.replace(
        '}',
        r#","x":[{"y":{}}],"role":"editor","name":"Zo\u00eb","scopes":["a","b"],"limits":{"seats":3,"quota":-9,"z":null},"admin":true}"#,
    );
    let (key, mut out, mut scratch) = (Key::new(KEY).unwrap(), [0; 1024], [0; 1024]);
    let token = sign_json(&payload, &key, &mut out).unwrap();
    let claims = verify(token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    let mut buffer = [0; 512];
    let custom: Custom<'_> = claims.claims_as(&mut buffer).unwrap();
    assert_eq!(custom.sub, "lUpa");
    assert_eq!(custom.exp, EXP);
    assert_eq!(custom.role, "editor");
    assert_eq!(custom.name, "Zo\u{eb}");
    assert_eq!(custom.scopes, ["a", "b"]);
    assert_eq!(
        custom.limits,
        Limits {
            seats: 3,
            quota: -9
        }
    );
    assert_eq!((custom.note, custom.admin), (None, true));
}

#[test]
fn without_escapes_no_buffer_is_needed() {
    assert_eq!(read(r#""role":"admin""#, 0), owned("lUpa", "admin"));
}

#[test]
fn escapes_in_any_string_work() {
    for (members, role) in [
        (r#""role":"\u00e9""#, "\u{e9}"),
        (r#""role":"\ud83d\ude00""#, "\u{1f600}"),
        (r#""role":"q\"b\\s\/n\nz\u0000""#, "q\"b\\s/n\nz\0"),
        (r#""\u0072ole":"x""#, "x"),
        (r#""other":"\ud83d\ude00 \n","role":"x""#, "x"),
        (r#""other\ud83d\ude00\n":1,"role":"x""#, "x"),
    ] {
        assert_eq!(read(members, 1024), owned("lUpa", role), "{members}");
    }
}

#[test]
fn borrowed_fields_take_escapes_that_can_be_resolved_and_refuse_others() {
    #[derive(Deserialize)]
    struct Borrowed<'a> {
        role: &'a str,
    }
    let role = |json: &str| {
        let payload = ACCESS.replace('}', &format!(r#","role":"{json}"}}"#));
        let (key, mut out, mut scratch) = (Key::new(KEY).unwrap(), [0; 1024], [0; 1024]);
        let token = sign_json(&payload, &key, &mut out).unwrap();
        let claims = verify(token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
        let mut buffer = [0; 512];
        let borrowed: Result<Borrowed<'_>, Error> = claims.claims_as(&mut buffer);
        borrowed.map(|borrowed| borrowed.role.to_owned())
    };
    assert_eq!(role("plain"), Ok("plain".to_owned()));
    assert_eq!(
        role(r"\u00e9\ud83d\ude00\/"),
        Ok("\u{e9}\u{1f600}/".to_owned())
    );
    assert_eq!(role(r"a\nb"), Err(Error::CustomClaimsShape));
    assert_eq!(role(r"\u0022"), Err(Error::CustomClaimsShape));
}

#[test]
fn twice_the_json_is_always_enough_buffer_and_less_is_refused() {
    let members = r#""role":"\n\n\n\n""#;
    let len = ACCESS.len() + 1 + members.len();
    assert_eq!(read(members, 2 * len), owned("lUpa", "\n\n\n\n"));
    assert_eq!(read(members, len + 4), owned("lUpa", "\n\n\n\n"));
    for small in [0, 1, len - 1, len, len + 3] {
        assert_eq!(
            read::<Owned>(members, small),
            Err(Error::CustomClaimsShape),
            "{small}"
        );
    }
}

#[test]
fn what_does_not_fit_the_type_is_refused() {
    for members in [
        r#""Role":"x""#,
        r#""role":7"#,
        r#""role":null"#,
        r#""role":"seventeen letters""#,
        r#""role":["x"]"#,
    ] {
        assert_eq!(
            read::<Owned>(members, 512),
            Err(Error::CustomClaimsShape),
            "{members}"
        );
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Number {
        n: u8,
    }
    assert_eq!(read(r#""n":255"#, 0), Ok(Number { n: 255 }));
    for n in ["256", "-1", "1.5", "1e2", "\"1\"", "true"] {
        assert_eq!(
            read::<Number>(&format!("\"n\":{n}"), 0),
            Err(Error::CustomClaimsShape),
            "{n}"
        );
    }
}

#[test]
fn any_serialisable_value_is_signed() {
    #[derive(Serialize)]
    struct Refresh<'a> {
        token_type: &'a str,
        sub: &'a str,
        exp: i64,
        nbf: i64,
        root_token_id: heapless::String<36>,
        scopes: [u8; 2],
        none: Option<u8>,
    }
    let claims = Refresh {
        token_type: "access",
        sub: "q\"\\\n\u{1}\u{e9}\u{1f600}",
        exp: EXP,
        nbf: NOW,
        root_token_id: "3e7b2f0a".try_into().unwrap(),
        scopes: [1, 2],
        none: None,
    };
    let key = Key::new(KEY).unwrap();
    let mut out = [0; 512];
    let signed = sign_claims(&claims, key.with_kid("k"), &mut out).unwrap();
    let json = r#"{"token_type":"access","sub":"q\"\\\n\u0001é😀","exp":1745655578,"nbf":1745651978,"root_token_id":"3e7b2f0a","scopes":[1,2],"none":null}"#;
    assert_eq!(
        signed,
        token(r#"{"alg":"HS256","kid":"k","typ":"JWT"}"#, json, KEY)
    );
    assert_eq!(
        outcome(signed, &Validation::access()),
        Ok(claims.sub.to_owned())
    );

    let len = signed.len();
    for size in 0..len {
        let mut out = vec![0; size];
        match sign_claims(&claims, key.with_kid("k"), &mut out).unwrap_err() {
            Error::OutputTooSmall { needed } => assert_eq!(needed, len, "{size}"),
            error => {
                assert_eq!(error, Error::CustomClaimsNotWritten, "{size}");
                assert!(size < len - 44, "the JSON fitted: {size}");
            }
        }
    }
    assert!(sign_claims(&claims, key.with_kid("k"), &mut vec![0; len]).is_ok());
}

#[test]
fn what_is_no_claims_set_is_not_signed() {
    let (key, mut out) = (Key::new(KEY).unwrap(), [0; 512]);
    let (part, at, problem) = (Part::ToSign, 0, JsonProblem::NotObject);
    let refused = sign_claims(&[1, 2], &key, &mut out);
    assert_eq!(refused, Err(Error::Json { part, problem, at }));
    assert_eq!(
        sign_claims("x", &key, &mut out),
        Err(Error::Json { part, problem, at })
    );

    #[derive(Serialize)]
    struct Twice {
        a: u8,
        #[serde(rename = "a")]
        b: u8,
    }
    let refused = sign_claims(&Twice { a: 1, b: 2 }, &key, &mut out);
    let problem = JsonProblem::DuplicateName;
    assert_eq!(
        refused,
        Err(Error::Json {
            part,
            problem,
            at: 12
        })
    );
}

/// A claims set with one member of any type.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Holder<T> {
    m: T,
}

/// Reads the member `m` of a verified token, with enough buffer.
fn member<T: for<'b> Deserialize<'b>>(json: &str) -> Result<T, Error> {
    read::<Holder<T>>(&format!("\"m\":{json}"), 4096).map(|holder| holder.m)
}

/// The claims set that is signed.
fn claims_set<T: Serialize>(claims: &T) -> Result<String, Error> {
    let mut out = [0; 4096];
    let token = sign_claims(claims, &Key::new(KEY).unwrap(), &mut out)?;
    let payload = token.split('.').nth(1).unwrap();
    Ok(String::from_utf8(decode(payload)).unwrap())
}

/// The member `m` as it is signed.
fn written<T: Serialize>(m: T) -> Result<String, Error> {
    let json = claims_set(&Holder { m })?;
    let value = json.strip_prefix("{\"m\":").unwrap();
    Ok(value.strip_suffix('}').unwrap().to_owned())
}

/// The value is written as this text, and is read from it again.
fn both<T: for<'b> Deserialize<'b> + Serialize + PartialEq + Debug>(value: T, json: &str) {
    assert_eq!(written(&value).as_deref(), Ok(json));
    assert_eq!(member::<T>(json), Ok(value), "{json}");
}

fn refused<T: for<'b> Deserialize<'b> + Debug>(values: &[&str]) {
    for json in values {
        let kind = std::any::type_name::<T>();
        let error = member::<T>(json).unwrap_err();
        assert_eq!(error, Error::CustomClaimsShape, "{json} as {kind}");
    }
}

fn not_written<T: Serialize>(value: T) {
    let kind = std::any::type_name::<T>();
    assert_eq!(written(value), Err(Error::CustomClaimsNotWritten), "{kind}");
}

/// One JSON value of every kind.
const KINDS: [&str; 9] = [
    "null",
    "true",
    "7",
    "-7",
    "1.5",
    r#""x""#,
    "[]",
    "{}",
    r#"[{"a":[1]}]"#,
];

/// All of [`KINDS`] except these.
fn kinds_but(but: &[&str]) -> Vec<&'static str> {
    KINDS
        .into_iter()
        .filter(|kind| !but.contains(kind))
        .collect()
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Nothing;

#[derive(Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
struct Newtype<T>(T);

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Pair(u8, String);

#[derive(Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
enum Role {
    Reader,
    #[serde(rename = "site \"admin\"")]
    Admin,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
enum Shape {
    Unit,
    Newtype(u8),
    Tuple(u8, Option<bool>),
    Struct { seats: u8, name: String },
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Tree {
    next: Option<Box<Tree>>,
}

/// A type that holds itself without end, with no value in between.
#[derive(Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Endless(Option<Box<Endless>>);

/// The same, of options alone.
#[derive(Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
struct EndlessOption(Option<Box<EndlessOption>>);

/// The same, of newtypes alone, because a name may be a newtype.
#[derive(Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
struct EndlessName(Newtype<Box<EndlessName>>);

/// Bytes as `serde_bytes` writes and reads them.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Blob(Vec<u8>);

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Blob;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Blob, E> {
                Ok(Blob(bytes.to_vec()))
            }
        }
        deserializer.deserialize_byte_buf(Bytes)
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

#[test]
fn integers_are_read_and_written_up_to_their_bounds_and_no_further() {
    macro_rules! check {
        ($($integer:ty)*) => {$(
            for value in [<$integer>::MIN, 0, 1, 9, 10, 99, 100, <$integer>::MAX] {
                both(value, &value.to_string());
            }
            let above = <$integer>::MAX as i128 + 1;
            let below = <$integer>::MIN as i128 - 1;
            refused::<$integer>(&[&above.to_string(), &below.to_string()]);
            refused::<$integer>(&["1.0", "1e0", "1E+2", "0.5", "-0.1", "1e-1", "123456789012345678901234567890"]);
            refused::<$integer>(&kinds_but(&["7", "-7"]));
        )*};
    }
    check! { i8 i16 i32 i64 u8 u16 u32 u64 }
    refused::<u64>(&["-7"]);
    assert_eq!(member("-0"), Ok(0_i64));
}

#[test]
fn integers_of_128_bits_are_refused() {
    refused::<i128>(&["0", "-1"]);
    refused::<u128>(&["0", "18446744073709551616"]);
    not_written(0_i128);
    not_written(0_u128);
}

/// If a limit were infinite or no number, it would limit nothing.
#[test]
fn floats_are_finite() {
    both(1.5_f64, "1.5");
    both(-0.25_f32, "-0.25");
    both(f64::MAX, "1.7976931348623157e308");
    both(f64::MIN_POSITIVE, "2.2250738585072014e-308");
    both(f32::MAX, "3.4028235e38");
    assert_eq!(member("7"), Ok(7.0_f64));
    assert_eq!(member("12.5E-1"), Ok(1.25_f32));
    assert_eq!(member("1e-999"), Ok(0.0_f64));
    assert_eq!(member("-0.0").map(f64::is_sign_negative), Ok(true));

    refused::<f64>(&["1e309", "-1e309", "1e99999999999999999999"]);
    refused::<f32>(&["3.5e38", "-1e39"]);
    refused::<f64>(&kinds_but(&["7", "-7", "1.5"]));
    refused::<f32>(&kinds_but(&["7", "-7", "1.5"]));
    assert_eq!(member::<Option<f64>>("null"), Ok(None));
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        not_written(value);
        not_written(value as f32);
    }
}

#[test]
fn bools_units_and_options() {
    both(true, "true");
    both(false, "false");
    refused::<bool>(&kinds_but(&["true"]));

    both((), "null");
    both(Nothing, "null");
    refused::<()>(&kinds_but(&["null"]));
    refused::<Nothing>(&kinds_but(&["null"]));

    both(None::<u8>, "null");
    both(Some(7_u8), "7");
    both(Some(Newtype(Some(Role::Reader))), r#""Reader""#);
    refused::<Option<u8>>(&kinds_but(&["null", "7"]));
    assert_eq!(
        read::<Holder<Option<u8>>>(r#""other":1"#, 0),
        Ok(Holder { m: None })
    );
    assert_eq!(
        read::<Holder<u8>>(r#""other":1"#, 0),
        Err(Error::CustomClaimsShape)
    );
}

/// RFC 8259 7: every escape, in both directions.
#[test]
fn chars_and_strings() {
    for (c, json) in [
        ('a', r#""a""#),
        ('"', r#""\"""#),
        ('\\', r#""\\""#),
        ('\n', r#""\n""#),
        ('\0', r#""\u0000""#),
        ('\u{1f}', r#""\u001F""#),
        ('\u{7f}', "\"\u{7f}\""),
        ('\u{e9}', "\"\u{e9}\""),
        ('\u{1f600}', "\"\u{1f600}\""),
    ] {
        both(c, json);
        both(c.to_string(), json);
        both(vec![c; 3], &format!("[{json},{json},{json}]"));
    }
    assert_eq!(member(r#""\ud83d\ude00""#), Ok('\u{1f600}'));
    assert_eq!(member(r#""\/""#), Ok('/'));
    refused::<char>(&[r#""""#, r#""ab""#, r#""\n\n""#]);
    refused::<char>(&kinds_but(&[r#""x""#]));
    refused::<String>(&kinds_but(&[r#""x""#]));
    both(String::new(), r#""""#);
    both(Ipv4Addr::LOCALHOST, r#""127.0.0.1""#);
}

#[test]
fn sequences_and_tuples() {
    both(Vec::<u8>::new(), "[]");
    both(vec![1, 2, 3], "[1,2,3]");
    both(vec![vec![], vec![Some(1)]], "[[],[1]]");
    both([1_u8, 2], "[1,2]");
    both((1, "a".to_owned(), [true]), r#"[1,"a",[true]]"#);
    both(Pair(3, "x".to_owned()), r#"[3,"x"]"#);
    both(Newtype(vec![Newtype(7)]), "[7]");
    refused::<Vec<u8>>(&["[256]", "[1,null]", "[1,[]]", "[1.5]", "[1e1]"]);
    refused::<[u8; 2]>(&["[]", "[1]", "[1,2,3]", "[1,2.5]"]);
    refused::<(u8, u8)>(&["[]", "[1]", "[1,2,3]", r#"{"0":1,"1":2}"#]);
    refused::<Pair>(&["[3]", r#"[3,"x",1]"#, r#"{"0":3}"#]);
    refused::<Vec<u8>>(&kinds_but(&["[]"]));
}

/// The map that made `serde-json-core` panic once it had a member.
#[test]
fn maps_with_owned_names_full_and_empty() {
    both(HashMap::<String, bool>::new(), "{}");
    both(HashMap::from([("a".to_owned(), true)]), r#"{"a":true}"#);
    both(
        BTreeMap::from([("a".to_owned(), 1), ("b\"\\\n".to_owned(), 2)]),
        r#"{"a":1,"b\"\\\n":2}"#,
    );
    both(
        BTreeMap::from([(
            "o".to_owned(),
            BTreeMap::from([(String::new(), vec![None, Some(1)])]),
        )]),
        r#"{"o":{"":[null,1]}}"#,
    );
    assert_eq!(
        member(r#"{"\u0061\ud83d\ude00":{"\u0000":1}}"#),
        Ok(HashMap::from([(
            "a\u{1f600}".to_owned(),
            HashMap::from([("\0".to_owned(), 1)])
        )]))
    );
    refused::<HashMap<String, bool>>(&[r#"{"a":1}"#, r#"{"a":true,"b":null}"#, r#"[["a",true]]"#]);
    refused::<HashMap<String, bool>>(&kinds_but(&["{}"]));

    // A map can take the whole claims set.
    let all: BTreeMap<String, IgnoredAny> = read(r#""a":[{"b":1}],"c":null"#, 0).unwrap();
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    assert_eq!(names, ["a", "c", "exp", "nbf", "sub", "token_type"]);
}

#[test]
fn maps_with_other_names_that_are_strings() {
    both(BTreeMap::from([('a', 1), ('\n', 2)]), r#"{"\n":2,"a":1}"#);
    both(
        BTreeMap::from([(Role::Reader, 1), (Role::Admin, 2)]),
        r#"{"Reader":1,"site \"admin\"":2}"#,
    );
    both(
        BTreeMap::from([(Newtype(Newtype("a".to_owned())), 1)]),
        r#"{"a":1}"#,
    );
    both(
        BTreeMap::from([(Ipv4Addr::LOCALHOST, 1)]),
        r#"{"127.0.0.1":1}"#,
    );
    let name: heapless::String<4> = "abcd".try_into().unwrap();
    both(BTreeMap::from([(name, 1)]), r#"{"abcd":1}"#);
    refused::<BTreeMap<char, u8>>(&[r#"{"ab":1}"#, r#"{"":1}"#]);
    refused::<BTreeMap<Role, u8>>(&[r#"{"Nobody":1}"#, r#"{"Reader":1,"":1}"#]);
    refused::<BTreeMap<heapless::String<4>, u8>>(&[r#"{"abcde":1}"#]);
    refused::<BTreeMap<Ipv4Addr, u8>>(&[r#"{"localhost":1}"#]);
}

/// Names in JSON are strings. A map with names of another type is neither read nor written.
#[test]
fn maps_with_names_that_are_no_strings_are_refused() {
    macro_rules! check {
        ($($name:expr => $type:ty,)*) => {$(
            assert_eq!(member::<BTreeMap<$type, u8>>("{}"), Ok(BTreeMap::new()));
            refused::<BTreeMap<$type, u8>>(&[r#"{"":1}"#, r#"{"1":1}"#, r#"{"a\n":1}"#]);
            assert_eq!(written(BTreeMap::<$type, u8>::new()).as_deref(), Ok("{}"));
            not_written(BTreeMap::from([($name, 1)]));
        )*};
    }
    check! {
        true => bool,
        1 => i8,
        1 => i16,
        1 => i32,
        1 => i64,
        1 => i128,
        1 => u8,
        1 => u16,
        1 => u32,
        1 => u64,
        1 => u128,
        () => (),
        None::<String> => Option<String>,
        Some("a".to_owned()) => Option<String>,
        vec!["a".to_owned()] => Vec<String>,
        ("a".to_owned(), 1) => (String, u8),
        BTreeMap::from([("a".to_owned(), 1)]) => BTreeMap<String, u8>,
        Newtype(1) => Newtype<u8>,
        Blob(vec![b'a']) => Blob,
        Endless(None) => Endless,
    }
    #[derive(Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
    enum Name {
        Newtype(u8),
        Tuple(u8, u8),
        Struct { a: u8 },
    }
    for name in [Name::Newtype(1), Name::Tuple(1, 2), Name::Struct { a: 1 }] {
        not_written(BTreeMap::from([(name, 1)]));
    }
    refused::<BTreeMap<Name, u8>>(&[r#"{"Newtype":1}"#, r#"{"Tuple":1}"#, r#"{"Struct":1}"#]);
}

#[test]
fn enums_of_every_form() {
    both(Role::Reader, r#""Reader""#);
    both(Role::Admin, r#""site \"admin\"""#);
    both(Shape::Unit, r#""Unit""#);
    both(Shape::Newtype(7), r#"{"Newtype":7}"#);
    both(Shape::Tuple(7, None), r#"{"Tuple":[7,null]}"#);
    let name = "a\"b".to_owned();
    both(
        vec![Shape::Struct { seats: 7, name }, Shape::Unit],
        r#"[{"Struct":{"seats":7,"name":"a\"b"}},"Unit"]"#,
    );
    assert_eq!(member(r#"{"Unit":null}"#), Ok(Shape::Unit));
    assert_eq!(member(r#" { "\u004eewtype" : 7 } "#), Ok(Shape::Newtype(7)));

    refused::<Shape>(&[
        r#""Newtype""#,
        r#""Tuple""#,
        r#""Struct""#,
        r#""Other""#,
        r#"{"Unit":1}"#,
        r#"{"Newtype":256}"#,
        r#"{"Newtype":1.5}"#,
        r#"{"Newtype":[7]}"#,
        r#"{"Tuple":[7]}"#,
        r#"{"Tuple":[7,null,1]}"#,
        r#"{"Tuple":7}"#,
        r#"{"Struct":{"seats":7}}"#,
        r#"{"Struct":{}}"#,
        r#"{"Struct":null}"#,
        r#"{"Other":1}"#,
        r#"{"Newtype":7,"Unit":null}"#,
        r#"{"Unit":null,"Unit":null}"#,
    ]);
    refused::<Shape>(&KINDS);
    refused::<Role>(&KINDS);
}

/// These types ask for a value before they know its type. `serde-json-core` refuses that.
#[test]
fn types_that_look_ahead_are_written_and_not_read() {
    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    #[serde(tag = "t")]
    enum Internal {
        A { x: u8 },
    }
    assert_eq!(
        written(Internal::A { x: 7 }).as_deref(),
        Ok(r#"{"t":"A","x":7}"#)
    );
    refused::<Internal>(&[r#"{"t":"A","x":7}"#, r#"{"x":7,"t":"A"}"#, "{}"]);

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    #[serde(untagged)]
    enum Untagged {
        A(u8),
        B(String),
    }
    assert_eq!(written(Untagged::A(7)).as_deref(), Ok("7"));
    assert_eq!(
        written(Untagged::B("x".to_owned())).as_deref(),
        Ok(r#""x""#)
    );
    refused::<Untagged>(&KINDS);
    refused::<serde_json::Value>(&KINDS);

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Flat {
        seats: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    }
    let rest = BTreeMap::from([("a\"".to_owned(), 1)]);
    assert_eq!(
        written(Flat { seats: 7, rest }).as_deref(),
        Ok(r#"{"seats":7,"a\"":1}"#)
    );
    refused::<Flat>(&[r#"{"seats":7,"a":1}"#]);
}

/// `serde-json-core` writes bytes as they stand. So the author of the bytes could add members.
#[test]
fn bytes_are_refused() {
    for value in ["1", r#"1,"admin":true"#, r#""x""#] {
        not_written(Blob(value.into()));
    }
    refused::<Blob>(&KINDS);
    not_written(Some(vec![Blob(Vec::new())]));
}

/// `serde-json-core` also writes a string of a certain type as it stands. It knows that type by its
/// name alone.
#[test]
fn escaped_strings_are_not_written() {
    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    #[serde(rename = "__serde_json_core_escaped_string__")]
    struct EscapedStr<T>(T);

    not_written(EscapedStr("a"));
    not_written(EscapedStr(r#"x","admin":true,"y":"z"#));
    not_written(EscapedStr(7));
    not_written(BTreeMap::from([("a", vec![EscapedStr(())])]));
    refused::<EscapedStr<u8>>(&KINDS);
    refused::<EscapedStr<Vec<u8>>>(&KINDS);
    assert_eq!(member(r#""a\n""#), Ok(EscapedStr(r"a\n".to_owned())));
}

/// Unknown members are passed over, whatever they hold, even escapes.
#[test]
fn unknown_members_of_every_kind_are_ignored() {
    let deepest = "[".repeat(MAX_JSON_DEPTH) + &"]".repeat(MAX_JSON_DEPTH);
    let deepest_objects = "{\"a\":".repeat(MAX_JSON_DEPTH) + "1" + &"}".repeat(MAX_JSON_DEPTH);
    let hostile = [
        &deepest,
        &deepest_objects,
        r#"{"a":{"\n":"\"\\"},"b":[1e999,-0.0e-0]}"#,
        r#""]}\",""#,
        r#"[ "\ud83d\ude00" , [ ] , { } ]"#,
    ];
    for json in KINDS.into_iter().chain(hostile) {
        let members = format!(r#""x":{json},"m":7,"\n":{json}"#);
        let holder = read::<Holder<u8>>(&members, 4096);
        assert_eq!(holder, Ok(Holder { m: 7 }), "{json}");
        assert!(member::<IgnoredAny>(json).is_ok(), "{json}");
    }
}

#[test]
fn unknown_members_are_refused_if_the_type_says_so() {
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        sub: String,
    }
    // serde's message about it is longer than the room that `serde-json-core` may keep for messages.
    let long = format!(r#"{{"{}":1}}"#, "\u{e9}".repeat(300));
    refused::<Strict>(&[&long, r#"{"sub":"a","Sub":"a"}"#]);
    assert_eq!(
        member(r#"{"sub":"a"}"#),
        Ok(Strict {
            sub: "a".to_owned()
        })
    );
}

/// Makes a tree of `levels` objects, one inside the other.
fn tree(levels: usize) -> Tree {
    (1..levels).fold(Tree { next: None }, |tree, _| Tree {
        next: Some(Box::new(tree)),
    })
}

#[test]
fn values_nest_as_deep_as_json_may() {
    let deepest = tree(MAX_JSON_DEPTH);
    let json = written(&deepest).unwrap();
    assert_eq!(member(&json), Ok(deepest));
    let lists = "[".repeat(MAX_JSON_DEPTH) + &"]".repeat(MAX_JSON_DEPTH);
    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Lists(Vec<Option<Lists>>);
    let deepest = (1..MAX_JSON_DEPTH).fold(Lists(vec![]), |lists, _| Lists(vec![Some(lists)]));
    both(deepest, &lists);

    let (part, problem) = (Part::ToSign, JsonProblem::TooDeep);
    let at = r#"{"m":"#.len() + MAX_JSON_DEPTH * r#"{"next":"#.len();
    let too_deep = written(tree(MAX_JSON_DEPTH + 1));
    assert_eq!(too_deep, Err(Error::Json { part, problem, at }));
    for levels in [128, 500] {
        not_written(tree(levels));
    }
}

/// Without a bound, the stack would overflow and end the program.
#[test]
fn a_type_that_holds_itself_without_end_is_refused() {
    refused::<Endless>(&kinds_but(&["null"]));
    assert_eq!(member("null"), Ok(Endless(None)));
    refused::<EndlessOption>(&kinds_but(&["null"]));
    refused::<EndlessName>(&KINDS);
    refused::<BTreeMap<EndlessName, u8>>(&[r#"{"a":1}"#]);
    refused::<BTreeMap<Endless, u8>>(&[r#"{"a":1}"#]);

    let endless =
        |levels| (0..levels).fold(Endless(None), |endless, _| Endless(Some(Box::new(endless))));
    assert_eq!(written(endless(10)).as_deref(), Ok("null"));
    not_written(endless(500));
    not_written(BTreeMap::from([(endless(500), 1)]));
    let option = (0..500).fold(EndlessOption(None), |endless, _| {
        EndlessOption(Some(Box::new(endless)))
    });
    not_written(option);
}

/// RFC 8259 7: a name is escaped like any string. So are the names of fields and variants.
#[test]
fn names_of_fields_are_escaped() {
    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Names {
        #[serde(rename = "a\",\"admin\":true,\"b")]
        a: u8,
        #[serde(rename = "\n\u{e9}")]
        b: u8,
    }
    both(
        Names { a: 1, b: 2 },
        "{\"a\\\",\\\"admin\\\":true,\\\"b\":1,\"\\n\u{e9}\":2}",
    );

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    enum Variants {
        #[serde(rename = "\"")]
        Newtype(u8),
        #[serde(rename = "\\")]
        Tuple(u8, u8),
        #[serde(rename = "\t")]
        Struct {
            #[serde(rename = "\"")]
            a: u8,
        },
    }
    both(Variants::Newtype(1), r#"{"\"":1}"#);
    both(Variants::Tuple(1, 2), r#"{"\\":[1,2]}"#);
    both(Variants::Struct { a: 1 }, r#"{"\t":{"\"":1}}"#);
}

/// `serde-json-core` panics if it must make an error with a text.
#[test]
fn a_value_that_refuses_to_be_written_is_an_error() {
    let shared = RefCell::new(1);
    assert_eq!(written(&shared).as_deref(), Ok("1"));
    let borrowed = shared.borrow_mut();
    not_written(&shared);
    not_written(vec![BTreeMap::from([("a", Some(&shared))])]);
    drop(borrowed);
    not_written(std::time::UNIX_EPOCH - std::time::Duration::from_secs(1));

    #[derive(Serialize)]
    #[allow(dead_code)]
    enum Skipped {
        #[serde(skip)]
        Never,
    }
    not_written(Skipped::Never);
}

/// A value that breaks serde's rules must not become a token.
#[test]
fn a_value_that_writes_no_json_is_not_signed() {
    #[derive(Clone, Copy)]
    enum Wrong {
        NameAlone,
        ValueAlone,
        TwoNames,
    }
    impl Serialize for Wrong {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            match self {
                Self::NameAlone => map.serialize_key("a")?,
                Self::ValueAlone => map.serialize_value(&1)?,
                Self::TwoNames => {
                    map.serialize_key("a")?;
                    map.serialize_key("b")?;
                    map.serialize_value(&1)?;
                }
            }
            map.end()
        }
    }
    for (wrong, at) in [
        (Wrong::NameAlone, 5),
        (Wrong::ValueAlone, 1),
        (Wrong::TwoNames, 5),
    ] {
        let (part, problem) = (Part::ToSign, JsonProblem::Syntax);
        let refused = Err(Error::Json { part, problem, at });
        assert_eq!(claims_set(&wrong), refused);
        assert!(written(wrong).is_err());
    }
    // This value goes on after an element was refused. What it has written is still checked.
    struct GoesOn;
    impl Serialize for GoesOn {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut seq = serializer.serialize_seq(None)?;
            let _ = seq.serialize_element(&1);
            let _ = seq.serialize_element(&BTreeMap::from([(1, 1)]));
            seq.end()
        }
    }
    assert!(matches!(written(GoesOn), Err(Error::Json { .. })));
}

#[test]
fn every_size_of_the_buffers_is_an_answer() {
    let value = Holder {
        m: (
            BTreeMap::from([("a\n\"".to_owned(), vec![Shape::Tuple(7, Some(true))])]),
            vec!['\n', '\u{1f600}'],
            (-1.5, Ipv4Addr::LOCALHOST),
        ),
    };
    let len = claims_set(&value).unwrap().len();
    let key = Key::new(KEY).unwrap();
    for size in 0..len + r#"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."#.len() {
        let mut out = vec![0; size];
        let refused = sign_claims(&value, &key, &mut out);
        assert_eq!(refused, Err(Error::CustomClaimsNotWritten), "{size}");
    }
    let json = written(&value.m).unwrap();
    let len = ACCESS.len() + r#","m":"#.len() + json.len();
    for size in (0..2 * len).step_by(if cfg!(miri) { 50 } else { 1 }) {
        type Read = (BTreeMap<String, Vec<Shape>>, Vec<char>, (f64, Ipv4Addr));
        match read::<Holder<Read>>(&format!("\"m\":{json}"), size) {
            Ok(read) => assert_eq!(read, value, "{size}"),
            Err(error) => {
                assert_eq!(error, Error::CustomClaimsShape, "{size}");
                assert!(size < len + 8, "{size}");
            }
        }
    }
}

/// JSON values of a few levels, with the characters that JSON escapes.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let text = || prop::string::string_regex("[a-cA\"\\\\\n\0é😀]{0,4}").unwrap();
    let number = prop_oneof![
        any::<u8>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        any::<i16>().prop_map(|halves| serde_json::Value::from(f64::from(halves) / 2.0)),
    ];
    let names = prop::sample::select(vec!["Unit", "Newtype", "Tuple", "Struct", "seats", "name"]);
    let name = move || prop_oneof![text(), names.clone().prop_map(str::to_owned)];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        number,
        name().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::hash_map(name(), inner, 0..4)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Verifies a token whose member `m` is `json`, and checks its claims.
fn verified<R>(json: &serde_json::Value, check: impl FnOnce(&VerifiedClaims<'_>) -> R) -> R {
    let payload = ACCESS.replace('}', &format!(",\"m\":{json}}}"));
    let token = token(HEADER, payload, KEY);
    let (key, mut scratch) = (Key::new(KEY).unwrap(), [0; 4096]);
    check(&verify(token, &key, &Validation::access(), NOW, &mut scratch).unwrap())
}

fn member_of<T>(claims: &VerifiedClaims<'_>) -> Result<T, Error>
where
    T: for<'b> Deserialize<'b>,
{
    let holder: Holder<T> = claims.claims_as(&mut [0; 8192])?;
    Ok(holder.m)
}

/// Whether we and `serde_json` read the member as the same `T`, or both refuse it.
fn is_read_as_serde_json_does<T>(claims: &VerifiedClaims<'_>, json: &serde_json::Value) -> bool
where
    T: for<'b> Deserialize<'b> + PartialEq,
{
    match (member_of::<T>(claims), T::deserialize(json)) {
        (Ok(ours), Ok(theirs)) => ours == theirs,
        (Err(error), Err(_)) => error == Error::CustomClaimsShape,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 2 } else { ProptestConfig::default().cases },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Any JSON is read as many types: without a panic, and as the value that `serde_json` reads.
    #[test]
    fn any_json_is_read_as_serde_json_reads_it(
        json in any_json(),
        map in prop::collection::hash_map("[a-c\"\\\\\né😀]{0,2}", any_json(), 0..4),
    ) {
        macro_rules! check {
            ($claims:ident, $json:ident: $($kind:ty,)*) => {$(
                prop_assert!(
                    is_read_as_serde_json_does::<$kind>($claims, $json),
                    "{} as {}", $json, stringify!($kind)
                );
            )*};
        }
        for json in [&json, &serde_json::json!(map), &serde_json::json!([json])] {
            verified(json, |claims| {
                check! { claims, json:
                    (), bool, u8, i8, u64, i64, f64, char, String, Option<u8>, Newtype<i32>, Nothing,
                    Pair, Role, Vec<u8>, Vec<Option<bool>>, (u8, i64), [String; 1], Vec<f64>,
                    HashMap<String, bool>, HashMap<String, u64>, HashMap<String, Option<char>>,
                    HashMap<char, i16>, HashMap<Newtype<String>, Vec<u8>>, BTreeMap<Role, f64>,
                    HashMap<String, HashMap<String, Vec<i64>>>,
                }
                // `serde_json` takes an array for a struct too.
                if let Ok(ours) = member_of::<Shape>(claims) {
                    prop_assert_eq!(Shape::deserialize(json).unwrap(), ours);
                }
                prop_assert!(member_of::<IgnoredAny>(claims).is_ok());
                prop_assert!(member_of::<u128>(claims).is_err());
                prop_assert!(member_of::<serde_json::Value>(claims).is_err());
                let _ = member_of::<Tree>(claims);
                let _ = member_of::<Endless>(claims);
                let _ = member_of::<BTreeMap<EndlessName, u8>>(claims);
                let _ = member_of::<BTreeMap<u8, Blob>>(claims);
                Ok(())
            })?;
        }
    }

    /// The JSON that is written has the same meaning as the value.
    #[test]
    fn any_value_is_written_as_json_that_means_the_same(
        map in prop::collection::hash_map("[a-c\"\\\\\n\0é😀]{0,3}", any_json(), 0..6),
    ) {
        let json: serde_json::Value = serde_json::from_str(&claims_set(&map).unwrap()).unwrap();
        prop_assert_eq!(json, serde_json::json!(map));
    }
}

/// Another system's claims set is read even if the core knows none of its members.
#[test]
fn a_claims_set_without_known_members_is_read() {
    let rules = [Claim::TokenType, Claim::Sub, Claim::Exp, Claim::Nbf]
        .into_iter()
        .fold(Validation::any_type(), Validation::allow_missing);
    let key = Key::new(KEY).unwrap();
    let (mut out, mut scratch) = ([0; 256], [0; 256]);
    for (json, expected) in [
        ("{}", HashMap::new()),
        (
            r#" { "a" : true } "#,
            HashMap::from([("a".to_owned(), true)]),
        ),
    ] {
        let token = sign_json(json, &key, &mut out).unwrap();
        let claims = verify(token, &key, &rules, NOW, &mut scratch).unwrap();
        assert_eq!(claims.claims_as(&mut []), Ok(expected));
    }
}

#[test]
fn a_type_that_leaves_its_value_unread_is_refused() {
    #[derive(Debug, PartialEq)]
    struct Unread;
    impl<'de> Deserialize<'de> for Unread {
        fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            Ok(Self)
        }
    }
    refused::<Unread>(&KINDS);
    refused::<Vec<Unread>>(&["[1]", "[[]]"]);
    assert_eq!(read::<Unread>(r#""m":1"#, 0), Err(Error::CustomClaimsShape));
}

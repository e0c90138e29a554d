//! JSON, RFC 8259: how strictly headers and claims sets are read, through the public functions.

use crate::token_maker::*;
use barejwt::JsonProblem::{
    BadEscape, ControlCharacter, DuplicateName, NotObject, NotUtf8, Syntax, TooDeep,
    TooManyMembers, TrailingBytes,
};
use barejwt::{
    Claims, Error, JsonProblem, Key, MAX_JSON_DEPTH, MAX_MEMBERS, Part, Validation, sign,
    sign_json, verify,
};

/// Verifies a token with this claims set, and a token with this header. Both must give the same fault.
fn both(json: impl AsRef<[u8]>) -> Option<(JsonProblem, usize)> {
    let json = json.as_ref();
    let of = |token: String| match outcome(token, &Validation::access()) {
        Err(Error::Json { part, problem, at }) => Some((part, problem, at)),
        _ => None,
    };
    let header = of(token(json, ACCESS, KEY));
    let payload = of(token(HEADER, json, KEY));
    assert_eq!(header.map(|fault| fault.0), payload.map(|_| Part::Header));
    assert_eq!(payload.map(|fault| fault.0), header.map(|_| Part::Payload));
    let fault = payload.map(|(_, problem, at)| (problem, at));
    assert_eq!(header.map(|(_, problem, at)| (problem, at)), fault);
    // Signing must give the same fault.
    if let Ok(json) = core::str::from_utf8(json) {
        let key = Key::new(KEY).unwrap();
        let signed = sign_json(json, &key, &mut [0; 4096]).err();
        let part = Part::ToSign;
        let expected = fault.map(|(problem, at)| Error::Json { part, problem, at });
        assert_eq!(signed, expected, "{json}");
    }
    fault
}

fn subject(json: &str) -> Result<String, Error> {
    outcome(token(HEADER, json, KEY), &Validation::access())
}

#[test]
fn rfc8259_2_every_grammatical_text_is_accepted() {
    for good in [
        "{}",
        " \t\r\n{ \t\r\n} \t\r\n",
        r#"{"":""}"#,
        r#"{"a":-0,"b":0.5,"c":1e9,"d":1E+9,"e":-1.25e-3,"f":0e0,"g":123456789012345678901234567890}"#,
        r#"{"a":true,"b":false,"c":null}"#,
        r#"{ "a" : [ ] , "b" : { } , "c" : [ [ ] , { "d" : [ 1 , "x" , { } ] } ] }"#,
        "{\"\u{7f}\u{80}\":\"\u{e9}\u{1f600}\u{2028}\u{fffe}\u{feff}\"}",
        r#"{"a":"\"\\\/\b\f\n\r\t\u0000\u00e9\ud83d\ude00\uD83D\uDE00\uffff"}"#,
        r#"{"a":{"x":1,"x":2}}"#,
    ] {
        assert_eq!(both(good), None, "{good}");
    }
}

#[test]
fn rfc8259_2_every_ungrammatical_text_is_refused() {
    for (bad, problem, at) in [
        ("", NotObject, 0),
        ("   ", NotObject, 3),
        ("[]", NotObject, 0),
        ("\"{}\"", NotObject, 0),
        ("null", NotObject, 0),
        ("1745651978", NotObject, 0),
        ("\u{a0}{}", NotObject, 0),
        ("\u{c}{}", NotObject, 0),
        ("//\n{}", NotObject, 0),
        ("{", Syntax, 1),
        ("{]", Syntax, 1),
        ("{,}", Syntax, 1),
        ("{\u{a0}}", Syntax, 1),
        (r#"{"a"}"#, Syntax, 4),
        (r#"{"a" 1}"#, Syntax, 5),
        (r#"{"a":}"#, Syntax, 5),
        (r#"{"a":1,}"#, Syntax, 7),
        (r#"{"a":1,,"b":2}"#, Syntax, 7),
        (r#"{"a":1 "b":2}"#, Syntax, 7),
        (r#"{"a":1;"b":2}"#, Syntax, 6),
        (r#"{a:1}"#, Syntax, 1),
        (r#"{'a':1}"#, Syntax, 1),
        (r#"{1:1}"#, Syntax, 1),
        (r#"{null:1}"#, Syntax, 1),
        (r#"{"a":'x'}"#, Syntax, 5),
        (r#"{"a":01}"#, Syntax, 6),
        (r#"{"a":-01}"#, Syntax, 7),
        (r#"{"a":+1}"#, Syntax, 5),
        (r#"{"a":.5}"#, Syntax, 5),
        (r#"{"a":1.}"#, Syntax, 7),
        (r#"{"a":1.e5}"#, Syntax, 7),
        (r#"{"a":1e}"#, Syntax, 7),
        (r#"{"a":1e+}"#, Syntax, 8),
        (r#"{"a":1e+-1}"#, Syntax, 8),
        (r#"{"a":-}"#, Syntax, 6),
        (r#"{"a":--1}"#, Syntax, 6),
        (r#"{"a":0x10}"#, Syntax, 6),
        (r#"{"a":1_000}"#, Syntax, 6),
        (r#"{"a":NaN}"#, Syntax, 5),
        (r#"{"a":Infinity}"#, Syntax, 5),
        (r#"{"a":-Infinity}"#, Syntax, 6),
        (r#"{"a":True}"#, Syntax, 5),
        (r#"{"a":nul}"#, Syntax, 5),
        (r#"{"a":nulls}"#, Syntax, 9),
        (r#"{"a":undefined}"#, Syntax, 5),
        (r#"{"a":[1,]}"#, Syntax, 8),
        (r#"{"a":[,1]}"#, Syntax, 6),
        (r#"{"a":[1 2]}"#, Syntax, 8),
        (r#"{"a":[1:2]}"#, Syntax, 7),
        (r#"{"a":[}"#, Syntax, 6),
        (r#"{"a":[}]}"#, Syntax, 6),
        (r#"{"a":{]}"#, Syntax, 6),
        (r#"{"a":{"b":1]}"#, Syntax, 11),
        (r#"{"a":{"b"}}"#, Syntax, 9),
        (r#"{"a":{"b":1,}}"#, Syntax, 12),
        (r#"{"a":[[[]}"#, Syntax, 9),
        (r#"{"a":1/*c*/}"#, Syntax, 6),
        (r#"{"a":"x"#, Syntax, 7),
        (r#"{"a":1"#, Syntax, 6),
        (r#"{"a":1]"#, Syntax, 6),
    ] {
        assert_eq!(both(bad), Some((problem, at)), "{bad}");
    }
}

#[test]
fn rfc8259_2_nothing_follows_the_object() {
    for tail in [
        "{}", "x", "\0", ",", "}", "/**/", "#", "\u{feff}", "\u{a0}", "\u{b}", "1", "\"\"",
    ] {
        for space in ["", " ", "\r\n\t "] {
            let text = format!("{{\"a\":1}}{space}{tail}");
            assert_eq!(
                both(&text),
                Some((TrailingBytes, 7 + space.len())),
                "{text:?}"
            );
        }
    }
}

#[test]
fn rfc8259_8_1_a_byte_order_mark_is_refused() {
    assert_eq!(both("\u{feff}{}"), Some((NotObject, 0)));
    assert_eq!(both(format!("\u{feff}{ACCESS}")), Some((NotObject, 0)));
    assert_eq!(both(b"\xff\xfe{\0}\0"), Some((NotUtf8, 0)));
    assert_eq!(both(b"\xfe\xff\0{\0}"), Some((NotUtf8, 0)));
    assert_eq!(both(b"{\0\"\0a\0\"\0:\x001\0}\0"), Some((Syntax, 1)));
}

#[test]
fn rfc8259_8_1_text_is_utf8() {
    let hostile: [&[u8]; 14] = [
        b"\x80", // A continuation byte alone.
        b"\xbf",
        b"\xc0\xaf", // Overlong.
        b"\xc1\xbf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xc3", // Cut short.
        b"\xe2\x82",
        b"\xf0\x9f\x98",
        b"\xed\xa0\x80", // A surrogate.
        b"\xed\xbf\xbf",
        b"\xf4\x90\x80\x80", // Beyond U+10FFFF.
        b"\xf8\x88\x80\x80\x80",
        b"\xff",
    ];
    for bad in hostile {
        for (before, after) in [
            (&b"{\"a\":\""[..], &b"\"}"[..]),
            (b"{\"", b"\":1}"),
            (b"{\"a\":1}", b""),
        ] {
            let text = [before, bad, after].concat();
            assert_eq!(
                both(&text),
                Some((NotUtf8, before.len())),
                "{}",
                text.escape_ascii()
            );
        }
    }
}

#[test]
fn rfc8259_7_control_characters_must_be_escaped() {
    for control in 0..=0x1f_u8 {
        let control = char::from(control);
        assert_eq!(
            both(format!("{{\"a{control}\":1}}")),
            Some((ControlCharacter, 3))
        );
        assert_eq!(
            both(format!("{{\"a\":\"{control}\"}}")),
            Some((ControlCharacter, 6))
        );
        assert_eq!(
            both(format!("{{\"a\":[{{\"{control}\":1}}]}}")),
            Some((ControlCharacter, 8))
        );
        // Outside strings, only four of them are white space.
        let outside = both(format!("{{{control}}}"));
        let space = matches!(control, '\t' | '\n' | '\r');
        assert_eq!(outside, (!space).then_some((Syntax, 1)), "{control:?}");
        // Written as an escape, each is accepted.
        let escaped = format!("\\u{:04x}", u32::from(control));
        let payload = ACCESS.replace("lUpa", &escaped);
        assert_eq!(subject(&payload), Ok(control.to_string()));
    }
    assert_eq!(
        subject(&ACCESS.replace("lUpa", "\u{7f}\u{85}")),
        Ok("\u{7f}\u{85}".to_owned())
    );
}

#[test]
fn rfc8259_7_escapes_are_those_of_the_grammar() {
    for letter in (0..=0x7f_u8).map(char::from) {
        let text = format!("{{\"a\":\"\\{letter}0041\"}}");
        let known = "\"\\/bfnrtu".contains(letter);
        let expected = match letter {
            '"' => None, // `"\"0041"`, a string of five characters.
            _ if known => None,
            _ => Some((BadEscape, 6)),
        };
        assert_eq!(both(&text), expected, "{text}");
    }
    for bad in [
        r"\u",
        r"\u1",
        r"\u12",
        r"\u123",
        r"\u12g4",
        r"\u+123",
        r"\u-001",
        r"\u 041",
        r"\u00 41",
        r"\U0041",
        r"\u{41}",
        r"\x41",
        r"\'",
        r"\0",
        r"\v",
        r"\a",
        "\\\u{e9}",
        "\\\n",
        r"\u004\u0031",
        "\\u\u{ff10}\u{ff10}\u{ff14}\u{ff11}", // Digits beyond ASCII.
    ] {
        assert_eq!(
            both(format!("{{\"a\":\"{bad}\"}}")),
            Some((BadEscape, 6)),
            "{bad}"
        );
        assert_eq!(
            both(format!("{{\"{bad}\":1}}")),
            Some((BadEscape, 2)),
            "{bad}"
        );
        assert_eq!(
            both(format!("{{\"a\":[\"{bad}\"]}}")),
            Some((BadEscape, 7)),
            "{bad}"
        );
    }
    assert_eq!(both(r#"{"a":"\"#), Some((BadEscape, 6)));
}

#[test]
fn rfc8259_8_2_lone_surrogates_are_refused() {
    for lone in [
        r"\ud800",
        r"\udbff",
        r"\udc00",
        r"\udfff",
        r"\uD83D",
        r"\uDE00",
        r"\ud83dx",
        r"\ud83d\n",
        r"\ud83d\\ude00",
        r"\ud83d\u0041",
        r"\ud83d\ud83d\ude00",
        r"\ude00\ud83d",
        r"\ud83d \ude00",
        r"\ud83dude00",
        r"\ud83d\ue000",
    ] {
        assert_eq!(
            both(format!("{{\"a\":\"{lone}\"}}")),
            Some((BadEscape, 6)),
            "{lone}"
        );
        assert_eq!(
            both(format!("{{\"{lone}\":1}}")),
            Some((BadEscape, 2)),
            "{lone}"
        );
    }
    for (pair, unescaped) in [
        (r"\ud83d\ude00", "\u{1f600}"),
        (r"\uD800\uDC00", "\u{10000}"),
        (r"\udbff\udfff", "\u{10ffff}"),
        (r"\ud7ff\ue000", "\u{d7ff}\u{e000}"),
    ] {
        assert_eq!(
            subject(&ACCESS.replace("lUpa", pair)),
            Ok(unescaped.to_owned())
        );
    }
}

#[test]
fn rfc8259_7_escapes_work_in_every_string() {
    let escape = |text: &str| -> String {
        text.chars()
            .map(|c| format!("\\u{:04X}", u32::from(c)))
            .collect()
    };
    let all = format!(
        r#"{{"{}":"{}","{}":"{}","{}":1745655578,"{}":1745651978}}"#,
        escape("token_type"),
        escape("access"),
        escape("sub"),
        escape("lUpa"),
        escape("exp"),
        escape("nbf"),
    );
    assert_eq!(subject(&all), Ok("lUpa".to_owned()));
    let header = format!(r#"{{"{}":"{}"}}"#, escape("alg"), escape("HS256"));
    assert_eq!(
        outcome(token(header, ACCESS, KEY), &Validation::access()),
        Ok("lUpa".to_owned())
    );
}

#[test]
fn values_nest_32_levels_deep_and_no_more() {
    assert_eq!(MAX_JSON_DEPTH, 32);
    for (open, inner, close) in [
        ("[", "", "]"),
        ("{\"b\":", "1", "}"),
        ("[{\"b\":", "[]", "}]"),
    ] {
        let levels = |depth: usize| {
            let text = format!(
                "{{\"a\":{}{inner}{}}}",
                open.repeat(depth),
                close.repeat(depth)
            );
            let brackets = open.matches(['[', '{']).count() * depth + inner.matches('[').count();
            (text, brackets)
        };
        for depth in 1..=40 {
            let (text, brackets) = levels(depth);
            // Header segments end at 1024 characters; these are short enough.
            let expected = (brackets > 32).then_some(TooDeep);
            assert_eq!(both(&text).map(|fault| fault.0), expected, "{text}");
        }
    }
    let side_by_side = format!("{{\"a\":[{}[]]}}", "[],".repeat(100));
    assert_eq!(both(side_by_side), None);
}

#[test]
fn an_object_has_64_members_and_no_more() {
    assert_eq!(MAX_MEMBERS, 64);
    let object = |members: usize| {
        let list: Vec<String> = (0..members).map(|n| format!("\"{n}\":{n}")).collect();
        format!("{{{}}}", list.join(","))
    };
    assert_eq!(both(object(64)), None);
    let over = object(65);
    assert_eq!(both(&over), Some((TooManyMembers, over.len() - 1)));
    // Members of nested objects, and items of arrays, are not counted.
    let nested = format!("{{\"a\":{},\"b\":[{}1]}}", object(65), "1,".repeat(100));
    let signed = token(HEADER, &nested, KEY);
    let refused = outcome(signed, &Validation::access()).unwrap_err();
    assert!(matches!(refused, Error::ClaimsMissing { .. }));
}

#[test]
fn rfc8259_4_names_are_unique_among_many() {
    // There are 64 members. The last repeats each of the others in turn, plainly or with an escape.
    for repeated in 0..63 {
        let names: Vec<String> = (0..63).map(|n| format!("m{n:02}")).collect();
        for last in [
            names[repeated].clone(),
            names[repeated].replace('m', "\\u006d"),
        ] {
            let list: Vec<String> = names
                .iter()
                .chain([&last])
                .map(|name| format!("\"{name}\":0"))
                .collect();
            let text = format!("{{{}}}", list.join(","));
            assert_eq!(both(&text), Some((DuplicateName, text.len() - 1)), "{last}");
        }
    }
}

#[test]
fn rfc8259_4_names_that_look_alike_are_different_names() {
    for good in [
        r#"{"abXcd":1,"aZXcd":2,"abXyd":3}"#,
        r#"{"s\u0075b":1,"sab":2,"Sub":3,"SUB":4,"su":5,"":6,"\u0000":7,"\u0000\u0000":8}"#,
        "{\"\u{e9}\":1,\"e\u{301}\":2}", // Names are compared without normalisation.
        r#"{"a":1,"A":2}"#,
    ] {
        assert_eq!(both(good), None, "{good}");
    }
    for bad in [
        "{\"\u{e9}\":1,\"\\u00e9\":2}",
        "{\"\u{1f600}\":1,\"\\ud83d\\ude00\":2}",
        r#"{"":1,"":2}"#,
    ] {
        assert_eq!(both(bad), Some((DuplicateName, bad.len() - 1)), "{bad}");
    }
}

#[test]
fn a_subject_of_any_unicode_signs_and_reads_back() {
    let key = Key::new(KEY).unwrap();
    let every_char = (0..=0x2fff)
        .chain(0xd000..=0x1_0100)
        .chain([0x1f600, 0x10_ffff]);
    let every_char: Vec<char> = every_char.filter_map(char::from_u32).collect();
    for chunk in every_char.chunks(64) {
        let sub: String = chunk.iter().collect();
        let claims = Claims::access(&sub, NOW, 3600);
        let (mut buf, mut scratch) = ([0; 1024], [0; 1024]);
        let signed = sign(&claims, &key, &mut buf).unwrap();
        let claims = verify(
            signed,
            &key,
            &Validation::access().subject(&sub),
            NOW,
            &mut scratch,
        );
        let claims = claims.unwrap();
        assert_eq!(claims.sub(), sub);
        // serde_json agrees.
        let value: serde_json::Value = serde_json::from_str(claims.json()).unwrap();
        assert_eq!(value["sub"], sub);
    }
}

#[test]
fn rfc8259_7_only_what_must_be_escaped_is_escaped() {
    let key = Key::new(KEY).unwrap();
    let sub = "\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}\u{e9}\u{1f600}";
    let mut buf = [0; 512];
    let signed = sign(&Claims::access(sub, NOW, 3600), &key, &mut buf).unwrap();
    let escaped = "\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}\u{e9}\u{1f600}";
    assert_eq!(signed, token(HEADER, ACCESS.replace("lUpa", escaped), KEY));
}

//! JSON Web Signature, RFC 7515: the JOSE header, the segments, base64url, the tag.

use crate::token_maker::*;
use barejwt::{
    Claims, Error, JsonProblem, JsonValue, Key, Keyring, Keys, NamedKey, Part, StateHash,
    Validation, VerifiedClaims, WithoutKid, sign, verify, verify_refresh,
};

/// Verifies a correctly signed token with this header.
fn with_header(header: &str) -> Result<String, Error> {
    outcome(token(header, ACCESS, KEY), &Validation::access())
}

fn access(token: impl AsRef<[u8]>) -> Result<String, Error> {
    outcome(token, &Validation::access())
}

fn sub() -> Result<String, Error> {
    Ok("lUpa".to_owned())
}

const BAD_HEADER: Error = Error::Base64 { part: Part::Header };
const BAD_PAYLOAD: Error = Error::Base64 {
    part: Part::Payload,
};

#[test]
fn rfc7515_4_1_1_alg_hs256_is_accepted_in_every_json_spelling() {
    for header in [
        HEADER,
        r#"{"alg":"HS256"}"#,
        r#"{"typ":"JWT","alg":"HS256"}"#,
        " \t\r\n{ \"alg\" : \"HS256\" } \n",
        r#"{"alg":"\u0048\u00532\u00356"}"#,
        r#"{"\u0061l\u0067":"HS256"}"#,
    ] {
        assert_eq!(with_header(header), sub(), "{header}");
    }
}

#[test]
fn rfc7515_4_1_1_alg_none_is_refused_in_any_case_and_spelling() {
    let mut spellings: Vec<String> = (0..16)
        .map(|case| {
            let letters = "none".chars().enumerate();
            letters
                .map(|(i, c)| {
                    if case >> i & 1 == 1 {
                        c.to_ascii_uppercase()
                    } else {
                        c
                    }
                })
                .collect()
        })
        .collect();
    for odd in [
        "",
        " none",
        "none ",
        "no\\u006ee",
        "n\\u00f6ne",
        "null",
        "none\\u0000",
        "\\ufeffnone",
    ] {
        spellings.push(odd.to_owned());
    }
    for alg in spellings {
        let header = format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#);
        assert_eq!(with_header(&header), Err(Error::AlgNotHs256), "{alg}");
        let unsigned = format!("{}.{}.", encode(&header), encode(ACCESS));
        assert_eq!(access(unsigned), Err(Error::AlgNotHs256), "{alg}, no tag");
    }
    // The header names the algorithm, but there is no tag.
    let untagged = format!("{}.{}.", encode(HEADER), encode(ACCESS));
    assert_eq!(access(untagged), Err(Error::SignatureInvalid));
}

#[test]
fn rfc7515_4_1_1_every_other_alg_is_refused() {
    for alg in [
        "HS384",
        "HS512",
        "RS256",
        "RS384",
        "RS512",
        "ES256",
        "ES384",
        "ES512",
        "PS256",
        "PS384",
        "PS512",
        "EdDSA",
        "dir",
        "A128KW",
        "hs256",
        "Hs256",
        "hS256",
        "HS256 ",
        " HS256",
        "HS2560",
        "HS25",
        "HS256\\u0000",
        "HS\\u00b256",
        "HMAC",
        "SHA256",
        "true",
    ] {
        let header = format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#);
        assert_eq!(with_header(&header), Err(Error::AlgNotHs256), "{alg}");
    }
}

#[test]
fn rfc7515_4_1_1_alg_must_be_a_string() {
    for alg in [
        "null",
        "true",
        "false",
        "0",
        "256",
        "[]",
        r#"["HS256"]"#,
        "{}",
        r#"{"alg":"HS256"}"#,
    ] {
        let header = format!(r#"{{"alg":{alg}}}"#);
        assert_eq!(with_header(&header), Err(Error::AlgNotHs256), "{alg}");
    }
}

#[test]
fn rfc7515_4_1_1_alg_must_be_present_under_its_exact_name() {
    for header in [
        "{}",
        r#"{"typ":"JWT"}"#,
        r#"{"Alg":"HS256"}"#,
        r#"{"ALG":"HS256"}"#,
        r#"{"alg ":"HS256"}"#,
        r#"{"al":"HS256","g":"HS256"}"#,
        r#"{"alg\u0000":"HS256"}"#,
        r#"{"x":{"alg":"HS256"}}"#,
        r#"{"crit":[]}"#,
    ] {
        assert_eq!(with_header(header), Err(Error::AlgMissing), "{header}");
    }
}

#[test]
fn rfc7515_4_parameter_names_must_be_unique() {
    for header in [
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0061lg":"HS256"}"#,
        r#"{"\u0061lg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","typ":"JWT","typ":"JWT"}"#,
        r#"{"alg":"HS256","kid":"a","k\u0069d":"b"}"#,
        r#"{"alg":"HS256","x":1,"x":2}"#,
    ] {
        let fault = header_fault(JsonProblem::DuplicateName, header.len() - 1);
        assert_eq!(with_header(header), Err(fault), "{header}");
    }
}

#[test]
fn rfc7515_4_1_11_crit_is_refused_in_every_shape() {
    for crit in [
        r#"["exp"]"#,
        r#"["b64"]"#,
        r#"["alg"]"#,
        r#"["http://example.com/UNDEFINED"]"#,
        "[]",
        "{}",
        "null",
        "true",
        "false",
        "0",
        r#""""#,
        r#""exp""#,
        "[[]]",
    ] {
        for header in [
            format!(r#"{{"alg":"HS256","crit":{crit}}}"#),
            format!(r#"{{"crit":{crit},"alg":"HS256"}}"#),
            format!(r#"{{"alg":"HS256","cr\u0069t":{crit},"exp":1}}"#),
        ] {
            assert_eq!(
                with_header(&header),
                Err(Error::CritUnsupported),
                "{header}"
            );
        }
    }
    // Another name is another parameter, and ignored.
    assert_eq!(with_header(r#"{"alg":"HS256","Crit":["exp"]}"#), sub());
}

#[test]
fn rfc7515_4_unknown_parameters_are_ignored_in_any_shape() {
    for parameter in [
        r#""cty":"json""#,
        r#""jku":"https://evil.example/keys""#,
        r#""jwk":{"kty":"oct","k":"AAAA"}"#,
        r#""x5u":null"#,
        r#""x5c":["MIIB","MIIC"]"#,
        r#""x5t#S256":false"#,
        r#""zip":"DEF""#,
        r#""b64":true"#,
        r#""b64":false"#,
        r#""":0"#,
        r#""deep":[[[[{"a":[{}]}]]]]"#,
        r#""\u0000":"\ud83d\ude00""#,
        "\"\u{e9}\":-1.5e-3",
    ] {
        assert_eq!(
            with_header(&format!(r#"{{"alg":"HS256",{parameter}}}"#)),
            sub(),
            "{parameter}"
        );
    }
}

#[test]
fn rfc7515_4_1_4_kid_is_ignored_with_a_single_key() {
    for kid in [
        r#""other""#,
        r#""""#,
        r#""../../dev/null""#,
        r#""' OR 1=1 --""#,
        "1",
        "null",
        "[]",
        "{}",
        "true",
    ] {
        assert_eq!(
            with_header(&format!(r#"{{"alg":"HS256","kid":{kid}}}"#)),
            sub(),
            "{kid}"
        );
    }
}

#[test]
fn rfc7515_4_1_9_typ_is_checked_only_when_asked_for() {
    let typed = |typ: &str| token(format!(r#"{{"alg":"HS256","typ":{typ}}}"#), ACCESS, KEY);
    for typ in [
        r#""JWT""#,
        r#""jwt""#,
        r#""JOSE""#,
        r#""""#,
        "null",
        "1",
        "[]",
        "{}",
    ] {
        assert_eq!(access(typed(typ)), sub(), "{typ}");
    }
    let wants = Validation::access().typ("at+jwt");
    for typ in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/At+Jwt",
        "at\\u002bjwt",
    ] {
        assert_eq!(
            outcome(typed(&format!("\"{typ}\"")), &wants),
            sub(),
            "{typ}"
        );
    }
    for typ in [
        r#""JWT""#,
        r#""""#,
        r#""at+jw""#,
        r#""at+jwts""#,
        r#"" at+jwt""#,
        r#""application/""#,
        r#""application/application/at+jwt""#,
        r#""text/at+jwt""#,
        r#""at+jwt\u0000""#,
        r#""at+\u212awt""#,
        "null",
        "1",
        "true",
        r#"["at+jwt"]"#,
        r#"{"at+jwt":1}"#,
    ] {
        assert_eq!(outcome(typed(typ), &wants), Err(Error::TypWrong), "{typ}");
    }
    let untyped = token(r#"{"alg":"HS256"}"#, ACCESS, KEY);
    assert_eq!(outcome(&untyped, &wants), Err(Error::TypWrong));
    assert_eq!(
        outcome(&untyped, &Validation::access().typ("JWT")),
        Err(Error::TypWrong)
    );
    // The canonical header says JWT, though it is not parsed.
    let canonical = token(HEADER, ACCESS, KEY);
    assert_eq!(outcome(&canonical, &Validation::access().typ("jwt")), sub());
    assert_eq!(
        outcome(&canonical, &Validation::access().typ("application/JWT")),
        sub()
    );
    assert_eq!(outcome(&canonical, &wants), Err(Error::TypWrong));
}

#[test]
fn a_header_of_1024_characters_is_the_longest() {
    let header_of = |bytes: usize| {
        let frame = r#"{"alg":"HS256","x":""}"#.len();
        format!(r#"{{"alg":"HS256","x":"{}"}}"#, "x".repeat(bytes - frame))
    };
    for (bytes, characters, expected) in [
        (767, 1023, sub()),
        (768, 1024, sub()),
        (769, 1026, Err(Error::HeaderTooLong)),
        (5000, 6667, Err(Error::HeaderTooLong)),
    ] {
        let header = header_of(bytes);
        assert_eq!(encode(&header).len(), characters);
        assert_eq!(with_header(&header), expected, "{bytes} bytes");
    }
    assert_eq!(barejwt::MAX_HEADER_SEGMENT_LEN, 1024);
}

#[test]
fn rfc7515_7_1_there_are_three_segments() {
    let good = token(HEADER, ACCESS, KEY);
    let segments: Vec<&str> = good.split('.').collect();
    let [header, payload, tag] = segments[..] else {
        panic!("three segments");
    };
    for bad in [
        String::new(),
        "x".to_owned(),
        ".".to_owned(),
        "...".to_owned(),
        "....".to_owned(),
        ".".repeat(1000),
        header.to_owned(),
        format!("{header}.{payload}"),
        format!("{header}.{payload}.{tag}."),
        format!(".{header}.{payload}.{tag}"),
        format!("{header}..{payload}.{tag}"),
        format!("{header}.{payload}..{tag}"),
        format!("{header}.{payload}.{tag}.{tag}"),
        format!("{header}.{payload}.{tag}.x.y"), // The five segments of JWE.
        good.replace('.', ""),
        good.replace('.', ","),
        good.replace('.', "%2E"),
        good.replace('.', "\0"),
        good.replace('.', "\u{3002}"),
    ] {
        assert_eq!(access(&bad), Err(Error::SegmentCount), "{bad}");
    }
}

#[test]
fn rfc7515_7_1_no_segment_may_be_empty() {
    let [header, payload] = [encode(HEADER), encode(ACCESS)];
    let no_object = |part| Error::Json {
        part,
        problem: JsonProblem::NotObject,
        at: 0,
    };
    assert_eq!(access(".."), Err(no_object(Part::Header)));
    assert_eq!(
        access(token_of_segments("", &payload, KEY)),
        Err(no_object(Part::Header))
    );
    assert_eq!(
        access(token_of_segments(&header, "", KEY)),
        Err(no_object(Part::Payload))
    );
    assert_eq!(
        access(format!("{header}.{payload}.")),
        Err(Error::SignatureInvalid)
    );
    assert_eq!(access(format!("{header}..")), Err(Error::SignatureInvalid));
}

/// `segment` with bytes that are not base64url, or not at their place.
fn broken(segment: &str) -> Vec<Vec<u8>> {
    let mut forms: Vec<Vec<u8>> = Vec::new();
    for end in [
        "=", "==", "===", "====", " ", "\n", "\r\n", "\t", "\0", "%3D", "\u{e9}",
    ] {
        forms.push([segment, end].concat().into());
        forms.push([end, segment].concat().into());
    }
    let in_alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    for byte in (0..=255).filter(|byte| !in_alphabet(byte) && *byte != b'.') {
        for at in [
            0,
            1,
            segment.len() / 2,
            segment.len() - 2,
            segment.len() - 1,
        ] {
            let mut form = segment.as_bytes().to_vec();
            form[at] = byte;
            forms.push(form);
        }
    }
    // MIME base64 has white space between characters.
    let (head, tail) = segment.split_at(4);
    forms.push(format!("{head}\n{tail}").into());
    forms.push(format!("{head}\r\n{tail}").into());
    // One character alone holds no byte.
    let cut = segment.len() / 4 * 4;
    for last in ["A", "Q", "_"] {
        forms.push([&segment[..cut], last].concat().into());
    }
    forms
}

/// `segment` with other trailing bits in its last character (RFC 4648 3.5).
fn other_trailing_bits(segment: &str) -> Vec<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let spare = match segment.len() % 4 {
        2 => 16,
        3 => 4,
        _ => return Vec::new(),
    };
    let (body, last) = segment.split_at(segment.len() - 1);
    let value = ALPHABET
        .iter()
        .position(|c| *c == last.as_bytes()[0])
        .unwrap();
    (1..spare)
        .map(|bits| format!("{body}{}", char::from(ALPHABET[value ^ bits])))
        .collect()
}

#[test]
fn rfc7515_2_header_is_canonical_base64url() {
    for padding in ["", " ", "  "] {
        let segment = encode(format!(r#"{{"alg":"HS256"}}{padding}"#));
        assert_eq!(
            access(token_of_segments(&segment, encode(ACCESS), KEY)),
            sub()
        );
        let bits = other_trailing_bits(&segment);
        assert_eq!(bits.len(), [0, 15, 3][padding.len()]);
        let forms = broken(&segment)
            .into_iter()
            .chain(bits.into_iter().map(String::into_bytes));
        for form in forms {
            let token = token_of_segments(&form, encode(ACCESS), KEY);
            assert_eq!(access(token), Err(BAD_HEADER), "{}", form.escape_ascii());
        }
    }
}

#[test]
fn rfc7515_2_payload_is_canonical_base64url() {
    let mut tails = Vec::new();
    for padding in ["", " ", "  "] {
        let segment = encode(format!("{ACCESS}{padding}"));
        tails.push(segment.len() % 4);
        assert_eq!(
            access(token_of_segments(encode(HEADER), &segment, KEY)),
            sub()
        );
        let bits = other_trailing_bits(&segment);
        let forms = broken(&segment)
            .into_iter()
            .chain(bits.into_iter().map(String::into_bytes));
        for form in forms {
            let token = token_of_segments(encode(HEADER), &form, KEY);
            assert_eq!(access(token), Err(BAD_PAYLOAD), "{}", form.escape_ascii());
        }
    }
    tails.sort_unstable();
    assert_eq!(tails, [0, 2, 3]);
}

#[test]
fn rfc7515_2_standard_alphabet_is_refused_where_the_digits_differ() {
    // "~~>" and "~~?" are the bytes whose last digits are 62 and 63.
    let payload = ACCESS.replace("lUpa", "~~>~~?  ~~>~~? ~~>~~?");
    let segment = encode(&payload);
    assert!(segment.contains('-') && segment.contains('_'));
    assert!(access(token_of_segments(encode(HEADER), &segment, KEY)).is_ok());
    for (url, standard) in [('-', "+"), ('_', "/")] {
        let form = segment.replace(url, standard);
        assert_eq!(
            access(token_of_segments(encode(HEADER), form, KEY)),
            Err(BAD_PAYLOAD)
        );
    }
}

#[test]
fn rfc7515_5_2_each_of_256_flipped_tag_bits_is_refused() {
    let good = token(HEADER, ACCESS, KEY);
    let (signed, tag) = good.rsplit_once('.').unwrap();
    let tag = decode(tag);
    assert_eq!(tag.len(), 32);
    for bit in 0..256 {
        let mut flipped = tag.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let forged = format!("{signed}.{}", encode(flipped));
        assert_eq!(access(forged), Err(Error::SignatureInvalid), "bit {bit}");
    }
    assert_eq!(access(&good), sub());
}

#[test]
fn rfc7515_5_2_truncated_and_extended_tags_are_refused() {
    let good = token(HEADER, ACCESS, KEY);
    let (signed, tag) = good.rsplit_once('.').unwrap();
    for len in 0..tag.len() {
        let cut = format!("{signed}.{}", &tag[..len]);
        assert_eq!(access(cut), Err(Error::SignatureInvalid), "first {len}");
        let tail = format!("{signed}.{}", &tag[tag.len() - len..]);
        assert_eq!(access(tail), Err(Error::SignatureInvalid), "last {len}");
    }
    for byte in (0..=255).filter(|byte| *byte != b'.') {
        let after = [good.as_bytes(), &[byte]].concat();
        assert_eq!(access(after), Err(Error::SignatureInvalid), "{byte} after");
        let before = [signed.as_bytes(), b".", &[byte], tag.as_bytes()].concat();
        assert_eq!(
            access(before),
            Err(Error::SignatureInvalid),
            "{byte} before"
        );
    }
    for bytes in 0..=64 {
        let long = encode([&decode(tag)[..], &vec![0; bytes]].concat());
        let expected = if bytes == 0 {
            sub()
        } else {
            Err(Error::SignatureInvalid)
        };
        assert_eq!(access(format!("{signed}.{long}")), expected, "{bytes} more");
    }
    assert_eq!(
        access(format!("{signed}.{tag}{tag}")),
        Err(Error::SignatureInvalid)
    );
}

#[test]
fn rfc7515_2_tag_is_canonical_base64url() {
    let good = token(HEADER, ACCESS, KEY);
    let (signed, tag) = good.rsplit_once('.').unwrap();
    let bits = other_trailing_bits(tag);
    assert_eq!(bits.len(), 3);
    for form in broken(tag)
        .into_iter()
        .chain(bits.into_iter().map(String::into_bytes))
    {
        let token = [signed.as_bytes(), b".", &form].concat();
        assert_eq!(
            access(token),
            Err(Error::SignatureInvalid),
            "{}",
            form.escape_ascii()
        );
    }
}

#[test]
fn rfc7515_2_a_tag_in_the_standard_alphabet_is_refused() {
    let mut standard = String::new();
    for n in 0..16 {
        let good = token(HEADER, ACCESS.replace("lUpa", &format!("user{n}")), KEY);
        assert_eq!(access(&good), Ok(format!("user{n}")));
        let (signed, tag) = good.rsplit_once('.').unwrap();
        for other in [tag.replace('-', "+"), tag.replace('_', "/")] {
            if other != tag {
                let refused = access(format!("{signed}.{other}"));
                assert_eq!(refused, Err(Error::SignatureInvalid), "{other}");
                standard += &other;
            }
        }
    }
    assert!(standard.contains('+') && standard.contains('/'));
}

const A1: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const A1_KEY: &str =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
const A1_EXP: i64 = 1_300_819_380;

fn a1_rules() -> Validation<'static> {
    use barejwt::Claim::{Nbf, Sub, TokenType};
    Validation::any_type()
        .allow_missing(TokenType)
        .allow_missing(Sub)
        .allow_missing(Nbf)
}

#[test]
fn rfc7515_a_1_verifies() {
    let secret = decode(A1_KEY);
    assert_eq!(secret.len(), 64);
    let key = Key::new(&secret).unwrap();
    let mut scratch = [0; 128];
    let claims = verify(A1, &key, &a1_rules(), A1_EXP - 1, &mut scratch).unwrap();
    assert_eq!(
        claims.json(),
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"
    );
    assert_eq!(
        (
            claims.exp(),
            claims.nbf(),
            claims.sub(),
            claims.token_type()
        ),
        (Some(A1_EXP), None, "", None)
    );
    assert!(matches!(
        claims.get("http://example.com/is_root"),
        Some(barejwt::JsonValue::Bool(true))
    ));

    let expired = Error::Expired {
        exp: A1_EXP,
        now: A1_EXP,
    };
    let mut scratch = [0; 128];
    let late = verify(A1, &key, &a1_rules(), A1_EXP, &mut scratch);
    assert_eq!(late.unwrap_err(), expired);
}

#[test]
fn rfc7515_a_1_with_any_byte_changed_is_refused() {
    let key = Key::new(&decode(A1_KEY)).unwrap();
    let header_len = A1.find('.').unwrap();
    let mut scratch = [0; 256];
    for at in 0..A1.len() {
        for change in 1..=255 {
            let mut forged = A1.as_bytes().to_vec();
            forged[at] ^= change;
            let error = verify(&forged, &key, &a1_rules(), A1_EXP - 1, &mut scratch).unwrap_err();
            let dots = forged.iter().filter(|byte| **byte == b'.').count();
            match error {
                Error::SegmentCount => assert_ne!(dots, 2),
                Error::SignatureInvalid => assert_eq!(dots, 2),
                // A bad header is refused before the signature is looked at.
                Error::Base64 { part: Part::Header }
                | Error::Json {
                    part: Part::Header, ..
                }
                | Error::AlgMissing
                | Error::AlgNotHs256 => assert!(at < header_len),
                other => panic!("byte {at} changed by {change}: {other:?}"),
            }
        }
    }
}

/// Tries up to 100 dots in a row, because the reader looks for dots in 16 characters at a time.
#[test]
fn rfc7515_7_1_dots_in_a_row_are_empty_segments() {
    let good = token(HEADER, ACCESS, KEY);
    for dots in 1..100 {
        for token in [
            format!("{}{good}", ".".repeat(dots)),
            good.replacen('.', &".".repeat(dots + 1), 1),
            format!("{good}{}", ".".repeat(dots)),
        ] {
            let refused = outcome(&token, &Validation::access());
            assert_eq!(refused, Err(Error::SegmentCount), "{dots}");
        }
    }
}

/// RFC 7515 4.1.9: only `application/` may be left out, not any other twelve characters.
#[test]
fn rfc7515_4_1_9_no_other_prefix_of_an_expected_typ_may_be_left_out() {
    for (expected, end) in [
        ("text/markdown+jwt", "n+jwt"),
        ("twelve-chars-jwt", "-jwt"),
        ("applications/jwt", "/jwt"),
        ("applicationsjwt", "jwt"),
    ] {
        let rules = Validation::access().typ(expected);
        let with = |typ: &str| {
            let header = format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#);
            outcome(token(&header, ACCESS, KEY), &rules)
        };
        assert_eq!(with(expected), sub(), "{expected}");
        assert_eq!(with(end), Err(Error::TypWrong), "{expected}");
        let prefixed = with(&format!("application/{end}"));
        assert_eq!(prefixed, Err(Error::TypWrong), "{expected}");
    }
}

/// RFC 7519 7.2 step 8: a `cty` of `JWT` says that the payload is another token. RFC 7515 4.1.10: it
/// may have small letters, and `application/` before it.
#[test]
fn rfc7515_4_1_10_a_nested_token_is_refused() {
    let with_cty = |cty: &str| with_header(&format!(r#"{{"alg":"HS256","cty":{cty}}}"#));
    for cty in [
        r#""JWT""#,
        r#""jwt""#,
        r#""Jwt""#,
        r#""jWT""#,
        r#""application/jwt""#,
        r#""application/JWT""#,
        r#""APPLICATION/Jwt""#,
        r#""\u004aWT""#,
        r#""J\u0057\u0054""#,
        r#""application\/jwt""#,
        r#""\u0061pplication/jw\u0074""#,
    ] {
        assert_eq!(with_cty(cty), Err(Error::NestedToken), "{cty}");
        let escaped_name = format!(r#"{{"ct\u0079":{cty},"typ":"JWT","alg":"HS256"}}"#);
        assert_eq!(with_header(&escaped_name), Err(Error::NestedToken), "{cty}");
    }
    // It is refused before the key is chosen and before the signature is looked at.
    let header = r#"{"alg":"HS256","kid":"none of ours","cty":"JWT"}"#;
    let forged = token(header, "", b"another key, another 32 bytes ...");
    assert_eq!(access(forged), Err(Error::NestedToken));
}

#[test]
fn rfc7515_4_1_10_any_other_cty_is_ignored() {
    let with_cty = |cty: &str| with_header(&format!(r#"{{"alg":"HS256","cty":{cty}}}"#));
    for cty in [
        r#""""#,
        r#""JW""#,
        r#""JWTs""#,
        r#""JWT ""#,
        r#"" JWT""#,
        r#""JWT\u0000""#,
        r#""J.W.T""#,
        r#""JWS""#,
        r#""json""#,
        r#""text/jwt""#,
        r#""application/""#,
        r#""application/json""#,
        r#""application/application/jwt""#,
        r#""applications/jwt""#,
        r#""vendor-fpa;v=1""#,
        "7",
        "true",
        "null",
        "[]",
        r#"["JWT"]"#,
        r#"{"JWT":"JWT"}"#,
    ] {
        assert_eq!(with_cty(cty), sub(), "{cty}");
    }
    for header in [
        r#"{"alg":"HS256","Cty":"JWT"}"#,
        r#"{"alg":"HS256","CTY":"JWT"}"#,
        r#"{"alg":"HS256","x":{"cty":"JWT"}}"#,
        r#"{"alg":"HS256","typ":"JWT"}"#,
    ] {
        assert_eq!(with_header(header), sub(), "{header}");
    }
    // A member of the payload is no header parameter.
    let payload = ACCESS.replace('}', r#","cty":"JWT"}"#);
    assert_eq!(access(token(HEADER, payload, KEY)), sub());
}

/// The member as text, or the name of its kind.
fn shown(value: Option<JsonValue<'_>>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(JsonValue::String(text)) => text.chars().collect(),
        Some(JsonValue::Number(text) | JsonValue::Object(text) | JsonValue::Array(text)) => {
            text.to_owned()
        }
        Some(other) => format!("{other:?}"),
    }
}

/// Verifies a token with this header and payload and checks the claims. Does so with the single key
/// and with the key in a keyring.
fn look(header: &str, payload: &str, check: impl Fn(&VerifiedClaims<'_>)) {
    let key = Key::new(KEY).unwrap();
    let keys = [
        NamedKey::new("other", Key::new(&[7; 32]).unwrap()).unwrap(),
        NamedKey::new("2026-11", Key::new(KEY).unwrap()).unwrap(),
    ];
    let ring = Keyring::new(&keys, "other", WithoutKid::Use("2026-11")).unwrap();
    let token = token(header, payload, KEY);
    for keys in [Keys::from(&key), Keys::from(&ring)] {
        let mut scratch = vec![0xaa; barejwt::scratch_len(token.len())];
        let claims = verify(&token, keys, &Validation::access(), NOW, &mut scratch).unwrap();
        assert_eq!(claims.header_json(), header);
        assert_eq!(claims.json(), payload);
        check(&claims);
    }
}

#[test]
fn rfc7515_4_the_header_can_be_read_once_it_is_verified() {
    // The canonical header is not decoded.
    look(HEADER, ACCESS, |claims| {
        assert_eq!(shown(claims.header("alg")), "HS256");
        assert_eq!(shown(claims.header("typ")), "JWT");
        for absent in ["kid", "cty", "", "Alg", "sub", "token_type"] {
            assert_eq!(shown(claims.header(absent)), "absent", "{absent}");
        }
        // A header parameter is no claim.
        assert_eq!(shown(claims.get("alg")), "absent");
    });
    for header in [
        r#"{"alg":"HS256"}"#,
        r#"{"typ":"JWT","alg":"HS256"}"#,
        "{\r\n  \"alg\" : \"HS256\"\n}",
        r#"{"alg":"HS256","kid":"2026-11","typ":"JWT"}"#,
        r#"{"kid":"2026-11","typ":"JWT","alg":"HS256"}"#,
        r#"{"\u0061lg":"HS\u003256","k\u0069d":"2026-1\u0031"}"#,
    ] {
        look(header, ACCESS, |claims| {
            assert_eq!(shown(claims.header("alg")), "HS256", "{header}");
            let kid = if header.contains("2026") {
                "2026-11"
            } else {
                "absent"
            };
            assert_eq!(shown(claims.header("kid")), kid, "{header}");
        });
    }
}

/// Some systems put the issuer into the header beside the `kid`, and gateways may ask for any parameter.
#[test]
fn rfc7515_4_any_parameter_can_be_read_exactly() {
    let header = r#"{"kid":"2026-11","\u0069ss":"https:\/\/app.example\/\u00e9","alg":"HS256","n":-1.50e2,"t":true,"z":null,"x5c":["a",{}],"o":{"kid":"inner"},"":"empty"}"#;
    // The payload has members of the same names, and a subject that is unescaped behind it.
    let payload = ACCESS
        .replace("lUpa", r"l\u0055\n\ud83d\ude00")
        .replace('}', r#","iss":"payload","kid":"payload","n":1}"#);
    look(header, &payload, |claims| {
        for (name, expected) in [
            ("kid", "2026-11"),
            ("iss", "https://app.example/\u{e9}"),
            ("n", "-1.50e2"),
            ("t", "Bool(..)"),
            ("z", "Null"),
            ("x5c", r#"["a",{}]"#),
            ("o", r#"{"kid":"inner"}"#),
            ("", "empty"),
            ("ISS", "absent"),
            (r"\u0069ss", "absent"),
            ("inner", "absent"),
        ] {
            assert_eq!(shown(claims.header(name)), expected, "{name}");
        }
        assert_eq!(shown(claims.get("iss")), "payload");
        assert_eq!(shown(claims.get("kid")), "payload");
        assert_eq!(shown(claims.get("n")), "1");
        assert_eq!(claims.sub(), "lU\n\u{1f600}");
    });
}

#[test]
fn the_header_of_a_token_that_we_sign_reads_back() {
    let keys = [NamedKey::new("n\u{e9}w", Key::new(KEY).unwrap()).unwrap()];
    let ring = Keyring::new(&keys, "n\u{e9}w", WithoutKid::Refuse).unwrap();
    let (mut buf, mut scratch) = ([0; 256], [0; 256]);
    let signed = sign(&Claims::access("lUpa", NOW, 3600), &ring, &mut buf).unwrap();
    let claims = verify(signed, &ring, &Validation::access(), NOW, &mut scratch).unwrap();
    let expected = "{\"alg\":\"HS256\",\"kid\":\"n\u{e9}w\",\"typ\":\"JWT\"}";
    assert_eq!(claims.header_json(), expected);
    assert_eq!(shown(claims.header("kid")), "n\u{e9}w");

    // The header of a refresh token can be read once the state hash is confirmed.
    let header = r#"{"iss":"app","alg":"HS256"}"#;
    let (key, token) = (Key::new(KEY).unwrap(), token(header, REFRESH, KEY));
    let refresh = verify_refresh(&token, &key, &Validation::refresh(), NOW, &mut scratch).unwrap();
    let claims = refresh.confirm(&StateHash::new(STATE)).unwrap();
    assert_eq!(claims.header_json(), header);
    assert_eq!(shown(claims.header("iss")), "app");
}

/// The rules are about the payload. They do not look at an `iss` or `aud` in the header.
#[test]
fn rfc7519_5_3_claims_that_stand_in_the_header_are_not_the_claims() {
    let header = r#"{"alg":"HS256","iss":"us","aud":"api","exp":1,"sub":"root"}"#;
    let wants = Validation::access().issuer("us");
    let refused = outcome(token(header, ACCESS, KEY), &wants);
    let claims = barejwt::ClaimSet::of(&[barejwt::Claim::Iss]);
    assert_eq!(refused, Err(Error::ClaimsMissing { claims }));
    assert_eq!(with_header(header), sub());
}

//! An error tells people its description, and after it the data in brackets.

use barejwt::{Claim, ClaimSet, Error, JsonProblem, Part, TokenType};

#[test]
fn an_error_with_data_shows_them_behind_its_description() {
    let claim = Claim::Exp;
    for (error, data) in [
        (
            Error::KeyTooShort {
                bytes: 7,
                minimum: 32,
            },
            "7 given, 32 needed",
        ),
        (Error::OutputTooSmall { needed: 9 }, "9 bytes needed"),
        (Error::ScratchTooSmall { needed: 9 }, "9 bytes needed"),
        (
            Error::TokenTooLong {
                bytes: 9,
                maximum: 8,
            },
            "9 bytes, at most 8",
        ),
        (
            Error::ClaimsMissing {
                claims: ClaimSet::of(&[Claim::Sub, Claim::Nbf]),
            },
            "sub, nbf",
        ),
        (Error::ClaimType { claim }, "exp"),
        (Error::NumericDateRange { claim }, "exp"),
        (
            Error::TokenTypeWrong {
                found: TokenType::Refresh,
            },
            "it is of type refresh",
        ),
        (Error::Expired { exp: 1, now: 2 }, "exp 1, now 2"),
        (Error::NotYetValid { nbf: 2, now: 1 }, "nbf 2, now 1"),
        (Error::IssuedInFuture { iat: 2, now: 1 }, "iat 2, now 1"),
        (Error::TooOld { iat: -1, now: 9 }, "iat -1, now 9"),
        (Error::MemberReserved { claim }, "exp"),
        (Error::ClaimType { claim: Claim::Aud }, "aud"),
        (
            Error::ClaimsMissing {
                claims: ClaimSet::of(&[Claim::Jti, Claim::Iat, Claim::Iss, Claim::Aud]),
            },
            "iss, aud, iat, jti",
        ),
        (Error::LoginRefused { code: -40 }, "code -40"),
    ] {
        let expected = format!("{} ({data})", error.description());
        assert_eq!(error.to_string(), expected);
    }
    let plain = Error::SignatureInvalid.to_string();
    assert_eq!(plain, "the token's signature is not valid");
}

/// Each rule has a text of its own. The text does not tell the expected value.
#[test]
fn rules_without_data_say_which_one_it_was() {
    for (error, text) in [
        (
            Error::KeyBlank,
            "every byte of the key is 0x00 or every byte is 0xFF",
        ),
        (
            Error::NestedToken,
            "the token's cty says that another token is nested in it",
        ),
        (Error::IssuerWrong, "the issuer is not the expected one"),
        (
            Error::AudienceUnexpected,
            "the token is meant for a named audience",
        ),
        (
            Error::AudienceWrong,
            "the token is meant for another audience",
        ),
    ] {
        assert_eq!(error.to_string(), text);
        assert_eq!(error.description(), text);
    }
}

#[test]
fn faults_of_base64_and_json_say_where_and_what() {
    for (part, name) in [
        (Part::Header, "header"),
        (Part::Payload, "payload"),
        (Part::Answer, "answer"),
        (Part::ToSign, "JSON to sign"),
    ] {
        let error = Error::Base64 { part };
        assert_eq!(
            error.to_string(),
            format!("a segment of the token is not canonical base64url ({name})")
        );
    }
    for (problem, name) in [
        (JsonProblem::NotUtf8, "not UTF-8"),
        (JsonProblem::NotObject, "not an object"),
        (JsonProblem::Syntax, "syntax"),
        (JsonProblem::ControlCharacter, "unescaped control character"),
        (JsonProblem::BadEscape, "bad escape"),
        (JsonProblem::DuplicateName, "duplicate name"),
        (JsonProblem::TooManyMembers, "too many members"),
        (JsonProblem::TooDeep, "nested too deep"),
        (JsonProblem::TrailingBytes, "bytes after the object"),
        (JsonProblem::NamesAlike, "too many names of one hash"),
    ] {
        let part = Part::Payload;
        let error = Error::Json {
            part,
            problem,
            at: 5,
        };
        assert_eq!(
            error.to_string(),
            format!("a part is not a strict JSON object (payload, byte 5: {name})")
        );
    }
}

#[test]
fn an_error_has_the_number_of_its_status_in_c() {
    assert_eq!(Error::KeyBlank.number(), 17);
    let (part, problem, at) = (Part::Header, JsonProblem::Syntax, 0);
    assert_eq!(Error::Json { part, problem, at }.number(), 34);
    assert_eq!(Error::SignatureInvalid.number(), 39);
    assert_eq!(Error::Expired { exp: 1, now: 2 }.number(), 58);
    assert_eq!(Error::CustomClaimsShape.number(), 72);
    assert_eq!(Error::LoginRefused { code: 1 }.number(), 91);
}

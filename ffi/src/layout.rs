//! The frozen list of the ABI: every number of the header, and the layout of every struct. A size has three
//! numbers: bytes on a 64-bit target, on a 32-bit target, and on i686. An offset has the first two. C aligns
//! `int64_t` to 4 bytes on i686, so that structs may end without padding there. `.ci/header` turns this file
//! into assertions in C, so that neither side can change alone.

use core::mem::offset_of;

use crate::auth::*;
use crate::claims::*;
use crate::detail::*;
use crate::keyring::*;
use crate::keys::*;
use crate::pair::*;
use crate::session::*;
use crate::sign::*;
use crate::status::*;
use crate::text::barejwt_str;
use crate::unverified::*;
use crate::validation::*;
use crate::version::*;

macro_rules! numbers {
    ($($name:ident $number:literal;)*) => {
        $(const _: () = assert!($name == $number);)*
    };
}

numbers! {
    BAREJWT_OK 0;
    BAREJWT_E_KEY_TOO_SHORT 10;
    BAREJWT_E_KID_INVALID 11;
    BAREJWT_E_KID_DUPLICATE 12;
    BAREJWT_E_KID_UNKNOWN 13;
    BAREJWT_E_KID_MISSING 14;
    BAREJWT_E_KID_NOT_STRING 15;
    BAREJWT_E_KID_NOT_IN_KEYRING 16;
    BAREJWT_E_KEY_BLANK 17;
    BAREJWT_E_OUTPUT_TOO_SMALL 20;
    BAREJWT_E_SCRATCH_TOO_SMALL 21;
    BAREJWT_E_TOKEN_TOO_LONG 30;
    BAREJWT_E_SEGMENT_COUNT 31;
    BAREJWT_E_HEADER_TOO_LONG 32;
    BAREJWT_E_BASE64 33;
    BAREJWT_E_JSON 34;
    BAREJWT_E_ALG_MISSING 35;
    BAREJWT_E_ALG_NOT_HS256 36;
    BAREJWT_E_CRIT_UNSUPPORTED 37;
    BAREJWT_E_TYP_WRONG 38;
    BAREJWT_E_SIGNATURE_INVALID 39;
    BAREJWT_E_NESTED_TOKEN 40;
    BAREJWT_E_CLAIMS_MISSING 50;
    BAREJWT_E_CLAIM_TYPE 51;
    BAREJWT_E_NUMERIC_DATE_RANGE 52;
    BAREJWT_E_TOKEN_TYPE_UNKNOWN 53;
    BAREJWT_E_TOKEN_TYPE_WRONG 54;
    BAREJWT_E_SUBJECT_EMPTY 55;
    BAREJWT_E_SUBJECT_WRONG 56;
    BAREJWT_E_AUDIENCE_UNEXPECTED 57;
    BAREJWT_E_EXPIRED 58;
    BAREJWT_E_NOT_YET_VALID 59;
    BAREJWT_E_CLOCK_NOT_SET 60;
    BAREJWT_E_LIFETIME_ZERO 61;
    BAREJWT_E_TIME_OVERFLOW 62;
    BAREJWT_E_STATE_HASH_MALFORMED 63;
    BAREJWT_E_STATE_HASH_MISMATCH 64;
    BAREJWT_E_ISSUER_WRONG 65;
    BAREJWT_E_AUDIENCE_WRONG 66;
    BAREJWT_E_ISSUED_IN_FUTURE 67;
    BAREJWT_E_TOO_OLD 68;
    BAREJWT_E_MEMBER_RESERVED 69;
    BAREJWT_E_CLAIM_ABSENT 70;
    BAREJWT_E_JSON_TO_SIGN 71;
    BAREJWT_E_AUTHORIZATION_MISSING 80;
    BAREJWT_E_AUTHORIZATION_SCHEME 81;
    BAREJWT_E_AUTHORIZATION_MALFORMED 82;
    BAREJWT_E_REALM_INVALID 83;
    BAREJWT_E_NO_CHALLENGE 85;
    BAREJWT_E_LOGIN_ANSWER_INVALID 90;
    BAREJWT_E_LOGIN_REFUSED 91;
    BAREJWT_E_LOGIN_ANSWER_JSON 92;
    BAREJWT_E_NULL 100;
    BAREJWT_E_LENGTH 101;
    BAREJWT_E_MISALIGNED 102;
    BAREJWT_E_OVERLAP 103;
    BAREJWT_E_NOT_UTF8 104;
    BAREJWT_E_NOT_READY 105;
    BAREJWT_E_STRUCT_SIZE 106;
    BAREJWT_E_OPTION 107;
    BAREJWT_E_KEYRING_FULL 108;
    BAREJWT_E_SCRATCH_CHANGED 109;
    BAREJWT_E_KEYRING_EMPTY 110;
    BAREJWT_ABI_VERSION 1;
    BAREJWT_KEY_MIN 32;
    BAREJWT_KID_MAX 63;
    BAREJWT_RING_SIGNS 1;
    BAREJWT_RING_WITHOUT_KID 2;
    BAREJWT_ACCESS_LIFETIME 3600;
    BAREJWT_REFRESH_LIFETIME 15552000;
    BAREJWT_STATE_HASH_BYTES 32;
    BAREJWT_TYPE_ABSENT 0;
    BAREJWT_TYPE_ACCESS 1;
    BAREJWT_TYPE_REFRESH 2;
    BAREJWT_TYPE_ANY 3;
    BAREJWT_TYPE_JWT 4;
    BAREJWT_CLAIM_TOKEN_TYPE 1;
    BAREJWT_CLAIM_SUB 2;
    BAREJWT_CLAIM_EXP 4;
    BAREJWT_CLAIM_NBF 8;
    BAREJWT_CLAIM_STATE_HASH 16;
    BAREJWT_CLAIM_ISS 32;
    BAREJWT_CLAIM_AUD 64;
    BAREJWT_CLAIM_IAT 128;
    BAREJWT_CLAIM_JTI 256;
    BAREJWT_PART_HEADER 1;
    BAREJWT_PART_PAYLOAD 2;
    BAREJWT_JSON_NOT_UTF8 1;
    BAREJWT_JSON_NOT_OBJECT 2;
    BAREJWT_JSON_SYNTAX 3;
    BAREJWT_JSON_CONTROL_CHARACTER 4;
    BAREJWT_JSON_BAD_ESCAPE 5;
    BAREJWT_JSON_DUPLICATE_NAME 6;
    BAREJWT_JSON_TOO_MANY_MEMBERS 7;
    BAREJWT_JSON_TOO_DEEP 8;
    BAREJWT_JSON_TRAILING_BYTES 9;
    BAREJWT_JSON_NAMES_ALIKE 10;
    BAREJWT_VALUE_ABSENT 0;
    BAREJWT_VALUE_STRING 1;
    BAREJWT_VALUE_NUMBER 2;
    BAREJWT_VALUE_OBJECT 3;
    BAREJWT_VALUE_ARRAY 4;
    BAREJWT_VALUE_BOOL 5;
    BAREJWT_VALUE_NULL 6;
    BAREJWT_TOKEN_LEN_DEFAULT 8192;
    BAREJWT_HEADER_MAX 1024;
    BAREJWT_AUTH_REQUIRED 0;
    BAREJWT_AUTH_OPTIONAL 1;
    BAREJWT_AUTH_NONE 2;
    BAREJWT_IDENTITY_REFUSED 0;
    BAREJWT_IDENTITY_USER 1;
    BAREJWT_IDENTITY_ANONYMOUS 2;
    BAREJWT_NEXT_REFUSED 0;
    BAREJWT_NEXT_USE_ACCESS 1;
    BAREJWT_NEXT_REFRESH 2;
    BAREJWT_NEXT_LOG_IN 3;
}

const fn on(on64: usize, on32: usize, on_i686: usize) -> usize {
    match (size_of::<usize>(), align_of::<u64>()) {
        (8, _) => on64,
        (_, 8) => on32,
        _ => on_i686,
    }
}

macro_rules! layout {
    ($($type:ident, $on64:literal, $on32:literal, $on_i686:literal { $($field:ident, $at64:literal, $at32:literal;)* })*) => {
        $(
            const _: () = assert!(size_of::<$type>() == on($on64, $on32, $on_i686));
            $(const _: () = assert!(offset_of!($type, $field) == on($at64, $at32, $at32));)*
        )*
    };
}

layout! {
    barejwt_str, 16, 8, 8 {
        ptr, 0, 0;
        len, 8, 4;
    }
    barejwt_key, 88, 88, 88 {
        opaque, 0, 0;
    }
    barejwt_keyring, 88, 88, 88 {
        key, 0, 0;
    }
    barejwt_slot, 144, 144, 144 {
        opaque, 0, 0;
    }
    barejwt_detail, 48, 40, 40 {
        time, 0, 0;
        now, 8, 8;
        needed, 16, 16;
        at, 24, 20;
        claims, 32, 24;
        part, 36, 28;
        problem, 40, 32;
        token_type, 44, 36;
    }
    barejwt_claims, 120, 88, 88 {
        sub, 0, 0;
        json, 16, 8;
        exp, 32, 16;
        nbf, 40, 24;
        token_type, 48, 32;
        has, 52, 36;
        detail, 56, 40;
        state, 104, 80;
        checksum, 112, 84;
    }
    barejwt_value, 40, 32, 28 {
        text, 0, 0;
        integer, 16, 8;
        needed, 24, 16;
        kind, 32, 20;
        is_integer, 36, 24;
    }
    barejwt_validation, 104, 64, 64 {
        struct_size, 0, 0;
        token_type, 4, 4;
        require, 8, 8;
        allow_missing, 12, 12;
        ignore, 16, 16;
        leeway, 20, 20;
        max_age, 24, 24;
        max_token_len, 32, 28;
        sub, 40, 32;
        issuer, 56, 40;
        audience, 72, 48;
        typ, 88, 56;
    }
    barejwt_identity, 128, 96, 92 {
        claims, 0, 0;
        kind, 120, 88;
    }
    barejwt_to_sign, 56, 32, 32 {
        struct_size, 0, 0;
        token_type, 4, 4;
        lifetime, 8, 8;
        sub, 16, 12;
        state_hash, 32, 20;
        members, 40, 24;
    }
    barejwt_pair, 56, 40, 36 {
        access_token, 0, 0;
        refresh_token, 16, 8;
        access_expires, 32, 16;
        refresh_expires, 40, 24;
        needed, 48, 32;
    }
    barejwt_pair_options, 48, 28, 28 {
        struct_size, 0, 0;
        access_lifetime, 4, 4;
        refresh_lifetime, 8, 8;
        access_members, 16, 12;
        refresh_members, 32, 20;
    }
    barejwt_refresh, 192, 160, 160 {
        unconfirmed, 0, 0;
        now, 120, 88;
        state_hash, 128, 96;
        digest, 160, 128;
    }
    barejwt_session, 80, 64, 60 {
        state, 0, 0;
        margin, 4, 4;
        life, 8, 8;
        timing, 12, 12;
        early, 16, 16;
        trust, 20, 20;
        pair, 24, 24;
    }
    barejwt_next, 24, 12, 12 {
        token, 0, 0;
        action, 16, 8;
    }
    barejwt_unverified, 120, 88, 88 {
        header_json, 0, 0;
        payload_json, 16, 8;
        claims_status, 32, 16;
        said_token_type, 36, 20;
        said_sub, 40, 24;
        said_exp, 56, 32;
        said_nbf, 64, 40;
        detail, 72, 48;
    }
}

//! The layout of every struct, in bytes: on a 64-bit target, and on a 32-bit one.
//! `tests/c/layout.c` asserts the same numbers, so that neither side can move alone.

use core::mem::offset_of;

use crate::auth::barejwt_identity;
use crate::claims::{barejwt_claims, barejwt_detail, barejwt_value};
use crate::keyring::{barejwt_keyring, barejwt_slot};
use crate::keys::barejwt_key;
use crate::pair::{barejwt_pair, barejwt_refresh};
use crate::pointers::barejwt_str;
use crate::session::{barejwt_next, barejwt_session};
use crate::unverified::barejwt_unverified;
use crate::validation::barejwt_validation;

/// Whether `found` is the number for this target; any is where C aligns `int64_t` to 4 (i686).
const fn is(found: usize, on64: usize, on32: usize) -> bool {
    let expected = if size_of::<usize>() == 8 { on64 } else { on32 };
    found == expected || align_of::<u64>() < 8
}

macro_rules! layout {
    ($($type:ident, $size64:literal, $size32:literal { $($field:ident, $at64:literal, $at32:literal;)* })*) => {
        $(
            const _: () = assert!(is(size_of::<$type>(), $size64, $size32));
            $(const _: () = assert!(is(offset_of!($type, $field), $at64, $at32));)*
        )*
    };
}

layout! {
    barejwt_str, 16, 8 {
        ptr, 0, 0;
        len, 8, 4;
    }
    barejwt_key, 88, 88 {
        opaque, 0, 0;
    }
    barejwt_keyring, 88, 88 {
        key, 0, 0;
    }
    barejwt_slot, 128, 128 {
        opaque, 0, 0;
    }
    barejwt_detail, 56, 48 {
        exp, 0, 0;
        nbf, 8, 8;
        now, 16, 16;
        needed, 24, 24;
        at, 32, 28;
        claims, 40, 32;
        part, 44, 36;
        problem, 48, 40;
        token_type, 52, 44;
    }
    barejwt_claims, 232, 208 {
        sub, 0, 0;
        json, 16, 8;
        exp, 32, 16;
        nbf, 40, 24;
        token_type, 48, 32;
        has, 52, 36;
        detail, 56, 40;
        opaque, 112, 88;
    }
    barejwt_value, 40, 32 {
        text, 0, 0;
        integer, 16, 8;
        needed, 24, 16;
        kind, 32, 20;
        is_integer, 36, 24;
    }
    barejwt_validation, 64, 44 {
        struct_size, 0, 0;
        token_type, 4, 4;
        require, 8, 8;
        allow_missing, 12, 12;
        leeway, 16, 16;
        ignore_audience, 20, 20;
        max_token_len, 24, 24;
        sub, 32, 28;
        typ, 48, 36;
    }
    barejwt_identity, 240, 216 {
        claims, 0, 0;
        kind, 232, 208;
        reserved, 236, 212;
    }
    barejwt_pair, 56, 40 {
        access_token, 0, 0;
        refresh_token, 16, 8;
        access_expires, 32, 16;
        refresh_expires, 40, 24;
        needed, 48, 32;
    }
    barejwt_refresh, 232, 216 {
        sub, 0, 0;
        detail, 16, 8;
        opaque, 72, 56;
    }
    barejwt_session, 64, 64 {
        opaque, 0, 0;
    }
    barejwt_next, 24, 16 {
        token, 0, 0;
        action, 16, 8;
        reserved, 20, 12;
    }
    barejwt_unverified, 128, 96 {
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

//! The layout of every struct, in bytes: on a 64-bit target, and on a 32-bit one. Where C aligns
//! `int64_t` to 4 bytes (i686), structs may end without padding: their size there is a third number.
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
    barejwt_slot, 128, 128, 128 {
        opaque, 0, 0;
    }
    barejwt_detail, 56, 48, 48 {
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
    barejwt_claims, 248, 224, 224 {
        sub, 0, 0;
        json, 16, 8;
        exp, 32, 16;
        nbf, 40, 24;
        token_type, 48, 32;
        has, 52, 36;
        detail, 56, 40;
        opaque, 112, 88;
    }
    barejwt_value, 40, 32, 28 {
        text, 0, 0;
        integer, 16, 8;
        needed, 24, 16;
        kind, 32, 20;
        is_integer, 36, 24;
    }
    barejwt_validation, 64, 44, 44 {
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
    barejwt_identity, 256, 232, 232 {
        claims, 0, 0;
        kind, 248, 224;
        reserved, 252, 228;
    }
    barejwt_pair, 56, 40, 36 {
        access_token, 0, 0;
        refresh_token, 16, 8;
        access_expires, 32, 16;
        refresh_expires, 40, 24;
        needed, 48, 32;
    }
    barejwt_refresh, 248, 232, 232 {
        sub, 0, 0;
        detail, 16, 8;
        opaque, 72, 56;
    }
    barejwt_session, 96, 96, 96 {
        opaque, 0, 0;
    }
    barejwt_next, 24, 16, 16 {
        token, 0, 0;
        action, 16, 8;
        reserved, 20, 12;
    }
    barejwt_unverified, 128, 96, 96 {
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

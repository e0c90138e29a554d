//! Tests for memory that C uses again after a call. `.ci/miri` runs them in an interpreter.

use core::mem::MaybeUninit;
use core::ptr;

use core_jwt::Lifetimes;

use crate::claims::{barejwt_claims, barejwt_claims_get};
use crate::keys::{barejwt_key, barejwt_key_init};
use crate::pair::{
    barejwt_pair, barejwt_pair_options, barejwt_refresh, barejwt_refresh_confirm,
    barejwt_refresh_renew, barejwt_verify_refresh,
};
use crate::session::{
    barejwt_next, barejwt_session, barejwt_session_init, barejwt_session_next,
    barejwt_session_renewed,
};
use crate::sign::{
    BAREJWT_ACCESS_LIFETIME, BAREJWT_REFRESH_LIFETIME, barejwt_sign_access, barejwt_sign_refresh,
};
use crate::status::BAREJWT_OK;
use crate::text::barejwt_str;
use crate::validation::barejwt_validation;
use crate::verify::barejwt_verify;

/// A value whose bytes are all zero, as after C's `memset`.
fn zeroed<T>() -> T {
    // SAFETY: it is called only for the header's types: integers, raw pointers and words.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// No reference from the first call may be used after the second.
#[test]
fn what_is_kept_is_borrowed_anew_after_scratch_was_written_with_the_same_bytes() {
    const NOW: i64 = 1_745_651_978;
    let (mut key, mut len): (barejwt_key, _) = (zeroed(), 0);
    let (mut token, mut scratch) = ([0_u8; 384], [0_u8; 640]);
    let (start, place) = (token.as_mut_ptr().cast(), scratch.as_mut_ptr().cast());
    let (secret, hash) = ([7_u8; 32], [9_u8; 32]);
    let mut want: barejwt_validation = zeroed();
    want.struct_size = u32::try_from(size_of::<barejwt_validation>()).unwrap();
    let mut claims: [barejwt_claims; 2] = [zeroed(), zeroed()];
    let mut refresh: [barejwt_refresh; 2] = [zeroed(), zeroed()];
    let (sub, none) = (c"lUpa".as_ptr(), ptr::null_mut());
    let mut value = zeroed();
    // SAFETY: every pointer is valid for its length, and no call gets the same pointer twice.
    unsafe {
        let status = barejwt_key_init(&mut key, secret.as_ptr().cast(), 32);
        assert_eq!(status, BAREJWT_OK);
        let status = barejwt_sign_access(&key, sub, 4, NOW, 60, start, 384, &mut len);
        assert_eq!(status, BAREJWT_OK);
        for claims in &mut claims {
            let status = barejwt_verify(&key, start, len, &want, NOW, place, 640, claims);
            assert_eq!(status, BAREJWT_OK);
        }
        let [first, _] = &claims;
        let status = barejwt_claims_get(first, c"sub".as_ptr(), 3, none, 0, &mut value);
        assert_eq!((status, value.text.len), (BAREJWT_OK, 4));

        let hash = hash.as_ptr();
        let status = barejwt_sign_refresh(&key, sub, 4, hash, NOW, 60, start, 384, &mut len);
        assert_eq!(status, BAREJWT_OK);
        for refresh in &mut refresh {
            let status = barejwt_verify_refresh(&key, start, len, &want, NOW, place, 640, refresh);
            assert_eq!(status, BAREJWT_OK);
        }
        let ([first, _], [claims, _]) = (&refresh, &mut claims);
        let status = barejwt_refresh_confirm(first, hash, claims);
        assert_eq!((status, claims.sub.len), (BAREJWT_OK, 4));
        let mut options: barejwt_pair_options = zeroed();
        options.struct_size = u32::try_from(size_of::<barejwt_pair_options>()).unwrap();
        (options.access_lifetime, options.refresh_lifetime) = (60, 600);
        let (mut access, mut trade, mut pair) = ([0_u8; 256], [0_u8; 384], zeroed());
        let outs = (access.as_mut_ptr().cast(), trade.as_mut_ptr().cast());
        let (to, also) = outs;
        let status =
            barejwt_refresh_renew(&key, first, hash, &options, to, 256, also, 384, &mut pair);
        assert_eq!((status, pair.access_expires), (BAREJWT_OK, NOW + 60));
    }
}

/// A client may free the old answer before it hands over the new pair.
#[test]
fn a_session_takes_a_new_pair_after_the_old_tokens_are_gone() {
    let pair_in = |text: &str| barejwt_pair {
        access_token: barejwt_str::within(text.as_ptr(), text),
        refresh_token: barejwt_str::within(text.as_ptr(), text),
        access_expires: i64::MAX,
        refresh_expires: i64::MAX,
        needed: 0,
    };
    let mut session: barejwt_session = zeroed();
    let mut next: barejwt_next = zeroed();
    let old = String::from("old");
    // SAFETY: every pointer is valid for its type, and no call gets the same pointer twice.
    unsafe {
        let status = barejwt_session_init(&mut session, &pair_in(&old), 0);
        assert_eq!(status, BAREJWT_OK);
        drop(old);
        let status = barejwt_session_renewed(&mut session, &pair_in("new"));
        assert_eq!(status, BAREJWT_OK);
        let status = barejwt_session_next(&mut session, 1, &mut next);
        assert_eq!(status, BAREJWT_OK);
        let token = core::slice::from_raw_parts(next.token.ptr.cast::<u8>(), next.token.len);
        assert_eq!(token, b"new");
    }
}

#[test]
fn the_usual_lifetimes_are_the_cores() {
    let Lifetimes { access, refresh } = Lifetimes::default();
    assert_eq!(access, BAREJWT_ACCESS_LIFETIME);
    assert_eq!(refresh, BAREJWT_REFRESH_LIFETIME);
}

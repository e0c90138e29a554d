//! The key, or the key of a keyring, that a call is to use.

use core_jwt::{Key, Keyring, Keys, SigningKey};

use crate::keyring::Ring;
use crate::keys::barejwt_key;
use crate::opaque;
use crate::pointers::{Reads, Step};
use crate::status::{BAREJWT_E_KEYRING_EMPTY, BAREJWT_E_KID_NOT_IN_KEYRING, BAREJWT_E_NOT_READY};

/// The key or the keyring that `key` holds.
pub(crate) fn for_verifying<'c>(call: Reads<'c>, key: *const barejwt_key) -> Step<Keys<'c>> {
    let words = &call.input(key)?.opaque;
    if let Some(key) = opaque::load::<Key, _>(words) {
        return Ok(key.into());
    }
    let ring: &Ring = call.unless(opaque::load(words), BAREJWT_E_NOT_READY)?;
    let view = Keyring::by_place(ring.keys(call)?, ring.without_kid());
    Ok(Keys::Ring(call.unless(view, BAREJWT_E_KEYRING_EMPTY)?))
}

/// The key that `key` holds, or the one of the keyring that signs. To be taken last: that none signs is
/// no misuse, and misuse of the other arguments goes before it.
pub(crate) fn for_signing<'c>(call: Reads<'c>, key: *const barejwt_key) -> Step<SigningKey<'c>> {
    let words = &call.input(key)?.opaque;
    if let Some(key) = opaque::load::<Key, _>(words) {
        return Ok(key.into());
    }
    let ring: &Ring = call.unless(opaque::load(words), BAREJWT_E_NOT_READY)?;
    let keys = ring.keys(call)?;
    call.unless(keys.first(), BAREJWT_E_KEYRING_EMPTY)?;
    let named = call.unless(keys.get(ring.signs()), BAREJWT_E_KID_NOT_IN_KEYRING)?;
    Ok(named.key().with_kid(named.kid()))
}

//! The key that a call uses: a single key, or a key of a keyring.

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

/// The key that `key` holds, or the signing key of its keyring. A call takes it after its other arguments,
/// because a keyring without a signing key is no misuse, and misuse is reported first.
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

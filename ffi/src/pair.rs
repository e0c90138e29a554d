//! An access token and a refresh token together: issued at login, later traded for a new pair.

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;

use core_jwt::{Error, Lifetimes, Pair, PairClaims, PairMembers, StateHash};

use crate::chosen;
use crate::claims::{Texts, barejwt_claims};
use crate::keys::barejwt_key;
use crate::out::all_but_last;
use crate::pointers::{Call, Place, Promise, Reads, Step};
use crate::sign::{BAREJWT_STATE_HASH_BYTES, state_hash_at};
use crate::status::{
    BAREJWT_E_OPTION, BAREJWT_E_SCRATCH_CHANGED, BAREJWT_E_STATE_HASH_MALFORMED,
    BAREJWT_E_STATE_HASH_MISMATCH, barejwt_status,
};
use crate::text::barejwt_str;
use crate::validation::{self, barejwt_validation};

/// Two tokens and the times at which they expire. The tokens point into your two buffers, or into the
/// login answer that was read.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_pair {
    /// The access token.
    pub access_token: barejwt_str,
    /// The refresh token.
    pub refresh_token: barejwt_str,
    /// Seconds since 1970.
    pub access_expires: i64,
    /// Seconds since 1970.
    pub refresh_expires: i64,
    /// After BAREJWT_E_OUTPUT_TOO_SMALL: bytes that the buffer needs, the NUL included. If both buffers
    /// are too small, it is the size for the access token. To ask for both sizes, call twice: first
    /// with NULL and 0 for both buffers, then with NULL and 0 only for the refresh token.
    pub needed: usize,
}

impl barejwt_pair {
    /// Fills in `pair`, whose tokens stand in the memory that C has passed as `access` and `refresh`.
    pub(crate) fn set(&mut self, pair: &Pair<'_>, access: *const c_char, refresh: *const c_char) {
        self.access_token = barejwt_str::within(access, pair.access_token);
        self.refresh_token = barejwt_str::within(refresh, pair.refresh_token);
        self.access_expires = pair.access_expires;
        self.refresh_expires = pair.refresh_expires;
    }
}

/// Options for a new pair. Begin with BAREJWT_PAIR_OPTIONS: the usual lifetimes, and no members of your
/// own.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_pair_options {
    /// sizeof(barejwt_pair_options) in your header: see barejwt_validation.
    pub struct_size: u32,
    /// Seconds that the access token lives.
    pub access_lifetime: u32,
    /// Seconds that the refresh token lives.
    pub refresh_lifetime: u32,
    /// Your own members for the access token: one strict JSON object. Its members follow the standard
    /// members unchanged; {} adds none. In a first pair ptr NULL adds none. In a renewal, if ptr is NULL
    /// for both tokens, each new token gets the members of the old token. Otherwise set both: the new
    /// tokens get these members and no others.
    pub access_members: barejwt_str,
    /// The same for the refresh token.
    pub refresh_members: barejwt_str,
}

/// A `barejwt_pair_options` that was read.
struct Options<'c> {
    lifetimes: Lifetimes,
    access: Option<&'c str>,
    refresh: Option<&'c str>,
}

impl<'c> Options<'c> {
    fn take(call: Reads<'c>, options: *const barejwt_pair_options) -> Step<Self> {
        let options = call.sized_input(options)?;
        Ok(Self {
            lifetimes: Lifetimes {
                access: options.access_lifetime,
                refresh: options.refresh_lifetime,
            },
            access: call.optional_text(options.access_members)?,
            refresh: call.optional_text(options.refresh_members)?,
        })
    }

    /// The members of a first pair.
    fn members(&self) -> PairMembers<'c> {
        PairMembers {
            access: self.access.unwrap_or("{}"),
            refresh: self.refresh.unwrap_or("{}"),
        }
    }
}

/// Issues a pair for sub, valid from now, in seconds since 1970. The refresh token is valid until its
/// lifetime ends or the account's state has another hash than state_hash, of
/// BAREJWT_STATE_HASH_BYTES bytes. Both tokens end with a NUL, which their len does not count. After a
/// refusal both buffers are zeros.
///
/// BAREJWT_E_OUTPUT_TOO_SMALL (see pair->needed), BAREJWT_E_JSON_TO_SIGN and BAREJWT_E_MEMBER_RESERVED for
/// your members, and the statuses of barejwt_sign_access.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_issue_pair(
    key: *const barejwt_key,
    sub: *const c_char,
    sub_len: usize,
    state_hash: *const u8,
    options: *const barejwt_pair_options,
    now: i64,
    access_out: *mut c_char,
    access_size: usize,
    refresh_out: *mut c_char,
    refresh_size: usize,
    pair: *mut barejwt_pair,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, outs) = Outs::take(
            call,
            (access_out, access_size),
            (refresh_out, refresh_size),
            pair,
        )?;
        let sub = call.text(sub, sub_len)?;
        let hash = state_hash_at(call, state_hash)?;
        let options = Options::take(call, options)?;
        let key = chosen::for_signing(call, key)?;
        let claims = PairClaims::new(sub, &hash, &options.lifetimes, now);
        let claims = claims.members(&options.members());
        outs.fill(call, |access, refresh| {
            core_jwt::issue_pair(&claims, key, access, refresh)
        })
    })
}

/// A refresh token whose signature, type and times were checked, but whose state hash was not compared
/// yet. It points into the scratch buffer of its call: do not change the buffer while you use it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_refresh {
    /// The claims of the token: look up the account of their sub. They identify nobody before the hash is
    /// compared, and barejwt_claims_get refuses them. After a refusal their detail says why.
    pub unconfirmed: barejwt_claims,
    /// The time at which the token was verified, in seconds since 1970.
    pub now: i64,
    /// The hash that the token has.
    pub state_hash: [u8; BAREJWT_STATE_HASH_BYTES],
    /// Private: SHA-256 of the texts, which tells whether they are still there.
    pub digest: [u8; 32],
}

impl barejwt_refresh {
    /// The texts of the token, if its memory still holds them.
    fn texts<'c>(&self, call: Reads<'c>) -> Step<Texts<'c>> {
        let texts = self.unconfirmed.unconfirmed_texts(call)?;
        // The checksum finds only accidents. This finds every change.
        if core_jwt::digest(texts.sub, texts.json) != self.digest {
            return call.refuse(BAREJWT_E_SCRATCH_CHANGED);
        }
        Ok(texts)
    }

    /// Refuses an account's hash that is not the token's, compared in constant time. A call does this after
    /// its checks for misuse.
    fn confirm(&self, account: &StateHash, call: Reads<'_>) -> Step<()> {
        let same = StateHash::new(self.state_hash).matches(account);
        call.unless(same.then_some(()), BAREJWT_E_STATE_HASH_MISMATCH)
    }
}

/// Verifies a refresh token, all but its state hash. Then look up the account of refresh->unconfirmed.sub,
/// and call barejwt_refresh_renew or barejwt_refresh_confirm: both compare the hash with the account's. Only
/// a refresh token with a sub and a state_hash passes, whatever want allows.
///
/// The statuses of barejwt_verify. An access token is BAREJWT_E_TOKEN_TYPE_WRONG.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_verify_refresh(
    key: *const barejwt_key,
    token: *const c_char,
    token_len: usize,
    want: *const barejwt_validation,
    now: i64,
    scratch: *mut c_void,
    scratch_size: usize,
    refresh: *mut barejwt_refresh,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, refresh) = call.output(refresh);
        let (call, room) = call.scratch(scratch, scratch_size);
        let call = call.reads()?;
        let (refresh, room) = (refresh.open(call), room.open(call));
        let token = call.bytes(token, token_len)?;
        let keys = chosen::for_verifying(call, key)?;
        let mut rules = MaybeUninit::uninit();
        let rules = validation::take(call, want, &mut rules)?;
        // Whatever the rules relax, the token has all that a renewal needs.
        *rules = rules.only_refresh();
        match core_jwt::verify(token, keys, rules, now, &mut *room) {
            Ok(claims) => {
                // The token has a hash, because the rules require it.
                let hash = call.unless(claims.state_hash(), BAREJWT_E_STATE_HASH_MALFORMED)?;
                refresh.state_hash = hash.to_bytes();
                refresh.digest = core_jwt::digest(claims.sub(), claims.json());
                refresh.now = now;
                refresh.unconfirmed.set_unconfirmed(claims, scratch);
            }
            Err(error) => {
                let detail = &mut refresh.unconfirmed.detail;
                return detail.refuse(call, error, room);
            }
        }
        Ok(())
    })
}

/// Compares the token's state hash with the account's, BAREJWT_STATE_HASH_BYTES bytes, in constant time. If
/// they match, issues a new pair for the same subject. The pair is valid from the now at which the token was
/// verified. Buffers and pair are as in barejwt_issue_pair.
///
/// Both new tokens get every member of the old token except token_type, sub, exp, nbf and state_hash. Otherwise
/// a new token without the old scopes, for example, could allow more than the old token. The buffers need room
/// for these members. If options has members for both tokens, the new tokens get these members and no others.
///
/// BAREJWT_E_STATE_HASH_MISMATCH: the account has changed, so that the user must log in. BAREJWT_E_OPTION if
/// options has members for only one token. BAREJWT_E_NOT_READY, BAREJWT_E_SCRATCH_CHANGED, and the statuses of
/// barejwt_issue_pair.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_refresh_renew(
    key: *const barejwt_key,
    refresh: *const barejwt_refresh,
    account_hash: *const u8,
    options: *const barejwt_pair_options,
    access_out: *mut c_char,
    access_size: usize,
    refresh_out: *mut c_char,
    refresh_size: usize,
    pair: *mut barejwt_pair,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, outs) = Outs::take(
            call,
            (access_out, access_size),
            (refresh_out, refresh_size),
            pair,
        )?;
        let hash = state_hash_at(call, account_hash)?;
        let refresh = call.input(refresh)?;
        let options = Options::take(call, options)?;
        if options.access.is_some() != options.refresh.is_some() {
            // The other token would lose its members silently.
            return call.refuse(BAREJWT_E_OPTION);
        }
        let texts = refresh.texts(call)?;
        let key = chosen::for_signing(call, key)?;
        refresh.confirm(&hash, call)?;
        let mut claims = PairClaims::new(texts.sub, &hash, &options.lifetimes, refresh.now);
        if options.access.is_some() {
            claims = claims.members(&options.members());
        } else {
            call.signed(claims.carry(texts.json))?;
        }
        outs.fill(call, |access, refresh| {
            core_jwt::issue_pair(&claims, key, access, refresh)
        })
    })
}

/// Compares the token's state hash with the account's, in constant time, and gives the claims. Use it to
/// issue tokens in your own way; otherwise barejwt_refresh_renew is enough.
///
/// BAREJWT_E_STATE_HASH_MISMATCH, BAREJWT_E_NOT_READY, BAREJWT_E_SCRATCH_CHANGED; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_refresh_confirm(
    refresh: *const barejwt_refresh,
    account_hash: *const u8,
    claims: *mut barejwt_claims,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, claims) = call.output(claims);
        let call = call.reads()?;
        let hash = state_hash_at(call, account_hash)?;
        let refresh = call.input(refresh)?;
        refresh.texts(call)?;
        refresh.confirm(&hash, call)?;
        *claims.open(call) = refresh.unconfirmed.confirmed();
        Ok(())
    })
}

/// The two buffers of a pair, and the pair.
struct Outs<'c> {
    access: Place<'c, [u8]>,
    refresh: Place<'c, [u8]>,
    pair: Place<'c, barejwt_pair>,
    /// The buffers, as C has passed them.
    starts: [*const c_char; 2],
}

impl<'c> Outs<'c> {
    fn take<Room>(
        call: Call<'c, (((Room,),),)>,
        (access, access_size): (*mut c_char, usize),
        (refresh, refresh_size): (*mut c_char, usize),
        pair: *mut barejwt_pair,
    ) -> Step<(Reads<'c>, Self)> {
        let starts = [access.cast_const(), refresh.cast_const()];
        let (call, access) = call.buffer(access, access_size);
        let (call, refresh) = call.buffer(refresh, refresh_size);
        let (call, pair) = call.output(pair);
        let outs = Self {
            access,
            refresh,
            pair,
            starts,
        };
        Ok((call.reads()?, outs))
    }

    /// Lets `issue` fill both buffers, except their last bytes, so that both texts end with a NUL.
    fn fill(
        self,
        call: Reads<'c>,
        issue: impl for<'b> FnOnce(&'b mut [u8], &'b mut [u8]) -> Result<Pair<'b>, Error>,
    ) -> Step<()> {
        let (access, refresh) = (self.access.open(call), self.refresh.open(call));
        let pair = self.pair.open(call);
        let [access_out, refresh_out] = self.starts;
        let issued = issue(all_but_last(access), all_but_last(refresh));
        let issued = issued.map(|issued| pair.set(&issued, access_out, refresh_out));
        if let Err(error) = issued {
            access.fill(0);
            refresh.fill(0);
            if let Error::OutputTooSmall { needed } = error {
                pair.needed = needed.saturating_add(1);
            }
        }
        call.signed(issued)
    }
}

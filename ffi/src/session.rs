//! The client's side: use the access token, refresh, or log in again.

use core::ffi::c_char;

use core_jwt::{Error, Next, Pair, Session};

use crate::pair::barejwt_pair;
use crate::pointers::{self, Memory, Opaque, barejwt_str};
use crate::status::{self, BAREJWT_E_NOT_READY, Fault, barejwt_status};

/// action: the call was refused.
pub const BAREJWT_NEXT_REFUSED: u32 = 0;
/// action: call the API with this access token.
pub const BAREJWT_NEXT_USE_ACCESS: u32 = 1;
/// action: trade this refresh token for a new pair, then call barejwt_session_renewed; or, if it was
/// refused, barejwt_session_refresh_refused.
pub const BAREJWT_NEXT_REFRESH: u32 = 2;
/// action: ask the user to log in.
pub const BAREJWT_NEXT_LOG_IN: u32 = 3;

/// What a client should do next.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_next {
    /// The token to do it with.
    pub token: barejwt_str,
    /// BAREJWT_NEXT_ number.
    pub action: u32,
    /// Always 0.
    pub reserved: u32,
}

impl barejwt_next {
    fn set(&mut self, next: Next<'_>) {
        let (action, token) = match next {
            Next::UseAccess(token) => (BAREJWT_NEXT_USE_ACCESS, token),
            Next::Refresh(token) => (BAREJWT_NEXT_REFRESH, token),
            Next::LogIn => {
                self.action = BAREJWT_NEXT_LOG_IN;
                return;
            }
        };
        self.action = action;
        self.token = barejwt_str::new(token);
    }
}

/// A client's pair of tokens, and whether the server has refused it. It points to the tokens, which
/// must stay where they are. One thread at a time may change it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_session {
    /// Private.
    pub opaque: [u64; 8],
}

impl Opaque for Session<'static> {
    const TAG: u64 = 0xc218_7f4d_36ea_905b;
}

/// Reads the JSON answer to a login or to a refresh: an envelope with code 0 whose data has the
/// token object at token, or is it. The pair points into answer.
///
/// BAREJWT_E_LOGIN_REFUSED if code is not 0: it is in *code, which may be NULL if you do not care.
/// BAREJWT_E_JSON, BAREJWT_E_LOGIN_ANSWER_INVALID; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_pair_from_answer(
    answer: *const c_char,
    answer_len: usize,
    pair: *mut barejwt_pair,
    code: *mut i64,
) -> barejwt_status {
    let mut ignored = 0;
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let code = if code.is_null() {
            &raw mut ignored
        } else {
            code
        };
        let (cleared, code_out) = (pointers::output(pair), pointers::output(code));
        let (cleared, code_out) = (cleared?, code_out?);
        let answer = Memory::new(answer, answer_len)?;
        pointers::disjoint(&[Memory::object(pair)?, Memory::object(code)?], &[answer])?;
        match Session::from_answer(answer.bytes(), 0) {
            Ok(session) => cleared.set(session.pair()),
            Err(error) => {
                if let Error::LoginRefused { code: refused } = error {
                    *code_out = refused;
                }
                return Err(error.into());
            }
        }
        Ok(())
    })())
}

/// A session from a pair just received. A token counts as expired margin seconds before it is: time
/// for the call to arrive, and for clocks that differ.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_init(
    session: *mut barejwt_session,
    pair: *const barejwt_pair,
    margin: u32,
) -> barejwt_status {
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let cleared = pointers::output(session)?;
        pointers::disjoint(&[Memory::object(session)?], &[Memory::object(pair)?])?;
        pointers::store(&mut cleared.opaque, Session::new(read(pair)?, margin));
        Ok(())
    })())
}

/// What to do now, before a call. now is in seconds since 1970.
///
/// BAREJWT_E_CLOCK_NOT_SET; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_next(
    session: *const barejwt_session,
    now: i64,
    next: *mut barejwt_next,
) -> barejwt_status {
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let cleared = pointers::output(next)?;
        pointers::disjoint(&[Memory::object(next)?], &[Memory::object(session)?])?;
        let session: &Session<'static> = pointers::load(&pointers::input(session)?.opaque)
            .ok_or(Fault::Edge(BAREJWT_E_NOT_READY))?;
        cleared.set(session.next(now)?);
        Ok(())
    })())
}

/// What to do after the server has answered 401 to the access token: refresh once, then log in. A
/// later 401 gets its own refresh only if barejwt_session_accepted was called in between, or the
/// pair was renewed because its time had come.
///
/// BAREJWT_E_CLOCK_NOT_SET, and the 401 is noted all the same; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_after_401(
    session: *mut barejwt_session,
    now: i64,
    next: *mut barejwt_next,
) -> barejwt_status {
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let cleared = pointers::output(next)?;
        pointers::disjoint(&[Memory::object(next)?, Memory::object(session)?], &[])?;
        cleared.set(change(session)?.after_401(now)?);
        Ok(())
    })())
}

/// Takes the pair that a refresh has brought.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_renewed(
    session: *mut barejwt_session,
    pair: *const barejwt_pair,
) -> barejwt_status {
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        pointers::disjoint(&[Memory::object(session)?], &[Memory::object(pair)?])?;
        let session = change(session)?;
        *session = session.renewed(read(pair)?);
        Ok(())
    })())
}

/// Notes that the server has accepted the access token.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_accepted(session: *mut barejwt_session) -> barejwt_status {
    // SAFETY: the caller's pointer is as the header asks.
    status::status((|| unsafe {
        change(session)?.accepted();
        Ok(())
    })())
}

/// Notes that the server has refused the refresh token: all that is left is to log in.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_refresh_refused(
    session: *mut barejwt_session,
) -> barejwt_status {
    // SAFETY: the caller's pointer is as the header asks.
    status::status((|| unsafe {
        change(session)?.refresh_refused();
        Ok(())
    })())
}

/// # Safety
/// As [`pointers::input`], and for writes.
unsafe fn change<'a>(session: *mut barejwt_session) -> Result<&'a mut Session<'static>, Fault> {
    Memory::object(session)?;
    // SAFETY: the same promise, not NULL and aligned by the line above.
    let session = unsafe { &mut *session };
    pointers::load_mut(&mut session.opaque).ok_or(Fault::Edge(BAREJWT_E_NOT_READY))
}

/// # Safety
/// As [`pointers::input`], for the pair and its tokens.
unsafe fn read(pair: *const barejwt_pair) -> Result<Pair<'static>, Fault> {
    // SAFETY: the same promise.
    let pair = unsafe { pointers::input(pair)? };
    let (access, refresh) = (pair.access_token.memory()?, pair.refresh_token.memory()?);
    // SAFETY: the same promise.
    let (access_token, refresh_token) = unsafe { (access.text()?, refresh.text()?) };
    // An empty token is none: what a refused call has left in the pair, for example.
    if access_token.is_empty() || refresh_token.is_empty() {
        return Err(Fault::Edge(BAREJWT_E_NOT_READY));
    }
    Ok(Pair {
        access_token,
        refresh_token,
        access_expires: pair.access_expires,
        refresh_expires: pair.refresh_expires,
    })
}

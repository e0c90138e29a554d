//! The client's side: use the access token, refresh, or log in again.

use core::ffi::c_char;

use core_jwt::{Error, Next, Pair, Session, SessionNumbers};

use crate::pair::barejwt_pair;
use crate::pointers::{Promise, Reads, Step};
use crate::status::{BAREJWT_E_LOGIN_ANSWER_JSON, BAREJWT_E_NOT_READY, barejwt_status};
use crate::text::barejwt_str;

/// action: the call was refused.
pub const BAREJWT_NEXT_REFUSED: u32 = 0;
/// action: call the API with this access token.
pub const BAREJWT_NEXT_USE_ACCESS: u32 = 1;
/// action: trade this refresh token for a new pair, then call barejwt_session_renewed. If the server
/// refuses the token, call barejwt_session_refresh_refused.
pub const BAREJWT_NEXT_REFRESH: u32 = 2;
/// action: ask the user to log in.
pub const BAREJWT_NEXT_LOG_IN: u32 = 3;

/// What a client should do next.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_next {
    /// The token for this action.
    pub token: barejwt_str,
    /// A BAREJWT_NEXT_ number.
    pub action: u32,
}

/// A client's pair of tokens, and what the client knows about it. The session points to the tokens, which
/// must stay where they are. Only one thread at a time may use it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_session {
    /// Private: says whether there is a session.
    pub state: u32,
    /// Private.
    pub margin: u32,
    /// Private.
    pub life: u32,
    /// Private.
    pub timing: u32,
    /// Private.
    pub early: u32,
    /// Private.
    pub trust: u32,
    /// The pair. You may read it, but do not change it.
    pub pair: barejwt_pair,
}

/// `state` of a session.
const READY: u32 = 0x3600_3600;

impl barejwt_session {
    /// Keeps `pair`, whose times `session` knows.
    fn set(&mut self, pair: &barejwt_pair, session: &Session<'_>) {
        self.pair = *pair;
        self.state = READY;
        self.keep(session);
    }

    fn keep(&mut self, session: &Session<'_>) {
        let numbers = session.numbers();
        self.margin = numbers.margin;
        self.life = numbers.life;
        self.timing = numbers.timing;
        self.early = numbers.early;
        self.trust = numbers.trust;
    }

    /// The core's session, which decides without the texts of the tokens. The call must not write over the
    /// texts. It has no reference to them, because the texts of an old pair may be gone.
    fn load(&self, call: Reads<'_>) -> Step<Session<'static>> {
        if self.state != READY {
            return call.refuse(BAREJWT_E_NOT_READY);
        }
        for token in [self.pair.access_token, self.pair.refresh_token] {
            call.spared(token.ptr, token.len)?;
        }
        let numbers = SessionNumbers {
            margin: self.margin,
            life: self.life,
            timing: self.timing,
            early: self.early,
            trust: self.trust,
        };
        let session = Session::from_numbers(without_texts(&self.pair), numbers);
        call.unless(session, BAREJWT_E_NOT_READY)
    }

    /// Lets `change` change the session.
    fn change<T>(
        &mut self,
        call: Reads<'_>,
        change: impl FnOnce(&mut Session<'static>) -> T,
    ) -> Step<T> {
        let mut session = self.load(call)?;
        let told = change(&mut session);
        self.keep(&session);
        Ok(told)
    }

    fn tell(&self, next: Next<'_>, out: &mut barejwt_next) {
        (out.action, out.token) = match next {
            Next::UseAccess(_) => (BAREJWT_NEXT_USE_ACCESS, self.pair.access_token),
            Next::Refresh(_) => (BAREJWT_NEXT_REFRESH, self.pair.refresh_token),
            Next::LogIn => (BAREJWT_NEXT_LOG_IN, barejwt_str::NONE),
        };
    }
}

/// Reads the JSON answer to a login or to a refresh. The answer is an envelope with code 0; an absent code
/// counts as 0. The token object is data, or the member token of data. The pair points into answer.
///
/// BAREJWT_E_LOGIN_REFUSED if the envelope's code is not 0; the code is then in *code. The pointer code may be
/// NULL. BAREJWT_E_LOGIN_ANSWER_JSON, BAREJWT_E_LOGIN_ANSWER_INVALID; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_pair_from_answer(
    answer: *const c_char,
    answer_len: usize,
    pair: *mut barejwt_pair,
    code: *mut i64,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let mut ignored = 0;
        let code = if code.is_null() {
            &raw mut ignored
        } else {
            code
        };
        let (call, pair) = call.output(pair);
        let (call, code) = call.output(code);
        let call = call.reads()?;
        let (pair, code) = (pair.open(call), code.open(call));
        match Pair::from_answer(call.bytes(answer, answer_len)?) {
            Ok(read) => pair.set(&read, answer, answer),
            Err(Error::Json { .. }) => return call.refuse(BAREJWT_E_LOGIN_ANSWER_JSON),
            Err(error) => {
                if let Error::LoginRefused { code: refused } = error {
                    *code = refused;
                }
                return call.core(Err(error));
            }
        }
        Ok(())
    })
}

/// Starts a session from a pair just received. An access token counts as expired margin seconds before it
/// expires, so that the call has time to arrive. The margin is never more than an eighth of the time that the
/// token had left when it was new.
///
/// After a restart a stored pair counts as new. If it has expired, the first call gets a 401. If you also
/// stored the time at which the pair came, call barejwt_session_next with that time first.
///
/// BAREJWT_E_NOT_READY if the pair lacks a token; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_init(
    session: *mut barejwt_session,
    pair: *const barejwt_pair,
    margin: u32,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, session) = call.output(session);
        let call = call.reads()?;
        let pair = call.input(pair)?;
        check_tokens(call, pair)?;
        session
            .open(call)
            .set(pair, &Session::new(without_texts(pair), margin));
        Ok(())
    })
}

/// Tells what to do now, before a call. now is in seconds since 1970.
///
/// The server's answers count more than the clock. A new pair is always tried once. If the clock was wrong
/// about the end of a pair, the session ignores the clock until the next 401. Only the server decides when
/// the refresh token ends. Report the server's answer to each call with barejwt_session_accepted or
/// barejwt_session_after_401. A token that is not valid yet ends no session: report nothing, wait, and call
/// this again.
///
/// BAREJWT_E_CLOCK_NOT_SET; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_next(
    session: *mut barejwt_session,
    now: i64,
    next: *mut barejwt_next,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, next) = call.output(next);
        let (call, session) = call.change(session)?;
        let call = call.reads()?;
        let decision = session.change(call, |session| session.next(now))?;
        session.tell(call.core(decision)?, next.open(call));
        Ok(())
    })
}

/// Tells what to do after the server has answered 401 to the access token: refresh once, then log in. A
/// later 401 leads to another refresh only if barejwt_session_accepted was called in between, or the pair
/// was renewed because its time had come.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_after_401(
    session: *mut barejwt_session,
    next: *mut barejwt_next,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, next) = call.output(next);
        let (call, session) = call.change(session)?;
        let call = call.reads()?;
        let decision = session.change(call, Session::after_401)?;
        session.tell(decision, next.open(call));
        Ok(())
    })
}

/// Takes the pair that a refresh has brought. The session then points to the new tokens. The old tokens are not
/// read, so that their memory may already be gone. A refused call changes nothing.
///
/// BAREJWT_E_NOT_READY if there is no session or the pair lacks a token; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_renewed(
    session: *mut barejwt_session,
    pair: *const barejwt_pair,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, session) = call.change(session)?;
        let call = call.reads()?;
        let pair = call.input(pair)?;
        check_tokens(call, pair)?;
        let renewed = session.load(call)?.renewed(without_texts(pair));
        session.set(pair, &renewed);
        Ok(())
    })
}

/// Notes that the server has accepted the access token.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_accepted(session: *mut barejwt_session) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, session) = call.change(session)?;
        session.change(call.reads()?, Session::accepted)
    })
}

/// Notes that the server has refused the refresh token. The user must log in.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_session_refresh_refused(
    session: *mut barejwt_session,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, session) = call.change(session)?;
        session.change(call.reads()?, Session::refresh_refused)
    })
}

/// Refuses a pair that lacks a token: for example, the zeros that a refused call leaves.
fn check_tokens(call: Reads<'_>, pair: &barejwt_pair) -> Step<()> {
    for token in [pair.access_token, pair.refresh_token] {
        if call.text(token.ptr, token.len)?.is_empty() {
            return call.refuse(BAREJWT_E_NOT_READY);
        }
    }
    Ok(())
}

/// A pair with its times alone, which are all that the core needs.
const fn without_texts(pair: &barejwt_pair) -> Pair<'static> {
    Pair {
        access_token: "",
        refresh_token: "",
        access_expires: pair.access_expires,
        refresh_expires: pair.refresh_expires,
    }
}

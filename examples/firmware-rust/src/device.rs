//! The device's answers to messages.

use barejwt::{
    Auth, Claims, Error, Identity, Key, Lifetimes, Next, Pair, PairClaims, STATE_HASH_BYTES,
    Session, StateHash, Validation, authenticate, issue_pair, scratch_len, sign, verify_refresh,
};

use crate::board;

/// Most bytes of a line. The longest line is the answer to a login.
pub const LINE_MAX: usize = 1024;
/// Longer tokens are refused.
const TOKEN_MAX: usize = 512;
/// Bytes that are enough for tokens whose subject has four bytes.
const ACCESS_MAX: usize = 198;
const REFRESH_MAX: usize = 280;
/// Seconds that an access token lives.
const LIFETIME: u32 = 3600;
/// Seconds before its end that our own token counts as expired.
const MARGIN: u32 = 60;

struct Account {
    sub: &'static str,
    state_hash: [u8; STATE_HASH_BYTES],
}

impl Account {
    const fn new(sub: &'static str, first: u8) -> Self {
        let mut state_hash = [0; STATE_HASH_BYTES];
        state_hash[0] = first;
        Self { sub, state_hash }
    }
}

/// All the state of the device. It is on the stack.
pub struct Device {
    key: Key,
    /// 0 until a message has set the time.
    now: i64,
    accounts: [Account; 2],
    is_open: bool,
}

/// The device was told to stop.
pub struct Halt;

/// Why a message is refused.
enum Refusal {
    /// The library refuses the token.
    Token(Error),
    /// The device refuses the message, with this status and reason.
    Ours(u16, &'static str),
}

const NO_ACCOUNT: &str = "no such account";

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}

/// Sends a line: a status and texts.
fn answer(status: u16, texts: &[&str]) {
    let digit = |value: u16| b'0'.wrapping_add((value % 10) as u8);
    board::write(&[digit(status / 100), digit(status / 10), digit(status), b' ']);
    for text in texts {
        board::write(text.as_bytes());
    }
    board::write(b"\n");
}

/// Sends the reason of a refusal.
pub fn refuse(error: &Error) {
    let status = error
        .challenge()
        .map_or(500, |challenge| challenge.http_status());
    answer(status, &[error.description()]);
}

/// Reads a line; `None` if it was too long.
fn read_line(into: &mut [u8]) -> Option<usize> {
    let (mut len, mut fits) = (0_usize, true);
    loop {
        match (board::read(), into.get_mut(len)) {
            (b'\n', _) => return fits.then_some(len),
            (byte, Some(slot)) => {
                *slot = byte;
                len = len.saturating_add(1);
            }
            (_, None) => fits = false,
        }
    }
}

/// Splits a line into its verb and the text after one blank, if any.
fn split(line: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut parts = line.splitn(2, |byte| *byte == b' ');
    (parts.next().unwrap_or(&[]), parts.next())
}

fn seconds(text: &[u8]) -> Option<i64> {
    let digits = text.iter().map(|byte| char::from(*byte).to_digit(10));
    let sum = |sum: i64, digit: Option<u32>| sum.checked_mul(10)?.checked_add(digit?.into());
    digits
        .into_iter()
        .try_fold(0, sum)
        .filter(|_| !text.is_empty())
}

impl Device {
    pub const fn new(key: Key) -> Self {
        Self {
            key,
            now: 0,
            accounts: [Account::new("lUpa", 1), Account::new("lpua", 2)],
            is_open: false,
        }
    }

    pub fn greet(&self) {
        answer(200, &["ready"]);
    }

    /// Reads lines into `line` and obeys them, until one is the answer to a login. The new session then
    /// borrows this line.
    pub fn serve<'l>(
        &mut self,
        line: &'l mut [u8; LINE_MAX],
        mut session: Option<Session<'_>>,
    ) -> Result<Option<Session<'l>>, Halt> {
        let len = loop {
            let Some(len) = read_line(line) else {
                answer(413, &["the line is too long"]);
                continue;
            };
            let (verb, rest) = split(line.get(..len).unwrap_or(&[]));
            match verb {
                b"answer" => break len,
                b"halt" => {
                    answer(200, &["bye"]);
                    return Err(Halt);
                }
                _ => match self.obey(verb, rest, &mut session) {
                    Ok(()) => {}
                    Err(Refusal::Token(error)) => refuse(&error),
                    Err(Refusal::Ours(status, why)) => answer(status, &[why]),
                },
            }
        };
        let (_, rest) = split(line.get(..len).unwrap_or(&[]));
        Ok(take_answer(rest.unwrap_or(&[]), session))
    }

    fn obey(
        &mut self,
        verb: &[u8],
        rest: Option<&[u8]>,
        session: &mut Option<Session<'_>>,
    ) -> Result<(), Refusal> {
        let given = rest.unwrap_or(&[]);
        match verb {
            b"time" => self.set_time(given),
            b"change" => self.change(given),
            b"status" => self.status(rest),
            b"hello" => self.hello(rest),
            b"open" => self.turn(rest, true),
            b"close" => self.turn(rest, false),
            b"mint" => self.mint(given),
            b"login" => self.login(given),
            b"refresh" => self.refresh(given),
            b"next" => tell(session, |session| session.next(self.now)),
            b"401" => tell(session, |session| Ok(session.after_401())),
            b"accepted" => note(session, Session::accepted),
            b"refresh-refused" => note(session, Session::refresh_refused),
            _ => Err(Refusal::Ours(404, "no such message")),
        }
    }

    fn find(&self, sub: &[u8]) -> Option<&Account> {
        self.accounts
            .iter()
            .find(|account| account.sub.as_bytes() == sub)
    }

    /// The account that a message names.
    fn named(&self, sub: &[u8]) -> Result<&Account, Refusal> {
        self.find(sub).ok_or(Refusal::Ours(404, NO_ACCOUNT))
    }

    /// The time comes from outside and does not go back. A product adds the ticks since the last message.
    fn set_time(&mut self, text: &[u8]) -> Result<(), Refusal> {
        let now = seconds(text).ok_or(Refusal::Ours(400, "time is seconds since 1970"))?;
        if now < self.now {
            return Err(Refusal::Ours(409, "time does not go back"));
        }
        self.now = now;
        answer(200, &["ok"]);
        Ok(())
    }

    /// A password has changed: from now on the account's older refresh tokens are refused. A product makes
    /// the state hash from its record of the password.
    fn change(&mut self, sub: &[u8]) -> Result<(), Refusal> {
        let mut accounts = self.accounts.iter_mut();
        let account = accounts.find(|account| account.sub.as_bytes() == sub);
        let account = account.ok_or(Refusal::Ours(404, NO_ACCOUNT))?;
        let [first, ..] = &mut account.state_hash;
        *first = first.wrapping_add(1);
        answer(200, &["ok"]);
        Ok(())
    }

    // ---- Commands, authorised -------------------------------------------------------------------

    /// The caller; `None` if the call is anonymous.
    fn authorised(&self, auth: Auth, header: Option<&[u8]>) -> Result<Option<&Account>, Refusal> {
        let rules = Validation::access().max_token_len(TOKEN_MAX);
        let mut scratch = [0; scratch_len(TOKEN_MAX)];
        match authenticate(auth, header, &self.key, &rules, self.now, &mut scratch)? {
            Identity::Anonymous => Ok(None),
            Identity::User(claims) => {
                let account = self.find(claims.sub().as_bytes());
                account.ok_or(Refusal::Ours(403, NO_ACCOUNT)).map(Some)
            }
        }
    }

    fn status(&self, header: Option<&[u8]>) -> Result<(), Refusal> {
        self.authorised(Auth::None, header)?;
        answer(
            200,
            &[if self.is_open {
                "the valve is open"
            } else {
                "the valve is closed"
            }],
        );
        Ok(())
    }

    fn hello(&self, header: Option<&[u8]>) -> Result<(), Refusal> {
        let caller = self.authorised(Auth::Optional, header)?;
        answer(
            200,
            &["hello ", caller.map_or("stranger", |account| account.sub)],
        );
        Ok(())
    }

    fn turn(&mut self, header: Option<&[u8]>, open: bool) -> Result<(), Refusal> {
        let caller = self.authorised(Auth::Required, header)?;
        let sub = caller.map_or("nobody", |account| account.sub);
        self.is_open = open;
        answer(200, &[if open { "opened by " } else { "closed by " }, sub]);
        Ok(())
    }

    // ---- Tokens, minted and traded --------------------------------------------------------------

    fn mint(&self, sub: &[u8]) -> Result<(), Refusal> {
        let claims = Claims::access(self.named(sub)?.sub, self.now, LIFETIME);
        let mut out = [0; ACCESS_MAX];
        answer(200, &[sign(&claims, &self.key, &mut out)?]);
        Ok(())
    }

    fn login(&self, sub: &[u8]) -> Result<(), Refusal> {
        let account = self.named(sub)?;
        let hash = StateHash::new(account.state_hash);
        let claims = PairClaims::new(account.sub, &hash, &Lifetimes::default(), self.now);
        let (mut access, mut refresh) = ([0; ACCESS_MAX], [0; REFRESH_MAX]);
        say_pair(&issue_pair(&claims, &self.key, &mut access, &mut refresh)?);
        Ok(())
    }

    fn refresh(&self, sent: &[u8]) -> Result<(), Refusal> {
        let rules = Validation::refresh().max_token_len(TOKEN_MAX);
        let mut scratch = [0; scratch_len(TOKEN_MAX)];
        let token = verify_refresh(sent, &self.key, &rules, self.now, &mut scratch)?;
        let account = self.find(token.sub().as_bytes());
        let account = account.ok_or(Refusal::Ours(403, NO_ACCOUNT))?;
        let hash = StateHash::new(account.state_hash);
        let lifetimes = Lifetimes::default();
        let (mut access, mut refresh) = ([0; ACCESS_MAX], [0; REFRESH_MAX]);
        say_pair(&token.renew(&hash, &lifetimes, &self.key, &mut access, &mut refresh)?);
        Ok(())
    }
}

fn say_pair(pair: &Pair<'_>) {
    answer(200, &[pair.access_token, " ", pair.refresh_token]);
}

// ---- The device as a client of somebody else's API ----------------------------------------------

/// Reads the answer to our login or to our refresh. If it has no tokens, we must log in again.
fn take_answer<'l>(json: &'l [u8], session: Option<Session<'_>>) -> Option<Session<'l>> {
    match Pair::from_answer(json) {
        Ok(pair) => {
            answer(200, &["logged in"]);
            Some(match session {
                Some(old) => old.renewed(pair),
                None => Session::new(pair, MARGIN),
            })
        }
        Err(error) => {
            // A client says which JSON has the fault.
            let text = match error {
                Error::Json { .. } => "the login answer is not strict JSON",
                other => other.description(),
            };
            answer(502, &[text]);
            None
        }
    }
}

/// Says what to do next. A login begins a new session, so that the old session ends.
fn tell<'l>(
    session: &mut Option<Session<'l>>,
    decide: impl FnOnce(&mut Session<'l>) -> Result<Next<'l>, Error>,
) -> Result<(), Refusal> {
    match session.as_mut().map_or(Ok(Next::LogIn), decide)? {
        Next::UseAccess(token) => answer(200, &["use ", token]),
        Next::Refresh(token) => answer(200, &["refresh ", token]),
        Next::LogIn => {
            *session = None;
            answer(200, &["log in"]);
        }
    }
    Ok(())
}

fn note<'l>(
    session: &mut Option<Session<'l>>,
    what: impl FnOnce(&mut Session<'l>),
) -> Result<(), Refusal> {
    what(
        session
            .as_mut()
            .ok_or(Refusal::Ours(409, "not logged in"))?,
    );
    answer(200, &["ok"]);
    Ok(())
}

//! The server's API over HTTP. Each function makes one request and never repeats it.

use std::fmt;
use std::io;
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use barejwt::{Error, Pair};
use httpdate::parse_http_date;
use serde::Deserialize;
use serde_json::{Value, json};
use ureq::http::header::{DATE, HeaderMap, RETRY_AFTER};
use ureq::http::{Response, StatusCode, Uri};
use ureq::{Agent, Body};

use crate::clock::now;
use crate::failure::Failure;

/// The time limit of one request, from the connection to the last byte of the answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Most bytes of an answer. A longer answer counts as no answer.
const MAX_ANSWER: u64 = 64 * 1024;

/// Codes of the server's envelopes.
pub(crate) const LOGIN_REQUIRED: i64 = 401;
pub(crate) const PARAMETER_INVALID: i64 = 40001;
pub(crate) const CREDENTIAL_INVALID: i64 = 40020;

/// The server's address: `http://`, a loopback host, perhaps a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server(String);

/// The default address of the server.
impl Default for Server {
    fn default() -> Self {
        Self("http://127.0.0.1:5212".to_owned())
    }
}

impl FromStr for Server {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| "not a URL")?;
        let authority = uri.authority().ok_or("the host is missing")?;
        if uri.scheme_str() != Some("http") || uri.path() != "/" || uri.query().is_some() {
            return Err("must be http://HOST:PORT without a path");
        }
        if authority.as_str().contains('@') {
            return Err("must not hold a user name");
        }
        if !is_loopback(authority.host()) {
            return Err("must be a loopback address: plain HTTP shows passwords and tokens");
        }
        Ok(Self(format!("http://{authority}")))
    }
}

impl Server {
    /// Whether a server listens there. It is asked before a person types a password in vain.
    pub(crate) fn try_connection(&self) -> Result<(), Failure> {
        self.connect().map_err(|error| Failure::Unreachable {
            server: self.clone(),
            error: error.into(),
        })
    }

    fn connect(&self) -> io::Result<()> {
        let uri: Uri = self.0.parse().map_err(io::Error::other)?;
        let address = (
            bare(uri.host().unwrap_or_default()),
            uri.port_u16().unwrap_or(80),
        );
        let mut failure = io::Error::from(io::ErrorKind::NotFound);
        for address in address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, TIMEOUT) {
                Ok(_) => return Ok(()),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

/// A host without the brackets around an IPv6 address.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn is_loopback(host: &str) -> bool {
    let host = bare(host);
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the server says of an access token.
pub(crate) enum Account {
    /// It belongs to this account.
    Is(Value),
    /// It is refused.
    Unauthorized,
}

#[derive(Deserialize)]
struct Envelope {
    code: i64,
    data: Option<Value>,
    msg: Option<String>,
}

impl Envelope {
    /// Whether the server's text begins like the text of this error: the server repeats the core's texts.
    fn says(&self, error: Error) -> bool {
        let words = error.description();
        self.msg.as_ref().is_some_and(|msg| msg.starts_with(words))
    }

    /// Why the server refuses a new password, in this client's words.
    fn why_not_this_password(&self) -> Option<&'static str> {
        let msg = self.msg.as_deref()?;
        NEW_PASSWORDS.into_iter().find(|known| *known == msg)
    }
}

/// The server's texts about new passwords. Any other text is not shown.
const NEW_PASSWORDS: [&str; 4] = [
    "a new password must have 8 to 256 characters",
    "a new password must not be of blanks alone",
    "this password is among the commonest, which are tried first: take another",
    "the new password is the current one",
];

pub(crate) struct Api<'s> {
    server: &'s Server,
    agent: Agent,
}

impl<'s> Api<'s> {
    /// There are no redirects and no proxy, because both would send tokens elsewhere. No connection is used
    /// twice, so that a request never finds a closed connection.
    pub(crate) fn new(server: &'s Server) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .max_idle_connections(0)
            .timeout_global(Some(TIMEOUT))
            .user_agent("barejwt-client")
            .build();
        Self {
            server,
            agent: config.new_agent(),
        }
    }

    /// The answer to a login, as it came: [`barejwt::Pair::from_answer`] reads it.
    pub(crate) fn log_in(&self, email: &str, password: &str) -> Result<Vec<u8>, Failure> {
        let body = json!({"email": email, "password": password});
        self.post("session/token", &body)
    }

    /// The answer to a refresh, as it came.
    pub(crate) fn refresh(&self, refresh_token: &str) -> Result<Vec<u8>, Failure> {
        let body = json!({"refresh_token": refresh_token});
        self.post("session/token/refresh", &body)
    }

    /// The envelope's `code`.
    ///
    /// # Errors
    /// The errors of [`Self::check_clocks`], and others, if the session goes on.
    pub(crate) fn sign_out(&self, pair: &Pair<'_>) -> Result<i64, Failure> {
        let body = json!({"refresh_token": pair.refresh_token});
        let response = self
            .agent
            .delete(self.url("session/token"))
            .force_send_body()
            .content_type("application/json")
            .send(body.to_string())
            .map_err(|error| self.unreachable(error))?;
        let answer = self.read(response)?;
        self.check_clocks(&answer, pair.refresh_expires)?;
        Ok(self.envelope(&answer)?.code)
    }

    pub(crate) fn change_password(
        &self,
        pair: &Pair<'_>,
        current: &str,
        new: &str,
    ) -> Result<(), Failure> {
        let body = json!({"current_password": current, "new_password": new});
        let response = self
            .agent
            .put(self.url("user/password"))
            .header("Authorization", format!("Bearer {}", pair.access_token))
            .content_type("application/json")
            .send(body.to_string())
            .map_err(|error| self.unreachable(error))?;
        let answer = self.read(response)?;
        self.check_clocks(&answer, pair.access_expires)?;
        let envelope = self.envelope(&answer)?;
        let why = match envelope.code {
            0 => return Ok(()),
            CREDENTIAL_INVALID => Some("the current password is wrong"),
            PARAMETER_INVALID => envelope.why_not_this_password(),
            _ => None,
        };
        Err(why.map_or_else(
            || self.refused(envelope.code),
            |why| Failure::Password {
                server: self.server.clone(),
                why,
            },
        ))
    }

    pub(crate) fn account(&self, access_token: &str) -> Result<Account, Failure> {
        let response = self
            .agent
            .get(self.url("user/me"))
            .header("Authorization", format!("Bearer {access_token}"))
            .call()
            .map_err(|error| self.unreachable(error))?;
        let answer = self.read(response)?;
        let envelope = self.envelope(&answer)?;
        match (envelope.code, envelope.data) {
            (0, Some(account)) => Ok(Account::Is(account)),
            (0, None) => Err(Failure::Answer(self.server.clone())),
            (LOGIN_REQUIRED, _) => {
                self.check_not_too_early(&answer)?;
                Ok(Account::Unauthorized)
            }
            (code, _) => Err(self.refused(code)),
        }
    }

    /// Finds a refusal that only a wrong clock explains. It may pass with time, so that it ends no session.
    ///
    /// # Errors
    /// The server says that a token is not valid yet. Or it says that a token has expired that is valid until
    /// `expires` by this machine's clock.
    pub(crate) fn check_clocks(&self, answer: &[u8], expires: i64) -> Result<(), Failure> {
        self.check_not_too_early(answer)?;
        let expired = Error::Expired { exp: 0, now: 0 };
        if self.envelope(answer)?.says(expired) && now() < expires {
            return Err(Failure::Clocks(self.server.clone()));
        }
        Ok(())
    }

    fn check_not_too_early(&self, answer: &[u8]) -> Result<(), Failure> {
        if self
            .envelope(answer)?
            .says(Error::NotYetValid { nbf: 0, now: 0 })
        {
            return Err(Failure::TooEarly(self.server.clone()));
        }
        Ok(())
    }

    fn post(&self, path: &str, body: &Value) -> Result<Vec<u8>, Failure> {
        let response = self
            .agent
            .post(self.url(path))
            .content_type("application/json")
            .send(body.to_string())
            .map_err(|error| self.unreachable(error))?;
        self.read(response)
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v4/{path}", self.server)
    }

    /// The whole body. An HTTP error does not come from a method of the API, because all methods answer 200.
    fn read(&self, mut response: Response<Body>) -> Result<Vec<u8>, Failure> {
        let status = response.status();
        if let StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE = status {
            return Err(Failure::Later {
                server: self.server.clone(),
                code: status.as_u16().into(),
                wait: retry_after(response.headers()),
            });
        }
        if !status.is_success() {
            return Err(self.refused(status.as_u16().into()));
        }
        let body = response.body_mut().with_config().limit(MAX_ANSWER);
        body.read_to_vec().map_err(|error| self.unreachable(error))
    }

    pub(crate) fn refused(&self, code: i64) -> Failure {
        Failure::Refused {
            server: self.server.clone(),
            code,
        }
    }

    pub(crate) fn ended(&self) -> Failure {
        Failure::Ended {
            server: self.server.clone(),
            why: "has ended the session",
        }
    }

    pub(crate) fn no_pair(&self, error: Error) -> Failure {
        Failure::NoPair {
            server: self.server.clone(),
            error,
        }
    }

    fn envelope(&self, answer: &[u8]) -> Result<Envelope, Failure> {
        serde_json::from_slice(answer).map_err(|_| Failure::Answer(self.server.clone()))
    }

    fn unreachable(&self, error: ureq::Error) -> Failure {
        Failure::Unreachable {
            server: self.server.clone(),
            error,
        }
    }
}

/// The seconds to wait, from `Retry-After`: a number of seconds, or a date (RFC 9110 10.2.3). A date counts from
/// the answer's `Date`, which is by the same clock. Without `Date` it counts from this machine's clock.
fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = |name| headers.get(name)?.to_str().ok();
    let value = text(RETRY_AFTER)?;
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse().ok();
    }
    let until = parse_http_date(value).ok()?;
    let sent = text(DATE).and_then(|date| parse_http_date(date).ok());
    let wait = until.duration_since(sent.unwrap_or_else(SystemTime::now));
    // A date that has passed asks for no wait.
    Some(wait.unwrap_or_default().as_secs())
}

#[cfg(test)]
mod tests {
    use ureq::http::HeaderValue;

    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let of = |retry_after, date| {
            let headers = [(RETRY_AFTER, retry_after), (DATE, date)];
            let headers = headers.map(|(name, text)| (name, HeaderValue::from_static(text)));
            super::retry_after(&headers.into_iter().collect())
        };
        let sent = "Fri, 31 Dec 1999 23:58:00 GMT";
        for (text, wait) in [
            ("0", Some(0)),
            ("120", Some(120)),
            ("5000000000", Some(5_000_000_000)),
            // The three forms of a date (RFC 9110 5.6.7).
            ("Fri, 31 Dec 1999 23:59:59 GMT", Some(119)),
            ("Friday, 31-Dec-99 23:59:59 GMT", Some(119)),
            ("Fri Dec 31 23:59:59 1999", Some(119)),
            ("Fri, 31 Dec 1999 23:57:00 GMT", Some(0)),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("soon", None),
            ("99999999999999999999", None),
            ("Fri, 31 Dec 1999 23:59:59 CET", None),
        ] {
            assert_eq!(of(text, sent), wait, "{text}");
        }
        // Without the answer's date, this machine's clock counts: that date has long passed.
        assert_eq!(of("Fri, 31 Dec 1999 23:59:59 GMT", "today"), Some(0));
        assert!(of("Fri, 31 Dec 9999 23:59:59 GMT", "today").is_some_and(|wait| wait > 0));
        assert_eq!(super::retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn a_server_is_http_on_loopback_and_no_more() {
        let of = |text: &str| text.parse::<Server>().map(|server| server.to_string());
        for (text, server) in [
            ("http://127.0.0.1:5212", "http://127.0.0.1:5212"),
            ("http://127.0.0.1:5212/", "http://127.0.0.1:5212"),
            ("http://127.8.9.1", "http://127.8.9.1"),
            ("http://[::1]:80", "http://[::1]:80"),
            ("http://localhost", "http://localhost"),
        ] {
            assert_eq!(of(text), Ok(server.to_owned()));
        }
        for text in [
            "",
            "127.0.0.1:5212",
            "https://127.0.0.1",
            "http://192.0.2.1",
            "http://[2001:db8::1]",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
            "http://2130706433",
            "http://127.0.0.1@192.0.2.1",
            "http://alice@127.0.0.1",
            "http://127.0.0.1/api",
            "http://127.0.0.1/?x",
        ] {
            assert!(of(text).is_err(), "{text}");
        }
    }
}

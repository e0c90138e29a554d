//! The answers: `{"code":0,"data":…,"msg":""}`, and the value of `code` when a call is refused.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use barejwt::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::database::plain;

const NOT_JSON: &str = "the body is not JSON";
const NOT_THE_OBJECT: &str = "the body is not the JSON object that this method takes";

/// The realm of every challenge.
const REALM: &str = "barejwt";

/// Success with these data.
#[derive(Debug)]
pub(crate) struct Success<T>(pub(crate) T);

/// Why a call was refused. A method answers with HTTP status 200 and says the reason in `code`. Any other
/// status means that no method has run to its end.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// 401: the access token is refused or absent.
    LogIn(Error),
    /// 40020: the address or the password is wrong. The answer does not say which.
    Credential,
    /// 40020: the refresh token.
    RefreshToken(Error),
    /// 40020: the refresh token was traded before.
    Replayed,
    /// 40020: the chain of the refresh token was signed out or revoked.
    Revoked,
    /// 40001: the body.
    Parameters(&'static str),
    /// 404: no such user.
    NoSuchUser,
    /// HTTP 404: no such path.
    NoSuchPath,
    /// HTTP 405.
    NoSuchMethod,
    /// HTTP 400: no `Host` header, or several (RFC 9112 3.2).
    Host,
    /// HTTP 413.
    TooLarge,
    /// HTTP 429, with the time to wait.
    TooOften(Duration),
    /// HTTP 503: the request took too long.
    TimedOut,
    /// HTTP 503: the keys were not read again for so long that they may be retired.
    KeysTooOld,
    /// HTTP 500; the reason is for the log.
    Internal(anyhow::Error),
}

/// The `code` of an answer, left in its extensions for the log and the metrics.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code(pub(crate) u32);

/// Why an answer has HTTP status 500, left in its extensions for the log.
#[derive(Clone, Debug)]
pub(crate) struct Fault(pub(crate) String);

#[derive(Serialize)]
struct Envelope<T> {
    code: u32,
    data: Option<T>,
    msg: String,
}

impl<T: Serialize> IntoResponse for Success<T> {
    fn into_response(self) -> Response {
        answer(StatusCode::OK, 0, Some(self.0), String::new())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code) = self.status();
        let mut response = answer::<()>(status, code, None, self.message());
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            let fault = match &self {
                Self::Internal(error) => format!("{error:#}"),
                other => other.message(),
            };
            response.extensions_mut().insert(Fault(fault));
        }
        match self {
            Self::LogIn(error) => challenge(&mut response, &error),
            Self::TooOften(wait) => {
                let seconds = wait.as_secs().saturating_add(1);
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, seconds.into());
            }
            _ => {}
        }
        response
    }
}

impl Refusal {
    fn status(&self) -> (StatusCode, u32) {
        let by_status = |status: StatusCode| (status, u32::from(status.as_u16()));
        match self {
            // The fault is the server's own, so that the client gets no challenge.
            Self::LogIn(error) | Self::RefreshToken(error) if error.challenge().is_none() => {
                by_status(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Self::LogIn(_) => (StatusCode::OK, 401),
            Self::Credential | Self::RefreshToken(_) | Self::Replayed | Self::Revoked => {
                (StatusCode::OK, 40020)
            }
            Self::Parameters(_) => (StatusCode::OK, 40001),
            Self::NoSuchUser => (StatusCode::OK, 404),
            Self::NoSuchPath => by_status(StatusCode::NOT_FOUND),
            Self::NoSuchMethod => by_status(StatusCode::METHOD_NOT_ALLOWED),
            Self::Host => by_status(StatusCode::BAD_REQUEST),
            Self::TooLarge => by_status(StatusCode::PAYLOAD_TOO_LARGE),
            Self::TooOften(_) => by_status(StatusCode::TOO_MANY_REQUESTS),
            Self::TimedOut | Self::KeysTooOld => by_status(StatusCode::SERVICE_UNAVAILABLE),
            Self::Internal(_) => by_status(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    fn message(&self) -> String {
        let fixed = match self {
            Self::LogIn(error) | Self::RefreshToken(error) => return error.to_string(),
            Self::Credential => "the email address or the password is wrong",
            Self::Replayed => {
                "the refresh token was used before, so its whole chain is revoked: log in again"
            }
            Self::Revoked => "the refresh token was signed out or revoked: log in again",
            Self::Parameters(what) => what,
            Self::NoSuchUser => "there is no such user",
            Self::NoSuchPath => "there is nothing at this path",
            Self::NoSuchMethod => "this path does not have this method",
            Self::Host => "the request must have one Host header",
            Self::TooLarge => "the body is too large",
            Self::TooOften(_) => "too many requests: wait as long as Retry-After says",
            Self::TimedOut => "the request took too long",
            Self::KeysTooOld => "the server cannot read its keys",
            Self::Internal(_) => "internal error",
        };
        fixed.to_owned()
    }
}

/// `WWW-Authenticate` as in RFC 6750 3.
fn challenge(response: &mut Response, error: &Error) {
    let mut value = [0; 256];
    let value = error
        .challenge()
        .and_then(|challenge| challenge.write(REALM, &mut value).ok())
        .and_then(|value| HeaderValue::from_str(value).ok());
    if let Some(value) = value {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, value);
    }
}

fn answer<T: Serialize>(status: StatusCode, code: u32, data: Option<T>, msg: String) -> Response {
    let mut response = (status, Json(Envelope { code, data, msg })).into_response();
    response.extensions_mut().insert(Code(code));
    response
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(plain(error))
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

/// A request's body: the JSON object that the method takes. An error says what is wrong with the body, but
/// repeats no part of it.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let json = match Json::<Box<RawValue>>::from_request(request, state).await {
            Ok(Json(json)) => json,
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(Refusal::TooLarge);
            }
            Err(JsonRejection::MissingJsonContentType(_)) => {
                return Err(Refusal::Parameters(
                    "the Content-Type must be application/json",
                ));
            }
            Err(_) => return Err(Refusal::Parameters(NOT_JSON)),
        };
        // Otherwise an array of the same values would be accepted too.
        if !json.get().starts_with('{') {
            return Err(Refusal::Parameters(NOT_THE_OBJECT));
        }
        serde_json::from_str(json.get())
            .map(Self)
            .map_err(|error| match error.classify() {
                Category::Data => Refusal::Parameters(NOT_THE_OBJECT),
                _ => Refusal::Parameters(NOT_JSON),
            })
    }
}

//! The API's methods, one function each.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, State};
use axum::http::HeaderMap;
use axum::routing::{get, post, put};
use barejwt::{Auth, Error, RefreshToken, Validation, VerifiedClaims, verify_refresh};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::app::{App, LEEWAY, MAX_TOKEN_BYTES, SCRATCH_BYTES, Settings};
use super::envelope::{Body, Refusal, Success};
use super::limits::Attempt;
use super::{page, tokens};
use crate::accounts::{Account, normal_email};
use crate::chains::{Link, Rotation, new_root_token_id};
use crate::new_password::{self, MAX_CHARS};

/// Most bytes of a request's body.
pub(crate) const MAX_BODY_BYTES: usize = 16 * 1024;

type Answer<T> = Result<Success<T>, Refusal>;
type Shared = State<Arc<App>>;

pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/v4/session/prepare", get(prepare))
        .route("/api/v4/session/token", post(log_in).delete(sign_out))
        .route("/api/v4/session/token/refresh", post(refresh))
        .route("/api/v4/site/config/login", get(login_config))
        .route("/api/v4/site/ping", get(ping))
        .route("/api/v4/user/me", get(me))
        .route("/api/v4/user/info/{id}", get(info))
        .route("/api/v4/user/password", put(change_password))
        .merge(page::router())
        .fallback(async || Refusal::NoSuchPath)
        .method_not_allowed_fallback(async || Refusal::NoSuchMethod)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(app)
}

/// The account as its user sees it.
#[derive(Serialize)]
pub(crate) struct Oneself {
    id: String,
    email: String,
    nickname: String,
    created_at: String,
}

impl Oneself {
    fn of(account: &Account) -> Result<Self, Refusal> {
        let created = Timestamp::from_second(account.created_at);
        Ok(Self {
            id: account.id.clone(),
            email: account.email.clone(),
            nickname: account.nickname.clone(),
            created_at: tokens::rfc3339(created.map_err(anyhow::Error::from)?),
        })
    }
}

/// The account as others see it.
#[derive(Serialize)]
struct Stranger {
    id: String,
    nickname: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Info {
    Oneself(Oneself),
    Stranger(Stranger),
}

/// The settings that clients of the reference system read before a login: there is no captcha, no registration
/// and no passkey.
#[derive(Default, Serialize)]
struct LoginConfig {
    title: &'static str,
    login_captcha: bool,
    reg_captcha: bool,
    forget_captcha: bool,
    register_enabled: bool,
    authn: bool,
}

/// How an account can log in. The answer is the same for every address, so that nobody learns who has an
/// account.
#[derive(Serialize)]
struct WaysToLogIn {
    webauthn_enabled: bool,
    password_enabled: bool,
}

/// Clients of the reference system send more, such as the answer to a captcha.
#[derive(Deserialize)]
struct LogIn {
    email: String,
    password: String,
}

#[derive(Serialize)]
struct LoggedIn {
    user: Oneself,
    token: tokens::IssuedPair,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TheRefreshToken {
    refresh_token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    current_password: String,
    new_password: String,
}

async fn ping(State(app): Shared, headers: HeaderMap) -> Answer<&'static str> {
    app.caller(Auth::None, &headers).await?;
    Ok(Success(env!("CARGO_PKG_VERSION")))
}

async fn login_config() -> Answer<LoginConfig> {
    Ok(Success(LoginConfig {
        title: "barejwt",
        ..LoginConfig::default()
    }))
}

async fn prepare() -> Answer<WaysToLogIn> {
    Ok(Success(WaysToLogIn {
        webauthn_enabled: false,
        password_enabled: true,
    }))
}

async fn me(State(app): Shared, headers: HeaderMap) -> Answer<Oneself> {
    let account = required(&app, &headers).await?;
    Ok(Success(Oneself::of(&account)?))
}

async fn info(
    State(app): Shared,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Answer<Info> {
    let caller = app.caller(Auth::Optional, &headers).await?;
    let Path(id) = id.map_err(|_| Refusal::NoSuchUser)?;
    if let Some(account) = caller.filter(|account| account.id == id) {
        return Ok(Success(Info::Oneself(Oneself::of(&account)?)));
    }
    let account = app.store.account(&id).await?.ok_or(Refusal::NoSuchUser)?;
    Ok(Success(Info::Stranger(Stranger {
        id: account.id,
        nickname: account.nickname,
    })))
}

async fn log_in(
    State(app): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(body): Body<LogIn>,
) -> Answer<LoggedIn> {
    let address = address(&app, peer, &headers);
    app.count_address(Attempt::LogIn, address).await?;
    check_length(
        &body.email,
        "the email address has no or too many characters",
    )?;
    check_length(&body.password, "the password has no or too many characters")?;
    let email = normal_email(&body.email);
    app.count_account(Attempt::LogIn, &email).await?;

    let account = app.store.account_by_email(&email).await?;
    let hash = account
        .as_ref()
        .map(|account| account.password_hash.as_str());
    let is_right = app.passwords.is_right(&body.password, hash).await?;
    let Some(account) = account.filter(|_| is_right) else {
        tracing::info!(%address, "a login failed");
        return Err(Refusal::Credential);
    };

    let (now, settings, root) = (Timestamp::now(), app.settings()?, new_root_token_id());
    let link = Link {
        root_token_id: &root,
        generation: 0,
    };
    let token = issue(&account, &link, now, &settings)?;
    let expires = chain_expiry(now, &settings)?;
    app.store.start_chain(&root, &account.id, expires).await?;
    tracing::info!(user = account.id, "logged in");
    Ok(Success(LoggedIn {
        user: Oneself::of(&account)?,
        token,
    }))
}

async fn refresh(
    State(app): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(body): Body<TheRefreshToken>,
) -> Answer<tokens::IssuedPair> {
    app.count_address(Attempt::Refresh, address(&app, peer, &headers))
        .await?;
    let (now, mut scratch) = (Timestamp::now(), [0; SCRATCH_BYTES]);
    let settings = settings_for(&app, &body.refresh_token, now).await?;
    let token = read_refresh(&body.refresh_token, &settings, now, &mut scratch)?;
    let (account, claims) = owner(&app, &token).await?;
    let link: Link<'_> = claims.claims_as(&mut []).map_err(Refusal::RefreshToken)?;
    // Only a good token counts. So a replay revokes the chain whatever the count is (RFC 9700 4.14), and dead
    // tokens lock nobody out. A token that is not good cannot become good again before `rotate` refuses it.
    if app.store.is_good(&link).await? {
        app.count_account(Attempt::Refresh, &account.id).await?;
    }

    // The pair is signed first, so that the commit below is not in vain.
    let next = Link {
        generation: link.generation.saturating_add(1),
        ..link
    };
    let pair = issue(&account, &next, now, &settings)?;
    match app
        .store
        .rotate(&link, chain_expiry(now, &settings)?)
        .await?
    {
        Rotation::Done => Ok(Success(pair)),
        Rotation::Revoked => Err(Refusal::Revoked),
        Rotation::Replayed => {
            app.metrics.chain_revoked();
            tracing::warn!(
                user = account.id,
                "a refresh token was replayed, its chain is revoked"
            );
            Err(Refusal::Replayed)
        }
    }
}

/// Any refresh token of the chain can sign out. A chain that is already revoked counts as signed out.
async fn sign_out(State(app): Shared, Body(body): Body<TheRefreshToken>) -> Answer<()> {
    let (now, mut scratch) = (Timestamp::now(), [0; SCRATCH_BYTES]);
    let settings = settings_for(&app, &body.refresh_token, now).await?;
    let token = read_refresh(&body.refresh_token, &settings, now, &mut scratch)?;
    let (account, claims) = owner(&app, &token).await?;
    let link: Link<'_> = claims.claims_as(&mut []).map_err(Refusal::RefreshToken)?;
    app.store.revoke(link.root_token_id).await?;
    tracing::info!(user = account.id, "signed out");
    Ok(Success(()))
}

async fn change_password(
    State(app): Shared,
    headers: HeaderMap,
    body: Result<Body<NewPassword>, Refusal>,
) -> Answer<()> {
    // The caller is checked before the body.
    let account = required(&app, &headers).await?;
    let Body(body) = body?;
    check_length(
        &body.current_password,
        "the current password has no or too many characters",
    )?;
    new_password::check(&body.new_password).map_err(Refusal::Parameters)?;
    if body.new_password == body.current_password {
        return Err(Refusal::Parameters(new_password::IS_CURRENT));
    }
    app.count_account(Attempt::LogIn, &account.email).await?;
    let hash = Some(account.password_hash.as_str());
    if !app.passwords.is_right(&body.current_password, hash).await? {
        return Err(Refusal::Credential);
    }
    let hash = app.passwords.hash(&body.new_password).await?;
    if !app.store.set_password(&account, &hash).await? {
        return Err(Refusal::Credential);
    }
    tracing::info!(user = account.id, "changed the password");
    Ok(Success(()))
}

async fn required(app: &App, headers: &HeaderMap) -> Result<Account, Refusal> {
    let caller = app.caller(Auth::Required, headers).await?;
    caller.ok_or(Refusal::LogIn(Error::AuthorizationMissing))
}

/// The settings. They are read again if they have no key for this token, because another process may have
/// rotated the key.
async fn settings_for(app: &App, token: &str, now: Timestamp) -> Result<Arc<Settings>, Refusal> {
    let settings = app.settings()?;
    let mut scratch = [0; SCRATCH_BYTES];
    let read = read_refresh(token, &settings, now, &mut scratch);
    if matches!(read, Err(Refusal::RefreshToken(Error::KidUnknown))) {
        app.look_for_new_keys().await;
        return app.settings();
    }
    Ok(settings)
}

fn read_refresh<'s>(
    token: &str,
    settings: &Settings,
    now: Timestamp,
    scratch: &'s mut [u8],
) -> Result<RefreshToken<'s>, Refusal> {
    let rules = Validation::refresh()
        .leeway(LEEWAY)
        .max_token_len(MAX_TOKEN_BYTES);
    let ring = settings.keys.ring().map_err(anyhow::Error::from)?;
    verify_refresh(token, &ring, &rules, now.as_second(), scratch).map_err(Refusal::RefreshToken)
}

/// The token's account and its claims, after the account's state was found to be the same.
async fn owner<'s>(
    app: &App,
    token: &RefreshToken<'s>,
) -> Result<(Account, VerifiedClaims<'s>), Refusal> {
    let account = app.store.account(token.sub()).await?;
    let account = account.ok_or(Refusal::RefreshToken(Error::SubjectWrong))?;
    let state = tokens::state_of(&account).map_err(Refusal::RefreshToken)?;
    let claims = token.confirm(&state).map_err(Refusal::RefreshToken)?;
    Ok((account, claims))
}

fn issue(
    account: &Account,
    link: &Link<'_>,
    now: Timestamp,
    settings: &Settings,
) -> Result<tokens::IssuedPair, Refusal> {
    tokens::issue(account, link, now, &settings.lifetimes, &settings.keys)
        .map_err(Refusal::Internal)
}

fn chain_expiry(now: Timestamp, settings: &Settings) -> Result<i64, Refusal> {
    let expiry = tokens::expiry(now, settings.lifetimes.refresh).map_err(anyhow::Error::from)?;
    Ok(expiry.as_second().saturating_add(LEEWAY.into()))
}

fn check_length(text: &str, otherwise: &'static str) -> Result<(), Refusal> {
    if (1..=MAX_CHARS).contains(&text.chars().count()) {
        Ok(())
    } else {
        Err(Refusal::Parameters(otherwise))
    }
}

/// The client's address: the other end of the connection. Behind a proxy it is the last address in
/// `X-Forwarded-For`, which the proxy itself has written.
fn address(app: &App, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
    let mut lines = headers.get_all("x-forwarded-for").iter();
    // It is read as bytes, because the part that a client has written may be no text.
    let forwarded = lines
        .next_back()
        .and_then(|line| line.as_bytes().rsplit(|byte| *byte == b',').next())
        .and_then(|entry| str::from_utf8(entry).ok())
        .and_then(|entry| ip(entry.trim()));
    match forwarded {
        Some(address) if app.behind_proxy => address,
        _ => peer.ip(),
    }
}

/// An address, perhaps with a port. An IPv6 address may have brackets.
fn ip(text: &str) -> Option<IpAddr> {
    if let Ok(with_port) = text.parse::<SocketAddr>() {
        return Some(with_port.ip());
    }
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    match inner {
        Some(v6) => v6.parse().ok().map(IpAddr::V6),
        None => text.parse().ok(),
    }
}

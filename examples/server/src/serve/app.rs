//! What every request works with, and the one place where the core is asked who is calling.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::http::{HeaderMap, header};
use barejwt::{Auth, Error, Identity, Validation, authenticate};
use jiff::Timestamp;
use tokio::sync::{Mutex, watch};

use super::envelope::Refusal;
use super::limits::Limits;
use super::metrics::Metrics;
use crate::accounts::Account;
use crate::cli::ServeArgs;
use crate::password::Passwords;
use crate::settings::Settings;
use crate::store::Store;

/// Seconds by which the clocks of servers on one database may differ.
pub(crate) const LEEWAY: u32 = 2;

/// How often the settings are read, so how long a retired key may live on in a server.
pub(crate) const SETTINGS_EVERY: Duration = Duration::from_secs(1);

/// Bytes to decode a token into; `TokenTooLong` keeps to half of it.
pub(crate) const SCRATCH_BYTES: usize = 2 * MAX_TOKEN_BYTES;
pub(crate) const MAX_TOKEN_BYTES: usize = 1024;

/// One server process.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) passwords: Passwords,
    pub(crate) login_limits: Limits,
    pub(crate) refresh_limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) behind_proxy: bool,
    settings: watch::Sender<Arc<Settings>>,
    /// When reading them last began.
    last_read: Mutex<Instant>,
}

impl App {
    pub(crate) async fn new(store: Store, args: &ServeArgs) -> Result<Self> {
        let limits = || Limits::per_minute(args.limit_address, args.limit_account);
        let settings = Settings::read(&store.pool).await?;
        Ok(Self {
            passwords: Passwords::new()?,
            login_limits: limits(),
            refresh_limits: limits(),
            metrics: Metrics::new(),
            behind_proxy: args.behind_proxy,
            settings: watch::Sender::new(Arc::new(settings)),
            last_read: Mutex::new(Instant::now()),
            store,
        })
    }

    /// The settings as read a moment ago.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.borrow())
    }

    /// Reads the settings again, if that was not just done.
    pub(crate) async fn read_settings(&self) {
        let asked = Instant::now();
        let mut last = self.last_read.lock().await;
        // Somebody else has begun to read them while this call waited.
        if *last > asked {
            return;
        }
        *last = Instant::now();
        match Settings::read(&self.store.pool).await {
            Ok(settings) => {
                self.settings.send_replace(Arc::new(settings));
            }
            Err(error) => tracing::warn!("cannot read the settings again: {error:#}"),
        }
    }

    /// Who is calling, by the `Authorization` header; `None` for an anonymous call, which `auth`
    /// must allow.
    pub(crate) async fn caller(
        &self,
        auth: Auth,
        headers: &HeaderMap,
    ) -> Result<Option<Account>, Refusal> {
        let authorization = authorization(headers);
        let mut checked = self.check(auth, authorization.as_deref());
        // Another process may have rotated the key since this one looked.
        if checked == Err(Error::KidUnknown) {
            self.read_settings().await;
            checked = self.check(auth, authorization.as_deref());
        }
        match checked.map_err(Refusal::LogIn)? {
            None => Ok(None),
            Some(sub) => {
                let account = self.store.account(&sub).await?;
                // A token that an administrator has minted for nobody we know.
                account.map(Some).ok_or(Refusal::LogIn(Error::SubjectWrong))
            }
        }
    }

    /// The subject of the access token, by the core; measured.
    fn check(&self, auth: Auth, authorization: Option<&[u8]>) -> Result<Option<String>, Error> {
        let start = Instant::now();
        let (now, settings) = (Timestamp::now().as_second(), self.settings());
        let rules = Validation::access()
            .leeway(LEEWAY)
            .max_token_len(MAX_TOKEN_BYTES);
        let mut scratch = [0; SCRATCH_BYTES];
        let ring = settings.keys.ring()?;
        let identity = authenticate(auth, authorization, &ring, &rules, now, &mut scratch);
        if authorization.is_some() {
            self.metrics.token_checked(start.elapsed());
        }
        match identity? {
            Identity::Anonymous => Ok(None),
            Identity::User(claims) => Ok(Some(claims.sub().to_owned())),
        }
    }
}

/// The header's value; of several, all of them, joined as RFC 9110 5.3 has it: that is not one
/// bearer token.
fn authorization(headers: &HeaderMap) -> Option<Vec<u8>> {
    let values: Vec<_> = headers
        .get_all(header::AUTHORIZATION)
        .iter()
        .map(|value| value.as_bytes())
        .collect();
    (!values.is_empty()).then(|| values.join(&b", "[..]))
}

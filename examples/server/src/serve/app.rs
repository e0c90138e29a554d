//! The state that every request uses, and the one place where the core is asked who is calling.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use axum::http::{HeaderMap, header};
use barejwt::{Auth, Error, Identity, Lifetimes, Validation, authenticate};
use barejwt_settings::KeySet;
use jiff::Timestamp;
use tokio::sync::{Mutex, watch};
use tokio::time::{sleep, timeout};

use super::envelope::Refusal;
use super::limits::Limits;
use super::metrics::Metrics;
use super::monitor::Health;
use super::warnings::{Seldom, Warnings};
use crate::accounts::Account;
use crate::cli::ServeArgs;
use crate::database::plain;
use crate::password::Passwords;
use crate::settings;
use crate::store::Store;

/// Seconds by which the clocks of servers on one database may differ.
pub(crate) const LEEWAY: u32 = 2;

/// The settings are read this often, so that a server uses a retired key no longer than this.
pub(crate) const SETTINGS_EVERY: Duration = Duration::from_secs(1);

/// The time limit for reading the settings.
const SETTINGS_TIMEOUT: Duration = Duration::from_secs(5);

/// Keys that could not be read again are used no longer than this, because they may be retired.
const KEYS_LAST: Duration = Duration::from_secs(10);

/// Bytes to decode a token into. A token has at most half as many bytes.
pub(crate) const SCRATCH_BYTES: usize = 2 * MAX_TOKEN_BYTES;
pub(crate) const MAX_TOKEN_BYTES: usize = 1024;

/// The settings as read from the database.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) keys: KeySet,
    pub(crate) lifetimes: Lifetimes,
    /// The time at which reading began.
    as_of: Instant,
    /// Whether all settings were good.
    is_whole: bool,
}

/// One server process.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) passwords: Passwords,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) behind_proxy: bool,
    settings: watch::Sender<Arc<Settings>>,
    /// The time at which reading the settings was last tried.
    last_read: Mutex<Instant>,
    /// The time at which the settings were last read because a token had an unknown key.
    last_look: Mutex<Option<Instant>>,
    warnings: Warnings,
    pub(crate) faults: Seldom,
    /// What is said of attempts that the limits refuse.
    pub(crate) refusals: Seldom,
    pub(crate) health: Health,
}

impl App {
    pub(crate) async fn new(store: Store, args: &ServeArgs) -> Result<Self> {
        let as_of = Instant::now();
        let (keys, lifetimes) = settings::read(&store).await?;
        let settings = Settings {
            keys,
            lifetimes: lifetimes?,
            as_of,
            is_whole: true,
        };
        Ok(Self {
            passwords: Passwords::new()?,
            limits: Limits {
                address: args.limit_address,
                account: args.limit_account,
            },
            metrics: Metrics::new(),
            behind_proxy: args.behind_proxy,
            settings: watch::Sender::new(Arc::new(settings)),
            last_read: Mutex::new(as_of),
            last_look: Mutex::new(None),
            warnings: Warnings::default(),
            faults: Seldom::default(),
            refusals: Seldom::default(),
            health: Health::default(),
            store,
        })
    }

    /// The settings as read a moment ago.
    ///
    /// # Errors
    /// [`Refusal::KeysTooOld`].
    pub(crate) fn settings(&self) -> Result<Arc<Settings>, Refusal> {
        let settings = Arc::clone(&self.settings.borrow());
        if settings.as_of.elapsed() > KEYS_LAST {
            return Err(Refusal::KeysTooOld);
        }
        Ok(settings)
    }

    /// Whether the database had all settings at the last reading.
    pub(crate) fn has_settings(&self) -> bool {
        let settings = self.settings.borrow();
        settings.is_whole && settings.as_of.elapsed() < SETTINGS_TIMEOUT
    }

    /// Reads the settings again, unless that was just done.
    pub(crate) async fn read_settings(&self) {
        let asked = Instant::now();
        let mut last = self.last_read.lock().await;
        // Another call has begun to read them while this call waited.
        if *last > asked {
            return;
        }
        *last = Instant::now();
        let taken = self.take_settings(*last).await;
        self.warnings
            .say_once("cannot take the settings again", taken);
    }

    /// Reads the settings again for a token whose key is unknown. Anybody can make such tokens. So the settings
    /// are read once in [`SETTINGS_EVERY`], and a call that comes sooner waits for the next time.
    pub(crate) async fn look_for_new_keys(&self) {
        let asked = Instant::now();
        let mut last = self.last_look.lock().await;
        if let Some(last) = *last {
            // Another call has read them while this call waited.
            if last > asked {
                return;
            }
            sleep(SETTINGS_EVERY.saturating_sub(last.elapsed())).await;
        }
        let began = Instant::now();
        self.read_settings().await;
        *last = Some(began);
    }

    /// The new keys count even if the new lifetimes are bad. The former lifetimes then stay.
    async fn take_settings(&self, as_of: Instant) -> Result<()> {
        self.store.check_file()?;
        let read = timeout(SETTINGS_TIMEOUT, settings::read(&self.store)).await;
        let Ok(read) = read else {
            return Err(self.why_silent().await);
        };
        let (keys, lifetimes) = read?;
        let former = Arc::clone(&self.settings.borrow());
        report_new_keys(&former.keys, &keys);
        self.settings.send_replace(Arc::new(Settings {
            keys,
            lifetimes: *lifetimes.as_ref().unwrap_or(&former.lifetimes),
            as_of,
            is_whole: lifetimes.is_ok(),
        }));
        lifetimes?;
        Ok(())
    }

    async fn why_silent(&self) -> anyhow::Error {
        let reason = self.store.database.why_unreachable().await;
        reason.map_or_else(|| anyhow!("the database does not answer"), plain)
    }

    /// Who is calling, by the `Authorization` header; `None` for an anonymous call, which `auth`
    /// must allow.
    pub(crate) async fn caller(
        &self,
        auth: Auth,
        headers: &HeaderMap,
    ) -> Result<Option<Account>, Refusal> {
        let authorization = authorization(headers);
        let authorization = authorization.as_deref();
        let mut checked = self.check(&*self.settings()?, auth, authorization);
        // Another process may have rotated the key since this process read the settings.
        if checked == Err(Error::KidUnknown) {
            self.look_for_new_keys().await;
            checked = self.check(&*self.settings()?, auth, authorization);
        }
        match checked.map_err(Refusal::LogIn)? {
            None => Ok(None),
            Some(sub) => {
                let account = self.store.account(&sub).await?;
                // An administrator may have minted a token for an unknown user.
                account.map(Some).ok_or(Refusal::LogIn(Error::SubjectWrong))
            }
        }
    }

    /// The subject of the access token, by the core. `.ci/load` looks for this function in a profile.
    #[inline(never)]
    fn check(
        &self,
        settings: &Settings,
        auth: Auth,
        authorization: Option<&[u8]>,
    ) -> Result<Option<String>, Error> {
        let now = Timestamp::now().as_second();
        let rules = Validation::access()
            .leeway(LEEWAY)
            .max_token_len(MAX_TOKEN_BYTES);
        let mut scratch = [0; SCRATCH_BYTES];
        let ring = settings.keys.ring()?;
        if authorization.is_some() {
            self.metrics.token_checked();
        }
        match authenticate(auth, authorization, &ring, &rules, now, &mut scratch)? {
            Identity::Anonymous => Ok(None),
            Identity::User(claims) => Ok(Some(claims.sub().to_owned())),
        }
    }
}

/// Shows the names of the fields, and no secret.
fn report_new_keys(former: &KeySet, keys: &KeySet) {
    if (former.name(), former.count()) != (keys.name(), keys.count()) {
        let (kid, former) = (keys.name(), keys.count().saturating_sub(1));
        tracing::info!(kid, former, "took up the keys after a rotation");
    }
}

/// The header's value. Several headers are joined as in RFC 9110 5.3, which gives no bearer token.
fn authorization(headers: &HeaderMap) -> Option<Vec<u8>> {
    let values: Vec<_> = headers
        .get_all(header::AUTHORIZATION)
        .iter()
        .map(|value| value.as_bytes())
        .collect();
    (!values.is_empty()).then(|| values.join(&b", "[..]))
}

//! `barejwt-server serve`: two listeners, the work that recurs, and the end.

mod app;
mod connections;
mod envelope;
mod first_use;
mod guard;
mod limits;
mod metrics;
mod monitor;
mod page;
mod routes;
mod tokens;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::{Router, middleware};
use axum_server::Handle;
use jiff::Timestamp;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::cli::{DatabaseArgs, ServeArgs};
use crate::commands;
use crate::database::Database;
use crate::store::Store;
use app::App;
use connections::Limited;

/// How long a request's headers may take, and how long a connection may be idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// Most bytes of a request's headers, and most of them.
const MAX_HEADER_BYTES: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// How long requests that are under way may take at the end, and then the database: a person who
/// has pressed Ctrl-C waits for both.
const GRACE: Duration = Duration::from_millis(500);

const PRUNE_EVERY: Duration = Duration::from_secs(60);

pub(crate) fn run(database: &DatabaseArgs, args: &ServeArgs) -> Result<()> {
    log_on_stderr(args.log);
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve(&Database::named(&database.database), args))
}

/// Of other crates only what is wrong: they do not know what is secret here.
fn log_on_stderr(level: LevelFilter) {
    let levels = Targets::new()
        .with_target("barejwt_server", level)
        .with_default(level.min(LevelFilter::WARN));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(levels)
        .init();
}

async fn serve(database: &Database, args: &ServeArgs) -> Result<()> {
    let store = Store::open(database).await?;
    let is_new = !store.has_accounts().await?;
    let app = Arc::new(App::new(store, args).await?);

    let (api, monitor) = (bind(args.listen)?, bind(args.listen_metrics)?);
    let url = format!("http://{}", api.local_addr()?);
    let monitor_url = format!("http://{}", monitor.local_addr()?);
    let handle = Handle::new();
    let ending = tokio::spawn(end_on_signal(signals()?, handle.clone()));
    // Whoever has read that it is ready may end it.
    commands::print(&first_use::text(&url, &monitor_url, database, is_new)?)?;

    let routes = routes::router(Arc::clone(&app));
    let guarded = routes.layer(middleware::from_fn_with_state(
        Arc::clone(&app),
        guard::guard,
    ));
    let monitored = monitor::router(Arc::clone(&app));
    let listening = async {
        tokio::try_join!(
            listen(api, guarded, &handle, connections::MOST),
            listen(monitor, monitored, &handle, connections::MOST_WITH_MONITOR),
        )
    };
    let served = tokio::select! {
        served = listening => served.map(drop),
        () = recur(&app) => Ok(()),
    };
    ending.abort();
    if timeout(GRACE, app.store.pool.close()).await.is_err() {
        tracing::warn!("the database does not answer");
    }
    served.context("cannot go on serving")?;
    tracing::info!("stopped");
    Ok(())
}

fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))
}

async fn listen(
    listener: TcpListener,
    routes: Router,
    handle: &Handle<SocketAddr>,
    most: usize,
) -> std::io::Result<()> {
    let mut server = axum_server::from_tcp(listener)?
        .http1_only()
        .acceptor(Limited::new(handle, most))
        .handle(handle.clone());
    server
        .http_builder()
        .http1()
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEADER_BYTES)
        .max_headers(MAX_HEADERS);
    server
        .serve(routes.into_make_service_with_connect_info::<SocketAddr>())
        .await
}

/// From now on signals do not end the process by themselves.
fn signals() -> std::io::Result<[Signal; 2]> {
    Ok([
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    ])
}

/// The first signal lets requests under way end; a second one does not.
async fn end_on_signal(signals: [Signal; 2], handle: Handle<SocketAddr>) {
    let [mut interrupt, mut terminate] = signals;
    let mut either = async || {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    either().await;
    handle.graceful_shutdown(Some(GRACE));
    either().await;
    handle.shutdown();
}

/// Each of the two by itself: what holds one up must not keep retired keys in use.
async fn recur(app: &App) {
    tokio::join!(
        every(app::SETTINGS_EVERY, async || app.read_settings().await),
        every(PRUNE_EVERY, async || prune(app).await),
    );
}

async fn every(period: Duration, work: impl AsyncFn()) {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        work().await;
    }
}

async fn prune(app: &App) {
    let (store, now) = (&app.store, Timestamp::now());
    if let Err(error) = tokio::try_join!(store.prune_chains(now), store.prune_attempts(now)) {
        tracing::warn!("cannot forget what is over: {error}");
    }
}

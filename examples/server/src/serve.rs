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
mod pruning;
mod routes;
mod tokens;
mod warnings;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::{Router, middleware};
use axum_server::Handle;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::cli::{DatabaseArgs, ServeArgs};
use crate::commands;
use crate::database::Database;
use crate::store::{Store, warn_if_open_to_others};
use app::App;
use connections::Limited;

/// How long a request's headers may take, and how long a connection may be idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// Most bytes of a request's headers, and most headers.
const MAX_HEADER_BYTES: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// The time that the database may take at the end.
const DATABASE_GRACE: Duration = Duration::from_secs(2);

pub(crate) fn run(database: &DatabaseArgs, args: &ServeArgs) -> Result<()> {
    log_on_stderr(args.log);
    let database = Database::named(&database.database)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve(&database, args))
}

/// Other crates log only what is wrong, because they do not know what is secret here.
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
    database.make_if_missing()?;
    warn_if_open_to_others(database)?;
    let store = Store::open(database).await?;
    let is_new = !store.has_accounts().await?;
    let app = Arc::new(App::new(store, args).await?);

    if !args.listen.ip().is_loopback() {
        tracing::warn!("{}", without_tls(args));
    }
    let (api, monitor) = (bind(args.listen)?, bind(args.listen_metrics)?);
    let url = format!("http://{}", api.local_addr()?);
    let monitor_url = format!("http://{}", monitor.local_addr()?);
    let handle = Handle::new();
    let ending = tokio::spawn(end_on_signal(signals()?, handle.clone(), args.grace()));
    // A program that has read that the server is ready may end it.
    commands::print(&first_use::text(&url, &monitor_url, database, is_new)?)?;

    // Both end after a signal, each once its requests have ended.
    let listening = async {
        tokio::try_join!(
            listen_to_clients(api, &app, &handle, args),
            listen_to_operators(monitor, &app, &handle),
        )
    };
    let served = tokio::select! {
        served = listening => served.map(drop),
        () = recur(&app) => Ok(()),
    };
    ending.abort();
    match timeout(DATABASE_GRACE, app.store.close()).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!("cannot empty the write-ahead log: {error:#}"),
        Err(_) => tracing::warn!("another program uses the database, or it does not answer"),
    }
    served.context("cannot go on serving")?;
    tracing::info!("stopped");
    Ok(())
}

/// Warns about listening on an address that others can reach.
const fn without_tls(args: &ServeArgs) -> &'static str {
    if args.behind_proxy {
        "others than the proxy may reach this address, without TLS, and say that they come from \
         anywhere: listen on the loopback, or let nobody else through"
    } else {
        "this address is not the loopback, and there is no TLS: passwords and tokens can be read on \
         the way"
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))
}

async fn listen_to_clients(
    listener: TcpListener,
    app: &Arc<App>,
    handle: &Handle<SocketAddr>,
    args: &ServeArgs,
) -> std::io::Result<()> {
    let guard = middleware::from_fn_with_state(Arc::clone(app), guard::guard);
    let routes = routes::router(Arc::clone(app)).layer(guard);
    // Behind a proxy all clients have the proxy's address.
    let of_one_address = if args.behind_proxy {
        connections::MOST
    } else {
        args.limit_connections.get()
    };
    let limited = Limited::new(app, handle, connections::MOST, of_one_address);
    listen(listener, routes, handle, limited).await
}

async fn listen_to_operators(
    listener: TcpListener,
    app: &Arc<App>,
    handle: &Handle<SocketAddr>,
) -> std::io::Result<()> {
    let (most, of_one_address) = (connections::MOST_WITH_MONITOR, connections::MOST);
    let limited = Limited::new(app, handle, most, of_one_address);
    listen(listener, monitor::router(Arc::clone(app)), handle, limited).await
}

async fn listen(
    listener: TcpListener,
    routes: Router,
    handle: &Handle<SocketAddr>,
    limited: Limited,
) -> std::io::Result<()> {
    let mut server = axum_server::from_tcp(listener)?
        .http1_only()
        .acceptor(limited)
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

/// From now on signals alone do not end the process.
fn signals() -> std::io::Result<[Signal; 2]> {
    Ok([
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    ])
}

/// The first signal lets running requests end. A second signal does not.
async fn end_on_signal(signals: [Signal; 2], handle: Handle<SocketAddr>, grace: Duration) {
    let [mut interrupt, mut terminate] = signals;
    let mut either = async || {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    either().await;
    handle.graceful_shutdown(Some(grace));
    either().await;
    handle.shutdown();
}

/// Both run independently: a delay of one must not keep retired keys in use.
async fn recur(app: &App) {
    tokio::join!(
        every(app::SETTINGS_EVERY, async || app.read_settings().await),
        pruning::recur(&app.store),
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

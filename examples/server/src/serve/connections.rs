//! The limits of connections: how many there may be, for one address and in total, and how long a client may
//! leave its answer unread.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::Handle;
use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;
use tower_layer::Layer;

use super::app::App;
use super::limits::network;
use super::warnings::Seldom;

/// Most connections at once. Together with the connections to the database they are fewer than 1,024, the
/// files that a process may usually have open.
pub(crate) const MOST: usize = 512;

/// The limit with the connections of the listener for health and metrics, so that clients do not use these up.
pub(crate) const MOST_WITH_MONITOR: usize = MOST + 16;

/// The time that a client may leave its answer unread once the buffers between it and the server are full.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// The connections of each address.
#[derive(Debug)]
pub(crate) struct Shares {
    most: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection's place in the share of its address. The place is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    shares: Arc<Shares>,
    address: IpAddr,
}

impl Shares {
    /// At most `most` connections for each address.
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            open: Mutex::default(),
        })
    }

    fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = network(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Place {
            shares: Arc::clone(self),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let open = &self.shares.open;
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// Closes a connection at once if it is one too many.
#[derive(Clone, Debug)]
pub(crate) struct Limited {
    app: Arc<App>,
    handle: Handle<SocketAddr>,
    most: usize,
    shares: Arc<Shares>,
    refused: Arc<Seldom>,
}

impl Limited {
    /// `handle` counts the connections.
    pub(crate) fn new(
        app: &Arc<App>,
        handle: &Handle<SocketAddr>,
        most: usize,
        of_one_address: usize,
    ) -> Self {
        Self {
            app: Arc::clone(app),
            handle: handle.clone(),
            most,
            shares: Shares::new(of_one_address),
            refused: Arc::default(),
        }
    }

    fn place(&self, address: IpAddr) -> Result<Place, &'static str> {
        if self.handle.connection_count() > self.most {
            return Err("all");
        }
        self.shares.take(address).ok_or("address")
    }

    fn report(&self, address: IpAddr, limit: &'static str) {
        self.app.metrics.connection_refused(limit);
        if let Some(left_out) = self.refused.due(&format!("{address} {limit}")) {
            tracing::info!(%address, limit, left_out, "refused a connection: too many; the metrics count them");
        }
    }
}

impl<S> Accept<TcpStream, S> for Limited {
    type Stream = Pin<Box<TimeoutStream<TcpStream>>>;
    type Service = AddExtension<S, Arc<Place>>;
    type Future = Ready<io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let address = match stream.peer_addr() {
            Ok(peer) => peer.ip(),
            Err(error) => return ready(Err(error)),
        };
        match self.place(address) {
            Ok(place) => {
                let mut stream = TimeoutStream::new(stream);
                stream.set_write_timeout(Some(WRITE_TIMEOUT));
                // It lives as long as the connection's service.
                let service = Extension(Arc::new(place)).layer(service);
                ready(Ok((Box::pin(stream), service)))
            }
            Err(limit) => {
                self.report(address, limit);
                ready(Err(io::Error::other("too many connections")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back_and_an_ipv6_network_has_one_share() {
        let shares = Shares::new(2);
        let of = |text: &str| shares.take(text.parse().unwrap());
        let (first, second) = (of("2001:db8::1"), of("2001:db8::2"));
        assert!(first.is_some() && second.is_some());
        assert!(of("2001:db8::3").is_none());
        assert!(of("192.0.2.1").is_some());
        drop(first);
        let third = of("2001:db8::3");
        assert!(third.is_some());
        drop((second, third));
        assert!(shares.open.lock().unwrap().is_empty());
    }
}

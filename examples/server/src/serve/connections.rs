//! What holds for every connection: how many there may be, and how long a client may not read.

use std::future::{Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum_server::Handle;
use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;

/// Most connections at once; with the database's, fewer than the 1,024 files that a process may
/// have open as a rule.
pub(crate) const MOST: usize = 512;

/// As many more for the listener of health and metrics, so that clients do not use those up.
pub(crate) const MOST_WITH_MONITOR: usize = MOST + 16;

/// How long a client may leave its answer unread once nothing more fits between it and the server.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// Closes at once a connection that is one too many.
#[derive(Clone, Debug)]
pub(crate) struct Limited {
    handle: Handle<SocketAddr>,
    most: usize,
}

impl Limited {
    /// `handle` counts the connections.
    pub(crate) fn new(handle: &Handle<SocketAddr>, most: usize) -> Self {
        Self {
            handle: handle.clone(),
            most,
        }
    }
}

impl<S> Accept<TcpStream, S> for Limited {
    type Stream = Pin<Box<TimeoutStream<TcpStream>>>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        if self.handle.connection_count() > self.most {
            return ready(Err(io::Error::other("too many connections")));
        }
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIMEOUT));
        ready(Ok((Box::pin(stream), service)))
    }
}

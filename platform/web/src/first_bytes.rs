//! What a new connection has to say before it is served.
//!
//! The server behind this finds out which HTTP is spoken by the first bytes, and would wait for them for
//! ever. Here they are waited for as long as for headers, and whoever begins HTTP/2 in the clear, which no
//! browser does, is turned away.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// What HTTP/2 begins with; no method of HTTP/1 does.
const HTTP2: &[u8] = b"PRI";
/// How soon to look again when there was a part of it.
const AGAIN: Duration = Duration::from_millis(20);

/// Lets connections through to the next acceptor once they have begun to speak.
#[derive(Debug, Clone)]
pub(crate) struct FirstBytes<Next> {
    next: Next,
    patience: Duration,
}

impl<Next> FirstBytes<Next> {
    pub(crate) fn before(next: Next, patience: Duration) -> Self {
        Self { next, patience }
    }
}

impl<Next, S> Accept<TcpStream, S> for FirstBytes<Next>
where
    Next: Accept<TcpStream, S> + Clone + Send + 'static,
    Next::Future: Send,
    S: Send + 'static,
{
    type Stream = Next::Stream;
    type Service = Next::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let (next, patience) = (self.next.clone(), self.patience);
        Box::pin(async move {
            // Answers are small, and somebody waits for each.
            stream.set_nodelay(true)?;
            timeout(patience, begun(&stream)).await??;
            next.accept(stream, service).await
        })
    }
}

async fn begun(stream: &TcpStream) -> io::Result<()> {
    let mut bytes = [0; HTTP2.len()];
    loop {
        let count = stream.peek(&mut bytes).await?;
        let seen = bytes.get(..count).unwrap_or_default();
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !HTTP2.starts_with(seen) {
            return Ok(());
        }
        if seen == HTTP2 {
            return Err(io::ErrorKind::Unsupported.into());
        }
        sleep(AGAIN).await;
    }
}

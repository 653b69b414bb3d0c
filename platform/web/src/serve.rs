//! Serving until told to stop, and then finishing what is under way.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum_server::accept::DefaultAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use kernel::{Context, Refusal, Result};

use crate::Limits;
use crate::first_bytes::FirstBytes;

/// Twice the shell's own limit on headers, which answers with a page; beyond this the line is cut.
const READ_BUFFER: usize = 64 * 1024;

/// Whether we were told to stop. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    pub fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A certificate and its key, for a centre that ends TLS itself.
#[derive(Clone)]
pub struct Tls(RustlsConfig);

impl Tls {
    /// Reads both as PEM, or says which cannot be used.
    pub async fn load(certificate: &Path, key: &Path) -> Result<Self> {
        // The one provider of the house; whoever else chose it before chose the same.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let config = RustlsConfig::from_pem_file(certificate, key).await.map_err(|error| {
            Refusal::new("web.certificate_unusable")
                .with("certificate", certificate.display())
                .with("key", key.display())
                .with("reason", error)
        })?;
        Ok(Self(config))
    }
}

/// Serves until `stop` is done; then takes no new connections and returns when the requests under way
/// are answered, or the limit's drain time is over.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    app: Router,
    limits: &Limits,
    draining: Draining,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    listener.set_nonblocking(true).context("preparing the listener")?;
    let handle = axum_server::Handle::new();
    let (stopper, drain) = (handle.clone(), limits.drain);
    let waiting = tokio::spawn(async move {
        stop.await;
        draining.begin();
        tracing::info!(connections = stopper.connection_count(), "stopping");
        stopper.graceful_shutdown(Some(drain));
    });
    let mut server = axum_server::from_tcp(listener).context("taking the listener")?.handle(handle);
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_patience)
        .max_buf_size(READ_BUFFER);
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let patience = limits.header_patience;
    let served = match tls {
        None => server.acceptor(FirstBytes::before(DefaultAcceptor, patience)).serve(app).await,
        Some(Tls(config)) => {
            let seal = RustlsAcceptor::new(config);
            server.acceptor(FirstBytes::before(seal, patience)).serve(app).await
        }
    };
    waiting.abort();
    served.context("serving")
}

/// Done when the process is asked to stop: Ctrl-C, or SIGTERM from whoever supervises it.
pub async fn stop_signal() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

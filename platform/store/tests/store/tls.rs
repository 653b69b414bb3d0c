//! The encrypted way to PostgreSQL, against a peer that ends TLS before the test's own server.

use std::path::Path;
use std::sync::Arc;

use kernel::SystemClock;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use store::{Options, Store, params};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_rustls::TlsAcceptor;

/// What a client sends first to ask for TLS (PostgreSQL, message formats: `SSLRequest`).
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn server() -> Box<dyn Stream> {
    let config: postgres::Config = std::env::var("SWITCHBOARD_TEST_POSTGRES").unwrap().parse().unwrap();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first().unwrap() {
        postgres::config::Host::Tcp(host) => {
            Box::new(TcpStream::connect((host.as_str(), port)).await.unwrap())
        }
        postgres::config::Host::Unix(folder) => {
            Box::new(UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await.unwrap())
        }
    }
}

/// Ends TLS for the test's server, with a certificate of its own that is left in `folder`.
async fn peer(folder: &Path) -> u16 {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("ca.pem"), made.cert.pem()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(made.signing_key.serialize_pem().as_bytes()).unwrap();
    let chain = vec![CertificateDer::from(made.cert.der().to_vec())];
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let (acceptor, listener) =
        (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut asked = [0; 8];
                client.read_exact(&mut asked).await.unwrap();
                assert_eq!(asked, SSL_REQUEST, "nothing is said in the clear");
                client.write_all(b"S").await.unwrap();
                // A client that does not trust us ends the handshake.
                let Ok(mut client) = acceptor.accept(client).await else { return };
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server().await).await;
            });
        }
    });
    port
}

async fn open(address: &str) -> kernel::Result<Store> {
    Store::open(Options::from_url(address)?, Arc::new(SystemClock)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_reached_by_tls_and_only_when_its_certificate_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let port = peer(folder.path()).await;
    let address = format!("postgres://postgres@localhost:{port}/postgres?sslmode=require");
    let authorities = folder.path().join("ca.pem");
    let trusting = format!("{address}&sslrootcert={}", authorities.display());
    let store = open(&trusting).await.unwrap();
    let answer = store.read(|tx| tx.query_one("SELECT 6 * 7", params![], |row| row.take::<i64>(0))).await;
    assert_eq!(answer.unwrap(), 42);
    store.close().await.unwrap();
    assert!(open(&address).await.is_err(), "a stranger's certificate is not trusted");
    let elsewhere = trusting.replace("localhost", "127.0.0.1");
    assert!(open(&elsewhere).await.is_err(), "nor one for another name");
}

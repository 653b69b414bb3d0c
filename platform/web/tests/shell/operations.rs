//! For those who run the house.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, StatusCode};
use kernel::Fault;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use web::{Draining, Limits, Operations, Routes, Web};
use words::Catalogue;

use crate::house::{Reply, ask, house, house_with, send, settings};

#[tokio::test]
async fn alive_and_ready_are_two_things() {
    let ready = house();
    assert_eq!(ask(&ready, "/healthz").await.status, StatusCode::OK);
    assert_eq!(ask(&ready, "/readyz").await.body, "ready\n");
    let unready =
        house_with(settings(), || Err(Fault::new("the secret database").into()), Draining::default());
    assert_eq!(ask(&unready, "/healthz").await.status, StatusCode::OK);
    let reply = ask(&unready, "/readyz").await;
    assert_eq!((reply.status, reply.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"));
}

#[tokio::test]
async fn measurements_are_for_this_machine_only() {
    let catalogue = Catalogue::load().unwrap();
    let clock = std::sync::Arc::new(kernel::SystemClock);
    let web = Web::new(settings(), catalogue, clock).unwrap();
    let readiness: web::Readiness = std::sync::Arc::new(|| Box::pin(async { Ok(()) }));
    let operations = Operations::new(readiness, Draining::default()).with_metrics().unwrap();
    let house = web.shell(Routes::default(), operations);
    ask(&house, "/preferences").await;
    let from = async |peer: &str, forwarded: bool| -> Reply {
        let mut request = Request::get("/metrics");
        if forwarded {
            request = request.header("x-forwarded-for", "203.0.113.9");
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        send(&house, request).await
    };
    for near in ["127.0.0.1:5000", "[::1]:5000", "[::ffff:127.0.0.1]:5000"] {
        let reply = from(near, false).await;
        assert_eq!(reply.status, StatusCode::OK, "{near}");
        let counted = "http_requests_total{method=\"GET\",route=\"/preferences\",status=\"2xx\"} 1";
        assert!(reply.body.contains(counted), "{}", reply.body);
        assert!(reply.body.contains("http_request_seconds_bucket"));
    }
    assert_eq!(from("127.0.0.1:5000", true).await.status, StatusCode::NOT_FOUND);
    assert_eq!(from("203.0.113.9:5000", false).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&house, "/metrics").await.status, StatusCode::NOT_FOUND, "an unknown peer");
}

#[tokio::test]
async fn who_is_told_to_stop_finishes_what_is_under_way_and_takes_no_more() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let draining = Draining::default();
    let entered = Arc::new(Notify::new());
    let app = axum::Router::new().route(
        "/",
        axum::routing::get({
            let (entered, draining) = (entered.clone(), draining.clone());
            async move || {
                entered.notify_one();
                while !draining.is_on() {
                    tokio::task::yield_now().await;
                }
                "finished"
            }
        }),
    );
    let (stop, stopped) = oneshot::channel::<()>();
    let limits = Limits { drain: Duration::from_secs(5), ..Limits::default() };
    let serving = tokio::spawn({
        let draining = draining.clone();
        async move {
            web::serve(listener, None, app, &limits, draining, async { stopped.await.unwrap_or_default() })
                .await
        }
    });
    let mut under_way = TcpStream::connect(address).await.unwrap();
    under_way.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    entered.notified().await;
    stop.send(()).unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("finished"), "{answer}");
    assert!(draining.is_on());
    tokio::time::timeout(Duration::from_secs(3), serving).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_connection_that_says_nothing_or_another_protocol_is_cut() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits { header_patience: Duration::from_millis(200), ..Limits::default() };
    let serving = tokio::spawn(async move {
        web::serve(listener, None, axum::Router::new(), &limits, Draining::default(), std::future::pending())
            .await
    });
    for beginning in ["", "P", "PR", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let mut silent = TcpStream::connect(address).await.unwrap();
        silent.write_all(beginning.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(3), silent.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "the line is cut after {beginning:?}");
        assert!(answer.is_empty(), "{beginning:?}");
    }
    serving.abort();
}

#[tokio::test]
async fn a_connection_that_dawdles_over_its_headers_is_cut() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits { header_patience: Duration::from_millis(200), ..Limits::default() };
    let serving = tokio::spawn(async move {
        web::serve(listener, None, axum::Router::new(), &limits, Draining::default(), std::future::pending())
            .await
    });
    let mut dawdler = TcpStream::connect(address).await.unwrap();
    dawdler.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(3), dawdler.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the line is cut");
    serving.abort();
}

#[tokio::test]
async fn a_centre_with_a_certificate_speaks_tls_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&certificate, own.cert.pem()).unwrap();
    std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
    let tls = web::Tls::load(&certificate, &key).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let app = axum::Router::new().route("/", axum::routing::get(async || "sealed"));
    let serving = tokio::spawn(async move {
        let never = std::future::pending();
        web::serve(listener, Some(tls), app, &Limits::default(), Draining::default(), never).await
    });
    let trusted = reqwest::Certificate::from_pem(own.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([trusted]).build().unwrap();
    let answer = client.get(format!("https://localhost:{port}/")).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "sealed");
    assert!(reqwest::get(format!("http://localhost:{port}/")).await.is_err(), "not in the clear");
    serving.abort();

    let refused = web::Tls::load(&key, &certificate).await;
    assert_eq!(refused.err().and_then(|error| error.refusal_code()), Some("web.certificate_unusable"));
}

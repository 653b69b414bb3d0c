//! Routes and what it takes to come in.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request, StatusCode};
use web::{Access, Routes, get};

use crate::house::{ask, house, send};

#[tokio::test]
async fn a_face_that_nobody_signs_in_to_lets_nobody_in_who_has_to() {
    assert_eq!(ask(&house(), "/for-somebody").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_for_this_machine_does_not_exist_elsewhere() {
    let house = house();
    let from = async |peer: &str, forwarded: bool| {
        let mut request = Request::get("/for-the-operator");
        if forwarded {
            request = request.header("x-forwarded-for", "203.0.113.9");
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        send(&house, request).await.status
    };
    assert_eq!(from("127.0.0.1:5000", false).await, StatusCode::OK);
    assert_eq!(from("127.0.0.1:5000", true).await, StatusCode::NOT_FOUND, "a proxy speaks for somebody");
    assert_eq!(from("203.0.113.9:5000", false).await, StatusCode::NOT_FOUND);
    assert_eq!(ask(&house, "/for-the-operator").await.status, StatusCode::NOT_FOUND, "an unknown peer");
}

#[tokio::test]
async fn another_method_is_told_only_where_anybody_may_know_the_route() {
    let house = house();
    let delete = async |path: &str| {
        let request = Request::builder().method(Method::DELETE).uri(path).body(Body::empty()).unwrap();
        send(&house, request).await
    };
    let open = delete("/").await;
    assert_eq!((open.status, open.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
    let shut = delete("/for-the-operator").await;
    assert_eq!((shut.status, shut.header("allow")), (StatusCode::NOT_FOUND, ""));
}

#[tokio::test]
async fn a_route_may_take_more_than_the_house_and_no_more_than_it_said() {
    let house = house();
    let post = async |path: &str, bytes: usize| {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(vec![b'x'; bytes])).unwrap();
        send(&house, request).await
    };
    assert_eq!(post("/parcel", 2_999_999).await.body, "2999999");
    assert_eq!(post("/parcel", 3_000_001).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(post("/plain-post", 3_000).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[test]
fn whoever_looks_at_all_routes_sees_those_of_each_face() {
    let one = Routes::open(vec![get("/one", Access::Public, async || "1")], ());
    let other = Routes::open(vec![get("/other", Access::SignedIn, async || "2")], ());
    let both = one.and(other);
    let seen: Vec<_> = both.entries().map(|entry| (&*entry.path, entry.access)).collect();
    assert_eq!(seen, [("/one", Access::Public), ("/other", Access::SignedIn)]);
}

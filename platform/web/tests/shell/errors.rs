//! Whatever goes wrong, people get a page in their language and programs a problem document.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::Value;
use web::{Destination, Draining, Mask, Settings};

use crate::house::{ask, ask_with, house, house_with, send, settings};

#[tokio::test]
async fn a_refusal_says_what_and_what_to_do_in_the_visitors_language() {
    let house = house();
    let english = ask(&house, "/refused").await;
    assert_eq!(english.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(english.body.contains("is not a language code"), "{}", english.body);
    assert!(english.body.contains("Use a code such as en or es."));
    let spanish = ask_with(&house, "/refused", &[("accept-language", "es-MX")]).await;
    assert!(spanish.body.contains("<html lang=\"es\" dir=\"ltr\""), "{}", spanish.body);
    assert!(spanish.body.contains("no es un código de idioma"));
}

#[tokio::test]
async fn what_somebody_typed_is_never_markup() {
    let reply = ask(&house(), "/refused").await;
    assert!(!reply.body.contains("<b>"), "{}", reply.body);
    assert!(reply.body.contains("&#60;b&#62;e!"), "{}", reply.body);
}

#[tokio::test]
async fn a_refusal_repeats_what_was_sent_through_the_houses_mask() {
    let mask: Mask = |text| text.replace("e!", "••").into();
    let settings = Settings { mask: Some(mask), ..settings() };
    let house = house_with(settings, || Ok(()), Draining::default());
    let page = ask(&house, "/refused").await;
    assert!(page.body.contains("••") && !page.body.contains("e!"), "{}", page.body);
    let problem = ask_with(&house, "/refused", &[("accept", "application/json")]).await;
    assert!(problem.body.contains("<b>••</b>"), "{}", problem.body);
}

#[tokio::test]
async fn pages_that_do_not_exist_are_404_however_they_are_missed() {
    let house = house();
    for address in ["/missing", "/nowhere", "/assets/nothing.css", "/echo/"] {
        let reply = ask(&house, address).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{address}");
        assert!(reply.body.contains("This page does not exist."), "{address}: {}", reply.body);
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    }
}

#[tokio::test]
async fn what_goes_wrong_in_a_room_of_its_own_leads_back_there() {
    let navigation = vec![Destination { path: "/contact", key: "web-preferences" }];
    let rooms = vec![Destination { path: "/room", key: "web-preferences" }];
    let house = house_with(Settings { navigation, rooms, ..settings() }, || Ok(()), Draining::default());
    let within = ask(&house, "/room/nowhere").await.body;
    assert!(within.contains("href=\"/room\"") && !within.contains("/contact"), "{within}");
    for elsewhere in ["/nowhere", "/rooms"] {
        let page = ask(&house, elsewhere).await.body;
        assert!(page.contains("href=\"/\"") && page.contains("/contact"), "{elsewhere}: {page}");
    }
}

#[tokio::test]
async fn a_fault_shows_its_reference_and_nothing_else() {
    let house = house();
    for address in ["/fault", "/panic"] {
        let reply = ask(&house, address).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR, "{address}");
        assert!(reply.body.contains("Something went wrong on our side."), "{}", reply.body);
        let (_, after) = reply.body.split_once(">E-").expect("a reference");
        assert!(format!("E-{}", &after[..9]).parse::<kernel::Reference>().is_ok(), "{after}");
        assert!(!reply.body.contains("secret"), "{}", reply.body);
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn programs_get_a_problem_document() {
    let house = house();
    let json = [("accept", "application/json")];
    let refused = ask_with(&house, "/refused", &json).await;
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let problem: Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!(problem["status"], 422);
    assert_eq!(problem["code"], "language.malformed");
    assert_eq!(problem["title"], "Unprocessable Entity");
    assert_eq!(problem["remedy"], "Use a code such as en or es.");
    assert!(problem["detail"].as_str().unwrap().contains("<b>e!</b>"), "JSON is not HTML");

    let fault = ask(&house, "/api/v1/fault").await;
    let problem: Value = serde_json::from_str(&fault.body).unwrap();
    assert!(problem["reference"].as_str().unwrap().starts_with("E-"));
    assert_eq!(problem.get("code"), None);
    let nowhere = ask_with(&house, "/api/nowhere", &[("accept", "text/html")]).await;
    assert_eq!(nowhere.header("content-type"), "application/problem+json");
    let lookalike = ask(&house, "/apiary").await;
    assert_eq!(lookalike.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let reply = send(&house(), Request::delete("/refused").body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(reply.header("allow").contains("GET"));
    assert!(reply.body.contains("This address cannot be used in that way."), "{}", reply.body);
}

#[tokio::test]
async fn an_address_and_headers_that_are_too_long_are_refused() {
    let house = house();
    let address = format!("/echo/{}", "a".repeat(300));
    let reply = ask(&house, &address).await;
    assert_eq!(reply.status, StatusCode::URI_TOO_LONG);
    assert!(reply.body.contains("This address is too long."));
    let reply = ask_with(&house, "/", &[("cookie", &"a".repeat(3_000))]).await;
    assert_eq!(reply.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert!(reply.body.contains("too much information"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let house = house();
    for said in [true, false] {
        let mut request = Request::post("/post").header("content-type", "application/x-www-form-urlencoded");
        if said {
            request = request.header("content-length", "5000");
        }
        let reply = send(&house, request.body(Body::from("a".repeat(5_000))).unwrap()).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE, "said: {said}");
        assert!(reply.body.contains("What you sent is too large."), "{}", reply.body);
    }
}

#[tokio::test]
async fn a_body_that_never_arrives_is_given_up() {
    let endless = Body::from_stream(Endless);
    let reply = send(&house(), Request::post("/post").body(endless).unwrap()).await;
    assert_eq!(reply.status, StatusCode::REQUEST_TIMEOUT);
    assert!(reply.body.contains("Sending took too long."), "{}", reply.body);
}

/// A body that never says a word.
struct Endless;

impl futures_core::Stream for Endless {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_cut_off() {
    let reply = ask(&house(), "/slow").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(reply.body.contains("Many people are here right now."), "{}", reply.body);
}

#[tokio::test]
async fn one_too_many_is_turned_away_at_once_and_told_when_to_come_back() {
    let house = house();
    let busy: Vec<_> = (0..2)
        .map(|_| {
            let house = house.clone();
            tokio::spawn(async move { ask(&house, "/slow").await.status })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let turned_away = ask(&house, "/").await;
    assert_eq!(turned_away.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(turned_away.header("retry-after"), "2");
    assert_eq!(ask(&house, "/healthz").await.status, StatusCode::OK, "operators still get an answer");
    for task in busy {
        task.await.unwrap();
    }
    assert_eq!(ask(&house, "/").await.status, StatusCode::OK, "there is room again");
}

#[tokio::test]
async fn an_error_page_that_a_handler_made_itself_is_left_alone() {
    let reply = ask(&house(), "/own-error").await;
    assert_eq!((reply.status, reply.body.as_str()), (StatusCode::CONFLICT, "my own page"));
}

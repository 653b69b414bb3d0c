//! Forms: made by us, sent from our pages, and without a script.

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode};

use crate::house::{Reply, ask, ask_with, house, house_with, send, settings};
use web::{Draining, Settings};

const FORM: &str = "application/x-www-form-urlencoded";

/// The token on a page and the cookie that belongs to it.
async fn token_and_cookie(house: &Router) -> (String, String) {
    let page = ask(house, "/preferences").await;
    let (_, after) = page.body.split_once("name=\"form_token\" value=\"").expect("a token");
    let token = after.split('"').next().unwrap().to_owned();
    let cookie = page.cookies()[0].split(';').next().unwrap().to_owned();
    (token, cookie)
}

async fn save(house: &Router, body: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::post("/preferences").header("content-type", FORM).header("host", "house.test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(house, request.body(Body::from(body.to_owned())).unwrap()).await
}

fn body(token: &str) -> String {
    format!(
        "form_token={token}&language=es&theme=dark&contrast=more&zone=America%2FDenver&back=%2Fcontact%3Fq%3Dx"
    )
}

#[tokio::test]
async fn preferences_are_kept_and_then_hold() {
    let house = house();
    let (token, cookie) = token_and_cookie(&house).await;
    let saved = save(&house, &body(&token), &[("cookie", &cookie)]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert_eq!(saved.header("location"), "/preferences?back=%2Fcontact%3Fq%3Dx&saved=yes");
    let cookies: Vec<&str> = saved.cookies().iter().map(|cookie| cookie.split(';').next().unwrap()).collect();
    assert_eq!(cookies, ["language=es", "theme=dark", "contrast=more", "zone=America/Denver"]);
    assert!(saved.cookies().iter().all(|cookie| cookie.contains("HttpOnly; SameSite=Lax")));

    let all = cookies.join("; ");
    let page = ask_with(&house, saved.header("location"), &[("cookie", &all)]).await;
    assert!(page.body.contains("<html lang=\"es\" dir=\"ltr\" data-theme=\"dark\" data-contrast=\"more\" data-zone=\"America/Denver\" data-zone-chosen>"), "{}", page.body);
    assert!(page.body.contains("Sus ajustes se guardaron"));
    assert!(page.body.contains("href=\"/contact?q=x\""), "the way back");
    assert!(page.body.contains("<option value=\"America/Denver\" selected>"));
}

#[tokio::test]
async fn a_preference_set_back_to_automatic_is_forgotten() {
    let house = house();
    let (token, cookie) = token_and_cookie(&house).await;
    let body = format!("form_token={token}&language=en&theme=auto&contrast=auto&zone=");
    let saved = save(&house, &body, &[("cookie", &cookie)]).await;
    let forgotten = saved.cookies().iter().filter(|cookie| cookie.contains("Max-Age=0")).count();
    assert_eq!(forgotten, 3, "{:?}", saved.cookies());
}

#[tokio::test]
async fn a_form_without_the_fitting_token_is_refused() {
    let house = house();
    let (token, cookie) = token_and_cookie(&house).await;
    let (other_token, _) = token_and_cookie(&house).await;
    for (body, cookie) in [
        (body(&token), ""),
        (body(&other_token), cookie.as_str()),
        (body(""), cookie.as_str()),
        (body("00.00"), cookie.as_str()),
        ("language=es".to_owned(), cookie.as_str()),
    ] {
        let reply = save(&house, &body, &[("cookie", cookie)]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{body}");
        assert!(reply.body.contains("This form has expired."), "{}", reply.body);
        assert!(reply.cookies().is_empty());
    }
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_even_with_a_token() {
    let house = house();
    let (token, cookie) = token_and_cookie(&house).await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let reply = save(&house, &body(&token), &[("cookie", &cookie), (name, value)]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{name}");
        assert!(reply.body.contains("This form was sent from another website."), "{}", reply.body);
    }
    let own = save(&house, &body(&token), &[("cookie", &cookie), ("sec-fetch-site", "same-origin")]).await;
    assert_eq!(own.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn every_page_has_another_token_and_is_not_kept() {
    let house = house();
    let (first, cookie) = token_and_cookie(&house).await;
    let again = ask_with(&house, "/preferences", &[("cookie", &cookie)]).await;
    assert!(again.cookies().is_empty(), "the visitor has the cookie already");
    assert!(!again.body.contains(&first));
    assert_eq!(again.header("cache-control"), "no-store");
}

#[tokio::test]
async fn over_tls_cookies_are_bound_to_the_host_and_never_sent_in_the_clear() {
    let secure = Settings { public_url: Some("https://house.test".into()), ..settings() };
    let house = house_with(secure, || Ok(()), Draining::default());
    let page = ask(&house, "/preferences?lang=es").await;
    assert!(page.cookies().iter().any(|cookie| cookie.starts_with("__Host-form=")), "{:?}", page.cookies());
    assert!(page.cookies().iter().all(|cookie| cookie.contains("; Secure")), "{:?}", page.cookies());
}

//! What every page carries, and pages that are kept.

use http::StatusCode;

use crate::house::{ask, ask_with, house, house_with, settings};
use web::{Draining, Settings};

#[tokio::test]
async fn every_response_carries_the_security_headers() {
    let house = house();
    for address in ["/", "/nowhere", "/fault", "/healthz", "/preferences"] {
        let reply = ask(&house, address).await;
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{address}");
        assert!(!policy.contains("unsafe"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "same-origin");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
        assert!(reply.header("permissions-policy").contains("camera=()"));
        assert_eq!(reply.header("strict-transport-security"), "", "not without TLS");
        assert!(reply.header("x-request-id").starts_with("R-"));
    }
}

#[tokio::test]
async fn over_tls_browsers_are_told_to_insist_on_it() {
    let secure = Settings { public_url: Some("https://house.test/".into()), ..settings() };
    let reply = ask(&house_with(secure, || Ok(()), Draining::default()), "/styleguide").await;
    assert!(reply.header("strict-transport-security").starts_with("max-age=63072000"));
}

#[tokio::test]
async fn a_page_has_landmarks_a_skip_link_and_nothing_inline() {
    let house = house();
    for address in ["/preferences", "/styleguide", "/nowhere"] {
        let body = ask(&house, address).await.body;
        for needed in [
            "<html lang=\"en\" dir=\"ltr\"",
            "<a class=\"skip\" href=\"#main\">Skip to the content</a>",
            "<main id=\"main\" tabindex=\"-1\">",
            "<header class=\"masthead\">",
            "<footer class=\"footer\">",
            "· Test House</title>",
        ] {
            assert!(body.contains(needed), "{address} lacks {needed}");
        }
        assert_eq!(body.matches("<h1").count(), 1, "{address}");
        for inline in ["<style", " style=", "<script>", " onclick", " onload", "javascript:"] {
            assert!(!body.contains(inline), "{address} has {inline}");
        }
        assert!(!body.contains("/assets/missing"), "{address}");
        assert!(!body.contains(">["), "{address} has a missing text");
    }
}

#[tokio::test]
async fn pages_are_compressed_when_that_is_wanted() {
    let house = house();
    for encoding in ["br", "gzip"] {
        let reply = ask_with(&house, "/long", &[("accept-encoding", encoding)]).await;
        assert_eq!(reply.header("content-encoding"), encoding);
        assert!(reply.body.len() < 500);
    }
    assert_eq!(ask(&house, "/long").await.header("content-encoding"), "");
}

#[tokio::test]
async fn a_kept_page_is_rendered_once_for_those_in_the_same_situation() {
    let house = house();
    let (first, second) = (ask(&house, "/kept").await, ask(&house, "/kept").await);
    assert!(first.body.starts_with("rendering 1 in en"), "{:.40}", first.body);
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let varies: Vec<_> = first.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
    let varies = varies.join(", ");
    for header in ["accept-encoding", "cookie", "accept-language"] {
        assert!(varies.contains(header), "{varies}");
    }
    for (number, cookie) in
        ["language=es", "zone=America/Denver", "theme=dark", "contrast=more"].iter().enumerate()
    {
        let other = ask_with(&house, "/kept", &[("cookie", cookie)]).await;
        assert!(
            other.body.starts_with(&format!("rendering {} ", number + 2)),
            "{cookie}: {:.40}",
            other.body
        );
    }
}

#[tokio::test]
async fn a_kept_page_is_sent_compressed_and_not_again_to_who_has_it() {
    let house = house();
    let page = ask_with(&house, "/kept", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(page.header("content-encoding"), "br");
    let tag = page.header("etag").to_owned();
    let known = ask_with(&house, "/kept", &[("if-none-match", &tag)]).await;
    assert_eq!((known.status, known.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let other = ask_with(&house, "/kept", &[("if-none-match", &tag), ("cookie", "language=es")]).await;
    assert_eq!(other.status, StatusCode::OK);
}

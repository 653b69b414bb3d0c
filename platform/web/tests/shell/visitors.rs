//! Language, colours and zone: what was asked for first, then what was chosen, then what the browser says.

use crate::house::{ask, ask_with, house};

#[tokio::test]
async fn the_language_is_asked_for_then_remembered_then_negotiated() {
    let house = house();
    let accept = ("accept-language", "es, en;q=0.5");
    assert_eq!(ask(&house, "/").await.body, "en");
    assert_eq!(ask_with(&house, "/", &[accept]).await.body, "es");
    assert_eq!(ask_with(&house, "/", &[accept, ("cookie", "language=en")]).await.body, "en");
    assert_eq!(ask_with(&house, "/?lang=es", &[("cookie", "language=en")]).await.body, "es");
    assert_eq!(ask_with(&house, "/?lang=xx", &[("cookie", "language=es")]).await.body, "es");
    assert_eq!(ask_with(&house, "/?lang=%3Cscript%3E", &[]).await.body, "en");
}

#[tokio::test]
async fn a_language_asked_for_holds_for_the_rest_of_the_visit() {
    let house = house();
    let asked = ask(&house, "/?lang=es").await;
    assert!(asked.cookies()[0].starts_with("language=es; "), "{:?}", asked.cookies());
    assert!(ask_with(&house, "/?lang=es", &[("cookie", "language=es")]).await.cookies().is_empty());
    assert!(ask(&house, "/?lang=xx").await.cookies().is_empty());
    assert!(ask(&house, "/").await.cookies().is_empty());
}

#[tokio::test]
async fn the_other_language_is_one_link_away_and_keeps_what_was_asked() {
    let page = ask(&house(), "/preferences?back=%2Fcontact&lang=en").await;
    assert!(
        page.body.contains("href=\"/preferences?back=%2Fcontact&#38;lang=es\" lang=\"es\""),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_zone_is_taken_only_from_the_time_zone_database() {
    let house = house();
    for (cookie, expected) in [
        ("zone=America/New_York", "data-zone=\"America/New_York\" data-zone-chosen"),
        ("zone-seen=Europe%2FMadrid", "data-zone=\"Europe/Madrid\">"),
        ("zone-seen=Europe%2FMadrid; zone=America/Denver", "data-zone=\"America/Denver\" data-zone-chosen"),
        ("zone-seen=america%2Fnew_york", "data-zone=\"America/New_York\">"),
        ("zone=../../etc/passwd", "data-contrast=\"auto\">"),
        ("zone=Mars/Olympus", "data-contrast=\"auto\">"),
        ("zone=\"><script>", "data-contrast=\"auto\">"),
        ("zone=/etc/localtime", "data-contrast=\"auto\">"),
    ] {
        let page = ask_with(&house, "/preferences", &[("cookie", cookie)]).await;
        let html = page.body.split("<head>").next().unwrap();
        assert!(html.contains(expected), "{cookie}: {html}");
    }
}

#[tokio::test]
async fn more_contrast_is_for_all_media_once_chosen() {
    let house = house();
    let auto = ask(&house, "/preferences").await.body;
    assert!(auto.contains("media=\"(prefers-contrast: more)\""));
    let more = ask_with(&house, "/preferences", &[("cookie", "contrast=more")]).await.body;
    assert!(!more.contains("media=\"(prefers-contrast: more)\""));
    assert!(more.contains("/assets/contrast."));
}

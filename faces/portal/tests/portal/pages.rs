//! What every page of the portal keeps: landmarks, labels, no script needed, nothing missing.

use http::StatusCode;

use crate::house::{FRIDAY, House, at, with_help};

const PAGES: [&str; 9] = [
    "/",
    "/contact",
    "/contact?q=title+release",
    "/contact?q=payoff",
    "/contact?q=zebra",
    "/contact?topic=floorplan",
    "/contact/directory",
    "/contact/ship",
    "/contact/cpc",
];

#[tokio::test]
async fn every_page_is_whole_in_both_languages() {
    at(FRIDAY, async |house| {
        for path in PAGES {
            for tag in ["en", "es"] {
                let page = house.ask_with(path, &[("cookie", &format!("language={tag}"))]).await;
                assert_eq!(page.status, StatusCode::OK, "{path}");
                assert!(page.body.contains(&format!("<html lang=\"{tag}\" dir=\"ltr\"")), "{path}");
                assert_eq!(page.body.matches("<h1").count(), 1, "{path} has one heading of its own");
                assert_eq!(page.body.matches("<main ").count(), 1, "{path}");
                assert!(!page.body.contains("/assets/missing"), "{path}");
                assert!(!page.text().contains('['), "{path} in {tag} lacks a text: {}", page.text());
                for inline in ["<style", " style=", "<script>", " onclick", "javascript:"] {
                    assert!(!page.body.contains(inline), "{path} has {inline}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_form_reads_only_and_every_field_has_a_label_and_every_id_is_its_own() {
    at(FRIDAY, async |house| {
        for path in PAGES {
            let body = house.ask(path).await.body;
            assert_eq!(body.matches("<form").count(), body.matches("method=\"get\"").count(), "{path}");
            let ids: Vec<&str> =
                body.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
            for id in &ids {
                assert_eq!(ids.iter().filter(|other| other == &id).count(), 1, "{path}: {id} twice");
            }
            for field in ["<input class", "<select"] {
                for tag in body.split(field).skip(1) {
                    let id = tag.split(" id=\"").nth(1).unwrap().split('"').next().unwrap();
                    assert!(body.contains(&format!("<label for=\"{id}\">")), "{path}: {id} has no label");
                }
            }
            for reference in ["aria-labelledby=\"", "aria-describedby=\""] {
                for rest in body.split(reference).skip(1) {
                    let id = rest.split('"').next().unwrap();
                    assert!(ids.contains(&id), "{path}: {reference}{id} points nowhere");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn headings_step_down_one_level_at_a_time() {
    at(FRIDAY, async |house| {
        for path in PAGES {
            let body = house.ask(path).await.body;
            let levels = body.match_indices("<h").filter_map(|(at, _)| {
                let digit = body[at + 2..].chars().next()?.to_digit(10)?;
                matches!(body[at + 3..].chars().next()?, ' ' | '>').then_some(digit)
            });
            let mut last = 0;
            for level in levels {
                assert!(level <= last + 1, "{path}: h{level} after h{last}");
                last = level;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn pages_are_kept_ready_and_not_sent_again_to_who_has_them() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact?topic=payoffs").await;
        let tag = page.headers["etag"].to_str().unwrap().to_owned();
        let again = house.ask_with("/contact?topic=payoffs", &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
        let other = house.ask_with("/contact?topic=gap", &[("if-none-match", &tag)]).await;
        assert_eq!(other.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn the_navigation_says_where_one_is() {
    with_help(FRIDAY, async |house: House| {
        let page = house.ask("/contact/ship").await;
        assert!(page.body.contains("<a href=\"/contact/ship\" aria-current=\"page\">Send documents</a>"));
        assert_eq!(page.body.matches("aria-current=\"page\"").count(), 1);
        // The chat stands in a house of its own.
        for destination in portal::NAVIGATION.iter().filter(|place| place.path != "/chat") {
            assert_eq!(house.ask(destination.path).await.status, StatusCode::OK, "{}", destination.path);
        }
    })
    .await;
}

//! Any moment can be asked about, and any state of our knowledge.

use http::StatusCode;

use crate::house::{FRIDAY, at};

#[tokio::test]
async fn another_moment_is_answered_for_and_said_to_be_another() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact?topic=payoffs&at=2023-09-09T20:00").await;
        page.says("Closed, opens Monday 9:30 AM Eastern Time")
            .says("Shown as of September 9, 2023, 8 PM, Eastern Time.")
            .links_to("/contact?topic=payoffs");
        house.ask("/contact?topic=payoffs").await.does_not_say("Shown as of");
    })
    .await;
}

#[tokio::test]
async fn a_moment_without_an_offset_is_by_the_visitors_clock() {
    at(FRIDAY, async |house| {
        let page = house.ask_from("America%2FDenver", "/contact?topic=payoffs&at=2023-09-08T16:29").await;
        page.says("1 min left");
        let exact =
            house.ask_from("America%2FDenver", "/contact?topic=payoffs&at=2023-09-08T16:29-04:00").await;
        exact.says("2 h 1 min left");
    })
    .await;
}

#[tokio::test]
async fn links_on_a_page_keep_its_moment() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact?at=2023-12-01").await;
        page.links_to("/contact?topic=payoffs&at=2023-12-01");
        assert!(page.body.contains("<input type=\"hidden\" name=\"at\" value=\"2023-12-01\">"));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_moment_or_before_our_time_is_refused_clearly() {
    at(FRIDAY, async |house| {
        for address in
            ["/contact?at=soon", "/contact/directory?at=2023-02-30", "/contact/ship?known=x", "/?at=25:00"]
        {
            let page = house.ask(address).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
            assert!(!page.text().contains('['), "{address}: {}", page.text());
        }
        let early = house.ask("/contact?at=2023-08-01").await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        early.says("2023-08-28");
        let named_as_by_programs = house.ask("/contact?known_at=2020-01-01").await;
        assert_eq!(named_as_by_programs.status, StatusCode::UNPROCESSABLE_ENTITY);
        let unknown = house.ask("/contact?known=2020-01-01").await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing was recorded by then");
    })
    .await;
}

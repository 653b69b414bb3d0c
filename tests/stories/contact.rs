//! "Whom do I call, and are they open?"

use thirtyfour::Key;

use crate::centre::story;
use crate::visitor::{DESK, PHONE, Visitor};

/// Friday at noon in New York: the dealers' desk is open.
const FRIDAY: &str = "at=2026-08-21T12:00:00-04:00";
/// Sunday at noon there: it is closed.
const SUNDAY: &str = "at=2026-08-23T12:00:00-04:00";

/// Asks from the start page and reads the answer, touching nothing but the keyboard.
async fn asks_by_keyboard(visitor: &Visitor) {
    visitor.open("/?lang=en").await;
    visitor.tab_to("What do you need?").await;
    visitor.press("title release").await;
    visitor.tab_to("Find").await;
    visitor.press(Key::Enter).await;

    visitor.arrives("/contact?q=title+release").await;
    assert_eq!(visitor.text("h1").await, "Title/lien releases");
    let number = visitor.tab_to("888").await;
    assert_eq!(number.tag, "a");
    assert_eq!(visitor.look::<String>("return document.activeElement.href").await, "tel:+18889192559");
}

#[tokio::test]
async fn an_answer_is_found_by_keyboard_alone_on_a_phone() {
    story(async |visitor| {
        visitor.screen(PHONE).await;
        asks_by_keyboard(visitor).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_found_by_keyboard_alone_on_a_desk() {
    story(async |visitor| {
        visitor.screen(DESK).await;
        asks_by_keyboard(visitor).await;
    })
    .await;
}

#[tokio::test]
async fn a_matter_is_chosen_from_the_list_by_keyboard_alone() {
    story(async |visitor| {
        for screen in [PHONE, DESK] {
            visitor.screen(screen).await;
            visitor.open("/contact?lang=en").await;
            visitor.tab_to("Extensions").await;
            visitor.press(Key::Enter).await;
            visitor.arrives("/contact?topic=extensions").await;
            assert_eq!(visitor.text("h1").await, "Extensions");
            assert_eq!(visitor.text(".answer-unit").await, "Customer Service Center (CSC)");
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_stop_of_the_keyboard_skips_to_the_content() {
    story(async |visitor| {
        for page in ["/", "/contact", "/contact/directory"] {
            visitor.open(&format!("{page}?lang=en")).await;
            visitor.press(Key::Tab).await;
            let focus = visitor.focus().await;
            assert!(focus.name == "Skip to the content" && focus.shown && focus.in_view, "{focus:?}");
            visitor.press(Key::Enter).await;
            assert_eq!(visitor.look::<String>("return document.activeElement.id").await, "main");
        }
    })
    .await;
}

#[tokio::test]
async fn an_open_desk_says_so_and_until_when() {
    story(async |visitor| {
        visitor.zone("America/New_York").await;
        visitor.open(&format!("/contact?topic=title-lien-releases&lang=en&{FRIDAY}")).await;
        visitor.reads(".answer .state", "your time").await;
        assert_eq!(visitor.text(".answer .state").await, "Open, closes at 6:30 PM your time");
        assert_eq!(visitor.text(".answer .state-more").await, "6 h 30 min left");
    })
    .await;
}

#[tokio::test]
async fn a_closed_desk_tells_the_next_opening_by_the_visitors_own_clock() {
    story(async |visitor| {
        visitor.zone("America/Los_Angeles").await;
        visitor.open(&format!("/contact?topic=title-lien-releases&lang=en&{SUNDAY}")).await;
        visitor.reads(".answer .state", "opens tomorrow 6:30 AM your time").await;
        visitor.reads(".answer .state-more", "9:30 AM Eastern Time").await;
    })
    .await;
}

#[tokio::test]
async fn words_that_fit_more_than_one_matter_are_asked_about() {
    story(async |visitor| {
        visitor.open("/contact?q=payoff&lang=en").await;
        assert_eq!(visitor.text("h1").await, "Which of these is it?");
        visitor.find("main h2 a[href*='customer-payoffs']").await.click().await.unwrap();
        visitor.arrives("/contact?").await;
        assert_eq!(visitor.text("h1").await, "Customer payoffs");
        assert_eq!(visitor.text(".answer-unit").await, "Customer Service Center (CSC)");
    })
    .await;
}

#[tokio::test]
async fn everything_works_without_javascript() {
    story(async |visitor| {
        visitor.without_javascript().await;
        asks_by_keyboard(visitor).await;

        visitor.open("/contact/ship?lang=en").await;
        visitor.tab_to("What do you send?").await;
        visitor.press("Payments").await;
        visitor.tab_to("Show address").await;
        visitor.press(Key::Enter).await;
        visitor.arrives("/contact/ship?document=payment").await;
        assert!(visitor.text("address").await.contains("Louisville, KY 40290-1951"));

        visitor.open("/preferences?lang=en").await;
        visitor.find("input[name=theme][value=dark]").await.click().await.unwrap();
        visitor.find("input[name=language][value=es]").await.click().await.unwrap();
        visitor.find("main form button[type=submit]").await.click().await.unwrap();
        visitor.reads("main [role=status]", "guard").await;
        visitor.open("/contact").await;
        assert_eq!(visitor.language().await, "es");
        assert_eq!(visitor.look::<String>("return document.documentElement.dataset.theme").await, "dark");
    })
    .await;
}

//! What every page owes everybody, whatever it is about.

use std::collections::BTreeMap;

use crate::centre::story;
use crate::visitor::{DESK, PHONE, Theme, Visitor};

/// Every kind of page that the centre shows. A new page belongs here.
const PAGES: &[&str] = &[
    "/",
    "/contact",
    "/contact?q=payoff",
    "/contact?topic=customer-payoffs",
    "/contact?topic=customer-payoffs&at=2026-07-04T12:00:00Z",
    "/contact?q=xylophone+lessons",
    "/contact/directory",
    "/contact/dealer-service-center",
    "/contact/ship",
    "/contact/ship?courier=usps",
    "/chat",
    "/help",
    "/help/search?q=lost+card",
    "/preferences",
    "/api",
    "/styleguide",
    NO_PAGE,
];

const NO_PAGE: &str = "/there-is-no-such-page";

/// The narrowest window that WCAG asks for: a page of 1280 px, enlarged four times.
const NARROWEST: (u32, u32) = (320, 640);

fn in_language(page: &str, language: &str) -> String {
    let joint = if page.contains('?') { '&' } else { '?' };
    format!("{page}{joint}lang={language}")
}

/// How people look at a page: theme and screen.
const LOOKS: [(Theme, (u32, u32)); 5] = [
    (Theme::Light, PHONE),
    (Theme::Light, DESK),
    (Theme::Dark, PHONE),
    (Theme::Dark, DESK),
    (Theme::Contrast, PHONE),
];

/// Goes through all pages in one language and tells all barriers at once, each where it was first met.
async fn everybody_can_use_every_page(visitor: &Visitor, language: &str) {
    let mut barriers = BTreeMap::new();
    for (theme, screen) in LOOKS {
        visitor.theme(theme).await;
        visitor.screen(screen).await;
        for page in PAGES {
            visitor.open(&in_language(page, language)).await;
            let expected = if *page == NO_PAGE { 404 } else { 200 };
            assert_eq!(
                (visitor.status().await, visitor.language().await.as_str()),
                (expected, language),
                "{page}"
            );
            let found = visitor.barriers().await;
            if !found.is_empty() {
                barriers.entry(found).or_insert_with(|| format!("{page} ({theme:?}, {} px)", screen.0));
            }
        }
    }
    let told = barriers.iter().map(|(found, first)| format!("\n{first} keeps people out:{found}\n"));
    assert!(barriers.is_empty(), "{}", told.collect::<String>());
}

#[tokio::test]
async fn everybody_can_use_every_page_in_english() {
    story(async |visitor| everybody_can_use_every_page(visitor, "en").await).await;
}

#[tokio::test]
async fn everybody_can_use_every_page_in_spanish() {
    story(async |visitor| everybody_can_use_every_page(visitor, "es").await).await;
}

#[tokio::test]
async fn themes_and_paper_really_differ() {
    story(async |visitor| {
        visitor.open("/contact").await;
        let mut colours = Vec::new();
        for theme in [Theme::Light, Theme::Dark] {
            visitor.theme(theme).await;
            colours.push(
                visitor
                    .look::<String>("return getComputedStyle(document.documentElement).backgroundColor")
                    .await,
            );
        }
        assert_ne!(colours[0], colours[1]);

        let hint = "return getComputedStyle(document.querySelector('.hint')).color";
        visitor.theme(Theme::Light).await;
        let usual: String = visitor.look(hint).await;
        visitor.theme(Theme::Contrast).await;
        assert_ne!(visitor.look::<String>(hint).await, usual);

        let navigation = visitor.find("header nav").await;
        assert!(navigation.is_displayed().await.unwrap());
        visitor.on_paper().await;
        assert!(!navigation.is_displayed().await.unwrap(), "nobody can press a link on paper");
        assert!(visitor.find("h1").await.is_displayed().await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn no_page_is_wider_than_the_window() {
    story(async |visitor| {
        for screen in [NARROWEST, PHONE, DESK] {
            visitor.screen(screen).await;
            for language in ["en", "es"] {
                for page in PAGES {
                    visitor.open(&in_language(page, language)).await;
                    assert_eq!(visitor.overflow().await, 0, "{page} in {language} at {} px", screen.0);
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_page_makes_the_browser_complain() {
    story(async |visitor| {
        for page in PAGES.iter().filter(|page| **page != NO_PAGE) {
            visitor.open(page).await;
            assert_eq!(visitor.complaints().await, [""; 0], "{page}");
        }
    })
    .await;
}

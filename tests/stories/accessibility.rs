//! What a machine can find out about whether everybody can use a page, by axe-core.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::visitor::Visitor;

const AXE: &str = include_str!("../assets/axe.min.js");

/// WCAG 2.2 up to AA, and what axe's authors advise beyond it.
const RUN: &str = r#"
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    return window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] })
        .then((results) => results.violations);
"#;

#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    html: String,
    failure_summary: String,
}

impl Visitor {
    /// What keeps somebody out of this page, with every place of it; empty when nothing does.
    pub async fn barriers(&self) -> String {
        told(&self.violations().await)
    }

    async fn violations(&self) -> Vec<Violation> {
        self.look::<()>(AXE).await;
        self.look(RUN).await
    }
}

fn told(violations: &[Violation]) -> String {
    let mut text = String::new();
    for violation in violations {
        let _ = write!(text, "\n* {} ({})", violation.help, violation.id);
        for node in &violation.nodes {
            let _ = write!(text, "\n  {}\n  {}", node.html, node.failure_summary.replace('\n', "\n  "));
        }
    }
    text
}

/// The checks themselves: they are worth nothing unless a bad page fails them.
mod tests {
    use thirtyfour::Key;

    use crate::visitor::{PHONE, Visitor};

    const GOOD: &str = "<html lang=en><title>Good</title><meta name=viewport content='width=device-width'>\
        <main><h1>Good</h1><p><a href='%23'>Somewhere</a></p></main></html>";

    fn page(html: &str) -> String {
        format!("data:text/html,<!doctype html>{html}")
    }

    async fn with(html: &str, story: impl AsyncFnOnce(&Visitor)) {
        Visitor::begin("", async |visitor| {
            visitor.screen(PHONE).await;
            visitor.open(&page(html)).await;
            story(visitor).await;
        })
        .await;
    }

    #[tokio::test]
    async fn a_good_page_passes() {
        with(GOOD, async |visitor| {
            assert_eq!(visitor.barriers().await, "");
            assert_eq!(visitor.overflow().await, 0);
            assert_eq!(visitor.tab_to("Somewhere").await.tag, "a");
            assert_eq!(visitor.complaints().await, [""; 0]);
        })
        .await;
    }

    #[tokio::test]
    async fn a_picture_without_words_and_pale_text_are_found() {
        let bad = GOOD.replace("<p>", "<img src='data:,'><p style='color:%23ccc'>Pale<p>");
        with(&bad, async |visitor| {
            let mut found: Vec<_> = visitor.violations().await.into_iter().map(|one| one.id).collect();
            found.sort_unstable();
            assert_eq!(found, ["color-contrast", "image-alt"]);
        })
        .await;
    }

    #[tokio::test]
    async fn a_page_that_is_too_wide_is_found() {
        with(&GOOD.replace("<p>", "<p style='width:500px'>"), async |visitor| {
            assert!(visitor.overflow().await >= 140);
        })
        .await;
    }

    #[tokio::test]
    async fn a_hidden_focus_is_found() {
        with(&GOOD.replace("<a ", "<a style='outline:0' "), async |visitor| {
            visitor.press(Key::Tab).await;
            let focus = visitor.focus().await;
            assert_eq!((focus.name.as_str(), focus.shown), ("Somewhere", false));
        })
        .await;
    }

    #[tokio::test]
    async fn errors_of_a_page_are_heard() {
        with(&GOOD.replace("</main>", "</main><script>nowhere()</script>"), async |visitor| {
            let complaints = visitor.complaints().await;
            assert!(complaints.iter().any(|one| one.contains("nowhere is not defined")), "{complaints:?}");
        })
        .await;
    }

    #[tokio::test]
    async fn scripts_stay_silent_when_they_are_switched_off() {
        let page = page(&GOOD.replace("</main>", "</main><script>document.title = 'ran'</script>"));
        Visitor::begin("", async |visitor| {
            visitor.without_javascript().await;
            visitor.open(&page).await;
            assert_eq!(visitor.look::<String>("return document.title").await, "Good");
        })
        .await;
    }
}

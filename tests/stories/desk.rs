//! "I work here now": from the command line to a passkey, and back in with it.

use std::net::TcpListener;

use serde_json::json;

use crate::centre::Centre;
use crate::visitor::{DESK, PHONE, Theme, Visitor};

/// The desk's pages for an administrator.
const PAGES: &[&str] = &["/desk", "/desk/profile", "/desk/staff", "/desk/staff/new", "/desk/policies"];

/// A device with a fingerprint reader, whose owner's finger lies on it.
async fn with_a_finger_on_the_reader(visitor: &Visitor) {
    visitor.devtools("WebAuthn.enable", json!({})).await;
    let device = json!({
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": true,
        "hasUserVerification": true,
        "isUserVerified": true,
        "automaticPresenceSimulation": true,
    });
    visitor.devtools("WebAuthn.addVirtualAuthenticator", json!({ "options": device })).await;
}

/// Runs a story at a centre whose address is known before it starts, because passkeys belong to it.
async fn first_administrator(tell: impl AsyncFnOnce(&Visitor, &str)) {
    let folder = tempfile::tempdir().expect("a folder");
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let person = ["--name", "Ada Lovelace", "--email", "ada@example.com", "--role", "administrator"];
    let home = format!("http://localhost:{port}");
    let said = Centre::command(&folder, &home).args(["staff", "add"]).args(person).output().await;
    let said = String::from_utf8(said.expect("the program runs").stdout).expect("text");
    let link = said.split_whitespace().find_map(|word| word.strip_prefix(&home)).map(str::to_owned);
    let link = link.unwrap_or_else(|| panic!("no link in {said:?}"));
    let centre = Centre::start_at(&folder, &home, port).await;
    Visitor::begin(&home, async |visitor| tell(visitor, &link).await).await;
    centre.stop().await;
}

#[tokio::test]
async fn the_first_administrator_sets_up_a_passkey_and_signs_in_with_it_by_keyboard() {
    first_administrator(async |visitor, link| {
        visitor.screen(DESK).await;
        with_a_finger_on_the_reader(visitor).await;
        visitor.open(link).await;
        visitor.tab_to("Sign in").await;
        visitor.press(thirtyfour::Key::Enter).await;
        visitor.arrives("/desk/set-up").await;

        visitor.tab_to("Name of the device").await;
        visitor.press("Work laptop").await;
        visitor.press(thirtyfour::Key::Enter).await;
        visitor.arrives("/desk/profile?done=passkey").await;
        visitor.reads("main", "Work laptop").await;

        visitor.tab_to("Ada Lovelace").await;
        visitor.press(thirtyfour::Key::Enter).await;
        visitor.tab_to("Sign out").await;
        visitor.press(thirtyfour::Key::Enter).await;
        visitor.arrives("/desk/sign-in?done=signed-out").await;
        visitor.tab_to("Sign in with a passkey").await;
        visitor.press(thirtyfour::Key::Enter).await;
        visitor.reads("h1", "Hello, Ada Lovelace").await;

        visitor.open(link).await;
        visitor.reads("main", "This link no longer works").await;
    })
    .await;
}

#[tokio::test]
async fn everybody_can_use_the_desks_pages() {
    first_administrator(async |visitor, link| {
        with_a_finger_on_the_reader(visitor).await;
        visitor.open("/desk/sign-in").await;
        assert_eq!(visitor.barriers().await, "", "/desk/sign-in");
        visitor.open(link).await;
        visitor.find("main button").await.click().await.expect("a click");
        visitor.arrives("/desk/set-up").await;
        assert_eq!(visitor.barriers().await, "", "/desk/set-up");
        visitor.find("#passkey-label").await.send_keys("Laptop").await.expect("a keyboard");
        visitor.press(thirtyfour::Key::Enter).await;
        visitor.arrives("/desk/profile").await;
        for (theme, screen) in [(Theme::Light, DESK), (Theme::Dark, PHONE), (Theme::Contrast, DESK)] {
            visitor.theme(theme).await;
            visitor.screen(screen).await;
            for page in PAGES {
                visitor.open(page).await;
                assert_eq!(visitor.status().await, 200, "{page}");
                assert_eq!(visitor.barriers().await, "", "{page} {theme:?}");
                assert_eq!(visitor.overflow().await, 0, "{page} is wider than {screen:?}");
            }
        }
    })
    .await;
}

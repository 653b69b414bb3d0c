//! "I have a question" and "I'll take it": a customer and two members of staff, each at their own browser.

use std::time::Duration;

use thirtyfour::Key;
use tokio::time::Instant;

use crate::centre::Centre;
use crate::visitor::{DESK, PHONE, Theme, Visitor};

/// Signs in by a link that the demonstration printed.
async fn sign_in(visitor: &Visitor, link: &str) {
    visitor.open(link).await;
    visitor.find("main button, form button").await.click().await.expect("a click");
    visitor.arrives("/desk").await;
}

async fn click(visitor: &Visitor, css: &str) {
    visitor.find(css).await.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
}

async fn write(visitor: &Visitor, css: &str, text: &str) {
    let field = visitor.find(css).await;
    field.click().await.expect("a click");
    // The click put the cursor in the midst of what stands there.
    field.send_keys(Key::End + text).await.expect("the keyboard works");
}

/// Sends what is written at the desk; the modifier is held down, as a hand does.
async fn send(desk: &Visitor) {
    desk.find("#words").await.send_keys(Key::Control + Key::Enter).await.expect("the keyboard works");
}

/// Chooses to be available; offers come from then on.
async fn be_available(visitor: &Visitor) {
    visitor.open("/desk/conversations").await;
    click(visitor, "#me summary").await;
    click(visitor, "button[name=presence][value=available]").await;
    visitor.waits_for("#presence-dot.available").await;
}

async fn begin_chat(visitor: &Visitor, question: &str) {
    visitor.open("/chat").await;
    write(visitor, "#name", "Ana Ruiz").await;
    write(visitor, "#text", question).await;
    click(visitor, "main form button[type=submit]").await;
    visitor.waits_for("chat-room").await;
}

#[tokio::test]
async fn a_customer_and_two_representatives_talk_from_browser_to_browser() {
    let folder = tempfile::tempdir().expect("a folder");
    let (centre, links) = Centre::start_demonstration(&folder).await;
    let [rosa, sam, ..] = links.as_slice() else { panic!("links of the demonstration") };
    let home = centre.address.clone();
    Visitor::begin(&home, async |desk| {
        desk.screen(DESK).await;
        sign_in(desk, rosa).await;
        be_available(desk).await;
        Visitor::begin(&home, async |customer| {
            customer.screen(PHONE).await;
            begin_chat(customer, "There is a charge of 42 dollars that I do not know.").await;
            assert_eq!(customer.barriers().await, "", "the room");

            // The offer comes by itself, and one key takes it.
            desk.waits_for(".offer").await;
            assert_eq!(desk.barriers().await, "", "an offer");
            desk.press("y").await;
            desk.waits_for("#conversation #timeline").await;
            desk.reads("#timeline", "There is a charge of 42 dollars").await;
            customer.reads("[data-state]", "Rosa").await;

            // A reply goes out some seconds later: until then it can be taken back.
            write(desk, "#words", "Let me look at that charge.").await;
            send(desk).await;
            customer.reads("[data-lines]", "Let me look at that charge.").await;

            // In mid-sentence the page is loaded anew: what was written is still there.
            customer.waits_for("chat-room.lively").await;
            write(customer, "#text", "It was on the third of").await;
            customer.open("/chat").await;
            customer.waits_for("chat-room").await;
            customer.reads("[data-lines]", "Let me look at that charge.").await;
            customer.holds("#text", "It was on the third of").await;
            write(customer, "#text", " March").await;
            customer.press(Key::Enter).await;
            desk.reads("#timeline", "It was on the third of March").await;
            assert_eq!(desk.barriers().await, "", "the workspace");

            hand_over(desk, customer, &home, sam).await;
        })
        .await;
    })
    .await;
    centre.stop().await;
}

/// Rosa hands over to Sam, who reads why and answers; the customer sees the answer and never the note.
async fn hand_over(desk: &Visitor, customer: &Visitor, home: &str, sam: &str) {
    click(desk, "[data-key=t]").await;
    let choice = "const to = document.querySelector('#transfer-to'); \
                  to.value = [...to.options].find((one) => one.text.includes('Sam')).value; return to.value";
    let _: String = desk.look(choice).await;
    write(desk, "#transfer-note", "She is sure of the date.").await;
    click(desk, "form[action$='/transfer'] button[type=submit]").await;
    desk.reads("#timeline", "She is sure of the date.").await;
    Visitor::begin(home, async |second| {
        second.screen(DESK).await;
        second.theme(Theme::Dark).await;
        sign_in(second, sam).await;
        second.open("/desk/conversations").await;
        click(second, "a.row-link").await;
        second.reads("#timeline", "She is sure of the date.").await;
        write(second, "#words", "This is Sam, I have found it.").await;
        send(second).await;
        customer.reads("[data-lines]", "This is Sam, I have found it.").await;
        assert_eq!(second.barriers().await, "", "the workspace in the dark");
    })
    .await;
    assert!(!customer.text("main").await.contains("sure of the date"), "notes are for staff");
}

#[tokio::test]
async fn a_chat_works_without_javascript() {
    let folder = tempfile::tempdir().expect("a folder");
    let (centre, links) = Centre::start_demonstration(&folder).await;
    Visitor::begin(&centre.address, async |desk| {
        desk.screen(DESK).await;
        sign_in(desk, links.first().expect("a link")).await;
        be_available(desk).await;
        Visitor::begin(&centre.address, async |customer| {
            customer.screen(PHONE).await;
            customer.without_javascript().await;
            customer.open("/chat").await;
            write(customer, "#name", "Ana Ruiz").await;
            write(customer, "#text", "Do you hear me?").await;
            click(customer, "main form button[type=submit]").await;
            write(customer, "#text", "Without a script?").await;
            click(customer, "form.compose button[type=submit]").await;

            desk.waits_for(".offer").await;
            desk.press("y").await;
            desk.reads("#timeline", "Without a script?").await;
            write(desk, "#words", "I do.").await;
            send(desk).await;
            // Without a script the customer looks for themselves; a reply goes out some seconds later.
            let deadline = Instant::now() + Duration::from_secs(20);
            while !customer.text("main").await.contains("I do.") {
                assert!(Instant::now() < deadline, "the answer never came");
                click(customer, ".chat-under a.button").await;
            }
        })
        .await;
    })
    .await;
    centre.stop().await;
}

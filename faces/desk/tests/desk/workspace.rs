//! The workspace as representatives use it: what they see, do, and cannot lose.

use conversations::{Author, Closing, NewEntry, StateKind};
use jiff::SignedDuration;
use kernel::Id;
use kernel::id::{Conversation, StaffMember};

use crate::browser::{Browser, Reply};
use crate::house::{House, at_both_desks, at_the_desk};
use crate::scene::{self, Crew};

/// Two colleagues who serve the same queues, and a conversation that one of them has.
struct Floor {
    rosa: Browser,
    sam: Browser,
    crew: Crew,
    id: Id<Conversation>,
}

async fn floor(house: &House) -> Floor {
    let (rosa, one) = house.signed_in("Rosa", "representative").await;
    let (sam, other) = house.signed_in("Sam", "supervisor,representative").await;
    let crew = Crew { rosa: one.member, sam: other.member };
    scene::employ(&house.floor, &crew).await;
    let id = scene::one(&house.store, &house.floor).await;
    house.floor.conversations.pick(id, crew.rosa).await.unwrap();
    Floor { rosa, sam, crew, id }
}

impl Floor {
    fn path(&self, deed: &str) -> String {
        format!("/desk/conversations/{}{deed}", self.id)
    }
}

/// The fields that a form of the page sends along.
fn seen(page: &Reply) -> (String, String) {
    let version = page.between("data-version=\"", "\"");
    (version, page.between("data-last=\"", "\""))
}

async fn state(house: &House, id: Id<Conversation>) -> StateKind {
    house.floor.conversations.get(id).await.unwrap().state.kind()
}

#[tokio::test]
async fn a_conversation_is_listed_opened_answered_and_closed() {
    at_both_desks(async |house| {
        let mut floor = floor(house).await;
        let list = floor.rosa.get("/desk/conversations").await;
        list.must_say("Samantha Osei");
        list.must_say("Payoff quote");
        let page = floor.rosa.get(&floor.path("")).await;
        page.must_say("What would the payoff be on December 1?");
        let (_, last) = seen(&page);
        let fields = [("kind", "reply"), ("words", "It is $4,200.17."), ("key", "k1"), ("seen", &last)];
        let said = floor.rosa.post(&floor.path("/say"), &fields).await;
        assert_eq!(said.status, 303, "{}", said.body);
        let held = floor.rosa.get(&floor.path("")).await;
        held.must_say("Sending in a moment");
        assert_eq!(house.floor.conversations.get(floor.id).await.unwrap().reply_count, 0, "not out yet");
        house.pass(SignedDuration::from_secs(6));
        house.floor.conversations.do_due().await.unwrap();
        assert_eq!(house.floor.conversations.get(floor.id).await.unwrap().reply_count, 1);
        let page = floor.rosa.get(&floor.path("")).await;
        assert!(!page.says("Sending in a moment"));
        let (version, last) = seen(&page);
        let fields = [("disposition", "answered"), ("version", &*version), ("seen", &*last)];
        let closed = floor.rosa.post(&floor.path("/close"), &fields).await;
        assert!(closed.location().contains("done=closed"), "{}", closed.body);
        assert_eq!(state(house, floor.id).await, StateKind::Closed);
        floor.rosa.get("/desk/conversations").await.must_say("You are all caught up");
    })
    .await;
}

#[tokio::test]
async fn a_reply_is_taken_back_within_seconds_and_typed_again() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let (_, last) = seen(&floor.rosa.get(&floor.path("")).await);
        let fields = [("kind", "reply"), ("words", "Oh no"), ("key", "k1"), ("seen", &*last)];
        floor.rosa.post(&floor.path("/say"), &fields).await;
        let page = floor.rosa.get(&floor.path("")).await;
        let undo = format!("/desk/conversations/{}/undo/hld_{}", floor.id, page.between("/undo/hld_", "\""));
        // It is nobody else's to take back.
        let other = floor.sam.clone().post(&undo, &[("back", "")]).await;
        assert!(other.location().contains("done=too-late"));
        assert!(floor.rosa.post(&undo, &[("back", "")]).await.location().contains("done=undone"));
        let page = floor.rosa.get(&floor.path("")).await;
        assert_eq!(
            page.between("spellcheck=\"true\" lang=\"en\">", "</textarea>"),
            "Oh no",
            "its words are back"
        );
        house.pass(SignedDuration::from_secs(60));
        house.floor.conversations.do_due().await.unwrap();
        assert_eq!(house.floor.conversations.get(floor.id).await.unwrap().reply_count, 0);
    })
    .await;
}

#[tokio::test]
async fn who_was_overtaken_is_asked_and_loses_no_word() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let (version, last) = seen(&floor.rosa.get(&floor.path("")).await);
        let sams = NewEntry::words(Author::Staff(floor.crew.sam), "I have it already.");
        house.floor.conversations.append(floor.id, sams).await.unwrap();
        let fields = [("kind", "reply"), ("words", "My own answer"), ("key", "k1"), ("seen", &*last)];
        let asked = floor.rosa.post(&floor.path("/say"), &fields).await;
        assert_eq!(asked.status, 422);
        asked.must_say("Sam replied while you were writing");
        asked.must_say("My own answer</textarea>");
        asked.must_say("name=\"anyway\" value=\"yes\"");
        let sent = floor.rosa.post(&floor.path("/say"), &[&fields[..], &[("anyway", "yes")]].concat()).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        // The same for what is done to it.
        house.floor.conversations.tag(floor.id, &["late".into()], &[], Author::System).await.unwrap();
        let fields = [("until", "hour"), ("version", &*version)];
        let asked = floor.rosa.post(&floor.path("/snooze"), &fields).await;
        assert_eq!(asked.status, 422);
        asked.must_say("It is now: Open, With you");
        assert_eq!(state(house, floor.id).await, StateKind::Open);
        let (version, _) = seen(&asked);
        let again =
            floor.rosa.post(&floor.path("/snooze"), &[("until", "hour"), ("version", &version)]).await;
        assert!(again.location().contains("done=snoozed"), "{}", again.body);
        assert_eq!(state(house, floor.id).await, StateKind::Snoozed);
    })
    .await;
}

#[tokio::test]
async fn what_is_put_aside_comes_back_when_somebody_says_so() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let (version, _) = seen(&floor.rosa.get(&floor.path("")).await);
        let aside = [("until", "tomorrow"), ("version", &*version)];
        floor.rosa.post(&floor.path("/snooze"), &aside).await;
        let page = floor.rosa.get(&floor.path("")).await;
        page.must_say("Snoozed until tomorrow 9 AM");
        assert!(floor.rosa.get("/desk/conversations?view=snoozed").await.says("Samantha Osei"));
        let (version, _) = seen(&floor.rosa.get(&floor.path("")).await);
        floor.rosa.post(&floor.path("/snooze"), &[("until", "now"), ("version", &version)]).await;
        assert_eq!(state(house, floor.id).await, StateKind::Open);
        let never = floor.rosa.post(&floor.path("/snooze"), &[("until", "never"), ("version", "9")]).await;
        assert_eq!(never.status, 400);
    })
    .await;
}

#[tokio::test]
async fn nobody_closes_over_words_that_they_have_not_seen() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let (version, last) = seen(&floor.rosa.get(&floor.path("")).await);
        let more = NewEntry::words(Author::Customer, "One more thing!");
        house.floor.conversations.append(floor.id, more).await.unwrap();
        let fields = [("disposition", "answered"), ("version", &*version), ("seen", &*last)];
        let asked = floor.rosa.post(&floor.path("/close"), &fields).await;
        assert_eq!(asked.status, 422);
        asked.must_say("One more thing!");
        asked.must_say("Do it anyway");
        assert_eq!(state(house, floor.id).await, StateKind::Open);
    })
    .await;
}

#[tokio::test]
async fn what_lies_in_a_queue_of_others_does_not_exist() {
    at_the_desk(async |house| {
        let floor = floor(house).await;
        let (mut nina, _) = house.signed_in("Nina", "representative").await;
        assert_eq!(nina.get(&floor.path("")).await.status, 404);
        for deed in ["/say", "/close", "/take", "/transfer", "/customer/reveal", "/draft", "/read"] {
            let fields = [
                ("kind", "reply"),
                ("words", "hi"),
                ("key", "k"),
                ("seen", "1"),
                ("version", "1"),
                ("upto", "1"),
            ];
            assert_eq!(nina.post(&floor.path(deed), &fields).await.status, 404, "{deed}");
        }
        nina.get("/desk/conversations?view=open").await.must_say("You serve no queue yet");
        let asked = nina.get("/desk/conversations?view=queue:consumer-accounts").await;
        assert!(!asked.says("Samantha"), "a list is no way around it");
        let reference = house.floor.conversations.get(floor.id).await.unwrap().reference;
        let searched = nina.get(&format!("/desk/conversations?q={reference}")).await;
        assert!(!searched.says("Samantha"), "nor is a search");
    })
    .await;
}

#[tokio::test]
async fn a_warm_hand_over_gives_the_next_one_all_they_need() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let (version, _) = seen(&floor.rosa.get(&floor.path("")).await);
        let to = floor.crew.sam.to_string();
        let fields = [("to", &*to), ("note", "They wait for a figure."), ("version", &*version)];
        let done = floor.rosa.post(&floor.path("/transfer"), &fields).await;
        assert!(done.location().contains("done=transferred"), "{}", done.body);
        let page = floor.sam.get(&floor.path("")).await;
        page.must_say("They wait for a figure.");
        page.must_say("With you");
        assert!(floor.sam.get("/desk/conversations").await.says("Samantha Osei"), "it is in Sam’s list");
        // To somebody who does not serve the queue nothing is handed.
        let stranger = house.member("Ned", "representative").await.to_string();
        let (version, _) = seen(&page);
        let fields = [("to", &*stranger), ("version", &*version)];
        assert_eq!(floor.sam.post(&floor.path("/transfer"), &fields).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_kept_and_a_note_stays_a_note() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        floor.rosa.get(&floor.path("")).await;
        let kept = floor.rosa.post(&floor.path("/draft"), &[("kind", "note"), ("words", "Ask @Sam")]).await;
        assert_eq!(kept.status, 204);
        let page = floor.rosa.get(&floor.path("")).await;
        page.must_say("Ask @Sam</textarea>");
        page.must_say("value=\"note\" checked");
        assert!(!floor.sam.get(&floor.path("")).await.says("Ask @Sam"), "drafts are one's own");
        let fields = [("kind", "note"), ("words", "Ask @Sam please"), ("key", "k1"), ("seen", "0")];
        floor.rosa.get(&floor.path("")).await;
        assert_eq!(floor.rosa.post(&floor.path("/say"), &fields).await.status, 303);
        assert!(floor.sam.get("/desk/conversations?view=mentions").await.says("Samantha Osei"));
        assert!(!floor.rosa.get(&floor.path("")).await.says("Ask @Sam</textarea>"), "the draft is gone");
        assert_eq!(mentions_of(house, floor.crew.rosa).await, 0);
        assert_eq!(mentions_of(house, floor.crew.sam).await, 1);
    })
    .await;
}

async fn mentions_of(house: &House, staff: Id<StaffMember>) -> usize {
    house.floor.conversations.mentions(staff, None, 10).await.unwrap().len()
}

#[tokio::test]
async fn how_to_reach_a_customer_is_masked_until_it_is_asked_for_and_that_is_written_down() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let page = floor.rosa.get(&floor.path("")).await;
        assert!(!page.says("samantha@example.com") && page.says("@example.com"));
        let shown = floor.rosa.post(&floor.path("/customer/reveal"), &[("back", "")]).await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        shown.must_say("samantha@example.com");
        let reference = house.floor.conversations.get(floor.id).await.unwrap().reference;
        let (mut cleo, _) = house.signed_in("Cleo", "compliance_officer").await;
        let trail = cleo.get("/desk/audit?action=staff.reveal").await;
        trail.must_say(reference.as_str());
        assert!(!floor.rosa.get(&floor.path("")).await.says("samantha@example.com"), "only that once");
    })
    .await;
}

#[tokio::test]
async fn several_are_changed_at_once_and_what_changed_meanwhile_is_told() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let other = scene::one(&house.store, &house.floor).await;
        house.floor.conversations.pick(other, floor.crew.rosa).await.unwrap();
        floor.rosa.get("/desk/conversations").await;
        let chosen = [floor.id, other].map(|id| format!("chosen-{id}"));
        let fields =
            [("deed", "unread"), (&*chosen[0], "1"), (&*chosen[1], "1"), ("back", "/desk/conversations")];
        assert!(floor.rosa.post("/desk/conversations/bulk", &fields).await.location().contains("done=bulk"));
        let fields = [("deed", "take"), (&*chosen[0], "999"), ("back", "/desk/conversations?view=open")];
        floor.sam.get("/desk/conversations").await;
        assert_eq!(floor.sam.post("/desk/conversations/bulk", &fields).await.status, 422);
        let holder = house.floor.conversations.get(floor.id).await.unwrap().assignee;
        assert_eq!(holder, Some(floor.crew.rosa), "nothing was done to it");
    })
    .await;
}

#[tokio::test]
async fn a_view_is_saved_for_oneself_and_removed() {
    at_both_desks(async |house| {
        let mut floor = floor(house).await;
        floor.rosa.get("/desk/conversations").await;
        let fields = [("name", "  Waiting   for Osei "), ("asked", "view=open&tag=payoff&evil=1")];
        let saved = floor.rosa.post("/desk/conversations/views", &fields).await;
        assert!(saved.location().contains("done=view-saved"), "{}", saved.body);
        let page = floor.rosa.get(saved.location()).await;
        page.must_say("<h2 id=\"list-title\">Waiting for Osei</h2>");
        assert_eq!(page.between("id=\"tag\" name=\"tag\" value=\"", "\""), "payoff");
        let view = format!("vew_{}", page.between("/views/vew_", "/remove"));
        assert!(!floor.sam.get("/desk/conversations").await.says("Waiting for Osei"), "it is Rosa’s own");
        let remove = format!("/desk/conversations/views/{view}/remove");
        assert_eq!(floor.sam.post(&remove, &[]).await.status, 404);
        assert!(floor.rosa.post(&remove, &[]).await.location().contains("done=view-removed"));
        assert!(!floor.rosa.get("/desk/conversations").await.says("Waiting for Osei"));
    })
    .await;
}

#[tokio::test]
async fn two_conversations_become_one_and_two_again() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let other = scene::one(&house.store, &house.floor).await;
        let reference = house.floor.conversations.get(other).await.unwrap().reference.to_string();
        floor.rosa.get(&floor.path("")).await;
        let unknown = floor.rosa.post(&floor.path("/merge"), &[("other", "C-0000-0000")]).await;
        assert_eq!(unknown.status, 422);
        let merged = floor.rosa.post(&floor.path("/merge"), &[("other", &reference)]).await;
        assert!(merged.location().contains("done=merged"), "{}", merged.body);
        let led = floor.rosa.get(&format!("/desk/conversations/{other}")).await;
        assert!(led.location().contains(&floor.id.to_string()), "its address leads to where it goes on");
        let page = floor.rosa.get(&floor.path("")).await;
        assert_eq!(
            page.all_between("lang=\"en\">What would the payoff be", "December 1?").len(),
            2,
            "both are told"
        );
        page.must_say(&reference);
        let undo = format!("{}cmg_{}/undo", floor.path("/merges/"), page.between("/merges/cmg_", "/undo"));
        assert!(floor.rosa.post(&undo, &[]).await.location().contains("done=unmerged"));
        assert_eq!(state(house, other).await, StateKind::Open);
    })
    .await;
}

#[tokio::test]
async fn canned_replies_come_filled_in_and_colleagues_by_name() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        floor.rosa.get(&floor.path("")).await;
        let offered = floor.rosa.get(&floor.path("/canned?q=")).await;
        let offered: serde_json::Value = serde_json::from_str(&offered.body).unwrap();
        let address = offered[0]["fill"].as_str().unwrap().to_owned();
        let filled = floor.rosa.post(&address, &[]).await;
        let filled: serde_json::Value = serde_json::from_str(&filled.body).unwrap();
        assert!(filled["text"].as_str().unwrap().len() > 10);
        assert!(!filled["text"].as_str().unwrap().contains("{customer"), "{filled}");
        let people = floor.rosa.get(&floor.path("/people?q=sa")).await;
        assert_eq!(people.body, r#"[{"label":"Sam","hint":"","text":"@Sam "}]"#);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_sent_once_and_only_ever_saved() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let page = floor.rosa.get(&floor.path("")).await;
        let body = |token: &str| {
            let part = |name: &str, value: &str| {
                format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            let file = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\u{202e}b.txt\"\r\n\r\nhello\r\n--b--\r\n";
            format!("{}{}{file}", part("form_token", token), part("key", "k1"))
        };
        let attach = floor.path("/attach");
        let send = async |browser: &mut Browser, token: &str| {
            let request = browser
                .request(http::Method::POST, &attach)
                .header("sec-fetch-site", "same-origin")
                .header("content-type", "multipart/form-data; boundary=b");
            browser.send(request.body(body(token).into()).unwrap()).await
        };
        let token = page.between("name=\"form_token\" value=\"", "\"");
        assert_eq!(send(&mut floor.rosa.clone(), "forged").await.status, 403);
        for _ in 0..2 {
            let sent = send(&mut floor.rosa, &token).await;
            assert_eq!(sent.status, 303, "{}", sent.body);
        }
        let page = floor.rosa.get(&floor.path("")).await;
        let files = page.all_between("class=\"file\" href=\"", "\"");
        assert_eq!(files.len(), 1, "sent twice, stored once");
        let file = floor.rosa.get(&files[0]).await;
        assert_eq!(file.body, "hello");
        let disposition = file.headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
        assert_eq!(file.headers["x-content-type-options"], "nosniff");
    })
    .await;
}

#[tokio::test]
async fn markup_in_names_and_words_stays_text() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let evil = "<script>alert(1)</script><img src=x onerror=alert(1)>";
        let said = NewEntry::words(Author::Customer, evil);
        house.floor.conversations.append(floor.id, said).await.unwrap();
        for address in [floor.path(""), "/desk/conversations".to_owned()] {
            let page = floor.rosa.get(&address).await;
            assert!(!page.says("<script>alert") && !page.says("<img src=x"), "{address}");
        }
    })
    .await;
}

#[tokio::test]
async fn reading_makes_it_read_for_the_reader_only() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        floor.rosa.get("/desk/conversations").await.must_say("unread-count");
        floor.rosa.get(&floor.path("")).await;
        assert_eq!(floor.rosa.post(&floor.path("/read"), &[("upto", "999")]).await.status, 204);
        assert!(!floor.rosa.get("/desk/conversations").await.says("unread-count"));
        floor.sam.get("/desk/conversations?view=open").await.must_say("unread-count");
        let more = NewEntry::words(Author::Customer, "Hello?");
        house.floor.conversations.append(floor.id, more).await.unwrap();
        floor.rosa.get("/desk/conversations").await.must_say("unread-count\">1<");
    })
    .await;
}

#[tokio::test]
async fn presence_is_chosen_and_an_offer_that_is_over_says_so() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        floor.rosa.get("/desk").await.must_say("Available");
        let back = [("presence", "busy"), ("back", "/desk/conversations?view=open")];
        let chosen = floor.rosa.post("/desk/presence", &back).await;
        assert_eq!(chosen.location(), "/desk/conversations?view=open");
        assert_eq!(house.floor.routing.presence(floor.crew.rosa).await.unwrap(), routing::Presence::Busy);
        let away = floor
            .rosa
            .post("/desk/presence", &[("presence", "away"), ("back", "https://evil.example")])
            .await;
        assert_eq!(away.location(), "/desk");
        let over = floor.rosa.post("/desk/offers/ofr_01h455vb4pex5vsknk084sn02q/accept", &[]).await;
        assert_eq!(over.status, 422);
    })
    .await;
}

#[tokio::test]
async fn the_lists_are_those_of_their_names() {
    at_the_desk(async |house| {
        let mut floor = floor(house).await;
        let now = house.floor.conversations.get(floor.id).await.unwrap();
        let closing = Closing { disposition: "answered".into(), seen: now.last_number, note: None };
        let shows = async |browser: &mut Browser, view: &str| {
            browser.get(&format!("/desk/conversations?view={view}")).await.says("Samantha Osei")
        };
        assert!(shows(&mut floor.rosa, "mine").await && shows(&mut floor.rosa, "open").await);
        assert!(!shows(&mut floor.sam, "mine").await && !shows(&mut floor.sam, "unassigned").await);
        let rosa = Author::Staff(floor.crew.rosa);
        house.floor.conversations.close(floor.id, now.version, closing, rosa).await.unwrap();
        assert!(shows(&mut floor.rosa, "closed").await && !shows(&mut floor.rosa, "mine").await);
    })
    .await;
}

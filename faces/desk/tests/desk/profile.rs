//! One's own ways to sign in and sessions.

use jiff::SignedDuration;

use crate::house::{PASSWORD, at_the_desk};

#[tokio::test]
async fn someone_who_came_by_a_link_can_do_nothing_else_first() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.by_link("Ana", "administrator").await;
        assert_eq!(browser.get("/desk").await.location(), "/desk/set-up");
        assert_eq!(browser.get("/desk/staff").await.status, 404);
        let weak = browser.post("/desk/profile/password", &[("password", "short")]).await;
        assert_eq!(weak.status, 422);
        weak.must_say("This password is too short");
        weak.must_say("Set up how you sign in");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_first_code_can_be_tried_again() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.by_link("Ana", "representative").await;
        browser.get("/desk/set-up").await;
        browser.post("/desk/profile/password", &[("password", PASSWORD)]).await;
        let shown = browser.post("/desk/profile/authenticator", &[]).await;
        shown.must_say("<svg");
        let ticket = shown.between("name=\"ticket\" value=\"", "\"");
        let fields = [("ticket", ticket.as_str()), ("code", "000000")];
        let wrong = browser.post("/desk/profile/authenticator/finish", &fields).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.between("name=\"ticket\" value=\"", "\""), ticket);
    })
    .await;
}

#[tokio::test]
async fn after_a_while_a_lock_is_changed_only_after_signing_in_again() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.signed_in("Ana", "representative").await;
        house.pass(SignedDuration::from_mins(20));
        browser.get("/desk/profile").await;
        let reply = browser.post("/desk/profile/recovery-codes", &[]).await;
        assert_eq!(reply.status, 422);
        reply.must_say("/desk/sign-in?next=%2Fdesk%2Fprofile");
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_can_be_ended() {
    at_the_desk(async |house| {
        let (mut here, person) = house.signed_in("Ana", "representative").await;
        let (mut there, mut third) = (house.browser(), house.browser());
        person.sign_in(house, &mut there).await;
        person.sign_in(house, &mut third).await;
        let page = here.get("/desk/profile").await;
        let ends = page.all_between("action=\"/desk/profile/sessions/ssn_", "/end\"");
        assert_eq!(ends.len(), 2, "the others, not this one");
        let path = format!("/desk/profile/sessions/ssn_{}/end", ends[0]);
        assert_eq!(here.post(&path, &[]).await.location(), "/desk/profile?done=ended");
        assert_eq!(third.get("/desk").await.status, 303, "the newest was first in the list");
        assert_eq!(there.get("/desk").await.status, 200);
        here.post("/desk/profile/sessions/end-others", &[]).await;
        assert_eq!(there.get("/desk").await.status, 303);
        assert_eq!(here.get("/desk").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn nobody_ends_another_ones_session_from_their_own_profile() {
    at_the_desk(async |house| {
        let (mut ana, _) = house.signed_in("Ana", "representative").await;
        let (mut eva, person) = house.signed_in("Eva", "representative").await;
        let session = house.staff.sessions(person.member).await.unwrap()[0].id;
        ana.get("/desk/profile").await;
        assert_eq!(ana.post(&format!("/desk/profile/sessions/{session}/end"), &[]).await.status, 404);
        assert_eq!(eva.get("/desk").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_profile_that_changed_meanwhile_is_not_overwritten() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.signed_in("Ana", "representative").await;
        let page = browser.get("/desk/profile").await;
        let version = page.between("name=\"version\" value=\"", "\"");
        let fields =
            |name: &'static str| [("name", name), ("language", "en"), ("theme", "light"), ("version", "")];
        let mut first = fields("Ana One");
        first[3].1 = &version;
        assert_eq!(browser.post("/desk/profile", &first).await.status, 303);
        let mut second = fields("Ana Two");
        second[3].1 = &version;
        let late = browser.post("/desk/profile", &second).await;
        assert_eq!(late.status, 422);
        late.must_say("value=\"Ana Two\"");
        late.must_say("Somebody else changed this meanwhile");
    })
    .await;
}

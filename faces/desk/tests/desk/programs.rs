//! Tokens of programs, as an administrator looks after them.

use staff::Visit;

use crate::house::{House, at_the_desk};

async fn comes_in(house: &House, token: &str) -> bool {
    let visit = Visit::new([192, 0, 2, 7].into(), "robot");
    house.staff.program(token, visit).await.unwrap().is_some()
}

#[tokio::test]
async fn an_administrator_makes_a_token_sees_it_once_and_revokes_it() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.signed_in("Adm", "administrator").await;
        browser.get("/desk").await.must_say("/desk/programs");
        browser.get("/desk/programs").await.must_say("No program has a token");
        let wanted = [("name", "Mail robot"), ("scope-conversation.read", "yes"), ("days", "30")];
        let made = browser.post("/desk/programs", &wanted).await;
        let token = made.between("<code class=\"break\" id=\"token\">", "</code>");
        assert!(comes_in(house, &token).await);

        let list = browser.get("/desk/programs").await;
        list.must_say("Mail robot");
        assert!(!list.says(&token), "it is shown once");
        let revoke = list.between("action=\"/desk/programs/tok_", "\"");
        let done = browser.post(&format!("/desk/programs/tok_{revoke}"), &[]).await;
        assert_eq!(done.location(), "/desk/programs?done=revoked");
        assert!(!comes_in(house, &token).await);
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_said_and_what_was_typed_stays() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.signed_in("Adm", "administrator").await;
        browser.get("/desk/programs").await;
        let refused = browser.post("/desk/programs", &[("name", "Mail robot"), ("days", "90")]).await;
        assert_eq!(refused.status, 422);
        refused.must_say("A token needs at least one permission.");
        refused.must_say("value=\"Mail robot\"");
        assert_eq!(house.staff.api_tokens().await.unwrap(), []);
    })
    .await;
}

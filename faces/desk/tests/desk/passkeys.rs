//! Passkeys, through the desk's own pages.

use http::Method;
use serde_json::Value;

use crate::browser::{Browser, Reply};
use crate::device::Device;
use crate::house::{House, ORIGIN, at_both_desks, at_the_desk};

/// The ticket and the options that the page's script gets.
async fn begin(browser: &mut Browser, start: &str) -> (String, Value) {
    let body: Value = serde_json::from_str(&browser.post(start, &[]).await.body).unwrap();
    (body["ticket"].as_str().unwrap().to_owned(), body["options"].clone())
}

/// Adds a passkey as the page's script does.
async fn add(browser: &mut Browser, device: &mut Device, label: &str) -> Reply {
    let (ticket, options) = begin(browser, "/desk/profile/passkeys/start").await;
    let credential = device.create(ORIGIN, &options).await.unwrap().to_string();
    let fields = [("ticket", ticket.as_str()), ("label", label), ("credential", &credential)];
    browser.post("/desk/profile/passkeys", &fields).await
}

/// Signs in, and tells what was sent, so that it can be sent again.
async fn sign_in(house: &House, device: &mut Device) -> (Browser, Reply, [String; 2]) {
    let mut browser = house.browser();
    browser.get("/desk/sign-in?next=%2Fdesk%2Fprofile").await;
    let (ticket, options) = begin(&mut browser, "/desk/sign-in/passkey/start").await;
    let credential = device.get(ORIGIN, &options).await.unwrap().to_string();
    let fields = [("ticket", ticket.as_str()), ("credential", &credential), ("next", "/desk/profile")];
    let reply = browser.post("/desk/sign-in/passkey", &fields).await;
    (browser, reply, [ticket, credential])
}

#[tokio::test]
async fn a_passkey_is_set_up_after_a_link_and_signs_in_from_then_on() {
    at_both_desks(async |house| {
        let (mut browser, _) = house.by_link("Ana", "representative").await;
        browser.get("/desk/set-up").await;
        let mut device = Device::new();
        assert_eq!(
            add(&mut browser, &mut device, "Work laptop").await.location(),
            "/desk/profile?done=passkey"
        );
        browser.get("/desk/profile").await.must_say("Work laptop");
        let (mut other, reply, sent) = sign_in(house, &mut device).await;
        assert_eq!(reply.location(), "/desk/profile");
        assert_eq!(other.get("/desk").await.status, 200);
        let mut thief = house.browser();
        thief.get("/desk/sign-in").await;
        let fields = [("ticket", sent[0].as_str()), ("credential", sent[1].as_str())];
        let again = thief.post("/desk/sign-in/passkey", &fields).await;
        assert_eq!(again.status, 422, "an answer is good once");
        assert!(thief.session().is_none());
    })
    .await;
}

#[tokio::test]
async fn passkeys_are_renamed_and_removed_but_never_the_last_way_in() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.by_link("Ana", "representative").await;
        browser.get("/desk/set-up").await;
        let (mut first, mut second) = (Device::new(), Device::new());
        add(&mut browser, &mut first, "Laptop").await;
        let page = browser.get("/desk/profile").await;
        let path = |page: &Reply| {
            format!(
                "/desk/profile/passkeys/{}",
                page.between("action=\"/desk/profile/passkeys/pky_", "/rename").replacen("", "pky_", 1)
            )
        };
        let laptop = path(&page);
        let last = browser.post(&format!("{laptop}/remove"), &[]).await;
        assert_eq!(last.status, 422);
        last.must_say("This is your last way to sign in");
        browser.post(&format!("{laptop}/rename"), &[("label", "Old <b>laptop</b>")]).await;
        browser.get("/desk/profile").await.must_say("Old &#60;b&#62;laptop");
        add(&mut browser, &mut second, "Phone").await;
        assert_eq!(
            browser.post(&format!("{laptop}/remove"), &[]).await.location(),
            "/desk/profile?done=passkey-removed"
        );
        let (_, gone, _) = sign_in(house, &mut first).await;
        assert_eq!(gone.status, 422);
        let (_, works, _) = sign_in(house, &mut second).await;
        assert_eq!(works.location(), "/desk/profile");
    })
    .await;
}

#[tokio::test]
async fn a_browser_gets_options_for_its_own_device() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.by_link("Ana", "representative").await;
        browser.get("/desk/set-up").await;
        let reply = browser.post("/desk/profile/passkeys/start", &[]).await;
        assert_eq!(reply.headers["content-type"], "application/json");
        assert_eq!(reply.headers["cache-control"], "no-store");
        let body: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(body["options"]["publicKey"]["rp"]["id"], "desk.example.com");
        assert_eq!(body["options"]["publicKey"]["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(body["ticket"].as_str().unwrap().len(), 43);
    })
    .await;
}

#[tokio::test]
async fn answers_that_no_device_gave_are_refused_in_words() {
    at_the_desk(async |house| {
        let mut browser = house.browser();
        browser.get("/desk/sign-in").await;
        let begun = browser.post("/desk/sign-in/passkey/start", &[]).await;
        let body: serde_json::Value = serde_json::from_str(&begun.body).unwrap();
        let ticket = body["ticket"].as_str().unwrap();
        for credential in
            ["", "not json", "{}", "[1]", "{\"id\":\"x\",\"rawId\":\"x\",\"type\":\"public-key\"}"]
        {
            let fields = [("ticket", ticket), ("credential", credential)];
            let reply = browser.post("/desk/sign-in/passkey", &fields).await;
            assert!(reply.status.is_client_error(), "{credential}: {} {}", reply.status, reply.body);
            assert!(browser.session().is_none());
        }
    })
    .await;
}

#[tokio::test]
async fn a_refusal_reaches_the_script_as_words() {
    at_the_desk(async |house| {
        let mut browser = house.browser();
        browser.get("/desk/sign-in").await;
        let request = browser
            .request(Method::POST, "/desk/sign-in/passkey/start")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let mut request = request.body(axum::body::Body::from("form_token=forged.00")).unwrap();
        request.headers_mut().insert("accept", "application/json".parse().unwrap());
        let reply = browser.send(request).await;
        assert_eq!(reply.status, 403);
        assert_eq!(reply.headers["content-type"], "application/problem+json");
    })
    .await;
}

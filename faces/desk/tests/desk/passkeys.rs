//! Passkeys as far as they go without a device; the browser stories go all the way.

use http::Method;

use crate::house::at_the_desk;

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

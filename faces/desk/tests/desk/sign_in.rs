//! Coming in and going out, and those who should not.

use axum::body::Body;
use http::{Method, header};
use jiff::SignedDuration;

use crate::house::{PASSWORD, at_both_desks, at_the_desk};

#[tokio::test]
async fn a_link_leads_to_setting_up_a_password_and_an_app_and_those_lead_in() {
    at_both_desks(async |house| {
        let (mut browser, person) = house.signed_in("Ana", "representative").await;
        let home = browser.get("/desk").await;
        assert_eq!(home.status, 200, "the link's session became a full one");
        home.must_say("Hello, Ana");
        let bye = browser.post("/desk/sign-out", &[]).await;
        assert_eq!(bye.location(), "/desk/sign-in?done=signed-out");
        assert!(browser.session().is_none());
        let reply = person.sign_in(house, &mut browser).await;
        assert_eq!(reply.location(), "/desk");
        browser.get("/desk").await.must_say("Hello, Ana");
    })
    .await;
}

#[tokio::test]
async fn the_sessions_cookie_is_out_of_reach_of_scripts_and_neighbours() {
    at_the_desk(async |house| {
        let (mut browser, person) = house.signed_in("Ana", "representative").await;
        let reply = person.sign_in(house, &mut browser).await;
        let lines = reply.cookie_lines();
        let line = lines.iter().find(|line| line.starts_with("__Host-session=")).unwrap();
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
        assert!(!line.contains("Max-Age") && !line.contains("Domain"), "{line}");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_person_get_the_same_answer_and_keep_what_was_typed() {
    at_the_desk(async |house| {
        let (_, person) = house.signed_in("Ana", "representative").await;
        let mut answers = Vec::new();
        for (email, password) in
            [(person.email.as_str(), "not-the-password"), ("nobody@example.com", PASSWORD)]
        {
            let mut browser = house.browser();
            browser.get("/desk/sign-in").await;
            let reply = browser.post("/desk/sign-in", &[("email", email), ("password", password)]).await;
            assert_eq!(reply.status, 422);
            assert!(reply.says(&format!("value=\"{email}\"")), "the address stays");
            assert!(!reply.says(password), "the password does not");
            answers.push(reply.between("<strong>", "</strong>"));
        }
        assert_eq!(answers[0], answers[1]);
    })
    .await;
}

#[tokio::test]
async fn a_recovery_code_opens_once_in_place_of_the_app() {
    at_the_desk(async |house| {
        let (_, person) = house.signed_in("Ana", "representative").await;
        let code = async |code: &str| {
            let mut browser = house.browser();
            browser.get("/desk/sign-in").await;
            let step =
                browser.post("/desk/sign-in", &[("email", &person.email), ("password", PASSWORD)]).await;
            let ticket = step.between("name=\"ticket\" value=\"", "\"");
            browser.post("/desk/sign-in/code", &[("ticket", &ticket), ("code", code)]).await
        };
        assert_eq!(code("000000").await.status, 422);
        assert_eq!(code(&person.codes[0]).await.location(), "/desk");
        let again = code(&person.codes[0]).await;
        assert_eq!(again.status, 422, "used up");
        again.must_say("This code is not right");
    })
    .await;
}

#[tokio::test]
async fn guessing_is_slowed_down_in_words() {
    at_the_desk(async |house| {
        let (_, person) = house.signed_in("Ana", "representative").await;
        let mut browser = house.browser();
        browser.get("/desk/sign-in").await;
        let mut last = None;
        for _ in 0..8 {
            last =
                Some(browser.post("/desk/sign-in", &[("email", &person.email), ("password", "wrong")]).await);
        }
        let last = last.unwrap();
        assert_eq!(last.status, 429);
        last.must_say("There were too many attempts");
    })
    .await;
}

#[tokio::test]
async fn a_link_is_not_used_up_by_looking_and_works_once() {
    at_the_desk(async |house| {
        let member = house.member("Ana", "representative").await;
        let link = house.link(member).await;
        for _ in 0..3 {
            let mut scanner = house.browser();
            assert_eq!(scanner.get(&link).await.status, 200, "a mail program looks at it");
        }
        let mut browser = house.browser();
        browser.get(&link).await;
        assert_eq!(browser.post(&link, &[]).await.location(), "/desk/set-up");
        let mut other = house.browser();
        let over = other.get(&link).await;
        assert_eq!(over.status, 422);
        over.must_say("This link no longer works");
        assert_eq!(other.post(&link, &[]).await.status, 422);
        assert!(other.session().is_none());
    })
    .await;
}

#[tokio::test]
async fn forged_replayed_and_expired_cookies_lead_to_the_sign_in_and_are_taken_away() {
    at_the_desk(async |house| {
        let (browser, _) = house.signed_in("Ana", "representative").await;
        let real = browser.session().unwrap().clone();
        let mut replay = browser.clone();
        let mut signing_out = browser.clone();
        signing_out.get("/desk").await;
        signing_out.post("/desk/sign-out", &[]).await;
        let mut tampered = real.clone();
        tampered.replace_range(0..1, if real.starts_with('A') { "B" } else { "A" });
        for forged in
            [real.as_str(), &tampered, "", "x", &"A".repeat(43), &"A".repeat(4_000), "%00", "' OR 1=1 --"]
        {
            replay.cookies.insert("__Host-session".into(), forged.to_owned());
            let reply = replay.get("/desk/profile").await;
            assert_eq!(reply.location(), "/desk/sign-in?next=%2Fdesk%2Fprofile", "{forged}");
            assert!(replay.session().is_none(), "{forged} is taken away");
        }
        let (mut idle, _) = house.signed_in("Eva", "representative").await;
        house.pass(SignedDuration::from_hours(2));
        assert!(
            idle.get("/desk").await.location().starts_with("/desk/sign-in"),
            "nothing was done for too long"
        );
        assert!(idle.session().is_none());
    })
    .await;
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    at_the_desk(async |house| {
        let (mut browser, person) = house.signed_in("Ana", "representative").await;
        let before = browser.clone();
        person.sign_in(house, &mut browser).await;
        assert_ne!(browser.session(), before.session());
        assert!(before.clone().get("/desk").await.location().starts_with("/desk/sign-in"));
        assert_eq!(browser.get("/desk").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn the_way_back_is_a_page_of_the_desk_and_nothing_else() {
    at_the_desk(async |house| {
        let (_, person) = house.signed_in("Ana", "representative").await;
        for (next, expected) in [
            ("/desk/profile", "/desk/profile"),
            ("https://evil.example/", "/desk"),
            ("//evil.example", "/desk"),
            ("/\\evil.example", "/desk"),
            ("/desk/../contact", "/desk"),
            ("/contact", "/desk"),
        ] {
            let mut browser = house.browser();
            let asked: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            let page = browser.get(&format!("/desk/sign-in?next={asked}")).await;
            assert_eq!(page.between("name=\"next\" value=\"", "\""), expected, "in the form");
            // The second step trusts no more than the first what the browser sends along.
            let step =
                browser.post("/desk/sign-in", &[("email", &person.email), ("password", PASSWORD)]).await;
            let ticket = step.between("name=\"ticket\" value=\"", "\"");
            let code = person.code(&house.clock);
            let fields = [("ticket", ticket.as_str()), ("code", &code), ("next", next)];
            assert_eq!(browser.post("/desk/sign-in/code", &fields).await.location(), expected, "{next}");
            house.pass(SignedDuration::from_secs(60));
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_without_its_token_or_from_elsewhere_does_nothing() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.signed_in("Ana", "representative").await;
        browser.get("/desk/profile").await;
        assert_eq!(browser.post_with_token("/desk/sign-out", &[], None).await.status, 403);
        assert_eq!(browser.post_with_token("/desk/sign-out", &[], Some("forged.00")).await.status, 403);
        let mut stranger = house.browser();
        stranger.get("/desk/sign-in").await;
        let token = stranger.token.clone();
        assert_eq!(browser.post_with_token("/desk/sign-out", &[], Some(&token)).await.status, 403);
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let request = browser
                .request(Method::POST, "/desk/sign-out")
                .header(name, value)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let body = Body::from(format!("form_token={}", browser.token));
            assert_eq!(browser.send(request.body(body).unwrap()).await.status, 403, "{name}: {value}");
        }
        assert_eq!(browser.get("/desk").await.status, 200, "still signed in");
    })
    .await;
}

#[tokio::test]
async fn an_oversized_form_is_refused_before_it_is_read() {
    at_the_desk(async |house| {
        let mut browser = house.browser();
        browser.get("/desk/sign-in").await;
        let password = "x".repeat(300 * 1024);
        let reply =
            browser.post("/desk/sign-in", &[("email", "a@example.com"), ("password", &password)]).await;
        assert_eq!(reply.status, 413);
    })
    .await;
}

#[tokio::test]
async fn without_a_provider_single_sign_on_says_so() {
    at_the_desk(async |house| {
        let mut browser = house.browser();
        assert!(!browser.get("/desk/sign-in").await.says("/desk/sign-in/provider"), "no button");
        for address in ["/desk/sign-in/provider", "/desk/sign-in/provider/callback?state=a&code=b"] {
            let reply = browser.get(address).await;
            assert_eq!(reply.status, 422, "{address}");
        }
        let request = browser
            .request(Method::POST, "/desk/sign-in/provider/logout")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let reply = browser.send(request.body(Body::from("logout_token=a.b.c")).unwrap()).await;
        assert_eq!(reply.status, 400);
    })
    .await;
}

#[tokio::test]
async fn the_desk_speaks_the_members_language() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.signed_in("Ana", "representative").await;
        let page = browser.get("/desk/profile").await;
        let version = page.between("name=\"version\" value=\"", "\"");
        let fields =
            [("name", "Ana Ruiz"), ("language", "es"), ("theme", "dark"), ("version", version.as_str())];
        assert_eq!(browser.post("/desk/profile", &fields).await.location(), "/desk/profile?done=saved");
        let page = browser.get("/desk").await;
        page.must_say("Hola, Ana Ruiz");
        page.must_say("data-theme=\"dark\"");
    })
    .await;
}

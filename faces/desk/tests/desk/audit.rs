//! The audit trail on the screen.

use store::params;

use crate::browser::Reply;
use crate::house::at_the_desk;

fn actions(reply: &Reply) -> Vec<String> {
    reply.all_between("<td><code>", "</code>")
}

#[tokio::test]
async fn reading_the_trail_is_in_the_trail() {
    at_the_desk(async |house| {
        let (mut cleo, _) = house.signed_in("Cleo", "compliance_officer").await;
        let first = cleo.get("/desk/audit").await;
        assert_eq!(actions(&first)[0], "audit.read", "newest first, and this very reading is it");
        let second = cleo.get("/desk/audit?action=audit.read").await;
        assert_eq!(actions(&second), ["audit.read", "audit.read"]);
        second.must_say("Cleo");
    })
    .await;
}

#[tokio::test]
async fn entries_are_filtered_by_who_what_result_and_time() {
    at_the_desk(async |house| {
        let (_, rosa) = house.signed_in("Rosa", "representative").await;
        let (mut cleo, _) = house.signed_in("Cleo", "compliance_officer").await;
        let mut guesser = house.browser();
        guesser.get("/desk/sign-in").await;
        guesser.post("/desk/sign-in", &[("email", &rosa.email), ("password", "guess")]).await;
        let refused = cleo.get("/desk/audit?outcome=refused").await;
        assert_eq!(actions(&refused), ["staff.sign_in"]);
        refused.must_say("Someone unknown");
        let by_rosa = cleo.get("/desk/audit?actor=rosa%40example.com&action=staff.").await;
        assert!(!actions(&by_rosa).is_empty());
        assert!(!by_rosa.says("Cleo</td>"), "only hers");
        assert!(actions(&cleo.get("/desk/audit?until=2020-01-01T00:00").await).is_empty());
        assert!(!actions(&cleo.get("/desk/audit?from=2020-01-01T00:00").await).is_empty());
        for (filter, says) in [
            ("from=tomorrow", "This is not a date and time"),
            ("actor=who%40example.com", "Nobody here has this email address"),
            ("outcome=great", "filtered"),
        ] {
            let reply = cleo.get(&format!("/desk/audit?{filter}")).await;
            assert_eq!(reply.status, 422, "{filter}");
            reply.must_say(says);
        }
        cleo.get("/desk/audit?from=tomorrow").await.must_say("value=\"tomorrow\"");
    })
    .await;
}

#[tokio::test]
async fn long_trails_come_page_by_page_without_gaps() {
    at_the_desk(async |house| {
        let (mut cleo, _) = house.signed_in("Cleo", "compliance_officer").await;
        for number in 0..60 {
            house.member(&format!("Person{number}"), "representative").await;
        }
        let mut seen = Vec::new();
        let mut address = "/desk/audit?action=staff.add".to_owned();
        loop {
            let reply = cleo.get(&address).await;
            seen.extend(reply.all_between("<tr><td class=\"numeric\">", "</td>"));
            let Some(more) =
                reply.all_between("<a class=\"button\" href=\"/desk/audit?", "\"").first().cloned()
            else {
                break;
            };
            address = format!("/desk/audit?{}", more.replace("&#38;", "&"));
        }
        let mut unique = seen.clone();
        unique.dedup();
        assert_eq!((seen.len(), unique.len()), (61, 61));
    })
    .await;
}

#[tokio::test]
async fn a_check_says_that_the_trail_is_whole_and_names_the_entry_that_was_changed() {
    at_the_desk(async |house| {
        let (mut cleo, _) = house.signed_in("Cleo", "compliance_officer").await;
        cleo.get("/desk/audit").await;
        cleo.post("/desk/audit/verify", &[]).await.must_say("The trail is unbroken");
        house
            .store
            .write(|tx| {
                tx.execute("UPDATE audit_entry SET actor = 'somebody else' WHERE seq = ?1", params![3_i64])
            })
            .await
            .unwrap();
        let broken = cleo.post("/desk/audit/verify", &[]).await;
        broken.must_say("Entry 3 is not what was written");
        broken.must_say("role=\"alert\"");
    })
    .await;
}

#[tokio::test]
async fn an_export_can_be_checked_without_us() {
    at_the_desk(async |house| {
        let (mut cleo, _) = house.signed_in("Cleo", "compliance_officer").await;
        cleo.get("/desk/audit").await;
        let file = cleo.post("/desk/audit/export", &[("action", "staff.sign_in")]).await;
        assert_eq!(file.status, 200);
        assert!(file.headers["content-disposition"].to_str().unwrap().contains("audit-2026-03-02"));
        let trusted = house.trail.public_keys().first().unwrap();
        let verdict = ::audit::verify_bundle(file.body.as_bytes(), Some(trusted)).unwrap();
        assert!(matches!(verdict.verdict, ::audit::Verdict::Intact(_)), "{:?}", verdict.verdict);
        assert!(verdict.exported.entries >= 1);
        let tampered = file.body.replacen("staff.sign_in", "staff.sign_on", 1);
        let verdict = ::audit::verify_bundle(tampered.as_bytes(), Some(trusted));
        assert!(!matches!(verdict, Ok(verdict) if matches!(verdict.verdict, ::audit::Verdict::Intact(_))));
        let nothing = cleo.post("/desk/audit/export", &[("action", "never.done")]).await;
        assert_eq!(nothing.status, 422);
        nothing.must_say("No entry of the audit trail matches");
    })
    .await;
}

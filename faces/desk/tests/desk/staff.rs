//! What administrators, supervisors and compliance officers do with staff.

use http::StatusCode;

use crate::browser::{Browser, Reply};
use crate::house::at_the_desk;

const REASON: &str = "checking the list of administrators";

fn path_of(reply: &Reply, name: &str) -> String {
    let line = reply.body.split("<tr>").find(|line| line.contains(&format!(">{name}</a>")));
    let line = line.unwrap_or_else(|| panic!("{name} is not in {}", reply.body));
    format!("/desk/staff/{}", line.split("/desk/staff/").nth(1).unwrap().split('"').next().unwrap())
}

async fn version(browser: &mut Browser, path: &str) -> String {
    browser.get(path).await.between("name=\"version\" value=\"", "\"")
}

#[tokio::test]
async fn an_administrator_adds_somebody_who_comes_in_by_the_link_that_is_shown_once() {
    at_the_desk(async |house| {
        let (mut admin, _) = house.signed_in("Ada", "administrator").await;
        admin.get("/desk/staff/new").await;
        let fields = [
            ("name", "Neo Newman"),
            ("email", "neo@example.com"),
            ("language", "es"),
            ("role-representative", "yes"),
            ("role-supervisor", "yes"),
        ];
        let made = admin.post("/desk/staff/new", &fields).await;
        assert_eq!(made.status, 200);
        let link = made.between("id=\"link\">https://desk.example.com", "</code>");
        let list = admin.get("/desk/staff").await;
        let page = admin.get(&path_of(&list, "Neo Newman")).await;
        page.must_say("Representative, Supervisor");
        assert!(!page.says(&link), "shown once");
        let mut neo = house.browser();
        neo.get(&link).await;
        assert_eq!(neo.post(&link, &[]).await.location(), "/desk/set-up");
        neo.get("/desk/set-up").await.must_say("Configure cómo entrar");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_that_is_refused_keeps_what_was_typed() {
    at_the_desk(async |house| {
        let (mut admin, _) = house.signed_in("Ada", "administrator").await;
        admin.get("/desk/staff/new").await;
        for (email, role, says) in [
            ("ada@example.com", "role-supervisor", "already works here"),
            ("no-address", "role-supervisor", "Neo Newman"),
            ("neo@example.com", "nothing", "No role was chosen"),
        ] {
            let fields = [("name", "Neo Newman"), ("email", email), ("language", "en"), (role, "yes")];
            let reply = admin.post("/desk/staff/new", &fields).await;
            assert_eq!(reply.status, 422, "{email}");
            reply.must_say(says);
            reply.must_say("value=\"Neo Newman\"");
            reply.must_say(&format!("value=\"{email}\""));
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_suspended_is_out_at_once_and_can_come_back() {
    at_the_desk(async |house| {
        let (mut admin, _) = house.signed_in("Ada", "administrator").await;
        let (mut rep, person) = house.signed_in("Rosa", "representative").await;
        let path = format!("/desk/staff/{}", person.member);
        let seen = version(&mut admin, &path).await;
        let done = admin.post(&format!("{path}/suspend"), &[("version", &seen)]).await;
        assert_eq!(done.location(), format!("{path}?done=suspended"));
        assert_eq!(rep.get("/desk").await.status, 303);
        let again = admin.post(&format!("{path}/suspend"), &[("version", &seen)]).await;
        assert_eq!(again.status, 422);
        again.must_say("This person is suspended");
        let seen = version(&mut admin, &path).await;
        admin.post(&format!("{path}/reinstate"), &[("version", &seen)]).await;
        assert_eq!(person.sign_in(house, &mut rep).await.location(), "/desk");
    })
    .await;
}

#[tokio::test]
async fn new_roles_apply_at_once_and_the_last_administrator_stays() {
    at_the_desk(async |house| {
        let (mut admin, ada) = house.signed_in("Ada", "administrator").await;
        let (mut rosa, person) = house.signed_in("Rosa", "representative").await;
        let path = format!("/desk/staff/{}", person.member);
        let seen = version(&mut admin, &path).await;
        let fields = [("version", seen.as_str()), ("role-compliance_officer", "yes")];
        assert_eq!(admin.post(&format!("{path}/roles"), &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(rosa.get("/desk").await.status, 303, "her session with the old role is over");
        person.sign_in(house, &mut rosa).await;
        assert_eq!(rosa.get("/desk/audit").await.status, 200);
        let own = format!("/desk/staff/{}", ada.member);
        let seen = version(&mut admin, &own).await;
        let last = admin.post(&format!("{own}/leave"), &[("version", &seen)]).await;
        last.must_say("This is the last active administrator");
    })
    .await;
}

#[tokio::test]
async fn an_address_is_masked_until_somebody_says_why_and_that_is_written_down() {
    at_the_desk(async |house| {
        let (_, ada) = house.signed_in("Ada", "administrator").await;
        let (mut cleo, _) = house.signed_in("Cleo", "compliance_officer").await;
        let path = format!("/desk/staff/{}", ada.member);
        let list = cleo.get("/desk/staff").await;
        let page = cleo.get(&path).await;
        for reply in [&list, &page] {
            reply.must_say("a•••@example.com");
            assert!(!reply.says("ada@example.com"));
        }
        let short = cleo.post(&format!("{path}/reveal"), &[("reason", "why not")]).await;
        assert_eq!(short.status, 422);
        assert!(!short.says("ada@example.com"));
        short.must_say("value=\"why not\"");
        let shown = cleo.post(&format!("{path}/reveal"), &[("reason", REASON)]).await;
        assert_eq!(shown.status, 200);
        shown.must_say("ada@example.com");
        let trail = cleo.get("/desk/audit?action=staff.reveal").await;
        trail.must_say(REASON);
    })
    .await;
}

#[tokio::test]
async fn too_many_reveals_are_refused_in_words_and_warn_a_supervisor() {
    at_the_desk(async |house| {
        let (mut cleo, cleo_herself) = house.signed_in("Cleo", "compliance_officer").await;
        let (mut sam, _) = house.signed_in("Sam", "supervisor").await;
        cleo.get("/desk/staff").await;
        let mut last = None;
        for number in 0..21 {
            let member = house.member(&format!("Person{number}"), "representative").await;
            last = Some(cleo.post(&format!("/desk/staff/{member}/reveal"), &[("reason", REASON)]).await);
        }
        let last = last.unwrap();
        assert_eq!(last.status, 429);
        last.must_say("You have looked at many people's data".replace('\'', "’").as_str());
        let home = sam.get("/desk").await;
        home.must_say("Cleo has looked at personal data of");
        let alert = home.between("action=\"/desk/alerts/", "/seen\"");
        let own = cleo.get("/desk").await;
        own.must_say("Someone else must look at this");
        assert_eq!(cleo.post(&format!("/desk/alerts/{alert}/seen"), &[]).await.status, 404);
        assert_eq!(sam.post(&format!("/desk/alerts/{alert}/seen"), &[]).await.location(), "/desk?done=alert");
        sam.get("/desk").await.must_say("Nothing needs your attention");
        drop(cleo_herself);
    })
    .await;
}

#[tokio::test]
async fn staff_are_found_by_name_address_and_status_page_by_page() {
    at_the_desk(async |house| {
        let (mut admin, _) = house.signed_in("Ada", "administrator").await;
        for number in 0..60 {
            house.member(&format!("Person{number}"), "representative").await;
        }
        let first = admin.get("/desk/staff").await;
        let lines = |reply: &Reply| reply.all_between("<td><a href=\"/desk/staff/", "\"").len();
        assert_eq!(lines(&first), 50);
        let more = first.between("<a class=\"button\" href=\"/desk/staff?after=", "\"");
        assert_eq!(lines(&admin.get(&format!("/desk/staff?after={more}")).await), 11);
        assert_eq!(lines(&admin.get("/desk/staff?q=person5").await), 11, "5 and 50 to 59");
        assert_eq!(lines(&admin.get("/desk/staff?q=ADA%40example").await), 1);
        assert_eq!(lines(&admin.get("/desk/staff?status=suspended").await), 0);
        admin.get("/desk/staff?q=zzz").await.must_say("Nobody found");
        assert_eq!(admin.get("/desk/staff?after=nonsense").await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn the_policies_say_what_each_role_may() {
    at_the_desk(async |house| {
        let (mut admin, _) = house.signed_in("Ada", "administrator").await;
        let page = admin.get("/desk/policies").await;
        page.must_say("staff.cedar");
        page.must_say("everyone-opens-the-desk");
        let line = |permission: &str| {
            let row = page.body.split("<tr>").find(|row| row.contains(&format!("<code>{permission}</code>")));
            let cells = row.unwrap().split("<td>").skip(1);
            cells
                .map(|cell| {
                    if cell.contains("Yes") {
                        'y'
                    } else if cell.contains("Depends") {
                        'd'
                    } else {
                        'n'
                    }
                })
                .collect::<String>()
        };
        assert_eq!(line("desk.open"), "yyyy");
        assert_eq!(line("audit.read"), "nnny");
        assert_eq!(line("personal.reveal"), "ddnd");
        assert_eq!(line("staff.manage"), "nnyn");
    })
    .await;
}

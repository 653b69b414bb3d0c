//! Every route against every role, and against strangers.

use std::collections::BTreeMap;

use ::staff::Permission;
use conversations::{Author, Body, NewFile};
use desk::{Access, table};
use http::Method;
use kernel::Id;
use kernel::id::StaffMember;

use crate::browser::Browser;
use crate::house::{House, at_the_desk};
use crate::scene::{self, Crew};

/// Who comes in, in the order of the columns below.
const WHO: [&str; 6] =
    ["stranger", "link", "representative", "supervisor", "administrator", "compliance_officer"];

/// Which of them each route lets in: `x` in, `.` not found, `>` to the sign-in, `^` to the set-up.
#[rustfmt::skip]
const EXPECTED: &[(&str, &str, &str)] = &[
    //                                                        s l r s a c
    ("GET",  "/desk/sign-in",                                "xxxxxx"),
    ("POST", "/desk/sign-in",                                "xxxxxx"),
    ("POST", "/desk/sign-in/code",                           "xxxxxx"),
    ("POST", "/desk/sign-in/passkey/start",                  "xxxxxx"),
    ("POST", "/desk/sign-in/passkey",                        "xxxxxx"),
    ("GET",  "/desk/sign-in/link/{token}",                   "xxxxxx"),
    ("POST", "/desk/sign-in/link/{token}",                   "xxxxxx"),
    ("GET",  "/desk/sign-in/provider",                       "xxxxxx"),
    ("GET",  "/desk/sign-in/provider/callback",              "xxxxxx"),
    ("POST", "/desk/sign-in/provider/logout",                "xxxxxx"),
    ("POST", "/desk/sign-out",                               ">xxxxx"),
    ("GET",  "/desk",                                        ">^xxxx"),
    ("POST", "/desk/alerts/{alert}/seen",                    ">..x.x"),
    ("GET",  "/desk/live",                               ">.xx.x"),
    ("POST", "/desk/presence",                           ">.xx.."),
    ("POST", "/desk/offers/{offer}/accept",              ">.xx.."),
    ("POST", "/desk/offers/{offer}/decline",             ">.xx.."),
    ("GET",  "/desk/conversations",                      ">.xx.x"),
    ("POST", "/desk/conversations/bulk",                 ">.xx.."),
    ("POST", "/desk/conversations/views",                ">.xx.x"),
    ("POST", "/desk/conversations/views/{view}/remove",  ">.xx.x"),
    ("GET",  "/desk/conversations/{conversation}",       ">.xx.x"),
    ("GET",  "/desk/conversations/{conversation}/people", ">.xx.."),
    ("GET",  "/desk/conversations/{conversation}/canned", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/canned/{reply}", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/macro", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/merge", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/merges/{merge}/undo", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/say",   ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/undo/{held}", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/attach", ">.xx.."),
    ("GET",  "/desk/conversations/{conversation}/files/{file}", ">.xx.x"),
    ("POST", "/desk/conversations/{conversation}/draft", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/read",  ">.xx.x"),
    ("POST", "/desk/conversations/{conversation}/unread", ">.xx.x"),
    ("POST", "/desk/conversations/{conversation}/take",  ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/release", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/transfer", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/snooze", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/tags",  ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/close", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/reopen", ">.xx.."),
    ("POST", "/desk/conversations/{conversation}/customer/reveal", ">.xx.x"),
    ("POST", "/desk/conversations/{conversation}/customer/note", ">.xx.."),
    ("GET",  "/desk/set-up",                                 ">xxxxx"),
    ("GET",  "/desk/profile",                                ">xxxxx"),
    ("POST", "/desk/profile",                                ">xxxxx"),
    ("POST", "/desk/profile/password",                       ">xxxxx"),
    ("POST", "/desk/profile/password/remove",                ">xxxxx"),
    ("POST", "/desk/profile/authenticator",                  ">xxxxx"),
    ("POST", "/desk/profile/authenticator/finish",           ">xxxxx"),
    ("POST", "/desk/profile/recovery-codes",                 ">xxxxx"),
    ("POST", "/desk/profile/passkeys/start",                 ">xxxxx"),
    ("POST", "/desk/profile/passkeys",                       ">xxxxx"),
    ("POST", "/desk/profile/passkeys/{passkey}/rename",      ">xxxxx"),
    ("POST", "/desk/profile/passkeys/{passkey}/remove",      ">xxxxx"),
    ("POST", "/desk/profile/sessions/end-others",            ">xxxxx"),
    ("POST", "/desk/profile/sessions/{session}/end",         ">xxxxx"),
    ("GET",  "/desk/staff",                                  ">..xxx"),
    ("GET",  "/desk/staff/new",                              ">...x."),
    ("POST", "/desk/staff/new",                              ">...x."),
    ("GET",  "/desk/staff/{member}",                         ">..xxx"),
    ("POST", "/desk/staff/{member}/reveal",                  ">..x.x"),
    ("POST", "/desk/staff/{member}/roles",                   ">...x."),
    ("POST", "/desk/staff/{member}/suspend",                 ">...x."),
    ("POST", "/desk/staff/{member}/reinstate",               ">...x."),
    ("POST", "/desk/staff/{member}/leave",                   ">...x."),
    ("POST", "/desk/staff/{member}/link",                    ">...x."),
    ("POST", "/desk/staff/{member}/sessions/{session}/end",  ">...x."),
    ("GET",  "/desk/programs",                               ">...x."),
    ("POST", "/desk/programs",                               ">...x."),
    ("POST", "/desk/programs/{token}/revoke",                ">...x."),
    ("GET",  "/desk/policies",                               ">...xx"),
    ("GET",  "/desk/audit",                                  ">....x"),
    ("POST", "/desk/audit/verify",                           ">....x"),
    ("POST", "/desk/audit/export",                           ">....x"),
];

#[test]
fn every_route_of_the_table_is_expected_and_every_expected_one_is_there() {
    let built: BTreeMap<_, _> = table()
        .into_iter()
        .map(|route| ((route.path.to_string(), route.method.to_string()), route.access))
        .collect();
    let expected: BTreeMap<_, _> = EXPECTED
        .iter()
        .map(|(method, path, row)| (((*path).to_owned(), (*method).to_owned()), row))
        .collect();
    assert_eq!(built.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    assert_eq!(table().len(), EXPECTED.len(), "no route is there twice");
    for (route, access) in built {
        let open = expected[&route].starts_with('x');
        assert_eq!(access == Access::Public, open, "{route:?} is for strangers only where it is Public");
    }
}

#[test]
fn only_signing_in_is_public_and_only_signing_out_needs_no_permission() {
    for route in table() {
        match route.access {
            Access::Public => assert!(route.path.starts_with("/desk/sign-in"), "{}", route.path),
            Access::SignedIn => assert_eq!(route.path, "/desk/sign-out"),
            Access::May(permission) => assert!(Permission::ALL.contains(&permission)),
            Access::ThisMachine => panic!("{} is for people", route.path),
        }
    }
}

#[tokio::test]
async fn each_role_comes_in_where_it_may_and_finds_nothing_elsewhere() {
    at_the_desk(async |house| {
        let (linked, lin) = house.by_link("Lin", "administrator").await;
        let mut browsers = vec![(house.browser(), lin), (linked, lin)];
        for (name, role) in ["Rep", "Sup", "Adm", "Com"].into_iter().zip(&WHO[2..]) {
            let (browser, person) = house.signed_in(name, role).await;
            browsers.push((browser, person.member));
        }
        let (conversation, file) = something_to_read(house, browsers[2].1).await;
        let browsers: Vec<Browser> = browsers.into_iter().map(|(browser, _)| browser).collect();
        for (method, path, row) in EXPECTED {
            let path = path.replace("{conversation}", &conversation).replace("{file}", &file);
            for ((who, browser), expected) in WHO.iter().zip(&browsers).zip(row.chars()) {
                // Each starts anew, for some routes end the session.
                let got = outcome(&mut browser.clone(), method, &path).await;
                assert_eq!(got, expected, "{who} {method} {path}");
            }
        }
    })
    .await;
}

/// A conversation with a file, in a queue that the representative serves.
async fn something_to_read(house: &House, rep: Id<StaffMember>) -> (String, String) {
    scene::employ(&house.floor, &Crew { rosa: rep, sam: rep }).await;
    let conversation = scene::one(&house.store, &house.floor).await;
    let bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n".to_vec();
    let file = NewFile { author: Author::Customer, name: "a.pdf".into(), bytes, caption: None, key: None };
    house.floor.conversations.attach(conversation, file).await.unwrap();
    let entries = house.floor.conversations.entries(conversation, 0, 50).await.unwrap();
    let file = entries.iter().find_map(|entry| match entry.body {
        Body::Attachment { file, .. } => Some(file.to_string()),
        _ => None,
    });
    (conversation.to_string(), file.unwrap())
}

/// What became of a request. A form without a token comes as far as the form, which is inside.
async fn outcome(browser: &mut Browser, method: &str, path: &str) -> char {
    let address = path
        .replace("{token}", "nobody-has-this-link")
        .replace("{offer}", "ofr_01h455vb4pex5vsknk084sn02q")
        .replace("{held}", "hld_01h455vb4pex5vsknk084sn02q")
        .replace("{reply}", "can_01h455vb4pex5vsknk084sn02q")
        .replace("{merge}", "cmg_01h455vb4pex5vsknk084sn02q")
        .replace("{view}", "vew_01h455vb4pex5vsknk084sn02q")
        .replace("{alert}", "alr_01h455vb4pex5vsknk084sn02q")
        .replace("{passkey}", "pky_01h455vb4pex5vsknk084sn02q")
        .replace("{session}", "ssn_01h455vb4pex5vsknk084sn02q");
    let is_post = method == Method::POST.as_str();
    let reply = if is_post {
        browser
            .post_with_token(&address.replace("{member}", "stf_01h455vb4pex5vsknk084sn02q"), &[], None)
            .await
    } else if path.contains("{member}") {
        // A page of somebody who exists; otherwise nobody could tell one 404 from the other.
        let members = browser.get("/desk/staff").await;
        let first = members.all_between("href=\"/desk/staff/stf_", "\"").first().cloned();
        let first = first.unwrap_or_else(|| "01h455vb4pex5vsknk084sn02q".into());
        browser.get(&address.replace("{member}", &format!("stf_{first}"))).await
    } else {
        browser.get(&address).await
    };
    let to_sign_in =
        reply.location() == "/desk/sign-in" || reply.location().starts_with("/desk/sign-in?next=");
    match reply.status.as_u16() {
        303 if to_sign_in => '>',
        303 if reply.location() == "/desk/set-up" && path == "/desk" => '^',
        404 => '.',
        _ => 'x',
    }
}

#[tokio::test]
async fn another_method_than_a_routes_own_finds_nothing_either() {
    at_the_desk(async |house| {
        let (mut browser, _) = house.signed_in("Rep", "representative").await;
        for (method, path) in
            [("DELETE", "/desk/audit"), ("PUT", "/desk/staff"), ("GET", "/desk/audit/verify")]
        {
            let request =
                browser.request(method.parse().unwrap(), path).header("sec-fetch-site", "same-origin");
            let reply = browser.send(request.body(axum::body::Body::empty()).unwrap()).await;
            assert_eq!(reply.status, 404, "{method} {path}");
        }
        assert_eq!(browser.get("/desk/nothing-here").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_program_is_told_that_it_is_not_signed_in() {
    at_the_desk(async |house| {
        let mut browser = house.browser();
        let mut request =
            browser.request(Method::GET, "/desk/staff").body(axum::body::Body::empty()).unwrap();
        request.headers_mut().insert("accept", "application/json".parse().unwrap());
        let reply = browser.send(request).await;
        assert_eq!(reply.status, 401);
        reply.must_say("desk.sign_in_needed");
    })
    .await;
}

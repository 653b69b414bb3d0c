//! Single sign-on, and losing it.

mod pretend;
mod process;
mod real;

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::{Actor, GroupRoles, Method, ProviderSettings, Role, SignedIn, Step};
use testkit::on_both_engines;

use crate::house::{House, ORIGIN, refused, roles, secret, visit};
use pretend::{CLIENT, ISSUER, Pretend};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

pub fn settings(issuer: &str) -> ProviderSettings {
    let return_to = format!("{ORIGIN}/sign-in/return").parse().unwrap();
    let mut settings =
        ProviderSettings::new(issuer.parse().unwrap(), CLIENT.to_owned(), secret("quiet please"), return_to);
    settings.groups = GroupRoles::from([
        ("desk".to_owned(), Role::Representative),
        ("leads".to_owned(), Role::Supervisor),
        ("it".to_owned(), Role::Administrator),
    ]);
    settings
}

/// A centre whose provider is the pretended one, with a test over both engines.
async fn with_provider(change: impl Fn(&mut ProviderSettings), test: impl AsyncFn(&House, &Pretend)) {
    on_both_engines(async |store| {
        let mut house = House::open(store, |all| {
            let mut settings = settings(ISSUER);
            change(&mut settings);
            all.provider = Some(settings);
        })
        .await;
        let pretend = Pretend::new(&house.clock);
        house.staff = house.staff.with_http(Arc::new(pretend.clone())).unwrap();
        test(&house, &pretend).await;
        house.store.close().await.unwrap();
    })
    .await;
}

async fn sign_in(house: &House, pretend: &Pretend, subject: &str) -> kernel::Result<SignedIn> {
    let (ticket, address) = house.staff.start_provider_sign_in(&visit("192.0.2.1")).await?;
    let (state, code) = pretend.approve(&address, subject);
    house.staff.finish_provider_sign_in(ticket.expose(), &state, &code, &visit("192.0.2.1")).await
}

fn claims(email: &str, groups: &[&str]) -> Value {
    json!({ "email": email, "email_verified": true, "name": "Ana López", "groups": groups })
}

#[tokio::test]
async fn a_member_is_found_by_the_verified_address_and_then_by_the_account() {
    with_provider(
        |_| (),
        async |house, pretend| {
            let ana = house.member("ana", "representative").await;
            pretend.person("1", claims("Ana@Example.com", &["desk", "leads", "everyone"]));
            let signed_in = sign_in(house, pretend, "1").await.unwrap();
            assert_eq!((signed_in.caller.member, signed_in.caller.method), (ana, Method::Provider));
            assert_eq!(signed_in.caller.roles, roles("representative,supervisor"), "the groups' roles");
            assert!(house.caller(&signed_in).await.is_some());
            assert!(house.staff.factors(ana).await.unwrap().is_linked_to_provider);
            // The address may change at the provider; the account stays the same person.
            pretend.person("1", claims("ana.lopez@example.com", &["desk"]));
            assert_eq!(sign_in(house, pretend, "1").await.unwrap().caller.member, ana);
            // And whoever gets the old address next is somebody else.
            pretend.person("2", claims("ana@example.com", &["it"]));
            assert_eq!(refused(sign_in(house, pretend, "2").await), "staff.provider_unknown");
            assert_eq!(house.last_audited(1).await, ["staff.sign_in refused"]);
        },
    )
    .await;
}

#[tokio::test]
async fn nobody_comes_in_by_an_address_that_was_not_verified() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "administrator").await;
            for verified in [json!(false), Value::Null] {
                let mut unverified = claims("ana@example.com", &["it"]);
                unverified["email_verified"] = verified;
                pretend.person("1", unverified);
                assert_eq!(refused(sign_in(house, pretend, "1").await), "staff.provider_unknown");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn somebody_without_a_group_that_has_a_role_stays_out() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "administrator").await;
            pretend.person("1", claims("ana@example.com", &["everyone"]));
            assert_eq!(refused(sign_in(house, pretend, "1").await), "staff.provider_no_role");
            pretend.person("1", json!({ "email": "ana@example.com", "email_verified": true }));
            assert_eq!(refused(sign_in(house, pretend, "1").await), "staff.provider_no_role");
        },
    )
    .await;
}

#[tokio::test]
async fn people_are_added_at_their_first_sign_in_only_where_that_is_wanted() {
    with_provider(
        |_| (),
        async |house, pretend| {
            pretend.person("1", claims("new@example.com", &["desk"]));
            assert_eq!(refused(sign_in(house, pretend, "1").await), "staff.provider_unknown");
        },
    )
    .await;
    with_provider(
        |settings| settings.adds_members = true,
        async |house, pretend| {
            pretend.person("1", claims("new@example.com", &["desk"]));
            let signed_in = sign_in(house, pretend, "1").await.unwrap();
            let member = house.staff.member(signed_in.caller.member).await.unwrap();
            assert_eq!(
                (member.name.expose().as_str(), member.email.expose().as_str()),
                ("Ana López", "new@example.com")
            );
            pretend.person("2", claims("other@example.com", &["everyone"]));
            assert_eq!(refused(sign_in(house, pretend, "2").await), "staff.provider_unknown");
        },
    )
    .await;
}

#[tokio::test]
async fn a_suspended_member_stays_out_whatever_the_provider_says() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("eva", "administrator").await;
            let ana = house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            sign_in(house, pretend, "1").await.unwrap();
            let version = house.staff.member(ana).await.unwrap().version;
            house.staff.change(ana, version, Step::Suspend, &Actor::CommandLine).await.unwrap();
            assert_eq!(refused(sign_in(house, pretend, "1").await), "staff.provider_unknown");
        },
    )
    .await;
}

#[tokio::test]
async fn what_comes_back_must_belong_to_this_browser_and_is_used_once() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            let from = visit("192.0.2.1");
            let (ticket, address) = house.staff.start_provider_sign_in(&visit("192.0.2.1")).await.unwrap();
            let (other, _) = house.staff.start_provider_sign_in(&visit("192.0.2.1")).await.unwrap();
            let (state, code) = pretend.approve(&address, "1");
            let finish = async |ticket: &str, state: &str| {
                house.staff.finish_provider_sign_in(ticket, state, &code, &from).await
            };
            assert_eq!(
                refused(finish(other.expose(), &state).await),
                "staff.took_too_long",
                "another browser"
            );
            assert_eq!(
                refused(finish("", &state).await),
                "staff.took_too_long",
                "a browser without a cookie"
            );
            assert_eq!(refused(finish(ticket.expose(), "made up").await), "staff.took_too_long");
            finish(ticket.expose(), &state).await.unwrap();
            assert_eq!(refused(finish(ticket.expose(), &state).await), "staff.took_too_long", "twice");
        },
    )
    .await;
}

#[tokio::test]
async fn tokens_that_are_not_for_us_not_for_now_or_not_for_this_sign_in_are_refused() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            let twists: [fn(&mut Value); 5] = [
                |claims| claims["nonce"] = "another sign-in's".into(),
                |claims| claims["aud"] = "another program".into(),
                |claims| claims["iss"] = "https://evil.example".into(),
                |claims| claims["exp"] = (claims["iat"].as_i64().unwrap() - 3600).into(),
                |claims| {
                    claims.as_object_mut().unwrap().remove("nonce");
                },
            ];
            for twist in twists {
                pretend.state().twist = twist;
                assert_eq!(refused(sign_in(house, pretend, "1").await), "staff.provider_failed");
            }
            assert_eq!(house.last_audited(1).await, ["staff.sign_in refused"]);
            pretend.state().twist = |_| ();
            sign_in(house, pretend, "1").await.unwrap();
        },
    )
    .await;
}

#[tokio::test]
async fn new_keys_of_the_provider_are_learned_when_they_are_needed() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            sign_in(house, pretend, "1").await.unwrap();
            pretend.change_key();
            assert_eq!(
                refused(sign_in(house, pretend, "1").await),
                "staff.provider_failed",
                "asked a moment ago"
            );
            house.pass(MINUTE);
            sign_in(house, pretend, "1").await.unwrap();
        },
    )
    .await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_a_refusal_and_not_a_fault() {
    with_provider(
        |_| (),
        async |house, pretend| {
            let (ticket, address) = house.staff.start_provider_sign_in(&visit("192.0.2.1")).await.unwrap();
            let (state, code) = pretend.approve(&address, "1");
            pretend.state().is_reachable = false;
            let told = house
                .staff
                .finish_provider_sign_in(ticket.expose(), &state, &code, &visit("192.0.2.1"))
                .await;
            assert_eq!(refused(told), "staff.provider_failed");
        },
    )
    .await;
}

#[tokio::test]
async fn a_person_removed_at_the_provider_loses_their_sessions_within_minutes() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            house.member("eva", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            pretend.person("2", claims("eva@example.com", &["desk"]));
            let (ana, again) =
                (sign_in(house, pretend, "1").await.unwrap(), sign_in(house, pretend, "1").await.unwrap());
            let eva = sign_in(house, pretend, "2").await.unwrap();
            assert_eq!(house.staff.check_provider_sessions().await.unwrap(), 0, "nothing is due yet");
            house.pass(MINUTE * 5);
            assert_eq!(house.staff.check_provider_sessions().await.unwrap(), 3);
            assert!(house.caller(&ana).await.is_some());
            pretend.remove("1");
            house.pass(MINUTE * 5);
            house.staff.check_provider_sessions().await.unwrap();
            assert!(house.caller(&ana).await.is_none() && house.caller(&again).await.is_none());
            assert!(house.caller(&eva).await.is_some());
            let ended = house.events("staff.session_ended", 2).await;
            assert!(ended.iter().all(|event| event.data["why"] == "provider"));
        },
    )
    .await;
}

#[tokio::test]
async fn groups_that_change_during_a_session_end_it() {
    with_provider(
        |_| (),
        async |house, pretend| {
            let ana = house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["leads"]));
            let first = sign_in(house, pretend, "1").await.unwrap();
            pretend.person("1", claims("ana@example.com", &["desk"]));
            house.pass(MINUTE * 5);
            house.staff.check_provider_sessions().await.unwrap();
            assert!(house.caller(&first).await.is_none(), "a session with rights that are gone");
            assert_eq!(house.staff.member(ana).await.unwrap().roles, roles("representative"));
            let second = sign_in(house, pretend, "1").await.unwrap();
            pretend.person("1", claims("ana@example.com", &["everyone"]));
            house.pass(MINUTE * 5);
            house.staff.check_provider_sessions().await.unwrap();
            assert!(house.caller(&second).await.is_none(), "no group with a role is left");
        },
    )
    .await;
}

#[tokio::test]
async fn a_provider_that_is_away_for_long_ends_the_sessions_that_rest_on_it() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            let ana = sign_in(house, pretend, "1").await.unwrap();
            pretend.state().is_reachable = false;
            for _ in 0..5 {
                house.pass(MINUTE * 5);
                house.staff.check_provider_sessions().await.unwrap();
                assert!(house.caller(&ana).await.is_some(), "a short break is nobody's fault");
            }
            house.pass(MINUTE * 5);
            house.staff.check_provider_sessions().await.unwrap();
            assert!(house.caller(&ana).await.is_none());
        },
    )
    .await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_not_asked_about_everybody() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            for _ in 0..5 {
                sign_in(house, pretend, "1").await.unwrap();
            }
            house.pass(MINUTE * 5);
            pretend.state().is_reachable = false;
            pretend.state().asked.clear();
            assert_eq!(house.staff.check_provider_sessions().await.unwrap(), 5);
            assert_eq!(pretend.state().asked.len(), 1, "each question may take ten seconds");
        },
    )
    .await;
}

#[tokio::test]
async fn a_break_of_the_token_endpoint_alone_is_a_break_and_not_a_removal() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            let ana = sign_in(house, pretend, "1").await.unwrap();
            for answer in [
                (http::StatusCode::INTERNAL_SERVER_ERROR, json!("oops")),
                (http::StatusCode::UNAUTHORIZED, json!({ "error": "invalid_client" })),
            ] {
                pretend.state().token_answer = Some(answer);
                house.pass(MINUTE * 5);
                house.staff.check_provider_sessions().await.unwrap();
                assert!(house.caller(&ana).await.is_some());
            }
            pretend.state().token_answer = None;
            house.pass(MINUTE * 5);
            house.staff.check_provider_sessions().await.unwrap();
            assert!(house.caller(&ana).await.is_some(), "the refresh token is still good");
        },
    )
    .await;
}

#[tokio::test]
async fn two_nodes_do_not_ask_about_one_session_twice() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            let ana = sign_in(house, pretend, "1").await.unwrap();
            house.pass(MINUTE * 5);
            pretend.state().asked.clear();
            let (first, second) =
                tokio::join!(house.staff.check_provider_sessions(), house.staff.check_provider_sessions());
            assert_eq!(first.unwrap() + second.unwrap(), 1);
            // A refresh token works once: asking twice would have ended the session.
            let tokens = pretend.state().asked.iter().filter(|path| *path == "/token").count();
            assert_eq!(tokens, 1);
            assert!(house.caller(&ana).await.is_some());
        },
    )
    .await;
}

#[tokio::test]
async fn the_provider_ends_a_session_or_all_of_a_persons_from_its_side() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            for twist in [(|claims: &mut Value| claims["sub"] = "1".into()) as fn(&mut Value), |claims| {
                claims["sid"] = "session of 1".into();
            }] {
                let ana = sign_in(house, pretend, "1").await.unwrap();
                let own_way = house.by_link(ana.caller.member).await;
                house.staff.provider_logout(&pretend.logout_token(twist)).await.unwrap();
                assert!(house.caller(&ana).await.is_none());
                assert!(house.caller(&own_way).await.is_some(), "what does not rest on the provider stays");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn a_logout_that_is_repeated_later_ends_no_new_session() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            let logout = pretend.logout_token(|claims| claims["sub"] = "1".into());
            house.pass(MINUTE * 2);
            let ana = sign_in(house, pretend, "1").await.unwrap();
            house.staff.provider_logout(&logout).await.unwrap();
            assert!(house.caller(&ana).await.is_some());
            house.pass(MINUTE * 5);
            assert_eq!(refused(house.staff.provider_logout(&logout).await), "staff.logout_rejected");
        },
    )
    .await;
}

#[tokio::test]
async fn a_logout_that_the_provider_did_not_say_is_rejected() {
    with_provider(
        |_| (),
        async |house, pretend| {
            house.member("ana", "representative").await;
            pretend.person("1", claims("ana@example.com", &["desk"]));
            let ana = sign_in(house, pretend, "1").await.unwrap();
            let right = pretend.logout_token(|claims| claims["sub"] = "1".into());
            let (signed, _) = right.rsplit_once('.').unwrap();
            let (header, rest) = right.split_once('.').unwrap();
            let other = Pretend::new(&house.clock).logout_token(|claims| claims["sub"] = "1".into());
            let forged = [
                other,
                format!("{signed}."),
                format!("eyJhbGciOiJub25lIn0.{rest}"),
                format!("{header}.{rest}x"),
                pretend.logout_token(|claims| claims["aud"] = "another program".into()),
                pretend.logout_token(|_| ()),
                String::new(),
            ];
            for token in forged {
                assert_eq!(
                    refused(house.staff.provider_logout(&token).await),
                    "staff.logout_rejected",
                    "{token}"
                );
            }
            assert!(house.caller(&ana).await.is_some());
        },
    )
    .await;
}

#[tokio::test]
async fn without_a_provider_there_is_none() {
    crate::house::in_a_house(async |house| {
        assert_eq!(
            refused(house.staff.start_provider_sign_in(&visit("192.0.2.1")).await),
            "staff.no_provider"
        );
        assert_eq!(refused(house.staff.provider_logout("x").await), "staff.no_provider");
        assert_eq!(house.staff.check_provider_sessions().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_provider_without_encryption_is_refused_at_the_start() {
    crate::house::in_a_house(async |house| {
        let mut all = house.staff.settings().clone();
        all.provider = Some(settings("http://id.example"));
        let policies = house.staff.policies().clone();
        let staff =
            staff::Staff::new(house.store.clone(), house.vault.clone(), house.trail.clone(), policies, all);
        assert_eq!(refused(staff.map(|_| ())), "staff.provider_not_secure");
    })
    .await;
}

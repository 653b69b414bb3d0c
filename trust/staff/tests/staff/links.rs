//! One-time links.

use jiff::SignedDuration;
use staff::{Actor, LinkKind, Method, Permission, Token};

use crate::house::{in_a_house, in_a_house_with, refused, visit};

#[tokio::test]
async fn a_link_works_once_and_leads_only_to_setting_up() {
    in_a_house(async |house| {
        let ana = house.member("ana", "administrator").await;
        let link = house.staff.issue_link(ana, LinkKind::SetUp, &Actor::CommandLine).await.unwrap();
        let token = link.token.expose();
        assert!(house.staff.is_link_open(token).await.unwrap(), "looking at it does not use it up");
        let signed_in = house.staff.sign_in_with_link(token, &visit("192.0.2.1")).await.unwrap();
        assert_eq!(signed_in.caller.method, Method::Link);
        let may = |permission| {
            house.staff.policies().decide(
                &signed_in.caller,
                permission,
                &staff::Resource::System,
                staff::Circumstances::default(),
            )
        };
        assert!(may(Permission::PROFILE_OWN).allowed);
        assert!(!may(Permission::STAFF_MANAGE).allowed);
        assert!(!house.staff.is_link_open(token).await.unwrap());
        let again = house.staff.sign_in_with_link(token, &visit("192.0.2.1")).await;
        assert_eq!(refused(again), "staff.link_over");
        assert_eq!(house.last_audited(2).await, ["staff.sign_in done", "staff.sign_in refused"]);
    })
    .await;
}

#[tokio::test]
async fn two_clicks_at_once_open_one_session() {
    in_a_house(async |house| {
        let ana = house.member("ana", "administrator").await;
        let link = house.staff.issue_link(ana, LinkKind::SetUp, &Actor::CommandLine).await.unwrap();
        let (token, from) = (link.token.expose(), visit("192.0.2.1"));
        let (first, second) = tokio::join!(
            house.staff.sign_in_with_link(token, &from),
            house.staff.sign_in_with_link(token, &from),
        );
        assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
        assert_eq!(house.staff.sessions(ana).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_old_link_a_replaced_one_and_a_made_up_one_do_not_work() {
    in_a_house(async |house| {
        let ana = house.member("ana", "administrator").await;
        let from = visit("192.0.2.1");
        let first = house.staff.issue_link(ana, LinkKind::SetUp, &Actor::CommandLine).await.unwrap();
        let second = house.staff.issue_link(ana, LinkKind::SetUp, &Actor::CommandLine).await.unwrap();
        let replaced = house.staff.sign_in_with_link(first.token.expose(), &from).await;
        assert_eq!(refused(replaced), "staff.link_over");
        house.pass(SignedDuration::from_hours(24));
        let old = house.staff.sign_in_with_link(second.token.expose(), &from).await;
        assert_eq!(refused(old), "staff.link_over");
        for made_up in [Token::random().unwrap().expose(), "", "../../etc/passwd", "🦀"] {
            assert_eq!(refused(house.staff.sign_in_with_link(made_up, &from).await), "staff.link_over");
            assert!(!house.staff.is_link_open(made_up).await.unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn a_demonstration_link_needs_a_demonstration() {
    in_a_house(async |house| {
        let ana = house.member("ana", "administrator").await;
        let link = house.staff.issue_link(ana, LinkKind::Demonstration, &Actor::CommandLine).await;
        assert_eq!(refused(link), "staff.no_demonstration");
    })
    .await;
    in_a_house_with(
        |settings| settings.demonstration = true,
        async |house| {
            let ana = house.member("ana", "administrator").await;
            let link =
                house.staff.issue_link(ana, LinkKind::Demonstration, &Actor::CommandLine).await.unwrap();
            let signed_in =
                house.staff.sign_in_with_link(link.token.expose(), &visit("192.0.2.1")).await.unwrap();
            assert!(signed_in.caller.method.is_strong());
        },
    )
    .await;
}

#[tokio::test]
async fn guessing_links_gets_slow() {
    in_a_house(async |house| {
        let from = visit("192.0.2.1");
        let mut codes = Vec::new();
        for _ in 0..102 {
            codes.push(refused(house.staff.sign_in_with_link("x", &from).await));
        }
        assert_eq!(codes[99], "staff.link_over");
        assert_eq!(codes[101], "staff.too_many_attempts");
        let elsewhere = house.staff.sign_in_with_link("x", &visit("198.51.100.1")).await;
        assert_eq!(refused(elsewhere), "staff.link_over");
    })
    .await;
}

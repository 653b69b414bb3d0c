//! Adding people, changing them, and what that does to their rights.

use kernel::Error;
use staff::{Actor, LinkKind, NewMember, Profile, Status, Step, Theme};

use crate::house::{in_a_house, refused, roles, secret, visit};

#[tokio::test]
async fn a_person_is_added_and_found_by_any_spelling_of_the_address() {
    in_a_house(async |house| {
        let id = house.member("ana", "supervisor,representative").await;
        let found = house.staff.member_by_email(" ANA@Example.COM ").await.unwrap();
        assert_eq!((found.id, found.name.expose().as_str()), (id, "ana"));
        assert_eq!(found.roles.to_string(), "representative,supervisor");
        assert_eq!((found.status, found.version), (Status::Active, 1));
        assert!(matches!(house.staff.member_by_email("bob@example.com").await, Err(Error::NotFound)));
        assert_eq!(house.last_audited(1).await, ["staff.add done"]);
    })
    .await;
}

#[tokio::test]
async fn an_address_belongs_to_one_person_at_a_time() {
    in_a_house(async |house| {
        let first = house.member("ana", "administrator").await;
        house.member("eva", "administrator").await;
        let again = || NewMember {
            name: secret("Ana the second"),
            email: secret("Ana@example.com"),
            roles: roles("representative"),
            language: "es".parse().unwrap(),
        };
        assert_eq!(refused(house.staff.add(again(), &Actor::CommandLine).await), "staff.email_taken");
        assert_eq!(house.last_audited(1).await, ["staff.add refused"]);
        house.staff.change(first, 1, Step::Leave, &Actor::CommandLine).await.unwrap();
        let second = house.staff.add(again(), &Actor::CommandLine).await.unwrap();
        assert_eq!(house.staff.member_by_email("ana@example.com").await.unwrap().id, second);
        assert_eq!(house.staff.member(first).await.unwrap().status, Status::Left);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_a_person_is_refused() {
    in_a_house(async |house| {
        let add = async |name: &str, email: &str| {
            let new = NewMember {
                name: secret(name),
                email: secret(email),
                roles: roles("representative"),
                language: "en".parse().unwrap(),
            };
            refused(house.staff.add(new, &Actor::CommandLine).await)
        };
        assert_eq!(add("", "ana@example.com").await, "staff.name_malformed");
        assert_eq!(add("Ana\u{7}", "ana@example.com").await, "staff.name_malformed");
        assert_eq!(add("Ana", "ana").await, "vault.email_malformed");
        assert!(house.staff.members(None, 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_last_active_administrator_stays() {
    in_a_house(async |house| {
        let ana = house.member("ana", "administrator").await;
        let change = async |id, step| {
            let version = house.staff.member(id).await.unwrap().version;
            house.staff.change(id, version, step, &Actor::CommandLine).await
        };
        for step in [Step::Suspend, Step::Leave, Step::SetRoles(roles("supervisor"))] {
            assert_eq!(refused(change(ana, step).await), "staff.last_administrator");
        }
        assert_eq!(house.last_audited(3).await[2], "staff.set_roles refused");
        let eva = house.member("eva", "administrator").await;
        change(eva, Step::Suspend).await.unwrap();
        assert_eq!(refused(change(ana, Step::Leave).await), "staff.last_administrator");
        change(eva, Step::Reinstate).await.unwrap();
        change(ana, Step::Leave).await.unwrap();
        assert_eq!(refused(change(eva, Step::Leave).await), "staff.last_administrator");
    })
    .await;
}

#[tokio::test]
async fn two_who_suspend_each_other_at_once_do_not_both_succeed() {
    in_a_house(async |house| {
        let (ana, eva) =
            (house.member("ana", "administrator").await, house.member("eva", "administrator").await);
        let by = Actor::CommandLine;
        let (first, second) = tokio::join!(
            house.staff.change(ana, 1, Step::Suspend, &by),
            house.staff.change(eva, 1, Step::Suspend, &by),
        );
        assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
    })
    .await;
}

#[tokio::test]
async fn who_comes_too_late_changes_nothing() {
    in_a_house(async |house| {
        house.member("eva", "administrator").await;
        let ana = house.member("ana", "representative").await;
        house.staff.change(ana, 1, Step::SetRoles(roles("supervisor")), &Actor::CommandLine).await.unwrap();
        let late =
            house.staff.change(ana, 1, Step::SetRoles(roles("administrator")), &Actor::CommandLine).await;
        assert_eq!(refused(late), "staff.changed_meanwhile");
        assert_eq!(house.staff.member(ana).await.unwrap().roles, roles("supervisor"));
    })
    .await;
}

#[tokio::test]
async fn suspending_somebody_ends_their_sessions_and_links_at_once() {
    in_a_house(async |house| {
        house.member("eva", "administrator").await;
        let ana = house.member("ana", "representative").await;
        let session = house.by_link(ana).await;
        let link = house.staff.issue_link(ana, LinkKind::SetUp, &Actor::CommandLine).await.unwrap();
        assert!(house.caller(&session).await.is_some(), "and it is remembered");
        house.staff.change(ana, 1, Step::Suspend, &Actor::CommandLine).await.unwrap();
        assert!(house.caller(&session).await.is_none());
        let used = house.staff.sign_in_with_link(link.token.expose(), &visit("192.0.2.9")).await;
        assert_eq!(refused(used), "staff.link_over");
        let again = house.staff.issue_link(ana, LinkKind::SetUp, &Actor::CommandLine).await;
        assert_eq!(refused(again), "staff.is_suspended");
        let events = house.events("staff.session_ended", 1).await;
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].subject, session.caller.session.to_string());
    })
    .await;
}

#[tokio::test]
async fn new_roles_end_sessions_that_had_the_old_ones() {
    in_a_house(async |house| {
        let ana = house.member("ana", "representative").await;
        let session = house.by_link(ana).await;
        house.staff.change(ana, 1, Step::SetRoles(roles("supervisor")), &Actor::CommandLine).await.unwrap();
        assert!(house.caller(&session).await.is_none());
        assert_eq!(house.by_link(ana).await.caller.roles, roles("supervisor"));
    })
    .await;
}

#[tokio::test]
async fn a_profile_is_changed_without_ending_anything() {
    in_a_house(async |house| {
        let ana = house.member("ana", "representative").await;
        let session = house.by_link(ana).await;
        let caller = house.caller(&session).await.unwrap();
        let profile =
            Profile { name: secret(" Ana López "), language: "es".parse().unwrap(), theme: Theme::Dark };
        house.staff.edit_profile(ana, 1, profile.clone(), &Actor::from(&caller)).await.unwrap();
        let caller = house.caller(&session).await.unwrap();
        assert_eq!((caller.language.to_string().as_str(), caller.theme), ("es", Theme::Dark));
        assert_eq!(house.staff.member(ana).await.unwrap().name.expose(), "Ana López");
        let late = house.staff.edit_profile(ana, 1, profile, &Actor::from(&caller)).await;
        assert_eq!(refused(late), "staff.changed_meanwhile");
    })
    .await;
}

#[tokio::test]
async fn a_new_address_is_the_one_to_sign_in_with_from_then_on() {
    in_a_house(async |house| {
        let ana = house.with_password("ana", "representative").await;
        house.member("eva", "representative").await;
        let session = house.sign_in(&ana, &visit("192.0.2.1")).await.unwrap();
        let change = async |email: &str| {
            let version = house.staff.member(ana.member).await.unwrap().version;
            house.staff.change_email(ana.member, version, &secret(email), &Actor::CommandLine).await
        };
        assert_eq!(refused(change("EVA@example.com").await), "staff.email_taken");
        assert_eq!(refused(change("nonsense").await), "vault.email_malformed");
        assert!(house.caller(&session).await.is_some());
        change("ana.lopez@example.com").await.unwrap();
        assert!(house.caller(&session).await.is_none());
        assert_eq!(refused(house.sign_in(&ana, &visit("192.0.2.1")).await), "staff.sign_in_failed");
        let renamed = crate::house::App { email: "ana.lopez@example.com".into(), ..ana };
        assert!(house.sign_in(&renamed, &visit("192.0.2.1")).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn members_are_listed_page_by_page() {
    in_a_house(async |house| {
        for name in ["ana", "eva", "ida", "mia", "noa"] {
            house.member(name, "representative").await;
            house.pass(jiff::SignedDuration::from_secs(1));
        }
        let names = |members: &[staff::Member]| -> Vec<String> {
            members.iter().map(|member| member.name.expose().clone()).collect()
        };
        let first = house.staff.members(None, 3).await.unwrap();
        assert_eq!(names(&first), ["ana", "eva", "ida"]);
        let rest = house.staff.members(Some(first[2].id), 3).await.unwrap();
        assert_eq!(names(&rest), ["mia", "noa"]);
    })
    .await;
}

//! The life of sessions, and what ends them.

use std::sync::Arc;

use jiff::SignedDuration;
use kernel::Error;
use staff::{Actor, Token};

use crate::house::{House, in_a_house, visit};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

#[tokio::test]
async fn a_session_lives_while_it_is_used_and_ends_after_twelve_hours_anyway() {
    in_a_house(async |house| {
        let ana = house.member("ana", "representative").await;
        let session = house.by_link(ana).await;
        for _ in 0..(12 * 60 / 30 - 1) {
            house.pass(MINUTE * 30);
            assert!(house.caller(&session).await.is_some());
        }
        house.pass(MINUTE * 30);
        assert!(house.caller(&session).await.is_none(), "twelve hours are over");
    })
    .await;
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends_after_an_hour() {
    in_a_house(async |house| {
        let ana = house.member("ana", "representative").await;
        let (idle, used) = (house.by_link(ana).await, house.by_link(ana).await);
        house.pass(MINUTE * 59);
        assert!(house.caller(&used).await.is_some());
        house.pass(MINUTE);
        assert!(house.caller(&idle).await.is_none());
        assert!(house.caller(&used).await.is_some());
        assert_eq!(house.staff.sessions(ana).await.unwrap().len(), 1, "and it is not listed");
        assert_eq!(house.staff.tidy().await.unwrap(), 1, "and it is cleared away");
    })
    .await;
}

#[tokio::test]
async fn a_forged_or_damaged_cookie_is_nobody() {
    in_a_house(async |house| {
        let ana = house.member("ana", "representative").await;
        let session = house.by_link(ana).await;
        let text = session.session.expose();
        let mut damaged = text.to_owned();
        damaged.replace_range(0..1, if text.starts_with('A') { "B" } else { "A" });
        for cookie in
            [damaged.as_str(), Token::random().unwrap().expose(), "", "' OR 1=1 --", session.device.expose()]
        {
            assert!(house.staff.caller(cookie, visit("192.0.2.1")).await.unwrap().is_none(), "{cookie}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_cookie_is_worth_nothing_after_signing_out() {
    in_a_house(async |house| {
        let ana = house.member("ana", "representative").await;
        let session = house.by_link(ana).await;
        let caller = house.caller(&session).await.unwrap();
        house.staff.sign_out(&caller).await.unwrap();
        assert!(house.caller(&session).await.is_none(), "a replayed cookie");
        assert!(matches!(house.staff.sign_out(&caller).await, Err(Error::NotFound)));
        assert_eq!(house.last_audited(1).await, ["staff.end_session done"]);
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_with_where_they_are_and_ended_one_by_one() {
    in_a_house(async |house| {
        let (ana, eva) =
            (house.member("ana", "representative").await, house.member("eva", "supervisor").await);
        let here = house.by_link(ana).await;
        house.pass(MINUTE);
        let there = house.by_link(ana).await;
        let hers = house.by_link(eva).await;
        let listed = house.staff.sessions(ana).await.unwrap();
        assert_eq!(
            listed.iter().map(|one| one.id).collect::<Vec<_>>(),
            [there.caller.session, here.caller.session]
        );
        assert_eq!(
            (listed[0].network.as_str(), listed[0].agent.as_str()),
            ("192.0.2.0/24", "Firefox · Linux")
        );
        let by = Actor::from(&here.caller);
        let foreign = house.staff.end_session(ana, hers.caller.session, &by).await;
        assert!(matches!(foreign, Err(Error::NotFound)), "another's session is not there for Ana");
        house.staff.end_session(ana, there.caller.session, &by).await.unwrap();
        assert!(house.caller(&there).await.is_none());
        assert!(house.caller(&here).await.is_some());
        assert!(house.caller(&hers).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn all_other_sessions_end_together() {
    in_a_house(async |house| {
        let ana = house.member("ana", "representative").await;
        let here = house.by_link(ana).await;
        let others = [house.by_link(ana).await, house.by_link(ana).await];
        house.staff.end_other_sessions(&here.caller).await.unwrap();
        for other in &others {
            assert!(house.caller(other).await.is_none());
        }
        assert!(house.caller(&here).await.is_some());
        house.staff.end_other_sessions(&here.caller).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_twenty_first_session_takes_the_place_of_the_first() {
    in_a_house(async |house| {
        let ana = house.member("ana", "representative").await;
        let mut all = Vec::new();
        for _ in 0..21 {
            all.push(house.by_link(ana).await);
            house.pass(SignedDuration::from_secs(1));
        }
        assert_eq!(house.staff.sessions(ana).await.unwrap().len(), 20);
        assert!(house.caller(&all[0]).await.is_none());
        assert!(house.caller(&all[1]).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn another_node_believes_an_ended_session_for_seconds_only_and_not_after_the_event() {
    testkit::on_both_engines(async |store| {
        let house = House::open(store, |_| ()).await;
        let other = House::open_with(store, house.clock.clone(), |_| ()).await;
        let ana = house.member("ana", "representative").await;
        let (first, second) = (house.by_link(ana).await, house.by_link(ana).await);
        assert!(other.caller(&first).await.is_some() && other.caller(&second).await.is_some());
        house.staff.sign_out(&first.caller).await.unwrap();
        assert!(other.caller(&first).await.is_some(), "remembered for a moment");
        for event in house.events("staff.session_ended", 1).await {
            other.staff.hear(&event);
        }
        assert!(other.caller(&first).await.is_none());
        // And if the event never comes:
        house.staff.sign_out(&second.caller).await.unwrap();
        house.pass(SignedDuration::from_secs(10));
        assert!(other.caller(&second).await.is_none());
        house.store.close().await.unwrap();
        other.store.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ends_during_a_look_up_is_not_remembered() {
    in_a_house(async |house| {
        let ana = house.member("ana", "representative").await;
        for _ in 0..20 {
            let session = Arc::new(house.by_link(ana).await);
            let (staff, looked_up) = (house.staff.clone(), Arc::clone(&session));
            let looking = tokio::spawn(async move {
                for _ in 0..5 {
                    staff.caller(looked_up.session.expose(), visit("192.0.2.1")).await.unwrap();
                }
            });
            house.staff.sign_out(&session.caller).await.unwrap();
            looking.await.unwrap();
            assert!(house.caller(&session).await.is_none());
        }
    })
    .await;
}

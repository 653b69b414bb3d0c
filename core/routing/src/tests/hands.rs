//! Work from hand to hand.

use testkit::on_both_engines;

use super::*;
use crate::{Ending, How, Resumed};

#[tokio::test]
async fn work_is_offered_accepted_and_done_and_leaves_the_table() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let rosa = somebody(&routing, &["cards"]).await;
        let work = wait(&routing, chat("cards", "cnv_1")).await;
        let offered = offer(&routing, work, rosa).await.unwrap();
        assert_eq!(routing.offer_before(rosa).await.unwrap().unwrap().id, offered);
        let how = How::Accepted(offered);
        in_tx(&routing, move |r, tx| r.take(tx, &work, rosa, &how, now())).await.unwrap();
        assert_eq!(stand(&routing, work).await.owner(), Some(rosa));
        in_tx(&routing, move |r, tx| r.finish(tx, &work, Ending::Handled, now())).await.unwrap();
        assert_eq!(told(&routing).await, ["waiting", "offered", "offer_ended", "taken", "finished"]);
        assert!(routing.in_hands_of(rosa).await.unwrap().is_empty());
        let left = routing.store.read(work_rows::active).await.unwrap();
        assert!(left.is_empty(), "what is done is not among what is to be done");
    })
    .await;
}

#[tokio::test]
async fn of_many_who_pick_the_same_work_at_once_exactly_one_has_it() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let work = wait(&routing, chat("cards", "cnv_1")).await;
        let mut people = Vec::new();
        for _ in 0..8 {
            people.push(somebody(&routing, &["cards"]).await);
        }
        let pick = |staff| {
            let routing = routing.clone();
            tokio::spawn(async move {
                in_tx(&routing, move |r, tx| r.take(tx, &work, staff, &How::Picked, now())).await
            })
        };
        let picks: Vec<_> = people.iter().map(|staff| pick(*staff)).collect();
        let mut answers = Vec::new();
        for pick in picks {
            answers.push(code(pick.await.unwrap()));
        }
        answers.sort_unstable();
        assert_eq!(answers.iter().filter(|answer| **answer == "done").count(), 1, "{answers:?}");
        assert!(
            answers.iter().all(|answer| ["done", "routing.already_taken"].contains(answer)),
            "{answers:?}"
        );
        assert!(stand(&routing, work).await.owner().is_some());
    })
    .await;
}

#[tokio::test]
async fn an_offer_that_is_over_cannot_be_accepted() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let (rosa, omar) = (somebody(&routing, &["cards"]).await, somebody(&routing, &["cards"]).await);
        let work = wait(&routing, chat("cards", "cnv_1")).await;
        let first = offer(&routing, work, rosa).await.unwrap();
        assert!(offer(&routing, work, omar).await.is_none(), "it lies before one at a time");
        in_tx(&routing, move |r, tx| r.decline(tx, first, rosa, now())).await.unwrap();
        let second = offer(&routing, work, omar).await.unwrap();
        for (staff, offer) in [(rosa, first), (rosa, second), (omar, first)] {
            let how = How::Accepted(offer);
            let taken = in_tx(&routing, move |r, tx| r.take(tx, &work, staff, &how, now())).await;
            assert_eq!(code(taken), "routing.offer_over");
        }
        let again = in_tx(&routing, move |r, tx| r.decline(tx, first, rosa, now())).await;
        assert_eq!(code(again), "routing.offer_over");
        assert_eq!(stand(&routing, work).await.offer, Some(second));
    })
    .await;
}

#[tokio::test]
async fn nobody_picks_more_than_fits_but_a_supervisor_may_give_more() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let rosa = somebody(&routing, &["cards"]).await;
        for number in 0..4 {
            let work = wait(&routing, chat("cards", &format!("cnv_{number}"))).await;
            let picked = in_tx(&routing, move |r, tx| r.take(tx, &work, rosa, &How::Picked, now())).await;
            assert_eq!(code(picked), if number < 3 { "done" } else { "routing.hands_full" });
            if number == 3 {
                let how = How::Assigned { by: Actor::system() };
                in_tx(&routing, move |r, tx| r.take(tx, &work, rosa, &how, now())).await.unwrap();
            }
        }
        assert_eq!(routing.in_hands_of(rosa).await.unwrap().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn certificates_are_asked_of_everybody_however_they_come_by_the_work() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let rosa = somebody(&routing, &["loans"]).await;
        let work = wait(&routing, chat("loans", "cnv_1")).await;
        for how in [How::Picked, How::Assigned { by: Actor::system() }] {
            let taken = in_tx(&routing, move |r, tx| r.take(tx, &work, rosa, &how, now())).await;
            assert_eq!(code(taken), "routing.not_certified");
        }
        assert_eq!(state(&routing, work).await, State::Waiting);
    })
    .await;
}

#[tokio::test]
async fn a_paused_matter_goes_on_with_whoever_had_it_or_waits_for_them_first() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let rosa = somebody(&routing, &["cards"]).await;
        let work = wait(&routing, chat("cards", "cnv_1")).await;
        in_tx(&routing, move |r, tx| r.take(tx, &work, rosa, &How::Picked, now())).await.unwrap();
        in_tx(&routing, move |r, tx| r.pause(tx, &work, now())).await.unwrap();
        assert!(routing.in_hands_of(rosa).await.unwrap().is_empty(), "it keeps nobody");
        let resumed = in_tx(&routing, move |r, tx| r.resume(tx, &work, now())).await.unwrap();
        assert_eq!(resumed, Resumed::Held(rosa));

        in_tx(&routing, move |r, tx| r.pause(tx, &work, now())).await.unwrap();
        routing.set_presence(rosa, Presence::Offline, Actor::system()).await.unwrap();
        let resumed = in_tx(&routing, move |r, tx| r.resume(tx, &work, now())).await.unwrap();
        assert_eq!(resumed, Resumed::Waiting);
        assert_eq!(stand(&routing, work).await.sticky, Some(rosa));
    })
    .await;
}

#[tokio::test]
async fn a_matter_has_one_piece_of_work_until_that_is_done() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let work = wait(&routing, chat("cards", "cnv_1")).await;
        let again = in_tx(&routing, |r, tx| r.wait(tx, &chat("general", "cnv_1"), now())).await;
        assert_eq!(code(again), "routing.waits_already");
        let found = in_tx(&routing, |r, tx| r.work_about(tx, "cnv_1")).await.unwrap();
        assert_eq!(found.unwrap().id, work);
        in_tx(&routing, move |r, tx| r.finish(tx, &work, Ending::Abandoned, now())).await.unwrap();
        wait(&routing, chat("general", "cnv_1")).await;
    })
    .await;
}

#[tokio::test]
async fn what_moves_keeps_the_time_it_has_waited_and_nobody_holds_it() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let rosa = somebody(&routing, &["cards"]).await;
        let work = wait(&routing, chat("cards", "cnv_1")).await;
        let before = stand(&routing, work).await;
        in_tx(&routing, move |r, tx| r.take(tx, &work, rosa, &How::Picked, now())).await.unwrap();
        let to = Placement::new("general".parse().unwrap());
        in_tx(&routing, move |r, tx| r.move_to(tx, &work, &to, later(600))).await.unwrap();
        let after = stand(&routing, work).await;
        assert_eq!((after.state, after.holder), (State::Waiting, None));
        assert_eq!((after.waiting_since, after.rank), (before.waiting_since, before.rank));
        assert!(after.queued_at > before.queued_at);
        let nowhere = Placement::new("nowhere".parse().unwrap());
        let lost = in_tx(&routing, move |r, tx| r.move_to(tx, &work, &nowhere, now())).await;
        assert_eq!(code(lost), "routing.no_queue");
    })
    .await;
}

#[tokio::test]
async fn a_wrap_up_keeps_its_holder_and_a_reopened_matter_need_not_wait_for_it() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let rosa = id::new(now());
        let profile: Profile =
            serde_json::from_str(r#"{"queues":{"loans":{}},"languages":["en"],"certificates":["lending"]}"#)
                .unwrap();
        routing.set_profile(rosa, 0, profile, Actor::system()).await.unwrap();
        routing.arrive(rosa).await.unwrap();
        routing.set_presence(rosa, Presence::Available, Actor::system()).await.unwrap();
        let work = wait(&routing, chat("loans", "cnv_1")).await;
        in_tx(&routing, move |r, tx| r.take(tx, &work, rosa, &How::Picked, now())).await.unwrap();
        in_tx(&routing, move |r, tx| r.finish(tx, &work, Ending::Handled, now())).await.unwrap();
        assert_eq!(state(&routing, work).await, State::Wrapping);
        assert_eq!(routing.presence(rosa).await.unwrap(), Presence::WrapUp);
        wait(&routing, chat("loans", "cnv_1")).await;
        routing.end_wrap_ups(rosa).await.unwrap();
        assert_eq!(routing.presence(rosa).await.unwrap(), Presence::Available);
    })
    .await;
}

#[tokio::test]
async fn what_is_paused_or_done_is_never_looked_through() {
    testkit::on_sqlite(async |store| {
        let routing = routing(store).await;
        let plan = async |condition: &str| {
            let sql = format!("EXPLAIN QUERY PLAN SELECT * FROM routing_work WHERE {condition}");
            let read = move |tx: &mut Tx<'_>| tx.query(&sql, store::params![], |row| row.take::<String>(3));
            routing.store.read(read).await.unwrap().concat()
        };
        let (waiting, in_hands) = (work_rows::IS_WAITING, work_rows::IS_IN_HANDS);
        for (condition, index) in [
            (waiting.to_owned(), "routing_work_waiting"),
            (
                format!("queue = 'a' AND {waiting} ORDER BY rank, id LIMIT 5"),
                "routing_work_waiting (queue=?)",
            ),
            (
                format!("queue = 'a' AND {waiting} AND (rank, id) < (5, 'x')"),
                "routing_work_waiting (queue=? AND",
            ),
            (in_hands.to_owned(), "routing_work_holder"),
            (format!("holder = 'a' AND {in_hands}"), "routing_work_holder (holder=?)"),
            ("subject = 'a' AND state <> 'wrapping'".to_owned(), "routing_work_subject (subject=?)"),
        ] {
            let found = plan(&condition).await;
            assert!(found.contains(index), "{condition}: {found}");
            assert!(!found.contains("TEMP"), "{condition}: {found}");
        }
    })
    .await;
}

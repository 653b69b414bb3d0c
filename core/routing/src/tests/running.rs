//! The runner: quick, alone, and not missed when it is killed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use testkit::{on_both_engines, on_postgres};
use tokio::task::JoinHandle;

use super::*;
use crate::{Ending, How, Queue, Runner, queue_rows};

fn run(routing: &Routing, name: &str) -> JoinHandle<()> {
    tokio::spawn(Runner::new(routing.clone(), name.into()).run())
}

/// Shortens what a queue is patient about, below what administrators may.
async fn hurry(routing: &Routing, queue: &str, change: fn(&mut Queue)) {
    let mut kept = routing.book().kept(&queue.parse().unwrap()).unwrap().clone();
    change(&mut kept.queue);
    in_tx(routing, move |_, tx| {
        queue_rows::put(tx, &kept.queue, kept.version, now())?;
        crate::events::queue_changed(tx, now(), &kept.queue.id)
    })
    .await
    .unwrap();
    routing.refresh().await.unwrap();
}

/// Waits until something is so.
async fn until(what: &str, is: impl AsyncFn() -> bool) -> Duration {
    let begun = Instant::now();
    while !is().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "never: {what}");
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    begun.elapsed()
}

#[tokio::test]
async fn what_waits_is_offered_at_once_and_goes_on_when_it_is_declined() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let running = run(&routing, "one");
        let rosa = somebody(&routing, &["cards"]).await;
        let omar = somebody(&routing, &["cards"]).await;
        let mut times = Vec::new();
        for number in 0..7 {
            let work = wait(&routing, chat("cards", &format!("cnv_{number}"))).await;
            times.push(until("offered", async || state(&routing, work).await == State::Offered).await);
            let first = stand(&routing, work).await;
            let (asked, offer) = (first.holder.unwrap(), first.offer.unwrap());
            in_tx(&routing, move |r, tx| r.decline(tx, offer, asked, now())).await.unwrap();
            let next = if asked == rosa { omar } else { rosa };
            until("offered to the other", async || stand(&routing, work).await.holder == Some(next)).await;
            let how = How::Accepted(stand(&routing, work).await.offer.unwrap());
            in_tx(&routing, move |r, tx| r.take(tx, &work, next, &how, now())).await.unwrap();
            in_tx(&routing, move |r, tx| r.finish(tx, &work, Ending::Handled, now())).await.unwrap();
        }
        // Now and then the machine, or a transaction elsewhere on the same server, holds one up.
        times.sort();
        assert!(times[3] < Duration::from_millis(200), "{times:?}");
        running.abort();
    })
    .await;
}

#[tokio::test]
async fn an_unanswered_offer_goes_to_the_next_and_a_lost_desk_loses_its_chats() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        hurry(&routing, "cards", |queue| (queue.offer_for, queue.return_after) = (1, 1)).await;
        let running = run(&routing, "one");
        let rosa = somebody(&routing, &["cards"]).await;
        let work = wait(&routing, chat("cards", "cnv_1")).await;
        until("offered", async || state(&routing, work).await == State::Offered).await;
        let omar = somebody(&routing, &["cards"]).await;
        until("offered to the next", async || stand(&routing, work).await.holder == Some(omar)).await;
        let how = How::Accepted(stand(&routing, work).await.offer.unwrap());
        in_tx(&routing, move |r, tx| r.take(tx, &work, omar, &how, now())).await.unwrap();
        in_tx(&routing, move |_, tx| {
            crate::agent_rows::heard(tx, omar, now())?;
            crate::agent_rows::heard(tx, rosa, later(60))
        })
        .await
        .unwrap();
        // The leader learns of the silence at its next look.
        routing.set_presence(rosa, Presence::Available, Actor::system()).await.unwrap();
        until("brought back", async || stand(&routing, work).await.holder != Some(omar)).await;
        assert_eq!(routing.presence(omar).await.unwrap(), Presence::Away);
        running.abort();
    })
    .await;
}

#[tokio::test]
async fn work_overflows_and_wrap_up_ends_by_themselves() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        hurry(&routing, "cards", |queue| queue.overflow[0].after = 1).await;
        hurry(&routing, "general", |queue| queue.wrap_up = 1).await;
        let running = run(&routing, "one");
        let rosa = somebody(&routing, &["general"]).await;
        let first = wait(&routing, chat("general", "cnv_1")).await;
        in_tx(&routing, move |r, tx| r.take(tx, &first, rosa, &How::Picked, now())).await.unwrap();
        in_tx(&routing, move |r, tx| r.finish(tx, &first, Ending::Handled, now())).await.unwrap();
        let second = wait(&routing, chat("cards", "cnv_2")).await;
        assert_eq!(routing.presence(rosa).await.unwrap(), Presence::WrapUp);
        until("overflowed", async || stand(&routing, second).await.holder == Some(rosa)).await;
        until("wrapped up", async || routing.presence(rosa).await.unwrap() == Presence::Available).await;
        running.abort();
    })
    .await;
}

#[tokio::test]
async fn another_node_leads_when_the_leader_is_killed() {
    on_postgres(async |store| {
        let here = routing(store).await;
        let there = {
            let directories = Directories::open(store.second_handle().await).await.unwrap();
            Routing::open(store.second_handle().await, directories, here.trail.clone()).await.unwrap()
        };
        let rosa = somebody(&here, &["cards"]).await;
        let (first, second) = (run(&here, "first"), run(&there, "second"));
        let work = wait(&here, chat("cards", "cnv_1")).await;
        until("offered", async || state(&here, work).await == State::Offered).await;
        let holder = async || {
            let sql = "SELECT holder FROM lease WHERE name = 'routing'";
            let found =
                here.store.read(move |tx| tx.query_one(sql, store::params![], |row| row.take(0))).await;
            found.unwrap_or_else(|_| String::new())
        };
        let leader: String = holder().await;
        if leader == "first" {
            first.abort();
        } else {
            second.abort();
        }
        let how = How::Accepted(stand(&here, work).await.offer.unwrap());
        in_tx(&here, move |r, tx| r.take(tx, &work, rosa, &how, now())).await.unwrap();
        let next = wait(&here, chat("cards", "cnv_2")).await;
        let took = until("offered by the other", async || state(&here, next).await == State::Offered).await;
        assert!(took < Duration::from_secs(9), "{took:?}");
        assert_ne!(holder().await, leader);
        first.abort();
        second.abort();
        there.store.close().await.unwrap();
    })
    .await;
}

/// Everybody answers offers as people do, now and then not at all; the leader is killed again and again.
#[tokio::test]
async fn through_crashes_every_matter_is_done_once_and_nobody_has_more_than_fits() {
    on_both_engines(async |store| {
        const MATTERS: usize = 80;
        let routing = routing(store).await;
        hurry(&routing, "cards", |queue| (queue.offer_for, queue.again_after) = (1, 1)).await;
        let mut people = Vec::new();
        for _ in 0..5 {
            people.push(somebody(&routing, &["cards"]).await);
        }
        let workers: Vec<_> =
            people.iter().map(|staff| tokio::spawn(at_work(routing.clone(), *staff))).collect();
        let killer = tokio::spawn({
            let routing = routing.clone();
            async move {
                loop {
                    // The same name, as a process has that is started again at once.
                    let running = run(&routing, "one");
                    tokio::time::sleep(Duration::from_millis(330)).await;
                    running.abort();
                }
            }
        });
        for number in 0..MATTERS {
            wait(&routing, chat("cards", &format!("cnv_{number}"))).await;
        }
        let done = async || {
            let sql = "SELECT subject, holder FROM routing_done";
            let read = move |tx: &mut Tx<'_>| {
                tx.query(sql, store::params![], |row| Ok((row.take::<String>(0)?, row.take::<String>(1)?)))
            };
            routing.store.read(read).await.unwrap()
        };
        until("all done", async || {
            let (_, people) = routing.floor().await.unwrap();
            for person in people {
                assert!(person.hands.len() <= 3, "more than fits: {:?}", person.hands);
            }
            done().await.len() >= MATTERS
        })
        .await;
        killer.abort();
        let mut by_subject: BTreeMap<String, usize> = BTreeMap::new();
        for (subject, _) in done().await {
            *by_subject.entry(subject).or_default() += 1;
        }
        assert_eq!(by_subject.len(), MATTERS);
        assert!(by_subject.values().all(|times| *times == 1));
        for worker in workers {
            worker.abort();
        }
    })
    .await;
}

/// Accepts what is offered, declines every fifth, lets every ninth pass, and finishes what they hold.
async fn at_work(routing: Routing, staff: Id<StaffMember>) {
    let (mut turn, mut ignored) = (0, None);
    loop {
        turn += 1;
        if let Some(offer) =
            routing.offer_before(staff).await.unwrap().filter(|offer| ignored != Some(offer.id))
        {
            let (work, id) = (offer.work, offer.id);
            if turn % 9 == 0 {
                ignored = Some(id);
            } else if turn % 5 == 0 {
                let _ = in_tx(&routing, move |r, tx| r.decline(tx, id, staff, now())).await;
            } else {
                let how = How::Accepted(id);
                let _ = in_tx(&routing, move |r, tx| r.take(tx, &work, staff, &how, now())).await;
            }
        }
        if routing.presence(staff).await.unwrap() == Presence::Away {
            routing.set_presence(staff, Presence::Available, Actor::system()).await.unwrap();
        }
        let hands = routing.in_hands_of(staff).await.unwrap();
        if let Some(held) = hands.into_iter().find(|work| work.state == State::Held) {
            in_tx(&routing, move |r, tx| r.finish(tx, &held.id, Ending::Handled, now())).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(7)).await;
    }
}

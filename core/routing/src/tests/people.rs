//! Presence.

use testkit::on_both_engines;

use super::*;
use crate::agent_rows;

#[tokio::test]
async fn a_lost_desk_makes_away_and_its_return_brings_back_what_was_chosen() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let rosa = somebody(&routing, &["cards"]).await;
        routing.leave(rosa).await.unwrap();
        assert_eq!(routing.presence(rosa).await.unwrap(), Presence::Available, "a page may load again");
        let lost = in_tx(&routing, |_, tx| agent_rows::lose_silent(tx, later(16))).await.unwrap();
        assert_eq!(lost, [rosa]);
        assert_eq!(routing.presence(rosa).await.unwrap(), Presence::Away);
        routing.heard_of(vec![rosa]).await.unwrap();
        assert_eq!(routing.presence(rosa).await.unwrap(), Presence::Available);
    })
    .await;
}

#[tokio::test]
async fn whoever_lets_offers_pass_is_taken_to_be_away() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let rosa = somebody(&routing, &["cards"]).await;
        for number in 0..2 {
            assert_eq!(routing.presence(rosa).await.unwrap(), Presence::Available);
            let work = wait(&routing, chat("cards", &format!("cnv_{number}"))).await;
            offer(&routing, work, rosa).await.unwrap();
            in_tx(&routing, move |_, tx| Routing::expire(tx, &work, now())).await.unwrap();
            assert_eq!(state(&routing, work).await, State::Offered, "its time is not over");
            in_tx(&routing, move |_, tx| Routing::expire(tx, &work, later(21))).await.unwrap();
            assert_eq!(state(&routing, work).await, State::Waiting);
        }
        assert_eq!(routing.presence(rosa).await.unwrap(), Presence::Away);
    })
    .await;
}

#[tokio::test]
async fn whoever_goes_away_leaves_no_offer_lying() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let rosa = somebody(&routing, &["cards"]).await;
        let work = wait(&routing, chat("cards", "cnv_1")).await;
        offer(&routing, work, rosa).await.unwrap();
        routing.set_presence(rosa, Presence::Away, Actor::system()).await.unwrap();
        assert_eq!(state(&routing, work).await, State::Waiting);
        assert!(offer(&routing, work, rosa).await.is_none(), "nothing is offered to who is away");
        let chosen = routing.set_presence(rosa, Presence::WrapUp, Actor::system()).await;
        assert_eq!(code(chosen), "routing.presence_not_chosen");
    })
    .await;
}

#[tokio::test]
async fn the_floor_shows_queues_and_people() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let rosa = somebody(&routing, &["cards", "general"]).await;
        let first = wait(&routing, chat("cards", "cnv_1")).await;
        let second = wait(&routing, chat("cards", "cnv_2")).await;
        in_tx(&routing, move |r, tx| r.take(tx, &first, rosa, &crate::How::Picked, now())).await.unwrap();
        let (queues, people) = routing.floor().await.unwrap();
        assert_eq!(queues, routing.stands().await.unwrap());
        let cards = &queues[0];
        assert_eq!((cards.queue.as_str(), cards.waiting, cards.held), ("cards", 1, 1));
        assert_eq!(cards.longest_since, Some(stand(&routing, second).await.waiting_since));
        assert_eq!(cards.people.get(&Presence::Available), Some(&1));
        assert_eq!(people[0].hands[0].subject, "cnv_1");
        let next = routing.waiting_in("cards".parse().unwrap(), 10).await.unwrap();
        assert_eq!(next.iter().map(|work| work.id).collect::<Vec<_>>(), [second]);
    })
    .await;
}

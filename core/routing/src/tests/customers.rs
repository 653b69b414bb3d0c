//! What customers are told: open or closed, their place and their wait.

use testkit::on_both_engines;

use super::*;
use crate::{Ending, Hours, How, Queue, WhenClosed};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test]
async fn hours_come_from_the_directory_and_holidays_count() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let cards = "cards".parse().unwrap();
        let state =
            async |moment: &str| routing.open_state(&cards, ChannelKind::Chat, at(moment)).await.unwrap();
        let open = state("2026-11-20T15:00:00Z").await;
        assert!(open.open && !open.staffed);
        assert_eq!(open.until, Some(at("2026-11-20T22:00:00Z")));
        let evening = state("2026-11-20T23:00:00Z").await;
        assert!(!evening.open);
        assert_eq!(evening.opens, Some(at("2026-11-23T14:00:00Z")), "Monday at nine");
        let thanksgiving = state("2026-11-26T15:00:00Z").await;
        assert_eq!((thanksgiving.open, thanksgiving.opens), (false, Some(at("2026-11-27T14:00:00Z"))));
    })
    .await;
}

#[tokio::test]
async fn a_staffed_queue_is_open_while_somebody_is_there() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let general = "general".parse().unwrap();
        let state = async || routing.open_state(&general, ChannelKind::Chat, now()).await.unwrap().open;
        assert!(!state().await);
        let rosa = somebody(&routing, &["general"]).await;
        assert!(state().await);
        routing.set_presence(rosa, Presence::Busy, Actor::system()).await.unwrap();
        assert!(state().await, "who is busy is there");
        routing.set_presence(rosa, Presence::Away, Actor::system()).await.unwrap();
        assert!(!state().await);
    })
    .await;
}

#[tokio::test]
async fn a_closed_queue_says_what_can_be_done_instead() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let kept = routing.book().kept(&"cards".parse().unwrap()).unwrap().clone();
        let instead = [WhenClosed::Message, WhenClosed::Callback];
        let hours = Hours::Own("Sa 10:00-12:00".into());
        let queue = Queue { hours, when_closed: instead.into(), ..kept.queue };
        let id = queue.id.clone();
        routing.change_queue(queue, kept.version, Actor::system()).await.unwrap();
        let friday = routing.open_state(&id, ChannelKind::Chat, at("2026-11-20T15:00:00Z")).await.unwrap();
        assert_eq!(friday.opens, Some(at("2026-11-21T15:00:00Z")));
        assert_eq!(friday.instead, instead.into());
        let saturday = routing.open_state(&id, ChannelKind::Chat, at("2026-11-21T16:00:00Z")).await.unwrap();
        assert!(saturday.open && saturday.instead.is_empty());
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_is_told_their_place_and_a_wait_from_what_work_took_lately() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let cards = "cards".parse().unwrap();
        let ask = async |moment| routing.estimate(&cards, ChannelKind::Chat, None, moment).await.unwrap();
        assert_eq!(ask(now()).await.wait, None, "nobody is there");
        let rosa = somebody(&routing, &["cards"]).await;
        // Five that took a minute each.
        for number in 0..5 {
            let work = wait(&routing, chat("cards", &format!("cnv_{number}"))).await;
            in_tx(&routing, move |r, tx| r.take(tx, &work, rosa, &How::Picked, now())).await.unwrap();
            in_tx(&routing, move |r, tx| r.finish(tx, &work, Ending::Handled, later(60))).await.unwrap();
        }
        for number in 10..13 {
            let work = wait(&routing, chat("cards", &format!("cnv_{number}"))).await;
            in_tx(&routing, move |r, tx| r.take(tx, &work, rosa, &How::Picked, now())).await.unwrap();
        }
        wait(&routing, chat("cards", "cnv_20")).await;
        wait(&routing, chat("cards", "cnv_21")).await;
        let second = routing.place_of("cnv_21", later(60)).await.unwrap().unwrap();
        assert_eq!(second.position, 2);
        let seconds = second.wait.unwrap().as_secs();
        assert!((38..=42).contains(&seconds), "two turns of a minute with three chats at a time: {seconds}");
        assert_eq!(routing.place_of("cnv_10", later(60)).await.unwrap(), None, "it does not wait");
        assert_eq!(ask(later(60)).await.position, 3);
    })
    .await;
}

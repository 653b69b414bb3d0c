//! Queues and profiles.

use testkit::on_both_engines;

use super::*;
use crate::Queue;

#[tokio::test]
async fn a_file_adds_queues_and_never_overwrites_them() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let kept = routing.book().kept(&"cards".parse().unwrap()).unwrap().clone();
        let changed = Queue { wrap_up: 45, ..kept.queue };
        routing.change_queue(changed, kept.version, Actor::system()).await.unwrap();
        let added = routing.load(QueueFile::parse(QUEUES).unwrap(), Actor::system()).await.unwrap();
        assert_eq!(added, 0);
        assert_eq!(routing.book().queue(&"cards".parse().unwrap()).unwrap().wrap_up, 45);
        let order: Vec<_> = routing.book().queues().map(|queue| queue.id.to_string()).collect();
        assert_eq!(order, ["cards", "loans", "general"]);
    })
    .await;
}

#[tokio::test]
async fn a_change_made_on_old_grounds_is_refused() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let kept = routing.book().kept(&"cards".parse().unwrap()).unwrap().clone();
        routing.change_queue(kept.queue.clone(), kept.version, Actor::system()).await.unwrap();
        let late = routing.change_queue(kept.queue, kept.version, Actor::system()).await;
        assert_eq!(code(late), "routing.changed_meanwhile");
        let rosa = somebody(&routing, &["cards"]).await;
        for version in [0, 2, -1] {
            let late = routing.set_profile(rosa, version, Profile::default(), Actor::system()).await;
            assert_eq!(code(late), "routing.changed_meanwhile", "{version}");
        }
        assert!(routing.book().is_served_by(&"cards".parse().unwrap(), rosa));
        routing.set_profile(rosa, 1, Profile::default(), Actor::system()).await.unwrap();
        assert_eq!(routing.book().serves(rosa).count(), 0);
    })
    .await;
}

#[tokio::test]
async fn what_the_directory_does_not_know_is_refused() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let sound = routing.book().queue(&"cards".parse().unwrap()).unwrap().clone();
        let new = |change: fn(&mut Queue)| {
            let mut queue = Queue { id: "another".parse().unwrap(), ..sound.clone() };
            change(&mut queue);
            routing.create_queue(queue, Actor::system())
        };
        assert_eq!(code(new(|queue| queue.unit = "none".into()).await), "routing.no_unit");
        assert_eq!(code(new(|queue| queue.topics = ["none".into()].into()).await), "routing.no_topic");
        assert_eq!(
            code(new(|queue| queue.hours = crate::Hours::Own("nonsense".into())).await),
            "routing.hours_malformed"
        );
        let overflow = |to: &str| vec![crate::Overflow { after: 9, to: to.parse().unwrap() }];
        let queue = Queue { id: "another".parse().unwrap(), overflow: overflow("none"), ..sound.clone() };
        assert_eq!(code(routing.create_queue(queue, Actor::system()).await), "routing.no_queue");
        let queue = Queue { overflow: overflow("another"), id: "another".parse().unwrap(), ..sound.clone() };
        assert_eq!(code(routing.create_queue(queue, Actor::system()).await), "routing.queue_malformed");
        assert_eq!(code(new(|_| ()).await), "done");
        assert_eq!(code(new(|_| ()).await), "routing.queue_exists");
    })
    .await;
}

#[tokio::test]
async fn a_topic_finds_its_queue_and_the_rest_goes_to_the_fallback() {
    on_both_engines(async |store| {
        let routing = routing(store).await;
        let found = |topic, channel| routing.queue_for(topic, channel).map(|id| id.to_string());
        assert_eq!(found(Some("cards"), ChannelKind::Chat).unwrap(), "cards");
        assert_eq!(found(Some("loans"), ChannelKind::Phone).unwrap(), "general", "loans take no calls");
        assert_eq!(found(None, ChannelKind::Chat).unwrap(), "general");
        assert_eq!(code(found(None, ChannelKind::Fax)), "routing.no_queue_for");
    })
    .await;
}

/// The example is data like any other; here it stands for whatever an institution writes.
#[tokio::test]
async fn the_examples_queues_fit_the_examples_directory() {
    testkit::on_sqlite(async |store| {
        let routing = empty(store).await;
        let directory = include_str!("../../../../institutions/ally/directory.toml");
        let directory = Directory::load(directory, "directory.toml").unwrap();
        routing.directories.import(&directory, Import::default()).await.unwrap();
        let file = QueueFile::parse(include_str!("../../../../institutions/ally/queues.toml")).unwrap();
        let count = file.queues.len();
        assert_eq!(routing.load(file, Actor::system()).await.unwrap(), count);
        let book = routing.book();
        for topic in &directory.topics {
            let found = book.queue_for(Some(&topic.id), ChannelKind::Email).unwrap();
            assert!(found.topics.contains(&topic.id) || found.fallback, "{}", topic.id);
        }
    })
    .await;
}

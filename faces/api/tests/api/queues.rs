//! Queues and presence as programs see them.

use audit::Actor;
use directory::ChannelKind;
use http::StatusCode;
use kernel::Clock as _;
use kernel::id::{self, Id, StaffMember};
use routing::{Capacity, Membership, Presence, Profile};
use serde_json::json;
use staff::Permission;

use crate::conversations::begin;
use crate::house::{House, at_both_houses};

async fn representative(house: &House, queue: &str) -> Id<StaffMember> {
    let (member, routing) = (id::new(house.clock.now()), &house.programs.routing);
    let profile = Profile {
        queues: [(queue.parse().unwrap(), Membership::default())].into(),
        languages: ["es".parse().unwrap()].into(),
        capacity: Capacity([(ChannelKind::Email, 2)].into()),
        ..Profile::default()
    };
    routing.set_profile(member, 0, profile, Actor::system()).await.unwrap();
    routing.arrive(member).await.unwrap();
    routing.set_presence(member, Presence::Available, Actor::system()).await.unwrap();
    member
}

#[tokio::test]
async fn a_program_sees_what_waits_how_long_and_who_is_there() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let closed = program.get("/queues/cards/estimate?channel=email").await;
        assert_eq!(closed.body["open"], false, "nobody is there: {}", closed.body);
        let member = representative(house, "cards").await;
        begin(&program, "one").await;
        // What was seen of a queue is believed for two seconds.
        house.clock.advance(jiff::SignedDuration::from_secs(3));
        let queues = program.get("/queues").await;
        assert_eq!(queues.items().len(), 2);
        let cards = &queues.items()[0];
        assert_eq!((cards["id"].as_str(), cards["waiting"].as_i64()), (Some("cards"), Some(1)));
        assert_eq!(cards["people"], json!({ "available": 1 }));
        let estimate = program.get("/queues/cards/estimate?channel=email&language=es").await;
        assert_eq!((estimate.body["open"].as_bool(), estimate.number("position")), (Some(true), 2));
        assert!(estimate.body["wait_seconds"].is_i64(), "{}", estimate.body);
        assert_eq!(program.get("/queues/nowhere/estimate").await.status, StatusCode::NOT_FOUND);

        let place = format!("/presence/{member}");
        assert_eq!(program.put(&place, json!({ "presence": "away" })).await.status, StatusCode::NO_CONTENT);
        let people = program.get("/presence").await;
        assert_eq!(people.items()[0]["presence"], "away");
        assert_eq!(program.put(&place, json!({ "presence": "asleep" })).await.code(), "api.value_unknown");
    })
    .await;
}

#[tokio::test]
async fn a_program_for_one_queue_sees_its_people_only() {
    at_both_houses(async |house| {
        let (ours, theirs) = (representative(house, "loans").await, representative(house, "cards").await);
        let loans =
            house.program(&[Permission::QUEUE_SUPERVISE, Permission::CONVERSATION_READ], &["loans"]).await;
        let queues = loans.get("/queues").await;
        assert_eq!((queues.items().len(), queues.items()[0]["id"].as_str()), (1, Some("loans")));
        let people = loans.get("/presence").await;
        assert_eq!(
            (people.items().len(), people.items()[0]["staff"].as_str()),
            (1, Some(&*ours.to_string()))
        );
        let away = json!({ "presence": "away" });
        assert_eq!(loans.put(&format!("/presence/{theirs}"), away).await.status, StatusCode::NOT_FOUND);
        assert_eq!(loans.get("/queues/cards/estimate").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

//! Two nodes over one database.

use chat::Limits;
use serde_json::json;
use testkit::{TestStore, on_postgres};

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_on_one_node_is_heard_on_the_other() {
    on_postgres(async |store: &TestStore| {
        let one = House::open((**store).clone(), Limits::default()).await;
        let other = House::open(store.second_handle().await, Limits::default()).await;
        let staff = one.staff().await;
        let ana = one.browser("Hello").await;
        let (mut here, ..) = ana.join(0).await;
        let (mut there, ..) = ana.at(other.address).join(0).await;
        here.say("message-1", "said here").await;
        let n = here.next("ack").await["n"].clone();
        assert_eq!(there.next("entry").await["n"], n);
        other.conversations.pick(ana.conversation, staff).await.unwrap();
        other.reply(ana.conversation, staff, "answered there").await;
        while here.next("entry").await["shown"]["text"] != json!("answered there") {}
        there.say("message-1", "said here").await;
        assert_eq!(there.next("ack").await["repeated"], true, "the other node knows the key");
        other.store.close().await.unwrap();
    })
    .await;
}

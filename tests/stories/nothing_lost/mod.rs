//! Nothing lost: customers and representatives talk through lost connections, doubled sends and a centre
//! that is killed in mid-sentence; every message that was taken is there once, for both sides, in order.

mod customer;
mod house;
mod representative;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use self::customer::Talk;
use self::house::House;
use self::representative::Representative;

const CUSTOMERS: usize = 200;
const REPRESENTATIVES: usize = 20;
/// What each customer says, the first words included.
const MESSAGES: usize = 6;
const KILLS: usize = 3;
const PATIENCE: Duration = Duration::from_mins(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_sqlite() {
    nothing_is_lost(House::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_postgres() {
    testkit::on_postgres(async |store| nothing_is_lost(House::on_postgres(store.address(), 1).await).await)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_between_two_nodes() {
    testkit::on_postgres(async |store| nothing_is_lost(House::on_postgres(store.address(), 2).await).await)
        .await;
}

async fn nothing_is_lost(house: House) {
    let told = timeout(PATIENCE, tell(house)).await;
    told.expect("everybody was content in time");
}

async fn tell(mut house: House) {
    let doors = house.doors();
    let mut staff = Vec::new();
    for link in house.links() {
        staff.push(Representative::sign_in(&doors, link).await);
    }
    assert_eq!(staff.len(), REPRESENTATIVES);

    let mut customers = begin_all(&doors).await;
    let matters = staff[0].conversations(CUSTOMERS).await;
    let over = Arc::new(AtomicBool::new(false));
    let mut desks = JoinSet::new();
    for (number, representative) in staff.into_iter().enumerate() {
        let mine = matters.iter().skip(number).step_by(REPRESENTATIVES).cloned().collect();
        desks.spawn(representative.work(mine, Arc::clone(&over), number));
    }
    let mut talks = JoinSet::new();
    for (number, talk) in customers.drain(..).enumerate() {
        talks.spawn(talk.until_content(number));
    }

    for _ in 0..KILLS {
        // Long enough for talk to be under way, which a kill then cuts.
        tokio::time::sleep(Duration::from_secs(4)).await;
        house.kill_and_restart().await;
    }

    let mut heard = 0;
    while let Some(done) = talks.join_next().await {
        heard += done.expect("a customer's story holds");
    }
    over.store(true, Ordering::Relaxed);
    let mut seen = 0;
    while let Some(done) = desks.join_next().await {
        seen += done.expect("a representative's story holds");
    }
    assert_eq!(heard, CUSTOMERS * MESSAGES, "each message was answered once");
    assert_eq!(seen, CUSTOMERS * MESSAGES, "each message was seen once");
    house.stop().await;
}

async fn begin_all(doors: &[String]) -> Vec<Talk> {
    let http = chat::client::http().unwrap();
    let mut talks = Vec::new();
    for number in 0..CUSTOMERS {
        talks.push(Talk::begin(&http, doors, number).await);
    }
    talks
}

//! What a running centre does by itself: hears events, signs the audit trail, removes what time has ended.

use std::sync::Arc;
use std::time::Duration;

use chat::Chat;
use jiff::SignedDuration;
use kernel::{Error, Event, Position, Result};
use routing::Runner;
use store::Tx;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::parts::Parts;

const CHECKPOINT: Duration = Duration::from_hours(1);
const TIDY: Duration = Duration::from_mins(5);
const PROVIDER: Duration = Duration::from_mins(1);
/// Rules count waits in minutes.
const WAITS: Duration = Duration::from_secs(30);
const COUNTS: Duration = Duration::from_secs(5);
/// Longer than two turns, so that a node that renews it in time keeps it.
const LEASE: SignedDuration = SignedDuration::from_secs(150);

/// After a consumer of events failed, as when the database was gone for a moment.
const AGAIN: Duration = Duration::from_secs(1);

/// The work, under way until it is stopped.
pub(crate) struct Upkeep {
    /// What ends by itself when the store closes.
    following: Vec<JoinHandle<()>>,
    turns: Vec<JoinHandle<()>>,
    holder: String,
}

impl Upkeep {
    pub(crate) fn start(parts: &Arc<Parts>, chat: &Chat, holder: String) -> Self {
        let told = tokio::spawn({
            let (parts, chat, from) = (Arc::clone(parts), chat.clone(), parts.events);
            async move { said(follow(parts, chat, from).await, "following events") }
        });
        let conversations = parts.work.conversations.clone();
        let following = vec![
            told,
            consume(parts, "conversations", &holder, move |tx, event| conversations.hear_routing(tx, event)),
            consume(parts, "automation", &holder, {
                let automation = parts.work.automation.clone();
                move |tx, event| automation.hear(tx, event)
            }),
            tokio::spawn(carry_out_rules(Arc::clone(parts), holder.clone())),
            consume(parts, webhooks::CONSUMER, &holder, {
                let webhooks = parts.webhooks.clone();
                move |tx, event| webhooks.hear(tx, event)
            }),
            tokio::spawn({
                let (webhooks, holder) = (parts.webhooks.clone(), holder.clone());
                async move { said(webhooks.run(holder).await, "sending to webhooks") }
            }),
            tokio::spawn({
                let (conversations, holder) = (parts.work.conversations.clone(), holder.clone());
                async move { said(conversations.run(&holder).await, "looking after conversations") }
            }),
        ];
        let turns = turns(parts, chat, &holder);
        Self { following, turns, holder }
    }

    /// Ends the turns; following ends by itself when the store closes.
    pub(crate) async fn stop(self, parts: &Parts) -> Result<()> {
        for turn in &self.turns {
            turn.abort();
        }
        said(Runner::step_down(&parts.work.routing, &self.holder).await, "letting another node route");
        said(parts.knowledge.settle_counts().await, "writing the last counts");
        // What happened until now is signed, so that its end cannot be cut off unnoticed.
        parts.trail.checkpoint(&parts.store).await?;
        parts.store.close().await?;
        for following in self.following {
            following.await?;
        }
        Ok(())
    }
}

/// What is done again and again.
fn turns(parts: &Arc<Parts>, chat: &Chat, holder: &str) -> Vec<JoinHandle<()>> {
    let holder = holder.to_owned();
    vec![
        tokio::spawn(Runner::new(parts.work.routing.clone(), holder.clone()).run()),
        every(CHECKPOINT, parts, "signing the audit trail", |parts| async move {
            parts.trail.checkpoint(&parts.store).await.map(|_| ())
        }),
        every(TIDY, parts, "tidying", |parts| async move {
            match &parts.staff {
                Some(staff) => staff.tidy().await.map(|_| ()),
                None => Ok(()),
            }
        }),
        every(COUNTS, parts, "counting what the help was worth", |parts| async move {
            parts.knowledge.settle_counts().await
        }),
        tokio::spawn({
            let knowledge = parts.knowledge.clone();
            async move { knowledge.keep_up().await }
        }),
        every(TIDY, parts, "tidying the chat", {
            let chat = chat.clone();
            move |_| {
                let chat = chat.clone();
                async move { chat.tidy().await }
            }
        }),
        every(WAITS, parts, "looking which waits are over", {
            let holder = holder.clone();
            move |parts| {
                let holder = holder.clone();
                async move { parts.work.automation.look_at_time(&holder).await }
            }
        }),
        every(TIDY, parts, "tidying what was sent to webhooks", |parts| async move {
            parts.webhooks.tidy().await.map(|_| ())
        }),
        every(TIDY, parts, "tidying conversations", |parts| async move {
            parts.work.conversations.tidy().await.map(|_| ())
        }),
        every(TIDY, parts, "tidying what rules did", |parts| async move {
            parts.work.automation.tidy().await.map(|_| ())
        }),
        every(PROVIDER, parts, "asking the sign-in provider", {
            let holder = holder.clone();
            move |parts| {
                let holder = holder.clone();
                async move { ask_provider(&parts, holder).await }
            }
        }),
    ]
}

async fn follow(parts: Arc<Parts>, chat: Chat, from: Position) -> Result<()> {
    let store = parts.store.clone();
    let hear = move |event: Event| {
        let (parts, chat) = (Arc::clone(&parts), chat.clone());
        async move {
            parts.vault.hear(&event);
            chat.hear(&event);
            parts.knowledge.hear(&event);
            if let Some(staff) = &parts.staff {
                staff.hear(&event);
            }
            // What one cannot take in now it finds in the database later; the others are told all the same.
            said(parts.work.hear(&event).await, "hearing of work");
            said(parts.directories.hear(&event).await, "hearing of directories");
            Ok(())
        }
    };
    store.follow(from, hear).await
}

/// Lets every event take effect once, on one node, until the store closes.
fn consume<F>(parts: &Arc<Parts>, name: &'static str, holder: &str, hear: F) -> JoinHandle<()>
where
    F: Fn(&mut Tx<'_>, &Event) -> Result<()> + Clone + Send + Sync + 'static,
{
    let (store, holder) = (parts.store.clone(), holder.to_owned());
    tokio::spawn(async move {
        while let Err(error) = store.consume(name, &holder, hear.clone()).await {
            if store.is_closing() {
                break;
            }
            tracing::error!(%error, name, "a consumer of events failed and begins again");
            tokio::time::sleep(AGAIN).await;
        }
    })
}

/// Carries out what rules decided, until the store closes.
async fn carry_out_rules(parts: Arc<Parts>, holder: String) {
    while let Err(error) = parts.work.automation.run(&holder).await {
        if parts.store.is_closing() {
            break;
        }
        tracing::error!(%error, "carrying out rules failed and begins again");
        tokio::time::sleep(AGAIN).await;
    }
}

async fn ask_provider(parts: &Parts, holder: String) -> Result<()> {
    let Some(staff) = &parts.staff else { return Ok(()) };
    let clock = parts.store.clock().clone();
    let mine =
        parts.store.write(move |tx| tx.take_lease("sign-in provider", &holder, clock.now(), LEASE)).await?;
    if mine { staff.check_provider_sessions().await.map(|_| ()) } else { Ok(()) }
}

fn every<F, Turn>(period: Duration, parts: &Arc<Parts>, doing: &'static str, mut turn: F) -> JoinHandle<()>
where
    F: FnMut(Arc<Parts>) -> Turn + Send + 'static,
    Turn: Future<Output = Result<()>> + Send,
{
    let parts = Arc::clone(parts);
    tokio::spawn(async move {
        let mut tick = interval(period);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick comes at once; the first turn is due after a period.
        tick.tick().await;
        loop {
            tick.tick().await;
            said(turn(Arc::clone(&parts)).await, doing);
        }
    })
}

fn said(done: Result<(), Error>, doing: &'static str) {
    if let Err(error) = done {
        tracing::error!(%error, doing, "upkeep failed");
    }
}

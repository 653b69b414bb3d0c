//! What the centre's own closed conversations teach: what the customer wrote first, and the topic under
//! which the matter was settled.

use ::audit::{Actor, ActorKind, Entry};
use ::triage::TaggedText;
use conversations::{Body, Conversations, Order, Query, Scope, StateKind};
use kernel::Result;

use crate::directory::account;
use crate::parts::Parts;
use crate::{Settings, clock};

/// Newest conversations that are read; older ones speak of what has changed since.
const MOST: usize = 20_000;
const A_PAGE: u16 = 100;
/// The customer's first words are among the first entries, or there are none.
const FIRST_ENTRIES: u16 = 20;

/// Messages are masked before they are stored, and a model keeps none of their text; still, they were read,
/// and the trail says so.
pub(super) async fn examples(settings: &Settings) -> Result<Vec<TaggedText>> {
    let parts = Parts::open(settings, clock()).await?;
    let read = read(&parts.work.conversations).await;
    let told = match &read {
        Ok(examples) => {
            let entry = Entry::new("triage.learn", format!("{} conversations", examples.len()));
            let entry = entry.by(Actor::new(ActorKind::Operator, account()));
            parts.trail.record(&parts.store, entry).await.map(|_| ())
        }
        Err(_) => Ok(()),
    };
    parts.store.close().await?;
    told?;
    read
}

async fn read(conversations: &Conversations) -> Result<Vec<TaggedText>> {
    let mut examples = Vec::new();
    let mut query = Query {
        states: vec![StateKind::Closed],
        order: Order::NewestFirst,
        limit: A_PAGE,
        ..Query::open(Scope::All)
    };
    loop {
        let page = conversations.list(query.clone()).await?;
        for row in page.rows {
            let Some(topic) = row.conversation.topic else { continue };
            let entries = conversations.entries(row.conversation.id, 0, FIRST_ENTRIES).await?;
            let mut said = entries.iter().filter_map(|entry| match &entry.body {
                Body::Message(words) => words.text(),
                _ => None,
            });
            examples.extend(said.next().map(|text| TaggedText::of_topic(text, &topic)));
            if examples.len() == MOST {
                return Ok(examples);
            }
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(examples),
        }
    }
}

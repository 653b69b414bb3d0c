//! Invented customers: each comes with a question, waits, answers, says thanks and goes.

use std::sync::Arc;
use std::time::Duration;

use conversations::{Author, Body, Closing, NewConversation, NewEntry, State, Watch};
use customers::{Contact, NewPoint};
use directory::ChannelKind;
use kernel::Result;
use kernel::id::{Conversation, Id};
use vault::Secret;

use super::Demo;
use super::script::one_of;

/// Of ten who were answered, so many have another question.
const CURIOUS: u32 = 4;
/// Somebody who is not answered for so long gives up; of the day's time.
const PATIENCE: Duration = Duration::from_mins(20);
/// How a conversation ends whose customer gave up.
const LEFT: &str = "customer-left";
/// Letters of a subject: as many as a list shows.
const SUBJECT: usize = 80;
/// Entries looked at together; a chat of the demonstration is shorter.
const BATCH: u16 = 100;

/// One customer, from the first word to the last.
pub(super) async fn visit(demo: Arc<Demo>, question: String, mut random: fastrand::Rng) -> Result<()> {
    let id = begin(&demo, &question, &mut random).await?;
    // The watch begins before anything is read, so no answer falls between.
    let mut watch = demo.work.conversations.live().watch(id);
    let mut heard = 0;
    let mut questions_left = u32::from(random.u32(0..10) < CURIOUS);
    loop {
        let Some(number) = answered(&demo, id, &mut watch, heard).await? else {
            return give_up(&demo, id).await;
        };
        heard = number;
        demo.pause(Duration::from_secs(random.u64(10..45))).await;
        if is_over(&demo, id).await? {
            break;
        }
        let list = if questions_left > 0 {
            &demo.script.customers.follow_ups
        } else {
            &demo.script.customers.thanks
        };
        say(&demo, id, one_of(list, &mut random)).await?;
        if questions_left == 0 {
            break;
        }
        questions_left -= 1;
    }
    until_over(&demo, id, &mut watch).await?;
    if random.u32(0..3) > 0 {
        demo.work.conversations.rate(id, random.u8(3..=5), None).await?;
    }
    Ok(())
}

async fn begin(demo: &Demo, question: &str, random: &mut fastrand::Rng) -> Result<Id<Conversation>> {
    let people = &demo.script.customers;
    let (given, family) = (one_of(&people.given, random), one_of(&people.family, random));
    let email = format!("{given}.{family}@mail.example").to_lowercase();
    let contact = Contact {
        name: Some(Secret::new(format!("{given} {family}"))),
        // An account that the demonstration vouches for: who comes again is known.
        points: vec![NewPoint::email(&email)?.verified()],
        language: Some("en".parse()?),
        channel: Some(ChannelKind::Chat),
        ..Contact::default()
    };
    let queue = demo.work.routing.queue_for(None, ChannelKind::Chat)?;
    let (work, clock, question) = (demo.work.clone(), demo.store.clock().clone(), question.to_owned());
    demo.store
        .write(move |tx| {
            let person = work.customers.find_or_create(tx, &contact, clock.now())?;
            let mut new = NewConversation::new(person, ChannelKind::Chat, queue.clone(), "en".parse()?);
            new.subject = Some(question.chars().take(SUBJECT).collect());
            new.first = Some(NewEntry::words(Author::Customer, question.as_str()));
            Ok(work.conversations.open_in(tx, &new)?.conversation.id)
        })
        .await
}

/// Waits for a reply after an entry; nothing when patience is over first, or somebody closed it.
async fn answered(demo: &Demo, id: Id<Conversation>, watch: &mut Watch, heard: i64) -> Result<Option<i64>> {
    let patience = demo.speed.shorten(PATIENCE);
    let wait = async {
        loop {
            let entries = demo.work.conversations.entries(id, heard, BATCH).await?;
            let reply = entries.iter().rfind(|entry| matches!(entry.body, Body::Reply(_)));
            if let Some(reply) = reply {
                return Ok(Some(reply.number));
            }
            if is_over(demo, id).await? {
                return Ok(None);
            }
            watch.changed().await;
        }
    };
    tokio::time::timeout(patience, wait).await.unwrap_or(Ok(None))
}

async fn until_over(demo: &Demo, id: Id<Conversation>, watch: &mut Watch) -> Result<()> {
    let wait = async {
        while !is_over(demo, id).await? {
            watch.changed().await;
        }
        Ok(())
    };
    tokio::time::timeout(demo.speed.shorten(PATIENCE), wait).await.unwrap_or(Ok(()))
}

async fn say(demo: &Demo, id: Id<Conversation>, text: &str) -> Result<()> {
    demo.work.conversations.append(id, NewEntry::words(Author::Customer, text)).await?;
    Ok(())
}

async fn is_over(demo: &Demo, id: Id<Conversation>) -> Result<bool> {
    Ok(matches!(demo.work.conversations.get(id).await?.state, State::Closed { .. } | State::Merged { .. }))
}

async fn give_up(demo: &Demo, id: Id<Conversation>) -> Result<()> {
    let now = demo.work.conversations.get(id).await?;
    if now.assignee.is_some() || !now.state.is_live() {
        return Ok(());
    }
    let closing = Closing { disposition: LEFT.to_owned(), seen: now.last_number, note: None };
    demo.work.conversations.close(id, now.version, closing, Author::Customer).await?;
    Ok(())
}

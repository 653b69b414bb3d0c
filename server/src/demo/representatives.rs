//! Colleagues who answer by themselves, so that a newcomer sees a centre at work. They have no way to sign in.

use std::sync::Arc;
use std::time::Duration;

use audit::Actor;
use conversations::{Author, Body, Closing, Entry, NewEntry};
use kernel::id::{Conversation, Id, StaffMember};
use kernel::{Error, Result};
use routing::{Presence, Routing};
use staff::{NewMember, Role, Roles};
use vault::Secret;

use super::Demo;
use super::script::one_of;

const BATCH: u16 = 100;

/// Adds them, or finds them from an earlier start, and puts them to work.
pub(super) async fn engage(demo: &Demo) -> Result<Vec<Id<StaffMember>>> {
    let mut members = Vec::new();
    for (number, name) in demo.script.representatives.names.iter().enumerate() {
        let email = format!("colleague-{}@demo.example", number + 1);
        let member = match demo.staff.member_by_email(&email).await {
            Ok(member) => member.id,
            Err(Error::NotFound) => {
                let new = NewMember {
                    name: Secret::new(name.clone()),
                    email: Secret::new(email),
                    roles: Roles::new([Role::Representative])?,
                    language: "en".parse()?,
                };
                demo.staff.add(new, &staff::Actor::Program).await?
            }
            Err(error) => return Err(error),
        };
        let routing = &demo.work.routing;
        if routing.book().profile(member).is_none() {
            let profile = demo.script.representatives.profile.clone();
            routing.set_profile(member, 0, profile, Actor::system()).await?;
        }
        routing.arrive(member).await?;
        routing.set_presence(member, Presence::Available, Actor::system()).await?;
        members.push(member);
    }
    Ok(members)
}

/// Keeps them present, as an open desk does.
pub(super) async fn stay(demo: Arc<Demo>, members: Vec<Id<StaffMember>>) -> Result<()> {
    let every = Duration::try_from(Routing::HEARD_EVERY).unwrap_or(Duration::from_secs(10));
    loop {
        demo.work.routing.heard_of(members.clone()).await?;
        tokio::time::sleep(every).await;
    }
}

/// One of them takes what is offered, for as long as the demonstration runs.
pub(super) async fn serve(demo: Arc<Demo>, me: Id<StaffMember>, mut random: fastrand::Rng) -> Result<()> {
    let mut changes = demo.store.changes();
    for left in demo.work.routing.in_hands_of(me).await? {
        if let Ok(id) = left.subject.parse() {
            demo.spawn(converse(Arc::clone(&demo), me, id, random.fork()));
        }
    }
    loop {
        if let Some(offer) = demo.work.routing.offer_before(me).await? {
            demo.pause(Duration::from_secs(random.u64(3..10))).await;
            if let Ok(id) = offer.subject.parse::<Id<Conversation>>() {
                match demo.work.conversations.accept(id, offer.id, me).await {
                    Ok(_) => demo.spawn(converse(Arc::clone(&demo), me, id, random.fork())),
                    // It went to somebody else, or its customer has left.
                    Err(Error::Refusal(_) | Error::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
        } else if !demo.store.changed(&mut changes).await {
            return Ok(());
        }
    }
}

/// Answers one customer until they are content, or somebody else takes over.
async fn converse(
    demo: Arc<Demo>,
    me: Id<StaffMember>,
    id: Id<Conversation>,
    mut random: fastrand::Rng,
) -> Result<()> {
    let conversations = &demo.work.conversations;
    let mut watch = conversations.live().watch(id);
    let mut answers = 0;
    loop {
        let entries = conversations.entries(id, 0, BATCH).await?;
        let now = conversations.get(id).await?;
        if now.assignee != Some(me) || !now.state.is_live() {
            return Ok(());
        }
        match unanswered(&entries) {
            Some(text) if answers > 0 && demo.is_thanks(&text) => {
                demo.pause(Duration::from_secs(random.u64(10..30))).await;
                let disposition = demo.script.representatives.disposition.clone();
                let closing = Closing { disposition, seen: now.last_number, note: None };
                match conversations.close(id, now.version, closing, Author::Staff(me)).await {
                    Ok(_) => return Ok(()),
                    // The customer said something more; look again.
                    Err(Error::Refusal(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            Some(_) => {
                demo.pause(Duration::from_secs(random.u64(20..90))).await;
                let people = &demo.script.representatives;
                let list = if answers == 0 { &people.answers } else { &people.closings };
                let reply = NewEntry::words(Author::Staff(me), one_of(list, &mut random));
                conversations.append(id, reply).await?;
                answers += 1;
            }
            None => {
                watch.changed().await;
            }
        }
    }
}

/// The customer's last words, if nobody has answered them.
fn unanswered(entries: &[Entry]) -> Option<String> {
    let last = entries.iter().rfind(|entry| matches!(entry.body, Body::Message(_) | Body::Reply(_)))?;
    match &last.body {
        Body::Message(words) => words.text().map(str::to_owned),
        _ => None,
    }
}

//! The chat's commands and queries: a customer's browser comes, begins, says, ends, comes back.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use conversations::{
    Author, ClientKey, Closing, Conversation, Conversations, NewConversation, NewEntry, State,
};
use customers::{Contact, Customers, NewPoint};
use directory::{ChannelKind, Directories};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::id::{Conversation as ConversationKind, Id, Person, StaffMember};
use kernel::{Error, Event, Language, Refusal, Result};
use quick_cache::sync::Cache;
use routing::{Opening, QueueId, Routing, Urgency};
use store::{Store, Tx};
use tokio::sync::watch;
use vault::Vault;
use words::Words;

use crate::frames::Key;
use crate::identity::{self, Vouched};
use crate::rates::{Places, Rates};
use crate::settings::Settings;
use crate::start::{Beginning, Want};
use crate::token::{Forms, Token};
use crate::visitors::{self, Visitor};

/// Conversations made one, one after the other; more would be a circle.
const LONGEST_CHAIN: usize = 32;
/// How a conversation ends whose customer left before anybody took it.
const LEFT: &str = "customer-left";
/// Letters of a subject: as many as a list shows.
const LONGEST_SUBJECT: usize = 80;
/// Names of staff kept at hand.
const NAMES: usize = 4_096;

/// Tells what a member of staff is called towards customers.
pub type StaffNames =
    Arc<dyn Fn(Id<StaffMember>) -> Pin<Box<dyn Future<Output = Result<String>> + Send>> + Send + Sync>;

/// What the chat stands on.
#[derive(Clone)]
pub struct Parts {
    pub store: Store,
    pub vault: Vault,
    pub customers: Customers,
    pub conversations: Conversations,
    pub routing: Routing,
    pub directories: Directories,
    pub names: StaffNames,
    /// The words in which staff are told what the chat has to say.
    pub words: Words,
}

/// The chat. Cloning shares it.
#[derive(Clone)]
pub struct Chat(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) parts: Parts,
    pub(crate) settings: Settings,
    pub(crate) forms: Forms,
    pub(crate) rates: Rates,
    pub(crate) places: Arc<Places>,
    pub(crate) stopping: watch::Sender<bool>,
    known_names: Cache<Id<StaffMember>, Arc<str>>,
}

/// A browser in its chat.
#[derive(Debug, Clone)]
pub struct Seat {
    pub visitor: Visitor,
    pub conversation: Conversation,
}

/// What came of wanting to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    Opened(Id<ConversationKind>),
    /// There was a chat under way already, as when a form is sent twice.
    Already(Id<ConversationKind>),
}

impl Chat {
    pub fn new(parts: Parts, settings: Settings) -> Self {
        let clock = parts.store.clock().clone();
        let inner = Inner {
            forms: Forms::new(parts.vault.lookups().secret("chat-forms")),
            rates: Rates::new(&settings.limits, clock),
            places: Places::new(&settings.limits),
            stopping: watch::Sender::new(false),
            known_names: Cache::new(NAMES),
            parts,
            settings,
        };
        Self(Arc::new(inner))
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub fn conversations(&self) -> &Conversations {
        &self.0.parts.conversations
    }

    pub fn routing(&self) -> &Routing {
        &self.0.parts.routing
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.parts.store.clock().now()
    }

    /// Hears what may be different now.
    pub fn hear(&self, event: &Event) {
        if event.kind.starts_with("staff.") {
            self.0.known_names.clear();
        }
    }

    /// Tells every connection of this node to dial another one.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Connections open on this node.
    pub fn open_sockets(&self) -> u32 {
        self.0.places.open()
    }

    /// Forgets browsers, tokens and counts that are past use.
    pub async fn tidy(&self) -> Result<()> {
        self.0.rates.forget_quiet();
        let now = self.now();
        while self.0.parts.store.write(move |tx| visitors::sweep(tx, now)).await? {}
        Ok(())
    }

    pub(crate) async fn name_of(&self, staff: Id<StaffMember>) -> Arc<str> {
        if let Some(name) = self.0.known_names.get(&staff) {
            return name;
        }
        match (self.0.parts.names)(staff).await {
            Ok(name) => {
                let name: Arc<str> = name.into();
                self.0.known_names.insert(staff, Arc::clone(&name));
                name
            }
            Err(error) => {
                tracing::warn!(%error, %staff, "a representative's name could not be read");
                "".into()
            }
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Parts, &mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let chat = self.clone();
        self.0.parts.store.write(move |tx| work(&chat.0.parts, tx)).await
    }

    /// Who has this cookie. Being seen keeps it alive.
    pub async fn visitor(&self, token: &Token) -> Result<Option<Visitor>> {
        let (now, token) = (self.now(), token.clone());
        let found = self.0.parts.store.read(move |tx| visitors::find(tx, &token, now)).await?;
        if let Some(visitor) = found.as_ref().filter(|visitor| visitor.is_stale(now)) {
            let id = visitor.id;
            self.write(move |_, tx| visitors::touch(tx, id, now)).await?;
        }
        Ok(found)
    }

    /// The visitor's chat, which may go on in another conversation by now.
    pub async fn seat(&self, visitor: Visitor) -> Result<Option<Seat>> {
        let Some(mut id) = visitor.conversation else { return Ok(None) };
        let mut visitor = visitor;
        for _ in 0..LONGEST_CHAIN {
            let conversation = match self.conversations().get(id).await {
                Ok(conversation) => conversation,
                Err(Error::NotFound) => return Ok(None),
                Err(error) => return Err(error),
            };
            if let State::Merged { into } = conversation.state {
                id = into;
                continue;
            }
            if visitor.conversation != Some(id) {
                let who = visitor.id;
                self.write(move |_, tx| visitors::follow(tx, who, id)).await?;
                visitor.conversation = Some(id);
            }
            return Ok(Some(Seat { visitor, conversation }));
        }
        Ok(None)
    }

    /// The queue for a topic, and how it is for somebody who comes now.
    pub async fn opening(&self, topic: Option<&str>) -> Result<(QueueId, Opening)> {
        let queue = self.routing().queue_for(topic, ChannelKind::Chat)?;
        let opening = self.routing().open_state(&queue, ChannelKind::Chat, self.now()).await?;
        Ok((queue, opening))
    }

    /// Begins a chat, or leaves word where nobody is there.
    pub async fn begin(
        &self,
        token: &Token,
        beginning: Beginning,
        language: &Language,
        away: bool,
    ) -> Result<Begun> {
        let queue = self.routing().queue_for(beginning.topic.as_deref(), ChannelKind::Chat)?;
        let (token, language, now) = (token.clone(), language.clone(), self.now());
        let wanted = away.then_some(beginning.want);
        let begun =
            self.write(move |parts, tx| open(parts, tx, &token, &beginning, &queue, &language, now)).await?;
        if let (Begun::Opened(conversation), Some(want)) = (begun, wanted) {
            self.tell_wish(conversation, want).await?;
        }
        Ok(begun)
    }

    /// What whoever left word would like to happen, where staff look for it.
    async fn tell_wish(&self, conversation: Id<ConversationKind>, want: Want) -> Result<()> {
        let tag = match want {
            Want::Message => "left-message",
            Want::Callback => "callback",
        };
        self.conversations().tag(conversation, &[tag.to_owned()], &[], Author::System).await?;
        Ok(())
    }

    /// Keeps what the customer says. The same key keeps it once.
    pub async fn say(&self, seat: &Seat, key: &Key, text: &str) -> Result<conversations::Appended> {
        let key: ClientKey = key.as_str().parse()?;
        let entry = NewEntry::words(Author::Customer, text).keyed(key);
        self.conversations().append(seat.conversation.id, entry).await
    }

    /// The customer ends the chat on their side. What nobody has taken yet is closed; whoever has it is told
    /// and decides how it ended.
    pub async fn leave(&self, seat: &Seat) -> Result<()> {
        if seat.visitor.left_at.is_some() || !seat.conversation.state.is_live() {
            return Ok(());
        }
        let (id, now) = (seat.visitor.id, self.now());
        self.write(move |_, tx| visitors::leave(tx, id, Some(now))).await?;
        if seat.conversation.assignee.is_none() && self.closed_as_left(seat).await? {
            return Ok(());
        }
        let note = NewEntry::note(Author::System, self.0.parts.words.text("chat-note-left"));
        self.conversations().append(seat.conversation.id, note).await?;
        Ok(())
    }

    async fn closed_as_left(&self, seat: &Seat) -> Result<bool> {
        let Conversation { id, version, last_number, .. } = seat.conversation;
        if self.conversations().dispositions().get(LEFT).is_none() {
            return Ok(false);
        }
        let closing = Closing { disposition: LEFT.to_owned(), seen: last_number, note: None };
        match self.conversations().close(id, version, closing, Author::Customer).await {
            Ok(_) => Ok(true),
            // Somebody took it in this very moment.
            Err(Error::Refusal(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The customer goes on with a chat that they had ended.
    pub async fn come_back(&self, seat: &Seat) -> Result<()> {
        let id = seat.visitor.id;
        self.write(move |_, tx| visitors::leave(tx, id, None)).await
    }

    /// What the customer thinks of the chat, once it is over.
    pub async fn rate(&self, seat: &Seat, stars: u8, comment: &str) -> Result<()> {
        if seat.visitor.left_at.is_none() && seat.conversation.state.is_live() {
            return Err(Refusal::new("chat.not_over").into());
        }
        let comment = Some(comment).filter(|comment| !comment.is_empty());
        self.conversations().rate(seat.conversation.id, stars, comment.map(str::to_owned)).await?;
        Ok(())
    }

    /// The same seat as it is now; nothing when the browser was forgotten or is somebody else's.
    pub(crate) async fn renewed(&self, seat: &Seat) -> Result<Option<Seat>> {
        let (id, now) = (seat.visitor.id, self.now());
        let found = self.0.parts.store.read(move |tx| visitors::get(tx, id)).await?;
        let Some(visitor) = found else { return Ok(None) };
        if visitor.is_stale(now) {
            self.write(move |_, tx| visitors::touch(tx, id, now)).await?;
        }
        self.seat(visitor).await
    }

    /// The clock of the institution, for those whose own is not known.
    pub async fn home_zone(&self) -> Result<TimeZone> {
        let published = self.0.parts.directories.at(self.now(), None).await?;
        Ok(published.directory.institution.zone.clone())
    }

    /// Forgets the browser.
    pub async fn forget(&self, token: &Token) -> Result<()> {
        let token = token.clone();
        self.write(move |_, tx| visitors::forget(tx, &token)).await
    }

    /// Takes a host's word on who this browser's customer is. `true` when that is news.
    pub async fn identify(&self, token: &Token, word: &str) -> Result<bool> {
        let vouched = identity::verify(&self.0.settings, word, self.now())?;
        let contact = contact(&vouched)?;
        let (token, now) = (token.clone(), self.now());
        self.write(move |parts, tx| recognise(parts, tx, &token, &vouched, &contact, now)).await
    }
}

fn open(
    parts: &Parts,
    tx: &mut Tx<'_>,
    token: &Token,
    beginning: &Beginning,
    queue: &QueueId,
    language: &Language,
    now: Timestamp,
) -> Result<Begun> {
    let visitor = visitors::find_or_add(tx, token, now)?;
    if let (Some(id), None) = (visitor.conversation, visitor.left_at)
        && parts.conversations.get_in(tx, id)?.state.is_live()
    {
        return Ok(Begun::Already(id));
    }
    let person = match visitor.person.filter(|_| visitor.host.is_some()) {
        // What a host vouched for stays; what is typed beside it is a claim.
        Some(person) => parts.customers.recognise(tx, person, &beginning.contact, now)?,
        None => parts.customers.find_or_create(tx, &beginning.contact, now)?,
    };
    let mut new = NewConversation::new(person, ChannelKind::Chat, queue.clone(), language.clone());
    new.topic.clone_from(&beginning.topic);
    new.urgency = Urgency::default();
    new.subject = subject(&beginning.text);
    new.by = Author::Customer;
    new.first = Some(NewEntry::words(Author::Customer, beginning.text.as_str()));
    let opened = parts.conversations.open_in(tx, &new)?;
    visitors::enter(tx, visitor.id, person, opened.conversation.id, now)?;
    Ok(Begun::Opened(opened.conversation.id))
}

/// What it is about: the beginning of the first line.
fn subject(text: &str) -> Option<String> {
    let line = text.lines().next()?;
    Some(line.chars().take(LONGEST_SUBJECT).collect::<String>()).filter(|line| !line.trim().is_empty())
}

fn recognise(
    parts: &Parts,
    tx: &mut Tx<'_>,
    token: &Token,
    vouched: &Vouched,
    contact: &Contact,
    now: Timestamp,
) -> Result<bool> {
    let visitor = visitors::find_or_add(tx, token, now)?;
    if !visitors::use_up(tx, vouched, visitor.id)? {
        return Err(Refusal::new("chat.token_used").into());
    }
    let person: Id<Person> = match visitor.person {
        Some(person) => parts.customers.recognise(tx, person, contact, now)?,
        None => parts.customers.find_or_create(tx, contact, now)?,
    };
    let known = visitor.person == Some(person) && visitor.host.as_deref() == Some(&vouched.host);
    if !known {
        visitors::vouch(tx, &visitor, person, &vouched.host, now)?;
    }
    Ok(!known)
}

/// What a host said, as a contact: its account is proof, an address only if the host has seen that it is.
fn contact(vouched: &Vouched) -> Result<Contact, Refusal> {
    let site = vouched.host.split_once("://").map_or(vouched.host.as_str(), |(_, name)| name);
    let mut points = vec![NewPoint::account(site, vouched.account.expose())?.verified()];
    if let Some((email, seen)) = &vouched.email {
        let point = NewPoint::email(email.expose())?;
        points.push(if *seen { point.verified() } else { point });
    }
    Ok(Contact {
        name: vouched.name.clone(),
        points,
        language: vouched.language.clone(),
        channel: Some(ChannelKind::Chat),
        ..Contact::default()
    })
}

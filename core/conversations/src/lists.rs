//! Lists of conversations, paged by key. Each reads a piece of an index over live work, or of one over
//! closed work from a place in it; none of them costs more because much was closed.

use std::collections::BTreeMap;

use directory::ChannelKind;
use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id, Person, StaffMember};
use kernel::{Refusal, Result};
use store::{ToValue, Tx, Value, params};
use vault::{DataKey, Subject};

use crate::author::Side;
use crate::conversation::Conversation;
use crate::conversations::Conversations;
use crate::entry::Words;
use crate::entry_rows;
use crate::rows::{self, COLUMNS, WIDTH};
use crate::state::StateKind;
use routing::QueueId;

/// Most rows of a list at a time.
const MOST_ROWS: u16 = 100;
/// Most queues that one list looks into.
const MOST_QUEUES: usize = 200;

/// Which conversations, in which order, from where on.
#[derive(Debug, Clone)]
pub struct Query {
    pub who: Who,
    /// Never merged ones: those are found through what they were merged into.
    pub states: Vec<StateKind>,
    pub scope: Scope,
    pub tag: Option<String>,
    pub order: Order,
    pub after: Option<Cursor>,
    pub limit: u16,
    /// Whose unread counts are told.
    pub reader: Option<Id<StaffMember>>,
}

impl Query {
    /// What is open in these queues, who waits longest first.
    pub fn open(scope: Scope) -> Self {
        Self {
            who: Who::Anybody,
            states: vec![StateKind::Open],
            scope,
            tag: None,
            order: Order::OldestFirst,
            after: None,
            limit: 50,
            reader: None,
        }
    }
}

/// Whose conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Anybody,
    Nobody,
    Staff(Id<StaffMember>),
}

/// What whoever asks may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    All,
    Queues(Vec<QueueId>),
}

impl Scope {
    pub fn has(&self, queue: &QueueId) -> bool {
        match self {
            Self::All => true,
            Self::Queues(queues) => queues.contains(queue),
        }
    }
}

/// By when they came into their state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    OldestFirst,
    NewestFirst,
}

/// A place in a list: the last row seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub since: Timestamp,
    pub id: Id<Kind>,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.since.as_microsecond(), self.id)
    }
}

impl std::str::FromStr for Cursor {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let read = || {
            let (since, id) = text.split_once('.')?;
            let since = Timestamp::from_microsecond(since.parse().ok()?).ok()?;
            Some(Self { since, id: id.parse().ok()? })
        };
        read().ok_or_else(|| Refusal::new("conversations.place_malformed"))
    }
}

/// A row of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub conversation: Conversation,
    pub subject: Option<Words>,
    pub preview: Option<Preview>,
    /// Entries of the customer that the reader has not seen.
    pub unread: i64,
}

/// The newest words between the customer and us.
#[derive(Debug, Clone)]
pub struct Preview {
    pub side: Side,
    pub at: Timestamp,
    /// Nothing for a file without words.
    pub words: Option<Words>,
}

/// A piece of a list.
#[derive(Debug, Clone)]
pub struct Page {
    pub rows: Vec<Listed>,
    /// Where the next piece begins, when there is more.
    pub next: Option<Cursor>,
}

/// How many live conversations there are, by queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub queues: BTreeMap<QueueId, QueueCount>,
    /// Those of whoever asks.
    pub mine: QueueCount,
    /// Of mine, with words that I have not read.
    pub mine_unread: i64,
    /// Notes that mention me and that I have not seen.
    pub mentions: i64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueCount {
    pub open: i64,
    /// Of the open ones, those that nobody has.
    pub unassigned: i64,
    pub waiting: i64,
    pub snoozed: i64,
}

impl QueueCount {
    fn add(&mut self, state: &str, count: i64, unassigned: i64) {
        match state {
            "open" => {
                self.open += count;
                self.unassigned += unassigned;
            }
            "waiting" => self.waiting += count,
            _ => self.snoozed += count,
        }
    }
}

impl Conversations {
    pub async fn list(&self, query: Query) -> Result<Page> {
        if let Scope::Queues(queues) = &query.scope
            && queues.len() > MOST_QUEUES
        {
            return Err(Refusal::new("conversations.too_many_queues").with("most", MOST_QUEUES).into());
        }
        self.read(move |conversations, tx| {
            let limit = usize::from(query.limit.clamp(1, MOST_ROWS));
            let mut places = Vec::new();
            for stream in streams(&query) {
                places.extend(stream.places(tx, &query, limit + 1)?);
            }
            places.sort_unstable();
            if query.order == Order::NewestFirst {
                places.reverse();
            }
            let has_more = places.len() > limit;
            places.truncate(limit);
            let next = places.last().copied().filter(|_| has_more);
            let ids: Vec<_> = places.iter().map(|place| place.id).collect();
            Ok(Page { rows: conversations.listed(tx, &ids, query.reader)?, next })
        })
        .await
    }

    /// Everything of one person, under all the ids they were ever known by; the newest first.
    pub async fn of_customer(
        &self,
        people: Vec<Id<Person>>,
        before: Option<Id<Kind>>,
        limit: u16,
        reader: Option<Id<StaffMember>>,
    ) -> Result<Vec<Listed>> {
        self.read(move |conversations, tx| {
            let mut ids: Vec<Id<Kind>> = Vec::new();
            for person in &people {
                ids.extend(tx.query(
                    "SELECT c.id FROM conversation c WHERE c.customer = ?1 AND (CAST(?2 AS TEXT) IS NULL OR c.id < ?2) \
                     AND c.state <> 'merged' ORDER BY c.id DESC LIMIT ?3",
                    params![person, before, i64::from(limit.min(MOST_ROWS))],
                    |row| row.take::<Id<Kind>>(0),
                )?);
            }
            ids.sort_unstable();
            ids.reverse();
            ids.truncate(usize::from(limit.min(MOST_ROWS)));
            conversations.listed(tx, &ids, reader)
        })
        .await
    }

    /// What is live, in numbers.
    pub async fn counts(&self, scope: Scope, me: Option<Id<StaffMember>>) -> Result<Counts> {
        self.read(move |_, tx| {
            let mut counts = Counts::default();
            let rows = tx.query(
                "SELECT queue, state, COUNT(*), COUNT(assignee) FROM conversation WHERE live = 1 \
                 GROUP BY queue, state",
                params![],
                |row| {
                    let queue: QueueId = row.take::<String>(0)?.parse()?;
                    Ok((queue, row.take::<String>(1)?, row.take::<i64>(2)?, row.take::<i64>(3)?))
                },
            )?;
            for (queue, state, count, assigned) in rows {
                if scope.has(&queue) {
                    counts.queues.entry(queue).or_default().add(&state, count, count - assigned);
                }
            }
            if let Some(me) = me {
                count_mine(tx, me, &mut counts)?;
            }
            Ok(counts)
        })
        .await
    }

    /// The rows of a list, in the order of the ids.
    pub(crate) fn listed(
        &self,
        tx: &mut Tx<'_>,
        ids: &[Id<Kind>],
        reader: Option<Id<StaffMember>>,
    ) -> Result<Vec<Listed>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut raw = raw_rows(tx, ids, reader)?;
        let subjects: Vec<Subject> =
            raw.values().map(|raw| Self::subject_of(&raw.conversation.customer)).collect();
        let keys = self.vault().keys(tx, &subjects)?;
        ids.iter()
            .filter_map(|id| raw.remove(id))
            .map(|raw| {
                let key = keys.get(&Self::subject_of(&raw.conversation.customer));
                raw.open(key)
            })
            .collect()
    }
}

fn count_mine(tx: &mut Tx<'_>, me: Id<StaffMember>, counts: &mut Counts) -> Result<()> {
    let rows = tx.query(
        "SELECT c.state, COUNT(*), COUNT(*) FILTER (WHERE c.customer_count > COALESCE(r.heard, 0)) \
         FROM conversation c \
         LEFT JOIN conversation_reader r ON r.conversation = c.id AND r.staff = c.assignee \
         WHERE c.live = 1 AND c.assignee = ?1 GROUP BY c.state",
        params![me],
        |row| Ok((row.take::<String>(0)?, row.take::<i64>(1)?, row.take::<i64>(2)?)),
    )?;
    for (state, count, unread) in rows {
        counts.mine.add(&state, count, 0);
        counts.mine_unread += unread;
    }
    counts.mentions = tx.query_one(
        "SELECT COUNT(*) FROM conversation_mention WHERE staff = ?1 AND seen = 0",
        params![me],
        |row| row.take(0),
    )?;
    Ok(())
}

/// One piece of an index: all rows of it are in the wanted order.
struct Stream {
    tag: Option<String>,
    clauses: Vec<String>,
    values: Vec<Value>,
}

/// The pieces that make up a list: one for each state, and for each queue where those are the key.
fn streams(query: &Query) -> Vec<Stream> {
    let mut streams = Vec::new();
    for state in query.states.iter().filter(|state| **state != StateKind::Merged) {
        let by_queue = !matches!(query.who, Who::Staff(_)) && query.tag.is_none();
        match &query.scope {
            Scope::Queues(queues) if by_queue => {
                streams.extend(queues.iter().map(|queue| {
                    let mut stream = Stream::new(query, *state);
                    stream.also("c.queue = ", queue.as_str().to_value());
                    stream
                }));
            }
            Scope::Queues(queues) => {
                let mut stream = Stream::new(query, *state);
                stream.among("c.queue", queues.iter().map(|queue| queue.as_str().to_value()));
                streams.push(stream);
            }
            Scope::All => streams.push(Stream::new(query, *state)),
        }
    }
    streams
}

impl Stream {
    fn new(query: &Query, state: StateKind) -> Self {
        let mut stream = Self { tag: query.tag.clone(), clauses: Vec::new(), values: Vec::new() };
        // Written out, so that the engines see which partial index fits.
        stream.clauses.push(format!("c.state = '{}'", state.as_str()));
        if state.is_live() {
            stream.clauses.push("c.live = 1".to_owned());
        }
        match query.who {
            Who::Anybody => {}
            Who::Nobody => stream.clauses.push("c.assignee IS NULL".to_owned()),
            Who::Staff(id) => stream.also("c.assignee = ", id.to_value()),
        }
        if let Some(tag) = &query.tag {
            stream.also("t.tag = ", tag.to_value());
            stream.clauses.push(format!("t.state = '{}'", state.as_str()));
        }
        stream
    }

    fn also(&mut self, clause: &str, value: Value) {
        self.values.push(value);
        self.clauses.push(format!("{clause}?{}", self.values.len()));
    }

    fn among(&mut self, column: &str, values: impl Iterator<Item = Value>) {
        let first = self.values.len();
        self.values.extend(values);
        let marks: Vec<String> = (first..self.values.len()).map(|index| format!("?{}", index + 1)).collect();
        let list = if marks.is_empty() { "NULL".to_owned() } else { marks.join(", ") };
        self.clauses.push(format!("{column} IN ({list})"));
    }

    fn places(mut self, tx: &mut Tx<'_>, query: &Query, limit: usize) -> Result<Vec<Cursor>> {
        let (order, beyond) = match query.order {
            Order::OldestFirst => ("ASC", ">"),
            Order::NewestFirst => ("DESC", "<"),
        };
        let (from, since, id) = if self.tag.is_some() {
            let join = "conversation_tag t JOIN conversation c ON c.id = t.conversation";
            (join, "t.since", "t.conversation")
        } else {
            ("conversation c", "c.since", "c.id")
        };
        if let Some(after) = query.after {
            self.values.extend([after.since.to_value(), after.id.to_value()]);
            let last = self.values.len();
            self.clauses.push(format!("({since}, {id}) {beyond} (?{}, ?{last})", last - 1));
        }
        self.values.push(limit.to_value());
        let sql = format!(
            "SELECT {since}, {id} FROM {from} WHERE {} ORDER BY {since} {order}, {id} {order} LIMIT ?{}",
            self.clauses.join(" AND "),
            self.values.len()
        );
        tx.query(&sql, &self.values, |row| Ok(Cursor { since: row.take(0)?, id: row.take(1)? }))
    }
}

/// A row as it is stored, before its words are opened.
struct Raw {
    conversation: Conversation,
    heard: i64,
    last: Option<(Side, Timestamp, String, Value)>,
}

fn raw_rows(
    tx: &mut Tx<'_>,
    ids: &[Id<Kind>],
    reader: Option<Id<StaffMember>>,
) -> Result<BTreeMap<Id<Kind>, Raw>> {
    // As many marks as the next power of two, so that few statements have to be prepared.
    let room = ids.len().next_power_of_two();
    let marks: Vec<String> = (2..room + 2).map(|index| format!("?{index}")).collect();
    let mut values = vec![reader.to_value()];
    let padding = ids.last().into_iter().cycle();
    values.extend(ids.iter().chain(padding).take(room).map(ToValue::to_value));
    let sql = format!(
        "SELECT {COLUMNS}, r.heard, e.side, e.at, e.form, e.body FROM conversation c \
         LEFT JOIN conversation_reader r ON r.conversation = c.id AND r.staff = ?1 \
         LEFT JOIN conversation_entry e ON e.conversation = c.id AND e.number = c.last_message \
         WHERE c.id IN ({})",
        marks.join(", ")
    );
    let rows = tx.query(&sql, &values, |row| {
        let conversation = rows::decode(row)?;
        let side: Option<String> = row.take(WIDTH + 1)?;
        let last = match side.as_deref().and_then(Side::parse) {
            Some(side) => {
                Some((side, row.take(WIDTH + 2)?, row.take::<String>(WIDTH + 3)?, row.take(WIDTH + 4)?))
            }
            None => None,
        };
        let heard = row.take::<Option<i64>>(WIDTH)?.unwrap_or(0);
        Ok((conversation.id, Raw { conversation, heard, last }))
    })?;
    Ok(rows.into_iter().collect())
}

impl Raw {
    fn open(self, key: Option<&DataKey>) -> Result<Listed> {
        let Self { conversation, heard, last } = self;
        let subject = match &conversation.subject {
            Some(sealed) => Some(entry_rows::text_of(key, conversation.id, sealed)?),
            None => None,
        };
        let preview = match last {
            Some((side, at, form, body)) => {
                let number = conversation.last_message;
                let words = entry_rows::words(key, conversation.id, number, &form, body)?;
                Some(Preview { side, at, words })
            }
            None => None,
        };
        let unread = (conversation.customer_count - heard).max(0);
        Ok(Listed { conversation, subject, preview, unread })
    }
}

impl Listed {
    /// Whether somebody has to be there at the same moment.
    pub fn is_live(&self) -> bool {
        self.conversation.channel.is_live()
    }

    pub fn channel(&self) -> ChannelKind {
        self.conversation.channel
    }
}

//! The SQL of conversations themselves, and their rows.

use directory::ChannelKind;
use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id};
use kernel::{Fault, Reference, Result};
use store::{Row, Tx, params};
use vault::Sealed;

use crate::conversation::{Conversation, Marks};
use crate::entry::ClientKey;
use crate::state::State;

vault::field!(
    /// What a conversation is about, in a line.
    pub(crate) SubjectLine: String = "conversation"."subject_line"
);

/// The columns of a conversation, in the order [`decode`] takes them.
pub(crate) const COLUMNS: &str = "c.id, c.reference, c.customer, c.channel, c.topic, c.queue, c.language, \
    c.urgency, c.subject_line, c.state, c.since, c.snoozed_until, c.disposition, c.merged_into, c.reopened, \
    c.assignee, c.work, c.tags, c.opened_at, c.version, c.last_number, c.last_at, c.last_message, \
    c.waiting_since, c.customer_count, c.reply_count, c.customer_delivered, c.customer_read, \
    c.customer_read_count, c.staff_read, c.rating";
/// How many they are: what follows them in a row begins here.
pub(crate) const WIDTH: usize = 31;

pub(crate) fn decode(row: &mut Row) -> Result<Conversation> {
    Ok(Conversation {
        id: row.take(0)?,
        reference: row.take::<String>(1)?.parse()?,
        customer: row.take(2)?,
        channel: channel(&row.take::<String>(3)?)?,
        topic: row.take(4)?,
        queue: row.take::<String>(5)?.parse()?,
        language: row.take(6)?,
        urgency: row.take::<String>(7)?.parse()?,
        subject: row.take(8)?,
        state: state(row)?,
        since: row.take(10)?,
        reopened: row.take(14)?,
        assignee: row.take(15)?,
        work: row.take(16)?,
        tags: row.take::<String>(17)?.split_whitespace().map(str::to_owned).collect(),
        opened_at: row.take(18)?,
        version: row.take(19)?,
        last_number: row.take(20)?,
        last_at: row.take(21)?,
        last_message: row.take(22)?,
        waiting_since: row.take(23)?,
        customer_count: row.take(24)?,
        reply_count: row.take(25)?,
        marks: Marks {
            customer_delivered: row.take(26)?,
            customer_read: row.take(27)?,
            customer_read_count: row.take(28)?,
            staff_read: row.take(29)?,
        },
        rating: row.take(30)?,
    })
}

fn state(row: &mut Row) -> Result<State> {
    let name: String = row.take(9)?;
    let lacking = || Fault::new(format!("a conversation is {name} without what that needs"));
    Ok(match name.as_str() {
        "open" => State::Open,
        "waiting" => State::WaitingOnCustomer,
        "snoozed" => State::Snoozed { until: row.take::<Option<Timestamp>>(11)?.ok_or_else(lacking)? },
        "closed" => State::Closed { disposition: row.take::<Option<String>>(12)?.ok_or_else(lacking)? },
        "merged" => State::Merged { into: row.take::<Option<Id<Kind>>>(13)?.ok_or_else(lacking)? },
        other => return Err(Fault::new(format!("no state of a conversation: {other}")).into()),
    })
}

fn channel(name: &str) -> Result<ChannelKind> {
    let known = ChannelKind::ALL.into_iter().find(|kind| kind.as_str() == name);
    Ok(known.ok_or_else(|| Fault::new(format!("no channel: {name}")))?)
}

pub(crate) fn find(tx: &mut Tx<'_>, id: Id<Kind>) -> Result<Conversation> {
    tx.query_one(&format!("SELECT {COLUMNS} FROM conversation c WHERE c.id = ?1"), params![id], decode)
}

pub(crate) fn find_by_reference(tx: &mut Tx<'_>, reference: &Reference) -> Result<Conversation> {
    let sql = format!("SELECT {COLUMNS} FROM conversation c WHERE c.reference = ?1");
    tx.query_one(&sql, params![reference.as_str()], decode)
}

pub(crate) fn find_opening(
    tx: &mut Tx<'_>,
    customer: &Id<kernel::id::Person>,
    key: &ClientKey,
) -> Result<Option<Conversation>> {
    let sql = format!("SELECT {COLUMNS} FROM conversation c WHERE c.customer = ?1 AND c.opening_key = ?2");
    tx.query_opt(&sql, params![customer, key.as_str()], decode)
}

/// Writes a new conversation; `false` when its reference or opening key is taken.
pub(crate) fn insert(tx: &mut Tx<'_>, c: &Conversation, key: Option<&ClientKey>) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO conversation (id, reference, customer, opening_key, channel, topic, queue, language, \
         urgency, subject_line, state, live, since, reopened, tags, opened_at, version, last_number, \
         last_at, last_message, customer_count, reply_count, customer_delivered, customer_read, \
         customer_read_count, staff_read) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'open', 1, ?11, 0, '', ?11, 1, 0, ?11, 0, 0, 0, \
         0, 0, 0, 0) ON CONFLICT DO NOTHING",
        params![
            c.id,
            c.reference.as_str(),
            c.customer,
            key.map(ClientKey::as_str),
            c.channel.as_str(),
            c.topic,
            c.queue.as_str(),
            c.language,
            c.urgency.as_str(),
            c.subject,
            c.opened_at
        ],
    )?;
    Ok(rows == 1)
}

/// Writes what new entries change. Touches no indexed column: this is what happens most.
pub(crate) fn update_entries(tx: &mut Tx<'_>, c: &Conversation) -> Result<()> {
    tx.execute(
        "UPDATE conversation SET last_number = ?2, last_at = ?3, last_message = ?4, waiting_since = ?5, \
         customer_count = ?6, reply_count = ?7 WHERE id = ?1",
        params![
            c.id,
            c.last_number,
            c.last_at,
            c.last_message,
            c.waiting_since,
            c.customer_count,
            c.reply_count
        ],
    )?;
    Ok(())
}

/// Writes everything that can change but the marks.
pub(crate) fn update(tx: &mut Tx<'_>, c: &Conversation) -> Result<()> {
    update_entries(tx, c)?;
    let (mut until, mut disposition, mut into) = (None, None, None);
    match &c.state {
        State::Open | State::WaitingOnCustomer => {}
        State::Snoozed { until: at } => until = Some(*at),
        State::Closed { disposition: how } => disposition = Some(how.clone()),
        State::Merged { into: other } => into = Some(*other),
    }
    tx.execute(
        "UPDATE conversation SET topic = ?2, queue = ?3, language = ?4, urgency = ?5, subject_line = ?6, \
         state = ?7, live = ?8, since = ?9, snoozed_until = ?10, disposition = ?11, merged_into = ?12, \
         reopened = ?13, assignee = ?14, work = ?15, tags = ?16, version = ?17, rating = ?18 WHERE id = ?1",
        params![
            c.id,
            c.topic,
            c.queue.as_str(),
            c.language,
            c.urgency.as_str(),
            c.subject,
            c.state.kind().as_str(),
            c.state.is_live(),
            c.since,
            until,
            disposition,
            into,
            c.reopened,
            c.assignee,
            c.work,
            c.tags.join(" "),
            c.version,
            c.rating
        ],
    )?;
    Ok(())
}

pub(crate) type SealedSubject = Option<Sealed<SubjectLine>>;

//! Customers' browsers: who they are to us, and which conversation they are in.

use jiff::Timestamp;
use kernel::Result;
use kernel::id::{self, ChatVisitor, Conversation, Id, Person};
use store::{Row, Tx, params};

use crate::identity::Vouched;
use crate::settings::{KEPT, SEEN_EVERY};
use crate::token::Token;

/// Rows that one round of tidying takes away.
const SWEEP: u16 = 500;

/// A browser that has chatted or was vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    pub id: Id<ChatVisitor>,
    pub person: Option<Id<Person>>,
    /// The host that vouches for them.
    pub host: Option<String>,
    pub conversation: Option<Id<Conversation>>,
    /// When they ended the chat on their side.
    pub left_at: Option<Timestamp>,
    pub(crate) seen_at: Timestamp,
}

impl Visitor {
    /// Whether "seen" is old enough to be written again.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen_at) >= SEEN_EVERY
    }
}

const COLUMNS: &str = "id, person, host, conversation, left_at, seen_at";

fn decode(row: &mut Row) -> Result<Visitor> {
    Ok(Visitor {
        id: row.take(0)?,
        person: row.take(1)?,
        host: row.take(2)?,
        conversation: row.take(3)?,
        left_at: row.take(4)?,
        seen_at: row.take(5)?,
    })
}

/// The visitor with this cookie, unless too long ago.
pub(crate) fn find(tx: &mut Tx<'_>, token: &Token, now: Timestamp) -> Result<Option<Visitor>> {
    let since = now.checked_sub(KEPT)?;
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM chat_visitor WHERE hash = ?1 AND seen_at > ?2"),
        params![token.hash(), since],
        decode,
    )
}

pub(crate) fn get(tx: &mut Tx<'_>, id: Id<ChatVisitor>) -> Result<Option<Visitor>> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM chat_visitor WHERE id = ?1"), params![id], decode)
}

/// The visitor with this cookie. One who was away too long begins anew, with nothing of before.
pub(crate) fn find_or_add(tx: &mut Tx<'_>, token: &Token, now: Timestamp) -> Result<Visitor> {
    if let Some(visitor) = find(tx, token, now)? {
        return Ok(visitor);
    }
    tx.execute("DELETE FROM chat_visitor WHERE hash = ?1", params![token.hash()])?;
    let id: Id<ChatVisitor> = id::new(now);
    tx.execute(
        "INSERT INTO chat_visitor (id, hash, seen_at) VALUES (?1, ?2, ?3)",
        params![id, token.hash(), now],
    )?;
    Ok(Visitor { id, person: None, host: None, conversation: None, left_at: None, seen_at: now })
}

pub(crate) fn touch(tx: &mut Tx<'_>, id: Id<ChatVisitor>, now: Timestamp) -> Result<()> {
    tx.execute("UPDATE chat_visitor SET seen_at = ?2 WHERE id = ?1", params![id, now])?;
    Ok(())
}

/// The visitor is this person, in this conversation.
pub(crate) fn enter(
    tx: &mut Tx<'_>,
    id: Id<ChatVisitor>,
    person: Id<Person>,
    conversation: Id<Conversation>,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE chat_visitor SET person = ?2, conversation = ?3, left_at = NULL, seen_at = ?4 WHERE id = ?1",
        params![id, person, conversation, now],
    )?;
    Ok(())
}

/// They end the chat on their side, or come back to it.
pub(crate) fn leave(tx: &mut Tx<'_>, id: Id<ChatVisitor>, at: Option<Timestamp>) -> Result<()> {
    tx.execute("UPDATE chat_visitor SET left_at = ?2 WHERE id = ?1", params![id, at])?;
    Ok(())
}

/// The conversation goes on in another one.
pub(crate) fn follow(tx: &mut Tx<'_>, id: Id<ChatVisitor>, to: Id<Conversation>) -> Result<()> {
    tx.execute("UPDATE chat_visitor SET conversation = ?2 WHERE id = ?1", params![id, to])?;
    Ok(())
}

/// A host said who this is. Somebody else's conversation does not stay open to them.
pub(crate) fn vouch(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    person: Id<Person>,
    host: &str,
    now: Timestamp,
) -> Result<()> {
    let conversation = visitor.conversation.filter(|_| visitor.person == Some(person));
    tx.execute(
        "UPDATE chat_visitor SET person = ?2, host = ?3, conversation = ?4, seen_at = ?5 WHERE id = ?1",
        params![visitor.id, person, host, conversation, now],
    )?;
    Ok(())
}

/// Forgets the browser; the conversation stays.
pub(crate) fn forget(tx: &mut Tx<'_>, token: &Token) -> Result<()> {
    tx.execute("DELETE FROM chat_visitor WHERE hash = ?1", params![token.hash()])?;
    Ok(())
}

/// Notes that a host's token was used; `false` when another browser has used it before.
pub(crate) fn use_up(tx: &mut Tx<'_>, vouched: &Vouched, visitor: Id<ChatVisitor>) -> Result<bool> {
    tx.execute(
        "INSERT INTO chat_host_token (hash, visitor, expires_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (hash) DO NOTHING",
        params![vouched.hash, visitor, vouched.expires_at],
    )?;
    let holder: Id<ChatVisitor> =
        tx.query_one("SELECT visitor FROM chat_host_token WHERE hash = ?1", params![vouched.hash], |row| {
            row.take(0)
        })?;
    Ok(holder == visitor)
}

/// Takes away some of what is past use; `true` when there may be more.
pub(crate) fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool> {
    let unseen = now.checked_sub(KEPT)?;
    // A token is refused by its own date some time before we forget it.
    let expired = now.checked_sub(SEEN_EVERY)?;
    let visitors = tx.execute(
        "DELETE FROM chat_visitor WHERE id IN \
         (SELECT id FROM chat_visitor WHERE seen_at <= ?1 ORDER BY seen_at LIMIT ?2)",
        params![unseen, SWEEP],
    )?;
    let tokens = tx.execute(
        "DELETE FROM chat_host_token WHERE hash IN \
         (SELECT hash FROM chat_host_token WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)",
        params![expired, SWEEP],
    )?;
    Ok(visitors == u64::from(SWEEP) || tokens == u64::from(SWEEP))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, ToSpan};
    use testkit::on_both_engines;
    use vault::Secret;

    use super::*;

    fn now() -> Timestamp {
        "2026-03-02T10:00:00Z".parse().unwrap()
    }

    #[tokio::test]
    async fn a_browser_is_known_for_a_day_and_then_begins_anew() {
        on_both_engines(async |store| {
            let token = Token::random().unwrap();
            let (person, conversation) = (id::new(now()), id::new(now()));
            let known = token.clone();
            store
                .write(move |tx| {
                    assert_eq!(find(tx, &known, now())?, None);
                    let visitor = find_or_add(tx, &known, now())?;
                    enter(tx, visitor.id, person, conversation, now())
                })
                .await
                .unwrap();
            let (tomorrow, later) = (now() + 24.hours(), now() + 6.minutes());
            store
                .write(move |tx| {
                    let visitor = find(tx, &token, later)?.unwrap();
                    assert_eq!((visitor.person, visitor.conversation), (Some(person), Some(conversation)));
                    assert!(visitor.is_stale(later));
                    assert_eq!(find(tx, &Token::random()?, later)?, None, "another cookie, nobody");
                    assert_eq!(find(tx, &token, tomorrow)?, None);
                    let anew = find_or_add(tx, &token, tomorrow)?;
                    assert_eq!((anew.person, anew.conversation), (None, None));
                    assert_ne!(anew.id, visitor.id);
                    Ok(())
                })
                .await
                .unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn a_hosts_token_opens_one_browser_as_often_as_it_likes() {
        on_both_engines(async |store| {
            let vouched = Vouched {
                host: "bank.example".into(),
                account: Secret::new("1".into()),
                name: None,
                email: None,
                language: None,
                hash: vec![7; 32],
                expires_at: now(),
            };
            store
                .write(move |tx| {
                    let (ana, eve) = (id::new(now()), id::new(now()));
                    assert!(use_up(tx, &vouched, ana)?);
                    assert!(use_up(tx, &vouched, ana)?, "a page that is loaded again");
                    assert!(!use_up(tx, &vouched, eve)?, "a stolen token");
                    assert!(!sweep(tx, now() + SignedDuration::from_mins(1))?);
                    assert!(!use_up(tx, &vouched, eve)?, "still remembered");
                    sweep(tx, now() + SignedDuration::from_mins(5))?;
                    assert!(use_up(tx, &vouched, eve)?, "by now its date alone refuses it");
                    Ok(())
                })
                .await
                .unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn whom_a_host_names_does_not_see_what_another_said_before() {
        on_both_engines(async |store| {
            let token = Token::random().unwrap();
            store
                .write(move |tx| {
                    let visitor = find_or_add(tx, &token, now())?;
                    let (stranger, ana) = (id::new(now()), id::new(now()));
                    enter(tx, visitor.id, stranger, id::new(now()), now())?;
                    let visitor = find_or_add(tx, &token, now())?;
                    vouch(tx, &visitor, ana, "bank.example", now())?;
                    let vouched = find_or_add(tx, &token, now())?;
                    assert_eq!((vouched.person, vouched.conversation), (Some(ana), None));
                    assert_eq!(vouched.host.as_deref(), Some("bank.example"));
                    sweep(tx, now() + SignedDuration::from_hours(24))?;
                    assert_eq!(find(tx, &token, now())?, None);
                    Ok(())
                })
                .await
                .unwrap();
        })
        .await;
    }
}

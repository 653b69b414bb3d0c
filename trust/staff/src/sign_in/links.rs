//! One-time links: how somebody comes in for the first time, or again after losing every way to sign in.

use jiff::Timestamp;
use kernel::id::StaffMember;
use kernel::{Error, Id, Refusal, Result};
use store::{Tx, params};

use crate::actor::Actor;
use crate::attempts::{self, Bucket};
use crate::caller::Method;
use crate::members::{self, Status, Step};
use crate::sessions::{self, SignedIn};
use crate::staff::Staff;
use crate::token::{Token, TokenHash};
use crate::trail::Deed;
use crate::visit::Visit;

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// Setting up a way to sign in, and nothing else.
    SetUp,
    /// A full sign-in, where settings say that this is a demonstration.
    Demonstration,
}

impl LinkKind {
    fn method(self) -> Method {
        match self {
            Self::SetUp => Method::Link,
            Self::Demonstration => Method::Demonstration,
        }
    }
}

/// A link that was just made. Its token is shown this once.
#[derive(Debug, Clone)]
pub struct Link {
    pub token: Token,
    pub expires_at: Timestamp,
}

struct Stored {
    member: Id<StaffMember>,
    method: Method,
}

impl Staff {
    /// Makes a link for an active member. Earlier ones stop working.
    pub async fn issue_link(&self, member: Id<StaffMember>, kind: LinkKind, by: &Actor) -> Result<Link> {
        let by = by.clone();
        self.decide(move |staff, tx| staff.issue_link_in(tx, member, kind, &by)).await
    }

    fn issue_link_in(
        &self,
        tx: &mut Tx<'_>,
        member: Id<StaffMember>,
        kind: LinkKind,
        by: &Actor,
    ) -> Result<Result<Link, Refusal>> {
        let now = self.now();
        let row = members::store::find(tx, member)?.ok_or(Error::NotFound)?;
        let allowed = if kind == LinkKind::Demonstration && !self.settings().demonstration {
            Err(Refusal::new("staff.no_demonstration"))
        } else {
            row.status.after(&Step::InviteAgain, false)
        };
        let deed = Deed::new(by, Step::InviteAgain.action(), member);
        if let Err(refusal) = allowed {
            deed.refused(&refusal).record(self, tx)?;
            return Ok(Err(refusal));
        }
        withdraw(tx, member)?;
        let link =
            Link { token: Token::random()?, expires_at: now.checked_add(self.settings().link_validity)? };
        tx.execute(
            "INSERT INTO staff_link (hash, member, method, expires_at) VALUES (?1, ?2, ?3, ?4)",
            params![link.token.hash(), member, kind.method().name(), link.expires_at],
        )?;
        deed.record(self, tx)?;
        Ok(Ok(link))
    }

    /// Whether a link would work. Mail programs open links to look at them: only a person's click on the
    /// page that it leads to uses it up.
    pub async fn is_link_open(&self, token: &str) -> Result<bool> {
        let Some(token) = Token::parse(token) else { return Ok(false) };
        let now = self.now();
        self.read(move |_, tx| Ok(find(tx, &token.hash(), now)?.is_some())).await
    }

    /// Uses a link up and signs its member in.
    pub async fn sign_in_with_link(&self, token: &str, visit: &Visit) -> Result<SignedIn> {
        let (token, visit) = (Token::parse(token), visit.clone());
        self.decide(move |staff, tx| staff.use_link(tx, token.as_ref(), &visit)).await
    }

    fn use_link(
        &self,
        tx: &mut Tx<'_>,
        token: Option<&Token>,
        visit: &Visit,
    ) -> Result<Result<SignedIn, Refusal>> {
        let (now, actor) = (self.now(), Actor::from(visit));
        let refuse = |tx: &mut Tx<'_>, on: String, refusal: Refusal| {
            Deed::new(&actor, "staff.sign_in", on).with("how", "link").refused(&refusal).record(self, tx)?;
            Ok(Err(refusal))
        };
        let buckets = [Bucket::address("link", visit)];
        if let Err(refusal) = attempts::begin(self, tx, &buckets)? {
            return refuse(tx, "unknown".into(), refusal);
        }
        let over = Refusal::new("staff.link_over");
        let link = match token {
            Some(token) => find(tx, &token.hash(), now)?,
            None => None,
        };
        let Some(link) = link else { return refuse(tx, "unknown".into(), over) };
        withdraw(tx, link.member)?;
        let row = members::store::find(tx, link.member)?.ok_or(Error::NotFound)?;
        let is_allowed = link.method != Method::Demonstration || self.settings().demonstration;
        if row.status != Status::Active || !is_allowed {
            return refuse(tx, link.member.to_string(), over);
        }
        attempts::succeed(self, tx, &buckets)?;
        sessions::open(self, tx, link.member, link.method, visit).map(Ok)
    }
}

fn find(tx: &mut Tx<'_>, hash: &TokenHash, now: Timestamp) -> Result<Option<Stored>> {
    tx.query_opt(
        "SELECT member, method FROM staff_link WHERE hash = ?1 AND expires_at > ?2",
        params![*hash, now],
        |row| Ok(Stored { member: row.take(0)?, method: row.take::<String>(1)?.parse()? }),
    )
}

/// Makes every link of a member worthless.
pub(crate) fn withdraw(tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<()> {
    tx.execute("DELETE FROM staff_link WHERE member = ?1", params![member])?;
    Ok(())
}

pub(crate) fn delete_over(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM staff_link WHERE expires_at <= ?1", params![now])
}

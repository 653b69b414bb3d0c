//! Revealing one value.

use ::store::Tx;
use kernel::{Error, Reference, Refusal, Result};
use vault::Secret;

use super::model::Reason;
use super::{alerts, store};
use crate::actor::Actor;
use crate::caller::Caller;
use crate::policy::{Circumstances, Permission, Purpose, Resource};
use crate::staff::Staff;
use crate::trail::Deed;

/// Knows which matters are open. Implemented by the area that keeps them.
pub trait OpenMatters: Send + Sync + 'static {
    /// Whether there is an open matter by this reference that concerns the subject.
    fn is_open(&self, tx: &mut Tx<'_>, matter: &Reference, subject: &str) -> Result<bool>;
}

/// Where no area keeps matters, none is open.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMatters;

impl OpenMatters for NoMatters {
    fn is_open(&self, _: &mut Tx<'_>, _: &Reference, _: &str) -> Result<bool> {
        Ok(false)
    }
}

/// What somebody wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The id of the person concerned.
    pub subject: String,
    /// Which of their data, such as `customer.email`.
    pub field: &'static str,
    /// Where the work lies that it is needed for.
    pub resource: Resource,
    pub own_queue: bool,
    pub purpose: Purpose,
}

impl Staff {
    /// Opens one value for a caller who may see it, with `open`. The value leaves only together with the
    /// audit entry: both are of one transaction.
    pub async fn reveal(
        &self,
        caller: &Caller,
        wanted: Wanted,
        reason: Reason,
        open: impl Fn(&mut Tx<'_>) -> Result<Secret<String>> + Send + 'static,
    ) -> Result<Secret<String>> {
        let (caller, reason) = (caller.clone(), reason.checked()?);
        let revealed = self
            .decide(move |staff, tx| match staff.may_reveal(tx, &caller, &wanted, &reason)? {
                Ok(()) => open(tx).map(|value| Ok(Ok(value))),
                Err(refused) => Ok(Ok(Err(refused))),
            })
            .await?;
        match revealed {
            Ok(value) => Ok(value),
            Err(Some(refusal)) => Err(refusal.into()),
            Err(None) => Err(Error::NotFound),
        }
    }

    /// Decides, counts and writes down. An inner error without a refusal means "not for you to know".
    fn may_reveal(
        &self,
        tx: &mut Tx<'_>,
        caller: &Caller,
        wanted: &Wanted,
        reason: &Reason,
    ) -> Result<Result<(), Option<Refusal>>> {
        let (now, limits, actor) = (self.now(), self.settings().reveals, Actor::from(caller));
        let why = match reason {
            Reason::Matter(matter) => matter.to_string(),
            Reason::Written(text) => text.clone(),
        };
        let deed =
            Deed::new(&actor, "staff.reveal", &wanted.subject).because(why).with("field", wanted.field);
        let open_matter = match reason {
            Reason::Matter(matter) => self.inner.matters.is_open(tx, matter, &wanted.subject)?,
            Reason::Written(_) => false,
        };
        let circumstances = Circumstances {
            purpose: wanted.purpose,
            open_matter,
            written_reason: matches!(reason, Reason::Written(_)),
            own_queue: wanted.own_queue,
        };
        if let Reason::Matter(matter) = reason
            && !open_matter
        {
            let refusal = Refusal::new("staff.matter_not_open").with("matter", matter);
            deed.refused(&refusal).record(self, tx)?;
            return Ok(Err(Some(refusal)));
        }
        let decision =
            self.policies().decide(caller, Permission::PERSONAL_REVEAL, &wanted.resource, circumstances);
        if !decision.allowed {
            deed.refused(&Refusal::new("staff.not_permitted")).record(self, tx)?;
            return Ok(Err(None));
        }
        let from = now.checked_sub(limits.within)?;
        let (revealed, first_at) = store::since(tx, caller.member, from)?;
        if revealed >= limits.most {
            let open_at = first_at.unwrap_or(now).checked_add(limits.within)?;
            let minutes = open_at.duration_since(now).as_mins() + 1;
            let refusal = Refusal::new("staff.too_many_reveals").with("minutes", minutes);
            deed.refused(&refusal).record(self, tx)?;
            return Ok(Err(Some(refusal)));
        }
        store::insert(tx, caller.member, now, &wanted.subject, wanted.field)?;
        deed.record(self, tx)?;
        alerts::watch(self, tx, caller.member)?;
        Ok(Ok(()))
    }
}

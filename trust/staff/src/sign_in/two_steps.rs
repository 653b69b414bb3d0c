//! Signing in with a password, and then with a code of the authenticator app or a recovery code.

use jiff::Timestamp;
use kernel::id::StaffMember;
use kernel::{Id, Refusal, Result};
use store::Tx;
use vault::{Email, Normal as _, Secret};

use super::ceremony::{self, Kind};
use super::{factors, recovery, totp};
use crate::actor::Actor;
use crate::attempts::{self, Bucket};
use crate::caller::Method;
use crate::members::{self, Status};
use crate::sessions::{self, SignedIn};
use crate::staff::Staff;
use crate::token::Token;
use crate::trail::Deed;
use crate::visit::Visit;

/// What was found before the password is checked, outside the transaction.
struct Candidate {
    /// Nobody, unless an active member with both factors has this address.
    member: Option<(Id<StaffMember>, Secret<String>, Timestamp)>,
    buckets: Vec<Bucket>,
}

/// The one answer to every wrong sign-in: it does not say what was wrong.
fn failed() -> Refusal {
    Refusal::new("staff.sign_in_failed")
}

impl Staff {
    /// The first step. Answers with the ticket for the second, and never with a session.
    pub async fn check_password(
        &self,
        email: &str,
        password: &Secret<String>,
        visit: &Visit,
    ) -> Result<Token> {
        let (email, from) = (Secret::new(email.to_owned()), visit.clone());
        let candidate = self.decide(move |staff, tx| staff.password_candidate(tx, &email, &from)).await?;
        let stored = candidate.member.as_ref().map(|(_, hash, _)| hash.clone());
        let verdict = self.inner.hasher.verify(password, stored).await?;
        let renewed = if verdict.is_right && verdict.is_outdated {
            Some(self.inner.hasher.hash(password).await?)
        } else {
            None
        };
        let visit = visit.clone();
        self.decide(move |staff, tx| {
            staff.password_checked(tx, &candidate, verdict.is_right, renewed.as_ref(), &visit)
        })
        .await
    }

    fn password_candidate(
        &self,
        tx: &mut Tx<'_>,
        email: &Secret<String>,
        visit: &Visit,
    ) -> Result<Result<Candidate, Refusal>> {
        let (who, row) = match Email::parse(email.expose()) {
            Ok(email) => {
                let hash = self.vault().lookups().hash::<members::store::MemberByEmail>(&email);
                (email.secret().clone(), members::store::find_by_email(tx, &hash)?)
            }
            Err(_) => (email.clone(), None),
        };
        let row = row.filter(|row| row.status == Status::Active);
        let person = person_bucket(self, tx, "password", &who, row.as_ref().map(|row| row.id), visit)?;
        let buckets = vec![person, Bucket::address("password", visit)];
        if let Err(refusal) = attempts::begin(self, tx, &buckets)? {
            refused(self, tx, row.map(|row| row.id), "password", &refusal, visit)?;
            return Ok(Err(refusal));
        }
        let mut member = None;
        if let Some(row) = row
            && totp::exists(tx, row.id)?
            && let Some((hash, set_at)) = factors::password(self, tx, row.id)?
        {
            member = Some((row.id, hash, set_at));
        }
        Ok(Ok(Candidate { member, buckets }))
    }

    fn password_checked(
        &self,
        tx: &mut Tx<'_>,
        candidate: &Candidate,
        is_right: bool,
        renewed: Option<&Secret<String>>,
        visit: &Visit,
    ) -> Result<Result<Token, Refusal>> {
        let member = candidate.member.as_ref().map(|(member, ..)| *member);
        let Some((member, _, set_at)) = candidate.member.as_ref().filter(|_| is_right) else {
            refused(self, tx, member, "password", &failed(), visit)?;
            return Ok(Err(failed()));
        };
        // Somebody may have changed the password while this one was being checked.
        if factors::password(self, tx, *member)?.map(|(_, at)| at) != Some(*set_at) {
            refused(self, tx, Some(*member), "password", &failed(), visit)?;
            return Ok(Err(failed()));
        }
        attempts::succeed(self, tx, &candidate.buckets)?;
        if let Some(hash) = renewed {
            factors::save_password(self, tx, *member, hash, *set_at)?;
        }
        ceremony::begin(self, tx, Kind::SecondFactor, Some(*member), &set_at.as_microsecond())
    }

    /// The second step: a code of the app, or a recovery code.
    pub async fn check_code(&self, ticket: &str, code: &Secret<String>, visit: &Visit) -> Result<SignedIn> {
        let (ticket, code, visit) = (Token::parse(ticket), code.clone(), visit.clone());
        self.decide(move |staff, tx| match &ticket {
            Some(ticket) => staff.check_code_in(tx, ticket, &code, &visit),
            None => Ok(Err(ceremony::over())),
        })
        .await
    }

    fn check_code_in(
        &self,
        tx: &mut Tx<'_>,
        ticket: &Token,
        code: &Secret<String>,
        visit: &Visit,
    ) -> Result<Result<SignedIn, Refusal>> {
        let under_way = ceremony::look::<i64>(self, tx, Kind::SecondFactor, ticket)?;
        let Some((member, set_at)) = under_way.and_then(|way| Some((way.member?, way.state))) else {
            return Ok(Err(ceremony::over()));
        };
        let person = person_bucket(self, tx, "code", &Secret::new(member.to_string()), Some(member), visit)?;
        let buckets = [person, Bucket::address("code", visit)];
        if let Err(refusal) = attempts::begin(self, tx, &buckets)? {
            refused(self, tx, Some(member), "code", &refusal, visit)?;
            return Ok(Err(refusal));
        }
        let row = members::store::find(tx, member)?.filter(|row| row.status == Status::Active);
        let is_current =
            factors::password(self, tx, member)?.is_some_and(|(_, at)| at.as_microsecond() == set_at);
        if row.is_none() || !is_current {
            ceremony::end(tx, ticket)?;
            return Ok(Err(ceremony::over()));
        }
        let method = match recovery::Code::parse(member, code.expose()) {
            Some(code) => recovery::accept(tx, self.vault(), member, &code)?.then_some(Method::Recovery),
            None => totp::accept(self, tx, member, code.expose())?.then_some(Method::Password),
        };
        let Some(method) = method else {
            let wrong = Refusal::new("staff.code_wrong");
            refused(self, tx, Some(member), "code", &wrong, visit)?;
            return Ok(Err(wrong));
        };
        attempts::succeed(self, tx, &buckets)?;
        ceremony::end(tx, ticket)?;
        sessions::open(self, tx, member, method, visit).map(Ok)
    }
}

/// Guesses at a person are counted apart for the devices they are known to use.
fn person_bucket(
    staff: &Staff,
    tx: &mut Tx<'_>,
    kind: &'static str,
    who: &Secret<String>,
    member: Option<Id<StaffMember>>,
    visit: &Visit,
) -> Result<Bucket> {
    if let (Some(member), Some(device)) = (member, &visit.device)
        && sessions::store::knows_device(tx, &device.hash(), member, staff.now())?
    {
        return Ok(Bucket::known_device(kind, member, device.expose()));
    }
    Ok(Bucket::person(kind, who))
}

fn refused(
    staff: &Staff,
    tx: &mut Tx<'_>,
    member: Option<Id<StaffMember>>,
    how: &'static str,
    refusal: &Refusal,
    visit: &Visit,
) -> Result<()> {
    let on = member.map_or_else(|| String::from("unknown"), |member| member.to_string());
    let actor = Actor::from(visit);
    Deed::new(&actor, "staff.sign_in", on).with("how", how).refused(refusal).record(staff, tx)
}

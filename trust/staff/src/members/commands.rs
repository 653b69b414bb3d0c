//! What can be done to members.

use ::store::Tx;
use kernel::id::StaffMember;
use kernel::{Error, Id, Language, NewEvent, Refusal, Result, id};
use vault::{Email, Normal as _, Secret, Subject};

use super::model::{Member, NewMember, Status, Step, check_name};
use super::store::{self, MemberByEmail, MemberEmail, MemberName, Stored};
use crate::actor::Actor;
use crate::caller::Theme;
use crate::sessions::{self, End, Ended};
use crate::sign_in::links;
use crate::staff::Staff;
use crate::trail::Deed;

/// What members may change about themselves.
#[derive(Debug, Clone)]
pub struct Profile {
    pub name: Secret<String>,
    pub language: Language,
    pub theme: Theme,
}

/// Tells other nodes and areas that somebody's rights, profile or status are different now.
pub(crate) const CHANGED: &str = "staff.member_changed";

impl Staff {
    /// Adds somebody. They sign in with a one-time link first: [`Staff::issue_link`].
    pub async fn add(&self, new: NewMember, by: &Actor) -> Result<Id<StaffMember>> {
        let by = by.clone();
        self.decide(move |staff, tx| staff.add_in(tx, &new, &by)).await
    }

    pub(crate) fn add_in(
        &self,
        tx: &mut Tx<'_>,
        new: &NewMember,
        by: &Actor,
    ) -> Result<Result<Id<StaffMember>, Refusal>> {
        let now = self.now();
        let (name, email) = match (check_name(&new.name), Email::parse(new.email.expose())) {
            (Ok(name), Ok(email)) => (name, email),
            (Err(refusal), _) | (_, Err(refusal)) => return Ok(Err(refusal)),
        };
        let member = Member {
            id: id::new(now),
            name,
            email: email.secret().clone(),
            status: Status::Active,
            roles: new.roles.clone(),
            language: new.language.clone(),
            theme: Theme::default(),
            version: 1,
            added_at: now,
        };
        let hash = self.vault().lookups().hash::<MemberByEmail>(&email);
        if store::find_by_email(tx, &hash)?.is_some() {
            let refusal = Refusal::new("staff.email_taken");
            Deed::new(by, "staff.add", "staff").refused(&refusal).record(self, tx)?;
            return Ok(Err(refusal));
        }
        store::insert(tx, self.vault(), &member, &hash)?;
        Deed::new(by, "staff.add", member.id).with("roles", &member.roles).record(self, tx)?;
        tx.emit(now, &changed(member.id))?;
        Ok(Ok(member.id))
    }

    /// Takes one step with a member, whom the caller saw at `version`.
    pub async fn change(&self, member: Id<StaffMember>, version: i64, step: Step, by: &Actor) -> Result<()> {
        let by = by.clone();
        let ended = self.decide(move |staff, tx| staff.change_in(tx, member, version, &step, &by)).await?;
        self.inner.sessions.forget(&ended);
        Ok(())
    }

    pub(crate) fn change_in(
        &self,
        tx: &mut Tx<'_>,
        member: Id<StaffMember>,
        version: i64,
        step: &Step,
        by: &Actor,
    ) -> Result<Result<Vec<Ended>, Refusal>> {
        let mut row = store::find(tx, member)?.ok_or(Error::NotFound)?;
        let is_last = store::is_last_administrator(tx, member)?;
        let deed = Deed::new(by, step.action(), member);
        let status = match row.status.after(step, is_last) {
            Ok(status) => status,
            Err(refusal) => {
                deed.refused(&refusal).record(self, tx)?;
                return Ok(Err(refusal));
            }
        };
        if row.version != version {
            return Ok(Err(Refusal::new("staff.changed_meanwhile")));
        }
        row.status = status;
        self.take_step(tx, row, step, by).map(Ok)
    }

    /// Writes a step that is allowed, and ends the sessions that it takes the ground from.
    pub(crate) fn take_step(
        &self,
        tx: &mut Tx<'_>,
        row: Stored,
        step: &Step,
        by: &Actor,
    ) -> Result<Vec<Ended>> {
        let (now, member) = (self.now(), row.id);
        store::update(tx, &row)?;
        let deed = Deed::new(by, step.action(), member);
        match step {
            Step::SetRoles(roles) => {
                store::set_roles(tx, member, roles)?;
                deed.with("roles", roles).record(self, tx)?;
            }
            _ => deed.record(self, tx)?,
        }
        tx.emit(now, &changed(member))?;
        if !step.ends_sessions() {
            return Ok(Vec::new());
        }
        links::withdraw(tx, member)?;
        sessions::end_all(self, tx, member, None, End::Changed)
    }

    /// Changes a member's own name, language and colours.
    pub async fn edit_profile(
        &self,
        member: Id<StaffMember>,
        version: i64,
        profile: Profile,
        by: &Actor,
    ) -> Result<()> {
        let by = by.clone();
        self.decide(move |staff, tx| staff.edit_profile_in(tx, member, version, &profile, &by)).await?;
        // What sessions remember of the profile is read again.
        self.inner.sessions.forget_member(member);
        Ok(())
    }

    fn edit_profile_in(
        &self,
        tx: &mut Tx<'_>,
        member: Id<StaffMember>,
        version: i64,
        profile: &Profile,
        by: &Actor,
    ) -> Result<Result<(), Refusal>> {
        let now = self.now();
        let row = store::find(tx, member)?.ok_or(Error::NotFound)?;
        let name = match row.status.after(&Step::EditProfile, false).and_then(|_| check_name(&profile.name)) {
            Ok(name) => name,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let key = self.vault().key(tx, &Subject::of(&member))?;
        let name = key.seal::<MemberName>(member, &name)?;
        if row.version != version {
            return Ok(Err(Refusal::new("staff.changed_meanwhile")));
        }
        let row = Stored { name, language: profile.language.clone(), theme: profile.theme, ..row };
        store::update(tx, &row)?;
        Deed::new(by, Step::EditProfile.action(), member).record(self, tx)?;
        tx.emit(now, &changed(member))?;
        Ok(Ok(()))
    }
}

impl Staff {
    /// Gives a member another address to sign in with. Their sessions and links end.
    pub async fn change_email(
        &self,
        member: Id<StaffMember>,
        version: i64,
        email: &Secret<String>,
        by: &Actor,
    ) -> Result<()> {
        let (email, by) = (Email::parse(email.expose())?, by.clone());
        let ended = self
            .decide(move |staff, tx| {
                let row = store::find(tx, member)?.ok_or(Error::NotFound)?;
                if let Err(refusal) = row.status.after(&Step::EditProfile, false) {
                    return Ok(Err(refusal));
                }
                if row.version != version {
                    return Ok(Err(Refusal::new("staff.changed_meanwhile")));
                }
                let hash = staff.vault().lookups().hash::<MemberByEmail>(&email);
                if store::find_by_email(tx, &hash)?.is_some_and(|other| other.id != member) {
                    return Ok(Err(Refusal::new("staff.email_taken")));
                }
                let key = staff.vault().key(tx, &Subject::of(&member))?;
                let sealed = key.seal::<MemberEmail>(member, email.secret())?;
                store::update_email(tx, member, &sealed, &hash)?;
                Deed::new(&by, "staff.change_email", member).record(staff, tx)?;
                tx.emit(staff.now(), &changed(member))?;
                links::withdraw(tx, member)?;
                sessions::end_all(staff, tx, member, None, End::Changed).map(Ok)
            })
            .await?;
        self.inner.sessions.forget(&ended);
        Ok(())
    }
}

fn changed(member: Id<StaffMember>) -> NewEvent {
    NewEvent { kind: CHANGED, subject: member.to_string(), data: serde_json::json!({}) }
}

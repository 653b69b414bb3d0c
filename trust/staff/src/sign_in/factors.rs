//! A member's own ways to sign in: what there is, setting a password, and taking ways away again.

use jiff::{SignedDuration, Timestamp};
use kernel::id::StaffMember;
use kernel::{Error, Id, NewEvent, Refusal, Result};
use store::{Tx, params};
use vault::{Sealed, Secret, Subject};

use super::{passkeys, recovery, totp};
use crate::actor::Actor;
use crate::caller::{Caller, Method};
use crate::provider;
use crate::sessions::{self, End, Ended, SignedIn};
use crate::staff::Staff;
use crate::trail::Deed;

vault::field!(pub(crate) PasswordHash: String = "staff_password"."hash");

/// Says that a way to sign in was added, changed or removed, so that its owner can be told.
pub const FACTOR_CHANGED: &str = "staff.factor_changed";

/// What decides about signing in must have been proved so recently.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// The ways to sign in that a member has.
#[derive(Debug, Clone)]
pub struct Factors {
    pub password_set_at: Option<Timestamp>,
    pub has_authenticator: bool,
    pub recovery_codes_left: i64,
    pub passkeys: Vec<passkeys::PasskeyInfo>,
    /// Whether an identity at the institution's provider belongs to this member.
    pub is_linked_to_provider: bool,
}

impl Factors {
    /// A password alone is no way in.
    pub fn has_password_sign_in(&self) -> bool {
        self.password_set_at.is_some() && self.has_authenticator
    }

    pub(crate) fn ways_in(&self) -> usize {
        self.passkeys.len()
            + usize::from(self.has_password_sign_in())
            + usize::from(self.is_linked_to_provider)
    }
}

impl Staff {
    pub async fn factors(&self, member: Id<StaffMember>) -> Result<Factors> {
        self.read(move |staff, tx| of_member(staff, tx, member)).await
    }

    /// Sets or replaces the caller's password. Their other sessions end.
    pub async fn set_password(&self, caller: &Caller, password: &Secret<String>) -> Result<()> {
        self.must_be_fresh(caller)?;
        let member = self.member(caller.member).await?;
        let (name, email) = (member.name.expose().as_str(), member.email.expose().as_str());
        let local = email.split('@').next().unwrap_or_default();
        super::password::check(password, &[&self.settings().institution, name, email, local])?;
        let hash = self.inner.hasher.hash(password).await?;
        let caller = caller.clone();
        let ended = self
            .write(move |staff, tx| {
                save_password(staff, tx, caller.member, &hash, staff.now())?;
                changed(staff, tx, &caller, "staff.set_password")
            })
            .await?;
        self.inner.sessions.forget(&ended);
        Ok(())
    }

    /// Takes away signing in with a password: the password, the app and the recovery codes.
    pub async fn remove_password(&self, caller: &Caller) -> Result<()> {
        self.must_be_fresh(caller)?;
        let caller = caller.clone();
        let ended = self
            .decide(move |staff, tx| {
                let factors = of_member(staff, tx, caller.member)?;
                if factors.has_password_sign_in() && factors.ways_in() == 1 {
                    return Ok(Err(last_way_in()));
                }
                tx.execute("DELETE FROM staff_password WHERE member = ?1", params![caller.member])?;
                totp::remove(tx, caller.member)?;
                recovery::remove(tx, caller.member)?;
                changed(staff, tx, &caller, "staff.remove_password").map(Ok)
            })
            .await?;
        self.inner.sessions.forget(&ended);
        Ok(())
    }

    /// Replaces the recovery codes; the new ones are shown this once.
    pub async fn renew_recovery_codes(&self, caller: &Caller) -> Result<Vec<Secret<String>>> {
        self.must_be_fresh(caller)?;
        let caller = caller.clone();
        self.decide(move |staff, tx| {
            if !totp::exists(tx, caller.member)? {
                return Ok(Err(Refusal::new("staff.no_authenticator")));
            }
            let codes = recovery::renew(tx, staff.vault(), caller.member)?;
            tell(staff, tx, &caller, "staff.renew_recovery_codes")?;
            Ok(Ok(codes))
        })
        .await
    }

    /// Sessions are long, desks are left alone: who changes a lock must have shown the key just now.
    pub(crate) fn must_be_fresh(&self, caller: &Caller) -> Result<(), Refusal> {
        if self.now().duration_since(caller.signed_in_at) <= FRESH {
            Ok(())
        } else {
            Err(Refusal::new("staff.sign_in_again"))
        }
    }
}

pub(crate) fn last_way_in() -> Refusal {
    Refusal::new("staff.last_way_in")
}

pub(crate) fn of_member(staff: &Staff, tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<Factors> {
    Ok(Factors {
        password_set_at: password(staff, tx, member)?.map(|(_, at)| at),
        has_authenticator: totp::exists(tx, member)?,
        recovery_codes_left: recovery::left(tx, member)?,
        passkeys: passkeys::of_member(staff, tx, member)?,
        is_linked_to_provider: provider::store::is_linked(tx, member)?,
    })
}

/// Writes down that the caller changed a way to sign in, and ends their other sessions.
pub(crate) fn changed(
    staff: &Staff,
    tx: &mut Tx<'_>,
    caller: &Caller,
    action: &'static str,
) -> Result<Vec<Ended>> {
    tell(staff, tx, caller, action)?;
    sessions::end_all(staff, tx, caller.member, Some(caller.session), End::Changed)
}

pub(crate) fn tell(staff: &Staff, tx: &mut Tx<'_>, caller: &Caller, action: &'static str) -> Result<()> {
    let now = staff.now();
    Deed::new(&Actor::from(caller), action, caller.member).record(staff, tx)?;
    let data = serde_json::json!({ "what": action });
    tx.emit(now, &NewEvent { kind: FACTOR_CHANGED, subject: caller.member.to_string(), data })?;
    Ok(())
}

/// Whoever came by a link and has now set up a way to sign in gets a full session in place of the weak one.
pub(crate) fn upgrade(
    staff: &Staff,
    tx: &mut Tx<'_>,
    caller: &Caller,
    method: Method,
) -> Result<Option<(SignedIn, Ended)>> {
    if caller.method.is_strong() {
        return Ok(None);
    }
    let ended = sessions::end_one(staff, tx, caller.member, caller.session, End::Replaced)?;
    let ended = ended.ok_or(Error::NotFound)?;
    Ok(Some((sessions::open(staff, tx, caller.member, method, &caller.visit)?, ended)))
}

/// The stored hash, and when the password was set.
pub(crate) fn password(
    staff: &Staff,
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
) -> Result<Option<(Secret<String>, Timestamp)>> {
    let found =
        tx.query_opt("SELECT hash, set_at FROM staff_password WHERE member = ?1", params![member], |row| {
            Ok((row.take::<Sealed<PasswordHash>>(0)?, row.take(1)?))
        })?;
    let Some((sealed, set_at)) = found else { return Ok(None) };
    let key = staff.vault().key(tx, &Subject::of(&member))?;
    Ok(key.open(member, &sealed)?.plain().map(|hash| (hash, set_at)))
}

pub(crate) fn save_password(
    staff: &Staff,
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    hash: &Secret<String>,
    set_at: Timestamp,
) -> Result<()> {
    let sealed = staff.vault().key(tx, &Subject::of(&member))?.seal::<PasswordHash>(member, hash)?;
    tx.execute(
        "INSERT INTO staff_password (member, hash, set_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (member) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at",
        params![member, sealed, set_at],
    )?;
    Ok(())
}

//! Whose account at the provider is whose here, and which sessions rest on the provider's word.

use jiff::Timestamp;
use kernel::id::{StaffMember, StaffSession};
use kernel::{Id, Result};
use serde::{Deserialize, Serialize};
use store::{Row, Tx, params};
use vault::{Lookup, Sealed, Secret, Subject};

use super::person::Identity;
use crate::staff::Staff;

vault::lookup!(pub(crate) ByIdentity: Identity = "staff_identity"."identity");
vault::lookup!(pub(crate) ByProviderSession: Identity = "staff_provider_session"."provider_session");
vault::field!(pub(crate) ProviderTokens: String = "staff_provider_session"."tokens");

/// What asks the provider again, in the person's name.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Tokens {
    pub refresh: Option<String>,
    pub access: String,
}

pub(super) fn hash(staff: &Staff, identity: &Identity) -> Lookup<ByIdentity> {
    staff.vault().lookups().hash::<ByIdentity>(identity)
}

pub(super) fn session_hash(staff: &Staff, issuer: &str, session: &str) -> Lookup<ByProviderSession> {
    staff.vault().lookups().hash::<ByProviderSession>(&Identity::new(issuer, session))
}

pub(super) fn member_of(tx: &mut Tx<'_>, identity: &Lookup<ByIdentity>) -> Result<Option<Id<StaffMember>>> {
    let sql = "SELECT member FROM staff_identity WHERE identity = ?1";
    tx.query_opt(sql, params![*identity], |row| row.take(0))
}

/// Whether a member has an account at the provider.
pub(crate) fn is_linked(tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<bool> {
    let sql = "SELECT 1 FROM staff_identity WHERE member = ?1";
    Ok(tx.query_opt(sql, params![member], |_| Ok(()))?.is_some())
}

pub(super) fn link(
    tx: &mut Tx<'_>,
    identity: &Lookup<ByIdentity>,
    member: Id<StaffMember>,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_identity (identity, member, linked_at) VALUES (?1, ?2, ?3)",
        params![*identity, member, now],
    )?;
    Ok(())
}

/// A session that rests on the provider's word.
pub(super) struct Resting {
    pub session: Id<StaffSession>,
    pub member: Id<StaffMember>,
    pub identity: Lookup<ByIdentity>,
    pub tokens: Option<Tokens>,
    /// When the provider last said that all is well.
    pub good_at: Timestamp,
}

pub(super) struct NewResting<'a> {
    pub session: Id<StaffSession>,
    pub member: Id<StaffMember>,
    pub identity: &'a Lookup<ByIdentity>,
    pub provider_session: Option<&'a Lookup<ByProviderSession>>,
    pub tokens: &'a Tokens,
    pub check_at: Timestamp,
}

pub(super) fn insert(staff: &Staff, tx: &mut Tx<'_>, new: &NewResting<'_>) -> Result<()> {
    let tokens = seal(staff, tx, new.member, new.session, new.tokens)?;
    tx.execute(
        "INSERT INTO staff_provider_session (session, identity, provider_session, tokens, check_at, good_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![new.session, *new.identity, new.provider_session.cloned(), tokens, new.check_at, staff.now()],
    )?;
    Ok(())
}

/// Takes the next session that is due for asking, and puts it off so that nobody else asks meanwhile.
pub(super) fn claim_due(staff: &Staff, tx: &mut Tx<'_>, put_off_to: Timestamp) -> Result<Option<Resting>> {
    let now = staff.now();
    let claimed = tx.query_opt(
        "UPDATE staff_provider_session SET check_at = ?1 WHERE check_at <= ?2 AND session = \
         (SELECT session FROM staff_provider_session WHERE check_at <= ?2 ORDER BY check_at, session LIMIT 1) \
         RETURNING session, identity, tokens, good_at",
        params![put_off_to, now],
        |row: &mut Row| {
            Ok((
                row.take::<Id<StaffSession>>(0)?,
                row.take(1)?,
                row.take::<Sealed<ProviderTokens>>(2)?,
                row.take(3)?,
            ))
        },
    )?;
    let Some((session, identity, sealed, good_at)) = claimed else { return Ok(None) };
    let sql = "SELECT member FROM staff_session WHERE id = ?1";
    let member = tx.query_one(sql, params![session], |row| row.take::<Id<StaffMember>>(0))?;
    let key = staff.vault().key(tx, &Subject::of(&member))?;
    let tokens = key.open(session, &sealed)?.plain();
    let tokens = tokens.map(|tokens| tokens.parse_json()).transpose()?;
    Ok(Some(Resting { session, member, identity, tokens, good_at }))
}

pub(super) fn found_good(
    staff: &Staff,
    tx: &mut Tx<'_>,
    resting: &Resting,
    tokens: &Tokens,
    check_at: Timestamp,
) -> Result<()> {
    let tokens = seal(staff, tx, resting.member, resting.session, tokens)?;
    tx.execute(
        "UPDATE staff_provider_session SET tokens = ?1, check_at = ?2, good_at = ?3 WHERE session = ?4",
        params![tokens, check_at, staff.now(), resting.session],
    )?;
    Ok(())
}

/// The sessions of one account at the provider.
pub(super) fn of_identity(
    tx: &mut Tx<'_>,
    identity: &Lookup<ByIdentity>,
    opened_until: Timestamp,
) -> Result<Vec<(Id<StaffMember>, Id<StaffSession>)>> {
    tx.query(
        "SELECT s.member, s.id FROM staff_provider_session p JOIN staff_session s ON s.id = p.session \
         WHERE p.identity = ?1 AND s.signed_in_at <= ?2 ORDER BY s.id",
        params![*identity, opened_until],
        |row| Ok((row.take(0)?, row.take(1)?)),
    )
}

/// The sessions that one session at the provider brought.
pub(super) fn of_provider_session(
    tx: &mut Tx<'_>,
    provider_session: &Lookup<ByProviderSession>,
    opened_until: Timestamp,
) -> Result<Vec<(Id<StaffMember>, Id<StaffSession>)>> {
    tx.query(
        "SELECT s.member, s.id FROM staff_provider_session p JOIN staff_session s ON s.id = p.session \
         WHERE p.provider_session = ?1 AND s.signed_in_at <= ?2 ORDER BY s.id",
        params![*provider_session, opened_until],
        |row| Ok((row.take(0)?, row.take(1)?)),
    )
}

fn seal(
    staff: &Staff,
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    session: Id<StaffSession>,
    tokens: &Tokens,
) -> Result<Sealed<ProviderTokens>> {
    let key = staff.vault().key(tx, &Subject::of(&member))?;
    key.seal::<ProviderTokens>(session, &Secret::from_json(tokens)?)
}

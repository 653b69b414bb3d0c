//! Sign-ins and set-ups under way. What the server must remember between two requests stays on the
//! server, sealed, for minutes; the browser gets a random ticket.

use jiff::SignedDuration;
use kernel::id::StaffMember;
use kernel::{Id, Refusal, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Tx, params};
use vault::{DataKey, Sealed, Secret, Subject};

use crate::attempts::{self, Bucket};
use crate::staff::Staff;
use crate::token::Token;
use crate::visit::Visit;

vault::field!(pub(crate) CeremonyState: String = "staff_ceremony"."state");

/// What is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The password was right; the code is awaited.
    SecondFactor,
    AuthenticatorSetUp,
    PasskeySetUp,
    PasskeySignIn,
    ProviderSignIn,
}

/// Ceremonies of one kind under way at once: strangers may begin some of them.
const MOST: i64 = 10_000;
const VALID: SignedDuration = SignedDuration::from_mins(10);

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::AuthenticatorSetUp => "authenticator_set_up",
            Self::PasskeySetUp => "passkey_set_up",
            Self::PasskeySignIn => "passkey_sign_in",
            Self::ProviderSignIn => "provider_sign_in",
        }
    }
}

/// A ceremony as it was left.
pub(crate) struct UnderWay<T> {
    pub member: Option<Id<StaffMember>>,
    pub state: T,
}

/// Begins what anybody may begin, as often as one address may.
pub(crate) fn begin_by_stranger(
    staff: &Staff,
    tx: &mut Tx<'_>,
    kind: Kind,
    visit: &Visit,
    state: &impl Serialize,
) -> Result<Result<Token, Refusal>> {
    match attempts::begin(staff, tx, &[Bucket::beginnings(kind.name(), visit)])? {
        Ok(()) => begin(staff, tx, kind, None, state),
        Err(refusal) => Ok(Err(refusal)),
    }
}

pub(crate) fn begin(
    staff: &Staff,
    tx: &mut Tx<'_>,
    kind: Kind,
    member: Option<Id<StaffMember>>,
    state: &impl Serialize,
) -> Result<Result<Token, Refusal>> {
    let now = staff.now();
    tx.execute("DELETE FROM staff_ceremony WHERE expires_at <= ?1", params![now])?;
    if let Some(member) = member {
        // Beginning anew gives up what was begun before.
        let stale = params![member, kind.name()];
        tx.execute("DELETE FROM staff_ceremony WHERE member = ?1 AND kind = ?2", stale)?;
    }
    let count = "SELECT COUNT(*) FROM staff_ceremony WHERE kind = ?1";
    let under_way = tx.query_one(count, params![kind.name()], |row| row.take::<i64>(0))?;
    if under_way >= MOST {
        return Ok(Err(Refusal::new("staff.busy")));
    }
    let (ticket, key) = (Token::random()?, key(staff, tx)?);
    let hash = ticket.hash();
    let state = key.seal::<CeremonyState>(&hash, &Secret::from_json(state)?)?;
    tx.execute(
        "INSERT INTO staff_ceremony (hash, kind, member, state, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![hash, kind.name(), member, state, now.checked_add(VALID)?],
    )?;
    Ok(Ok(ticket))
}

/// Looks at a ceremony without ending it.
pub(crate) fn look<T: DeserializeOwned>(
    staff: &Staff,
    tx: &mut Tx<'_>,
    kind: Kind,
    ticket: &Token,
) -> Result<Option<UnderWay<T>>> {
    let hash = ticket.hash();
    let found = tx.query_opt(
        "SELECT member, state FROM staff_ceremony WHERE hash = ?1 AND kind = ?2 AND expires_at > ?3",
        params![hash, kind.name(), staff.now()],
        |row| Ok((row.take(0)?, row.take::<Sealed<CeremonyState>>(1)?)),
    )?;
    let Some((member, sealed)) = found else { return Ok(None) };
    let Some(state) = key(staff, tx)?.open(&hash, &sealed)?.plain() else { return Ok(None) };
    Ok(Some(UnderWay { member, state: state.parse_json()? }))
}

/// Ends a ceremony: what it remembers can be used once.
pub(crate) fn take<T: DeserializeOwned>(
    staff: &Staff,
    tx: &mut Tx<'_>,
    kind: Kind,
    ticket: &Token,
) -> Result<Option<UnderWay<T>>> {
    let found = look(staff, tx, kind, ticket)?;
    end(tx, ticket)?;
    Ok(found)
}

pub(crate) fn end(tx: &mut Tx<'_>, ticket: &Token) -> Result<()> {
    tx.execute("DELETE FROM staff_ceremony WHERE hash = ?1", params![ticket.hash()])?;
    Ok(())
}

/// Told when the ticket is unknown, used or too old.
pub(crate) fn over() -> Refusal {
    Refusal::new("staff.took_too_long")
}

fn key(staff: &Staff, tx: &mut Tx<'_>) -> Result<DataKey> {
    staff.vault().key_or_new(tx, &Subject::system("staff-ceremonies"), staff.now())
}

//! Opening, finding and ending sessions.

use std::sync::Arc;

use ::store::Tx;
use jiff::SignedDuration;
use kernel::id::{StaffMember, StaffSession};
use kernel::{Error, Event, Id, NewEvent, Result, id};
use vault::Subject;

use super::cache::Known;
use super::model::{End, Session, Standing};
use super::store::{self, NewSession};
use crate::actor::Actor;
use crate::caller::{Caller, Method};
use crate::members;
use crate::staff::Staff;
use crate::token::Token;
use crate::trail::Deed;
use crate::visit::Visit;

/// Says that a session is over; its sockets are closed. The subject is the session's id.
pub const SESSION_ENDED: &str = "staff.session_ended";

/// Sessions one member may have at a time; the oldest gives way.
const MOST: usize = 20;
/// Use is noted once in so long, so that reading pages does not become writing.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// A device stays known for so long after its last sign-in.
const DEVICE_KNOWN: SignedDuration = SignedDuration::from_hours(24 * 180);

/// The fruit of a sign-in: two cookies and the person.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session cookie; lives as long as the browser.
    pub session: Token,
    /// The device cookie; lives on, and keeps other people's wrong guesses from blocking this device.
    pub device: Token,
    pub caller: Caller,
}

/// A session that is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    pub session: Id<StaffSession>,
}

/// Opens a new session for somebody who has proved who they are.
pub(crate) fn open(
    staff: &Staff,
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    method: Method,
    visit: &Visit,
) -> Result<SignedIn> {
    let now = staff.now();
    let surplus = store::ids(tx, member)?;
    let surplus = surplus.len().saturating_sub(MOST - 1);
    for session in store::ids(tx, member)?.into_iter().take(surplus) {
        end_one(staff, tx, member, session, End::TooMany)?;
    }
    let row = members::store::find(tx, member)?.ok_or(Error::NotFound)?;
    let (id, session) = (id::new(now), Token::random()?);
    let key = staff.vault().key(tx, &Subject::of(&member))?;
    let expires_at = now.checked_add(staff.settings().longest)?;
    let new = NewSession { id, hash: &session.hash(), member, method, visit, at: now, expires_at };
    store::insert(tx, &key, &new)?;
    let device = match &visit.device {
        Some(device) if store::knows_device(tx, &device.hash(), member, now)? => device.clone(),
        _ => Token::random()?,
    };
    if method.is_strong() {
        store::remember_device(tx, &device.hash(), member, now.checked_add(DEVICE_KNOWN)?)?;
    }
    let caller = Caller {
        member,
        session: id,
        roles: members::store::roles(tx, member)?,
        language: row.language,
        theme: row.theme,
        method,
        signed_in_at: now,
        visit: visit.clone(),
    };
    let actor = Actor::Staff(caller.clone());
    Deed::new(&actor, "staff.sign_in", id).with("how", method.name()).record(staff, tx)?;
    Ok(SignedIn { session, device, caller })
}

/// Ends one session, if it is this member's.
pub(crate) fn end_one(
    staff: &Staff,
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    session: Id<StaffSession>,
    why: End,
) -> Result<Option<Ended>> {
    if !store::delete(tx, member, session)? {
        return Ok(None);
    }
    let data = serde_json::json!({ "member": member.to_string(), "why": why.name() });
    tx.emit(staff.now(), &NewEvent { kind: SESSION_ENDED, subject: session.to_string(), data })?;
    Ok(Some(Ended { session }))
}

/// Ends all sessions of a member but one.
pub(crate) fn end_all(
    staff: &Staff,
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    except: Option<Id<StaffSession>>,
    why: End,
) -> Result<Vec<Ended>> {
    let mut ended = Vec::new();
    for session in store::ids(tx, member)?.into_iter().filter(|session| Some(*session) != except) {
        ended.extend(end_one(staff, tx, member, session, why)?);
    }
    Ok(ended)
}

impl Staff {
    /// Who sent this request. Nobody, if the cookie is forged, old, or of a session that has ended.
    pub async fn caller(&self, cookie: &str, visit: Visit) -> Result<Option<Caller>> {
        let Some(token) = Token::parse(cookie) else { return Ok(None) };
        let (hash, now, sessions) = (token.hash(), self.now(), &self.inner.sessions);
        let mut known = sessions.get(&hash, now);
        if known.is_none() {
            let mark = sessions.mark();
            let wanted = hash.clone();
            known = self.read(move |staff, tx| staff.look_up(tx, &wanted)).await?.map(Arc::new);
            if let Some(known) = &known {
                sessions.remember(hash.clone(), Arc::clone(known), mark);
            }
        }
        let idle = self.settings().idle;
        let Some(known) = known.filter(|known| known.times.standing(now, idle) == Standing::Live) else {
            return Ok(None);
        };
        if now.duration_since(known.times.seen_at) >= NOTED_EVERY {
            let mark = sessions.mark();
            let id = known.id;
            self.write(move |_, tx| store::touch(tx, id, now)).await?;
            let mut seen = (*known).clone();
            seen.times.seen_at = now;
            sessions.remember(hash, Arc::new(seen), mark);
        }
        Ok(Some(Caller {
            member: known.member,
            session: known.id,
            roles: known.roles.clone(),
            language: known.language.clone(),
            theme: known.theme,
            method: known.method,
            signed_in_at: known.signed_in_at,
            visit,
        }))
    }

    fn look_up(&self, tx: &mut Tx<'_>, hash: &crate::token::TokenHash) -> Result<Option<Known>> {
        let Some(found) = store::find(tx, hash)? else { return Ok(None) };
        Ok(Some(Known {
            id: found.id,
            member: found.member,
            roles: members::store::roles(tx, found.member)?,
            language: found.language,
            theme: found.theme,
            method: found.method,
            signed_in_at: found.signed_in_at,
            times: found.times,
            read_at: self.now(),
        }))
    }

    /// A member's sessions, the newest first.
    pub async fn sessions(&self, member: Id<StaffMember>) -> Result<Vec<Session>> {
        let (now, idle) = (self.now(), self.settings().idle);
        let sessions = self.read(move |staff, tx| store::of_member(tx, staff.vault(), member)).await?;
        let is_live = |session: &Session| session.times().standing(now, idle) == Standing::Live;
        Ok(sessions.into_iter().filter(is_live).collect())
    }

    pub async fn sign_out(&self, caller: &Caller) -> Result<()> {
        self.end(caller.member, vec![caller.session], End::SignedOut, &caller.into()).await
    }

    /// Ends one session of a member: one's own, or, for administrators, anybody's.
    pub async fn end_session(
        &self,
        member: Id<StaffMember>,
        session: Id<StaffSession>,
        by: &Actor,
    ) -> Result<()> {
        self.end(member, vec![session], End::Revoked, by).await
    }

    /// Ends every session of the caller but the one they are in.
    pub async fn end_other_sessions(&self, caller: &Caller) -> Result<()> {
        let member = caller.member;
        let ids = self.read(move |_, tx| store::ids(tx, member)).await?;
        let others = ids.into_iter().filter(|id| *id != caller.session).collect();
        self.end(member, others, End::Revoked, &caller.into()).await
    }

    async fn end(
        &self,
        member: Id<StaffMember>,
        sessions: Vec<Id<StaffSession>>,
        why: End,
        by: &Actor,
    ) -> Result<()> {
        let by = by.clone();
        let ended = self
            .write(move |staff, tx| {
                let mut ended = Vec::new();
                for session in &sessions {
                    let Some(one) = end_one(staff, tx, member, *session, why)? else { continue };
                    Deed::new(&by, "staff.end_session", session).with("why", why.name()).record(staff, tx)?;
                    ended.push(one);
                }
                if ended.is_empty() && !sessions.is_empty() { Err(Error::NotFound) } else { Ok(ended) }
            })
            .await?;
        self.inner.sessions.forget(&ended);
        Ok(())
    }

    /// Hears from other nodes that a session ended or a member changed. Missing it costs seconds only.
    pub fn hear(&self, event: &Event) {
        match event.kind.as_str() {
            SESSION_ENDED => {
                if let Ok(session) = event.subject.parse() {
                    self.inner.sessions.forget(&[Ended { session }]);
                }
            }
            members::CHANGED => {
                if let Ok(member) = event.subject.parse() {
                    self.inner.sessions.forget_member(member);
                }
            }
            _ => {}
        }
    }
}

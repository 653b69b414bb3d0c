//! Passkeys (WebAuthn): keys that live in a person's device, open with a finger or a PIN, and cannot be
//! phished, because they answer only to this desk's own address.

use jiff::Timestamp;
use kernel::id::{self, StaffMember, StaffPasskey};
use kernel::{Error, Fault, Id, Refusal, Result};
use serde_json::Value;
use store::{Row, Tx, params};
use vault::{DataKey, Sealed, Secret, Subject};
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::ceremony::{self, Kind};
use super::factors;
use crate::actor::Actor;
use crate::attempts::{self, Bucket};
use crate::caller::{Caller, Method};
use crate::members::{self, Status};
use crate::sessions::{self, SignedIn};
use crate::staff::{Settings, Staff};
use crate::token::Token;
use crate::trail::Deed;
use crate::visit::Visit;

vault::field!(pub(crate) PasskeyKey: String = "staff_passkey"."passkey");
vault::field!(pub(crate) PasskeyLabel: String = "staff_passkey"."label");

/// Passkeys one member may have.
const MOST: usize = 20;
const LONGEST_LABEL: usize = 60;

/// A passkey as its owner sees it.
#[derive(Debug, Clone)]
pub struct PasskeyInfo {
    pub id: Id<StaffPasskey>,
    pub label: Secret<String>,
    pub added_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// A passkey that may be used from now on.
#[derive(Debug, Clone)]
pub struct PasskeyAdded {
    pub id: Id<StaffPasskey>,
    /// The full session of somebody who came by a link.
    pub signed_in: Option<SignedIn>,
}

/// The desk as passkeys know it.
pub(crate) struct Passkeys(Webauthn);

impl Passkeys {
    /// None where the desk is reached by a bare IP address: passkeys need a name.
    pub(crate) fn new(settings: &Settings) -> Result<Option<Self>> {
        let Some(host) = settings.origin.domain() else { return Ok(None) };
        let builder = WebauthnBuilder::new(host, &settings.origin).map_err(fault)?;
        Ok(Some(Self(builder.rp_name(&settings.institution).build().map_err(fault)?)))
    }
}

fn fault(error: webauthn_rs::prelude::WebauthnError) -> Error {
    Fault::new(format!("preparing passkeys: {error}")).into()
}

/// A stored passkey with its place in the database.
struct Stored {
    id: Id<StaffPasskey>,
    member: Id<StaffMember>,
    sealed: Sealed<PasskeyKey>,
}

impl Staff {
    fn passkeys(&self) -> Result<&Webauthn, Refusal> {
        let passkeys = self.inner.passkeys.as_ref();
        passkeys.map(|passkeys| &passkeys.0).ok_or_else(|| Refusal::new("staff.passkeys_need_a_name"))
    }

    /// Begins to add a passkey: the ticket, and the options for `navigator.credentials.create`.
    pub async fn start_passkey(&self, caller: &Caller) -> Result<(Token, Value)> {
        self.must_be_fresh(caller)?;
        let member = self.member(caller.member).await?;
        let taken = self.read(move |staff, tx| keys_of_member(staff, tx, member.id)).await?;
        if taken.len() >= MOST {
            return Err(Refusal::new("staff.too_many_passkeys").with("most", MOST).into());
        }
        let taken = taken.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let (email, name) = (member.email.expose(), member.name.expose());
        let (options, state) = self
            .passkeys()?
            .start_passkey_registration(member.id.uuid(), email, name, Some(taken))
            .map_err(fault)?;
        let ticket = self
            .decide(move |staff, tx| ceremony::begin(staff, tx, Kind::PasskeySetUp, Some(member.id), &state))
            .await?;
        let mut options = serde_json::to_value(options)?;
        // The sign-in page does not ask for an address first, so the device must hold the key itself.
        if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection") {
            selection["residentKey"] = "required".into();
            selection["requireResidentKey"] = true.into();
        }
        Ok((ticket, options))
    }

    /// Adds the passkey that the browser made.
    pub async fn finish_passkey(
        &self,
        caller: &Caller,
        ticket: &str,
        label: &Secret<String>,
        response: &Value,
    ) -> Result<PasskeyAdded> {
        self.must_be_fresh(caller)?;
        let label = check_label(label)?;
        let ticket = Token::parse(ticket).ok_or_else(ceremony::over)?;
        let response = RegisterPublicKeyCredential::deserialize_from(response)?;
        let caller = caller.clone();
        let (added, ended) = self
            .decide(move |staff, tx| {
                let under_way =
                    ceremony::take::<PasskeyRegistration>(staff, tx, Kind::PasskeySetUp, &ticket)?;
                let Some(way) = under_way.filter(|way| way.member == Some(caller.member)) else {
                    return Ok(Err(ceremony::over()));
                };
                let Ok(passkey) = staff.passkeys()?.finish_passkey_registration(&response, &way.state) else {
                    return Ok(Err(rejected()));
                };
                let Some(id) = insert(staff, tx, caller.member, &passkey, &label)? else {
                    return Ok(Err(rejected()));
                };
                factors::tell(staff, tx, &caller, "staff.add_passkey")?;
                let upgraded = factors::upgrade(staff, tx, &caller, Method::Passkey)?;
                let (signed_in, ended) = upgraded.unzip();
                Ok(Ok((PasskeyAdded { id, signed_in }, ended)))
            })
            .await?;
        self.inner.sessions.forget(ended.as_slice());
        Ok(added)
    }

    /// Takes a passkey away, unless it is the last way in. Other sessions end.
    pub async fn remove_passkey(&self, caller: &Caller, id: Id<StaffPasskey>) -> Result<()> {
        self.must_be_fresh(caller)?;
        let caller = caller.clone();
        let ended = self
            .decide(move |staff, tx| {
                let has_others = factors::of_member(staff, tx, caller.member)?.ways_in() > 1;
                let gone = tx.execute(
                    "DELETE FROM staff_passkey WHERE id = ?1 AND member = ?2",
                    params![id, caller.member],
                )?;
                if gone == 0 {
                    return Err(Error::NotFound);
                }
                if !has_others {
                    return Err(factors::last_way_in().into());
                }
                factors::changed(staff, tx, &caller, "staff.remove_passkey").map(Ok)
            })
            .await?;
        self.inner.sessions.forget(&ended);
        Ok(())
    }

    pub async fn rename_passkey(
        &self,
        caller: &Caller,
        id: Id<StaffPasskey>,
        label: &Secret<String>,
    ) -> Result<()> {
        let (label, member) = (check_label(label)?, caller.member);
        self.write(move |staff, tx| {
            let label = staff.vault().key(tx, &Subject::of(&member))?.seal::<PasskeyLabel>(id, &label)?;
            let sql = "UPDATE staff_passkey SET label = ?1 WHERE id = ?2 AND member = ?3";
            if tx.execute(sql, params![label, id, member])? == 1 { Ok(()) } else { Err(Error::NotFound) }
        })
        .await
    }

    /// Begins a sign-in with any passkey: the ticket, and the options for `navigator.credentials.get`.
    pub async fn start_passkey_sign_in(&self, visit: &Visit) -> Result<(Token, Value)> {
        let (options, state) = self.passkeys()?.start_discoverable_authentication().map_err(fault)?;
        let visit = visit.clone();
        let ticket = self
            .decide(move |staff, tx| {
                ceremony::begin_by_stranger(staff, tx, Kind::PasskeySignIn, &visit, &state)
            })
            .await?;
        let mut options = serde_json::to_value(options)?;
        // Whether to wait for autofill or to ask at once is the page's to say.
        if let Some(options) = options.as_object_mut() {
            options.remove("mediation");
        }
        Ok((ticket, options))
    }

    /// Signs in with the passkey that the browser used.
    pub async fn finish_passkey_sign_in(
        &self,
        ticket: &str,
        response: &Value,
        visit: &Visit,
    ) -> Result<SignedIn> {
        let ticket = Token::parse(ticket).ok_or_else(ceremony::over)?;
        let response = PublicKeyCredential::deserialize_from(response)?;
        let visit = visit.clone();
        self.decide(move |staff, tx| staff.passkey_sign_in(tx, &ticket, &response, &visit)).await
    }

    fn passkey_sign_in(
        &self,
        tx: &mut Tx<'_>,
        ticket: &Token,
        response: &PublicKeyCredential,
        visit: &Visit,
    ) -> Result<Result<SignedIn, Refusal>> {
        let buckets = [Bucket::address("passkey", visit)];
        if let Err(refusal) = attempts::begin(self, tx, &buckets)? {
            return Ok(Err(refusal));
        }
        let under_way = ceremony::take::<DiscoverableAuthentication>(self, tx, Kind::PasskeySignIn, ticket)?;
        let Some(way) = under_way else { return Ok(Err(ceremony::over())) };
        let stored = find(tx, response.get_credential_id())?;
        let on = stored.as_ref().map_or_else(|| String::from("unknown"), |stored| stored.member.to_string());
        let proved = match stored {
            Some(stored) => self.prove(tx, &stored, response, way.state)?.map(|passkey| (stored, passkey)),
            None => None,
        };
        let Some((stored, passkey)) = proved else {
            let refusal = rejected();
            let actor = Actor::from(visit);
            Deed::new(&actor, "staff.sign_in", on)
                .with("how", "passkey")
                .refused(&refusal)
                .record(self, tx)?;
            return Ok(Err(refusal));
        };
        attempts::succeed(self, tx, &buckets)?;
        let sealed = seal(self, tx, stored.member, stored.id, &passkey)?;
        tx.execute(
            "UPDATE staff_passkey SET passkey = ?1, used_at = ?2 WHERE id = ?3",
            params![sealed, self.now(), stored.id],
        )?;
        sessions::open(self, tx, stored.member, Method::Passkey, visit).map(Ok)
    }

    /// The passkey with its counter moved on, if the response proves that its owner is there.
    fn prove(
        &self,
        tx: &mut Tx<'_>,
        stored: &Stored,
        response: &PublicKeyCredential,
        state: DiscoverableAuthentication,
    ) -> Result<Option<Passkey>> {
        let row = members::store::find(tx, stored.member)?;
        let is_owner = response.get_user_unique_id() == Some(stored.member.uuid().as_bytes().as_slice());
        if !is_owner || row.is_none_or(|row| row.status != Status::Active) {
            return Ok(None);
        }
        let key = self.vault().key(tx, &Subject::of(&stored.member))?;
        let Some(mut passkey) = open(&key, stored.id, &stored.sealed)? else { return Ok(None) };
        // A counter that stands still or goes back is refused in here: it may be a copied key.
        let done = self.passkeys()?.finish_discoverable_authentication_v2(response, state, &passkey);
        let Some(result) = done.ok().filter(AuthenticationResult::user_verified) else { return Ok(None) };
        passkey.update_credential(&result);
        Ok(Some(passkey))
    }
}

/// Told whatever was wrong with a passkey.
fn rejected() -> Refusal {
    Refusal::new("staff.passkey_rejected")
}

/// Reads what a browser sent; what is no such thing is refused like a wrong one.
trait FromBrowser: serde::de::DeserializeOwned {
    fn deserialize_from(value: &Value) -> Result<Self, Refusal> {
        serde_json::from_value(value.clone()).map_err(|_| rejected())
    }
}
impl FromBrowser for RegisterPublicKeyCredential {}
impl FromBrowser for PublicKeyCredential {}

fn check_label(label: &Secret<String>) -> Result<Secret<String>, Refusal> {
    let label = label.expose().trim();
    if label.is_empty() || label.chars().count() > LONGEST_LABEL || label.chars().any(char::is_control) {
        return Err(Refusal::new("staff.label_malformed").with("longest", LONGEST_LABEL));
    }
    Ok(Secret::new(label.to_owned()))
}

/// None if somebody has this very key already.
fn insert(
    staff: &Staff,
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    passkey: &Passkey,
    label: &Secret<String>,
) -> Result<Option<Id<StaffPasskey>>> {
    let now = staff.now();
    let id = id::new(now);
    let sealed = seal(staff, tx, member, id, passkey)?;
    let label = staff.vault().key(tx, &Subject::of(&member))?.seal::<PasskeyLabel>(id, label)?;
    tx.query_opt(
        "INSERT INTO staff_passkey (id, member, credential, passkey, label, added_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (credential) DO NOTHING RETURNING id",
        params![id, member, *passkey.cred_id().as_slice(), sealed, label, now],
        |row| row.take(0),
    )
}

fn seal(
    staff: &Staff,
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    id: Id<StaffPasskey>,
    passkey: &Passkey,
) -> Result<Sealed<PasskeyKey>> {
    staff.vault().key(tx, &Subject::of(&member))?.seal::<PasskeyKey>(id, &Secret::from_json(passkey)?)
}

fn open(key: &DataKey, id: Id<StaffPasskey>, sealed: &Sealed<PasskeyKey>) -> Result<Option<Passkey>> {
    key.open(id, sealed)?.plain().map(|passkey| passkey.parse_json()).transpose()
}

fn find(tx: &mut Tx<'_>, credential: &[u8]) -> Result<Option<Stored>> {
    tx.query_opt(
        "SELECT id, member, passkey FROM staff_passkey WHERE credential = ?1",
        params![*credential],
        |row| Ok(Stored { id: row.take(0)?, member: row.take(1)?, sealed: row.take(2)? }),
    )
}

fn keys_of_member(staff: &Staff, tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<Vec<Passkey>> {
    let key = staff.vault().key(tx, &Subject::of(&member))?;
    let rows = tx.query(
        "SELECT id, passkey FROM staff_passkey WHERE member = ?1 ORDER BY id",
        params![member],
        |row| Ok((row.take(0)?, row.take(1)?)),
    )?;
    rows.iter().filter_map(|(id, sealed)| open(&key, *id, sealed).transpose()).collect()
}

/// A member's passkeys as they see them, the oldest first.
pub(crate) fn of_member(staff: &Staff, tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<Vec<PasskeyInfo>> {
    let key = staff.vault().key(tx, &Subject::of(&member))?;
    tx.query(
        "SELECT id, label, added_at, used_at FROM staff_passkey WHERE member = ?1 ORDER BY added_at, id",
        params![member],
        |row: &mut Row| {
            let id: Id<StaffPasskey> = row.take(0)?;
            let label = key.open::<PasskeyLabel>(id, &row.take(1)?)?.plain();
            Ok(PasskeyInfo {
                id,
                label: label.unwrap_or_else(|| Secret::new(String::new())),
                added_at: row.take(2)?,
                used_at: row.take(3)?,
            })
        },
    )
}

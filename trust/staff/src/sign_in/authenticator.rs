//! Setting up the authenticator app that goes with a password.

use kernel::{Refusal, Result};
use vault::Secret;

use super::ceremony::{self, Kind};
use super::totp::{self, AuthenticatorSecret};
use super::{factors, recovery};
use crate::attempts::{self, Bucket};
use crate::caller::{Caller, Method};
use crate::sessions::{Ended, SignedIn};
use crate::staff::Staff;
use crate::token::Token;

/// An app that now gives codes.
#[derive(Debug, Clone)]
pub struct AuthenticatorAdded {
    /// To be shown this once.
    pub recovery_codes: Vec<Secret<String>>,
    /// The full session of somebody who came by a link.
    pub signed_in: Option<SignedIn>,
}

impl Staff {
    /// Makes a secret for the caller's app. It counts once a code of the app proves that it arrived.
    pub async fn start_authenticator(&self, caller: &Caller) -> Result<(Token, AuthenticatorSecret)> {
        self.must_be_fresh(caller)?;
        let member = self.member(caller.member).await?;
        let base32 = totp::new_secret()?;
        let secret =
            AuthenticatorSecret::new(base32.clone(), &self.settings().institution, member.email.expose())?;
        let ticket = self
            .decide(move |staff, tx| {
                let state = base32.expose();
                ceremony::begin(staff, tx, Kind::AuthenticatorSetUp, Some(member.id), state)
            })
            .await?;
        Ok((ticket, secret))
    }

    /// Takes the app into use with its first code. Other sessions end, and earlier recovery codes.
    pub async fn finish_authenticator(
        &self,
        caller: &Caller,
        ticket: &str,
        code: &Secret<String>,
    ) -> Result<AuthenticatorAdded> {
        self.must_be_fresh(caller)?;
        let ticket = Token::parse(ticket).ok_or_else(ceremony::over)?;
        let (caller, code) = (caller.clone(), code.clone());
        let (added, ended) = self
            .decide(move |staff, tx| {
                let under_way = ceremony::look::<String>(staff, tx, Kind::AuthenticatorSetUp, &ticket)?;
                let Some(way) = under_way.filter(|way| way.member == Some(caller.member)) else {
                    return Ok(Err(ceremony::over()));
                };
                let buckets = [Bucket::person("authenticator", &Secret::new(caller.member.to_string()))];
                if let Err(refusal) = attempts::begin(staff, tx, &buckets)? {
                    return Ok(Err(refusal));
                }
                let secret = Secret::new(way.state);
                let Some(step) = totp::step_of(&secret, code.expose(), staff.now())? else {
                    return Ok(Err(Refusal::new("staff.code_wrong")));
                };
                attempts::succeed(staff, tx, &buckets)?;
                ceremony::end(tx, &ticket)?;
                totp::save(staff, tx, caller.member, &secret, step)?;
                let recovery_codes = recovery::renew(tx, staff.vault(), caller.member)?;
                let mut ended = factors::changed(staff, tx, &caller, "staff.set_authenticator")?;
                let signed_in = finish_link(staff, tx, &caller, &mut ended)?;
                Ok(Ok((AuthenticatorAdded { recovery_codes, signed_in }, ended)))
            })
            .await?;
        self.inner.sessions.forget(&ended);
        Ok(added)
    }
}

/// Only a password and the app together are a way in.
fn finish_link(
    staff: &Staff,
    tx: &mut store::Tx<'_>,
    caller: &Caller,
    ended: &mut Vec<Ended>,
) -> Result<Option<SignedIn>> {
    if factors::password(staff, tx, caller.member)?.is_none() {
        return Ok(None);
    }
    let upgraded = factors::upgrade(staff, tx, caller, Method::Password)?;
    Ok(upgraded.map(|(signed_in, old)| {
        ended.push(old);
        signed_in
    }))
}

//! Asking the provider again, while a session lasts, whether its person may still be here.

use std::sync::Arc;

use ::store::Tx;
use jiff::SignedDuration;
use kernel::{Refusal, Result};
use openidconnect::core::{CoreErrorResponseType, CoreGenderClaim};
use openidconnect::http::StatusCode;
use openidconnect::{AccessToken, RefreshToken, RequestTokenError, UserInfoClaims, UserInfoError};

use super::client::{Client, Provider};
use super::person::{OtherClaims, Person};
use super::store::{self, Resting, Tokens};
use crate::actor::Actor;
use crate::sessions::{self, End, Ended};
use crate::staff::Staff;
use crate::trail::Deed;

/// Sessions asked about in one go; the rest come with the next.
const AT_ONCE: usize = 200;
/// A question without an answer is asked again after so long.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// What the provider answered.
enum Standing {
    Good(Tokens, Box<Person>),
    /// The provider no longer knows the session, or the person.
    Over,
    /// Nothing was learned about the person.
    Unknown,
}

impl Staff {
    /// Asks about the sessions that are due, and ends those that the provider no longer stands by. To be
    /// called every minute by one node. Returns how many were asked about.
    pub async fn check_provider_sessions(&self) -> Result<usize> {
        if self.inner.provider.is_none() {
            return Ok(0);
        }
        for asked in 0..AT_ONCE {
            let due =
                self.write(|staff, tx| store::claim_due(staff, tx, staff.now().checked_add(AGAIN)?)).await?;
            let Some(resting) = due else { return Ok(asked) };
            let standing = self.ask_about(&resting).await?;
            let ended = self.write(move |staff, tx| staff.answered(tx, &resting, &standing)).await?;
            self.inner.sessions.forget(&ended);
        }
        Ok(AT_ONCE)
    }

    async fn ask_about(&self, resting: &Resting) -> Result<Standing> {
        let Some(tokens) = &resting.tokens else { return Ok(Standing::Over) };
        let provider = self.provider()?;
        let described = match provider.described(self.now()).await {
            Ok(described) => described,
            Err(error) => {
                tracing::warn!(%error, "the sign-in provider cannot be asked");
                return Ok(Standing::Unknown);
            }
        };
        let client = provider.client(&described);
        let Some(tokens) = refreshed(provider, &client, tokens).await? else {
            return Ok(Standing::Unknown);
        };
        let Some(tokens) = tokens else { return Ok(Standing::Over) };
        let info = match user_info(provider, &client, &tokens).await? {
            Some(Some(info)) => info,
            Some(None) => return Ok(Standing::Over),
            None => return Ok(Standing::Unknown),
        };
        let person = Person::from_info(&provider.issuer(), &info, &provider.settings.group_claim);
        if store::hash(self, &person.identity) != resting.identity {
            return Ok(Standing::Over);
        }
        Ok(Standing::Good(tokens, Box::new(person)))
    }

    fn answered(&self, tx: &mut Tx<'_>, resting: &Resting, standing: &Standing) -> Result<Vec<Ended>> {
        let now = self.now();
        let settings = &self.provider()?.settings;
        let over = match standing {
            Standing::Good(tokens, person) => {
                store::found_good(self, tx, resting, tokens, now.checked_add(settings.check_every)?)?;
                if person.groups.is_none() {
                    return Ok(Vec::new());
                }
                match self.follow_groups(tx, resting.member, person)? {
                    Ok(ended) => return Ok(ended),
                    Err(_) => store::of_identity(tx, &resting.identity, now)?,
                }
            }
            Standing::Over => store::of_identity(tx, &resting.identity, now)?,
            Standing::Unknown if now.duration_since(resting.good_at) < settings.unreachable_for => Vec::new(),
            Standing::Unknown => vec![(resting.member, resting.session)],
        };
        self.end_by_provider(tx, over)
    }

    /// Ends sessions because the provider said so, or said nothing for too long.
    pub(super) fn end_by_provider(
        &self,
        tx: &mut Tx<'_>,
        sessions: Vec<(kernel::Id<kernel::id::StaffMember>, kernel::Id<kernel::id::StaffSession>)>,
    ) -> Result<Vec<Ended>> {
        let mut ended = Vec::new();
        for (member, session) in sessions {
            if let Some(one) = sessions::end_one(self, tx, member, session, End::Provider)? {
                let deed = Deed::new(&Actor::Program, "staff.end_session", session);
                deed.with("why", End::Provider.name()).record(self, tx)?;
                ended.push(one);
            }
        }
        Ok(ended)
    }
}

/// Fresh tokens. `None`: not learned; `Some(None)`: the provider refuses to give any.
async fn refreshed(provider: &Provider, client: &Client, tokens: &Tokens) -> Result<Option<Option<Tokens>>> {
    let Some(refresh) = &tokens.refresh else { return Ok(Some(Some(tokens.clone()))) };
    let http = provider.http();
    let ask = |request| Provider::ask(Arc::clone(&http), request);
    let refresh = RefreshToken::new(refresh.clone());
    match client.exchange_refresh_token(&refresh)?.request_async(&ask).await {
        Ok(answer) => Ok(Some(Some(super::sign_in::tokens(&answer, Some(tokens))))),
        Err(RequestTokenError::ServerResponse(answer))
            if *answer.error() == CoreErrorResponseType::InvalidGrant =>
        {
            Ok(Some(None))
        }
        Err(error) => {
            tracing::warn!(%error, "the sign-in provider gave no new token");
            Ok(None)
        }
    }
}

type Info = UserInfoClaims<OtherClaims, CoreGenderClaim>;

/// The provider's page about the person, in the same three ways.
async fn user_info(provider: &Provider, client: &Client, tokens: &Tokens) -> Result<Option<Option<Info>>> {
    let http = provider.http();
    let ask = |request| Provider::ask(Arc::clone(&http), request);
    let request = client.user_info(AccessToken::new(tokens.access.clone()), None);
    let request = request.map_err(|_| Refusal::new("staff.provider_failed"))?;
    match request.request_async(&ask).await {
        Ok(info) => Ok(Some(Some(info))),
        Err(UserInfoError::Response(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, ..)) => Ok(Some(None)),
        Err(error) => {
            tracing::warn!(%error, "the sign-in provider did not answer about a person");
            Ok(None)
        }
    }
}

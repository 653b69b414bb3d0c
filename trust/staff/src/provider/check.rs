//! Asking the provider again, while a session lasts, whether its person may still be here.

use std::sync::Arc;

use ::store::Tx;
use jiff::SignedDuration;
use kernel::Result;
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
    /// With what it says about the person now, if it says anything.
    Good(Tokens, Option<Box<Person>>),
    /// The provider no longer knows the session, or the person.
    Over,
    /// Nothing was learned about the person.
    Unknown,
    /// Nor will anything be learned about others right now.
    Away,
}

/// One question's answer.
enum Answer<T> {
    Yes(T),
    /// Refused, because of the person.
    No,
    /// It made no sense.
    Odd,
    /// There was none.
    None,
}

impl Staff {
    /// Asks about the sessions that are due, and ends those that the provider no longer stands by. To be
    /// called every minute by one node. Returns how many were asked about.
    pub async fn check_provider_sessions(&self) -> Result<usize> {
        if self.inner.provider.is_none() {
            return Ok(0);
        }
        let mut is_away = false;
        for asked in 0..AT_ONCE {
            let due =
                self.write(|staff, tx| store::claim_due(staff, tx, staff.now().checked_add(AGAIN)?)).await?;
            let Some(resting) = due else { return Ok(asked) };
            let standing = if is_away { Standing::Away } else { self.ask_about(&resting).await? };
            is_away = matches!(standing, Standing::Away);
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
                return Ok(Standing::Away);
            }
        };
        let client = provider.client(&described);
        let tokens = match refreshed(provider, &client, tokens).await? {
            Answer::Yes(tokens) => tokens,
            other => return Ok(other.into()),
        };
        if described.metadata.userinfo_endpoint().is_none() {
            // A fresh token is all that such a provider gives; without one it cannot be asked at all.
            let is_fresh = tokens.refresh.is_some();
            return Ok(if is_fresh { Standing::Good(tokens, None) } else { Standing::Unknown });
        }
        let info = match user_info(provider, &client, &tokens).await? {
            Answer::Yes(info) => info,
            other => return Ok(other.into()),
        };
        let person = Person::from_info(&provider.issuer(), &info, &provider.settings.group_claim);
        if store::hash(self, &person.identity) != resting.identity {
            return Ok(Standing::Over);
        }
        Ok(Standing::Good(tokens, Some(Box::new(person))))
    }

    fn answered(&self, tx: &mut Tx<'_>, resting: &Resting, standing: &Standing) -> Result<Vec<Ended>> {
        let now = self.now();
        let settings = &self.provider()?.settings;
        let over = match standing {
            Standing::Good(tokens, person) => {
                store::found_good(self, tx, resting, tokens, now.checked_add(settings.check_every)?)?;
                let Some(person) = person.as_ref().filter(|person| person.groups.is_some()) else {
                    return Ok(Vec::new());
                };
                match self.follow_groups(tx, resting.member, person)? {
                    Ok(ended) => return Ok(ended),
                    Err(_) => store::of_identity(tx, &resting.identity, now)?,
                }
            }
            Standing::Over => store::of_identity(tx, &resting.identity, now)?,
            Standing::Unknown | Standing::Away => {
                let is_short = now.duration_since(resting.good_at) < settings.unreachable_for;
                if is_short { Vec::new() } else { vec![(resting.member, resting.session)] }
            }
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

impl<T> From<Answer<T>> for Standing {
    /// What an answer other than "yes" says about the session.
    fn from(answer: Answer<T>) -> Self {
        match answer {
            Answer::No => Self::Over,
            Answer::Yes(_) | Answer::Odd => Self::Unknown,
            Answer::None => Self::Away,
        }
    }
}

/// Fresh tokens for the old ones.
async fn refreshed(provider: &Provider, client: &Client, tokens: &Tokens) -> Result<Answer<Tokens>> {
    let Some(refresh) = &tokens.refresh else { return Ok(Answer::Yes(tokens.clone())) };
    let http = provider.http();
    let ask = |request| Provider::ask(Arc::clone(&http), request);
    let refresh = RefreshToken::new(refresh.clone());
    let error = match client.exchange_refresh_token(&refresh)?.request_async(&ask).await {
        Ok(answer) => return Ok(Answer::Yes(super::sign_in::tokens(&answer, Some(tokens)))),
        Err(error) => error,
    };
    Ok(match &error {
        RequestTokenError::ServerResponse(answer)
            if *answer.error() == CoreErrorResponseType::InvalidGrant =>
        {
            Answer::No
        }
        RequestTokenError::Request(_) => told(&error, Answer::None),
        _ => told(&error, Answer::Odd),
    })
}

/// The provider's page about the person.
async fn user_info(
    provider: &Provider,
    client: &Client,
    tokens: &Tokens,
) -> Result<Answer<UserInfoClaims<OtherClaims, CoreGenderClaim>>> {
    let http = provider.http();
    let ask = |request| Provider::ask(Arc::clone(&http), request);
    let request = client.user_info(AccessToken::new(tokens.access.clone()), None)?;
    let error = match request.request_async(&ask).await {
        Ok(info) => return Ok(Answer::Yes(info)),
        Err(error) => error,
    };
    Ok(match &error {
        UserInfoError::Response(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, ..) => Answer::No,
        UserInfoError::Request(_) => told(&error, Answer::None),
        _ => told(&error, Answer::Odd),
    })
}

/// Logs an error on the way to an answer that does not hold it.
fn told<T>(error: &dyn std::error::Error, answer: Answer<T>) -> Answer<T> {
    tracing::warn!(%error, "the sign-in provider did not answer about a person");
    answer
}

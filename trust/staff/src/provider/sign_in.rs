//! Signing in at the provider, and what that makes of a person here.

use ::store::Tx;
use jiff::Timestamp;
use kernel::id::StaffMember;
use kernel::{Context as _, Error, Id, Refusal, Result};
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, CsrfToken, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, Scope, TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use url::Url;
use vault::Email;

use super::client::{Client, Described, Provider, TokenAnswer, verifier};
use super::person::Person;
use super::store::{self, NewResting, Tokens};
use crate::actor::Actor;
use crate::caller::{Method, Roles};
use crate::members::{self, NewMember, Status, Step};
use crate::sessions::{self, Ended, SignedIn};
use crate::sign_in::ceremony::{self, Kind};
use crate::staff::Staff;
use crate::token::Token;
use crate::trail::Deed;
use crate::visit::Visit;

#[derive(Serialize, Deserialize)]
struct Begun {
    nonce: String,
    verifier: String,
}

impl Staff {
    pub(super) fn provider(&self) -> Result<&Provider, Refusal> {
        self.inner.provider.as_ref().ok_or_else(|| Refusal::new("staff.no_provider"))
    }

    /// Begins a sign-in at the provider: the ticket, which stays in a cookie of this browser, and the
    /// address to send the person to.
    pub async fn start_provider_sign_in(&self, visit: &Visit) -> Result<(Token, Url)> {
        let provider = self.provider()?;
        let client = provider.client(&provider.described(self.now()).await?);
        let (challenge, pkce) = PkceCodeChallenge::new_random_sha256();
        let nonce = Nonce::new_random();
        let begun = Begun { nonce: nonce.secret().clone(), verifier: pkce.secret().clone() };
        let visit = visit.clone();
        let ticket = self
            .decide(move |staff, tx| {
                ceremony::begin_by_stranger(staff, tx, Kind::ProviderSignIn, &visit, &begun)
            })
            .await?;
        // Whoever comes back must hold the ticket whose hash went out.
        let state = ticket.hash().to_string();
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), || nonce)
            .set_pkce_challenge(challenge);
        for scope in &provider.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        Ok((ticket, request.url().0))
    }

    /// Ends a sign-in with what the provider sent back: `state` and `code` of the address, and the cookie.
    pub async fn finish_provider_sign_in(
        &self,
        ticket: &str,
        state: &str,
        code: &str,
        visit: &Visit,
    ) -> Result<SignedIn> {
        let provider = self.provider()?;
        let ticket = Token::parse(ticket).filter(|ticket| ticket.hash().to_string() == state);
        let ticket = ticket.ok_or_else(ceremony::over)?;
        let begun = self
            .decide(move |staff, tx| {
                let begun = ceremony::take::<Begun>(staff, tx, Kind::ProviderSignIn, &ticket)?;
                Ok(begun.map(|way| way.state).ok_or_else(ceremony::over))
            })
            .await?;
        let asked = provider.exchange(begun, code, self.now()).await;
        let visit = visit.clone();
        let (person, tokens) = match asked {
            Ok(done) => done,
            Err(error) => return self.provider_failed(&error, &visit).await,
        };
        let (signed_in, ended) =
            self.decide(move |staff, tx| staff.welcome(tx, &person, &tokens, &visit)).await?;
        self.inner.sessions.forget(&ended);
        Ok(signed_in)
    }

    /// The person learns that it did not work, the log why.
    async fn provider_failed<T>(&self, error: &Error, visit: &Visit) -> Result<T> {
        tracing::warn!(%error, "a sign-in at the provider failed");
        let actor = Actor::from(visit);
        let refusal = Refusal::new("staff.provider_failed");
        let told = refusal.clone();
        self.write(move |staff, tx| {
            Deed::new(&actor, "staff.sign_in", "unknown")
                .with("how", "provider")
                .refused(&told)
                .record(staff, tx)
        })
        .await?;
        Err(refusal.into())
    }

    /// Finds or adds the member whom the provider vouches for, and opens their session.
    fn welcome(
        &self,
        tx: &mut Tx<'_>,
        person: &Person,
        tokens: &Tokens,
        visit: &Visit,
    ) -> Result<Result<(SignedIn, Vec<Ended>), Refusal>> {
        let now = self.now();
        let provider = self.provider()?;
        let identity = store::hash(self, &person.identity);
        let actor = Actor::from(visit);
        let known = match store::member_of(tx, &identity)? {
            Some(member) => Ok(member),
            None => self.link(tx, person)?,
        };
        let allowed = match known {
            Ok(member) => self.follow_groups(tx, member, person)?.map(|ended| (member, ended)),
            Err(refusal) => Err(refusal),
        };
        let (member, ended) = match allowed {
            Ok(allowed) => allowed,
            Err(refusal) => {
                let on = store::member_of(tx, &identity)?.map_or("unknown".to_owned(), |id| id.to_string());
                Deed::new(&actor, "staff.sign_in", on)
                    .with("how", "provider")
                    .refused(&refusal)
                    .record(self, tx)?;
                return Ok(Err(refusal));
            }
        };
        let signed_in = sessions::open(self, tx, member, Method::Provider, visit)?;
        let issuer = provider.issuer();
        let provider_session = person.session.as_deref().map(|sid| store::session_hash(self, &issuer, sid));
        let new = NewResting {
            session: signed_in.caller.session,
            member,
            identity: &identity,
            provider_session: provider_session.as_ref(),
            tokens,
            check_at: now.checked_add(provider.settings.check_every)?,
        };
        store::insert(self, tx, &new)?;
        Ok(Ok((signed_in, ended)))
    }

    /// Ties an account at the provider to the member with the same verified address, or to a new one.
    fn link(&self, tx: &mut Tx<'_>, person: &Person) -> Result<Result<Id<StaffMember>, Refusal>> {
        let unknown = || Refusal::new("staff.provider_unknown");
        let Some(address) = &person.email else { return Ok(Err(unknown())) };
        let Ok(email) = Email::parse(address.expose()) else { return Ok(Err(unknown())) };
        let hash = self.vault().lookups().hash::<members::store::MemberByEmail>(&email);
        let member = match members::store::find_by_email(tx, &hash)? {
            // An address that was given to somebody new does not bring the old account along.
            Some(row) if store::is_linked(tx, row.id)? => return Ok(Err(unknown())),
            Some(row) => row.id,
            None => {
                let settings = &self.provider()?.settings;
                let roles = Roles::new(person.roles(&settings.groups));
                let (true, Ok(roles)) = (settings.adds_members, roles) else { return Ok(Err(unknown())) };
                let name = person.name.clone().unwrap_or_else(|| address.clone());
                let language = self.settings().language.clone();
                let new = NewMember { name, email: address.clone(), roles, language };
                match self.add_in(tx, &new, &Actor::Program)? {
                    Ok(member) => member,
                    Err(refusal) => return Ok(Err(refusal)),
                }
            }
        };
        store::link(tx, &store::hash(self, &person.identity), member, self.now())?;
        Deed::new(&Actor::Program, "staff.link_provider", member).record(self, tx)?;
        Ok(Ok(member))
    }

    /// Gives an active member the roles of their groups. Sessions with other roles end.
    pub(super) fn follow_groups(
        &self,
        tx: &mut Tx<'_>,
        member: Id<StaffMember>,
        person: &Person,
    ) -> Result<Result<Vec<Ended>, Refusal>> {
        let row = members::store::find(tx, member)?.ok_or(Error::NotFound)?;
        if row.status != Status::Active {
            return Ok(Err(Refusal::new("staff.provider_unknown")));
        }
        let mapping = &self.provider()?.settings.groups;
        if mapping.is_empty() {
            return Ok(Ok(Vec::new()));
        }
        let Ok(roles) = Roles::new(person.roles(mapping)) else {
            return Ok(Err(Refusal::new("staff.provider_no_role")));
        };
        if roles == members::store::roles(tx, member)? {
            return Ok(Ok(Vec::new()));
        }
        self.take_step(tx, row, &Step::SetRoles(roles), &Actor::Program).map(Ok)
    }
}

impl Provider {
    /// Turns the code of the address into what the provider says about the person.
    async fn exchange(&self, begun: Begun, code: &str, now: Timestamp) -> Result<(Person, Tokens)> {
        let described = self.described(now).await?;
        let client = self.client(&described);
        let http = self.http();
        let ask = |request| Self::ask(std::sync::Arc::clone(&http), request);
        let exchange = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier));
        let answer = exchange.request_async(&ask).await.context("exchanging the provider's code")?;
        let nonce = Nonce::new(begun.nonce);
        let person = if let Ok(person) = self.person(&described, &answer, &nonce, now).await {
            person
        } else {
            // Its keys may be newer than what we know of them.
            let described = self.described_anew(now).await?;
            self.person(&described, &answer, &nonce, now).await?
        };
        Ok((person, tokens(&answer, None)))
    }

    /// Reads and verifies what the provider says about somebody.
    async fn person(
        &self,
        described: &Described,
        answer: &TokenAnswer,
        nonce: &Nonce,
        now: Timestamp,
    ) -> Result<Person> {
        let client = self.client(described);
        let token =
            answer.id_token().ok_or_else(|| kernel::Fault::new("the provider sent no identity token"))?;
        let verifier = verifier(&client, now)?;
        let claims = token.claims(&verifier, nonce).context("verifying the provider's identity token")?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg()?;
            let actual =
                AccessTokenHash::from_token(answer.access_token(), algorithm, token.signing_key(&verifier)?)?;
            if actual != *expected {
                return Err(kernel::Fault::new("the provider's tokens do not belong together").into());
            }
        }
        let person = Person::from_token(&self.issuer(), claims, &self.settings.group_claim);
        let lacks = person.groups.is_none() || person.email.is_none();
        if !lacks || described.metadata.userinfo_endpoint().is_none() {
            return Ok(person);
        }
        let info = self.user_info(&client, answer, claims.subject().clone()).await?;
        Ok(person.filled_by(&info, &self.settings.group_claim))
    }

    async fn user_info(
        &self,
        client: &Client,
        answer: &TokenAnswer,
        subject: openidconnect::SubjectIdentifier,
    ) -> Result<UserInfoClaims<super::person::OtherClaims, openidconnect::core::CoreGenderClaim>> {
        let http = self.http();
        let ask = |request| Provider::ask(std::sync::Arc::clone(&http), request);
        let request = client.user_info(answer.access_token().clone(), Some(subject))?;
        request.request_async(&ask).await.context("asking the provider about a person")
    }
}

/// What to ask with next time; a provider that sends no new refresh token means the old one.
pub(super) fn tokens(answer: &TokenAnswer, earlier: Option<&Tokens>) -> Tokens {
    let refresh = answer.refresh_token().map(|token| token.secret().clone());
    Tokens {
        refresh: refresh.or_else(|| earlier.and_then(|earlier| earlier.refresh.clone())),
        access: answer.access_token().secret().clone(),
    }
}

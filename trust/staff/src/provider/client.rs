//! The provider as it describes itself, and a client for it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiff::{SignedDuration, Timestamp};
use kernel::{Context as _, Fault, Refusal, Result};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    ClientId, ClientSecret, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenFields, IdTokenVerifier, IssuerUrl, RedirectUrl, StandardErrorResponse,
    StandardTokenResponse,
};
use tokio::sync::Mutex;
use url::Url;
use vault::Secret;

use super::http::{HttpClient, HttpFailure, Network};
use super::person::OtherClaims;
use crate::staff::GroupRoles;

/// What an institution tells about its sign-in provider.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// As the button on the sign-in page calls it.
    pub name: String,
    pub issuer: Url,
    pub client_id: String,
    pub client_secret: Secret<String>,
    /// The page of the desk that the provider sends people back to.
    pub return_to: Url,
    /// Scopes besides `openid`. `offline_access` lets the program ask again while a session lasts.
    pub scopes: Vec<String>,
    /// The claim that names a person's groups.
    pub group_claim: String,
    /// The role each group brings. Empty: roles are given here and not there.
    pub groups: GroupRoles,
    /// Whether somebody with a role at the provider is added here at their first sign-in.
    pub adds_members: bool,
    /// How often the provider is asked whether a person may still be here.
    pub check_every: SignedDuration,
    /// How long sessions outlive a provider that cannot be reached.
    pub unreachable_for: SignedDuration,
}

impl ProviderSettings {
    pub fn new(issuer: Url, client_id: String, client_secret: Secret<String>, return_to: Url) -> Self {
        Self {
            name: issuer.host_str().unwrap_or_default().to_owned(),
            issuer,
            client_id,
            client_secret,
            return_to,
            scopes: ["email", "profile", "offline_access"].map(str::to_owned).to_vec(),
            group_claim: String::from("groups"),
            groups: GroupRoles::new(),
            adds_members: false,
            check_every: SignedDuration::from_mins(5),
            unreachable_for: SignedDuration::from_mins(30),
        }
    }
}

pub(super) type TokenAnswer = StandardTokenResponse<
    IdTokenFields<
        OtherClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

pub(super) type Client = openidconnect::Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What the provider says about itself is asked again after so long …
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// … or when a key is missing, but not more often than this.
const RENEWED_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// A provider's clock and ours.
pub(super) const SKEW: SignedDuration = SignedDuration::from_mins(1);

pub(crate) struct Provider {
    pub(super) settings: ProviderSettings,
    http: Arc<dyn HttpClient>,
    described: Mutex<Option<Described>>,
}

#[derive(Clone)]
pub(super) struct Described {
    at: Timestamp,
    pub(super) metadata: CoreProviderMetadata,
}

impl Provider {
    pub(crate) fn new(settings: ProviderSettings) -> Result<Self> {
        let is_local =
            settings.issuer.host_str().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1"));
        if settings.issuer.scheme() != "https" && !is_local {
            return Err(Refusal::new("staff.provider_not_secure").with("issuer", &settings.issuer).into());
        }
        Ok(Self { settings, http: Arc::new(Network::new()?), described: Mutex::new(None) })
    }

    pub(crate) fn with_http(mut self, http: Arc<dyn HttpClient>) -> Self {
        self.http = http;
        self
    }

    /// Asks over HTTP, in the form that the protocol's crate calls.
    pub(super) async fn ask(
        http: Arc<dyn HttpClient>,
        request: HttpRequest,
    ) -> Result<HttpResponse, HttpFailure> {
        http.send(request).await
    }

    pub(super) fn http(&self) -> Arc<dyn HttpClient> {
        Arc::clone(&self.http)
    }

    /// The provider's description of itself, asked anew when it is old.
    pub(super) async fn described(&self, now: Timestamp) -> Result<Described> {
        self.described_since(now, KEPT).await
    }

    /// The description, asked anew unless that was done a moment ago: after its keys did not fit.
    pub(super) async fn described_anew(&self, now: Timestamp) -> Result<Described> {
        self.described_since(now, RENEWED_EVERY).await
    }

    async fn described_since(&self, now: Timestamp, kept: SignedDuration) -> Result<Described> {
        let mut described = self.described.lock().await;
        if let Some(known) = described.as_ref().filter(|known| now.duration_since(known.at) < kept) {
            return Ok(known.clone());
        }
        let http = self.http();
        let ask = |request| Self::ask(Arc::clone(&http), request);
        let issuer = IssuerUrl::new(self.issuer())?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &ask).await;
        let metadata = metadata.context("asking the sign-in provider to describe itself")?;
        let fresh = Described { at: now, metadata };
        *described = Some(fresh.clone());
        Ok(fresh)
    }

    /// The issuer as its own documents write it: without the slash that an address gets.
    pub(super) fn issuer(&self) -> String {
        self.settings.issuer.as_str().trim_end_matches('/').to_owned()
    }

    pub(super) fn client(&self, described: &Described) -> Client {
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = ClientSecret::new(self.settings.client_secret.expose().clone());
        let return_to = RedirectUrl::from_url(self.settings.return_to.clone());
        Client::from_provider_metadata(described.metadata.clone(), id, Some(secret))
            .set_redirect_uri(return_to)
    }
}

/// Only signatures that the provider alone can make.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Checks identity tokens by our clock, with some patience for the provider's.
pub(super) fn verifier(client: &Client, now: Timestamp) -> Result<IdTokenVerifier<'_, CoreJsonWebKey>> {
    let time = now.checked_sub(SKEW)?.as_second();
    let time = DateTime::<Utc>::from_timestamp(time, 0).ok_or_else(|| Fault::new("converting an instant"))?;
    Ok(client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || time))
}

//! A person's device with a passkey on it, by somebody else's implementation of the standard.

use passkey_authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey_client::{Client, DefaultClientData};
use passkey_crypto::AvailableBackend;
use passkey_types::ctap2::{Aaguid, Ctap2Error};
use passkey_types::{Passkey, webauthn};
use serde_json::Value;

/// Whoever touches the device; with or without showing a finger.
struct Finger {
    is_verified: bool,
}

#[async_trait::async_trait]
impl UserValidationMethod for Finger {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _hint: UiHint<'a, Passkey>,
        _presence: bool,
        _verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence: true, verification: self.is_verified })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

/// What the device keeps. A clone of it is a copied key.
#[derive(Clone)]
pub struct Device {
    passkey: Option<Passkey>,
    pub is_verified: bool,
}

impl Device {
    pub fn new() -> Self {
        Self { passkey: None, is_verified: true }
    }

    /// What a browser at `origin` does for `navigator.credentials.create`.
    pub async fn create(&mut self, origin: &str, options: &Value) -> Result<Value, String> {
        let options: webauthn::CredentialCreationOptions = serde_json::from_value(options.clone()).unwrap();
        let mut client = Client::new(self.authenticator());
        let made = client.register(&url::Url::parse(origin).unwrap(), options, DefaultClientData).await;
        self.passkey.clone_from(client.authenticator().store());
        Ok(serde_json::to_value(made.map_err(|error| format!("{error:?}"))?).unwrap())
    }

    /// What a browser at `origin` does for `navigator.credentials.get`.
    pub async fn get(&mut self, origin: &str, options: &Value) -> Result<Value, String> {
        let options: webauthn::CredentialRequestOptions = serde_json::from_value(options.clone()).unwrap();
        let mut client = Client::new(self.authenticator());
        let made = client.authenticate(&url::Url::parse(origin).unwrap(), options, DefaultClientData).await;
        self.passkey.clone_from(client.authenticator().store());
        Ok(serde_json::to_value(made.map_err(|error| format!("{error:?}"))?).unwrap())
    }

    fn authenticator(&self) -> Authenticator<Option<Passkey>, Finger, AvailableBackend> {
        let finger = Finger { is_verified: self.is_verified };
        let backend = AvailableBackend;
        let mut authenticator =
            Authenticator::new(Aaguid::new_empty(), self.passkey.clone(), finger, backend);
        authenticator.set_make_credentials_with_signature_counter(true);
        authenticator
    }
}

//! Signatures in the manner of Standard Webhooks: the receiver proves with a shared secret that a request is
//! ours, meant for it, and new.

use std::fmt;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Fault, Result};
use vault::Secret;

/// What every secret begins with, so that scanners of code recognise one.
const PREFIX: &str = "whsec_";
const BYTES: usize = 32;

/// A secret as it is shown once: `whsec_` and base64.
#[derive(Clone)]
pub struct SigningSecret(Secret<String>);

impl SigningSecret {
    pub(crate) fn random() -> Result<Self> {
        let mut bytes = [0; BYTES];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Fault::new("reading random bytes"))?;
        Ok(Self(Secret::new(format!("{PREFIX}{}", STANDARD.encode(bytes)))))
    }

    /// The text to give to the receiver: never log it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(crate) fn secret(&self) -> &Secret<String> {
        &self.0
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

/// The value of `webhook-signature`: one signature for each secret that is good now.
pub(crate) fn signatures(secrets: &[Secret<String>], id: &str, second: i64, body: &str) -> Result<String> {
    let signed = secrets.iter().map(|secret| {
        let key = secret.expose().strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok());
        let key = key.ok_or_else(|| Fault::new("a webhook's secret is not one"))?;
        let tag = hmac::sign(&hmac::Key::new(HMAC_SHA256, &key), format!("{id}.{second}.{body}").as_bytes());
        Ok(format!("v1,{}", STANDARD.encode(tag)))
    });
    Ok(signed.collect::<Result<Vec<_>>>()?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_others_compute_too() {
        // The worked example of the specification's own libraries.
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let signature =
            signatures(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn two_secrets_make_two_signatures() {
        let (one, other) = (SigningSecret::random().unwrap(), SigningSecret::random().unwrap());
        assert_ne!(one.expose(), other.expose());
        let both = signatures(&[one.secret().clone(), other.secret().clone()], "dlv_1", 1, "{}").unwrap();
        let parts: Vec<_> = both.split(' ').collect();
        assert_eq!(parts.len(), 2);
        assert!(parts[0] != parts[1] && parts.iter().all(|part| part.starts_with("v1,")));
        assert!(signatures(&[Secret::new("nothing".into())], "dlv_1", 1, "{}").is_err());
        assert_eq!(format!("{one:?}"), "•••");
    }
}

//! Back-channel logout: the provider says, server to server, that somebody's session is over.
//!
//! <https://openid.net/specs/openid-connect-backchannel-1_0.html>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use kernel::{Refusal, Result};
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeyUse, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, JsonWebKeyUse as _};
use serde::Deserialize;
use serde_json::Value;

use super::client::{ALGORITHMS, SKEW};
use super::person::Identity;
use super::store;
use crate::staff::Staff;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Said at once or not at all: an older message may be a repeated one.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
const LONGEST: usize = 16 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Debug, Clone, Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    iat: i64,
    exp: Option<i64>,
    sub: Option<String>,
    sid: Option<String>,
    #[serde(default)]
    events: serde_json::Map<String, Value>,
    nonce: Option<Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn has(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Several(several) => several.iter().any(|one| one == client),
        }
    }
}

impl Claims {
    /// Whether this is a logout, meant for us, said now.
    fn hold(&self, issuer: &str, client: &str, now: Timestamp) -> bool {
        let now = now.as_second();
        let (skew, fresh) = (SKEW.as_secs(), FRESH.as_secs());
        self.iss.trim_end_matches('/') == issuer
            && self.aud.has(client)
            && (now - fresh..=now + skew).contains(&self.iat)
            && self.exp.is_none_or(|exp| exp > now - skew)
            && self.events.get(EVENT).is_some_and(Value::is_object)
            // An identity token, which has a nonce, must not pass for a logout.
            && self.nonce.is_none()
            && (self.sub.is_some() || self.sid.is_some())
    }
}

impl Staff {
    /// Ends the sessions that a logout token names. Whatever is wrong with it is refused alike.
    pub async fn provider_logout(&self, logout_token: &str) -> Result<()> {
        let provider = self.provider()?;
        let now = self.now();
        let described = provider.described(now).await?;
        let mut claims = verified(logout_token, described.metadata.jwks().keys());
        if claims.is_none() {
            let described = provider.described_anew(now).await?;
            claims = verified(logout_token, described.metadata.jwks().keys());
        }
        let (issuer, client) = (provider.issuer(), &provider.settings.client_id);
        let claims = claims.filter(|claims| claims.hold(&issuer, client, now));
        let claims = claims.ok_or_else(|| Refusal::new("staff.logout_rejected"))?;
        // A message that is repeated later ends nothing that was opened after it was said.
        let said_at = Timestamp::from_second(claims.iat)?.checked_add(SKEW)?;
        let ended = self
            .write(move |staff, tx| {
                let sessions = match (&claims.sid, &claims.sub) {
                    (Some(sid), _) => {
                        let sid = store::session_hash(staff, &issuer, sid);
                        store::of_provider_session(tx, &sid, said_at)?
                    }
                    (None, Some(sub)) => {
                        let identity = store::hash(staff, &Identity::new(&issuer, sub));
                        store::of_identity(tx, &identity, said_at)?
                    }
                    (None, None) => Vec::new(),
                };
                staff.end_by_provider(tx, sessions)
            })
            .await?;
        self.inner.sessions.forget(&ended);
        Ok(())
    }
}

/// The claims of a token that one of these keys has signed.
fn verified(token: &str, keys: &[CoreJsonWebKey]) -> Option<Claims> {
    if token.len() > LONGEST {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
    if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
        return None;
    }
    let signature = decode(signature)?;
    let is_right = keys
        .iter()
        .filter(|key| key.key_use().is_none_or(CoreJsonWebKeyUse::allows_signature))
        .filter(|key| header.kid.is_none() || key.key_id().map(|id| id.as_str()) == header.kid.as_deref())
        .any(|key| key.verify_signature(&header.alg, signed.as_bytes(), &signature).is_ok());
    if !is_right {
        return None;
    }
    serde_json::from_slice(&decode(claims)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(change: impl FnOnce(&mut Value)) -> bool {
        let mut json = serde_json::json!({
            "iss": "https://id.example", "aud": ["desk"], "iat": 1000, "exp": 1120,
            "sub": "1", "events": { EVENT: {} },
        });
        change(&mut json);
        let now = Timestamp::from_second(1010).unwrap();
        serde_json::from_value::<Claims>(json)
            .is_ok_and(|claims| claims.hold("https://id.example", "desk", now))
    }

    #[test]
    fn only_a_fresh_logout_for_this_desk_counts() {
        assert!(claims(|_| ()));
        assert!(claims(|json| json["aud"] = "desk".into()));
        assert!(claims(|json| {
            json.as_object_mut().unwrap().remove("sub");
            json["sid"] = "s".into();
        }));
        for (field, wrong) in [
            ("iss", Value::from("https://evil.example")),
            ("aud", "another".into()),
            ("iat", 600.into()),
            ("iat", 1100.into()),
            ("exp", 900.into()),
            ("events", serde_json::json!({})),
            ("events", serde_json::json!({ EVENT: "yes" })),
            ("nonce", "n".into()),
            ("sub", Value::Null),
        ] {
            assert!(!claims(|json| json[field] = wrong.clone()), "{field} {wrong}");
        }
    }

    #[test]
    fn an_unsigned_token_is_no_token() {
        let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let unsigned =
            format!("{}.{}.", part(serde_json::json!({ "alg": "none" })), part(serde_json::json!({})));
        for token in [unsigned.as_str(), "", "a.b", "a.b.c", &"x".repeat(LONGEST + 1)] {
            assert!(verified(token, &[]).is_none());
        }
    }
}

//! A host site's word on who its customer is: a token (JWT, HMAC-SHA256) that its server signs with the
//! secret it shares with us. Short-lived, for us alone, and good for one browser only.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use kernel::{Language, Refusal};
use serde::Deserialize;
use vault::{Email, Secret};

use crate::settings::{Host, Settings};
use crate::text::{self, LONGEST_NAME};

/// Letters of a token, an account and a token's own id.
const LONGEST: usize = 4_096;
const LONGEST_ACCOUNT: usize = 128;
const SHORTEST_ID: usize = 8;
/// A token may live so long; a page asks its server for a fresh one.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Clocks differ.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

/// What a host vouches for.
#[derive(Debug, Clone)]
pub struct Vouched {
    /// The host's origin, in which its account is unique.
    pub host: String,
    pub account: Secret<String>,
    pub name: Option<Secret<String>>,
    /// An address, and whether the host has seen that it is theirs.
    pub email: Option<(Secret<String>, bool)>,
    pub language: Option<Language>,
    /// What the token is known by once it was used.
    pub(crate) hash: Vec<u8>,
    pub(crate) expires_at: Timestamp,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    jti: String,
    iat: i64,
    exp: i64,
    name: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
    locale: Option<String>,
}

/// Reads a token, or refuses it without saying which part would not do: who forges learns nothing.
pub fn verify(settings: &Settings, token: &str, now: Timestamp) -> Result<Vouched, Refusal> {
    let refused = || Refusal::new("chat.token_refused");
    if token.len() > LONGEST {
        return Err(refused());
    }
    let (host, claims) =
        settings.hosts.iter().find_map(|host| read(settings, host, token)).ok_or_else(refused)?;
    let instant = |seconds: i64| Timestamp::from_second(seconds).map_err(|_| refused());
    let (issued_at, expires_at) = (instant(claims.iat)?, instant(claims.exp)?);
    if expires_at.duration_since(now) < -LEEWAY {
        return Err(Refusal::new("chat.token_expired"));
    }
    let lives_too_long = expires_at.duration_since(issued_at) > LIFE;
    let is_from_the_future = issued_at.duration_since(now) > LEEWAY;
    let account = text::line(&claims.sub);
    let is_nobody = account.is_empty() || account != claims.sub || account.len() > LONGEST_ACCOUNT;
    if lives_too_long || is_from_the_future || is_nobody || claims.jti.len() < SHORTEST_ID {
        return Err(refused());
    }
    let name = claims.name.map(|name| text::line(&name).chars().take(LONGEST_NAME).collect::<String>());
    let email = claims.email.filter(|email| Email::parse(email).is_ok()).map(Secret::new);
    Ok(Vouched {
        hash: digest(&SHA256, format!("{}\n{}", host.origin(), claims.jti).as_bytes()).as_ref().to_vec(),
        host: host.origin().to_owned(),
        account: Secret::new(account),
        name: name.filter(|name| !name.is_empty()).map(Secret::new),
        email: email.map(|email| (email, claims.email_verified)),
        language: claims.locale.and_then(|tag| tag.parse().ok()),
        expires_at,
    })
}

fn read<'h>(settings: &Settings, host: &'h Host, token: &str) -> Option<(&'h Host, Claims)> {
    let key = DecodingKey::from_secret(host.secret()?.expose());
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[host.origin()]);
    validation.set_audience(&[&settings.origin]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    // By our own clock, above.
    validation.validate_exp = false;
    decode::<Claims>(token, &key, &validation).ok().map(|data| (host, data.claims))
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn settings() -> Settings {
        let secret = |byte| Some(Secret::new(vec![byte; 32]));
        let hosts = vec![
            Host::new("https://a.example", secret(1)).unwrap(),
            Host::new("https://b.example", secret(2)).unwrap(),
            Host::new("https://c.example", None).unwrap(),
        ];
        Settings { origin: "https://help.example".into(), hosts, ..Settings::default() }
    }

    fn claims() -> Value {
        json!({
            "iss": "https://a.example", "aud": "https://help.example", "sub": "4711", "jti": "0123456789",
            "iat": NOW, "exp": NOW + 300, "name": " Ana\u{202e} Ruiz ", "email": "Ana@example.com",
            "email_verified": true, "locale": "es",
        })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    fn sign(claims: &Value, algorithm: Algorithm, byte: u8) -> String {
        encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(&[byte; 32])).unwrap()
    }

    fn verified(token: &str) -> Result<Vouched, &'static str> {
        let now = Timestamp::from_second(NOW).unwrap();
        verify(&settings(), token, now).map_err(|refusal| refusal.code())
    }

    #[test]
    fn a_host_says_who_its_customer_is() {
        let vouched = verified(&sign(&claims(), Algorithm::HS256, 1)).unwrap();
        assert_eq!((vouched.host.as_str(), vouched.account.expose().as_str()), ("https://a.example", "4711"));
        assert_eq!(vouched.name.unwrap().expose(), "Ana Ruiz");
        assert!(vouched.email.unwrap().1);
        assert_eq!(vouched.language.unwrap().to_string(), "es");
        let again = verified(&sign(&with("exp", json!(NOW + 10)), Algorithm::HS256, 1)).unwrap();
        assert_eq!(vouched.hash, again.hash, "known by its own id");
    }

    #[test]
    fn a_host_speaks_for_itself_and_to_us_only() {
        for (claims, byte) in [
            (claims(), 2),
            (claims(), 9),
            (with("iss", json!("https://b.example")), 1),
            (with("iss", json!("https://c.example")), 1),
            (with("aud", json!("https://other.example")), 1),
        ] {
            assert_eq!(verified(&sign(&claims, Algorithm::HS256, byte)).unwrap_err(), "chat.token_refused");
        }
    }

    #[test]
    fn a_token_that_is_old_long_lived_or_of_tomorrow_is_refused() {
        let code = |claims: &Value| verified(&sign(claims, Algorithm::HS256, 1)).unwrap_err();
        let mut old = with("iat", json!(NOW - 400));
        old["exp"] = json!(NOW - 31);
        assert_eq!(code(&old), "chat.token_expired");
        assert_eq!(code(&with("exp", json!(NOW + 601))), "chat.token_refused");
        assert_eq!(code(&with("iat", json!(NOW + 31))), "chat.token_refused");
        assert_eq!(code(&with("exp", json!(i64::MAX))), "chat.token_refused");
        old["exp"] = json!(NOW - 29);
        assert!(verified(&sign(&old, Algorithm::HS256, 1)).is_ok(), "clocks differ a little");
    }

    #[test]
    fn another_algorithm_or_a_missing_claim_is_refused() {
        let code = |token: &str| verified(token).unwrap_err();
        assert_eq!(code(&sign(&claims(), Algorithm::HS384, 1)), "chat.token_refused");
        for name in ["iss", "aud", "sub", "jti", "iat", "exp"] {
            let mut claims = claims();
            claims.as_object_mut().unwrap().remove(name);
            assert_eq!(code(&sign(&claims, Algorithm::HS256, 1)), "chat.token_refused", "{name}");
        }
        for (name, value) in [("sub", json!("")), ("sub", json!("4\u{0}7")), ("jti", json!("short"))] {
            let token = sign(&with(name, value), Algorithm::HS256, 1);
            assert_eq!(code(&token), "chat.token_refused", "{name}");
        }
        let token = sign(&claims(), Algorithm::HS256, 1);
        let mut parts: Vec<&str> = token.split('.').collect();
        // The header says {"alg":"none","typ":"JWT"}.
        parts[0] = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
        for forged in [parts.join("."), format!("{}.{}.", parts[0], parts[1]), "x".repeat(5_000)] {
            assert_eq!(code(&forged), "chat.token_refused");
        }
    }
}

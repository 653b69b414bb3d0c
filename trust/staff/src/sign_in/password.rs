//! Passwords: which ones are good enough, and how they are kept (Argon2id, sealed by the vault besides).

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use kernel::{Error, Fault, Refusal, Result};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;
use vault::Secret;

/// Counted in characters: a short one is guessed however odd it is.
const SHORTEST: usize = 12;
/// Longer ones only cost time.
const LONGEST: usize = 128;
/// Passwords checked at once. Each takes 19 MiB and a core for a moment.
const AT_ONCE: usize = 4;
/// Rather say "busy" than let people wait longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// OWASP's minimum for Argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// The same password typed on two keyboards is the same password (NFKC, as NIST SP 800-63B asks).
fn normal(password: &Secret<String>) -> Secret<String> {
    Secret::new(password.expose().nfkc().collect())
}

/// Refuses what is short, common, or made of what everybody knows about the person and the institution.
pub(crate) fn check(password: &Secret<String>, known: &[&str]) -> Result<(), Refusal> {
    let password = normal(password);
    let length = password.expose().chars().count();
    if length < SHORTEST {
        return Err(Refusal::new("staff.password_short").with("shortest", SHORTEST));
    }
    if length > LONGEST {
        return Err(Refusal::new("staff.password_long").with("longest", LONGEST));
    }
    let known: Vec<String> = known.iter().flat_map(|text| spellings(text)).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    if zxcvbn::zxcvbn(password.expose(), &known).score() < zxcvbn::Score::Three {
        return Err(Refusal::new("staff.password_common"));
    }
    Ok(())
}

/// A known text as somebody may put it into a password: whole, in words, and run together.
fn spellings(text: &str) -> Vec<String> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let together = words.concat();
    words.into_iter().chain([text.to_lowercase(), together]).collect()
}

/// Whether a password was right, and whether its hash should be made anew with today's parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub is_right: bool,
    pub is_outdated: bool,
}

/// Hashes on threads of its own, a few at a time, so that a flood of guesses does not starve the rest.
pub(crate) struct Hasher {
    turns: Arc<Semaphore>,
    /// Checked when there is no such account, so that the answer takes as long.
    nobody: String,
}

impl Hasher {
    pub(crate) fn new() -> Result<Self> {
        let nobody = hash(&Secret::new(String::from("the password of nobody")))?;
        Ok(Self { turns: Arc::new(Semaphore::new(AT_ONCE)), nobody })
    }

    pub(crate) async fn hash(&self, password: &Secret<String>) -> Result<Secret<String>> {
        let password = password.clone();
        self.work(move || hash(&password).map(Secret::new)).await
    }

    /// Compares with a stored hash, or with nobody's when there is none.
    pub(crate) async fn verify(
        &self,
        password: &Secret<String>,
        stored: Option<Secret<String>>,
    ) -> Result<Verdict> {
        let (password, exists) = (password.clone(), stored.is_some());
        let stored = stored.unwrap_or_else(|| Secret::new(self.nobody.clone()));
        let verdict = self.work(move || verify(&password, stored.expose())).await?;
        Ok(Verdict { is_right: verdict.is_right && exists, ..verdict })
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned());
        let turn = turn.await.map_err(|_| Error::from(Refusal::new("staff.busy")))??;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await?
    }
}

fn hash(password: &Secret<String>) -> Result<String> {
    let hash = argon2().hash_password(normal(password).expose().as_bytes());
    Ok(hash.map_err(|error| Fault::new(format!("hashing a password: {error}")))?.to_string())
}

fn verify(password: &Secret<String>, stored: &str) -> Result<Verdict> {
    let parsed = PasswordHash::new(stored)
        .map_err(|error| Fault::new(format!("reading a password's hash: {error}")))?;
    // Its own parameters are taken from the hash.
    let is_right = argon2().verify_password(normal(password).expose().as_bytes(), &parsed).is_ok();
    let is_outdated = parsed.algorithm != Algorithm::Argon2id.ident()
        || Params::try_from(&parsed).map_or(true, |params| cost(&params) != cost(&Params::DEFAULT));
    Ok(Verdict { is_right, is_outdated })
}

fn cost(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    fn told(password: &str) -> &'static str {
        match check(&secret(password), &["Lender Bank", "Ana Lopez", "ana.lopez"]) {
            Ok(()) => "fine",
            Err(refusal) => refusal.code(),
        }
    }

    #[test]
    fn good_passwords_pass_and_common_ones_do_not() {
        for (password, expected) in [
            ("horse-stapler-orbit-42", "fine"),
            ("mi gato duerme en la azotea", "fine"),
            ("Tr4ic&hIm#09", "fine"),
            ("short1!", "staff.password_short"),
            ("ñandúñandú1", "staff.password_short"),
            ("password1234", "staff.password_common"),
            ("Password123!", "staff.password_common"),
            ("qwertyuiop123456", "staff.password_common"),
            ("aaaaaaaaaaaaaaaa", "staff.password_common"),
            ("123456789012", "staff.password_common"),
            ("iloveyou1234", "staff.password_common"),
            ("ana.lopez2024", "staff.password_common"),
            ("lenderbank123", "staff.password_common"),
        ] {
            assert_eq!(told(password), expected, "{password}");
        }
        assert_eq!(told(&"x7#Qm2!zR9".repeat(13)), "staff.password_long");
    }

    #[test]
    fn a_password_is_right_only_as_it_was_set() {
        let stored = hash(&secret("horse-stapler-orbit-42")).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let right = Verdict { is_right: true, is_outdated: false };
        assert_eq!(verify(&secret("horse-stapler-orbit-42"), &stored).unwrap(), right);
        assert!(!verify(&secret("horse-stapler-orbit-43"), &stored).unwrap().is_right);
        assert!(verify(&secret("x"), "not a hash").is_err());
    }

    #[test]
    fn two_keyboards_type_the_same_password() {
        let stored = hash(&secret("cami\u{f3}n azul \u{212b}ngstrom")).unwrap();
        assert!(verify(&secret("camio\u{301}n azul \u{c5}ngstrom"), &stored).unwrap().is_right);
    }

    #[test]
    fn a_hash_with_weaker_parameters_is_right_and_outdated() {
        let weak =
            Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).unwrap());
        let stored = weak.hash_password(b"horse-stapler-orbit-42").unwrap().to_string();
        let verdict = verify(&secret("horse-stapler-orbit-42"), &stored).unwrap();
        assert_eq!(verdict, Verdict { is_right: true, is_outdated: true });
    }

    #[tokio::test]
    async fn nobody_has_no_password_not_even_nobodys_own() {
        let hasher = Hasher::new().unwrap();
        assert!(!hasher.verify(&secret("the password of nobody"), None).await.unwrap().is_right);
    }
}

//! Codes of an authenticator app (RFC 6238): six digits, thirty seconds, each accepted once.

use jiff::Timestamp;
use kernel::id::StaffMember;
use kernel::{Fault, Id, Result};
use store::{Tx, params};
use totp_rs::{Builder, Totp};
use url::Url;
use vault::{Sealed, Secret, Subject};

use crate::staff::Staff;

vault::field!(pub(crate) TotpSecret: String = "staff_totp"."secret");

/// The secret's length that RFC 4226 recommends.
pub(crate) const SECRET_BYTES: usize = 20;
pub(crate) const DIGITS: usize = 6;
const STEP_SECONDS: i64 = 30;
/// Clocks differ and people type slowly: one step either way.
const SKEW: u16 = 1;

/// What the person's app needs: as text to type, and as an address to show as a QR code.
#[derive(Debug, Clone)]
pub struct AuthenticatorSecret {
    pub base32: Secret<String>,
    pub address: Secret<String>,
}

impl AuthenticatorSecret {
    pub(crate) fn new(base32: Secret<String>, institution: &str, account: &str) -> Result<Self> {
        let mut address = Url::parse("otpauth://totp/")?;
        address.set_path(&format!("/{institution}:{account}"));
        address
            .query_pairs_mut()
            .append_pair("secret", base32.expose())
            .append_pair("issuer", institution)
            .append_pair("algorithm", "SHA1")
            .append_pair("digits", &DIGITS.to_string())
            .append_pair("period", &STEP_SECONDS.to_string());
        // Some apps show a plus sign instead of a space.
        let address = Secret::new(String::from(address).replace('+', "%20"));
        Ok(Self { base32, address })
    }
}

/// A fresh secret in base 32.
pub(crate) fn new_secret() -> Result<Secret<String>> {
    let bytes = crate::token::random::<SECRET_BYTES>()?;
    Ok(Secret::new(totp_rs::Secret::new(Box::from(bytes.as_slice())).to_base32()))
}

/// The step a code belongs to, if it is right at this time.
pub(crate) fn step_of(base32: &Secret<String>, code: &str, now: Timestamp) -> Result<Option<i64>> {
    let secret = totp_rs::Secret::try_from_base32(base32.expose())
        .map_err(|_| Fault::new("reading the secret of an authenticator app"))?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let time = u64::try_from(now.as_second())?;
    let step = totp(secret.as_bytes())?.check(&code, time);
    Ok(step.map(i64::try_from).transpose()?)
}

fn totp(secret: &[u8]) -> Result<Totp> {
    let totp = Builder::new().with_skew(SKEW).with_secret(totp_rs::Secret::new(Box::from(secret))).build();
    totp.map_err(|error| Fault::new(format!("preparing an authenticator app's codes: {error}")).into())
}

/// Makes an app the member's second factor; an earlier one is replaced.
pub(crate) fn save(
    staff: &Staff,
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    secret: &Secret<String>,
    step: i64,
) -> Result<()> {
    let key = staff.vault().key(tx, &Subject::of(&member))?;
    let sealed = key.seal::<TotpSecret>(member, secret)?;
    tx.execute(
        "INSERT INTO staff_totp (member, secret, last_step, added_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (member) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step, \
         added_at = excluded.added_at",
        params![member, sealed, step, staff.now()],
    )?;
    Ok(())
}

pub(crate) fn exists(tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<bool> {
    let found = tx.query_opt("SELECT 1 FROM staff_totp WHERE member = ?1", params![member], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Whether a code is right, and uses it up: a code that somebody looked over is worth nothing.
pub(crate) fn accept(staff: &Staff, tx: &mut Tx<'_>, member: Id<StaffMember>, code: &str) -> Result<bool> {
    let sealed = tx.query_opt("SELECT secret FROM staff_totp WHERE member = ?1", params![member], |row| {
        row.take::<Sealed<TotpSecret>>(0)
    })?;
    let Some(sealed) = sealed else { return Ok(false) };
    let key = staff.vault().key(tx, &Subject::of(&member))?;
    let Some(secret) = key.open(member, &sealed)?.plain() else { return Ok(false) };
    let Some(step) = step_of(&secret, code, staff.now())? else { return Ok(false) };
    let used = tx.execute(
        "UPDATE staff_totp SET last_step = ?1 WHERE member = ?2 AND last_step < ?1",
        params![step, member],
    )?;
    Ok(used == 1)
}

pub(crate) fn remove(tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<bool> {
    Ok(tx.execute("DELETE FROM staff_totp WHERE member = ?1", params![member])? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and the SHA-1 codes of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = Secret::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned());
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(step_of(&secret, code, now).unwrap(), Some(second / STEP_SECONDS));
        }
    }

    #[test]
    fn a_code_is_right_one_step_before_and_after_and_no_longer() {
        let secret = Secret::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned());
        let at = |second| step_of(&secret, "005 924", Timestamp::from_second(second).unwrap()).unwrap();
        let own = Some(1_234_567_890 / STEP_SECONDS);
        assert_eq!((at(1_234_567_890 - 30), at(1_234_567_890 + 30)), (own, own));
        assert_eq!((at(1_234_567_890 - 60), at(1_234_567_890 + 60)), (None, None));
    }

    #[test]
    fn what_is_no_code_is_wrong() {
        let secret = new_secret().unwrap();
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        for text in ["", "12345", "1234567", "12345a", "１２３４５６", "-12345", "+12345"] {
            assert_eq!(step_of(&secret, text, now).unwrap(), None, "{text}");
        }
    }

    #[test]
    fn an_app_reads_the_address() {
        let secret = Secret::new("GEZDGNBVGY3TQOJQ".to_owned());
        let made = AuthenticatorSecret::new(secret, "Lender & Sons", "ana@example.com").unwrap();
        assert_eq!(
            made.address.expose(),
            "otpauth://totp/Lender%20&%20Sons:ana@example.com?secret=GEZDGNBVGY3TQOJQ\
             &issuer=Lender%20%26%20Sons&algorithm=SHA1&digits=6&period=30"
        );
    }
}

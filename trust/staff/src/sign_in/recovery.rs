//! Recovery codes: ten codes on paper, each good once in place of the authenticator app.

use std::fmt;

use kernel::id::StaffMember;
use kernel::{Id, Result};
use store::{Tx, params};
use vault::{Lookup, Normal, Secret, Vault};

const CODES: usize = 10;
/// 16 symbols of 5 bits: nobody guesses 80 random bits, online or off.
const SYMBOLS: usize = 16;
/// Crockford's base 32: without I, L, O and U, which people confuse or dislike.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code in its one spelling, bound to its owner.
pub(crate) struct Code(Secret<String>);

impl Normal for Code {
    fn secret(&self) -> &Secret<String> {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl Code {
    /// Reads a code however it was typed; nothing, if it cannot be one.
    pub(crate) fn parse(member: Id<StaffMember>, typed: &str) -> Option<Self> {
        let symbols: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let is_known = symbols.bytes().all(|byte| ALPHABET.contains(&byte));
        (symbols.len() == SYMBOLS && is_known).then(|| Self(Secret::new(format!("{member} {symbols}"))))
    }
}

vault::lookup!(pub(crate) RecoveryCode: Code = "staff_recovery_code"."code");

/// Replaces a member's codes, and returns the new ones to be shown this once.
pub(crate) fn renew(tx: &mut Tx<'_>, vault: &Vault, member: Id<StaffMember>) -> Result<Vec<Secret<String>>> {
    remove(tx, member)?;
    let mut codes = Vec::with_capacity(CODES);
    while codes.len() < CODES {
        let shown = random_code()?;
        let Some(code) = Code::parse(member, shown.expose()) else { continue };
        tx.execute(
            "INSERT INTO staff_recovery_code (code, member) VALUES (?1, ?2)",
            params![hash(vault, &code), member],
        )?;
        codes.push(shown);
    }
    Ok(codes)
}

/// Whether a code is right, and uses it up.
pub(crate) fn accept(tx: &mut Tx<'_>, vault: &Vault, member: Id<StaffMember>, code: &Code) -> Result<bool> {
    let used = tx.execute(
        "DELETE FROM staff_recovery_code WHERE code = ?1 AND member = ?2",
        params![hash(vault, code), member],
    )?;
    Ok(used == 1)
}

pub(crate) fn left(tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM staff_recovery_code WHERE member = ?1";
    tx.query_one(sql, params![member], |row| row.take(0))
}

pub(crate) fn remove(tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<()> {
    tx.execute("DELETE FROM staff_recovery_code WHERE member = ?1", params![member])?;
    Ok(())
}

fn hash(vault: &Vault, code: &Code) -> Lookup<RecoveryCode> {
    vault.lookups().hash::<RecoveryCode>(code)
}

/// `7F3K-Q2XH-0M9T-AC4D`
fn random_code() -> Result<Secret<String>> {
    let bytes = crate::token::random::<SYMBOLS>()?;
    let mut code = String::with_capacity(SYMBOLS + 3);
    for (position, byte) in bytes.iter().enumerate() {
        if position % 4 == 0 && position > 0 {
            code.push('-');
        }
        code.push(ALPHABET.get(usize::from(byte & 31)).copied().map_or('0', char::from));
    }
    Ok(Secret::new(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        let member = kernel::id::new(Timestamp::UNIX_EPOCH);
        let read = |text: &str| Code::parse(member, text).map(|code| code.0.expose().clone());
        let wanted = Some(format!("{member} 7F3KQ2XH0M9T1C4D"));
        assert_eq!(read("7F3K-Q2XH-0M9T-1C4D"), wanted);
        assert_eq!(read(" 7f3k q2xh om9t lc4d "), wanted);
        for bad in ["", "123456", "7F3K-Q2XH-0M9T-1C4", "7F3K-Q2XH-0M9T-1C4U", "7F3K-Q2XH-0M9T-1C4D-0"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn codes_are_random_and_readable() {
        let member = kernel::id::new(Timestamp::UNIX_EPOCH);
        let codes: std::collections::HashSet<String> =
            (0..500).map(|_| random_code().unwrap().expose().clone()).collect();
        assert_eq!(codes.len(), 500);
        assert!(codes.iter().all(|code| code.len() == 19 && Code::parse(member, code).is_some()));
    }
}

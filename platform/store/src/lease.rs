//! Work that only one node may do at a time.

use jiff::{SignedDuration, Timestamp};
use kernel::Result;

use crate::params;
use crate::tx::Tx;

impl Tx<'_> {
    /// Takes or renews a lease; `false` while another holder has it. Whoever stops renewing loses it when
    /// `lasting` is over, by the clocks of those who want it: keep them right.
    pub fn take_lease(
        &mut self,
        name: &str,
        holder: &str,
        now: Timestamp,
        lasting: SignedDuration,
    ) -> Result<bool> {
        let expires_at = now.checked_add(lasting)?;
        let taken = self.execute(
            "INSERT INTO lease (name, holder, expires_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at \
             WHERE lease.holder = excluded.holder OR lease.expires_at <= ?4",
            params![name, holder, expires_at, now],
        )?;
        Ok(taken == 1)
    }

    /// Gives a lease back, so that another node need not wait for its end.
    pub fn drop_lease(&mut self, name: &str, holder: &str) -> Result<()> {
        self.execute("DELETE FROM lease WHERE name = ?1 AND holder = ?2", params![name, holder])?;
        Ok(())
    }
}

//! Removing what time has ended.

use kernel::Result;
use store::params;

use crate::sign_in::links;
use crate::staff::Staff;
use crate::{attempts, reveal, sessions};

impl Staff {
    /// Removes what nobody can use any more. To be called every few minutes; returns how many rows went.
    pub async fn tidy(&self) -> Result<u64> {
        self.write(|staff, tx| {
            let now = staff.now();
            let idle_since = now.checked_sub(staff.settings().idle)?;
            let mut gone = sessions::store::delete_over(tx, now, idle_since)?;
            gone += sessions::store::forget_devices(tx, now)?;
            gone += links::delete_over(tx, now)?;
            gone += tx.execute("DELETE FROM staff_ceremony WHERE expires_at <= ?1", params![now])?;
            gone += attempts::forget_old(tx, now)?;
            gone += reveal::forget_old(tx, now)?;
            Ok(gone)
        })
        .await
    }
}

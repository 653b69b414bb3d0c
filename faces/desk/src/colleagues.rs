//! Names of colleagues. They are sealed, and every list shows some, so they are remembered for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use kernel::id::{Id, StaffMember};
use kernel::{Error, Result};
use staff::Staff;
use vault::Secret;

/// Somebody who changed their name is seen with the old one for so long at most.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(5);

type Known = HashMap<Id<StaffMember>, (Secret<String>, Timestamp)>;

#[derive(Clone, Default)]
pub(crate) struct Colleagues(Arc<Mutex<Known>>);

/// The names that were asked for.
#[derive(Default)]
pub(crate) struct Names(HashMap<Id<StaffMember>, String>);

impl Names {
    /// Who is unknown has left before this centre kept its records.
    pub fn of(&self, id: Id<StaffMember>) -> &str {
        self.0.get(&id).map_or("?", String::as_str)
    }

    /// Everybody, in the order of their names.
    pub fn sorted(&self) -> Vec<(Id<StaffMember>, &str)> {
        let mut all: Vec<_> = self.0.iter().map(|(id, name)| (*id, name.as_str())).collect();
        all.sort_by_key(|(_, name)| name.to_lowercase());
        all
    }
}

impl Colleagues {
    pub async fn names(&self, staff: &Staff, ids: &[Id<StaffMember>], now: Timestamp) -> Result<Names> {
        let mut names = Names::default();
        for id in ids.iter().copied() {
            if names.0.contains_key(&id) {
                continue;
            }
            let known = self.known().get(&id).filter(|(_, until)| *until > now).map(|(name, _)| name.clone());
            let name = match known {
                Some(name) => name,
                None => match staff.member(id).await {
                    Ok(member) => {
                        let until = now.checked_add(REMEMBERED)?;
                        self.known().insert(id, (member.name.clone(), until));
                        member.name
                    }
                    Err(Error::NotFound) => continue,
                    Err(error) => return Err(error),
                },
            };
            names.0.insert(id, name.expose().clone());
        }
        Ok(names)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Which matters are open: whoever wants to see personal data names one that concerns the person.

use kernel::id::{Conversation as Kind, Id, Person};
use kernel::{Error, Reference, Result};
use store::Tx;

use crate::conversations::Conversations;
use crate::joining;
use crate::rows;

impl Conversations {
    /// Whether there is a live conversation by this reference with this person, under whatever id they are
    /// known. A merged one counts as the one it goes on in.
    pub fn is_open_matter(&self, tx: &mut Tx<'_>, matter: &Reference, person: &str) -> Result<bool> {
        let Ok(person) = person.parse::<Id<Person>>() else { return Ok(false) };
        let id: Id<Kind> = match rows::find_by_reference(tx, matter) {
            Ok(head) => head.id,
            Err(Error::NotFound) => return Ok(false),
            Err(error) => return Err(error),
        };
        let head = joining::goes_on_in(tx, id)?;
        if !head.state.is_live() {
            return Ok(false);
        }
        if head.customer == person {
            return Ok(true);
        }
        let theirs = self.customers().survivor(tx, head.customer)?;
        match self.customers().survivor(tx, person) {
            Ok(asked) => Ok(asked == theirs),
            Err(Error::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

//! Which conversations are open, for those who reveal a customer's data because of one.

use conversations::Conversations;
use customers::Customers;
use kernel::{Error, Reference, Result};
use staff::OpenMatters;
use store::Tx;

/// Open conversations as matters. `Staff::with_matters` takes it.
pub struct OpenConversations {
    pub conversations: Conversations,
    pub customers: Customers,
}

impl OpenMatters for OpenConversations {
    fn is_open(&self, tx: &mut Tx<'_>, matter: &Reference, subject: &str) -> Result<bool> {
        let found = match self.conversations.get_by_reference_in(tx, matter) {
            Ok(found) => found,
            Err(Error::NotFound) => return Ok(false),
            Err(error) => return Err(error),
        };
        let people = self.customers.identities_in(tx, found.customer)?;
        Ok(found.state.is_live() && people.iter().any(|id| id.to_string() == subject))
    }
}

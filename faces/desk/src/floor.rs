//! The areas whose work is done at the desk, and whose queues somebody may see.

use std::sync::Arc;

use automation::Automation;
use conversations::Conversations;
use customers::Customers;
use routing::{Book, QueueId, Routing};
use staff::Permission;
use vault::Vault;

use crate::guard::may_in;
use crate::live::Bell;
use crate::seat::Seat;

/// What representatives work with.
#[derive(Clone)]
pub struct Floor {
    pub customers: Customers,
    pub routing: Routing,
    pub conversations: Conversations,
    /// Canned replies, macros and rules.
    pub automation: Automation,
    /// For what is kept at the desk itself.
    pub vault: Vault,
    pub bell: Bell,
}

/// The queues whose conversations somebody may read.
pub(crate) struct Reach {
    pub book: Arc<Book>,
    pub queues: Vec<QueueId>,
    /// The one who asks serves at least one of them.
    pub serves_any: bool,
}

impl Seat {
    pub fn floor(&self) -> &Floor {
        self.desk.floor()
    }

    pub fn reach(&self) -> Reach {
        let book = self.floor().routing.book();
        let may = |queue: &&QueueId| may_in(&self.desk, &self.caller, Permission::CONVERSATION_READ, queue);
        let queues = book.queues().map(|queue| &queue.id).filter(may).cloned().collect();
        let serves_any = book.serves(self.caller.member).next().is_some();
        Reach { book, queues, serves_any }
    }
}

impl Reach {
    /// A queue's name in the reader's language.
    pub fn name(&self, words: &words::Words, queue: &QueueId) -> String {
        let found = self.book.queue(queue).map(|queue| queue.name.get(words.language()).to_owned());
        found.unwrap_or_else(|| queue.to_string())
    }
}

//! Whether somebody may do something to one conversation. What they may not see does not exist for them.

use conversations::{Author, Conversation, Shown};
use kernel::id::Conversation as Kind;
use kernel::{Error, Id};
use staff::Permission;
use web::Failure;

use crate::guard::in_queue;
use crate::seat::Seat;

/// A conversation that the caller may do something to.
pub(crate) struct Found {
    pub shown: Shown,
}

/// Finds a conversation, if the caller may do this in its queue.
pub(crate) async fn find(seat: &Seat, id: Id<Kind>, permission: Permission) -> Result<Found, Failure> {
    let shown = seat.floor().conversations.show(id, Some(seat.caller.member)).await?;
    if seat.may_with(permission, &shown.conversation) {
        Ok(Found { shown })
    } else {
        Err(Error::NotFound.into())
    }
}

impl Seat {
    /// What is in one's own hands is one's own queue, wherever it came from.
    pub fn may_with(&self, permission: Permission, conversation: &Conversation) -> bool {
        let (resource, mut circumstances) = in_queue(&self.desk, &self.caller, &conversation.queue);
        circumstances.own_queue |= conversation.assignee == Some(self.caller.member);
        self.desk.staff().policies().decide(&self.caller, permission, &resource, circumstances).allowed
    }

    /// The caller, as one who speaks in conversations.
    pub fn author(&self) -> Author {
        Author::Staff(self.caller.member)
    }
}

//! The seam to routing: what a change of a conversation means for the work that a queue holds for it.
//!
//! A live conversation has exactly one piece of work. Its holder is the conversation's assignee.

use kernel::id::{Conversation as Kind, Id, Offer, StaffMember, Work};
use kernel::{Error, Event, Result};
use routing::{Ending, How, NewWork, Placement, Resumed};
use store::Tx;

use crate::author::Author;
use crate::conversation::{Conversation, NewConversation};
use crate::conversations::Conversations;
use crate::edit::Edit;
use crate::entry::Happening;
use crate::state::{Command, State, StateKind};

impl Conversations {
    /// Lets a new conversation wait in its queue, or gives it to the member of staff who opened it.
    pub(crate) fn begin_work(&self, tx: &mut Tx<'_>, edit: &mut Edit, new: &NewConversation) -> Result<()> {
        let placement =
            Placement { needs: new.needs.clone(), customer_need: new.customer_need, ..placement(&edit.head) };
        self.wait(tx, edit, placement, new.sticky, new.not_before)?;
        if let Some(staff) = new.by.staff() {
            edit.head.assignee = Some(staff);
            self.hand(tx, edit, staff, &new.by)?;
        }
        Ok(())
    }

    /// Somebody accepts what routing laid before them.
    pub async fn accept(
        &self,
        id: Id<Kind>,
        offer: Id<Offer>,
        staff: Id<StaffMember>,
    ) -> Result<Conversation> {
        self.take(id, staff, How::Accepted(offer)).await
    }

    /// Somebody picks it from the queue.
    pub async fn pick(&self, id: Id<Kind>, staff: Id<StaffMember>) -> Result<Conversation> {
        self.take(id, staff, How::Picked).await
    }

    async fn take(&self, id: Id<Kind>, staff: Id<StaffMember>, how: How) -> Result<Conversation> {
        self.change(move |conversations, tx| {
            let mut edit = conversations.edit(tx, id)?;
            edit.apply(Command::Direct)?;
            let work = conversations.work_of(tx, &mut edit)?;
            conversations.routing().take(tx, &work, staff, &how, edit.now)?;
            if edit.head.assignee == Some(staff) {
                return Ok(edit.head);
            }
            edit.head.assignee = Some(staff);
            let what = Happening::Assigned { to: Some(staff) };
            edit.happen(tx, &Author::Staff(staff), &what, "assigned")?;
            edit.save(tx)
        })
        .await
    }

    /// Whoever answers what nobody has, has it from then on, if they have room.
    pub(crate) fn adopt(&self, tx: &mut Tx<'_>, edit: &mut Edit, by: &Author) -> Result<()> {
        let (Some(staff), None, true) = (by.staff(), edit.head.assignee, edit.head.state.is_live()) else {
            return Ok(());
        };
        let work = self.work_of(tx, edit)?;
        match self.routing().take(tx, &work, staff, &How::Picked, edit.now) {
            Ok(_) => {
                edit.head.assignee = Some(staff);
                edit.happen(tx, by, &Happening::Assigned { to: Some(staff) }, "assigned")
            }
            // They may help out without having it.
            Err(Error::Refusal(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Does for the work what was done to the conversation.
    pub(crate) fn settle(&self, tx: &mut Tx<'_>, edit: &mut Edit, by: &Author) -> Result<()> {
        let (was_live, is_live) = (edit.was_live(), edit.head.state.is_live());
        match (was_live, is_live) {
            (false, false) => Ok(()),
            (true, false) => self.end_work(tx, edit),
            (false, true) => self.begin_again(tx, edit, by),
            (true, true) => self.go_on(tx, edit, by),
        }
    }

    fn end_work(&self, tx: &mut Tx<'_>, edit: &mut Edit) -> Result<()> {
        let work = self.work_of(tx, edit)?;
        // Nobody ever had it: the customer left, or it went on elsewhere.
        let ending = if edit.head.assignee.is_some() { Ending::Handled } else { Ending::Abandoned };
        self.routing().finish(tx, &work, ending, edit.now)?;
        edit.head.work = None;
        Ok(())
    }

    fn begin_again(&self, tx: &mut Tx<'_>, edit: &mut Edit, by: &Author) -> Result<()> {
        // The end of it may still be written up.
        if let Some(left) = self.routing().work_about(tx, &edit.head.id.to_string())? {
            self.routing().finish(tx, &left.id, Ending::Handled, edit.now)?;
        }
        let sticky = edit.head.assignee.take();
        self.wait(tx, edit, placement(&edit.head), sticky, None)?;
        if let Some(staff) = by.staff() {
            edit.head.assignee = Some(staff);
            self.hand(tx, edit, staff, by)?;
        }
        if edit.head.state != State::Open {
            self.pause(tx, edit)?;
        }
        Ok(())
    }

    fn go_on(&self, tx: &mut Tx<'_>, edit: &mut Edit, by: &Author) -> Result<()> {
        let is_open = edit.head.state == State::Open;
        if edit.has_new_queue() {
            let work = self.work_of(tx, edit)?;
            self.routing().move_to(tx, &work, &placement(&edit.head), edit.now)?;
        }
        let wanted = edit.head.assignee;
        if wanted != edit.had_assignee() || edit.has_new_queue() {
            match wanted {
                Some(staff) => self.hand(tx, edit, staff, by)?,
                None if edit.has_new_queue() => {}
                None => self.release(tx, edit)?,
            }
        }
        if edit.left(StateKind::Open) {
            self.pause(tx, edit)?;
        } else if is_open && !edit.was(StateKind::Open) {
            let work = self.work_of(tx, edit)?;
            edit.head.assignee = match self.routing().resume(tx, &work, edit.now)? {
                Resumed::Held(staff) => Some(staff),
                Resumed::Waiting => None,
            };
        }
        Ok(())
    }

    fn wait(
        &self,
        tx: &mut Tx<'_>,
        edit: &mut Edit,
        placement: Placement,
        sticky: Option<Id<StaffMember>>,
        not_before: Option<jiff::Timestamp>,
    ) -> Result<Id<Work>> {
        let subject = edit.head.id.to_string();
        let new = NewWork { subject, channel: edit.head.channel, placement, sticky, not_before };
        let work = self.routing().wait(tx, &new, edit.now)?;
        edit.head.work = Some(work);
        Ok(work)
    }

    fn hand(&self, tx: &mut Tx<'_>, edit: &mut Edit, staff: Id<StaffMember>, by: &Author) -> Result<()> {
        // Taking it over from somebody is a decision; picking up what nobody has is not.
        let how = if by.staff() == Some(staff) && edit.had_assignee().is_none() {
            How::Picked
        } else {
            How::Assigned { by: by.actor(edit.head.customer) }
        };
        let work = self.work_of(tx, edit)?;
        self.routing().take(tx, &work, staff, &how, edit.now)?;
        Ok(())
    }

    fn release(&self, tx: &mut Tx<'_>, edit: &mut Edit) -> Result<()> {
        let work = self.work_of(tx, edit)?;
        self.routing().release(tx, &work, edit.now)?;
        if edit.head.state != State::Open {
            self.pause(tx, edit)?;
        }
        Ok(())
    }

    fn pause(&self, tx: &mut Tx<'_>, edit: &mut Edit) -> Result<()> {
        let work = self.work_of(tx, edit)?;
        self.routing().pause(tx, &work, edit.now)?;
        Ok(())
    }

    /// The work of a live conversation; made anew if it was lost.
    fn work_of(&self, tx: &mut Tx<'_>, edit: &mut Edit) -> Result<Id<Work>> {
        if let Some(work) = edit.head.work {
            return Ok(work);
        }
        edit.note_done("work");
        self.wait(tx, edit, placement(&edit.head), None, None)
    }

    /// Follows what routing did by itself: it takes work back from whoever is gone.
    /// For a durable consumer, so that it is done once.
    pub fn hear_routing(&self, tx: &mut Tx<'_>, event: &Event) -> Result<()> {
        if event.kind != routing::RELEASED {
            return Ok(());
        }
        let text = |name: &str| event.data.get(name).and_then(serde_json::Value::as_str);
        let Some(Ok(id)) = text("subject").map(str::parse::<Id<Kind>>) else { return Ok(()) };
        let gone = text("staff").and_then(|staff| staff.parse::<Id<StaffMember>>().ok());
        let mut edit = self.edit(tx, id)?;
        // Somebody else may have taken it meanwhile.
        let owner = match edit.head.work {
            Some(work) => self.routing().work_about(tx, &id.to_string())?.filter(|w| w.id == work),
            None => None,
        };
        let is_held = owner.is_some_and(|work| work.owner().is_some());
        if is_held || gone.is_none() || edit.head.assignee != gone {
            return Ok(());
        }
        edit.head.assignee = None;
        edit.happen(tx, &Author::System, &Happening::Assigned { to: None }, "assigned")?;
        edit.save(tx)?;
        Ok(())
    }
}

/// Where work of this conversation belongs.
fn placement(head: &Conversation) -> Placement {
    Placement {
        language: Some(head.language.clone()),
        urgency: head.urgency,
        ..Placement::new(head.queue.clone())
    }
}

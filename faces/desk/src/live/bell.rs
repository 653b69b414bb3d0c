//! Rings for one member of staff, on whichever node their desk is open.

use kernel::Event;
use kernel::id::{Id, StaffMember};
use serde_json::Value;
use tokio::sync::broadcast;

/// Rings that a slow desk may be behind; one that is further behind looks at everything again.
const WAITING: usize = 1024;

/// Knows of events and rings those whom they concern. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Bell(broadcast::Sender<Ring>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ring {
    pub staff: Id<StaffMember>,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Offer,
    OfferEnded,
    /// Presence, or how much they have on their hands.
    Presence,
    /// A customer wrote in something that is theirs.
    Message,
}

impl Default for Bell {
    fn default() -> Self {
        Self(broadcast::Sender::new(WAITING))
    }
}

impl Bell {
    /// To be told every event, on every node.
    pub fn hear(&self, event: &Event) {
        let named = |name: &str| event.data.get(name).and_then(Value::as_str)?.parse().ok();
        let ring = match event.kind.as_str() {
            routing::OFFERED => (named("staff"), What::Offer),
            routing::OFFER_ENDED => (named("staff"), What::OfferEnded),
            routing::PRESENCE_CHANGED => (event.subject.parse().ok(), What::Presence),
            routing::TAKEN
            | routing::RELEASED
            | routing::FINISHED
            | routing::WRAPPING
            | routing::PAUSED
            | routing::RESUMED => (named("staff"), What::Presence),
            "conversations.entry" if event.data.get("side").and_then(Value::as_str) == Some("customer") => {
                (named("assignee"), What::Message)
            }
            _ => return,
        };
        if let (Some(staff), what) = ring {
            // Nobody listening is no mistake.
            let _ = self.0.send(Ring { staff, what });
        }
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Ring> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use kernel::{Position, id};
    use serde_json::json;

    use super::*;

    fn rung(kind: &str, subject: String, data: Value) -> Option<Ring> {
        let (bell, now) = (Bell::default(), Timestamp::UNIX_EPOCH);
        let mut heard = bell.listen();
        let (id, position) = (id::new(now), Position::default());
        bell.hear(&Event { position, id, at: now, kind: kind.into(), subject, data });
        heard.try_recv().ok()
    }

    #[test]
    fn whom_it_concerns_is_rung_for_and_nobody_else() {
        let staff: Id<StaffMember> = id::new(Timestamp::UNIX_EPOCH);
        let to = |what| Some(Ring { staff, what });
        let data = json!({ "staff": staff, "assignee": staff, "side": "customer" });
        assert_eq!(rung("routing.offered", "wrk".into(), data.clone()), to(What::Offer));
        assert_eq!(rung("routing.presence_changed", staff.to_string(), json!({})), to(What::Presence));
        assert_eq!(rung("conversations.entry", "cnv".into(), data), to(What::Message));
        let own = json!({ "assignee": staff, "side": "staff" });
        assert_eq!(rung("conversations.entry", "cnv".into(), own), None, "one's own words");
        assert_eq!(
            rung("conversations.entry", "cnv".into(), json!({ "side": "customer" })),
            None,
            "nobody's"
        );
        assert_eq!(rung("routing.offered", "wrk".into(), json!({ "staff": "somebody" })), None);
        assert_eq!(rung("directory.published", "dir".into(), json!({})), None);
    }
}

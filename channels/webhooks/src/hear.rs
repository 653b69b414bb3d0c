//! Events become deliveries, in the transaction in which they are consumed.

use kernel::{Event, Result, id};
use store::Tx;

use crate::delivery::{Delivery, DeliveryState, body};
use crate::{GIVEN_UP, Webhooks, keep};

impl Webhooks {
    /// Takes an event in: to be called for each by `store.consume`, which does it once.
    pub fn hear(&self, tx: &mut Tx<'_>, event: &Event) -> Result<()> {
        // Whoever was given up cannot be told of it.
        if event.kind == GIVEN_UP {
            return Ok(());
        }
        let now = self.now();
        for webhook in keep::listening(tx)? {
            // What happened before somebody asked is none of theirs.
            if event.at < webhook.made_at || !webhook.wants(&event.kind) {
                continue;
            }
            let delivery = Delivery {
                id: id::new(now),
                webhook: webhook.id,
                kind: event.kind.clone(),
                body: body(event),
                state: DeliveryState::Due,
                attempts: 0,
                due_at: now,
                made_at: now,
                tried_at: None,
                outcome: None,
            };
            keep::put(tx, &delivery, &event.id.to_string())?;
        }
        Ok(())
    }
}

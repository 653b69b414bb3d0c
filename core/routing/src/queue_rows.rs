//! All SQL of queues.

use jiff::Timestamp;
use kernel::{Refusal, Result};
use store::{Row, Tx, params};

use crate::model::QueueId;
use crate::queue::Queue;

/// A queue as it is kept, with what guards concurrent edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptQueue {
    pub queue: Queue,
    pub version: i64,
}

pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<KeptQueue>> {
    tx.query("SELECT settings, version FROM routing_queue ORDER BY place, id", params![], decode)
}

pub(crate) fn find(tx: &mut Tx<'_>, id: &QueueId) -> Result<Option<KeptQueue>> {
    let sql = "SELECT settings, version FROM routing_queue WHERE id = ?1";
    tx.query_opt(sql, params![id.as_str()], decode)
}

/// The queue, which somebody has named.
pub(crate) fn get(tx: &mut Tx<'_>, id: &QueueId) -> Result<Queue> {
    let found = find(tx, id)?.ok_or_else(|| Refusal::new("routing.no_queue").with("queue", id))?;
    Ok(found.queue)
}

/// `false` when there is one of this name.
pub(crate) fn insert(tx: &mut Tx<'_>, queue: &Queue, now: Timestamp) -> Result<bool> {
    let inserted = tx.execute(
        "INSERT INTO routing_queue (id, place, settings, version, changed_at) \
         SELECT ?1, COALESCE(MAX(place), 0) + 1, ?2, 1, ?3 FROM routing_queue WHERE TRUE \
         ON CONFLICT (id) DO NOTHING",
        params![queue.id.as_str(), serde_json::to_string(queue)?, now],
    )?;
    Ok(inserted == 1)
}

/// `false` when somebody was quicker.
pub(crate) fn put(tx: &mut Tx<'_>, queue: &Queue, version: i64, now: Timestamp) -> Result<bool> {
    let written = tx.execute(
        "UPDATE routing_queue SET settings = ?3, version = version + 1, changed_at = ?4 \
         WHERE id = ?1 AND version = ?2",
        params![queue.id.as_str(), version, serde_json::to_string(queue)?, now],
    )?;
    Ok(written == 1)
}

fn decode(row: &mut Row) -> Result<KeptQueue> {
    Ok(KeptQueue { queue: serde_json::from_str(&row.take::<String>(0)?)?, version: row.take(1)? })
}

//! What is going on right now, on this node: wakes whoever watches a conversation or the lists.
//!
//! A wake-up only says "look": the entries are in the database, and a watcher that missed one finds them
//! by number. One watch costs less than 200 bytes, because tens of thousands of sockets hold one each.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use kernel::Event;
use kernel::id::{Conversation as Kind, Id, StaffMember};
use quick_cache::sync::Cache;
use tokio::sync::{Notify, broadcast};

use crate::entry::Entry;
use crate::presence::{Moment, Momentary, Present, Reached};
use routing::QueueId;

/// Entries kept in memory for the sockets that are about to want them.
const RECENT: usize = 8192;
/// Changes of lists that a slow listener may fall behind.
const LIST_CHANGES: usize = 1024;
const SHARDS: usize = 64;

type Shard = Mutex<HashMap<Id<Kind>, Arc<Slot>>>;

/// Watches over conversations and lists.
#[derive(Clone)]
pub struct Live {
    inner: Arc<Inner>,
}

struct Inner {
    shards: Vec<Shard>,
    recent: Cache<(Id<Kind>, i64), Arc<Entry>>,
    lists: broadcast::Sender<ListChange>,
}

/// One conversation that somebody watches.
#[derive(Default)]
struct Slot {
    bell: Notify,
    last: AtomicI64,
    changes: AtomicU32,
    watchers: AtomicU32,
    moments: AtomicU32,
    /// Only where somebody types, looks or reads.
    moment: Mutex<Option<Box<Moment>>>,
}

/// Something that lists may have to show. Queues and people from before and after.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListChange {
    pub conversation: Option<Id<Kind>>,
    pub queue: Option<QueueId>,
    pub from_queue: Option<QueueId>,
    pub assignee: Option<Id<StaffMember>>,
    pub from_assignee: Option<Id<StaffMember>>,
    /// Somebody was mentioned.
    pub mentioned: Option<Id<StaffMember>>,
}

/// What a watcher has to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The newest entry known of; 0 when none was heard of since the watch began.
    pub last: i64,
    /// Something but new entries changed: state, assignee, an entry's words.
    pub head: bool,
    /// Somebody began or ceased to type or look, or read further.
    pub moment: bool,
}

/// A watch over one conversation. It ends when it is dropped.
pub struct Watch {
    live: Live,
    id: Id<Kind>,
    slot: Arc<Slot>,
    seen: Seen,
}

/// What a watcher knows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    last: i64,
    changes: u32,
    moments: u32,
}

impl Default for Live {
    fn default() -> Self {
        let inner = Inner {
            shards: (0..SHARDS).map(|_| Shard::default()).collect(),
            recent: Cache::new(RECENT),
            lists: broadcast::Sender::new(LIST_CHANGES),
        };
        Self { inner: Arc::new(inner) }
    }
}

impl Live {
    /// Begins to watch. Take it before reading the conversation: then nothing falls between the two.
    pub fn watch(&self, id: Id<Kind>) -> Watch {
        let slot = self.with_shard(id, |shard| {
            let slot = Arc::clone(shard.entry(id).or_default());
            slot.watchers.fetch_add(1, Ordering::Relaxed);
            slot
        });
        let seen = slot.seen();
        Watch { live: self.clone(), id, slot, seen }
    }

    /// Changes that lists may have to show. Whoever lags looks at everything again.
    pub fn watch_lists(&self) -> broadcast::Receiver<ListChange> {
        self.inner.lists.subscribe()
    }

    /// Tells the watchers on this node of an event, whichever node it came from.
    pub fn hear(&self, event: &Event) {
        if event.kind == "vault.key_destroyed" {
            self.inner.recent.clear();
        }
        if !event.kind.starts_with("conversations.") {
            return;
        }
        let Ok(id) = event.subject.parse::<Id<Kind>>() else { return };
        let number = event.data.get("number").and_then(serde_json::Value::as_i64).unwrap_or(0);
        match event.kind.as_str() {
            "conversations.entry" => {
                self.numbered(id, number);
                self.tell_lists(ListChange {
                    conversation: Some(id),
                    queue: parsed(&event.data, "queue"),
                    assignee: parsed(&event.data, "assignee"),
                    ..ListChange::default()
                });
            }
            "conversations.mentioned" => {
                let mentioned = parsed(&event.data, "staff");
                self.tell_lists(ListChange { conversation: Some(id), mentioned, ..ListChange::default() });
            }
            "conversations.masked" => {
                let numbers = event.data.get("numbers").and_then(serde_json::Value::as_array);
                let numbers: Option<Vec<i64>> =
                    numbers.map(|all| all.iter().filter_map(serde_json::Value::as_i64).collect());
                self.forget(id, &numbers.unwrap_or_default());
            }
            _ => {
                self.head_changed(id, number);
                self.tell_lists(ListChange {
                    conversation: Some(id),
                    queue: parsed(&event.data, "queue"),
                    from_queue: parsed(&event.data, "from_queue"),
                    assignee: parsed(&event.data, "assignee"),
                    from_assignee: parsed(&event.data, "from_assignee"),
                    mentioned: None,
                });
            }
        }
    }

    /// An entry was committed on this node.
    pub(crate) fn entry_written(&self, id: Id<Kind>, entry: Arc<Entry>) {
        let number = entry.number;
        if self.slot(id).is_some() {
            self.inner.recent.insert((id, number), entry);
            self.numbered(id, number);
        }
    }

    /// Words of entries were replaced.
    pub(crate) fn forget(&self, id: Id<Kind>, numbers: &[i64]) {
        for number in numbers {
            self.inner.recent.remove(&(id, *number));
        }
        if let (Some(slot), false) = (self.slot(id), numbers.is_empty()) {
            slot.changes.fetch_add(1, Ordering::Release);
            slot.bell.notify_waiters();
        }
    }

    pub(crate) fn head_changed(&self, id: Id<Kind>, last: i64) {
        if let Some(slot) = self.slot(id) {
            slot.last.fetch_max(last, Ordering::Release);
            slot.changes.fetch_add(1, Ordering::Release);
            slot.bell.notify_waiters();
        }
    }

    /// Hears what is true for a moment only.
    pub(crate) fn momentary(&self, id: Id<Kind>, what: &Momentary, now: Timestamp) {
        if let Some(slot) = self.slot(id)
            && slot.with_moment(|moment| moment.hear(what, now))
        {
            slot.moments.fetch_add(1, Ordering::Release);
            slot.bell.notify_waiters();
        }
    }

    fn numbered(&self, id: Id<Kind>, number: i64) {
        if let Some(slot) = self.slot(id)
            && slot.last.fetch_max(number, Ordering::Release) < number
        {
            slot.bell.notify_waiters();
        }
    }

    pub(crate) fn tell_lists(&self, change: ListChange) {
        // Nobody listening is no mistake.
        let _ = self.inner.lists.send(change);
    }

    fn slot(&self, id: Id<Kind>) -> Option<Arc<Slot>> {
        self.with_shard(id, |shard| shard.get(&id).cloned())
    }

    fn with_shard<T>(&self, id: Id<Kind>, act: impl FnOnce(&mut HashMap<Id<Kind>, Arc<Slot>>) -> T) -> T {
        // The last byte of an id is random.
        let byte = usize::from(id.uuid().as_bytes().last().copied().unwrap_or(0));
        let shards = &self.inner.shards;
        // There are always shards; the first stands in for what cannot happen.
        match shards.get(byte % SHARDS).or_else(|| shards.first()) {
            Some(shard) => act(&mut shard.lock().unwrap_or_else(PoisonError::into_inner)),
            None => act(&mut HashMap::new()),
        }
    }

    /// How many conversations are watched: for the metrics.
    pub fn watched(&self) -> usize {
        let count = |shard: &Shard| shard.lock().unwrap_or_else(PoisonError::into_inner).len();
        self.inner.shards.iter().map(count).sum()
    }
}

fn parsed<T: std::str::FromStr>(data: &serde_json::Value, name: &str) -> Option<T> {
    data.get(name)?.as_str()?.parse().ok()
}

impl Slot {
    fn seen(&self) -> Seen {
        Seen {
            last: self.last.load(Ordering::Acquire),
            changes: self.changes.load(Ordering::Acquire),
            moments: self.moments.load(Ordering::Acquire),
        }
    }

    fn with_moment<T>(&self, act: impl FnOnce(&mut Moment) -> T) -> T {
        let mut moment = self.moment.lock().unwrap_or_else(PoisonError::into_inner);
        act(moment.get_or_insert_default())
    }
}

impl Watch {
    pub fn conversation(&self) -> Id<Kind> {
        self.id
    }

    /// Waits until there is something to look at. May be dropped and called again at any time.
    pub async fn changed(&mut self) -> Change {
        loop {
            let slot = Arc::clone(&self.slot);
            let bell = slot.bell.notified();
            tokio::pin!(bell);
            // From here on a bell is heard, so what is seen next cannot be out of date unnoticed.
            bell.as_mut().enable();
            let seen = slot.seen();
            if seen != self.seen {
                let head = seen.changes != self.seen.changes;
                let moment = seen.moments != self.seen.moments;
                self.seen = seen;
                return Change { last: seen.last, head, moment };
            }
            bell.await;
        }
    }

    /// Who types or looks just now.
    pub fn present(&self, now: Timestamp) -> Vec<Present> {
        self.slot.with_moment(|moment| moment.present(now))
    }

    /// How far each side was heard to have read since this conversation is watched here.
    pub fn reached(&self) -> Reached {
        self.slot.with_moment(|moment| moment.reached())
    }

    /// The entries after a number, from memory; nothing when one of them has to be read.
    pub fn recent(&self, after: i64) -> Option<Vec<Arc<Entry>>> {
        let last = self.slot.last.load(Ordering::Acquire);
        if last <= after || last - after > 64 {
            return None;
        }
        (after + 1..=last).map(|number| self.live.inner.recent.get(&(self.id, number))).collect()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.live.with_shard(self.id, |shard| {
            if self.slot.watchers.fetch_sub(1, Ordering::Relaxed) == 1 {
                shard.remove(&self.id);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_watch_takes_less_than_200_bytes() {
        // A map keeps an eighth of its places free at least and more than half at most.
        let entry = size_of::<(Id<Kind>, Arc<Slot>)>() * 16 / 7;
        let counts_of_arc = 2 * size_of::<usize>();
        let whole = size_of::<Watch>() + size_of::<Slot>() + counts_of_arc + entry;
        assert!(whole <= 200, "{whole}");
    }
}

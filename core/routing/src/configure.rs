//! Setting up queues and what people can do. Each change is in the audit trail, and one made on the
//! grounds of an older version is refused.

use audit::{Actor, Entry};
use directory::{Directory, Hours as OpeningHours};
use jiff::Timestamp;
use kernel::id::{Id, StaffMember};
use kernel::{Error, Refusal, Result};
use serde::Deserialize;
use serde_json::json;
use store::Tx;

use crate::agent::Profile;
use crate::queue::{Hours, Queue};
use crate::{Routing, agent_rows, events, queue_rows};

/// The institution's file of queues, which they start from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueFile {
    #[serde(rename = "queue")]
    pub queues: Vec<Queue>,
}

const MOST_QUEUES: usize = 500;

impl QueueFile {
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let file: Self = toml::from_str(text)
            .map_err(|error| Refusal::new("routing.file_malformed").with("reason", error))?;
        for (place, queue) in file.queues.iter().enumerate() {
            queue.check()?;
            if file.queues.iter().take(place).any(|other| other.id == queue.id) {
                return Err(Refusal::new("routing.queue_exists").with("queue", &queue.id));
            }
        }
        Ok(file)
    }
}

impl Routing {
    /// Adds the queues of a file that are not there yet. What administrators changed since stays.
    pub async fn load(&self, file: QueueFile, by: Actor) -> Result<usize> {
        let directory = self.directory().await?;
        for queue in &file.queues {
            fits(queue, directory.as_ref())?;
        }
        let (clock, trail) = (self.store.clock().clone(), self.trail.clone());
        let added = self
            .store
            .write(move |tx| {
                let now = clock.now();
                let mut added = 0;
                for queue in &file.queues {
                    if queue_rows::insert(tx, queue, now)? {
                        events::queue_changed(tx, now, &queue.id)?;
                        added += 1;
                    }
                }
                for queue in &file.queues {
                    others_exist(tx, queue)?;
                }
                if added > 0 {
                    let entry = Entry::new("routing.load_queues", "queues").by(by.clone());
                    trail.append(tx, now, &entry.with(json!({ "added": added })))?;
                }
                Ok(added)
            })
            .await?;
        self.refresh().await?;
        Ok(added)
    }

    pub async fn create_queue(&self, queue: Queue, by: Actor) -> Result<()> {
        queue.check()?;
        fits(&queue, self.directory().await?.as_ref())?;
        let (clock, trail) = (self.store.clock().clone(), self.trail.clone());
        self.store
            .write(move |tx| {
                let now = clock.now();
                if queue_rows::all(tx)?.len() >= MOST_QUEUES {
                    return Err(Refusal::new("routing.too_many_queues").with("most", MOST_QUEUES).into());
                }
                if !queue_rows::insert(tx, &queue, now)? {
                    return Err(Refusal::new("routing.queue_exists").with("queue", &queue.id).into());
                }
                others_exist(tx, &queue)?;
                events::queue_changed(tx, now, &queue.id)?;
                let entry = Entry::new("routing.create_queue", &queue.id).by(by.clone());
                trail.append(tx, now, &entry.with(serde_json::to_value(&queue)?)).map(|_| ())
            })
            .await?;
        self.refresh().await
    }

    /// Changes a queue's settings. What waits keeps its place in the line; what comes gets a new one.
    pub async fn change_queue(&self, queue: Queue, version: i64, by: Actor) -> Result<()> {
        queue.check()?;
        fits(&queue, self.directory().await?.as_ref())?;
        let (clock, trail) = (self.store.clock().clone(), self.trail.clone());
        self.store
            .write(move |tx| {
                let now = clock.now();
                let before = queue_rows::find(tx, &queue.id)?.ok_or(Error::NotFound)?;
                if !queue_rows::put(tx, &queue, version, now)? {
                    return Err(Refusal::new("routing.changed_meanwhile").into());
                }
                others_exist(tx, &queue)?;
                events::queue_changed(tx, now, &queue.id)?;
                let details = json!({ "before": before.queue, "after": queue });
                let entry = Entry::new("routing.change_queue", &queue.id).by(by.clone());
                trail.append(tx, now, &entry.with(details)).map(|_| ())
            })
            .await?;
        self.refresh().await
    }

    /// Sets what somebody can do and which queues they serve; version 0 is for whoever has no profile yet.
    pub async fn set_profile(
        &self,
        staff: Id<StaffMember>,
        version: i64,
        profile: Profile,
        by: Actor,
    ) -> Result<()> {
        profile.check()?;
        let (clock, trail) = (self.store.clock().clone(), self.trail.clone());
        self.store
            .write(move |tx| {
                let now = clock.now();
                for queue in profile.queues.keys() {
                    queue_rows::get(tx, queue)?;
                }
                if !agent_rows::put_profile(tx, staff, version, &profile, now)? {
                    return Err(Refusal::new("routing.changed_meanwhile").into());
                }
                let data = json!({ "queues": profile.queues.keys().collect::<Vec<_>>() });
                events::of_staff(tx, now, events::AGENT_CHANGED, staff, data)?;
                let details = json!({ "profile": profile, "queues": profile.queues });
                let entry = Entry::new("routing.set_profile", staff).by(by.clone());
                trail.append(tx, now, &entry.with(details)).map(|_| ())
            })
            .await?;
        self.refresh().await
    }

    /// The directory in force; before the first one is recorded there is nothing to compare with.
    pub(crate) async fn directory(&self) -> Result<Option<std::sync::Arc<directory::Published>>> {
        let now: Timestamp = self.store.clock().now();
        match self.directories.at(now, None).await {
            Ok(published) => Ok(Some(published)),
            Err(Error::Refusal(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether the directory knows the unit, way and topics that a queue names.
fn fits(queue: &Queue, published: Option<&std::sync::Arc<directory::Published>>) -> Result<()> {
    let Some(published) = published else { return Ok(()) };
    let directory: &Directory = &published.directory;
    let Some(unit) = directory.unit(&queue.unit) else {
        return Err(Refusal::new("routing.no_unit").with("unit", &queue.unit).into());
    };
    if let Some(topic) = queue.topics.iter().find(|topic| directory.topic(topic).is_none()) {
        return Err(Refusal::new("routing.no_topic").with("topic", topic).into());
    }
    let malformed = || Refusal::new("routing.hours_malformed").with("queue", &queue.id);
    match &queue.hours {
        Hours::Way(way) if !unit.ways.iter().any(|known| known.id == *way) => Err(malformed().into()),
        Hours::Own(text) => {
            OpeningHours::parse(text, directory.calendar.clone()).map(|_| ()).map_err(|_| malformed().into())
        }
        Hours::Directory | Hours::Way(_) | Hours::Staffed => Ok(()),
    }
}

fn others_exist(tx: &mut Tx<'_>, queue: &Queue) -> Result<()> {
    for step in &queue.overflow {
        queue_rows::get(tx, &step.to)?;
    }
    Ok(())
}

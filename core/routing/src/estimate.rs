//! How long somebody will wait: told to customers, so it leans to neither side.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use directory::ChannelKind;
use jiff::{SignedDuration, Timestamp};
use kernel::id::{Id, StaffMember};
use kernel::{Language, Refusal, Result};
use store::{Tx, params};

use crate::Routing;
use crate::agent::Profile;
use crate::model::{Load, QueueId, State};
use crate::work::Work;
use crate::work_rows::{self, IS_IN_HANDS, IS_WAITING};

/// What a waiting customer is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// 1 is next.
    pub position: u32,
    /// `None`: nobody is there to take it, so nobody can say.
    pub wait: Option<SignedDuration>,
}

/// Who is there to take work, counted in pieces of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Crew {
    /// How much they can do at a time, and how much more they could take right now.
    pub slots: u32,
    pub free: u32,
    /// The part of it that speaks the language.
    pub speaking: u32,
    pub speaking_free: u32,
}

/// How many are before somebody: all, and those of the same language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ahead {
    pub all: u32,
    pub same_language: u32,
}

/// The wait until one's turn. While everybody is busy, work is finished every `handling / slots`; a turn
/// comes when those before have been taken, by anybody, and those of the same language by its speakers.
pub fn expected_wait(ahead: Ahead, crew: Crew, handling: SignedDuration) -> Option<SignedDuration> {
    let until_turn = |ahead: u32, free: u32, slots: u32| {
        let slots = i64::from(slots);
        let turns = (i64::from(ahead) + 1 - i64::from(free)).max(0);
        (slots > 0).then(|| handling.as_micros().saturating_mul(i128::from(turns)) / i128::from(slots))
    };
    let by_anybody = until_turn(ahead.all, crew.free, crew.slots)?;
    let by_speakers = until_turn(ahead.same_language, crew.speaking_free, crew.speaking)?;
    let micros = by_anybody.max(by_speakers);
    Some(SignedDuration::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)))
}

/// Work of which the handling time is the mean: the last so many.
const RECENT: u32 = 50;
/// Fewer tell nothing yet.
const ENOUGH: usize = 5;
/// How long a node goes by what it has seen of a queue.
const KEPT: SignedDuration = SignedDuration::from_secs(2);

/// What a node has seen of queues lately.
#[derive(Clone, Default)]
pub(crate) struct Sightings(Arc<Mutex<ByLine>>);

type ByLine = HashMap<(QueueId, ChannelKind), Arc<Sighting>>;

/// The people and the pace of a queue at a moment.
struct Sighting {
    at: Timestamp,
    here: Vec<(Id<StaffMember>, Load)>,
    handling: SignedDuration,
}

impl Routing {
    /// What somebody can expect who joins the line now.
    pub async fn estimate(
        &self,
        queue: &QueueId,
        channel: ChannelKind,
        language: Option<&Language>,
        now: Timestamp,
    ) -> Result<Estimate> {
        let sighting = self.sighting(queue, channel, now).await?;
        let (line, tongue) = (queue.clone(), language.cloned());
        let ahead = self.store.read(move |tx| ahead_of(tx, &line, None, tongue.as_ref())).await?;
        Ok(self.reckon(&sighting, channel, language, ahead))
    }

    /// Where a piece of work stands in its line; `None` when it does not wait.
    pub async fn place_of(&self, subject: &str, now: Timestamp) -> Result<Option<Estimate>> {
        let subject = subject.to_owned();
        let found = self
            .store
            .read(move |tx| {
                let work = work_rows::of_subject(tx, &subject)?;
                let waiting = |work: &Work| matches!(work.state, State::Waiting | State::Offered);
                let Some(work) = work.filter(waiting) else { return Ok(None) };
                let ahead = ahead_of(tx, work.queue(), Some(&work), work.placement.language.as_ref())?;
                Ok(Some((work, ahead)))
            })
            .await?;
        let Some((work, ahead)) = found else { return Ok(None) };
        let sighting = self.sighting(work.queue(), work.channel, now).await?;
        Ok(Some(self.reckon(&sighting, work.channel, work.placement.language.as_ref(), ahead)))
    }

    fn reckon(
        &self,
        sighting: &Sighting,
        channel: ChannelKind,
        language: Option<&Language>,
        ahead: Ahead,
    ) -> Estimate {
        let (book, mut crew) = (self.book(), Crew::default());
        for (staff, load) in &sighting.here {
            if let Some((_, profile)) = book.profile(*staff) {
                crew.count(profile, *load, channel, language);
            }
        }
        Estimate { position: ahead.all + 1, wait: expected_wait(ahead, crew, sighting.handling) }
    }

    async fn sighting(&self, queue: &QueueId, channel: ChannelKind, now: Timestamp) -> Result<Arc<Sighting>> {
        let key = (queue.clone(), channel);
        let kept = self.sightings.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let is_fresh = |kept: &Arc<Sighting>| {
            let age = now.duration_since(kept.at);
            age >= SignedDuration::ZERO && age < KEPT
        };
        if let Some(kept) = kept.filter(is_fresh) {
            return Ok(kept);
        }
        let book = self.book();
        let known = book.queue(queue).ok_or_else(|| Refusal::new("routing.no_queue").with("queue", queue))?;
        let (usual, line) = (crate::queue::seconds(known.usual_handling), queue.clone());
        let seen = self.store.read(move |tx| look(tx, &line, channel, usual, now)).await?;
        let seen = Arc::new(seen);
        self.sightings.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, seen.clone());
        Ok(seen)
    }
}

impl Crew {
    fn count(&mut self, profile: &Profile, load: Load, channel: ChannelKind, language: Option<&Language>) {
        let slots = u32::from(profile.capacity.of(channel));
        let room = profile.capacity.has_room(load, channel);
        let free = if room { slots - u32::from(load.of(channel)).min(slots) } else { 0 };
        self.slots += slots;
        self.free += free;
        if profile.speaks(language) {
            self.speaking += slots;
            self.speaking_free += free;
        }
    }
}

fn look(
    tx: &mut Tx<'_>,
    queue: &QueueId,
    channel: ChannelKind,
    usual: SignedDuration,
    now: Timestamp,
) -> Result<Sighting> {
    let here = tx.query(
        "SELECT m.staff FROM routing_member m JOIN routing_presence p ON p.staff = m.staff \
         WHERE m.queue = ?1 AND m.takes_from <= 1 AND p.chosen = 'available' AND p.gone_since IS NULL",
        params![queue.as_str()],
        |row| row.take::<Id<StaffMember>>(0),
    )?;
    let loads = tx.query(
        &format!(
            "SELECT w.holder, w.channel, COUNT(*) FROM routing_member m \
             JOIN routing_work w ON w.holder = m.staff WHERE m.queue = ?1 AND w.{IS_IN_HANDS} \
             GROUP BY w.holder, w.channel"
        ),
        params![queue.as_str()],
        |row| {
            let channel = work_rows::channel(&row.take::<String>(1)?)?;
            Ok((row.take::<Id<StaffMember>>(0)?, channel, row.take::<i64>(2)?))
        },
    )?;
    let mut load_of: HashMap<Id<StaffMember>, Load> = HashMap::new();
    for (staff, channel, count) in loads {
        load_of.entry(staff).or_default().add(channel, u16::try_from(count).unwrap_or(u16::MAX));
    }
    let recent = tx.query(
        "SELECT handled FROM routing_done WHERE queue = ?1 AND channel = ?2 AND ending = 'handled' \
         ORDER BY finished_at DESC LIMIT ?3",
        params![queue.as_str(), channel.as_str(), RECENT],
        |row| row.take::<i64>(0),
    )?;
    let count = i64::try_from(recent.len()).unwrap_or(i64::MAX);
    let handling = if recent.len() < ENOUGH {
        usual
    } else {
        SignedDuration::from_micros(recent.iter().sum::<i64>() / count)
    };
    let here = here.into_iter().map(|staff| (staff, load_of.remove(&staff).unwrap_or_default())).collect();
    Ok(Sighting { at: now, here, handling })
}

/// How many wait before this work; before a newcomer without urgency, everybody who waits.
fn ahead_of(
    tx: &mut Tx<'_>,
    queue: &QueueId,
    work: Option<&Work>,
    language: Option<&Language>,
) -> Result<Ahead> {
    let (rank, id) = match work {
        Some(work) => (work.rank, work.id.to_string()),
        None => (Timestamp::MAX, String::new()),
    };
    let language = language.map(ToString::to_string);
    tx.query_one(
        &format!(
            "SELECT COUNT(*), COUNT(*) FILTER (WHERE language IS NOT DISTINCT FROM ?4) FROM routing_work \
             WHERE queue = ?1 AND {IS_WAITING} AND (rank, id) < (?2, ?3)"
        ),
        params![queue.as_str(), rank, id, language],
        |row| {
            let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
            Ok(Ahead { all: count(row.take(0)?), same_language: count(row.take(1)?) })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(ahead: u32, same_language: u32, crew: (u32, u32, u32, u32)) -> Option<i64> {
        let (slots, free, speaking, speaking_free) = crew;
        let crew = Crew { slots, free, speaking, speaking_free };
        let ahead = Ahead { all: ahead, same_language };
        expected_wait(ahead, crew, SignedDuration::from_mins(6)).map(|wait| wait.as_secs())
    }

    #[test]
    fn a_free_hand_means_no_wait_and_nobody_there_means_nobody_knows() {
        assert_eq!(wait(0, 0, (3, 1, 3, 1)), Some(0));
        assert_eq!(wait(2, 2, (3, 3, 3, 3)), Some(0));
        assert_eq!(wait(0, 0, (0, 0, 0, 0)), None);
        assert_eq!(wait(0, 0, (3, 3, 0, 0)), None, "somebody is there, but nobody who speaks the language");
    }

    #[test]
    fn each_before_one_costs_a_turn() {
        assert_eq!(wait(0, 0, (3, 0, 3, 0)), Some(120));
        assert_eq!(wait(2, 2, (3, 0, 3, 0)), Some(360));
        assert_eq!(wait(5, 5, (3, 0, 1, 0)), Some(6 * 360), "one speaker has them all to do");
        assert_eq!(wait(5, 0, (3, 0, 1, 0)), Some(6 * 120), "the others are done by the others");
    }
}

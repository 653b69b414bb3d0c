//! All SQL of work.

use directory::ChannelKind;
use jiff::Timestamp;
use kernel::id::{Id, Offer, StaffMember, Work as WorkKind};
use kernel::{Fault, Refusal, Result};
use store::{Row, Tx, params};

use crate::model::{Ending, Load, QueueId, State, Urgency};
use crate::work::{Placement, Work};

const COLUMNS: &str = "id, subject, channel, queue, language, needs, urgency, customer_need, sticky, state, \
     holder, offer, due_at, arrived_at, waiting_since, not_before, queued_at, overflowed, rank, since, \
     waited, handled";

/// As the partial indexes have it, so that what is paused is never looked through.
pub(crate) const IS_WAITING: &str = "state IN ('waiting', 'offered')";
pub(crate) const IS_IN_HANDS: &str = "state IN ('offered', 'held', 'wrapping')";

pub(crate) fn insert(tx: &mut Tx<'_>, work: &Work) -> Result<bool> {
    let (to, needs) = (&work.placement, serde_json::to_string(&work.placement.needs)?);
    let inserted = tx.execute(
        &format!(
            "INSERT INTO routing_work ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, \
             ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22) ON CONFLICT DO NOTHING"
        ),
        params![
            work.id,
            work.subject,
            work.channel.as_str(),
            to.queue.as_str(),
            to.language,
            needs,
            to.urgency.number(),
            to.customer_need,
            work.sticky,
            work.state.as_str(),
            work.holder,
            work.offer,
            work.due_at,
            work.arrived_at,
            work.waiting_since,
            work.not_before,
            work.queued_at,
            work.overflowed,
            work.rank,
            work.since,
            work.waited,
            work.handled
        ],
    )?;
    Ok(inserted == 1)
}

/// Writes work over what it was; refused when somebody else was quicker.
pub(crate) fn put(tx: &mut Tx<'_>, was: &Work, work: &Work) -> Result<()> {
    let (to, needs) = (&work.placement, serde_json::to_string(&work.placement.needs)?);
    let written = tx.execute(
        "UPDATE routing_work SET queue = ?4, language = ?5, needs = ?6, urgency = ?7, customer_need = ?8, \
         sticky = ?9, state = ?10, holder = ?11, offer = ?12, due_at = ?13, waiting_since = ?14, \
         queued_at = ?15, overflowed = ?16, rank = ?17, since = ?18, waited = ?19, handled = ?20 \
         WHERE id = ?1 AND state = ?2 AND holder IS NOT DISTINCT FROM ?3",
        params![
            was.id,
            was.state.as_str(),
            was.holder,
            to.queue.as_str(),
            to.language,
            needs,
            to.urgency.number(),
            to.customer_need,
            work.sticky,
            work.state.as_str(),
            work.holder,
            work.offer,
            work.due_at,
            work.waiting_since,
            work.queued_at,
            work.overflowed,
            work.rank,
            work.since,
            work.waited,
            work.handled
        ],
    )?;
    if written == 1 { Ok(()) } else { Err(Refusal::new("routing.changed_meanwhile").into()) }
}

/// Takes work out of the table of what is to be done.
pub(crate) fn archive(tx: &mut Tx<'_>, work: &Work, ending: Ending, now: Timestamp) -> Result<()> {
    let (waited, handled) = work.times(now);
    tx.execute("DELETE FROM routing_pass WHERE work = ?1", params![work.id])?;
    tx.execute("DELETE FROM routing_work WHERE id = ?1", params![work.id])?;
    tx.execute(
        "INSERT INTO routing_done (id, subject, channel, queue, language, urgency, ending, holder, arrived_at, \
         finished_at, waited, handled) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            work.id,
            work.subject,
            work.channel.as_str(),
            work.placement.queue.as_str(),
            work.placement.language,
            work.placement.urgency.number(),
            ending.as_str(),
            work.holder,
            work.arrived_at,
            now,
            waited,
            handled
        ],
    )?;
    Ok(())
}

pub(crate) fn get(tx: &mut Tx<'_>, id: &Id<WorkKind>) -> Result<Work> {
    tx.query_one(&format!("SELECT {COLUMNS} FROM routing_work WHERE id = ?1"), params![id], decode)
}

pub(crate) fn find(tx: &mut Tx<'_>, id: &Id<WorkKind>) -> Result<Option<Work>> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM routing_work WHERE id = ?1"), params![id], decode)
}

pub(crate) fn of_subject(tx: &mut Tx<'_>, subject: &str) -> Result<Option<Work>> {
    let sql = format!("SELECT {COLUMNS} FROM routing_work WHERE subject = ?1 AND state <> 'wrapping'");
    tx.query_opt(&sql, params![subject], decode)
}

/// Everything that waits or is in somebody's hands; what is paused is left alone.
pub(crate) fn active(tx: &mut Tx<'_>) -> Result<Vec<Work>> {
    let waiting = format!("SELECT {COLUMNS} FROM routing_work WHERE {IS_WAITING}");
    let mut all = tx.query(&waiting, params![], decode)?;
    all.extend(all_in_hands(tx)?.into_iter().filter(|work| work.state != State::Offered));
    Ok(all)
}

/// Everything that lies before somebody, is held or being wrapped up.
pub(crate) fn all_in_hands(tx: &mut Tx<'_>) -> Result<Vec<Work>> {
    tx.query(&format!("SELECT {COLUMNS} FROM routing_work WHERE {IS_IN_HANDS}"), params![], decode)
}

type Hand = (Id<StaffMember>, QueueId, State);

/// The same, as far as counting goes.
pub(crate) fn hands(tx: &mut Tx<'_>) -> Result<Vec<Hand>> {
    let sql = format!("SELECT holder, queue, state FROM routing_work WHERE {IS_IN_HANDS}");
    tx.query(&sql, params![], |row| {
        Ok((row.take(0)?, row.take::<String>(1)?.parse()?, row.take::<String>(2)?.parse()?))
    })
}

/// How many wait in each queue, and since when the first.
pub(crate) fn waiting_by_queue(tx: &mut Tx<'_>) -> Result<Vec<(QueueId, i64, Timestamp)>> {
    let sql = format!(
        "SELECT queue, COUNT(*), MIN(waiting_since) FROM routing_work WHERE {IS_WAITING} GROUP BY queue"
    );
    tx.query(&sql, params![], |row| Ok((row.take::<String>(0)?.parse()?, row.take(1)?, row.take(2)?)))
}

/// What somebody has on their hands, oldest first.
pub(crate) fn in_hands_of(tx: &mut Tx<'_>, staff: Id<StaffMember>) -> Result<Vec<Work>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM routing_work \
         WHERE holder = ?1 AND {IS_IN_HANDS} ORDER BY since, id"
    );
    tx.query(&sql, params![staff], decode)
}

/// What waits in a queue, next first.
pub(crate) fn waiting(tx: &mut Tx<'_>, queue: &QueueId, most: u32) -> Result<Vec<Work>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM routing_work \
         WHERE queue = ?1 AND {IS_WAITING} ORDER BY rank, id LIMIT ?2"
    );
    tx.query(&sql, params![queue.as_str(), most], decode)
}

pub(crate) fn load_of(tx: &mut Tx<'_>, staff: Id<StaffMember>) -> Result<Load> {
    let sql = format!(
        "SELECT channel, COUNT(*) FROM routing_work WHERE holder = ?1 AND {IS_IN_HANDS} GROUP BY channel"
    );
    let counts =
        tx.query(&sql, params![staff], |row| Ok((channel(&row.take::<String>(0)?)?, row.take::<i64>(1)?)))?;
    let mut load = Load::default();
    for (channel, count) in counts {
        load.add(channel, u16::try_from(count).unwrap_or(u16::MAX));
    }
    Ok(load)
}

/// Whether an offer lies before somebody: one at a time.
pub(crate) fn has_offer(tx: &mut Tx<'_>, staff: Id<StaffMember>) -> Result<bool> {
    let found = tx.query(
        &format!(
            "SELECT id FROM routing_work WHERE holder = ?1 AND {IS_IN_HANDS} AND state = 'offered' LIMIT 1"
        ),
        params![staff],
        |row| row.take::<String>(0),
    )?;
    Ok(!found.is_empty())
}

pub(crate) fn by_offer(tx: &mut Tx<'_>, staff: Id<StaffMember>, offer: Id<Offer>) -> Result<Option<Work>> {
    let sql =
        format!("SELECT {COLUMNS} FROM routing_work WHERE holder = ?1 AND {IS_IN_HANDS} AND offer = ?2");
    tx.query_opt(&sql, params![staff, offer], decode)
}

/// Notes that somebody was asked and did not take it.
pub(crate) fn pass(
    tx: &mut Tx<'_>,
    work: &Id<WorkKind>,
    staff: Id<StaffMember>,
    until: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO routing_pass (work, staff, until) VALUES (?1, ?2, ?3) \
         ON CONFLICT (work, staff) DO UPDATE SET until = excluded.until",
        params![work, staff, until],
    )?;
    Ok(())
}

/// Whoever takes it may be asked again another time.
pub(crate) fn forget_passes(tx: &mut Tx<'_>, work: &Id<WorkKind>) -> Result<()> {
    tx.execute("DELETE FROM routing_pass WHERE work = ?1", params![work])?;
    Ok(())
}

/// Who is not to be asked about this work, and until when.
pub(crate) fn passes(tx: &mut Tx<'_>, work: &Id<WorkKind>) -> Result<Vec<(Id<StaffMember>, Timestamp)>> {
    tx.query("SELECT staff, until FROM routing_pass WHERE work = ?1 ORDER BY staff", params![work], |row| {
        Ok((row.take(0)?, row.take(1)?))
    })
}

type Pass = (Id<WorkKind>, Id<StaffMember>, Timestamp);

/// The same for all work at once.
pub(crate) fn all_passes(tx: &mut Tx<'_>) -> Result<Vec<Pass>> {
    tx.query("SELECT work, staff, until FROM routing_pass ORDER BY work, staff", params![], |row| {
        Ok((row.take(0)?, row.take(1)?, row.take(2)?))
    })
}

pub(crate) fn channel(text: &str) -> Result<ChannelKind> {
    let found = ChannelKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    Ok(found.ok_or_else(|| Fault::new(format!("no channel is called {text}")))?)
}

pub(crate) fn decode(row: &mut Row) -> Result<Work> {
    let placement = Placement {
        queue: row.take::<String>(3)?.parse()?,
        language: row.take(4)?,
        needs: serde_json::from_str(&row.take::<String>(5)?)?,
        urgency: Urgency::from_number(row.take(6)?)?,
        customer_need: row.take(7)?,
    };
    Ok(Work {
        id: row.take(0)?,
        subject: row.take(1)?,
        channel: channel(&row.take::<String>(2)?)?,
        placement,
        sticky: row.take(8)?,
        state: row.take::<String>(9)?.parse()?,
        holder: row.take(10)?,
        offer: row.take(11)?,
        due_at: row.take(12)?,
        arrived_at: row.take(13)?,
        waiting_since: row.take(14)?,
        not_before: row.take(15)?,
        queued_at: row.take(16)?,
        overflowed: row.take(17)?,
        rank: row.take(18)?,
        since: row.take(19)?,
        waited: row.take(20)?,
        handled: row.take(21)?,
    })
}

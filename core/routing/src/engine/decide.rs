//! Deciding: what is due, then whom what is offered to.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::dues::Due;
use super::lines::{LineKey, Place};
use super::{Decision, Engine, Job, Staff, Stage, WorkId};
use crate::model::Presence;
use directory::ChannelKind;

/// A freed person's best work, so that the best of all comes first.
type Wish = (Place, Staff);

impl Engine {
    /// Decides until there is nothing more to decide, or `most` decisions are made; then ask again.
    pub fn decide(&mut self, now: Timestamp, most: usize) -> Vec<Decision> {
        let micros = now.as_microsecond();
        self.dues.last = self.dues.last.max(micros);
        let mut decisions = Vec::new();
        while decisions.len() < most {
            let Some((due, work)) = self.dues.pop(micros) else { break };
            decisions.extend(self.happens(due, work, micros));
        }
        self.match_up(micros, most, &mut decisions);
        decisions
    }

    /// Something is due.
    fn happens(&mut self, due: Due, work: WorkId, now: i64) -> Option<Decision> {
        let job = self.jobs.get_mut(&work)?;
        job.dues.retain(|(at, other)| *other != due || *at > now);
        match (due, job.stage) {
            (Due::OfferEnds, Stage::Offered { to, .. }) => {
                self.expire(work, to, now);
                Some(Decision::Expire { work, staff: to })
            }
            (Due::WrapUpEnds, Stage::Wrapping { by, .. }) => {
                self.remove_work(&work);
                self.touch(by, at(now));
                Some(Decision::EndWrapUp { work })
            }
            (Due::BringBack, Stage::Held { by }) => self.bring_back(work, by, now),
            (Due::Overflows, Stage::Waiting) => {
                let settings = self.queues.get(job.queue)?;
                let queue = settings.overflow.get(usize::from(job.overflowed))?.to.clone();
                self.unsettle(work);
                self.jobs.get_mut(&work)?.overflowed += 1;
                self.settle(work);
                Some(Decision::Overflow { work, queue })
            }
            (Due::AskAgain, Stage::Waiting) => {
                job.passes.retain(|(_, until)| *until > now);
                self.set_stage(work, Stage::Waiting);
                None
            }
            (Due::MayBegin | Due::KeptUntil, Stage::Waiting) => {
                self.set_stage(work, Stage::Waiting);
                None
            }
            _ => None,
        }
    }

    fn expire(&mut self, work: WorkId, staff: Staff, now: i64) {
        let Some(job) = self.jobs.get_mut(&work) else { return };
        let Some(settings) = self.queues.get(job.queue) else { return };
        let (again_after, misses) = (settings.again_after, settings.misses);
        job.passes.retain(|(by, _)| *by != staff);
        job.passes.push((staff, now.saturating_add(i64::from(again_after) * 1_000_000)));
        self.crew.change(staff, |crew| {
            if let Some(member) = crew.members.get_mut(&staff) {
                member.missed = member.missed.saturating_add(1);
                if member.missed >= misses && member.presence == Presence::Available {
                    member.presence = Presence::Away;
                }
            }
        });
        self.set_stage(work, Stage::Waiting);
        self.after_change_of(staff);
    }

    fn bring_back(&mut self, work: WorkId, by: Staff, now: i64) -> Option<Decision> {
        let job = self.jobs.get(&work)?;
        let patience = i64::from(self.queues.get(job.queue)?.return_after) * 1_000_000;
        let absent = self.crew.members.get(&by).and_then(|member| member.absent_since);
        if absent.is_none_or(|since| since.saturating_add(patience) > now) {
            return None;
        }
        if let Some(job) = self.jobs.get_mut(&work) {
            job.sticky = None;
        }
        self.set_stage(work, Stage::Waiting);
        Some(Decision::BringBack { work, staff: by })
    }

    /// Offers what waits to who is free. Only new work and people who became free can make a new pair;
    /// whatever is first in rank among what either could make is offered first, to whose turn it is.
    fn match_up(&mut self, now: i64, most: usize, decisions: &mut Vec<Decision>) {
        let mut wishes: BTreeSet<Wish> = BTreeSet::new();
        for staff in std::mem::take(&mut self.freed) {
            wishes.extend(self.best_work(staff, now).map(|place| (place, staff)));
        }
        while decisions.len() < most {
            let wished = wishes.first().map(|(place, _)| *place);
            let Some(place) = [wished, self.fresh.first().copied()].into_iter().flatten().min() else {
                break;
            };
            self.fresh.remove(&place);
            let mut wishing = Vec::new();
            while let Some((_, staff)) = wishes.first().filter(|(other, _)| *other == place).copied() {
                wishes.pop_first();
                wishing.push(staff);
            }
            let (_, work) = place;
            let Some(staff) = self.whose_turn(work, now) else { continue };
            decisions.extend(self.offer(work, staff, now));
            for staff in wishing {
                wishes.extend(self.best_work(staff, now).map(|place| (place, staff)));
            }
        }
        self.freed.extend(wishes.into_iter().map(|(_, staff)| staff));
    }

    fn offer(&mut self, work: WorkId, staff: Staff, now: i64) -> Option<Decision> {
        let queue = self.jobs.get(&work)?.queue;
        let until = now.saturating_add(i64::from(self.queues.get(queue)?.offer_for) * 1_000_000);
        self.set_stage(work, Stage::Offered { to: staff, until });
        Some(Decision::Offer { work, staff, until: at(until) })
    }

    /// The first in rank of all that somebody free may take and has not passed over.
    fn best_work(&self, staff: Staff, now: i64) -> Option<Place> {
        let member = self.crew.members.get(&staff)?;
        let fit = |key: &LineKey| self.names.fit(&member.abilities, key.language, key.needs);
        let first_in = |number| self.lines.first_for(number, staff, now, &self.jobs);
        let mut best: Option<Place> = None;
        for channel in ChannelKind::ALL.into_iter().filter(|channel| self.crew.is_free(staff, *channel)) {
            for (queue, takes_from) in &member.serves {
                for (head, number) in self.lines.of(*queue, channel) {
                    if best.is_some_and(|best| best <= head) {
                        break;
                    }
                    let key = self.lines.get(number).map(|line| &line.key);
                    if key.is_some_and(|key| key.urgency >= *takes_from && fit(key)) {
                        best = [best, first_in(number)].into_iter().flatten().min();
                    }
                }
            }
        }
        for number in self.lines.kept_for(staff) {
            let key = self.lines.get(number).map(|line| &line.key);
            if key.is_some_and(|key| self.crew.is_free(staff, key.channel) && fit(key)) {
                best = [best, first_in(number)].into_iter().flatten().min();
            }
        }
        best
    }

    /// Who is asked: whoever had it last, else the first in turn who is free, fit and has not passed.
    fn whose_turn(&mut self, work: WorkId, now: i64) -> Option<Staff> {
        let job = self.jobs.get(&work)?;
        let number = job.line?;
        let line = self.lines.get(number)?;
        let reach = super::reach(&self.reaches, job.queue, job.overflowed);
        let freed = self.crew.freed_in(reach, job.channel);
        if line.blocked_at == Some(freed) {
            return None;
        }
        let able = |staff: Staff| {
            self.crew.is_free(staff, job.channel) && !job.is_passed_by(staff, now) && self.is_fit(staff, job)
        };
        if let Some(only) = line.key.only {
            return Some(only).filter(|only| able(*only));
        }
        let sticks = self.queues.get(job.queue).is_some_and(|queue| queue.sticky_for > 0);
        if let Some(last) = job.sticky.filter(|last| sticks && able(*last)) {
            return Some(last);
        }
        let mut somebody_passed = false;
        for queue in reach {
            for (staff, takes_from) in self.crew.free_in(*queue, job.channel) {
                if job.urgency as u8 >= takes_from && self.is_able(staff, job) {
                    if !job.is_passed_by(staff, now) {
                        return Some(staff);
                    }
                    somebody_passed = true;
                }
            }
        }
        if !somebody_passed {
            self.lines.set_blocked(number, freed);
        }
        None
    }

    fn is_able(&self, staff: Staff, job: &Job) -> bool {
        let able = |member: &super::Member| self.names.fit(&member.abilities, job.language, job.needs);
        self.crew.members.get(&staff).is_some_and(able)
    }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

//! That every way through a guide comes to an end, and every part of it can be reached.

use super::{Guide, Next};
use crate::finding::Findings;

/// Questions on one way. Nobody answers more on a small screen.
const LONGEST: usize = 12;
const MOST_ANSWERS: usize = 9;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Not,
    /// On the way that is being walked: coming here again is a circle.
    Above,
    Done,
}

pub(super) fn tree(guide: &Guide, step_lines: &[usize], end_lines: &[usize], findings: &mut Findings<'_>) {
    let line = |lines: &[usize], at: usize| lines.get(at).copied().unwrap_or(1);
    for (at, step) in guide.steps.iter().enumerate() {
        match step.answers.len() {
            0 => findings.error("dead_end", line(step_lines, at)).with("step", &step.id),
            answers if answers > MOST_ANSWERS => findings
                .error("too_many", line(step_lines, at))
                .with("field", "answer")
                .with("most", MOST_ANSWERS),
            _ => continue,
        };
    }
    let mut walk = Walk {
        guide,
        step_lines,
        steps: vec![Seen::Not; guide.steps.len()],
        ends: vec![false; guide.ends.len()],
        findings,
        circle: false,
    };
    let longest = walk.visit(guide.start);
    let (steps, ends, circle) = (walk.steps, walk.ends, walk.circle);
    if !circle && longest > LONGEST {
        findings.error("too_deep", line(step_lines, guide.start)).with("most", LONGEST);
    }
    let lost_steps =
        guide.steps.iter().zip(&steps).zip(step_lines).filter(|((_, seen), _)| **seen == Seen::Not);
    for ((step, _), line) in lost_steps {
        findings.error("never_reached", *line).with("step", &step.id);
    }
    for ((end, _), line) in guide.ends.iter().zip(&ends).zip(end_lines).filter(|((_, seen), _)| !**seen) {
        findings.error("never_reached", *line).with("step", &end.id);
    }
}

struct Walk<'w, 't> {
    guide: &'w Guide,
    step_lines: &'w [usize],
    steps: Vec<Seen>,
    ends: Vec<bool>,
    findings: &'w mut Findings<'t>,
    circle: bool,
}

impl Walk<'_, '_> {
    /// Walks everything below a step; the number of questions on the longest way.
    fn visit(&mut self, start: usize) -> usize {
        // Not by recursion: a file may hold a chain of any length.
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        let mut longest = 0;
        self.mark(start, Seen::Above);
        while let Some((at, next)) = way.last().copied() {
            longest = longest.max(way.len());
            let Some(answer) = self.guide.steps.get(at).and_then(|step| step.answers.get(next)) else {
                self.mark(at, Seen::Done);
                way.pop();
                continue;
            };
            if let Some(last) = way.last_mut() {
                last.1 += 1;
            }
            match answer.next {
                Next::End(end) => {
                    if let Some(seen) = self.ends.get_mut(end) {
                        *seen = true;
                    }
                }
                Next::Step(step) => match self.steps.get(step).copied() {
                    Some(Seen::Not) => {
                        self.mark(step, Seen::Above);
                        way.push((step, 0));
                    }
                    Some(Seen::Above) => self.tell_circle(at, step),
                    Some(Seen::Done) | None => {}
                },
            }
        }
        longest
    }

    fn mark(&mut self, step: usize, seen: Seen) {
        if let Some(place) = self.steps.get_mut(step) {
            *place = seen;
        }
    }

    fn tell_circle(&mut self, from: usize, to: usize) {
        self.circle = true;
        let line = self.step_lines.get(from).copied().unwrap_or(1);
        let id = |at: usize| self.guide.steps.get(at).map(|step| step.id.clone()).unwrap_or_default();
        let (from, to) = (id(from), id(to));
        self.findings.error("circle", line).with("step", from).with("back_to", to);
    }
}

//! Every state answers every step, as docs/routing.md shows.

use std::fmt::Write;

use directory::ChannelKind;
use kernel::Refusal;
use kernel::id::{self, Id, Offer, StaffMember};

use super::now;
use crate::{NewWork, Placement, Queue, QueueFile, Work};

/// The page that shows the table. This test says what it has to hold.
const DOCUMENT: &str = include_str!("../../../../docs/routing.md");

/// `None`: it is done and leaves.
type After = Result<Option<Work>, Refusal>;
type Step<'s> = Box<dyn Fn(Work) -> After + 's>;

struct Scene {
    queue: Queue,
    rosa: Id<StaffMember>,
    omar: Id<StaffMember>,
    offer: Id<Offer>,
}

impl Scene {
    fn new() -> Self {
        let queue = QueueFile::parse(super::QUEUES).unwrap().queues.remove(0);
        Self { queue, rosa: id::new(now()), omar: id::new(now()), offer: id::new(now()) }
    }

    /// Work in each state, as it comes there.
    fn states(&self) -> [Work; 5] {
        let new = NewWork {
            subject: "cnv_1".into(),
            channel: ChannelKind::Chat,
            placement: Placement::new(self.queue.id.clone()),
            sticky: None,
            not_before: None,
        };
        let waiting = Work::new(&new, &self.queue, now());
        let offered = waiting.clone().offered(self.rosa, self.offer, now()).unwrap();
        let held = offered.clone().accepted(self.rosa, self.offer, now()).unwrap();
        let paused = held.clone().paused(now()).unwrap();
        let wrapping = held.clone().wrapped(30, now()).unwrap();
        [waiting, offered, held, paused, wrapping]
    }

    fn steps(&self) -> [(&'static str, Step<'_>); 12] {
        let to = || Placement::new(self.queue.id.clone());
        [
            ("offer", Box::new(|work| work.offered(self.rosa, self.offer, now()).map(Some))),
            ("decline, time-out", Box::new(|work| work.not_taken(self.offer).map(Some))),
            ("accept", Box::new(|work| work.accepted(self.rosa, self.offer, now()).map(Some))),
            ("pick", Box::new(|work| work.picked(self.omar, now()).map(Some))),
            ("assign", Box::new(|work| work.assigned(self.omar, now()).map(Some))),
            ("give back", Box::new(|work| work.released(now()).map(Some))),
            ("move", Box::new(move |work| work.moved(&self.queue, to(), now()).map(Some))),
            ("pause", Box::new(|work| work.paused(now()).map(Some))),
            ("go on, holder there", Box::new(|work| work.resumed(&self.queue, true, now()).map(Some))),
            ("go on, holder not there", Box::new(|work| work.resumed(&self.queue, false, now()).map(Some))),
            ("finish", Box::new(|work| Ok(work.wrapped(0, now())))),
            ("finish, with wrap-up", Box::new(|work| Ok(work.wrapped(30, now())))),
        ]
    }
}

fn cell(work: &Work, after: After) -> String {
    match after {
        Ok(None) => "**done**".into(),
        Ok(Some(next)) if next.state != work.state => format!("**{}**", next.state.as_str()),
        Ok(Some(next)) if next.holder.is_none() && work.holder.is_some() => "stays, nobody's".into(),
        Ok(Some(next)) if next.holder != work.holder => "stays, another's".into(),
        Ok(Some(_)) => "stays".into(),
        Err(refusal) => format!("`{}`", refusal.code().trim_start_matches("routing.")),
    }
}

fn table(scene: &Scene) -> String {
    let mut table = String::from("| |");
    for work in scene.states() {
        write!(table, " {} |", work.state.as_str()).unwrap();
    }
    table.push_str("\n|-|-|-|-|-|-|\n");
    for (name, step) in scene.steps() {
        write!(table, "| {name} |").unwrap();
        for work in scene.states() {
            write!(table, " {} |", cell(&work, step(work.clone()))).unwrap();
        }
        table.push('\n');
    }
    table
}

fn diagram(scene: &Scene) -> String {
    let mut arrows: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for work in scene.states() {
        for (name, step) in scene.steps() {
            let Ok(next) = step(work.clone()) else { continue };
            let to = next.map_or("[*]", |next| next.state.as_str());
            let from = work.state.as_str();
            match arrows.iter_mut().find(|(a, b, _)| *a == from && *b == to) {
                _ if from == to => {}
                Some((_, _, names)) => names.push(name),
                None => arrows.push((from, to, vec![name])),
            }
        }
    }
    let mut diagram = String::from("```mermaid\nstateDiagram-v2\n    [*] --> waiting\n");
    for (from, to, names) in arrows {
        writeln!(diagram, "    {from} --> {to}: {}", names.join(" / ")).unwrap();
    }
    diagram + "```\n"
}

#[test]
fn every_state_answers_every_step_as_the_document_says() {
    let scene = Scene::new();
    for part in [table(&scene), diagram(&scene)] {
        assert!(DOCUMENT.contains(&part), "docs/routing.md has to hold:\n\n{part}");
    }
}

#[test]
fn whatever_happens_only_what_is_held_has_an_owner_and_time_is_counted_once() {
    let scene = Scene::new();
    let begun = now();
    let after = |seconds| begun + jiff::SignedDuration::from_secs(seconds);
    let [waiting, ..] = scene.states();
    let work = Work { since: begun, ..waiting };
    let work = work.offered(scene.rosa, scene.offer, after(30)).unwrap();
    assert_eq!(work.owner(), None);
    let work = work.not_taken(scene.offer).unwrap();
    let work = work.offered(scene.omar, scene.offer, after(50)).unwrap();
    let work = work.accepted(scene.omar, scene.offer, after(40)).unwrap();
    assert_eq!(work.owner(), Some(scene.omar));
    let work = work.paused(after(100)).unwrap();
    assert_eq!((work.owner(), work.holder), (None, Some(scene.omar)));
    let work = work.resumed(&scene.queue, true, after(1_000)).unwrap();
    let work = work.released(after(1_010)).unwrap();
    assert_eq!((work.owner(), work.holder), (None, None));
    let work = work.picked(scene.rosa, after(1_015)).unwrap();
    let work = work.wrapped(30, after(1_020)).unwrap();
    assert_eq!(work.owner(), None);
    // Waited 40 and 5 seconds, held 60, 10 and 5, wrapped up 30.
    assert_eq!(work.times(after(1_050)), (45_000_000, 105_000_000));
}

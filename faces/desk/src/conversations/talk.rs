//! One conversation as the workspace shows it.

use conversations::{Body, Conversation, Happening, Held, State, Told};
use customers::Person;
use kernel::id::{Id, StaffMember};
use routing::QueueId;
use staff::Permission;
use web::{Failure, Visitor};

use super::CONVERSATIONS;
use super::asked::{Asked, with_pair, written};
use super::channel::channel_name;
use super::entries::{EntryView, HeldView, Kind, Piece, Timeline};
use super::happenings::Telling;
use super::list::{customer_name, subject, urgency};
use super::scope::Found;
use super::{files, joined, say, snooze};
use crate::colleagues::Names;
use crate::floor::Reach;
use crate::moment::moment;
use crate::names::{Choice, StatusView};
use crate::portrait::Face;
use crate::seat::Seat;

/// Colleagues that a menu offers.
const MOST_PEOPLE: usize = 100;
/// Entries shown at first; earlier ones are a step away.
const ENTRIES: u16 = 60;

/// What may be done, each by itself.
#[allow(clippy::struct_excessive_bools)]
pub(super) struct TalkView {
    pub id: String,
    pub reference: String,
    pub subject: String,
    pub name: String,
    pub state: StatusView,
    pub queue: String,
    pub channel: String,
    pub holder: Option<String>,
    pub urgency: Option<String>,
    pub tags: Vec<String>,
    pub language: String,
    pub version: i64,
    pub last_number: i64,
    pub is_closed: bool,
    pub may_work: bool,
    pub may_take: bool,
    pub may_assign: bool,
    pub may_release: bool,
    pub people: Vec<Choice>,
    pub queues: Vec<Choice>,
    pub snoozes: Vec<Choice>,
    pub dispositions: Vec<Choice>,
    pub macros: Vec<Choice>,
    pub unmerges: Vec<Choice>,
    /// The menu of closing is open, for who sent words and means to close.
    pub closing: bool,
    pub entries: Vec<EntryView>,
    pub earlier: Option<String>,
    /// This page, to come back to.
    pub here: String,
    /// The list it was opened from.
    pub back: String,
    pub customer_href: String,
    pub draft: Draft,
    pub placeholder: String,
    /// By which the server knows the next words if they are sent twice.
    pub key: String,
}

/// What was typed and not sent.
#[derive(Clone, Default)]
pub(crate) struct Draft {
    pub words: String,
    pub is_note: bool,
}

impl TalkView {
    /// Where a deed's form goes.
    pub fn action(&self, deed: &str) -> String {
        format!("{CONVERSATIONS}/{}/{deed}", self.id)
    }
}

/// What a conversation is shown with.
pub(super) struct Showing<'a> {
    pub seat: &'a Seat,
    pub asked: &'a Asked,
    pub reach: &'a Reach,
    pub found: &'a Found,
    pub person: &'a Person,
    /// Words that were typed just now and could not be sent.
    pub typed: Option<Draft>,
}

impl Showing<'_> {
    pub async fn show(self) -> Result<TalkView, Failure> {
        let (seat, conversation) = (self.seat, &self.found.shown.conversation);
        let story = seat.floor().conversations.story(conversation.id, self.asked.before, ENTRIES).await?;
        let may_work = seat.may_with(Permission::CONVERSATION_REPLY, conversation);
        let may_assign = seat.may_with(Permission::CONVERSATION_ASSIGN, conversation);
        let members: Vec<_> = if may_assign {
            self.reach.book.members(&conversation.queue).take(MOST_PEOPLE).collect()
        } else {
            Vec::new()
        };
        let wanted: Vec<_> = named(&story)
            .into_iter()
            .chain(conversation.assignee)
            .chain([seat.caller.member])
            .chain(members.iter().copied())
            .collect();
        let names = seat.desk.colleagues().names(seat.desk.staff(), &wanted, seat.visitor.now).await?;
        let words = &seat.visitor.words;
        let name = customer_name(words, self.person.name.as_ref());
        let draft = match &self.typed {
            Some(typed) => typed.clone(),
            None if may_work => say::kept(seat, conversation.id).await?,
            None => Draft::default(),
        };
        let here = self.asked.conversation(conversation.id);
        let is_mine = conversation.assignee == Some(seat.caller.member);
        let live = conversation.state.is_live();
        Ok(TalkView {
            id: conversation.id.to_string(),
            reference: conversation.reference.to_string(),
            subject: subject(words, self.found.shown.subject.as_ref()),
            state: state(seat, conversation),
            queue: self.reach.name(words, &conversation.queue),
            channel: channel_name(words, conversation.channel),
            holder: Some(holder(seat, conversation, &names)),
            urgency: urgency(words, conversation.urgency),
            tags: conversation.tags.clone(),
            language: conversation.language.to_string(),
            version: conversation.version,
            last_number: conversation.last_number,
            is_closed: !live,
            may_work,
            may_take: may_work && live && !is_mine,
            may_assign: may_assign && live,
            may_release: may_work && live && is_mine,
            people: people(&members, &names, conversation),
            queues: self.queues(&conversation.queue),
            snoozes: snooze::choices(&seat.visitor, matches!(conversation.state, State::Snoozed { .. })),
            dispositions: dispositions(seat),
            macros: if may_work && live { joined::macros(seat).await? } else { Vec::new() },
            unmerges: if may_work { joined::undoable(seat, conversation.id).await? } else { Vec::new() },
            closing: self.asked.closing,
            earlier: story
                .first()
                .filter(|_| story.len() == usize::from(ENTRIES))
                .map(|first| with_pair(&here, "before", &written(&first.place()))),
            entries: self.timeline(&story, &names, &name).await?,
            back: self.asked.list(),
            customer_href: with_pair(&here, "pane", "customer"),
            draft,
            placeholder: placeholder(&seat.visitor, self.person),
            key: uuid::Uuid::new_v4().to_string(),
            here,
            name,
        })
    }

    async fn timeline(&self, story: &[Told], names: &Names, name: &str) -> Result<Vec<EntryView>, Failure> {
        let conversation = &self.found.shown.conversation;
        let (floor, me) = (self.seat.floor(), self.seat.caller.member);
        let files = files::of(self.seat, story).await?;
        let mut held = Vec::new();
        // What is not out yet stands at the end, which an earlier page does not show.
        if self.asked.before.is_none() {
            held = floor.conversations.held_in(conversation.id, me).await?;
        }
        let disposition = |id: &str| disposition(self.seat, id);
        let timeline = Timeline {
            telling: Telling {
                visitor: &self.seat.visitor,
                names,
                reach: self.reach,
                disposition: &disposition,
            },
            conversation: conversation.id,
            customer_name: name,
            customer_face: Face::new(name, conversation.customer),
            language: &conversation.language.to_string(),
            read_to: self.found.shown.read_to,
            mark: mark(&self.seat.visitor, conversation, story),
            files: &files,
        };
        let mut views = timeline.show(story);
        views.extend(held.iter().map(|held| self.held(&timeline, held)));
        Ok(views)
    }

    /// A reply that can still be taken back.
    fn held(&self, timeline: &Timeline<'_>, held: &Held) -> EntryView {
        let (me, words) = (self.seat.caller.member, &self.seat.visitor.words);
        let own = Timeline::line(Kind::Held, format!("held-{}", held.id), String::new());
        EntryView {
            author: words.text("desk-you").into_owned(),
            face: Face::new(timeline.telling.names.of(me), me),
            pieces: vec![Piece { text: held.text.expose().clone(), is_mention: false }],
            held: Some(HeldView {
                undo: format!("{CONVERSATIONS}/{}/undo/{}", held.conversation, held.id),
                back: self.asked.conversation(held.conversation),
                due: held.due.as_millisecond(),
                text: words.text("desk-sending").into_owned(),
            }),
            ..own
        }
    }

    /// Queues that somebody else works are as good as one's own to hand something to.
    fn queues(&self, own: &QueueId) -> Vec<Choice> {
        let words = &self.seat.visitor.words;
        let queues = self.reach.book.queues().filter(|queue| queue.active && queue.id != *own);
        queues
            .map(|queue| Choice {
                value: format!("queue:{}", queue.id),
                text: queue.name.get(words.language()).to_owned(),
                chosen: false,
            })
            .collect()
    }
}

fn people(members: &[Id<StaffMember>], names: &Names, conversation: &Conversation) -> Vec<Choice> {
    let others = names.sorted().into_iter();
    others
        .filter(|(id, _)| members.contains(id) && conversation.assignee != Some(*id))
        .map(|(id, name)| Choice { value: id.to_string(), text: name.to_owned(), chosen: false })
        .collect()
}

/// Everybody whose name the timeline says.
fn named(story: &[Told]) -> Vec<Id<StaffMember>> {
    let mut ids: Vec<Id<StaffMember>> = story.iter().filter_map(|told| told.entry.author.staff()).collect();
    for told in story {
        match &told.entry.body {
            Body::Note { mentions, .. } => ids.extend(mentions),
            Body::Happening {
                what: Happening::Assigned { to } | Happening::Transferred { to, .. }, ..
            } => {
                ids.extend(to);
            }
            _ => {}
        }
    }
    ids
}

pub(super) fn state(seat: &Seat, conversation: &Conversation) -> StatusView {
    let words = &seat.visitor.words;
    let (kind, icon, text) = match &conversation.state {
        State::Open => ("good", "circle-dot", words.text("desk-state-open").into_owned()),
        State::WaitingOnCustomer => ("plain", "hourglass", words.text("desk-state-waiting").into_owned()),
        State::Snoozed { until } => {
            let when = moment(&seat.visitor, *until).text;
            ("plain", "moon", words.message("desk-state-snoozed").with("when", when).to_string())
        }
        State::Closed { disposition: id } => {
            let told = words.message("desk-state-closed").with("disposition", disposition(seat, id));
            ("plain", "circle-check", told.to_string())
        }
        State::Merged { .. } => ("plain", "git-merge", words.text("desk-state-merged").into_owned()),
    };
    StatusView { kind, icon, text }
}

pub(super) fn holder(seat: &Seat, conversation: &Conversation, names: &Names) -> String {
    let words = &seat.visitor.words;
    match conversation.assignee {
        None => words.text("desk-held-by-nobody").into_owned(),
        Some(id) if id == seat.caller.member => words.text("desk-held-by-you").into_owned(),
        Some(id) => words.message("desk-held-by").with("name", names.of(id)).to_string(),
    }
}

fn dispositions(seat: &Seat) -> Vec<Choice> {
    let offered = seat.floor().conversations.dispositions().offered();
    let text = |one: &conversations::Disposition| one.name.get(seat.visitor.language()).to_owned();
    offered.map(|one| Choice { value: one.id.clone(), text: text(one), chosen: one.needs_note }).collect()
}

fn disposition(seat: &Seat, id: &str) -> String {
    let found = seat.floor().conversations.dispositions().get(id);
    found.map_or_else(|| id.to_owned(), |one| one.name.get(seat.visitor.language()).to_owned())
}

/// How far the last reply has got.
fn mark(visitor: &Visitor, conversation: &Conversation, story: &[Told]) -> Option<(i64, String)> {
    let is_reply =
        |told: &&Told| told.conversation == conversation.id && matches!(told.entry.body, Body::Reply(_));
    let number = story.iter().rev().find(is_reply)?.entry.number;
    let key = if conversation.marks.customer_read >= number {
        "desk-read"
    } else if conversation.marks.customer_delivered >= number {
        "desk-delivered"
    } else {
        "desk-sent"
    };
    Some((number, visitor.words.text(key).into_owned()))
}

fn placeholder(visitor: &Visitor, person: &Person) -> String {
    let words = &visitor.words;
    match person.first_name() {
        Some(name) => words.message("desk-reply-to").with("name", name).to_string(),
        None => words.text("desk-reply-to-nobody").into_owned(),
    }
}

//! Lists of conversations, with the views beside them.

use conversations::{
    Conversation, Counts, Cursor, Listed, Order, Page, Query, Scope, Side, State, StateKind, Who, Words,
};
use customers::{Brief, PersonId};
use kernel::Result;
use staff::Permission;
use std::collections::HashMap;
use web::Failure;

use super::asked::{Asked, Which};
use super::search;
use super::views::SavedView;
use crate::colleagues::Names;
use crate::floor::Reach;
use crate::moment::{Moment, brief, moment};
use crate::names::Choice;
use crate::seat::Seat;

const ROWS: u16 = 50;

pub(super) struct ListView {
    pub title: String,
    pub count: Option<i64>,
    pub view: String,
    pub query: String,
    pub tag: String,
    /// The query as it is saved with a view.
    pub asked: String,
    /// This list without filters.
    pub plain: String,
    /// Where the reader is, to come back to.
    pub here: String,
    pub views: Vec<Place>,
    pub queues: Vec<Place>,
    pub saved: Vec<Place>,
    pub saved_as: Option<String>,
    pub bulk: Vec<Deed>,
    /// How conversations may end that are closed together.
    pub endings: Vec<Choice>,
    pub rows: Vec<Row>,
    pub empty: Empty,
    pub more: Option<String>,
}

impl ListView {
    pub fn is_filtered(&self) -> bool {
        !self.query.is_empty() || !self.tag.is_empty()
    }
}

/// A line of the views.
pub(super) struct Place {
    pub id: String,
    pub href: String,
    pub text: String,
    pub icon: &'static str,
    pub count: Option<i64>,
    /// Its key after `g`.
    pub key: &'static str,
    pub current: bool,
}

/// What can be done to several at once.
pub(super) struct Deed {
    pub value: &'static str,
    pub icon: &'static str,
    pub text: String,
}

pub(super) struct Empty {
    pub icon: &'static str,
    pub title: String,
    pub text: String,
}

pub(super) struct Row {
    pub id: String,
    pub version: i64,
    pub href: String,
    pub name: String,
    pub at: Moment,
    pub subject: String,
    pub preview: String,
    pub urgency: Option<String>,
    pub chips: Vec<Chip>,
    pub unread: i64,
    pub current: bool,
}

pub(super) struct Chip {
    pub icon: &'static str,
    pub text: String,
}

/// What a list is made from.
pub(super) struct Lists<'a> {
    pub seat: &'a Seat,
    pub asked: &'a Asked,
    pub reach: &'a Reach,
    pub current: Option<&'a Conversation>,
    /// Where the reader is.
    pub here: String,
}

impl Lists<'_> {
    pub async fn show(&self) -> Result<ListView, Failure> {
        let (seat, floor) = (self.seat, self.seat.floor());
        let me = seat.caller.member;
        let counts = floor.conversations.counts(self.scope(), Some(me)).await?;
        let saved = super::views::of(seat).await?;
        // A saved view is the list it was saved from.
        let kept = match &self.asked.which {
            Which::Saved(id) => saved.iter().find(|view| view.id == *id),
            _ => None,
        };
        let asked = kept.map_or_else(|| self.asked.clone(), |view| Asked::read(&view.query));
        let asked = Asked { after: self.asked.after, ..asked };
        let page = self.page(&asked).await?;
        let people = self.people(&page).await?;
        let holders: Vec<_> = page.rows.iter().filter_map(|row| row.conversation.assignee).collect();
        let names = seat.desk.colleagues().names(seat.desk.staff(), &holders, seat.visitor.now).await?;
        let rows = page.rows.iter().map(|row| self.row(row, &people, &names, &asked)).collect();
        let words = &seat.visitor.words;
        Ok(ListView {
            title: match kept {
                Some(view) => view.name.expose().clone(),
                None if asked.words.is_empty() => self.title(&asked.which),
                None => words.message("desk-found-for").with("words", asked.words.as_str()).to_string(),
            },
            count: Self::count(&asked, &counts),
            view: self.asked.which.to_string(),
            query: asked.words.clone(),
            tag: asked.tag.clone(),
            asked: Asked { after: None, ..asked.clone() }.query(),
            plain: Asked { which: asked.which.clone(), ..Asked::default() }.list(),
            here: self.here.clone(),
            views: self.places(&counts),
            queues: self.queues(&counts),
            saved: saved.iter().map(|view| self.saved(view)).collect(),
            saved_as: kept.map(|view| view.id.to_string()),
            bulk: bulk(words),
            endings: self.endings(),
            rows,
            empty: self.empty(&asked),
            more: page.next.map(|next| Asked { after: Some(next), ..self.asked.clone() }.list()),
        })
    }

    /// Those that need no words of their own for each.
    fn endings(&self) -> Vec<Choice> {
        let offered = self.seat.floor().conversations.dispositions().offered();
        let language = self.seat.visitor.language();
        let text = |one: &conversations::Disposition| one.name.get(language).to_owned();
        let plain = offered.filter(|one| !one.needs_note);
        plain.map(|one| Choice { value: one.id.clone(), text: text(one), chosen: false }).collect()
    }

    fn scope(&self) -> Scope {
        Scope::Queues(self.reach.queues.clone())
    }

    async fn page(&self, asked: &Asked) -> Result<Page> {
        let conversations = &self.seat.floor().conversations;
        let me = self.seat.caller.member;
        if !asked.words.is_empty() {
            return search::page(self.seat, self.scope(), asked).await;
        }
        let query = Query { after: asked.after, limit: ROWS, reader: Some(me), ..Query::open(self.scope()) };
        let live = [StateKind::Open, StateKind::WaitingOnCustomer];
        let mut query = match &asked.which {
            Which::Mine => Query {
                who: Who::Staff(me),
                states: live.to_vec(),
                order: Order::NewestFirst,
                scope: Scope::All,
                ..query
            },
            Which::Unassigned => Query { who: Who::Nobody, ..query },
            Which::Waiting => Query { states: vec![StateKind::WaitingOnCustomer], ..query },
            Which::Snoozed => Query { states: vec![StateKind::Snoozed], ..query },
            Which::Closed => Query { states: vec![StateKind::Closed], order: Order::NewestFirst, ..query },
            Which::Queue(queue) if self.reach.queues.contains(queue) => {
                Query { scope: Scope::Queues(vec![queue.clone()]), ..query }
            }
            Which::Queue(_) => Query { scope: Scope::Queues(Vec::new()), ..query },
            Which::Mentions => return self.mentions(asked).await,
            Which::Open | Which::Saved(_) => query,
        };
        query.tag = conversations::normal_tag(&asked.tag).ok();
        conversations.list(query).await
    }

    /// Conversations in which a note names the reader, the newest first, each once.
    async fn mentions(&self, asked: &Asked) -> Result<Page> {
        let before = asked.after.map(|after| after.since);
        let found = self.seat.floor().conversations.mentions(self.seat.caller.member, before, ROWS).await?;
        let last = found.last().filter(|_| found.len() == usize::from(ROWS));
        let next = last.map(|last| Cursor { since: last.at, id: last.listed.conversation.id });
        let mut rows: Vec<Listed> = Vec::new();
        for mention in found {
            let conversation = &mention.listed.conversation;
            let is_new = rows.iter().all(|row| row.conversation.id != conversation.id);
            if is_new && self.seat.may_with(Permission::CONVERSATION_READ, conversation) {
                rows.push(mention.listed);
            }
        }
        Ok(Page { rows, next })
    }

    /// The customers of a page, with one question.
    async fn people(&self, page: &Page) -> Result<HashMap<PersonId, Brief>> {
        let ids: Vec<_> = page.rows.iter().map(|row| row.conversation.customer).collect();
        self.seat.floor().customers.people(&ids).await
    }

    fn row(&self, row: &Listed, people: &HashMap<PersonId, Brief>, names: &Names, asked: &Asked) -> Row {
        let (visitor, conversation) = (&self.seat.visitor, &row.conversation);
        let words = &visitor.words;
        let person = people.get(&conversation.customer);
        let name = customer_name(words, person.and_then(|person| person.name.as_ref()));
        let at = row.preview.as_ref().map_or(conversation.last_at, |preview| preview.at);
        Row {
            id: conversation.id.to_string(),
            version: conversation.version,
            href: self.asked.conversation(conversation.id),
            preview: self.preview(row),
            name,
            at: brief(visitor, at),
            subject: subject(words, row.subject.as_ref()),
            urgency: urgency(words, conversation.urgency),
            chips: self.chips(conversation, names, asked),
            unread: if conversation.state.is_live() { row.unread } else { 0 },
            current: self.current.is_some_and(|current| current.id == conversation.id),
        }
    }

    fn preview(&self, row: &Listed) -> String {
        let words = &self.seat.visitor.words;
        let Some(preview) = &row.preview else { return String::new() };
        let text = match &preview.words {
            Some(Words::Text(text)) => {
                text.expose().split_whitespace().take(24).collect::<Vec<_>>().join(" ")
            }
            Some(Words::EndToEnd(_)) => words.text("desk-sealed-short").into_owned(),
            Some(Words::Erased) => words.text("desk-erased").into_owned(),
            None => words.text("desk-a-file").into_owned(),
        };
        match preview.side {
            Side::Customer => text,
            _ => words.message("desk-we-said").with("text", text).to_string(),
        }
    }

    fn chips(&self, conversation: &Conversation, names: &Names, asked: &Asked) -> Vec<Chip> {
        let visitor = &self.seat.visitor;
        let mut chips = Vec::new();
        if let State::Snoozed { until } = conversation.state {
            chips.push(Chip { icon: "moon", text: moment(visitor, until).text });
        }
        if conversation.language.identifier().language != visitor.language().identifier().language {
            chips.push(Chip { icon: "", text: conversation.language.to_string().to_uppercase() });
        }
        match conversation.assignee {
            Some(holder) if holder != self.seat.caller.member => {
                let first = names.of(holder).split_whitespace().next().unwrap_or_default().to_owned();
                chips.push(Chip { icon: "circle-user", text: first });
            }
            _ if asked.which == Which::Unassigned && self.reach.queues.len() > 1 => {
                chips.push(Chip { icon: "", text: self.reach.name(&visitor.words, &conversation.queue) });
            }
            _ => {}
        }
        chips
    }

    fn title(&self, which: &Which) -> String {
        let words = &self.seat.visitor.words;
        let key = match which {
            Which::Mine => "desk-view-mine",
            Which::Unassigned => "desk-view-unassigned",
            Which::Open => "desk-view-open",
            Which::Waiting => "desk-view-waiting",
            Which::Snoozed => "desk-view-snoozed",
            Which::Mentions => "desk-view-mentions",
            Which::Closed => "desk-view-closed",
            Which::Queue(queue) => return self.reach.name(words, queue),
            Which::Saved(_) => "desk-saved-views",
        };
        words.text(key).into_owned()
    }

    /// How many there are, where that is known without counting what is closed.
    fn count(asked: &Asked, counts: &Counts) -> Option<i64> {
        if asked.is_filtered() {
            return None;
        }
        let queues = counts.queues.values();
        match &asked.which {
            Which::Mine => Some(counts.mine.open + counts.mine.waiting),
            Which::Unassigned => Some(queues.map(|count| count.unassigned).sum()),
            Which::Open => Some(queues.map(|count| count.open).sum()),
            Which::Waiting => Some(queues.map(|count| count.waiting).sum()),
            Which::Snoozed => Some(queues.map(|count| count.snoozed).sum()),
            Which::Mentions => Some(counts.mentions),
            Which::Queue(queue) => Some(counts.queues.get(queue).map_or(0, |count| count.open)),
            Which::Closed | Which::Saved(_) => None,
        }
    }

    fn places(&self, counts: &Counts) -> Vec<Place> {
        let icon = |which: &Which| match which {
            Which::Mine => "inbox",
            Which::Unassigned => "hourglass",
            Which::Waiting => "clock",
            Which::Snoozed => "moon",
            Which::Mentions => "at-sign",
            Which::Closed => "circle-check",
            _ => "message-circle",
        };
        let place = |(which, key): (Which, &'static str)| {
            let asked = Asked { which: which.clone(), ..Asked::default() };
            self.place(
                which.to_string(),
                &asked,
                self.title(&which),
                icon(&which),
                Self::count(&asked, counts),
                key,
            )
        };
        Which::FIXED.into_iter().map(place).collect()
    }

    fn queues(&self, counts: &Counts) -> Vec<Place> {
        let words = &self.seat.visitor.words;
        let place = |queue: &routing::QueueId| {
            let asked = Asked { which: Which::Queue(queue.clone()), ..Asked::default() };
            let count = counts.queues.get(queue).map_or(0, |count| count.open);
            self.place(
                format!("queue-{queue}"),
                &asked,
                self.reach.name(words, queue),
                "layers",
                Some(count),
                "",
            )
        };
        self.reach.queues.iter().map(place).collect()
    }

    fn saved(&self, view: &SavedView) -> Place {
        let asked = Asked { which: Which::Saved(view.id), ..Asked::default() };
        self.place(view.id.to_string(), &asked, view.name.expose().clone(), "bookmark", None, "")
    }

    fn place(
        &self,
        id: String,
        asked: &Asked,
        text: String,
        icon: &'static str,
        count: Option<i64>,
        key: &'static str,
    ) -> Place {
        let current = asked.which == self.asked.which;
        Place { id, href: asked.list(), text, icon, count: count.filter(|count| *count > 0), key, current }
    }

    fn empty(&self, asked: &Asked) -> Empty {
        let words = &self.seat.visitor.words;
        let (icon, title, text) = if self.reach.queues.is_empty() {
            ("users", "desk-no-queue", "desk-no-queue-help")
        } else if asked.is_filtered() {
            ("search", "desk-empty-search", "desk-empty-search-help")
        } else if asked.which == Which::Mine {
            ("circle-check", "desk-empty-mine", "desk-empty-mine-help")
        } else {
            ("inbox", "desk-empty-list", "desk-empty-list-help")
        };
        Empty { icon, title: words.text(title).into_owned(), text: words.text(text).into_owned() }
    }
}

fn bulk(words: &words::Words) -> Vec<Deed> {
    [
        ("take", "user-check", "desk-bulk-take"),
        ("unread", "mail", "desk-bulk-unread"),
        ("close", "circle-check", "desk-bulk-close"),
    ]
    .into_iter()
    .map(|(value, icon, key)| Deed { value, icon, text: words.text(key).into_owned() })
    .collect()
}

pub(crate) fn customer_name(words: &words::Words, name: Option<&vault::Secret<String>>) -> String {
    name.map_or_else(|| words.text("desk-no-name").into_owned(), |name| name.expose().clone())
}

pub(crate) fn subject(words: &words::Words, subject: Option<&Words>) -> String {
    let text = subject.and_then(Words::text);
    text.map_or_else(|| words.text("desk-no-subject").into_owned(), str::to_owned)
}

/// Said only where it is out of the ordinary.
pub(super) fn urgency(words: &words::Words, urgency: routing::Urgency) -> Option<String> {
    let key = match urgency {
        routing::Urgency::Urgent => "desk-urgency-urgent",
        routing::Urgency::High => "desk-urgency-high",
        routing::Urgency::Low | routing::Urgency::Normal => return None,
    };
    Some(words.text(key).into_owned())
}

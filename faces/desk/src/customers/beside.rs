//! What is shown of a customer. Ways to reach them are masked until somebody needs them.

use conversations::{Conversation, Listed, State};
use customers::{Need, Person, PersonKind, Point, PointKind};
use staff::{Permission, mask_email, mask_phone};
use web::{Failure, Visitor};

use crate::conversations::{Asked, channel_name, customer_name, subject};
use crate::moment::{Moment, moment};
use crate::portrait::Face;
use crate::seat::Seat;

/// Earlier conversations that are shown.
const EARLIER: u16 = 8;
/// Notes that are shown, the newest.
const NOTES: usize = 5;

/// Whether the ways to reach somebody are shown in full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Revealed {
    #[default]
    Masked,
    Shown,
}

pub(crate) struct PersonView {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub face: Face,
    pub needs: Vec<String>,
    pub points: Vec<PointView>,
    pub revealed: bool,
    pub may_reveal: bool,
    pub reveal: String,
    pub preferences: Vec<Fact>,
    pub earlier: Vec<Earlier>,
    pub notes: Vec<NoteView>,
    pub may_note: bool,
    pub note: String,
    /// The conversation beside it.
    pub back: String,
}

pub(crate) struct PointView {
    pub kind: String,
    pub value: String,
    pub verified: bool,
}

pub(crate) struct Fact {
    pub label: String,
    pub text: String,
}

pub(crate) struct Earlier {
    /// None where the reader may not go.
    pub href: Option<String>,
    pub subject: String,
    pub text: String,
}

pub(crate) struct NoteView {
    pub text: String,
    pub by: String,
    pub at: Moment,
}

pub(crate) async fn beside(
    seat: &Seat,
    asked: &Asked,
    conversation: &Conversation,
    person: &Person,
    revealed: Revealed,
) -> Result<PersonView, Failure> {
    let (visitor, words) = (&seat.visitor, &seat.visitor.words);
    let conversations = &seat.floor().conversations;
    let past = conversations.of_customer(person.identities.clone(), None, EARLIER + 1, None).await?;
    let others = past.iter().filter(|one| one.conversation.id != conversation.id).take(usize::from(EARLIER));
    let name = customer_name(words, person.name.as_ref());
    let back = asked.conversation(conversation.id);
    let shown = revealed == Revealed::Shown;
    let may = |permission| seat.may_with(permission, conversation);
    Ok(PersonView {
        id: person.id.to_string(),
        face: Face::new(&name, conversation.customer),
        name,
        kind: kind(visitor, person.kind),
        needs: needs(visitor, person),
        points: person.points.iter().map(|point| point_view(visitor, point, shown)).collect(),
        revealed: shown,
        may_reveal: may(Permission::CUSTOMER_READ)
            && conversation.state.is_live()
            && !person.points.is_empty(),
        reveal: format!("/desk/conversations/{}/customer/reveal", conversation.id),
        preferences: preferences(visitor, person),
        earlier: others.map(|one| earlier(seat, asked, one)).collect(),
        notes: notes(seat, person).await?,
        may_note: may(Permission::CONVERSATION_REPLY),
        note: format!("/desk/conversations/{}/customer/note", conversation.id),
        back,
    })
}

fn kind(visitor: &Visitor, kind: PersonKind) -> String {
    let key = match kind {
        PersonKind::Consumer => "desk-kind-consumer",
        PersonKind::Dealer => "desk-kind-dealer",
    };
    visitor.words.text(key).into_owned()
}

fn needs(visitor: &Visitor, person: &Person) -> Vec<String> {
    let text = |need: &Need| {
        let key = match need {
            Need::RealTimeText => "desk-need-real-time-text",
            Need::SignLanguage => "desk-need-sign-language",
            Need::ScreenReader => "desk-need-screen-reader",
            Need::LargePrint => "desk-need-large-print",
            Need::Braille => "desk-need-braille",
            Need::PlainLanguage => "desk-need-plain-language",
            Need::MoreTime => "desk-need-more-time",
            Need::Companion => "desk-need-companion",
        };
        visitor.words.text(key).into_owned()
    };
    let own = person.needs.words.iter().map(|words| words.expose().clone());
    person.needs.kinds.iter().map(text).chain(own).collect()
}

fn point_view(visitor: &Visitor, point: &Point, shown: bool) -> PointView {
    let words = &visitor.words;
    let kind = match &point.kind {
        PointKind::Email => words.text("desk-reach-email").into_owned(),
        PointKind::Phone => words.text("desk-reach-phone").into_owned(),
        PointKind::Account { site } => {
            words.message("desk-reach-account").with("site", site.as_str()).to_string()
        }
        PointKind::Handle { network } => network.clone(),
    };
    let value = point.value.expose();
    let value = match (&point.kind, shown) {
        (_, true) => value.clone(),
        (PointKind::Email, _) => mask_email(value),
        (PointKind::Phone, _) => mask_phone(value),
        _ => staff::mask_name(value),
    };
    PointView { kind, value, verified: point.verified }
}

fn preferences(visitor: &Visitor, person: &Person) -> Vec<Fact> {
    let words = &visitor.words;
    let none = || words.text("desk-no-preference").into_owned();
    let language = person.language.as_ref().map(|language| {
        let (tag, known) = (language.to_string(), visitor.page(String::new()).languages);
        known.into_iter().find(|one| one.tag == tag).map_or(tag, |one| one.name)
    });
    let channel = person.channel.map(|channel| channel_name(words, channel));
    [("web-language", language), ("desk-prefers-channel", channel)]
        .into_iter()
        .map(|(key, text)| Fact { label: words.text(key).into_owned(), text: text.unwrap_or_else(none) })
        .collect()
}

fn earlier(seat: &Seat, asked: &Asked, one: &Listed) -> Earlier {
    let (visitor, conversation) = (&seat.visitor, &one.conversation);
    let may = seat.may_with(Permission::CONVERSATION_READ, conversation);
    let at = moment(visitor, conversation.opened_at).text;
    let state = match &conversation.state {
        State::Closed { .. } => None,
        _ => Some(visitor.words.text("desk-still-open").into_owned()),
    };
    let hidden = || visitor.words.text("desk-not-yours").into_owned();
    Earlier {
        href: may.then(|| asked.conversation(conversation.id)),
        subject: if may { subject(&visitor.words, one.subject.as_ref()) } else { hidden() },
        text: std::iter::once(at).chain(state).collect::<Vec<_>>().join(" · "),
    }
}

async fn notes(seat: &Seat, person: &Person) -> Result<Vec<NoteView>, Failure> {
    let newest: Vec<_> = person.notes.iter().rev().take(NOTES).collect();
    let authors: Vec<_> = newest.iter().filter_map(|note| note.author.id.parse().ok()).collect();
    let names = seat.desk.colleagues().names(seat.desk.staff(), &authors, seat.visitor.now).await?;
    let by = |id: &str| match id.parse() {
        Ok(id) => names.of(id).to_owned(),
        Err(_) => seat.visitor.words.text("desk-system").into_owned(),
    };
    let view = |note: &&customers::Note| NoteView {
        text: note.body.expose().clone(),
        by: by(&note.author.id),
        at: moment(&seat.visitor, note.at),
    };
    Ok(newest.iter().map(view).collect())
}

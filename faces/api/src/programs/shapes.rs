//! The shapes of what programs are told. They are the API's promise: a change here is a change for
//! programs, whatever happens inside the areas.

use ::conversations::{Author, Body, Conversation, Entry, State, Words};
use ::customers::{Brief, Person, Point};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use staff::{Permission, Program, mask_email, mask_name, mask_phone};
use utoipa::ToSchema;
use vault::Secret;

/// A piece of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    pub items: Vec<T>,
    /// Ask again with this as `after` for what follows. Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A conversation without its entries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conversation)]
pub(super) struct ConversationShape {
    /// For programs: `cnv_…`.
    pub id: String,
    /// For people, as on the telephone.
    pub reference: String,
    pub customer: String,
    /// `phone`, `chat`, `email`, `social`, `fax`, `mail` or `web`.
    pub channel: String,
    /// A topic of the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    pub queue: String,
    pub language: String,
    /// `low`, `normal`, `high` or `urgent`.
    pub urgency: String,
    pub state: StateShape,
    /// What it is about, in a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The member of staff who has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    pub tags: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// Since when the customer waits for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub waiting_since: Option<Timestamp>,
    /// Grows with every change but new entries. Steps name the one that they were decided on.
    pub version: i64,
    /// Entries are numbered from 1 to this, without gaps.
    pub last_number: i64,
    pub reopened: i64,
    /// How content the customer said they were, from 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<i64>,
}

/// Where a conversation stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConversationState)]
pub(super) struct StateShape {
    /// `open`, `waiting` (for the customer), `snoozed`, `closed` or `merged`.
    pub name: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Of what is snoozed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Of what is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disposition: Option<String>,
    /// The conversation in which a merged one goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
}

impl ConversationShape {
    pub(super) fn of(conversation: &Conversation, subject: Option<&Words>) -> Self {
        let (mut until, mut disposition, mut into) = (None, None, None);
        match &conversation.state {
            State::Snoozed { until: then } => until = Some(*then),
            State::Closed { disposition: how } => disposition = Some(how.clone()),
            State::Merged { into: other } => into = Some(other.to_string()),
            State::Open | State::WaitingOnCustomer => {}
        }
        let name = conversation.state.kind().as_str();
        Self {
            id: conversation.id.to_string(),
            reference: conversation.reference.to_string(),
            customer: conversation.customer.to_string(),
            channel: conversation.channel.as_str().to_owned(),
            topic: conversation.topic.clone(),
            queue: conversation.queue.to_string(),
            language: conversation.language.to_string(),
            urgency: conversation.urgency.as_str().to_owned(),
            state: StateShape { name, since: conversation.since, until, disposition, into },
            subject: subject.and_then(Words::text).map(str::to_owned),
            assignee: conversation.assignee.map(|member| member.to_string()),
            tags: conversation.tags.clone(),
            opened_at: conversation.opened_at,
            waiting_since: conversation.waiting_since,
            version: conversation.version,
            last_number: conversation.last_number,
            reopened: conversation.reopened,
            rating: conversation.rating,
        }
    }
}

/// One entry of a conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entry)]
pub(super) struct EntryShape {
    pub number: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `customer`, `staff`, `program` or `system`.
    pub author: &'static str,
    /// The member of staff or the program's token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_id: Option<String>,
    /// `message`, `reply`, `note`, `attachment` or `happening`.
    pub kind: &'static str,
    /// Absent where there are no words, or where nobody here can read them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Sealed by the sender for the receiver: the suite, and the sealed words in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub sealed: Option<Value>,
    /// The customer's data was erased, and these words with it.
    pub erased: bool,
    /// Something was hidden in it, such as a card number.
    pub masked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment: Option<String>,
    /// Members of staff that a note mentions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
    /// What happened: its name in `what`, and what belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub happening: Option<Value>,
}

impl EntryShape {
    pub(super) fn of(entry: &Entry) -> kernel::Result<Self> {
        let author_id = match &entry.author {
            Author::Staff(id) => Some(id.to_string()),
            Author::Program(id) => Some(id.to_string()),
            Author::Customer | Author::System => None,
        };
        let (mut attachment, mut members, mut happening) = (None, Vec::new(), None);
        let kind = match &entry.body {
            Body::Message(_) => "message",
            Body::Reply(_) => "reply",
            Body::Note { mentions, .. } => {
                members = mentions.iter().map(ToString::to_string).collect();
                "note"
            }
            Body::Attachment { file, .. } => {
                attachment = Some(file.to_string());
                "attachment"
            }
            Body::Happening { what, .. } => {
                happening = Some(serde_json::to_value(what)?);
                "happening"
            }
        };
        let words = entry.body.words();
        let sealed = match words {
            Some(Words::EndToEnd(envelope)) => Some(serde_json::to_value(envelope)?),
            _ => None,
        };
        Ok(Self {
            number: entry.number,
            at: entry.at,
            author: entry.side().as_str(),
            author_id,
            kind,
            text: words.and_then(Words::text).map(str::to_owned),
            sealed,
            erased: matches!(words, Some(Words::Erased)),
            masked: entry.masked,
            attachment,
            mentions: members,
            happening,
        })
    }
}

/// Somebody who contacts us. Names and ways to reach them are masked, unless the token may reveal them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Customer)]
pub(super) struct CustomerShape {
    pub id: String,
    /// `consumer` or `dealer`.
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The channel they prefer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<&'static str>,
    /// What they need to be served well, such as `screen_reader`.
    pub needs: Vec<&'static str>,
    /// Their data was erased for good.
    pub erased: bool,
    /// Ways to reach them. This and what follows is told where one customer is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<PointShape>,
    /// Every id that means them now: their own first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Timestamp>,
}

/// A way to reach somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Point)]
pub(super) struct PointShape {
    /// `account`, `email`, `phone` or `handle`.
    pub kind: &'static str,
    /// The network or site, where there is one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    pub value: String,
    /// They proved it to be theirs; otherwise it is only what somebody said.
    pub verified: bool,
}

/// How a program sees personal data.
#[derive(Clone, Copy)]
pub(super) struct Sight(bool);

impl Sight {
    pub(super) fn of(program: &Program) -> Self {
        Self(program.may(Permission::PERSONAL_REVEAL))
    }

    /// Whether what is seen has to be accounted for.
    pub(super) fn is_clear(self) -> bool {
        self.0
    }

    fn show(self, secret: &Secret<String>, mask: fn(&str) -> String) -> String {
        if self.0 { secret.expose().clone() } else { mask(secret.expose()) }
    }
}

impl CustomerShape {
    pub(super) fn of(brief: &Brief, sight: Sight) -> Self {
        Self {
            id: brief.id.to_string(),
            kind: brief.kind.name(),
            name: brief.name.as_ref().map(|name| sight.show(name, mask_name)),
            language: brief.language.as_ref().map(ToString::to_string),
            channel: brief.channel.map(directory::ChannelKind::as_str),
            needs: brief.needs.iter().map(|need| need.name()).collect(),
            erased: brief.erased,
            points: Vec::new(),
            identities: Vec::new(),
            version: None,
            created_at: None,
        }
    }

    /// With everything that is known of them.
    pub(super) fn whole(person: &Person, sight: Sight) -> Self {
        Self {
            id: person.id.to_string(),
            kind: person.kind.name(),
            name: person.name.as_ref().map(|name| sight.show(name, mask_name)),
            language: person.language.as_ref().map(ToString::to_string),
            channel: person.channel.map(directory::ChannelKind::as_str),
            needs: person.needs.kinds.iter().map(|need| need.name()).collect(),
            erased: person.erased,
            points: person.points.iter().map(|point| PointShape::of(point, sight)).collect(),
            identities: person.identities.iter().map(ToString::to_string).collect(),
            version: Some(person.version),
            created_at: Some(person.created_at),
        }
    }
}

impl PointShape {
    fn of(point: &Point, sight: Sight) -> Self {
        let mask: fn(&str) -> String = match point.kind.name() {
            "email" => mask_email,
            "phone" => mask_phone,
            _ => mask_name,
        };
        Self {
            kind: point.kind.name(),
            place: point.kind.place().to_owned(),
            value: sight.show(&point.value, mask),
            verified: point.verified,
        }
    }
}

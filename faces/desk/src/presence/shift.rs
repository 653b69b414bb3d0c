//! What the shell shows of somebody's own work: presence, load, and offers.

use directory::ChannelKind;
use kernel::Result;
use routing::{Capacity, Presence, State, Work};
use staff::{Caller, Permission};
use web::Visitor;

use crate::Desk;
use crate::conversations::channel_name;
use crate::guard::may;

/// Where somebody takes work: their presence and what lies before them.
pub(crate) struct Shift {
    /// The name of the presence, for the dot.
    pub presence: &'static str,
    pub text: String,
    pub choices: Vec<PresenceChoice>,
    pub offers: Vec<OfferView>,
}

pub(crate) struct PresenceChoice {
    pub value: &'static str,
    pub icon: &'static str,
    pub text: String,
    pub chosen: bool,
}

pub(crate) struct OfferView {
    pub id: String,
    pub icon: &'static str,
    pub title: String,
    pub text: String,
    pub seconds: u32,
    pub seconds_left: i64,
    /// When it ends, in milliseconds of the epoch.
    pub until: i64,
}

const CHOICES: [(Presence, &str); 4] = [
    (Presence::Available, "circle-check"),
    (Presence::Busy, "circle-minus"),
    (Presence::Away, "coffee"),
    (Presence::Offline, "circle-x"),
];

impl Shift {
    /// None for those who serve no queue.
    pub async fn of(desk: &Desk, caller: &Caller, visitor: &Visitor) -> Result<Option<Self>> {
        let routing = &desk.floor().routing;
        let book = routing.book();
        let Some((_, profile)) = book.profile(caller.member) else { return Ok(None) };
        if profile.queues.is_empty() || !may(desk, caller, Permission::QUEUE_WORK) {
            return Ok(None);
        }
        let hands = routing.in_hands_of(caller.member).await?;
        let presence = routing.presence(caller.member).await?;
        let offers = hands.iter().filter_map(|work| offer(desk, visitor, work)).collect();
        Ok(Some(Self {
            presence: presence.as_str(),
            text: text(visitor, presence, &profile.capacity, &hands),
            choices: choices(visitor, presence),
            offers,
        }))
    }
}

fn name(visitor: &Visitor, presence: Presence) -> String {
    let key = match presence {
        Presence::Available => "desk-presence-available",
        Presence::Busy => "desk-presence-busy",
        Presence::WrapUp => "desk-presence-wrap-up",
        Presence::Away => "desk-presence-away",
        Presence::Offline => "desk-presence-offline",
    };
    visitor.words.text(key).into_owned()
}

fn choices(visitor: &Visitor, now: Presence) -> Vec<PresenceChoice> {
    let choice = |(presence, icon): (Presence, &'static str)| PresenceChoice {
        value: presence.as_str(),
        icon,
        text: name(visitor, presence),
        chosen: presence == now,
    };
    CHOICES.into_iter().map(choice).collect()
}

/// `Available · 2 of 3`: of chats, where somebody takes chats.
fn text(visitor: &Visitor, presence: Presence, capacity: &Capacity, hands: &[Work]) -> String {
    let presence = name(visitor, presence);
    let most = capacity.of(ChannelKind::Chat);
    if most == 0 {
        return presence;
    }
    let held =
        hands.iter().filter(|work| work.channel == ChannelKind::Chat && work.state == State::Held).count();
    let told = visitor.words.message("desk-presence-load").with("presence", presence);
    told.with("held", held).with("most", most).to_string()
}

fn offer(desk: &Desk, visitor: &Visitor, work: &Work) -> Option<OfferView> {
    let (id, until) = (work.offer?, work.due_at?);
    let (words, book) = (&visitor.words, desk.floor().routing.book());
    let queue = book.queue(work.queue());
    let queue_name = queue.map_or(work.queue().as_str(), |queue| queue.name.get(words.language()));
    let title = words.message("desk-offer-title").with("channel", channel_name(words, work.channel));
    let waited = words.duration(visitor.now.duration_since(work.waiting_since));
    Some(OfferView {
        id: id.to_string(),
        icon: if work.channel == ChannelKind::Phone { "phone" } else { "message-circle" },
        title: title.with("queue", queue_name).to_string(),
        text: words.message("desk-offer-waiting").with("waited", waited).to_string(),
        seconds: queue.map_or(20, |queue| queue.offer_for),
        seconds_left: until.duration_since(visitor.now).as_secs().max(0),
        until: until.as_millisecond(),
    })
}

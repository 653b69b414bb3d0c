//! A morning at an invented centre: people, queues, and conversations in every state.

use std::path::Path;

use audit::Actor;
use automation::{Automation, Defaults};
use conversations::{Author, Closing, Conversations, Dispositions, NewConversation, NewEntry, Urgency};
use customers::{Change, Contact, Customers, Need, Needs, NewPoint, PersonKind};
use desk::{Bell, Floor, OpenConversations};
use directory::{ChannelKind, Directories, Directory, Import};
use kernel::Id;
use kernel::id::{Person, StaffMember};
use routing::{Membership, Presence, Profile, QueueFile, Routing};
use store::Store;
use vault::{Secret, Vault};

/// Name, email, kind, language, queue, urgency, subject, what was said: `>` by us, `#` among us.
type Talk =
    (&'static str, &'static str, &'static str, &'static str, Urgency, &'static str, &'static [&'static str]);

const TALKS: [Talk; 10] = [
    (
        "Samantha Osei",
        "samantha@example.com",
        "en",
        "consumer-accounts",
        Urgency::Normal,
        "Payoff quote",
        &["What would the payoff be on December 1?"],
    ),
    (
        "Harold Jensen",
        "harold@example.com",
        "en",
        "card-service",
        Urgency::Normal,
        "Statement copies for taxes",
        &[
            "I need all of 2025, by mail if possible.",
            ">Certainly. They leave here tomorrow and take about five days.",
            "Wonderful, thank you.",
        ],
    ),
    (
        "Grace Kim",
        "grace@example.com",
        "en",
        "consumer-accounts",
        Urgency::Normal,
        "Autopay set up twice",
        &["Both drafts show on my account.", ">I see both. I canceled the second one just now."],
    ),
    (
        "Lucía Fernández",
        "lucia@example.com",
        "es",
        "card-disputes",
        Urgency::High,
        "Cargo duplicado en mi tarjeta",
        &["Me cobraron dos veces en la gasolinera, 48.20 cada vez.", "¿Me pueden ayudar?"],
    ),
    (
        "Tom Okafor",
        "tom@example.com",
        "en",
        "consumer-accounts",
        Urgency::High,
        "Change my due date",
        &["Could it be moved to the 15th instead? My pay comes on the 12th."],
    ),
    (
        "Priya Raman",
        "priya@example.com",
        "en",
        "card-service",
        Urgency::Normal,
        "Card declined abroad",
        &[
            "My card was declined in Lisbon, twice.",
            ">I have lifted the travel block. Please try the card once more.",
            "It works now!",
        ],
    ),
    (
        "Ríos Auto Group",
        "desk@rios.example.com",
        "en",
        "dealer-service",
        Urgency::Normal,
        "Funding package for contract 20931",
        &["Uploading the corrected contract now."],
    ),
    (
        "Devon Whitfield",
        "devon@example.com",
        "en",
        "consumer-accounts",
        Urgency::Normal,
        "Title release for my 2021 Camry",
        &["The county says they never received the lien release letter.", "Thanks for looking into it."],
    ),
    (
        "Miguel Torres",
        "miguel@example.com",
        "en",
        "card-service",
        Urgency::Normal,
        "Lost card",
        &["I found it in the meantime, sorry!"],
    ),
    (
        "Maria Alvarez",
        "maria@example.com",
        "en",
        "consumer-accounts",
        Urgency::Urgent,
        "Payment not showing after payoff",
        &[
            "Hi, I made my final payment on Friday through the website. The confirmation number is PX-20931.",
            "But the account still says I owe $412.17 and I got a late notice?? I need the title, I am selling the car on Saturday.",
            ">Hello Maria, I understand. A late notice after paying off is the last thing you want. Let me look up that confirmation number.",
            "Thank you. I can send the receipt.",
            "#@Sam Supervisor the payment was posted to the wrong account. Can you approve the move before I promise a date?",
            "+Approved. The title goes out within two business days after posting.",
            "I made the payment on Friday and it still says I owe $412. Can you look?",
            "Sorry, are you still there?",
        ],
    ),
];

/// Whoever works there.
pub struct Crew {
    pub rosa: Id<StaffMember>,
    pub sam: Id<StaffMember>,
}

pub async fn floor(store: &Store, vault: &Vault, trail: &audit::Trail, institution: &Path) -> Floor {
    let text = |name: &str| std::fs::read_to_string(institution.join(name)).unwrap();
    let directories = Directories::open(store.clone()).await.unwrap();
    let directory = Directory::load(&text("directory.toml"), "directory.toml").unwrap();
    directories.import(&directory, Import { recorded_by: "show".into(), ..Import::default() }).await.unwrap();
    let customers = Customers::new(store.clone(), vault.clone(), trail.clone());
    let routing = Routing::open(store.clone(), directories, trail.clone()).await.unwrap();
    routing.load(QueueFile::parse(&text("queues.toml")).unwrap(), Actor::system()).await.unwrap();
    let conversations = Conversations::new(
        store.clone(),
        vault.clone(),
        trail.clone(),
        customers.clone(),
        routing.clone(),
        Dispositions::load(&text("dispositions.toml")).unwrap(),
    );
    let automation = Automation::new(
        store.clone(),
        trail.clone(),
        conversations.clone(),
        customers.clone(),
        routing.clone(),
    );
    let defaults = Defaults::read(&text("replies.toml"), &text("automation.toml")).unwrap();
    automation.load_defaults(defaults).await.unwrap();
    Floor { customers, routing, conversations, automation, vault: vault.clone(), bell: Bell::default() }
}

pub fn matters(floor: &Floor) -> OpenConversations {
    let Floor { conversations, customers, .. } = floor.clone();
    OpenConversations { conversations, customers }
}

/// Lets Rosa and Sam serve the queues of the scene.
pub async fn employ(floor: &Floor, crew: &Crew) {
    let mut staff = vec![crew.rosa, crew.sam];
    staff.dedup();
    for staff in staff {
        let mut profile = Profile::default();
        for queue in ["consumer-accounts", "card-service", "card-disputes", "dealer-service"] {
            profile.queues.insert(queue.parse().unwrap(), Membership::default());
        }
        profile.skills.insert("disputes".into(), 3);
        profile.languages = ["en", "es"].map(|tag| tag.parse().unwrap()).into();
        profile.capacity.0.insert(ChannelKind::Chat, 20);
        floor.routing.set_profile(staff, 0, profile, Actor::system()).await.unwrap();
        floor.routing.set_presence(staff, Presence::Available, Actor::system()).await.unwrap();
    }
}

pub async fn play(store: &Store, floor: &Floor, crew: &Crew) {
    for (index, talk) in TALKS.iter().enumerate() {
        let person = person(store, floor, talk).await;
        let (_, _, language, queue, urgency, subject, said) = *talk;
        let new = NewConversation {
            urgency,
            subject: Some(subject.into()),
            first: Some(NewEntry::words(Author::Customer, said[0])),
            ..NewConversation::new(
                person,
                ChannelKind::Chat,
                queue.parse().unwrap(),
                language.parse().unwrap(),
            )
        };
        let conversations = &floor.conversations;
        let id = conversations.open(new).await.unwrap().conversation.id;
        if index % 3 != 0 || said.len() > 3 {
            conversations.pick(id, crew.rosa).await.unwrap();
        }
        for line in &said[1..] {
            let entry = if let Some(text) = line.strip_prefix('>') {
                NewEntry::words(Author::Staff(crew.rosa), text)
            } else if let Some(text) = line.strip_prefix('#') {
                let body = conversations::NewBody::Note { text: text.into(), mentions: vec![crew.sam] };
                NewEntry { author: Author::Staff(crew.rosa), body, key: None }
            } else if let Some(text) = line.strip_prefix('+') {
                NewEntry::note(Author::Staff(crew.sam), text)
            } else {
                NewEntry::words(Author::Customer, *line)
            };
            conversations.append(id, entry).await.unwrap();
        }
        finish(floor, crew, id, subject).await;
    }
}

/// The first of them, as the customer left it: for tests.
#[allow(dead_code)]
pub async fn one(store: &Store, floor: &Floor) -> Id<kernel::id::Conversation> {
    let talk = &TALKS[0];
    let person = person(store, floor, talk).await;
    let new = NewConversation {
        subject: Some(talk.5.into()),
        first: Some(NewEntry::words(Author::Customer, talk.6[0])),
        ..NewConversation::new(person, ChannelKind::Chat, talk.3.parse().unwrap(), "en".parse().unwrap())
    };
    floor.conversations.open(new).await.unwrap().conversation.id
}

async fn finish(floor: &Floor, crew: &Crew, id: Id<kernel::id::Conversation>, subject: &str) {
    let (conversations, rosa) = (&floor.conversations, Author::Staff(crew.rosa));
    let now = conversations.get(id).await.unwrap();
    match subject {
        "Payment not showing after payoff" => {
            let tags = ["payoff", "misapplied-payment"].map(str::to_owned);
            conversations.tag(id, &tags, &[], rosa).await.unwrap();
            conversations.read_by_staff(id, crew.rosa, 6).await.unwrap();
        }
        "Grace Kim" | "Autopay set up twice" => {
            let until = now.opened_at.checked_add(jiff::SignedDuration::from_hours(60)).unwrap();
            conversations.snooze(id, now.version, until, rosa).await.unwrap();
        }
        "Statement copies for taxes" => {
            let closing = Closing { disposition: "answered".into(), seen: now.last_number, note: None };
            conversations.close(id, now.version, closing, rosa).await.unwrap();
        }
        _ => {}
    }
}

async fn person(store: &Store, floor: &Floor, talk: &Talk) -> Id<Person> {
    let (name, email, language, ..) = *talk;
    let contact = Contact {
        kind: if name.contains("Auto") { PersonKind::Dealer } else { PersonKind::Consumer },
        name: Some(Secret::new(name.to_owned())),
        points: vec![
            NewPoint::email(email).unwrap().verified(),
            NewPoint::phone("(212) 555-0142", "US").unwrap(),
        ],
        language: Some(language.parse().unwrap()),
        channel: Some(ChannelKind::Chat),
    };
    let (customers, clock) = (floor.customers.clone(), store.clock().clone());
    let id = store.write(move |tx| customers.find_or_create(tx, &contact, clock.now())).await.unwrap();
    if name == "Maria Alvarez" {
        let needs = Needs { kinds: [Need::ScreenReader].into(), words: None };
        let version = floor.customers.person(id).await.unwrap().version;
        floor.customers.change(id, version, vec![Change::Needs(needs)], &Actor::system()).await.unwrap();
        let note = Secret::new("Prefers mornings; works nights.".to_owned());
        floor.customers.note(id, note, &Actor::system()).await.unwrap();
        for subject in ["Autopay date", "Payoff quote by mail"] {
            earlier(floor, id, subject).await;
        }
    }
    id
}

async fn earlier(floor: &Floor, person: Id<Person>, subject: &str) {
    let queue = "consumer-accounts".parse().unwrap();
    let new = NewConversation {
        subject: Some(subject.into()),
        first: Some(NewEntry::words(Author::Customer, "Could you help me with this?")),
        ..NewConversation::new(person, ChannelKind::Email, queue, "en".parse().unwrap())
    };
    let opened = floor.conversations.open(new).await.unwrap().conversation;
    let closing = Closing { disposition: "answered".into(), seen: opened.last_number, note: None };
    floor.conversations.close(opened.id, opened.version, closing, Author::System).await.unwrap();
}

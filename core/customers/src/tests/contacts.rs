//! Who makes contact, and what is learned of them.

use directory::ChannelKind;
use kernel::{Clock, Error, SystemClock};
use testkit::on_both_engines;

use super::*;
use crate::{Change, Need, Needs, PersonKind, PointKind};

#[tokio::test]
async fn a_verified_point_finds_its_holder_and_a_typed_one_finds_nobody() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let ana = house.person("Ana", vec![email("ana@example.com").verified()]).await;
        assert_eq!(house.person("A.", vec![email("ANA@example.com").verified()]).await, ana);
        let stranger = house.person("Ana", vec![email("ana@example.com")]).await;
        assert_ne!(stranger, ana, "whoever types an address does not see its holder's history");
        let points = house.customers.person(stranger).await.unwrap().points;
        assert_eq!(points.len(), 1);
        assert!(!points[0].verified);
        let person = house.customers.person(ana).await.unwrap();
        assert_eq!(person.name.unwrap().expose(), "Ana", "a name that is known is not overwritten");
        assert!(house.contact(Contact::default()).await.is_ok(), "nobody has to say who they are");
    })
    .await;
}

#[tokio::test]
async fn a_claim_does_not_find_the_claimant_when_somebody_else_proves_it() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let claimant = house.person("Mallory", vec![email("ana@example.com")]).await;
        let ana = house.person("Ana", vec![email("ana@example.com").verified()]).await;
        assert_ne!(ana, claimant);
        let point = house.customers.person(claimant).await.unwrap().points[0].number;
        let version = house.customers.person(claimant).await.unwrap().version;
        let verify = vec![Change::VerifyPoint(point)];
        assert_eq!(
            code(house.customers.change(claimant, version, verify, &staff()).await),
            "customers.point_taken"
        );
    })
    .await;
}

#[tokio::test]
async fn the_strongest_proof_decides_and_the_others_stay_claims() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let account = || NewPoint::account("bank.example", "A1").unwrap().verified();
        let by_account = house.person("Ana", vec![account()]).await;
        let by_email = house.person("Ana", vec![email("ana@example.com").verified()]).await;
        let both = vec![email("ana@example.com").verified(), account(), phone("212 555 0123")];
        assert_eq!(house.person("Ana", both).await, by_account);
        let person = house.customers.person(by_account).await.unwrap();
        let seen: Vec<(&str, bool)> =
            person.points.iter().map(|point| (point.kind.name(), point.verified)).collect();
        assert_eq!(seen, [("account", true), ("email", false), ("phone", false)]);
        let elsewhere = NewPoint::account("other.example", "A1").unwrap().verified();
        assert_ne!(house.person("Ana", vec![elsewhere]).await, by_account, "another site's account");
        let suggested = house.customers.suggestions(by_account).await.unwrap();
        assert_eq!(suggested[0].person.id, by_email);
        assert!(suggested[0].proven && suggested[0].shares == PointKind::Email);
    })
    .await;
}

#[tokio::test]
async fn contacts_fill_gaps_and_change_nothing_when_there_is_nothing_new() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let nameless = Contact { points: vec![email("a@example.com").verified()], ..Contact::default() };
        let id = house.contact(nameless.clone()).await.unwrap();
        let full = Contact {
            name: Some(secret("Ana")),
            language: Some("es".parse().unwrap()),
            channel: Some(ChannelKind::Chat),
            points: vec![email("a@example.com").verified(), phone("(212) 555-0123")],
            kind: PersonKind::Consumer,
        };
        assert_eq!(house.contact(full.clone()).await.unwrap(), id);
        let person = house.customers.person(id).await.unwrap();
        assert_eq!(person.name.as_ref().unwrap().expose(), "Ana");
        assert_eq!(
            (person.language.unwrap().to_string(), person.channel),
            ("es".into(), Some(ChannelKind::Chat))
        );
        assert_eq!(person.points.len(), 2);
        house.contact(full).await.unwrap();
        assert_eq!(house.customers.person(id).await.unwrap().version, person.version);
    })
    .await;
}

#[tokio::test]
async fn somebody_we_talk_to_proves_who_they_are() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let ana = house.person("Ana", vec![email("ana@example.com").verified()]).await;
        let recognise = async |person: PersonId, point: NewPoint| {
            let (customers, contact) =
                (house.customers.clone(), Contact { points: vec![point], ..Contact::default() });
            let now = SystemClock.now();
            house.store.write(move |tx| customers.recognise(tx, person, &contact, now)).await.unwrap()
        };
        let visitor = house.contact(Contact::default()).await.unwrap();
        assert_eq!(recognise(visitor, email("ana@example.com").verified()).await, ana);
        let other = house.person("Ben", vec![email("ben@example.com")]).await;
        assert_eq!(recognise(other, email("ben@example.com").verified()).await, other);
        assert!(house.customers.person(other).await.unwrap().points[0].verified);
        assert_eq!(house.person("Ben", vec![email("ben@example.com").verified()]).await, other);
    })
    .await;
}

#[tokio::test]
async fn staff_change_what_is_known_all_or_nothing_and_never_unseen() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let (people, by) = (&house.customers, staff());
        let id = house.person("Ana", vec![email("ana@example.com").verified()]).await;
        let needs = Needs { kinds: [Need::LargePrint].into(), words: Some(secret("Calls only after 5")) };
        let changes = vec![
            Change::Name(Some(secret("Ana Ruiz"))),
            Change::Called(Some(secret("Dr. Ruiz"))),
            Change::Also(vec![secret("Ana López")]),
            Change::Kind(PersonKind::Dealer),
            Change::Language(Some("es".parse().unwrap())),
            Change::Needs(needs),
            Change::AddPoint(phone("212 555 0123")),
        ];
        let version = people.change(id, 1, changes, &by).await.unwrap();
        let person = people.person(id).await.unwrap();
        assert_eq!(
            (person.version, person.kind, person.first_name()),
            (version, PersonKind::Dealer, Some("Dr. Ruiz"))
        );
        assert_eq!(person.also[0].expose(), "Ana López");
        assert!(person.needs.kinds.contains(&Need::LargePrint));
        assert_eq!(code(people.change(id, 1, Vec::new(), &by).await), "customers.changed_meanwhile");
        let half = vec![Change::Name(Some(secret("X"))), Change::Called(Some(secret("\u{0}")))];
        assert_eq!(code(people.change(id, version, half, &by).await), "customers.name_malformed");
        let person = people.person(id).await.unwrap();
        assert_eq!((person.version, person.name.unwrap().expose().as_str()), (version, "Ana Ruiz"));
        let phone = person.points[1].number;
        let version = people.change(id, version, vec![Change::VerifyPoint(phone)], &by).await.unwrap();
        people.change(id, version, vec![Change::RemovePoint(person.points[0].number)], &by).await.unwrap();
        let left = people.person(id).await.unwrap().points;
        assert!(left.len() == 1 && left[0].verified && left[0].number == phone);
        let stranger = kernel::id::new(SystemClock.now());
        assert!(matches!(people.change(stranger, 1, Vec::new(), &by).await, Err(Error::NotFound)));
        assert_eq!(house.actions().await, ["customers.change"; 3]);
    })
    .await;
}

#[tokio::test]
async fn notes_are_masked_kept_in_order_and_can_be_taken_away() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let id = house.person("Ana", Vec::new()).await;
        let first =
            house.customers.note(id, secret("Paid with 4111 1111 1111 1111"), &staff()).await.unwrap();
        house.customers.note(id, secret("Prefers mornings"), &staff()).await.unwrap();
        let notes = house.customers.person(id).await.unwrap().notes;
        let bodies: Vec<&str> = notes.iter().map(|note| note.body.expose().as_str()).collect();
        assert_eq!(bodies, ["Paid with •••• •••• •••• 1111", "Prefers mornings"]);
        assert_eq!(notes[0].author, staff());
        house.customers.remove_note(id, first, &staff()).await.unwrap();
        assert_eq!(house.customers.person(id).await.unwrap().notes.len(), 1);
        assert!(matches!(house.customers.remove_note(id, first, &staff()).await, Err(Error::NotFound)));
        assert_eq!(code(house.customers.note(id, secret("  "), &staff()).await), "customers.note_malformed");
        let expected = ["customers.note", "customers.note", "customers.remove_note"];
        assert_eq!(house.actions().await, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_with_the_same_proof_are_one_person() {
    on_both_engines(async |store| {
        let house = std::sync::Arc::new(House::open(store).await);
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let house = house.clone();
                tokio::spawn(
                    async move { house.person("Ana", vec![email("a@example.com").verified()]).await },
                )
            })
            .collect();
        let mut people = std::collections::HashSet::new();
        for one in tries {
            people.insert(one.await.unwrap());
        }
        assert_eq!(people.len(), 1);
    })
    .await;
}

//! Seeing personal data for a reason, in measure.

use std::sync::Arc;

use jiff::SignedDuration;
use kernel::{Error, Reference, Result};
use staff::{Caller, OpenMatters, Purpose, Reason, Resource, Staff, Wanted};
use store::{Tx, params};

use crate::house::{House, in_a_house, refused, secret};

/// A keeper of matters that knows one open matter, about one person.
struct One(Reference);

impl OpenMatters for One {
    fn is_open(&self, _: &mut Tx<'_>, matter: &Reference, subject: &str) -> Result<bool> {
        Ok(*matter == self.0 && subject == "cus_0")
    }
}

fn wanted(subject: usize) -> Wanted {
    Wanted {
        subject: format!("cus_{subject}"),
        field: "customer.email",
        resource: Resource::Queue("titles".into(), None),
        own_queue: true,
        purpose: Purpose::Service,
    }
}

fn reason(text: &str) -> Reason {
    Reason::Written(text.to_owned())
}

const GOOD: &str = "caller asks which address we have";

async fn reveal(
    staff: &Staff,
    caller: &Caller,
    subject: usize,
    reason: Reason,
) -> Result<vault::Secret<String>> {
    staff.reveal(caller, wanted(subject), reason, |_| Ok(secret("ana@example.com"))).await
}

async fn representative(house: &House) -> Caller {
    house.with_passkey("rep", "representative").await.1.caller
}

#[tokio::test]
async fn a_value_is_revealed_for_a_reason_that_stays_in_the_trail() {
    in_a_house(async |house| {
        let rep = representative(house).await;
        let seen = reveal(&house.staff, &rep, 1, reason(GOOD)).await.unwrap();
        assert_eq!(seen.expose(), "ana@example.com");
        let entry = house.audited().await.pop().unwrap();
        assert_eq!((entry.action.as_str(), entry.outcome.as_str()), ("staff.reveal", "done"));
        assert_eq!(entry.actor, rep.member.to_string());
        assert_eq!((entry.object.as_str(), entry.purpose.as_deref()), ("cus_1", Some(GOOD)));
        assert!(entry.details.contains("customer.email"), "{}", entry.details);
        assert_eq!(entry.address.as_deref(), Some("192.0.2.1"));
    })
    .await;
}

#[tokio::test]
async fn without_a_reason_or_without_the_right_nothing_is_opened() {
    in_a_house(async |house| {
        let rep = representative(house).await;
        assert_eq!(refused(reveal(&house.staff, &rep, 1, reason("because")).await), "staff.reason_malformed");
        let other_queue = Wanted { own_queue: false, ..wanted(1) };
        let opened = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let (mark, admin) = (Arc::clone(&opened), house.with_passkey("adm", "administrator").await.1.caller);
        let open = move |_: &mut Tx<'_>| {
            mark.store(true, std::sync::atomic::Ordering::SeqCst);
            Ok(secret("x"))
        };
        let told = house.staff.reveal(&rep, other_queue, reason(GOOD), open.clone()).await;
        assert!(matches!(told, Err(Error::NotFound)));
        let told = house.staff.reveal(&admin, wanted(1), reason(GOOD), open).await;
        assert!(matches!(told, Err(Error::NotFound)));
        assert!(!opened.load(std::sync::atomic::Ordering::SeqCst));
        assert_eq!(house.last_audited(1).await, ["staff.reveal refused"]);
    })
    .await;
}

#[tokio::test]
async fn an_open_matter_about_this_person_is_reason_enough() {
    in_a_house(async |house| {
        let rep = representative(house).await;
        let matter = Reference::random('C');
        let closed = reveal(&house.staff, &rep, 0, Reason::Matter(matter.clone())).await;
        assert_eq!(refused(closed), "staff.matter_not_open");
        let own = House::staff_with_matters(house, Arc::new(One(matter.clone())));
        reveal(&own, &rep, 0, Reason::Matter(matter.clone())).await.unwrap();
        assert_eq!(house.audited().await.pop().unwrap().purpose, Some(matter.to_string()));
        let about_another = reveal(&own, &rep, 1, Reason::Matter(matter)).await;
        assert_eq!(refused(about_another), "staff.matter_not_open");
    })
    .await;
}

#[tokio::test]
async fn a_value_that_cannot_be_opened_is_not_counted() {
    in_a_house(async |house| {
        let rep = representative(house).await;
        let before = house.audited().await.len();
        let told = house.staff.reveal(&rep, wanted(1), reason(GOOD), |_| Err(Error::NotFound)).await;
        assert!(matches!(told, Err(Error::NotFound)));
        assert_eq!(house.audited().await.len(), before, "nothing was seen, and nothing is said to have been");
    })
    .await;
}

#[tokio::test]
async fn twenty_in_ten_minutes_and_then_a_pause() {
    in_a_house(async |house| {
        let rep = representative(house).await;
        for _ in 0..20 {
            reveal(&house.staff, &rep, 1, reason(GOOD)).await.unwrap();
            house.pass(SignedDuration::from_secs(10));
        }
        let told = reveal(&house.staff, &rep, 1, reason(GOOD)).await;
        assert_eq!(refused(told), "staff.too_many_reveals");
        assert_eq!(house.last_audited(1).await, ["staff.reveal refused"]);
        house.pass(SignedDuration::from_mins(7));
        reveal(&house.staff, &rep, 1, reason(GOOD)).await.unwrap();
        assert!(
            house.staff.open_alerts(10).await.unwrap().is_empty(),
            "one customer twenty times is no bulk"
        );
    })
    .await;
}

#[tokio::test]
async fn many_people_in_a_short_time_warn_a_supervisor_once() {
    in_a_house(async |house| {
        let rep = representative(house).await;
        for person in 0..9 {
            reveal(&house.staff, &rep, person, reason(GOOD)).await.unwrap();
        }
        assert!(house.staff.open_alerts(10).await.unwrap().is_empty());
        for person in 9..13 {
            reveal(&house.staff, &rep, person, reason(GOOD)).await.unwrap();
        }
        let alerts = house.staff.open_alerts(10).await.unwrap();
        assert_eq!(alerts.len(), 1);
        assert_eq!((alerts[0].member, alerts[0].people), (rep.member, 13));
        assert_eq!(house.events("staff.bulk_reveal", 1).await.len(), 1);
        let own = house.staff.see_alert(&rep, alerts[0].id).await;
        assert!(matches!(own, Err(Error::NotFound)), "nobody waves their own warning away");
        let supervisor = house.with_passkey("sup", "supervisor").await.1.caller;
        house.staff.see_alert(&supervisor, alerts[0].id).await.unwrap();
        assert!(house.staff.open_alerts(10).await.unwrap().is_empty());
        house.pass(SignedDuration::from_mins(11));
        for person in 20..30 {
            reveal(&house.staff, &rep, person, reason(GOOD)).await.unwrap();
        }
        assert_eq!(house.events("staff.bulk_reveal", 2).await.len(), 2, "and again for the next time");
    })
    .await;
}

#[tokio::test]
async fn slow_copying_over_a_day_is_noticed_too() {
    in_a_house(async |house| {
        let rep = representative(house).await;
        for person in 0..100 {
            reveal(&house.staff, &rep, person, reason(GOOD)).await.unwrap();
            house.pass(SignedDuration::from_mins(5));
        }
        let alerts = house.staff.open_alerts(10).await.unwrap();
        assert_eq!(alerts[0].people, 100);
    })
    .await;
}

#[tokio::test]
async fn old_counts_are_cleared_away() {
    in_a_house(async |house| {
        let rep = representative(house).await;
        reveal(&house.staff, &rep, 1, reason(GOOD)).await.unwrap();
        house.pass(SignedDuration::from_hours(48));
        house.staff.tidy().await.unwrap();
        let left = house.store.read(|tx| {
            tx.query_one("SELECT COUNT(*) FROM staff_reveal", params![], |row| row.take::<i64>(0))
        });
        assert_eq!(left.await.unwrap(), 0);
    })
    .await;
}

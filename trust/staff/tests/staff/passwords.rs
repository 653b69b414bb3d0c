//! Signing in with a password and a second factor, and guessing at both.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use staff::{Actor, Method, Step, Visit};

use crate::house::{House, PASSWORD, in_a_house, refused, secret, visit};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

async fn wrong(house: &House, email: &str, from: &Visit) -> &'static str {
    refused(house.staff.check_password(email, &secret("not the password at all"), from).await)
}

#[tokio::test]
async fn password_and_code_open_a_session() {
    in_a_house(async |house| {
        let ana = house.with_password("ana", "representative").await;
        let signed_in = house.sign_in(&ana, &visit("192.0.2.1")).await.unwrap();
        assert_eq!(signed_in.caller.method, Method::Password);
        assert_eq!(house.caller(&signed_in).await.unwrap().member, ana.member);
        assert_eq!(house.last_audited(1).await, ["staff.sign_in done"]);
    })
    .await;
}

#[tokio::test]
async fn the_link_that_set_it_up_becomes_a_full_session_under_a_new_cookie() {
    in_a_house(async |house| {
        let member = house.member("ana", "representative").await;
        let by_link = house.by_link(member).await;
        house.staff.set_password(&by_link.caller, &secret(PASSWORD)).await.unwrap();
        let (ticket, shown) = house.staff.start_authenticator(&by_link.caller).await.unwrap();
        assert!(shown.address.expose().starts_with("otpauth://totp/Lender%20Bank:ana@example.com?secret="));
        let app = crate::house::App { member, email: String::new(), secret: shown.base32, codes: Vec::new() };
        let code = secret(&app.code(&house.clock));
        let added = house.staff.finish_authenticator(&by_link.caller, ticket.expose(), &code).await.unwrap();
        let full = added.signed_in.unwrap();
        assert!(full.caller.method.is_strong());
        assert_ne!(full.session, by_link.session);
        assert!(house.caller(&by_link).await.is_none(), "the weak session is gone");
        assert!(house.caller(&full).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_password_alone_is_never_enough() {
    in_a_house(async |house| {
        let member = house.member("ana", "representative").await;
        let caller = house.by_link(member).await.caller;
        house.staff.set_password(&caller, &secret(PASSWORD)).await.unwrap();
        let ticket =
            house.staff.check_password("ana@example.com", &secret(PASSWORD), &visit("192.0.2.1")).await;
        assert_eq!(refused(ticket), "staff.sign_in_failed");
        let factors = house.staff.factors(member).await.unwrap();
        assert!(factors.password_set_at.is_some() && !factors.has_password_sign_in());
    })
    .await;
}

#[tokio::test]
async fn a_code_is_good_for_one_sign_in() {
    in_a_house(async |house| {
        let (ana, from) = (house.with_password("ana", "representative").await, visit("192.0.2.1"));
        let code = secret(&ana.code(&house.clock));
        let first = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await.unwrap();
        house.staff.check_code(first.expose(), &code, &from).await.unwrap();
        let second = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await.unwrap();
        let replayed = house.staff.check_code(second.expose(), &code, &from).await;
        assert_eq!(refused(replayed), "staff.code_wrong");
        house.pass(MINUTE);
        let next = secret(&ana.code(&house.clock));
        house.staff.check_code(second.expose(), &next, &from).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_code_sent_twice_at_once_opens_one_session() {
    in_a_house(async |house| {
        let (ana, from) = (house.with_password("ana", "representative").await, visit("192.0.2.1"));
        let ticket = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await.unwrap();
        let code = secret(&ana.code(&house.clock));
        let (first, second) = tokio::join!(
            house.staff.check_code(ticket.expose(), &code, &from),
            house.staff.check_code(ticket.expose(), &code, &from),
        );
        assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
    })
    .await;
}

#[tokio::test]
async fn a_recovery_code_stands_in_for_the_app_once() {
    in_a_house(async |house| {
        let (ana, from) = (house.with_password("ana", "representative").await, visit("192.0.2.1"));
        assert_eq!(ana.codes.len(), 10);
        let ticket = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await.unwrap();
        let typed = secret(&ana.codes[3].expose().to_lowercase().replace('-', " "));
        let signed_in = house.staff.check_code(ticket.expose(), &typed, &from).await.unwrap();
        assert_eq!(signed_in.caller.method, Method::Recovery);
        assert_eq!(house.staff.factors(ana.member).await.unwrap().recovery_codes_left, 9);
        let ticket = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await.unwrap();
        assert_eq!(refused(house.staff.check_code(ticket.expose(), &typed, &from).await), "staff.code_wrong");
        let renewed = house.staff.renew_recovery_codes(&signed_in.caller).await.unwrap();
        assert_eq!(renewed.len(), 10);
        let old = house.staff.check_code(ticket.expose(), &ana.codes[4], &from).await;
        assert_eq!(refused(old), "staff.code_wrong");
        house.staff.check_code(ticket.expose(), &renewed[0], &from).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_for_minutes_for_one_use_and_for_its_own_password() {
    in_a_house(async |house| {
        let (ana, from) = (house.with_password("ana", "representative").await, visit("192.0.2.1"));
        let check = async |ticket: &str| {
            let code = secret(&ana.code(&house.clock));
            house.staff.check_code(ticket, &code, &from).await
        };
        let ticket = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await.unwrap();
        house.pass(MINUTE * 10);
        assert_eq!(refused(check(ticket.expose()).await), "staff.took_too_long");
        for made_up in ["", "x", staff::Token::random().unwrap().expose()] {
            assert_eq!(refused(check(made_up).await), "staff.took_too_long");
        }
        let ticket = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await.unwrap();
        let signed_in = check(ticket.expose()).await.unwrap();
        house.pass(MINUTE);
        assert_eq!(refused(check(ticket.expose()).await), "staff.took_too_long");
        let stale = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await.unwrap();
        house.staff.set_password(&signed_in.caller, &secret("orbit-lamp-canyon-77")).await.unwrap();
        assert_eq!(refused(check(stale.expose()).await), "staff.took_too_long");
    })
    .await;
}

#[tokio::test]
async fn whoever_is_suspended_between_two_steps_stays_out() {
    in_a_house(async |house| {
        house.member("eva", "administrator").await;
        let (ana, from) = (house.with_password("ana", "representative").await, visit("192.0.2.1"));
        let ticket = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await.unwrap();
        house.staff.change(ana.member, 1, Step::Suspend, &Actor::CommandLine).await.unwrap();
        let code = secret(&ana.code(&house.clock));
        let second = house.staff.check_code(ticket.expose(), &code, &from).await;
        assert_eq!(refused(second), "staff.took_too_long");
        let first = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await;
        assert_eq!(refused(first), "staff.sign_in_failed");
    })
    .await;
}

#[tokio::test]
async fn guessing_at_somebody_gets_slow_but_never_ends() {
    in_a_house(async |house| {
        let ana = house.with_password("ana", "representative").await;
        for guess in 0..6 {
            let from = visit(&format!("198.51.100.{guess}"));
            assert_eq!(wrong(house, &ana.email, &from).await, "staff.sign_in_failed");
        }
        let from = visit("203.0.113.1");
        assert_eq!(wrong(house, " ANA@example.com", &from).await, "staff.too_many_attempts");
        let right = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await;
        assert_eq!(refused(right), "staff.too_many_attempts", "not even the right one is looked at");
        assert_eq!(house.last_audited(1).await, ["staff.sign_in refused"]);
        // An attacker who never stops keeps the wait at its cap, and no longer.
        for _ in 0..40 {
            let _ = wrong(house, &ana.email, &visit("198.51.100.7")).await;
            house.pass(MINUTE * 3);
        }
        house.pass(MINUTE * 15);
        house.sign_in(&ana, &from).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn others_guessing_does_not_stop_somebody_on_a_device_they_know() {
    in_a_house(async |house| {
        let (ana, eva) = (
            house.with_password("ana", "representative").await,
            house.with_password("eva", "representative").await,
        );
        let signed_in = house.sign_in(&ana, &visit("192.0.2.1")).await.unwrap();
        let known = visit("192.0.2.1").with_device(Some(signed_in.device.expose()));
        for guess in 0..8 {
            let _ = wrong(house, &ana.email, &visit(&format!("198.51.100.{guess}"))).await;
            let _ = wrong(house, &eva.email, &visit(&format!("198.51.100.{guess}"))).await;
        }
        let foreign = house.sign_in(&eva, &known).await;
        assert_eq!(
            refused(foreign),
            "staff.too_many_attempts",
            "Ana's device is no help with Eva's password"
        );
        let again = house.sign_in(&ana, &known).await.unwrap();
        assert_eq!(again.device, signed_in.device, "the device stays the same one");
        for _ in 0..11 {
            let _ = wrong(house, &ana.email, &known).await;
        }
        assert_eq!(wrong(house, &ana.email, &known).await, "staff.too_many_attempts", "it has a limit too");
    })
    .await;
}

#[tokio::test]
async fn guessing_codes_gets_slow_too() {
    in_a_house(async |house| {
        let (ana, from) = (house.with_password("ana", "representative").await, visit("192.0.2.1"));
        let ticket = house.staff.check_password(&ana.email, &secret(PASSWORD), &from).await.unwrap();
        let mut told = Vec::new();
        let right = ana.code(&house.clock);
        for guess in (100_000..).map(|guess| guess.to_string()).filter(|guess| *guess != right).take(7) {
            told.push(refused(house.staff.check_code(ticket.expose(), &secret(&guess), &from).await));
        }
        assert_eq!(told[5], "staff.code_wrong");
        assert_eq!(told[6], "staff.too_many_attempts");
    })
    .await;
}

#[tokio::test]
async fn a_hundred_guesses_at_once_are_a_hundred_guesses() {
    in_a_house(async |house| {
        let ana = house.with_password("ana", "representative").await;
        let guesses: Vec<_> = (0..20)
            .map(|_| {
                let (staff, email) = (house.staff.clone(), ana.email.clone());
                tokio::spawn(async move {
                    let from = visit("198.51.100.1");
                    refused(staff.check_password(&email, &secret("not the password"), &from).await)
                })
            })
            .collect();
        let mut looked_at = 0;
        for guess in guesses {
            looked_at += usize::from(guess.await.unwrap() == "staff.sign_in_failed");
        }
        assert_eq!(looked_at, 6);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_guesses_at_everybody_is_slowed_for_all() {
    in_a_house(async |house| {
        let (ana, from) = (house.with_password("ana", "representative").await, visit("198.51.100.1"));
        let mut told = Vec::new();
        for guess in 0..102 {
            told.push(wrong(house, &format!("nobody{guess}@example.com"), &from).await);
        }
        assert_eq!((told[99], told[101]), ("staff.sign_in_failed", "staff.too_many_attempts"));
        assert!(house.sign_in(&ana, &visit("192.0.2.1")).await.is_ok(), "not from elsewhere");
    })
    .await;
}

#[tokio::test]
async fn nobody_learns_whether_an_address_is_known() {
    in_a_house(async |house| {
        let ana = house.with_password("ana", "representative").await;
        let timed = async |email: &str, number: usize| {
            let from = visit(&format!("198.51.100.{number}"));
            let start = Instant::now();
            let told = wrong(house, email, &from).await;
            assert_eq!(told, "staff.sign_in_failed", "{email}");
            start.elapsed()
        };
        let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
        for number in 0..5 {
            known = known.min(timed(&ana.email, number).await);
            unknown = unknown.min(timed(&format!("n{number}@example.com"), number + 100).await);
        }
        timed("no address at all", 200).await;
        // Both took a whole hashing: a look-up alone would be a hundred times quicker.
        assert!(unknown * 3 > known && known * 3 > unknown, "{known:?} against {unknown:?}");
    })
    .await;
}

#[tokio::test]
async fn changing_the_lock_needs_a_fresh_sign_in() {
    in_a_house(async |house| {
        let ana = house.with_password("ana", "representative").await;
        let caller = house.sign_in(&ana, &visit("192.0.2.1")).await.unwrap().caller;
        house.pass(MINUTE * 15);
        assert_eq!(
            refused(house.staff.set_password(&caller, &secret("orbit-lamp-canyon-77")).await),
            "staff.sign_in_again"
        );
        assert_eq!(refused(house.staff.start_authenticator(&caller).await), "staff.sign_in_again");
        assert_eq!(refused(house.staff.renew_recovery_codes(&caller).await), "staff.sign_in_again");
        assert_eq!(refused(house.staff.start_passkey(&caller).await), "staff.sign_in_again");
    })
    .await;
}

#[tokio::test]
async fn a_new_password_must_be_good_and_ends_other_sessions() {
    in_a_house(async |house| {
        let ana = house.with_password("ana", "representative").await;
        let other = house.sign_in(&ana, &visit("192.0.2.1")).await.unwrap();
        let here = house.sign_in(&ana, &visit("192.0.2.2")).await.unwrap();
        for (bad, code) in [
            ("short", "staff.password_short"),
            ("lenderbank2026", "staff.password_common"),
            ("ana@example.com", "staff.password_common"),
        ] {
            assert_eq!(refused(house.staff.set_password(&here.caller, &secret(bad)).await), code);
        }
        assert!(house.caller(&other).await.is_some(), "nothing has happened yet");
        house.staff.set_password(&here.caller, &secret("orbit-lamp-canyon-77")).await.unwrap();
        assert!(house.caller(&other).await.is_none());
        assert!(house.caller(&here).await.is_some());
        assert_eq!(
            house.events("staff.factor_changed", 3).await.last().unwrap().data["what"],
            "staff.set_password"
        );
        let old = house.staff.check_password(&ana.email, &secret(PASSWORD), &visit("192.0.2.1")).await;
        assert_eq!(refused(old), "staff.sign_in_failed");
    })
    .await;
}

vault::field!(StoredHash: String = "staff_password"."hash");

#[tokio::test]
async fn a_hash_from_weaker_days_is_made_anew_at_the_next_sign_in() {
    use argon2::password_hash::PasswordHasher as _;
    in_a_house(async |house| {
        let ana = house.with_password("ana", "representative").await;
        let weak = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
        let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, weak);
        let weak = secret(&weak.hash_password(PASSWORD.as_bytes()).unwrap().to_string());
        let (vault, member) = (house.vault.clone(), ana.member);
        let writing = house.store.write(move |tx| {
            let sealed = vault.key(tx, &vault::Subject::of(&member))?.seal::<StoredHash>(member, &weak)?;
            tx.execute("UPDATE staff_password SET hash = ?1", store::params![sealed])
        });
        assert_eq!(writing.await.unwrap(), 1);
        house.sign_in(&ana, &visit("192.0.2.1")).await.unwrap();
        let vault = house.vault.clone();
        let reading = house.store.read(move |tx| {
            let key = vault.key(tx, &vault::Subject::of(&member))?;
            let sealed =
                tx.query_one("SELECT hash FROM staff_password", store::params![], |row| row.take(0))?;
            key.open::<StoredHash>(member, &sealed)
        });
        let hash = reading.await.unwrap().plain().unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.expose());
        house.sign_in(&ana, &visit("192.0.2.1")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_last_way_in_cannot_be_removed() {
    in_a_house(async |house| {
        let ana = house.with_password("ana", "representative").await;
        let caller = house.sign_in(&ana, &visit("192.0.2.1")).await.unwrap().caller;
        assert_eq!(refused(house.staff.remove_password(&caller).await), "staff.last_way_in");
        let mut device = crate::house::Device::new();
        let (ticket, options) = house.staff.start_passkey(&caller).await.unwrap();
        let response = device.create(crate::house::ORIGIN, &options).await.unwrap();
        house.staff.finish_passkey(&caller, ticket.expose(), &secret("Phone"), &response).await.unwrap();
        house.staff.remove_password(&caller).await.unwrap();
        let factors = house.staff.factors(ana.member).await.unwrap();
        assert!(!factors.has_password_sign_in() && factors.recovery_codes_left == 0);
        let gone = house.staff.remove_passkey(&caller, factors.passkeys[0].id).await;
        assert_eq!(refused(gone), "staff.last_way_in");
    })
    .await;
}

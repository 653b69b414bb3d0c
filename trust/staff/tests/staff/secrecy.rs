//! What a thief of the database finds: nothing to read, and nothing to sign in with.

use ::store::params;
use staff::{Actor, LinkKind};
use testkit::on_sqlite;

use crate::house::{House, PASSWORD, in_a_house, refused, secret, visit};

#[tokio::test]
async fn the_database_files_hold_no_personal_data_and_no_secrets() {
    on_sqlite(async |store| {
        let house = House::open(store, |_| ()).await;
        let app = house.with_password("anastasia", "administrator").await;
        let signed_in = house.sign_in(&app, &visit("203.0.113.77")).await.unwrap();
        let (_, passkey) = house.with_passkey("bartholomew", "supervisor").await;
        let link = house.staff.issue_link(app.member, LinkKind::SetUp, &Actor::CommandLine).await.unwrap();
        let ticket =
            house.staff.check_password(&app.email, &secret(PASSWORD), &visit("203.0.113.77")).await.unwrap();
        let (_, pending) = house.staff.start_authenticator(&signed_in.caller).await.unwrap();
        let mut wanted: Vec<&str> = vec![
            "anastasia",
            "bartholomew",
            "Anastasia",
            "Laptop",
            "Firefox",
            "203.0.113.0",
            "$argon2id$",
            app.secret.expose(),
            pending.base32.expose(),
            signed_in.session.expose(),
            signed_in.device.expose(),
            passkey.session.expose(),
            link.token.expose(),
            ticket.expose(),
        ];
        wanted.extend(app.codes.iter().map(|code| code.expose().as_str()));
        let mut bytes = Vec::new();
        for file in std::fs::read_dir(store.folder().unwrap()).unwrap() {
            bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
        }
        assert!(bytes.len() > 100_000, "the database and its log were read");
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(holds("staff_member"), "the search finds what is there");
        for text in wanted {
            assert!(!holds(text), "{text} is readable");
        }
        house.store.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_damaged_value_is_refused_kept_as_it_is_and_written_down() {
    in_a_house(async |house| {
        let member = house.member("ana", "administrator").await;
        let damage = "UPDATE staff_member SET email = name WHERE id = ?1";
        house.store.write(move |tx| tx.execute(damage, params![member])).await.unwrap();
        let stored = async || {
            let sql = "SELECT email FROM staff_member WHERE id = ?1";
            house.store.read(move |tx| tx.query_one(sql, params![member], |row| row.take::<Vec<u8>>(0))).await
        };
        let before = stored().await.unwrap();
        assert_eq!(refused(house.staff.member(member).await.map(|_| ())), "vault.unreadable");
        assert_eq!(stored().await.unwrap(), before, "nothing is lost");
        let last = house.audited().await.pop().unwrap();
        assert_eq!((last.action.as_str(), last.outcome.as_str()), ("vault.unreadable", "failed"));
        assert_eq!(last.object, "staff_member.email");
    })
    .await;
}

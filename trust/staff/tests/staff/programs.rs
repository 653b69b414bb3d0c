//! What lets other programs in.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use kernel::Clock as _;
use staff::{Actor, NewApiToken, Permission};

use crate::house::{House, in_a_house, refused, visit};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn robot(house: &House) -> NewApiToken {
    NewApiToken {
        name: "Mail robot".into(),
        scopes: BTreeSet::from([Permission::CONVERSATION_READ, Permission::CONVERSATION_REPLY]),
        queues: Some(BTreeSet::from(["payoffs".to_owned(), "titles".to_owned()])),
        expires_at: house.clock.now().checked_add(DAY * 30).unwrap(),
    }
}

#[tokio::test]
async fn a_token_lets_a_program_in_until_it_expires() {
    in_a_house(async |house| {
        let member = house.member("ana", "administrator").await;
        let by = Actor::Staff(house.by_link(member).await.caller);
        let new = robot(house);
        let issued = house.staff.issue_api_token(new.clone(), &by).await.unwrap();
        assert_eq!(house.last_audited(1).await, ["staff.issue_api_token done"]);

        let program = house.staff.program(&issued.expose(), visit("192.0.2.7")).await.unwrap().unwrap();
        assert_eq!((program.token, &program.scopes, &program.queues), (issued.id, &new.scopes, &new.queues));
        let listed = house.staff.api_tokens().await.unwrap();
        assert_eq!((listed[0].name.as_str(), listed[0].made_by), ("Mail robot", Some(member)));
        assert_eq!(listed[0].used_at, Some(house.clock.now()));

        house.pass(DAY * 30);
        assert!(house.staff.program(&issued.expose(), visit("192.0.2.7")).await.unwrap().is_none());
        assert!(!house.staff.api_tokens().await.unwrap()[0].works(house.clock.now()));
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_stops_at_once_and_an_invented_one_never_works() {
    in_a_house(async |house| {
        let issued = house.staff.issue_api_token(robot(house), &Actor::CommandLine).await.unwrap();
        let other = house.staff.issue_api_token(robot(house), &Actor::CommandLine).await.unwrap();
        house.staff.revoke_api_token(issued.id, &Actor::CommandLine).await.unwrap();
        assert_eq!(house.last_audited(1).await, ["staff.revoke_api_token done"]);
        let again = house.staff.revoke_api_token(issued.id, &Actor::CommandLine).await;
        assert!(matches!(again, Err(kernel::Error::NotFound)));
        let invented = format!("{}x", &other.expose()[..other.expose().len() - 1]);
        for bearer in [issued.expose().as_str(), "", "swb_", &invented, &other.expose()[4..]] {
            assert!(house.staff.program(bearer, visit("192.0.2.7")).await.unwrap().is_none(), "{bearer}");
        }
        assert!(house.staff.program(&other.expose(), visit("192.0.2.7")).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_token_cannot_have_what_only_people_may_do() {
    in_a_house(async |house| {
        let mut new = robot(house);
        new.scopes.insert(Permission::STAFF_MANAGE);
        assert_eq!(refused(house.staff.issue_api_token(new, &Actor::CommandLine).await), "staff.token_scope");
        assert_eq!(house.staff.api_tokens().await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_database_holds_no_token() {
    in_a_house(async |house| {
        let issued = house.staff.issue_api_token(robot(house), &Actor::CommandLine).await.unwrap();
        let text = issued.expose();
        let found = house
            .store
            .read(move |tx| {
                let sql = "SELECT hash FROM staff_api_token";
                let hash: Vec<u8> = tx.query_one(sql, store::params![], |row| row.take(0))?;
                Ok(hash == text.as_bytes() || text.as_bytes().windows(hash.len()).any(|part| part == hash))
            })
            .await
            .unwrap();
        assert!(!found);
    })
    .await;
}

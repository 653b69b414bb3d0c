//! Every route of the whole centre against everybody who may knock: strangers, somebody who only came by a
//! link, each role, programs with and without the scope. `routes.txt` says who comes in; a route that is not
//! there fails the test, and so does one whose door has changed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod knock;

use std::collections::BTreeSet;

use staff::Permission;
use testkit::on_sqlite;
use web::Access;

use knock::House;

/// `METHOD PATH ACCESS WHO`, in the order of the tables.
const EXPECTED: &str = include_str!("routes.txt");
/// Where the test leaves what it found, to be compared and, if every line is meant, taken over.
const FOUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/routes.txt");

fn expected() -> impl Iterator<Item = &'static str> {
    EXPECTED.lines().filter(|line| !line.starts_with('#'))
}

#[tokio::test]
async fn each_route_lets_in_whom_it_should_and_nobody_else() {
    on_sqlite(async |store| {
        let house = House::open(store.address()).await;
        let mut found = Vec::new();
        for entry in house.entries() {
            let who = house.who_comes_in(&entry).await;
            let access = match entry.access {
                Access::Public => "public",
                Access::SignedIn => "signed-in",
                Access::ThisMachine => "this-machine",
                Access::May(permission) => permission,
            };
            found.push(format!("{:<6} {:<60} {access:<21} {who}", entry.method.as_str(), entry.path));
        }
        house.close().await;
        std::fs::write(FOUND, format!("{}{}\n", heading(), found.join("\n"))).unwrap();
        assert_eq!(doors(&found).len(), found.len(), "no route is there twice");
        let new: Vec<_> = found.iter().filter(|line| !expected().any(|known| known == *line)).collect();
        let gone: Vec<_> = expected().filter(|line| !found.iter().any(|known| known == line)).collect();
        assert!(
            new.is_empty() && gone.is_empty(),
            "routes.txt is not what was found (target/routes.txt).\nFound: {new:#?}\nExpected: {gone:#?}"
        );
    })
    .await;
}

/// The lines of `routes.txt` that explain it.
fn heading() -> String {
    EXPECTED.lines().filter(|line| line.starts_with('#')).flat_map(|line| [line, "\n"]).collect()
}

/// Method and path of each line.
fn doors(lines: &[String]) -> BTreeSet<(&str, &str)> {
    let words = lines.iter().map(|line| line.split_whitespace());
    words.filter_map(|mut words| Some((words.next()?, words.next()?))).collect()
}

#[tokio::test]
async fn a_card_number_in_what_is_refused_is_not_shown_again() {
    on_sqlite(async |store| {
        let house = House::open(store.address()).await;
        for (address, accept) in [
            ("/contact?topic=4111+1111+1111+1111", "text/html"),
            ("/api/v1/directory/who?topic=4111+1111+1111+1111", "application/json"),
            ("/api/v1/directory?at=4111111111111111", "application/json"),
        ] {
            let (status, body) = house.ask(address, accept).await;
            assert_eq!(status, 422, "{address}");
            assert!(body.contains("1111") && !body.replace(' ', "").contains("411111111111"), "{body}");
        }
        house.close().await;
    })
    .await;
}

#[test]
fn every_permission_of_a_route_is_one_that_policies_know() {
    let known: BTreeSet<&str> = Permission::ALL.iter().map(|permission| permission.name()).collect();
    for access in expected().filter_map(|line| line.split_whitespace().nth(2)) {
        let open = ["public", "signed-in", "this-machine"].contains(&access);
        assert!(open || known.contains(access), "{access}");
    }
}

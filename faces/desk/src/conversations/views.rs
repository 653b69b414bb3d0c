//! Saved views: lists that somebody gave a name.

use axum::extract::Path;
use axum::response::Response;
use kernel::id::{self, View};
use kernel::{Context, Error, Id, Refusal, Result};
use serde::{Deserialize, Serialize};
use store::params;
use vault::{Sealed, Secret, Subject};
use web::{Failure, Posted};

use super::CONVERSATIONS;
use super::asked::{Asked, Which};
use crate::seat::{Seat, done};
use crate::sign_in::Nothing;

/// Views of one person.
const MOST: i64 = 50;
const LONGEST_NAME: usize = 40;

vault::field!(ViewBody: String = "desk_view"."body");

pub(super) struct SavedView {
    pub id: Id<View>,
    pub name: Secret<String>,
    pub query: String,
}

#[derive(Serialize, Deserialize)]
struct Body {
    name: String,
    query: String,
}

#[derive(Deserialize)]
pub(crate) struct Naming {
    name: String,
    asked: String,
}

/// The views of whoever asks, oldest first.
pub(super) async fn of(seat: &Seat) -> Result<Vec<SavedView>> {
    let (me, vault) = (seat.caller.member, seat.floor().vault.clone());
    seat.desk
        .store()
        .read(move |tx| {
            let sql = "SELECT id, body FROM desk_view WHERE staff = ?1 ORDER BY id LIMIT ?2";
            let rows: Vec<(Id<View>, Sealed<ViewBody>)> =
                tx.query(sql, params![me, MOST], |row| Ok((row.take(0)?, row.take(1)?)))?;
            if rows.is_empty() {
                return Ok(Vec::new());
            }
            let key = vault.key(tx, &Subject::of(&me))?;
            let mut views = Vec::with_capacity(rows.len());
            for (id, sealed) in rows {
                let Some(body) = key.open(id, &sealed)?.plain() else { continue };
                let body: Body = serde_json::from_str(body.expose()).context("reading a saved view")?;
                views.push(SavedView { id, name: Secret::new(body.name), query: body.query });
            }
            Ok(views)
        })
        .await
}

pub(crate) async fn save(seat: Seat, Posted(naming): Posted<Naming>) -> Result<Response, Failure> {
    let name = naming.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
        return Err(Refusal::new("desk.view_name").with("longest", LONGEST_NAME).into());
    }
    // What was asked is written anew, so that nothing else is kept.
    let query = Asked::read(&naming.asked).query();
    let body = Secret::new(serde_json::to_string(&Body { name, query }).context("writing a view")?);
    let (me, now, vault) = (seat.caller.member, seat.visitor.now, seat.floor().vault.clone());
    let view: Id<View> = id::new(now);
    seat.desk
        .store()
        .write(move |tx| {
            let count: i64 =
                tx.query_one("SELECT COUNT(*) FROM desk_view WHERE staff = ?1", params![me], |row| {
                    row.take(0)
                })?;
            if count >= MOST {
                return Err(Refusal::new("desk.too_many_views").with("most", MOST).into());
            }
            let sealed = vault.key(tx, &Subject::of(&me))?.seal::<ViewBody>(view, &body)?;
            tx.execute(
                "INSERT INTO desk_view (id, staff, body, saved_at) VALUES (?1, ?2, ?3, ?4)",
                params![view, me, sealed, now],
            )?;
            Ok(())
        })
        .await?;
    let asked = Asked { which: Which::Saved(view), ..Asked::default() };
    Ok(done(&asked.list(), "view-saved"))
}

pub(crate) async fn remove(
    seat: Seat,
    Path(view): Path<Id<View>>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Failure> {
    let me = seat.caller.member;
    seat.desk
        .store()
        .write(move |tx| {
            let sql = "DELETE FROM desk_view WHERE id = ?1 AND staff = ?2";
            if tx.execute(sql, params![view, me])? == 0 { Err(Error::NotFound) } else { Ok(()) }
        })
        .await?;
    Ok(done(CONVERSATIONS, "view-removed"))
}

//! One open desk: hears what concerns its owner, and keeps them present.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Extension;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use conversations::{Change, Doing, ListChange, Reached, Watch};
use http::{HeaderMap, header};
use kernel::id::{Conversation as Kind, Id, StaffMember};
use kernel::{Error, Result};
use staff::{Permission, Visit};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use web::Failure;

use super::bell::{Ring, What};
use super::message::{Said, Told};
use crate::conversations::find;
use crate::floor::Reach;
use crate::guard::is_still_here;
use crate::seat::Seat;

/// Bytes of a message from a desk; they are all short.
const LONGEST: usize = 1_024;
/// Lists are looked at again at most so often.
const CALM: Duration = Duration::from_millis(250);
/// How often somebody is said to be present, well within the silence that routing bears.
const HEARD: Duration = Duration::from_secs(10);
/// How often the session is asked for: one that ended closes its desks.
const SESSION: Duration = Duration::from_secs(20);
const SIGNED_OUT: u16 = 4401;

pub(crate) async fn open(
    seat: Seat,
    Extension(visit): Extension<Visit>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Failure> {
    // A socket is not bound by the browser's own rules about other sites.
    if !is_from_here(&seat.headers) {
        return Err(Error::NotFound.into());
    }
    let upgrade = upgrade.max_message_size(LONGEST).max_frame_size(LONGEST);
    let upgrade = upgrade.read_buffer_size(4 * LONGEST).write_buffer_size(0);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let member = seat.caller.member;
        if let Err(error) = Box::pin(Desk::new(seat, visit, socket).run()).await {
            tracing::warn!(%error, %member, "a desk's socket ended");
        }
    }))
}

fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let (origin, host) = (text(header::ORIGIN), text(header::HOST));
    let from = origin.and_then(|origin| origin.split_once("://")).map(|(_, from)| from);
    from.is_some() && from == host
}

struct Desk {
    seat: Seat,
    visit: Visit,
    socket: WebSocket,
    reach: Reach,
    /// The conversation that is looked at.
    watch: Option<Watch>,
    /// Who else was there when it was last told.
    others: BTreeMap<Id<StaffMember>, bool>,
    /// What was last told of.
    reached: Reached,
    last: i64,
    /// When lists are to be told of, if they changed.
    lists_at: Option<Instant>,
}

impl Desk {
    fn new(seat: Seat, visit: Visit, socket: WebSocket) -> Self {
        let reach = seat.reach();
        Self {
            seat,
            visit,
            socket,
            reach,
            watch: None,
            others: BTreeMap::new(),
            reached: Reached::default(),
            last: 0,
            lists_at: None,
        }
    }

    async fn run(mut self) -> Result<()> {
        let me = self.seat.caller.member;
        let floor = self.seat.floor().clone();
        let takes_work = self.reach.serves_any;
        let (mut rings, mut lists) = (floor.bell.listen(), floor.conversations.live().watch_lists());
        let (mut heard, mut session) = (interval(HEARD), interval(SESSION));
        heard.set_missed_tick_behavior(MissedTickBehavior::Delay);
        session.set_missed_tick_behavior(MissedTickBehavior::Delay);
        session.tick().await;
        if takes_work {
            floor.routing.arrive(me).await?;
        }
        let ended = loop {
            let due = self.lists_at.unwrap_or_else(|| Instant::now() + HEARD);
            let step = tokio::select! {
                message = self.socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => self.said(&text).await,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break Ok(()),
                    Some(Ok(_)) => Ok(()),
                },
                change = changed(self.watch.as_mut()) => self.look_again(change).await,
                ring = rings.recv() => self.rung(ring).await,
                change = lists.recv() => { self.listed(change).await }
                () = sleep_until(due), if self.lists_at.is_some() => {
                    self.lists_at = None;
                    self.tell(&Told::Lists).await
                }
                _ = heard.tick(), if takes_work => floor.routing.heard_of(vec![me]).await,
                _ = session.tick() => {
                    if !self.is_signed_in().await? {
                        let reason = CloseFrame { code: SIGNED_OUT, reason: "signed out".into() };
                        // Whether it arrives or not, the socket ends.
                        let _ = self.socket.send(Message::Close(Some(reason))).await;
                        break Ok(());
                    }
                    Ok(())
                }
            };
            if let Err(error) = step {
                break Err(error);
            }
        };
        self.look_at(None).await?;
        if takes_work {
            floor.routing.leave(me).await?;
        }
        ended
    }

    async fn is_signed_in(&mut self) -> Result<bool> {
        is_still_here(&self.seat.desk, &self.seat.headers, self.visit.clone()).await
    }

    async fn tell(&mut self, told: &Told) -> Result<()> {
        let text = serde_json::to_string(told)?;
        // A socket that is gone is found out by the next read.
        let _ = self.socket.send(Message::Text(text.into())).await;
        Ok(())
    }

    /// What cannot be read is passed over: a script of an older page may still be open.
    async fn said(&mut self, text: &str) -> Result<()> {
        match serde_json::from_str(text) {
            Ok(Said::Look { conversation }) => self.look_at(conversation).await,
            Ok(Said::Writing { conversation, kind }) if kind != "note" => {
                let watched = self.watch.as_ref().map(Watch::conversation);
                if watched != Some(conversation) {
                    return Ok(());
                }
                let me = Some(self.seat.caller.member);
                self.seat.floor().conversations.says_doing(conversation, me, Doing::Typing).await
            }
            Ok(Said::Writing { .. }) | Err(_) => Ok(()),
        }
    }

    /// Looks at another conversation, or says again that it is looked at.
    async fn look_at(&mut self, conversation: Option<Id<Kind>>) -> Result<()> {
        let me = Some(self.seat.caller.member);
        let conversations = self.seat.floor().conversations.clone();
        let before = self.watch.as_ref().map(Watch::conversation);
        if before != conversation {
            if let Some(before) = before {
                conversations.says_ceasing(before, me, Doing::Looking).await?;
            }
            self.watch = None;
            self.others.clear();
            (self.reached, self.last) = (Reached::default(), 0);
        }
        let Some(id) = conversation else { return Ok(()) };
        if find(&self.seat, id, Permission::CONVERSATION_READ).await.is_err() {
            return Ok(());
        }
        if self.watch.is_none() {
            self.watch = Some(conversations.live().watch(id));
            // Something may have come between the page and this.
            self.tell(&Told::Conversation { id }).await?;
        }
        conversations.says_doing(id, me, Doing::Looking).await
    }

    async fn look_again(&mut self, change: Change) -> Result<()> {
        let Some(watch) = &self.watch else { return Ok(()) };
        let (id, now) = (watch.conversation(), self.seat.desk.store().clock().now());
        if change.moment {
            let (present, reached) = (watch.present(now), watch.reached());
            self.tell_others(id, &present).await?;
            if present.iter().any(|one| one.staff.is_none() && one.doing == Doing::Typing) {
                self.tell(&Told::Typing { conversation: id }).await?;
            }
            // How far the customer has read is on the page.
            if std::mem::replace(&mut self.reached, reached) != reached {
                self.tell(&Told::Conversation { id }).await?;
            }
        }
        if change.head || change.last > self.last {
            self.last = change.last;
            self.tell(&Told::Conversation { id }).await?;
        }
        Ok(())
    }

    /// Tells who came, began to type, or went.
    async fn tell_others(&mut self, id: Id<Kind>, present: &[conversations::Present]) -> Result<()> {
        let me = self.seat.caller.member;
        let mut others: BTreeMap<Id<StaffMember>, bool> = BTreeMap::new();
        for one in present {
            if let Some(staff) = one.staff.filter(|staff| *staff != me) {
                *others.entry(staff).or_default() |= one.doing == Doing::Typing;
            }
        }
        let names = self.seat.desk.colleagues();
        let (ids, now): (Vec<_>, _) =
            (others.keys().copied().collect(), self.seat.desk.store().clock().now());
        let names = names.names(self.seat.desk.staff(), &ids, now).await?;
        let before = std::mem::replace(&mut self.others, others.clone());
        for (staff, writing) in &others {
            let name = names.of(*staff).to_owned();
            self.tell(&Told::Looking {
                conversation: id,
                staff: *staff,
                name,
                writing: *writing,
                gone: false,
            })
            .await?;
        }
        for staff in before.keys().filter(|staff| !others.contains_key(staff)) {
            let name = String::new();
            self.tell(&Told::Looking { conversation: id, staff: *staff, name, writing: false, gone: true })
                .await?;
        }
        Ok(())
    }

    async fn rung(&mut self, ring: Result<Ring, RecvError>) -> Result<()> {
        let me = self.seat.caller.member;
        let told = match ring {
            Ok(ring) if ring.staff == me => match ring.what {
                What::Offer => Told::Offer,
                What::OfferEnded => Told::OfferEnded,
                What::Presence => Told::Presence,
                What::Message => Told::Message,
            },
            Ok(_) => return Ok(()),
            // Too far behind to know what it was.
            Err(_) => Told::Presence,
        };
        self.tell(&told).await
    }

    async fn listed(&mut self, change: Result<ListChange, RecvError>) -> Result<()> {
        let me = Some(self.seat.caller.member);
        if let Ok(change) = &change {
            if change.mentioned == me {
                self.tell(&Told::Mentioned).await?;
            }
            let sees =
                |queue: &Option<_>| queue.as_ref().is_some_and(|queue| self.reach.queues.contains(queue));
            let mine = [change.assignee, change.from_assignee, change.mentioned].contains(&me);
            if !mine && !sees(&change.queue) && !sees(&change.from_queue) {
                return Ok(());
            }
        }
        self.lists_at.get_or_insert_with(|| Instant::now() + CALM);
        Ok(())
    }
}

/// Never, where nothing is watched.
async fn changed(watch: Option<&mut Watch>) -> Change {
    match watch {
        Some(watch) => watch.changed().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_site_gets_no_socket() {
        let from = |origin: Option<&str>, host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            is_from_here(&headers)
        };
        assert!(from(Some("https://desk.example.com"), "desk.example.com"));
        assert!(from(Some("http://localhost:8080"), "localhost:8080"));
        assert!(!from(Some("https://evil.example"), "desk.example.com"));
        assert!(!from(Some("https://desk.example.com.evil.example"), "desk.example.com"));
        assert!(!from(Some("null"), "desk.example.com") && !from(None, "desk.example.com"));
    }
}

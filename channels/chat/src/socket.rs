//! The socket: one small task a connection, which sleeps until a frame, a wake-up or a heartbeat comes.
//!
//! There may be tens of thousands, nearly all idle. So buffers are small, and whatever takes room while it
//! works (reading entries, keeping a message) is boxed and gone when it is done.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::{IntoResponse, Response};
use conversations::{Doing, Watch};
use http::{HeaderMap, header};
use kernel::{Error, Refusal, Result};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use web::Failure;

use crate::chat::{Chat, Seat};
use crate::frames::{By, Closing, Frame, Key, LARGEST_FRAME, Refused, Standing};
use crate::guest::Guest;
use crate::rates::Place;
use crate::session::{Session, Step};
use crate::settings::{HEARTBEAT, HELLO_PATIENCE};
use crate::view::{Reader, as_stored, number};

/// Bytes read from the line at a time; a longer frame takes several.
const READ_BUFFER: usize = 1_024;
/// Entries read at a time.
const BATCH: u16 = 50;
/// How long a page may take to take in what we send.
const SEND_PATIENCE: Duration = Duration::from_secs(20);
/// After a fault of ours a message may be sent again.
const AFTER_FAULT: u64 = 2_000;

/// Takes a connection, or closes it with the reason: a browser's script sees close codes only.
pub(crate) async fn take(
    State(chat): State<Chat>,
    guest: Guest,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Failure> {
    if !is_from_here(&headers, &chat.settings().origin) {
        return Err(Refusal::new("web.not_from_here").into());
    }
    let upgrade = upgrade.map_err(|_| Refusal::new("web.bad_request"))?;
    if chat.0.rates.dial(guest.address).is_err() {
        return Err(Refusal::new("web.too_many").into());
    }
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(LARGEST_FRAME)
        .max_frame_size(LARGEST_FRAME);
    let home = chat.home_zone().await?;
    let reader = Reader::new(&guest.web, &home, guest.door);
    let Some(seat) = guest.seat().await? else { return Ok(hang_up(upgrade, Closing::NoChat)) };
    let Some(place) = chat.0.places.take(guest.address, seat.visitor.id) else {
        return Ok(hang_up(upgrade, Closing::TooMany));
    };
    let line = Box::new(Line {
        watch: chat.conversations().live().watch(seat.conversation.id),
        stopping: chat.0.stopping.subscribe(),
        session: Session::default(),
        standing: None,
        seen: 0,
        is_alive: true,
        closed: false,
        chat,
        seat,
        reader,
        _place: place,
    });
    Ok(upgrade.on_upgrade(move |socket| line.run(socket)).into_response())
}

fn hang_up(upgrade: WebSocketUpgrade, why: Closing) -> Response {
    upgrade
        .on_upgrade(async move |mut socket| {
            let _ = timeout(SEND_PATIENCE, socket.send(farewell(why))).await;
        })
        .into_response()
}

fn farewell(why: Closing) -> Message {
    Message::Close(Some(CloseFrame { code: why.code(), reason: why.reason().into() }))
}

/// A browser says which site's script dials; only our own pages do. Programs that are no browsers say
/// nothing, and could say anything.
fn is_from_here(headers: &HeaderMap, own: &str) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let asked = origin.split_once("://").map(|(_, name)| name);
    origin == own || (asked.is_some() && asked == host)
}

/// A connection.
struct Line {
    chat: Chat,
    seat: Seat,
    reader: Reader,
    session: Session,
    watch: Watch,
    stopping: watch::Receiver<bool>,
    /// What the page was last told about where the matter stands.
    standing: Option<Standing>,
    /// Up to where the page was told that our side has read.
    seen: i64,
    is_alive: bool,
    closed: bool,
    _place: Place,
}

/// What wakes a line.
enum News {
    Came(Option<Result<Message, axum::Error>>),
    Changed { head: bool, moment: bool },
    Beat,
    Stopping,
}

impl Line {
    async fn run(mut self: Box<Self>, mut socket: WebSocket) {
        let mut beat = Instant::now() + HELLO_PATIENCE;
        while !self.closed {
            let news = tokio::select! {
                came = socket.recv() => News::Came(came),
                change = self.watch.changed(), if self.session.is_open() => {
                    News::Changed { head: change.head, moment: change.moment }
                }
                () = sleep_until(beat) => News::Beat,
                _ = self.stopping.wait_for(|stopping| *stopping) => News::Stopping,
            };
            if matches!(news, News::Beat) {
                beat = Instant::now() + HEARTBEAT;
            }
            // Boxed, so that an idle line has no room for what only a busy one needs.
            if Box::pin(self.heed(news, &mut socket)).await.is_err() {
                return;
            }
        }
    }

    /// Does what news ask for. An error ends the line without a word: there is nobody to say it to.
    async fn heed(&mut self, news: News, socket: &mut WebSocket) -> Result<(), Gone> {
        match news {
            News::Came(None) => Err(Gone),
            News::Came(Some(Err(error))) => self.broken(&error, socket).await,
            News::Came(Some(Ok(message))) => self.came(message, socket).await,
            News::Changed { head, moment } => {
                if moment {
                    self.tell_moment(socket).await?;
                }
                if head {
                    self.look_again(socket).await?;
                }
                let steps = self.session.woken().into_iter().collect();
                self.take_steps(steps, socket).await
            }
            News::Beat => self.beat(socket).await,
            News::Stopping => self.close(Closing::Stopping, socket).await,
        }
    }

    async fn came(&mut self, message: Message, socket: &mut WebSocket) -> Result<(), Gone> {
        self.is_alive = true;
        let steps = match message {
            Message::Text(text) => {
                if let Err(wait) = self.chat.0.rates.frame(&self.seat.visitor.id) {
                    // Whoever sends faster than a person can is read later.
                    tokio::time::sleep(wait.min(Duration::from_secs(5))).await;
                }
                self.session.hear(&text)
            }
            Message::Binary(_) => self.session.strike(),
            Message::Ping(_) | Message::Pong(_) => Vec::new(),
            Message::Close(_) => return Err(Gone),
        };
        self.take_steps(steps, socket).await
    }

    /// The line brought something that is no frame at all.
    async fn broken(&mut self, error: &axum::Error, socket: &mut WebSocket) -> Result<(), Gone> {
        let said = error.to_string();
        if !said.contains("too long") && !said.contains("too big") {
            return Err(Gone);
        }
        self.refuse(Refusal::new("chat.too_large").with("most", LARGEST_FRAME), None, None, socket).await?;
        self.close(Closing::TooLarge, socket).await
    }

    async fn beat(&mut self, socket: &mut WebSocket) -> Result<(), Gone> {
        if self.session.is_new() {
            return self.close(Closing::Silent, socket).await;
        }
        if !std::mem::take(&mut self.is_alive) {
            return Err(Gone);
        }
        send(socket, Message::Ping(Vec::new().into())).await?;
        // Others before them may have left the line without a word about it.
        if matches!(self.standing, Some(Standing::Waiting { .. })) {
            self.look_again(socket).await?;
        }
        Ok(())
    }

    /// Takes steps until there are no more.
    async fn take_steps(&mut self, steps: Vec<Step>, socket: &mut WebSocket) -> Result<(), Gone> {
        let mut steps: VecDeque<Step> = steps.into();
        while let Some(step) = steps.pop_front() {
            let next = match self.take_step(step, socket).await {
                Ok(next) => next,
                Err(Stop::Gone) => return Err(Gone),
                Err(Stop::Fault(error)) => {
                    tracing::error!(%error, "a chat connection failed");
                    return self.close(Closing::Fault, socket).await;
                }
            };
            for step in next.into_iter().rev() {
                steps.push_front(step);
            }
        }
        Ok(())
    }

    async fn take_step(&mut self, step: Step, socket: &mut WebSocket) -> Result<Vec<Step>, Stop> {
        let none = Vec::new();
        match step {
            Step::Greet => return Ok(self.greet().await?),
            Step::Load { after } => return Ok(self.load(after).await?),
            Step::Keep { key, text } => return self.keep(key, &text, socket).await,
            Step::Send(frame) => self.tell(&frame, socket).await?,
            Step::TellTyping => {
                self.chat.conversations().says_doing(self.seat.conversation.id, None, Doing::Typing).await?;
            }
            Step::MarkRead { n } => {
                self.chat.conversations().read_by_customer(self.seat.conversation.id, as_stored(n)).await?;
            }
            Step::End => {
                self.chat.leave(&self.seat).await?;
                self.look_again(socket).await?;
            }
            Step::Rate { stars, comment } => match self.chat.rate(&self.seat, stars, &comment).await {
                Ok(()) => self.look_again(socket).await?,
                Err(Error::Refusal(refusal)) => self.refuse(refusal, None, None, socket).await?,
                Err(error) => return Err(error.into()),
            },
            Step::Refuse(refusal, key) => self.refuse(refusal, key, None, socket).await?,
            Step::Close(why) => self.close(why, socket).await?,
        }
        Ok(none)
    }

    async fn greet(&mut self) -> Result<Vec<Step>> {
        if !self.renew().await? {
            return Ok(vec![self.session.close(Closing::NoChat)]);
        }
        let standing = self.chat.standing(&self.seat, &self.reader).await?;
        self.standing = Some(standing.clone());
        let conversation = &self.seat.conversation;
        self.seen = conversation.marks.staff_read;
        let last = number(conversation.last_number);
        let welcome = Frame::Welcome {
            conversation: conversation.reference.to_string(),
            last,
            seen: number(self.seen),
            read: number(conversation.marks.customer_read),
            state: standing,
        };
        Ok(self.session.greeted(last, welcome))
    }

    /// Reads the visitor and the conversation anew; `false` when this browser has no chat any more. An end
    /// on another page of the same browser counts here.
    async fn renew(&mut self) -> Result<bool> {
        let renewed = self.chat.renewed(&self.seat).await?;
        let is_there = renewed.is_some();
        self.seat = renewed.unwrap_or_else(|| self.seat.clone());
        Ok(is_there)
    }

    async fn load(&mut self, after: u64) -> Result<Vec<Step>> {
        let conversation = self.seat.conversation.id;
        // What somebody else has just written is at hand; what this page missed is read.
        let (entries, more) = if let Some(entries) = self.watch.recent(as_stored(after)) {
            (entries, false)
        } else {
            let read = self.chat.conversations().entries(conversation, as_stored(after), BATCH).await?;
            let more = read.len() == usize::from(BATCH);
            (read.into_iter().map(Arc::new).collect(), more)
        };
        let mut lines = Vec::with_capacity(entries.len());
        for entry in entries {
            lines.push(self.chat.line(&self.seat, &entry, &self.reader).await);
        }
        let news = self.session.loaded(lines, more);
        if let Some(n) = newest_of_ours(&news) {
            self.chat.conversations().delivered_to_customer(conversation, as_stored(n)).await?;
        }
        Ok(news)
    }

    async fn keep(&mut self, key: Key, text: &str, socket: &mut WebSocket) -> Result<Vec<Step>, Stop> {
        if let Err(wait) = self.chat.0.rates.message(&self.seat.visitor.id) {
            let wait = u64::try_from(wait.as_millis()).unwrap_or(AFTER_FAULT).max(1);
            self.refuse(Refusal::new("chat.too_fast"), Some(key), Some(wait), socket).await?;
            return Ok(Vec::new());
        }
        match self.chat.say(&self.seat, &key, text).await {
            Ok(appended) if appended.conversation == self.seat.conversation.id => {
                let (at, n) = (appended.at, number(appended.number));
                let time = self.reader.time(at, self.chat.now());
                let repeated = appended.repeated;
                self.tell(&Frame::Ack { key, n, at, time, repeated }, socket).await?;
                Ok(self.session.woken().into_iter().collect())
            }
            // Another one goes on in its place; the page begins anew and finds its words there.
            Ok(_) => Ok(vec![self.session.close(Closing::Moved)]),
            Err(Error::Refusal(refusal)) => {
                self.refuse(refusal, Some(key), None, socket).await?;
                Ok(Vec::new())
            }
            Err(error) => {
                tracing::error!(%error, "a customer's message could not be kept");
                self.refuse(Refusal::new("chat.not_kept"), Some(key), Some(AFTER_FAULT), socket).await?;
                Ok(Vec::new())
            }
        }
    }

    /// The state, the assignee or words of earlier entries may be different.
    async fn look_again(&mut self, socket: &mut WebSocket) -> Result<(), Gone> {
        let id = self.seat.conversation.id;
        match self.renew().await {
            Ok(true) => {}
            Ok(false) => return self.close(Closing::NoChat, socket).await,
            Err(error) => {
                tracing::error!(%error, "a chat could not be read");
                return self.close(Closing::Fault, socket).await;
            }
        }
        if self.seat.conversation.id != id {
            return self.close(Closing::Moved, socket).await;
        }
        match self.chat.standing(&self.seat, &self.reader).await {
            Ok(standing) if self.standing.as_ref() != Some(&standing) => {
                self.standing = Some(standing.clone());
                self.tell(&Frame::State { state: standing }, socket).await
            }
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(%error, "where a chat stands could not be read");
                Ok(())
            }
        }
    }

    /// Our side types, or has read further.
    async fn tell_moment(&mut self, socket: &mut WebSocket) -> Result<(), Gone> {
        let typing =
            |present: &conversations::Present| present.staff.is_some() && present.doing == Doing::Typing;
        if self.watch.present(self.chat.now()).iter().any(typing) {
            self.tell(&Frame::Typing, socket).await?;
        }
        let reached = self.watch.reached().staff_read;
        if reached > self.seen {
            self.seen = reached;
            self.tell(&Frame::Read { n: number(reached) }, socket).await?;
        }
        Ok(())
    }

    async fn refuse(
        &mut self,
        refusal: Refusal,
        key: Option<Key>,
        wait: Option<u64>,
        socket: &mut WebSocket,
    ) -> Result<(), Gone> {
        let told = self.reader.words.refusal(&refusal);
        let (code, text, remedy) = (refusal.code(), told.what, told.remedy);
        self.tell(&Frame::Refused(Refused { code, text, remedy, key, wait }), socket).await
    }

    async fn tell(&mut self, frame: &Frame, socket: &mut WebSocket) -> Result<(), Gone> {
        let text = serde_json::to_string(frame).map_err(|_| Gone)?;
        send(socket, Message::Text(text.into())).await
    }

    async fn close(&mut self, why: Closing, socket: &mut WebSocket) -> Result<(), Gone> {
        self.closed = true;
        send(socket, farewell(why)).await
    }
}

/// The newest entry among these that somebody else wrote.
fn newest_of_ours(steps: &[Step]) -> Option<u64> {
    steps.iter().rev().find_map(|step| match step {
        Step::Send(Frame::Entry(line)) => {
            line.shown.as_ref().is_some_and(|shown| shown.by != By::You).then_some(line.n)
        }
        _ => None,
    })
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Gone> {
    match timeout(SEND_PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}

/// The other side is not there any more.
#[derive(Debug)]
struct Gone;

enum Stop {
    Gone,
    Fault(Error),
}

impl From<Gone> for Stop {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

//! Files that customers send and get.

use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use conversations::{Author, LARGEST_FILE, NewFile};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::id::{Attachment, Id};
use kernel::{Context, Refusal, Result};
use web::Failure;

use crate::chat::{Chat, Seat};
use crate::frames::{File, Key};
use crate::guest::Guest;
use crate::view::Reader;

/// A file with the form around it.
pub(crate) const LARGEST_FORM: usize = LARGEST_FILE + 16 * 1024;
/// Letters of the fields beside the file.
const LONGEST_FIELD: usize = 200;

/// What arrived in the form. The proof comes before the file, so that a stranger's bytes are not read.
#[derive(Default)]
struct Sent {
    key: Option<Key>,
    name: String,
    bytes: Vec<u8>,
}

/// Takes a file: for a script the answer is a status, for a form the room.
pub(crate) async fn send(
    guest: Guest,
    headers: HeaderMap,
    State(chat): State<Chat>,
    form: Multipart,
) -> Result<Response, Failure> {
    let seat = guest.own_seat().await?;
    chat.0.rates.file(&seat.visitor.id).map_err(|_| Refusal::new("chat.too_fast"))?;
    let sent = read(&guest, form).await?;
    let key = sent.key.map(|key| key.as_str().parse()).transpose()?;
    let file = NewFile { author: Author::Customer, name: sent.name, bytes: sent.bytes, caption: None, key };
    chat.conversations().attach(seat.conversation.id, file).await?;
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("json") && !accept.contains("html")) {
        return Ok(StatusCode::CREATED.into_response());
    }
    Ok(Redirect::to(guest.door.prefix()).into_response())
}

async fn read(guest: &Guest, mut form: Multipart) -> Result<Sent> {
    let malformed = |_| Refusal::new("web.bad_request");
    let (mut sent, mut is_proved) = (Sent::default(), false);
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        match field.name() {
            Some("proof") => {
                guest.check(&short(field.text().await.map_err(malformed)?)?)?;
                is_proved = true;
            }
            Some("key") => sent.key = Key::parse(&short(field.text().await.map_err(malformed)?)?),
            Some("file") if is_proved => {
                sent.name = field.file_name().unwrap_or_default().to_owned();
                let too_large =
                    |_| Refusal::new("conversations.file_too_large").with("megabytes", LARGEST_FILE >> 20);
                sent.bytes = field.bytes().await.map_err(too_large)?.to_vec();
            }
            _ => return Err(Refusal::new("web.form_expired").into()),
        }
    }
    if !is_proved {
        return Err(Refusal::new("web.form_expired").into());
    }
    Ok(sent)
}

fn short(text: String) -> Result<String, Refusal> {
    if text.len() > LONGEST_FIELD { Err(Refusal::new("web.bad_request")) } else { Ok(text) }
}

/// Gives a file of the guest's own conversation. Pictures open in the browser; the rest is only saved.
pub(crate) async fn fetch(
    guest: Guest,
    State(chat): State<Chat>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let seat = guest.own_seat().await?;
    let id: Id<Attachment> = id.parse().map_err(|_| kernel::Error::NotFound)?;
    let (file, bytes) = chat.conversations().read_file(seat.conversation.id, id).await?;
    let way = if file.media_type.is_inline() { "inline" } else { "attachment" };
    let name = file.name.as_ref().map_or("file", |name| name.expose().as_str());
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type.as_str()));
    headers.insert(header::CONTENT_DISPOSITION, disposition(way, name)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// The name in the form that takes every letter (RFC 8187).
fn disposition(way: &str, name: &str) -> Result<HeaderValue> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let encoded: String = name
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    HeaderValue::try_from(format!("{way}; filename*=UTF-8''{encoded}")).context("naming a file")
}

impl Chat {
    /// A file as it stands in a line; nothing when it is gone.
    pub(crate) async fn file_shown(&self, seat: &Seat, id: Id<Attachment>, reader: &Reader) -> Option<File> {
        let file = self.conversations().file(seat.conversation.id, id).await.ok()?;
        let name = match &file.name {
            Some(name) => name.expose().clone(),
            None => reader.words.text("chat-erased").into_owned(),
        };
        let kilobytes = (file.size / 1024).max(1);
        let size = if kilobytes < 1024 {
            reader.words.message("chat-kilobytes").with("count", kilobytes)
        } else {
            reader.words.message("chat-megabytes").with("count", kilobytes / 1024)
        };
        let href = format!("{}/files/{id}", reader.door.prefix());
        Some(File { href, name, size: size.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_cannot_leave_its_header() {
        let named = |name: &str| disposition("attachment", name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(named("a b.pdf"), "attachment; filename*=UTF-8''a%20b.pdf");
        assert_eq!(named("ñ\"\r\n;x.txt"), "attachment; filename*=UTF-8''%C3%B1%22%0D%0A%3Bx.txt");
    }
}

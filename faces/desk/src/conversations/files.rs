//! Files of a conversation: sent by staff, and served so that nothing in them can run.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{Multipart, Path};
use axum::response::{IntoResponse, Redirect, Response};
use conversations::{Body as Said, NewFile, Told};
use http::{HeaderName, HeaderValue, header};
use kernel::id::{Attachment, Conversation as Kind};
use kernel::{Error, Id, Refusal, Result};
use staff::Permission;
use web::{Failure, check_token};

use super::CONVERSATIONS;
use super::asked::Asked;
use super::deeds::text;
use super::entries::FileView;
use super::refused::{Fields, Tried};
use super::scope::find;
use crate::seat::Seat;

/// Files by their ids, as the timeline shows them.
pub(super) type Files = HashMap<Id<Attachment>, FileView>;

/// The files that these entries speak of.
pub(super) async fn of(seat: &Seat, story: &[Told]) -> Result<Files> {
    let mut files = Files::new();
    for told in story {
        let (id, Said::Attachment { file, .. }) = (told.conversation, &told.entry.body) else { continue };
        let file = match seat.floor().conversations.file(id, *file).await {
            Ok(file) => file,
            Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let words = &seat.visitor.words;
        let name =
            file.name.map_or_else(|| words.text("desk-erased").into_owned(), |name| name.expose().clone());
        let size = size(words, file.size);
        files.insert(
            file.id,
            FileView { href: format!("{CONVERSATIONS}/{id}/files/{}", file.id), name, size },
        );
    }
    Ok(files)
}

fn size(words: &words::Words, bytes: i64) -> String {
    if bytes < 1024 * 1024 {
        words.message("desk-kilobytes").with("count", (bytes / 1024).max(1)).to_string()
    } else {
        words.message("desk-megabytes").with("count", bytes / 1024 / 1024).to_string()
    }
}

/// What a form with a file holds.
struct Upload {
    fields: Fields,
    name: String,
    bytes: Bytes,
}

pub(crate) async fn attach(
    seat: Seat,
    Path(id): Path<Id<Kind>>,
    form: Multipart,
) -> Result<Response, Failure> {
    let Upload { fields, name, bytes } = read(form).await?;
    check_token(&seat.visitor, &seat.headers, fields.get("form_token").map(String::as_str))?;
    find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let key = Some(text(&fields, "key").parse()?);
    let file = NewFile { author: seat.author(), name, bytes: bytes.to_vec(), caption: None, key };
    if let Err(error) = seat.floor().conversations.attach(id, file).await {
        let action = String::new();
        return Tried { seat: &seat, conversation: id, action, fields: &fields }.refused(error, None).await;
    }
    let (asked, _) = Asked::read_address(text(&fields, "back"));
    Ok(Redirect::to(&asked.conversation(id)).into_response())
}

/// Fields are read before the file, as the page sends them.
async fn read(mut form: Multipart) -> Result<Upload, Refusal> {
    let broken = |_| Refusal::new("web.bad_request");
    let mut fields = Fields::new();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name().map(ToOwned::to_owned) {
            let bytes = field.bytes().await.map_err(|_| Refusal::new("web.too_large"))?;
            return Ok(Upload { fields, name: file, bytes });
        }
        fields.insert(name, field.text().await.map_err(broken)?);
    }
    Err(Refusal::new("web.bad_request"))
}

/// A file is saved, never opened here: nothing that a customer sent may run as ours.
pub(crate) async fn download(
    seat: Seat,
    Path((id, file)): Path<(Id<Kind>, Id<Attachment>)>,
) -> Result<Response, Failure> {
    find(&seat, id, Permission::CONVERSATION_READ).await?;
    let (file, bytes) = seat.floor().conversations.read_file(id, file).await?;
    let name = file.name.ok_or(Error::NotFound)?;
    let plain: String = name
        .expose()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' })
        .collect();
    let encoded: String = form_urlencoded::byte_serialize(name.expose().as_bytes()).collect();
    let encoded = encoded.replace('+', "%20");
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8\'\'{encoded}");
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let set: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.media_type.as_str())),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(disposition).map_err(|_| Error::NotFound)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    headers.extend(set);
    Ok(response)
}

//! Entries as a file that anybody can check without us.

use std::io::{self, Write};

use ::audit::Outcome;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use kernel::{Context, Refusal};
use web::{Failure, Posted};

use super::filter::Typed;
use super::note;
use super::page::send;
use crate::seat::Seat;

/// Larger ones are made on the command line.
const MOST_BYTES: usize = 32 * 1024 * 1024;

pub(crate) async fn export(seat: Seat, Posted(typed): Posted<Typed>) -> Result<Response, Failure> {
    match bundle(&seat, &typed).await {
        Ok(bundle) => file(&seat, bundle),
        Err(error) => {
            let notice = seat.refused(error)?;
            send(&seat, typed, None, Some(notice)).await
        }
    }
}

async fn bundle(seat: &Seat, typed: &Typed) -> kernel::Result<Vec<u8>> {
    let filter = typed.read(seat).await?;
    let filtered: Vec<_> = typed.filled().map(|(name, _)| name).collect();
    let mut bundle = Bounded { bytes: Vec::new(), is_full: false };
    let exported = seat.desk.trail().export(seat.desk.store(), &filter, &mut bundle).await;
    if bundle.is_full {
        let refusal = Refusal::new("desk.export_too_large").with("most", MOST_BYTES / 1024 / 1024);
        note(seat, "audit.export", Outcome::Refused, serde_json::json!({ "filtered_by": filtered })).await?;
        return Err(refusal.into());
    }
    let details = serde_json::json!({ "filtered_by": filtered, "entries": exported?.entries });
    note(seat, "audit.export", Outcome::Done, details).await?;
    Ok(bundle.bytes)
}

fn file(seat: &Seat, bundle: Vec<u8>) -> Result<Response, Failure> {
    let name = format!("attachment; filename=\"audit-{}.jsonl\"", seat.visitor.now.strftime("%Y-%m-%d-%H%M"));
    let mut response = bundle.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(name).context("naming the export")?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Memory with an end.
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(more.len()) > MOST_BYTES {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

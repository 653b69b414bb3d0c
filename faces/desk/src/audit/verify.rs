//! Proving on request that nobody touched the trail.

use ::audit::{Outcome, Verdict};
use axum::response::Response;
use http::StatusCode;
use web::{Failure, Posted};

use super::filter::Typed;
use super::note;
use super::page::send;
use crate::notice::Notice;
use crate::seat::Seat;
use crate::sign_in::Nothing;

pub(crate) async fn verify(seat: Seat, Posted(Nothing {}): Posted<Nothing>) -> Result<Response, Failure> {
    let verdict = seat.desk.trail().verify(seat.desk.store(), None).await?;
    let details = match &verdict {
        Verdict::Intact(intact) => serde_json::json!({ "intact": true, "last": intact.last }),
        Verdict::Broken(broken) => serde_json::json!({ "intact": false, "first": broken.seq }),
    };
    note(&seat, "audit.verify", Outcome::Done, details).await?;
    send(&seat, Typed::default(), None, Some(spoken(&seat, &verdict))).await
}

fn spoken(seat: &Seat, verdict: &Verdict) -> Notice {
    let words = &seat.visitor.words;
    let (kind, icon, title, text) = match verdict {
        Verdict::Intact(intact) => {
            let told = words.message("desk-audit-intact").with("last", intact.last);
            let signed = words.message("desk-audit-signed").with("signed", intact.signed);
            ("good", "shield-check", told.to_string(), signed.to_string())
        }
        Verdict::Broken(broken) => {
            let details = broken.details();
            let told =
                details.fold(words.message(broken.text_key()), |told, (name, value)| told.with(name, value));
            ("bad", "triangle-alert", told.to_string(), words.text("desk-audit-broken-remedy").into_owned())
        }
    };
    Notice { kind, icon, title, text, link: None, again: None, status: StatusCode::OK }
}

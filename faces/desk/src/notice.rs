//! What a page says on top about the deed before: that it was done, or why it was not.

use http::StatusCode;
use kernel::{Error, Refusal};
use web::{Failure, Visitor};

use crate::sign_in::SIGN_IN;

pub(crate) struct Notice {
    pub kind: &'static str,
    pub icon: &'static str,
    pub title: String,
    pub text: String,
    /// Where to go next: its address and words.
    pub link: Option<(String, String)>,
    /// The same deed once more, now that more is known.
    pub again: Option<Again>,
    pub status: StatusCode,
}

/// A form that is sent by its one button.
pub(crate) struct Again {
    pub action: String,
    pub fields: Vec<(String, String)>,
    pub text: String,
    /// Or else, to leave it as it is: where to, and its words.
    pub leave: (String, String),
}

impl Notice {
    /// A refusal in words. Whatever else went wrong is not the page's to say.
    pub fn refused(visitor: &Visitor, error: Error) -> Result<Self, Failure> {
        let Error::Refusal(refusal) = error else { return Err(error.into()) };
        let told = visitor.told(&refusal);
        let mut notice = Self {
            kind: "bad",
            icon: "circle-alert",
            title: told.what,
            text: told.remedy,
            link: None,
            again: None,
            status: StatusCode::UNPROCESSABLE_ENTITY,
        };
        if refusal.code() == AGAIN {
            let here = form_urlencoded::byte_serialize(b"/desk/profile").collect::<String>();
            let text = visitor.words.text("desk-sign-in-again").into_owned();
            notice.link = Some((format!("{SIGN_IN}?next={here}"), text));
        }
        notice.status = Failure::from(refusal).status();
        Ok(notice)
    }

    /// What was done, by the word that the address carries after a deed.
    pub fn done(visitor: &Visitor) -> Option<Self> {
        let query = visitor.address.query().unwrap_or_default();
        let (_, done) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "done")?;
        let (_, key) = DONE.iter().find(|(word, _)| *word == done)?;
        Some(Self {
            kind: "good",
            icon: "circle-check",
            title: visitor.words.text(key).into_owned(),
            text: String::new(),
            link: None,
            again: None,
            status: StatusCode::OK,
        })
    }

    pub fn is_refusal(&self) -> bool {
        self.kind == "bad"
    }
}

const AGAIN: &str = "staff.sign_in_again";

/// Words of the address, and what they say.
const DONE: [(&str, &str); 27] = [
    ("alert", "desk-done-alert"),
    ("bulk", "desk-done-bulk"),
    ("closed", "desk-done-closed"),
    ("ended", "desk-done-ended"),
    ("factor-removed", "desk-done-factor-removed"),
    ("left", "desk-done-left"),
    ("others-ended", "desk-done-others-ended"),
    ("merged", "desk-done-merged"),
    ("passkey", "desk-done-passkey"),
    ("passkey-removed", "desk-done-passkey-removed"),
    ("password", "desk-done-password"),
    ("person-note", "desk-done-person-note"),
    ("reinstated", "desk-done-reinstated"),
    ("renamed", "desk-done-renamed"),
    ("revoked", "programs-done-revoked"),
    ("roles", "desk-done-roles"),
    ("saved", "desk-done-saved"),
    ("snoozed", "desk-done-snoozed"),
    ("signed-out", "desk-done-signed-out"),
    ("suspended", "desk-done-suspended"),
    ("too-late", "desk-done-too-late"),
    ("transferred", "desk-done-transferred"),
    ("undone", "desk-done-undone"),
    ("unmerged", "desk-done-unmerged"),
    ("unread", "desk-done-unread"),
    ("view-removed", "desk-done-view-removed"),
    ("view-saved", "desk-done-view-saved"),
];

/// A refusal of the desk's own, for what was typed into its forms.
pub(crate) fn malformed() -> Error {
    Refusal::new("web.bad_request").into()
}

//! Who may do what: the policy files as they are in force, and what they come down to.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use kernel::{Context, Fault, Result, id};
use staff::{Caller, Circumstances, Method, Permission, Policies, Purpose, Resource, Role, Roles};
use web::{Failure, Page};

use crate::frame::Frame;
use crate::names;
use crate::seat::Seat;

/// A policy file as it was read at the start.
#[derive(Debug, Clone)]
pub struct PolicyFile {
    pub name: String,
    pub text: String,
}

impl PolicyFile {
    /// The schema and the policies of a folder, by name.
    pub fn read(folder: &Path) -> Result<Vec<Self>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).context("reading the folder of policies")? {
            let path = entry?.path();
            let is_policy = path.extension().is_some_and(|kind| kind == "cedar" || kind == "cedarschema");
            if let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|_| is_policy) {
                files.push(Self { name: name.to_owned(), text: fs::read_to_string(&path)? });
            }
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        if files.is_empty() { Err(Fault::new("a folder without policies").into()) } else { Ok(files) }
    }
}

#[derive(Template)]
#[template(path = "policies.html")]
struct PoliciesPage {
    page: Page,
    frame: Frame,
    roles: Vec<String>,
    lines: Matrix,
    files: Vec<PolicyFile>,
}

/// What each role may. The policies do not change while the program runs, so it is made once.
pub(crate) type Matrix = Arc<[Line]>;

pub(crate) struct Line {
    permission: &'static str,
    answers: Vec<Answer>,
}

/// What a role may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Always,
    /// In some circumstances: in one's own queue, with a reason, for a purpose.
    Sometimes,
    Never,
}

pub(crate) async fn show(seat: Seat) -> Result<Response, Failure> {
    let lines = if let Some(known) = seat.desk.0.matrix.get() {
        Arc::clone(known)
    } else {
        let made = lines(seat.desk.staff().policies(), &seat.caller)?;
        Arc::clone(seat.desk.0.matrix.get_or_init(|| made))
    };
    let words = &seat.visitor.words;
    seat.send(&words.text("desk-place-policies"), None, |page, frame| PoliciesPage {
        roles: Role::ALL.into_iter().map(|role| names::role(words, role)).collect(),
        lines,
        files: seat.desk.policy_files().to_vec(),
        page,
        frame,
    })
    .await
}

fn lines(policies: &Policies, caller: &Caller) -> Result<Matrix> {
    let somebody = Role::ALL.into_iter().map(|role| somebody(role, caller)).collect::<Result<Vec<_>>>()?;
    let line = |permission: &Permission| Line {
        permission: permission.name(),
        answers: somebody.iter().map(|one| answer(policies, one, *permission)).collect(),
    };
    Ok(Permission::ALL.iter().map(line).collect())
}

/// An imaginary colleague with this role alone, signed in properly.
fn somebody(role: Role, caller: &Caller) -> Result<Caller> {
    Ok(Caller {
        member: id::new(Timestamp::UNIX_EPOCH),
        roles: Roles::new([role])?,
        method: Method::Passkey,
        ..caller.clone()
    })
}

fn answer(policies: &Policies, caller: &Caller, permission: Permission) -> Answer {
    let mut allowed = circumstances()
        .map(|circumstances| policies.decide(caller, permission, &Resource::System, circumstances).allowed);
    let first = allowed.next().unwrap_or_default();
    match (first, allowed.all(|one| one == first)) {
        (true, true) => Answer::Always,
        (false, true) => Answer::Never,
        (_, false) => Answer::Sometimes,
    }
}

/// All that policies may look at.
fn circumstances() -> impl Iterator<Item = Circumstances> {
    let flags = |bits: u8| (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
    Purpose::ALL.into_iter().flat_map(move |purpose| {
        (0..8).map(move |bits| {
            let (open_matter, written_reason, own_queue) = flags(bits);
            Circumstances { purpose, open_matter, written_reason, own_queue }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_circumstance_is_thought_of_once() {
        let all: Vec<_> = circumstances().map(|one| format!("{one:?}")).collect();
        let unique: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!((all.len(), unique.len()), (24, 24));
    }
}

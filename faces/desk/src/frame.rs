//! The desk's own frame: who is here, and where they may go.

use kernel::Result;
use staff::{Caller, Permission};
use web::Visitor;

use crate::Desk;
use crate::conversations::CONVERSATIONS;
use crate::guard::may;
use crate::keys::{self, KeyGroup};
use crate::notice::Notice;
use crate::portrait::Face;
use crate::presence::Shift;
use crate::programs::PROGRAMS;

/// The field `frame` that `desk.html` needs.
pub(crate) struct Frame {
    pub name: String,
    pub face: Face,
    pub places: Vec<Place>,
    /// For those who take work from queues.
    pub shift: Option<Shift>,
    pub keys: Vec<KeyGroup>,
    pub notice: Option<Notice>,
}

/// A line of the side navigation.
pub(crate) struct Place {
    pub href: &'static str,
    pub text: String,
    pub icon: &'static str,
    pub current: bool,
}

/// Path, words, icon, and the permission without which it is not shown.
const PLACES: [(&str, &str, &str, Permission); 7] = [
    ("/desk", "desk-place-home", "house", Permission::DESK_OPEN),
    (CONVERSATIONS, "desk-place-conversations", "message-circle", Permission::CONVERSATION_READ),
    ("/desk/staff", "desk-place-staff", "users", Permission::STAFF_READ),
    (PROGRAMS, "programs-title", "key-round", Permission::API_MANAGE),
    ("/desk/policies", "desk-place-policies", "shield-check", Permission::POLICY_READ),
    ("/desk/audit", "desk-place-audit", "scroll-text", Permission::AUDIT_READ),
    ("/desk/profile", "desk-place-profile", "circle-user", Permission::PROFILE_OWN),
];

impl Frame {
    pub async fn new(
        desk: &Desk,
        caller: &Caller,
        visitor: &Visitor,
        notice: Option<Notice>,
    ) -> Result<Self> {
        let member = desk.staff().member(caller.member).await?;
        Ok(Self {
            name: member.name.expose().clone(),
            face: Face::new(member.name.expose(), caller.member),
            shift: Shift::of(desk, caller, visitor).await?,
            keys: keys::groups(&visitor.words),
            places: places(desk, caller, visitor),
            notice: notice.or_else(|| Notice::done(visitor)),
        })
    }
}

pub(crate) fn places(desk: &Desk, caller: &Caller, visitor: &Visitor) -> Vec<Place> {
    let path = visitor.address.path();
    let allowed = PLACES.into_iter().filter(|(.., permission)| may(desk, caller, *permission));
    allowed
        .map(|(href, key, icon, _)| Place {
            href,
            text: visitor.words.text(key).into_owned(),
            icon,
            current: path == href || (href != "/desk" && path.starts_with(&format!("{href}/"))),
        })
        .collect()
}

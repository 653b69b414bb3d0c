//! Roles, states and ways to sign in, in words.

use staff::{Method, Role, Roles, Status, Theme};
use words::Words;

pub(crate) fn role(words: &Words, role: Role) -> String {
    let key = match role {
        Role::Representative => "desk-role-representative",
        Role::Supervisor => "desk-role-supervisor",
        Role::Administrator => "desk-role-administrator",
        Role::ComplianceOfficer => "desk-role-compliance-officer",
    };
    words.text(key).into_owned()
}

pub(crate) fn roles(words: &Words, roles: &Roles) -> String {
    roles.iter().map(|one| role(words, one)).collect::<Vec<_>>().join(", ")
}

/// A state with the kind and icon of its badge.
pub(crate) struct StatusView {
    pub kind: &'static str,
    pub icon: &'static str,
    pub text: String,
}

pub(crate) fn status(words: &Words, status: Status) -> StatusView {
    let (kind, icon, key) = match status {
        Status::Active => ("good", "circle-check", "desk-status-active"),
        Status::Suspended => ("warn", "circle-alert", "desk-status-suspended"),
        Status::Left => ("plain", "circle-x", "desk-status-left"),
    };
    StatusView { kind, icon, text: words.text(key).into_owned() }
}

pub(crate) fn method(words: &Words, method: Method) -> String {
    let key = match method {
        Method::Passkey => "desk-method-passkey",
        Method::Password => "desk-method-password",
        Method::Recovery => "desk-method-recovery",
        Method::Provider => "desk-method-provider",
        Method::Link => "desk-method-link",
        Method::Demonstration => "desk-method-demonstration",
    };
    words.text(key).into_owned()
}

pub(crate) fn theme(words: &Words, theme: Theme) -> String {
    let key = match theme {
        Theme::System => "web-as-system",
        Theme::Light => "web-theme-light",
        Theme::Dark => "web-theme-dark",
        Theme::HighContrast => "desk-theme-contrast",
    };
    words.text(key).into_owned()
}

/// One choice of a form.
pub(crate) struct Choice {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

pub(crate) fn role_choices(words: &Words, is_chosen: impl Fn(Role) -> bool) -> Vec<Choice> {
    let choice =
        |one: Role| Choice { value: one.name().to_owned(), text: role(words, one), chosen: is_chosen(one) };
    Role::ALL.into_iter().map(choice).collect()
}

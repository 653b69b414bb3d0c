//! Every route of the desk, with what it takes to come in. The router is made from this table and from
//! nothing else, so that a route without a permission cannot exist.

use axum::middleware::from_fn_with_state;
use staff::Permission;
use web::{Routes, get, post};

use crate::conversations::{bulk, deeds, files, joined, page, say, suggest, views};
use crate::customers::{note, reveal};
use crate::guard::guard;
use crate::live::socket;
use crate::presence::{self, offers};
use crate::{Desk, audit, home, members, policies, profile, programs, sign_in};

/// What it takes to come in.
pub type Access = web::Access<Permission>;

/// One line of the table.
pub type Route = web::Route<Desk, Permission>;

/// A file and what a form needs around it.
const UPLOAD: usize = conversations::LARGEST_FILE + 64 * 1024;

/// All routes.
#[rustfmt::skip]
#[allow(clippy::too_many_lines)] // one line a route
pub fn table() -> Vec<Route> {
    use web::Access::{May, Public, SignedIn};
    const OWN: Access = May(Permission::PROFILE_OWN);
    const MANAGE: Access = May(Permission::STAFF_MANAGE);
    const API: Access = May(Permission::API_MANAGE);
    const READ: Access = May(Permission::CONVERSATION_READ);
    const REPLY: Access = May(Permission::CONVERSATION_REPLY);
    const ASSIGN: Access = May(Permission::CONVERSATION_ASSIGN);
    const WORK: Access = May(Permission::QUEUE_WORK);
    vec![
        get ("/desk/sign-in",                              Public,                          sign_in::page::show),
        post("/desk/sign-in",                              Public,                          sign_in::password::password),
        post("/desk/sign-in/code",                         Public,                          sign_in::password::code),
        post("/desk/sign-in/passkey/start",                Public,                          sign_in::passkey::start),
        post("/desk/sign-in/passkey",                      Public,                          sign_in::passkey::finish),
        get ("/desk/sign-in/link/{token}",                 Public,                          sign_in::link::show),
        post("/desk/sign-in/link/{token}",                 Public,                          sign_in::link::open),
        get ("/desk/sign-in/provider",                     Public,                          sign_in::provider::start),
        get ("/desk/sign-in/provider/callback",            Public,                          sign_in::provider::callback),
        post("/desk/sign-in/provider/logout",              Public,                          sign_in::provider::logout),
        post("/desk/sign-out",                             SignedIn,                        sign_in::sign_out),

        get ("/desk",                                      May(Permission::DESK_OPEN),      home::show),
        post("/desk/alerts/{alert}/seen",                  May(Permission::ALERT_READ),     home::see_alert),

        get ("/desk/live",                                 READ,                            socket::open),
        post("/desk/presence",                             WORK,                            presence::choose),
        post("/desk/offers/{offer}/accept",                WORK,                            offers::accept),
        post("/desk/offers/{offer}/decline",               WORK,                            offers::decline),

        get ("/desk/conversations",                        READ,                            page::list),
        post("/desk/conversations/bulk",                   REPLY,                           bulk::apply),
        post("/desk/conversations/views",                  READ,                            views::save),
        post("/desk/conversations/views/{view}/remove",    READ,                            views::remove),
        get ("/desk/conversations/{conversation}",         READ,                            page::show),
        get ("/desk/conversations/{conversation}/people",  REPLY,                           suggest::people),
        get ("/desk/conversations/{conversation}/canned",  REPLY,                           suggest::canned),
        post("/desk/conversations/{conversation}/canned/{reply}", REPLY,                    suggest::fill),
        post("/desk/conversations/{conversation}/macro",   REPLY,                           joined::run_macro),
        post("/desk/conversations/{conversation}/merge",   REPLY,                           joined::merge),
        post("/desk/conversations/{conversation}/merges/{merge}/undo", REPLY,               joined::undo),
        post("/desk/conversations/{conversation}/say",     REPLY,                           say::say),
        post("/desk/conversations/{conversation}/undo/{held}", REPLY,                       say::undo),
        post("/desk/conversations/{conversation}/attach",  REPLY,                           files::attach).taking(UPLOAD),
        get ("/desk/conversations/{conversation}/files/{file}", READ,                       files::download),
        post("/desk/conversations/{conversation}/draft",   REPLY,                           say::draft),
        post("/desk/conversations/{conversation}/read",    READ,                            say::read),
        post("/desk/conversations/{conversation}/unread",  READ,                            deeds::unread),
        post("/desk/conversations/{conversation}/take",    REPLY,                           deeds::take),
        post("/desk/conversations/{conversation}/release", REPLY,                           deeds::release),
        post("/desk/conversations/{conversation}/transfer", ASSIGN,                         deeds::transfer),
        post("/desk/conversations/{conversation}/snooze",  REPLY,                           deeds::snooze),
        post("/desk/conversations/{conversation}/tags",    REPLY,                           deeds::tags),
        post("/desk/conversations/{conversation}/close",   REPLY,                           deeds::close),
        post("/desk/conversations/{conversation}/reopen",  REPLY,                           deeds::reopen),
        post("/desk/conversations/{conversation}/customer/reveal", May(Permission::CUSTOMER_READ), reveal::points),
        post("/desk/conversations/{conversation}/customer/note", REPLY,                     note::add),

        get ("/desk/set-up",                               OWN,                             profile::set_up::show),
        get ("/desk/profile",                              OWN,                             profile::page::show),
        post("/desk/profile",                              OWN,                             profile::page::save),
        post("/desk/profile/password",                     OWN,                             profile::password::set),
        post("/desk/profile/password/remove",              OWN,                             profile::password::remove),
        post("/desk/profile/authenticator",                OWN,                             profile::authenticator::start),
        post("/desk/profile/authenticator/finish",         OWN,                             profile::authenticator::finish),
        post("/desk/profile/recovery-codes",               OWN,                             profile::authenticator::renew_codes),
        post("/desk/profile/passkeys/start",               OWN,                             profile::passkeys::start),
        post("/desk/profile/passkeys",                     OWN,                             profile::passkeys::finish),
        post("/desk/profile/passkeys/{passkey}/rename",    OWN,                             profile::passkeys::rename),
        post("/desk/profile/passkeys/{passkey}/remove",    OWN,                             profile::passkeys::remove),
        post("/desk/profile/sessions/end-others",          OWN,                             profile::sessions::end_others),
        post("/desk/profile/sessions/{session}/end",       OWN,                             profile::sessions::end),

        get ("/desk/staff",                                May(Permission::STAFF_READ),     members::list::show),
        get ("/desk/staff/new",                            MANAGE,                          members::invite::show),
        post("/desk/staff/new",                            MANAGE,                          members::invite::add),
        get ("/desk/staff/{member}",                       May(Permission::STAFF_READ),     members::page::show),
        post("/desk/staff/{member}/reveal",                May(Permission::PERSONAL_REVEAL), members::reveal::email),
        post("/desk/staff/{member}/roles",                 MANAGE,                          members::steps::set_roles),
        post("/desk/staff/{member}/suspend",               MANAGE,                          members::steps::suspend),
        post("/desk/staff/{member}/reinstate",             MANAGE,                          members::steps::reinstate),
        post("/desk/staff/{member}/leave",                 MANAGE,                          members::steps::leave),
        post("/desk/staff/{member}/link",                  MANAGE,                          members::invite::link),
        post("/desk/staff/{member}/sessions/{session}/end", MANAGE,                         members::steps::end_session),

        get ("/desk/programs",                             API,                             programs::show),
        post("/desk/programs",                             API,                             programs::add),
        post("/desk/programs/{token}/revoke",              API,                             programs::revoke),

        get ("/desk/policies",                             May(Permission::POLICY_READ),    policies::show),

        get ("/desk/audit",                                May(Permission::AUDIT_READ),     audit::page::show),
        post("/desk/audit/verify",                         May(Permission::AUDIT_READ),     audit::verify::verify),
        post("/desk/audit/export",                         May(Permission::AUDIT_EXPORT),   audit::export::export),
    ]
}

/// The desk's routes behind their guard, to be put into the web shell.
pub fn routes(desk: Desk) -> Routes {
    Routes::guarded(table(), desk.clone(), |access, handler| {
        handler.route_layer(from_fn_with_state((desk.clone(), access), guard))
    })
}

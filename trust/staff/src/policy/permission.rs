//! What can be permitted. Routes name one of these beside their path; the institution's policies say who
//! has it.

use std::fmt;

/// The right to do one kind of thing, such as `audit.read`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permission(&'static str);

impl Permission {
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// By name, for those who know nothing of staff.
impl From<Permission> for &'static str {
    fn from(permission: Permission) -> Self {
        permission.0
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        impl Permission {
            $($(#[$doc])* pub const $name: Self = Self($text);)*

            /// Every permission there is. A schema that lacks one is refused.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

permissions! {
    /// One's own name, language, sessions and ways to sign in.
    PROFILE_OWN = "profile.own",
    DESK_OPEN = "desk.open",
    DIRECTORY_IMPORT = "directory.import",
    STAFF_READ = "staff.read",
    /// Adding people, their roles, links and sessions.
    STAFF_MANAGE = "staff.manage",
    /// What supervisors are warned of, such as bulk reveals.
    ALERT_READ = "alert.read",
    POLICY_READ = "policy.read",
    SETTINGS_MANAGE = "settings.manage",
    AUDIT_READ = "audit.read",
    AUDIT_EXPORT = "audit.export",
    AUTOMATION_MANAGE = "automation.manage",
    /// Tokens of programs, and webhooks.
    API_MANAGE = "api.manage",
    CUSTOMER_READ = "customer.read",
    CUSTOMER_MERGE = "customer.merge",
    CONVERSATION_READ = "conversation.read",
    CONVERSATION_REPLY = "conversation.reply",
    CONVERSATION_ASSIGN = "conversation.assign",
    QUEUE_WORK = "queue.work",
    /// Joining, whispering, taking over, changing others' presence.
    QUEUE_SUPERVISE = "queue.supervise",
    QUEUE_MANAGE = "queue.manage",
    CASE_READ = "case.read",
    CASE_WORK = "case.work",
    CASE_APPROVE = "case.approve",
    /// Closing a case although a mandatory step is missing.
    CASE_OVERRIDE = "case.override",
    PERSONAL_REVEAL = "personal.reveal",
    KNOWLEDGE_READ = "knowledge.read",
    KNOWLEDGE_EDIT = "knowledge.edit",
    REPORT_READ = "report.read",
}

impl Permission {
    /// What a program's token may be good for. Whoever may do nothing without a person, such as look after
    /// staff or read the audit trail, stays out.
    pub const FOR_PROGRAMS: &[Self] = &[
        Self::API_MANAGE,
        Self::CONVERSATION_ASSIGN,
        Self::CONVERSATION_READ,
        Self::CONVERSATION_REPLY,
        Self::CUSTOMER_READ,
        Self::PERSONAL_REVEAL,
        Self::QUEUE_SUPERVISE,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_say_area_and_deed() {
        let unique: std::collections::HashSet<_> = Permission::ALL.iter().collect();
        assert_eq!(unique.len(), Permission::ALL.len());
        assert!(Permission::ALL.iter().all(|one| one.name().split('.').count() == 2));
    }
}

//! Programs and their tokens, without input or output.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use kernel::Id;
use kernel::id::{ApiToken, StaffMember};
use kernel::{Refusal, Result};

use crate::policy::Permission;
use crate::token::Token;
use crate::visit::Visit;

/// What every token begins with, so that scanners of code and logs recognise one.
const PREFIX: &str = "swb_";
const LONGEST_NAME: usize = 60;
const MOST_QUEUES: usize = 100;
/// A token that nobody remembers ends by itself.
const LONGEST_VALIDITY: SignedDuration = SignedDuration::from_hours(24 * 366);

/// A token about to be made.
#[derive(Debug, Clone)]
pub struct NewApiToken {
    /// What the program is called; never a person's name.
    pub name: String,
    pub scopes: BTreeSet<Permission>,
    /// The queues whose work it may see; all of them without.
    pub queues: Option<BTreeSet<String>>,
    pub expires_at: Timestamp,
}

impl NewApiToken {
    pub(super) fn check(mut self, now: Timestamp) -> Result<Self, Refusal> {
        self.name = self.name.trim().to_owned();
        let plain = !self.name.is_empty() && !self.name.chars().any(char::is_control);
        if !plain || self.name.chars().count() > LONGEST_NAME {
            return Err(Refusal::new("staff.token_name").with("longest", LONGEST_NAME));
        }
        if self.scopes.is_empty() {
            return Err(Refusal::new("staff.token_without_scope"));
        }
        if let Some(scope) = self.scopes.iter().find(|scope| !Permission::FOR_PROGRAMS.contains(scope)) {
            return Err(Refusal::new("staff.token_scope").with("scope", scope));
        }
        let named = |queue: &String| {
            !queue.is_empty() && queue.len() <= 64 && queue.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let queues = self.queues.iter().flatten();
        let good = queues.clone().all(named) && queues.count() <= MOST_QUEUES;
        if !good || self.queues.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(Refusal::new("staff.token_queues").with("most", MOST_QUEUES));
        }
        let longest = now.checked_add(LONGEST_VALIDITY).unwrap_or(Timestamp::MAX);
        if self.expires_at <= now || self.expires_at > longest {
            return Err(Refusal::new("staff.token_expiry").with("days", LONGEST_VALIDITY.as_hours() / 24));
        }
        Ok(self)
    }
}

/// A token that was just made. Its text is shown this once.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    pub id: Id<ApiToken>,
    token: Token,
}

impl IssuedToken {
    pub(super) fn new(id: Id<ApiToken>, token: Token) -> Self {
        Self { id, token }
    }

    /// What the program sends: `Authorization: Bearer swb_…`. It opens the door: never log it.
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}", self.token.expose())
    }
}

/// What came as a bearer token, if it has the form of one at all.
pub(super) fn parse(text: &str) -> Option<Token> {
    Token::parse(text.strip_prefix(PREFIX)?)
}

/// A token as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiTokenInfo {
    pub id: Id<ApiToken>,
    pub name: String,
    pub scopes: BTreeSet<Permission>,
    pub queues: Option<BTreeSet<String>>,
    /// `None`: somebody at the command line.
    pub made_by: Option<Id<StaffMember>>,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    /// To the minute.
    pub used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl ApiTokenInfo {
    pub fn works(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// A program that has shown its token, as every route for programs sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub token: Id<ApiToken>,
    pub scopes: BTreeSet<Permission>,
    pub queues: Option<BTreeSet<String>>,
    /// Where this request comes from.
    pub visit: Visit,
}

impl Program {
    pub fn may(&self, permission: Permission) -> bool {
        self.scopes.contains(&permission)
    }

    /// Whether the work of a queue exists for it.
    pub fn sees(&self, queue: &str) -> bool {
        self.queues.as_ref().is_none_or(|queues| queues.contains(queue))
    }

    /// As the audit trail names it.
    pub fn actor(&self) -> audit::Actor {
        audit::Actor::new(audit::ActorKind::Program, self.token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> NewApiToken {
        NewApiToken {
            name: " Mail robot ".into(),
            scopes: BTreeSet::from([Permission::CONVERSATION_READ]),
            queues: None,
            expires_at: Timestamp::from_second(86_400).unwrap(),
        }
    }

    #[test]
    fn a_token_has_a_name_an_end_and_scopes_that_programs_may_have() {
        let check = |change: fn(&mut NewApiToken)| {
            let mut token = new();
            change(&mut token);
            token.check(Timestamp::UNIX_EPOCH).map(|token| token.name).map_err(|refusal| refusal.code())
        };
        assert_eq!(check(|_| ()).unwrap(), "Mail robot");
        assert_eq!(check(|token| token.name = " \t".into()), Err("staff.token_name"));
        assert_eq!(check(|token| token.name = "a\u{7}b".into()), Err("staff.token_name"));
        assert_eq!(check(|token| token.name = "n".repeat(61)), Err("staff.token_name"));
        assert_eq!(check(|token| token.scopes.clear()), Err("staff.token_without_scope"));
        let staff = |token: &mut NewApiToken| token.scopes = BTreeSet::from([Permission::STAFF_MANAGE]);
        assert_eq!(check(staff), Err("staff.token_scope"));
        assert_eq!(check(|token| token.queues = Some(BTreeSet::new())), Err("staff.token_queues"));
        let blank = |token: &mut NewApiToken| token.queues = Some(BTreeSet::from(["two words".into()]));
        assert_eq!(check(blank), Err("staff.token_queues"));
        assert_eq!(check(|token| token.expires_at = Timestamp::UNIX_EPOCH), Err("staff.token_expiry"));
        let late = |token: &mut NewApiToken| token.expires_at = Timestamp::from_second(367 * 86_400).unwrap();
        assert_eq!(check(late), Err("staff.token_expiry"));
    }

    #[test]
    fn a_program_sees_the_queues_it_was_given() {
        let mut program = Program {
            token: kernel::id::new(Timestamp::UNIX_EPOCH),
            scopes: BTreeSet::from([Permission::CONVERSATION_READ]),
            queues: None,
            visit: Visit::new([192, 0, 2, 1].into(), "robot"),
        };
        assert!(program.sees("titles") && program.may(Permission::CONVERSATION_READ));
        assert!(!program.may(Permission::CONVERSATION_REPLY));
        program.queues = Some(BTreeSet::from(["payoffs".to_owned()]));
        assert!(program.sees("payoffs") && !program.sees("titles"));
    }

    #[test]
    fn only_what_looks_like_a_token_is_looked_up() {
        let token = Token::random().unwrap();
        let issued = IssuedToken::new(kernel::id::new(Timestamp::UNIX_EPOCH), token.clone());
        assert_eq!(parse(&issued.expose()), Some(token.clone()));
        assert_eq!(parse(token.expose()), None, "a session's cookie is no program's token");
        assert!(!format!("{issued:?}").contains(token.expose()));
    }
}

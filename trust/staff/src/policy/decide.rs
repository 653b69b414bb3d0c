//! Asking the policies whether somebody may do something, here and now.

use std::collections::HashSet;

use cedar_policy::{
    Authorizer, Context, Decision as Verdict, Entities, Entity, EntityUid, Request, RestrictedExpression,
};
use kernel::{Error, Fault, Result};

use super::load::{Policies, uid};
use super::permission::Permission;
use crate::caller::Caller;

/// What something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Purpose {
    #[default]
    Service,
    Supervision,
    Compliance,
}

impl Purpose {
    pub const ALL: [Self; 3] = [Self::Service, Self::Supervision, Self::Compliance];

    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Supervision => "supervision",
            Self::Compliance => "compliance",
        }
    }
}

/// What something is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Resource {
    /// The centre as a whole.
    #[default]
    System,
    Unit(String),
    /// A queue, and the unit it belongs to.
    Queue(String, Option<String>),
}

/// What policies may take into account besides who asks and about what. Whether two factors were shown
/// is taken from the caller's session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Circumstances {
    pub purpose: Purpose,
    pub open_matter: bool,
    pub written_reason: bool,
    pub own_queue: bool,
}

/// The answer, and the policies that decided it: none when nothing permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub allowed: bool,
    pub because: Vec<String>,
}

impl Policies {
    /// Whether the caller may. What cannot be decided is not allowed.
    pub fn decide(
        &self,
        caller: &Caller,
        permission: Permission,
        resource: &Resource,
        circumstances: Circumstances,
    ) -> Decision {
        self.try_decide(caller, permission, resource, circumstances).unwrap_or_else(|error| {
            tracing::error!(%error, %permission, "a permission could not be decided");
            Decision { allowed: false, because: Vec::new() }
        })
    }

    /// Like [`Self::decide`], for use with `?`. What somebody may not see does not exist for them.
    pub fn require(
        &self,
        caller: &Caller,
        permission: Permission,
        resource: &Resource,
        circumstances: Circumstances,
    ) -> Result<()> {
        let allowed = self.decide(caller, permission, resource, circumstances).allowed;
        if allowed { Ok(()) } else { Err(Error::NotFound) }
    }

    fn try_decide(
        &self,
        caller: &Caller,
        permission: Permission,
        resource: &Resource,
        circumstances: Circumstances,
    ) -> Result<Decision> {
        let principal = uid("Staff", &caller.member.to_string())?;
        let action =
            self.0.actions.get(&permission).ok_or_else(|| Fault::new("a permission without an action"))?;
        let (resource, mut entities) = resources(resource)?;
        let roles =
            caller.roles.iter().map(|role| uid("Role", role.name())).collect::<Result<HashSet<_>>>()?;
        entities.extend(roles.iter().cloned().map(|role| Entity::new_no_attrs(role, HashSet::new())));
        entities.push(Entity::new_no_attrs(principal.clone(), roles));
        let entities = Entities::from_entities(entities, None)?;
        let context = context(caller.method.is_strong(), circumstances)?;
        let request = Request::new(principal, action.clone(), resource, context, Some(&self.0.schema))?;
        let answer = Authorizer::new().is_authorized(&request, &self.0.policies, &entities);
        for error in answer.diagnostics().errors() {
            tracing::error!(%error, "a policy could not be evaluated");
        }
        Ok(Decision {
            // A policy that could not be evaluated may have been the one that forbids.
            allowed: answer.decision() == Verdict::Allow && answer.diagnostics().errors().next().is_none(),
            because: answer.diagnostics().reason().map(ToString::to_string).collect(),
        })
    }
}

/// The resource, and what it lies in.
fn resources(resource: &Resource) -> Result<(EntityUid, Vec<Entity>)> {
    let system = uid("System", "centre")?;
    let mut entities = vec![Entity::new_no_attrs(system.clone(), HashSet::new())];
    let mut place = |kind: &str, id: &str, inside: &EntityUid| {
        let uid = uid(kind, id)?;
        entities.push(Entity::new_no_attrs(uid.clone(), HashSet::from([inside.clone()])));
        Ok::<_, Error>(uid)
    };
    let asked = match resource {
        Resource::System => system,
        Resource::Unit(id) => place("Unit", id, &system)?,
        Resource::Queue(id, None) => place("Queue", id, &system)?,
        Resource::Queue(id, Some(unit)) => {
            let unit = place("Unit", unit, &system)?;
            place("Queue", id, &unit)?
        }
    };
    Ok((asked, entities))
}

fn context(mfa: bool, circumstances: Circumstances) -> Result<Context> {
    let yes = RestrictedExpression::new_bool;
    let pairs = [
        ("mfa", yes(mfa)),
        ("purpose", RestrictedExpression::new_string(circumstances.purpose.name().to_owned())),
        ("open_matter", yes(circumstances.open_matter)),
        ("written_reason", yes(circumstances.written_reason)),
        ("own_queue", yes(circumstances.own_queue)),
    ];
    Ok(Context::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value)))?)
}

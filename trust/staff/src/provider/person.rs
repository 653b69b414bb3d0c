//! What the provider says about a person.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use openidconnect::core::CoreGenderClaim;
use openidconnect::{AdditionalClaims, IdTokenClaims, StandardClaims, UserInfoClaims};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vault::{Normal, Secret};

use crate::caller::Role;
use crate::staff::GroupRoles;

/// Claims that no standard names, such as groups.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct OtherClaims {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}

impl AdditionalClaims for OtherClaims {}

impl OtherClaims {
    /// A claim that is one text or a list of them; nothing, if it is not there.
    fn several(&self, name: &str) -> Option<BTreeSet<String>> {
        let texts = match self.all.get(name)? {
            Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Value::String(text) => BTreeSet::from([text.clone()]),
            _ => BTreeSet::new(),
        };
        Some(texts)
    }

    fn one(&self, name: &str) -> Option<String> {
        self.all.get(name)?.as_str().map(str::to_owned)
    }
}

/// An account at a provider: its name there never changes, while addresses do.
#[derive(Clone)]
pub(crate) struct Identity(Secret<String>);

impl Identity {
    pub(super) fn new(issuer: &str, subject: &str) -> Self {
        Self(Secret::new(format!("{issuer} {subject}")))
    }
}

impl Normal for Identity {
    fn secret(&self) -> &Secret<String> {
        &self.0
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub identity: Identity,
    /// Only an address that the provider has verified.
    pub email: Option<Secret<String>>,
    pub name: Option<Secret<String>>,
    /// Nothing, if the provider did not speak of groups at all.
    pub groups: Option<BTreeSet<String>>,
    /// The provider's own session, which it may end.
    pub session: Option<String>,
}

impl Person {
    pub(super) fn from_token(
        issuer: &str,
        claims: &IdTokenClaims<OtherClaims, CoreGenderClaim>,
        group_claim: &str,
    ) -> Self {
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        let name = claims.name().and_then(|names| names.get(None));
        Self {
            identity: Identity::new(issuer, claims.subject()),
            email: email.map(|email| Secret::new(email.to_string())),
            name: name.map(|name| Secret::new(name.to_string())),
            groups: claims.additional_claims().several(group_claim),
            session: claims.additional_claims().one("sid"),
        }
    }

    pub(super) fn from_info(
        issuer: &str,
        info: &UserInfoClaims<OtherClaims, CoreGenderClaim>,
        group_claim: &str,
    ) -> Self {
        let identity = Identity::new(issuer, info.subject());
        let empty = Self { identity, email: None, name: None, groups: None, session: None };
        empty.filled_by(info, group_claim)
    }

    /// Fills what the token left out from the provider's page about the person.
    pub(super) fn filled_by(
        mut self,
        info: &UserInfoClaims<OtherClaims, CoreGenderClaim>,
        group_claim: &str,
    ) -> Self {
        let standard: &StandardClaims<CoreGenderClaim> = info.standard_claims();
        let email = standard.email().filter(|_| standard.email_verified() == Some(true));
        let name = standard.name().and_then(|names| names.get(None));
        self.email = self.email.or_else(|| email.map(|email| Secret::new(email.to_string())));
        self.name = self.name.or_else(|| name.map(|name| Secret::new(name.to_string())));
        self.groups = self.groups.or_else(|| info.additional_claims().several(group_claim));
        self
    }

    /// The roles that this person's groups bring.
    pub(super) fn roles(&self, mapping: &GroupRoles) -> Vec<Role> {
        let groups = self.groups.iter().flatten();
        groups.filter_map(|group| mapping.get(group).copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: Value) -> OtherClaims {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn groups_are_a_list_or_a_single_text() {
        let groups = |json| claims(json).several("groups");
        let two = BTreeSet::from(["a".to_owned(), "b".to_owned()]);
        assert_eq!(groups(serde_json::json!({ "groups": ["b", "a", 7] })), Some(two));
        assert_eq!(groups(serde_json::json!({ "groups": "a" })), Some(BTreeSet::from(["a".to_owned()])));
        assert_eq!(groups(serde_json::json!({ "groups": 7 })), Some(BTreeSet::new()));
        assert_eq!(groups(serde_json::json!({})), None);
    }

    #[test]
    fn only_groups_of_the_table_bring_roles() {
        let mapping = GroupRoles::from([
            ("desk".to_owned(), Role::Representative),
            ("leads".to_owned(), Role::Supervisor),
        ]);
        let person = |groups: Option<&[&str]>| Person {
            identity: Identity::new("https://id.example", "1"),
            email: None,
            name: None,
            groups: groups.map(|groups| groups.iter().map(|group| (*group).to_owned()).collect()),
            session: None,
        };
        assert_eq!(person(Some(&["leads", "Desk", "everyone"])).roles(&mapping), [Role::Supervisor]);
        assert_eq!(person(Some(&[])).roles(&mapping), []);
        assert_eq!(person(None).roles(&mapping), []);
    }
}

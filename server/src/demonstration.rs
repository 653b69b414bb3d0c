//! A demonstration: invented people of the institution's folder, who sign in by one-time links that are
//! printed at the start. There is no password to be left behind.

use kernel::{Error, Refusal, Result};
use serde::Deserialize;
use staff::{Actor, LinkKind, NewMember, Roles};
use vault::Secret;

use crate::Settings;
use crate::parts::Parts;
use crate::staff_members::address;

const FILE: &str = "demonstration.toml";

/// A link for one of them.
pub(crate) struct SignInLink {
    pub name: String,
    pub roles: String,
    pub address: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    person: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    email: String,
    roles: Vec<String>,
    /// What they can do and which queues they serve, for those who take work.
    #[serde(default)]
    profile: Option<routing::Profile>,
}

/// Adds whoever is not here yet and makes a link for each; none unless this is a demonstration.
pub(crate) async fn links(settings: &Settings, parts: &Parts) -> Result<Vec<SignInLink>> {
    let (Some(staff), Some(folder)) = (&parts.staff, &settings.institution) else { return Ok(Vec::new()) };
    if !settings.desk.demonstration {
        return Ok(Vec::new());
    }
    let file = folder.join(FILE);
    let unreadable = |reason: String| {
        Refusal::new("cli.file_unreadable").with("file", file.display()).with("reason", reason)
    };
    let text = std::fs::read_to_string(&file).map_err(|error| unreadable(error.to_string()))?;
    let people: People = toml::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let mut links = Vec::new();
    for person in people.person {
        let roles = person.roles.iter().map(|role| role.parse()).collect::<Result<Vec<_>, Refusal>>()?;
        let member = match staff.member_by_email(&person.email).await {
            Ok(member) => member.id,
            Err(Error::NotFound) => {
                let new = NewMember {
                    name: Secret::new(person.name.clone()),
                    email: Secret::new(person.email),
                    roles: Roles::new(roles)?,
                    language: "en".parse()?,
                };
                staff.add(new, &Actor::Program).await?
            }
            Err(error) => return Err(error),
        };
        let routing = &parts.work.routing;
        if let Some(profile) = person.profile.filter(|_| routing.book().profile(member).is_none()) {
            routing.set_profile(member, 0, profile, audit::Actor::system()).await?;
        }
        let link = staff.issue_link(member, LinkKind::Demonstration, &Actor::Program).await?;
        let address = address(settings, &link);
        links.push(SignInLink { name: person.name, roles: person.roles.join(", "), address });
    }
    Ok(links)
}

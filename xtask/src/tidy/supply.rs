//! Manifests and other people's crates. `deny.toml` holds the lists; this checks the part of them that
//! needs no network, so that the gate holds them even where cargo-deny is not installed.

use std::collections::BTreeMap;

use serde::Deserialize;
use spdx::{Expression, ParseMode};

use super::Finding;
use super::project::{Dependency, Project};

const LISTS: &str = "deny.toml";

/// The part of `deny.toml` that is read here.
#[derive(Deserialize)]
struct Lists {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    /// One version of it is fine.
    #[serde(default)]
    deny_multiple_versions: bool,
}

pub fn lints_are_inherited(project: &Project) -> Vec<Finding> {
    let inherits = |path: &str| {
        let manifest = project.files.get(path).and_then(|text| text.parse::<toml::Table>().ok());
        let lints = manifest.as_ref().and_then(|manifest| manifest.get("lints")?.get("workspace")?.as_bool());
        lints == Some(true)
    };
    let paths = project.crates.iter().map(|one| format!("{}/Cargo.toml", one.path));
    let strays = paths.filter(|path| !inherits(path));
    strays.map(|path| Finding::error(path, "needs `[lints] workspace = true`")).collect()
}

pub fn licences_are_allowed(project: &Project) -> Vec<Finding> {
    with_lists(project, |lists| {
        let wrong = project.dependencies.iter().filter_map(|one| {
            let text = licence_problem(one, &lists.licenses)?;
            Some(Finding::error(format!("{} {}", one.name, one.version), text))
        });
        wrong.collect()
    })
}

pub fn nothing_is_banned(project: &Project) -> Vec<Finding> {
    with_lists(project, |lists| {
        let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
        for dependency in &project.dependencies {
            *versions.entry(dependency.name.as_str()).or_default() += 1;
        }
        let broken = lists.bans.deny.iter().filter(|ban| {
            let count = versions.get(ban.name.as_str()).copied().unwrap_or(0);
            count > usize::from(ban.deny_multiple_versions)
        });
        broken.map(|ban| Finding::error(&ban.name, "is banned, or banned twice, by deny.toml")).collect()
    })
}

fn with_lists(project: &Project, rule: impl FnOnce(&Lists) -> Vec<Finding>) -> Vec<Finding> {
    let Some(text) = project.files.get(LISTS) else {
        return vec![Finding::error(LISTS, "is missing")];
    };
    match toml::from_str(text) {
        Ok(lists) => rule(&lists),
        Err(error) => vec![Finding::error(LISTS, error)],
    }
}

fn licence_problem(dependency: &Dependency, licences: &Licences) -> Option<String> {
    let Some(text) = &dependency.licence else {
        return Some("names no licence".to_owned());
    };
    let mine = licences.exceptions.iter().filter(|exception| exception.name == dependency.name);
    let more = mine.flat_map(|exception| &exception.allow);
    let allowed: Vec<&str> = licences.allow.iter().chain(more).map(String::as_str).collect();
    match Expression::parse_mode(text, ParseMode::LAX) {
        Ok(terms) if terms.evaluate(|term| allowed.contains(&term.to_string().as_str())) => None,
        Ok(_) => Some(format!("its licence {text} is not on the list in {LISTS}")),
        Err(error) => Some(format!("its licence {text:?} is not understood: {}", error.reason)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    const DENY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0"]
        exceptions = [{ crate = "roots", allow = ["CDLA-Permissive-2.0"] }]
        [bans]
        deny = [{ crate = "openssl" }, { crate = "sqlite", deny-multiple-versions = true }]
    "#;

    fn project() -> Project {
        Project::of(&[(LISTS, DENY)])
    }

    #[test]
    fn a_manifest_that_does_not_inherit_the_lints_is_found() {
        let project = Project::of(&[
            ("core/a/Cargo.toml", "[lints]\nworkspace = true\n"),
            ("core/b/Cargo.toml", "[lints]\nworkspace = false\n"),
            ("core/c/Cargo.toml", "[package]\nname = \"c\"\n"),
        ]);
        let project = project.with_crate("core/a", &[]).with_crate("core/b", &[]).with_crate("core/c", &[]);
        assert_eq!(places(&lints_are_inherited(&project)), ["core/b/Cargo.toml", "core/c/Cargo.toml"]);
    }

    #[test]
    fn one_allowed_choice_of_licence_is_enough() {
        for licence in ["MIT", "MIT/Apache-2.0", "GPL-3.0-only OR MIT", "MIT AND Apache-2.0"] {
            let project = project().with_dependency("a", "1.0.0", Some(licence));
            assert_eq!(licences_are_allowed(&project), [], "{licence}");
        }
    }

    #[test]
    fn a_licence_outside_the_list_is_found() {
        for licence in [Some("AGPL-3.0-only"), Some("MIT AND GPL-2.0-only"), Some("no such thing"), None] {
            let project = project().with_dependency("a", "1.0.0", licence);
            assert_eq!(places(&licences_are_allowed(&project)), ["a 1.0.0"], "{licence:?}");
        }
    }

    #[test]
    fn an_exception_is_for_its_crate_only() {
        let licence = Some("CDLA-Permissive-2.0");
        let project =
            project().with_dependency("roots", "1.0.0", licence).with_dependency("other", "1.0.0", licence);
        assert_eq!(places(&licences_are_allowed(&project)), ["other 1.0.0"]);
    }

    #[test]
    fn banned_crates_and_doubled_ones_are_found() {
        let one = project().with_dependency("sqlite", "1.0.0", Some("MIT"));
        assert_eq!(nothing_is_banned(&one), []);
        let two =
            one.with_dependency("sqlite", "2.0.0", Some("MIT")).with_dependency("openssl", "1.0.0", None);
        assert_eq!(places(&nothing_is_banned(&two)), ["openssl", "sqlite"]);
    }

    #[test]
    fn missing_or_broken_lists_are_found() {
        assert_eq!(places(&licences_are_allowed(&Project::default())), [LISTS]);
        assert_eq!(places(&nothing_is_banned(&Project::of(&[(LISTS, "licenses = 1")]))), [LISTS]);
    }
}

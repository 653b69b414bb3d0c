//! The rules of the house that neither the compiler nor clippy know. One small function per rule, each
//! with a test that makes it fail.

mod arrows;
mod documents;
mod files;
mod project;
mod supply;

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};

use self::project::Project;
use crate::run;

type Rule = fn(&Project) -> Vec<Finding>;

const RULES: [Rule; 12] = [
    arrows::point_down,
    arrows::table_is_true,
    documents::readme_per_crate,
    documents::code_map_is_true,
    files::are_short,
    files::have_a_subject,
    files::hold_nothing_unfinished,
    files::name_no_machine,
    files::number_migrations,
    supply::lints_are_inherited,
    supply::licences_are_allowed,
    supply::nothing_is_banned,
];

/// Checks every rule and tells all findings at once.
pub fn check(root: &Path) -> Result<()> {
    let project = Project::load(root)?;
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&project)).collect();
    findings.sort();
    for finding in &findings {
        run::say(&finding.to_string());
    }
    let broken = findings.iter().filter(|finding| finding.weight == Weight::Error).count();
    if broken > 0 {
        bail!("{broken} broken rules");
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Warning,
    Error,
}

/// A place that breaks a rule, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    weight: Weight,
    place: String,
    text: String,
}

impl Finding {
    fn error(place: impl fmt::Display, text: impl fmt::Display) -> Self {
        Self { weight: Weight::Error, place: place.to_string(), text: text.to_string() }
    }

    fn warning(place: impl fmt::Display, text: impl fmt::Display) -> Self {
        Self { weight: Weight::Warning, ..Self::error(place, text) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Warning => "warning",
            Weight::Error => "error",
        };
        write!(f, "{weight}: {}: {}", self.place, self.text)
    }
}

/// The places of the findings, for tests.
#[cfg(test)]
fn places(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.place.as_str()).collect()
}

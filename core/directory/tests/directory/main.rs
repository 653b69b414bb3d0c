//! What the directory promises, seen from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod bad_files;
mod checks;
mod diffs;
mod hours;
mod institution;
mod questions;

use directory::{Directory, Finding};

/// The example institution's directory.
pub fn example() -> Directory {
    load(include_str!("../../../../institutions/ally/directory.toml"))
}

pub fn load(text: &str) -> Directory {
    Directory::load(text, "directory.toml").unwrap_or_else(|findings| panic!("{}", told(&findings)))
}

pub fn told(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A sound small directory in New York, to which a test adds what it is about.
pub fn small(more: &str) -> String {
    let head = r#"schema = 1

[institution]
id = "example"
name = "Example"
zone = "America/New_York"
languages = ["en", "es"]
effective = 2024-01-01
"#;
    let channels = r#"
[[channel]]
kind = "phone"
name = { en = "Phone", es = "Teléfono" }
expected = { min = 5, max = 15, unit = "minutes" }

[[channel]]
kind = "chat"
name = { en = "Chat", es = "Chat" }

[[channel]]
kind = "mail"
name = { en = "Mail", es = "Correo" }
"#;
    format!("{head}{channels}\n{more}")
}

/// One unit with one line with these hours, for one topic.
pub fn one_line(hours: &str, zone: &str) -> String {
    small(&format!(
        r#"
[[topic]]
id = "help"
name = {{ en = "Help", es = "Ayuda" }}

[[unit]]
id = "desk"
name = {{ en = "Desk", es = "Mesa" }}
topics = ["help"]
hours = "{hours}"
zone = "{zone}"

[[unit.way]]
id = "line"
channel = "phone"
number = "+1 855-720-2559"
"#
    ))
}

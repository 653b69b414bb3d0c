//! Rules about single files: length, names, leftovers, and the sequence of migrations.

use std::collections::BTreeSet;

use super::Finding;
use super::project::Project;

const LONG: usize = 500;
const TOO_LONG: usize = 700;

/// Names that say nothing, so that everything ends up in them.
const NO_SUBJECT: [&str; 7] = ["common", "helper", "helpers", "misc", "shared", "util", "utils"];

/// Put together here so that this file does not break its own rule.
const UNFINISHED: [&str; 4] =
    [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("#[", "ignore"), concat!("FIX", "ME")];

const MACHINE: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/ro", "ot/"), concat!("C:", "\\Users")];

pub fn are_short(project: &Project) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in project.files_ending(".rs") {
        let lines = text.lines().count();
        let told = format!("{lines} lines; a file has one subject and aims under {LONG}");
        if lines > TOO_LONG {
            findings.push(Finding::error(path, told));
        } else if lines > LONG {
            findings.push(Finding::warning(path, told));
        }
    }
    findings
}

pub fn have_a_subject(project: &Project) -> Vec<Finding> {
    let mut places = BTreeSet::new();
    for path in project.files.keys() {
        let mut end = 0;
        for part in path.split_inclusive('/') {
            end += part.len();
            let name = part.trim_end_matches('/');
            if NO_SUBJECT.contains(&name.strip_suffix(".rs").unwrap_or(name)) {
                places.extend(path.get(..end));
            }
        }
    }
    let text = "a place is named after what it holds";
    places.into_iter().map(|place| Finding::error(place.trim_end_matches('/'), text)).collect()
}

pub fn hold_nothing_unfinished(project: &Project) -> Vec<Finding> {
    let found = |(path, text): (&str, &str)| {
        let lines = lines_with(text, |line| UNFINISHED.iter().any(|mark| line.contains(mark)));
        let told = |number| {
            Finding::error(format!("{path}:{number}"), "unfinished or switched off; finish it or remove it")
        };
        lines.into_iter().map(told).collect::<Vec<_>>()
    };
    project.files_ending(".rs").flat_map(found).collect()
}

pub fn name_no_machine(project: &Project) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in &project.files {
        for number in lines_with(text, names_a_machine) {
            findings.push(Finding::error(format!("{path}:{number}"), "a path of somebody's machine"));
        }
    }
    findings
}

/// Only at the start of a path: the same letters inside a longer one are somebody's web address.
fn names_a_machine(line: &str) -> bool {
    MACHINE.iter().any(|mark| {
        let before = |(at, _)| line.get(..at).and_then(|text| text.chars().next_back());
        line.match_indices(mark)
            .map(before)
            .any(|before| before.is_none_or(|before| !before.is_alphanumeric()))
    })
}

fn lines_with(text: &str, wrong: impl Fn(&str) -> bool) -> Vec<usize> {
    text.lines().zip(1..).filter(|(line, _)| wrong(line)).map(|(_, number)| number).collect()
}

/// `0001_name.sql`, `0002_name.sql` …: one sequence, because they are applied in this order for ever.
pub fn number_migrations(project: &Project) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut expected = 1;
    for path in project.files.keys().filter(|path| path.starts_with("migrations/")) {
        let name = path.trim_start_matches("migrations/");
        if name == "README.md" {
            continue;
        }
        match migration_number(name) {
            None => findings.push(Finding::error(path, "a migration is named like 0001_contacts.sql")),
            Some(number) => {
                if number != expected {
                    let text =
                        format!("number {expected:04} was expected: one sequence without gaps or doubles");
                    findings.push(Finding::error(path, text));
                }
                expected = number + 1;
            }
        }
    }
    findings
}

fn migration_number(name: &str) -> Option<u32> {
    let (number, rest) = name.strip_suffix(".sql")?.split_once('_')?;
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if number.len() != 4 || rest.is_empty() || !plain(rest) {
        return None;
    }
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Weight, places};
    use super::*;

    #[test]
    fn long_files_are_warned_about_and_too_long_ones_fail() {
        let (fine, long, endless) = ("x\n".repeat(LONG), "x\n".repeat(TOO_LONG), "x\n".repeat(TOO_LONG + 1));
        let project =
            Project::of(&[("a.rs", &fine), ("b.rs", &long), ("c.rs", &endless), ("d.css", &endless)]);
        let weights: Vec<_> = are_short(&project).iter().map(|one| (one.place.clone(), one.weight)).collect();
        assert_eq!(weights, [("b.rs".into(), Weight::Warning), ("c.rs".into(), Weight::Error)]);
    }

    #[test]
    fn folders_and_files_without_a_subject_are_found_once() {
        let project = Project::of(&[
            ("core/a/src/utils/x.rs", ""),
            ("core/a/src/utils/y.rs", ""),
            ("core/a/src/helpers.rs", ""),
            ("core/a/src/utilisation.rs", ""),
            ("common/z.css", ""),
        ]);
        let findings = have_a_subject(&project);
        assert_eq!(places(&findings), ["common", "core/a/src/helpers.rs", "core/a/src/utils"]);
    }

    #[test]
    fn unfinished_and_switched_off_places_are_found_with_their_line() {
        for mark in UNFINISHED {
            let text = format!("fn a() {{}}\n    {mark}\n");
            let findings = hold_nothing_unfinished(&Project::of(&[("a.rs", &text)]));
            assert_eq!(places(&findings), ["a.rs:2"], "{mark}");
        }
        assert_eq!(hold_nothing_unfinished(&Project::of(&[("a.rs", "// the list to do")])), []);
    }

    #[test]
    fn paths_of_a_machine_are_found_in_every_kind_of_file() {
        for mark in MACHINE {
            let text = format!("see `{mark}ann/notes`");
            assert_eq!(places(&name_no_machine(&Project::of(&[("docs/a.md", &text)]))), ["docs/a.md:1"]);
        }
    }

    #[test]
    fn the_same_letters_in_a_web_address_are_fine() {
        let text = format!("https://example.com{}page", MACHINE[0]);
        assert_eq!(name_no_machine(&Project::of(&[("a.md", &text)])), []);
    }

    fn migrations(names: &[&str]) -> Vec<Finding> {
        let paths: Vec<String> = names.iter().map(|name| format!("migrations/{name}")).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        number_migrations(&Project::of(&files))
    }

    #[test]
    fn one_sequence_of_migrations_passes() {
        assert_eq!(migrations(&["0001_a.sql", "0002_b_c.sql", "README.md"]), []);
    }

    #[test]
    fn gaps_doubles_and_odd_names_are_found() {
        assert_eq!(places(&migrations(&["0001_a.sql", "0003_b.sql"])), ["migrations/0003_b.sql"]);
        assert_eq!(places(&migrations(&["0001_a.sql", "0001_b.sql"])), ["migrations/0001_b.sql"]);
        assert_eq!(places(&migrations(&["0002_a.sql"])), ["migrations/0002_a.sql"]);
        for odd in ["1_a.sql", "0001-a.sql", "0001_A.sql", "0001_a.txt", "0001_.sql"] {
            assert_eq!(migrations(&[odd]).len(), 1, "{odd}");
        }
    }
}

//! Documents that say what stands: a page per crate, and the map of the house.

use super::Finding;
use super::project::Project;

const MAP: &str = "ARCHITECTURE.md";
const MAP_BEGINS: &str = "<!-- code map -->";
const MAP_ENDS: &str = "<!-- /code map -->";
const PAGE: usize = 100;

pub fn readme_per_crate(project: &Project) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in &project.crates {
        let path = format!("{}/README.md", one.path);
        match project.files.get(&path) {
            None => findings.push(Finding::error(path, "every crate says on one page what it is for")),
            Some(text) if text.trim().lines().count() < 2 => {
                findings.push(Finding::error(path, "a title alone does not say what the crate is for"));
            }
            Some(text) if text.lines().count() > PAGE => {
                findings.push(Finding::error(path, format!("more than one page ({PAGE} lines)")));
            }
            Some(_) => {}
        }
    }
    findings
}

/// The map is the table between the two markers; its first column holds paths in backticks.
pub fn code_map_is_true(project: &Project) -> Vec<Finding> {
    let Some(text) = project.files.get(MAP) else {
        return vec![Finding::error(MAP, "the house has no map")];
    };
    let Some(map) = text.split_once(MAP_BEGINS).and_then(|(_, rest)| rest.split_once(MAP_ENDS)) else {
        return vec![Finding::error(MAP, format!("the map stands between {MAP_BEGINS} and {MAP_ENDS}"))];
    };
    let mapped: Vec<&str> = map.0.lines().filter_map(first_path).collect();
    let exists = |path: &str| {
        let folder = format!("{path}/");
        project.files.keys().any(|file| file == path || file.starts_with(&folder))
    };
    let gone = mapped.iter().filter(|path| !exists(path));
    let gone = gone.map(|path| Finding::error(MAP, format!("the map shows {path}, which is not there")));
    let unseen = project.crates.iter().filter(|one| !mapped.contains(&one.path.as_str()));
    let unseen = unseen.map(|one| Finding::error(MAP, format!("the map does not show {}", one.path)));
    gone.chain(unseen).collect()
}

fn first_path(row: &str) -> Option<&str> {
    let cell = row.trim().strip_prefix('|')?.split('|').next()?.trim();
    Some(cell.strip_prefix('`')?.strip_suffix('`')?.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn a_crate_without_its_page_is_found() {
        let project = Project::of(&[("core/a/README.md", "# a: things\n\nKeeps things.\n")]);
        let project = project.with_crate("core/a", &[]).with_crate("core/b", &[]);
        assert_eq!(places(&readme_per_crate(&project)), ["core/b/README.md"]);
    }

    #[test]
    fn an_empty_or_endless_page_is_found() {
        let long = "line\n".repeat(PAGE + 1);
        let project = Project::of(&[("core/a/README.md", "# a\n"), ("core/b/README.md", &long)]);
        let project = project.with_crate("core/a", &[]).with_crate("core/b", &[]);
        assert_eq!(readme_per_crate(&project).len(), 2);
    }

    fn mapped(rows: &str) -> Vec<String> {
        let text = format!(
            "# House\n| `nonsense` | outside the map |\n{MAP_BEGINS}\n| Path | For |\n|-|-|\n{rows}\n{MAP_ENDS}\n"
        );
        let project = Project::of(&[(MAP, &text), ("core/a/src/lib.rs", ""), ("migrations/0001_a.sql", "")]);
        let findings = code_map_is_true(&project.with_crate("core/a", &[]));
        findings.into_iter().map(|finding| finding.text).collect()
    }

    #[test]
    fn a_true_map_passes() {
        assert_eq!(mapped("| `core/a/` | things |\n| `migrations` | tables |"), [""; 0]);
    }

    #[test]
    fn a_crate_that_is_not_on_the_map_is_found() {
        assert_eq!(mapped("| `migrations` | tables |"), ["the map does not show core/a"]);
    }

    #[test]
    fn a_place_that_is_gone_is_found() {
        assert_eq!(
            mapped("| `core/a` | x |\n| `core/old` | y |"),
            ["the map shows core/old, which is not there"]
        );
    }

    #[test]
    fn a_missing_map_is_found() {
        assert_eq!(places(&code_map_is_true(&Project::default())), [MAP]);
        assert_eq!(places(&code_map_is_true(&Project::of(&[(MAP, "# House")]))), [MAP]);
    }
}

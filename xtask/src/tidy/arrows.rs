//! Arrows between crates point down the house; between neighbours they need a line here.

use super::Finding;
use super::project::{Arrow, Project};

/// Arrows between neighbours in the house: who may know whom beside the wings. Keep it free of circles.
const NEIGHBOURS: &[(&str, &str)] = &[
    ("platform/store", "platform/kernel"),
    ("platform/words", "platform/kernel"),
    ("platform/web", "platform/kernel"),
    ("platform/web", "platform/words"),
    ("platform/testkit", "platform/kernel"),
    ("platform/testkit", "platform/store"),
    ("trust/audit", "trust/vault"),
    ("core/routing", "core/directory"),
    ("core/customers", "core/directory"),
    ("core/cases", "core/directory"),
    ("core/automation", "core/conversations"),
    ("core/automation", "core/customers"),
    ("core/automation", "core/directory"),
    ("core/automation", "core/routing"),
    ("core/conversations", "core/customers"),
    ("core/conversations", "core/directory"),
    ("core/conversations", "core/routing"),
    ("core/knowledge", "core/directory"),
];

/// Floors of the house, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Floor {
    Platform,
    /// Encryption and the audit trail, which every area writes through.
    Ground,
    Core,
    /// What works on the core's areas: channels, quality, and trust's own areas.
    Beside,
    Faces,
    Server,
    /// The workshop and the tests may use everything, and nobody uses them.
    Outside,
}

fn floor(path: &str) -> Option<Floor> {
    let wing = path.split('/').next()?;
    Some(match wing {
        "platform" => Floor::Platform,
        "trust" if matches!(path, "trust/vault" | "trust/audit") => Floor::Ground,
        "core" => Floor::Core,
        "channels" | "quality" | "trust" => Floor::Beside,
        "faces" => Floor::Faces,
        "server" => Floor::Server,
        "xtask" | "tests" | "benches" => Floor::Outside,
        _ => return None,
    })
}

pub fn point_down(project: &Project) -> Vec<Finding> {
    check(project, NEIGHBOURS)
}

/// A line for an arrow that does not exist would let it in unseen one day.
pub fn table_is_true(project: &Project) -> Vec<Finding> {
    unused(project, NEIGHBOURS)
}

fn check(project: &Project, neighbours: &[(&str, &str)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in &project.crates {
        let Some(from) = floor(&one.path) else {
            findings.push(Finding::error(&one.path, "this folder is no wing of the house"));
            continue;
        };
        for arrow in &one.arrows {
            if !allowed(from, &one.path, arrow, neighbours) {
                let text =
                    format!("may not depend on {}: arrows point down, or need a line in arrows.rs", arrow.to);
                findings.push(Finding::error(&one.path, text));
            }
        }
    }
    findings
}

fn allowed(from: Floor, path: &str, arrow: &Arrow, neighbours: &[(&str, &str)]) -> bool {
    let Some(to) = floor(&arrow.to) else { return false };
    if to == Floor::Outside {
        return false;
    }
    // The kit for tests rests on the crates whose tests use it.
    let kit = arrow.for_tests && arrow.to == "platform/testkit";
    from > to || kit || (from == to && neighbours.contains(&(path, &arrow.to)))
}

fn unused(project: &Project, neighbours: &[(&str, &str)]) -> Vec<Finding> {
    let exists = |from: &str, to: &str| {
        let mut crates = project.crates.iter().filter(|one| one.path == from);
        crates.any(|one| one.arrows.iter().any(|arrow| arrow.to == to))
    };
    let unused = neighbours.iter().filter(|(from, to)| !exists(from, to));
    unused.map(|(from, to)| Finding::error("arrows.rs", format!("{from} does not depend on {to}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    fn between(from: &str, to: &str) -> Vec<Finding> {
        check(&Project::default().with_crate(from, &[to]), &[("core/cases", "core/customers")])
    }

    #[test]
    fn arrows_down_the_house_are_fine() {
        for (from, to) in [
            ("server", "faces/portal"),
            ("server", "platform/kernel"),
            ("faces/desk", "channels/chat"),
            ("faces/desk", "trust/staff"),
            ("quality/surveys", "core/cases"),
            ("trust/privacy", "core/customers"),
            ("core/cases", "trust/vault"),
            ("trust/audit", "platform/store"),
            ("xtask", "server"),
            ("tests", "server"),
        ] {
            assert_eq!(between(from, to), [], "{from} to {to}");
        }
    }

    #[test]
    fn arrows_up_the_house_are_found() {
        for (from, to) in [
            ("platform/store", "core/directory"),
            ("platform/store", "trust/vault"),
            ("trust/vault", "core/customers"),
            ("core/directory", "faces/portal"),
            ("core/cases", "channels/chat"),
            ("core/cases", "trust/staff"),
            ("channels/chat", "faces/desk"),
            ("faces/portal", "server"),
        ] {
            assert_eq!(places(&between(from, to)), [from], "{from} to {to}");
        }
    }

    #[test]
    fn neighbours_need_a_line_in_the_table() {
        assert_eq!(between("core/cases", "core/customers"), []);
        assert_eq!(places(&between("core/customers", "core/cases")), ["core/customers"]);
        assert_eq!(places(&between("channels/chat", "quality/surveys")), ["channels/chat"]);
        assert_eq!(places(&between("faces/portal", "faces/api")), ["faces/portal"]);
    }

    #[test]
    fn the_kit_for_tests_may_be_used_by_tests_only() {
        let mut project = Project::default().with_crate("platform/store", &["platform/testkit"]);
        assert_eq!(places(&check(&project, &[])), ["platform/store"]);
        project.crates[0].arrows[0].for_tests = true;
        assert_eq!(check(&project, &[]), []);
    }

    #[test]
    fn nobody_depends_on_what_stands_outside() {
        assert_eq!(places(&between("server", "xtask")), ["server"]);
    }

    #[test]
    fn an_unknown_wing_is_found() {
        assert_eq!(places(&between("misc/things", "platform/kernel")), ["misc/things"]);
    }

    #[test]
    fn a_line_without_its_arrow_is_found() {
        let table = [("core/cases", "core/customers")];
        let project = Project::default().with_crate("core/cases", &["core/customers"]);
        assert_eq!(unused(&project, &table), []);
        assert_eq!(places(&unused(&Project::default(), &table)), ["arrows.rs"]);
    }

    #[test]
    fn the_table_only_speaks_of_neighbours_and_has_no_circle() {
        for (from, to) in NEIGHBOURS {
            assert!(floor(from).is_some() && floor(from) == floor(to), "{from} to {to} needs no line");
            assert!(!reaches(to, from), "{from} to {to} closes a circle");
        }
    }

    fn reaches(from: &str, goal: &str) -> bool {
        from == goal || NEIGHBOURS.iter().any(|(start, to)| *start == from && reaches(to, goal))
    }
}

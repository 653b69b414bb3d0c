//! What the rules look at: the text files, the house's own crates, and what they depend on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// A project as the rules see it. Paths are relative to its root, with `/`.
#[derive(Debug, Default)]
pub struct Project {
    /// Text files by path. Binary files are left out: no rule reads them.
    pub files: BTreeMap<String, String>,
    pub crates: Vec<Crate>,
    pub dependencies: Vec<Dependency>,
}

/// One of our own crates.
#[derive(Debug, Clone)]
pub struct Crate {
    /// Its folder.
    pub path: String,
    pub arrows: Vec<Arrow>,
}

/// "Depends on": to another of our crates.
#[derive(Debug, Clone)]
pub struct Arrow {
    pub to: String,
    /// Only for its tests.
    pub for_tests: bool,
}

/// A crate somebody else wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub licence: Option<String>,
}

impl Project {
    pub fn load(root: &Path) -> Result<Self> {
        let root = root.canonicalize()?;
        let mut project = Self::default();
        read_folder(&root, "", &mut project.files)?;
        project.crates = own_crates(&root)?;
        project.dependencies = dependencies(&list_dependencies(&root)?);
        Ok(project)
    }

    /// Files of one kind, by the ending of their names.
    pub fn files_ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let files = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        files.filter(move |(path, _)| path.ends_with(ending))
    }
}

fn own_crates(root: &Path) -> Result<Vec<Crate>> {
    let metadata = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec()?;
    let folder = |path: &Path| -> Result<String> {
        let inside = path.strip_prefix(&metadata.workspace_root).context("a crate outside the workspace")?;
        Ok(inside.to_string_lossy().into_owned())
    };
    let read = |package: &Package| {
        let path = package.manifest_path.parent().context("a manifest is in a folder")?;
        let arrows = arrows(package).map(|(to, for_tests)| Ok(Arrow { to: folder(to)?, for_tests }));
        Ok(Crate { path: folder(path.as_std_path())?, arrows: arrows.collect::<Result<_>>()? })
    };
    metadata.packages.iter().map(read).collect()
}

fn arrows(package: &Package) -> impl Iterator<Item = (&Path, bool)> {
    package.dependencies.iter().filter_map(|dependency| {
        let path = dependency.path.as_ref()?;
        Some((path.as_std_path(), dependency.kind == DependencyKind::Development))
    })
}

/// Not from `cargo metadata`: that also names what only other platforms would switch on.
fn list_dependencies(root: &Path) -> Result<String> {
    let mut command = crate::cargo("tree");
    command.args(["--workspace", "--edges=normal,build,dev", "--prefix=none", "--format={p}\t{l}"]);
    let output = command.arg("--manifest-path").arg(root.join("Cargo.toml")).output()?;
    ensure!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Reads lines like `serde v1.0.229<tab>MIT OR Apache-2.0`; our own crates also tell their folder.
fn dependencies(tree: &str) -> Vec<Dependency> {
    let mut found = BTreeSet::new();
    for line in tree.lines() {
        let (package, licence) = line.split_once('\t').unwrap_or((line, ""));
        let mut words = package.split_whitespace();
        let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
        if words.any(|word| word.starts_with("(/")) {
            continue;
        }
        let licence = licence.trim_end_matches("(*)").trim();
        found.insert(Dependency {
            name: name.to_owned(),
            version: version.trim_start_matches('v').to_owned(),
            licence: (!licence.is_empty()).then(|| licence.to_owned()),
        });
    }
    found.into_iter().collect()
}

fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            // What is built, downloaded or written by a running centre is not ours to judge.
            if !matches!(path.as_str(), "data" | "target")
                && !matches!(name.as_str(), ".git" | "node_modules")
            {
                read_folder(&entry.path(), &path, files)?;
            }
        } else if kind.is_file()
            && let Ok(text) = String::from_utf8(std::fs::read(entry.path())?)
        {
            files.insert(path, text);
        }
    }
    Ok(())
}

#[cfg(test)]
impl Project {
    /// A fake of these files.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Self { files, ..Self::default() }
    }

    /// Adds a crate with its arrows.
    pub fn with_crate(mut self, path: &str, to: &[&str]) -> Self {
        let arrows = to.iter().map(|to| Arrow { to: (*to).to_owned(), for_tests: false }).collect();
        self.crates.push(Crate { path: path.to_owned(), arrows });
        self
    }

    pub fn with_dependency(mut self, name: &str, version: &str, licence: Option<&str>) -> Self {
        self.dependencies.push(Dependency {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: licence.map(str::to_owned),
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, content: &[u8]) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    #[test]
    fn a_real_workspace_is_read_with_its_crates_and_arrows() {
        let root = tempfile::tempdir().unwrap();
        let manifest = |name: &str, rest: &str| {
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
        };
        write(
            root.path(),
            "Cargo.toml",
            b"[workspace]\nresolver = \"3\"\nmembers = [\"core/a\", \"platform/b\"]\n",
        );
        let needs_b = "[dependencies]\nb = { path = \"../../platform/b\" }\n";
        write(root.path(), "core/a/Cargo.toml", manifest("a", needs_b).as_bytes());
        write(root.path(), "core/a/src/lib.rs", b"");
        write(root.path(), "platform/b/Cargo.toml", manifest("b", "").as_bytes());
        write(root.path(), "platform/b/src/lib.rs", b"");
        write(root.path(), "target/junk.rs", b"");
        write(root.path(), "web/font.woff2", &[0xff, 0xfe, 0x00]);

        let project = Project::load(root.path()).unwrap();
        let mut paths: Vec<_> = project.crates.iter().map(|one| one.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["core/a", "platform/b"]);
        let a = project.crates.iter().find(|one| one.path == "core/a").unwrap();
        assert_eq!(a.arrows.iter().map(|arrow| arrow.to.as_str()).collect::<Vec<_>>(), ["platform/b"]);
        assert!(project.files.contains_key("core/a/src/lib.rs"));
        assert!(!project.files.keys().any(|path| path.starts_with("target") || path.ends_with("woff2")));
    }
    #[test]
    fn dependencies_are_read_once_and_our_own_are_left_out() {
        let tree = "store v0.1.0 (/somewhere/store)\tApache-2.0\n\
            serde v1.0.2\tMIT OR Apache-2.0\n\
            serde_derive v1.0.2 (proc-macro)\tMIT\n\
            \n\
            serde v1.0.2\tMIT OR Apache-2.0 (*)\n\
            odd v0.1.0\t\n";
        let found: Vec<_> = dependencies(tree).into_iter().map(|one| (one.name, one.licence)).collect();
        let licence = |text: &str| Some(text.to_owned());
        let expected =
            [("odd", None), ("serde", licence("MIT OR Apache-2.0")), ("serde_derive", licence("MIT"))];
        assert_eq!(found, expected.map(|(name, licence)| (name.to_owned(), licence)));
    }
}

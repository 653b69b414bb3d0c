//! The house's own code and templates as text, without its tests, to see which words it says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold no code that speaks to people.
const NOT_CODE: [&str; 9] =
    ["target", "node_modules", "tests", "benches", "data", "migrations", "locales", "docs", "xtask"];

/// Each file's place in the tree, and its text.
pub struct Source(Vec<(PathBuf, String)>);

impl Source {
    pub fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut files = Vec::new();
        walk(&root, &mut files);
        assert!(files.len() > 10, "the walk finds the house");
        let text = |path: &PathBuf| without_tests(&fs::read_to_string(path).unwrap());
        Self(files.iter().map(|path| (path.strip_prefix(&root).unwrap().to_owned(), text(path))).collect())
    }

    /// Whether the key stands anywhere as a literal.
    pub fn mentions(&self, key: &str) -> bool {
        let literal = format!("\"{key}\"");
        self.0.iter().any(|(_, text)| text.contains(&literal))
    }

    /// The first arguments that are literals, of every call that is written so.
    pub fn arguments(&self, call: &str) -> BTreeSet<String> {
        self.arguments_within("", call)
    }

    /// The same, in one folder.
    pub fn arguments_within(&self, folder: &str, call: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (_, text) in self.0.iter().filter(|(path, _)| path.starts_with(folder)) {
            for (start, _) in text.match_indices(call) {
                let rest = text[start + call.len()..].trim_start();
                if let Some((literal, _)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
                    found.insert(literal.to_owned());
                }
            }
        }
        found
    }

    /// Everything between two quotation marks on one line.
    pub fn literals(&self) -> BTreeSet<String> {
        let lines = self.0.iter().flat_map(|(_, text)| text.lines());
        lines.flat_map(|line| line.split('"').skip(1).step_by(2).map(str::to_owned)).collect()
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !NOT_CODE.contains(&name.as_str()) {
                walk(&path, files);
            }
        } else if name != "tests.rs" && path.extension().is_some_and(|kind| kind == "rs" || kind == "html") {
            files.push(path);
        }
    }
}

/// Cuts the test module off, and comments out.
fn without_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

//! What is wrong with a directory file, and where: a code, a place and the values its words mention.

use std::collections::BTreeMap;
use std::fmt;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It would mislead or strand somebody, or the file cannot be read.
    Error,
    /// Worth a look.
    Warning,
}

impl Severity {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place in a directory file; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub file: String,
    pub line: u32,
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Something wrong with a directory.
///
/// Its words are the text keys `directory-finding-<code>` (what) and `.remedy` (how to mend it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    pub code: &'static str,
    pub place: Place,
    pub values: BTreeMap<&'static str, String>,
}

impl Finding {
    pub(crate) fn error(code: &'static str, place: Place) -> Self {
        Self { severity: Severity::Error, code, place, values: BTreeMap::new() }
    }

    pub(crate) fn warning(code: &'static str, place: Place) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place) }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.insert(name, value.to_string());
        self
    }

    pub fn text_key(&self) -> String {
        format!("directory-finding-{}", self.code.replace('_', "-"))
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }
}

/// For logs and tests; people read the words of [`Finding::text_key`].
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.place, self.severity.as_str(), self.code)?;
        for (name, value) in &self.values {
            write!(f, " {name}={value:?}")?;
        }
        Ok(())
    }
}

/// Turns offsets in one text into lines and columns.
#[derive(Debug, Clone)]
pub(crate) struct Places<'t> {
    file: &'t str,
    text: &'t str,
    /// The offset at which each line starts.
    lines: Vec<usize>,
}

impl<'t> Places<'t> {
    pub(crate) fn new(text: &'t str, file: &'t str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file, text, lines }
    }

    pub(crate) fn at(&self, offset: usize) -> Place {
        let line = self.lines.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.lines.get(line).copied().unwrap_or(0);
        let before = self.text.get(start..self.text.floor_char_boundary(offset)).unwrap_or_default();
        Place {
            file: self.file.to_owned(),
            line: narrow(line + 1),
            column: narrow(before.chars().count() + 1),
        }
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

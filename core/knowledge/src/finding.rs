//! What is wrong with a file of knowledge, and where: a code, a line and the values its words mention.

use std::collections::BTreeMap;
use std::fmt;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It would mislead or strand a reader, or cannot be read. Nothing is taken in.
    Error,
    /// Worth a look.
    Warning,
}

/// Something wrong with a file.
///
/// Its words are the text keys `knowledge-finding-<code>` (what) and `.remedy` (how to mend it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    pub code: &'static str,
    pub file: String,
    /// From 1.
    pub line: usize,
    pub values: BTreeMap<&'static str, String>,
}

impl Finding {
    pub(crate) fn error(code: &'static str, file: &str, line: usize) -> Self {
        Self { severity: Severity::Error, code, file: file.to_owned(), line, values: BTreeMap::new() }
    }

    pub(crate) fn warning(code: &'static str, file: &str, line: usize) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, file, line) }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.insert(name, value.to_string());
        self
    }

    pub fn text_key(&self) -> String {
        format!("knowledge-finding-{}", self.code.replace('_', "-"))
    }
}

/// For logs and tests; people read the words of [`Finding::text_key`].
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.code)?;
        for (name, value) in &self.values {
            write!(f, " {name}={value:?}")?;
        }
        Ok(())
    }
}

pub fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// The findings of one file while it is read.
#[derive(Debug)]
pub(crate) struct Findings<'t> {
    pub file: &'t str,
    text: &'t str,
    pub list: Vec<Finding>,
}

impl<'t> Findings<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, text, list: Vec::new() }
    }

    /// The line of an offset in the file.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        let end = self.text.floor_char_boundary(offset);
        1 + self.text.get(..end).unwrap_or_default().matches('\n').count()
    }

    pub(crate) fn error(&mut self, code: &'static str, line: usize) -> &mut Self {
        self.list.push(Finding::error(code, self.file, line));
        self
    }

    pub(crate) fn warn(&mut self, code: &'static str, line: usize) -> &mut Self {
        self.list.push(Finding::warning(code, self.file, line));
        self
    }

    /// Adds a value to the last finding.
    pub(crate) fn with(&mut self, name: &'static str, value: impl fmt::Display) -> &mut Self {
        if let Some(last) = self.list.last_mut() {
            last.values.insert(name, value.to_string());
        }
        self
    }
}

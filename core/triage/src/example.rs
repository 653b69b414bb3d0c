//! What a model learns from: messages of which somebody said what they are about.

use std::io::Read;

use kernel::{Refusal, Result};

/// A message, and its label; without one it is a message that nobody here is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedText {
    pub text: String,
    pub label: Option<String>,
}

impl TaggedText {
    /// What the closed conversation of a topic of the directory teaches.
    pub fn of_topic(text: impl Into<String>, topic: &str) -> Self {
        Self { text: text.into(), label: Some(format!("{TOPIC}{topic}")) }
    }
}

/// Marks labels that are topics of the directory and need no entry among the intents.
pub(crate) const TOPIC: &str = "topic:";

/// Longer cells are no message.
const LONGEST_CELL: usize = 64 << 10;

/// Reads a table with a header. Without the name of a label column all of it is out of scope.
pub fn read_csv(input: impl Read, file: &str, text: &str, label: Option<&str>) -> Result<Vec<TaggedText>> {
    let refused = |line: u64, reason: String| {
        Refusal::new("triage.examples_malformed").with("file", file).with("line", line).with("reason", reason)
    };
    let mut table = csv::Reader::from_reader(input);
    let broken =
        |error: &csv::Error| refused(error.position().map_or(1, csv::Position::line), error.to_string());
    let header = table.headers().map_err(|error| broken(&error))?.clone();
    let column = |name: &str| {
        let at = header.iter().position(|column| column.trim_start_matches('\u{feff}') == name);
        at.ok_or_else(|| refused(1, format!("no column {name}")))
    };
    let text = column(text)?;
    let label = label.map(column).transpose()?;
    let mut examples = Vec::new();
    for record in table.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().any(|cell| cell.len() > LONGEST_CELL) {
            return Err(refused(line, format!("more than {LONGEST_CELL} bytes in one cell")).into());
        }
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let label = label.map(cell).filter(|label| !label.is_empty());
        examples.push(TaggedText { text: cell(text), label });
    }
    Ok(examples)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &str, label: Option<&str>) -> Result<Vec<TaggedText>> {
        read_csv(table.as_bytes(), "some.csv", "text", label)
    }

    #[test]
    fn quotes_line_breaks_and_marks_of_byte_order_are_read() {
        let table = "\u{feff}text,kind\n\"Hello, \"\"you\"\"\nthere\",greeting\nweather?,\n";
        let examples = read(table, Some("kind")).unwrap();
        assert_eq!(examples[0].text, "Hello, \"you\"\nthere");
        assert_eq!(examples[0].label.as_deref(), Some("greeting"));
        assert_eq!(examples[1].label, None, "without a label it is out of scope");
        assert!(read(table, None).unwrap().iter().all(|example| example.label.is_none()));
    }

    #[test]
    fn what_is_wrong_with_a_table_is_told_with_its_line() {
        let long = format!("text\nfine\n{}\n", "x".repeat(LONGEST_CELL + 1));
        for (table, label, line) in [
            ("text,kind\na,b\nc\n".as_bytes(), Some("kind"), "3"),
            ("text\na\n".as_bytes(), Some("kind"), "1"),
            ("".as_bytes(), None, "1"),
            (b"text\nfine\n\xff\xfe\n".as_slice(), None, "3"),
            (long.as_bytes(), None, "3"),
        ] {
            let error = read_csv(table, "some.csv", "text", label).unwrap_err();
            assert_eq!(error.refusal_code(), Some("triage.examples_malformed"));
            let told = error.to_string();
            assert!(told.contains(&format!("line={line} ")) && told.contains("some.csv"), "{told}");
        }
    }
}

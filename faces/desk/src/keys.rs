//! The keys of the desk, as the sheet of shortcuts shows them. What a key does stands with its control in
//! the templates (`data-key`, `data-go`); a test holds the two against each other.

use words::Words;

pub(crate) struct KeyGroup {
    pub title: String,
    pub lines: Vec<KeyLine>,
}

pub(crate) struct KeyLine {
    pub text: String,
    pub keys: Vec<&'static str>,
}

type Line = (&'static str, &'static [&'static str]);

const GROUPS: [(&str, &[Line]); 4] = [
    (
        "desk-keys-anywhere",
        &[
            ("desk-palette", &["Ctrl", "K"]),
            ("desk-shortcut-keys", &["?"]),
            ("desk-presence", &["P"]),
            ("desk-offer-accept", &["Y"]),
            ("desk-offer-decline", &["D"]),
        ],
    ),
    (
        "desk-keys-lists",
        &[
            ("desk-key-next", &["J"]),
            ("desk-key-previous", &["K"]),
            ("desk-key-open", &["Enter"]),
            ("desk-key-choose", &["X"]),
            ("desk-search-and-filter", &["/"]),
            ("desk-views", &["V"]),
            ("desk-key-go", &["G", "M"]),
        ],
    ),
    (
        "desk-keys-conversation",
        &[
            ("desk-take", &["A"]),
            ("desk-transfer", &["T"]),
            ("desk-snooze", &["S"]),
            ("desk-tags", &["L"]),
            ("desk-close", &["E"]),
            ("desk-mark-unread", &["M"]),
            ("desk-more-actions", &["."]),
            ("desk-customer", &["C"]),
            ("desk-back-to-list", &["U"]),
        ],
    ),
    (
        "desk-keys-writing",
        &[
            ("desk-reply", &["R"]),
            ("desk-note", &["N"]),
            ("desk-canned", &["/"]),
            ("desk-mention", &["@"]),
            ("desk-send", &["Ctrl", "Enter"]),
            ("desk-send-and-close", &["Ctrl", "Shift", "Enter"]),
            ("desk-undo-send", &["Z"]),
        ],
    ),
];

pub(crate) fn groups(words: &Words) -> Vec<KeyGroup> {
    let line = |(key, keys): &Line| KeyLine { text: words.text(key).into_owned(), keys: keys.to_vec() };
    GROUPS
        .iter()
        .map(|(title, lines)| KeyGroup {
            title: words.text(title).into_owned(),
            lines: lines.iter().map(line).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys that `desk-keys.js` and `desk-composer.js` know themselves.
    const BUILT_IN: [&str; 9] = ["K", "?", "J", "Enter", "X", "G", "/", "@", "M"];

    #[test]
    fn every_key_of_the_sheet_is_the_key_of_a_control() {
        let templates = [
            include_str!("../templates/shell.html"),
            include_str!("../templates/conversations/list.html"),
            include_str!("../templates/conversations/conversation.html"),
            include_str!("../templates/conversations/composer.html"),
            include_str!("../templates/conversations/pieces.html"),
        ]
        .concat();
        for (_, lines) in GROUPS {
            for (text, keys) in lines {
                let last = keys.last().unwrap();
                let marked = templates.contains(&format!("data-key=\"{}\"", last.to_lowercase()));
                assert!(marked || BUILT_IN.contains(last), "{text}: no control has the key {last}");
            }
        }
    }
}

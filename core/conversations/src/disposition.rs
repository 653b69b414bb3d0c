//! How conversations may end: a list that the institution gives as data.

use kernel::{LocalText, Refusal, Result};
use serde::Deserialize;

/// One way for a conversation to end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    pub id: String,
    pub name: LocalText,
    /// Whether the customer's matter was settled; what was not counts as unresolved.
    pub resolved: bool,
    /// Whether whoever closes has to say more in a note.
    #[serde(default)]
    pub needs_note: bool,
    /// Not offered any more, but still known, because conversations ended so.
    #[serde(default)]
    pub retired: bool,
}

/// The institution's list, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dispositions(Vec<Disposition>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    disposition: Vec<Disposition>,
}

impl Dispositions {
    /// Reads the list from TOML. Refused with the reason when it is not sound.
    pub fn load(text: &str) -> Result<Self, Refusal> {
        let malformed =
            |reason: String| Refusal::new("conversations.dispositions_malformed").with("reason", reason);
        let file: File = toml::from_str(text).map_err(|error| malformed(error.message().to_owned()))?;
        for (index, one) in file.disposition.iter().enumerate() {
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if one.id.is_empty() || !one.id.chars().all(is_plain) || one.name.is_empty() {
                return Err(malformed(format!("“{}” is no name or has no words", one.id)));
            }
            if file.disposition.iter().take(index).any(|other| other.id == one.id) {
                return Err(malformed(format!("“{}” is given twice", one.id)));
            }
        }
        if file.disposition.iter().all(|one| one.retired) {
            return Err(malformed("none can be chosen".to_owned()));
        }
        Ok(Self(file.disposition))
    }

    /// Those that can be chosen.
    pub fn offered(&self) -> impl Iterator<Item = &Disposition> {
        self.0.iter().filter(|one| !one.retired)
    }

    pub fn get(&self, id: &str) -> Option<&Disposition> {
        self.0.iter().find(|one| one.id == id)
    }

    /// One that can be chosen now.
    pub(crate) fn chosen(&self, id: &str) -> Result<&Disposition, Refusal> {
        self.offered()
            .find(|one| one.id == id)
            .ok_or_else(|| Refusal::new("conversations.disposition_unknown").with("disposition", id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> &'static str {
        Dispositions::load(text).unwrap_err().code()
    }

    #[test]
    fn the_list_is_read_in_its_order_and_unsound_ones_are_refused() {
        let one = |id: &str, more: &str| {
            format!("[[disposition]]\nid = \"{id}\"\nname = {{ en = \"A\" }}\nresolved = true\n{more}\n")
        };
        let list = Dispositions::load(&format!("{}{}", one("b", ""), one("a", "retired = true"))).unwrap();
        assert_eq!(list.offered().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["b"]);
        assert!(list.get("a").is_some());
        assert_eq!(list.chosen("a").unwrap_err().code(), "conversations.disposition_unknown");
        for bad in [
            "",
            "x",
            &one("A b", ""),
            &format!("{}{}", one("a", ""), one("a", "")),
            &one("a", "retired = true"),
        ] {
            assert_eq!(refused(bad), "conversations.dispositions_malformed", "{bad}");
        }
    }
}

//! Reasons and limits, without input or output.

use jiff::SignedDuration;
use kernel::{Reference, Refusal};

/// Shorter is no reason.
const SHORTEST: usize = 10;
const LONGEST: usize = 500;

/// Why personal data is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// An open matter about this person.
    Matter(Reference),
    /// In the caller's own words. The audit trail keeps them, so cards and numbers are masked there.
    Written(String),
}

impl Reason {
    /// Refuses words that say nothing.
    pub(crate) fn checked(self) -> Result<Self, Refusal> {
        match self {
            Self::Matter(matter) => Ok(Self::Matter(matter)),
            Self::Written(text) => {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
                let length = text.chars().count();
                if letters < SHORTEST || length > LONGEST {
                    return Err(Refusal::new("staff.reason_malformed")
                        .with("shortest", SHORTEST)
                        .with("longest", LONGEST));
                }
                Ok(Self::Written(text))
            }
        }
    }
}

/// How much one member may reveal, and from when on a supervisor looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevealLimits {
    /// At most so many …
    pub most: usize,
    /// … in so long.
    pub within: SignedDuration,
    /// A supervisor is warned from so many people within that time …
    pub alert_at: usize,
    /// … or from so many within a day: slow copying is copying too.
    pub alert_at_in_a_day: usize,
}

impl Default for RevealLimits {
    fn default() -> Self {
        Self { most: 20, within: SignedDuration::from_mins(10), alert_at: 10, alert_at_in_a_day: 100 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_words() {
        let check = |text: &str| Reason::Written(text.to_owned()).checked();
        assert_eq!(
            check("  caller reads\n back the address "),
            Ok(Reason::Written("caller reads back the address".into()))
        );
        for bad in ["", "why not", "..............", "a b c d e", &"word ".repeat(200)] {
            assert_eq!(check(bad).unwrap_err().code(), "staff.reason_malformed", "{bad}");
        }
    }
}

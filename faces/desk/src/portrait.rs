//! How people look in lists: initials on a colour that helps to tell them apart.

/// A round picture of somebody.
#[derive(Clone)]
pub(crate) struct Face {
    pub initials: String,
    /// 0 to 7, of the classes `hue-0` to `hue-7`.
    pub hue: u8,
}

const HUES: u32 = 8;

impl Face {
    /// The colour comes from the id, so that it stays when the name is learned.
    pub fn new(name: &str, id: impl ToString) -> Self {
        let sum = id.to_string().bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31) + u32::from(byte));
        Self { initials: initials(name), hue: u8::try_from(sum % HUES).unwrap_or(0) }
    }
}

fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let letters: String = first.into_iter().chain(words.next_back()).collect();
    if letters.is_empty() { "?".into() } else { letters.to_uppercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_name_give_the_initials() {
        let cases = [
            ("Ana María Ruiz", "AR"),
            ("  prince ", "P"),
            ("", "?"),
            ("\u{202e} -", "?"),
            ("ñandú (x)", "ÑX"),
        ];
        for (name, expected) in cases {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn somebody_keeps_their_colour_when_their_name_changes() {
        assert_eq!(Face::new("Ana", "per_1").hue, Face::new("Ana Ruiz", "per_1").hue);
    }
}

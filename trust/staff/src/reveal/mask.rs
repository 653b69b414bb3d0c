//! What is shown in place of personal data: enough to recognise, not enough to use. The number of dots
//! is fixed, so that not even the length is told.

const DOTS: &str = "•••";

/// `a•••@example.com`: the domain helps to recognise and tells little.
pub fn mask_email(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => format!("{}{DOTS}@{domain}", first(local)),
        None => DOTS.to_owned(),
    }
}

/// `••• 0123`: the last four digits of a number that has more than seven.
pub fn mask_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.len().checked_sub(4).filter(|hidden| *hidden > 3).and_then(|from| digits.get(from..)) {
        Some(last) => format!("{DOTS} {}", last.iter().collect::<String>()),
        None => DOTS.to_owned(),
    }
}

/// `A••• L•••`: the first letters of up to three words.
pub fn mask_name(name: &str) -> String {
    let words: Vec<String> =
        name.split_whitespace().take(3).map(|word| format!("{}{DOTS}", first(word))).collect();
    if words.is_empty() { DOTS.to_owned() } else { words.join(" ") }
}

fn first(text: &str) -> String {
    text.chars().take(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn masks_keep_just_enough() {
        assert_eq!(mask_email("ana.lopez@example.com"), "a•••@example.com");
        assert_eq!(mask_email("a@b@example.com"), "a•••@example.com");
        assert_eq!(mask_phone("+1 (212) 555-0123"), "••• 0123");
        assert_eq!(mask_name("Ana María López"), "A••• M••• L•••");
        assert_eq!(mask_name("Élodie"), "É•••");
    }

    #[test]
    fn what_is_too_short_to_mask_is_hidden() {
        for text in ["", "12", "5550123", "no number"] {
            assert_eq!(mask_phone(text), "•••");
        }
        assert_eq!(mask_email("no address"), "•••");
        assert_eq!(mask_name("  "), "•••");
    }

    proptest! {
        #[test]
        fn a_mask_shows_at_most_one_letter_of_each_word(name in "[a-z]{2,12}( [a-z]{2,12}){0,5}") {
            let letters = mask_name(&name).chars().filter(char::is_ascii_alphabetic).count();
            prop_assert!(letters <= 3);
        }

        #[test]
        fn a_phone_shows_four_digits_at_most(phone: String) {
            prop_assert!(mask_phone(&phone).chars().filter(char::is_ascii_digit).count() <= 4);
        }
    }
}

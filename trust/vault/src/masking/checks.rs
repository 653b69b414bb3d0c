//! What the issuers of numbers promise about them: prefixes, lengths and check digits.

use super::scan::Digit;

/// The sum of Luhn (ISO 7812) is a multiple of ten.
pub(super) fn luhn(digits: &[Digit]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let doubled = u32::from(digit.value) << (place % 2);
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The number that the first `count` digits write.
pub(super) fn leading(digits: &[Digit], count: usize) -> u32 {
    digits.iter().take(count).fold(0, |number, digit| number * 10 + u32::from(digit.value))
}

/// What the card schemes give out: the first and last beginning of six digits, and the lengths.
const SCHEMES: &[(u32, u32, &[usize])] = &[
    // Mir, and Mastercard's newer range.
    (220_000, 220_499, &[16, 17, 18, 19]),
    (222_100, 272_099, &[16]),
    // Diners Club; some of it has sixteen digits by its alliance with Discover.
    (300_000, 305_999, &[14, 16]),
    (309_000, 309_999, &[14, 16]),
    (340_000, 349_999, &[15]),             // American Express
    (352_800, 358_999, &[16, 17, 18, 19]), // JCB
    (360_000, 369_999, &[14, 16]),
    (370_000, 379_999, &[15]),
    (380_000, 399_999, &[14, 16]),
    (400_000, 499_999, &[13, 16, 19]), // Visa
    // Maestro, with RuPay among it.
    (501_800, 501_899, &[13, 14, 15, 16, 17, 18, 19]),
    (502_000, 502_099, &[13, 14, 15, 16, 17, 18, 19]),
    (503_800, 503_899, &[13, 14, 15, 16, 17, 18, 19]),
    (508_000, 508_999, &[16]),
    (510_000, 559_999, &[16]), // Mastercard
    (561_200, 561_299, &[13, 14, 15, 16, 17, 18, 19]),
    (589_300, 589_399, &[13, 14, 15, 16, 17, 18, 19]),
    (601_100, 601_199, &[16, 17, 18, 19]), // Discover
    (620_000, 629_999, &[16, 17, 18, 19]), // UnionPay
    (630_400, 630_499, &[13, 14, 15, 16, 17, 18, 19]),
    (637_000, 639_999, &[16]),
    (644_000, 659_999, &[16, 17, 18, 19]), // Discover
    (675_900, 675_999, &[13, 14, 15, 16, 17, 18, 19]),
    (676_100, 676_399, &[13, 14, 15, 16, 17, 18, 19]),
    (677_100, 677_199, &[13, 14, 15, 16, 17, 18, 19]),
    (810_000, 829_999, &[16]), // RuPay
    (979_200, 979_299, &[16]), // Troy
];

/// Whether a card scheme gives out numbers that begin and are as long as this one.
pub(super) fn has_card_prefix(digits: &[Digit]) -> bool {
    let beginning = leading(digits, 6);
    let after = SCHEMES.partition_point(|(first, _, _)| *first <= beginning);
    let scheme = after.checked_sub(1).and_then(|place| SCHEMES.get(place));
    scheme.is_some_and(|(_, last, lengths)| beginning <= *last && lengths.contains(&digits.len()))
}

/// A social security number that could have been given out.
pub(super) fn is_social_security(digits: &[Digit]) -> bool {
    let number = leading(digits, 9);
    let (area, group, serial) = (number / 1_000_000, number / 10_000 % 100, number % 10_000);
    digits.len() == 9 && !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0
}

/// A taxpayer number of people who have no social security number.
pub(super) fn is_individual_taxpayer(digits: &[Digit]) -> bool {
    let number = leading(digits, 9);
    let (area, group) = (number / 1_000_000, number / 10_000 % 100);
    digits.len() == 9 && area >= 900 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// A routing number of a bank in the United States, by its prefix and check digit.
pub(super) fn is_routing(digits: &[Digit]) -> bool {
    let prefix = leading(digits, 2);
    let sum: u32 = digits
        .iter()
        .zip([3, 7, 1].iter().cycle())
        .map(|(digit, weight)| u32::from(digit.value) * weight)
        .sum();
    digits.len() == 9
        && matches!(prefix, 0..=12 | 21..=32 | 61..=72 | 80)
        && sum.is_multiple_of(10)
        && leading(digits, 9) != 0
}

/// A tracking number of the postal service: 20, 22 or 26 digits from 91 on, the last of which checks the
/// others.
pub(super) fn is_postal_tracking(digits: &[Digit]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| u32::from(digit.value) * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    matches!(digits.len(), 20 | 22 | 26) && matches!(leading(digits, 2), 91..=95) && sum.is_multiple_of(10)
}

/// An international account number whose country writes it in digits alone: the remainder of 97 is one.
pub(super) fn is_iban(country: [u8; 2], digits: &[Digit]) -> bool {
    let value = |letter: u8| u32::from(letter.to_ascii_uppercase().saturating_sub(b'A')) + 10;
    let (check, account) = digits.split_at(digits.len().min(2));
    let push = |rest: u32, digit: &Digit| (rest * 10 + u32::from(digit.value)) % 97;
    let rest = account.iter().fold(0, push);
    let rest = country.iter().fold(rest, |rest, letter| (rest * 100 + value(*letter)) % 97);
    (14..=32).contains(&digits.len()) && check.iter().fold(rest, push) == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::masking::scan::Scan;

    fn digits(text: &str) -> Vec<Digit> {
        Scan::of(text).unwrap().digits
    }

    #[test]
    fn published_test_cards_pass_and_a_wrong_digit_does_not() {
        for card in [
            "4111111111111111",
            "4222222222222",
            "378282246310005",
            "371449635398431",
            "6011111111111117",
            "5555555555554444",
            "2223003122003222",
            "30569309025904",
            "38520000023237",
            "3530111333300000",
            "6304000000000000",
            "6200000000000005",
            "6759649826438453",
        ] {
            let digits = digits(card);
            assert!(luhn(&digits) && has_card_prefix(&digits), "{card}");
            let mut wrong = digits;
            wrong[5].value = (wrong[5].value + 1) % 10;
            assert!(!luhn(&wrong), "{card}");
        }
        for other in ["1234567890123456", "7992739871300000", "9400111899223344"] {
            assert!(!has_card_prefix(&digits(other)), "{other}");
        }
    }

    #[test]
    fn the_table_of_schemes_is_in_order() {
        assert!(SCHEMES.iter().all(|(first, last, _)| first <= last));
        assert!(SCHEMES.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn social_security_numbers_follow_the_rules_of_the_agency() {
        for good in ["078-05-1120", "123456789", "899-99-9999", "001-01-0001"] {
            assert!(is_social_security(&digits(good)), "{good}");
        }
        for bad in ["000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000", "12345678"] {
            assert!(!is_social_security(&digits(bad)), "{bad}");
        }
        assert!(is_individual_taxpayer(&digits("912-70-1234")));
        assert!(!is_individual_taxpayer(&digits("912-49-1234")));
    }

    #[test]
    fn routing_tracking_and_international_numbers_check_themselves() {
        assert!(is_routing(&digits("021000021")) && is_routing(&digits("124003116")));
        assert!(!is_routing(&digits("021000022")) && !is_routing(&digits("991000021")));
        assert!(is_postal_tracking(&digits("9400 1118 9922 3197 4284 97")));
        assert!(!is_postal_tracking(&digits("9400 1118 9922 3197 4284 98")));
        assert!(is_iban(*b"DE", &digits("89 3704 0044 0532 0130 00")));
        assert!(is_iban(*b"ES", &digits("91 2100 0418 4502 0005 1332")));
        assert!(!is_iban(*b"ES", &digits("91 2100 0418 4502 0005 1333")));
    }
}

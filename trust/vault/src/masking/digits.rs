//! Digits of other scripts, and circled ones, as the Unicode data has them.

/// First code point, its value, and how many follow one another, in order.
const RUNS: &[(u32, u8, u32)] = &[
    (0x660, 0, 10),
    (0x6f0, 0, 10),
    (0x7c0, 0, 10),
    (0x966, 0, 10),
    (0x9e6, 0, 10),
    (0xa66, 0, 10),
    (0xae6, 0, 10),
    (0xb66, 0, 10),
    (0xbe6, 0, 10),
    (0xc66, 0, 10),
    (0xce6, 0, 10),
    (0xd66, 0, 10),
    (0xde6, 0, 10),
    (0xe50, 0, 10),
    (0xed0, 0, 10),
    (0xf20, 0, 10),
    (0x1040, 0, 10),
    (0x1090, 0, 10),
    (0x17e0, 0, 10),
    (0x1810, 0, 10),
    (0x1946, 0, 10),
    (0x19d0, 0, 10),
    (0x1a80, 0, 10),
    (0x1a90, 0, 10),
    (0x1b50, 0, 10),
    (0x1bb0, 0, 10),
    (0x1c40, 0, 10),
    (0x1c50, 0, 10),
    (0x2460, 1, 9),
    (0x24ea, 0, 1),
    (0x24f5, 1, 9),
    (0x24ff, 0, 1),
    (0x2776, 1, 9),
    (0x2780, 1, 9),
    (0x278a, 1, 9),
    (0xa620, 0, 10),
    (0xa8d0, 0, 10),
    (0xa900, 0, 10),
    (0xa9d0, 0, 10),
    (0xa9f0, 0, 10),
    (0xaa50, 0, 10),
    (0xabf0, 0, 10),
    (0xff10, 0, 10),
    (0x104a0, 0, 10),
    (0x10d30, 0, 10),
    (0x11066, 0, 10),
    (0x110f0, 0, 10),
    (0x11136, 0, 10),
    (0x111d0, 0, 10),
    (0x112f0, 0, 10),
    (0x11450, 0, 10),
    (0x114d0, 0, 10),
    (0x11650, 0, 10),
    (0x116c0, 0, 10),
    (0x11730, 0, 10),
    (0x118e0, 0, 10),
    (0x11950, 0, 10),
    (0x11c50, 0, 10),
    (0x11d50, 0, 10),
    (0x11da0, 0, 10),
    (0x16a60, 0, 10),
    (0x16ac0, 0, 10),
    (0x16b50, 0, 10),
    (0x1d7ce, 0, 10),
    (0x1d7d8, 0, 10),
    (0x1d7e2, 0, 10),
    (0x1d7ec, 0, 10),
    (0x1d7f6, 0, 10),
    (0x1e140, 0, 10),
    (0x1e2f0, 0, 10),
    (0x1e950, 0, 10),
    (0x1fbf0, 0, 10),
];

/// The value of a digit of any script.
#[inline]
pub(super) fn value(c: char) -> Option<u8> {
    match c {
        '0'..='9' => u8::try_from(u32::from(c) - u32::from('0')).ok(),
        // Letters with accents are common, and the first other digits are the Arabic ones.
        '\0'..'\u{660}' => None,
        _ => other(u32::from(c)),
    }
}

fn other(code: u32) -> Option<u8> {
    let after = RUNS.partition_point(|(first, _, _)| *first <= code);
    let (first, value, count) = RUNS.get(after.checked_sub(1)?)?;
    let offset = code - first;
    if offset < *count { Some(value + u8::try_from(offset % 10).ok()?) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_have_their_value() {
        for (text, number) in [
            ("0123456789", 0),
            ("０１２３４５６７８９", 0),
            ("٠١٢٣٤٥٦٧٨٩", 0),
            ("۰۱۲۳۴۵۶۷۸۹", 0),
            ("०१२३४५६७८९", 0),
            ("𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", 0),
            ("𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡", 0),
            ("①②③④⑤⑥⑦⑧⑨", 1),
        ] {
            let values: Vec<_> = text.chars().map(|c| value(c).unwrap()).collect();
            let expected: Vec<_> = (number..10).take(values.len()).collect();
            assert_eq!(values, expected, "{text}");
        }
        assert!("a-é²中\u{10ffff}".chars().all(|c| value(c).is_none()));
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(RUNS.windows(2).all(|pair| pair[0].0 + pair[0].2 <= pair[1].0));
    }
}

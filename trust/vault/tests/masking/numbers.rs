//! Numbers as their issuers make them, from a fixed seed.

/// `SplitMix64`: small, and the same everywhere.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` up to and with `high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    pub fn pick<'t, T: ?Sized>(&mut self, list: &[&'t T]) -> &'t T {
        list[usize::try_from(self.next()).unwrap() % list.len()]
    }

    pub fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.between(0, 9)).unwrap())).collect()
    }
}

fn values(digits: &str) -> impl DoubleEndedIterator<Item = u32> {
    digits.bytes().map(|byte| u32::from(byte - b'0'))
}

/// Completes a number with the check digit of Luhn.
fn with_luhn(mut body: String) -> String {
    let sum: u32 = values(&body)
        .rev()
        .enumerate()
        .map(|(place, digit)| match digit << (1 - place % 2) {
            doubled @ 10.. => doubled - 9,
            single => single,
        })
        .sum();
    body.push(char::from_digit((10 - sum % 10) % 10, 10).unwrap());
    body
}

/// Prefixes and lengths of what the schemes issue, the common ones more often.
const CARDS: [(&str, usize); 24] = [
    ("4", 16),
    ("4", 16),
    ("4", 16),
    ("4", 16),
    ("4", 19),
    ("51", 16),
    ("52", 16),
    ("53", 16),
    ("55", 16),
    ("2221", 16),
    ("2500", 16),
    ("2720", 16),
    ("34", 15),
    ("37", 15),
    ("37", 15),
    ("6011", 16),
    ("644", 16),
    ("65", 16),
    ("36", 14),
    ("3530", 16),
    ("62", 16),
    ("62", 19),
    ("6759", 16),
    ("2201", 16),
];

pub fn card(random: &mut Random) -> String {
    let (prefix, length) = CARDS[usize::try_from(random.next()).unwrap() % CARDS.len()];
    let rest = random.digits(length - prefix.len() - 1);
    with_luhn(format!("{prefix}{rest}"))
}

/// A card number with one digit wrong.
pub fn wrong_card(random: &mut Random) -> String {
    let mut card = card(random);
    let last = card.pop().unwrap().to_digit(10).unwrap();
    card.push(char::from_digit((last + u32::try_from(random.between(1, 9)).unwrap()) % 10, 10).unwrap());
    card
}

/// Area, group and serial of a social security number that could exist.
pub fn social_security(random: &mut Random) -> [String; 3] {
    let area = loop {
        match random.between(1, 899) {
            666 => {}
            area => break area,
        }
    };
    [format!("{area:03}"), format!("{:02}", random.between(1, 99)), format!("{:04}", random.between(1, 9999))]
}

pub fn routing(random: &mut Random) -> String {
    let prefix = random.pick(&["01", "02", "03", "06", "09", "11", "12", "21", "26", "31", "32"]);
    let mut body = format!("{prefix}{}", random.digits(6));
    let sum: u32 = values(&body).zip([3, 7, 1, 3, 7, 1, 3, 7]).map(|(digit, weight)| digit * weight).sum();
    body.push(char::from_digit((10 - sum % 10) % 10, 10).unwrap());
    body
}

/// A postal tracking number: its prefix, and a check digit over weights three and one.
pub fn postal_tracking(random: &mut Random) -> String {
    let prefix = random.pick(&["9400", "9205", "9405", "9361", "9407", "9270"]);
    let mut body = format!("{prefix}{}", random.digits(17));
    let sum: u32 = values(&body)
        .rev()
        .enumerate()
        .map(|(place, digit)| digit * if place % 2 == 0 { 3 } else { 1 })
        .sum();
    body.push(char::from_digit((10 - sum % 10) % 10, 10).unwrap());
    body
}

/// Cuts digits into groups of these sizes; the last size is repeated.
pub fn grouped(digits: &str, sizes: &[usize], separator: &str) -> String {
    let (mut groups, mut rest, mut sizes) = (Vec::new(), digits, sizes.iter().copied());
    let mut size = 4;
    while !rest.is_empty() {
        size = sizes.next().unwrap_or(size);
        let (group, after) = rest.split_at(size.min(rest.len()));
        groups.push(group);
        rest = after;
    }
    groups.join(separator)
}

//! Messages as customers write them, with sensitive numbers and with numbers that only look like it.

use std::ops::Range;

use vault::masking::Kind;

use crate::numbers::{Random, card, grouped, postal_tracking, routing, social_security, wrong_card};

/// A number that has to be hidden, and where it stands.
pub struct Wanted {
    pub kind: Kind,
    pub range: Range<usize>,
}

pub struct Sample {
    pub text: String,
    pub wanted: Vec<Wanted>,
}

/// Fills a template; each `{}` is the next part, wanted when it has a kind.
fn fill(template: &str, parts: &[(Option<Kind>, String)]) -> Sample {
    let (mut text, mut wanted) = (String::new(), Vec::new());
    let mut parts = parts.iter();
    let mut pieces = template.split("{}");
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (kind, part) = parts.next().expect("a part for each place");
        let start = text.len();
        text.push_str(part);
        if let Some(kind) = kind {
            wanted.push(Wanted { kind: *kind, range: start..text.len() });
        }
        text.push_str(piece);
    }
    Sample { text, wanted }
}

fn written_card(random: &mut Random) -> String {
    let digits = card(random);
    let separator = random.pick(&[
        " ", " ", " ", "-", "-", ".", "\u{a0}", "\u{202f}", "\u{2011}", "\u{2013}", " - ", "_", "/", "\n",
        "  ", ",",
    ]);
    match (random.between(0, 9), digits.len()) {
        (0..=2, _) => digits,
        (3, _) => grouped(&digits, &[1], random.pick(&[" ", "-"])),
        (4, _) => translated(&grouped(&digits, &[4], " "), random.pick(&["０", "٠", "۰", "𝟎"])),
        (5, 16) => grouped(&digits, &[8], separator),
        (6, _) => grouped(&digits, &[4], "\u{200b} "),
        (_, 15) => grouped(&digits, &[4, 6, 5], separator),
        (_, 14) => grouped(&digits, &[4, 6, 4], separator),
        _ => grouped(&digits, &[4], separator),
    }
}

/// The same digits in another script, given by its zero.
fn translated(text: &str, zero: &str) -> String {
    let zero = u32::from(zero.chars().next().unwrap_or('0'));
    let digit = |c: char| c.to_digit(10).and_then(|value| char::from_u32(zero + value)).unwrap_or(c);
    text.chars().map(digit).collect()
}

const CARD: &[&str] = &[
    "My card number is {}, please help.",
    "{}",
    "Hi! I can't pay with {} any more",
    "card: {}",
    "Card #{}",
    "Visa {} was declined twice.",
    "I was charged twice on {}. The order was $59.99.",
    "please charge my order to {}",
    "Mi tarjeta es {} y no funciona",
    "número de tarjeta {}",
    "Tarjeta de crédito: {}. Gracias.",
    "La compra de $1,250.00 del 12/05/2026 fue con {}",
    "(**{}**)",
    "card={};",
    "Order 118-2231 was paid with {} on 3/4/2026",
    "Fwd: number {} thx",
    "call me at (212) 555-0123, my card is {}",
    "is {} still active?",
    "AMEX or VISA: {} / other",
    "\"pan\":\"{}\"",
];

const CARD_AND_CODE: &[&str] = &[
    "My card is {} exp 12/27 cvv {}",
    "{} 04/28 {}",
    "{} exp 0428 code {}",
    "card {} security code is {}",
    "{}, {}",
    "Mi tarjeta {} vence 09/2027, código de seguridad {}",
    "{} cvc: {}",
    "the cvv for {} is {}",
];

const CODE: &[&str] = &[
    "My CVV is {}",
    "cvv: {}",
    "CVC2 {} thanks",
    "the security code on the back is {}",
    "{} is my cvv",
    "security code {}",
    "Mi código de seguridad es {}.",
    "el cvv de mi tarjeta es el {}",
    "código de seguridad: {}",
    "What is the cvv? {}",
    "the three digits on the back are {}",
    "my pin is {}",
    "card code = {}",
    "{} (cvv)",
    "CVV #{}",
    "{} es el código de seguridad",
    "mi nip es {}",
    "CSC {} exp 11/29",
];

const SOCIAL: &[(&str, bool)] = &[
    ("My SSN is {}", false),
    ("{}", true),
    ("ssn {} dob 04/05/1980", false),
    ("Social Security number: {}", false),
    ("my social is {} ok?", false),
    ("Mi número de seguro social es {}", false),
    ("seguro social {} gracias", false),
    ("{} is my social security number", false),
    ("Here you go: {}", true),
    ("name Ana, {}, phone 212-555-0123", true),
    ("SSN#{}", false),
    ("número de Seguridad Social: {}", false),
    ("For verification {} and my zip is 90210", true),
    ("SSN={};", false),
];

const BANK: &[&str] = &[
    "routing {} account {}",
    "Routing number {}, account number {}",
    "{} {}",
    "ABA {} acct# {}",
    "my bank's routing is {} and the account is {}",
    "Ruta {} y cuenta {}",
    "número de ruta: {}, número de cuenta: {}",
    "RTN {}\nchecking {}",
    "{}/{}",
];

const ACCOUNT: &[&str] = &[
    "my account number is {}",
    "Account #{} please",
    "acct no. {}",
    "mi cuenta es {}",
    "número de cuenta {}",
    "savings account {} was closed",
    "cuenta corriente {}",
    "bank account: {}",
];

/// One message of each kind that has something to hide.
pub fn sensitive(random: &mut Random) -> Vec<Sample> {
    let mut samples = Vec::new();
    for template in CARD {
        samples.push(fill(template, &[(Some(Kind::Card), written_card(random))]));
    }
    for template in CARD_AND_CODE {
        let digits = card(random);
        let (written, code) = match digits.len() {
            15 => (grouped(&digits, &[4, 6, 5], " "), random.digits(4)),
            _ => (grouped(&digits, &[4], random.pick(&[" ", "-"])), random.digits(3)),
        };
        samples.push(fill(template, &[(Some(Kind::Card), written), (Some(Kind::CardCode), code)]));
    }
    for template in CODE {
        let length = if random.between(0, 3) == 0 { 4 } else { 3 };
        samples.push(fill(template, &[(Some(Kind::CardCode), random.digits(length))]));
    }
    for (template, only_shaped) in SOCIAL {
        let parts = social_security(random);
        let written = match random.between(0, 5) {
            0 | 1 => parts.join("-"),
            2 => parts.join(" "),
            3 => parts.join(random.pick(&[".", "\u{2013}", "\u{a0}"])),
            _ if *only_shaped => parts.join("-"),
            4 => parts.concat(),
            _ => grouped(&parts.concat(), &[3], " "),
        };
        samples.push(fill(template, &[(Some(Kind::SocialSecurity), written)]));
    }
    for template in BANK {
        let length = usize::try_from(random.between(8, 13)).unwrap_or(8);
        let account = (Some(Kind::BankAccount), random.digits(length));
        samples.push(fill(template, &[(None, routing(random)), account]));
    }
    for template in ACCOUNT {
        let length = usize::try_from(random.between(6, 12)).unwrap_or(6);
        samples.push(fill(template, &[(Some(Kind::BankAccount), random.digits(length))]));
    }
    samples
}

const ORDER: &[&str] = &[
    "My order number is {}",
    "order #{} has not arrived",
    "Order no. {}",
    "tracking {}",
    "Tracking number: {}",
    "reference {} please",
    "confirmation number {}",
    "Invoice: {}",
    "ticket {}",
    "mi número de pedido es {}",
    "número de seguimiento {}",
    "guía {}",
    "factura {}",
    "transaction id {}",
    "serial number {}",
    "referencia: {}",
];

const PLAIN: &[&str] =
    &["{}", "it says {} here", "see {}", "I got {} yesterday", "aparece {} en la pantalla", "ID {} ok"];

/// Messages whose numbers are nobody's secret.
pub fn harmless(random: &mut Random) -> Vec<Sample> {
    let mut samples = Vec::new();
    let none = |text: String| (None, text);
    for template in ORDER {
        // It passes every check of a card, but is called something else.
        samples.push(fill(template, &[none(card(random))]));
        samples.push(fill(template, &[none(random.digits(10))]));
        samples.push(fill(template, &[none(random.digits(9))]));
    }
    for template in PLAIN {
        samples.push(fill(template, &[none(wrong_card(random))]));
        samples.push(fill(template, &[none(grouped(&wrong_card(random), &[4], " "))]));
        samples.push(fill(template, &[none(parcel(random))]));
        samples.push(fill(template, &[none(phone(random))]));
        samples.push(fill(template, &[none(moment(random))]));
        samples.push(fill(template, &[none(amount(random))]));
        samples.push(fill(template, &[none(identifier(random))]));
        samples.push(fill(template, &[none(impossible_social_security(random))]));
    }
    for (template, digits) in [
        ("my zip code is {}", 5),
        ("I live at {} Main Street, apt 204", 4),
        ("your one-time code is {}", 6),
        ("verification code: {}", 6),
        ("the card ending in {} was declined", 4),
        ("tarjeta terminada en {}", 4),
        ("account ending in {}", 4),
        ("I paid {} dollars with my card", 3),
        ("extension {}", 4),
        ("case C-7F3K-Q2XH, page {}", 3),
        ("flight AA{} on June 5", 4),
        ("room {} on floor 3", 3),
        ("I have {} points and {} miles", 4),
        ("model {} in blue", 4),
        ("call me at {}", 10),
        ("my account has {} dollars in it", 4),
        ("the loan is {} days late", 3),
    ] {
        let parts: Vec<_> = (0..2).map(|_| none(random.digits(digits))).collect();
        samples.push(fill(template, &parts));
    }
    samples
}

fn parcel(random: &mut Random) -> String {
    match random.between(0, 5) {
        0 => postal_tracking(random),
        1 => grouped(&postal_tracking(random), &[4], " "),
        2 => format!("1Z{}{}", random.pick(&["999AA1", "A83E01", "12345E"]), random.digits(10)),
        3 => random.digits(12),
        4 => grouped(&random.digits(12), &[4], " "),
        _ => format!("9611{}", random.digits(16)),
    }
}

fn phone(random: &mut Random) -> String {
    let (area, office, line) = (random.between(201, 989), random.between(200, 999), random.digits(4));
    match random.between(0, 7) {
        0 => format!("({area}) {office}-{line}"),
        1 => format!("{area}-{office}-{line}"),
        2 => format!("{area}.{office}.{line}"),
        3 => format!("+1 {area} {office} {line}"),
        4 => format!("1-{area}-{office}-{line}"),
        5 => format!("{area} {office} {line} ext. 203"),
        6 => format!("+52 55 {} {line}", random.digits(4)),
        _ => format!("{area}{office}{line}"),
    }
}

fn moment(random: &mut Random) -> String {
    let (year, month, day) = (random.between(1950, 2030), random.between(1, 12), random.between(1, 28));
    match random.between(0, 5) {
        0 => format!("{month:02}/{day:02}/{year}"),
        1 => format!("{year}-{month:02}-{day:02}"),
        2 => format!("{year}-{month:02}-{day:02}T{:02}:30:{:02}.123456Z", day % 24, month),
        3 => format!("{year}{month:02}{day:02}{:06}", random.between(0, 235_959)),
        4 => format!("{}", 1_700_000_000_000 + random.between(0, 99_999_999_999)),
        _ => format!("{day:02}.{month:02}.{year} a las {:02}:45", day % 24),
    }
}

fn amount(random: &mut Random) -> String {
    match random.between(0, 4) {
        0 => format!("${}.{}", random.between(1, 9999), random.digits(2)),
        1 => format!("${},{}.{}", random.between(1, 999), random.digits(3), random.digits(2)),
        2 => format!("{},{},{} pesos", random.between(1, 99), random.digits(3), random.digits(3)),
        3 => format!("{}%", random.between(100, 999)),
        _ => format!("USD {}", random.between(100, 99_999)),
    }
}

fn identifier(random: &mut Random) -> String {
    match random.between(0, 7) {
        0 => {
            let hex = format!("{:016x}{:016x}", random.next(), random.next());
            [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
        }
        1 => format!("C-{}-{}", random.digits(4), random.digits(4)),
        2 => format!("113-{}-{}", random.digits(7), random.digits(7)),
        3 => format!("192.168.{}.{}", random.between(0, 255), random.between(0, 255)),
        4 => format!(
            "{}.{}, -{}.{}",
            random.between(25, 48),
            random.digits(7),
            random.between(70, 120),
            random.digits(7)
        ),
        // The number of a phone as a device; it carries a check digit of Luhn too.
        5 => format!("35{}", random.digits(13)),
        // An article's barcode.
        6 => format!("400{}", random.digits(10)),
        _ => format!("{}-{}", random.digits(5), random.digits(4)),
    }
}

fn impossible_social_security(random: &mut Random) -> String {
    let [area, group, serial] = social_security(random);
    match random.between(0, 4) {
        0 => format!("000-{group}-{serial}"),
        1 => format!("666-{group}-{serial}"),
        2 => format!("9{}-{group}-{serial}", &area[1..]),
        3 => format!("{area}-00-{serial}"),
        _ => format!("{area}-{group}-0000"),
    }
}

//! A unit as a vCard 3.0 (RFC 2426), the version that every phone and mail program reads.

use directory::{Address, Unit};

use crate::hours;
use crate::inquiry::Inquiry;
use crate::unit::contacts;

/// Bytes after which a line is folded.
const LINE: usize = 75;

pub fn of_unit(inquiry: &Inquiry, unit: &Unit) -> String {
    let (words, language) = (inquiry.words(), inquiry.visitor.language());
    let (house, name) = (inquiry.directory().institution.name.as_str(), unit.name.get(language));
    let mut lines = vec![
        "BEGIN:VCARD".to_owned(),
        "VERSION:3.0".to_owned(),
        format!("FN:{}", escaped(&format!("{house} – {name}"))),
        format!("N:{};;;;", escaped(&format!("{house} – {name}"))),
        format!("ORG:{};{}", escaped(house), escaped(name)),
    ];
    let mut notes: Vec<String> = Vec::new();
    let mut told = Vec::new();
    for answer in contacts(inquiry, unit) {
        let way = answer.way;
        let label = way.label.as_ref().or(answer.region.map(|region| &region.name));
        let label = label.map(|label| label.get(language));
        let line = match &way.address {
            Address::Phone { number, option } => {
                let press =
                    option.as_ref().map(|key| words.message("portal-press").with("key", key.as_str()));
                let heading = match (press, label) {
                    (Some(press), label) => Some(format!("{number} {press}: {}", label.unwrap_or(name))),
                    (None, label) => label.map(|label| format!("{number}: {label}")),
                };
                notes.extend(heading);
                format!("TEL;TYPE=WORK,VOICE:{}", number.e164())
            }
            Address::Fax { number } => format!("TEL;TYPE=WORK,FAX:{}", number.e164()),
            Address::Email { address } => format!("EMAIL;TYPE=INTERNET,WORK:{}", escaped(address)),
            Address::Mail(address) => format!(
                "ADR;TYPE=WORK:;;{};{};{};{};",
                escaped(&address.lines.join(", ")),
                escaped(&address.city),
                escaped(&address.state),
                escaped(&address.postal_code)
            ),
            Address::Web { url: Some(url), .. } => format!("URL:{}", escaped(url)),
            Address::Web { url: None, .. } | Address::Unpublished => continue,
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
        let weeks = way.schedule.as_ref().map_or_else(Vec::new, |schedule| hours::views(schedule, inquiry));
        let week = weeks.first().map_or_else(Vec::new, |week| {
            let line = |line: &hours::HoursLine| format!("{}: {} ({})", line.days, line.times, week.zone);
            week.lines.iter().map(line).collect()
        });
        // Hours are told once for the lines that share them, and after the number where they differ.
        if !week.is_empty() && week != told {
            notes.extend_from_slice(&week);
            told = week;
        }
    }
    if !notes.is_empty() {
        lines.push(format!("NOTE:{}", escaped(&notes.join("\n"))));
    }
    lines.push(format!("REV:{}", inquiry.edition().recorded_at.strftime("%Y-%m-%dT%H:%M:%SZ")));
    lines.push("END:VCARD".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace(['\r'], "")
        .replace('\n', "\\n")
}

/// Long lines go on after a line break and a space, never within a letter.
fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 8);
    let mut length = 0;
    for letter in line.chars() {
        if length + letter.len_utf8() > LINE {
            folded.push_str("\r\n ");
            length = 1;
        }
        folded.push(letter);
        length += letter.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_long_lines_folded_between_letters() {
        assert_eq!(escaped("a;b,c\\d\ne"), "a\\;b\\,c\\\\d\\ne");
        let text = "ñ".repeat(100);
        let lines = folded(&text);
        assert!(lines.lines().all(|line| line.len() <= LINE), "{lines}");
        assert_eq!(lines.replace("\r\n ", "").trim_end(), text);
    }
}

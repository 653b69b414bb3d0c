//! Names of files, made harmless.

use vault::Secret;
use vault::masking::mask;

use super::MediaType;

/// Longest name, in characters, without its ending.
const LONGEST: usize = 100;
const NAMELESS: &str = "file";

/// The last part of the name, without anything that a file system, a header or a reader would take for
/// something else, and with an ending that fits what the file is.
pub(super) fn cleaned(name: &str, media_type: MediaType) -> Secret<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !is_trouble(*c)).collect();
    let masked = mask(&kept).text.into_owned();
    let one_line = masked.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = one_line.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, ending) = match trimmed.rsplit_once('.') {
        Some((stem, ending)) if fits(ending, media_type) => (stem, ending.to_ascii_lowercase()),
        _ => (trimmed, media_type.extensions().first().copied().unwrap_or_default().to_owned()),
    };
    let stem: String = stem.chars().take(LONGEST).collect();
    let stem = if stem.trim().is_empty() { NAMELESS } else { stem.trim() };
    Secret::new(format!("{stem}.{ending}"))
}

fn fits(ending: &str, media_type: MediaType) -> bool {
    media_type.extensions().iter().any(|known| known.eq_ignore_ascii_case(ending))
}

/// Control characters, those reserved somewhere, and marks that turn the direction of a line.
fn is_trouble(c: char) -> bool {
    c.is_control()
        || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned_pdf(name: &str) -> String {
        cleaned(name, MediaType::Pdf).expose().clone()
    }

    #[test]
    fn a_name_is_harmless_and_ends_as_its_content_does() {
        for (given, kept) in [
            ("estado de cuenta.pdf", "estado de cuenta.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\temp\\bill.PDF", "bill.pdf"),
            ("invoice.exe", "invoice.exe.pdf"),
            ("gpj.\u{202e}fdp.exe", "gpj.fdp.exe.pdf"),
            ("a\r\nContent-Type: x\".pdf", "aContent-Type x.pdf"),
            ("", "file.pdf"),
            ("...", "file.pdf"),
            (".pdf", "pdf.pdf"),
            ("card 4111111111111111.pdf", "card ••••••••••••1111.pdf"),
        ] {
            assert_eq!(cleaned_pdf(given), kept, "{given:?}");
        }
        assert!(cleaned_pdf(&"ñ".repeat(500)).chars().count() <= LONGEST + 4);
    }
}

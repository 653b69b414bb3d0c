//! Words that a customer typed, made fit to keep and to show beside others.

/// Letters of one message.
pub const LONGEST_MESSAGE: usize = 4_000;
/// Letters of a name.
pub const LONGEST_NAME: usize = 80;

/// Characters that turn around or hide what stands beside them.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}')
}

/// A message without what cannot be seen, and without blank lines around it. Line breaks stay.
pub fn message(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let visible = |c: &char| matches!(c, '\n' | '\t') || !(c.is_control() || turns(*c));
    unified.chars().filter(visible).collect::<String>().trim().to_owned()
}

/// One line, such as a name: no control characters, white space folded.
pub fn line(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !turns(*c));
    visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_lines_and_loses_what_cannot_be_seen() {
        assert_eq!(message("\u{7}hi\u{0}\r\nthere\rfriend\u{202e} \n\n"), "hi\nthere\nfriend");
        assert_eq!(message(" \n\t "), "");
        assert_eq!(message("<b>2 < 3</b>"), "<b>2 < 3</b>", "words are kept; pages escape them");
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(line("  Ana\n\tMaría\u{1b}[31m  Ruiz "), "Ana María [31m Ruiz");
        assert_eq!(line("\u{202e}evil"), "evil");
    }
}

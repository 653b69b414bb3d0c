//! What a file is, by its content and never by its name.

use kernel::{Refusal, Result};

use super::LARGEST_FILE;

macro_rules! media_types {
    ($($name:ident = $text:literal, [$($extension:literal),+], $inline:literal;)*) => {
        /// A kind of file that is taken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum MediaType {
            $($name,)*
        }

        impl MediaType {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// How names of such files end; the first is the usual one.
            pub fn extensions(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($extension),+],)*
                }
            }

            /// Whether a browser may show it in a page. Everything else is only saved.
            pub fn is_inline(self) -> bool {
                match self {
                    $(Self::$name => $inline,)*
                }
            }
        }
    };
}

media_types! {
    Png = "image/png", ["png"], true;
    Jpeg = "image/jpeg", ["jpg", "jpeg"], true;
    Gif = "image/gif", ["gif"], true;
    Webp = "image/webp", ["webp"], true;
    Heif = "image/heif", ["heic", "heif"], false;
    Pdf = "application/pdf", ["pdf"], false;
    Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ["docx"], false;
    Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ["xlsx"], false;
    Odt = "application/vnd.oasis.opendocument.text", ["odt"], false;
    Text = "text/plain", ["txt", "csv", "log"], false;
}

impl MediaType {
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

/// What these bytes are, if such files are taken.
pub(super) fn media_type(bytes: &[u8]) -> Result<MediaType, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new("conversations.file_empty"));
    }
    if bytes.len() > LARGEST_FILE {
        return Err(Refusal::new("conversations.file_too_large").with("megabytes", LARGEST_FILE >> 20));
    }
    let refused = || Refusal::new("conversations.file_type");
    match infer::get(bytes) {
        Some(known) => MediaType::parse(known.mime_type()).ok_or_else(refused),
        None if is_plain_text(bytes) => Ok(MediaType::Text),
        None => Err(refused()),
    }
}

/// Text that people read: whole characters, and of the control characters only those between lines.
fn is_plain_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        let is_line = |c: char| matches!(c, '\n' | '\r' | '\t' | '\u{feff}');
        text.chars().all(|c| !c.is_control() || is_line(c)) && !looks_like_markup(text)
    })
}

/// Pages and drawings that a browser would run, whatever they are called.
fn looks_like_markup(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let start: String = start.chars().take(512).collect::<String>().to_ascii_lowercase();
    start.starts_with('<')
        || ["<script", "<svg", "<html", "<!doctype"].iter().any(|mark| start.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of a one-pixel picture.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

    fn sniffed(bytes: &[u8]) -> Result<MediaType, &'static str> {
        media_type(bytes).map_err(|refusal| refusal.code())
    }

    #[test]
    fn files_are_what_their_content_says() {
        assert_eq!(sniffed(PNG), Ok(MediaType::Png));
        assert_eq!(sniffed(b"\xff\xd8\xff\xe0\0\x10JFIF"), Ok(MediaType::Jpeg));
        assert_eq!(sniffed(b"%PDF-1.7\n%\xe2\xe3"), Ok(MediaType::Pdf));
        assert_eq!(sniffed("Fecha,Monto\n2026-01-05,12.50\n".as_bytes()), Ok(MediaType::Text));
    }

    #[test]
    fn programs_pages_and_archives_are_refused() {
        let refused: [&[u8]; 9] = [
            b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
            b"#!/bin/sh\nrm -rf /\n",
            b"<html><script>alert(1)</script>",
            b"\n <svg xmlns='http://www.w3.org/2000/svg' onload='x()'>",
            b"PK\x03\x04\x14\0\0\0\0\0",
            b"hello <script>alert(1)</script>",
            b"\x1f\x8b\x08\0\0\0\0\0",
            b"\0\x01\x02\x03binary",
        ];
        for bytes in refused {
            assert_eq!(sniffed(bytes), Err("conversations.file_type"), "{bytes:?}");
        }
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        assert_eq!(sniffed(b""), Err("conversations.file_empty"));
        let large = [PNG, &vec![0; LARGEST_FILE]].concat();
        assert_eq!(sniffed(&large), Err("conversations.file_too_large"));
    }

    #[test]
    fn nothing_that_runs_is_shown_in_a_page() {
        for kind in MediaType::ALL {
            assert_eq!(MediaType::parse(kind.as_str()), Some(*kind));
            assert_eq!(kind.is_inline(), kind.as_str().starts_with("image/") && *kind != MediaType::Heif);
        }
    }
}

//! Where a command prints, and in which language.

use std::io::{ErrorKind, Result as Written, Write};

use kernel::{Error, Result};
use words::{Catalogue, Words};

/// A terminal, a file or a test's buffer, and the words for what is printed there.
pub struct Output<'a> {
    pub words: Words,
    out: &'a mut dyn Write,
}

impl<'a> Output<'a> {
    /// `tag` is a language such as `es`, or a locale such as `es_US.UTF-8`.
    pub fn new(catalogue: &Catalogue, tag: Option<&str>, out: &'a mut dyn Write) -> Self {
        let plain = tag.unwrap_or_default().split(['.', '@']).next().unwrap_or_default().replace('_', "-");
        let words = match catalogue.find(&plain) {
            Some(language) => catalogue.words(&language),
            None => catalogue.words(&catalogue.negotiate("")),
        };
        Self { words, out }
    }

    pub fn line(&mut self, text: impl std::fmt::Display) -> Result<()> {
        wanted(writeln!(self.out, "{text}"))
    }

    /// Text that brings its own line ends.
    pub fn raw(&mut self, text: &str) -> Result<()> {
        wanted(self.out.write_all(text.as_bytes()))
    }

    /// Says why a command did not work, and what to do.
    pub fn trouble(&mut self, error: &Error) -> Result<()> {
        match error {
            Error::Refusal(refusal) => {
                let told = self.words.refusal(refusal);
                self.line(format_args!("{}\n  {}", told.what, told.remedy))
            }
            Error::NotFound => {
                let text = self.words.text("cli-not-found").into_owned();
                self.line(text)
            }
            // On the operator's own terminal the whole cause helps.
            Error::Fault(fault) => {
                let text = self.words.message("cli-fault").with("cause", fault.to_string()).to_string();
                self.line(text)
            }
        }
    }
}

/// Whoever reads may have read enough, as `head` does. That is no trouble.
fn wanted(written: Written<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a pipe answers.
    struct Pipe(ErrorKind);

    impl Write for Pipe {
        fn write(&mut self, _: &[u8]) -> Written<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> Written<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_who_has_read_enough_is_no_trouble_but_a_full_disk_is() {
        let catalogue = Catalogue::load().unwrap();
        let print = |kind| Output::new(&catalogue, None, &mut Pipe(kind)).line("a line");
        assert!(print(ErrorKind::BrokenPipe).is_ok());
        assert!(print(ErrorKind::StorageFull).is_err());
    }
}

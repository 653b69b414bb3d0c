//! Masking on the way out: log lines and error texts.

use std::fmt;
use std::io::{self, Write};

use super::mask;

/// Masks whatever is displayed: `tracing::warn!(error = %masked(&error))`.
pub fn masked<T: fmt::Display>(inner: T) -> MaskedDisplay<T> {
    MaskedDisplay(inner)
}

/// See [`masked`].
pub struct MaskedDisplay<T>(T);

impl<T: fmt::Display> fmt::Display for MaskedDisplay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(&self.0.to_string()).text)
    }
}

impl<T: fmt::Display> fmt::Debug for MaskedDisplay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The last gate before a log: masks each piece that is written through it.
///
/// A log line has to come in one write, as tracing's formatters do it.
#[derive(Debug, Clone)]
pub struct MaskingWriter<W>(W);

impl<W> MaskingWriter<W> {
    pub fn new(inner: W) -> Self {
        Self(inner)
    }
}

impl<W: Write> Write for MaskingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(mask(&String::from_utf8_lossy(bytes)).text.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_log_lines_pass_through_the_mask() {
        let error = io::Error::other("no such customer: 4111 1111 1111 1111");
        assert_eq!(masked(&error).to_string(), "no such customer: •••• •••• •••• 1111");
        assert_eq!(format!("{:?}", masked("SSN 078-05-1120")), "SSN •••-••-••••");
        let mut log = MaskingWriter::new(Vec::new());
        log.write_all("WARN card=4111111111111111 refused\n".as_bytes()).unwrap();
        log.flush().unwrap();
        assert_eq!(String::from_utf8(log.0).unwrap(), "WARN card=••••••••••••1111 refused\n");
    }
}

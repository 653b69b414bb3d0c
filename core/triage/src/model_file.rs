//! A model as a file: a mark, the form's number, a header in JSON, the grams, and a checksum of it all.
//!
//! ```text
//! "SWBTRIAGE" form:u8 header_length:u32 header grams… sha256
//! gram = step from the last key, messages it was in, number of weights (all LEB128), (label:u8 weight:i8)…
//! ```
//! A form is read by the program that wrote it and by no other: a model is trained again in seconds.

use kernel::{Refusal, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{Calibration, Compact, MOST_LABELS, Model};
use crate::vocabulary::{Vocabulary, narrow, wide};

const MARK: &[u8] = b"SWBTRIAGE";
/// Another one for every change of what a gram, a row or a weight is.
pub(crate) const FORM: u8 = 2;
const CHECKSUM: usize = 32;
/// A file is refused above this before anything is made of it.
const LARGEST: usize = 64 << 20;
/// And a model that would take more bytes in memory, however small its file.
const LARGEST_IN_MEMORY: usize = 128 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    labels: Vec<String>,
    messages: u32,
    grams: u32,
    scale: f32,
    bias: Vec<f32>,
    calibration: Calibration,
    examples: u32,
    made_from: String,
}

impl Model {
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let header = serde_json::to_vec(&Header {
            labels: self.labels.clone(),
            messages: self.vocabulary.messages,
            grams: narrow(self.vocabulary.len()),
            scale: self.weights.scale,
            bias: self.weights.bias.clone(),
            calibration: self.calibration,
            examples: self.examples,
            made_from: self.made_from.clone(),
        })?;
        let mut bytes = MARK.to_vec();
        bytes.push(FORM);
        bytes.extend(narrow(header.len()).to_le_bytes());
        bytes.extend(header);
        let mut before = 0;
        for (number, (key, seen)) in (0..).zip(self.vocabulary.keys.iter().zip(&self.vocabulary.seen)) {
            let all = (0..=u8::MAX).zip(self.weights.of_gram(number));
            let something: Vec<(u8, i8)> =
                all.filter(|(_, steps)| **steps != 0).map(|(label, steps)| (label, *steps)).collect();
            write_number(key - before, &mut bytes);
            write_number(*seen, &mut bytes);
            write_number(narrow(something.len()), &mut bytes);
            bytes.extend(something.iter().flat_map(|(label, steps)| [*label, steps.cast_unsigned()]));
            before = *key;
        }
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        Ok(bytes)
    }

    /// Reads what [`Model::to_bytes`] wrote, and refuses everything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let damaged = |reason: &str| Refusal::new("triage.model_damaged").with("reason", reason);
        if bytes.len() > LARGEST {
            return Err(damaged("too large"));
        }
        let rest = bytes.strip_prefix(MARK).ok_or_else(|| damaged("not a model"))?;
        let (form, rest) = rest.split_first().ok_or_else(|| damaged("cut short"))?;
        if *form != FORM {
            return Err(Refusal::new("triage.model_of_other_form").with("form", form).with("known", FORM));
        }
        let cut = bytes.len().checked_sub(CHECKSUM).ok_or_else(|| damaged("cut short"))?;
        let (content, checksum) = bytes.split_at(cut);
        if Sha256::digest(content).as_slice() != checksum {
            return Err(damaged("wrong checksum"));
        }
        let rest = rest.get(..rest.len().saturating_sub(CHECKSUM)).unwrap_or_default();
        read_content(rest).ok_or_else(|| damaged("malformed"))
    }
}

/// What stands between the form's number and the checksum.
fn read_content(rest: &[u8]) -> Option<Model> {
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (header, mut rest) = rest.split_at_checked(wide(u32::from_le_bytes(*length)))?;
    let header: Header = serde_json::from_slice(header).ok()?;
    let labels = header.labels.len();
    if labels == 0 || labels > MOST_LABELS || header.bias.len() != labels + 1 {
        return None;
    }
    // A gram takes three bytes at least in the file, and one for each label in memory.
    if wide(header.grams) > (rest.len() / 3).min(LARGEST_IN_MEMORY / (labels + 1)) {
        return None;
    }
    let (mut keys, mut seen, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    let mut before: Option<u32> = None;
    for _ in 0..header.grams {
        let step = read_number(&mut rest)?;
        let key = before.unwrap_or_default().checked_add(step)?;
        if before.is_some() && step == 0 {
            return None;
        }
        before = Some(key);
        keys.push(key);
        seen.push(read_number(&mut rest)?);
        let start = steps.len();
        steps.resize(start + labels + 1, 0);
        let own = steps.get_mut(start..)?;
        for _ in 0..read_number(&mut rest)? {
            let ([label, weight], after) = rest.split_first_chunk()?;
            *own.get_mut(usize::from(*label))? = weight.cast_signed();
            rest = after;
        }
    }
    rest.is_empty().then(|| Model {
        labels: header.labels,
        vocabulary: Vocabulary::new(header.messages, keys, seen),
        weights: Compact { scale: header.scale, bias: header.bias, steps },
        calibration: header.calibration,
        examples: header.examples,
        made_from: header.made_from,
    })
}

/// LEB128: seven bits a byte, the lowest first.
fn write_number(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or_default());
}

fn read_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u64;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(number).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn model() -> Model {
        Model {
            labels: vec!["a".into(), "b".into()],
            vocabulary: Vocabulary::new(9, vec![0, 7, 1 << 31], vec![3, 200, 9]),
            weights: Compact {
                scale: 0.01,
                bias: vec![-0.9, -0.8, 0.1],
                steps: vec![-127, 0, 5, 0, 0, 0, 0, 127, 0],
            },
            calibration: Calibration { steepness: 6.5, threshold: 0.123_456_79, known: 0.5 },
            examples: 9,
            made_from: "ab12".into(),
        }
    }

    /// The model's bytes with one change, and a checksum that fits.
    fn forged(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut bytes = model().to_bytes().unwrap();
        bytes.truncate(bytes.len() - CHECKSUM);
        change(&mut bytes);
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        bytes
    }

    fn reason(bytes: &[u8]) -> String {
        Model::from_bytes(bytes).unwrap_err().to_string()
    }

    #[test]
    fn what_was_written_is_read_again() {
        assert_eq!(Model::from_bytes(&model().to_bytes().unwrap()).unwrap(), model());
    }

    #[test]
    fn another_file_a_cut_one_and_a_changed_one_are_refused_for_what_they_are() {
        let bytes = model().to_bytes().unwrap();
        assert_eq!(reason(b""), "triage.model_damaged reason=not a model");
        assert_eq!(reason(b"PNG and so on"), "triage.model_damaged reason=not a model");
        assert_eq!(reason(MARK), "triage.model_damaged reason=cut short");
        for length in MARK.len() + 1..bytes.len() {
            let told = reason(&bytes[..length]);
            assert!(told.contains("cut short") || told.contains("wrong checksum"), "{length}: {told}");
        }
        for at in MARK.len() + 1..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(reason(&changed), "triage.model_damaged reason=wrong checksum");
        }
        let other = forged(|bytes| bytes[MARK.len()] = FORM + 1);
        assert_eq!(reason(&other), format!("triage.model_of_other_form form={} known={FORM}", FORM + 1));
    }

    #[test]
    fn a_right_checksum_does_not_make_nonsense_a_model() {
        let malformed = "triage.model_damaged reason=malformed";
        assert_eq!(reason(&forged(|bytes| bytes.push(0))), malformed, "more than it says");
        assert_eq!(reason(&forged(|bytes| bytes.truncate(bytes.len() - 1))), malformed, "less");
        let label = |bytes: &mut Vec<u8>| {
            let at = bytes.len() - 2;
            bytes[at] = 3;
        };
        assert_eq!(reason(&forged(label)), malformed, "a label that is not there");
        let length = |bytes: &mut Vec<u8>| bytes[MARK.len() + 1..MARK.len() + 5].fill(0xff);
        assert_eq!(reason(&forged(length)), malformed, "an endless header");
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let forged = forged(|own| { own.truncate(MARK.len() + 1); own.extend(&bytes); });
            prop_assert!(Model::from_bytes(&forged).is_err());
            prop_assert!(Model::from_bytes(&bytes).is_err());
        }

        #[test]
        fn numbers_survive(number: u32) {
            let mut bytes = Vec::new();
            write_number(number, &mut bytes);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(read_number(&mut rest), Some(number));
            prop_assert!(rest.is_empty());
        }
    }
}

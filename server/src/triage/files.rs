//! Where triage lies: what an institution brings, and the model that a centre made for itself.

use std::fs::File;
use std::path::{Path, PathBuf};

use ::triage::{ExampleFile, Intents, Model, TaggedText, Triage, read_csv};
use kernel::{Refusal, Result};

use crate::Settings;

const INTENTS: &str = "triage.toml";
/// In the data folder: the centre's own model. It is used before the institution's.
const OWN: &str = "triage.model";
/// What columns of intents are usually called.
const LABELS: [&str; 3] = ["label", "intent", "category"];
/// More than any model or table of examples needs.
const LARGEST: u64 = 64 << 20;

/// What stands in the institution's folder.
pub(super) struct Setup {
    folder: PathBuf,
    text: String,
    pub intents: Intents,
}

/// What the centre suggests with: nothing where the institution brings no triage.
pub(crate) fn open(settings: &Settings) -> Result<Option<Triage>> {
    let Some(setup) = Setup::load(settings)? else { return Ok(None) };
    match own(settings) {
        None => Ok(Some(setup.shipped()?)),
        Some(file) => match setup.with_model(&file) {
            // An update reads models of its own form only; until somebody trains again the shipped one serves.
            Err(error) if error.refusal_code() == Some("triage.model_of_other_form") => {
                tracing::warn!(file = %file.display(), "own triage model is of another form; using the shipped one");
                Ok(Some(setup.shipped()?))
            }
            triage => Ok(Some(triage?)),
        },
    }
}

/// The centre's own model, if it made one.
pub(super) fn own(settings: &Settings) -> Option<PathBuf> {
    Some(own_place(settings)).filter(|file| file.exists())
}

pub(super) fn own_place(settings: &Settings) -> PathBuf {
    settings.data.join(OWN)
}

impl Setup {
    fn load(settings: &Settings) -> Result<Option<Self>> {
        let Some(folder) = &settings.institution else { return Ok(None) };
        let file = folder.join(INTENTS);
        if !file.exists() {
            return Ok(None);
        }
        let text = String::from_utf8(read(&file)?).map_err(|error| unreadable(&file, error))?;
        let intents = Intents::load(&text, &file.display().to_string())?;
        Ok(Some(Self { folder: folder.clone(), text, intents }))
    }

    /// The same for commands, which cannot do without.
    pub(super) fn needed(settings: &Settings) -> Result<Self> {
        if settings.institution.is_none() {
            return Err(Refusal::new("settings.institution_unset").into());
        }
        Ok(Self::load(settings)?.ok_or_else(|| Refusal::new("triage.not_set_up"))?)
    }

    /// The file of the model that came with the institution.
    pub(super) fn shipped_place(&self) -> PathBuf {
        self.folder.join(&self.intents.model)
    }

    pub(super) fn directory_place(&self) -> PathBuf {
        self.folder.join("directory.toml")
    }

    fn shipped(&self) -> Result<Triage> {
        self.with_model(&self.shipped_place())
    }

    fn with_model(&self, file: &Path) -> Result<Triage> {
        Ok(Triage::load(&read(file)?, &self.text, INTENTS)?)
    }

    /// All examples of the institution, in the order of its file.
    pub(super) fn examples(&self) -> Result<Vec<TaggedText>> {
        let mut all = Vec::new();
        for ExampleFile { file, text, label } in &self.intents.examples {
            all.extend(table(&self.folder.join(file), text, label.as_deref())?);
        }
        Ok(all)
    }
}

pub(super) fn model(file: &Path) -> Result<Model> {
    Ok(Model::from_bytes(&read(file)?)?)
}

pub(super) fn table(file: &Path, text: &str, label: Option<&str>) -> Result<Vec<TaggedText>> {
    fits(file)?;
    let input = File::open(file).map_err(|error| unreadable(file, error))?;
    read_csv(input, &file.display().to_string(), text, label)
}

/// The first column of the file that is called as intents usually are.
pub(super) fn label_column(file: &Path) -> Result<String> {
    let bytes = read(file)?;
    let text = String::from_utf8_lossy(&bytes);
    let header = text.lines().next().unwrap_or_default();
    let mut columns = header.split(',').map(|column| column.trim().trim_matches('"'));
    let found = columns.find(|column| LABELS.contains(column)).map(str::to_owned);
    Ok(found.ok_or_else(|| {
        let refusal = Refusal::new("triage.examples_malformed").with("file", file.display()).with("line", 1);
        refusal.with("reason", format!("no column {}", LABELS.join(", ")))
    })?)
}

pub(super) fn read(file: &Path) -> Result<Vec<u8>> {
    fits(file)?;
    Ok(std::fs::read(file).map_err(|error| unreadable(file, error))?)
}

/// Writes the whole file or none: a centre may read it at the same time.
pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let refused = |error: std::io::Error| {
        Refusal::new("cli.file_unwritable").with("file", file.display()).with("reason", error)
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(refused)?;
    }
    let beside = file.with_extension("model.new");
    std::fs::write(&beside, bytes).map_err(refused)?;
    std::fs::rename(&beside, file).map_err(refused)?;
    Ok(())
}

fn fits(file: &Path) -> Result<()> {
    let size = std::fs::metadata(file).map_err(|error| unreadable(file, error))?.len();
    if size > LARGEST {
        let refusal = Refusal::new("cli.file_too_large").with("file", file.display());
        return Err(refusal.with("mib", LARGEST >> 20).into());
    }
    Ok(())
}

fn unreadable(file: &Path, error: impl std::fmt::Display) -> Refusal {
    Refusal::new("cli.file_unreadable").with("file", file.display()).with("reason", error)
}

//! `switchboard directory …`: the directory from the command line.

mod files;
mod print;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use ::directory::{
    About, Directories, Directory, Edition, Import, Imported, Published, Question, diff, has_errors,
    read_moment,
};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Clock, Error, Refusal, Result, SystemClock};

use crate::{Output, Settings, open};
pub(crate) use files::{account, sound};

#[derive(Debug, Subcommand)]
pub enum DirectoryCommand {
    /// Record a directory file as a new edition: all of it or nothing
    Import {
        file: PathBuf,
        /// First day on which it holds, instead of the one in the file
        #[arg(long, value_name = "DATE")]
        effective: Option<Date>,
        /// Why it was recorded
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Print an edition exactly as it was imported
    Export {
        #[command(flatten)]
        when: When,
        /// Edition by its id, instead of by moment
        #[arg(long, value_name = "ID")]
        edition: Option<String>,
        /// File to write to, instead of the terminal
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Show every contact, or one unit's, or the editions on record
    Show {
        /// Only this unit, by its id
        unit: Option<String>,
        /// List the editions on record instead
        #[arg(long)]
        editions: bool,
        #[command(flatten)]
        when: When,
    },
    /// Who handles it, by which ways, and whether they are open
    Who {
        /// What is needed, in your own words
        #[arg(required = true)]
        words: Vec<String>,
        /// Only ways for this audience
        #[arg(long)]
        audience: Option<String>,
        /// Of regional ways, only this region's
        #[arg(long)]
        region: Option<String>,
        #[command(flatten)]
        when: When,
    },
    /// Where to send documents by a courier
    Ship {
        courier: String,
        /// What is sent, such as "lease contract"
        documents: Vec<String>,
        #[command(flatten)]
        when: When,
    },
    /// What a telephone number offers
    Menu {
        number: String,
        #[command(flatten)]
        when: When,
    },
    /// Find what would hurt people: in a file, or in what is in force
    Check { file: Option<PathBuf> },
    /// What changed between two directories, each a file, an edition's id or a moment
    Diff { old: String, new: String },
}

/// The moment asked about, and the moment whose knowledge counts.
#[derive(Debug, Default, Args)]
pub struct When {
    /// Moment to answer for, such as 2023-09-01T10:00 by the institution's clock [default: now]
    #[arg(long, value_name = "MOMENT")]
    at: Option<String>,
    /// Answer by what was on record then
    #[arg(long, value_name = "MOMENT")]
    known_at: Option<String>,
    /// Caller's time zone, such as America/Chicago [default: the institution's]
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

/// An edition, and for whom and when it is read.
struct Reading {
    published: Arc<Published>,
    moment: Timestamp,
    zone: TimeZone,
}

impl Reading {
    fn directory(&self) -> &Directory {
        &self.published.directory
    }
}

pub(crate) async fn run(
    command: DirectoryCommand,
    settings: &Settings,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    // A file is checked without a database.
    if let DirectoryCommand::Check { file: Some(file) } = &command {
        return check_file(file, output);
    }
    let store = open(settings).await?;
    store.migrate().await?;
    let directories = Directories::open(store.clone()).await?;
    let done = answer(command, &directories, output).await;
    store.close().await?;
    done
}

async fn answer(
    command: DirectoryCommand,
    directories: &Directories,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    match command {
        DirectoryCommand::Import { file, effective, note } => {
            let import = Import { effective, note, recorded_by: account() };
            return import_file(&file, import, directories, output).await;
        }
        DirectoryCommand::Export { when, edition, output: file } => {
            let id = match edition {
                Some(id) => id.parse().map_err(|_| Error::NotFound)?,
                None => reading(directories, &when).await?.published.edition.id,
            };
            let source = directories.source(&id).await?;
            match file {
                Some(path) => std::fs::write(path, source)?,
                None => output.raw(&source)?,
            }
        }
        DirectoryCommand::Show { editions: true, .. } => {
            directories.editions().iter().try_for_each(|edition| print::edition(output, edition))?;
        }
        DirectoryCommand::Show { unit, when, .. } => {
            print::units(output, &reading(directories, &when).await?, unit.as_deref())?;
        }
        DirectoryCommand::Who { words, audience, region, when } => {
            let reading = reading(directories, &when).await?;
            return who(&words.join(" "), audience.as_deref(), region.as_deref(), &reading, output);
        }
        DirectoryCommand::Ship { courier, documents, when } => {
            let (reading, papers) = (reading(directories, &when).await?, documents.join(" "));
            let papers = (!papers.is_empty()).then_some(papers.as_str());
            let language = output.words.language().clone();
            let answer = reading.directory().ship(&courier, papers, reading.moment, &language)?;
            print::ship(output, &answer)?;
        }
        DirectoryCommand::Menu { number, when } => {
            let reading = reading(directories, &when).await?;
            let number = reading.directory().number_typed(&number).ok_or(Error::NotFound)?;
            let menu = reading.directory().menu(number, reading.moment).ok_or(Error::NotFound)?;
            print::menu(output, &menu)?;
        }
        DirectoryCommand::Check { .. } => {
            let reading = reading(directories, &When::default()).await?;
            return print::findings(output, &reading.directory().check());
        }
        DirectoryCommand::Diff { old, new } => {
            let (old, new) = (files::side(directories, &old).await?, files::side(directories, &new).await?);
            print::changes(output, &diff(old.directory(), new.directory()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn reading(directories: &Directories, when: &When) -> Result<Reading> {
    let home = files::home(directories).await?;
    let read = |text: &Option<String>| text.as_deref().map(|text| read_moment(text, &home)).transpose();
    let moment = read(&when.at)?.unwrap_or_else(|| SystemClock.now());
    let published = directories.at(moment, read(&when.known_at)?).await?;
    let zone = match &when.zone {
        None => published.directory.institution.zone.clone(),
        Some(name) => TimeZone::get(name).map_err(|_| Refusal::new("cli.zone_unknown").with("zone", name))?,
    };
    Ok(Reading { published, moment, zone })
}

fn check_file(path: &std::path::Path, output: &mut Output<'_>) -> Result<ExitCode> {
    let findings = match files::load(path)? {
        Ok(directory) => directory.check(),
        Err(findings) => findings,
    };
    print::findings(output, &findings)
}

async fn import_file(
    path: &std::path::Path,
    import: Import,
    directories: &Directories,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    let loaded = files::load(path)?;
    let findings = loaded.as_ref().map_or_else(Vec::clone, Directory::check);
    print::findings(output, &findings)?;
    let directory = match loaded {
        Ok(directory) if !has_errors(&findings) => directory,
        _ => {
            let text = output.words.text("directory-import-nothing").into_owned();
            output.line(text)?;
            return Ok(ExitCode::FAILURE);
        }
    };
    let imported = directories.import(&directory, import).await?;
    let key = match &imported {
        Imported::Recorded(_) => "directory-import-recorded",
        Imported::Unchanged(_) => "directory-import-unchanged",
    };
    let text = output.words.text(key).into_owned();
    output.line(text)?;
    print::edition(output, imported.edition())?;
    Ok(ExitCode::SUCCESS)
}

fn who(
    words: &str,
    audience: Option<&str>,
    region: Option<&str>,
    reading: &Reading,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    let language = output.words.language().clone();
    let answer = reading.directory().who(&Question {
        about: About::Words(words),
        audience,
        region,
        moment: reading.moment,
        caller_zone: &reading.zone,
        language: &language,
    })?;
    print::who(output, &answer, reading)?;
    Ok(if answer.ways.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// When an edition holds and when it was recorded, in full, for people who compare them.
fn dates(edition: &Edition) -> (String, String) {
    let shown = |instant: Timestamp| instant.strftime("%F %T UTC").to_string();
    (shown(edition.valid_from), shown(edition.recorded_at))
}

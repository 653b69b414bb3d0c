//! `switchboard knowledge …`: articles and guides as a folder of files, in and out of the database.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::knowledge::{Finding, Imported, Knowledge, Severity, SourceFile, has_errors};
use audit::{Actor, ActorKind};
use clap::Subcommand;
use kernel::{Context, Language, Refusal, Result};
use words::Catalogue;

use crate::parts::Parts;
use crate::{Output, Settings, clock};

/// Where the institution's folder has its texts.
const FOLDER: &str = "knowledge";
/// Files of a folder, and bytes of one: what is larger is something else.
const MOST_FILES: usize = 20_000;
const LARGEST: u64 = 8 << 20;
const DEEPEST: usize = 3;

#[derive(Debug, Subcommand)]
pub enum KnowledgeCommand {
    /// Take a folder of articles and guides in: all of it or nothing
    Import {
        folder: PathBuf,
        /// Why
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Write every article and guide into a folder, as files
    Export { folder: PathBuf },
    /// Find what is wrong with a folder: file, line and reason
    Check { folder: PathBuf },
    /// Build the search index anew from the database, and say what it weighs
    Rebuild,
}

pub(crate) async fn run(
    command: KnowledgeCommand,
    settings: &Settings,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    let parts = Parts::open(settings, clock()).await?;
    let done = answer(command, &parts.knowledge, output).await;
    parts.store.close().await?;
    done
}

async fn answer(
    command: KnowledgeCommand,
    knowledge: &Knowledge,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    match command {
        KnowledgeCommand::Import { folder, note } => {
            let operator = Actor::new(ActorKind::Operator, "knowledge import");
            let imported = knowledge.import(&read(&folder)?, &operator, &note).await?;
            print_import(&imported, output)
        }
        KnowledgeCommand::Export { folder } => {
            let files = knowledge.export().await?;
            for file in &files {
                write(&folder, file)?;
            }
            let message = output.words.message("knowledge-exported").with("files", files.len());
            let line = message.with("folder", folder.display().to_string()).to_string();
            output.line(line)?;
            Ok(ExitCode::SUCCESS)
        }
        KnowledgeCommand::Check { folder } => {
            let findings = knowledge.check(&read(&folder)?).await?;
            print_findings(&findings, output)
        }
        KnowledgeCommand::Rebuild => {
            let texts = knowledge.rebuild().await?;
            let weight = knowledge.weight()?;
            let message = output.words.message("knowledge-rebuilt").with("texts", texts);
            let kib = |bytes: usize| bytes / 1024;
            let line = message.with("index", kib(weight.index)).with("words", kib(weight.words)).to_string();
            output.line(line)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The languages that the house speaks, the one in which texts are written first at the head.
pub(crate) fn languages(original: Option<&Language>) -> Result<Vec<Language>> {
    let catalogue = Catalogue::load()?;
    let mut languages: Vec<Language> = catalogue.languages().cloned().collect();
    languages.sort_by_key(|language| Some(language) != original);
    Ok(languages)
}

/// The institution's texts, the first time.
pub(crate) async fn load_institution(folder: &Path, knowledge: &Knowledge) -> Result<()> {
    let folder = folder.join(FOLDER);
    if !folder.is_dir() || !knowledge.list(None).await?.is_empty() {
        return Ok(());
    }
    let imported = knowledge.import(&read(&folder)?, &Actor::system(), "first start").await?;
    if let Some(first) = imported.findings.iter().find(|finding| finding.severity == Severity::Error) {
        let refusal = Refusal::new("cli.knowledge_unsound").with("folder", folder.display());
        return Err(refusal.with("first", first).into());
    }
    knowledge.catch_up().await?;
    tracing::info!(texts = imported.added.len(), "knowledge loaded");
    Ok(())
}

/// The files of a folder, by their paths in it.
fn read(folder: &Path) -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    walk(folder, folder, 0, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn walk(root: &Path, folder: &Path, depth: usize, files: &mut Vec<SourceFile>) -> Result<()> {
    let unreadable = |path: &Path, reason: String| {
        Refusal::new("cli.file_unreadable").with("file", path.display()).with("reason", reason)
    };
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, error.to_string()))?;
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, error.to_string()))?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if is_hidden {
            continue;
        }
        if path.is_dir() {
            if depth < DEEPEST {
                walk(root, &path, depth + 1, files)?;
            }
            continue;
        }
        let size = std::fs::metadata(&path).map_err(|error| unreadable(&path, error.to_string()))?.len();
        if size > LARGEST {
            let refusal = Refusal::new("cli.file_too_large").with("file", path.display());
            return Err(refusal.with("mib", LARGEST >> 20).into());
        }
        if files.len() >= MOST_FILES {
            return Err(Refusal::new("knowledge.too_many_files").with("most", MOST_FILES).into());
        }
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error.to_string()))?;
        let place = path.strip_prefix(root).unwrap_or(&path);
        let parts: Vec<_> = place.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        files.push(SourceFile { path: parts.join("/"), text });
    }
    Ok(())
}

fn write(folder: &Path, file: &SourceFile) -> Result<()> {
    let path = folder.join(&file.path);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).context("making a folder to export to")?;
    }
    std::fs::write(&path, &file.text).context("writing an exported file")
}

fn print_import(imported: &Imported, output: &mut Output<'_>) -> Result<ExitCode> {
    print_findings(&imported.findings, output)?;
    if has_errors(&imported.findings) {
        let text = output.words.text("knowledge-import-nothing").into_owned();
        output.line(text)?;
        return Ok(ExitCode::FAILURE);
    }
    for (sign, paths) in [("+", &imported.added), ("~", &imported.changed)] {
        for path in paths {
            output.line(format_args!("{sign} {path}"))?;
        }
    }
    let message = output.words.message("knowledge-imported").with("added", imported.added.len());
    let message = message.with("changed", imported.changed.len()).with("unchanged", imported.unchanged);
    let line = message.to_string();
    output.line(line)?;
    Ok(ExitCode::SUCCESS)
}

fn print_findings(findings: &[Finding], output: &mut Output<'_>) -> Result<ExitCode> {
    for finding in findings {
        let key = finding.text_key();
        let message = || {
            let values = finding.values.iter().map(|(name, value)| (*name, value.as_str()));
            values.fold(output.words.message(&key), |message, (name, value)| message.with(name, value))
        };
        let (what, remedy) = (message().to_string(), message().attribute("remedy").to_string());
        let severity = match finding.severity {
            Severity::Error => output.words.text("directory-severity-error").into_owned(),
            Severity::Warning => output.words.text("directory-severity-warning").into_owned(),
        };
        output.line(format_args!("{}:{}: {severity}: {what}\n    → {remedy}", finding.file, finding.line))?;
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let sum = output.words.message("directory-check-sum").with("errors", errors);
    let line = sum.with("warnings", findings.len() - errors).to_string();
    output.line(line)?;
    Ok(if errors > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

//! A folder of files into the database and out of it again: all of it or nothing.

use std::sync::Arc;

use audit::{Actor, Entry as AuditEntry};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::id::{Article as ArticleId, Id};
use kernel::{Language, Refusal, Result};
use serde_json::json;

use ::store::Tx;

use crate::commands::{changed, described, publish};
use crate::document::{self, Document, Read, SourceFile, digest, path_of};
use crate::finding::{Finding, has_errors};
use crate::knowledge::{Knowledge, SYNONYMS};
use crate::links::Known;
use crate::model::State;
use crate::store::{self, NewRevision};

/// Files of a folder.
const MOST_FILES: usize = 20_000;
const PAGE: u16 = 500;
const SYNONYM_FILE: &str = "synonyms.toml";

/// What an import did, as paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: Vec<String>,
    pub changed: Vec<String>,
    pub unchanged: usize,
    pub findings: Vec<Finding>,
}

/// A folder that was read: its sound texts, and what is wrong.
struct Folder {
    documents: Vec<(Document, String)>,
    synonyms: Option<String>,
    findings: Vec<Finding>,
}

impl Knowledge {
    /// Says what is wrong with a folder, without taking it in.
    pub async fn check(&self, files: &[SourceFile]) -> Result<Vec<Finding>> {
        Ok(self.read_folder(files).await?.findings)
    }

    /// Takes a folder in. With an error in any file nothing is changed; the findings tell what is wrong.
    pub async fn import(&self, files: &[SourceFile], by: &Actor, note: &str) -> Result<Imported> {
        let folder = self.read_folder(files).await?;
        if has_errors(&folder.findings) {
            return Ok(Imported { findings: folder.findings, ..Imported::default() });
        }
        let (now, zone, languages) = (self.now(), self.zone().await, self.inner.languages.clone());
        let trail = self.inner.trail.clone();
        let by = by.clone();
        let (documents, synonyms) = (Arc::new(folder.documents), folder.synonyms);
        let note = note.to_owned();
        let imported = self.inner.store.write(move |tx| {
            let writing = Writing { languages: &languages, zone: &zone, by: &by, note: &note, now };
            let mut imported = Imported::default();
            let mut shown = Vec::new();
            for (document, source) in documents.iter() {
                writing.take_in(tx, document, source, &mut imported, &mut shown)?;
            }
            let fresh_words = match &synonyms {
                Some(source) if store::get_list(tx, SYNONYMS)?.as_ref() != Some(source) => {
                    store::set_list(tx, SYNONYMS, source, now)?;
                    imported.changed.push(SYNONYM_FILE.to_owned());
                    true
                }
                _ => false,
            };
            changed(tx, &shown, fresh_words, now)?;
            if !imported.added.is_empty() || !imported.changed.is_empty() {
                let details = json!({ "added": imported.added.len(), "changed": imported.changed.len() });
                let entry = AuditEntry::new("knowledge.import", "knowledge").by(by.clone()).with(details);
                trail.append(tx, now, &entry)?;
            }
            Ok((imported, shown, fresh_words))
        });
        let (imported, shown, fresh_words) = imported.await?;
        self.note(shown, fresh_words);
        Ok(Imported { findings: folder.findings, ..imported })
    }

    async fn read_folder(&self, files: &[SourceFile]) -> Result<Folder> {
        if files.len() > MOST_FILES {
            return Err(Refusal::new("knowledge.too_many_files").with("most", MOST_FILES).into());
        }
        let mut folder = Folder { documents: Vec::new(), synonyms: None, findings: Vec::new() };
        for file in files {
            match document::read_file(file, &self.inner.languages, &mut folder.findings) {
                Some(Read::Document(document)) => folder.documents.push((document, file.text.clone())),
                Some(Read::Synonyms) => folder.synonyms = Some(file.text.clone()),
                Some(Read::Nothing) | None => {}
            }
        }
        // Originals first, so that a translation knows which text it translates.
        let original = self.inner.languages.first();
        folder.documents.sort_by_key(|(document, _)| {
            let language = document.head().language.as_ref();
            (language != original, document.path())
        });
        let documents: Vec<Document> =
            folder.documents.iter().map(|(document, _)| document.clone()).collect();
        let mut known = self.known(&documents).await?;
        for file in files {
            known.add_file(file);
        }
        for document in &documents {
            known.check(document, &mut folder.findings);
        }
        folder.findings.sort_by(|a, b| (&a.file, a.line, a.code).cmp(&(&b.file, b.line, b.code)));
        Ok(folder)
    }

    /// What texts may point to: all that is stored, and these.
    pub(crate) async fn known(&self, documents: &[Document]) -> Result<Known> {
        let mut known = Known::new(self.inner.directories.at(self.now(), None).await.ok());
        for (slug, is_guide) in self.inner.store.read(store::slugs).await? {
            known.add(slug, is_guide);
        }
        for document in documents {
            known.add(document.head().slug.clone(), matches!(document, Document::Guide(_)));
        }
        Ok(known)
    }

    /// Every text as a file, the newest revision of each.
    pub async fn export(&self) -> Result<Vec<SourceFile>> {
        let mut files = Vec::new();
        let mut after = (String::new(), String::new());
        loop {
            let from = after.clone();
            let rows =
                self.inner.store.read(move |tx| store::sources_after(tx, (&from.0, &from.1), PAGE)).await?;
            let Some((slug, language, _)) = rows.last() else { break };
            let language = language.as_ref().map_or(document::ALL_LANGUAGES.to_owned(), ToString::to_string);
            after = (slug.clone(), language);
            files.extend(
                rows.into_iter().map(|(slug, language, text)| SourceFile {
                    path: path_of(&slug, language.as_ref()),
                    text,
                }),
            );
        }
        let synonyms = self.inner.store.read(|tx| store::get_list(tx, SYNONYMS)).await?;
        files.extend(synonyms.map(|text| SourceFile { path: SYNONYM_FILE.to_owned(), text }));
        Ok(files)
    }
}

/// What is the same for all files of an import.
struct Writing<'w> {
    languages: &'w [Language],
    zone: &'w TimeZone,
    by: &'w Actor,
    note: &'w str,
    now: Timestamp,
}

impl Writing<'_> {
    fn take_in(
        &self,
        tx: &mut Tx<'_>,
        document: &Document,
        source: &str,
        imported: &mut Imported,
        shown: &mut Vec<Id<ArticleId>>,
    ) -> Result<()> {
        let head = document.head();
        let place = (head.slug.as_str(), head.language.as_ref());
        let known = store::by_place(tx, place.0, place.1)?;
        let new_digest = digest(source);
        if let Some(row) = &known
            && row.listed.state == head.state
            && store::digest(tx, &row.listed.id, row.listed.revision)? == new_digest
        {
            imported.unchanged += 1;
            return Ok(());
        }
        let was_shown = known.as_ref().is_some_and(|row| row.listed.published.is_some());
        let new = NewRevision {
            described: described(tx, document, self.languages.first(), self.zone)?,
            by: self.by.id.clone(),
            note: self.note.to_owned(),
            digest: new_digest,
            source: source.to_owned(),
        };
        let row = store::write_revision(tx, place, &new, self.now)?;
        match head.state {
            State::Draft => {}
            State::Published => publish(tx, &row, self.languages, self.zone, self.now)?,
            state @ (State::Review | State::Retired) => {
                store::set_state(tx, &row.listed.id, state, self.now)?;
            }
        }
        if was_shown || head.state == State::Published {
            shown.push(row.listed.id);
        }
        let told = if known.is_some() { &mut imported.changed } else { &mut imported.added };
        told.push(document.path());
        Ok(())
    }
}

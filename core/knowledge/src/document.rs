//! A text of either form, as a file or a revision holds it.

use kernel::Language;
use sha2::{Digest, Sha256};

use crate::article::Article;
use crate::finding::Finding;
use crate::guide::Guide;
use crate::markdown;
use crate::model::Head;
use crate::search::SynonymFile;

/// The language that stands for all of them, in the table.
pub(crate) const ALL_LANGUAGES: &str = "mul";
const GUIDES: &str = "guides";
const SYNONYMS: &str = "synonyms.toml";

/// A file of a folder of knowledge; the path is relative to the folder, with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    Article(Box<Article>),
    Guide(Box<Guide>),
}

/// What a file of the folder is.
pub(crate) enum Read {
    Document(Document),
    Synonyms,
    /// For people, not for us.
    Nothing,
}

impl Document {
    /// Reads the text of a revision. `language` is that of its row.
    pub(crate) fn read(
        source: &str,
        file: &str,
        slug: &str,
        language: Option<&Language>,
        languages: &[Language],
        found: &mut Vec<Finding>,
    ) -> Option<Self> {
        match language {
            Some(language) => Article::read(source, file, slug, language, found)
                .map(|article| Self::Article(Box::new(article))),
            None => {
                Guide::read(source, file, slug, languages, found).map(|guide| Self::Guide(Box::new(guide)))
            }
        }
    }

    pub fn head(&self) -> &Head {
        match self {
            Self::Article(article) => &article.head,
            Self::Guide(guide) => &guide.head,
        }
    }

    /// Where it lies in a folder.
    pub(crate) fn path(&self) -> String {
        path_of(&self.head().slug, self.head().language.as_ref())
    }

    /// What it says, without who keeps it and when it is looked at again.
    pub(crate) fn content_digest(&self) -> String {
        let mut hash = Sha256::new();
        match self {
            Self::Article(article) => {
                for part in [&article.head.title, &article.head.summary, &article.body] {
                    hash.update(part);
                    hash.update([0]);
                }
            }
            Self::Guide(guide) => hash.update(format!("{:?} {:?}", guide.steps, guide.ends)),
        }
        hex::encode(hash.finalize())
    }

    pub(crate) fn lines(&self) -> Lines {
        match self {
            Self::Article(article) => Lines {
                topic: article.topic_line,
                audience: article.audience_line,
                related: article.related_line,
            },
            Self::Guide(guide) => {
                Lines { topic: guide.topic_line, audience: guide.audience_line, related: 1 }
            }
        }
    }

    /// What it leads to, as links name it, with the lines.
    pub(crate) fn references(&self) -> Vec<markdown::Reference> {
        match self {
            Self::Article(article) => markdown::references(&article.body, article.body_line),
            Self::Guide(guide) => {
                let mut references = Vec::new();
                for end in &guide.ends {
                    let links =
                        end.text.iter().flat_map(|(_, text)| markdown::references(text, end.text_line));
                    references.extend(links.map(|link| markdown::Reference { line: end.text_line, ..link }));
                    let named = |address: String| markdown::Reference { address, line: end.line };
                    references.extend(end.articles.iter().map(|slug| named(format!("help:{slug}"))));
                    references.extend(end.contact.iter().map(|topic| named(format!("contact:{topic}"))));
                }
                references
            }
        }
    }
}

/// Lines of what the front matter points to.
pub(crate) struct Lines {
    pub topic: usize,
    pub audience: usize,
    pub related: usize,
}

pub(crate) fn path_of(slug: &str, language: Option<&Language>) -> String {
    match language {
        Some(language) => format!("{language}/{slug}.md"),
        None => format!("{GUIDES}/{slug}.toml"),
    }
}

/// SHA-256 of a text, in hexadecimal.
pub(crate) fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// Reads a file by where it lies: `en/slug.md`, `guides/slug.toml`, `synonyms.toml`.
pub(crate) fn read_file(file: &SourceFile, languages: &[Language], found: &mut Vec<Finding>) -> Option<Read> {
    let path = file.path.as_str();
    if path == SYNONYMS {
        return SynonymFile::read(&file.text, path, found).map(|_| Read::Synonyms);
    }
    let (folder, name) = path.split_once('/').unwrap_or(("", path));
    let document = match name.rsplit_once('.') {
        Some((slug, "md")) if !folder.is_empty() && !name.contains('/') => {
            let Some(language) = folder.parse::<Language>().ok().filter(|one| languages.contains(one)) else {
                let known: Vec<String> = languages.iter().map(ToString::to_string).collect();
                let finding = Finding::error("unknown_language_folder", path, 1);
                found.push(finding.with("language", folder).with("known", known.join(", ")));
                return None;
            };
            Document::read(&file.text, path, slug, Some(&language), languages, found)
        }
        Some((slug, "toml")) if folder == GUIDES && !name.contains('/') => {
            Document::read(&file.text, path, slug, None, languages, found)
        }
        _ => {
            if path != "README.md" {
                found.push(Finding::warning("unknown_file", path, 1));
            }
            return Some(Read::Nothing);
        }
    };
    document.map(Read::Document)
}

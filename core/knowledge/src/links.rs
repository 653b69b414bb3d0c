//! Where texts lead: what they point to must be there.

use std::collections::BTreeSet;
use std::sync::Arc;

use directory::{Directory, Published};

use crate::document::{Document, SourceFile};
use crate::finding::{Finding, has_errors};
use crate::markdown::Target;

/// What texts may point to.
#[derive(Default)]
pub(crate) struct Known {
    articles: BTreeSet<String>,
    guides: BTreeSet<String>,
    /// Without a directory nothing is known of topics, and none is found missing.
    directory: Option<Arc<Published>>,
}

impl Known {
    pub(crate) fn new(directory: Option<Arc<Published>>) -> Self {
        Self { directory, ..Self::default() }
    }

    pub(crate) fn add(&mut self, slug: String, is_guide: bool) {
        if is_guide {
            self.guides.insert(slug)
        } else {
            self.articles.insert(slug)
        };
    }

    /// A file that could not be read is there all the same: links to it are no second mistake.
    pub(crate) fn add_file(&mut self, file: &SourceFile) {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if let Some((slug, ending @ ("md" | "toml"))) = name.rsplit_once('.') {
            self.add(slug.to_owned(), ending == "toml");
        }
    }

    fn directory(&self) -> Option<&Directory> {
        self.directory.as_ref().map(|published| &published.directory)
    }

    fn has_topic(&self, id: &str) -> bool {
        self.directory().is_none_or(|directory| directory.topic(id).is_some())
    }

    fn has_audience(&self, id: &str) -> bool {
        self.directory().is_none_or(|directory| directory.audiences.iter().any(|one| one.id == id))
    }

    fn has(&self, target: Target<'_>) -> bool {
        match target {
            Target::Article(slug) => self.articles.contains(slug),
            Target::Guide(slug) => self.guides.contains(slug),
            Target::Contact(topic) => self.has_topic(topic),
            Target::Address(_) => true,
        }
    }

    /// Finds what a text points to and is not there. `true` when nothing is missing.
    pub(crate) fn check(&self, document: &Document, found: &mut Vec<Finding>) -> bool {
        let (head, lines, file) = (document.head(), document.lines(), document.path());
        let mut missing = Vec::new();
        if let Some(topic) = head.topic.as_deref().filter(|topic| !self.has_topic(topic)) {
            missing.push(Finding::error("unknown_topic", &file, lines.topic).with("topic", topic));
        }
        for audience in head.audience.iter().filter(|audience| !self.has_audience(audience)) {
            missing
                .push(Finding::error("unknown_audience", &file, lines.audience).with("audience", audience));
        }
        for slug in &head.related {
            if !self.articles.contains(slug) && !self.guides.contains(slug) {
                missing.push(Finding::error("broken_link", &file, lines.related).with("link", slug));
            }
        }
        for link in document.references() {
            if !Target::read(&link.address).is_some_and(|target| self.has(target)) {
                missing.push(Finding::error("broken_link", &file, link.line).with("link", &link.address));
            }
        }
        let sound = !has_errors(&missing);
        found.append(&mut missing);
        sound
    }
}

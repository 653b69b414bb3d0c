//! Finished pages, kept for a minute's worth of visitors.
//!
//! Only for pages that are the same for everybody with the same preferences: nothing on them may be
//! personal or secret, so that a form on them must be one that reads (GET).

use std::sync::Arc;

use axum::response::Response;
use http::{HeaderMap, HeaderValue};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::encoded::Encoded;
use crate::failure::Failure;
use crate::page::as_personal_page;
use crate::visitor::Visitor;

/// About what a page weighs, to size the table.
const TYPICAL_PAGE: u64 = 24 * 1024;

/// Cloning shares it.
#[derive(Clone)]
pub struct PageCache(Arc<Cache<String, Arc<Encoded>, Weight>>);

#[derive(Clone)]
struct Weight;

impl Weighter<String, Arc<Encoded>> for Weight {
    fn weight(&self, key: &String, page: &Arc<Encoded>) -> u64 {
        page.weight() + key.len() as u64
    }
}

impl PageCache {
    /// Keeps about so many bytes of pages; the least used go first.
    pub fn new(bytes: u64) -> Self {
        let pages = usize::try_from(bytes / TYPICAL_PAGE).unwrap_or(usize::MAX);
        Self(Arc::new(Cache::with_weighter(pages.max(16), bytes, Weight)))
    }

    /// The page that `what` names (its data's edition, the path, what was asked), for this visitor and
    /// this minute. Many who ask for the same page at once wait for one rendering.
    pub async fn page(
        &self,
        visitor: &Visitor,
        headers: &HeaderMap,
        what: &str,
        render: impl FnOnce() -> Result<String, Failure>,
    ) -> Result<Response, Failure> {
        let minute = visitor.now.as_second().div_euclid(60);
        let key = format!("{minute} {} {what}", visitor.variant());
        let page = match self.0.get_value_or_guard_async(&key).await {
            Ok(page) => page,
            Err(place) => {
                let html = HeaderValue::from_static("text/html; charset=utf-8");
                let page = Arc::new(Encoded::new(render()?, html));
                // It fails only when the entry was pushed out meanwhile; this visitor has the page.
                let _ = place.insert(Arc::clone(&page));
                page
            }
        };
        let mut response = page.respond(headers);
        as_personal_page(&mut response);
        Ok(response)
    }
}

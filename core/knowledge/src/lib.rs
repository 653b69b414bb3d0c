//! Articles, guides and the search that finds them.

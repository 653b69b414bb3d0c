//! The promise of the API, made from the same tables as its routes: a route without a description, or a
//! description without a route, cannot be written down.

use http::Method;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{Components, OpenApi};
use utoipa_axum::router::UtoipaMethodRouter;
use web::{Access, Route, Routes};

/// What every path begins with.
const VERSION: &str = "/api/v1";

/// One line of a table: what it takes to come in, and a handler with its description (`routes!(…)`).
pub(crate) struct Described<S>(pub Access, pub UtoipaMethodRouter<S>);

/// The description so far, and the routes that keep it.
pub(crate) struct Promise {
    pub document: OpenApi,
    pub routes: Routes,
}

impl Promise {
    pub(crate) fn new(document: OpenApi) -> Self {
        Self { document, routes: Routes::default() }
    }

    /// Adds what one area promises.
    pub(crate) fn and<S>(mut self, table: Vec<Described<S>>, state: S) -> Self
    where
        S: Clone + Send + Sync + 'static,
    {
        let routes = table.into_iter().filter_map(|line| self.describe(line)).collect();
        self.routes = self.routes.and(Routes::open(routes, state));
        self
    }

    fn describe<S>(&mut self, line: Described<S>) -> Option<Route<S>> {
        let Described(access, (schemas, paths, handler)) = line;
        let (path, item) = paths.paths.into_iter().next()?;
        let path = format!("{VERSION}{path}");
        let route = Route::new(method(&item)?, path.clone(), access, handler);
        self.document.components.get_or_insert_with(Components::new).schemas.extend(schemas);
        match self.document.paths.paths.get_mut(&path) {
            Some(known) => known.merge_operations(item),
            None => _ = self.document.paths.paths.insert(path, item),
        }
        Some(route)
    }
}

fn method(item: &PathItem) -> Option<Method> {
    let methods: [(Method, &Option<Operation>); 5] = [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ];
    methods.into_iter().find(|(_, operation)| operation.is_some()).map(|(method, _)| method)
}

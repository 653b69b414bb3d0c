//! The promise of the API, made from the same tables as its routes: a route without a description, or a
//! description without a route, cannot be written down.

use std::convert::Infallible;

use axum::routing::MethodRouter;
use http::Method;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Components, OpenApi};
use utoipa_axum::router::UtoipaMethodRouter;
use web::{Access, Route, Routes};

/// What every path begins with.
const VERSION: &str = "/api/v1";
/// What a program shows, as the description calls it.
pub(crate) const TOKEN: &str = "token";

/// One line of a table: what it takes to come in, and a handler with its description (`routes!(…)`).
pub(crate) struct Described<S, P = Infallible>(pub Access<P>, pub UtoipaMethodRouter<S>);

/// The description so far, and the routes that keep it.
pub(crate) struct Promise {
    pub document: OpenApi,
    pub routes: Routes,
}

impl Promise {
    pub(crate) fn new(document: OpenApi) -> Self {
        Self { document, routes: Routes::default() }
    }

    /// Adds what one area promises to everybody.
    pub(crate) fn and<S>(mut self, table: Vec<Described<S>>, state: S) -> Self
    where
        S: Clone + Send + Sync + 'static,
    {
        let routes = table.into_iter().filter_map(|line| self.describe(line, |never| match never {}));
        let routes = routes.collect();
        self.routes = self.routes.and(Routes::open(routes, state));
        self
    }

    /// Adds what is for those whom `guard` lets in.
    pub(crate) fn and_guarded<S, P>(
        mut self,
        table: Vec<Described<S, P>>,
        state: S,
        guard: impl Fn(&Method, Access<P>, MethodRouter<S>) -> MethodRouter<S>,
    ) -> Self
    where
        S: Clone + Send + Sync + 'static,
        P: Copy + Into<&'static str>,
    {
        for line in table {
            let Some(route) = self.describe(line, P::into) else { continue };
            let method = route.method.clone();
            let guarded = Routes::guarded(vec![route], state.clone(), |access, handler| {
                guard(&method, access, handler)
            });
            self.routes = self.routes.and(guarded);
        }
        self
    }

    fn describe<S, P: Copy>(
        &mut self,
        line: Described<S, P>,
        name: impl Fn(P) -> &'static str,
    ) -> Option<Route<S, P>> {
        let Described(access, (schemas, paths, handler)) = line;
        let (path, mut item) = paths.paths.into_iter().next()?;
        let area = path.split('/').nth(1).unwrap_or_default().to_owned();
        let path = format!("{VERSION}{path}");
        let (method, operation) = operation(&mut item)?;
        // Handlers are called the same in several areas; programs are made from these names.
        operation.operation_id = operation.operation_id.take().map(|own| format!("{area}_{own}"));
        if let Access::May(permission) = access {
            operation.security = Some(vec![SecurityRequirement::new(TOKEN, [name(permission)])]);
        }
        self.document.components.get_or_insert_with(Components::new).schemas.extend(schemas);
        match self.document.paths.paths.get_mut(&path) {
            Some(known) => known.merge_operations(item),
            None => _ = self.document.paths.paths.insert(path.clone(), item),
        }
        Some(Route::new(method, path, access, handler))
    }
}

fn operation(item: &mut PathItem) -> Option<(Method, &mut Operation)> {
    let methods = [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ];
    methods.into_iter().find_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

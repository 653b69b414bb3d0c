//! The API for programs: JSON, described by `OpenAPI` 3.1, and a page on which people read it.

mod asked;
mod directory;
mod manual;
mod programs;
mod promise;

use ::directory::Directories;
use utoipa::OpenApi;
use utoipa::openapi::Components;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use web::Routes;

pub use crate::programs::Programs;
use crate::promise::{Promise, TOKEN};

/// The promise as a whole; each route adds its own part where it is declared.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Switchboard",
        description = "Whom to contact, by which ways, and whether they are open; and, with a token, what is \
                       said with customers. Instants are RFC 3339. Lists are paged by key: ask for what follows \
                       with `after`. A `POST` with an `Idempotency-Key` is done once, however often it is sent \
                       within 24 hours. Errors are problem documents (RFC 9457) with a stable `code` and a \
                       `remedy`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "directory", description = "The contact directory, at any moment, as known at any moment"),
        (name = "conversations", description = "What is said with customers, by whatever channel"),
        (name = "customers", description = "Who contacts us"),
        (name = "queues", description = "What waits, for whom, and who is there"),
        (name = "webhooks", description = "Who else is told what happens. Requests are signed as Standard Webhooks says.")
    )
)]
struct Whole;

/// What everybody may ask, and its description.
pub fn routes(directories: Directories) -> Routes {
    let promise = for_everybody(&directories);
    promise.routes.and(manual::routes(promise.document, directories))
}

/// The same, with what programs may do that have a token.
pub fn routes_with(directories: Directories, programs: Programs) -> Routes {
    let mut promise = for_everybody(&directories);
    let token = Http::builder().scheme(HttpAuthScheme::Bearer).description(Some(
        "A token that an administrator makes at the desk. Each route says which scope it needs.",
    ));
    let components = promise.document.components.get_or_insert_with(Components::new);
    components.add_security_scheme(TOKEN, SecurityScheme::Http(token.build()));
    let guards = programs.clone();
    let promise = promise.and_guarded(programs::table(), programs, |method, access, handler| {
        guards.guard(method, access, handler)
    });
    promise.routes.and(manual::routes(promise.document, directories))
}

fn for_everybody(directories: &Directories) -> Promise {
    Promise::new(Whole::openapi()).and(directory::table(), directories.clone())
}

//! The API for programs: JSON, described by `OpenAPI` 3.1, and a page on which people read it.

mod asked;
mod directory;
mod manual;
mod promise;

use ::directory::Directories;
use utoipa::OpenApi;
use web::Routes;

use crate::promise::Promise;

/// The promise as a whole; each route adds its own part where it is declared.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Switchboard",
        description = "Whom to contact, by which ways, and whether they are open. Instants are RFC 3339. \
                       Errors are problem documents (RFC 9457) with a stable `code` and a `remedy`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags((name = "directory", description = "The contact directory, at any moment, as known at any moment"))
)]
struct Whole;

/// All routes of the API and its description.
pub fn routes(directories: Directories) -> Routes {
    let promise = Promise::new(Whole::openapi()).and(directory::table(), directories.clone());
    promise.routes.and(manual::routes(promise.document, directories))
}

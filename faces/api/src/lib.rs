//! The API for programs: JSON, described by `OpenAPI` 3.1, and a page on which people read it.

mod asked;
mod directory;
mod manual;

use ::directory::Directories;
use axum::response::Response;
use axum::{Router, middleware};
use http::{HeaderValue, header};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

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
struct Promise;

/// All routes of the API and its description.
pub fn routes(directories: Directories) -> Router {
    let (routes, document) = OpenApiRouter::with_openapi(Promise::openapi())
        .nest("/api/v1", directory::routes(directories.clone()))
        .split_for_parts();
    routes.layer(middleware::map_response(of_this_moment)).merge(manual::routes(document, directories))
}

/// Whether somebody is there is true for a moment, and told in the asker's language: nobody may keep it
/// for others or for later.
async fn of_this_moment(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    response
}

//! Style sheets, fonts, icons and scripts: embedded, and addressed by what is in them, so that a browser
//! may keep them for ever and still gets every change at once.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use kernel::Error;
use rust_embed::RustEmbed;

use crate::encoded::{Encoded, short_hash};
use crate::failure::Failure;
use crate::routes::{Access, Routes, get};

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

/// The parts of the one style sheet that every page links, in the order in which they apply.
const STYLE: [&str; 5] = ["tokens.css", "base.css", "components.css", "portal.css", "desk.css"];

/// How a script names another one that it imports.
const IMPORT: &str = "from \"./";

struct Assets {
    /// By the name in the address, which has the hash in it.
    served: HashMap<String, Encoded>,
    /// From the plain name to the address.
    addresses: HashMap<String, String>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::load);

/// The address of an asset, such as `/assets/icons.3f2a9c1b….svg` for `icons.svg`.
///
/// `style.css` is all parts of the style sheet in one. A name that does not exist is a mistake in a
/// template, which `tests/assets.rs` finds.
pub fn address(name: &str) -> &'static str {
    ASSETS.addresses.get(name).map_or("/assets/missing", String::as_str)
}

/// The text of an asset that is sent under an address of its own, with something filled in.
pub fn text(name: &str) -> String {
    String::from_utf8_lossy(&read(name)).into_owned()
}

/// Whether there is such an asset.
pub fn exists(name: &str) -> bool {
    ASSETS.addresses.contains_key(name)
}

pub(crate) fn routes() -> Routes {
    let table =
        vec![get("/assets/{*name}", Access::Public, serve), get("/favicon.ico", Access::Public, favicon)];
    Routes::open(table, ())
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let asset = ASSETS.served.get(&name).ok_or(Error::NotFound)?;
    let mut response = asset.respond(&headers);
    let for_ever = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, for_ever);
    Ok(response)
}

/// Browsers ask for this one by a fixed name.
async fn favicon() -> Response {
    axum::response::Redirect::permanent(address("favicon.svg")).into_response()
}

impl Assets {
    fn load() -> Self {
        let mut assets = Self { served: HashMap::new(), addresses: HashMap::new() };
        let (sheets, others): (Vec<_>, Vec<_>) = Files::iter().partition(|name| name.ends_with(".css"));
        let (scripts, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|name| name.ends_with(".js"));
        for name in others.iter().filter(|name| !name.ends_with(".txt")) {
            assets.add(name, read(name));
        }
        assets.add_scripts(scripts.iter().map(AsRef::as_ref).collect());
        for name in sheets.iter().filter(|name| !STYLE.contains(&name.as_ref())) {
            assets.add_sheet(name, &[name.as_ref()]);
        }
        assets.add_sheet("style.css", &STYLE);
        assets
    }

    fn add_sheet(&mut self, name: &str, parts: &[&str]) {
        let texts: Vec<String> =
            parts.iter().map(|part| String::from_utf8_lossy(&read(part)).into_owned()).collect();
        let mut text = texts.join("\n");
        for (plain, address) in &self.addresses {
            text = text.replace(&format!("url(\"{plain}\")"), &format!("url(\"{address}\")"));
        }
        self.add(name, text.into_bytes());
    }

    /// Scripts import one another by plain names; what is imported is there before what imports it.
    fn add_scripts(&mut self, mut waiting: Vec<&str>) {
        while !waiting.is_empty() {
            let before = waiting.len();
            waiting.retain(|name| {
                let text = String::from_utf8_lossy(&read(name)).into_owned();
                let Some(text) = self.with_imports(&text) else { return true };
                self.add(name, text.into_bytes());
                false
            });
            // A circle, or a script that is not there: `tests/assets.rs` finds the hole.
            if waiting.len() == before {
                return;
            }
        }
    }

    /// The text with the addresses of what it imports, once all of those are known.
    fn with_imports(&self, text: &str) -> Option<String> {
        let mut pieces = text.split(IMPORT);
        let mut whole = pieces.next()?.to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('"')?;
            let address = self.addresses.get(name)?;
            whole.extend(["from \"", address, "\"", rest]);
        }
        Some(whole)
    }

    fn add(&mut self, name: &str, content: Vec<u8>) {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let hashed = format!("{stem}.{}.{extension}", short_hash(&content));
        let guessed = mime_guess::from_path(name).first_or_octet_stream().to_string();
        let content_type = if guessed.starts_with("text/") || guessed.ends_with("svg+xml") {
            HeaderValue::try_from(format!("{guessed}; charset=utf-8"))
        } else {
            HeaderValue::try_from(guessed)
        };
        let content_type =
            content_type.unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
        self.addresses.insert(name.to_owned(), format!("/assets/{hashed}"));
        self.served.insert(hashed, Encoded::new(content, content_type));
    }
}

fn read(name: &str) -> Vec<u8> {
    Files::get(name).map(|file| file.data.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_style_sheet_exists_and_no_sheet_is_left_out() {
        for part in STYLE {
            assert!(Files::get(part).is_some(), "{part} is not in assets/");
        }
        let alone =
            ["chat.css", "contrast.css", "print.css", "desk-shell.css", "desk-work.css", "desk-timeline.css"];
        for sheet in Files::iter().filter(|name| name.ends_with(".css")) {
            assert!(STYLE.contains(&&*sheet) || alone.contains(&&*sheet), "no page links {sheet}");
        }
    }
}

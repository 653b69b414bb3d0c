//! Assets: found by their content, kept for ever, and every one that a template names exists.

use std::fs;
use std::path::Path;

use http::StatusCode;

use crate::house::{ask, ask_with, house};

#[tokio::test]
async fn an_asset_is_kept_for_ever_under_the_name_of_its_content() {
    let house = house();
    let address = web::assets::address("style.css");
    assert!(
        address.starts_with("/assets/style.") && address.len() == "/assets/style..css".len() + 16,
        "{address}"
    );
    let reply = ask(&house, address).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
    let tag = reply.header("etag").to_owned();
    let again = ask_with(&house, address, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(ask(&house, "/assets/style.css").await.status, StatusCode::NOT_FOUND, "only with the hash");
    assert_eq!(ask(&house, "/assets/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_style_sheet_finds_its_fonts() {
    let house = house();
    let sheet = ask(&house, web::assets::address("style.css")).await.body;
    let fonts: Vec<&str> =
        sheet.split("url(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(fonts.len(), 2, "{fonts:?}");
    for font in fonts {
        let reply = ask(&house, font).await;
        assert_eq!((reply.status, reply.header("content-type")), (StatusCode::OK, "font/woff2"), "{font}");
    }
}

#[tokio::test]
async fn every_script_is_served_and_finds_those_that_it_imports() {
    let (house, mut imports) = (house(), 0);
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if Path::new(&name).extension().is_none_or(|end| end != "js") {
            continue;
        }
        let script = ask(&house, web::assets::address(&name)).await;
        assert_eq!(script.status, StatusCode::OK, "{name}, or something that it imports");
        for rest in script.body.split("from \"/").skip(1) {
            let address = rest.split('"').next().unwrap();
            assert_eq!(ask(&house, &format!("/{address}")).await.status, StatusCode::OK, "{name}: {address}");
            imports += 1;
        }
    }
    assert!(imports > 3, "scripts import one another");
}

#[tokio::test]
async fn licences_are_committed_but_not_served() {
    assert!(!web::assets::exists("LICENSE-lucide.txt"));
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/fonts/LICENSE-inter.txt").exists());
}

#[test]
fn every_asset_and_icon_that_a_template_names_exists_and_every_icon_is_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let icons = fs::read_to_string(root.join("assets/icons.svg")).unwrap();
    let mut templates = String::new();
    for folder in ["../../platform/web/templates", "../../faces"] {
        read_all(&root.join(folder), &mut templates);
    }
    for rest in templates.split("page.asset(\"").skip(1) {
        let name = rest.split('"').next().unwrap();
        assert!(web::assets::exists(name), "{name} is not in assets/");
    }
    let known = |name: &str| icons.contains(&format!("id=\"{name}\""));
    for call in ["icon(page, \"", "note(page, \"", "badge(page, \"", "empty(page, \""] {
        for rest in templates.split(call).skip(1) {
            let mut literals = rest.split('"');
            let first = literals.next().unwrap();
            let icon = if call.starts_with("icon") || call.starts_with("empty") {
                first
            } else {
                literals.nth(1).unwrap()
            };
            assert!(known(icon), "{icon} is not in icons.svg ({call}{first})");
        }
    }
    for symbol in icons.split("id=\"").skip(1) {
        let name = symbol.split('"').next().unwrap();
        assert!(templates.contains(&format!("\"{name}\"")), "nobody uses the icon {name}");
    }
}

/// Adds every template and source below a folder, without tests.
fn read_all(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.extension().and_then(|kind| kind.to_str());
        if path.is_dir() && !path.ends_with("tests") {
            read_all(&path, into);
        } else if matches!(kind, Some("html" | "rs")) {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

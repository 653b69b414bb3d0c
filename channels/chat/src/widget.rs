//! The one script that another site's page embeds.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use http::header;
use kernel::Result;
use serde::Serialize;
use web::{Failure, Visitor};
use words::Words;

use crate::routes::embedded;

const SCRIPT: &str = "chat-widget.js";
/// Where the script has its words: the text of a JSON object, as a JavaScript string.
const PLACE: &str = "'\"WORDS\"'";

/// What the button says.
#[derive(Serialize)]
struct Said {
    open: String,
    unread: String,
    title: String,
}

impl Said {
    fn new(words: &Words, brand: &str) -> Self {
        Self {
            open: words.text("chat-widget-open").into_owned(),
            unread: words.text("chat-widget-unread").into_owned(),
            title: words.message("chat-widget-title").with("brand", brand).to_string(),
        }
    }
}

/// The script, with its words in every language: which one is read, the page decides.
pub(crate) async fn script(visitor: Visitor) -> Result<Response, Failure> {
    let brand = visitor.brand().to_owned();
    let all: BTreeMap<String, Said> = visitor
        .catalogue()
        .languages()
        .map(|language| (language.to_string(), Said::new(&visitor.catalogue().words(language), &brand)))
        .collect();
    let text = fill(&web::assets::text(SCRIPT), &all)?;
    let javascript = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    Ok(embedded((javascript, text).into_response()))
}

fn fill(script: &str, words: &BTreeMap<String, Said>) -> Result<String> {
    let literal = serde_json::to_string(&serde_json::to_string(words)?)?;
    Ok(script.replace(PLACE, &literal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_told_its_words_and_no_word_can_end_them() {
        let said = || Said {
            open: "\"');alert(1)//\u{2028}</script>".into(),
            unread: String::new(),
            title: String::new(),
        };
        let script = web::assets::text(SCRIPT);
        assert_eq!(script.matches(PLACE).count(), 1);
        let filled = fill(&script, &BTreeMap::from([("en".to_owned(), said())])).unwrap();
        let literal = filled.split("JSON.parse(").nth(1).unwrap().split(");\n").next().unwrap();
        let json: String = serde_json::from_str(literal).unwrap();
        let words: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(words["en"]["open"], said().open);
    }
}

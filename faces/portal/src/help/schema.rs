//! An article for search engines and assistants: schema.org in JSON-LD.

use knowledge::{Entry, Kind, markdown};
use serde_json::{Value, json};

/// Safe inside a `<script>`: nothing in it can end the element.
pub(super) fn of_article(entry: &Entry, body: &str, topic: Option<&str>) -> String {
    let language = entry.language.to_string();
    let about: Value = if entry.kind == Kind::Faq {
        let answer = markdown::plain(body).text;
        json!({
            "@context": "https://schema.org",
            "@type": "FAQPage",
            "inLanguage": language,
            "dateModified": entry.published_at.to_string(),
            "mainEntity": [{
                "@type": "Question",
                "name": entry.title,
                "acceptedAnswer": { "@type": "Answer", "text": answer.trim() },
            }],
        })
    } else {
        json!({
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": entry.title,
            "description": entry.summary,
            "inLanguage": language,
            "dateModified": entry.published_at.to_string(),
            "about": topic,
        })
    };
    about.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

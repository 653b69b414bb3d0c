//! A small institution: its directory, and its texts as files.

use knowledge::SourceFile;

pub const DIRECTORY: &str = r#"
schema = 1
[institution]
id = "x"
name = "X"
zone = "America/New_York"
languages = ["en", "es"]
effective = 2020-01-01
[[channel]]
kind = "phone"
name = { en = "Phone", es = "Teléfono" }
[[audience]]
id = "dealer"
name = { en = "Dealer", es = "Concesionario" }
[[audience]]
id = "cardholder"
name = { en = "Cardholder", es = "Titular" }
[[subject]]
id = "all"
name = { en = "All", es = "Todo" }
[[topic]]
id = "payoffs"
name = { en = "Payoffs", es = "Liquidaciones" }
subject = "all"
[[unit]]
id = "desk"
name = { en = "Desk", es = "Mesa" }
topics = ["payoffs"]
[[unit.way]]
id = "phone"
channel = "phone"
number = "+1 800-697-3337"
hours = "Mo-Fr 09:00-17:00"
"#;

const GUIDE: &str = r#"
title = { en = "My card was declined", es = "Rechazaron mi tarjeta" }
start = "where"
topic = "payoffs"
[[step]]
id = "where"
question = { en = "Where were you?", es = "¿Dónde estaba?" }
[[step.answer]]
text = { en = "In a shop", es = "En una tienda" }
goto = "call"
[[end]]
id = "call"
title = { en = "Call us", es = "Llámenos" }
text = { en = "We look at it. See [payoffs](help:payoff).", es = "Lo revisamos." }
contact = "payoffs"
"#;

pub fn article(front: &str, body: &str) -> String {
    format!("+++\nreview = 2030-01-01\n{front}\n+++\n\n{body}\n")
}

pub fn file(path: &str, text: impl Into<String>) -> SourceFile {
    SourceFile { path: path.into(), text: text.into() }
}

pub fn folder() -> Vec<SourceFile> {
    vec![
        file(
            "en/payoff.md",
            article(
                "title = \"Paying off your loan\"\nkind = \"how-to\"\ntopic = \"payoffs\"\nkeywords = [\"payoff quote\"]\nrelated = [\"card-declined\"]",
                "Ask for a payoff quote. It names the amount and the day until which it holds.",
            ),
        ),
        file(
            "es/payoff.md",
            article(
                "title = \"Liquidar su préstamo\"\nkind = \"how-to\"\ntopic = \"payoffs\"",
                "Pida la cotización de liquidación.",
            ),
        ),
        file(
            "en/dealer-payoff.md",
            article(
                "title = \"Payoffs for dealers\"\nkind = \"faq\"\naudience = [\"dealer\"]",
                "Dealers ask for a payoff by phone.",
            ),
        ),
        file(
            "en/goodwill.md",
            article(
                "title = \"Goodwill credits\"\nkind = \"policy\"",
                "A representative may give a goodwill credit.",
            ),
        ),
        file("guides/card-declined.toml", GUIDE),
        file("synonyms.toml", "[[group]]\nen = [\"settle\", \"payoff\"]\n"),
    ]
}

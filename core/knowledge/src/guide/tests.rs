use kernel::Language;

use super::*;
use crate::finding::Finding;

fn languages() -> Vec<Language> {
    vec!["en".parse().unwrap(), "es".parse().unwrap()]
}

fn read(text: &str) -> Result<Guide, Vec<Finding>> {
    let mut findings = Vec::new();
    Guide::read(text, "g.toml", "g", &languages(), &mut findings).ok_or(findings)
}

fn told(text: &str) -> Vec<(&'static str, usize)> {
    read(text).unwrap_err().into_iter().map(|finding| (finding.code, finding.line)).collect()
}

const HEAD: &str = r#"title = { en = "Card", es = "Tarjeta" }
start = "where"
"#;

const STEPS: &str = r#"
[[step]]
id = "where"
question = { en = "Where?", es = "¿Dónde?" }
[[step.answer]]
text = { en = "Shop", es = "Tienda" }
goto = "chip"
[[step.answer]]
text = { en = "Online", es = "En línea" }
goto = "call"

[[step]]
id = "chip"
question = { en = "Chip?", es = "¿Chip?" }
[[step.answer]]
text = { en = "Yes", es = "Sí" }
goto = "call"
"#;

const END: &str = r#"
[[end]]
id = "call"
title = { en = "Call us", es = "Llámenos" }
text = { en = "We look at it.", es = "Lo revisamos." }
contact = "charge-dispute"
"#;

fn whole() -> String {
    format!("{HEAD}{STEPS}{END}")
}

#[test]
fn the_answers_given_say_where_one_stands() {
    let guide = read(&whole()).unwrap();
    let start = guide.walk(&Path::default()).unwrap();
    assert!(matches!(start.at, At::Question(step) if step.id == "where"));
    let end = guide.walk(&"1-1".parse().unwrap()).unwrap();
    assert!(matches!(end.at, At::End(end) if end.contact.as_deref() == Some("charge-dispute")));
    assert_eq!(end.answered.len(), 2);
    let said = guide.told(&"2".parse().unwrap(), &"es".parse().unwrap()).unwrap();
    assert_eq!(said, "Tarjeta\n¿Dónde? En línea\nLlámenos");
}

#[test]
fn a_way_the_guide_does_not_have_is_refused() {
    let guide = read(&whole()).unwrap();
    for way in ["3", "0", "1-1-1", "1-2"] {
        let refused = guide.walk(&way.parse().unwrap()).unwrap_err();
        assert_eq!(refused.code(), "knowledge.no_such_way", "{way}");
    }
    for way in ["x", "-", "1--1", "-1", &["1"; 40].join("-")] {
        assert!(way.parse::<Path>().is_err(), "{way}");
    }
    assert_eq!("2-1".parse::<Path>().unwrap().back().unwrap().and(3).to_string(), "2-3");
}

#[test]
fn a_circle_is_refused_with_its_line() {
    let text = whole().replacen("goto = \"call\"\n\n[[end]]", "goto = \"where\"\n\n[[end]]", 1);
    assert_eq!(told(&text), [("circle", 15)]);
}

#[test]
fn a_question_without_an_answer_and_a_part_nobody_comes_to_are_refused() {
    let lost = "\n[[step]]\nid = \"lost\"\nquestion = { en = \"?\", es = \"?\" }\n";
    assert_eq!(told(&format!("{HEAD}{STEPS}{lost}{END}")), [("dead_end", 22), ("never_reached", 22)]);
}

#[test]
fn an_answer_that_leads_nowhere_is_refused() {
    assert_eq!(told(&whole().replace("goto = \"chip\"", "goto = \"chop\"")), [("unknown_step", 9)]);
}

#[test]
fn a_guide_speaks_every_language_and_no_other() {
    let silent = whole().replace(", es = \"Tienda\"", "");
    assert_eq!(told(&silent), [("no_words", 8)]);
    let foreign = whole().replace("en = \"Shop\"", "fr = \"Magasin\", en = \"Shop\"");
    assert_eq!(told(&foreign), [("unknown_language", 8)]);
}

#[test]
fn hostile_words_in_an_end_are_refused() {
    let hostile = whole().replace("We look at it.", "<script>x</script>");
    assert_eq!(told(&hostile).first(), Some(&("raw_html", 24)));
    assert_eq!(told("title = 3"), [("guide_unreadable", 1)]);
}

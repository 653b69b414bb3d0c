//! The model and the words that come with the institution.
#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use triage::{Intents, Recipe, Suggestion, Triage, Urgency, measure, read_csv};

fn institution() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../institutions/ally")
}

fn triage() -> Triage {
    let intents = std::fs::read_to_string(institution().join("triage.toml")).unwrap();
    let model = std::fs::read(institution().join("triage/triage.model")).unwrap();
    Triage::load(&model, &intents, "triage.toml").unwrap()
}

fn told<'s>(suggestion: &'s Suggestion<'_>) -> Vec<&'s str> {
    suggestion.words.iter().map(|word| word.word).collect()
}

/// Whoever changes the examples, the recipe or what a gram is trains again, or this fails.
#[test]
fn the_model_is_what_its_examples_and_recipe_make() {
    let triage = triage();
    let mut examples = Vec::new();
    for table in &triage.intents().examples {
        let file = File::open(institution().join(&table.file)).unwrap();
        examples.extend(read_csv(file, &table.file, &table.text, table.label.as_deref()).unwrap());
    }
    assert_eq!(triage.model().made_from(), Recipe::default().digest(&examples));
    assert_eq!(triage.model().examples(), 10_203);
    // It has learnt these very messages: far less would be another model under the same name.
    let again = measure(triage.model(), examples.iter().step_by(20));
    assert!(again.accuracy() > 0.98, "{again:?}");
}

#[test]
fn every_intent_has_a_name_in_both_languages_and_is_learnt() {
    let triage = triage();
    let languages = ["en", "es"].map(|tag| tag.parse().unwrap());
    let labels: Vec<&str> = triage.model().labels().collect();
    assert_eq!(triage.intents().iter().len(), 77);
    for intent in triage.intents().iter() {
        assert!(labels.contains(&intent.id.as_str()), "{}", intent.id);
        for language in &languages {
            assert!(intent.name.exact(language).is_some_and(|name| !name.is_empty()), "{}", intent.id);
        }
    }
}

#[test]
fn it_says_what_a_message_is_about_and_by_which_words() {
    let triage = triage();
    let text = "Hello there, my wallet was STOLEN with my card in it";
    let found = triage.suggest(text).unwrap();
    assert_eq!(
        (found.intent, found.topic, found.urgency),
        ("lost_or_stolen_card", "complex-question", Urgency::Urgent)
    );
    assert_eq!(found.words.first().unwrap().word, "STOLEN", "{:?}", found.words);
    assert!((found.words.iter().map(|word| word.share).sum::<f32>() - 1.0).abs() < 1e-4);

    let found = triage.suggest("why was i charged twice for the same purchase").unwrap();
    assert_eq!((found.intent, found.topic), ("transaction_charged_twice", "billing-discrepancy"));
    assert!(told(&found).contains(&"twice"), "{:?}", found.words);

    let found = triage.suggest("i frogot my pascode, how do i get it back").unwrap();
    assert_eq!(found.topic, "account-access", "slips are forgiven: {found:?}");
}

#[test]
fn what_it_knows_nothing_of_is_met_with_silence() {
    let triage = triage();
    for text in [
        "what is the weather",
        "what is the weather in memphis tomorrow",
        "can you recommend a good pizza place",
        "who won the game last night",
        "what size wipers does this car take",
        "qwerty asdf zxcv",
        "lorem ipsum dolor sit amet consectetur",
    ] {
        assert_eq!(triage.suggest(text), None, "{text}");
    }
}

/// The shipped examples are English. Of Spanish it has to know that it does not know, and still hear alarm.
#[test]
fn of_spanish_it_only_hears_how_urgent_it_is() {
    let triage = triage();
    for text in [
        "¿Cuándo llega mi tarjeta nueva?",
        "me cobraron dos veces la misma compra",
        "no puedo entrar a mi cuenta",
        "¿Cuál es el tipo de cambio para dólares?",
        "quiero cancelar una transferencia",
        "olvidé mi contraseña",
        "no reconozco este cargo en mi estado de cuenta",
        "el cajero se tragó mi tarjeta",
        "necesito un reembolso",
        "mi pin no funciona",
    ] {
        assert_eq!(triage.suggest(text), None, "{text}");
    }
    let reading = triage.read("¡Me robaron la tarjeta y necesito ayuda ahora mismo!");
    assert_eq!((reading.suggestion, reading.urgency), (None, Urgency::Urgent));
    assert_eq!(reading.cues, ["Me robaron", "ahora mismo"]);
    assert_eq!(triage.read("No es urgente: ¿dónde está mi tarjeta?").urgency, Urgency::Low);
    assert_eq!(triage.read("Sin embargo, no entiendo este cargo").urgency, Urgency::Normal);
}

#[test]
fn hostile_messages_are_answered_as_quickly_as_others() {
    let triage = triage();
    let endless = "my card was stolen ".repeat(60_000);
    let one_word = "card".repeat(300_000);
    let accents = "e\u{301}".repeat(500_000);
    let hostile =
        ["", " ", "\u{0}\u{1}\u{1b}[31m\u{7f}", "\u{202e}drac ym", "'''''", "😀😀😀", &one_word, &accents];
    for text in hostile {
        let reading = triage.read(text);
        assert_eq!(reading.suggestion, None, "{:?}", text.chars().take(20).collect::<String>());
    }
    let began = Instant::now();
    let found = triage.suggest(&endless).unwrap();
    assert_eq!(found.topic, "complex-question", "{found:?}");
    assert!(found.words.len() <= 5 && told(&found).contains(&"stolen"), "{:?}", found.words);
    assert!(began.elapsed() < Duration::from_millis(200), "{:?}", began.elapsed());
}

#[test]
fn a_model_with_labels_that_mean_nothing_here_is_refused() {
    let model = std::fs::read(institution().join("triage/triage.model")).unwrap();
    let intents = "schema = 1\nmodel = 'x'\n";
    assert!(Intents::load(intents, "triage.toml").is_ok());
    assert_eq!(Triage::load(&model, intents, "triage.toml").unwrap_err().code(), "triage.intent_unknown");
    let damaged = &model[..model.len() / 2];
    assert_eq!(Triage::load(damaged, intents, "triage.toml").unwrap_err().code(), "triage.model_damaged");
}

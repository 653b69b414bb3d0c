//! What an institution begins with: the example's files are sound and their rules find what they should.

use testkit::{on_both_engines, on_sqlite};

use super::*;
use crate::{Action, Condition, Defaults, Facts, Kept, Loaded, Text, Texts};

const REPLIES: &str = include_str!("../../../../institutions/ally/replies.toml");
const AUTOMATION: &str = include_str!("../../../../institutions/ally/automation.toml");
const ENDINGS: &str = include_str!("../../../../institutions/ally/dispositions.toml");

impl House {
    /// With the example's own endings, which its macros name.
    async fn of_the_example(test: &TestStore) -> Self {
        let house = Self::open(test).await;
        let dispositions = Dispositions::load(ENDINGS).unwrap();
        let key = MasterKey::parse(&"11".repeat(32)).unwrap();
        let vault = Vault::open(&house.store, KeyRing::new(key, Vec::new())).await.unwrap();
        let conversations = Conversations::new(
            house.store.clone(),
            vault,
            house.trail.clone(),
            house.customers.clone(),
            house.routing.clone(),
            dispositions,
        );
        let automation = Automation::new(
            house.store.clone(),
            house.trail.clone(),
            conversations.clone(),
            house.customers.clone(),
            house.routing.clone(),
        );
        Self { conversations, automation, ..house }
    }
}

#[tokio::test]
async fn the_examples_files_are_loaded_once() {
    on_both_engines(async |store| {
        let house = House::of_the_example(store).await;
        let defaults = Defaults::read(REPLIES, AUTOMATION).unwrap_or_else(|refusal| panic!("{refusal}"));
        let loaded = house.automation.load_defaults(defaults.clone()).await.unwrap();
        assert!(loaded.replies >= 20 && loaded.macros >= 5 && loaded.rules >= 10, "{loaded:?}");
        assert_eq!(house.automation.load_defaults(defaults).await.unwrap(), Loaded::default());
        let replies: Vec<Kept<Texts>> = house.automation.shared().await.unwrap();
        for reply in &replies {
            for tag in ["en", "es"] {
                let has = |text: &LocalText| text.exact(&language(tag)).is_some();
                assert!(has(&reply.name) && has(&reply.body.0), "{} in {tag}", reply.shortcut);
            }
        }
        let macros: Vec<Kept<Vec<Action>>> = house.automation.shared().await.unwrap();
        assert_eq!((replies.len(), macros.len()), (loaded.replies, loaded.macros));
        assert_eq!(house.automation.rules().await.unwrap().len(), loaded.rules);
        house.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_mistake_in_a_file_is_named_and_nothing_is_loaded() {
    on_sqlite(async |store| {
        let house = House::open(store).await;
        let unread = Defaults::read("[[reply]]\nshortcut = 3", "").unwrap_err();
        assert_eq!(unread.code(), "automation.file_malformed");
        let unknown =
            "[[macro]]\nshortcut = \"m\"\nname = { en = \"M\" }\ndo = [{ do = \"reply\", reply = \"x\" }]";
        let defaults = Defaults::read(REPLIES, unknown).unwrap();
        assert_eq!(code(house.automation.load_defaults(defaults).await), "automation.reply_unknown");
        assert!(house.automation.shared::<Texts>().await.unwrap().is_empty());
        house.close().await;
    })
    .await;
}

fn facts(text: &str) -> Facts {
    Facts {
        channel: ChannelKind::Chat,
        topic: None,
        queue: "cards".parse().unwrap(),
        language: language("en"),
        tags: Vec::new(),
        urgency: routing::Urgency::Normal,
        is_assigned: false,
        waited_minutes: None,
        rating: None,
        words: Some(Text::new(text)),
        customer: None,
        is_open: None,
    }
}

#[tokio::test]
async fn the_examples_rules_find_what_people_really_say() {
    on_sqlite(async |store| {
        let house = House::of_the_example(store).await;
        house.automation.load_defaults(Defaults::read(REPLIES, AUTOMATION).unwrap()).await.unwrap();
        let rules = house.automation.rules().await.unwrap();
        let tags = |text: &str| -> Vec<String> {
            let asks = |rule: &&crate::Rule| {
                rule.draft.only_if.iter().any(|condition| matches!(condition, Condition::Words { .. }))
            };
            let fits = |rule: &&crate::Rule| rule.draft.only_if.iter().all(|c| c.holds(&facts(text)));
            let tag = |action: &Action| match action {
                Action::Tag { tags } => tags.first().cloned(),
                _ => None,
            };
            let fitting = rules.iter().filter(asks).filter(fits);
            fitting.filter_map(|rule| rule.draft.then.iter().find_map(tag)).collect()
        };
        #[rustfmt::skip]
        let table: [(&str, &[&str]); 10] = [
            ("Help! My card was stolen on the bus",                   &["lost-or-stolen"]),
            ("Perdí mi tarjeta ayer",                                 &["lost-or-stolen"]),
            ("There is a charge that I don't recognize",              &["fraud"]),
            ("Hay un cargo que no reconozco",                         &["fraud"]),
            ("My father passed away in May",                          &["bereavement"]),
            ("I got laid off and can’t pay this month",               &["hardship"]),
            ("Quiero presentar una queja",                            &["complaint"]),
            ("I will file a complaint with the CFPB",                 &["complaint"]),
            ("What is the payoff amount for my loan?",                &[]),
            ("How do I activate my new card?",                        &[]),
        ];
        for (text, expected) in table {
            assert_eq!(tags(text), expected, "{text}");
        }
        house.close().await;
    })
    .await;
}

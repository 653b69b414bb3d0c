//! What an institution begins with: the example's files are sound and their rules find what they should.

use testkit::{on_both_engines, on_sqlite};

use super::*;
use crate::{Action, Condition, Defaults, Facts, Kept, Loaded, Rule, Text, Texts};

const REPLIES: &str = include_str!("../../../../institutions/ally/replies.toml");
const AUTOMATION: &str = include_str!("../../../../institutions/ally/automation.toml");
const QUESTIONS: &str = include_str!("../../../../institutions/ally/demonstration/questions.csv");
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

/// The tags that the example's rules put on a text.
fn tags_of(rules: &[Rule], text: &str) -> Vec<String> {
    let facts = facts(text);
    let asks = |rule: &&Rule| {
        rule.draft.only_if.iter().any(|condition| matches!(condition, Condition::Words { .. }))
    };
    let fits = |rule: &&Rule| rule.draft.only_if.iter().all(|condition| condition.holds(&facts));
    let tag = |action: &Action| match action {
        Action::Tag { tags } => tags.first().cloned(),
        _ => None,
    };
    let fitting = rules.iter().filter(asks).filter(fits);
    fitting.filter_map(|rule| rule.draft.then.iter().find_map(tag)).collect()
}

async fn rules_of_the_example(house: &House) -> Vec<Rule> {
    house.automation.load_defaults(Defaults::read(REPLIES, AUTOMATION).unwrap()).await.unwrap();
    house.automation.rules().await.unwrap()
}

#[tokio::test]
async fn the_examples_rules_find_what_people_really_say() {
    on_sqlite(async |store| {
        let house = House::of_the_example(store).await;
        let rules = rules_of_the_example(&house).await;
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
            assert_eq!(tags_of(&rules, text), expected, "{text}");
        }
        house.close().await;
    })
    .await;
}

/// Real questions of a bank's customers, sorted by hand by those who collected them.
#[tokio::test]
async fn on_real_questions_the_examples_rules_find_most_and_seldom_cry_wolf() {
    on_sqlite(async |store| {
        let house = House::of_the_example(store).await;
        let rules = rules_of_the_example(&house).await;
        let unknown =
            ["card_payment_not_recognised", "direct_debit_payment_not_recognised", "compromised_card"];
        // What was meant, how many there are, and how many the rules found.
        let (mut lost, mut fraud, mut alarms) = ((0, 0), (0, 0), (0, 0));
        // Of the few texts that have several lines, the last one counts.
        for (text, sort) in QUESTIONS.lines().skip(1).filter_map(|line| line.rsplit_once(',')) {
            let tags = tags_of(&rules, text);
            let has = |tag: &str| usize::from(tags.iter().any(|found| found == tag));
            if sort == "lost_or_stolen_card" {
                lost = (lost.0 + 1, lost.1 + has("lost-or-stolen"));
            } else if unknown.contains(&sort) {
                fraud = (fraud.0 + 1, fraud.1 + has("fraud"));
            } else if !sort.contains("not_recognised") && !sort.contains("lost") {
                alarms = (alarms.0 + 1, alarms.1 + usize::from(!tags.is_empty()));
            }
        }
        println!("lost {lost:?}, fraud {fraud:?}, false alarms {alarms:?}");
        assert!(lost.0 >= 5 && lost.1 * 10 >= lost.0 * 9, "lost or stolen cards: {lost:?}");
        assert!(fraud.0 >= 20 && fraud.1 * 10 >= fraud.0 * 7, "unknown charges: {fraud:?}");
        assert!(alarms.0 >= 400 && alarms.1 * 100 <= alarms.0 * 3, "false alarms: {alarms:?}");
        house.close().await;
    })
    .await;
}

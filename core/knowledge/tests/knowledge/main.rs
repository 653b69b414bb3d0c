//! The area as its faces use it, on both engines.
// Clippy counts only #[test] functions as tests; what they call may fail just as loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod folder;

use audit::{Actor, ActorKind, Trail};
use directory::{Directories, Directory, Import};
use jiff::SignedDuration;
use kernel::{Clock as _, Language, SystemClock};
use knowledge::{Draft, Knowledge, LineChange, Listed, Reader, SaveError, Search, SourceFile, State};
use store::{Store, params};
use testkit::{TestStore, on_both_engines, on_sqlite};
use vault::{KeyRing, MasterKey, Vault};

use folder::{DIRECTORY, article, file, folder};

fn english() -> Language {
    "en".parse().unwrap()
}

fn spanish() -> Language {
    "es".parse().unwrap()
}

fn staff(id: &str) -> Actor {
    Actor::new(ActorKind::Staff, id)
}

struct House {
    knowledge: Knowledge,
    store: Store,
    trail: Trail,
}

async fn house(store: &TestStore) -> House {
    let master = MasterKey::parse(&"1".repeat(64)).unwrap();
    let vault = Vault::open(store, KeyRing::new(master, Vec::new())).await.unwrap();
    let trail = Trail::open(store, &vault).await.unwrap();
    let directories = Directories::open((**store).clone()).await.unwrap();
    let directory = Directory::load(DIRECTORY, "directory.toml").unwrap_or_else(|found| panic!("{found:?}"));
    directories.import(&directory, Import::default()).await.unwrap();
    let languages = vec![english(), spanish()];
    let store = (**store).clone();
    let knowledge = Knowledge::open(store.clone(), trail.clone(), directories, languages).await.unwrap();
    House { knowledge, store, trail }
}

impl House {
    async fn import(&self, files: &[SourceFile]) -> knowledge::Imported {
        let imported =
            self.knowledge.import(files, &Actor::new(ActorKind::Operator, "import"), "").await.unwrap();
        self.hear().await;
        imported
    }

    /// What the running centre does at once.
    async fn hear(&self) {
        self.knowledge.catch_up().await.unwrap();
    }

    fn find(&self, text: &str, language: &Language, reader: Reader<'_>) -> Vec<String> {
        let search = Search { text, language, reader, typing: false, limit: 10 };
        let found = self.knowledge.search(&search).unwrap();
        found.hits.into_iter().map(|hit| hit.entry.slug.clone()).collect()
    }

    fn finds(&self, text: &str) -> Vec<String> {
        self.find(text, &english(), Reader::Anybody)
    }

    async fn listed(&self, slug: &str, language: &Language) -> Listed {
        let all = self.knowledge.list(None).await.unwrap();
        let is_it = |one: &Listed| one.slug == slug && one.language.as_ref() == Some(language);
        all.into_iter().find(is_it).unwrap()
    }

    async fn save(&self, slug: &str, source: String, version: Option<i64>) -> Result<Listed, SaveError> {
        let draft =
            Draft { slug: slug.into(), language: Some(english()), source, version, note: String::new() };
        self.knowledge.save(draft, &staff("stf_author")).await
    }
}

#[tokio::test]
async fn a_folder_is_taken_in_found_and_given_back() {
    on_both_engines(async |store| {
        let house = house(store).await;
        let imported = house.import(&folder()).await;
        assert_eq!(imported.findings, []);
        assert_eq!((imported.added.len(), imported.changed.len(), imported.unchanged), (5, 1, 0));
        assert_eq!(house.finds("payoff quote")[0], "payoff");
        assert_eq!(house.find("liquidación", &spanish(), Reader::Anybody), ["payoff"]);
        assert_eq!(house.find("tarjeta rechazada", &spanish(), Reader::Anybody), ["card-declined"]);
        let mut exported = house.knowledge.export().await.unwrap();
        let mut given = folder();
        exported.sort_by(|a, b| a.path.cmp(&b.path));
        given.sort_by(|a, b| a.path.cmp(&b.path));
        assert_eq!(exported, given);
        let again = house.import(&given).await;
        assert_eq!((again.added.len(), again.changed.len(), again.unchanged), (0, 0, 5));
    })
    .await;
}

#[tokio::test]
async fn one_bad_file_and_nothing_is_taken_in() {
    on_sqlite(async |store| {
        let house = house(store).await;
        let huge = article("title = \"Huge\"\nkind = \"faq\"", &"word ".repeat(200_000));
        let hostile = article(
            "title = \"Bad\"\nkind = \"faq\"\ntopic = \"nowhere\"\naudience = [\"martian\"]",
            "[x](help:gone)\n\n<script>x</script>",
        );
        let mut files = folder();
        files.extend([
            file("en/huge.md", huge),
            file("en/hostile.md", hostile.clone()),
            file("en/linked.md", hostile.replace("<script>x</script>", "[y](contact:elsewhere)")),
            file("fr/bonjour.md", article("title = \"Bonjour\"\nkind = \"faq\"", "Bonjour.")),
            file("en/no-front.md", "Just words."),
            file("en/Bad Name.md", article("title = \"x\"\nkind = \"faq\"", "x")),
            file("en/odd.md", article("title = \"x\"\nkind = \"essay\"\nstate = \"done\"", "x")),
            file("en/typo.md", article("titel = \"x\"\nkind = \"faq\"", "x")),
        ]);
        let imported = house.import(&files).await;
        let told: Vec<(String, usize, &str)> =
            imported.findings.iter().map(|one| (one.file.clone(), one.line, one.code)).collect();
        let expected = [
            ("en/Bad Name.md", 1, "bad_name"),
            ("en/hostile.md", 11, "raw_html"),
            ("en/huge.md", 1, "too_long"),
            ("en/linked.md", 5, "unknown_topic"),
            ("en/linked.md", 6, "unknown_audience"),
            ("en/linked.md", 9, "broken_link"),
            ("en/linked.md", 11, "broken_link"),
            ("en/no-front.md", 1, "no_front_matter"),
            ("en/odd.md", 4, "unknown_kind"),
            ("en/odd.md", 5, "unknown_state"),
            ("en/typo.md", 3, "front_matter"),
            ("fr/bonjour.md", 1, "unknown_language_folder"),
        ];
        for wanted in expected {
            let is_told = told.iter().any(|(file, line, code)| (file.as_str(), *line, *code) == wanted);
            assert!(is_told, "{wanted:?} is not among {told:#?}");
        }
        assert!(imported.added.is_empty() && house.knowledge.list(None).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn customers_never_find_what_is_internal_or_not_published() {
    on_both_engines(async |store| {
        let house = house(store).await;
        let mut files = folder();
        let draft =
            article("title = \"Secret launch\"\nkind = \"faq\"\nstate = \"draft\"", "A secret launch.");
        files.push(file("en/launch.md", draft));
        house.import(&files).await;
        assert_eq!(house.finds("goodwill credit"), [""; 0]);
        assert_eq!(house.find("goodwill credit", &english(), Reader::Staff), ["goodwill"]);
        assert!(house.knowledge.entry("goodwill", &english(), Reader::Anybody).is_none());
        assert!(house.knowledge.entry("goodwill", &english(), Reader::Staff).is_some());
        assert_eq!(house.find("secret launch", &english(), Reader::Staff), [""; 0]);
        // What becomes internal leaves the customers' shelf.
        let closed =
            article("title = \"Paying off your loan\"\nkind = \"how-to\"\naudience = [\"staff\"]", "For us.");
        house.import(&[file("en/payoff.md", closed)]).await;
        assert!(!house.finds("payoff").contains(&"payoff".to_owned()));
        assert_eq!(house.find("paying off", &english(), Reader::Staff)[0], "payoff");
    })
    .await;
}

#[tokio::test]
async fn an_audience_finds_what_is_for_it_and_for_anybody() {
    on_sqlite(async |store| {
        let house = house(store).await;
        house.import(&folder()).await;
        let find = |audience| house.find("payoff", &english(), Reader::Audience(audience));
        assert!(find("dealer").contains(&"dealer-payoff".to_owned()));
        assert!(find("dealer").contains(&"payoff".to_owned()));
        assert!(!find("cardholder").contains(&"dealer-payoff".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn slips_synonyms_and_half_typed_words_find_it_too() {
    on_sqlite(async |store| {
        let house = house(store).await;
        house.import(&folder()).await;
        let search = |text, typing| {
            let (language, reader) = (&english(), Reader::Anybody);
            house.knowledge.search(&Search { text, language, reader, typing, limit: 5 }).unwrap()
        };
        let found = search("payof qoute", false);
        assert_eq!(found.meant.as_deref(), Some("payoff quote"));
        assert_eq!(found.hits[0].entry.slug, "payoff");
        assert!(found.hits[0].excerpt.iter().any(|piece| piece.hit && piece.text == "payoff"));
        let settled = search("settle early", false);
        assert!(settled.hits.iter().any(|hit| hit.entry.slug == "payoff"), "a synonym");
        assert!(search("payo", true).hits.iter().any(|hit| hit.entry.slug == "payoff"), "half typed");
        assert!(search("my card was de", true).hits.iter().any(|hit| hit.entry.slug == "card-declined"));
        let nothing = search("zebra", false);
        assert!(nothing.hits.is_empty() && nothing.meant.is_none());
        let suggest = |text| house.knowledge.suggest(text, Reader::Anybody, &english(), 3).unwrap();
        assert_eq!(suggest("how do I get a payoff quote")[0].slug, "payoff");
        assert!(suggest("zebra giraffe lion").is_empty());
        assert!(suggest("").is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_article_goes_from_draft_by_review_to_its_readers_and_back() {
    on_both_engines(async |store| {
        let house = house(store).await;
        let (author, editor) = (staff("stf_author"), staff("stf_editor"));
        let text = |words: &str| article("title = \"Fees\"\nkind = \"faq\"", words);
        let draft = house.save("fees", text("There is a fee."), None).await.unwrap();
        assert_eq!((draft.state, draft.revision, draft.published), (State::Draft, 1, None));
        let early = house.knowledge.publish(&draft.id, draft.version, &editor).await.unwrap_err();
        assert_eq!(early.refusal_code(), Some("knowledge.not_now"));
        let waiting = house.knowledge.submit(&draft.id, draft.version, &author).await.unwrap();
        let own = house.knowledge.publish(&draft.id, waiting.version, &author).await.unwrap_err();
        assert_eq!(own.refusal_code(), Some("knowledge.own_work"));
        let shown = house.knowledge.publish(&draft.id, waiting.version, &editor).await.unwrap();
        house.hear().await;
        assert_eq!(house.finds("fee"), ["fees"]);

        let edited = house.save("fees", text("There is no charge."), Some(shown.version)).await.unwrap();
        assert_eq!((edited.state, edited.revision, edited.published), (State::Draft, 2, Some(1)));
        house.hear().await;
        let entry = house.knowledge.entry("fees", &english(), Reader::Anybody).unwrap();
        assert_eq!(house.knowledge.body(&entry).await.unwrap(), "There is a fee.", "readers see what was reviewed");
        let diff = house.knowledge.diff(&draft.id, 1, 2).await.unwrap();
        let changed: Vec<_> = diff.iter().filter(|line| line.change != LineChange::Same).collect();
        assert_eq!(changed.len(), 2);

        let stale = house.save("fees", text("x"), Some(shown.version)).await.unwrap_err();
        assert!(matches!(stale, SaveError::Other(error) if error.refusal_code() == Some("knowledge.changed_meanwhile")));
        let restored = house.knowledge.restore(&draft.id, 1, edited.version, &author).await.unwrap();
        assert_eq!(restored.revision, 3);
        assert_eq!(house.knowledge.source(&draft.id, 3).await.unwrap(), text("There is a fee."));
        let gone = house.knowledge.retire(&draft.id, restored.version, &editor).await.unwrap();
        assert_eq!((gone.state, gone.published), (State::Retired, None));
        house.hear().await;
        assert_eq!(house.finds("fee"), [""; 0]);
        assert_eq!(house.knowledge.revisions(&draft.id).await.unwrap().len(), 3, "nothing is thrown away");
        assert!(matches!(house.trail.verify(&house.store, None).await.unwrap(), audit::Verdict::Intact(_)));
    })
    .await;
}

#[tokio::test]
async fn a_slug_is_taken_once_and_mistakes_of_a_draft_are_told() {
    on_sqlite(async |store| {
        let house = house(store).await;
        house.import(&folder()).await;
        let taken = house.save("payoff", folder()[0].text.clone(), None).await.unwrap_err();
        assert!(
            matches!(taken, SaveError::Other(error) if error.refusal_code() == Some("knowledge.slug_taken"))
        );
        let unsound =
            house.save("new", article("title = \"x\"\nkind = \"faq\"", "[x](help:gone)"), None).await;
        let Err(SaveError::Unsound(found)) = unsound else { panic!("{unsound:?}") };
        assert_eq!((found[0].code, found[0].line), ("broken_link", 7));
    })
    .await;
}

#[tokio::test]
async fn a_translation_is_stale_once_its_original_says_something_else() {
    on_both_engines(async |store| {
        let house = house(store).await;
        house.import(&folder()).await;
        assert!(!house.listed("payoff", &spanish()).await.stale);
        let reviewed = folder()[0].text.replace("2030", "2031");
        house.import(&[file("en/payoff.md", reviewed.clone())]).await;
        assert!(!house.listed("payoff", &spanish()).await.stale, "a new review date says nothing new");
        let said = reviewed.replace("Ask for", "Ask us for");
        house.import(&[file("en/payoff.md", said)]).await;
        assert!(house.listed("payoff", &spanish()).await.stale);
        let again = folder()[1].text.replace("Pida", "Pídanos");
        house.import(&[file("es/payoff.md", again)]).await;
        assert!(!house.listed("payoff", &spanish()).await.stale);
    })
    .await;
}

#[tokio::test]
async fn a_text_is_shown_on_the_days_on_which_it_holds() {
    on_both_engines(async |store| {
        let house = house(store).await;
        let today = SystemClock.now().in_tz("America/New_York").unwrap().date();
        let day = |days: i64| today.checked_add(SignedDuration::from_hours(24 * days)).unwrap();
        let text = |dates: String| {
            article(&format!("title = \"Holiday hours\"\nkind = \"faq\"\n{dates}"), "Holiday hours.")
        };
        house
            .import(&[
                file("en/past.md", text(format!("until = {}", day(-1)))),
                file("en/today.md", text(format!("from = {today}\nuntil = {today}"))),
                file("en/soon.md", text(format!("from = {}", day(1)))),
            ])
            .await;
        assert_eq!(house.finds("holiday hours"), ["today"]);
        // Its day comes, and nobody publishes anything.
        let now = SystemClock.now();
        house
            .store
            .write(move |tx| {
                tx.execute(
                    "UPDATE knowledge_article SET effective_from = ?1 WHERE slug = 'soon'",
                    params![now.checked_add(SignedDuration::from_millis(1)).unwrap()],
                )
            })
            .await
            .unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        house.knowledge.catch_up().await.unwrap();
        let mut found = house.finds("holiday hours");
        found.sort();
        assert_eq!(found, ["soon", "today"]);
    })
    .await;
}

#[tokio::test]
async fn another_node_shows_a_publication_at_once_and_shelves_can_be_rebuilt() {
    on_both_engines(async |store| {
        let here = house(store).await;
        here.import(&folder()).await;
        let house = house(store).await;
        let node = house.knowledge.clone();
        let keeping = tokio::spawn(async move { node.keep_up().await });
        let (follower, heard) = (house.knowledge.clone(), house.store.clone());
        let end = heard.events_end().await.unwrap();
        let following = tokio::spawn(async move {
            heard
                .follow(end, move |event| {
                    follower.hear(&event);
                    async { Ok(()) }
                })
                .await
        });
        let new = article("title = \"Lost keys\"\nkind = \"faq\"", "We lost the keys.");
        let by = Actor::new(ActorKind::Operator, "import");
        here.knowledge.import(&[file("en/keys.md", new)], &by, "").await.unwrap();
        let begun = std::time::Instant::now();
        while house.finds("lost keys").is_empty() {
            // Some milliseconds on a quiet machine; tests share theirs.
            assert!(begun.elapsed() < std::time::Duration::from_secs(5), "not found");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        keeping.abort();
        following.abort();
        let before = (house.finds("payoff"), house.finds("lost keys"));
        assert_eq!(
            house.knowledge.rebuild().await.unwrap(),
            7,
            "four articles, one of them twice, and a guide twice"
        );
        assert_eq!((house.finds("payoff"), house.finds("lost keys")), before);
    })
    .await;
}

#[tokio::test]
async fn the_help_is_measured_without_knowing_anybody() {
    on_both_engines(async |store| {
        let house = house(store).await;
        house.import(&folder()).await;
        let (knowledge, en) = (&house.knowledge, english());
        for visit in ["a", "b", "c"] {
            knowledge.asked("close my account 4111 1111 1111 1111", &en, 0, Some(visit));
            knowledge.asked("payoff", &en, 3, Some(visit));
        }
        knowledge.asked("only once", &en, 0, Some("a"));
        knowledge.opened("payoff", &en, Some("payoff"), Some("a"));
        knowledge.opened("payoff", &en, None, Some("b"));
        knowledge.contacted("b");
        for (visit, helped) in [("a", true), ("b", true), ("b", false), ("a", true)] {
            knowledge.rate("payoff", &en, helped, visit).await.unwrap();
        }
        knowledge.settle_counts().await.unwrap();
        let to_write = knowledge.to_write(&en, 7, 10).await.unwrap();
        assert_eq!(
            to_write.iter().map(|one| (one.words.as_str(), one.unanswered)).collect::<Vec<_>>(),
            [("close my account", 3)]
        );
        let asked = knowledge.most_asked(&en, 7, 10).await.unwrap();
        assert!(asked.iter().any(|one| one.words == "payoff" && one.asked == 3 && one.opened == 1));
        let helped = knowledge.helpfulness(7, 10).await.unwrap();
        assert_eq!((helped[0].seen, helped[0].helped, helped[0].not_helped), (2, 1, 1), "a vote counts once");

        // A day later the visits are numbers, and nothing else.
        let day = SignedDuration::from_hours(25).as_micros();
        let day = i64::try_from(day).unwrap();
        house
            .store
            .write(move |tx| tx.execute("UPDATE knowledge_visit SET at = at - ?1", params![day]))
            .await
            .unwrap();
        knowledge.settle_counts().await.unwrap();
        let measured = knowledge.deflection(7).await.unwrap();
        assert_eq!((measured.visits, measured.searched, measured.unanswered), (3, 3, 3));
        assert_eq!((measured.read, measured.read_and_contacted, measured.searched_and_contacted), (2, 1, 1));
        assert_eq!(measured.share(), Some(0.5));
        let left = house.store.read(|tx| {
            tx.query_one("SELECT COUNT(*) FROM knowledge_visit", params![], |row| row.take::<i64>(0))
        });
        assert_eq!(left.await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_outdated_article_is_flagged_from_where_one_stands() {
    on_both_engines(async |store| {
        let house = house(store).await;
        house.import(&folder()).await;
        let id = house.listed("payoff", &english()).await.id;
        house
            .knowledge
            .flag(&id, "The number changed; card 4111 1111 1111 1111", &staff("stf_a"))
            .await
            .unwrap();
        let flags = house.knowledge.flags(10).await.unwrap();
        assert_eq!((flags.len(), flags[0].slug.as_str()), (1, "payoff"));
        assert!(!flags[0].note.contains("4111 1111"), "{}", flags[0].note);
        house.knowledge.settle_flags(&id, &staff("stf_b")).await.unwrap();
        assert!(house.knowledge.flags(10).await.unwrap().is_empty());
    })
    .await;
}

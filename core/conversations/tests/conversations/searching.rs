//! Finding conversations by words that the database does not hold.

use conversations::{Author, Conversation, NewConversation, NewEntry, Scope, Splitting};
use store::params;
use testkit::on_both_engines;

use crate::house::{House, chat_of, queue, refused, said};

impl House {
    /// Indexes until nothing is left. On PostgreSQL an event is shown only when no older transaction of
    /// the whole server is under way, and other tests have some.
    async fn index(&self) {
        for _ in 0..200 {
            self.conversations.index_now("one").await.unwrap();
            let left: i64 = self
                .store
                .read(|tx| {
                    tx.query_one(
                        "SELECT COUNT(*) FROM event e WHERE NOT EXISTS (SELECT 1 FROM conversation_indexer i \
                         WHERE (e.tx, e.number) <= (i.tx, i.number))",
                        params![],
                        |row| row.take(0),
                    )
                })
                .await
                .unwrap();
            if left == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the index does not come to an end");
    }

    async fn find(&self, words: &str, scope: Scope) -> Vec<Conversation> {
        let found = self.conversations.search(words, scope, None, 10, None).await.unwrap();
        found.hits.into_iter().map(|hit| hit.listed.conversation).collect()
    }

    async fn count(&self, words: &str) -> usize {
        self.find(words, Scope::All).await.len()
    }

    async fn spanish(&self, words: &str) -> Conversation {
        let language = "es".parse().unwrap();
        let new = NewConversation { language, first: Some(said(words)), ..chat_of(self.customer().await) };
        self.begin(new).await
    }
}

#[tokio::test]
async fn words_are_found_in_any_form_in_both_languages_and_all_must_be_there() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let fee = house.chat("I was charged a late fee for my payment").await;
        let title = house.chat("Please mail the title of my car").await;
        let payoff = house.spanish("Quiero la liquidación de mi préstamo, hice dos pagos").await;
        let rosa = Author::Staff(house.staff().await);
        house.say(title.id, &rosa, "Your payments are done").await;
        let new = NewConversation { subject: Some("Windshield".into()), ..chat_of(house.customer().await) };
        let subject = house.begin(new).await;
        house.index().await;
        let ids = async |words: &str| -> Vec<_> {
            house.find(words, Scope::All).await.into_iter().map(|found| found.id).collect()
        };
        assert_eq!(ids("fees").await, [fee.id]);
        assert_eq!(ids("PAYMENT").await, [title.id, fee.id], "the newest first");
        assert_eq!(ids("payments late").await, [fee.id]);
        assert_eq!(ids("liquidacion").await, [payoff.id]);
        assert_eq!(ids("pago préstamos").await, [payoff.id]);
        assert_eq!(ids("windshield").await, [subject.id]);
        assert!(ids("fee windshield").await.is_empty());
        let nothing = house.conversations.search("the of y", Scope::All, None, 10, None).await;
        assert_eq!(refused(nothing), "conversations.search_empty");
    })
    .await;
}

#[tokio::test]
async fn a_searcher_finds_only_what_they_may_see() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let cards = house.chat("lighthouse").await;
        let loans = NewConversation {
            queue: queue("loans"),
            first: Some(said("lighthouse")),
            ..chat_of(house.customer().await)
        };
        let loans = house.begin(loans).await;
        house.index().await;
        assert_eq!(house.count("lighthouse").await, 2);
        for (name, wanted) in [("cards", cards.id), ("loans", loans.id)] {
            let found = house.find("lighthouse", Scope::Queues(vec![queue(name)])).await;
            assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [wanted]);
        }
        assert!(house.find("lighthouse", Scope::Queues(Vec::new())).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn indexing_again_or_on_two_nodes_at_once_changes_nothing() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let mut chats = Vec::new();
        for line in 0..30 {
            chats.push(house.chat(&format!("word{line} common")).await);
        }
        let (one, two) = (house.conversations.clone(), house.conversations.clone());
        let both = tokio::join!(one.index_now("one"), two.index_now("two"));
        both.0.unwrap();
        both.1.unwrap();
        // Whoever did not have the lease stood back; now the first goes on.
        let release = |tx: &mut store::Tx<'_>| {
            tx.execute("DELETE FROM lease WHERE name = 'conversations index'", params![])
        };
        house.store.write(release).await.unwrap();
        house.index().await;
        let count = async || -> i64 {
            house
                .store
                .read(|tx| {
                    tx.query_one("SELECT COUNT(*) FROM conversation_word", params![], |row| row.take(0))
                })
                .await
                .unwrap()
        };
        let before = count().await;
        assert_eq!(before, 60, "two words of each, however often they were read");
        // As after a restart from a position that was not kept.
        house.store.write(|tx| tx.execute("DELETE FROM conversation_indexer", params![])).await.unwrap();
        house.index().await;
        assert_eq!(count().await, before);
        // Pages of hits meet without overlap.
        let mut seen = Vec::new();
        let mut next = None;
        loop {
            let found = house.conversations.search("common", Scope::All, next, 7, None).await.unwrap();
            seen.extend(found.hits.iter().map(|hit| hit.listed.conversation.id));
            next = found.next;
            if next.is_none() {
                break;
            }
        }
        chats.reverse();
        assert_eq!(seen, chats.iter().map(|chat| chat.id).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn what_was_hidden_moved_or_erased_is_found_no_more() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("number 4111 1111").await;
        house.index().await;
        assert_eq!(house.count("4111").await, 1);
        house.say(chat.id, &Author::Customer, "1111 1111").await;
        house.index().await;
        assert_eq!(house.count("4111").await, 0);
        let about = house.say(chat.id, &Author::Customer, "umbrella").await;
        house.index().await;
        let splitting = Splitting { numbers: vec![about], queue: None, subject: None };
        let (made, _) = house.conversations.split(chat.id, splitting, Author::System).await.unwrap();
        house.say(made.id, &Author::System, "noted").await;
        house.index().await;
        let found = house.find("umbrella", Scope::All).await;
        assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [made.id]);
        let (vault, customer) = (house.vault.clone(), chat.customer);
        let destroy = move |tx: &mut store::Tx<'_>| {
            vault.destroy(tx, &vault::Subject::of(&customer), jiff::Timestamp::UNIX_EPOCH)
        };
        house.store.write(destroy).await.unwrap();
        house.index().await;
        assert_eq!(house.count("umbrella").await, 0);
        for table in ["conversation_word", "conversation_words"] {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let left: i64 =
                house.store.read(move |tx| tx.query_one(&sql, params![], |row| row.take(0))).await.unwrap();
            assert_eq!(left, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_word_stands_in_the_index() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("Zanzibar").await;
        house.conversations.append(chat.id, NewEntry::note(Author::System, "Zanzibar")).await.unwrap();
        house.index().await;
        let words: Vec<Vec<u8>> = house
            .store
            .read(|tx| tx.query("SELECT word FROM conversation_word", params![], |row| row.take(0)))
            .await
            .unwrap();
        assert_eq!(words.len(), 1);
        assert!(words.iter().all(|word| word.len() == 8 && word != b"zanzibar"));
    })
    .await;
}

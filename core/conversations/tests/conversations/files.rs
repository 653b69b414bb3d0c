//! Files: taken for what they are, sealed, and read only where they belong.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use conversations::{Author, Blobs, Body, MediaType, NewFile};
use kernel::Result;
use kernel::id::{Attachment, Id};
use store::params;
use testkit::on_both_engines;

use crate::house::{House, key, refused};

/// A picture of this size, or what looks like one.
fn picture(size: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend((0..size.saturating_sub(bytes.len())).map(|index| u8::try_from(index % 251).unwrap()));
    bytes
}

fn file(name: &str, bytes: Vec<u8>) -> NewFile {
    NewFile { author: Author::Customer, name: name.into(), bytes, caption: None, key: None }
}

#[tokio::test]
async fn a_file_is_sealed_in_pieces_and_read_back_whole() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let bytes = picture(600_000);
        let new = NewFile { caption: Some("my statement".into()), ..file("../bill.exe", bytes.clone()) };
        let appended = house.conversations.attach(chat.id, new).await.unwrap();
        let entry = house.entries(chat.id).await.pop().unwrap();
        assert_eq!(entry.number, appended.number);
        assert!(entry.is_for_customer());
        let Body::Attachment { file, caption } = entry.body else { panic!("a file was expected") };
        assert_eq!(caption.unwrap().text(), Some("my statement"));
        let (facts, read) = house.conversations.read_file(chat.id, file).await.unwrap();
        assert!(read == bytes, "every byte is back");
        assert_eq!(facts.media_type, MediaType::Png);
        assert_eq!(facts.name.unwrap().expose(), "bill.exe.png");
        let stored: Vec<Vec<u8>> = house
            .store
            .read(|tx| tx.query("SELECT body FROM conversation_blob", params![], |row| row.take(0)))
            .await
            .unwrap();
        assert_eq!(stored.len(), 3);
        assert!(stored.iter().all(|piece| !piece.windows(8).any(|part| part == &bytes[100..108])));
        // In another conversation it is not found.
        let other = house.chat("hello").await;
        assert!(matches!(house.conversations.file(other.id, file).await, Err(kernel::Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_file_sent_again_with_its_key_is_kept_once_and_unfit_ones_not_at_all() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        let new = NewFile { key: Some(key("f1")), ..file("a.png", picture(100)) };
        let first = house.conversations.attach(chat.id, new.clone()).await.unwrap();
        let again = house.conversations.attach(chat.id, new).await.unwrap();
        assert_eq!((first.number, true), (again.number, again.repeated));
        let page = file("a.png", b"<html><script>alert(1)</script>".to_vec());
        assert_eq!(refused(house.conversations.attach(chat.id, page).await), "conversations.file_type");
        let large = file("a.png", picture(11 << 20));
        assert_eq!(refused(house.conversations.attach(chat.id, large).await), "conversations.file_too_large");
        let count: i64 = house
            .store
            .read(|tx| {
                tx.query_one("SELECT COUNT(*) FROM conversation_attachment", params![], |row| row.take(0))
            })
            .await
            .unwrap();
        assert_eq!(count, 1);
        assert_eq!(house.entries(chat.id).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_conversation_takes_only_so_many_files() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let chat = house.chat("hello").await;
        for number in 0..50 {
            house.conversations.attach(chat.id, file(&format!("{number}.png"), picture(64))).await.unwrap();
        }
        let more = house.conversations.attach(chat.id, file("51.png", picture(64))).await;
        assert_eq!(refused(more), "conversations.too_many_files");
    })
    .await;
}

#[tokio::test]
async fn what_was_never_finished_is_swept_away_after_its_time() {
    on_both_engines(async |store| {
        let (house, clock) = House::with_clock(store).await;
        let chat = house.chat("hello").await;
        house.conversations.attach(chat.id, file("a.png", picture(64))).await.unwrap();
        house
            .store
            .write(|tx| tx.execute("UPDATE conversation_attachment SET ready = 0", params![]))
            .await
            .unwrap();
        assert_eq!(house.conversations.tidy().await.unwrap(), 0);
        clock.advance(jiff::SignedDuration::from_mins(61));
        assert_eq!(house.conversations.tidy().await.unwrap(), 1);
        let left: i64 = house
            .store
            .read(|tx| tx.query_one("SELECT COUNT(*) FROM conversation_blob", params![], |row| row.take(0)))
            .await
            .unwrap();
        assert_eq!(left, 0);
        house.store.close().await.unwrap();
    })
    .await;
}

/// Pieces somewhere else than in the database.
#[derive(Default)]
struct Elsewhere(Mutex<Pieces>);

type Pieces = HashMap<(Id<Attachment>, u32), Vec<u8>>;

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

impl Blobs for Elsewhere {
    fn put(&self, file: Id<Attachment>, number: u32, sealed: Vec<u8>) -> Answer<'_, ()> {
        self.0.lock().unwrap().insert((file, number), sealed);
        Box::pin(async { Ok(()) })
    }

    fn get(&self, file: Id<Attachment>, number: u32) -> Answer<'_, Option<Vec<u8>>> {
        let found = self.0.lock().unwrap().get(&(file, number)).cloned();
        Box::pin(async move { Ok(found) })
    }

    fn remove(&self, file: Id<Attachment>) -> Answer<'_, ()> {
        self.0.lock().unwrap().retain(|(other, _), _| *other != file);
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn bytes_may_lie_elsewhere_and_a_piece_that_was_tampered_with_is_not_served() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let place = Arc::new(Elsewhere::default());
        let conversations = house.conversations.with_blobs(place.clone());
        let chat = house.chat("hello").await;
        conversations.attach(chat.id, file("a.png", picture(300_000))).await.unwrap();
        let entry = house.entries(chat.id).await.pop().unwrap();
        let Body::Attachment { file, .. } = entry.body else { panic!("a file was expected") };
        assert_eq!(conversations.read_file(chat.id, file).await.unwrap().1, picture(300_000));
        assert_eq!(place.0.lock().unwrap().len(), 2);
        // Swapping two pieces is noticed too: each was sealed for its own place.
        let swapped = {
            let mut pieces = place.0.lock().unwrap();
            let (one, two) = (pieces[&(file, 0)].clone(), pieces[&(file, 1)].clone());
            pieces.insert((file, 0), two);
            pieces.insert((file, 1), one)
        };
        assert!(swapped.is_some());
        assert_eq!(refused(conversations.read_file(chat.id, file).await.map(|_| ())), "vault.unreadable");
    })
    .await;
}

//! Exports, and their check without the database.

use super::*;
use crate::{BundleVerdict, verify_bundle};

async fn exported(store: &Store, trail: &Trail, filter: &Filter) -> Vec<u8> {
    let mut bundle = Vec::new();
    trail.export(store, filter, &mut bundle).await.unwrap();
    bundle
}

fn check(bundle: &[u8]) -> BundleVerdict {
    verify_bundle(bundle, None).unwrap()
}

fn staff() -> Filter {
    Filter { action: Some("staff.".into()), ..Filter::default() }
}

#[tokio::test]
async fn a_whole_trail_is_exported_and_checked_without_the_database() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        write(store, &trail, 1500).await;
        let bundle = exported(store, &trail, &Filter::default()).await;
        let checked = verify_bundle(bundle.as_slice(), Some(&trail.public_keys()[0])).unwrap();
        assert_eq!(checked.verdict, Verdict::Intact(Intact { last: 1500, signed: 1500, checkpoints: 24 }));
        assert_eq!((checked.exported.entries, checked.exported.omitted), (1500, 0));
        assert_eq!(checked.keys, trail.public_keys());
    })
    .await;
}

#[tokio::test]
async fn a_filtered_export_shows_nothing_of_the_rest_and_is_still_proved() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        write(store, &trail, 100).await;
        let filter = Filter { actor: Some("stf_1".into()), ..staff() };
        let bundle = exported(store, &trail, &filter).await;
        let text = String::from_utf8(bundle.clone()).unwrap();
        assert!(text.contains("staff.sign_in") && text.contains("stf_1"));
        assert!(!text.contains("vault.reveal") && !text.contains("stf_2"));
        let checked = check(&bundle);
        assert!(matches!(checked.verdict, Verdict::Intact(_)), "{checked:?}");
        assert!(checked.exported.entries > 10 && checked.exported.omitted > 50);
    })
    .await;
}

#[tokio::test]
async fn an_export_of_nothing_is_refused() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        let nothing = trail.export(store, &Filter::default(), &mut Vec::new()).await;
        assert_eq!(nothing.unwrap_err().refusal_code(), Some("audit.nothing_to_export"));
    })
    .await;
}

async fn sample() -> (Vec<String>, Trail) {
    let kept = std::sync::Mutex::new(None);
    testkit::on_sqlite(async |store| {
        let trail = trail(store).await;
        write(store, &trail, 100).await;
        let bundle = exported(store, &trail, &staff()).await;
        *kept.lock().unwrap() = Some((String::from_utf8(bundle).unwrap(), trail));
    })
    .await;
    let (text, trail) = kept.into_inner().unwrap().unwrap();
    (text.lines().map(str::to_owned).collect(), trail)
}

fn joined(lines: &[String]) -> Vec<u8> {
    (lines.join("\n") + "\n").into_bytes()
}

fn is_intact(lines: &[String]) -> bool {
    verify_bundle(joined(lines).as_slice(), None)
        .is_ok_and(|checked| matches!(checked.verdict, Verdict::Intact(_)))
}

#[tokio::test]
async fn no_line_of_a_bundle_can_be_changed_removed_doubled_or_moved() {
    let (lines, _) = sample().await;
    assert!(is_intact(&lines));
    for place in 0..lines.len() {
        let mut removed = lines.clone();
        removed.remove(place);
        assert!(!is_intact(&removed), "without line {place}");
        let mut doubled = lines.clone();
        doubled.insert(place, lines[place].clone());
        // After the end nothing is read any more.
        assert_eq!(is_intact(&doubled), place == lines.len() - 1, "with line {place} twice");
        if place + 1 < lines.len() {
            let mut moved = lines.clone();
            moved.swap(place, place + 1);
            assert!(!is_intact(&moved), "with line {place} moved");
        }
    }
}

#[tokio::test]
async fn no_digit_or_word_of_a_bundle_can_be_changed() {
    let (lines, _) = sample().await;
    for place in [0, 1, 2, 3, lines.len() - 2, lines.len() - 1] {
        for at in 0..lines[place].len() {
            let mut bytes = lines[place].clone().into_bytes();
            bytes[at] = match bytes[at] {
                b'0'..=b'8' | b'a'..=b'e' => bytes[at] + 1,
                b'9' => b'0',
                _ => continue,
            };
            let mut changed = lines.clone();
            changed[place] = String::from_utf8(bytes).unwrap();
            assert!(!is_intact(&changed), "line {place}, byte {at}: {}", changed[place]);
        }
    }
}

#[tokio::test]
async fn only_the_trusted_key_counts_when_one_is_given() {
    let (lines, trail) = sample().await;
    let (_, other) = sample().await;
    let bundle = joined(&lines);
    let by_ours = verify_bundle(bundle.as_slice(), Some(&trail.public_keys()[0])).unwrap();
    assert!(matches!(by_ours.verdict, Verdict::Intact(_)));
    let by_other = verify_bundle(bundle.as_slice(), Some(&other.public_keys()[0])).unwrap();
    assert!(matches!(by_other.verdict, Verdict::Broken(Broken { damage: Damage::CheckpointForged, .. })));
}

#[tokio::test]
async fn a_public_key_can_be_written_down_and_read_back() {
    let (_, trail) = sample().await;
    let key = &trail.public_keys()[0];
    assert_eq!(&key.to_string().parse::<crate::PublicKey>().unwrap(), key);
    for bad in ["", "akey_1", "akey_1:xyz", "akey_1:abcd"] {
        let refusal = bad.parse::<crate::PublicKey>().unwrap_err();
        assert_eq!(refusal.code(), "audit.public_key_malformed", "{bad}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_bundle_is_refused() {
    for (text, code) in [
        ("", "audit.bundle_malformed"),
        ("hello\n", "audit.bundle_unreadable"),
        ("{\"end\":{\"entries\":0,\"omitted\":0}}\n", "audit.bundle_malformed"),
        (
            "{\"begin\":{\"format\":\"other/1\",\"first\":1,\"last\":1,\"keys\":[]}}\n",
            "audit.bundle_malformed",
        ),
    ] {
        assert_eq!(verify_bundle(text.as_bytes(), None).unwrap_err().refusal_code(), Some(code), "{text}");
    }
}

//! Somebody with full access to the database, but not to the vault's master key.

use super::*;
use crate::chain::Hash;
use crate::rows;
use crate::sign::{SigningKey, random_seed};

async fn sql(store: &Store, statements: &'static [&'static str]) {
    store
        .write(move |tx| {
            for statement in statements {
                let touched = tx.execute(statement, params![])?;
                assert!(touched > 0, "{statement}");
            }
            Ok(())
        })
        .await
        .unwrap();
}

async fn verdict(store: &Store, trail: &Trail) -> Verdict {
    trail.verify(store, None).await.unwrap()
}

fn broken(seq: i64, damage: Damage) -> Verdict {
    Verdict::Broken(Broken { seq, damage })
}

/// Tries a trick on a signed trail of 150 entries and expects it to be named.
async fn tampered(statements: &'static [&'static str], seq: i64, damage: Damage) {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        write(store, &trail, 150).await;
        sql(store, statements).await;
        assert_eq!(verdict(store, &trail).await, broken(seq, damage), "{statements:?}");
    })
    .await;
}

#[tokio::test]
async fn a_change_of_any_column_is_named() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        write(store, &trail, 100).await;
        for (column, value) in [
            ("at", Value::Int(1)),
            ("at", Value::Int(i64::MAX)),
            ("actor_kind", Value::Text("customer".into())),
            ("actor", Value::Text("stf_9".into())),
            ("action", Value::Text("case.open".into())),
            ("object", Value::Text(String::new())),
            ("purpose", Value::Null),
            ("purpose", Value::Text("another reason".into())),
            ("address", Value::Null),
            ("node", Value::Text("b".into())),
            ("outcome", Value::Text("failed".into())),
            ("details", Value::Text("{}".into())),
            ("previous", Value::Blob(vec![0; 32])),
            ("hash", Value::Blob(vec![0; 32])),
            ("hash", Value::Blob(Vec::new())),
        ] {
            let before = format!("SELECT {column} FROM audit_entry WHERE seq = 42");
            let update = format!("UPDATE audit_entry SET {column} = ?1 WHERE seq = 42");
            let (change, undo) = (update.clone(), update);
            let kept: Value = store
                .write(move |tx| {
                    let kept = tx.query_one(&before, params![], |row| row.take(0))?;
                    tx.execute(&change, std::slice::from_ref(&value))?;
                    Ok(kept)
                })
                .await
                .unwrap();
            assert_eq!(verdict(store, &trail).await, broken(42, Damage::Changed), "{column}");
            store.write(move |tx| tx.execute(&undo, std::slice::from_ref(&kept))).await.unwrap();
            assert!(matches!(verdict(store, &trail).await, Verdict::Intact(_)), "{column} put back");
        }
    })
    .await;
}

#[tokio::test]
async fn removed_entries_are_named() {
    tampered(&["DELETE FROM audit_entry WHERE seq = 1"], 1, Damage::Missing).await;
    tampered(&["DELETE FROM audit_entry WHERE seq BETWEEN 30 AND 40"], 30, Damage::Missing).await;
    tampered(&["DELETE FROM audit_entry WHERE seq = 150"], 150, Damage::CutOff).await;
    tampered(&["DELETE FROM audit_entry"], 1, Damage::CutOff).await;
}

#[tokio::test]
async fn reordered_renumbered_and_smuggled_entries_are_named() {
    let swap = &[
        "UPDATE audit_entry SET seq = -1 WHERE seq = 20",
        "UPDATE audit_entry SET seq = 20 WHERE seq = 21",
        "UPDATE audit_entry SET seq = 21 WHERE seq = -1",
    ];
    tampered(swap, 20, Damage::Changed).await;
    let close_the_gap =
        &["DELETE FROM audit_entry WHERE seq = 150", "UPDATE audit_entry SET seq = 150 WHERE seq = 149"];
    tampered(close_the_gap, 149, Damage::Missing).await;
    let before_the_first =
        &["INSERT INTO audit_entry SELECT 0, at, actor_kind, actor, action, object, purpose, \
         address, node, outcome, details, previous, hash FROM audit_entry WHERE seq = 5"];
    tampered(before_the_first, 0, Damage::Changed).await;
    let after_the_last =
        &["INSERT INTO audit_entry SELECT 151, at, actor_kind, actor, action, object, purpose, \
         address, node, outcome, details, previous, hash FROM audit_entry WHERE seq = 5"];
    tampered(after_the_last, 151, Damage::Changed).await;
}

#[tokio::test]
async fn a_touched_head_is_named_and_a_lost_one_stops_writing() {
    tampered(&["UPDATE audit_head SET seq = 140"], 150, Damage::HeadDiffers).await;
    tampered(&["UPDATE audit_head SET seq = 160"], 151, Damage::CutOff).await;
    tampered(
        &["UPDATE audit_head SET hash = (SELECT hash FROM audit_entry WHERE seq = 3)"],
        150,
        Damage::HeadDiffers,
    )
    .await;
    tampered(&["DELETE FROM audit_head"], 150, Damage::HeadDiffers).await;
    on_both_engines(async |store| {
        let first = trail(store).await;
        write(store, &first, 3).await;
        sql(store, &["DELETE FROM audit_head"]).await;
        let again = trail(store).await;
        assert!(again.record(store, entry(1)).await.is_err(), "opening does not paper over it");
    })
    .await;
}

#[tokio::test]
async fn touched_and_removed_signatures_are_named() {
    tampered(&["DELETE FROM audit_checkpoint WHERE seq = 64"], 64, Damage::CheckpointMissing).await;
    tampered(&["DELETE FROM audit_checkpoint"], 64, Damage::CheckpointMissing).await;
    tampered(&["UPDATE audit_checkpoint SET at = 5 WHERE seq = 128"], 128, Damage::CheckpointForged).await;
    tampered(
        &["UPDATE audit_checkpoint SET hash = (SELECT hash FROM audit_entry WHERE seq = 9) WHERE seq = 64"],
        64,
        Damage::CheckpointForged,
    )
    .await;
    tampered(&["UPDATE audit_checkpoint SET key = 'x' WHERE seq = 64"], 64, Damage::CheckpointForged).await;
    tampered(&["UPDATE audit_checkpoint SET seq = 70 WHERE seq = 64"], 64, Damage::CheckpointMissing).await;
    tampered(&["UPDATE audit_checkpoint SET seq = 700 WHERE seq = 128"], 128, Damage::CheckpointMissing)
        .await;
    tampered(
        &["INSERT INTO audit_checkpoint SELECT 9, 500, at, hash, key, signature FROM audit_checkpoint WHERE number = 1"],
        151,
        Damage::CheckpointForged,
    )
    .await;
}

/// Changes entry `from` and makes the chain anew from there, head included, as the program would.
async fn rewrite(store: &Store, from: i64) {
    store
        .write(move |tx| {
            let mut previous: Option<Hash> = None;
            for mut entry in rows::range(tx, from, i64::MAX, 1000)? {
                if entry.seq == from {
                    "somebody_else".clone_into(&mut entry.actor);
                }
                entry.previous = previous.unwrap_or(entry.previous);
                entry.hash = entry.link().expected();
                tx.execute("DELETE FROM audit_entry WHERE seq = ?1", params![entry.seq])?;
                rows::insert(tx, &entry)?;
                previous = Some(entry.hash);
            }
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_chain_made_anew_is_given_away_by_the_next_signature() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        write(store, &trail, 150).await;
        rewrite(store, 100).await;
        let expected = broken(65, Damage::Rewritten { until: 128 });
        assert_eq!(verdict(store, &trail).await, expected, "somewhere after the last good signature");
    })
    .await;
}

#[tokio::test]
async fn one_entry_exchanged_for_another_that_is_whole_is_named() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        write(store, &trail, 150).await;
        store
            .write(|tx| {
                let mut entry = rows::range(tx, 33, 33, 1)?.remove(0);
                entry.outcome = "refused".into();
                entry.hash = entry.link().expected();
                tx.execute(
                    "UPDATE audit_entry SET outcome = ?1, hash = ?2 WHERE seq = 33",
                    params![entry.outcome, entry.hash],
                )
            })
            .await
            .unwrap();
        assert_eq!(verdict(store, &trail).await, broken(33, Damage::Replaced));
    })
    .await;
}

#[tokio::test]
async fn a_chain_made_anew_and_signed_with_another_key_is_given_away() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        write(store, &trail, 150).await;
        rewrite(store, 10).await;
        let seed = random_seed().unwrap();
        let own_key = trail.public_keys()[0].id.clone();
        store
            .write(move |tx| {
                let forger = SigningKey::from_seed(own_key.clone(), &seed)?;
                for checkpoint in rows::checkpoints(tx, 1, 1000)? {
                    let entry = rows::range(tx, checkpoint.seq, checkpoint.seq, 1)?.remove(0);
                    let forged = forger.sign(checkpoint.number, entry.seq, checkpoint.at, entry.hash)?;
                    tx.execute("DELETE FROM audit_checkpoint WHERE number = ?1", params![forged.number])?;
                    rows::insert_checkpoint(tx, &forged)?;
                }
                let public = forger.public().bytes;
                tx.execute("UPDATE audit_key SET public_key = ?1", params![public])
            })
            .await
            .unwrap();
        assert_eq!(verdict(store, &trail).await, broken(64, Damage::CheckpointForged));
        // A later start does not take the planted key for its own.
        let opened = Trail::open(store, &vault(store).await).await;
        assert_eq!(opened.err().unwrap().refusal_code(), Some("audit.key_unusable"));
    })
    .await;
}

#[tokio::test]
async fn a_clean_cut_at_the_end_is_given_away_by_what_was_written_down_elsewhere() {
    on_both_engines(async |store| {
        let trail = trail(store).await;
        write(store, &trail, 100).await;
        let checkpoint = trail.checkpoint(store).await.unwrap().unwrap();
        let anchor = Anchor { seq: checkpoint.seq, hash: checkpoint.hash };
        write(store, &trail, 10).await;
        assert!(matches!(trail.verify(store, Some(anchor)).await.unwrap(), Verdict::Intact(_)));
        sql(
            store,
            &[
                "DELETE FROM audit_entry WHERE seq > 90",
                "DELETE FROM audit_checkpoint WHERE seq > 90",
                "UPDATE audit_head SET seq = 90, hash = (SELECT hash FROM audit_entry WHERE seq = 90)",
            ],
        )
        .await;
        assert!(
            matches!(verdict(store, &trail).await, Verdict::Intact(_)),
            "the trail by itself cannot tell"
        );
        assert_eq!(trail.verify(store, Some(anchor)).await.unwrap(), broken(91, Damage::CutOff));
        // Nor can it be covered up by writing on.
        write(store, &trail, 40).await;
        let expected = broken(65, Damage::Rewritten { until: 100 });
        assert_eq!(trail.verify(store, Some(anchor)).await.unwrap(), expected);
    })
    .await;
}

#[tokio::test]
async fn a_cut_that_leaves_a_signature_behind_is_given_away_by_it() {
    tampered(
        &[
            "DELETE FROM audit_entry WHERE seq > 120",
            "UPDATE audit_head SET seq = 120, hash = (SELECT hash FROM audit_entry WHERE seq = 120)",
        ],
        121,
        Damage::CutOff,
    )
    .await;
}

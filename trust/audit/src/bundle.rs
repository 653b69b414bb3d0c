//! Exports that stand for themselves: lines of JSON that anyone can check without the database.
//!
//! `begin`, then each entry in order, then `end`. An entry that was not asked for is only its hashes, so
//! that the chain can be followed across it. Signatures stand after the entry they belong to, and the last
//! line before the end is one, so that all of it is signed.

use std::io::{BufRead, Read, Write};

use kernel::{Context, Refusal, Result};
use serde::{Deserialize, Serialize};
use store::Store;

use crate::chain::Link;
use crate::checker::{Broken, Checker, Damage, Intact, Verdict};
use crate::model::Recorded;
use crate::query::Filter;
use crate::rows;
use crate::sign::{Checkpoint, PublicKey};
use crate::trail::{PAGE, Trail};

const FORMAT: &str = "switchboard-audit/1";
/// Longest line that is read; entries are limited to much less.
const LINE: u64 = 256 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Begin { format: String, first: i64, last: i64, keys: Vec<PublicKey> },
    Entry(Box<Recorded>),
    Omitted(Link),
    Checkpoint(Checkpoint),
    End { entries: i64, omitted: i64 },
}

/// What an export holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Entries that were asked for.
    pub entries: i64,
    /// Entries between them, of which only the hashes are in it.
    pub omitted: i64,
}

/// What the check of a bundle came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleVerdict {
    pub verdict: Verdict,
    /// The keys the bundle claims to be signed with. Compare them with what you know from elsewhere.
    pub keys: Vec<PublicKey>,
    pub exported: Exported,
}

impl Trail {
    /// Writes the wanted entries as a bundle. The trail is signed first, so that it covers everything.
    pub async fn export(
        &self,
        store: &Store,
        filter: &Filter,
        out: &mut (dyn Write + Send),
    ) -> Result<Exported> {
        self.checkpoint(store).await?;
        let wanted = filter.clone();
        let ends = store
            .read(move |tx| {
                let Some((first, last)) = rows::ends(tx, &wanted)? else { return Ok(None) };
                Ok(rows::signed_from(tx, last)?.map(|signed| (first, signed)))
            })
            .await?;
        let (first, last) = ends.ok_or_else(|| Refusal::new("audit.nothing_to_export"))?;
        let keys = self.public_keys().to_vec();
        put(out, &Line::Begin { format: FORMAT.to_owned(), first, last, keys })?;
        let mut exported = Exported::default();
        let mut from = first;
        while from <= last {
            let (entries, checkpoints) = store
                .read(move |tx| {
                    let entries = rows::range(tx, from, last, PAGE)?;
                    let end = entries.last().map_or(from, |entry| entry.seq);
                    Ok((entries, rows::checkpoints(tx, from, end)?))
                })
                .await?;
            let Some(end) = entries.last().map(|entry| entry.seq) else { break };
            from = end + 1;
            write_page(out, filter, entries, &checkpoints, &mut exported)?;
        }
        put(out, &Line::End { entries: exported.entries, omitted: exported.omitted })?;
        out.flush().context("writing the export")?;
        Ok(exported)
    }
}

fn write_page(
    out: &mut (dyn Write + Send),
    filter: &Filter,
    entries: Vec<Recorded>,
    checkpoints: &[Checkpoint],
    exported: &mut Exported,
) -> Result<()> {
    let mut rest = checkpoints;
    for entry in entries {
        let count = rest.partition_point(|checkpoint| checkpoint.seq <= entry.seq);
        let (here, later) = rest.split_at(count);
        rest = later;
        if filter.matches(&entry) {
            exported.entries += 1;
            put(out, &Line::Entry(Box::new(entry)))?;
        } else {
            exported.omitted += 1;
            put(out, &Line::Omitted(entry.link()))?;
        }
        for checkpoint in here {
            put(out, &Line::Checkpoint(checkpoint.clone()))?;
        }
    }
    Ok(())
}

fn put(out: &mut (dyn Write + Send), line: &Line) -> Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    out.write_all(text.as_bytes()).context("writing the export")
}

/// Checks a bundle without any database. With `trusted`, only signatures by that key count; without it the
/// bundle's own keys do, which proves no more than that it is whole.
pub fn verify_bundle(mut bundle: impl BufRead, trusted: Option<&PublicKey>) -> Result<BundleVerdict> {
    let Some(Line::Begin { format, first, last, keys }) = next_line(&mut bundle)? else {
        return Err(Refusal::new("audit.bundle_malformed").with("line", 1).into());
    };
    if format != FORMAT || first < 1 || last < first {
        return Err(Refusal::new("audit.bundle_malformed").with("line", 1).into());
    }
    let allowed = trusted.map_or_else(|| keys.clone(), |key| vec![key.clone()]);
    let mut exported = Exported::default();
    let verdict = walk(&mut bundle, &allowed, (first, last), &mut exported)?;
    Ok(BundleVerdict { verdict, keys, exported })
}

fn walk(
    bundle: &mut impl BufRead,
    keys: &[PublicKey],
    (first, last): (i64, i64),
    exported: &mut Exported,
) -> Result<Verdict> {
    let mut checker =
        if first == 1 { Checker::from_start(keys, None) } else { Checker::from_entry(keys, first) };
    // The entry whose checkpoints are still being read.
    let mut here: Option<(i64, Vec<Checkpoint>)> = None;
    for number in 2_u64.. {
        let malformed = || Refusal::new("audit.bundle_malformed").with("line", number);
        let line = next_line(bundle)?;
        if let Some(Line::Checkpoint(checkpoint)) = line {
            let (_, checkpoints) = here.as_mut().ok_or_else(malformed)?;
            checkpoints.push(checkpoint);
            continue;
        }
        if let Some((seq, checkpoints)) = here.take()
            && let Err(broken) = checker.checkpoints(seq, &checkpoints)
        {
            return Ok(Verdict::Broken(broken));
        }
        let link = match line {
            Some(Line::Entry(entry)) => {
                exported.entries += 1;
                entry.link()
            }
            Some(Line::Omitted(link)) => {
                exported.omitted += 1;
                link
            }
            Some(Line::End { entries, omitted }) => {
                let is_counted = (entries, omitted) == (exported.entries, exported.omitted);
                return Ok(if is_counted { ended(checker, last).into() } else { cut_off(checker.next()) });
            }
            None => return Ok(cut_off(checker.next())),
            Some(Line::Begin { .. } | Line::Checkpoint(_)) => return Err(malformed().into()),
        };
        if let Err(broken) = checker.entry(&link) {
            return Ok(Verdict::Broken(broken));
        }
        here = Some((link.seq, Vec::new()));
    }
    Ok(cut_off(checker.next()))
}

/// All of a bundle has to be signed, not only chained.
fn ended(checker: Checker<'_>, last: i64) -> Result<Intact, Broken> {
    let intact = checker.finish()?;
    if intact.last < last {
        Err(Broken { seq: intact.last + 1, damage: Damage::CutOff })
    } else if intact.signed < last {
        Err(Broken { seq: intact.signed + 1, damage: Damage::CheckpointMissing })
    } else {
        Ok(intact)
    }
}

fn cut_off(seq: i64) -> Verdict {
    Verdict::Broken(Broken { seq, damage: Damage::CutOff })
}

fn next_line(bundle: &mut impl BufRead) -> Result<Option<Line>> {
    let mut text = String::new();
    bundle.take(LINE).read_line(&mut text).context("reading the bundle")?;
    if text.is_empty() {
        return Ok(None);
    }
    // A line that is not one of ours was changed, or is of another kind of file.
    serde_json::from_str(&text).map(Some).map_err(|_| Refusal::new("audit.bundle_unreadable").into())
}

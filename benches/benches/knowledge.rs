//! How well the help finds, and how fast: public sets of questions with their right answers, the same with
//! slips of the finger, and a hundred thousand articles on one core.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use audit::{Actor, Trail};
use directory::Directories;
use hdrhistogram::Histogram;
use kernel::{Language, SystemClock};
use knowledge::{Knowledge, Reader, Search, SourceFile};
use serde_json::Value;
use store::{Options, Store};
use vault::{KeyRing, MasterKey, Vault};

const ARTICLES: usize = 100_000;
const AT_ONCE: usize = 20_000;
const TITLE: usize = 150;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        quality("bank-knowledge", "bank-knowledge/docs.jsonl", "bank-knowledge/queries.jsonl").await;
        quality("faq", "share-alike/faq-docs.jsonl", "share-alike/faq-queries.jsonl").await;
        speed().await;
    });
}

/// A knowledge of its own, over a file that is gone afterwards.
async fn fresh(folder: &Path) -> Knowledge {
    let address = format!("sqlite:{}", folder.join("bench.db").display());
    let store = Store::open(Options::from_url(&address).unwrap(), Arc::new(SystemClock)).await.unwrap();
    store.migrate().await.unwrap();
    let ring = KeyRing::new(MasterKey::parse(&"1".repeat(64)).unwrap(), Vec::new());
    let vault = Vault::open(&store, ring).await.unwrap();
    let trail = Trail::open(&store, &vault).await.unwrap();
    let directories = Directories::open(store.clone()).await.unwrap();
    Knowledge::open(store, trail, directories, vec!["en".parse().unwrap()]).await.unwrap()
}

async fn fill(knowledge: &Knowledge, files: &[SourceFile]) {
    for some in files.chunks(AT_ONCE) {
        let imported = knowledge.import(some, &Actor::system(), "bench").await.unwrap();
        let errors: Vec<_> = imported.findings.iter().filter(|one| one.code != "no_review_date").collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    knowledge.catch_up().await.unwrap();
}

fn lines(path: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(path);
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A text as a file: its marks are letters, and what does not fit a title begins the body.
fn article(number: usize, title: &str, body: &str) -> SourceFile {
    let flat: String = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = flat.chars().take(TITLE).collect();
    let title = serde_json::to_string(&short).unwrap();
    let escaped: String = body
        .lines()
        .map(|line| {
            let escape = |c: char| if c.is_ascii_punctuation() { vec!['\\', c] } else { vec![c] };
            line.trim().chars().flat_map(escape).chain(['\n']).collect::<String>()
        })
        .collect();
    let body = if escaped.trim().is_empty() { ".".to_owned() } else { escaped };
    let text = format!("+++\ntitle = {title}\nkind = \"faq\"\n+++\n\n{body}\n");
    SourceFile { path: format!("en/d{number}.md"), text }
}

async fn quality(name: &str, documents: &str, questions: &str) {
    let folder = tempfile::tempdir().unwrap();
    let knowledge = fresh(folder.path()).await;
    let (mut ids, mut files) = (Vec::new(), Vec::new());
    for (number, line) in lines(documents).iter().enumerate() {
        let text = |names: [&str; 2]| names.iter().find_map(|name| line[*name].as_str()).unwrap().to_owned();
        ids.push(line["id"].as_str().unwrap().to_owned());
        files.push(article(number, &text(["title", "question"]), &text(["content", "answer"])));
    }
    fill(&knowledge, &files).await;
    let questions: Vec<(String, HashSet<String>)> = lines(questions)
        .iter()
        .map(|line| {
            let right = line["relevant"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned());
            (line["query"].as_str().unwrap().to_owned(), right.collect())
        })
        .collect();
    let score = |slips: Slips| {
        let mut random = Random(7);
        let all = questions.iter().map(|(question, right)| {
            let asked = slips.in_text(question, &mut random);
            ndcg(&found(&knowledge, &ids, &asked), right)
        });
        let all: Vec<f64> = all.collect();
        all.iter().sum::<f64>() / f64::from(u32::try_from(all.len()).unwrap())
    };
    let clean = score(Slips::None);
    println!("{name}: nDCG@10 {clean:.3} over {} questions", questions.len());
    for (told, slips) in [
        ("one slip a question", Slips::One),
        ("a slip in every tenth long word", Slips::EachOf(10)),
        ("a slip in every fifth long word", Slips::EachOf(5)),
    ] {
        let slipped = score(slips);
        println!("  {told}: {slipped:.3} ({:+.1} %)", (slipped / clean - 1.0) * 100.0);
    }
}

fn found(knowledge: &Knowledge, ids: &[String], question: &str) -> Vec<String> {
    let language: Language = "en".parse().unwrap();
    let search =
        Search { text: question, language: &language, reader: Reader::Anybody, typing: false, limit: 10 };
    let hits = knowledge.search(&search).unwrap().hits;
    hits.iter().map(|hit| ids[hit.entry.slug[1..].parse::<usize>().unwrap()].clone()).collect()
}

fn ndcg(found: &[String], right: &HashSet<String>) -> f64 {
    let gain = |place: usize| 1.0 / f64::from(u32::try_from(place + 2).unwrap()).log2();
    let got: f64 =
        found.iter().enumerate().filter(|(_, id)| right.contains(*id)).map(|(place, _)| gain(place)).sum();
    got / (0..right.len().min(10)).map(gain).sum::<f64>()
}

#[derive(Clone, Copy)]
enum Slips {
    None,
    One,
    EachOf(u64),
}

impl Slips {
    fn in_text(self, text: &str, random: &mut Random) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        let long = |word: &str| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        let places: Vec<usize> = (0..words.len()).filter(|place| long(words[*place])).collect();
        let chosen: HashSet<usize> = match self {
            Self::None => HashSet::new(),
            Self::One if places.is_empty() => HashSet::new(),
            Self::One => HashSet::from([places[random.below(places.len())]]),
            Self::EachOf(one_of) => {
                places.into_iter().filter(|_| random.next().is_multiple_of(one_of)).collect()
            }
        };
        let slipped = words.iter().enumerate().map(|(place, word)| {
            if chosen.contains(&place) { slip(word, random) } else { (*word).to_owned() }
        });
        slipped.collect::<Vec<_>>().join(" ")
    }
}

/// A letter swapped, dropped, doubled or hit beside, never the first.
fn slip(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + random.below(letters.len() - 2);
    match random.below(4) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        _ => letters[at] = char::from(b'a' + u8::try_from(random.below(26)).unwrap()),
    }
    letters.into_iter().collect()
}

/// Repeats itself with the same seed, so that two runs measure the same.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap() % limit
    }
}

async fn speed() {
    let folder = tempfile::tempdir().unwrap();
    let knowledge = fresh(folder.path()).await;
    let sentences: Vec<String> = lines("bank-knowledge/docs.jsonl")
        .iter()
        .flat_map(|line| {
            let text = line["content"].as_str().unwrap().replace(['*', '#', '|', '`'], " ");
            let parts: Vec<String> = text.split(['.', '\n']).map(|part| part.trim().to_owned()).collect();
            parts.into_iter().filter(|part| part.split_whitespace().count() > 5).collect::<Vec<_>>()
        })
        .collect();
    let mut random = Random(11);
    let mut pick = || sentences[random.below(sentences.len())].clone();
    let mut titles = Vec::new();
    let files: Vec<SourceFile> = (0..ARTICLES)
        .map(|number| {
            let title: String = pick().split_whitespace().take(9).collect::<Vec<_>>().join(" ");
            let body: Vec<String> = (0..8).map(|_| pick()).collect();
            titles.push(title.clone());
            article(number, &title, &format!("{}. Article {number}.", body.join(". ")))
        })
        .collect();
    let begun = Instant::now();
    fill(&knowledge, &files).await;
    println!("{ARTICLES} articles imported and shelved in {:.1} s", begun.elapsed().as_secs_f64());
    drop(files);
    let begun = Instant::now();
    knowledge.rebuild().await.unwrap();
    println!("shelves rebuilt in {:.1} s", begun.elapsed().as_secs_f64());
    let weight = knowledge.weight().unwrap();
    let mib = |bytes: usize| bytes / (1024 * 1024);
    println!("index {} MiB, words of the texts {} MiB", mib(weight.index), mib(weight.words));
    let mut random = Random(13);
    let question = |random: &mut Random| {
        let title = &titles[random.below(titles.len())];
        let words: Vec<&str> = title.split_whitespace().collect();
        let from = random.below(words.len().saturating_sub(4).max(1));
        words[from..words.len().min(from + 5)].join(" ")
    };
    let whole: Vec<String> = (0..4_000).map(|_| question(&mut random)).collect();
    let slipped: Vec<String> = whole.iter().map(|one| Slips::One.in_text(one, &mut random)).collect();
    let typed: Vec<String> = whole
        .iter()
        .map(|one| {
            let letters = one.chars().count();
            one.chars().take(3 + random.below(letters.saturating_sub(3).max(1))).collect()
        })
        .collect();
    for (told, questions, typing) in [
        ("five words, with excerpts", &whole, false),
        ("the same with one slip each", &slipped, false),
        ("as you type", &typed, true),
    ] {
        measure(&knowledge, told, questions, typing);
    }
}

/// What this thread has had of the processor: the machine is shared.
fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split_whitespace().next().unwrap().parse().unwrap())
}

fn measure(knowledge: &Knowledge, told: &str, questions: &[String], typing: bool) {
    let language: Language = "en".parse().unwrap();
    let ask = |text: &str| {
        let search = Search { text, language: &language, reader: Reader::Anybody, typing, limit: 10 };
        knowledge.search(&search).unwrap().hits.len()
    };
    let warm: usize = questions.iter().take(200).map(|one| ask(one)).sum();
    assert!(warm > 0, "something is found");
    let mut times = Histogram::<u64>::new_with_bounds(1, 10_000_000, 3).unwrap();
    let (begun, worked) = (Instant::now(), processor_time());
    for question in questions {
        let asked = Instant::now();
        std::hint::black_box(ask(question));
        times.record(u64::try_from(asked.elapsed().as_micros()).unwrap().max(1)).unwrap();
    }
    let (whole, worked) = (begun.elapsed(), processor_time().saturating_sub(worked));
    let rate = |time: Duration| f64::from(u32::try_from(questions.len()).unwrap()) / time.as_secs_f64();
    let (rate, alone) = (rate(whole), rate(worked));
    let at = |quantile: f64| times.value_at_quantile(quantile);
    println!(
        "{told}: {rate:.0} q/s ({alone:.0} a second of the processor), p50 {} µs, p99 {} µs, worst {} µs",
        at(0.5),
        at(0.99),
        times.max()
    );
}

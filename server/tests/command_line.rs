//! The command line as an operator uses it, in process, each test with a data folder of its own.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use switchboard::cli::Cli;
use switchboard::{Output, run};
use tempfile::TempDir;
use words::Catalogue;

struct Operator {
    folder: TempDir,
}

impl Operator {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("settings.toml"), "listen = '127.0.0.1:0'\n").unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command; returns whether it succeeded and what it printed, refusals included.
    async fn types(&self, command: &str) -> (bool, String) {
        let (settings, data) = (self.path("settings.toml"), self.path("data"));
        let fixed = ["switchboard", "--lang", "en", "--settings", settings.to_str().unwrap()];
        let fixed = fixed.into_iter().chain(["--data", data.to_str().unwrap()]);
        let cli = Cli::try_parse_from(fixed.chain(command.split_whitespace())).unwrap();
        let catalogue = Catalogue::load().unwrap();
        let mut printed = Vec::new();
        let done = run(cli, &catalogue, &mut printed).await;
        let done = done.unwrap_or_else(|error| {
            Output::new(&catalogue, Some("en"), &mut printed).trouble(&error).unwrap();
            ExitCode::FAILURE
        });
        (done == ExitCode::SUCCESS, String::from_utf8(printed).unwrap())
    }
}

fn example() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join("institutions/ally/directory.toml").display().to_string()
}

#[tokio::test]
async fn migrate_says_what_it_did_and_then_that_there_is_nothing_to_do() {
    let operator = Operator::new();
    let (done, first) = operator.types("migrate").await;
    assert!(done && first.contains("Applied 0001_events"), "{first}");
    let (done, second) = operator.types("migrate").await;
    assert!(done && !second.contains("Applied") && second.contains("up to date"), "{second}");
}

#[tokio::test]
async fn doctor_finds_nothing_bad_in_a_fresh_place_and_says_what_is_missing() {
    let operator = Operator::new();
    operator.types("migrate").await;
    let (done, report) = operator.types("doctor").await;
    assert!(done, "{report}");
    assert!(report.contains("The database answers: SQLite"), "{report}");
    assert!(report.contains("No institution is set"), "{report}");
    assert!(report.contains("Set \"institution\""), "a warning says what to do: {report}");
}

#[tokio::test]
async fn doctor_fails_on_a_place_it_cannot_use_and_says_what_to_do() {
    let operator = Operator::new();
    std::fs::write(operator.path("data"), "a file where a folder should be").unwrap();
    let (done, report) = operator.types("doctor").await;
    assert!(!done && report.contains("✗") && report.contains("--data"), "{report}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = format!("listen = '{}'\ninstitution = '/nowhere'", taken.local_addr().unwrap());
    std::fs::write(operator.path("settings.toml"), settings).unwrap();
    let (_, report) = operator.types("doctor").await;
    assert!(report.contains("already listens"), "{report}");
    assert!(report.contains("/nowhere/directory.toml is missing"), "{report}");
    let (_, report) = operator.types("--database mysql://here doctor").await;
    assert!(report.contains("could not be opened: This is not a database address."), "{report}");
}

#[tokio::test]
async fn a_directory_is_imported_asked_shown_and_exported_to_the_byte() {
    let operator = Operator::new();
    let (done, told) = operator.types(&format!("directory import {}", example())).await;
    assert!(done && told.contains("Recorded."), "{told}");
    let (done, told) = operator.types(&format!("directory import {}", example())).await;
    assert!(done && told.contains("Nothing to do"), "{told}");

    let (done, told) =
        operator.types("directory who title release --audience dealer --at 2026-11-23T10:00").await;
    assert!(done && told.contains("(888) 919-2559") && told.contains("Open, closes at 6:30 PM"), "{told}");
    assert!(told.starts_with("Monday, November 23, 10 AM, Eastern Time"), "{told}");
    let (done, told) = operator.types("directory who pineapple pizza").await;
    assert!(!done && told.contains("No topic"), "{told}");

    let (_, told) = operator.types("directory ship FedEx lease contract").await;
    assert!(told.contains("38153") && told.contains("4:30 AM CST"), "{told}");
    let (_, told) = operator.types("directory menu 855-720-2559").await;
    assert!(told.contains("3  Customer Interview") && told.contains("7  Ally Plus"), "{told}");
    let (_, told) = operator.types("directory show").await;
    for number in ["(800) 697-3337", "(800) 343-4541", "(877) 709-6084", "KY 40290-1951"] {
        assert!(told.contains(number), "{number} is shown");
    }

    let out = operator.path("out.toml");
    operator.types(&format!("directory export -o {}", out.display())).await;
    assert_eq!(std::fs::read(out).unwrap(), std::fs::read(example()).unwrap());
}

#[tokio::test]
async fn what_was_published_then_is_told_apart_from_what_is_known_now() {
    let operator = Operator::new();
    operator.types(&format!("directory import {}", example())).await;
    let text = std::fs::read_to_string(example()).unwrap();
    let moved = operator.path("moved.toml");
    std::fs::write(&moved, text.replace("888-919-2559", "888-925-2559")).unwrap();
    let (_, editions) = operator.types("directory show --editions").await;
    let first = editions.split_whitespace().next().unwrap().to_owned();
    let (done, told) = operator
        .types(&format!("directory import {} --effective 2024-06-01 --note moved", moved.display()))
        .await;
    assert!(done, "{told}");
    let (_, before) = operator.types("directory who title release --at 2023-09-01").await;
    let (_, after) = operator.types("directory who title release --at 2024-06-01T12:00").await;
    assert!(before.contains("919-2559") && after.contains("925-2559"), "{before}{after}");
    let (_, changes) = operator.types(&format!("directory diff {first} {}", moved.display())).await;
    assert!(changes.contains("+18889192559 → +18889252559"), "{changes}");
    let (_, none) = operator.types(&format!("directory diff {first} 2023-09-01")).await;
    assert!(none.contains("say the same"), "{none}");
}

#[tokio::test]
async fn a_bad_file_is_answered_with_its_place_and_nothing_is_recorded() {
    let operator = Operator::new();
    let text = std::fs::read_to_string(example()).unwrap();
    let line = text.lines().position(|line| line.contains("+1 888-919-2559")).unwrap() + 1;
    let bad = operator.path("bad.toml");
    std::fs::write(&bad, text.replace("+1 888-919-2559", "call us")).unwrap();
    for command in ["check", "import"] {
        let (done, told) = operator.types(&format!("directory {command} {}", bad.display())).await;
        assert!(!done && told.contains(&format!("bad.toml:{line}:")), "{told}");
        assert!(told.contains('→'), "it says how to mend it: {told}");
    }
    let (done, told) = operator.types("directory show --editions").await;
    assert!(done && told.is_empty(), "{told}");
    let (done, told) = operator.types("directory import /nowhere.toml").await;
    assert!(!done && told.contains("/nowhere.toml"), "{told}");
}

#[tokio::test]
async fn asking_an_empty_centre_says_what_to_do() {
    let operator = Operator::new();
    let (done, told) = operator.types("directory who payoff").await;
    assert!(!done && told.contains("Import one"), "{told}");
}

#[tokio::test]
async fn the_master_key_is_changed_without_touching_data_and_a_wrong_one_is_refused() {
    let operator = Operator::new();
    let (done, told) = operator.types("vault rotate").await;
    assert!(done && told.contains("no longer needed"), "a first key is made: {told}");
    let new = operator.path("new.key");
    let (done, _) = operator.types(&format!("vault generate {}", new.display())).await;
    assert!(done);
    let (done, told) = operator.types(&format!("vault generate {}", new.display())).await;
    assert!(!done && told.contains("already a file"), "{told}");

    let only_new = format!("[vault]\nkey = {{ file = '{}' }}\n", new.display());
    std::fs::write(operator.path("settings.toml"), &only_new).unwrap();
    let (done, told) = operator.types("vault rotate").await;
    assert!(!done && told.contains("not the one that encrypted"), "the old key is still needed: {told}");
    let (done, told) = operator.types("doctor").await;
    assert!(!done && told.contains("does not open"), "{told}");

    let old = operator.path("data/master.key");
    let both = format!("{only_new}retired = [{{ file = '{}' }}]\n", old.display());
    std::fs::write(operator.path("settings.toml"), both).unwrap();
    let (done, told) = operator.types("vault rotate").await;
    assert!(done && told.contains("wrapped anew"), "{told}");
    std::fs::write(operator.path("settings.toml"), &only_new).unwrap();
    std::fs::remove_file(old).unwrap();
    let (done, told) = operator.types("vault rotate").await;
    assert!(done, "the new key is enough: {told}");
}

#[tokio::test]
async fn without_its_master_key_an_encrypted_centre_does_not_start() {
    let operator = Operator::new();
    operator.types("vault rotate").await;
    std::fs::remove_file(operator.path("data/master.key")).unwrap();
    let (done, told) = operator.types("serve").await;
    assert!(!done && told.contains("master key file"), "{told}");
}

impl Operator {
    fn with_institution() -> Self {
        let operator = Self::new();
        let folder = Path::new(&example()).parent().unwrap().display().to_string();
        std::fs::write(operator.path("settings.toml"), format!("institution = '{folder}'\n")).unwrap();
        operator
    }
}

#[tokio::test]
async fn the_first_administrator_comes_from_the_command_line_and_gets_a_link_once() {
    let operator = Operator::with_institution();
    let add = "staff add --name Ada --email ada@bank.example --role administrator";
    let (done, told) = operator.types(add).await;
    assert!(done && told.contains("http://localhost:8080/desk/sign-in/link/"), "{told}");
    let (done, told) = operator.types(add).await;
    assert!(!done && !told.contains("/link/"), "an address is somebody's alone: {told}");
    let (done, told) = operator.types("staff list").await;
    assert!(done && told.contains("ada@bank.example  Ada  active  administrator"), "{told}");
    let (done, told) = operator.types("staff link ada@bank.example").await;
    assert!(done && told.contains("/link/"), "{told}");
    let (done, told) = operator.types("staff link nobody@bank.example").await;
    assert!(!done && told.contains("staff list"), "{told}");
    let (done, told) = operator.types("staff add --name B --email b@bank.example --role king").await;
    assert!(!done, "{told}");
}

#[tokio::test]
async fn without_an_institution_there_is_no_staff_and_it_says_so() {
    let (done, told) = Operator::new().types("staff list").await;
    assert!(!done && told.contains("No institution is set"), "{told}");
}

#[tokio::test]
async fn a_programs_token_is_made_shown_once_listed_and_revoked() {
    let operator = Operator::with_institution();
    let (done, told) = operator.types("token add Mail-robot --scope conversation.read --queue payoffs").await;
    assert!(done && told.contains("  swb_"), "{told}");
    let (done, listed) = operator.types("token list").await;
    assert!(done && listed.contains("  works  ") && !listed.contains("swb_"), "{listed}");
    assert!(listed.trim().ends_with("  -  payoffs  conversation.read  Mail-robot"), "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    let (done, told) = operator.types(&format!("token revoke {id}")).await;
    assert!(done, "{told}");
    assert!(operator.types("token list").await.1.contains("  revoked  "));
    for wrong in [&format!("token revoke {id}"), "token revoke nonsense", "token add x --scope staff.manage"]
    {
        assert!(!operator.types(wrong).await.0, "{wrong}");
    }
    assert!(!operator.types("token add x --scope conversation.read --days 400").await.0, "it must end");
}

#[tokio::test]
async fn what_was_done_is_in_the_trail_and_an_export_is_checked_without_the_database() {
    let operator = Operator::with_institution();
    operator.types("staff add --name Ada --email ada@bank.example --role administrator").await;
    let (done, told) = operator.types("audit verify").await;
    assert!(done && told.contains("whole"), "{told}");
    let (_, key) = operator.types("audit key").await;
    let file = operator.path("trail.jsonl");
    let (done, told) = operator.types(&format!("audit export {}", file.display())).await;
    assert!(done, "{told}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("staff.add") && text.contains("audit.export"), "both are in it");
    assert!(!text.contains("ada@bank.example"), "no personal data is");
    let verify = format!("audit verify --bundle {} --key {}", file.display(), key.trim());
    let (done, told) = operator.types(&verify).await;
    assert!(done && told.contains("whole"), "{told}");

    let (done, told) = operator.types(&format!("audit export {}", file.display())).await;
    assert!(!done && told.contains("does not exist yet"), "nothing is overwritten: {told}");
    std::fs::write(&file, text.replace("staff.add", "staff.art")).unwrap();
    let (done, told) = operator.types(&verify).await;
    assert!(!done && told.contains("is not what was written"), "{told}");
}

/// An institution with two intents and few examples, so that learning takes a moment.
fn small_institution(operator: &Operator) -> PathBuf {
    let folder = operator.path("institution");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(example(), folder.join("directory.toml")).unwrap();
    let intents = "schema = 1\nmodel = 'shipped.model'\n\
        [[examples]]\nfile = 'asked.csv'\ntext = 'text'\nlabel = 'intent'\n\
        [[intent]]\nid = 'lost'\nname = { en = 'Card lost', es = 'Tarjeta perdida' }\ntopic = 'complex-question'\n\
        urgency = 'high'\n\
        [[intent]]\nid = 'fee'\nname = { en = 'Fee', es = 'Comisión' }\ntopic = 'billing-discrepancy'\n\
        [[cue]]\nurgency = 'urgent'\nphrases.es = ['me robaron']\n";
    std::fs::write(folder.join("triage.toml"), intents).unwrap();
    let mut asked = "text,intent\n".to_owned();
    for when in
        ["today", "yesterday", "this morning", "last night", "on monday", "in town", "at work", "abroad"]
    {
        use std::fmt::Write as _;
        write!(asked, "i lost my card {when},lost\nwhy this fee {when},fee\nplay some music {when},\n")
            .unwrap();
    }
    std::fs::write(folder.join("asked.csv"), asked).unwrap();
    let settings = format!("institution = '{}'\n", folder.display());
    std::fs::write(operator.path("settings.toml"), settings).unwrap();
    folder
}

#[tokio::test]
async fn a_model_is_made_measured_tried_and_not_used_when_it_is_damaged() {
    let operator = Operator::new();
    let (done, told) = operator.types("triage try hello").await;
    assert!(!done && told.contains("No institution is set"), "{told}");
    let folder = small_institution(&operator);
    let shipped = folder.join("shipped.model");
    let (done, told) = operator.types(&format!("triage train --out {}", shipped.display())).await;
    assert!(done && told.contains("2 labels") && told.contains("16 messages with an intent"), "{told}");
    let (done, told) = operator.types("triage check").await;
    assert!(done && told.contains("All topics") && told.contains("is what its examples"), "{told}");

    let (done, told) = operator.types("triage try I lost my card in the tram").await;
    assert!(done && told.contains("Card lost (lost)") && told.contains("Urgency: high"), "{told}");
    let (done, told) = operator.types("triage try ¡Me robaron!").await;
    assert!(!done && told.contains("Not sure enough") && told.contains("Urgency: urgent"), "{told}");
    let lines = operator.path("lines.txt");
    std::fs::write(&lines, "why this fee\nplay some music\n").unwrap();
    let (done, told) = operator.types(&format!("triage try --lines {}", lines.display())).await;
    assert!(done && told.starts_with("fee\tbilling-discrepancy\tnormal\t"), "{told}");
    assert!(told.ends_with("\n-\t-\tnormal\t-\n"), "{told}");

    let asked = folder.join("asked.csv");
    let (done, told) = operator.types(&format!("triage check {}", asked.display())).await;
    assert!(
        done && told.contains("100.0 % of 16 messages") && told.contains("of 8 messages out of"),
        "{told}"
    );
    let (done, told) = operator.types(&format!("triage check {} --label topic", asked.display())).await;
    assert!(!done && told.contains("no column topic"), "{told}");
    std::fs::write(&asked, "text,intent\nsomething else,fee\n").unwrap();
    let (done, told) = operator.types("triage check").await;
    assert!(!done && told.contains("labels with enough examples"), "{told}");

    // A model of the centre's own goes first, and is not silently left aside when it is damaged.
    std::fs::create_dir_all(operator.path("data")).unwrap();
    std::fs::write(operator.path("data/triage.model"), "scribbles").unwrap();
    let (done, told) = operator.types("triage try I lost my card").await;
    assert!(!done && told.contains("no whole model: not a model"), "{told}");
    std::fs::write(operator.path("data/triage.model"), b"SWBTRIAGE\x00of another time").unwrap();
    let (done, told) = operator.types("triage try I lost my card").await;
    assert!(done && told.contains("Card lost"), "the shipped one serves until it is trained again: {told}");
}

#[tokio::test]
async fn topics_taught_by_own_examples_become_labels_and_unknown_ones_are_told() {
    let operator = Operator::new();
    let folder = small_institution(&operator);
    let own = operator.path("own.csv");
    let asked: String = (0..8)
        .map(|n| format!("the title of my vehicle {n},title-lien-releases\n"))
        .collect::<Vec<_>>()
        .concat();
    std::fs::write(&own, format!("text,topic\n{asked}once only,gap\n")).unwrap();
    // To read conversations the whole centre is opened, which wants the rest of an institution.
    std::fs::create_dir(folder.join("policies")).unwrap();
    let files = ["dispositions.toml", "queues.toml", "automation.toml", "replies.toml"];
    for file in files.into_iter().chain(["policies/staff.cedar", "policies/schema.cedarschema"]) {
        std::fs::copy(Path::new(&example()).with_file_name(file), folder.join(file)).unwrap();
    }
    let (done, told) = operator.types(&format!("triage train --own --also {}", own.display())).await;
    assert!(done && told.contains("topic:gap has only one example"), "{told}");
    assert!(told.contains("3 labels") && told.contains("from its next start"), "{told}");
    let (done, told) = operator.types("triage try where is the title of my vehicle").await;
    assert!(done && told.contains("Topic: title-lien-releases"), "{told}");
    let trail = operator.path("trail.jsonl");
    operator.types(&format!("audit export {}", trail.display())).await;
    let trail = std::fs::read_to_string(trail).unwrap();
    assert!(trail.contains("triage.learn"), "that conversations were read is on record");

    let intents = std::fs::read_to_string(folder.join("triage.toml")).unwrap();
    std::fs::write(folder.join("triage.toml"), intents.replace("billing-discrepancy", "billing")).unwrap();
    std::fs::copy(operator.path("data/triage.model"), folder.join("shipped.model")).unwrap();
    let (done, told) = operator.types("triage check").await;
    assert!(!done && told.contains("names the topic billing, which is not in the directory"), "{told}");
    assert!(told.contains("made of other examples") && told.contains("--out"), "{told}");
}

//! `switchboard triage …`: make a model, measure it, try it.

mod files;
mod own;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use ::triage::{Measure, Model, Reading, Recipe, TaggedText, Trained, Triage, Urgency, measure, train};
use clap::Subcommand;
use kernel::{Refusal, Result};

use self::files::Setup;
use crate::directory::sound;
use crate::{Output, Settings};
pub(crate) use files::open;

#[derive(Debug, Subcommand)]
pub enum TriageCommand {
    /// Learn from the institution's examples and write the centre's own model
    Train {
        /// More examples: a CSV file with the columns `text` and `topic` (ids of the directory's topics)
        #[arg(long, value_name = "FILE")]
        also: Vec<PathBuf>,
        /// Learn from the centre's own closed conversations as well: what was written first, and the topic
        #[arg(long)]
        own: bool,
        /// File to write [default: triage.model in the data folder]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Measure: without a file by learning again with examples held out in turn, else on the file's messages
    Check {
        /// A CSV file of messages that the model has not learnt from
        file: Option<PathBuf>,
        /// The column of messages
        #[arg(long, value_name = "COLUMN", default_value = "text")]
        text: String,
        /// The column of intents; an empty cell or `oos` is out of scope [default: label, intent or category]
        #[arg(long, value_name = "COLUMN")]
        label: Option<String>,
        /// All of the file is out of scope
        #[arg(long, conflicts_with = "label")]
        out_of_scope: bool,
    },
    /// Say what a message is about, or each line of a file: intent, topic, urgency and confidence
    Try {
        #[arg(required_unless_present = "lines")]
        message: Vec<String>,
        /// Print a line with tabs for each line of this file; `-` stands for silence
        #[arg(long, value_name = "FILE", conflicts_with = "message")]
        lines: Option<PathBuf>,
    },
}

/// How the public set of out-of-scope questions marks them.
const OUT_OF_SCOPE: &str = "oos";

pub(crate) async fn run(
    command: TriageCommand,
    settings: &Settings,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    match command {
        TriageCommand::Train { also, own, out } => {
            let mut more = if own { own::examples(settings).await? } else { Vec::new() };
            for file in &also {
                more.extend(of_topics(files::table(file, "text", Some("topic"))?));
            }
            learn(settings, more, out, output)
        }
        TriageCommand::Check { file: None, .. } => check(settings, output),
        TriageCommand::Check { file: Some(file), text, label, out_of_scope } => {
            let label =
                if out_of_scope { None } else { Some(label.map_or_else(|| files::label_column(&file), Ok)?) };
            let mut messages = files::table(&file, &text, label.as_deref())?;
            for message in &mut messages {
                message.label = message.label.take().filter(|label| label != OUT_OF_SCOPE);
            }
            examine(settings, &messages, output)
        }
        TriageCommand::Try { lines: Some(file), .. } => try_lines(settings, &file, output),
        TriageCommand::Try { message, lines: None } => {
            let text = message.join(" ");
            let triage = needed(settings)?;
            say(&triage, &text, &triage.read(&text), output)
        }
    }
}

fn needed(settings: &Settings) -> Result<Triage> {
    if settings.institution.is_none() {
        return Err(Refusal::new("settings.institution_unset").into());
    }
    Ok(open(settings)?.ok_or_else(|| Refusal::new("triage.not_set_up"))?)
}

/// Examples of topics of the directory, which need no intent; without a topic they stay out of scope.
fn of_topics(examples: Vec<TaggedText>) -> impl Iterator<Item = TaggedText> {
    examples.into_iter().map(|TaggedText { text, label }| match label {
        Some(topic) => TaggedText::of_topic(text, &topic),
        None => TaggedText { text, label },
    })
}

fn learn(
    settings: &Settings,
    more: Vec<TaggedText>,
    out: Option<PathBuf>,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    let setup = Setup::needed(settings)?;
    let mut examples = setup.examples()?;
    examples.extend(more);
    let words = output.words.clone();
    output.line(words.message("triage-learning").with("count", examples.len()))?;
    let Trained { model, measure, too_few } = train(&examples, &Recipe::default())?;
    // What cannot be used must not be written.
    let triage = Triage::new(model, setup.intents)?;
    for (label, count) in &too_few {
        output.line(words.message("triage-left-out").with("label", label.as_str()).with("count", *count))?;
    }
    let bytes = triage.model().to_bytes()?;
    let own = out.is_none();
    let file = out.unwrap_or_else(|| files::own_place(settings));
    files::write(&file, &bytes)?;
    let made = words.message("triage-made").with("file", file.display().to_string());
    let mib = format!("{:.1}", part(bytes.len(), 1 << 20));
    output.line(made.with("labels", triage.model().labels().len()).with("mib", mib))?;
    output.line(words.text("triage-measured"))?;
    print(&measure, output)?;
    if own {
        output.line(words.text("triage-used"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether everything fits together, and how good the recipe is on the institution's examples.
fn check(settings: &Settings, output: &mut Output<'_>) -> Result<ExitCode> {
    let setup = Setup::needed(settings)?;
    let words = output.words.clone();
    let directory = sound(&setup.directory_place())?;
    let unknown: Vec<_> =
        setup.intents.iter().filter(|intent| directory.topic(&intent.topic).is_none()).collect();
    for intent in &unknown {
        let message = || words.message("triage-topic-unknown").with("intent", intent.id.as_str());
        let message = || message().with("topic", intent.topic.as_str());
        output.line(format_args!("{}\n  {}", message(), message().attribute("remedy")))?;
    }
    if unknown.is_empty() {
        output.line(words.text("triage-topics-known"))?;
    }
    let examples = setup.examples()?;
    let current =
        tell_age(&files::model(&setup.shipped_place())?, &setup.shipped_place(), &examples, output)?;
    if let Some(file) = files::own(settings) {
        let model = files::model(&file)?;
        let message = words.message("triage-model-own").with("file", file.display().to_string());
        output.line(message.with("count", model.examples()))?;
    }
    let trained = train(&examples, &Recipe::default())?;
    output.line(words.text("triage-measured"))?;
    print(&trained.measure, output)?;
    Ok(if unknown.is_empty() && current { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether the model is what these examples make.
fn tell_age(model: &Model, file: &Path, examples: &[TaggedText], output: &mut Output<'_>) -> Result<bool> {
    let words = output.words.clone();
    let current = model.made_from() == Recipe::default().digest(examples);
    let file = file.display().to_string();
    if current {
        output.line(words.message("triage-model-current").with("file", file))?;
    } else {
        let message = || words.message("triage-model-stale").with("file", file.clone());
        output.line(format_args!("{}\n  {}", message(), message().attribute("remedy")))?;
    }
    Ok(current)
}

/// The model in use, on messages of others.
fn examine(settings: &Settings, messages: &[TaggedText], output: &mut Output<'_>) -> Result<ExitCode> {
    let triage = needed(settings)?;
    let file = match files::own(settings) {
        Some(file) => file,
        None => Setup::needed(settings)?.shipped_place(),
    };
    let words = output.words.clone();
    let began = Instant::now();
    let measure = measure(triage.model(), messages);
    let micros = began.elapsed().as_secs_f64() * 1e6 / part(messages.len().max(1), 1);
    output.line(words.message("triage-measured-file").with("file", file.display().to_string()))?;
    print(&measure, output)?;
    output.line(words.message("triage-time").with("micros", format!("{micros:.0}")))?;
    Ok(ExitCode::SUCCESS)
}

fn print(measure: &Measure, output: &mut Output<'_>) -> Result<()> {
    let words = output.words.clone();
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    if measure.in_scope > 0 {
        let accuracy = words.message("triage-accuracy").with("share", percent(measure.accuracy()));
        output.line(format_args!("  {}", accuracy.with("count", measure.in_scope)))?;
        let precision = words.message("triage-precision").with("share", percent(measure.precision()));
        output.line(format_args!("  {precision}"))?;
        let lost = words.message("triage-lost").with("share", percent(measure.lost_share()));
        output.line(format_args!("  {lost}"))?;
        let gap = words.message("triage-calibration").with("points", percent(measure.calibration_error()));
        output.line(format_args!("  {gap}"))?;
    }
    if measure.out_of_scope > 0 {
        let silent = words.message("triage-silent").with("share", percent(measure.silent_share()));
        output.line(format_args!("  {}", silent.with("count", measure.out_of_scope)))?;
    }
    Ok(())
}

fn say(triage: &Triage, text: &str, reading: &Reading<'_>, output: &mut Output<'_>) -> Result<ExitCode> {
    let words = output.words.clone();
    let percent = |share: f32| format!("{:.0}", share * 100.0);
    if let Some(found) = &reading.suggestion {
        let name = found.name.map_or(found.topic, |name| name.get(words.language()));
        let line = words.message("triage-found").with("name", name).with("intent", found.intent);
        output.line(line.with("share", percent(found.confidence)))?;
        output.line(format_args!("  {}", words.message("triage-found-topic").with("topic", found.topic)))?;
        let counted: Vec<String> =
            found.words.iter().map(|word| format!("{} {} %", word.word, percent(word.share))).collect();
        let line = words.message("triage-found-words").with("words", counted.join(", "));
        output.line(format_args!("  {line}"))?;
    } else if let Some(nearest) = triage.model().rank(text, 1).first() {
        let line = words.message("triage-silence").with("intent", nearest.label);
        output.line(line.with("share", percent(nearest.confidence)))?;
    }
    let urgency = match reading.urgency {
        Urgency::Low => words.text("triage-urgency-low"),
        Urgency::Normal => words.text("triage-urgency-normal"),
        Urgency::High => words.text("triage-urgency-high"),
        Urgency::Urgent => words.text("triage-urgency-urgent"),
    };
    output.line(format_args!("  {urgency}"))?;
    if !reading.cues.is_empty() {
        let line = words.message("triage-found-cues").with("cues", reading.cues.join(", "));
        output.line(format_args!("  {line}"))?;
    }
    Ok(if reading.suggestion.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// For programs: no words, one line for each.
fn try_lines(settings: &Settings, file: &Path, output: &mut Output<'_>) -> Result<ExitCode> {
    let triage = needed(settings)?;
    let text = files::read(file)?;
    for line in String::from_utf8_lossy(&text).lines() {
        let reading = triage.read(line);
        let urgency = reading.urgency.as_str();
        match &reading.suggestion {
            Some(found) => {
                let (intent, topic, confidence) = (found.intent, found.topic, found.confidence);
                output.line(format_args!("{intent}\t{topic}\t{urgency}\t{confidence:.3}"))?;
            }
            None => output.line(format_args!("-\t-\t{urgency}\t-"))?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[allow(clippy::cast_precision_loss)]
fn part(number: usize, of: usize) -> f64 {
    number as f64 / of as f64
}

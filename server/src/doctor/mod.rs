//! `switchboard doctor`: looks at what the centre stands on and says what to do about each thing.

mod checks;

use std::process::ExitCode;

use kernel::{Error, Refusal, Result};

use crate::{Output, Settings};

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Warning,
    Bad,
}

/// What was found about one thing; unless it is good, its text has a remedy.
struct Finding {
    verdict: Verdict,
    key: &'static str,
    values: Vec<(&'static str, String)>,
    /// A value that has words of its own.
    refusal: Option<(&'static str, Refusal)>,
}

impl Finding {
    fn new(verdict: Verdict, key: &'static str) -> Self {
        Self { verdict, key, values: Vec::new(), refusal: None }
    }

    fn good(key: &'static str) -> Self {
        Self::new(Verdict::Good, key)
    }

    fn warning(key: &'static str) -> Self {
        Self::new(Verdict::Warning, key)
    }

    fn bad(key: &'static str) -> Self {
        Self::new(Verdict::Bad, key)
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    fn because(mut self, name: &'static str, error: Error) -> Self {
        match error {
            Error::Refusal(refusal) => self.refusal = Some((name, refusal)),
            Error::NotFound => {}
            Error::Fault(fault) => self = self.with(name, fault),
        }
        self
    }
}

/// Checks everything, prints it, and fails when something is bad.
pub(crate) async fn run(settings: &Settings, output: &mut Output<'_>) -> Result<ExitCode> {
    let findings = checks::all(settings).await;
    for finding in &findings {
        print(finding, output)?;
    }
    let bad = findings.iter().filter(|finding| finding.verdict == Verdict::Bad).count();
    let warned = findings.iter().filter(|finding| finding.verdict == Verdict::Warning).count();
    let sum = output.words.message("doctor-sum").with("bad", bad).with("warnings", warned).to_string();
    output.line(format_args!("\n{sum}"))?;
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(finding: &Finding, output: &mut Output<'_>) -> Result<()> {
    let mark = match finding.verdict {
        Verdict::Good => "✓",
        Verdict::Warning => "!",
        Verdict::Bad => "✗",
    };
    let refused = finding.refusal.as_ref().map(|(name, refusal)| (*name, output.words.refusal(refusal).what));
    let message = || {
        let values = finding.values.iter().map(|(name, value)| (*name, value.as_str()));
        let values = values.chain(refused.as_ref().map(|(name, what)| (*name, what.as_str())));
        values.fold(output.words.message(finding.key), |message, (name, value)| message.with(name, value))
    };
    let text = message().to_string();
    let remedy = (finding.verdict != Verdict::Good).then(|| message().attribute("remedy").to_string());
    output.line(format_args!("{mark} {text}"))?;
    if let Some(remedy) = remedy {
        output.line(format_args!("    → {remedy}"))?;
    }
    Ok(())
}

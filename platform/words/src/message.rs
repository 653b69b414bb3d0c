//! Looking a text up by its key and filling in what it mentions.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;
use intl_memoizer::Memoizable;
use intl_memoizer::concurrent::IntlLangMemoizer;
use kernel::{Context, Fault, Language, Refusal, Result};
use unic_langid::LanguageIdentifier;

use crate::format::Formats;

/// The texts of one language. Cloning shares them.
#[derive(Clone)]
pub struct Words(Arc<Spoken>);

struct Spoken {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    formats: Formats,
}

/// A refusal in words: what is the matter, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub what: String,
    pub remedy: String,
}

/// A text about to be said; its [`Display`](fmt::Display) is the text.
pub struct Message<'a> {
    words: &'a Words,
    key: &'a str,
    attribute: Option<&'a str>,
    arguments: FluentArgs<'a>,
}

impl Words {
    pub(crate) fn load(language: Language, resources: Vec<FluentResource>) -> Result<Self> {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier().clone()]);
        for resource in resources {
            bundle.add_resource(resource).map_err(|errors| {
                let reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();
                Fault::new(format!("adding texts in {language}: {}", reasons.join("; ")))
            })?;
        }
        // The language's own texts say whose dates and numbers it uses: Spanish here is that of the US.
        let locale = bundle
            .get_message("language-formats")
            .and_then(|message| message.value())
            .map(|pattern| bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned())
            .ok_or_else(|| Fault::new(format!("finding language-formats in {language}")))?;
        bundle.locales = vec![locale.parse().context("language-formats")?];
        // Marks around every value would reach page titles, logs and searches; our texts don't mix scripts.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(grouped));
        let formats = Formats::load(&locale.parse().context("language-formats")?)?;
        Ok(Self(Arc::new(Spoken { language, bundle, formats })))
    }

    pub fn language(&self) -> &Language {
        &self.0.language
    }

    /// The language's own name for itself, for the one who looks for it.
    pub fn language_name(&self) -> Cow<'_, str> {
        self.text("language-name")
    }

    /// `ltr` or `rtl`, for the `dir` attribute of a page.
    pub fn direction(&self) -> Cow<'_, str> {
        self.text("language-direction")
    }

    pub(crate) fn formats(&self) -> &Formats {
        &self.0.formats
    }

    /// A text that mentions nothing.
    pub fn text(&self, key: &str) -> Cow<'_, str> {
        self.say(key, None, None)
    }

    /// A text that mentions something, or one of its attributes.
    pub fn message<'a>(&'a self, key: &'a str) -> Message<'a> {
        Message { words: self, key, attribute: None, arguments: FluentArgs::new() }
    }

    /// Says a refusal and what to do about it.
    pub fn refusal(&self, refusal: &Refusal) -> Told {
        let key = refusal.text_key();
        let arguments: FluentArgs<'_> =
            refusal.details().map(|(name, value)| (name, FluentValue::from(value))).collect();
        Told {
            what: self.say(&key, None, Some(&arguments)).into_owned(),
            remedy: self.say(&key, Some("remedy"), Some(&arguments)).into_owned(),
        }
    }

    fn say(&self, key: &str, attribute: Option<&str>, arguments: Option<&FluentArgs<'_>>) -> Cow<'_, str> {
        let message = self.0.bundle.get_message(key);
        let pattern = message.and_then(|message| match attribute {
            Some(name) => message.get_attribute(name).map(|attribute| attribute.value()),
            None => message.value(),
        });
        let Some(pattern) = pattern else {
            return Cow::Owned(self.unsaid(key, attribute));
        };
        let mut errors = Vec::new();
        let text = self.0.bundle.format_pattern(pattern, arguments, &mut errors);
        if !errors.is_empty() {
            let reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();
            metrics::counter!("words_incomplete_total").increment(1);
            tracing::error!(key, language = %self.0.language, reasons = reasons.join("; "), "text incomplete");
        }
        text
    }

    /// The key in brackets: ugly enough to be reported, harmless enough to read on.
    fn unsaid(&self, key: &str, attribute: Option<&str>) -> String {
        metrics::counter!("words_missing_total").increment(1);
        tracing::error!(key, attribute, language = %self.0.language, "text missing");
        attribute.map_or_else(|| format!("[{key}]"), |name| format!("[{key}.{name}]"))
    }
}

impl<'a> Message<'a> {
    /// Gives a value that the text mentions. A number also chooses singular or plural.
    pub fn with(mut self, name: &'a str, value: impl Into<FluentValue<'a>>) -> Self {
        self.arguments.set(name, value.into());
        self
    }

    /// Says this attribute of the text instead of the text itself.
    pub fn attribute(mut self, name: &'a str) -> Self {
        self.attribute = Some(name);
        self
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.say(self.key, self.attribute, Some(&self.arguments)))
    }
}

/// Numbers inside a text, with the language's grouping and digits.
struct Grouping(DecimalFormatter);

impl Memoizable for Grouping {
    type Args = ();
    type Error = ();

    fn construct(language: LanguageIdentifier, (): ()) -> Result<Self, ()> {
        let locale: Locale = language.to_string().parse().map_err(|_| ())?;
        DecimalFormatter::try_new(locale.into(), icu_decimal::options::DecimalFormatterOptions::default())
            .map(Self)
            .map_err(|_| ())
    }
}

fn grouped(value: &FluentValue<'_>, memoizer: &IntlLangMemoizer) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let decimal = Decimal::from_str(&number.as_string()).ok()?;
    memoizer.with_try_get::<Grouping, _, _>((), |grouping| grouping.0.format(&decimal).to_string()).ok()
}

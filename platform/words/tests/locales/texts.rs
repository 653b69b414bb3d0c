//! What the locale files say, as data: per language and key, the variables and attributes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;

#[derive(Debug, Default)]
pub struct Text {
    pub variables: BTreeSet<String>,
    pub attributes: BTreeSet<String>,
    pub said: bool,
}

/// The texts of every language folder.
pub fn languages() -> BTreeMap<String, BTreeMap<String, Text>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales");
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    folders
        .filter(|path| path.is_dir())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), read(&path)))
        .collect()
}

fn read(folder: &Path) -> BTreeMap<String, Text> {
    let mut texts = BTreeMap::new();
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let content = fs::read_to_string(&file).unwrap();
        let resource = parse(content).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.display()));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut text = Text { said: message.value.is_some(), ..Text::default() };
            if let Some(pattern) = &message.value {
                note_pattern(pattern, &mut text.variables);
            }
            for attribute in &message.attributes {
                text.attributes.insert(attribute.id.name.clone());
                note_pattern(&attribute.value, &mut text.variables);
            }
            let earlier = texts.insert(message.id.name.clone(), text);
            assert!(earlier.is_none(), "{} is in {} twice", message.id.name, folder.display());
        }
    }
    texts
}

fn note_pattern(pattern: &Pattern<String>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            note_expression(expression, found);
        }
    }
}

fn note_expression(expression: &Expression<String>, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => note_inline(inline, found),
        Expression::Select { selector, variants } => {
            note_inline(selector, found);
            for variant in variants {
                note_pattern(&variant.value, found);
            }
        }
    }
}

fn note_inline(inline: &InlineExpression<String>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            // "at 8 AM" and "8 AM" are one value in two forms; a language takes the one it needs.
            let name = if id.name == "at" { "time" } else { &id.name };
            found.insert(name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => note_arguments(arguments, found),
        InlineExpression::TermReference { arguments: Some(arguments), .. } => {
            note_arguments(arguments, found);
        }
        InlineExpression::Placeable { expression } => note_expression(expression, found),
        _ => {}
    }
}

fn note_arguments(arguments: &CallArguments<String>, found: &mut BTreeSet<String>) {
    let named = arguments.named.iter().map(|argument| &argument.value);
    for argument in arguments.positional.iter().chain(named) {
        note_inline(argument, found);
    }
}

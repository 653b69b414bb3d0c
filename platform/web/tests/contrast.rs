//! Colours that carry text or outline a control are far enough apart, in every theme.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::many_single_char_names)]

use std::collections::HashMap;
use std::fs;

/// Text on a background: the tokens, WCAG 2.2 AA wants 4.5 to 1.
const TEXT: [(&str, &str); 30] = [
    ("text", "surface"),
    ("text", "surface-raised"),
    ("text", "surface-sunken"),
    ("text", "accent-soft"),
    ("text", "good-soft"),
    ("text", "warn-soft"),
    ("text", "bad-soft"),
    ("text-muted", "surface"),
    ("text-muted", "surface-raised"),
    ("text-muted", "surface-sunken"),
    ("text-muted", "accent-soft"),
    ("text-muted", "good-soft"),
    ("text-muted", "warn-soft"),
    ("text-muted", "bad-soft"),
    ("accent", "surface"),
    ("accent", "surface-raised"),
    ("accent", "surface-sunken"),
    ("accent", "accent-soft"),
    ("accent-strong", "surface-raised"),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("good", "good-soft"),
    ("good", "surface-raised"),
    ("warn", "warn-soft"),
    ("warn", "surface-raised"),
    ("bad", "bad-soft"),
    ("bad", "surface-raised"),
    ("bad", "surface"),
    ("surface", "text"),
];

/// Edges of controls and the focus ring: 3 to 1.
const EDGES: [(&str, &str); 7] = [
    ("edge", "surface"),
    ("edge", "surface-raised"),
    ("edge", "surface-sunken"),
    ("focus", "surface"),
    ("focus", "surface-raised"),
    ("focus", "surface-sunken"),
    ("focus", "accent-soft"),
];

type Theme = HashMap<String, [f64; 3]>;

#[test]
fn colours_are_far_enough_apart_in_light_and_dark() {
    let sheet = read("tokens.css");
    for (name, theme) in themes(&[&sheet]) {
        check(&name, &theme, 4.5, 3.0);
    }
}

#[test]
fn high_contrast_is_high() {
    let (sheet, contrast) = (read("tokens.css"), read("contrast.css"));
    for (name, theme) in themes(&[&sheet, &contrast]) {
        check(&format!("{name}, high contrast"), &theme, 7.0, 4.5);
    }
}

#[test]
fn the_arithmetic_is_that_of_wcag() {
    let white = linear([1.0, 0.0, 0.0]);
    let black = linear([0.0, 0.0, 0.0]);
    assert!((ratio(white, black) - 21.0).abs() < 0.01);
    // #767676 is the lightest grey that passes on white; in OKLCH its lightness is 0.566.
    let grey = linear([0.5659, 0.0, 0.0]);
    assert!((ratio(white, grey) - 4.54).abs() < 0.03, "{}", ratio(white, grey));
}

fn check(name: &str, theme: &Theme, text: f64, edge: f64) {
    for (pairs, least) in [(&TEXT[..], text), (&EDGES[..], edge)] {
        for (front, back) in pairs {
            let found = ratio(theme[*front], theme[*back]);
            assert!(found >= least, "{name}: {front} on {back} is {found:.2} to 1, not {least}");
        }
    }
}

fn read(name: &str) -> String {
    fs::read_to_string(format!("{}/assets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The light and the dark colours; a later sheet overrides an earlier one.
fn themes(sheets: &[&String]) -> [(String, Theme); 2] {
    let (mut light, mut dark) = (Theme::new(), Theme::new());
    for line in sheets.iter().flat_map(|sheet| sheet.lines()) {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(": "))
        else {
            continue;
        };
        let Some(pair) = value.strip_prefix("light-dark(").and_then(|value| value.strip_suffix(");")) else {
            continue;
        };
        let colours: Vec<_> =
            pair.split("oklch(").skip(1).map(|text| text.split(')').next().unwrap()).collect();
        light.insert(name.to_owned(), parse(name, colours[0]));
        dark.insert(name.to_owned(), parse(name, colours[1]));
    }
    [("light".to_owned(), light), ("dark".to_owned(), dark)]
}

fn parse(name: &str, text: &str) -> [f64; 3] {
    let numbers: Vec<f64> = text.split_whitespace().map(|part| part.parse().unwrap()).collect();
    let rgb = linear([numbers[0], numbers[1], numbers[2]]);
    let shown = rgb.iter().all(|channel| (-0.002..=1.002).contains(channel));
    assert!(shown, "{name}: oklch({text}) is outside what screens show: {rgb:?}");
    rgb
}

/// OKLCH to linear sRGB.
fn linear([lightness, chroma, hue]: [f64; 3]) -> [f64; 3] {
    let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

fn ratio(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |[r, g, b]: [f64; 3]| 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

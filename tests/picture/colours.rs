//! Contrast, as WCAG 2.2 measures it.

use cxflowc::picture::{DrawOptions, Theme, contrasts};

use super::support::highlighted;

/// What level AA wants of small text.
const LEAST: f64 = 4.5;

fn brightness(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (brightness(one), brightness(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn the_contrast_of_all_text_is_enough() {
    assert!((contrast("#FFFFFF", "#000000") - 21.0).abs() < 0.01);
    let pairs = contrasts();
    assert!(pairs.len() > 25);
    for (name, ink, fill) in pairs {
        assert!(contrast(ink, fill) >= LEAST, "{name}: {:.2}", contrast(ink, fill));
    }
}

#[test]
fn a_theme_decides_the_colours() {
    let text = "flow \"A\"\nentry bye\ndisconnect bye\n";
    let sheet = |theme| highlighted(text, "svg", &[], &DrawOptions { theme, ..DrawOptions::default() });
    let prefers = "prefers-color-scheme:dark";
    assert!(sheet(Theme::Auto).contains(prefers));
    for (theme, page) in [(Theme::Light, ".page{fill:#FFFFFF}"), (Theme::Dark, ".page{fill:#14171A}")] {
        let svg = sheet(theme);
        assert!(svg.contains(page) && !svg.contains(prefers), "{theme:?}: {svg}");
    }
}

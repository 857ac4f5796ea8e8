//! Light and dark: the colours of a picture, and its style sheet.

use std::fmt::Write;

use super::kinds::STYLES;

/// Dark on light, light on dark, or what whoever looks at it prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// What the reader's system prefers; light on paper.
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

struct Palette {
    paper: &'static str,
    box_fill: &'static str,
    ink: &'static str,
    faint: &'static str,
    line: &'static str,
    error: &'static str,
    warning: &'static str,
    link: &'static str,
    halo: &'static str,
    /// What is written on the halo.
    on_halo: &'static str,
}

const LIGHT: Palette = Palette {
    paper: "#FFFFFF",
    box_fill: "#FFFFFF",
    ink: "#111111",
    faint: "#505050",
    line: "#444444",
    error: "#A30000",
    warning: "#7A4B00",
    link: "#004A8F",
    halo: "#FFD84D",
    on_halo: "#000000",
};

const DARK: Palette = Palette {
    paper: "#14171A",
    box_fill: "#1F2428",
    ink: "#F2F2F2",
    faint: "#B4B9BE",
    line: "#B0B6BC",
    error: "#FF9C8F",
    warning: "#FFC766",
    link: "#9CCBFF",
    halo: "#8A6D00",
    on_halo: "#FFFFFF",
};

/// What is written on what, in both themes: each with its name, the colour of the text and that behind it.
pub fn contrasts() -> Vec<(String, &'static str, &'static str)> {
    let mut pairs = Vec::new();
    for (theme, one) in [("light", &LIGHT), ("dark", &DARK)] {
        for (name, ink) in [
            ("text", one.ink),
            ("faint", one.faint),
            ("error", one.error),
            ("warning", one.warning),
            ("link", one.link),
        ] {
            pairs.push((format!("{theme} {name} on the page"), ink, one.paper));
            pairs.push((format!("{theme} {name} in a box"), ink, one.box_fill));
        }
        pairs.push((format!("{theme} highlighted"), one.on_halo, one.halo));
    }
    pairs.extend(STYLES.iter().map(|(_, style)| (style.class.to_owned(), style.ink, style.fill)));
    pairs
}

/// The style sheet. What it says first is said of every reader, so that one that knows no conditions shows it well.
pub fn sheet(theme: Theme) -> String {
    let mut out = String::from(
        "text{font-family:Arial,Helvetica,\"Liberation Sans\",Arimo,\"Noto Sans\",\"Noto Sans CJK SC\",\"Noto Sans Arabic\",sans-serif;font-size:12px}\
         .name{font-weight:bold;font-size:13px}.kind{font-size:11px}.small{font-size:11px}.tags{font-size:11px;font-style:italic}\
         .title{font-weight:bold;font-size:20px}.heading{font-weight:bold;font-size:15px}\
         .key{font-weight:bold}.outline,.inner{stroke-width:1.5}.inner{fill:none}.heavy{stroke-width:3.5}.broken{stroke-dasharray:6 3}\
         .edge{fill:none;stroke-width:1.5}.halo{fill:none;stroke-width:10;stroke-linejoin:round;stroke-linecap:round}\
         .highlighted .outline{stroke-width:4}.edge.highlighted{stroke-width:4}a{text-decoration:underline}a:focus text{font-weight:bold}\
         .unreached .outline{stroke-dasharray:2 3}.node:target .outline{stroke-width:6}",
    );
    for (_, style) in &STYLES {
        let (class, ink) = (style.class, style.ink);
        let _ = write!(
            out,
            ".{class} .head{{fill:{}}}.{class} .head-ink{{fill:{ink}}}.{class} .inner-ink{{stroke:{ink}}}",
            style.fill
        );
    }
    match theme {
        Theme::Light => out.push_str(&colours(&LIGHT)),
        Theme::Dark => out.push_str(&colours(&DARK)),
        Theme::Auto => {
            let (light, dark) = (colours(&LIGHT), colours(&DARK));
            let _ = write!(out, "{light}@media screen and (prefers-color-scheme:dark){{{dark}}}");
        }
    }
    out
}

fn colours(palette: &Palette) -> String {
    let Palette { paper, box_fill, ink, faint, line, error, warning, link, halo, on_halo } = palette;
    // What is said of all texts comes first: the kinds' own inks count more.
    format!(
        ".page{{fill:{paper}}}.outline{{fill:{box_fill};stroke:{line}}}.inner,.edge,.rule{{stroke:{line}}}.tip{{fill:{line}}}\
         text{{fill:{ink}}}.faint{{fill:{faint}}}.error{{fill:{error}}}.warning{{fill:{warning}}}a text{{fill:{link}}}\
         .halo{{stroke:{halo}}}.highlight{{fill:{halo}}}.on-halo,a text.on-halo{{fill:{on_halo}}}.label{{fill:{paper}}}\
         .highlighted .outline,.edge.highlighted{{stroke:{ink}}}"
    )
}

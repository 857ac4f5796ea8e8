//! How the kinds of nodes are told apart: each by its word, by a shape and by a colour.
//!
//! The colours are those of Okabe and Ito, which people tell apart who do not see all colours, and which
//! differ in brightness on paper without colour. Text on them has a contrast of 4.5 at least (WCAG 2.2, AA).

use crate::flow::{Kind, Node};

/// A box's outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outline {
    /// Pointed to the right, as it only decides where a call goes.
    Pointed,
    /// Pointed on both sides, like the diamond of a flow chart.
    Hexagon,
    /// A box.
    Plain,
    /// A box within a box.
    Double,
    /// With its corners cut off.
    CutCorners,
    /// With round ends.
    Round,
    /// Round on its right side.
    RoundRight,
    /// With a corner folded over.
    Folded,
    /// With round ends and a heavy line.
    HeavyRound,
    /// With a broken line.
    Broken,
}

/// How a kind looks.
#[derive(Debug, Clone, Copy)]
pub struct KindStyle {
    /// The name of its class.
    pub class: &'static str,
    /// Its outline.
    pub outline: Outline,
    /// The colour behind its name.
    pub fill: &'static str,
    /// The colour of its name.
    pub ink: &'static str,
}

const BLACK: &str = "#000000";

/// The looks of all kinds, those of the platform's own types last.
pub const STYLES: [(Option<Kind>, KindStyle); 10] = [
    (Some(Kind::Answer), style("answer", Outline::Pointed, "#56B4E9", BLACK)),
    (Some(Kind::Play), style("play", Outline::Plain, "#C8C8C8", BLACK)),
    (Some(Kind::Disclosure), style("disclosure", Outline::Double, "#F0E442", BLACK)),
    (Some(Kind::Collect), style("collect", Outline::CutCorners, "#0072B2", "#FFFFFF")),
    (Some(Kind::Agent), style("agent", Outline::Round, "#009E73", BLACK)),
    (Some(Kind::Callback), style("callback", Outline::RoundRight, "#E69F00", BLACK)),
    (Some(Kind::Voicemail), style("voicemail", Outline::Folded, "#CC79A7", BLACK)),
    (Some(Kind::Disconnect), style("disconnect", Outline::HeavyRound, "#D55E00", BLACK)),
    (Some(Kind::Decide), style("decide", Outline::Hexagon, "#333333", "#FFFFFF")),
    (None, OTHER),
];

const OTHER: KindStyle = style("other", Outline::Broken, "#EDEDED", BLACK);

const fn style(class: &'static str, outline: Outline, fill: &'static str, ink: &'static str) -> KindStyle {
    KindStyle { class, outline, fill, ink }
}

/// How a node looks.
pub fn style_of(node: &Node) -> KindStyle {
    let kind = node.kind().filter(|_| !node.generic).or(node.taken_for());
    STYLES.iter().find(|(one, _)| kind.is_some() && *one == kind).map_or(OTHER, |&(_, style)| style)
}

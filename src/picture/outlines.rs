//! The outlines of boxes as paths of SVG.

use super::kinds::Outline;
use super::node_box::{BOX_WIDTH, HEAD};

/// How large the folded corner is.
pub const FOLD: i32 = 14;
const CORNER: i32 = 8;
const POINT: i32 = 9;

/// The classes of an outline's line.
pub fn outline_class(outline: Outline) -> &'static str {
    match outline {
        Outline::Broken => "outline broken",
        Outline::HeavyRound => "outline heavy",
        _ => "outline",
    }
}

/// The outline of a box of this width and height as a path.
pub fn outline(outline: Outline, (w, h): (i32, i32)) -> String {
    let round = 13.min(h / 2);
    match outline {
        Outline::Plain | Outline::Double | Outline::Broken => format!("M0 0H{w}V{h}H0Z"),
        Outline::Pointed => {
            let (edge, middle) = (w - POINT, h / 2);
            format!("M0 0H{edge}L{w} {middle}L{edge} {h}H0Z")
        }
        Outline::Hexagon => {
            let (edge, middle) = (w - POINT, h / 2);
            format!("M{POINT} 0H{edge}L{w} {middle}L{edge} {h}H{POINT}L0 {middle}Z")
        }
        Outline::CutCorners => {
            let (c, r, b) = (CORNER, w - CORNER, h - CORNER);
            format!("M{c} 0H{r}L{w} {c}V{b}L{r} {h}H{c}L0 {b}V{c}Z")
        }
        Outline::Round | Outline::HeavyRound => {
            let (r, b) = (w - round, h - round);
            format!(
                "M{round} 0H{r}A{round} {round} 0 0 1 {w} {round}V{b}A{round} {round} 0 0 1 {r} {h}H{round}A{round} {round} 0 0 1 0 {b}V{round}A{round} {round} 0 0 1 {round} 0Z"
            )
        }
        Outline::RoundRight => {
            let (r, b) = (w - round, h - round);
            format!("M0 0H{r}A{round} {round} 0 0 1 {w} {round}V{b}A{round} {round} 0 0 1 {r} {h}H0Z")
        }
        Outline::Folded => {
            let edge = w - FOLD;
            format!("M0 0H{edge}L{w} {FOLD}V{h}H0Z")
        }
    }
}

/// A second line within the outline, for outlines that have one.
pub fn inner_line(outline: Outline, (w, h): (i32, i32)) -> Option<String> {
    match outline {
        Outline::Double => {
            let (right, bottom) = (f64::from(w) - 3.5, f64::from(h) - 3.5);
            Some(format!("M3.5 3.5H{right}V{bottom}H3.5Z"))
        }
        Outline::Folded => Some(format!("M{} 0V{FOLD}H{w}", w - FOLD)),
        _ => None,
    }
}

/// The part of the second line that lies on the part behind the name, where it needs the colour of what is written
/// there.
pub fn inner_line_on_head(outline: Outline, (w, h): (i32, i32)) -> Option<String> {
    match outline {
        Outline::Double if h > HEAD => Some(format!("M3.5 {HEAD}V3.5H{}V{HEAD}", f64::from(w) - 3.5)),
        _ => inner_line(outline, (w, h)),
    }
}

/// The part of a box behind its name, as a path.
pub fn head(outline: Outline, height: i32) -> String {
    let (w, h, all) = (BOX_WIDTH, HEAD.min(height), height);
    let round = 13.min(all / 2);
    match outline {
        Outline::Plain | Outline::Double | Outline::Broken => format!("M0 0H{w}V{h}H0Z"),
        Outline::Pointed => {
            // The point is in the middle of the whole box.
            let (edge, middle) = (w - POINT, (all / 2).max(1));
            if h >= middle {
                let back = edge + POINT * (all - h) / middle;
                format!("M0 0H{edge}L{w} {middle}L{back} {h}H0Z")
            } else {
                format!("M0 0H{edge}L{} {h}H0Z", edge + POINT * h / middle)
            }
        }
        Outline::Hexagon => {
            let (edge, middle) = (w - POINT, (all / 2).max(1));
            if h >= middle {
                let in_by = POINT * (all - h) / middle;
                let (left, right) = (POINT - in_by, edge + in_by);
                format!("M{POINT} 0H{edge}L{w} {middle}L{right} {h}H{left}L0 {middle}Z")
            } else {
                let in_by = POINT * h / middle;
                format!("M{POINT} 0H{edge}L{} {h}H{}Z", edge + in_by, POINT - in_by)
            }
        }
        Outline::CutCorners => {
            let (c, r) = (CORNER, w - CORNER);
            if h == all {
                return self::outline(outline, (w, all));
            }
            format!("M{c} 0H{r}L{w} {c}V{h}H0V{c}Z")
        }
        Outline::Round | Outline::HeavyRound | Outline::RoundRight if h == all => {
            self::outline(outline, (w, all))
        }
        Outline::Round | Outline::HeavyRound => {
            let r = w - round;
            format!(
                "M{round} 0H{r}A{round} {round} 0 0 1 {w} {round}V{h}H0V{round}A{round} {round} 0 0 1 {round} 0Z"
            )
        }
        Outline::RoundRight => format!("M0 0H{}A{round} {round} 0 0 1 {w} {round}V{h}H0Z", w - round),
        Outline::Folded => format!("M0 0H{}L{w} {FOLD}V{h}H0Z", w - FOLD),
    }
}

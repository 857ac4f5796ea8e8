//! What a prompt takes and how long it waits, by the properties of its action.

use super::heard::nowhere;
use super::model::Action;
use crate::emit::studio::actions;
use crate::flow::{Digits, EndKey, EntryVariable, Input, Wait};

/// The input of an action that takes keys. What a phrase says counts where the properties agree with it.
pub fn read(takes: &Action, spoken: Option<&Input>, into: Option<String>) -> Option<Box<Input>> {
    let wait = |property: &str, spoken: Option<Wait>| {
        let seconds: u64 = takes.property(property).parse().ok()?;
        match spoken {
            Some(wait) if wait.milliseconds.div_ceil(1000) == seconds => Some(wait),
            _ if seconds == 5 => None,
            _ => Some(Wait { milliseconds: seconds.checked_mul(1000)?, span: None }),
        }
    };
    let mut input = Input {
        wait: wait("Timeout", spoken.and_then(|spoken| spoken.wait)),
        between: wait("InterDigitTimeout", spoken.and_then(|spoken| spoken.between)),
        ..Input::default()
    };
    if takes.is(&actions::CAPTURE) {
        let end = takes.property("Terminator").trim_end_matches('-');
        let most: u32 = takes.property("MaxDigits").parse().ok()?;
        let most = most.saturating_sub(u32::from(!end.is_empty())).max(1);
        let is_fixed = takes.named_to("Terminator").is_none()
            && takes.named_to("InterDigitTimeout") == takes.default_to();
        let spoken = spoken.and_then(|spoken| spoken.digits).filter(|digits| digits.most == Some(most));
        let least = match spoken.and_then(|digits| digits.least) {
            Some(least) if (least == most && end.is_empty()) == is_fixed => least,
            _ if is_fixed => most,
            _ => 1,
        };
        input.digits = Some(Digits { least: Some(least), most: Some(most), span: nowhere() });
        input.end = (!end.is_empty()).then(|| EndKey { key: Some(end.into()), span: nowhere() });
        input.into = into.map(|name| EntryVariable { variable: None, name: name.into(), span: nowhere() });
    }
    Some(Box::new(input))
}

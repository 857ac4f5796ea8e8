//! Options of nodes and actions: `retries 2`, `lasts 4s`, `@tag`.

use super::cursor::Cursor;
use crate::spelling::{LONGEST_DURATION, milliseconds};
use crate::syntax::ast::{Name, Number, Opt, OptionKind, Text};
use thin_vec::ThinVec;

/// The options at the cursor, with the blanks behind the last one. What begins no option ends them.
pub fn options(cursor: &mut Cursor<'_>) -> Option<ThinVec<Opt>> {
    let mut options = ThinVec::new();
    loop {
        cursor.blanks();
        let place = cursor.place();
        let start = cursor.at();
        let kind = if cursor.peek() == b'@' {
            OptionKind::Tag(cursor.tag()?)
        } else {
            let Some(word) = cursor.name() else { return Some(options) };
            match cursor.written(word) {
                "media" => OptionKind::Media(string(cursor)?),
                "text" => OptionKind::Text(string(cursor)?),
                "retries" => OptionKind::Retries(number(cursor)?),
                // A longer one is reported.
                "lasts" => OptionKind::Lasts(
                    duration(cursor).filter(|&milliseconds| milliseconds <= LONGEST_DURATION)?,
                ),
                "wait" => OptionKind::Wait(duration(cursor)?),
                "between" => OptionKind::Between(duration(cursor)?),
                "digits" => digits(cursor)?,
                "end" => OptionKind::End(string(cursor)?),
                "into" => OptionKind::Into(name(cursor)?),
                "language" => OptionKind::Language(string(cursor)?),
                "voice" => OptionKind::Voice(string(cursor)?),
                "prompt" => OptionKind::Prompt(string(cursor)?),
                "ssml" => OptionKind::Ssml(string(cursor)?),
                "disposition" => OptionKind::Disposition(name(cursor)?),
                _ => {
                    cursor.go_back(place);
                    return Some(options);
                }
            }
        };
        options.push(Opt { span: cursor.since(start), kind });
    }
}

fn string(cursor: &mut Cursor<'_>) -> Option<Text> {
    cursor.blanks();
    cursor.string()
}

fn duration(cursor: &mut Cursor<'_>) -> Option<u64> {
    cursor.blanks();
    let span = cursor.duration()?;
    Some(milliseconds(cursor.written(span)))
}

/// A name that is not between backticks.
pub fn name(cursor: &mut Cursor<'_>) -> Option<Name> {
    cursor.blanks();
    Some(Name { span: cursor.name()?, quoted: false })
}

/// Digits, or the name of a value.
pub fn number(cursor: &mut Cursor<'_>) -> Option<Number> {
    cursor.blanks();
    match cursor.integer() {
        Some(digits) => Some(Number::Integer(digits)),
        None => Some(Number::Name(Name { span: cursor.name()?, quoted: false })),
    }
}

/// `digits 6`, `digits 6..10`
fn digits(cursor: &mut Cursor<'_>) -> Option<OptionKind> {
    let least = number(cursor)?;
    cursor.blanks();
    if cursor.sign("..").is_none() {
        return Some(OptionKind::Digits(least, None));
    }
    Some(OptionKind::Digits(least, Some(number(cursor)?)))
}

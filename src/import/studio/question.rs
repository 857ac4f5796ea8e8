//! What an IF asks, as far as a `decide` can ask it.

use crate::flow::{Comparator, Constant};
use crate::spelling::is_name;

/// `balance>100`, `lang="es"`
pub fn question(expression: &str) -> Option<(&str, Comparator, Constant)> {
    let at = expression.find(['=', '<', '>'])?;
    let (name, rest) = expression.split_at_checked(at)?;
    let value = rest.get(1..)?;
    let comparator = match rest.get(..1)? {
        "=" => Comparator::Equal,
        "<" => Comparator::Less,
        _ => Comparator::More,
    };
    let text = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let constant = match text {
        Some(text)
            if comparator == Comparator::Equal && text.chars().all(crate::condition::is_comparable) =>
        {
            Constant::Text(text.into())
        }
        _ => Constant::Number(value.parse::<i64>().ok().filter(|number| number.to_string() == value)?),
    };
    is_name(name).then_some((name, comparator, constant))
}

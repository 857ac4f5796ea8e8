//! Lowers conditions.

use pest::iterators::Pair;
use smallvec::SmallVec;

use super::Lower;
use crate::syntax::ast::{Alternative, Condition};
use crate::syntax::grammar::Rule;

impl Lower<'_> {
    pub(super) fn condition(&mut self, pair: Pair<'_, Rule>) -> Condition {
        let span = self.trimmed(&pair);
        let mut alternatives = SmallVec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::string => alternatives.push(Alternative::Raw(self.text(&inner))),
                Rule::key => alternatives.push(Alternative::Key(self.at(&inner))),
                Rule::outcome => alternatives.push(Alternative::Outcome(self.at(&inner))),
                Rule::range => {
                    let mut keys = inner.into_inner().filter(|key| key.as_rule() == Rule::key);
                    if let (Some(from), Some(to)) = (keys.next(), keys.next()) {
                        alternatives.push(Alternative::Range(self.at(&from), self.at(&to)));
                    }
                }
                _ => {}
            }
        }
        Condition { span, alternatives }
    }
}

//! `again N else NODE`: how often a call may take a transition.

use super::{Resolver, ScopeId, codes};
use crate::diagnostics::Diagnostic;
use crate::flow::{Again, AgainId, MOST_AGAIN};
use crate::syntax::ast::{self, Number};

impl Resolver<'_> {
    /// Adds an `again`. One with an impossible number, which is reported, counts as 1.
    pub(super) fn again(&mut self, scope: ScopeId, written: &ast::Again) -> AgainId {
        let most = match written.most {
            // As long as it has digits, it is a number that is too large.
            Number::Integer(span) => Some(self.sources.text(span).parse().unwrap_or(u32::MAX)),
            other => self.number(scope, other),
        };
        self.record_number_givers(scope, written.span, written.most);
        let possible = most.filter(|most| (1..=MOST_AGAIN).contains(most));
        if let (Some(most), None) = (most, possible) {
            self.report_bad_again(written, most);
        }
        let most = possible.unwrap_or(1);
        self.flow.agains.push(Again { most, span: written.span })
    }

    fn report_bad_again(&mut self, written: &ast::Again, most: u32) {
        let span = match written.most {
            Number::Integer(span) | Number::Other(span) => span,
            Number::Name(name) => name.span,
        };
        let otherwise = self.sources.text(written.otherwise.span);
        let (message, help) = if most == 0 {
            (
                "a transition that may be taken 0 times is never taken".to_owned(),
                format!(
                    "write how often a call may take it, such as `again 2`, or lead straight to `{otherwise}`"
                ),
            )
        } else {
            (
                format!("a call cannot take a transition more than {MOST_AGAIN} times"),
                format!("write a number from 1 to {MOST_AGAIN}, such as `again 2`"),
            )
        };
        self.diagnostics.push(
            Diagnostic::new(&codes::BAD_AGAIN, span, message)
                .here(if most == 0 { "never" } else { "too often" })
                .help(help),
        );
    }
}

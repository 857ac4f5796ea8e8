//! Why a rule has its verdict, in words.

use super::violation::{BrokenRule, sentence};
use super::{JudgedRule, RuleVerdict, codes, facts};
use crate::flow::Flow;
use crate::flow::policy::Demand;
use crate::source::Sources;

/// Why a rule has its verdict, as one sentence without a full stop: what breaks it, without the path; what
/// is missing; or the text of a duty. `None` if the rule holds and is known to bind the flow.
pub fn reason(sources: &Sources, flow: &Flow, judged: &JudgedRule) -> Option<String> {
    let policy = flow.policies.get(judged.policy)?;
    let rule = policy.rules.get(judged.rule)?;
    if let Some(missing) = &judged.open {
        return Some(missing.what.clone());
    }
    match &judged.verdict {
        RuleVerdict::Holds { .. } => facts::may_not_bind(flow, rule),
        RuleVerdict::Vacuous(why) => Some(why.in_words(flow)),
        RuleVerdict::Withheld(why) => Some((*why).to_owned()),
        RuleVerdict::Unknown(missing) => Some(missing.what.clone()),
        RuleVerdict::Obligation => match &rule.demand {
            Demand::Oblige(text) => Some(match facts::may_not_bind(flow, rule) {
                Some(open) => format!("{text} ({open})"),
                None => text.to_string(),
            }),
            Demand::Paths(_) | Demand::Fact(_) => None,
        },
        RuleVerdict::Violated(_) => {
            let violation = judged.violation()?;
            let code = codes::of_rule(&policy.name, &rule.name);
            Some(sentence(&BrokenRule { sources, flow, policy, rule, violation, code }))
        }
    }
}

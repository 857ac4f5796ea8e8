//! Policies, `apply`, waivers and attestations: lines in the wrong place, and missing parts.

use super::{BrokenLine, Wording, fix, kinds};
use crate::diagnostics::quote;
use crate::flow::decision::DecisionKind;
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{CLAUSES, DECLARATIONS, EXPECTS, FORMS, LineContext};

/// A rule at the top level or in a node's block.
pub fn rule_outside(broken: &BrokenLine<'_>) -> Option<Wording> {
    let is_form = |form: &&Token<'_>| FORMS.contains(&form.text) || form.is(EXPECTS);
    let form = broken.form().filter(|_| broken.place != LineContext::Policy).filter(is_form)?;
    let next = broken.tokens.iter().find(|token| token.range.start >= form.range.end);
    // `require -> a` is a broken transition.
    let is_rule = next.is_none_or(|next| next.kind != Kind::Signs || next.text.starts_with(['=', '(']));
    if !is_rule {
        return None;
    }
    let help = "write `policy NAME { … }` around it, and `apply NAME` to have it checked";
    fix(form, "a rule belongs in a policy's block", "which policy does this rule belong to?", help)
}

/// A policy in a node's block, or a node in a policy's block.
pub fn declaration_inside_block(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [first, second, ..] = broken.tokens else { return None };
    // `disclosure before agent` is a rule without its form.
    let is_rule = broken.place == LineContext::Policy && CLAUSES.contains(&second.text);
    let has_name = !is_rule && matches!(second.kind, Kind::Word | Kind::Quoted | Kind::String);
    let is_declaration = match broken.place {
        LineContext::File => false,
        LineContext::Block => matches!(first.text, "fact" | "policy" | "apply" | "waive" | "attest"),
        LineContext::Policy => DECLARATIONS.contains(&first.text) || kinds().any(|kind| kind == first.text),
    };
    if !has_name || !is_declaration {
        return None;
    }
    let is_node = first.is("node") || kinds().any(|kind| kind == first.text);
    let what = match first.text {
        _ if is_node => "a node".to_owned(),
        "policy" | "fact" | "test" => format!("a {}", first.text),
        "waive" => DecisionKind::Waiver.with_article().to_owned(),
        "attest" => DecisionKind::Attestation.with_article().to_owned(),
        word => quote(word),
    };
    let label = if broken.place == LineContext::Policy {
        "a policy's block holds only rules"
    } else {
        "inside a block"
    };
    fix(
        first,
        format!("{what} belongs outside any block"),
        label,
        "put it outside the block; if the block should end above this line, its `}` is missing",
    )
}

/// `policy "House rules" {`, `policy House rules {`, `policy house`.
pub fn policy_header(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| broken.place == LineContext::File && first.is("policy"))?;
    let Some(name) = broken.token(1).filter(|second| !second.is("{")) else {
        let help = "write `policy NAME \"TITLE\" {`; the title may be left out";
        return fix(first, "the policy has no name", "expected a name after this", help);
    };
    if name.kind == Kind::String {
        let help = format!("write `policy NAME {}`; `apply` and `waive` use this name", name.text);
        return fix(name, "the policy has no name", "this is its title; expected a name before it", help);
    }
    if name.kind == Kind::Quoted {
        let help = "a name has the letters a to z, digits and `_`, with single `-` or `.` between them";
        let wording = fix(name, "a policy's name is written without backticks", "between backticks", help)?;
        return unquoted(wording, name);
    }
    if let Some(wording) = super::policy_headers::more(broken, name) {
        return Some(wording);
    }
    let rest =
        |from: usize| broken.line.get(from..).unwrap_or_default().split('{').next().unwrap_or_default();
    match broken.found {
        None => Some(Wording {
            range: broken.here(),
            message: format!("the policy {} has no block", quote(name.text)),
            label: "`{` is missing".into(),
            help: "write `{` at the end of this line, the rules below it, and `}` on a line of its own"
                .into(),
            instead: Vec::new(),
        }),
        Some(found) if found.kind == Kind::Word && broken.expects(Rule::policy_block) => {
            let title = rest(found.range.start).trim_end();
            let quoted = format!("\"{}\"", title.replace('"', ""));
            let range = found.range.start..found.range.start + title.len();
            Some(Wording {
                message: "a policy's title needs quotes".into(),
                label: "this has no quotes".into(),
                help: format!("write `policy {} {quoted} {{`", name.text),
                instead: vec![vec![(range.clone(), quoted)]],
                range,
            })
        }
        Some(found) if found.is(":") || found.is("=") => {
            let message = format!("a policy takes no `{}`", found.text);
            fix(found, message, "not needed", "write `policy NAME \"TITLE\" {`")?
                .instead_of(broken.with_blanks(found.range.clone()), " ")
        }
        Some(_) => None,
    }
}

/// `apply "house"`, `apply a, b`, `apply house/near`.
pub fn apply(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| broken.place == LineContext::File && first.is("apply"))?;
    let Some(found) = broken.found else {
        return fix(
            first,
            "this `apply` names no policy",
            "expected a name after this",
            "write `apply NAME`",
        );
    };
    if broken.before_found().is_some_and(|before| before.is("apply")) {
        if found.is("policy") || !matches!(found.kind, Kind::String | Kind::Quoted) {
            return None;
        }
        let help = "write `apply NAME` with the policy's name, not its title";
        return unquoted(fix(found, "a policy's name is written without quotes", "quoted", help)?, found);
    }
    let names: Vec<&Token<'_>> = broken
        .tokens
        .iter()
        .skip(1)
        .filter(|token| token.kind == Kind::Word && !matches!(token.text, "and" | "policy"))
        .collect();
    match (found.text, names.as_slice()) {
        ("to", _) => fix(
            found,
            "a policy applies to the whole flow",
            "not needed",
            "write `apply NAME`; each rule says what it applies to",
        ),
        ("/", [policy, ..]) => fix(
            found,
            "a policy applies as a whole",
            "only one rule?",
            format!("write `apply {}`, and a `waive` for each rule that it may break", policy.text),
        ),
        (_, [policy, ..])
            if broken.token(1).is_some_and(|second| second.is("policy")) && broken.tokens.len() == 3 =>
        {
            let word = broken.token(1)?;
            let help = format!("write `apply {}`", policy.text);
            fix(word, "take out the word `policy`", "not needed", help)?
                .instead_of(broken.with_blanks_after(word), "")
        }
        (_, [first_name, second_name, ..]) => {
            let help = format!(
                "write `apply {}` and `apply {}` on lines of their own",
                first_name.text, second_name.text
            );
            let wording = fix(found, "an `apply` names only one policy", "a second one?", help)?;
            let is_list = |token: &Token<'_>| token.kind == Kind::Word || token.is(",") || token.is("&");
            if !broken.tokens.iter().all(is_list) || broken.tokens.iter().any(|token| token.is("policy")) {
                return Some(wording);
            }
            let lines: Vec<String> = names.iter().map(|name| format!("apply {}", name.text)).collect();
            wording.instead_of(first.range.start..broken.tokens.last()?.range.end, lines.join("\n"))
        }
        _ => None,
    }
}

/// Offers a name without its quotes, if there is one between them.
pub fn unquoted(wording: Wording, token: &Token<'_>) -> Option<Wording> {
    let inner = token.text.trim_matches(['"', '`']);
    if is_name(inner) { wording.instead_of(token.range.clone(), inner) } else { Some(wording) }
}

/// What the line begins like, if that is a waiver or an attestation.
fn decision(broken: &BrokenLine<'_>) -> Option<DecisionKind> {
    let first = broken.first().filter(|_| broken.place == LineContext::File)?;
    [DecisionKind::Waiver, DecisionKind::Attestation].into_iter().find(|kind| first.is(kind.verb()))
}

/// What a line that lacks the name of a rule is told.
pub const fn rule_to_name(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Waiver => "a waiver has to name a rule of the policy",
        DecisionKind::Attestation | DecisionKind::Evidence => {
            "an attestation has to name an obligation of the policy"
        }
    }
}

/// How a line with this policy is written.
fn form_with(kind: DecisionKind, policy: &str) -> String {
    let verb = kind.verb();
    format!("write `{verb} {policy}/RULE`; a rule without a name is `rule-1`, `rule-2` and so on")
}

/// How a fact is written with who vouches for it.
pub(super) const EVIDENCE: &str = "write `fact NAME = VALUE because \"PROOF\" by \"WHO\" until 2027-03-31`";

/// How the whole line is written.
fn form(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Waiver => {
            "write `waive POLICY/RULE at NODE because \"WHY\" by \"NAME\" until 2027-03-31`"
        }
        DecisionKind::Attestation => {
            "write `attest POLICY/RULE because \"PROOF\" by \"NAME\" until 2027-03-31`"
        }
        DecisionKind::Evidence => EVIDENCE,
    }
}

/// `waive house at q1`, `waive house.near`, `waive "house/near"`, and the same with `attest`.
pub fn decided_rule(broken: &BrokenLine<'_>) -> Option<Wording> {
    let kind = decision(broken)?;
    let verb = kind.verb();
    let first = broken.first()?;
    let Some(policy) = broken.token(1) else {
        let help = form(kind).replace(" at NODE", "");
        let message = format!("this `{verb}` names no rule");
        return fix(first, message, "expected a policy and its rule after this", help);
    };
    if policy.kind == Kind::String && broken.found.is_some_and(|found| found.range == policy.range) {
        let inner = policy.text.trim_matches('"');
        let help = format!("write `{verb} {}`", if inner.contains('/') { inner } else { "POLICY/RULE" });
        let wording =
            fix(policy, "the names of a policy and its rule are written without quotes", "quoted", help)?;
        return if inner.contains('/') { wording.instead(inner) } else { Some(wording) };
    }
    if is_code(policy.text) && !broken.token(2).is_some_and(|next| next.is("/")) {
        return finding(broken, kind, policy);
    }
    if let [_, policy, slash, word, next, ..] = broken.tokens
        && slash.is("/")
        && is_part(word)
        && matches!(next.kind, Kind::String | Kind::Number)
    {
        return fix(
            word,
            rule_to_name(kind),
            "expected the rule's name before this",
            form_with(kind, policy.text),
        );
    }
    if !(broken.expects(Rule::slash) && policy.kind == Kind::Word) {
        let missing =
            broken.before_found().is_some_and(|before| before.is("/")) && broken.expects(Rule::name);
        return missing.then(|| Wording {
            range: broken.here(),
            message: rule_to_name(kind).into(),
            label: "expected the rule's name here".into(),
            help: form_with(kind, policy.text),
            instead: Vec::new(),
        });
    }
    let rule = match (broken.found, broken.token(3)) {
        (Some(sign), Some(rule))
            if rule.kind == Kind::Word && matches!(sign.text, ":" | "." | "::" | "->" | "//") =>
        {
            Some(rule)
        }
        (Some(rule), _) if rule.kind == Kind::Word && !is_part(rule) => Some(rule),
        _ => None,
    };
    let help = match (rule, policy.text.rsplit_once('.')) {
        (Some(rule), _) => format!("write `{verb} {}/{}`", policy.text, rule.text),
        (None, Some((before, rule))) => format!(
            "write `{verb} {before}/{rule}`, or `{verb} {}/RULE` if that is the policy's name",
            policy.text
        ),
        (None, None) if kind == DecisionKind::Waiver && broken.token(2).is_some_and(|next| next.is("at")) => {
            format!(
                "{}; a finding is waived by its code, as in `waive CX205 at NODE`",
                form_with(kind, policy.text)
            )
        }
        (None, None) => form_with(kind, policy.text),
    };
    let wording = fix(policy, rule_to_name(kind), "which of its rules?", help)?;
    match rule {
        Some(rule) => wording.instead_of(policy.range.end..rule.range.start, "/"),
        None => Some(wording),
    }
}

/// `waive CX201 on menu`, `waive CX201`, `waive CX201, CX205 at menu`, and `attest CX201`.
fn finding(broken: &BrokenLine<'_>, kind: DecisionKind, code: &Token<'_>) -> Option<Wording> {
    let help = format!("write `waive {} at NODE because \"WHY\" by \"NAME\" until 2027-03-31`", code.text);
    if kind == DecisionKind::Attestation {
        return fix(code, "an attestation names an obligation, not a finding", "the code of a finding", help);
    }
    let node = |token: &&Token<'_>| matches!(token.kind, Kind::Word | Kind::Quoted);
    match broken.token(2) {
        None => fix(code, "the waiver of a finding names its node", "at which node?", help),
        Some(next) if next.is(",") => {
            fix(next, "a waiver excuses one finding at one node", "a second one?", "write a line for each")
        }
        Some(word) if matches!(word.text, "on" | "in" | "for" | "of") => fix(
            word,
            "write `at` before the node of a waiver",
            "this word is not part of a waiver",
            "write `at NODE`",
        )?
        .instead("at"),
        Some(sign) if matches!(sign.text, ":" | "->" | "=" | "@") => {
            let wording = fix(
                sign,
                "write `at` before the node of a waiver",
                "not between the two",
                "write `at NODE`",
            )?;
            wording.instead_of(broken.with_blanks(sign.range.clone()), " at ")
        }
        Some(next) if node(&next) && !is_part(next) => {
            let wording =
                fix(next, "write `at` before the node of a waiver", "`at` is missing", "write `at NODE`")?;
            wording.instead_of(next.range.start..next.range.start, "at ")
        }
        _ => None,
    }
}

/// Whether a word begins a part of a waiver or an attestation.
fn is_part(token: &Token<'_>) -> bool {
    token.is("at") || PARTS.iter().any(|(_, word)| token.is(word))
}

/// Whether a word is a code such as `CX201`.
fn is_code(word: &str) -> bool {
    let digits = word.strip_prefix("CX").or_else(|| word.strip_prefix("cx"));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The words of the parts after the names, in order.
const PARTS: &[(Rule, &str)] =
    &[(Rule::kw_because, "because"), (Rule::kw_by, "by"), (Rule::kw_until, "until")];

/// What is said if a part is missing.
fn must_have(kind: DecisionKind, part: &str) -> String {
    let must = match (part, kind) {
        ("because", DecisionKind::Waiver) => "must give a reason",
        ("because", _) => "must say what proves it",
        ("by", _) => "must name who answers for it",
        _ => "must have a last day",
    };
    format!("{} {must}", kind.with_article())
}

/// How a part is written.
fn form_of(kind: DecisionKind, part: &str) -> &'static str {
    match (part, kind) {
        ("because", DecisionKind::Waiver) => "because \"WHY\"",
        ("because", _) => "because \"PROOF\"",
        ("by", _) => "by \"NAME\"",
        _ => "until 2027-03-31",
    }
}

/// A waiver or an attestation that lacks one of these parts.
pub fn decision_part(broken: &BrokenLine<'_>) -> Option<Wording> {
    part_of(broken, decision(broken)?)
}

/// A decision that lacks one of its parts, or has them in another order.
pub(super) fn part_of(broken: &BrokenLine<'_>, kind: DecisionKind) -> Option<Wording> {
    let has =
        |word: &str| broken.tokens.iter().skip(2).any(|token| token.is(word) && token.kind == Kind::Word);
    let fix_here = |message: String, label: &str, help: String| {
        Some(Wording { range: broken.here(), message, label: label.into(), help, instead: Vec::new() })
    };
    if let Some((at, &(_, word))) = PARTS.iter().enumerate().find(|(_, (rule, _))| broken.expects(*rule)) {
        let found = broken.found;
        let is_waiver = kind == DecisionKind::Waiver;
        let is_place = |found: &&Token<'_>| at == 0 && matches!(found.text, "on" | "in" | "for" | "of");
        if kind == DecisionKind::Attestation
            && let Some(found) = found.filter(|found| found.is("at") || is_place(found))
        {
            let help = "take the node out: an obligation is about the whole campaign";
            let wording = fix(found, "an attestation names no node", "not needed", help)?;
            return match broken.after(found) {
                Some(node) => {
                    let place = found.range.start..broken.with_blanks_after(node).end;
                    wording.instead_of(place, "")
                }
                None => Some(wording),
            };
        }
        if let Some(found) = found.filter(|found| found.is("at") && at > 0) {
            let wording = fix(found, "`at` follows the rule directly", "too late", form(kind))?;
            return in_order(broken, wording);
        }
        if let Some(found) = found.filter(|found| is_waiver && is_place(found)) {
            return fix(
                found,
                "write `at` before the node of a waiver",
                "this word is not part of a waiver",
                "write `at NODE`",
            )?
            .instead("at");
        }
        if has(word) {
            let found = found?;
            let known = PARTS.iter().any(|(_, word)| found.is(word));
            if !known {
                return None;
            }
            let message = format!("`{word}` comes before `{}`", found.text);
            return in_order(broken, fix(found, message, "too early", form(kind))?);
        }
        let missing = PARTS.iter().skip(at).filter(|(_, word)| !has(word));
        let missing: Vec<&str> = missing.map(|(_, word)| form_of(kind, word)).collect();
        return fix_here(
            must_have(kind, word),
            &format!("`{word}` is missing"),
            format!("add `{}`", missing.join(" ")),
        );
    }
    // `because the scale uses 9 by "j.lee"`
    let before = broken.before_found().filter(|before| matches!(before.text, "because" | "by"))?;
    let next = if before.is("because") { "by" } else { "until" };
    let Some(found) = broken.found.filter(|found| !found.is(next)) else {
        let help = format!("write `{}`", form_of(kind, before.text));
        return fix_here(must_have(kind, before.text), "expected a text in quotes here", help);
    };
    let end = broken
        .tokens
        .iter()
        .skip_while(|token| token.range.start < found.range.start)
        .take_while(|token| !token.is(next))
        .map(|token| token.range.end)
        .last()?;
    let written = broken.line.get(found.range.start..end)?;
    let quoted = format!("\"{}\"", written.replace(['"', '\''], ""));
    Some(Wording {
        range: found.range.start..end,
        message: "a text needs quotes".into(),
        label: "this has no quotes".into(),
        help: format!("write `{} {quoted}`", before.text),
        instead: vec![vec![(found.range.start..end, quoted)]],
    })
}

/// Offers the parts of a waiver or an attestation, after the rule's name, in the right order.
fn in_order(broken: &BrokenLine<'_>, wording: Wording) -> Option<Wording> {
    match broken.in_order(&["at", "because", "by", "until"], 4) {
        Some((range, parts)) => wording.instead_of(range, parts),
        None => Some(wording),
    }
}

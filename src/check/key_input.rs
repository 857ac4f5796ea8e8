//! What a prompt says about the keys that it takes: the times for them, how many digits, and what ends them.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, quote};
use crate::flow::{Action, DIGITS, Digits, Directive, EndKey, EntryVariable, Kind, Node, WAITS, Wait};
use crate::source::Sources;
use crate::spelling::display_duration;

pub static RULE: Rule = Rule { codes: &[&WAIT, &COUNT, &END, &INTO], check };

/// A time that is too short or too long to wait for a key.
static WAIT: Code = Code {
    id: "CX136",
    area: Area::Declaration,
    name: "bad-wait",
    severity: Severity::Error,
    what: "A `wait` or `between` is shorter than half a second or longer than three minutes.",
    why: "In less than half a second nobody can press a key, so every call would end in `timeout`; and whoever has pressed nothing for three minutes does not listen any more.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" wait 5ms {
  on 1 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" wait 5s {
  on 1 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

/// A number of digits that no entry can have.
static COUNT: Code = Code {
    id: "CX137",
    area: Area::Declaration,
    name: "bad-digits",
    severity: Severity::Error,
    what: "`digits` asks for no digit at all or for more than 32, or its range runs backwards.",
    why: "No entry would ever be taken.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Balance"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect account "Please enter your account number." digits 10..6 {
  on entered -> desk
  on timeout | invalid -> desk
}
agent desk "front_desk"
notice -> account
"#,
        ),
        right: Example::Text(
            r#"flow "Balance"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect account "Please enter your account number." digits 6..10 {
  on entered -> desk
  on timeout | invalid -> desk
}
agent desk "front_desk"
notice -> account
"#,
        ),
    },
};

/// A key that cannot end digits, or that ends none.
static END: Code = Code {
    id: "CX138",
    area: Area::Declaration,
    name: "bad-end-key",
    severity: Severity::Error,
    what: "`end` names something else than `#` or `*`, or the prompt has no `digits` that the key could end.",
    why: "A digit cannot end an entry of digits, since it may be one of them. Where branches name the keys, no key is needed to end an entry.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Balance"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect account "Please enter your account number, then 5." digits 6..10 end "5" {
  on entered -> desk
  on timeout | invalid -> desk
}
agent desk "front_desk"
notice -> account
"#,
        ),
        right: Example::Text(
            r##"flow "Balance"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect account "Please enter your account number, then pound." digits 6..10 end "#" {
  on entered -> desk
  on timeout | invalid -> desk
}
agent desk "front_desk"
notice -> account
"##,
        ),
    },
};

/// A variable for an entry where no digits are entered.
static INTO: Code = Code {
    id: "CX140",
    area: Area::Declaration,
    name: "into-without-digits",
    severity: Severity::Error,
    what: "`into` names a variable for an entry, but the prompt has no `digits`.",
    why: "Where branches name the keys, the branch that the call takes says which key was pressed, and nothing is entered.",
    page: Page::Flows {
        wrong: Example::Text(
            r##"flow "Balance"
entry notice
var account lasts 4s
disclosure notice "https://cdn.example.com/notice.wav"
collect number "Please enter your account number." into account {
  on 1 -> desk
  on timeout | invalid -> desk
}
agent desk { say "${account}."; route "front_desk" }
notice -> number
"##,
        ),
        right: Example::Text(
            r##"flow "Balance"
entry notice
var account lasts 4s
disclosure notice "https://cdn.example.com/notice.wav"
collect number "Please enter your account number." digits 6..10 into account {
  on entered -> known
  on timeout | invalid -> desk
}
play known { say "${account}." }
agent desk "front_desk"
notice -> number
known -> desk
"##,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let nodes = context.flow.nodes.rows().iter();
    let actions = nodes.flat_map(|node| node.actions.iter().map(move |action| (node, action)));
    for (node, action) in actions {
        let Some(input) = action.input.as_deref() else { continue };
        let waits = [("wait", input.wait, "5s"), ("between", input.between, "3s")];
        let waits =
            waits.into_iter().filter_map(|(word, time, usual)| of_wait(context.sources, word, time?, usual));
        let digits = input.digits.and_then(|digits| of_digits(context.sources, digits));
        let end = input.end.as_ref().and_then(|end| of_end(context.sources, action, end));
        // One that lacks `digits` is enough.
        let into = input.into.as_ref().filter(|_| end.is_none()).and_then(|into| of_into(node, action, into));
        waits.chain(digits).chain(end).chain(into).for_each(|found| diagnostics.push(found));
    }
}

/// What is wrong with a time. Settings are checked where they are read.
fn of_wait(sources: &Sources, word: &str, wait: Wait, usual: &str) -> Option<Diagnostic> {
    let span = wait.span.filter(|_| !WAITS.contains(&wait.milliseconds))?;
    let is_short = wait.milliseconds < *WAITS.start();
    let time = sources.text(span).strip_prefix(word).unwrap_or_default().trim();
    let (message, help) = if is_short {
        (
            format!("`{word} {time}` is too short: nobody presses a key that fast"),
            format!("write at least {}, as in `{word} {usual}`", display_duration(*WAITS.start())),
        )
    } else {
        (
            format!("`{word} {time}` is too long: nobody who hears this waits for {time}"),
            format!("write at most {}, as in `{word} {usual}`", display_duration(*WAITS.end())),
        )
    };
    Some(Diagnostic::new(&WAIT, span, message).here("no time to wait for a key").help(help))
}

/// Whether a prompt has options for an entry, and does not say how many digits it has, which is reported.
pub(super) fn lacks_digits(node: &Node) -> bool {
    if node.declared.is_some() || node.generic {
        return false;
    }
    // Without its prompt, which is reported, nothing holds them.
    let has_prompt = node.actions.iter().any(|action| action.directive == Directive::Collect);
    (node.is(Kind::Collect) && !has_prompt)
        || node.actions.iter().any(|action| {
            let input = action.input.as_deref();
            let is_of_entry = input.is_some_and(|input| input.end.is_some() || input.into.is_some());
            action.directive == Directive::Collect && is_of_entry && !action.takes_digits()
        })
}

fn of_digits(sources: &Sources, digits: Digits) -> Option<Diagnostic> {
    let (least, most) = (digits.least?, digits.most?);
    let (message, help, meant) = if least > most {
        let meant = format!("digits {}..{least}", most.max(*DIGITS.start()));
        ("the range of `digits` runs backwards".to_owned(), format!("write `{meant}`"), Some(meant))
    } else if most > *DIGITS.end() {
        let message = format!("an entry cannot have {most} digits");
        (message, format!("write {} at most, as in `digits 6..10`", DIGITS.end()), None)
    } else if least < *DIGITS.start() {
        let message = "`digits` takes an entry without any digit, which is silence".to_owned();
        let (help, meant) = match most {
            0 => ("write how many digits there are, as in `digits 4` or `digits 6..10`".to_owned(), None),
            1 => ("write `digits 1`".to_owned(), Some("digits 1".to_owned())),
            _ => (format!("write `digits 1..{most}`"), Some(format!("digits 1..{most}"))),
        };
        (message, help, meant)
    } else {
        return None;
    };
    // What a name stands for is written elsewhere.
    let is_number = |c: char| c.is_ascii_digit() || c == '.' || c.is_whitespace();
    let written = sources.text(digits.span).strip_prefix("digits").unwrap_or("?");
    let meant = meant.filter(|_| written.chars().all(is_number));
    let diagnostic = Diagnostic::new(&COUNT, digits.span, message).here("no entry has so many digits");
    Some(diagnostic.help(help).fix(meant.map(|meant| Fix::write(digits.span, meant))))
}

fn of_end(sources: &Sources, action: &Action, end: &EndKey) -> Option<Diagnostic> {
    let key = end.key.as_deref()?;
    if end.valid().is_none() {
        let meant = match key.trim().to_ascii_lowercase().as_str() {
            "#" | "pound" | "hash" | "number sign" => Some("\"#\""),
            "*" | "star" | "asterisk" => Some("\"*\""),
            _ => None,
        };
        let message = match key {
            "" => "`end` names no key".to_owned(),
            key => format!("{} does not end an entry", quote(key)),
        };
        let help = match meant {
            Some(meant) => format!("write `end {meant}`"),
            None => "write `end \"#\"` or `end \"*\"`: one key that is no digit".to_owned(),
        };
        let fix = meant.filter(|_| !sources.text(end.span).contains("${"));
        return Some(
            Diagnostic::new(&END, end.span, message)
                .here("not a key that ends digits")
                .help(help)
                .fix(fix.map(|meant| Fix::write(end.span, meant))),
        );
    }
    // Elsewhere no option about keys has a meaning.
    let is_alone = action.directive == Directive::Collect && !action.takes_digits();
    is_alone.then(|| {
        Diagnostic::new(&END, end.span, "`end` stands without `digits`")
            .here("there are no digits that it ends")
            .help("say how many digits are entered, as in `digits 6..10 end \"#\"`, or take `end` out")
    })
}

fn of_into(node: &Node, action: &Action, into: &EntryVariable) -> Option<Diagnostic> {
    // Elsewhere no option about keys has a meaning.
    let takes_keys = matches!(action.directive, Directive::Collect | Directive::Other(_));
    let is_alone = takes_keys && node.declared.is_none() && !action.takes_digits();
    is_alone.then(|| {
        Diagnostic::new(&INTO, into.span, "`into` stands without `digits`")
            .here("nothing is entered that it could keep")
            .help(format!(
                "say how many digits are entered, as in `digits 6..10 into {0}`; what a key means is set where its branch leads, as in `set {0} = \"TEXT\"`",
                into.name
            ))
    })
}

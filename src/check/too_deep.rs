//! baseline/depth: no path has more than 45 transitions.

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::display_id;
use crate::simulate::longest_path;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

/// The most transitions that the platform's outbound baseline admits on a path.
pub const MAX_DEPTH: usize = 45;

static CODE: Code = Code {
    id: "CX304",
    name: "too-deep",
    severity: Severity::Error,
    what: "A path from the entry has more than 45 transitions (baseline/depth). The message shows a longest one.",
    why: "The platform refuses deeper flows, and no caller would stay that long.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Long"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play a0 { say "0" }; play a1 { say "1" }; play a2 { say "2" }; play a3 { say "3" }; play a4 { say "4" }
play b0 { say "0" }; play b1 { say "1" }; play b2 { say "2" }; play b3 { say "3" }; play b4 { say "4" }
play c0 { say "0" }; play c1 { say "1" }; play c2 { say "2" }; play c3 { say "3" }; play c4 { say "4" }
play d0 { say "0" }; play d1 { say "1" }; play d2 { say "2" }; play d3 { say "3" }; play d4 { say "4" }
play e0 { say "0" }; play e1 { say "1" }; play e2 { say "2" }; play e3 { say "3" }; play e4 { say "4" }
play f0 { say "0" }; play f1 { say "1" }; play f2 { say "2" }; play f3 { say "3" }; play f4 { say "4" }
play g0 { say "0" }; play g1 { say "1" }; play g2 { say "2" }; play g3 { say "3" }; play g4 { say "4" }
play h0 { say "0" }; play h1 { say "1" }; play h2 { say "2" }; play h3 { say "3" }; play h4 { say "4" }
play i0 { say "0" }; play i1 { say "1" }; play i2 { say "2" }; play i3 { say "3" }; play i4 { say "4" }
disconnect bye
notice -> a0 -> a1 -> a2 -> a3 -> a4 -> b0 -> b1 -> b2 -> b3 -> b4 -> c0 -> c1 -> c2 -> c3 -> c4
c4 -> d0 -> d1 -> d2 -> d3 -> d4 -> e0 -> e1 -> e2 -> e3 -> e4 -> f0 -> f1 -> f2 -> f3 -> f4
f4 -> g0 -> g1 -> g2 -> g3 -> g4 -> h0 -> h1 -> h2 -> h3 -> h4 -> i0 -> i1 -> i2 -> i3 -> i4 -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Short"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play a { say "0"; say "1"; say "2"; say "3"; say "4" }
disconnect bye
notice -> a -> bye
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    if context.entry.is_none() {
        return;
    }
    let Some(path) = longest_path(flow).filter(|path| path.len() > MAX_DEPTH + 1) else { return };
    let depth = path.len() - 1;
    let Some(&beyond) = path.get(MAX_DEPTH + 1) else { return };
    let node = &flow.nodes[beyond];
    diagnostics.push(
        Diagnostic::new(&CODE, node.name_span, format!("a path has {depth} transitions, more than {MAX_DEPTH}"))
            .here(format!("`{}` is {} transitions from the entry", display_id(&node.id), MAX_DEPTH + 1))
            .help("join nodes that follow each other into one with several `play` or `say` actions")
            .note(format!("a longest path: {}", flow.path(&path))),
    );
}

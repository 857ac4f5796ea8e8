//! baseline/disclosed_first: nobody reaches a person, a callback or a mailbox undisclosed.

use super::missing_disclosure::is_disclosed;
use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::{Kind, display_id};
use crate::simulate::first_reached;
use crate::source::Span;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX305",
    name: "undisclosed-path",
    severity: Severity::Warning,
    what: "A path reaches an agent, a callback or a voicemail without a disclosure before it (baseline/disclosed_first). \
           Two disclosures on two branches that meet again are fine: what counts is that every path passes one.",
    why: "One undisclosed path is one undisclosed call, however rare. The message shows a path with the fewest transitions.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry menu
collect menu "Press 1 for an agent, 2 to listen" {
  on 1 -> sales
  on 2 -> notice
  on timeout | invalid -> bye
}
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
disconnect bye
notice -> sales
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
collect menu "Press 1 for an agent" {
  on 1 -> sales
  on timeout | invalid -> bye
}
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
disconnect bye
notice -> menu
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // Without any disclosure every path is undisclosed, which CX302 says once.
    let Some(entry) = context.entry.filter(|_| is_disclosed(context)) else { return };
    let needs = |kind| matches!(kind, Kind::Agent | Kind::Callback | Kind::Voicemail);
    let reached = first_reached(
        flow,
        entry,
        |node| flow.nodes[node].kind().is_some_and(needs),
        |node| flow.nodes[node].is(Kind::Disclosure),
    );
    let Some((reached, &first)) = reached.as_ref().and_then(|reached| Some((reached, reached.nodes.first()?))) else { return };
    let node = &flow.nodes[first];
    let name = display_id(&node.id);
    let others: Vec<Span> = reached.nodes.iter().skip(1).map(|&node| flow.nodes[node].name_span).collect();
    diagnostics.push(
        Diagnostic::new(&CODE, node.name_span, format!("`{name}` is reached without a disclosure: {}", flow.path(&reached.path)))
            .here("no disclosure before this")
            .label_each(&others, 5, "nor before this")
            .help("put a disclosure on the way, best before the paths divide"),
    );
}

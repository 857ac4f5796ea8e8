//! A report as one HTML page, which loads nothing and sends nothing.

mod breaks;
mod call;
mod campaign;
mod dates;
mod head;
mod obligations;
mod policies;
mod signature;
mod values;
mod verdicts;
mod writer;

use writer::Html;

use super::{Report, ReportOptions, page};
use crate::Compiled;
use crate::diagnostics::counted;

/// A section of the page.
struct Section {
    /// Its id, which links name.
    id: &'static str,
    /// Its heading.
    title: &'static str,
    /// Writes what it says.
    write: fn(&mut Html<'_>, &Report),
}

/// The sections, in the order of the page. The picture comes after them.
const SECTIONS: &[Section] = &[
    Section { id: "made-of", title: "What it was made of", write: head::made_of },
    Section { id: "findings", title: "Errors and warnings", write: head::findings },
    Section { id: "jurisdictions", title: "What is covered, and what is not", write: policies::covered },
    Section { id: "facts", title: "Facts about the campaign", write: campaign::facts },
    Section { id: "rules", title: "Rules", write: policies::rules },
    Section { id: "obligations", title: "Obligations", write: obligations::obligations },
    Section { id: "waivers", title: "Waivers", write: campaign::waivers },
    Section { id: "changes", title: "What changes within 90 days", write: dates::changes },
    Section { id: "memory", title: "What rests on memory", write: policies::memory },
    Section { id: "secondary", title: "What rests on secondary sources", write: policies::secondary },
    Section { id: "estimates", title: "What rests on estimated times", write: policies::estimates },
    Section { id: "words", title: "The words behind each tag", write: call::tags },
    Section { id: "prompts", title: "Everything that is heard", write: call::prompts },
    Section { id: "hours", title: "Opening hours", write: values::hours },
    Section { id: "values", title: "What is entered, set and sent", write: values::values },
    Section { id: "dispositions", title: "How calls are reported", write: call::dispositions },
    Section { id: "tests", title: "Tests", write: call::tests },
    Section { id: "calls", title: "Calls to try", write: call::sheet },
];

/// The report as a page.
///
/// ```
/// use cxflowc::report::{Report, ReportOptions, html};
///
/// let text = "flow \"<b>\"\nentry a\ndisclosure a { say \"This is Lakeside.\" }\na -> bye\ndisconnect bye\n";
/// let compiled = cxflowc::compile("hello.cxflow", text);
/// let options = ReportOptions {
///     as_of: jiff::civil::date(2026, 11, 29),
///     environment: None,
///     params: Default::default(),
///     voice: Default::default(),
///     mask: str::to_owned,
/// };
/// let page = html::page(&Report::of(&compiled, &options), &compiled, &options);
/// assert!(page.contains("&lt;b&gt;") && !page.contains("<b>"));
/// ```
pub fn page(report: &Report, compiled: &Compiled, options: &ReportOptions) -> String {
    page::document(&title(report), options.mask, |out| body(report, compiled, options, out))
}

fn body(report: &Report, compiled: &Compiled, options: &ReportOptions, out: &mut String) {
    let mut html = Html::new(options.mask, out);
    html.markup("<header>");
    head::summary(&mut html, report);
    html.markup("</header>\n");
    contents(&mut html);
    html.markup("<main>\n");
    for section in SECTIONS {
        html.section(section.id, section.title, |html| (section.write)(html, report));
    }
    html.section("picture", "The flow as a picture", |html| {
        if report.identity.nodes == 0 {
            return html.paragraph("The flow has no nodes to draw.");
        }
        html.trusted(|out| page::picture(compiled, options.mask, out))
    });
    html.section("signature", "Signature", |html| signature::signature(html, report));
    html.markup("</main>\n");
}

/// The flow, the day and the payload: what each printed page has to say.
fn title(report: &Report) -> String {
    const SHORT: usize = 12;
    let identity = &report.identity;
    let name = identity.flow.as_deref().unwrap_or(&identity.file);
    let hash = identity.payload_sha256.as_deref().and_then(|hash| hash.get(..SHORT));
    let payload = hash.map_or_else(|| "no payload".to_owned(), |hash| format!("payload {hash}"));
    format!("Report on {name}, {}, {payload}", identity.as_of)
}

fn contents(html: &mut Html<'_>) {
    html.markup("<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ol>\n");
    let sections = SECTIONS.iter().map(|section| (section.id, section.title));
    for (id, title) in sections.chain([("picture", "The flow as a picture"), ("signature", "Signature")]) {
        html.markup("<li>");
        html.link(id, title);
        html.markup("</li>\n");
    }
    html.markup("</ol>\n</nav>\n");
}

/// `12 days`, `the last day`, or `over`.
fn time_left(days: i32) -> String {
    match days {
        ..0 => "over".to_owned(),
        0 => "the last day".to_owned(),
        days => counted(usize::try_from(days).unwrap_or_default(), "day"),
    }
}

//! Writes HTML. Markup comes from the program alone; every text is masked, and escaped.

use super::breaks;
use crate::diagnostics::render::shown;
use crate::picture::markup::escape;
use crate::picture::measure::Mask;

/// A page to which parts are added.
pub struct Html<'o> {
    out: &'o mut String,
    mask: Mask,
}

/// What a cell of a table holds.
pub enum Cell<'a> {
    /// A text.
    Text(&'a str),
    /// A name or a place, in the font of programs.
    Code(&'a str),
    /// Words that are spoken, in whatever script.
    Words(&'a str),
    /// Lines, as they are.
    Lines(Vec<String>),
    /// A rule that its policy does not say in words.
    Rule(&'a str),
    /// Paragraphs of the compiler or a policy, in which backticks mark names.
    Prose(Vec<String>),
    /// A verdict, marked by its colour and its word.
    Verdict(&'a str),
}

impl Cell<'_> {
    /// Begins its element. The style sheet keeps a name or a date on one line, and gives a sentence room.
    fn opening_tag(&self) -> &'static str {
        const NAME: usize = 20;
        const SENTENCE: usize = 40;
        let length = match self {
            Self::Text(text) | Self::Words(text) | Self::Code(text) => text.len(),
            Self::Lines(lines) | Self::Prose(lines) => lines.iter().map(String::len).max().unwrap_or(0),
            Self::Rule(_) => SENTENCE,
            Self::Verdict(_) => 0,
        };
        match length {
            ..=NAME => "<td class=\"short\">",
            SENTENCE.. if !matches!(self, Self::Code(_)) => "<td class=\"long\">",
            _ => "<td>",
        }
    }
}

impl<'o> Html<'o> {
    /// Adds to `out`. Texts go through `mask`.
    pub fn new(mask: Mask, out: &'o mut String) -> Self {
        Self { out, mask }
    }

    /// Markup.
    pub fn markup(&mut self, markup: &'static str) {
        self.out.push_str(markup);
    }

    /// Markup that another part of the program writes, with its texts escaped.
    pub fn trusted(&mut self, write: impl FnOnce(&mut String)) {
        write(self.out);
    }

    /// A text. What nobody sees in it is written out.
    pub fn text(&mut self, text: &str) {
        escape(&shown(&(self.mask)(text)), self.out);
    }

    /// An element with a text, whose lines break where they should.
    pub fn element(&mut self, name: &'static str, text: &str) {
        self.out.extend(["<", name, ">"]);
        breaks::escape(&shown(&(self.mask)(text)), self.out);
        self.out.extend(["</", name.split(' ').next().unwrap_or_default(), ">"]);
    }

    /// A paragraph, in which backticks mark names.
    pub fn paragraph(&mut self, text: &str) {
        self.prose(text);
        self.markup("\n");
    }

    fn prose(&mut self, text: &str) {
        self.markup("<p dir=\"auto\">");
        let text = shown(&(self.mask)(text));
        let mut rest = text.as_str();
        while let Some((before, name, after)) = marked_name(rest) {
            breaks::escape(before, self.out);
            self.markup("<code dir=\"auto\">");
            breaks::escape(name, self.out);
            self.markup("</code>");
            rest = after;
        }
        breaks::escape(rest, self.out);
        self.markup("</p>");
    }

    /// A link within the page.
    pub fn link(&mut self, id: &'static str, text: &str) {
        self.out.extend(["<a href=\"#", id, "\">"]);
        self.text(text);
        self.markup("</a>");
    }

    /// A section with a heading.
    pub fn section(&mut self, id: &'static str, title: &str, write: impl FnOnce(&mut Self)) {
        self.out.extend([
            "<section id=\"",
            id,
            "\" aria-labelledby=\"",
            id,
            "-title\">\n<h2 id=\"",
            id,
            "-title\">",
        ]);
        self.text(title);
        self.markup("</h2>\n");
        write(self);
        self.markup("</section>\n");
    }

    /// A list of names and what they are.
    pub fn terms<'a>(&mut self, terms: impl IntoIterator<Item = (&'a str, Cell<'a>)>) {
        self.markup("<dl>\n");
        for (name, cell) in terms {
            self.element("dt", name);
            self.markup("<dd>");
            self.cell(&cell);
            self.markup("</dd>\n");
        }
        self.markup("</dl>\n");
    }

    /// A table. `about` says what it lists, for those who hear the page.
    pub fn table<'a>(&mut self, about: &str, heads: &[&str], rows: impl IntoIterator<Item = Vec<Cell<'a>>>) {
        self.markup("<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"");
        self.text(about);
        self.markup("\"><table>\n<thead><tr>");
        for head in heads {
            self.element("th scope=\"col\"", head);
        }
        self.markup("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.markup("<tr>");
            for cell in &row {
                self.markup(cell.opening_tag());
                self.cell(cell);
                self.markup("</td>");
            }
            self.markup("</tr>\n");
        }
        self.markup("</tbody>\n</table></div>\n");
    }

    fn cell(&mut self, cell: &Cell<'_>) {
        match cell {
            Cell::Text(text) => self.element("bdi", text),
            Cell::Code(text) => self.element("code dir=\"auto\"", text),
            Cell::Words(text) => self.element("bdi", text),
            Cell::Lines(lines) => {
                for line in lines {
                    self.element("p dir=\"auto\"", line);
                }
            }
            Cell::Rule(text) => {
                self.paragraph("Its policy has no words for it. The rule is:");
                self.element("code dir=\"auto\"", text);
            }
            Cell::Prose(paragraphs) => {
                for paragraph in paragraphs {
                    self.prose(paragraph);
                }
            }
            Cell::Verdict(word) => {
                let class = verdict_class(word);
                self.out.extend(["<strong class=\"", class, "\">"]);
                self.text(word);
                self.markup("</strong>");
            }
        }
    }
}

/// The first name between backticks, with what stands before and after it.
fn marked_name(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let (name, after) = rest.split_once('`')?;
    Some((before, name, after))
}

/// The class of a verdict, which the style sheet gives a colour.
fn verdict_class(word: &str) -> &'static str {
    match word {
        "holds" | "attested" | "passed" => "holds",
        "violated" | "error" | "failed" => "broken",
        "waived" | "warning" => "waived",
        "unknown" | "withheld" => "open",
        "obligation" => "duty",
        _ => "idle",
    }
}

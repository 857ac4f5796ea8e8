//! Writes HTML. Markup comes from the program alone; every text is masked, and escaped.

use crate::diagnostics::render::shown;
use crate::picture::markup::escape;
use crate::picture::measure::Mask;

/// A part of a page.
pub struct Html {
    out: String,
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
    /// Paragraphs of the compiler or a policy, in which backticks mark names.
    Prose(Vec<String>),
    /// A verdict, marked by its colour and its word.
    Verdict(&'a str),
}

impl Html {
    /// Nothing yet. Texts go through `mask`.
    pub fn new(mask: Mask) -> Self {
        Self { out: String::new(), mask }
    }

    /// What was written.
    pub fn finish(self) -> String {
        self.out
    }

    /// Markup.
    pub fn markup(&mut self, markup: &'static str) {
        self.out.push_str(markup);
    }

    /// Markup that another part of the program has made, with its texts escaped.
    pub fn trusted(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// A text. What nobody sees in it is written out.
    pub fn text(&mut self, text: &str) {
        escape(&shown(&(self.mask)(text)), &mut self.out);
    }

    /// An element with a text.
    pub fn element(&mut self, name: &'static str, text: &str) {
        self.out.extend(["<", name, ">"]);
        self.text(text);
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
            escape(before, &mut self.out);
            self.markup("<code dir=\"auto\">");
            escape(name, &mut self.out);
            self.markup("</code>");
            rest = after;
        }
        escape(rest, &mut self.out);
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
                self.markup("<td>");
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

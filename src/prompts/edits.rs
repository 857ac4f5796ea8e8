//! New words as edits of the source.

use rustc_hash::FxHashMap;

use crate::compile::Compiled;
use crate::diagnostics::suggest::did_you_mean;
use crate::diagnostics::{Edit, list_of, quote};
use crate::flow::{Node, Text, Verb};
use crate::source::Span;
use crate::spelling::display_string;

/// New words of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWords {
    /// The node's id.
    pub node: String,
    /// Which step of the node, from 1.
    pub step: usize,
    /// The word of what is said at a further attempt of the step, `retry` or `silence`; `None` for the step itself.
    pub repeat: Option<Verb>,
    /// The recording when the table was written; `None` where the table does not say.
    pub media: Option<String>,
    /// The text when the table was written.
    pub text: String,
    /// The recording that it is to have.
    pub new_media: Option<String>,
    /// The text that it is to have.
    pub new_text: Option<String>,
}

/// New words that cannot be put into the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Their number among those that were given, from 0.
    pub index: usize,
    /// What happened.
    pub what: String,
    /// What to do.
    pub remedy: String,
    /// Where the source has what is in the way.
    pub span: Option<Span>,
}

/// An edit, and the words that ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedEdit {
    /// The number of the words among those that were given, from 0.
    pub index: usize,
    /// The edit.
    pub edit: Edit,
}

/// The edits that put new words into the source, each place once, and the words that cannot be put there.
pub fn edits(compiled: &Compiled, words: &[NewWords]) -> (Vec<PlacedEdit>, Vec<Refused>) {
    let nodes: FxHashMap<&str, &Node> =
        compiled.flow.nodes.rows().iter().map(|node| (&*node.id, node)).collect();
    let mut edits: Vec<PlacedEdit> = Vec::new();
    let mut places: FxHashMap<Span, usize> = FxHashMap::default();
    let mut refused = Vec::new();
    for (index, new) in words.iter().enumerate() {
        match of_prompt(compiled, &nodes, new) {
            Ok(found) => {
                for edit in found {
                    match places.get(&edit.span).and_then(|&at| edits.get(at)) {
                        None => {
                            places.insert(edit.span, edits.len());
                            edits.push(PlacedEdit { index, edit });
                        }
                        Some(same) if same.edit.text == edit.text => {}
                        Some(_) => refused.push(Refused {
                            index,
                            what: format!("{} shares its text with another prompt", quote(&new.node)),
                            remedy: "give both the same new words, or write the texts apart in the source"
                                .to_owned(),
                            span: Some(edit.span),
                        }),
                    }
                }
            }
            Err((what, remedy, span)) => refused.push(Refused { index, what, remedy, span }),
        }
    }
    (edits, refused)
}

type Problem = (String, String, Option<Span>);

fn of_prompt(
    compiled: &Compiled,
    nodes: &FxHashMap<&str, &Node>,
    new: &NewWords,
) -> Result<Vec<Edit>, Problem> {
    let node = nodes.get(new.node.as_str()).ok_or_else(|| {
        let near = did_you_mean(&new.node, nodes.keys().copied());
        let remedy = near.unwrap_or_else(|| "write the table anew: the flow has changed".to_owned());
        (format!("there is no node {}", quote(&new.node)), remedy, None)
    })?;
    let action = new.step.checked_sub(1).and_then(|step| node.actions.get(step)).ok_or_else(|| {
        let what = format!("{} has no step {}", quote(&new.node), new.step);
        (what, "write the table anew: the flow has changed".to_owned(), Some(node.name_span))
    })?;
    let mut edits = Vec::new();
    let (text, media, has_markup) = match new.repeat {
        None => (&action.text, &action.media, action.ssml.is_some()),
        Some(verb) => {
            let repeat = action.repeats().find(|(own, _)| *own == verb).map(|(_, repeat)| repeat);
            let repeat = repeat.ok_or_else(|| {
                let what = format!("step {} of {} has no `{}`", new.step, quote(&new.node), verb.word());
                (what, "write the table anew: the flow has changed".to_owned(), Some(action.span))
            })?;
            (&repeat.text, &repeat.media, repeat.ssml.is_some())
        }
    };
    let texts = [
        ("text", text, Some(&new.text), &new.new_text),
        ("recording", media, new.media.as_ref(), &new.new_media),
    ];
    for (what, there, before, after) in texts {
        let Some(after) = after else { continue };
        let Some(there) = there else {
            let of = new.repeat.map_or_else(String::new, |verb| format!("`{}` of ", verb.word()));
            let what = format!("{of}step {} of {} has no {what} to replace", new.step, quote(&new.node));
            return Err((what, "write it in the source first".to_owned(), Some(action.span)));
        };
        if there.value.as_deref() == Some(after) {
            continue;
        }
        if before.is_some_and(|before| there.value.as_deref() != Some(before)) {
            let what = format!("the {what} of {} has changed since the table was written", quote(&new.node));
            let remedy = "write the table anew; new words belong in the columns `new_text` and `new_media`";
            return Err((what, remedy.to_owned(), Some(there.span)));
        }
        if what == "text" && has_markup {
            let what = format!("the text of {} has markup, which the table does not show", quote(&new.node));
            return Err((what, "change it in the source".to_owned(), Some(there.span)));
        }
        edits.push(Edit { span: there.span, text: replaced(compiled, what, there, after, &new.node)? });
    }
    Ok(edits)
}

/// The string that takes the place of a text's, unless values other than contact fields are inserted there.
fn replaced(
    compiled: &Compiled,
    what: &str,
    there: &Text,
    after: &str,
    node: &str,
) -> Result<String, Problem> {
    let source = compiled.sources.get(there.span.file);
    let written = compiled.sources.text(there.span);
    let inserted = insertions(written);
    // A contact field is sent as `{name}`, so with such fields alone the text is what is written.
    let as_sent = inserted
        .iter()
        .fold(written.to_owned(), |text, name| text.replace(&format!("${{{name}}}"), &format!("{{{name}}}")));
    let value = there.value.as_deref().unwrap_or_default();
    if !inserted.is_empty() && as_sent != display_string(value) {
        let values: Vec<String> = inserted
            .iter()
            .filter(|name| !value.contains(&format!("{{{name}}}")))
            .map(|name| quote(&format!("${{{name}}}")))
            .collect();
        let values = if values.is_empty() { "a value".to_owned() } else { list_of(&values, "and") };
        let what = format!("the {what} of {} inserts {values}, which is no contact field", quote(node));
        let remedy = "change it in the source: of what a text inserts, a table holds only contact fields";
        return Err((what, remedy.to_owned(), Some(there.span)));
    }
    if source.is_bundled() || !written.starts_with('"') {
        let what = format!("the {what} of {} is not written in the flow's files", quote(node));
        return Err((what, "change it in the source".to_owned(), Some(there.span)));
    }
    let declared = compiled.flow.declared.iter().filter(|name| name.what == "contact");
    let mut fields: Vec<&str> = declared.map(|name| compiled.sources.text(name.span)).collect();
    fields.extend(inserted);
    fields.sort_unstable();
    fields.dedup();
    let text = display_string(after);
    Ok(fields.iter().fold(text, |text, name| text.replace(&format!("{{{name}}}"), &format!("${{{name}}}"))))
}

/// The names between `${` and `}` in a string, those with a `\` before the `$` aside.
fn insertions(written: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut is_escaped = false;
    for (at, c) in written.char_indices() {
        let rest = written.get(at..).unwrap_or_default();
        if let (false, Some(rest)) = (is_escaped, rest.strip_prefix("${"))
            && let Some((name, _)) = rest.split_once('}')
        {
            names.push(name);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    names
}

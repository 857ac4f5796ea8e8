//! A script's JSON, as `GET /scripts` gives it or inside of `scriptContent`.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::model::{Action, Branch, Script};
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::emit::studio::actions;
use crate::emit::studio::script::When;
use crate::emit::studio::suppression::{CONTACT, DECLARATION};
use crate::import::codes::{NO_PAYLOAD, NOT_IN_FLOW};
use crate::import::json::{Document, JsonId, JsonKind};
use crate::source::{FileId, Span};

/// What the platform adds to a header by itself, or what every script of a phone has.
const OF_HEADERS: [&str; 22] = [
    "scriptName",
    "mediaType",
    "mediaTypeName",
    "purposeType",
    "variableRedaction",
    "nextActionId",
    "busNo",
    "status",
    "masterId",
    "masterID",
    "libraryId",
    "scriptId",
    "lockInfo",
    "lastSavedIn",
    "schemaVersion",
    "wasLayoutAlgorithmRun",
    "modifyDate",
    "modifyUser",
    "createDate",
    "createUser",
    "issues",
    "folderName",
];
/// What a script has beside its parts, which the platform writes by itself.
const OF_SCRIPTS: [&str; 8] = [
    "header",
    "actions",
    "properties",
    "branches",
    "issues",
    "schemaVersion",
    "lastSavedIn",
    "wasLayoutAlgorithmRun",
];
const OF_ACTIONS: [&str; 13] = [
    "actionId",
    "libraryId",
    "name",
    "version",
    "label",
    "dependencyOrder",
    "implType",
    "x",
    "y",
    "xws",
    "yws",
    "width",
    "height",
];
const OF_BRANCHES: [&str; 9] =
    ["to", "label", "type", "index", "ports", "lineType", "elbows", "labelDistance", "labelPosition"];

/// Whether a document is a script, and no payload of a flow.
pub fn is_script(document: &Document<'_>) -> bool {
    let has = |name: &str| member(document, document.root(), name).is_some();
    let is_payload = has("nodes") || has("transitions") || has("entry_node");
    has("scriptContent") || (has("actions") || has("header")) && !is_payload
}

fn member(document: &Document<'_>, object: JsonId, name: &str) -> Option<JsonId> {
    document.members(object).find(|(key, _)| document.is(*key, name)).map(|(_, value)| value)
}

/// Reads a script. Without errors there is one.
pub fn read(document: &Document<'_>, file: FileId, diagnostics: &mut Diagnostics) -> Option<Script> {
    let mut reader = Reader { document, file, diagnostics, has_errors: false };
    let script = reader.script();
    script.filter(|_| !reader.has_errors)
}

/// The index of each action by its id.
fn indices_of(actions: &[Action]) -> FxHashMap<String, usize> {
    actions.iter().enumerate().map(|(index, action)| (action.id.clone(), index)).collect()
}

/// Leaves out the declaration that the writer adds by itself to a script that looks up whom not to call. Whether there
/// is one that is like it in everything.
fn drop_declaration(actions: &mut Vec<Action>) -> bool {
    let usual = actions::SNIPPET.properties.iter().map(|&(name, usual)| match name {
        "Data" => (name, CONTACT),
        _ => (name, usual),
    });
    let usual: Vec<(&str, &str)> = usual.collect();
    let led: FxHashSet<usize> =
        actions.iter().flat_map(|one| &one.branches).map(|branch| branch.to).collect();
    let is_it = |(index, one): (usize, &Action)| {
        one.is(&actions::SNIPPET)
            && one.label == DECLARATION
            && one.branches.is_empty()
            && !led.contains(&index)
            && one
                .properties
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .eq(usual.iter().copied())
    };
    let found = actions.iter().enumerate().position(is_it);
    let Some(dropped) = found.filter(|_| actions.iter().any(|one| one.is(&actions::CHECKCALLSUP))) else {
        return false;
    };
    actions.remove(dropped);
    for branch in actions.iter_mut().flat_map(|one| &mut one.branches) {
        branch.to -= usize::from(branch.to > dropped);
    }
    true
}

struct Reader<'r, 'a> {
    document: &'r Document<'a>,
    file: FileId,
    diagnostics: &'r mut Diagnostics,
    has_errors: bool,
}

impl Reader<'_, '_> {
    fn script(&mut self) -> Option<Script> {
        let root = self.document.root();
        let content = member(self.document, root, "scriptContent").unwrap_or(root);
        if self.document.kind(content) != JsonKind::Object {
            self.wrong(content, "the script", "an object");
            return None;
        }
        for (key, _) in self.document.members(content) {
            let name = self.document.string(key);
            if !OF_SCRIPTS.contains(&&*name) {
                self.left_out(key, format!("no flow has {} of a script", quote(&name)));
            }
        }
        let [header, actions, properties, branches] =
            ["header", "actions", "properties", "branches"].map(|name| member(self.document, content, name));
        for (name, part) in [("header", header), ("actions", actions)] {
            if part.is_none() {
                self.error(content, format!("the script lacks `{name}`"), "begins here");
            }
        }
        let (header, listed) = (header?, actions?);
        for (part, name) in [
            (Some(header), "header"),
            (Some(listed), "actions"),
            (properties, "properties"),
            (branches, "branches"),
        ] {
            if let Some(part) = part.filter(|&part| self.document.kind(part) != JsonKind::Object) {
                self.wrong(part, &format!("`{name}` of a script"), "an object");
            }
        }
        let mut actions = self.actions(listed);
        let decides = [&actions::CHECKCALLSUP, &actions::PERMITCALL, &actions::SUPPRESSCALL];
        let is_suppression = actions.iter().any(|one| decides.iter().any(|facts| one.is(facts)));
        let (path, business_unit) = self.header(header, is_suppression);
        let indices = indices_of(&actions);
        self.properties(properties, &mut actions, &indices);
        self.branches(branches, &mut actions, &indices);
        let declares_contact = drop_declaration(&mut actions);
        let begins: Vec<usize> =
            actions.iter().enumerate().filter(|(_, one)| one.is(&actions::BEGIN)).map(|(at, _)| at).collect();
        let begin = match begins.as_slice() {
            [] => {
                self.error(listed, "the script has no action BEGIN".to_owned(), "none of them");
                return None;
            }
            [begin] => *begin,
            [first, second, ..] => {
                let place =
                    |index: &usize| actions.get(*index).map(|one| one.place.clone()).unwrap_or_default();
                let found = Diagnostic::new(
                    &NO_PAYLOAD,
                    self.at(place(second)),
                    "the script has a second action BEGIN",
                )
                .here("again here")
                .label(self.at(place(first)), "first here");
                self.has_errors = true;
                self.diagnostics.push(found);
                *first
            }
        };
        self.drop_ways_to_begin(&mut actions, begin);
        for index in 0..actions.len() {
            let to: Vec<usize> = actions
                .get(index)
                .map_or_else(Vec::new, |one| one.branches.iter().map(|one| one.to).collect());
            for to in to {
                if let Some(action) = actions.get_mut(to) {
                    action.from.push(index);
                }
            }
        }
        Some(Script { path, business_unit, actions, begin, declares_contact })
    }

    /// Leaves out what leads back to the beginning, which nothing of a flow does.
    fn drop_ways_to_begin(&mut self, actions: &mut [Action], begin: usize) {
        for action in actions {
            let before = action.branches.len();
            action.branches.retain(|branch| branch.to != begin);
            if action.branches.len() < before {
                let span = self.at(action.place.clone());
                let message = format!("the action {} leads back to the action BEGIN", quote(&action.id));
                self.diagnostics.push(Diagnostic::new(&NOT_IN_FLOW, span, message).here("not in the flow"));
            }
        }
    }

    fn header(&mut self, header: JsonId, is_suppression: bool) -> (String, u64) {
        let document = self.document;
        let usual = [
            ("mediaType", "4"),
            ("mediaTypeName", "call"),
            ("purposeType", if is_suppression { "Suppression" } else { "General" }),
            ("variableRedaction", ""),
            ("status", "Active"),
        ];
        let (mut path, mut business_unit) = (None, 0);
        for (key, value) in document.members(header) {
            let name = document.string(key);
            let text = self.plain(value);
            match &*name {
                "scriptName" => path = Some((value, text)),
                "busNo" => match text.parse() {
                    Ok(number) => business_unit = number,
                    Err(_) if text.is_empty() => {}
                    Err(_) => {
                        self.left_out(
                            value,
                            format!("`busNo` of the script is {}, which is no number", quote(&text)),
                        );
                    }
                },
                _ => {
                    let other = usual.iter().find(|(own, usual)| *own == name && *usual != text);
                    if let Some((_, usual)) = other {
                        self.left_out(
                            value,
                            format!(
                                "`{name}` of the script is {}, and a script of a flow has {}",
                                quote(&text),
                                quote(usual)
                            ),
                        );
                    } else if !OF_HEADERS.contains(&&*name) {
                        self.left_out(key, format!("no flow has {} of a script's header", quote(&name)));
                    }
                }
            }
        }
        match path {
            Some((value, path)) if document.kind(value) == JsonKind::String && !path.trim().is_empty() => {
                (path, business_unit)
            }
            Some((value, _)) => {
                self.error(value, "the script's name is empty".to_owned(), "no name");
                (String::new(), business_unit)
            }
            None => {
                self.error(header, "the header lacks `scriptName`".to_owned(), "begins here");
                (String::new(), business_unit)
            }
        }
    }

    /// The actions, in the order of their ids.
    fn actions(&mut self, listed: JsonId) -> Vec<Action> {
        let document = self.document;
        let mut seen: FxHashSet<String> = FxHashSet::default();
        let mut all: Vec<(u64, Action)> = Vec::new();
        for (key, value) in document.members(listed) {
            let id = document.string(key).into_owned();
            if document.kind(value) != JsonKind::Object {
                self.wrong(value, &format!("the action {}", quote(&id)), "an object");
                continue;
            }
            if !seen.insert(id.clone()) {
                self.error(key, format!("two actions have the id {}", quote(&id)), "again here");
                continue;
            }
            let mut action = Action {
                place: document.place(key),
                name: String::new(),
                library_id: String::new(),
                label: String::new(),
                properties: Vec::new(),
                branches: Vec::new(),
                from: Vec::new(),
                id,
            };
            for (key, value) in document.members(value) {
                let name = document.string(key);
                let text = self.plain(value);
                match &*name {
                    "name" => action.name = text,
                    "libraryId" => action.library_id = text,
                    "label" => action.label = text,
                    "version" if text != "1" => {
                        self.left_out(
                            value,
                            format!(
                                "the action has the version {}, and actions of a flow have 1",
                                quote(&text)
                            ),
                        );
                    }
                    "implType" if text != "0" => {
                        self.left_out(
                            value,
                            format!(
                                "the action has the `implType` {}, and actions of a flow have 0",
                                quote(&text)
                            ),
                        );
                    }
                    _ if !OF_ACTIONS.contains(&&*name) => {
                        self.left_out(key, format!("no flow has {} of an action", quote(&name)));
                    }
                    _ => {}
                }
            }
            if action.name.is_empty() {
                self.error(value, format!("the action {} has no name", quote(&action.id)), "begins here");
            }
            all.push((action.id.parse().unwrap_or(u64::MAX), action));
        }
        // Ids that are no numbers come last, in the order of the file.
        all.sort_by_key(|(number, _)| *number);
        all.into_iter().map(|(_, action)| action).collect()
    }

    /// What is listed of each action, with the action's index.
    fn of_actions(
        &mut self,
        listed: Option<JsonId>,
        (what, kind): (&str, JsonKind),
        indices: &FxHashMap<String, usize>,
    ) -> Vec<(usize, JsonId)> {
        let document = self.document;
        let mut found = Vec::new();
        for (key, of_action) in listed.into_iter().flat_map(|listed| document.members(listed)) {
            let id = document.string(key);
            match indices.get(&*id) {
                None => self.left_out(key, format!("there is no action {}, which has {what}", quote(&id))),
                Some(_) if document.kind(of_action) != kind => {
                    let of = format!("the {what} of the action {}", quote(&id));
                    self.wrong(of_action, &of, kind.words());
                }
                Some(&index) => found.push((index, of_action)),
            }
        }
        found
    }

    fn properties(
        &mut self,
        listed: Option<JsonId>,
        actions: &mut [Action],
        indices: &FxHashMap<String, usize>,
    ) {
        let document = self.document;
        let mut others: FxHashSet<String> = FxHashSet::default();
        for (index, of_action) in self.of_actions(listed, ("properties", JsonKind::Object), indices) {
            let Some(action) = actions.get_mut(index) else { continue };
            let id = action.id.clone();
            let mut all: Vec<(u64, (String, String))> = Vec::new();
            for (position, property) in document.members(of_action) {
                let position = document.string(position).parse().unwrap_or(u64::MAX);
                for (key, _) in document.members(property) {
                    let name = document.string(key);
                    // Once for all properties, which have the same members.
                    if !["name", "value"].contains(&&*name) && others.insert(name.to_string()) {
                        self.left_out(key, format!("no flow has {} of a property", quote(&name)));
                    }
                }
                let name = member(document, property, "name").map(|name| self.plain(name));
                let value = member(document, property, "value");
                let (Some(name), Some(value)) = (name, value) else {
                    self.error(
                        property,
                        format!("a property of the action {} has no name or no value", quote(&id)),
                        "begins here",
                    );
                    continue;
                };
                if document.kind(value) != JsonKind::String {
                    let kind = document.kind(value).words();
                    self.left_out(
                        value,
                        format!(
                            "the property {} is {kind}; scripts of flows have the text that it is written as",
                            quote(&name)
                        ),
                    );
                }
                all.push((position, (name, self.plain(value))));
            }
            all.sort_by_key(|(position, _)| *position);
            action.properties = all.into_iter().map(|(_, property)| property).collect();
        }
    }

    fn branches(
        &mut self,
        listed: Option<JsonId>,
        actions: &mut [Action],
        indices: &FxHashMap<String, usize>,
    ) {
        let document = self.document;
        for (from, of_action) in self.of_actions(listed, ("branches", JsonKind::Array), indices) {
            let Some(action) = actions.get_mut(from) else { continue };
            let mut seen: FxHashSet<When> = FxHashSet::default();
            let mut branches = Vec::new();
            for branch in document.elements(of_action) {
                if document.kind(branch) != JsonKind::Object {
                    self.wrong(branch, "a branch", "an object");
                    continue;
                }
                let Some((to, when)) = self.branch(branch) else { continue };
                let Some(&to) = indices.get(&to) else {
                    self.left_out(
                        branch,
                        format!("the branch leads to {}, and there is no such action", quote(&to)),
                    );
                    continue;
                };
                if !seen.insert(when.clone()) {
                    self.left_out(branch, format!("the action {} has this branch twice", quote(&action.id)));
                    continue;
                }
                branches.push(Branch { to, when });
            }
            action.branches = branches;
        }
    }

    /// Where a branch leads and when it is taken. What a branch of a flow has not is reported.
    fn branch(&mut self, branch: JsonId) -> Option<(String, When)> {
        let document = self.document;
        let [mut to, mut label, mut type_, mut index] = [const { String::new() }; 4];
        for (key, value) in document.members(branch) {
            let name = document.string(key);
            let text = self.plain(value);
            match &*name {
                "to" => to = text,
                "label" => label = text,
                "type" => type_ = text,
                "index" => index = text,
                _ if OF_BRANCHES.contains(&&*name) => {}
                _ => self.left_out(key, format!("no flow has {} of a branch", quote(&name))),
            }
        }
        let number: Option<u32> = if index.is_empty() { Some(0) } else { index.parse().ok() };
        let is_first = number == Some(0);
        let when = match type_.as_str() {
            "default" if label.is_empty() && is_first => When::Default,
            "case" if is_first => When::Case(label),
            "branch" if number.is_some() => When::Named(label.into(), number.unwrap_or(0)),
            "default" | "case" | "branch" => {
                let what = if type_ == "default" { "a label or an index" } else { "an index" };
                self.left_out(
                    branch,
                    format!("the branch of the type `{type_}` has {what} that scripts of flows do not write"),
                );
                if type_ == "default" { When::Default } else { When::Case(label) }
            }
            _ => {
                self.error(
                    branch,
                    format!("the branch has the type {}, not `default`, `case` or `branch`", quote(&type_)),
                    "begins here",
                );
                return None;
            }
        };
        Some((to, when))
    }

    /// A text; of anything else how it is written.
    fn plain(&self, value: JsonId) -> String {
        match self.document.kind(value) {
            JsonKind::String => self.document.string(value).into_owned(),
            JsonKind::Null => String::new(),
            _ => self.document.written(value).to_owned(),
        }
    }

    fn wrong(&mut self, value: JsonId, what: &str, expected: &str) {
        let kind = self.document.kind(value).words();
        self.error(value, format!("{what} is {kind}, not {expected}"), "not in a script");
    }

    fn error(&mut self, value: JsonId, message: String, here: &'static str) {
        self.has_errors = true;
        let span = self.span(value);
        self.diagnostics.push(Diagnostic::new(&NO_PAYLOAD, span, message).here(here));
    }

    fn left_out(&mut self, value: JsonId, message: String) {
        let span = self.span(value);
        self.diagnostics.push(Diagnostic::new(&NOT_IN_FLOW, span, message).here("not in the flow"));
    }

    /// Where a value stands; of an object or array only where it begins.
    fn span(&self, value: JsonId) -> Span {
        let place = self.document.place(value);
        match self.document.kind(value) {
            JsonKind::Object | JsonKind::Array => self.at(place.start..place.start + 1),
            _ => self.at(place),
        }
    }

    fn at(&self, place: Range<usize>) -> Span {
        Span::new(self.file, place.start, place.end)
    }
}

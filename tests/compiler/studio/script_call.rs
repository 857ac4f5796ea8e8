//! A call in a script, by what the vendor's documentation says of each action.

use std::collections::{BTreeMap, VecDeque};

use cxflowc::flow::{Directive, Entry, Flow};
use serde_json::Value;

/// A call in a script.
pub struct ScriptCall<'a> {
    script: &'a Value,
    flow: &'a Flow,
    pub variables: BTreeMap<String, String>,
    /// How often each LOOP has been passed.
    counts: BTreeMap<String, u64>,
    events: VecDeque<String>,
    /// How many more attempts the event at hand fails.
    failing: Option<u32>,
    /// The nodes that it has passed, one after another.
    pub path: Vec<String>,
}

impl<'a> ScriptCall<'a> {
    pub fn new(script: &'a Value, flow: &'a Flow, events: Vec<String>) -> Self {
        Self {
            script,
            flow,
            variables: BTreeMap::new(),
            counts: BTreeMap::new(),
            events: events.into(),
            failing: None,
            path: Vec::new(),
        }
    }

    /// Takes the call to its end. Where an action is none that the documentation describes, it is an error.
    pub fn run(&mut self) -> Result<(), String> {
        let mut at = "1".to_owned();
        for _ in 0..10_000 {
            let action = &self.script["actions"][&at];
            let name = action["name"].as_str().ok_or(format!("there is no action {at}"))?;
            let label = action["label"].as_str().unwrap();
            let node = self.node_of(label);
            if name != "BEGIN"
                && name != "TTSVOICE"
                && name != "LOOP"
                && self.path.last().map(String::as_str) != Some(node)
            {
                self.path.push(node.to_owned());
            }
            let next = match name {
                "BEGIN" | "PLAY" | "TTSVOICE" => self.branch(&at, "default", ""),
                "ASSIGN" => {
                    let value = self.filled(&self.property(&at, "Value"));
                    self.variables.insert(self.property(&at, "Variable"), value);
                    self.branch(&at, "default", "")
                }
                "SNIPPET" => {
                    self.snippet(&self.property(&at, "Data"));
                    self.branch(&at, "default", "")
                }
                "IF" => {
                    let is_so = self.holds(&self.property(&at, "Expression"));
                    self.branch(&at, "branch", if is_so { "True" } else { "False" })
                }
                "CASE" => {
                    let value = self.variable(&self.property(&at, "Variable"));
                    self.branch(&at, "case", &value).or_else(|| self.branch(&at, "default", ""))
                }
                "LOOP" => {
                    let most: u64 = self.property(&at, "Repeat").parse().unwrap();
                    let count = self.counts.entry(at.clone()).or_default();
                    *count += 1;
                    let name = if *count <= most { "Repeat" } else { "Finished" };
                    self.branch(&at, "branch", name)
                }
                "MENU" => match self.pressed(node)? {
                    Pressed::Nothing => self.branch(&at, "branch", "Timeout"),
                    Pressed::Key(key) => self.branch(&at, "case", &key),
                    Pressed::Wrong => None,
                }
                .or_else(|| self.branch(&at, "default", "")),
                "CAPTURE" => {
                    let most: usize = self.property(&at, "MaxDigits").parse().unwrap();
                    let terminator = self.property(&at, "Terminator");
                    let end = terminator.trim_end_matches('-').to_owned();
                    match self.pressed(node)? {
                        Pressed::Nothing => self.branch(&at, "branch", "Timeout"),
                        Pressed::Key(keys) => {
                            let ends = !end.is_empty() && keys.ends_with(&end);
                            let entered = if ends { &keys[..keys.len() - end.len()] } else { &keys };
                            self.variables.insert(self.property(&at, "Variable"), entered.to_owned());
                            let name = match keys.len() {
                                _ if ends => "Terminator",
                                length if length >= most => "MaxDigits",
                                _ => "InterDigitTimeout",
                            };
                            self.branch(&at, "branch", name)
                        }
                        Pressed::Wrong => None,
                    }
                    .or_else(|| self.branch(&at, "default", ""))
                }
                "PLAYWITHCPA" => {
                    let event = self.events.pop_front().ok_or("nobody said who answered")?;
                    let label = match event.as_str() {
                        "human" => "Human",
                        "machine" => "Machine",
                        "failed" => "Failed",
                        _ => "",
                    };
                    self.branch(&at, "branch", label).or_else(|| self.branch(&at, "default", ""))
                }
                "REQAGENT" => {
                    let music = self.branch(&at, "default", "").ok_or("nobody plays music")?;
                    assert_eq!(self.script["actions"][&music]["name"], "MUSIC");
                    assert_eq!(self.branch(&music, "default", ""), Some(music.clone()), "it plays on");
                    return Ok(());
                }
                "HANGUP" | "RUNSCRIPT" => return Ok(()),
                other => return Err(format!("{other} is none of the described actions")),
            };
            at = next.ok_or(format!("{label} ({name}) leads nowhere"))?;
        }
        Err("it goes round and round".to_owned())
    }

    /// The node that an action carries out: its label begins with the node's name.
    fn node_of(&self, label: &str) -> &'a str {
        let is_of =
            |id: &&str| label == *id || label.strip_prefix(id).is_some_and(|rest| rest.starts_with(' '));
        let ids = self.flow.nodes.rows().iter().map(|node| node.id.as_str());
        ids.filter(is_of).max_by_key(|id| id.len()).unwrap_or_default()
    }

    fn property(&self, at: &str, name: &str) -> String {
        let properties = self.script["properties"][at].as_object().unwrap();
        let found = properties.values().find(|one| one["name"] == name);
        found.unwrap_or_else(|| panic!("{at} has no {name}"))["value"].as_str().unwrap().to_owned()
    }

    fn branch(&self, at: &str, kind: &str, label: &str) -> Option<String> {
        let branches = self.script["branches"].get(at)?.as_array().unwrap();
        let found = branches.iter().find(|one| one["type"] == kind && one["label"] == label)?;
        Some(found["to"].to_string())
    }

    /// What is pressed at a prompt of a node: an outcome happens when all attempts have failed.
    fn pressed(&mut self, node: &str) -> Result<Pressed, String> {
        let event = self.events.front().cloned().ok_or(format!("nobody presses a key at {node}"))?;
        let row = self.flow.nodes.rows().iter().find(|one| one.id == node).unwrap();
        let asks = row.actions.iter().find(|one| one.directive == Directive::Collect).unwrap();
        let entry = asks.input.as_deref().and_then(|input| input.entry(&event));
        let fails = matches!(event.as_str(), "timeout" | "invalid");
        let pressed = match event.as_str() {
            "timeout" => Pressed::Nothing,
            "invalid" => Pressed::Wrong,
            _ => Pressed::Key(event.clone()),
        };
        if !fails && entry.is_none_or(|entry| matches!(entry, Entry::Digits(_))) {
            self.events.pop_front();
            return Ok(pressed);
        }
        let retries = asks.retries.and_then(|one| one.count).unwrap_or(0);
        match self.failing.take().unwrap_or(retries) {
            0 => drop(self.events.pop_front()),
            left => self.failing = Some(left - 1),
        }
        Ok(pressed)
    }

    fn variable(&self, name: &str) -> String {
        self.variables.get(name).cloned().unwrap_or_default()
    }

    fn filled(&self, text: &str) -> String {
        let name = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        name.map_or_else(|| text.to_owned(), |name| self.variable(name))
    }

    /// `ASSIGN a = b + 1`
    fn snippet(&mut self, data: &str) {
        if let Some((name, markup)) = cxflowc::emit::studio::markup::assigned(data) {
            self.variables.insert(name.to_owned(), markup);
            return;
        }
        let words: Vec<&str> = data.split(' ').collect();
        let ["ASSIGN", name, "=", of, sign, add] = words.as_slice() else { panic!("{data}") };
        let add: i64 = add.parse().unwrap();
        let add = if *sign == "-" { -add } else { add };
        let value: i64 = self.variable(of).parse().unwrap_or(0);
        self.variables.insert((*name).to_owned(), (value + add).to_string());
    }

    fn holds(&self, expression: &str) -> bool {
        let at = expression.find(['=', '<', '>']).unwrap();
        let (name, value) = (self.variable(&expression[..at]), &expression[at + 1..]);
        let numbers = name.parse::<i64>().ok().zip(value.parse::<i64>().ok());
        match (&expression[at..=at], numbers) {
            ("=", Some((name, value))) => name == value,
            ("<", Some((name, value))) => name < value,
            (">", Some((name, value))) => name > value,
            ("=", None) => name == value.trim_matches('"'),
            _ => false,
        }
    }
}

enum Pressed {
    Nothing,
    Wrong,
    Key(String),
}

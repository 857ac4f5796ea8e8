//! The shape of a payload: its fields, and limits on their sizes.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::problem::Finding;

/// The limits; in characters for texts.
mod most {
    pub const NODES: usize = 500_000;
    pub const TRANSITIONS: usize = 2_000_000;
    pub const ACTIONS: usize = 1_000;
    /// Further fields of an action.
    pub const FIELDS: usize = 100;
    pub const NAME: usize = 1_000;
    pub const ID: usize = 256;
    pub const WORD: usize = 256;
    pub const URL: usize = 8_192;
    pub const TEXT: usize = 100_000;
    /// Errors that are listed for one payload.
    pub const ERRORS: usize = 100;
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payload<'a> {
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub description: Cow<'a, str>,
    /// The language of its texts, and the voice that speaks them.
    #[serde(borrow, default)]
    pub language: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub voice: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub nodes: Vec<Node<'a>>,
    #[serde(borrow)]
    pub transitions: Vec<Transition<'a>>,
    #[serde(borrow)]
    pub entry_node: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow)]
    pub r#type: Cow<'a, str>,
    /// What a call is reported as that comes to it.
    #[serde(borrow, default)]
    pub disposition: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub actions: Vec<Action<'a>>,
}

pub struct Action<'a> {
    pub directive: Cow<'a, str>,
    pub media_url: Cow<'a, str>,
    pub text: Cow<'a, str>,
    pub max_retries: u32,
    /// What is said after a wrong key and after none, each a recording and a text, of which there are two kinds.
    pub repeats: [(&'static str, Option<Cow<'a, str>>); 8],
    pub variable: Cow<'a, str>,
    /// A whole number, or a text with placeholders.
    pub value: Option<Value>,
    pub add: Option<i64>,
    /// How long a key is awaited, the first one and each after it, in milliseconds.
    pub wait_ms: Option<u64>,
    pub between_ms: Option<u64>,
    /// How many digits are taken, and the key that ends them.
    pub min_digits: Option<u32>,
    pub max_digits: Option<u32>,
    pub end_key: Option<Cow<'a, str>>,
    /// The variable that the entry becomes.
    pub into_variable: Option<Cow<'a, str>>,
    /// A recording in the library, a text with markup, and how a text is spoken.
    pub prompt_id: Option<Cow<'a, str>>,
    pub ssml: Option<Cow<'a, str>>,
    pub language: Option<Cow<'a, str>>,
    pub voice: Option<Cow<'a, str>>,
    /// All others, in order.
    pub fields: Vec<(Cow<'a, str>, Value)>,
}

/// The fields of an action beyond the first four, from which those are taken that the emulator knows.
struct OwnFields<'a> {
    fields: Vec<(Cow<'a, str>, Value)>,
}

impl OwnFields<'_> {
    fn take<T: DeserializeOwned, E: de::Error>(&mut self, name: &str) -> Result<Option<T>, E> {
        let Some(at) = self.fields.iter().position(|(field, _)| field == name) else { return Ok(None) };
        let (_, value) = self.fields.remove(at);
        serde_json::from_value(value).map_err(|error| E::custom(format_args!("{name}: {error}")))
    }
}

/// A text that is borrowed if it can be.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Action<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ActionVisitor<'a>(PhantomData<&'a ()>);

        impl<'de: 'a, 'a> Visitor<'de> for ActionVisitor<'a> {
            type Value = Action<'a>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an action")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Action<'a>, A::Error> {
                fn set<T, E: de::Error>(
                    place: &mut Option<T>,
                    name: &'static str,
                    value: T,
                ) -> Result<(), E> {
                    match place.replace(value) {
                        None => Ok(()),
                        Some(_) => Err(E::duplicate_field(name)),
                    }
                }
                let (mut directive, mut media_url, mut text, mut max_retries) = (None, None, None, None);
                let mut fields: Vec<(Cow<'a, str>, Value)> = Vec::new();
                while let Some(Text(name)) = map.next_key()? {
                    match &*name {
                        "directive" => set(&mut directive, "directive", map.next_value::<Text<'a>>()?.0)?,
                        "media_url" => set(&mut media_url, "media_url", map.next_value::<Text<'a>>()?.0)?,
                        "text" => set(&mut text, "text", map.next_value::<Text<'a>>()?.0)?,
                        "max_retries" => set(&mut max_retries, "max_retries", map.next_value()?)?,
                        _ if fields.len() >= most::FIELDS => {
                            return Err(de::Error::custom(format!("more than {} fields", most::FIELDS)));
                        }
                        _ if fields.iter().any(|(known, _)| *known == name) => {
                            return Err(de::Error::custom(format!("the field `{name}` is there twice")));
                        }
                        _ => fields.push((name, map.next_value()?)),
                    }
                }
                let directive: Cow<'a, str> =
                    directive.ok_or_else(|| de::Error::missing_field("directive"))?;
                let is_set = directive == "set";
                let mut own = OwnFields { fields };
                let (variable, value, add) = if is_set {
                    (own.take("variable")?, own.take("value")?, own.take("add")?)
                } else {
                    (None, None, None)
                };
                // Other directives may have fields of these names.
                let (prompt_id, ssml, language, voice) = if matches!(&*directive, "play" | "collect") {
                    (own.take("prompt_id")?, own.take("ssml")?, own.take("language")?, own.take("voice")?)
                } else {
                    (None, None, None, None)
                };
                Ok(Action {
                    directive,
                    media_url: media_url.unwrap_or_default(),
                    text: text.unwrap_or_default(),
                    max_retries: max_retries.unwrap_or_default(),
                    repeats: [
                        ("retry_media_url", own.take("retry_media_url")?),
                        ("retry_prompt_id", own.take("retry_prompt_id")?),
                        ("retry_text", own.take("retry_text")?),
                        ("retry_ssml", own.take("retry_ssml")?),
                        ("silence_media_url", own.take("silence_media_url")?),
                        ("silence_prompt_id", own.take("silence_prompt_id")?),
                        ("silence_text", own.take("silence_text")?),
                        ("silence_ssml", own.take("silence_ssml")?),
                    ],
                    variable: variable.unwrap_or_default(),
                    value,
                    add,
                    wait_ms: own.take("wait_ms")?,
                    between_ms: own.take("between_ms")?,
                    min_digits: own.take("min_digits")?,
                    max_digits: own.take("max_digits")?,
                    end_key: own.take("end_key")?,
                    into_variable: own.take("into_variable")?,
                    prompt_id,
                    ssml,
                    language,
                    voice,
                    fields: own.fields,
                })
            }
        }

        deserializer.deserialize_map(ActionVisitor(PhantomData))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition<'a> {
    #[serde(borrow)]
    pub from_node: Cow<'a, str>,
    #[serde(borrow)]
    pub to_node: Cow<'a, str>,
    #[serde(borrow)]
    pub condition: Cow<'a, str>,
    /// What a call is reported as that takes it.
    #[serde(borrow, default)]
    pub disposition: Option<Cow<'a, str>>,
}

/// Errors; the first are listed, the others only counted.
#[derive(Default)]
pub struct Errors {
    first: Vec<Finding>,
    more: usize,
}

impl Errors {
    /// Adds an error, which is only created if it is listed.
    pub fn add(&mut self, error: impl FnOnce() -> Finding) {
        if self.first.len() < most::ERRORS { self.first.push(error()) } else { self.more += 1 }
    }

    pub fn into_findings(mut self) -> Vec<Finding> {
        if self.more > 0 {
            self.first.push(Finding::new("more_errors", format!("and {} more", self.more)));
        }
        self.first
    }
}

/// Reports what is empty, too long or too many.
pub fn measure(payload: &Payload<'_>, errors: &mut Errors) {
    let mut count = |what: &str, count: usize, most: usize| {
        if count > most {
            errors
                .add(|| Finding::new("too_many", format!("{count} {what}, but at most {most} are allowed")));
        }
    };
    count("nodes", payload.nodes.len(), most::NODES);
    count("transitions", payload.transitions.len(), most::TRANSITIONS);
    if payload.nodes.is_empty() {
        errors.add(|| Finding::new("no_nodes", "a flow needs at least one node"));
    }
    let mut text = |what: &str, node: Option<&str>, text: &str, least: usize, most: usize| {
        // A text has at most as many characters as bytes, and counting bytes is faster.
        let (code, message) = if text.len() < least {
            ("empty", format!("{what} is empty"))
        } else if text.len() > most && text.chars().count() > most {
            ("too_long", format!("{what} is longer than {most} characters"))
        } else {
            return;
        };
        errors.add(|| {
            let finding = Finding::new(code, message);
            match node {
                Some(node) => finding.at(node),
                None => finding,
            }
        });
    };
    text("name", None, &payload.name, 1, most::NAME);
    text("description", None, &payload.description, 0, most::TEXT);
    text("entry_node", None, &payload.entry_node, 1, most::ID);
    for node in &payload.nodes {
        text("a node's id", None, &node.id, 1, most::ID);
        text("type", Some(&node.id), &node.r#type, 1, most::WORD);
        if let Some(disposition) = &node.disposition {
            text("disposition", Some(&node.id), disposition, 1, most::WORD);
        }
        for action in &node.actions {
            text("directive", Some(&node.id), &action.directive, 1, most::WORD);
            text("media_url", Some(&node.id), &action.media_url, 0, most::URL);
            text("text", Some(&node.id), &action.text, 0, most::TEXT);
            for (name, said) in &action.repeats {
                let most = if name.ends_with("url") || name.ends_with("id") { most::URL } else { most::TEXT };
                text(name, Some(&node.id), said.as_deref().unwrap_or_default(), 0, most);
            }
            let ssml = action.ssml.as_deref().unwrap_or_default();
            text("ssml", Some(&node.id), ssml, 0, most::TEXT);
            let prompt = action.prompt_id.as_deref().unwrap_or_default();
            text("prompt_id", Some(&node.id), prompt, 0, most::URL);
            text("variable", Some(&node.id), &action.variable, 0, most::WORD);
            if let Some(serde_json::Value::String(value)) = &action.value {
                text("value", Some(&node.id), value, 0, most::TEXT);
            }
        }
    }
    for transition in &payload.transitions {
        text("from_node", None, &transition.from_node, 1, most::ID);
        text("to_node", Some(&transition.from_node), &transition.to_node, 1, most::ID);
        text("condition", Some(&transition.from_node), &transition.condition, 1, most::TEXT);
        if let Some(disposition) = &transition.disposition {
            text("disposition", Some(&transition.from_node), disposition, 1, most::WORD);
        }
    }
    for node in payload.nodes.iter().filter(|node| node.actions.len() > most::ACTIONS) {
        errors.add(|| Finding::new("too_many", format!("more than {} actions", most::ACTIONS)).at(&node.id));
    }
}

//! What an artifact of the target `studio` says of itself.

use serde_json::{Map, Value};

/// The head of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptHead {
    /// The script's name with its folder, by which the tenant knows it.
    pub path: String,
    /// The number of the business unit; 0 if there is none.
    pub business_unit: u64,
}

impl ScriptHead {
    /// The head of a payload that is a script. A payload of the target `flows` has none.
    pub fn of(payload: &Value) -> Option<Self> {
        let header =
            payload.get("header").filter(|_| payload.get("actions").is_some_and(Value::is_object))?;
        let path = header.get("scriptName").and_then(Value::as_str).filter(|path| !path.trim().is_empty())?;
        let business_unit = header.get("busNo").and_then(Value::as_u64).unwrap_or_default();
        Some(Self { path: path.to_owned(), business_unit })
    }
}

/// An action of a script, as far as a rehearsal needs it.
pub struct ScriptAction<'a> {
    pub name: &'a str,
    pub library_id: &'a str,
    /// Its properties by position.
    properties: Option<&'a Map<String, Value>>,
}

impl<'a> ScriptAction<'a> {
    /// All actions of a script.
    pub fn all(script: &'a Value) -> impl Iterator<Item = Self> {
        let properties = script.get("properties");
        let actions = script.get("actions").and_then(Value::as_object).into_iter().flatten();
        actions.filter_map(move |(id, action)| {
            let text = |field: &str| action.get(field)?.as_str();
            Some(Self {
                name: text("name")?,
                library_id: text("libraryId")?,
                properties: properties.and_then(|all| all.get(id)).and_then(Value::as_object),
            })
        })
    }

    /// The skill that it names, unless only the call knows it.
    pub fn skill(&self) -> Option<&'a str> {
        self.property("Skill").filter(|skill| !skill.is_empty() && !skill.contains('{'))
    }

    /// The recordings that it plays.
    pub fn prompts(&self) -> impl Iterator<Item = &'a str> {
        ["Sequence", "MusicFile"].into_iter().filter_map(|name| self.property(name)).flat_map(prompts)
    }

    /// The value of a property.
    pub fn property(&self, name: &str) -> Option<&'a str> {
        let mut all = self.properties.into_iter().flat_map(Map::values);
        all.find(|property| property.get("name").and_then(Value::as_str) == Some(name))?
            .get("value")?
            .as_str()
    }
}

/// The files in a sequence: what stands in quotes, or alone, without a mark and without a variable.
fn prompts(sequence: &str) -> impl Iterator<Item = &str> {
    let is_file = |text: &&str| {
        let first = text.chars().next();
        first.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '\\' | '/' | '.'))
            && !text.contains('{')
    };
    sequence.split('"').filter(is_file)
}

//! What is read of answers about the tenant itself and about its skills.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::Value;

use crate::cxone::answer::named;
use crate::cxone::id;

/// The number of the business unit that the tenant names.
pub fn business_unit(value: &Value) -> Option<u64> {
    let units = named(value, &["businessunits"]).unwrap_or(value);
    let unit = units.as_array().map_or(Some(units), |list| list.first())?;
    number(named(unit, &["businessunitid", "busno"])?)
}

/// A skill of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSkill {
    /// Its number, if the tenant names it.
    pub id: Option<u64>,
    /// Its name.
    pub name: String,
    /// Whether it is active; a tenant that does not say so has it active.
    pub is_active: bool,
}

/// The skills of a list; `None` if the answer is none.
pub fn skills(value: &Value) -> Option<Vec<FoundSkill>> {
    let list = named(value, &["skills"])?.as_array()?;
    let skill = |skill: &Value| {
        Some(FoundSkill {
            id: named(skill, &["skillid"]).and_then(number),
            name: named(skill, &["skillname"])?.as_str()?.to_owned(),
            is_active: named(skill, &["isactive"]).and_then(Value::as_bool).unwrap_or(true),
        })
    };
    Some(list.iter().filter_map(skill).collect())
}

/// The skill that scripts mean by a name: its name, or its number.
pub fn skill_named<'s>(skills: &'s [FoundSkill], name: &str) -> Option<&'s FoundSkill> {
    let by_name = skills.iter().find(|skill| skill.name == name);
    by_name.or_else(|| skills.iter().find(|skill| skill.id.is_some_and(|id| id.to_string() == name)))
}

/// Whether a skill takes calls and places none; one that does not say so is no such.
pub fn is_inbound(skill: &Value) -> bool {
    named(skill, &["isoutbound"]).and_then(Value::as_bool) == Some(false)
}

/// The name of a skill that was asked for by its number.
pub fn skill_name(value: &Value) -> Option<String> {
    named(value, &["skillname"])?.as_str().map(str::to_owned)
}

/// The bytes of a recording that the tenant shows.
pub fn recording(value: &Value) -> Option<Vec<u8>> {
    let files = named(value, &["files"]).unwrap_or(value);
    let file = files.as_array().map_or(Some(files), |list| list.first())?;
    let text = named(file, &["file"])?.as_str()?;
    BASE64_STANDARD.decode(text.trim()).ok()
}

fn number(value: &Value) -> Option<u64> {
    id::of(value)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_business_unit_is_a_number_or_a_text() {
        for unit in [json!({ "businessUnitId": 4608 }), json!({ "businessUnitId": "4608" })] {
            assert_eq!(business_unit(&json!({ "businessUnits": [unit] })), Some(4608));
            assert_eq!(business_unit(&unit), Some(4608));
        }
        for none in [json!({}), json!({ "businessUnits": [] }), json!({ "businessUnitId": "x" })] {
            assert_eq!(business_unit(&none), None, "{none}");
        }
    }

    #[test]
    fn a_recording_comes_as_base64() {
        for value in [
            json!({ "files": { "fileName": "a", "file": "UklGRg==" } }),
            json!({ "files": [{ "file": "UklGRg==" }] }),
        ] {
            assert_eq!(recording(&value).as_deref(), Some(b"RIFF".as_slice()));
        }
        assert_eq!(recording(&json!({ "files": { "file": "!" } })), None);
        assert_eq!(recording(&json!({})), None);
    }

    #[test]
    fn a_skill_is_meant_by_its_name_before_its_number() {
        let found = skills(&json!({ "skills": [
            { "skillId": 7, "skillName": "Sales" }, { "skillId": "8", "skillName": "7", "isActive": false },
        ]}));
        let found = found.unwrap();
        assert_eq!(skill_named(&found, "7").unwrap().id, Some(8));
        assert_eq!(skill_named(&found, "8").unwrap().name, "7");
        assert_eq!(skill_named(&found, "sales"), None);
        assert_eq!(skills(&json!([])), None);
    }
}

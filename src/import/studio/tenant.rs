//! What the settings have to say for a script to come out as it is.

use rustc_hash::FxHashSet;

use super::model::Script;
use crate::emit::studio::StudioSettings;
use crate::emit::studio::actions;

/// The settings with which the script is written again, and its name.
#[derive(Debug)]
pub struct Needed {
    /// The settings that are there, with what they lack.
    pub settings: StudioSettings,
    /// The name of the flow.
    pub name: String,
    /// The lines to write under `[studio]`.
    pub lines: Vec<String>,
    /// The actions whose library id another action of the same name has otherwise, as indices.
    pub other_ids: Vec<usize>,
}

/// What a script needs of the settings.
pub fn needed(script: &Script, known: &StudioSettings) -> Needed {
    let mut settings = known.clone();
    let mut lines = Vec::new();
    if script.business_unit > 0 && script.business_unit != known.business_unit {
        settings.business_unit = script.business_unit;
        lines.push(format!("business_unit = {}", script.business_unit));
    }
    let folder = known.folder.trim_matches(['\\', '/']).replace('/', "\\");
    let below = script
        .path
        .strip_prefix(&folder)
        .filter(|_| !folder.is_empty())
        .and_then(|rest| rest.strip_prefix('\\'));
    let name = match (below, script.path.rsplit_once('\\')) {
        (Some(name), _) if !name.is_empty() => name.to_owned(),
        (_, Some((folder, name))) if !folder.is_empty() && !name.is_empty() => {
            folder.clone_into(&mut settings.folder);
            lines.push(format!("folder = {}", toml(folder)));
            name.to_owned()
        }
        _ => {
            if !folder.is_empty() {
                settings.folder = String::new();
                lines.push("folder = \"\"".to_owned());
            }
            script.path.clone()
        }
    };
    let waits = script.actions.iter().filter(|one| one.is(&actions::REQAGENT)).filter_map(|one| {
        let music = script.actions.get(one.leads_on()?).filter(|one| one.is(&actions::MUSIC))?;
        Some(music.property("MusicFile"))
    });
    let waits: FxHashSet<&str> = waits.collect();
    if let Some(music) =
        waits.iter().next().filter(|music| waits.len() == 1 && **music != known.music && !music.is_empty())
    {
        (*music).clone_into(&mut settings.music);
        lines.push(format!("music = {}", toml(music)));
    }
    let (mut added, mut other_ids) = (Vec::new(), Vec::new());
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for (index, action) in script.actions.iter().enumerate() {
        let facts = actions::ALL.iter().find(|facts| action.is(facts)).copied();
        let own = settings.own_library_id(&action.name).or(facts.and_then(|facts| facts.library_id));
        if own.is_some_and(|own| own.eq_ignore_ascii_case(&action.library_id))
            || action.library_id.is_empty() && own.is_none()
        {
            seen.insert(action.name.to_lowercase());
            continue;
        }
        if !seen.insert(action.name.to_lowercase()) || action.library_id.is_empty() {
            other_ids.push(index);
            continue;
        }
        settings.library_ids.retain(|(name, _)| !name.eq_ignore_ascii_case(&action.name));
        settings.library_ids.push((action.name.clone(), action.library_id.clone()));
        added.push(action.name.clone());
    }
    if !added.is_empty() {
        let all = settings.library_ids.iter().map(|(name, id)| toml(&format!("{name}={id}")));
        lines.push(format!("library_ids = [{}]", all.collect::<Vec<_>>().join(", ")));
    }
    Needed { settings, name, lines, other_ids }
}

/// A text as TOML writes it.
fn toml(text: &str) -> String {
    let mut out = String::from("\"");
    for one in text.chars() {
        match one {
            '"' | '\\' => out.extend(['\\', one]),
            _ if one.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(one))),
            _ => out.push(one),
        }
    }
    out + "\""
}

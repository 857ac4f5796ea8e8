//! The tenant's own `[studio]`, as TOML to be copied into `cxflow.toml`.

use super::examine::Examination;
use crate::emit::studio::StudioSettings;
use crate::settings::Section;
use crate::spelling::toml_string;

/// What tells the branches of an outcome apart, by words in their labels.
const OUTCOMES: [(&str, &[&str]); 2] =
    [("human", &["voice", "human", "live", "person"]), ("machine", &["machine", "voicemail", "amd"])];

/// The section for the environment, or for all.
pub fn toml(found: &Examination, settings: &StudioSettings, environment: Option<&str>) -> String {
    let mut out = format!(
        "# What `cxflowc studio doctor` read from the tenant. Other settings are not touched.\n{}\n",
        Section::Studio.header(environment)
    );
    if let Some(unit) = found.business_unit {
        out.push_str(&format!("business_unit = {unit}\n"));
    }
    if let Some(version) = &found.other_version {
        out.push_str(&format!("api_version = {}\n", toml_string(version)));
    }
    let ids = library_ids(found, settings);
    if !ids.is_empty() {
        let lines = ids.iter().map(|(name, id)| format!("  {},\n", toml_string(&format!("{name}={id}"))));
        out.push_str(&format!("library_ids = [\n{}]\n", lines.collect::<String>()));
    }
    let branches = answer_branches(&found.cpa_branches);
    match branches.as_slice() {
        [] => {}
        branches => {
            let quoted: Vec<String> =
                branches.iter().map(|(outcome, label)| toml_string(&format!("{outcome}={label}"))).collect();
            out.push_str(&format!("answer_branches = [{}]\n", quoted.join(", ")));
        }
    }
    if !found.cpa_branches.is_empty() {
        out.push_str(&format!(
            "# The branches of PLAYWITHCPA are {}; check which outcome each stands for.\n",
            found.cpa_branches.join(", ")
        ));
    }
    out
}

/// The ids that the settings should have: those that they have, with what the tenant has instead.
fn library_ids(found: &Examination, settings: &StudioSettings) -> Vec<(String, String)> {
    let mut ids = settings.library_ids.clone();
    for (name, id) in &found.library_ids {
        match ids.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
            Some((_, own)) => id.clone_into(own),
            None => ids.push((name.clone(), id.clone())),
        }
    }
    ids
}

/// The branches whose labels tell for which outcome each stands.
fn answer_branches(labels: &[String]) -> Vec<(&'static str, &str)> {
    let fitting = |words: &[&str]| {
        let fits = |label: &&String| {
            let label = label.to_lowercase();
            words.iter().any(|word| label.contains(word))
        };
        let mut fitting = labels.iter().filter(fits);
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first.as_str())
    };
    let told = OUTCOMES.iter().filter_map(|(outcome, words)| Some((*outcome, fitting(words)?)));
    let told: Vec<(&str, &str)> = told.collect();
    // A label with both words tells nothing.
    match told.as_slice() {
        [(_, human), (_, machine)] if human == machine => Vec::new(),
        _ => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(labels: &[&str]) -> Vec<(&'static str, String)> {
        let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
        answer_branches(&labels).into_iter().map(|(outcome, label)| (outcome, label.to_owned())).collect()
    }

    #[test]
    fn branches_are_told_apart_only_where_their_labels_do() {
        let both = vec![("human", "LiveVoice".to_owned()), ("machine", "AnsweringMachine".to_owned())];
        assert_eq!(told(&["LiveVoice", "AnsweringMachine", "Error"]), both);
        assert_eq!(told(&["Machine", "MachineEnd"]), []);
        assert_eq!(told(&["HumanOrMachine"]), []);
        assert_eq!(told(&["Done"]), []);
        assert_eq!(told(&["Voice", "Voicemail"]), [("machine", "Voicemail".to_owned())]);
    }
}

//! An action of the tenant beside what the tables say of it.

use super::item::{Item, Topic, Verdict};
use crate::cxone::studio::Shown;
use crate::cxone::studio::action::{TenantAction, TenantBranch, TenantProperty, shape};
use crate::cxone::studio::reading::LibraryId;
use crate::diagnostics::list_of;
use crate::emit::studio::actions::ActionFacts;

/// What was asked and answered about an action.
pub struct Asked<'a> {
    /// What the tables say of it.
    pub facts: &'a ActionFacts,
    /// The library id that scripts are written with.
    pub used: Option<LibraryId>,
    /// Whether that id is of the settings and not of the table.
    pub is_of_settings: bool,
    /// The ids that the tenant's scripts have; `None` if it does not say.
    pub found: Option<Vec<LibraryId>>,
    /// What the tenant says of the id that it has.
    pub answer: Option<Shown>,
}

/// What is said of one side of an action.
struct Finding {
    verdict: Verdict,
    text: String,
    /// What a report adds.
    detail: Option<String>,
}

impl Finding {
    fn new(verdict: Verdict, text: impl Into<String>) -> Self {
        Self { verdict, text: text.into(), detail: None }
    }
}

impl Asked<'_> {
    /// The id that the tenant knows the action by: that of its scripts, or the one that is used if no script says another.
    pub fn of_tenant(&self) -> Option<&LibraryId> {
        let found = self.found.as_deref().unwrap_or_default();
        match &self.used {
            Some(used) if found.is_empty() || found.contains(used) => Some(used),
            _ => found.first(),
        }
    }

    /// The id that the settings should name: the tenant's, if scripts are not written with it.
    pub fn own_id(&self) -> Option<&LibraryId> {
        self.of_tenant().filter(|id| self.used.as_ref() != Some(id))
    }

    /// What the tenant says of the action, if it says anything that can be read.
    pub fn described(&self) -> Option<TenantAction> {
        match &self.answer {
            Some(Shown::Answer(value)) => Some(TenantAction::of(value)),
            _ => None,
        }
    }

    /// The item. `tells_actions` is whether the tenant describes any action at all.
    pub fn item(&self, tells_actions: bool) -> Item {
        let mut findings = vec![self.id(tells_actions)];
        match self.described() {
            Some(action) => {
                findings.extend(self.name(&action));
                findings.extend(self.licence(&action));
                findings.push(self.properties(&action));
                findings.extend(self.branches(&action));
            }
            // The id alone shows nothing of the properties, which decide what a call does.
            None if findings.iter().all(|finding| finding.verdict == Verdict::Fits) => {
                findings.push(Finding::new(Verdict::Unknown, "the tenant does not describe it"));
            }
            None => {}
        }
        let verdict = findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Unknown);
        let text = join(findings.iter().map(|finding| finding.text.as_str()));
        let details =
            findings.iter().flat_map(|finding| [Some(finding.text.as_str()), finding.detail.as_deref()]);
        let public = join(details.flatten());
        Item::private(Topic::Action, self.facts.name, verdict, text, Some(public))
    }

    fn id(&self, tells_actions: bool) -> Finding {
        let source = if self.is_of_settings { "the settings" } else { "the table" };
        let Self { used, found, answer, .. } = self;
        let others = found.as_deref().unwrap_or_default();
        let listed = || list_of(&others.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>(), "and");
        match (used, answer) {
            (Some(used), _) if others.contains(used) => {
                let text = match others.len() {
                    1 => format!("the library id of {source}"),
                    _ => format!("the library id of {source}, and others: {}", listed()),
                };
                Finding::new(Verdict::Fits, text)
            }
            (Some(used), _) if !others.is_empty() => Finding::new(
                Verdict::Differs,
                format!("the tenant's library id is {}, and {source} has {}", listed(), used.as_str()),
            ),
            (None, _) if !others.is_empty() => Finding::new(
                Verdict::Differs,
                format!("the tenant's library id is {}, which `library_ids` does not have", listed()),
            ),
            (Some(_), Some(Shown::Answer(_))) => {
                Finding::new(Verdict::Fits, format!("the tenant has the library id of {source}"))
            }
            (Some(used), Some(Shown::Refused(400 | 404))) if tells_actions => Finding::new(
                Verdict::Differs,
                format!("the tenant has no action {}, the library id of {source}", used.as_str()),
            ),
            (Some(_), _) => {
                Finding::new(Verdict::Unknown, "no script has it, and the tenant does not describe it")
            }
            (None, _) if found.is_some() => Finding::new(
                Verdict::Unknown,
                "no public source has its library id, and no script of the tenant has it: place it in a script of your own in Studio, save that, and run this again",
            ),
            (None, _) => Finding::new(Verdict::Unknown, "no public source has its library id"),
        }
    }

    fn name(&self, action: &TenantAction) -> Option<Finding> {
        let name = action.name.as_deref()?;
        let is_same = name.eq_ignore_ascii_case(self.facts.name);
        (!is_same).then(|| Finding::new(Verdict::Differs, format!("the id is that of {name}")))
    }

    fn licence(&self, action: &TenantAction) -> Option<Finding> {
        let lacks = action.is_available == Some(false);
        lacks.then(|| Finding::new(Verdict::Differs, "the tenant has no licence for it"))
    }

    fn properties(&self, action: &TenantAction) -> Finding {
        let Some(own) = &action.properties else {
            let detail = match &self.answer {
                Some(Shown::Answer(value)) => Some(format!("the answer has the form {}", shape(value))),
                _ => None,
            };
            let text = "its properties are not shown in a known form";
            return Finding { detail, ..Finding::new(Verdict::Unknown, text) };
        };
        let ours: Vec<&str> = self.facts.properties.iter().map(|(name, _)| *name).collect();
        let theirs: Vec<&str> = own.iter().map(|property| property.name.as_str()).collect();
        let more = own.get(ours.len()..).unwrap_or_default();
        let begins_alike = theirs.get(..ours.len()).is_some_and(|beginning| beginning == ours);
        let names = |properties: &[&str]| match properties {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        if begins_alike && more.iter().all(|property| property.is_required != Some(true)) {
            let more: Vec<&str> = more.iter().map(|TenantProperty { name, .. }| name.as_str()).collect();
            return Finding::new(
                Verdict::Fits,
                match more.as_slice() {
                    [] => "the same properties".to_owned(),
                    more => format!("the same properties, and further ones: {}", names(more)),
                },
            );
        }
        let mut sorted = (ours.clone(), theirs.clone());
        sorted.0.sort_unstable();
        sorted.1.sort_unstable();
        let how = if sorted.0 == sorted.1 { "the properties have another order" } else { "other properties" };
        Finding::new(
            Verdict::Differs,
            format!("{how}: the tenant has {}, and the table {}", names(&theirs), names(&ours)),
        )
    }

    fn branches(&self, action: &TenantAction) -> Option<Finding> {
        let own = action.branches.as_ref()?;
        let ours = self.facts.branches;
        let is_there = |&(name, index): &(&str, u32)| {
            own.iter().any(|TenantBranch { label, index: at }| {
                label == name && at.is_none_or(|at| at == u64::from(index))
            })
        };
        let labels = |own: &[TenantBranch]| {
            let labels = own.iter().map(|TenantBranch { label, index }| match index {
                Some(index) => format!("{label} ({index})"),
                None => label.clone(),
            });
            labels.collect::<Vec<_>>().join(", ")
        };
        if !ours.iter().all(is_there) {
            let ours: Vec<String> = ours.iter().map(|(name, index)| format!("{name} ({index})")).collect();
            let theirs = if own.is_empty() { "none".to_owned() } else { labels(own) };
            let text = format!("other branches: the tenant has {theirs}, and the table {}", ours.join(", "));
            return Some(Finding::new(Verdict::Differs, text));
        }
        match (ours.is_empty(), own.len() > ours.len()) {
            (true, false) => None,
            (_, true) => Some(Finding::new(Verdict::Fits, format!("branches {}", labels(own)))),
            (false, false) => Some(Finding::new(Verdict::Fits, "the same branches")),
        }
    }
}

fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join("; ")
}

//! Actions that no table has: those of the vendor's documentation whose library ids nobody has published, and those that
//! the flows and the settings name.

use super::examine::{Examination, Examiner};
use super::item::{Item, Topic, Verdict};
use crate::cxone::Problem;
use crate::cxone::studio::Shown;
use crate::cxone::studio::action::{TenantAction, library_ids};
use crate::cxone::studio::reading::{self, LibraryId};
use crate::emit::studio::actions;

/// Names of the vendor's documentation, of which a report may tell.
const DOCUMENTED: [&str; 5] = ["VOICEMAIL", "CALLBACK", "QUEUECALLBACK", "QUERYCALLBACK", "LOGCALL"];

impl Examiner<'_> {
    /// Looks for them in the tenant's scripts.
    pub(super) async fn other_actions(&self, found: &mut Examination) -> Result<(), Problem> {
        let of_settings = self.settings.library_ids.iter().map(|(name, _)| name.to_uppercase());
        let mut names: Vec<String> = DOCUMENTED.map(str::to_owned).into();
        names.extend(self.wanted.actions.iter().cloned().chain(of_settings));
        let mut seen = rustc_hash::FxHashSet::default();
        for name in names {
            let is_in_table = actions::ALL.iter().any(|facts| facts.name == name);
            if is_in_table || !seen.insert(name.clone()) {
                continue;
            }
            let shown = self.look_for(&name, &mut found.odd_searches).await?;
            let ids = match &shown {
                Shown::Answer(value) => library_ids(value, &name),
                Shown::Refused(_) | Shown::Odd => None,
            };
            let item = self.other_action(&name, ids, found).await?;
            found.items.extend(item);
        }
        Ok(())
    }

    async fn other_action(
        &self,
        name: &str,
        ids: Option<Vec<LibraryId>>,
        found: &mut Examination,
    ) -> Result<Option<Item>, Problem> {
        let is_documented = DOCUMENTED.contains(&name);
        let is_wanted = self.wanted.actions.iter().any(|wanted| wanted == name);
        let own = self.settings.own_library_id(name).and_then(LibraryId::of);
        let item = |verdict, text: String| {
            let public = is_documented.then(|| text.clone());
            Some(Item::private(Topic::Action, name, verdict, text, public))
        };
        let Some(first) = ids.as_deref().unwrap_or_default().first().cloned() else {
            if let Some(own) = own {
                let asked = own.clone();
                let shown =
                    self.client.look(|api| reading::action(api, asked), self.deadline, self.listener).await?;
                return Ok(match &shown {
                    Shown::Answer(value) => {
                        let described = described(&TenantAction::of(value));
                        item(
                            Verdict::Fits,
                            format!("the tenant has the library id of the settings{described}"),
                        )
                    }
                    Shown::Refused(400 | 404) if found.tells_actions => item(
                        Verdict::Differs,
                        format!("the tenant has no action {}, the library id of the settings", own.as_str()),
                    ),
                    _ => item(
                        Verdict::Unknown,
                        "no script of the tenant has it, and the tenant does not describe it".to_owned(),
                    ),
                });
            }
            // Nothing is missing if nobody named it.
            return Ok(match (is_wanted, ids.is_some()) {
                (false, _) => None,
                (true, true) => item(Verdict::Unknown, "no script of the tenant has it".to_owned()),
                (true, false) => {
                    item(Verdict::Unknown, "the tenant does not say whether it has it".to_owned())
                }
            });
        };
        let is_known = own.as_ref().is_some_and(|own| ids.iter().flatten().any(|id| id == own));
        let id = if is_known { own.clone().unwrap_or(first) } else { first };
        let asked = id.clone();
        let shown = self.client.look(|api| reading::action(api, asked), self.deadline, self.listener).await?;
        let described = match &shown {
            Shown::Answer(value) => described(&TenantAction::of(value)),
            Shown::Refused(_) | Shown::Odd => String::new(),
        };
        let id_text = id.as_str();
        if is_known {
            return Ok(item(Verdict::Fits, format!("the library id of the settings{described}")));
        }
        let text = format!("the tenant's library id is {id_text}{described}");
        if own.is_none() && !is_wanted {
            return Ok(item(Verdict::Fits, format!("no table has it, and nothing needs it; {text}")));
        }
        found.library_ids.push((name.to_owned(), id_text.to_owned()));
        Ok(item(Verdict::Differs, format!("{text}; `library_ids` does not have that")))
    }
}

/// What the tenant says of an action, in words.
fn described(action: &TenantAction) -> String {
    let names = |names: Vec<&str>| match names.as_slice() {
        [] => "none".to_owned(),
        names => names.join(", "),
    };
    let properties = action.properties.as_ref().map(|all| {
        let all = names(all.iter().map(|property| property.name.as_str()).collect());
        format!("; properties: {all}")
    });
    let branches = action.branches.as_ref().map(|all| {
        let all = names(all.iter().map(|branch| branch.label.as_str()).collect());
        format!("; branches: {all}")
    });
    [properties, branches].into_iter().flatten().collect()
}

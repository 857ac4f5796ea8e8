//! Asks the tenant, one thing after the other, and never changes anything there.

use serde_json::Value;

use url::Url;

use super::action::Asked;
use super::item::{Item, Topic, Verdict};
use crate::cli::verb::studio::flows::Wanted;
use crate::cli::verb::studio::prompts::MUSIC;
use crate::cxone::studio::action::library_ids;
use crate::cxone::studio::lookup::{self, FoundSkill};
use crate::cxone::studio::reading::{self, LibraryId};
use crate::cxone::studio::request;
use crate::cxone::studio::{Shown, StudioClient};
use crate::cxone::{Deadline, Problem, ProgressListener};
use crate::emit::studio::StudioSettings;
use crate::emit::studio::actions::{self, ActionFacts};

/// After how many answers that cannot be read a request is not made again: each was repeated already.
const MOST_ODD: usize = 2;

/// What is known of the tenant, as far as it was asked.
#[derive(Debug, Default)]
pub struct Examination {
    pub items: Vec<Item>,
    /// The number of the business unit.
    pub business_unit: Option<u64>,
    /// The version of the API that answers, if it is not the one that was to be asked.
    pub other_version: Option<String>,
    /// The library ids that the tenant has and scripts are not written with.
    pub library_ids: Vec<(String, String)>,
    /// The branches of the action that listens for machines.
    pub cpa_branches: Vec<String>,
    /// Whether the tenant describes actions at all.
    pub(super) tells_actions: bool,
    /// How many searches had an answer that cannot be read.
    pub(super) odd_searches: usize,
}

/// Asks about everything.
pub struct Examiner<'a> {
    pub client: &'a StudioClient,
    pub settings: &'a StudioSettings,
    pub wanted: &'a Wanted,
    pub deadline: Deadline,
    pub listener: &'a dyn ProgressListener,
}

impl Examiner<'_> {
    /// Asks about everything. After a problem what was found before it stays in `found`.
    pub async fn examine(&self, found: &mut Examination) -> Result<(), Problem> {
        let Self { client, deadline, listener, .. } = *self;
        if let Err(problem) = client.sign_in(deadline, listener).await {
            let way = if client.signs_in_alone() {
                "an access key alone"
            } else {
                "a back-end app and an access key"
            };
            let status =
                problem.status.map(|status| format!(", with the status {status}")).unwrap_or_default();
            let text = format!("with {way}: {}{status}", problem.code.name);
            found.items.push(Item::open(Topic::SignIn, "signing in", Verdict::Differs, text));
            return Err(problem);
        }
        let how = match client.signs_in_alone() {
            true => "with an access key alone",
            false => "with a back-end app and an access key",
        };
        found.items.push(Item::open(Topic::SignIn, "signing in", Verdict::Fits, how));
        let host = client.host(deadline, listener).await?;
        let host = format!("{}, from the tenant's configuration", host.as_str().trim_end_matches('/'));
        let public = Some("from the tenant's configuration".to_owned());
        found.items.push(Item::private(Topic::Host, "host", Verdict::Fits, host, public));
        self.version(found).await?;
        self.business_unit(found).await?;
        self.actions(found).await?;
        self.other_actions(found).await?;
        for (key, path) in [("callback", &self.settings.callback), ("voicemail", &self.settings.voicemail)] {
            if let Some(path) = path {
                found.items.push(self.script(key, path).await?);
            }
        }
        for skill in &self.wanted.skills {
            found.items.push(self.skill(skill).await?);
        }
        for prompt in &self.wanted.prompts {
            found.items.push(self.prompt(prompt).await?);
        }
        Ok(())
    }

    /// Looks for a script that the settings name.
    async fn script(&self, key: &str, path: &str) -> Result<Item, Problem> {
        let path = path.replace('/', "\\");
        let shown = self.client.look(|api| request::open(api, &path), self.deadline, self.listener).await?;
        let (verdict, text) = match &shown {
            Shown::Answer(_) => (Verdict::Fits, format!("`{key}` of the settings; the tenant has it")),
            Shown::Refused(400 | 404) => {
                (Verdict::Differs, format!("`{key}` of the settings; the tenant has no script of this name"))
            }
            Shown::Refused(_) | Shown::Odd => {
                (Verdict::Unknown, format!("`{key}` of the settings; the tenant does not say{}", shown.why()))
            }
        };
        Ok(Item::private(Topic::Script, &format!("script {path}"), verdict, text, None))
    }

    /// Finds a version of the API that answers.
    async fn version(&self, found: &mut Examination) -> Result<(), Problem> {
        let Self { client, deadline, listener, .. } = *self;
        let wanted = client.api_version();
        let item = |verdict, text: String| Item::open(Topic::ApiVersion, "API version", verdict, text);
        let others = StudioClient::versions_seen().filter(|other| other != wanted);
        for version in std::iter::once(wanted.to_owned()).chain(others) {
            match client.knows_version(&version, deadline, listener).await? {
                Some(true) if version == wanted => {
                    found.items.push(item(Verdict::Fits, format!("{wanted} answers")));
                    return Ok(());
                }
                Some(true) => {
                    let text = format!(
                        "{wanted} is not known there, and the newest that answers is {version}: write `api_version = \"{version}\"` under `[studio]`"
                    );
                    found.items.push(item(Verdict::Differs, text));
                    client.use_version(&version, deadline, listener).await?;
                    found.other_version = Some(version);
                    return Ok(());
                }
                Some(false) => {}
                None => {
                    let text = format!("what {version} answers cannot be read");
                    found.items.push(item(Verdict::Unknown, text));
                    return Ok(());
                }
            }
        }
        let text =
            format!("neither {wanted} nor v20.0 to v34.0 answers `/business-unit` or `/scripts/search`");
        found.items.push(item(Verdict::Unknown, text));
        Ok(())
    }

    /// Compares the number of the business unit.
    async fn business_unit(&self, found: &mut Examination) -> Result<(), Problem> {
        let shown = self.client.look(reading::business_unit, self.deadline, self.listener).await?;
        let of_tenant = match &shown {
            Shown::Answer(value) => lookup::business_unit(value),
            Shown::Refused(_) | Shown::Odd => None,
        };
        let of_token = self.client.business_unit();
        let wanted = Some(self.settings.business_unit).filter(|&number| number > 0);
        found.business_unit = of_token.or(of_tenant);
        let (verdict, text, public) = match (found.business_unit, wanted) {
            (None, _) => {
                (Verdict::Unknown, "neither the id token nor the tenant names it".to_owned(), "not named")
            }
            (Some(own), _) if of_tenant.is_some_and(|number| number != own) => (
                Verdict::Differs,
                format!("the id token names {own}, and the tenant {}", of_tenant.unwrap_or_default()),
                "the id token and the tenant name different ones",
            ),
            (Some(own), None) => (
                Verdict::Differs,
                format!(
                    "it is {own}, and the settings name none: write `business_unit = {own}` under `[studio]`"
                ),
                "the settings name none",
            ),
            (Some(own), Some(wanted)) if own != wanted => (
                Verdict::Differs,
                format!("it is {own}, and the settings name {wanted}"),
                "the settings name another one",
            ),
            (Some(own), Some(_)) => (Verdict::Fits, own.to_string(), "that of the settings"),
        };
        let public = format!(
            "{public}; the id token {} it, and the tenant {} it",
            if of_token.is_some() { "has" } else { "lacks" },
            if of_tenant.is_some() { "shows" } else { "does not show" }
        );
        found.items.push(Item::private(Topic::BusinessUnit, "business unit", verdict, text, Some(public)));
        Ok(())
    }

    /// Compares every action that a script may have.
    async fn actions(&self, found: &mut Examination) -> Result<(), Problem> {
        let mut all = Vec::new();
        let (mut search, mut describes) = (None, None);
        let mut undescribed = 0;
        for facts in actions::ALL.iter().copied() {
            let shown = self.look_for(facts.name, &mut found.odd_searches).await?;
            let ids = match &shown {
                Shown::Answer(value) => library_ids(value, facts.name),
                Shown::Refused(_) | Shown::Odd => None,
            };
            best(&mut search, shown, |value| library_ids(value, facts.name).is_some());
            let mut asked = self.asked(facts, ids);
            if let Some(id) = asked.of_tenant().cloned() {
                let request = |api: &Url| reading::action(api, id);
                let shown = match undescribed < MOST_ODD {
                    true => self.client.look(request, self.deadline, self.listener).await?,
                    false => Shown::Odd,
                };
                undescribed += usize::from(shown == Shown::Odd);
                best(&mut describes, shown.clone(), |_| true);
                asked.answer = Some(shown);
            }
            all.push(asked);
        }
        found
            .items
            .push(request("GET /scripts/search", search.as_ref(), |value| library_ids(value, "").is_some()));
        found.items.push(request("GET /actions/{libraryId}", describes.as_ref(), |_| true));
        let tells_actions = matches!(describes, Some(Shown::Answer(_)));
        found.tells_actions = tells_actions;
        for asked in &all {
            found.items.push(asked.item(tells_actions));
            if let Some(id) = asked.own_id() {
                found.library_ids.push((asked.facts.name.to_owned(), id.as_str().to_owned()));
            }
            if asked.facts.name == actions::PLAYWITHCPA.name {
                let branches = asked.described().and_then(|action| action.branches).unwrap_or_default();
                found.cpa_branches = branches.into_iter().map(|branch| branch.label).collect();
            }
        }
        Ok(())
    }

    /// Looks for an action in the tenant's scripts, unless that cannot be read anyway.
    pub(super) async fn look_for(&self, action: &str, odd: &mut usize) -> Result<Shown, Problem> {
        if *odd >= MOST_ODD {
            return Ok(Shown::Odd);
        }
        let request = |api: &Url| reading::search(api, action);
        let shown = self.client.look(request, self.deadline, self.listener).await?;
        *odd += usize::from(shown == Shown::Odd);
        Ok(shown)
    }

    fn asked<'f>(&self, facts: &'f ActionFacts, found: Option<Vec<LibraryId>>) -> Asked<'f> {
        let own = self.settings.own_library_id(facts.name);
        let used = self.settings.library_id(facts).and_then(LibraryId::of);
        Asked { facts, used, is_of_settings: own.is_some(), found, answer: None }
    }

    /// Looks for a skill by its name, or by its number, as scripts may name it.
    async fn skill(&self, name: &str) -> Result<Item, Problem> {
        let shown = self.client.look(|api| reading::skills(api, name), self.deadline, self.listener).await?;
        let item = |verdict, text: String| {
            Item::private(Topic::Skill, &format!("skill {name}"), verdict, text, None)
        };
        let skills = match &shown {
            Shown::Answer(value) => lookup::skills(value),
            Shown::Refused(_) | Shown::Odd => None,
        };
        let Some(skills) = skills else {
            return Ok(item(Verdict::Unknown, format!("the tenant does not list its skills{}", shown.why())));
        };
        Ok(match lookup::skill_named(&skills, name) {
            None => item(Verdict::Differs, "the tenant has no skill of this name".to_owned()),
            Some(FoundSkill { is_active: false, .. }) => {
                item(Verdict::Differs, "it is not active".to_owned())
            }
            Some(_) => item(Verdict::Fits, "it is there".to_owned()),
        })
    }

    async fn prompt(&self, name: &str) -> Result<Item, Problem> {
        let shown = self.client.look(|api| reading::file(api, name), self.deadline, self.listener).await?;
        let (verdict, text) = match shown {
            Shown::Answer(_) => (Verdict::Fits, "it is there".to_owned()),
            Shown::Refused(400 | 404) if name == StudioSettings::default().music => {
                (Verdict::Unknown, MUSIC.to_owned())
            }
            Shown::Refused(400 | 404) => {
                (Verdict::Differs, "the tenant has no recording of this name".to_owned())
            }
            shown => (Verdict::Unknown, format!("the tenant does not show its recordings{}", shown.why())),
        };
        Ok(Item::private(Topic::Prompt, &format!("recording {name}"), verdict, text, None))
    }
}

/// Keeps the best of several answers to a request: one that can be read, or else the last.
fn best(kept: &mut Option<Shown>, shown: Shown, is_readable: impl Fn(&Value) -> bool) {
    let is_good = |shown: &Shown| matches!(shown, Shown::Answer(value) if is_readable(value));
    if kept.as_ref().is_none_or(|kept| !is_good(kept)) {
        *kept = Some(shown);
    }
}

/// The item about a request that is made for each action.
fn request(name: &str, shown: Option<&Shown>, is_readable: impl Fn(&Value) -> bool) -> Item {
    let (verdict, text) = match shown {
        Some(Shown::Answer(value)) if is_readable(value) => (Verdict::Fits, "it answers".to_owned()),
        Some(Shown::Answer(value)) => {
            let shape = crate::cxone::studio::action::shape(value);
            (Verdict::Unknown, format!("its answer has another form: {shape}"))
        }
        Some(shown) => (Verdict::Unknown, format!("not known here{}", shown.why())),
        None => (Verdict::Unknown, "not asked, since no library id is known".to_owned()),
    };
    Item::open(Topic::Request, name, verdict, text)
}

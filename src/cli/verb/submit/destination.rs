//! What takes the submissions of a run: a platform, a tenant's Studio, or the local emulator.

use super::artifact::Artifact;
use crate::cli::Failure;
use crate::cli::args::SubmitArgs;
use crate::cli::deployment::connection;
use crate::cxone::studio::StudioTenant;
use crate::cxone::{Tenant, Webhook};
use crate::emit::{flows, studio};
use crate::settings::Environment;

/// The receiver of a submission.
pub enum Destination {
    /// A platform, and the webhook that it notifies of changes.
    Platform { tenant: Box<Tenant>, webhook: Option<Webhook> },
    /// A tenant that keeps scripts.
    Studio(Box<StudioTenant>),
    /// An emulator in this process, which takes flows or scripts.
    Emulator { is_studio: bool },
}

impl Destination {
    /// The destination that the command line, the variables and the environment's section name for these artifacts.
    pub fn of(
        artifacts: &[Artifact],
        args: &SubmitArgs,
        environment: Option<&Environment>,
    ) -> Result<Self, Failure> {
        let is_studio = are_scripts(artifacts)?;
        if args.artifact.is_some() {
            check_target(is_studio, args, environment)?;
        }
        if is_studio {
            check_options(args, environment)?;
        } else if args.overwrite {
            return Err(Failure::new(
                "--overwrite is for the target `studio`: a flow has an id, by which it is known to be the one that was submitted",
            )
            .help("nothing was sent: leave it out"));
        }
        if args.emulate {
            if let Some(url) = &args.platform.webhook_url {
                connection::webhook_url(url, "--webhook-url")?;
            }
            return Ok(Self::Emulator { is_studio });
        }
        let otherwise = "; `cxflowc submit --emulate FILE` tries a flow without a platform";
        let account = &args.platform.account;
        if is_studio {
            let version = api_version(artifacts)?;
            let tenant = connection::studio_tenant(account, environment, version, otherwise)?;
            return Ok(Self::Studio(Box::new(tenant)));
        }
        Ok(Self::Platform {
            tenant: Box::new(connection::tenant(account, environment, otherwise)?),
            webhook: connection::webhook(args.platform.webhook_url.as_deref(), environment)?,
        })
    }

    /// Its name in locks for an artifact. The emulator is in no lock.
    pub fn platform(&self, artifact: &Artifact) -> Option<String> {
        match self {
            Self::Platform { tenant, .. } => Some(tenant.name().to_owned()),
            Self::Studio(tenant) => {
                Some(tenant.name(artifact.script.as_ref().map_or(0, |head| head.business_unit)))
            }
            Self::Emulator { .. } => None,
        }
    }

    /// Whether it changes the flow with this id in place. A script under another name is always another one.
    pub fn updates(&self, flow_id: &str) -> bool {
        matches!(self, Self::Platform { tenant, .. } if tenant.endpoints.update(flow_id).is_some())
    }
}

/// Whether these are scripts. A run has one destination, so all of them are or none is.
fn are_scripts(artifacts: &[Artifact]) -> Result<bool, Failure> {
    let mut is_script = None;
    for artifact in artifacts {
        let own = artifact.script.is_some();
        if is_script.is_some_and(|first| first != own) {
            return Err(Failure::new("the sources are written for different targets")
                .help("nothing was sent: submit those of each target in a run of their own"));
        }
        is_script = Some(own);
    }
    Ok(is_script.unwrap_or(false))
}

/// The version of the tenant's API that the settings of all scripts name.
fn api_version(artifacts: &[Artifact]) -> Result<Option<&str>, Failure> {
    let first = artifacts.first();
    let other = artifacts.iter().find(|other| Some(&other.api_version) != first.map(|one| &one.api_version));
    match (first, other) {
        (Some(first), Some(other)) => Err(Failure::new(format!(
            "{} and {} have different settings for `api_version`",
            first.name, other.name
        ))
        .help("nothing was sent: submit them one after the other")),
        _ => Ok(first.and_then(|first| first.api_version.as_deref())),
    }
}

/// Refuses an approved artifact of another target than the one that is named.
fn check_target(
    is_studio: bool,
    args: &SubmitArgs,
    environment: Option<&Environment>,
) -> Result<(), Failure> {
    let of_environment = || environment.and_then(|environment| environment.target.as_deref());
    let Some(wanted) = args.compile.target.as_deref().or_else(of_environment) else { return Ok(()) };
    let actual = if is_studio { studio::FACTS.name } else { flows::FACTS.name };
    match wanted == actual {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "the artifact is written for the target `{actual}`, and the target of this run is `{wanted}`"
        ))
        .help(format!(
            "nothing was sent: build it with `--target {wanted}`, or submit it with `--target {actual}`"
        ))),
    }
}

/// Refuses what means nothing to a tenant's Studio.
fn check_options(args: &SubmitArgs, environment: Option<&Environment>) -> Result<(), Failure> {
    let options = [
        ("--adopt", args.adopt.is_some(), "a script is known by its name, and saving it needs no id"),
        (
            "--rename",
            args.rename,
            "a script is known by its name, so under another name it is another script",
        ),
        ("--send-again", args.send_again, "a save without an answer is simply repeated"),
        ("--give-up-pending", args.give_up_pending, "a save has no job that could be pending"),
        ("--webhook-url", args.platform.webhook_url.is_some(), "a tenant tells nobody of its scripts"),
    ];
    let unusable = |name: &str, why: &str, instead: &str| {
        Err(Failure::new(format!("{name} is not for the target `studio`: {why}"))
            .help(format!("nothing was sent: {instead}")))
    };
    if let Some((name, _, why)) = options.into_iter().find(|(_, is_given, _)| *is_given) {
        return unusable(name, why, "leave it out");
    }
    match environment.filter(|environment| environment.webhook_url.is_some()) {
        Some(environment) => unusable(
            &format!("`webhook_url` of `[env.{}]`", environment.name),
            "a tenant tells nobody of its scripts",
            "remove it",
        ),
        None => Ok(()),
    }
}

//! The client of a tenant: signs in once, looks the tenant's host up once, then opens and saves scripts.

use std::sync::{Mutex, OnceLock, PoisonError};

use hyper::body::Bytes;
use secrecy::SecretString;
use tokio::sync::OnceCell;
use url::Url;

use super::answer::{self, FolderEntry, OpenedScript, SaveAnswer};
use super::sign_in::{self, Claims, Session};
use super::tenant::{StudioTenant, below};
use super::{discovery, facts, request};
use crate::cxone::answer::GrantedToken;
use crate::cxone::caller::{Caller, SignIn};
use crate::cxone::next_step::UnusableAnswer;
use crate::cxone::request::Request;
use crate::cxone::response::Response;
use crate::cxone::{Deadline, Problem, ProgressListener, codes};

/// How many entries of one folder are read.
const MOST_ENTRIES: usize = 10_000;

/// A client of one tenant, shared by all tasks.
#[derive(Debug)]
pub struct StudioClient {
    tenant: StudioTenant,
    pub(super) caller: Caller,
    /// What the id token said.
    claims: OnceLock<Claims>,
    /// What renews the token; it is used once.
    refresh: Mutex<Option<SecretString>>,
    /// The tenant's host.
    host: OnceCell<Url>,
    /// The address of the API, with its version.
    api: OnceCell<Url>,
}

impl StudioClient {
    /// Creates a client. `secrets` are masked in every answer, as are the credentials.
    ///
    /// # Errors
    ///
    /// CX907 if this machine has no certificates to trust.
    pub fn new(tenant: StudioTenant, secrets: &[SecretString]) -> Result<Self, Problem> {
        let caller = Caller::new(tenant.is_plain(), secrets)?;
        caller.hide(&tenant.key.secret);
        if let Some(app) = &tenant.app {
            caller.hide(&app.secret);
            sign_in::authorization(&tenant).header().iter().for_each(|header| caller.hide(header));
        }
        Ok(Self {
            tenant,
            caller,
            claims: OnceLock::new(),
            refresh: Mutex::default(),
            host: OnceCell::new(),
            api: OnceCell::new(),
        })
    }

    /// The tenant.
    pub fn tenant(&self) -> &StudioTenant {
        &self.tenant
    }

    /// Gets a token, which all later requests share, and finds the tenant's host.
    ///
    /// # Errors
    ///
    /// CX901, CX903, CX904, CX907, CX908, CX924.
    pub async fn sign_in(&self, deadline: Deadline, listener: &dyn ProgressListener) -> Result<(), Problem> {
        self.caller.sign_in(self, deadline, listener).await?;
        self.host(deadline, listener).await.map(drop)
    }

    /// Asks the tenant by this version of the API from now on, unless it was asked already.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`].
    pub async fn use_version(
        &self,
        version: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<(), Problem> {
        let api = self.api_of(version, deadline, listener).await?;
        self.api.get_or_init(async || api).await;
        Ok(())
    }

    /// The tenant's host.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`].
    pub async fn host(&self, deadline: Deadline, listener: &dyn ProgressListener) -> Result<&Url, Problem> {
        self.host.get_or_try_init(|| self.look_up(deadline, listener)).await
    }

    /// Whether the access key signs in by itself, without a back-end app.
    pub fn signs_in_alone(&self) -> bool {
        self.tenant.app.is_none()
    }

    /// The version of the API that the tenant is asked by.
    pub fn api_version(&self) -> &str {
        &self.tenant.version
    }

    /// The business unit of whoever signed in, if the id token names it.
    pub fn business_unit(&self) -> Option<u64> {
        self.claims.get()?.business_unit
    }

    /// Who has locked a script, if that is somebody else. A script that does not exist has no lock.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`].
    pub async fn lock_holder(
        &self,
        path: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Option<String>, Problem> {
        let request = request::open(self.api(deadline, listener).await?, path);
        let read = |response: &Response| Ok(answer::lock_holder(&response.body)?);
        match self.caller.call(self, &request, &read, deadline, listener).await {
            Ok(holder) => Ok(holder.filter(|holder| !self.is_own(holder))),
            Err(problem) if problem.is_absent => self.absent(&problem, path).map_or(Ok(None), Err),
            Err(problem) => Err(problem),
        }
    }

    /// Opens a script; `None` if there is none. A lock of whoever signed in is none.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`].
    pub async fn open(
        &self,
        path: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Option<OpenedScript>, Problem> {
        let request = request::open(self.api(deadline, listener).await?, path);
        let read = |response: &Response| Ok(answer::opened(&response.body)?);
        match self.caller.call(self, &request, &read, deadline, listener).await {
            Ok(OpenedScript { content, holder }) => {
                let holder = holder.filter(|holder| !self.is_own(holder));
                Ok(Some(OpenedScript { content, holder }))
            }
            Err(problem) if problem.is_absent => self.absent(&problem, path).map_or(Ok(None), Err),
            Err(problem) => Err(problem),
        }
    }

    /// The entries of a folder; `None` if there is none.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`].
    pub async fn folder(
        &self,
        path: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Option<Vec<FolderEntry>>, Problem> {
        let mut entries = Vec::new();
        let mut skip = 0;
        loop {
            let request = request::folder(self.api(deadline, listener).await?, path, skip);
            let read = |response: &Response| Ok(answer::folder(&response.body)?);
            let (page, count) = match self.caller.call(self, &request, &read, deadline, listener).await {
                Ok(page) => page,
                Err(problem) if skip == 0 && problem.is_absent => {
                    return self.absent(&problem, path).map_or(Ok(None), Err);
                }
                Err(problem) => return Err(problem),
            };
            entries.extend(page);
            skip += count;
            if count < facts::MOST || skip >= MOST_ENTRIES {
                return Ok(Some(entries));
            }
        }
    }

    /// Who made the newest version of a script, and when.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`].
    pub async fn last_change(
        &self,
        path: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<(String, String), Problem> {
        let request = request::history(self.api(deadline, listener).await?, path);
        let read = |response: &Response| Ok(answer::last_change(&response.body)?);
        self.caller.call(self, &request, &read, deadline, listener).await
    }

    /// Saves a script.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`], and CX902 if it is no script to the tenant.
    pub async fn save(
        &self,
        script: &Bytes,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<SaveAnswer, Problem> {
        let request = request::save(self.api(deadline, listener).await?, script);
        let read = |response: &Response| Ok(answer::saved(response)?);
        self.caller.call(self, &request, &read, deadline, listener).await
    }

    /// Uploads a recording.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`], and CX902 if the tenant refuses it, as it does if one of this name is there and may
    /// not be replaced.
    pub async fn upload(
        &self,
        name: &str,
        bytes: &[u8],
        replaces: bool,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<(), Problem> {
        let request = request::upload(self.api(deadline, listener).await?, name, bytes, replaces);
        let read = |response: &Response| match response.status {
            409 => Err(UnusableAnswer::Odd("nothing was uploaded".to_owned())),
            _ => Ok(()),
        };
        self.caller.call(self, &request, &read, deadline, listener).await
    }

    /// The problem of something that is absent because the tenant does not know the version of the API: its answer
    /// names the version.
    pub(super) fn absent(&self, problem: &Problem, path: &str) -> Option<Problem> {
        let version = self.tenant.version.as_str();
        // The address that was asked has it as well.
        let mut named = problem.message.match_indices(version);
        let names_it = named.any(|(at, _)| !problem.message.get(..at).unwrap_or_default().ends_with('/'))
            && !path.contains(version);
        names_it.then(|| self.no_version())
    }

    /// The problem of a version of the API that the tenant does not know.
    pub fn no_version(&self) -> Problem {
        Problem {
            is_settled: true,
            ..Problem::new(
                &codes::studio::NO_VERSION,
                format!("the tenant does not know the version {} of its API", self.tenant.version),
                "`cxflowc studio doctor` finds one that answers: write it as `api_version` under `[studio]` in cxflow.toml, or set CXONE_API_VERSION",
            )
        }
    }

    /// Whether a lock's name is that of whoever signed in.
    fn is_own(&self, holder: &str) -> bool {
        let names = self.claims.get().map(|claims| &claims.names);
        names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(holder))
    }

    /// The address of the API, with its version.
    pub(super) async fn api(
        &self,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<&Url, Problem> {
        let version = || self.api_of(&self.tenant.version, deadline, listener);
        self.api.get_or_try_init(version).await
    }

    /// The address of a version of the API.
    pub(super) async fn api_of(
        &self,
        version: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Url, Problem> {
        let host = self.host(deadline, listener).await?;
        Ok(below(host, &format!("{}/{version}", facts::SERVICES)))
    }

    async fn look_up(&self, deadline: Deadline, listener: &dyn ProgressListener) -> Result<Url, Problem> {
        let id = self.claims.get().and_then(|claims| claims.tenant.as_deref());
        let id = id.ok_or_else(|| {
            Problem::new(
                &codes::studio::NO_TENANT,
                format!("{} signs in, and its id token names no tenant", self.tenant.base.as_str().trim_end_matches('/')),
                "check that the base URL is the sign-in address of the tenant's area, and that the access key is a user's of this tenant",
            )
        })?;
        let request = discovery::request(&self.tenant, id);
        let read = |response: &Response| Ok(discovery::api(&response.body)?);
        self.caller.ask_openly(&request, &read, deadline, listener).await.map_err(|problem| {
            match problem.is_absent || *problem.code == codes::UNEXPECTED_ANSWER {
                true => Problem {
                    code: &codes::studio::NO_TENANT,
                    help: "check that the base URL is the sign-in address of the tenant's area; scripts are saved at the `api_endpoint` that it names".to_owned(),
                    is_absent: false,
                    ..problem
                },
                false => problem,
            }
        })
    }
}

impl StudioClient {
    /// The token that renews the one in use, for one use.
    fn take_refresh(&self) -> Option<SecretString> {
        self.refresh.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    async fn granted(
        &self,
        request: &Request,
        caller: &Caller,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<GrantedToken, Problem> {
        let authorization = sign_in::authorization(&self.tenant);
        let session =
            caller.ask_for_token(request, &authorization, sign_in::session, deadline, listener).await?;
        let Session { granted, claims, refresh, id_token } = session;
        caller.hide(&granted.token);
        refresh.iter().chain(&id_token).for_each(|secret| caller.hide(secret));
        self.claims.get_or_init(|| claims);
        *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = refresh;
        Ok(granted)
    }
}

impl SignIn for StudioClient {
    /// Renews the token if the tenant gave what that needs, and signs in otherwise.
    async fn ask(
        &self,
        caller: &Caller,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<GrantedToken, Problem> {
        let refresh = self.take_refresh();
        if let Some(renewal) = refresh.and_then(|refresh| sign_in::renewal(&self.tenant, &refresh)) {
            match self.granted(&renewal, caller, deadline, listener).await {
                // It was used, or has ended, or this tenant does not renew.
                Err(problem) if has_refused(&problem) => {}
                other => return other,
            }
        }
        self.granted(&sign_in::request(&self.tenant), caller, deadline, listener).await
    }
}

/// Whether a tenant has answered, and gives no token for what it was asked with.
fn has_refused(problem: &Problem) -> bool {
    ![&codes::UNREACHABLE, &codes::RATE_LIMITED, &codes::GATEWAY].contains(&problem.code)
}

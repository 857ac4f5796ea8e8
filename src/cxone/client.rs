//! The platform's client: makes requests and repeats them until they succeed or the time is up.

mod flow_lookup;
mod jobs;
mod webhooks;

use hyper::body::Bytes;
use secrecy::SecretString;

use super::answer::{self, Job, NoJob};
use super::caller::{Caller, SignIn};
use super::next_step::UnusableAnswer;
use super::progress::ProgressListener;
use super::request::{self, Authorization, Request};
use super::response::Response;
use super::tenant::Tenant;
use super::{Deadline, Problem};
use crate::settings::TokenAuth;

pub use self::flow_lookup::FlowLookup;
pub use self::webhooks::RegisteredWebhook;

/// How many pages of a list are requested.
const MAX_PAGES: usize = 100;

/// A client of one tenant, shared by all tasks.
#[derive(Debug)]
pub struct Client {
    tenant: Tenant,
    caller: Caller,
}

impl Client {
    /// Creates a client. `secrets` are masked in every answer, as are the credentials.
    ///
    /// # Errors
    ///
    /// CX907 if this machine has no certificates to trust.
    pub fn new(tenant: Tenant, secrets: &[SecretString]) -> Result<Self, Problem> {
        let caller = Caller::new(tenant.endpoints.are_plain(), secrets)?;
        caller.hide(&tenant.credentials.secret);
        for how in TokenAuth::ALL {
            let header = Authorization::Client(tenant.credentials.clone(), how).header();
            header.iter().for_each(|header| caller.hide(header));
        }
        Ok(Self { tenant, caller })
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// Gets a token, which all later requests share.
    ///
    /// # Errors
    ///
    /// CX901, CX903, CX904, CX907, CX908.
    pub async fn sign_in(&self, deadline: Deadline, listener: &dyn ProgressListener) -> Result<(), Problem> {
        self.caller.sign_in(&self.tenant, deadline, listener).await
    }

    /// Sends a payload. `key` is its idempotency key; `replaces` is the flow to change if the tenant updates
    /// flows in place.
    ///
    /// # Errors
    ///
    /// CX901 to CX904, CX907, CX908.
    pub async fn create(
        &self,
        payload: &Bytes,
        key: &str,
        replaces: Option<&str>,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Job, Problem> {
        let request = request::create(&self.tenant, payload, key, replaces);
        let endpoints = &self.tenant.endpoints;
        let read = |response: &Response| {
            answer::created(response, endpoints)
                .map_err(|NoJob { why, flow }| UnusableAnswer::Unnamed(why, flow))
        };
        self.call(&request, &read, deadline, listener).await
    }

    /// Makes a request with the shared token, which is renewed once if it is refused.
    async fn call<T>(
        &self,
        request: &Request,
        read: &(impl Fn(&Response) -> Result<T, UnusableAnswer> + Sync),
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<T, Problem> {
        self.caller.call(&self.tenant, request, read, deadline, listener).await
    }
}

impl SignIn for Tenant {
    async fn ask(
        &self,
        caller: &Caller,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<answer::GrantedToken, Problem> {
        let request = request::token(self);
        let authorization = Authorization::Client(self.credentials.clone(), self.token_auth);
        let granted =
            caller.ask_for_token(&request, &authorization, answer::token, deadline, listener).await?;
        caller.hide(&granted.token);
        Ok(granted)
    }
}

//! The parts of a CXone tenant that Studio scripts need: signing in, the Admin API's scripts, files and skills.
//!
//! What is known of them from public sources, and what is the emulator's own, is in `docs/studio-api.md`.

mod actions;
mod business_unit;
mod content;
mod discovery;
mod files;
mod folders;
mod gate;
mod history;
mod library;
mod merge;
mod options;
mod parameters;
mod problem;
mod query;
mod sample;
mod scripts;
mod search;
mod sign_in;
mod skill;
mod skills;
mod store;
mod syntax_check;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub use options::{StudioAction, StudioOptions, StudioPrompt, StudioScript, StudioSkill, StudioUser};
pub use store::StudioStore;

use super::app::App;
use super::problem::ErrorResponse;

/// Where the Admin API is; its description calls all that follows the version a resource.
const ADMIN: &str = "/inContactAPI/services/{version}";

/// Signing in, discovery and the Admin API.
pub fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::openid))
        .route("/.well-known/cxone-configuration", get(discovery::tenant))
        .route("/authentication/v1/token/access-key", post(sign_in::access_key))
        .route("/auth/token", post(sign_in::token))
        .merge(admin(app))
}

fn admin(app: &Arc<App>) -> Router<Arc<App>> {
    let scripts = get(scripts::open).post(scripts::save).put(scripts::lock).delete(scripts::delete);
    let files = get(files::show).post(files::upload).put(files::rename).delete(files::delete);
    let at = |resource: &str| format!("{ADMIN}{resource}");
    Router::new()
        .route(&at("/scripts"), scripts)
        .route(&at("/scripts/search"), get(search::search))
        .route(&at("/scripts/historyByName"), get(history::by_name))
        .route(&at("/scripts/start"), post(scripts::start))
        .route(&at("/scripts/kick"), post(scripts::kick))
        .route(&at("/scripts/{scriptId}"), get(history::version))
        .route(&at("/script-folders"), get(folders::list))
        .route(&at("/files"), files)
        .route(&at("/skills"), get(skills::list))
        .route(&at("/skills/{skillId}"), get(skills::show).put(skills::update))
        .route(&at("/skills/{skillId}/parameters"), get(parameters::all))
        .route(&at("/skills/{skillId}/parameters/{group}"), get(parameters::show).put(parameters::update))
        .route(&at("/actions/{libraryId}"), get(actions::show))
        .route(&at("/business-unit"), get(business_unit::show))
        .route_layer(from_fn_with_state(Arc::clone(app), gate::admit))
}

/// Whether a path is that of a request to the tenant.
pub fn is_at(path: &str) -> bool {
    ["/inContactAPI/", "/auth/", "/authentication/", "/.well-known/"]
        .iter()
        .any(|start| path.starts_with(start))
}

/// An error at a path of the tenant, in its form; other errors as they are.
pub fn error_at(path: &str, error: ErrorResponse) -> Response {
    if is_at(path) { problem::AdminError::from(error).into_response() } else { error.into_response() }
}

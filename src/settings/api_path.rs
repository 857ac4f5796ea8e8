//! Which paths of the platform's API are valid: `[env.NAME.paths]` and `update`.

/// The methods that change a flow.
const METHODS: [&str; 3] = ["PUT", "PATCH", "POST"];

/// Whether a text is a path below the base URL: from `/` on, without a query and a fragment. After `//`
/// clients would expect a host.
pub fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.contains(['?', '#'])
}

/// Whether a path has a place for a job's id.
pub fn has_job_id(path: &str) -> bool {
    path.contains("{id}")
}

/// The method, in capitals, and the path of an `update`, if it is valid.
///
/// ```
/// use cxflowc::settings::parts_of_update;
/// assert_eq!(parts_of_update("put /api/flows/{flow_id}"), Some(("PUT", "/api/flows/{flow_id}")));
/// assert_eq!(parts_of_update("PUT /api/flows"), None);
/// ```
pub fn parts_of_update(text: &str) -> Option<(&'static str, &str)> {
    let (method, path) = text.trim().split_once(' ')?;
    let method = METHODS.into_iter().find(|one| method.eq_ignore_ascii_case(one))?;
    let path = path.trim();
    (is_path(path) && path.contains("{flow_id}")).then_some((method, path))
}

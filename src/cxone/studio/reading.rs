//! The requests that only read, as plain values. What a request names is a part of its query, or a number or a library id
//! in its path: no name leads to another request.

use url::Url;

use super::facts;
use super::tenant::below;
use crate::cxone::request::{Request, get};

/// Asks for the tenant itself.
pub fn business_unit(api: &Url) -> Request {
    get("asking for the business unit", below(api, facts::BUSINESS_UNIT))
}

/// Looks for scripts that have an action of this name.
pub fn search(api: &Url, action: &str) -> Request {
    let most = facts::MOST.to_string();
    get(
        "searching for the action",
        with_query(below(api, facts::SEARCH), &[("toolName", action), ("top", &most)]),
    )
}

/// Asks for an action's properties and branches.
pub fn action(api: &Url, library_id: LibraryId) -> Request {
    let url = below(api, &format!("{}/{}", facts::ACTIONS, library_id.0));
    Request { names_something: true, ..get("asking for the action", url) }
}

/// Looks for skills with this in their names.
pub fn skills(api: &Url, name: &str) -> Request {
    let most = facts::MOST.to_string();
    get(
        "looking for the skill",
        with_query(below(api, facts::SKILLS), &[("searchString", name), ("top", &most)]),
    )
}

/// Asks for a skill.
pub fn skill(api: &Url, id: u64) -> Request {
    let url = below(api, &format!("{}/{id}", facts::SKILLS));
    Request { names_something: true, ..get("asking for the skill", url) }
}

/// Asks what the dialler of a skill does.
pub fn skill_parameters(api: &Url, id: u64) -> Request {
    let url = below(api, &format!("{}/{id}/parameters", facts::SKILLS));
    Request { names_something: true, ..get("asking for the skill's parameters", url) }
}

/// Asks for a recording.
pub fn file(api: &Url, name: &str) -> Request {
    let url = with_query(below(api, facts::FILES), &[("fileName", name)]);
    Request { names_something: true, ..get("asking for the recording", url) }
}

/// Asks for the versions of a script.
pub fn history(api: &Url, path: &str) -> Request {
    let url = with_query(below(api, facts::HISTORY), &[("scriptPath", path)]);
    Request { names_something: true, ..get("asking for the script's history", url) }
}

/// Opens a version of a script.
pub fn version(api: &Url, id: u64) -> Request {
    let url = below(api, &format!("{}/{id}", facts::SCRIPTS));
    Request { names_something: true, ..get("opening the version", url) }
}

/// The id of an action in the library, in lower case: 32 hexadecimal digits in five groups.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LibraryId(String);

impl LibraryId {
    /// The id that a text is, if it is one.
    pub fn of(text: &str) -> Option<Self> {
        let groups: Vec<usize> = text.trim().split('-').map(str::len).collect();
        let is_id = groups == [8, 4, 4, 4, 12]
            && text.trim().bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
        is_id.then(|| Self(text.trim().to_ascii_lowercase()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address with a query. A blank is no `+`, which not every server reads as one.
pub(super) fn with_query(mut url: Url, pairs: &[(&str, &str)]) -> Url {
    let encoded = |text: &str| {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    };
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    url.set_query(Some(&pairs.join("&")));
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cxone::method::Method;
    use crate::cxone::request::Body;

    #[test]
    fn no_name_leads_to_another_request_and_all_of_them_only_read() {
        let api: Url = "https://api.example/inContactAPI/services/v34.0".parse().unwrap();
        for name in ["start", "/start", "../scripts/start", "?x=/scripts/start", "#/start", "a b&c=d", "kick"]
        {
            assert_eq!(LibraryId::of(name), None);
            let requests = [search(&api, name), skills(&api, name), file(&api, name), history(&api, name)];
            let paths = [facts::SEARCH, facts::SKILLS, facts::FILES, facts::HISTORY];
            for (request, path) in requests.iter().zip(paths) {
                assert_eq!(request.url.path(), format!("{}{path}", api.path()));
                assert_eq!(request.url.fragment(), None);
                assert_eq!(request.url.query_pairs().next().unwrap().1, name);
            }
        }
        let id = LibraryId::of("B2F794C5-0232-40E7-9830-76D573BF57D7").unwrap();
        let all = [
            business_unit(&api),
            search(&api, "PLAY"),
            action(&api, id),
            skills(&api, "a"),
            skill(&api, 1),
            skill_parameters(&api, 1),
            file(&api, "a"),
            history(&api, "a"),
            version(&api, 1),
        ];
        for request in all {
            assert_eq!(request.method, Method::Get);
            assert!(matches!(request.body, Body::Empty) && !request.changes());
            assert!(!request.url.path().ends_with("/start") && !request.url.path().ends_with("/kick"));
        }
    }
}

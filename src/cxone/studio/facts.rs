//! What is known of the API that keeps scripts. The evidence of each stands beside it: S if two or more independent
//! public clients or the vendor's own test code agree, D if the vendor's documentation says it, 1 for one public source.
//!
//! The API also has requests that place a call (`start`) and that take a script away from whoever edits it (`kick`).
//! They are not here, and nothing else may name them.

/// The hosts of areas at which access keys sign in, such as `na1.nice-incontact.com` (S, D).
pub const AREA_HOSTS: &str = "nice-incontact.com";

/// Where tenants of all areas are looked up, and back-end apps sign in (S, D).
pub const SIGN_IN: &str = "https://cxone.niceincontact.com";

/// Where an access key gets a token (S, D).
pub const ACCESS_KEY: &str = "/authentication/v1/token/access-key";

/// Where a back-end app gets a token; the description at `/.well-known/openid-configuration` names it (S, D).
pub const TOKEN: &str = "/auth/token";

/// Where the hosts of a tenant are described (S).
pub const CONFIGURATION: &str = "/.well-known/cxone-configuration";

/// Where the API is, below the tenant's host. Its version follows (S).
pub const SERVICES: &str = "/inContactAPI/services";

/// The version that is asked for if nobody names another (S).
pub const API_VERSION: &str = "v34.0";

/// The numbers of the versions that have been seen (S).
pub const VERSIONS: std::ops::RangeInclusive<u32> = 20..=34;

/// Where scripts are opened and saved, below a version of the API (S). The published description of version 34 lists
/// neither of the two requests.
pub const SCRIPTS: &str = "/scripts";

/// Where scripts are found by the names of their actions: `toolName`; the answer has each action's library id (D).
pub const SEARCH: &str = "/scripts/search";

/// Where the versions of a script are listed: `scriptPath` (S, D).
pub const HISTORY: &str = "/scripts/historyByName";

/// Where an action describes its properties and branches, by its library id (1). No source shows the answer.
pub const ACTIONS: &str = "/actions";

/// Where skills are listed. The published description has them one by one only.
pub const SKILLS: &str = "/skills";

/// Where recordings are (S, D).
pub const FILES: &str = "/files";

/// Where the tenant describes itself (D).
pub const BUSINESS_UNIT: &str = "/business-unit";

/// The most items that a list has at once (1).
pub const MOST: usize = 100;

/// Where the scripts and folders of a folder are listed (S, D).
pub const FOLDERS: &str = "/script-folders";

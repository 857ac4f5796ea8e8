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

/// Where scripts are opened and saved, below the tenant's host. Versions 20 to 34 have been seen (S). The published
/// description of version 34 lists neither of the two requests.
pub const SCRIPTS: &str = "/inContactAPI/services/v34.0/scripts";

/// Where the scripts and folders of a folder are listed, below the tenant's host (S, D).
pub const FOLDERS: &str = "/inContactAPI/services/v34.0/script-folders";

/// How many entries of a folder are listed at once, at most (1).
pub const PAGE: usize = 100;

/// Where the versions of a script are listed, below the tenant's host (S, D).
pub const HISTORY: &str = "/inContactAPI/services/v34.0/scripts/historyByName";

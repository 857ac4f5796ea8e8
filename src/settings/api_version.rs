//! Versions of the API of a CXone tenant.

/// Whether a text is a version, such as `v34.0`.
pub fn is_api_version(text: &str) -> bool {
    let is_number =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    text.strip_prefix('v')
        .and_then(|number| number.split_once('.'))
        .is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_no_path() {
        for version in ["v34.0", "v20.1", "v100.0"] {
            assert!(is_api_version(version), "{version}");
        }
        for other in
            ["", "v", "34.0", "v34", "v34.", "v.0", "V34.0", "v34.0/", "v34.0/../x", "v3４.0", "v1234.0"]
        {
            assert!(!is_api_version(other), "{other}");
        }
    }
}

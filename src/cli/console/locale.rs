//! Whether the locale asks for ASCII.

use std::ffi::OsString;

/// The variables that set the character encoding; the first one that is set wins (POSIX, Base Definitions,
/// 8.2).
const VARIABLES: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];

/// Whether this process draws frames in ASCII.
#[expect(clippy::disallowed_methods, reason = "this is where the command line reads the locale")]
pub fn is_ascii() -> bool {
    draws_in_ascii(|name| std::env::var_os(name))
}

/// Whether frames are drawn in ASCII: if a variable sets a locale that is not UTF-8. If none is set, as on
/// Windows and many CI machines, the output is read as UTF-8.
fn draws_in_ascii(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = VARIABLES.iter().find_map(|name| variable(name).filter(|value| !value.is_empty()));
    set.is_some_and(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        !(locale.contains("utf-8") || locale.contains("utf8"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii(variables: &[(&str, &str)]) -> bool {
        draws_in_ascii(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_first_variable_that_is_set_counts() {
        assert!(ascii(&[("LC_ALL", "C"), ("LC_CTYPE", "en_US.UTF-8"), ("LANG", "en_US.UTF-8")]));
        assert!(!ascii(&[("LC_ALL", ""), ("LC_CTYPE", "en_US.UTF-8"), ("LANG", "C")]));
        assert!(ascii(&[("LC_CTYPE", "POSIX"), ("LANG", "en_US.UTF-8")]));
        assert!(ascii(&[("LANG", "C")]));
    }

    #[test]
    fn a_locale_that_is_utf_8_is_drawn_in_unicode() {
        for locale in ["C.UTF-8", "en_US.utf8", "UTF-8", "de_DE.UTF-8@euro"] {
            assert!(!ascii(&[("LC_ALL", locale)]), "{locale}");
        }
        for locale in ["C", "POSIX", "en_US", "en_US.ISO-8859-1", "ja_JP.eucJP"] {
            assert!(ascii(&[("LC_ALL", locale)]), "{locale}");
        }
    }

    #[test]
    fn no_locale_at_all_is_unicode() {
        assert!(!ascii(&[]));
    }
}

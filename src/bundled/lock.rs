//! A lock of the bundled policies: their texts as they were when somebody last looked at them, so that an update of the
//! compiler changes no verdict unseen.

use crate::source::{Source, Span};

/// The file's name.
pub const FILE_NAME: &str = "policies.lock";

/// The texts that a lock keeps.
#[derive(Debug, Clone)]
pub struct PolicyLock {
    /// Where the lock begins, for findings about what it lacks.
    pub start: Span,
    /// Whether something is wrong with it: what it lacks is then not reported.
    pub is_broken: bool,
    /// The policies, in the order of the lock.
    pub policies: Vec<LockedPolicy>,
}

impl PolicyLock {
    /// The locked policy of a name.
    pub fn find(&self, name: &str) -> Option<&LockedPolicy> {
        self.policies.iter().find(|policy| policy.name == name)
    }

    /// The lock with only the policies that an update leaves as they are.
    pub fn after_update(mut self) -> Self {
        self.policies.retain(LockedPolicy::stays);
        // What it lacks is no finding.
        self.is_broken = true;
        self
    }

    /// The policies that this compiler does not have, or no longer.
    pub fn gone(&self) -> impl Iterator<Item = &LockedPolicy> {
        self.policies.iter().filter(|policy| super::find(&policy.name).is_none())
    }
}

/// The bundled policies that expect a fact, or a tag with its `@`, in the order of the compiler: by their locked texts, or
/// else by its own.
pub fn expecting<'l>(name: &str, lock: Option<&'l PolicyLock>) -> Vec<&'l str> {
    let own = super::expecting(name).iter().copied();
    let Some(lock) = lock else { return own.collect() };
    let expects = |policy: &&LockedPolicy| super::expected_in(&policy.text).any(|one| one == name);
    let locked = lock.policies.iter().filter(expects).map(|policy| policy.name.as_str());
    let mut all: Vec<&str> = own.filter(|policy| lock.find(policy).is_none()).chain(locked).collect();
    all.sort_by_key(|name| super::ALL.iter().position(|policy| policy.name == *name).unwrap_or(usize::MAX));
    all
}

/// A policy with the text that a lock keeps.
#[derive(Debug, Clone)]
pub struct LockedPolicy {
    /// Its name.
    pub name: String,
    /// The text of its file.
    pub text: String,
    /// Where the lock names it.
    pub span: Span,
}

impl LockedPolicy {
    /// Its file, to be compiled in place of the one that comes with the compiler.
    pub fn source(&self) -> Source {
        super::source_of(&self.name, &self.text)
    }

    /// Which edition it is.
    pub fn version(&self) -> Option<u32> {
        super::version_of(&self.text)
    }

    /// Whether the compiler has nothing that could take its place: it lacks the policy, or has an older version of it.
    pub fn stays(&self) -> bool {
        super::find(&self.name).is_none_or(|own| self.version() > super::version_of(own.text))
    }

    /// How it stands to the policy that comes with the compiler.
    pub fn standing(&self) -> LockStanding {
        match super::find(&self.name) {
            None => LockStanding::Gone,
            Some(bundled) if bundled.text == self.text => LockStanding::Current,
            Some(bundled) => LockStanding::Differs(super::version_of(bundled.text)),
        }
    }
}

/// How a locked policy stands to the one that comes with the compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockStanding {
    /// The compiler has the same text.
    Current,
    /// The compiler has another text, of this version.
    Differs(Option<u32>),
    /// The compiler does not have the policy.
    Gone,
}

impl LockStanding {
    /// What a reader needs to know of a policy that is locked at a version.
    pub fn in_words(self, version: Option<u32>) -> String {
        let locked =
            version.map_or_else(|| "locked".to_owned(), |version| format!("locked at version {version}"));
        match self {
            Self::Current => locked,
            Self::Differs(Some(own)) if version == Some(own) => {
                format!("{locked}; this compiler has another text of version {own}")
            }
            Self::Differs(Some(own)) => format!("{locked}; this compiler has version {own}"),
            Self::Differs(None) => format!("{locked}; this compiler has another text"),
            Self::Gone => format!("{locked}; this compiler does not have it"),
        }
    }

    /// The version that the compiler has; `None` if it has none, or not this policy.
    pub fn own_version(self, version: Option<u32>) -> Option<u32> {
        match self {
            Self::Current => version,
            Self::Differs(own) => own,
            Self::Gone => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::table::Id;

    #[test]
    fn what_a_locked_text_expects_counts() {
        let text = "policy us_tsr \"T\" {\n  expects @old \"a tag\"\n  expects fact age = \"1\"\n}\n";
        let span = Span::new(FileId::from_index(0), 0, 0);
        let policies = vec![LockedPolicy { name: "us_tsr".to_owned(), text: text.to_owned(), span }];
        let lock = PolicyLock { start: span, is_broken: false, policies };
        assert_eq!(expecting("@old", Some(&lock)), ["us_tsr"]);
        assert_eq!(expecting("age", Some(&lock)), ["us_tsr"]);
        assert_eq!(expecting("@old", None), [""; 0]);
        assert!(expecting("purpose", None).contains(&"us_tsr"));
        let others = expecting("purpose", Some(&lock));
        assert!(others.contains(&"uk_pecr") && !others.contains(&"us_tsr"));
    }

    #[test]
    fn a_locked_policy_is_held_against_the_one_of_the_compiler() {
        let own = super::super::find("us_tsr").unwrap();
        let version = super::super::version_of(own.text).unwrap();
        let locked = |name: &str, text: String| LockedPolicy {
            name: name.to_owned(),
            text,
            span: Span::new(FileId::from_index(0), 0, 0),
        };
        let words = |policy: LockedPolicy| policy.standing().in_words(policy.version());
        assert_eq!(words(locked("us_tsr", own.text.to_owned())), format!("locked at version {version}"));
        let older = own.text.replace(&format!("  version {version}\n"), "  version 70\n");
        assert_eq!(
            words(locked("us_tsr", older)),
            format!("locked at version 70; this compiler has version {version}")
        );
        let edited = format!("{}// A word.\n", own.text);
        assert_eq!(
            words(locked("us_tsr", edited)),
            format!("locked at version {version}; this compiler has another text of version {version}")
        );
        let gone = "policy us_gone \"Gone\" {\n  forbid voicemail\n}\n";
        assert_eq!(words(locked("us_gone", gone.to_owned())), "locked; this compiler does not have it");
    }
}

//! Bundled policies whose texts a lock keeps.

use super::codes;
use super::load::{Loader, PolicyFile};
use super::{BuildSettings, Resolver};
use crate::bundled::lock::{FILE_NAME, LockedPolicy, PolicyLock};
use crate::bundled::{self, Bundled};
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::source::Sources;
use crate::syntax::ast::Declaration;

impl Loader<'_> {
    /// Reads the bundled policies of these names: the locked text of each, or else the compiler's own.
    pub(super) fn add_bundled_policies(&mut self, names: &[String], settings: &BuildSettings) {
        let lock = settings.lock.as_deref();
        let gone = lock.into_iter().flat_map(PolicyLock::gone).map(|policy| policy.name.as_str());
        // A name that this compiler does not reserve may be that of a policy of one's own.
        let gone: Vec<&str> = gone.filter(|name| !self.declares_policy(name)).collect();
        let known = bundled::ALL.iter().map(|policy| policy.name).chain(gone);
        for name in known.filter(|known| names.iter().any(|name| name == known)) {
            let locked = lock.and_then(|lock| lock.find(name)).filter(|locked| self.is_readable(locked));
            let source = match locked {
                Some(locked) => Some(locked.source()),
                None => bundled::find(name).map(Bundled::source),
            };
            let Some(source) = source else { continue };
            let file = self.add(source);
            self.loaded.policy_files.list.push(PolicyFile {
                file,
                bundled: true,
                nested: false,
                named_at: None,
                locked: locked.map(LockedPolicy::standing),
            });
        }
    }

    /// Whether a file that was read declares a policy of this name.
    fn declares_policy(&self, name: &str) -> bool {
        let items = self.loaded.files.iter().flat_map(|(_, ast)| &ast.items);
        let mut policies = items.filter_map(|item| match &item.declaration {
            Declaration::Policy(policy) => Some(policy.name.span),
            _ => None,
        });
        policies.any(|span| crate::syntax::text::name(self.sources.text(span)) == name)
    }

    /// Whether a locked text is the policy that it is called, and nothing else. Reports one that is not.
    fn is_readable(&mut self, locked: &LockedPolicy) -> bool {
        let mut sources = Sources::default();
        let file = sources.add(locked.source());
        let mut found = Diagnostics::default();
        let ast = crate::syntax::parse(&sources, file, &mut found);
        let is_it = |declaration: &Declaration| match declaration {
            Declaration::Policy(policy) => {
                crate::syntax::text::name(sources.text(policy.name.span)) == locked.name.as_str()
            }
            _ => false,
        };
        let is_alone = matches!(ast.items.as_slice(), [item] if is_it(&item.declaration));
        let is_readable = is_alone && !ast.broken && !found.has_errors();
        if !is_readable {
            let message = format!("this compiler cannot read the locked text of {}", quote(&locked.name));
            self.diagnostics.push(
                Diagnostic::new(&codes::BAD_LOCK, locked.span, message)
                    .here("its text is not this policy")
                    .help("compile with the version that locked it, or a newer one; to lock the text of this compiler, take the entry out and run `cxflowc policy update --write`"),
            );
        }
        is_readable
    }
}

impl Resolver<'_> {
    /// Reports the bundled policies that apply and that the lock does not keep.
    pub(super) fn report_unlocked(&mut self) {
        let Some(lock) = self.settings.lock.as_ref().filter(|lock| !lock.is_broken) else { return };
        // What a file without a flow applies is locked for the flows that include it.
        if self.flow.is_library() {
            return;
        }
        let unlocked = self.flow.policies.iter();
        for policy in unlocked.filter(|policy| policy.bundled && lock.find(&policy.name).is_none()) {
            let message = format!("`{FILE_NAME}` does not lock {}", quote(&policy.name));
            let diagnostic = match policy.place() {
                Some(place) => Diagnostic::new(&codes::NOT_LOCKED, place, message)
                    .here("the text of this compiler counts, whatever it is"),
                None => Diagnostic::new(&codes::NOT_LOCKED, lock.start, message).here("not in this lock"),
            };
            self.diagnostics.push(diagnostic.help("lock it with `cxflowc policy update --write`"));
        }
    }
}

//! Params: their values from outside and from an include's `with`.

use super::values::ValueSource;
use super::{NameTarget, Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Fix, Severity, list_of, quote};
use crate::resolve::codes::SET_IN_VAIN;
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, Name, Value};

/// How many instances a finding names.
const INSTANCES_SHOWN: usize = 5;

impl Resolver<'_> {
    pub(super) fn param(&mut self, scope: ScopeId, param: &ast::Param) -> ValueSource {
        if let Some((value, outer)) = self.with_value(scope, param.name) {
            self.report_set_in_vain(scope, param.name);
            return ValueSource::Written("param", value, outer);
        }
        if let Some(name) = self.name_set_outside(scope, param.name) {
            let place = self.settings.param_places.get(&name).copied();
            return ValueSource::Set(self.settings.params.get(&name).cloned().unwrap_or_default(), place);
        }
        match param.default {
            Some(default) => ValueSource::Written("param", default, scope),
            None => {
                if !param.broken {
                    let unset = &mut self.unset;
                    let at = *self.unset_at.entry(param.name.span).or_insert_with(|| {
                        unset.push((param.name, Vec::new()));
                        unset.len() - 1
                    });
                    if let Some((_, scopes)) = unset.get_mut(at) {
                        scopes.push(scope);
                    }
                }
                ValueSource::Hole("param")
            }
        }
    }

    /// The name by which the build sets a param: with its instance's prefix, or else, for a library with exits, its
    /// plain name, by which it is set where the library is compiled alone.
    fn name_set_outside(&self, scope: ScopeId, param: Name) -> Option<String> {
        let own = self.name(param);
        let full = format!("{}{own}", self.scopes[scope].prefix);
        if self.settings.params.contains_key(&full) {
            return Some(full);
        }
        let is_set = self.is_library_scope(scope) && self.settings.params.contains_key(own.as_ref());
        is_set.then(|| own.into_owned())
    }

    /// Reports a param that is set both from outside and by its instance's `with`.
    fn report_set_in_vain(&mut self, scope: ScopeId, param: Name) {
        let own = self.name(param);
        let name = format!("{}{own}", self.scopes[scope].prefix);
        if !self.settings.params.contains_key(&name) {
            return;
        }
        let of_include = self.scopes[scope].include.and_then(|decl| self.item(decl));
        let Some(Declaration::Include(include)) = of_include.map(|item| &item.declaration) else { return };
        let binding = self.scopes[scope].with.get(own.as_ref()).and_then(|&at| include.with.get(at));
        let Some(binding) = binding.map(|binding| binding.name.span) else { return };
        let message = format!(
            "setting the param {} from outside has no effect: `with` gives it its value",
            quote(&name)
        );
        let from = self.settings.param_places.get(&name).copied();
        let diagnostic = match from {
            Some(place) => Diagnostic::new(&SET_IN_VAIN, place, message)
                .here("has no effect")
                .label(binding, "this counts")
                .help("take it out here, or take the param out of `with`"),
            None => Diagnostic::new(&SET_IN_VAIN, binding, message)
                .here("this counts, and `--set` has no effect")
                .help("take the param out of `with`, or leave `--set` out"),
        };
        self.diagnostics.push(diagnostic);
    }

    /// Reports the unset params, each once, with all instances that lack a value.
    pub(super) fn report_unset(&mut self) {
        let unset = std::mem::take(&mut self.unset);
        // Settings that cannot be read may set them, and so may the files that include a library.
        if self.settings.are_broken || self.flow.has_exits {
            return;
        }
        let severity = if self.settings.params_required { Severity::Error } else { Severity::Warning };
        for (written, scopes) in unset {
            if scopes.iter().all(|&scope| self.is_reported_as_unused(scope, written)) {
                continue;
            }
            let own = self.name(written);
            let names: Vec<String> =
                scopes.iter().map(|&scope| format!("{}{own}", self.scopes[scope].prefix)).collect();
            let quoted: Vec<String> = names.iter().take(INSTANCES_SHOWN).map(|name| quote(name)).collect();
            let listed = |conjunction: &str| match names.len().saturating_sub(INSTANCES_SHOWN) {
                0 => list_of(&quoted, conjunction),
                more => format!("{} {conjunction} {more} more", quoted.join(", ")),
            };
            let instances: Vec<Span> = scopes
                .iter()
                .filter_map(|&scope| Some(self.item(self.scopes[scope].include?)?.span))
                .collect();
            let message = match names.len() {
                1 => format!("the param {} is not set", listed("and")),
                _ => format!("the params {} are not set", listed("and")),
            };
            let help = if instances.is_empty() {
                format!(
                    "give `--set {own}=VALUE`, `--env NAME` with a `params` entry in `cxflow.toml`, or write a default: `param {own} = \"VALUE\"`"
                )
            } else {
                let each = if names.len() > 1 { "each" } else { "it" };
                format!(
                    "set {each} with `with {own} = \"VALUE\"` at the include, or as {} with `--set` or in `cxflow.toml`",
                    listed("and")
                )
            };
            let mut places = instances;
            places.sort_unstable();
            places.dedup();
            let diagnostic = Diagnostic::new(&codes::UNSET_PARAM, written.span, message)
                .here("it has no default, and nothing sets it")
                .severity(severity)
                .label_each(&places, INSTANCES_SHOWN, "in this instance")
                .help(help);
            let others: Vec<String> = names.iter().skip(INSTANCES_SHOWN).map(|name| quote(name)).collect();
            self.diagnostics.push(match others.is_empty() {
                true => diagnostic,
                false => diagnostic.note(format!("the others are {}", list_of(&others, "and"))),
            });
        }
    }

    /// Whether CX403 reports a param: an unused param should be taken out, not set.
    fn is_reported_as_unused(&self, scope: ScopeId, param: Name) -> bool {
        let is_of_flow = self.scopes[scope].parent.is_none() && !self.flow.is_library();
        let value = self.scopes[scope].values.get(self.name(param).as_ref());
        is_of_flow && self.flow.complete && value.is_some_and(|&id| !self.values[id].used)
    }

    /// The value that an instance's `with` gives a param, and the scope of its names.
    pub(super) fn with_value(&self, scope: ScopeId, param: Name) -> Option<(Value, ScopeId)> {
        let scope = &self.scopes[scope];
        let Declaration::Include(include) = &self.item(scope.include?)?.declaration else { return None };
        let binding = include.with.get(*scope.with.get(self.name(param).as_ref())?)?;
        Some((binding.value?, scope.parent?))
    }

    /// Reports names in an instance's `with` that are not params of the file, or are set twice.
    pub(super) fn check_with(&mut self) {
        for scope in self.scopes.ids() {
            let Some(include) = self.scopes[scope].include.and_then(|decl| self.item(decl)) else {
                continue;
            };
            let Declaration::Include(include) = &include.declaration else { continue };
            for (index, binding) in include.with.iter().enumerate() {
                let name = self.name(binding.name);
                let first = self.scopes[scope].with.get(name.as_ref());
                let earlier =
                    first.filter(|&&first| first < index).and_then(|&first| include.with.get(first));
                if let Some(earlier) = earlier {
                    let whole = match binding.value {
                        Some(ast::Value::Text(text)) => binding.name.span.to(text.span),
                        Some(ast::Value::Integer(span)) => binding.name.span.to(span),
                        None => binding.name.span,
                    };
                    self.report_set_twice(&name, binding.name.span, earlier.name.span, whole);
                }
                let known = self.scopes[scope].values.get(name.as_ref()).map(|&id| &self.values[id]);
                if let Some(param) = known.filter(|known| known.word() == "param") {
                    self.record_use(NameTarget::Value, binding.name.span, param.name.span);
                    continue;
                }
                // The values that it inserts still count as used.
                if let (Some(ast::Value::Text(text)), Some(parent)) =
                    (binding.value, self.scopes[scope].parent)
                {
                    for id in self.inserted_by(parent, text) {
                        self.values[id].used = true;
                    }
                }
                if self.report_exit_with_value(scope, binding) {
                    continue;
                }
                let near = self.nearest_param(scope, &name);
                let meant = near.as_ref().and_then(|near| self.scopes[scope].values.get(near.as_str()));
                // The param that was probably meant counts as set.
                let meant = meant.map(|&id| self.values[id].name.span);
                self.unset.retain_mut(|(param, scopes)| {
                    if Some(param.span) == meant {
                        scopes.retain(|&other| other != scope);
                    }
                    !scopes.is_empty()
                });
                let params = self.params_of(scope);
                let help = match &near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if params.is_empty() => "the file declares no params".to_owned(),
                    None => format!("its params are {}", shown(params)),
                };
                self.diagnostics.push(
                    Diagnostic::new(
                        &codes::UNKNOWN_NAME,
                        binding.name.span,
                        format!("the included file has no param {}", quote(&name)),
                    )
                    .here("no such param")
                    .help(help)
                    .fix(near.map(|near| Fix::write(binding.name.span, near))),
                );
            }
        }
    }
}

/// The first names of a list, and how many more there are.
fn shown(names: &[String]) -> String {
    const SHOWN: usize = 20;
    match names.get(..SHOWN) {
        Some(first) if names.len() > SHOWN => {
            format!("{} and {} more", first.join(", "), names.len() - SHOWN)
        }
        _ => names.join(", "),
    }
}

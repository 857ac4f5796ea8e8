//! The names that the flow declares or mentions, where they fit.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gen_lsp_types::CompletionItemKind as Shown;
use rustc_hash::{FxHashMap, FxHashSet};

use super::item::{Item, Rank};
use super::typed::Typed;
use crate::bundled;
use crate::check::is_waivable;
use crate::compile::Compiled;

use crate::diagnostics::{Code, Diagnostics};
use crate::flow::policy::{self, Expected, Rule, fact_value};
use crate::flow::{Directive, Disposition, DispositionId, EventKind, Flow, Kind, NodeId, Outcome, Variable};
use crate::lsp::analysis::Analysis;
use crate::policy::{Obligation, RuleVerdict, meanings, obligations, paragraphs};
use crate::resolve::codes::UNKNOWN_NODE;
use crate::resolve::include_path;
use crate::source::{FileId, Source, Sources, Span};
use crate::spelling::display_id;
use crate::syntax::ast::{Declaration, Policy};
use crate::syntax::{parse, text};

/// The nodes that a word can become, first those that no transition leads to yet.
pub fn nodes(flow: &Analysis, typed: Typed<'_>) -> Vec<Item> {
    let graph = &flow.compiled.flow;
    let mut is_target = vec![false; graph.nodes.len()];
    for to in graph.transitions.rows().iter().filter_map(|transition| transition.to).chain(graph.entry) {
        if let Some(is_target) = is_target.get_mut(crate::table::Id::index(to)) {
            *is_target = true;
        }
    }
    let nodes = graph.nodes.rows();
    let rank = |is_target| if is_target { Rank::Fits } else { Rank::Wanted };
    let named = nodes.iter().zip(is_target).map(|(node, is_target)| (node.id.as_str(), rank(is_target)));
    let item = |(rank, number): (Rank, usize)| {
        let node = nodes.get(number)?;
        let about = node.doc.map(|doc| paragraphs(flow.written(doc)).join("\n\n"));
        let item = Item::plain(Shown::Function, display_id(&node.id)).detail(node.type_.word());
        Some(item.about(about.unwrap_or_default()).rank(rank))
    };
    typed.best_names(named).into_iter().filter_map(item).collect()
}

/// The names of nodes that lines mention and that are not declared.
pub fn missing_nodes(flow: &Analysis) -> Vec<Item> {
    let Compiled { diagnostics, flow: graph, .. } = &flow.compiled;
    let unknown =
        diagnostics.iter().filter(|finding| finding.code == &UNKNOWN_NODE).filter_map(|finding| finding.span);
    // An unfinished line may declare any of these.
    let spans = unknown.chain(graph.possibly_declared.iter().copied());
    let names: BTreeSet<&str> = spans.map(|span| flow.written(span)).collect();
    let item = |name: &str| Item::plain(Shown::Function, name).detail("not declared yet").rank(Rank::Wanted);
    names.into_iter().map(item).collect()
}

/// What a line may name of what is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// Every let, param, contact field and variable.
    Values,
    /// Contact fields and variables, which a `decide` compares.
    OfCalls,
    /// Variables, which a `set` sets.
    Variables,
    /// Opening hours, which a `decide` asks for.
    Hours,
}

/// The voices of a flow.
pub fn voices(flow: &Flow) -> Vec<Item> {
    let actions = flow.nodes.rows().iter().flat_map(|node| &node.actions);
    let speakers = actions.filter_map(|action| action.speaker.as_ref()).chain(&flow.speaker);
    let mut items: Vec<Item> = Vec::new();
    for speaker in speakers {
        let Some(voice) = speaker.voice.as_deref() else { continue };
        if items.iter().all(|known| known.label != voice) {
            let language = speaker.language.as_deref().unwrap_or_default();
            items.push(Item::plain(Shown::Value, voice).detail(language));
        }
    }
    items
}

/// The lets, params, contact fields and variables.
pub fn values(flow: &Analysis, file: FileId) -> Vec<Item> {
    declared(flow, file, Declared::Values)
}

/// The files whose names a file knows: itself, and those that it includes without making instances of them. A file
/// that is included so itself knows the names of all.
fn known_files(flow: &Analysis, file: FileId) -> FxHashSet<FileId> {
    let by_path: FxHashMap<PathBuf, FileId> = flow
        .compiled
        .trees
        .iter()
        .map(|(id, _)| (flow.compiled.sources.get(*id).path().into(), *id))
        .collect();
    let mut joined: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    for (id, tree) in &flow.compiled.trees {
        let from = flow.compiled.sources.get(*id).path();
        for item in &tree.items {
            let Declaration::Include(include) = &item.declaration else { continue };
            let path = include_path(from, flow.written(include.path.span));
            if let (None, Some(&other)) = (include.prefix, path.and_then(|path| by_path.get(&path))) {
                joined.entry(*id).or_default().push(other);
                joined.entry(other).or_default().push(*id);
            }
        }
    }
    let mut known = FxHashSet::from_iter([file]);
    let mut open = vec![file];
    while let Some(next) = open.pop() {
        let others = joined.get(&next).map_or(&[][..], Vec::as_slice);
        open.extend(others.iter().filter(|other| known.insert(**other)));
    }
    known
}

/// What is declared and may be named in a file, of the kinds that fit. Of an instance these are its variables, behind
/// its prefix.
pub fn declared(flow: &Analysis, file: FileId, wanted: Declared) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut labels: FxHashSet<&str> = FxHashSet::default();
    let known = known_files(flow, file);
    let trees = flow.compiled.trees.iter().filter(|(id, _)| known.contains(id));
    for item in trees.flat_map(|(_, tree)| &tree.items) {
        let (keyword, name) = match &item.declaration {
            Declaration::Let(binding) => ("let", binding.name),
            Declaration::Param(param) => ("param", param.name),
            Declaration::Contact(contact) => ("contact", contact.name),
            Declaration::Var(variable) => ("var", variable.name),
            Declaration::Hours(hours) => ("hours", hours.name),
            _ => continue,
        };
        let fits = match wanted {
            Declared::Values => keyword != "hours",
            Declared::Hours => keyword == "hours",
            Declared::OfCalls => matches!(keyword, "contact" | "var"),
            Declared::Variables => keyword == "var",
        };
        if !fits {
            continue;
        }
        let label = flow.written(name.span);
        if labels.insert(label) {
            let about = item.doc.map(|doc| paragraphs(flow.written(doc)).join("\n\n")).unwrap_or_default();
            items.push(Item::plain(Shown::Variable, label).detail(keyword).about(about));
        }
    }
    // The first file is that of the flow, whose instances the names begin with.
    let is_root = flow.compiled.trees.first().is_some_and(|(root, _)| known.contains(root));
    if is_root && wanted != Declared::Hours {
        let of_instances = flow.compiled.flow.variables.rows().iter();
        let of_instances = of_instances.filter(|one| one.hours.is_none() && one.name.contains('.'));
        let fits = |one: &&Variable| wanted != Declared::Variables || one.is_set_on_calls();
        items.extend(of_instances.filter(fits).map(|one| {
            let keyword = if one.is_contact { "contact" } else { "var" };
            Item::plain(Shown::Variable, &*one.name).detail(keyword)
        }));
    }
    items
}

/// The declared dispositions, first those that nothing gives yet.
pub fn dispositions(flow: &Analysis) -> Vec<Item> {
    let graph = &flow.compiled.flow;
    let of_nodes = graph.nodes.rows().iter().filter_map(|node| Some(node.disposition?.id));
    let of_transitions = graph.transitions.rows().iter().filter_map(|transition| transition.disposition);
    let given: BTreeSet<DispositionId> = of_nodes.chain(of_transitions).collect();
    let declared = graph.dispositions.iter().filter(|(_, row)| row.declared);
    let item = |(id, row): (DispositionId, &Disposition)| {
        let about = row.doc.map(|doc| paragraphs(flow.written(doc)).join("\n\n")).unwrap_or_default();
        let item = Item::plain(Shown::EnumMember, &*row.name).detail("disposition").about(about);
        item.rank(if given.contains(&id) { Rank::Fits } else { Rank::Wanted })
    };
    declared.map(item).collect()
}

/// The dispositions that lines name and that are not declared.
pub fn missing_dispositions(flow: &Analysis) -> Vec<Item> {
    let rows = flow.compiled.flow.dispositions.rows().iter().filter(|row| !row.declared);
    let item =
        |name: &str| Item::plain(Shown::EnumMember, name).detail("not declared yet").rank(Rank::Wanted);
    rows.map(|row| item(&row.name)).collect()
}

/// The fields that kinds declare and steps send.
pub fn fields(flow: &Analysis) -> Vec<Item> {
    let graph = &flow.compiled.flow;
    let declared = graph.kinds.rows().iter().flat_map(|kind| &kind.fields).map(|field| &*field.name);
    let actions = graph.nodes.rows().iter().flat_map(|node| &node.actions);
    let sent = actions.flat_map(|action| &action.fields).map(|field| &*field.name);
    let names: BTreeSet<&str> = declared.chain(sent).collect();
    names.into_iter().map(|name| Item::plain(Shown::Field, name).detail("field")).collect()
}

/// The params and the exits of a file.
pub fn bound_names_of(source: Source) -> Vec<Item> {
    let mut sources = Sources::default();
    let file = sources.add(source);
    let tree = parse(&sources, file, &mut Diagnostics::default());
    let about = |doc: Option<Span>| doc.map(|doc| paragraphs(sources.text(doc)).join("\n\n"));
    let named = tree.items.iter().filter_map(|item| {
        let bound = match &item.declaration {
            Declaration::Param(param) => {
                let name = sources.text(param.name.span);
                Item::snippet(Shown::Variable, name, format!("{name} = \"${{1:VALUE}}\"")).detail("param")
            }
            // Without a binding the flow does not build.
            Declaration::Exit(exit) => {
                let name = sources.text(exit.span);
                let item = Item::snippet(Shown::Event, name, format!("{name} -> ${{1:NODE}}"));
                item.detail("exit").rank(Rank::Wanted)
            }
            _ => return None,
        };
        Some(bound.about(about(item.doc).unwrap_or_default()))
    });
    named.collect()
}

/// The paths of other flow files, first those that are not included yet.
pub fn paths(flow: &Analysis, file: FileId, nearby_files: Vec<String>) -> Vec<Item> {
    let source = flow.compiled.sources.get(file);
    let own = source.path().file_name().and_then(|name| name.to_str());
    let is_included = |path: &str| source.text().contains(&format!("\"{path}\""));
    let others = nearby_files.into_iter().filter(|path| Some(path.as_str()) != own);
    others
        .map(|path| {
            let rank = if is_included(&path) { Rank::Possible } else { Rank::Fits };
            Item::plain(Shown::File, path).rank(rank)
        })
        .collect()
}

/// The policies that can be applied.
pub fn policies(flow: &Analysis) -> Vec<Item> {
    let own = declared_policies(flow).map(|policy| {
        let title = policy.title.map(|title| flow.written(title.span)).unwrap_or_default();
        Item::plain(Shown::Class, flow.written(policy.name.span)).detail(title.trim_matches('"'))
    });
    let bundled = bundled::ALL.iter().map(|policy| {
        Item::plain(Shown::Class, policy.name).detail("comes with the compiler").rank(Rank::Possible)
    });
    let mut items: Vec<Item> = own.collect();
    let known: Vec<Item> = bundled.filter(|item| items.iter().all(|own| own.label != item.label)).collect();
    items.extend(known);
    items
}

/// The codes of this flow's findings that a waiver excuses.
pub fn findings(flow: &Analysis) -> Vec<Item> {
    let found = flow.compiled.diagnostics.iter();
    let mut codes: Vec<&Code> = found.map(|one| one.code).filter(|code| is_waivable(code)).collect();
    codes.sort_by_key(|code| code.id);
    codes.dedup_by_key(|code| code.id);
    let item = |code: &Code| Item::plain(Shown::Value, code.id).detail(code.name).rank(Rank::Fits);
    codes.into_iter().map(item).collect()
}

fn declared_policies(flow: &Analysis) -> impl Iterator<Item = &Policy> {
    flow.compiled.trees.iter().flat_map(|(_, tree)| &tree.items).filter_map(|item| match &item.declaration {
        Declaration::Policy(policy) => Some(&**policy),
        _ => None,
    })
}

/// The policies that apply and have an obligation that nobody attests.
pub fn obliging_policies(flow: &Analysis) -> Vec<Item> {
    let compiled = &flow.compiled;
    let open = obligations(&compiled.flow, &compiled.judged).into_iter().filter(is_open);
    let mut policies: Vec<&policy::Policy> = open.map(|open| open.policy).collect();
    policies.dedup_by_key(|policy| &policy.name);
    let item = |policy: &policy::Policy| {
        Item::plain(Shown::Class, &*policy.name).detail(policy.title.as_deref().unwrap_or_default())
    };
    policies.into_iter().map(item).collect()
}

/// The obligations of a policy that nobody attests.
pub fn obligations_of(flow: &Analysis, policy: &str) -> Vec<Item> {
    let compiled = &flow.compiled;
    let all = obligations(&compiled.flow, &compiled.judged).into_iter();
    let open = all.filter(is_open).filter(|one| *one.policy.name == *policy);
    open.map(|one| of_rule(flow, one.rule).detail(one.duty).rank(Rank::Fits)).collect()
}

fn is_open(one: &Obligation<'_>) -> bool {
    *one.verdict == RuleVerdict::Obligation && !one.is_attested
}

/// A rule by its name, with its doc comment.
fn of_rule(flow: &Analysis, rule: &Rule) -> Item {
    let about = rule.doc.map(|doc| paragraphs(flow.written(doc)).join("\n\n")).unwrap_or_default();
    Item::plain(Shown::Property, &*rule.name).about(about)
}

/// The rules of a policy, broken ones first.
pub fn rules_of(flow: &Analysis, policy: &str) -> Vec<Item> {
    let policies = &flow.compiled.flow.policies;
    let Some((index, policy)) = policies.iter().enumerate().find(|(_, candidate)| *candidate.name == *policy)
    else {
        return Vec::new();
    };
    let rules = policy.rules.iter().enumerate().map(|(number, rule)| {
        let mut judged = flow.compiled.judged.iter();
        let judged = judged.find(|judged_rule| judged_rule.policy == index && judged_rule.rule == number);
        let is_broken = judged.is_some_and(|judged_rule| judged_rule.violation().is_some());
        let item = of_rule(flow, rule);
        item.detail(judged.map_or("", |judged_rule| judged_rule.word())).rank(if is_broken {
            Rank::Wanted
        } else {
            Rank::Fits
        })
    });
    rules.collect()
}

/// The facts that are stated, or that policies ask for.
pub fn facts(flow: &Analysis) -> Vec<Item> {
    let graph = &flow.compiled.flow;
    let stated = graph.facts.iter().map(|fact| &*fact.name);
    let rules = graph.policies.iter().flat_map(|policy| &policy.rules);
    let compared = rules.flat_map(|rule| rule.facts());
    let expected = graph.policies.iter().flat_map(|policy| policy.expected_facts().map(|(name, _)| name));
    let names: BTreeSet<&str> = stated.chain(compared).chain(expected).collect();
    let is_stated = |name: &str| graph.facts.iter().any(|fact| *fact.name == *name);
    let item = |name: &str| {
        let missing = !is_stated(name);
        let item = Item::plain(Shown::Constant, name)
            .detail(if missing { "not stated yet" } else { "fact" })
            .about(meanings(graph, &Expected::Fact { name: name.into(), values: Vec::new() }).join("\n\n"));
        item.rank(if missing { Rank::Wanted } else { Rank::Fits })
    };
    names.into_iter().map(item).collect()
}

/// The values that policies expect of a fact.
pub fn fact_values(flow: &Analysis, fact: &str) -> Vec<Item> {
    let policies = flow.compiled.flow.policies.iter();
    let values = policies.filter_map(|policy| policy.expected_fact(fact)).flat_map(|(_, values)| values);
    let mut items: Vec<Item> = Vec::new();
    for value in values.map(fact_value) {
        if items.iter().all(|known| known.label != value) {
            items.push(Item::plain(Shown::EnumMember, value).rank(Rank::Wanted));
        }
    }
    items
}

/// The tags of nodes and steps, and those that policies use.
pub fn tags(flow: &Analysis) -> Vec<Item> {
    let graph = &flow.compiled.flow;
    // The baseline applies to every flow, and asks for no tag.
    let asking = || graph.policies.iter().filter(|policy| *policy.name != *bundled::BASELINE);
    let rules = asking().flat_map(|policy| &policy.rules);
    let expected = asking().flat_map(|policy| policy.expected_tags().map(|(name, _)| name));
    let used_by_policies: BTreeSet<&str> = rules.flat_map(|rule| rule.tags()).chain(expected).collect();
    let rows = graph.nodes.rows().iter();
    let present = rows.flat_map(|node| node.all_tags());
    let present: BTreeSet<&str> = present.map(|tag| &*tag.name).collect();
    let item = |name: &&str| {
        let detail = if used_by_policies.contains(*name) { "used by a policy" } else { "tag" };
        let about = meanings(graph, &Expected::Tag((**name).into())).join("\n\n");
        let item = Item::plain(Shown::Property, format!("@{name}")).detail(detail).about(about);
        item.rank(if used_by_policies.contains(*name) && !present.contains(*name) {
            Rank::Wanted
        } else {
            Rank::Fits
        })
    };
    used_by_policies.union(&present).map(item).collect()
}

/// The queues and mailboxes that other nodes use, and the texts of params.
pub fn queues(flow: &Analysis) -> Vec<Item> {
    let is_queue = |directive: &Directive| {
        matches!(directive, Directive::Route | Directive::Schedule | Directive::Record)
    };
    let actions = flow.compiled.flow.nodes.rows().iter().flat_map(|node| &node.actions);
    let texts =
        actions.filter(|action| is_queue(&action.directive)).filter_map(|action| action.text.as_ref());
    let literals: BTreeSet<&str> = texts.map(|text: &crate::flow::Text| inside(flow, text.span)).collect();
    literals.into_iter().filter(|text| !text.is_empty()).map(|text| Item::plain(Shown::Text, text)).collect()
}

fn inside(flow: &Analysis, literal: Span) -> &str {
    flow.written(literal).trim_matches('"')
}

/// The node with a name, as written in the source.
pub fn node_called(flow: &Flow, written: &str) -> Option<NodeId> {
    let name = text::name(written);
    flow.nodes.iter().find(|(_, node)| node.id == *name).map(|(id, _)| id)
}

/// The outcomes and keys that are possible at a node of a kind; those that it does not handle yet come
/// first.
pub fn conditions(flow: &Analysis, kind: Option<Kind>, node: Option<NodeId>) -> Vec<Item> {
    let graph = &flow.compiled.flow;
    let handled: Vec<(EventKind, &str)> = node
        .into_iter()
        .flat_map(|node| graph.out(node))
        .flat_map(|transition| graph.alternatives(transition))
        .map(|alternative| (graph.events[alternative.event].kind(), graph.events[alternative.event].word()))
        .collect();
    let is_handled = |outcome: Outcome| handled.iter().any(|(kind, _)| *kind == EventKind::Outcome(outcome));
    let outcomes = kind.map_or(Outcome::ALL, Kind::outcomes);
    let mut items: Vec<Item> = Vec::new();
    let collects = kind.is_none_or(|kind| kind == Kind::Collect);
    if collects {
        let next = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];
        let is_free =
            |key: &&&str| !handled.iter().any(|(kind, word)| *kind == EventKind::Key && word == *key);
        items.extend(next.iter().filter(is_free).map(|key| Item::plain(Shown::Value, *key).detail("key")));
    }
    if kind == Some(Kind::Collect) && !is_handled(Outcome::Timeout) && !is_handled(Outcome::Invalid) {
        let item = Item::plain(Shown::EnumMember, "timeout | invalid").rank(Rank::Wanted);
        items.push(item.about("The last attempt got no key in time, or a wrong one."));
    }
    items.extend(outcomes.iter().map(|&outcome| {
        let rank = if is_handled(outcome) { Rank::Possible } else { Rank::Fits };
        Item::plain(Shown::EnumMember, outcome.word()).detail("outcome").rank(rank)
    }));
    items
}

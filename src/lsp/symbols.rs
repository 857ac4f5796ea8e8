//! A file's outline, and the search for declarations in all flows.

use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolKind,
    WorkspaceSymbol, WorkspaceSymbolLocation, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use rustc_hash::FxHashMap;

use super::analysis::Analysis;
use super::letters::has_letters;
use super::request_error::RequestError;
use super::session::Session;
use crate::flow::NodeId;
use crate::picture::{Target, branches};
use crate::source::{FileId, Span};
use crate::spelling::display_id;
use crate::syntax::ast::{Declaration, FieldDeclaration, Item, Name, NodeKind, Text};

/// The most symbols that a search returns.
const MAX_FOUND: usize = 500;

/// Up to how many declarations an outline has what is below nodes, too. A longer one is megabytes with each key, and nobody
/// unfolds it.
const MOST_WITH_EXITS: usize = 1000;

/// How many declarations an outline has.
const MOST_IN_OUTLINE: usize = 10_000;

/// A declaration.
struct Symbol {
    name: String,
    detail: String,
    kind: SymbolKind,
    /// The whole declaration.
    span: Span,
    /// Its name.
    name_span: Span,
    /// The declarations inside it.
    inner: Vec<Symbol>,
}

/// A file's outline: its declarations, and in each node where a call goes on to, unless the file is long.
pub fn of_document(
    session: &mut Session<'_>,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>, RequestError> {
    let Some((flow, file)) = session.flow(&params.text_document) else { return Ok(None) };
    let mut outline = symbols(flow, file);
    outline.truncate(MOST_IN_OUTLINE);
    if outline.len() <= MOST_WITH_EXITS {
        add_exits(flow, file, &mut outline);
    }
    let outline = outline.into_iter().map(|symbol| shown(flow, symbol)).collect();
    Ok(Some(DocumentSymbolResponse::DocumentSymbolList(outline)))
}

/// Adds to each node the branches that are written in this file. A node of a part that is included several
/// times has those of its first instance.
fn add_exits(flow: &Analysis, file: FileId, outline: &mut [Symbol]) {
    let compiled = &flow.compiled;
    let mut nodes: FxHashMap<Span, NodeId> = FxHashMap::default();
    for (number, node) in compiled.flow.nodes.iter() {
        nodes.entry(node.name_span).or_insert(number);
    }
    for symbol in outline {
        let Some(&node) = nodes.get(&symbol.name_span) else { continue };
        for branch in branches(&compiled.flow, &compiled.sources, node, str::to_owned) {
            let mut out = compiled.flow.out(node).iter();
            let first = out.find(|transition| match &branch.to {
                Target::Node(to) => transition.to == Some(*to),
                Target::Missing(name) => transition.to.is_none() && flow.written(transition.span) == name,
            });
            let Some(place) = first.map(|transition| transition.span).filter(|place| place.file == file)
            else {
                continue;
            };
            let target = match &branch.to {
                Target::Node(to) => display_id(&compiled.flow.nodes[*to].id),
                Target::Missing(name) => name.clone(),
            };
            symbol.inner.push(Symbol {
                name: format!("{} → {target}", branch.label).trim_start().to_owned(),
                detail: branch.whole,
                kind: SymbolKind::Key,
                span: place,
                name_span: place,
                inner: Vec::new(),
            });
        }
    }
}

/// The declarations in the flows of the workspace folders and of all open files whose names contain the
/// letters of the query, in this order.
pub fn of_workspace(
    session: &mut Session<'_>,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>, RequestError> {
    let mut found: Vec<WorkspaceSymbol> = Vec::new();
    for flow in session.workspace.everywhere() {
        for (file, source) in flow.compiled.sources.iter() {
            for symbol in symbols(flow, file) {
                for symbol in std::iter::once(&symbol).chain(&symbol.inner) {
                    let Some(location) = flow.location(symbol.name_span) else { continue };
                    if found.len() >= MAX_FOUND || !has_letters(&symbol.name, &params.query) {
                        continue;
                    }
                    let base_symbol_information = BaseSymbolInformation {
                        name: symbol.name.clone(),
                        kind: symbol.kind,
                        tags: None,
                        container_name: Some(source.name().to_owned()),
                    };
                    let location = WorkspaceSymbolLocation::Location(location);
                    let symbol = WorkspaceSymbol { location, data: None, base_symbol_information };
                    if !found.contains(&symbol) {
                        found.push(symbol);
                    }
                }
            }
        }
    }
    Ok(Some(WorkspaceSymbolResponse::WorkspaceSymbolList(found)))
}

fn shown(flow: &Analysis, symbol: Symbol) -> DocumentSymbol {
    let inner: Vec<DocumentSymbol> = symbol.inner.into_iter().map(|inner| shown(flow, inner)).collect();
    #[expect(deprecated, reason = "the protocol's structure has the field")]
    DocumentSymbol {
        name: symbol.name,
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        kind: symbol.kind,
        tags: None,
        deprecated: None,
        range: flow.range(symbol.span),
        selection_range: flow.range(symbol.name_span),
        children: (!inner.is_empty()).then_some(inner),
    }
}

fn symbols(flow: &Analysis, file: FileId) -> Vec<Symbol> {
    flow.tree(file).iter().flat_map(|tree| &tree.items).filter_map(|item| symbol(flow, item)).collect()
}

fn symbol(flow: &Analysis, item: &Item) -> Option<Symbol> {
    let named = |kind, name_span: Span, detail: &str| Symbol {
        name: flow.written(name_span).to_owned(),
        detail: detail.to_owned(),
        kind,
        span: item.span,
        name_span,
        inner: Vec::new(),
    };
    // An editor shows no symbol without a name.
    let quoted = |kind, text: Text, detail: &str| Symbol {
        name: match flow.written(text.span).trim_matches('"') {
            "" => "\"\"".to_owned(),
            name => name.to_owned(),
        },
        ..named(kind, text.span, detail)
    };
    Some(match &item.declaration {
        Declaration::Flow(text) => quoted(SymbolKind::Module, (*text)?, "flow"),
        Declaration::Exit(exit) => named(SymbolKind::Event, exit.span, "exit"),
        Declaration::Let(binding) => named(SymbolKind::Constant, binding.name.span, "let"),
        Declaration::Param(param) => named(SymbolKind::Variable, param.name.span, "param"),
        Declaration::Contact(contact) => named(SymbolKind::Field, contact.name.span, "contact"),
        Declaration::Var(variable) => named(SymbolKind::Variable, variable.name.span, "var"),
        Declaration::Hours(hours) => named(SymbolKind::Constant, hours.name.span, "hours"),
        Declaration::Dispositions(names) => {
            let first = names.first()?.span;
            let member =
                |name: &Name| Symbol { span: name.span, ..named(SymbolKind::EnumMember, name.span, "") };
            let inner = names.iter().map(member).collect();
            Symbol { name: "dispositions".to_owned(), inner, ..named(SymbolKind::Enum, first, "") }
        }
        Declaration::Fact(fact) => named(SymbolKind::Constant, fact.name.span, "fact"),
        Declaration::Include(include) => match include.prefix {
            Some(prefix) => named(SymbolKind::Namespace, prefix.span, flow.written(include.path.span)),
            None => quoted(SymbolKind::File, include.path, "include"),
        },
        Declaration::Node(node) => {
            let kind = match node.kind {
                Some(NodeKind::Kind(kind)) => kind.word(),
                Some(NodeKind::Generic { type_, .. }) => flow.written(type_.span),
                Some(NodeKind::Declared(word)) => flow.written(word),
                None => "",
            };
            named(SymbolKind::Function, node.name.span, kind)
        }
        Declaration::Kind(kind) => {
            let field = |field: &FieldDeclaration| Symbol {
                span: field.span,
                ..named(SymbolKind::Property, field.name.span, flow.written(field.type_.span))
            };
            let inner = kind.fields.iter().map(field).collect();
            Symbol { inner, ..named(SymbolKind::Class, kind.name.span, "kind") }
        }
        Declaration::Test(test) => quoted(SymbolKind::Event, test.name, "test"),
        Declaration::Policy(policy) => {
            let rules = policy.rules.iter().filter_map(|rule| {
                let name = rule.name?;
                let kind = SymbolKind::Property;
                Some(Symbol {
                    span: rule.span,
                    ..named(kind, name.span, if rule.warn { "warn" } else { "" })
                })
            });
            let inner = rules.collect();
            Symbol { inner, ..named(SymbolKind::Class, policy.name.span, "policy") }
        }
        _ => return None,
    })
}

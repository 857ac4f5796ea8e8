//! The names that other programs may use are listed in `tests/compiler/public_api.txt`, with their
//! signatures, so that review sees any change. `UPDATE=1 cargo test --test public_api` rewrites the file.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::{Attribute, Fields, ImplItem, Item, TraitItem, Type, UseTree, Visibility};

#[path = "../harness/updated.rs"]
mod updated;

#[test]
fn the_public_api_is_the_one_that_is_committed() {
    let path = root().join("tests/compiler/public_api.txt");
    let now = public_api();
    if updated::is_wanted() {
        updated::write(&path, &now);
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    let diff = similar::TextDiff::from_lines(&committed, &now);
    assert!(
        committed == now,
        "the public API has changed. If that is meant, run `UPDATE=1 cargo test --test public_api` and say so \
         in CHANGELOG.md\n{}",
        diff.unified_diff().header("tests/compiler/public_api.txt", "now")
    );
}

#[test]
fn every_public_name_has_an_example() {
    let exported = exported();
    let without: Vec<&String> = exported
        .iter()
        .filter(|(_, item)| !docs(attributes(&item.item)).contains("```"))
        .map(|(name, _)| name)
        .collect();
    // An id is handed out, and there is nothing to do with it but to hand it back.
    assert_eq!(without, ["FileId"]);
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Every exported name with its fields, variants, methods and traits, a line each.
fn public_api() -> String {
    let mut api = String::new();
    for (name, exported) in exported() {
        for line in lines(&name, &exported) {
            writeln!(api, "{line}").unwrap();
        }
        api.push('\n');
    }
    api.truncate(api.trim_end().len() + 1);
    api
}

/// An item that the library exports.
struct Exported {
    item: Item,
    /// The text of its file.
    text: String,
    /// The implementations in the same folder, with the texts of their files.
    implementations: Vec<(syn::ItemImpl, String)>,
}

/// What `src/lib.rs` exports on its own page, by name.
fn exported() -> BTreeMap<String, Exported> {
    let library = parsed(&root().join("src/lib.rs"));
    let mut paths = Vec::new();
    for item in &library.items {
        if let Item::Use(item) = item
            && matches!(item.vis, Visibility::Public(_))
            && !is_hidden(&item.attrs)
        {
            collect(&item.tree, &mut Vec::new(), &mut paths);
        }
    }
    assert!(paths.len() > 10, "{paths:?}");
    paths.into_iter().map(|(path, name)| (name, definition(&path))).collect()
}

/// The paths of a `use`, each with the name that it gets.
fn collect(tree: &UseTree, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    match tree {
        UseTree::Path(part) => {
            path.push(part.ident.to_string());
            collect(&part.tree, path, found);
            path.pop();
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            found.push(([path.as_slice(), core::slice::from_ref(&name)].concat(), name));
        }
        UseTree::Rename(renamed) => {
            let whole = [path.as_slice(), &[renamed.ident.to_string()]].concat();
            found.push((whole, renamed.rename.to_string()));
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, path, found)),
        UseTree::Glob(_) => panic!("`src/lib.rs` exports names one by one"),
    }
}

/// Where an exported item is defined: a module may hand on what one of its files defines.
fn definition(path: &[String]) -> Exported {
    let name = path.last().unwrap();
    let files = files_of(&path[0]);
    let mut items = Vec::new();
    let mut implementations = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        for item in parsed(file).items {
            match item {
                Item::Impl(item) if is_of(&item.self_ty, name) => {
                    implementations.push((item, text.clone()));
                }
                item if defined_name(&item).as_ref() == Some(name) => items.push((item, text.clone())),
                _ => {}
            }
        }
    }
    assert!(items.len() == 1, "`{}` is defined {} times", path.join("::"), items.len());
    let (item, text) = items.remove(0);
    Exported { item, text, implementations }
}

/// The files of a module of the library, in order.
fn files_of(module: &str) -> Vec<PathBuf> {
    let file = root().join("src").join(module).with_extension("rs");
    let mut files: Vec<PathBuf> = file.is_file().then_some(file).into_iter().collect();
    let mut folders = vec![root().join("src").join(module)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn parsed(path: &Path) -> syn::File {
    syn::parse_file(&std::fs::read_to_string(path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The name that a public item defines. Ids are made by the macro `id!`.
fn defined_name(item: &Item) -> Option<String> {
    let (public, name) = match item {
        Item::Fn(item) => (&item.vis, item.sig.ident.to_string()),
        Item::Struct(item) => (&item.vis, item.ident.to_string()),
        Item::Enum(item) => (&item.vis, item.ident.to_string()),
        Item::Trait(item) => (&item.vis, item.ident.to_string()),
        Item::Macro(item) if item.mac.path.is_ident("id") => {
            return item.mac.tokens.clone().into_iter().last().map(|token| token.to_string());
        }
        _ => return None,
    };
    matches!(public, Visibility::Public(_)).then_some(name)
}

fn is_of(implementing: &Type, name: &str) -> bool {
    matches!(implementing, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

fn lines(name: &str, exported: &Exported) -> Vec<String> {
    let text = &exported.text;
    let mut lines = Vec::new();
    match &exported.item {
        Item::Fn(item) => {
            let signature = source(text, item.sig.span().byte_range());
            lines.push(format!("pub {}", signature.replacen(&item.sig.ident.to_string(), name, 1)));
        }
        Item::Struct(item) => {
            lines.push(format!("{}pub struct {name}", promises(&item.attrs)));
            lines.extend(fields(&item.fields, text).map(|field| format!("    {field}")));
        }
        Item::Enum(item) => {
            lines.push(format!("{}pub enum {name}", promises(&item.attrs)));
            for variant in &item.variants {
                let whole = source(text, variant.ident.span().byte_range());
                let held: Vec<String> = variant
                    .fields
                    .iter()
                    .map(|field| {
                        let name = field.ident.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
                        format!("{name}{}", source(text, field.ty.span().byte_range()))
                    })
                    .collect();
                let held = if held.is_empty() { String::new() } else { format!("({})", held.join(", ")) };
                lines.push(format!("    {whole}{held}"));
            }
        }
        Item::Trait(item) => {
            lines.push(format!("pub trait {name}"));
            for item in &item.items {
                if let TraitItem::Fn(item) = item {
                    let provided = if item.default.is_some() { " (provided)" } else { "" };
                    lines.push(format!("    {}{provided}", source(text, item.sig.span().byte_range())));
                }
            }
        }
        _ => lines.push(format!("pub struct {name}")),
    }
    for (implementation, text) in &exported.implementations {
        if let Some((implemented, _)) = &implementation.trait_ {
            let implemented = source(text, implemented.span().byte_range());
            lines.push(format!("    implements {implemented}"));
            continue;
        }
        for item in &implementation.items {
            match item {
                ImplItem::Fn(item)
                    if matches!(item.vis, Visibility::Public(_)) && !is_hidden(&item.attrs) =>
                {
                    lines.push(format!("    pub {}", source(text, item.sig.span().byte_range())));
                }
                ImplItem::Const(item) if matches!(item.vis, Visibility::Public(_)) => {
                    let of = source(text, item.ty.span().byte_range());
                    lines.push(format!("    pub const {}: {of}", item.ident));
                }
                _ => {}
            }
        }
    }
    lines
}

fn fields<'a>(fields: &'a Fields, text: &'a str) -> impl Iterator<Item = String> + 'a {
    fields.iter().enumerate().filter(|(_, field)| matches!(field.vis, Visibility::Public(_))).map(
        move |(at, field)| {
            let name = field.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string);
            format!("pub {name}: {}", source(text, field.ty.span().byte_range()))
        },
    )
}

/// A piece of a file, on one line.
fn source(text: &str, range: Range<usize>) -> String {
    let line = text[range].split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace("( ", "(").replace(", )", ")")
}

/// The attributes that users rely on.
fn promises(attributes: &[Attribute]) -> String {
    let mut promises = String::new();
    for attribute in attributes {
        if attribute.path().is_ident("non_exhaustive") {
            promises.push_str("#[non_exhaustive] ");
        } else if attribute.path().is_ident("derive") {
            let derived = attribute.meta.require_list().unwrap().tokens.to_string();
            write!(promises, "#[derive({})] ", derived.replace(" ,", ",")).unwrap();
        }
    }
    promises
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "hidden")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        _ => &[],
    }
}

fn docs(attributes: &[Attribute]) -> String {
    let mut docs = String::new();
    for attribute in attributes {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let syn::Expr::Lit(literal) = &pair.value
            && let syn::Lit::Str(text) = &literal.lit
        {
            docs.push_str(&text.value());
            docs.push('\n');
        }
    }
    docs
}

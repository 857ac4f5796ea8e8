//! Whether two texts come to the same tree, places aside.
//!
//! Each part of a tree is told as text. Every pattern names all fields and every match all
//! variants, so that what is added to the tree does not compile until it is told here too, or is
//! said to be a place.

use std::fmt::{Debug, Write};

use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::*;

/// The first place in the first text where the second one comes to something else: an item, or a
/// comment, or the whole file.
pub fn difference(
    sources: &Sources,
    file: FileId,
    tree: &Ast,
    other_sources: &Sources,
    other: &Ast,
) -> Option<Span> {
    let Ast { items, comments, broken } = tree;
    let Ast { items: other_items, comments: other_comments, broken: other_broken } = other;
    let mut one = Describer { sources, out: String::new() };
    let mut two = Describer { sources: other_sources, out: String::new() };
    for (item, other) in items.iter().zip(other_items) {
        one.out.clear();
        two.out.clear();
        item.tell(&mut one);
        other.tell(&mut two);
        if one.out != two.out {
            return Some(item.span);
        }
    }
    // White space at a line's end is none of the comment's.
    let comment = |sources: &Sources, span: Span| sources.text(span).trim_end().to_owned();
    for (&span, &other) in comments.iter().zip(other_comments) {
        if comment(sources, span) != comment(other_sources, other) {
            return Some(span);
        }
    }
    let same =
        items.len() == other_items.len() && comments.len() == other_comments.len() && broken == other_broken;
    (!same).then(|| Span::new(file, 0, 0))
}

/// Writes what a part of a tree says, so that no two parts are told alike.
struct Describer<'a> {
    sources: &'a Sources,
    out: String,
}

impl Describer<'_> {
    /// What is neither a place nor holds one.
    fn plain(&mut self, value: impl Debug) {
        // Writing to a string does not fail.
        let _ = write!(self.out, "{value:?} ");
    }

    fn text(&mut self, span: Span) {
        let text = self.sources.text(span);
        let _ = write!(self.out, "{text:?} ");
    }

    /// A run of comment lines, however far in they stand.
    fn doc(&mut self, doc: Option<Span>) {
        let lines = doc.map(|doc| self.sources.text(doc).lines().map(str::trim).collect::<Vec<_>>());
        let _ = write!(self.out, "{lines:?} ");
    }
}

trait Describe {
    fn tell(&self, teller: &mut Describer<'_>);
}

impl<T: Describe> Describe for Option<T> {
    fn tell(&self, teller: &mut Describer<'_>) {
        teller.plain(self.is_some());
        if let Some(inner) = self {
            inner.tell(teller);
        }
    }
}

impl<T: Describe> Describe for Vec<T> {
    fn tell(&self, teller: &mut Describer<'_>) {
        teller.plain(self.len());
        self.iter().for_each(|one| one.tell(teller));
    }
}

impl<T: Describe> Describe for Box<T> {
    fn tell(&self, teller: &mut Describer<'_>) {
        T::tell(self, teller);
    }
}

/// Tells the fields that are named, in this order; what stands behind `;` is a place.
macro_rules! tell {
    ($($type:ident { $($field:ident),* $(; $place:ident)? })*) => {$(
        impl Describe for $type {
            fn tell(&self, teller: &mut Describer<'_>) {
                let Self { $($field,)* $($place: _)? } = self;
                $($field.tell(teller);)*
            }
        }
    )*};
}

/// Tells what is neither a place nor holds one.
macro_rules! tell_plain {
    ($($type:ty)*) => {$(
        impl Describe for $type {
            fn tell(&self, teller: &mut Describer<'_>) {
                teller.plain(self);
            }
        }
    )*};
}

tell_plain! { bool u32 u64 crate::flow::Verb Nameless crate::flow::Kind crate::flow::policy::Operator }

tell! {
    Name { span, quoted }
    Text { span, plain }
    Binding { name, value }
    Param { name, default, broken }
    Contact { name, options }
    Include { path, prefix, with }
    Node { kind, kind_span, name, argument, options, block, broken }
    Action { verb, verb_span, argument, options; span }
    Opt { kind; span }
    Branch { condition, targets; span }
    Transition { nodes, condition }
    Every { kind, except, condition, target }
    Test { name, events, nodes }
    Fact { name, value }
    Policy { name, title, expects, rules }
    Expects { what, meaning; span }
    Selector { ops; span }
    Comparison { fact, test; span }
    Waive { policy, rule, node, because, by, until }
    Condition { alternatives; span }
}

/// A place that is told: what is written there.
impl Describe for Span {
    fn tell(&self, teller: &mut Describer<'_>) {
        teller.text(*self);
    }
}

impl Describe for Item {
    fn tell(&self, teller: &mut Describer<'_>) {
        let Self { span: _, doc, declaration } = self;
        teller.doc(*doc);
        declaration.tell(teller);
    }
}

impl Describe for Rule {
    fn tell(&self, teller: &mut Describer<'_>) {
        let Self { span: _, doc, warn, name, demand, when, from, until } = self;
        teller.doc(*doc);
        warn.tell(teller);
        name.tell(teller);
        demand.tell(teller);
        when.tell(teller);
        from.tell(teller);
        until.tell(teller);
    }
}

/// Tells which variant it is, and what it holds.
macro_rules! tell_enum {
    ($($type:ident { $($variant:ident $(($($held:ident),*))?),* })*) => {$(
        impl Describe for $type {
            fn tell(&self, teller: &mut Describer<'_>) {
                match self {
                    $(Self::$variant $(($($held),*))? => {
                        teller.plain(stringify!($variant));
                        $($($held.tell(teller);)*)?
                    })*
                }
            }
        }
    )*};
}

tell_enum! {
    Declaration {
        Flow(one), Description(one), Entry(one), Let(one), Param(one), Contact(one), Include(one),
        Node(one), Transition(one), Every(one), Test(one), Fact(one), Policy(one), Apply(one),
        Waive(one), LostInclude(one), Perhaps(one), Nameless(one),
        Broken(one)
    }
    Value { Text(one), Integer(one) }
    Statement { Action(one), Branch(one) }
    OptionKind { Media(one), Text(one), Retries(one), Lasts(one), Tag(one) }
    Number { Integer(one), Name(one), Other(one) }
    Pick { Node(one), Tag(one) }
    Expected { Fact(one, values), Tag(one) }
    Literal { Text(one), Integer(one), Duration(one), Date(one) }
    SelectorOp { Kind(one), Node(one), Tag(one), Taken(one, condition), Any, Not, And, Or }
    Alternative { Key(one), Range(one, other), Outcome(one), Raw(one) }
}

impl Describe for NodeKind {
    fn tell(&self, teller: &mut Describer<'_>) {
        match self {
            Self::Kind(kind) => kind.tell(teller),
            Self::Generic { type_, ends } => {
                teller.plain("node");
                type_.tell(teller);
                ends.tell(teller);
            }
        }
    }
}

impl Describe for Demand {
    fn tell(&self, teller: &mut Describer<'_>) {
        match self {
            Self::Paths(form) => {
                let form = form.map(|selector| {
                    let mut inner = Describer { sources: teller.sources, out: String::new() };
                    selector.tell(&mut inner);
                    inner.out
                });
                teller.plain(form);
            }
            Self::Fact(comparison) => {
                teller.plain("fact");
                comparison.tell(teller);
            }
            Self::Oblige(text) => {
                teller.plain("oblige");
                text.tell(teller);
            }
        }
    }
}

impl<A: Describe, B: Describe> Describe for (A, B) {
    fn tell(&self, teller: &mut Describer<'_>) {
        self.0.tell(teller);
        self.1.tell(teller);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::source::Source;

    fn parse(text: &str) -> (Sources, FileId, Ast) {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a", "a", text.as_bytes().to_vec()));
        let mut diagnostics = Diagnostics::default();
        let tree = crate::syntax::parse(&sources, file, &mut diagnostics);
        (sources, file, tree)
    }

    /// The text where the first differs from the second.
    fn between(one: &str, two: &str) -> Option<String> {
        let (sources, file, tree) = parse(one);
        let (other_sources, _, other) = parse(two);
        difference(&sources, file, &tree, &other_sources, &other).map(|span| sources.text(span).to_owned())
    }

    #[test]
    fn places_do_not_matter() {
        let one = "/// A.\n/// B.\nplay a{say \"x\" @t;->b}// c\npolicy p{\n/// D.\nrequire(@a|@b)before =c on 1..5 }\n";
        let two = "\n\n  /// A.\n  /// B.\nplay a {\n  say  \"x\"  @t\n  -> b\n} // c\npolicy p {\n  /// D.\n  require (@a | @b) before =c on 1 .. 5\n}\n";
        assert_eq!(between(one, two), None);
    }

    #[test]
    fn everything_else_does() {
        for (one, two) in [
            ("entry a", "entry b"),
            ("entry a", "entry `a`"),
            ("entry a", ""),
            ("entry a", "entry a\nentry a"),
            ("entry a\nflow \"x\"", "flow \"x\"\nentry a"),
            ("// c\nentry a", "entry a"),
            ("// c\nentry a", "// d\nentry a"),
            ("/// c\nentry a", "/// c\n\nentry a"),
            ("/// c\n/// d\nentry a", "/// c\n\n/// d\nentry a"),
            ("let a = 1", "let a = \"1\""),
            ("let a = \"\"\"\n  x\n\"\"\"", "let a = \"\"\"\n    x\n\"\"\""),
            ("param a", "param a = 1"),
            ("contact a lasts 1s", "contact a lasts 2s"),
            ("contact a @b @c", "contact a @c @b"),
            ("include \"x\" as a", "include \"x\" as b"),
            ("include \"x\" as a with b = 1", "include \"x\" as a with b = 1, c = 1"),
            ("play a", "disclosure a"),
            ("play a", "play a {}"),
            ("play a \"x\"", "play a text \"x\""),
            ("play a media \"x\"", "play a text \"x\""),
            ("node a type \"x\"", "node a type \"x\" ends"),
            ("play a { say \"x\" }", "play a { play \"x\" }"),
            ("play a { say \"x\" @a }", "play a { say \"x\" @b }"),
            ("play a { -> b }", "play a { -> b -> c }"),
            ("play a { -> b }", "play a { on 1 -> b }"),
            ("play a { on 1 | 2 -> b }", "play a { on 1..2 -> b }"),
            ("play a { on 1 | x -> b }", "play a { on 1 | y -> b }"),
            ("collect a retries 1", "collect a retries b"),
            ("a -> b", "a -> c"),
            ("a -> b", "a -> b on 1"),
            ("every play on 1 -> a", "every agent on 1 -> a"),
            ("every play on 1 -> a", "every play except =b on 1 -> a"),
            ("every play except =b on 1 -> a", "every play except @b on 1 -> a"),
            ("test \"x\" on 1 -> a", "test \"x\" on \"1\" -> a"),
            ("test \"x\" -> a", "test \"x\" -> a -> a"),
            ("fact a = 1", "fact a = 1s"),
            ("apply a", "apply b"),
            (
                "waive a/b because \"x\" by \"y\" until 2026-01-01",
                "waive a/b because \"x\" by \"y\" until 2026-01-02",
            ),
            (
                "waive a/b at c because \"x\" by \"y\" until 2026-01-01",
                "waive a/b because \"x\" by \"y\" until 2026-01-01",
            ),
            ("policy p { require @a }", "policy p \"P\" { require @a }"),
            ("policy p { require @a }", "policy p { warn require @a }"),
            ("policy p { require @a }", "policy p { n: require @a }"),
            ("policy p { require @a }", "policy p { forbid @a }"),
            ("policy p { require @a | @b & @c }", "policy p { require (@a | @b) & @c }"),
            ("policy p { require @a }", "policy p { require @a from 2026-01-01 }"),
            ("policy p { require @a until 2026-01-01 }", "policy p { require @a from 2026-01-01 }"),
            ("policy p { require @a when x = 1 }", "policy p { require @a when x != 1 }"),
            ("policy p { require fact x }", "policy p { require fact x = 1 }"),
            ("policy p { expects @a }", "policy p { expects @b }"),
            ("policy p { expects @a }", "policy p { expects @a \"x\" }"),
            ("policy p { expects @a \"x\" }", "policy p { expects @a \"y\" }"),
            ("policy p { expects fact a }", "policy p { expects fact b }"),
            ("policy p { expects fact a }", "policy p { expects fact a = 1 }"),
            ("policy p { expects fact a = 1 | 2 }", "policy p { expects fact a = 2 | 1 }"),
            ("policy p { expects fact a = \"x\" }", "policy p { expects fact a \"x\" }"),
            ("policy p { oblige \"x\" }", "policy p { oblige \"y\" }"),
            ("policy p { limit depth 1 }", "policy p { limit retries 1 }"),
            ("policy p {\n  /// d\n  require @a\n}", "policy p {\n  /// d\n\n  require @a\n}"),
        ] {
            assert!(between(one, two).is_some(), "{one} and {two}");
            assert!(between(two, one).is_some(), "{two} and {one}");
            assert_eq!(between(one, one), None, "{one}");
        }
    }
}

//! The fixes of findings work: applied alone, each removes its finding and causes no other error, in files
//! with either line break, and a formatted file stays formatted. This covers every fixture and every page.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use cxflowc::codes;
use cxflowc::diagnostics::{Diagnostic, Fix, Page, Severity};
use cxflowc::source::{Source, Sources, Span};
use cxflowc::{Compiled, compile, compile_with};

#[allow(dead_code, reason = "this suite does not look at what the fixtures expect")]
mod cases;

use cases::{Case, ROOT, cases, fixture_files, options};

/// Every flow of the fixtures and of the pages' wrong examples, with the line breaks that are compiled.
fn all() -> Vec<Case> {
    let fixtures = fixture_files().into_iter().flat_map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let titled = move |case: Case| Case { title: format!("{name}: {}", case.title), ..case };
        cases(&std::fs::read_to_string(path).unwrap()).into_iter().map(titled)
    });
    let pages = codes::all().filter_map(|code| match code.page {
        Page::Flows { wrong, .. } => Some(Case {
            title: format!("the page of {code}"),
            settings: String::new(),
            files: BTreeMap::from([(ROOT.into(), String::from_utf8(wrong.bytes().to_vec()).ok()?)]),
            expected: String::new(),
        }),
        Page::Settings { .. } | Page::Causes { .. } => None,
    });
    let as_compiled = |mut case: Case| {
        let root = case.root().text().to_owned();
        case.files.insert(ROOT.into(), root);
        case.settings = case.settings.replace("crlf", "").replace("no-final-newline", "");
        case
    };
    fixtures.chain(pages).map(as_compiled).collect()
}

/// The case with a change in every file. `None` if the change fails for one of them.
fn changed(case: &Case, change: impl Fn(&str) -> Option<String>) -> Option<Case> {
    let files = case.files.iter().map(|(name, text)| Some((name.clone(), change(text)?)));
    Some(Case { files: files.collect::<Option<_>>()?, ..case.clone() })
}

fn compiled(case: &Case) -> Compiled {
    compile_with(case.root(), case, &options(&case.settings))
}

fn findings(compiled: &Compiled) -> Vec<Diagnostic> {
    let tests = compiled.run_tests();
    let tested = tests.iter().flat_map(|run| run.findings());
    compiled.diagnostics.iter().chain(tested).cloned().collect()
}

/// The case with a fix applied.
#[track_caller]
fn fixed(case: &Case, compiled: &Compiled, fix: &Fix) -> Case {
    let what = format!("{}: {fix:?}", case.title);
    assert!(!fix.title.is_empty() && !fix.title.contains(['\n', '\r']), "{what}");
    assert!(!fix.edits.is_empty(), "{what}");
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|edit| edit.span);
    for pair in edits.windows(2) {
        let apart = pair[0].span.file != pair[1].span.file || pair[0].span.end <= pair[1].span.start;
        assert!(apart && pair[0].span != pair[1].span, "two edits overlap: {what}");
    }
    let mut fixed = case.clone();
    for edit in edits.iter().rev() {
        let name: PathBuf = compiled.sources.get(edit.span.file).path().into();
        let text = fixed
            .files
            .get_mut(&name)
            .unwrap_or_else(|| panic!("edits a file that is not in the case: {what}"));
        let replaced =
            text.get(edit.span.range()).unwrap_or_else(|| panic!("edits a range outside the text: {what}"));
        assert_ne!(replaced, edit.text, "changes nothing: {what}");
        text.replace_range(edit.span.range(), &edit.text);
    }
    fixed
}

/// Where the text at a place may begin after a fix: before or after the text that the fix wrote there.
fn places_after(fix: &Fix, place: Span) -> RangeInclusive<u32> {
    let edits = fix.edits.iter().filter(|edit| edit.span.file == place.file);
    let (mut first, mut last) = (i64::from(place.start), i64::from(place.start));
    for edit in edits.filter(|edit| edit.span.start <= place.start) {
        let written = edit.text.len() as i64;
        let inside = i64::from(edit.span.end.min(place.start)) - i64::from(edit.span.start);
        let at_place = edit.span.end >= place.start;
        first += if at_place { -inside } else { written - inside };
        last += written - inside;
    }
    u32::try_from(first).unwrap()..=u32::try_from(last).unwrap()
}

fn errors(findings: &[Diagnostic]) -> BTreeMap<&'static str, usize> {
    let mut errors = BTreeMap::new();
    for one in findings.iter().filter(|one| one.severity == Severity::Error) {
        *errors.entry(one.code.id).or_default() += 1;
    }
    errors
}

/// Whether a finding may have hidden an error, which its fix then brings to light.
fn was_hidden(by: &Diagnostic, code: &str) -> bool {
    match by.code.id {
        // A line that does not parse has no other findings. A flow without an entry, a transition to an unknown
        // node and an unknown value hide most checks. Nothing hides an error within a single line.
        "CX101" | "CX102" | "CX103" | "CX106" | "CX109" | "CX114" => {
            !code.starts_with("CX0") && code != "CX104"
        }
        id if id.starts_with("CX0") => !code.starts_with("CX0") && code != "CX104",
        // A waiver hides a violation. So does a policy that does not apply, or a tag that no rule knows.
        "CX308" | "CX403" | "CX407" | "CX437" => code.starts_with("CX3"),
        _ => false,
    }
}

/// Tries every fix of a case, and calls `tried` with the finding, the fix and the fixed case.
fn try_all(case: &Case, mut tried: impl FnMut(&Diagnostic, &Fix, &Case)) {
    let before = compiled(case);
    let found = findings(&before);
    for one in &found {
        for fix in &one.fixes {
            let fixed = fixed(case, &before, fix);
            let after = findings(&compiled(&fixed));
            let is_same = |other: &Diagnostic| other.code == one.code && other.message == one.message;
            let count = |all: &[Diagnostic]| all.iter().filter(|other| is_same(other)).count();
            let places = one.span.map(|span| (span.file, places_after(fix, span)));
            let is_there = |other: &Diagnostic| match (places.clone(), other.span) {
                (Some((file, places)), Some(span)) => span.file == file && places.contains(&span.start),
                (places, span) => places.is_none() && span.is_none(),
            };
            let gone =
                count(&after) <= count(&found) && !after.iter().any(|one| is_same(one) && is_there(one));
            let (errors_before, errors_after) = (errors(&found), errors(&after));
            let new: Vec<_> = errors_after
                .iter()
                .filter(|(code, count)| errors_before.get(*code).is_none_or(|before| before < count))
                .filter(|(code, _)| !was_hidden(one, code))
                .collect();
            assert!(
                gone && new.is_empty(),
                "{}: `{}` for {} {}: gone: {gone}; new: {new:?}\n{}",
                case.title,
                fix.title,
                one.code,
                one.message,
                fixed.files[Path::new(ROOT)]
            );
            tried(one, fix, &fixed);
        }
    }
}

#[test]
fn fixes_resolve_their_findings() {
    let mut tried: BTreeSet<&str> = BTreeSet::new();
    for case in all() {
        try_all(&case, |one, _, _| {
            tried.insert(one.code.id);
        });
    }
    let expected = [
        "CX001", "CX002", "CX003", "CX007", "CX101", "CX102", "CX103", "CX105", "CX106", "CX107", "CX108",
        "CX109", "CX111", "CX112", "CX113", "CX114", "CX115", "CX116", "CX117", "CX121", "CX122", "CX127",
        "CX128", "CX137", "CX138", "CX219", "CX225", "CX402", "CX130", "CX131", "CX132", "CX133", "CX134",
        "CX141", "CX142", "CX143", "CX145", "CX146", "CX148", "CX149", "CX152", "CX153", "CX154", "CX164",
        "CX165", "CX201", "CX204", "CX205", "CX207", "CX208", "CX301", "CX303", "CX308", "CX309", "CX310",
        "CX316", "CX317", "CX401", "CX403", "CX404", "CX405", "CX407", "CX408", "CX421", "CX427", "CX437",
        "CX502",
    ];
    assert_eq!(tried, BTreeSet::from(expected), "which codes have fixes");
}

/// The known texts and media of the nodes, each with its number of occurrences.
fn heard(compiled: &Compiled) -> BTreeMap<(String, String), usize> {
    let mut heard = BTreeMap::new();
    for node in compiled.flow.nodes.rows().iter().filter(|node| !node.broken) {
        for action in &node.actions {
            for text in [&action.media, &action.text].into_iter().flatten() {
                if let Some(value) = &text.value {
                    *heard.entry((node.id.to_string(), value.to_string())).or_default() += 1;
                }
            }
        }
    }
    heard
}

/// The strings in the files of a case with their escapes, and the text outside strings.
fn quoted(case: &Case) -> (BTreeSet<String>, String) {
    let mut inside = BTreeSet::new();
    let mut outside = String::new();
    for text in case.files.values() {
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['"', '/']) {
            outside.push_str(&rest[..at]);
            rest = &rest[at..];
            let (quote, end) = match rest {
                _ if rest.starts_with("//") => ("", rest.find('\n').unwrap_or(rest.len())),
                _ if rest.starts_with("\"\"\"") => ("\"\"\"", 0),
                _ if rest.starts_with('"') => ("\"", 0),
                _ => ("", 1),
            };
            if quote.is_empty() {
                outside.push(' ');
                rest = &rest[end..];
                continue;
            }
            let mut end = quote.len();
            while end < rest.len()
                && !rest[end..].starts_with(quote)
                && !(quote.len() == 1 && rest[end..].starts_with('\n'))
            {
                end += if rest[end..].starts_with('\\') { 2 } else { 1 };
                while !rest.is_char_boundary(end.min(rest.len())) {
                    end += 1;
                }
            }
            let end = end.min(rest.len());
            inside.insert(rest[quote.len()..end].trim_end_matches('\r').to_owned());
            outside.push(' ');
            rest = &rest[(end + quote.len()).min(rest.len())..];
        }
        outside.push_str(rest);
    }
    (inside, outside)
}

/// The names of all values of a flow.
fn values(compiled: &Compiled) -> BTreeSet<String> {
    use cxflowc::syntax::ast::Declaration;
    let items = compiled.trees.iter().flat_map(|(_, tree)| &tree.items);
    let names = items.filter_map(|item| match &item.declaration {
        Declaration::Let(one) => Some(one.name),
        Declaration::Param(one) => Some(one.name),
        Declaration::Contact(one) => Some(one.name),
        _ => None,
    });
    names.map(|name| compiled.sources.text(name.span).to_owned()).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|one: char| !(one.is_alphanumeric() || "_-.@".contains(one))).filter(|word| !word.is_empty())
}

/// The findings about the content of a text. Their fixes rewrite it.
const ABOUT_TEXTS: [&str; 11] =
    ["CX003", "CX108", "CX109", "CX116", "CX117", "CX145", "CX146", "CX153", "CX401", "CX408", "CX437"];

/// The letters and digits of a text, which stay the same when its lines are joined.
fn letters(text: &str) -> String {
    text.chars().filter(|one| one.is_alphanumeric()).collect()
}

#[test]
fn fixes_keep_texts_and_media_as_they_are() {
    let (mut fixes, mut texts) = (0, 0);
    for case in all() {
        let before = compiled(&case);
        let names = values(&before);
        let (inside, outside) = quoted(&case);
        let known = heard(&before);
        try_all(&case, |one, fix, fixed| {
            let what = format!("{}: `{}` for {} {}", case.title, fix.title, one.code, one.message);
            fixes += 1;
            // No prompt is lost.
            let after = compiled(fixed);
            let heard = heard(&after);
            let broken: BTreeSet<&str> =
                after.flow.nodes.rows().iter().filter(|node| node.broken).map(|node| &*node.id).collect();
            for ((node, text), count) in &known {
                let is_left = heard.get(&(node.clone(), text.clone())).is_some_and(|left| left >= count);
                let is_hidden = broken.contains(node.as_str());
                // A fix may move a text, or take out one of two copies.
                let on_one_line = fix.title == "Put it on one line";
                let moved = heard
                    .iter()
                    .any(|((_, other), _)| other == text || on_one_line && letters(other) == letters(text));
                texts += 1;
                assert!(
                    is_left || is_hidden || moved || is_about(one, fix),
                    "{text:?} of {node} is lost: {what}"
                );
            }
            if ABOUT_TEXTS.contains(&one.code.id) {
                return;
            }
            // A word that a fix puts between quotes is neither an option nor the name of a value.
            for text in quoted(fixed).0.difference(&inside) {
                let inserted = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
                if inserted.is_some_and(|name| names.contains(name)) {
                    continue;
                }
                let was_cut = inside.iter().any(|other| {
                    other.contains(text.as_str()) || text.contains(other.as_str()) && !other.is_empty()
                });
                let options = words(text).zip(words(text).skip(1)).any(|(word, next)| {
                    let number = next.starts_with(|one: char| one.is_ascii_digit());
                    matches!(word, "retries" | "lasts") && number
                });
                let tag = words(text).any(|word| word.starts_with('@') && outside.contains(word));
                assert!(was_cut || !options && !tag, "{text:?} now contains options: {what}");
                let name = words(text).find(|word| names.contains(*word) && !was_cut);
                assert!(name.is_none(), "{text:?} now contains the name {name:?}: {what}");
            }
        });
    }
    assert!(fixes > 300 && texts > 300, "{fixes} fixes, {texts} texts");
}

/// Whether a fix may change or remove a text: the finding is about it, or nobody hears it.
fn is_about(one: &Diagnostic, fix: &Fix) -> bool {
    // A tag inside the quotes may be why a rule is broken, which then has the fix.
    let takes_tag_out = one.code.id == "CX301" && fix.title == "Write the tag after the text";
    ABOUT_TEXTS.contains(&one.code.id) || takes_tag_out || fix.title.starts_with("Take ")
}

#[test]
fn a_fixed_placeholder_is_sent_as_it_was() {
    for text in [
        "You owe {amount}.",
        "{amount}",
        "\\${amount}",
        "{{amount}",
        "\\u{7B}amount}",
        "a {amount} b {amount}",
        "{amount}{day}",
        "it is ${day}, {amount}",
    ] {
        let flow = format!(
            "flow \"A\"\nentry a\ncontact amount @debt\ncontact day\ndisclosure a {{ say \"{text}\"; say \"${{day}}\"; -> bye }}\ndisconnect bye\n"
        );
        let case = Case {
            title: text.to_owned(),
            settings: String::new(),
            files: BTreeMap::from([(ROOT.into(), flow)]),
            expected: String::new(),
        };
        let before = compiled(&case);
        let mut tried = 0;
        try_all(&case, |one, _, fixed| {
            assert_eq!(one.code.id, "CX116", "{text}");
            assert_eq!(heard(&compiled(fixed)), heard(&before), "{text}");
            tried += 1;
        });
        assert!(tried > 0, "{text}");
    }
}

#[test]
fn fixes_use_the_line_breaks_of_the_file() {
    for case in all() {
        let crlf = changed(&case, |text| Some(text.replace("\r\n", "\n").replace('\n', "\r\n"))).unwrap();
        try_all(&crlf, |_, fix, fixed| {
            for (name, text) in &fixed.files {
                let bare = text.replace("\r\n", "");
                let breaks = crlf.files[name].contains("\r\n");
                assert!(!breaks || !bare.contains(['\n', '\r']), "{}: {fix:?}\n{text:?}", case.title);
            }
        });
    }
}

/// The text in the canonical layout. `None` if it has syntax errors.
fn laid_out(text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new(ROOT, ROOT, text.as_bytes().to_vec()));
    cxflowc::format(&sources, file).ok()
}

#[test]
fn a_file_that_is_laid_out_stays_so() {
    let mut files = 0;
    let mut otherwise = String::new();
    for case in all() {
        let Some(formatted) = changed(&case, laid_out) else { continue };
        try_all(&formatted, |found, fix, fixed| {
            // The layout takes the word for a kind, and a declaration stands apart from the lines around it.
            if found.message.ends_with("is not a kind of node or a declaration") {
                return;
            }
            for text in fixed.files.values() {
                let Some(formatted) = laid_out(text) else { continue };
                // A fix may make a block too long for one line.
                let too_long = text.lines().any(|line| line.chars().count() > 100);
                // What a broken line was to declare was not known, so that the empty line below it may be missing.
                let written = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                let is_as_wide = found.code.id == "CX001" && written(text) == written(&formatted);
                if *text != formatted && !too_long && !is_as_wide {
                    otherwise.push_str(&format!("{}: {}\n{text}\n", case.title, fix.title));
                }
                files += 1;
            }
        });
    }
    assert!(files > 100, "{files} files");
    assert!(otherwise.is_empty(), "{otherwise}");
}

/// The text after the fix with this title.
#[track_caller]
fn after(text: &str, title: &str) -> String {
    let compiled = compile(ROOT, text);
    let mut fixes = compiled.diagnostics.iter().flat_map(|one| &one.fixes);
    let titles: Vec<&String> =
        compiled.diagnostics.iter().flat_map(|one| &one.fixes).map(|fix| &fix.title).collect();
    let fix =
        fixes.find(|fix| fix.title == title).unwrap_or_else(|| panic!("{title} is not among {titles:?}"));
    let case = Case {
        title: title.to_owned(),
        settings: String::new(),
        files: BTreeMap::from([(ROOT.into(), text.to_owned())]),
        expected: String::new(),
    };
    fixed(&case, &compiled, fix).files.remove(Path::new(ROOT)).unwrap()
}

const HEAD: &str = "flow \"A\"\nentry menu\n\n";
const END: &str = "disclosure bye { say \"Bye\" }\n";

#[test]
fn a_declaration_goes_with_its_comments_and_its_blank_line() {
    let flow = |middle: &str| format!("{HEAD}{middle}{END}");
    let taken = "let b = \"x\"\n\n";
    let doc = format!("/// Why.\n/// And why not.\nlet a = \"x\" // since 2025\n\n{taken}");
    assert_eq!(after(&flow(&doc), "Take the let out"), flow(taken));
    let beside = flow("let a = \"x\"; let b = \"${a}\"; let c = \"x\"\n\n");
    assert_eq!(after(&beside, "Take the let out"), flow("let a = \"x\"; let c = \"x\"\n\n"));
    assert_eq!(after("flow \"A\"\n\nflow \"B\"", "Take the second one out"), "flow \"A\"\n");
    assert_eq!(after("flow \"A\"; flow \"B\" // b\n", "Take the second one out"), "flow \"A\" // b\n");
}

#[test]
fn a_branch_is_written_where_the_nodes_others_are() {
    let title = "Write `on timeout | invalid -> bye`";
    for (menu, fixed) in [
        (
            "collect menu \"Press 1\" {\n  on 1 -> bye // soon\n\n  // no more\n}\n",
            "collect menu \"Press 1\" {\n  on 1 -> bye // soon\n  on timeout | invalid -> bye\n\n  // no more\n}\n",
        ),
        (
            "collect menu \"Press 1\" { on 1 -> bye }\n",
            "collect menu \"Press 1\" { on 1 -> bye; on timeout | invalid -> bye }\n",
        ),
        (
            "collect menu \"Press 1\" {\n  on 1 -> bye }\n",
            "collect menu \"Press 1\" {\n  on 1 -> bye; on timeout | invalid -> bye }\n",
        ),
        (
            "collect menu \"Press 1\"\nmenu -> bye on 1 // soon\n",
            "collect menu \"Press 1\"\nmenu -> bye on 1 // soon\nmenu -> bye on timeout | invalid\n",
        ),
        (
            "collect menu \"Press 1\"; menu -> bye on 1; play a {\n  say \"a\"\n}\n",
            "collect menu \"Press 1\"; menu -> bye on 1; play a {\n  say \"a\"\n}\n\nmenu -> bye on timeout | invalid\n",
        ),
    ] {
        assert_eq!(
            after(&format!("{HEAD}disconnect bye\n{menu}"), title),
            format!("{HEAD}disconnect bye\n{fixed}")
        );
    }
}

#[test]
fn a_fix_writes_an_end_if_there_is_none() {
    let menu = "collect menu \"Press 1\" {\n  on 1 -> sales\n}\n";
    let sales = "agent sales \"q\"\n";
    assert_eq!(
        after(&format!("{HEAD}{menu}\n{sales}"), "Write `on timeout | invalid -> goodbye`"),
        format!(
            "{HEAD}collect menu \"Press 1\" {{\n  on 1 -> sales\n  on timeout | invalid -> goodbye\n}}\n\n{sales}disconnect goodbye\n"
        )
    );
    let alone = "collect menu \"Press 1\"\nmenu -> menu on 1\n";
    assert_eq!(
        after(&format!("{HEAD}play a {{\n  say \"a\"\n}}"), "Write `-> goodbye`"),
        format!("{HEAD}play a {{\n  say \"a\"\n  -> goodbye\n}}\n\ndisconnect goodbye")
    );
    assert_eq!(
        after(&format!("{HEAD}{alone}"), "Write `on timeout | invalid -> goodbye`"),
        format!(
            "{HEAD}collect menu \"Press 1\"\ndisconnect goodbye\nmenu -> menu on 1\nmenu -> goodbye on timeout | invalid\n"
        )
    );
}

#[test]
fn an_action_is_moved_with_its_comment() {
    let flow = |block: &str| format!("{HEAD}disclosure menu {block}\ndisconnect bye\n");
    assert_eq!(
        after(&flow("{\n  say \"a\"\n  -> bye\n  say \"b\" // second\n}"), "Move it above the first branch"),
        flow("{\n  say \"a\"\n  say \"b\" // second\n  -> bye\n}")
    );
    assert_eq!(
        after(&flow("{ say \"a\"; -> bye; say \"b\" }"), "Move it above the first branch"),
        flow("{ say \"a\"; say \"b\"; -> bye }")
    );
    let agent = |text: &str| format!("{HEAD}disclosure menu {{ say \"a\"; -> desk }}\nagent desk {text}\n");
    assert_eq!(
        after(&agent("\"q\" @vip { say \"Hold\" }"), "Write `route \"q\"`"),
        agent("@vip { say \"Hold\"; route \"q\" }")
    );
    assert_eq!(
        after(&agent("\"q\" {\n  say \"Hold\"\n}"), "Write `route \"q\"`"),
        agent("{\n  say \"Hold\"\n  route \"q\"\n}")
    );
}

#[test]
fn the_text_of_a_disconnect_goes_into_its_block() {
    let flow = |text: &str| format!("{HEAD}disclosure menu {{ say \"a\"; -> bye }}\ndisconnect bye{text}\n");
    let title = "Write `{ say \"Bye\" }`";
    assert_eq!(after(&flow(" \"Bye\" @end"), title), flow(" @end { say \"Bye\" }"));
    assert_eq!(
        after(&flow(" text \"Bye\" {\n  say \"x\"\n}"), title),
        flow(" {\n  say \"Bye\"\n  say \"x\"\n}")
    );
    assert_eq!(after(&flow(" \"Bye\" { say \"x\" }"), title), flow(" { say \"Bye\"; say \"x\" }"));
}

#[test]
fn taking_an_alternative_out_takes_its_bar_too() {
    let flow = |condition: &str| {
        format!(
            "{HEAD}collect menu \"Press 1 or 2\" {{\n  on 1 -> bye\n  on {condition} -> bye\n  on timeout | invalid -> a\n}}\ndisclosure a {{ say \"a\"; -> bye }}\ndisconnect bye\n"
        )
    };
    assert_eq!(after(&flow("1 | 2"), "Take the second `1` out"), flow("2"));
    assert_eq!(after(&flow("2 | 1"), "Take the second `1` out"), flow("2"));
    assert_eq!(after(&flow("2 | 1 | 3"), "Take the second `1` out"), flow("2 | 3"));
}

#[test]
fn very_long_fixes_are_not_offered() {
    let long = "x".repeat(20_000);
    let compiled = compile(ROOT, format!("flow {long}\n"));
    assert!(compiled.diagnostics.iter().any(|one| one.code.id == "CX001"));
    assert!(compiled.diagnostics.iter().all(|one| one.fixes.is_empty()));
}

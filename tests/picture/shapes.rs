//! Ten shapes that calls have, as trees for a terminal, and what a drawing has of them.

use super::support::{assert_lines, drawn, texts_of, tree};
use cxflowc::flow::Kind;
use cxflowc::picture::{DrawOptions, Picture, PictureFormat};

const HEAD: &str = "flow \"Call\"\nentry start\n";

fn flow(rest: &str) -> String {
    format!("{HEAD}{rest}")
}

#[test]
fn nodes_without_a_choice_stand_below_each_other() {
    let text = flow(
        "play start \"https://a.example/hello.wav\"\ndisclosure notice { say \"This call is recorded.\" }\ndisconnect bye\nstart -> notice -> bye\n",
    );
    assert_lines(
        &tree(&text),
        "
        start play  ♪ hello.wav
        → notice disclosure  “This call is recorded.”
        → bye disconnect
        ",
    );
}

#[test]
fn keys_and_outcomes_that_lead_to_one_node_are_one_branch() {
    let text = flow(
        "collect start \"Press 1 to 5\" { on 1 -> sales; on 3 | 4 | 5 -> sales; on 2 -> bye; on timeout | invalid -> sales }\nagent sales \"q\"\ndisconnect bye\n",
    );
    assert_lines(
        &tree(&text),
        "
        start collect  “Press 1 to 5”
        ├─ [1, 3–5, no input, wrong key] ─ sales agent  queue q
        └─ [2] ─ bye disconnect
        ",
    );
}

#[test]
fn a_node_that_two_menus_lead_to_is_drawn_once() {
    let text = flow(
        "collect start \"Press 1 or 2\" { on 1 -> more; on 2 -> bye; on timeout | invalid -> bye }\ncollect more \"Press 1\" { on 1 -> sales; on timeout | invalid -> bye }\nagent sales \"q\"\ndisconnect bye\n",
    );
    assert_lines(
        &tree(&text),
        "
        start collect  “Press 1 or 2”
        ├─ [1] ─ more collect  “Press 1”
        │  ├─ [1] ─ sales agent  queue q
        │  └─ [no input, wrong key] → bye
        └─ [2, no input, wrong key] ─ bye disconnect
        ",
    );
}

#[test]
fn a_branch_back_says_so() {
    let text = flow(
        "collect start \"Press 1 or 2\" { on 1 -> balance; on 2 -> start; on timeout | invalid -> bye }\nplay balance \"https://a.example/b.wav\"\nbalance -> start\ndisconnect bye\n",
    );
    let tree = tree(&text);
    assert!(tree.contains("[2] → the same again\n"), "{tree}");
    assert!(tree.contains("→ back to start\n"), "{tree}");
}

#[test]
fn the_ways_a_dialled_line_answers_are_branches() {
    let text = flow(
        "answer start { on human -> hello; on machine | unknown -> message }\nplay hello { say \"Hello\" }\nhello -> bye\nvoicemail message { say \"Call us back\"; record \"box\" }\ndisconnect bye\n",
    );
    assert_lines(
        &tree(&text),
        "
        start answer
        ├─ [human] ─ hello play  “Hello”
        │  → bye disconnect
        └─ [machine, unknown] ─ message voicemail  “Call us back”  +1
        ",
    );
}

#[test]
fn silence_at_an_agent_is_not_missing_input() {
    let text = flow("agent start \"q\" { on busy | timeout -> later }\ncallback later \"later\"\n");
    assert!(tree(&text).contains("[busy, timeout] ─ later callback"), "{}", tree(&text));
}

#[test]
fn a_node_that_no_call_reaches_stands_apart() {
    let text = flow("disconnect start\nplay alone \"https://a.example/a.wav\"\nalone -> start\n");
    assert_lines(
        &tree(&text),
        "
        start disconnect

        No call comes here · 1 node
        alone play  ♪ a.wav
        │  ✖ CX202 unreachable-node: no call reaches `alone`
        └─ → start
        ",
    );
}

#[test]
fn a_branch_to_a_name_that_nothing_has_is_drawn_as_such() {
    let text =
        flow("collect start \"Press 1\" { on 1 -> bey; on timeout | invalid -> bye }\ndisconnect bye\n");
    assert!(tree(&text).contains("[1] → bey (not declared)\n"), "{}", tree(&text));
    let rows = texts_of(&drawn(&text, "svg"), "text");
    assert!(rows.iter().any(|row| row == "bey (not declared)"), "{rows:?}");
}

#[test]
fn a_node_of_the_platforms_own_type_keeps_its_type() {
    let text =
        flow("node start type \"SNIPPET\" { action \"set\" text \"x\" }\nstart -> bye\ndisconnect bye\n");
    assert!(tree(&text).starts_with("start SNIPPET  action \"set\" text \"x\"\n"), "{}", tree(&text));
    assert!(drawn(&text, "svg").contains("class=\"node other\""));
}

#[test]
fn every_kind_has_a_look_of_its_own() {
    for kind in Kind::ALL {
        let word = kind.word();
        let svg = drawn(&flow(&format!("{word} start\n")), "svg");
        assert!(svg.contains(&format!("class=\"node {word}\"")), "{word}: add it to src/picture/kinds.rs");
    }
}

#[test]
fn tags_are_shown_with_the_node_and_its_steps() {
    let text = flow(
        "disclosure start @identity { say \"Hi\" @name; say \"Bye\" @name }\nstart -> bye\ndisconnect bye @optout\n",
    );
    let tree = tree(&text);
    assert!(tree.contains("start disclosure @identity @name  “Hi”  +1\n"), "{tree}");
    assert!(tree.contains("bye disconnect @optout\n"), "{tree}");
}

#[test]
fn nodes_of_a_library_name_their_file() {
    struct Files;
    impl cxflowc::Files for Files {
        fn read(&self, _: &std::path::Path) -> std::io::Result<Vec<u8>> {
            Ok(b"agent desk \"queue\"\n".to_vec())
        }
    }
    let text = "flow \"Call\"\ninclude \"lib/desks.cxflow\" as front\nentry start\nplay start \"https://a.example/a.wav\"\nstart -> front.desk\n";
    let root = cxflowc::Source::new("call.cxflow", "call.cxflow", text.as_bytes().to_vec());
    let compiled = cxflowc::compile_with(root, &Files, &cxflowc::Options::default());
    let picture = Picture::new(&compiled, &[], str::to_owned).unwrap();
    for format in cxflowc::picture::FORMATS {
        let drawn = (format.draw)(&picture, &DrawOptions::default());
        assert!(drawn.contains("from desks"), "{}: {drawn}", format.name);
    }
    let text = (PictureFormat::of_terminals().draw)(&picture, &DrawOptions::default());
    assert!(text.contains("→ front.desk agent (from desks.cxflow)  queue queue\n"), "{text}");
}

#[test]
fn a_terminal_without_unicode_gets_ascii() {
    let text = flow(
        "collect start \"Press 1 to 3…\" { on 1..3 -> bye; on timeout | invalid -> start }\ndisconnect bye\n",
    );
    let options = DrawOptions { ascii: true, columns: 60, ..DrawOptions::default() };
    let drawn = super::support::highlighted(&text, "text", &["start > bye"], &options);
    assert!(drawn.is_ascii(), "{drawn}");
    assert!(drawn.contains("|- * [1-3] - * 2. bye disconnect\n"), "{drawn}");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let text = flow(
        "collect start \"请按一接通销售部门，按二查询余额，按三转接人工客服，按星号键重复收听，请按一接通销售部门\" { on 1 -> `a name that is rather long, and even longer than that, to fill the line`; on timeout | invalid -> start }\ndisconnect `a name that is rather long, and even longer than that, to fill the line`\n",
    );
    let drawn = drawn(&text, "text");
    for line in drawn.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
    }
    assert_eq!(drawn.lines().filter(|line| line.ends_with('…')).count(), 2, "{drawn}");
}

#[test]
fn a_drawing_is_the_same_each_time() {
    let text = super::pages::menus(200);
    for format in cxflowc::picture::FORMATS {
        assert_eq!(drawn(&text, format.name), drawn(&text, format.name), "{}", format.name);
    }
}

#[test]
fn one_more_node_leaves_the_order_of_the_others() {
    let with = |more: &str, node: &str| {
        flow(&format!(
            "collect start \"Press\" {{ on 1 -> a; {more} on 3 -> c; on timeout | invalid -> a }}\nagent a \"a\"\n{node}agent c \"c\"\n"
        ))
    };
    let names = |text: &str| -> Vec<String> {
        let compiled = cxflowc::compile("call.cxflow", text);
        let picture = Picture::new(&compiled, &[], str::to_owned).unwrap();
        let layouts = picture.layouts();
        let boxes = layouts.iter().flat_map(|layout| &layout.boxes);
        boxes.map(|one| one.content.name.clone()).filter(|name| name != "b").collect()
    };
    assert_eq!(names(&with("", "")), names(&with("on 2 -> b;", "agent b \"b\"\n")));
    assert_eq!(names(&with("", "")), ["start", "a", "c"]);
}

#[test]
fn a_file_without_a_flow_is_drawn_as_it_is() {
    assert_lines(
        &tree("agent desk \"queue\"\nplay hello \"https://a.example/h.wav\"\nhello -> desk\n"),
        "
        hello play  ♪ h.wav
        → desk agent  queue queue
        ",
    );
}

#[test]
fn an_empty_flow_is_a_drawing_with_a_name() {
    let drawn = drawn("", "svg");
    assert_eq!(texts_of(&drawn, "title"), ["call.cxflow"]);
}

#[test]
fn the_mark_of_the_entry_keeps_the_margin() {
    let svg =
        drawn(&flow("disclosure start { say \"This is Lakeside.\" }\ndisconnect bye\nstart -> bye\n"), "svg");
    let document = roxmltree::Document::parse(&svg).unwrap();
    let number = |node: roxmltree::Node<'_, '_>, name| node.attribute(name).unwrap().parse::<i32>().unwrap();
    let dot = document.descendants().find(|node| node.has_tag_name("circle")).unwrap();
    // It stands in a group that is moved by the margin, at which the title begins.
    let title = document.descendants().find(|node| node.attribute("class") == Some("title")).unwrap();
    assert_eq!(number(dot, "cx") - number(dot, "r"), 0, "{svg}");
    assert!(svg.contains(&format!("translate({} ", number(title, "x"))), "{svg}");
}

#[test]
fn the_inner_line_has_the_colour_of_what_is_written_beside_it() {
    let svg =
        drawn(&flow("disclosure start { say \"This is Lakeside.\" }\ndisconnect bye\nstart -> bye\n"), "svg");
    let (_, style) = svg.split_once(".disclosure .head-ink{fill:").unwrap();
    let (ink, style) = style.split_once('}').unwrap();
    assert!(style.starts_with(&format!(".disclosure .inner-ink{{stroke:{ink}}}")), "{style}");
    assert!(svg.contains("<path class=\"inner inner-ink\" d=\"M3.5 "), "{svg}");
}

#[test]
fn a_picture_is_no_wider_than_the_paper() {
    let svg =
        drawn(&flow("disclosure start { say \"This is Lakeside.\" }\ndisconnect bye\nstart -> bye\n"), "svg");
    assert!(svg.contains("@media print{svg:root{max-width:100%;height:auto}}"), "{svg}");
}

#[test]
fn a_node_that_speaks_another_language_than_the_flow_says_so() {
    let text = flow(
        "language \"en-US\" voice \"Joanna\"\nplay start { say \"Hello.\"; say \"Hola.\" language \"es-US\" voice \"Lupe\" }\ndisclosure notice \"https://a.example/aviso.wav\" language \"es-US\"\nplay more voice \"Matthew\" { say \"More.\" }\nagent sales \"q\"\nstart -> notice -> more -> sales\n",
    );
    assert_lines(
        &tree(&text),
        "
        start play partly in es-US, voice Lupe  “Hello.”  +1
        → notice disclosure in es-US  ♪ aviso.wav
        → more play voice Matthew  “More.”
        → sales agent  queue q
        ",
    );
}

//! Small texts that ask for very much memory or time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cxflowc::diagnostics::Severity;
use cxflowc::resolve::Files;
use cxflowc::source::{MAX_BYTES, Source};
use cxflowc::{Compiled, Options, compile, compile_with};

use super::support::*;

#[test]
fn a_long_chain_of_lets_is_evaluated_in_any_order() {
    in_time(|| {
        const COUNT: usize = 20_000;
        let mut lines: Vec<String> =
            (1..COUNT).map(|number| format!("let v{number} = \"${{v{}}}\"\n", number - 1)).collect();
        lines.push("let v0 = \"x\"\n".to_owned());
        let text = CLEAN.replace("Goodbye", &format!("${{v{}}}", COUNT - 1));
        assert!(codes(&survives(format!("{text}{}", lines.concat()))).is_empty());
        lines.reverse();
        assert!(codes(&survives(format!("{text}{}", lines.concat()))).is_empty());
    });
}

#[test]
fn a_cycle_of_very_many_lets_is_one_finding() {
    in_time(|| {
        let lines: String = (0..20_000)
            .map(|number| format!("let v{number} = \"${{v{}}}\"\n", (number + 1) % 20_000))
            .collect();
        let compiled = survives(format!("{CLEAN}{lines}"));
        only(&compiled, "CX112");
    });
}

#[test]
fn a_let_bomb_is_too_large() {
    let mut text = CLEAN.replace("Goodbye", "${v9}") + "let v0 = \"0123456789abcdef0123456789abcdef\"\n";
    for number in 1..10 {
        let inner = format!("${{v{}}}", number - 1).repeat(20);
        text.push_str(&format!("let v{number} = \"{inner}\"\n"));
    }
    only(&survives(text), "CX005");
}

#[test]
fn many_texts_that_grow_together_are_too_large() {
    in_time(|| {
        let mut text = format!("{CLEAN}let big = \"{}\"\n", "x".repeat(1 << 19));
        for number in 0..400 {
            text.push_str(&format!("play p{number} {{ say \"${{big}}\" }}\n"));
        }
        assert!(codes(&survives(text)).contains(&"CX005"));
    });
}

#[test]
fn ranges_that_stand_for_very_many_keys_are_too_large() {
    in_time(|| {
        let branches: String =
            (1..3000).map(|number| format!("  on {number}000..{number}999 -> bye\n")).collect();
        let text =
            format!("{CLEAN}collect menu \"Choose\" {{\n{branches}  on timeout | invalid -> bye\n}}\n");
        assert!(codes(&survives(text.replace("notice -> bye", "notice -> menu"))).contains(&"CX005"));
    });
}

#[test]
fn everys_that_multiply_by_nodes_are_too_large() {
    in_time(|| {
        let nodes: String = (0..5000).map(|number| format!("collect c{number} \"Choose\"\n")).collect();
        let everys: String = (0..5000).map(|number| format!("every collect on {number} -> bye\n")).collect();
        let compiled = survives(format!("{CLEAN}{nodes}{everys}"));
        only(&compiled, "CX005");
    });
}

#[derive(Default)]
struct Memory(BTreeMap<PathBuf, String>);

impl Memory {
    fn with(mut self, name: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        self.0.insert(name.into(), text.into());
        self
    }

    #[track_caller]
    fn compile(&self, root: &str) -> Compiled {
        let text = self.0[Path::new(root)].clone().into_bytes();
        let compiled = compile_with(Source::new(root, root, text), self, &Options::default());
        check(&compiled);
        compiled
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.0
            .get(path)
            .map(|text| text.clone().into_bytes())
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

#[test]
fn a_deep_chain_of_includes_is_read_to_its_end() {
    let mut files = Memory::default().with("f0", format!("{CLEAN}include \"f1\"\n"));
    for number in 1..500 {
        files = files.with(format!("f{number}"), format!("include \"f{}\"\n", number + 1));
    }
    // The last file is not there.
    only(&files.compile("f0"), "CX111");
}

#[test]
fn a_file_that_includes_itself_says_so() {
    let files = Memory::default().with("a", format!("{CLEAN}include \"a\"\n"));
    only(&files.compile("a"), "CX112");
    let files = Memory::default()
        .with("a", format!("{CLEAN}include \"b\" as x\n"))
        .with("b", "include \"c\"\n")
        .with("c", "include \"a\" as y\n");
    only(&files.compile("a"), "CX112");
}

#[test]
fn instances_that_multiply_are_too_large() {
    in_time(|| {
        let mut files =
            Memory::default().with("f0", format!("{CLEAN}{}", "include \"f1\" as a; include \"f1\" as b\n"));
        for number in 1..40 {
            let next = number + 1;
            files = files.with(
                format!("f{number}"),
                format!("include \"f{next}\" as a; include \"f{next}\" as b; disconnect end\n"),
            );
        }
        let compiled = files.with("f40", "disconnect end\n").compile("f0");
        only(&compiled, "CX005");
    });
}

/// What is not placed any more is not reported as missing: one finding says all there is to say.
#[test]
fn more_instances_than_a_flow_can_have_are_one_finding() {
    in_time(|| {
        let mut text = "flow \"A\"\nentry i0.hello\n".to_owned();
        for number in 0..11_000 {
            let next = number + 1;
            text += &format!(
                "include \"part\" as i{number} with done -> i{next}.hello\ni{number}.hello -> end on failed\n"
            );
        }
        text += "include \"part\" as i11000 with done -> end\ndisconnect end\n";
        text += "policy house { r: require disclosure before =end }\napply house\ntest \"all\" -> i10999.hello -> end\n";
        let part = "exit done\nplay hello { say \"Hello.\"; -> done }\n";
        let compiled = Memory::default().with("a", text).with("part", part).compile("a");
        only(&compiled, "CX005");
        let counted =
            [Severity::Error, Severity::Warning].map(|severity| compiled.diagnostics.count(severity));
        assert_eq!(counted, [1, 0], "{:?}", codes(&compiled));
    });
}

#[test]
fn instances_of_a_large_file_are_too_large() {
    in_time(|| {
        let large = "let x = \"x\";".repeat(30_000);
        let includes: String = (0..150).map(|number| format!("include \"large\" as i{number}\n")).collect();
        let compiled =
            Memory::default().with("a", format!("{CLEAN}{includes}")).with("large", large).compile("a");
        assert!(compiled.diagnostics.has_errors());
    });
}

#[test]
fn a_file_over_256_mib_is_too_large() {
    let compiled = compile("a.cxflow", vec![b' '; MAX_BYTES + 1]);
    check(&compiled);
    assert_eq!(codes(&compiled), ["CX005"]);
}

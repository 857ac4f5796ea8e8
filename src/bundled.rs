//! The policies and the libraries of kinds that come with the compiler, each in a `.cxflow` file of its own.

pub mod lock;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::source::Source;

/// The policy that applies to every flow.
pub const BASELINE: &str = "baseline";

/// A policy or a library that comes with the compiler.
#[derive(Debug)]
pub struct Bundled {
    /// Its name.
    pub name: &'static str,
    /// The text of its file.
    pub text: &'static str,
}

/// Declares the files and their list, so that a new policy is one file and one line.
macro_rules! bundled {
    ($($name:literal),* $(,)?) => {
        /// Every policy that comes with the compiler.
        pub static ALL: &[Bundled] =
            &[$(Bundled { name: $name, text: include_str!(concat!("bundled/", $name, ".cxflow")) }),*];
    };
}

bundled! {
    "baseline",
    "us_tcpa_prerecorded",
    "us_tcpa_abandon",
    "us_tsr",
    "us_state_openings",
    "us_state_adad",
    "us_ny_399z",
    "us_ca_puc2874",
    "us_ai_disclosure",
    "us_recording_consent",
    "us_regf",
    "us_hipaa_voicemail",
    "us_medicare_tpmo",
    "pci_dss_collect",
    "ca_crtc_adad",
    "uk_pecr",
    "eu_ai_act",
    "de_telemarketing",
    "es_telemarketing",
    "fr_telemarketing",
    "ie_telemarketing",
    "au_telemarketing",
    "br_telemarketing",
    "in_tcccpr",
    "sg_dnc",
}

/// Every library of kinds that comes with the compiler.
pub static LIBRARIES: &[Bundled] =
    &[Bundled { name: "cxone", text: include_str!("bundled/libraries/cxone.cxflow") }];

/// The bundled policies that expect a fact, or a tag with its `@`.
pub fn expecting(name: &str) -> &'static [&'static str] {
    static EXPECTED: LazyLock<FxHashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
        let mut expected: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for policy in ALL {
            for name in expected_in(policy.text) {
                expected.entry(name).or_default().push(policy.name);
            }
        }
        expected
    });
    EXPECTED.get(name).map_or(&[], Vec::as_slice)
}

/// The facts, and tags with their `@`, that the text of a policy expects.
fn expected_in(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix("expects "));
    lines.filter_map(|line| match line.split_once(' ') {
        Some(("fact", fact)) => fact.split_whitespace().next(),
        _ => line.split_whitespace().next().filter(|word| word.starts_with('@')),
    })
}

/// The bundled policy of a name.
pub fn find(name: &str) -> Option<&'static Bundled> {
    ALL.iter().find(|policy| policy.name == name)
}

/// The bundled library of a name.
pub fn find_library(name: &str) -> Option<&'static Bundled> {
    LIBRARIES.iter().find(|library| library.name == name)
}

impl Bundled {
    /// Its file, to be compiled.
    pub fn source(&self) -> Source {
        source_of(self.name, self.text)
    }
}

fn source_of(name: &str, text: &str) -> Source {
    let name = format!("bundled/{name}.cxflow");
    Source::new(name.clone(), name, text.as_bytes().to_vec()).bundled()
}

/// Which edition the text of a policy is, if its block says so.
pub fn version_of(text: &str) -> Option<u32> {
    text.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix("version ")?;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    })
}

//! The tables of settings in `docs/cli.md` are generated from the list of keys.

use super::harness::updated;

const BEGIN: &str = "<!-- settings -->\n";
const END: &str = "<!-- end of settings -->\n";

/// `UPDATE=1 cargo test --test cli settings_page` rewrites them.
#[test]
fn the_tables_of_settings_are_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cli.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let made = format!("{before}{BEGIN}{}{END}{after}", cxflowc::settings::markdown());
    if updated::is_wanted() {
        updated::write(path.as_ref(), &made);
    }
    assert!(page == made, "docs/cli.md is out of date: run `UPDATE=1 cargo test --test cli settings_page`");
}

/// Each example is a value that the setting takes, so that no finding tells anybody to write nonsense.
#[test]
fn every_example_is_a_value_of_its_key() {
    for key in cxflowc::settings::keys::ALL {
        let header = key.section.header(Some("prod"));
        let header = if header == "[]" { "" } else { &header };
        let text = format!("{header}\n{} = {}\n", key.name, key.example);
        let (mut sources, mut found) = Default::default();
        let path = std::path::Path::new("cxflow.toml");
        let (_, read) = cxflowc::settings::read(
            "cxflow.toml".to_owned(),
            path,
            text.into_bytes(),
            &mut sources,
            &mut found,
        );
        assert_eq!(found.iter().map(|one| &one.message).collect::<Vec<_>>(), [""; 0], "{}", key.name);
        assert_eq!(read.settings.len(), 1, "{}", key.name);
    }
}

//! The session of `docs/studio.md` for those who have no tenant: each command ends as the page says.

use std::path::Path;

use super::support::*;

/// The blocks of a section of the page, each with what its fence says.
fn blocks(section: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/studio.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (_, rest) = page.split_once(&format!("\n## {section}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let fenced = section.split("```").skip(1).step_by(2);
    let block = |text: &str| text.split_once('\n').map(|(fence, text)| (fence.to_owned(), text.to_owned()));
    fenced.map(|text| block(text).unwrap()).collect()
}

#[test]
fn every_command_can_be_tried_without_a_tenant() {
    let blocks = blocks("Without a tenant");
    let of = |fence: &str| -> Vec<&str> {
        blocks.iter().filter(|(own, _)| own == fence).map(|(_, text)| text.as_str()).collect()
    };
    let folder = Folder::new().with("reminder.cxflow", of("cxflow")[0]).with("cxflow.toml", of("toml")[0]);
    let emulator = quick_emulator();
    let (id, secret) = emulator.credentials();
    for is_app in [false, true] {
        let mut verbs = Vec::new();
        for line in of("sh").last().unwrap().lines() {
            let (command, says) = line.split_once('#').unwrap_or((line, ""));
            let arguments = command.trim().strip_prefix("cxflowc ").unwrap();
            let mut run = bare(&folder, arguments)
                .env("CXONE_BASE_URL", emulator.base_url())
                .env("CXONE_ACCESS_KEY_ID", id)
                .env("CXONE_ACCESS_KEY_SECRET", secret);
            if is_app {
                run = run.env("CXONE_CLIENT_ID", id).env("CXONE_CLIENT_SECRET", secret);
            }
            run.run().exits(i32::from(says.contains("exit status 1")));
            verbs.push(arguments.split(' ').take(2).collect::<Vec<_>>().join(" "));
        }
        for verb in ["doctor", "status", "pull", "diff", "history", "rollback", "prompts", "skill"] {
            assert!(verbs.contains(&format!("studio {verb}")), "{verb}: {verbs:?}");
        }
        for name in ["pulled.cxflow", "report.md"] {
            std::fs::remove_file(folder.path(name)).unwrap();
        }
    }
}

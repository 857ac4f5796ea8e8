//! Flows to simulate.

use std::fmt::Write;

pub use super::harness::*;

/// Five paths: an agent that may be busy, a menu with two tries, and no finding.
pub const CAMPAIGN: &str = r#"flow "Campaign"
entry line
answer line {
  on human | unknown -> notice
  on machine -> message
}
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 for sales, 2 to be called back" retries 1 {
  on 1 -> sales
  on 2 -> later
  on timeout | invalid -> bye
}
agent sales "sales_queue" {
  on busy | no_answer -> later
}
callback later "later_queue"
disconnect message { play "https://cdn.example.com/notice.wav"; say "Good day.\nCall us back." }
disconnect bye
notice -> menu
"#;

/// A chain of this many nodes and an end, and nothing to decide.
pub fn chain(nodes: usize) -> String {
    let mut text = String::from("flow \"Chain\"\nentry n0\n");
    writeln!(text, "disclosure n0 \"https://cdn.example.com/a.wav\" {{ -> n1 }}").unwrap();
    for node in 1..nodes {
        writeln!(text, "play n{node} \"https://cdn.example.com/a.wav\" {{ -> n{} }}", node + 1).unwrap();
    }
    writeln!(text, "disconnect n{nodes}").unwrap();
    text
}

/// Thirty menus one after the other, each with a hundred branches to the next: 10^60 paths, and on
/// the first key of the first menu one more.
pub fn sixty_zeros() -> String {
    let mut text = String::from("flow \"Many\"\nentry notice\n");
    text.push_str("disclosure notice \"https://cdn.example.com/a.wav\" { -> m0 }\n");
    for menu in 0..30 {
        let next = if menu == 29 { "bye".to_owned() } else { format!("m{}", menu + 1) };
        writeln!(text, "collect m{menu} media \"https://cdn.example.com/a.wav\" between 3s {{").unwrap();
        writeln!(text, "  on 0 | timeout | invalid -> {next}").unwrap();
        for key in 1..100 {
            writeln!(text, "  on {key} -> {next}").unwrap();
        }
        if menu == 0 {
            text.push_str("  on 100 -> sales\n");
        }
        text.push_str("}\n");
    }
    text.push_str("disconnect bye\nagent sales \"q\"\n");
    text
}

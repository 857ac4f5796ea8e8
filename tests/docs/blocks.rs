//! The blocks of a page that stand between fences.

use std::path::Path;

use super::ROOT;

pub struct Block {
    /// `docs/language.md:12`
    pub place: String,
    pub fence: String,
    pub text: String,
    /// Whether only blank lines stand between the block before and this one.
    pub follows: bool,
}

pub fn blocks(page: &Path) -> Vec<Block> {
    let name = page.strip_prefix(ROOT).unwrap().display().to_string();
    let text = std::fs::read_to_string(page).unwrap();
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    let mut follows = false;
    for (index, line) in text.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if open => (open, follows) = (false, true),
            Some(fence) => {
                open = true;
                let place = format!("{name}:{}", index + 1);
                blocks.push(Block { place, fence: fence.trim().to_owned(), text: String::new(), follows });
            }
            None if open => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => follows &= line.trim().is_empty(),
        }
    }
    assert!(!open, "{name}: a block is not closed");
    blocks
}

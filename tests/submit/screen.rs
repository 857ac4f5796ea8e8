//! What a terminal shows in the end.

/// The lines of a screen that is `width` columns wide after `output` was written to it, without
/// the blanks at their ends.
///
/// # Panics
///
/// At an escape sequence that is none of those that move the cursor or erase.
pub fn shown(output: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<Vec<char>> = vec![Vec::new()];
    let (mut row, mut column) = (0_usize, 0);
    let mut characters = output.chars();
    while let Some(character) = characters.next() {
        match character {
            '\r' => column = 0,
            '\n' => row += 1,
            '\u{1b}' => {
                assert_eq!(characters.next(), Some('['), "an escape sequence of another kind");
                let mut number = String::new();
                let last = loop {
                    match characters.next().unwrap() {
                        character if character.is_ascii_alphabetic() => break character,
                        character => number.push(character),
                    }
                };
                let count = || number.parse::<usize>().unwrap_or(1);
                match last {
                    'A' => row = row.saturating_sub(count()),
                    'B' => row += count(),
                    'K' if number == "2" => lines[row].clear(),
                    'h' | 'l' if number == "?25" => {}
                    other => panic!("ESC [ {number} {other}"),
                }
            }
            character => {
                // A line that is full goes on in the next one, once there is something to go on with.
                if column == width {
                    (row, column) = (row + 1, 0);
                }
                lines.resize(lines.len().max(row + 1), Vec::new());
                let line = &mut lines[row];
                line.resize(line.len().max(column + 1), ' ');
                line[column] = character;
                column += 1;
            }
        }
        lines.resize(lines.len().max(row + 1), Vec::new());
    }
    let text = |line: &Vec<char>| line.iter().collect::<String>().trim_end().to_owned();
    let mut lines: Vec<String> = lines.iter().map(text).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

#[test]
fn lines_wrap_and_are_written_over() {
    assert_eq!(shown("abc\r\nde\u{1b}[1A\r\u{1b}[2Kx", 80), ["x", "de"]);
    assert_eq!(shown("abcdef\r\ng", 3), ["abc", "def", "g"]);
    assert_eq!(shown("abc\rx\r\n", 3), ["xbc"]);
}

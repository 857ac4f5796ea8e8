//! How a drawing is cut for paper: into parts that can be read there, each box whole on one of them.

/// How wide and how high a part is at most. At [`on_paper`] that fits both A4 and Letter, with room for a heading.
const ROOM: (i32, i32) = (970, 1240);
/// What is up to so many per cent of it is made smaller instead.
const SHRUNK: i32 = 115;
/// What is shown around a box at a cut. A font that runs wider than most brings a text over the side of its box: DejaVu
/// Sans, where none of the fonts that are asked for is installed, by up to a tenth of the box.
const MARGIN: i32 = 32;

/// A part of a drawing, or the place of a box in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Its left side.
    pub x: i32,
    /// Its top.
    pub y: i32,
    /// How wide it is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
}

impl Area {
    fn across(&self) -> Span {
        Span { start: self.x, end: self.x + self.width }
    }

    fn down(&self) -> Span {
        Span { start: self.y, end: self.y + self.height }
    }
}

/// From where to where something is, in one direction.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: i32,
    end: i32,
}

impl Span {
    fn meets(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// How large a length of a drawing is on paper, in CSS pixels: a text of 12 units has 6.3 points.
pub fn on_paper(length: i32) -> i32 {
    length * 7 / 10
}

/// The parts of a drawing, row by row. None if it can be read on one page. Parts without a box are left out.
pub fn parts((width, height): (i32, i32), boxes: &[Area]) -> Vec<Area> {
    let columns = spans(width, ROOM.0, &boxes.iter().map(Area::across).collect::<Vec<_>>());
    let rows = spans(height, ROOM.1, &boxes.iter().map(Area::down).collect::<Vec<_>>());
    if columns.len() == 1 && rows.len() == 1 {
        return Vec::new();
    }
    let all = rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, *column)));
    let used = all.filter(|(row, column)| {
        boxes.iter().any(|one| one.down().meets(*row) && one.across().meets(*column))
    });
    let area = |(row, column): (Span, Span)| Area {
        x: column.start,
        y: row.start,
        width: column.end - column.start,
        height: row.end - row.start,
    };
    used.map(area).collect()
}

/// Cuts a length where the fewest boxes are cut. The next span begins before those that are, so that each box
/// of up to half of the room is whole on one of them.
fn spans(length: i32, room: i32, boxes: &[Span]) -> Vec<Span> {
    if length <= room * SHRUNK / 100 {
        return vec![Span { start: 0, end: length }];
    }
    let boxes: Vec<Span> =
        boxes.iter().map(|one| Span { start: one.start - MARGIN, end: one.end + MARGIN }).collect();
    // Spans of about the same length, and not a last one with next to nothing.
    let count = (length + room - 1) / room;
    let aim = room.min(length / count + room / 8);
    let mut spans = Vec::new();
    let mut start = 0;
    while length - start > aim {
        let (least, most) = (start + aim / 2, start + aim);
        let cut_by = |at: i32| boxes.iter().filter(move |one| one.start < at && at < one.end);
        let behind_boxes = boxes.iter().map(|one| one.end);
        let candidates = behind_boxes.filter(|at| (least..most).contains(at)).chain([most]);
        let end = candidates.min_by_key(|&at| (cut_by(at).count(), -at)).unwrap_or(most);
        spans.push(Span { start, end });
        let again = cut_by(end).map(|one| one.start).filter(|&at| at > end - aim / 2);
        start = again.min().unwrap_or(end);
    }
    spans.push(Span { start, end: length });
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Boxes in columns of their own heights, as trees have them.
    fn drawing(columns: i32, rows: i32) -> ((i32, i32), Vec<Area>) {
        let boxes: Vec<Area> = (0..columns)
            .flat_map(|column| {
                let height = 60 + 37 * column % 190;
                (0..rows).map(move |row| Area {
                    x: 24 + column * 350,
                    y: 24 + row * 250 + 31 * column % 90,
                    width: 240,
                    height: height + 5 * row % 40,
                })
            })
            .collect();
        ((columns * 350, rows * 250 + 120), boxes)
    }

    fn is_within(inner: &Area, outer: &Area) -> bool {
        let holds = |outer: Span, inner: Span| outer.start <= inner.start && inner.end <= outer.end;
        holds(outer.across(), inner.across()) && holds(outer.down(), inner.down())
    }

    #[test]
    fn every_box_is_whole_on_a_part_that_fits_the_paper() {
        for (columns, rows) in [(1, 9), (2, 30), (4, 4), (9, 1), (7, 13), (12, 80)] {
            let (size, boxes) = drawing(columns, rows);
            let parts = parts(size, &boxes);
            assert!(parts.len() > 1, "{columns} {rows}");
            for part in &parts {
                for (length, room) in [(part.width, ROOM.0), (part.height, ROOM.1)] {
                    assert!(length > 0 && length * 100 <= room * SHRUNK, "{part:?}");
                }
            }
            for one in &boxes {
                assert!(parts.iter().any(|part| is_within(one, part)), "{columns} {rows}: {one:?} {parts:?}");
            }
        }
    }

    #[test]
    fn what_fits_a_page_is_not_cut() {
        let (size, boxes) = drawing(3, 5);
        assert!(size.0 > ROOM.0, "it is made a little smaller");
        assert_eq!(parts(size, &boxes), []);
        let (size, boxes) = drawing(3, 8);
        assert_eq!(parts(size, &boxes).len(), 2);
    }

    #[test]
    fn a_part_without_a_box_is_left_out() {
        let one = |x, y| Area { x, y, width: 240, height: 80 };
        let boxes = [one(24, 24), one(24, 2900), one(1700, 24)];
        let parts = parts((1960, 3000), &boxes);
        assert!(parts.iter().all(|part| boxes.iter().any(|one| one.down().meets(part.down()))), "{parts:?}");
        assert_eq!(parts.len(), 3, "{parts:?}");
    }

    #[test]
    fn boxes_that_are_larger_than_a_page_are_cut() {
        let boxes = [Area { x: 24, y: 24, width: 240, height: 4000 }];
        let parts = parts((640, 4050), &boxes);
        assert_eq!(parts.len(), 4);
        assert_eq!(parts.iter().map(|part| part.height).sum::<i32>(), 4050);
    }
}

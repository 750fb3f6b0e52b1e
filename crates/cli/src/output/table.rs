//! Tables for people.

use std::ops::Range;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// The cells of a row.
pub(crate) type Cells = Vec<String>;

/// The width of a table that no terminal bounds.
const WIDTH: u16 = 100;

/// A table; the columns in `numbers` are numbers and stand to the right.
pub(crate) fn table(head: &[&str], rows: Vec<Cells>, numbers: Range<usize>) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(head.to_vec());
    if table.width().is_none() {
        table.set_width(WIDTH);
    }
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().take(numbers.end).skip(numbers.start) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

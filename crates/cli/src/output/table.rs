//! Tables for people.

use std::ops::Range;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// The cells of a row.
pub(crate) type Cells = Vec<String>;

/// A table; the columns in `numbers` are numbers and stand to the right.
pub(crate) fn table(head: &[&str], rows: Vec<Cells>, numbers: Range<usize>) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_header(head.to_vec());
    // A file has room for every line; a terminal has its width.
    table.set_content_arrangement(match table.width() {
        Some(_) => ContentArrangement::Dynamic,
        None => ContentArrangement::Disabled,
    });
    for row in rows {
        table.add_row(row);
    }
    for column in table
        .column_iter_mut()
        .take(numbers.end)
        .skip(numbers.start)
    {
        // A terminal has eighty columns: what stands to the right needs no air behind it.
        column.set_cell_alignment(CellAlignment::Right);
        column.set_padding((1, 0));
    }
    table.to_string()
}

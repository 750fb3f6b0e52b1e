use std::io::{BufReader, Cursor};

use proptest::prelude::*;

use super::*;

/// What is read: a row with its line, or a fault with its line.
fn read(text: &str, separator: u8) -> Vec<(u64, Result<Vec<String>, RowFault>)> {
    // A buffer of three bytes puts every row across the end of one.
    let input = BufReader::with_capacity(3, Cursor::new(text.as_bytes()));
    let mut reader = RawReader::new(input, separator, 0, 1).unwrap();
    let (mut row, mut found) = (RawRow::default(), Vec::new());
    loop {
        match reader.read(&mut row).unwrap() {
            Ok(false) => return found,
            Ok(true) => {
                let text = |at| String::from_utf8(row.field(at).to_vec()).unwrap();
                found.push((row.line, Ok((0..row.len()).map(text).collect())));
            }
            Err(fault) => found.push((row.line, Err(fault))),
        }
    }
}

#[track_caller]
fn check(text: &str, expected: &[(u64, Result<&[&str], RowFault>)]) {
    let owned = |fields: &[&str]| fields.iter().map(ToString::to_string).collect::<Vec<_>>();
    let expected: Vec<_> = expected
        .iter()
        .map(|(line, row)| (*line, row.clone().map(owned)))
        .collect();
    assert_eq!(read(text, b','), expected, "{text:?}");
}

#[test]
fn plain_rows_with_each_end_of_line() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("a,b{end}1,2{end}{end}{end}3,{end},");
        check(
            &text,
            &[
                (1, Ok(&["a", "b"])),
                (2, Ok(&["1", "2"])),
                (5, Ok(&["3", ""])),
                (6, Ok(&["", ""])),
            ],
        );
    }
}

#[test]
fn quotes_hold_separators_ends_and_quotes() {
    check(
        "\"a,\"\"b\"\"\",\"x\r\ny\"\nc,\"\"\n",
        &[(1, Ok(&["a,\"b\"", "x\r\ny"])), (3, Ok(&["c", ""]))],
    );
    check("5\" pipe,a \"b\"\n", &[(1, Ok(&["5\" pipe", "a \"b\""]))]);
}

#[test]
fn a_quote_that_is_not_closed_costs_one_row() {
    check(
        "a,b\n\"1,2\n3,4\n",
        &[
            (1, Ok(&["a", "b"])),
            (2, Err(RowFault::OpenQuote)),
            (3, Ok(&["3", "4"])),
        ],
    );
    check(
        "\"1,2\n3,4\n5,\"6\"\n7,8",
        &[
            (1, Err(RowFault::AfterQuote)),
            (2, Ok(&["3", "4"])),
            (3, Ok(&["5", "6"])),
            (4, Ok(&["7", "8"])),
        ],
    );
    check("\"", &[(1, Err(RowFault::OpenQuote))]);
}

#[test]
fn text_after_a_quote_is_reported() {
    check(
        "\"a\"b,c\r\nd,e",
        &[(1, Err(RowFault::AfterQuote)), (2, Ok(&["d", "e"]))],
    );
}

#[test]
fn a_row_without_end_is_not_taken_into_memory() {
    let text = format!("\"{}\n1,2\n", "x\n".repeat(MOST_BYTES));
    let found = read(&text, b',');
    assert_eq!(found[0], (1, Err(RowFault::TooLong)));
    assert_eq!(found.last().unwrap().1.as_ref().unwrap(), &["1", "2"]);
}

#[test]
fn a_row_is_read_again_by_its_offset() {
    let text = b"id,b\r\n1,\"x\ny\"\r\n\r\n2,z\r\n";
    let mut reader = RawReader::new(BufReader::new(Cursor::new(&text[..])), b',', 0, 1).unwrap();
    let (mut row, mut offsets) = (RawRow::default(), Vec::new());
    while reader.read(&mut row).unwrap().unwrap() {
        offsets.push(row.offset);
    }
    for (at, first) in [(2, "2"), (0, "id"), (1, "1")] {
        reader.go_to(offsets[at]).unwrap();
        assert!(reader.read(&mut row).unwrap().unwrap());
        assert_eq!(row.field(0), first.as_bytes());
    }
}

proptest! {
    #[test]
    fn what_another_writer_writes_is_read_as_it_was(
        rows in prop::collection::vec(prop::collection::vec("[a,;\"\r\n ñ]{0,6}", 2..5), 1..6),
        windows in any::<bool>(),
    ) {
        let end = if windows { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .delimiter(b';')
            .terminator(end)
            .from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let found: Vec<_> = read(&text, b';').into_iter().map(|(_, row)| row.unwrap()).collect();
        prop_assert_eq!(found, rows);
    }

    #[test]
    fn no_bytes_make_it_panic_or_stop(bytes in "[a,\"\r\n]{0,40}") {
        let lines = bytes.matches(['\n', '\r']).count() as u64 + 1;
        for (line, _) in read(&bytes, b',') {
            prop_assert!(line <= lines);
        }
    }
}

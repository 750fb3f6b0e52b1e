use std::io::{BufReader, Cursor};

use proptest::prelude::*;

use super::super::super::raw::{RawReader, RawRow};
use super::*;

type Rows = Vec<(u64, Result<Vec<Vec<u8>>, RowFault>)>;

/// A reader that gives so many bytes at once.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(self.0.len()).min(into.len());
        into[..size].copy_from_slice(&self.0[..size]);
        self.0 = &self.0[size..];
        Ok(size)
    }
}

fn blocks(bytes: &[u8], separator: u8) -> Rows {
    let mut splitter = Splitter::new(Drops(bytes, 5), separator);
    let (mut block, mut found) = (Block::default(), Rows::new());
    while splitter.fill(&mut block).unwrap() {
        for n in 0..block.len() {
            let row = block.row(n);
            let fields = (0..row.len()).map(|at| row.field(at).into_owned());
            found.push((row.line, Ok(fields.collect())));
        }
        found.extend(
            block
                .faults
                .drain(..)
                .map(|(line, fault)| (line, Err(fault))),
        );
    }
    found.sort_by_key(|(line, _)| *line);
    found
}

fn reference(bytes: &[u8], separator: u8) -> Rows {
    let input = BufReader::with_capacity(3, Cursor::new(bytes));
    let mut reader = RawReader::new(input, separator, 0, 1).unwrap();
    let (mut row, mut found) = (RawRow::default(), Rows::new());
    loop {
        match reader.read(&mut row).unwrap() {
            Ok(false) => return found,
            Ok(true) => {
                let fields = (0..row.len()).map(|at| row.field(at).trim_ascii().to_vec());
                found.push((row.line, Ok(fields.collect())));
            }
            Err(fault) => found.push((row.line, Err(fault))),
        }
    }
}

#[track_caller]
fn check(text: &str) {
    let expected = reference(text.as_bytes(), b',');
    assert_eq!(blocks(text.as_bytes(), b','), expected, "{text:?}");
}

#[test]
fn rows_are_those_of_the_other_reader() {
    for text in [
        "",
        "\n\r\n\r",
        "a,b\r\n1,2\r\r\n3,\n,",
        "\"a,\"\"b\"\"\",\"x\r\ny\"\nc,\"\"\n",
        "5\" pipe,a \"b\"\n",
        "a,b\n\"1,2\n3,4\n",
        "\"1,2\n3,4\n5,\"6\"\n7,8",
        "\"",
        "\"a\"",
        "\"\"\"\",\"\"\"",
        " \" a \" , b \n",
    ] {
        check(text);
    }
}

#[test]
fn rows_cross_the_ends_of_blocks() {
    let quoted = format!("1,\"{}\"\n", "á\n\"\"".repeat(30_000));
    let plain = "22,x y,\"z\"\r\n".repeat(60_000);
    check(&format!("{plain}{quoted}{plain}{quoted}9,9"));
}

#[test]
fn a_row_too_long_costs_itself_alone() {
    let long = "x".repeat(3 * MOST_BYTES);
    let found = blocks(format!("a\n\"{long}\nb\n{long}\nc\n").as_bytes(), b',');
    let row = |text: &str| Ok(vec![text.as_bytes().to_vec()]);
    let expected = [
        (1, row("a")),
        (2, Err(RowFault::TooLong)),
        (3, row("b")),
        (4, Err(RowFault::TooLong)),
        (5, row("c")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn fields_know_their_places() {
    let mut splitter = Splitter::new("ñ,\"a\nb\",c,\"d\"\n".as_bytes(), b',');
    let mut block = Block::default();
    assert!(splitter.fill(&mut block).unwrap());
    let row = block.row(0);
    let places: Vec<_> = (0..4).map(|at| row.place(at, Letters::Utf8)).collect();
    assert_eq!(places, [(1, 1), (1, 3), (2, 4), (2, 6)]);
}

proptest! {
    #[test]
    fn any_bytes(pieces in prop::collection::vec(
        prop::sample::select(vec![
            ",", "\"", "\"\"", "\n", "\r", "\r\n", "a", "ñ", " ", "\",\"", "\"\n", ";",
        ]),
        0..60,
    )) {
        check(&pieces.concat());
    }
}

#[test]
fn fields_end_where_the_first_sign_is() {
    // Bytes that differ from a sign in one bit, or follow one, would be taken for it by a sum that
    // carries.
    let signs = [
        b',',
        b'\n',
        b'\r',
        b',' + 1,
        b'\n' + 1,
        b',' ^ 0x80,
        0,
        0xff,
        b'x',
        b'-',
    ];
    let mut state = 7_u64;
    for length in 0..60 {
        for _ in 0..200 {
            let text: Vec<u8> = (0..length)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    // Fields of all lengths: ends are rare in long ones.
                    let wide = 3 + length;
                    let nth = (state >> 33) as usize % (wide * 2);
                    signs.get(nth).copied().unwrap_or(b'z')
                })
                .collect();
            let expected = text.iter().position(|byte| b",\n\r".contains(byte));
            assert_eq!(end_of_field(b',', &text), expected, "{text:?}");
        }
    }
}

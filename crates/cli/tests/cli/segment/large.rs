//! Files of a million rows.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};

use super::NOW;
use crate::program::Place;

const ROWS: u64 = 1_000_000;

/// Writes rows of eight columns, from a generator with a fixed seed; gives how many the rule of the
/// test has.
fn write(place: &Place) -> u64 {
    let mut to = BufWriter::new(File::create(place.path("c.csv")).unwrap());
    writeln!(to, "id,visits,spend,province,last_visit,city,agreed,birth").unwrap();
    let provinces = ["Azuay", "Guayas", "Loja", "\"El Oro, sur\"", ""];
    let (mut state, mut members, mut line) = (7_u64, 0, String::new());
    for n in 0..ROWS {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let x = state >> 33;
        let visits = x % 11;
        line.clear();
        let province = provinces[(x / 11 % 5) as usize];
        let (month, day) = (x / 55 % 12 + 1, x / 660 % 28 + 1);
        let spend = x % 200_000 * 100 + x % 100;
        // Ninety days before 21 November is 23 August.
        let is_old = (month, day) < (8, 23);
        let is_near = matches!(x / 11 % 5, 0 | 3);
        members += u64::from(visits >= 6 && spend >= 100_050 && is_old && is_near && x % 2 == 0);
        writeln!(
            line,
            "C-{n:07},{visits},{}.{:02},{province},2026-{month:02}-{day:02},Ciudad {},{},\
             19{:02}-01-01",
            spend / 100,
            spend % 100,
            x % 300,
            if x % 2 == 0 { "sí" } else { "no" },
            x % 100,
        )
        .unwrap();
        to.write_all(line.as_bytes()).unwrap();
    }
    to.into_inner().unwrap();
    members
}

#[test]
fn a_million_rows_in_little_memory() {
    let place = Place::new();
    let expected = write(&place);
    assert!(expected > 10_000, "{expected}");
    // The shell can bound the memory of what it starts, in kilobytes of addresses; threads reserve
    // some of those that they never use.
    let rule = "visits >= 6 and spend >= 1000.50 and last_visit older than 90 days and \
                province in (\"Azuay\", \"El Oro, sur\") and agreed = true";
    let line = format!(
        "ulimit -v 400000; $PREGON segment --customers c.csv --now {NOW} --rule '{rule}' \
         --ids > ids && LC_ALL=C sort -c ids && wc -l < ids"
    );
    let said = place.shell(&line).succeeds();
    assert_eq!(said.out.trim(), expected.to_string());
}

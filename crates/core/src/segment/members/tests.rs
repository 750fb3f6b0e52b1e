//! Samples, overlaps and counts agree with going through all rows.

use std::collections::HashMap;

use super::*;

fn members(rows: usize, segments: &[fn(usize) -> bool]) -> Members {
    let names = (0..segments.len()).map(|n| format!("s{n}").parse().expect("a name"));
    let bitmaps: Vec<Bitmap> = segments
        .iter()
        .map(|has| {
            let mut bitmap = Bitmap::none(rows);
            (0..rows).filter(|row| has(*row)).for_each(|row| {
                bitmap.set(row, true);
            });
            bitmap
        })
        .collect();
    let counts = bitmaps.iter().map(|bitmap| bitmap.count() as u64).collect();
    Members::new(names.collect(), bitmaps, counts)
}

#[test]
fn overlaps_and_pairs() {
    let members = members(
        200,
        &[|row| row % 2 == 0, |row| row % 3 == 0, |row| row == 66],
    );
    assert_eq!(
        members.none(),
        (0..200).filter(|row| row % 2 != 0 && row % 3 != 0).count()
    );
    let overlap: Vec<_> = members.overlap(2).rows().collect();
    let sixths = (0..200)
        .step_by(6)
        .filter(|row| *row != 66)
        .map(|row| (row, 2));
    assert_eq!(overlap, Vec::from_iter([(66, 3)].into_iter().chain(sixths)));
    assert_eq!(members.overlap(0).customers(), 200);
    let pairs = members.pairs();
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(a, b, n)| (a.as_str(), b.as_str(), *n))
        .collect();
    assert_eq!(pairs, [("s0", "s1", 34), ("s0", "s2", 1), ("s1", "s2", 1)]);
    assert_eq!((members.count("s2"), members.count("nobody")), (1, 0));
    assert_eq!(members.rows("nobody"), None);
}

#[test]
fn samples_are_members_and_the_same_for_a_seed() {
    let members = members(1000, &[|row| row % 7 == 3]);
    let all: Vec<usize> = (0..1000).filter(|row| row % 7 == 3).collect();
    for n in [0, 1, 10, 142, 143, 500] {
        let sample = members.sample("s0", n, 5);
        assert_eq!(sample.len(), n.min(all.len()));
        assert!(sample.is_sorted() && sample.iter().all(|row| all.contains(row)));
        assert_eq!(sample, members.sample("s0", n, 5));
    }
    assert_eq!(members.sample("s0", 1000, 1), all);
    assert!(members.sample("nobody", 3, 1).is_empty());
}

#[test]
fn every_choice_is_equally_likely() {
    let members = members(300, &[|row| row % 60 == 7]);
    let mut seen: HashMap<Vec<usize>, u32> = HashMap::new();
    for seed in 0..10_000 {
        *seen.entry(members.sample("s0", 2, seed)).or_default() += 1;
    }
    // Ten choices of two of five; the chance of one outside of these bounds is below 10^-9.
    assert_eq!(seen.len(), 10);
    assert!(
        seen.values().all(|times| (800..1200).contains(times)),
        "{seen:?}"
    );
}

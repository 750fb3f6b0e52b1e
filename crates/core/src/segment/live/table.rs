//! What each value of a column decides.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::values::Values;

/// The values of a column parted into stretches of codes that no rule tells apart.
///
/// A stretch has a *class*, and a class has bits: which of the questions that are asked of the
/// column are answered yes. A value that moves within its class changes nothing.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// Where each stretch begins, the first with the first code.
    starts: Vec<i64>,
    /// The class of each stretch.
    classes: Vec<u32>,
    /// The class of having no value.
    missing: u32,
    /// The bits of every class, one after the other.
    words: Vec<u64>,
    /// How many words of bits a class has.
    width: usize,
    /// Classes by their bits.
    known: HashMap<Box<[u64]>, u32>,
}

/// Codes that two tables see differently: from the one to the other, and their classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) low: i64,
    pub(crate) high: i64,
    pub(crate) old: u32,
    pub(crate) new: u32,
}

impl Table {
    /// A table of so many words a class: each question has its values and the bits that it sets.
    pub(crate) fn new<'a>(width: usize, asked: &[(Values, &'a [u32])]) -> Self {
        let mut table = Self {
            starts: Vec::new(),
            classes: Vec::new(),
            missing: 0,
            words: Vec::new(),
            width,
            known: HashMap::new(),
        };
        let mut bits = vec![0; width];
        for (_, places) in asked.iter().filter(|(values, _)| values.missing) {
            toggle(&mut bits, places);
        }
        table.missing = table.class_with(&bits);

        let mut edges: Vec<(i64, &'a [u32])> = Vec::new();
        for (values, places) in asked {
            for (low, high) in values.codes.ranges() {
                edges.push((*low, places));
                edges.extend(high.checked_add(1).map(|after| (after, *places)));
            }
        }
        edges.sort_unstable_by_key(|(at, _)| *at);
        bits.fill(0);
        let (mut from, mut next) = (i64::MIN, 0);
        loop {
            while let Some((_, places)) = edges.get(next).filter(|(at, _)| *at == from) {
                toggle(&mut bits, places);
                next += 1;
            }
            table.push(from, &bits);
            let Some((at, _)) = edges.get(next) else {
                break;
            };
            from = *at;
        }
        table
    }

    /// The class of a value.
    pub(crate) fn class(&self, code: Option<i64>) -> u32 {
        match code {
            Some(code) => self.classes[self.starts.partition_point(|start| *start <= code) - 1],
            None => self.missing,
        }
    }

    /// The bits of a class.
    pub(crate) fn bits(&self, class: u32) -> &[u64] {
        &self.words[class as usize * self.width..][..self.width]
    }

    /// Gives the codes from this one on these bits: it comes after all that were looked up so far.
    pub(crate) fn append(&mut self, code: i64, bits: &[u64]) {
        while self.starts.last().is_some_and(|start| *start >= code) {
            self.starts.pop();
            self.classes.pop();
        }
        self.push(code, bits);
    }

    /// Where another table, of the same questions, has other bits.
    pub(crate) fn differences(&self, new: &Self) -> Vec<Piece> {
        let (mut pieces, mut low, mut a, mut b) = (Vec::new(), i64::MIN, 0, 0);
        loop {
            let after = |starts: &[i64], at: usize| starts.get(at + 1).copied();
            let (end_a, end_b) = (after(&self.starts, a), after(&new.starts, b));
            let next = match (end_a, end_b) {
                (Some(x), Some(y)) => Some(x.min(y)),
                (x, y) => x.or(y),
            };
            let (old, class) = (self.classes[a], new.classes[b]);
            if self.bits(old) != new.bits(class) {
                pieces.push(Piece {
                    low,
                    high: next.map_or(i64::MAX, |next| next - 1),
                    old,
                    new: class,
                });
            }
            let Some(next) = next else {
                return pieces;
            };
            a += usize::from(end_a == Some(next));
            b += usize::from(end_b == Some(next));
            low = next;
        }
    }

    /// How many bytes it takes, its hashes apart.
    pub(crate) fn bytes(&self) -> usize {
        // The bits stand in the words and in the map.
        self.starts.len() * 12 + self.words.len() * 16
    }

    fn push(&mut self, from: i64, bits: &[u64]) {
        let class = self.class_with(bits);
        if self.classes.last() != Some(&class) {
            self.starts.push(from);
            self.classes.push(class);
        }
    }

    fn class_with(&mut self, bits: &[u64]) -> u32 {
        let next = self.known.len() as u32;
        match self.known.entry(bits.into()) {
            Entry::Occupied(class) => *class.get(),
            Entry::Vacant(place) => {
                self.words.extend_from_slice(bits);
                *place.insert(next)
            }
        }
    }
}

fn toggle(bits: &mut [u64], places: &[u32]) {
    for place in places {
        bits[*place as usize / 64] ^= 1 << (place % 64);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::code_set::CodeSet;
    use super::{Piece, Table, Values};

    fn values(ranges: &[(i64, i64)], missing: bool) -> Values {
        let codes = CodeSet::of(ranges.iter().copied());
        Values { codes, missing }
    }

    fn bits(table: &Table, code: Option<i64>) -> u64 {
        table.bits(table.class(code))[0]
    }

    #[test]
    fn every_value_has_the_bits_of_what_it_answers() {
        let asked = [
            (values(&[(5, 9)], false), &[0][..]),
            (values(&[(i64::MIN, 6), (20, i64::MAX)], true), &[1, 2]),
        ];
        let mut table = Table::new(1, &asked);
        let found = [i64::MIN, 4, 5, 6, 7, 9, 10, 19, 20, i64::MAX].map(|n| bits(&table, Some(n)));
        assert_eq!(found, [6, 6, 7, 7, 1, 1, 0, 0, 6, 6]);
        assert_eq!(bits(&table, None), 6);
        assert_eq!(
            table.class(None),
            table.class(Some(4)),
            "classes are shared"
        );
        table.append(21, &[1]);
        assert_eq!([20, 21, 99].map(|n| bits(&table, Some(n))), [6, 1, 1]);
        table.append(22, &[6]);
        assert_eq!([20, 21, 99].map(|n| bits(&table, Some(n))), [6, 1, 6]);
    }

    #[test]
    fn differences_are_the_codes_that_answer_otherwise() {
        let table = |low| Table::new(1, &[(values(&[(low, 9)], false), &[0][..])]);
        let (old, new) = (table(3), table(5));
        let piece = Piece {
            low: 3,
            high: 4,
            old: old.class(Some(3)),
            new: new.class(Some(3)),
        };
        assert_eq!(old.differences(&new), [piece]);
        assert!(old.differences(&old.clone()).is_empty());
        let whole = Table::new(1, &[(values(&[(i64::MIN, i64::MAX)], false), &[0][..])]);
        assert_eq!(whole.differences(&old).len(), 2, "before and after");
    }
}

//! Sets of a column's values, the missing one among them.

use super::super::code_set::CodeSet;

/// Some of the values that a column can have, and whether having none is one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Values {
    pub(crate) codes: CodeSet,
    pub(crate) missing: bool,
}

impl Values {
    /// Every value, and none.
    pub(crate) fn all() -> Self {
        Self {
            codes: CodeSet::all(),
            missing: true,
        }
    }

    #[cfg(test)]
    pub(crate) fn has(&self, code: Option<i64>) -> bool {
        code.map_or(self.missing, |code| self.codes.has(code))
    }

    /// The values that so many of these sets have, both bounds included.
    ///
    /// All of the sets, any of them, none of them and at least K of them are questions of number.
    pub(crate) fn in_so_many(sets: &[&Self], least: usize, most: usize) -> Self {
        let fits = |number: usize| least <= number && number <= most;
        let mut edges: Vec<(i64, i32)> = Vec::new();
        for (low, high) in sets.iter().flat_map(|set| set.codes.ranges()) {
            edges.push((*low, 1));
            // After the last code there is no edge.
            edges.extend(high.checked_add(1).map(|after| (after, -1)));
        }
        edges.sort_unstable();
        let (mut ranges, mut from, mut number, mut next) = (Vec::new(), i64::MIN, 0_usize, 0);
        while let Some((edge, _)) = edges.get(next) {
            if fits(number) && from < *edge {
                ranges.push((from, edge - 1));
            }
            from = *edge;
            while let Some((_, step)) = edges.get(next).filter(|(at, _)| *at == from) {
                number = number.saturating_add_signed(*step as isize);
                next += 1;
            }
        }
        if fits(number) {
            ranges.push((from, i64::MAX));
        }
        let missing = sets.iter().filter(|set| set.missing).count();
        Self {
            codes: CodeSet::of(ranges),
            missing: fits(missing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CodeSet, Values};

    const CODES: [i64; 11] = [i64::MIN, -9, 0, 1, 2, 3, 4, 5, 6, 7, i64::MAX];

    fn set(ranges: &[(i64, i64)], missing: bool) -> Values {
        let codes = CodeSet::of(ranges.iter().copied());
        Values { codes, missing }
    }

    #[test]
    fn numbers_are_counted_code_by_code() {
        let sets = [
            set(&[(1, 3), (6, i64::MAX)], true),
            set(&[(i64::MIN, 2)], false),
            set(&[(2, 2), (4, 6)], false),
            set(&[], false),
        ];
        let sets: Vec<&Values> = sets.iter().collect();
        for least in 0..5 {
            for most in least..5 {
                let found = Values::in_so_many(&sets, least, most);
                for code in CODES.map(Some).into_iter().chain([None]) {
                    let number = sets.iter().filter(|set| set.has(code)).count();
                    let fits = (least..=most).contains(&number);
                    assert_eq!(found.has(code), fits, "{code:?} in {least} to {most}");
                }
            }
        }
        assert!(Values::in_so_many(&[], 0, 0).has(None), "none of nothing");
    }
}

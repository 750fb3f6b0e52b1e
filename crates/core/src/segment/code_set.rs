//! Sets of codes: what a question about a column becomes.

/// Codes, as ranges that include both ends, in order, neither touching nor overlapping.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct CodeSet(Vec<(i64, i64)>);

impl CodeSet {
    /// No code.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Every code.
    pub(crate) fn all() -> Self {
        Self(vec![(i64::MIN, i64::MAX)])
    }

    /// The codes from the one to the other; none when the first is greater.
    pub(crate) fn range(low: i64, high: i64) -> Self {
        Self(if low <= high {
            vec![(low, high)]
        } else {
            Vec::new()
        })
    }

    /// The codes of all these ranges, in any order.
    pub(crate) fn of(ranges: impl IntoIterator<Item = (i64, i64)>) -> Self {
        let mut ranges: Vec<_> = ranges
            .into_iter()
            .filter(|(low, high)| low <= high)
            .collect();
        ranges.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match merged.last_mut() {
                // Saturating: after the last code there is nothing to touch.
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Self(merged)
    }

    /// The codes that are not in it.
    pub(crate) fn complement(&self) -> Self {
        let (mut gaps, mut next) = (Vec::new(), Some(i64::MIN));
        for (low, high) in &self.0 {
            if let Some(from) = next
                && from < *low
            {
                gaps.push((from, low - 1));
            }
            next = high.checked_add(1);
        }
        gaps.extend(next.map(|from| (from, i64::MAX)));
        Self(gaps)
    }

    /// The codes that are in both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let (mut both, mut a, mut b) = (Vec::new(), self.0.iter(), other.0.iter());
        let (mut one, mut two) = (a.next(), b.next());
        while let (Some(x), Some(y)) = (one, two) {
            let (low, high) = (x.0.max(y.0), x.1.min(y.1));
            if low <= high {
                both.push((low, high));
            }
            if x.1 < y.1 {
                one = a.next()
            } else {
                two = b.next()
            }
        }
        Self(both)
    }

    /// The codes that are in one or both.
    pub(crate) fn or(&self, other: &Self) -> Self {
        Self::of(self.0.iter().chain(&other.0).copied())
    }

    /// Whether it has the code.
    pub(crate) fn has(&self, code: i64) -> bool {
        let after = self.0.partition_point(|(low, _)| *low <= code);
        after > 0 && code <= self.0[after - 1].1
    }

    /// The ranges, in order.
    pub(crate) fn ranges(&self) -> &[(i64, i64)] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::CodeSet;

    #[test]
    fn touching_ranges_become_one() {
        let set = CodeSet::of([(5, 9), (1, 2), (3, 4), (9, 7), (20, i64::MAX)]);
        assert_eq!(set.ranges(), [(1, 9), (20, i64::MAX)]);
    }

    #[test]
    fn both_and_either_agree_with_asking_each_code() {
        let sets = [
            CodeSet::none(),
            CodeSet::all(),
            CodeSet::of([(i64::MIN, -3), (0, 0), (7, i64::MAX)]),
            CodeSet::of([(-4, 0), (2, 3), (7, 7), (9, 9)]),
            CodeSet::of([(-3, -3), (1, 8)]),
        ];
        for (a, b) in sets.iter().flat_map(|a| sets.iter().map(move |b| (a, b))) {
            for code in (-6..12).chain([i64::MIN, i64::MAX]) {
                assert_eq!(
                    a.and(b).has(code),
                    a.has(code) && b.has(code),
                    "{a:?} {b:?}"
                );
                assert_eq!(a.or(b).has(code), a.has(code) || b.has(code), "{a:?} {b:?}");
            }
            let again = CodeSet::of(a.and(b).ranges().iter().copied());
            assert_eq!(a.and(b), again, "in order and apart");
        }
    }

    #[test]
    fn a_complement_has_what_is_not_there() {
        for set in [
            CodeSet::none(),
            CodeSet::all(),
            CodeSet::of([(i64::MIN, -3), (0, 0), (7, i64::MAX)]),
        ] {
            let other = set.complement();
            for code in [i64::MIN, -4, -3, -2, -1, 0, 1, 6, 7, i64::MAX] {
                assert_ne!(set.has(code), other.has(code), "{code} of {set:?}");
            }
            assert_eq!(other.complement(), set);
        }
    }
}

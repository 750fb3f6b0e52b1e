//! Sets of values that have an order, as ranges of them.

/// A place between values: before or after one of them, or at an end of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edge<T> {
    /// Before every value.
    Min,
    /// Before this value, or, with `true`, after it.
    At(T, bool),
    /// After every value.
    Max,
}

/// Disjoint ranges in ascending order, each from its first edge to its second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ranges<T>(Vec<(Edge<T>, Edge<T>)>);

impl<T: Ord + Copy> Ranges<T> {
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    pub(super) fn all() -> Self {
        Self(vec![(Edge::Min, Edge::Max)])
    }

    pub(super) fn between(low: Edge<T>, high: Edge<T>) -> Self {
        Self(if low < high {
            vec![(low, high)]
        } else {
            Vec::new()
        })
    }

    pub(super) fn one(value: T) -> Self {
        Self::between(Edge::At(value, false), Edge::At(value, true))
    }

    /// What is in any of them.
    pub(super) fn union(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut left: Vec<_> = parts.into_iter().flat_map(|ranges| ranges.0).collect();
        left.sort_unstable();
        let mut joined: Vec<(Edge<T>, Edge<T>)> = Vec::with_capacity(left.len());
        for (low, high) in left {
            match joined.last_mut() {
                Some(last) if low <= last.1 => last.1 = last.1.max(high),
                _ => joined.push((low, high)),
            }
        }
        Self(joined)
    }

    pub(super) fn complement(&self) -> Self {
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        let mut from = Edge::Min;
        for (low, high) in &self.0 {
            if from < *low {
                gaps.push((from, *low));
            }
            from = *high;
        }
        if from < Edge::Max {
            gaps.push((from, Edge::Max));
        }
        Self(gaps)
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        Self::union([self.complement(), other.complement()]).complement()
    }

    pub(super) fn contains(&self, value: T) -> bool {
        let (before, after) = (Edge::At(value, false), Edge::At(value, true));
        let holds = |(low, high): &(Edge<T>, Edge<T>)| *low <= before && after <= *high;
        self.0.iter().any(holds)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Edge<T>, Edge<T>)> {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The members between 0 and 9.
    fn members(ranges: &Ranges<i32>) -> Vec<i32> {
        (0..10).filter(|n| ranges.contains(*n)).collect()
    }

    fn from_to(low: i32, high: i32) -> Ranges<i32> {
        Ranges::between(Edge::At(low, false), Edge::At(high, true))
    }

    #[test]
    fn ranges_are_sets() {
        let set = Ranges::union([from_to(2, 4), Ranges::one(7), from_to(3, 5)]);
        assert_eq!(members(&set), [2, 3, 4, 5, 7]);
        assert_eq!(set.iter().count(), 2);
        assert_eq!(members(&set.complement()), [0, 1, 6, 8, 9]);
        assert_eq!(members(&set.intersection(&from_to(5, 9))), [5, 7]);
        assert_eq!(set.complement().complement(), set);
        assert_eq!(Ranges::<i32>::none().complement(), Ranges::all());
        assert_eq!(members(&from_to(5, 4)), [0; 0]);
    }
}

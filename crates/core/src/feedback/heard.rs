//! All that came back of one message.

use std::fmt;

use super::FeedbackKind;

/// The kinds of feedback that came back of one dispatch. It only grows.
///
/// Sets with union are a join-semilattice (commutative, associative, idempotent), so reports that
/// come twice, late or in another order end in the same set; what a report shows is a function of
/// the set alone.
///
/// ```
/// # use pregon_core::{FeedbackKind, Heard};
/// let late = Heard::NOTHING.with(FeedbackKind::Opened).with(FeedbackKind::Delivered);
/// let early = Heard::NOTHING.with(FeedbackKind::Delivered).with(FeedbackKind::Opened);
/// assert_eq!(late, early);
/// assert_eq!(late.status(), Some(FeedbackKind::Opened));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Heard(u16);

impl Heard {
    /// Nothing came back.
    pub const NOTHING: Self = Self(0);

    /// With this kind too.
    #[must_use]
    pub const fn with(self, kind: FeedbackKind) -> Self {
        Self(self.0 | 1 << kind as u16)
    }

    /// What came back here or there.
    #[must_use]
    pub const fn join(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this kind came back.
    #[must_use]
    pub const fn has(self, kind: FeedbackKind) -> bool {
        self.0 & 1 << kind as u16 != 0
    }

    /// The kinds that came back, the lightest first.
    pub fn kinds(self) -> impl DoubleEndedIterator<Item = FeedbackKind> {
        FeedbackKind::all().filter(move |kind| self.has(*kind))
    }

    /// What weighs most of it: what a report shows. `None` when nothing came back.
    #[must_use]
    pub fn status(self) -> Option<FeedbackKind> {
        self.kinds().next_back()
    }

    /// Whether nothing more comes back: it never arrived, or its person wants no more of it. One
    /// that arrived stays open, since people answer later.
    #[must_use]
    pub fn is_closed(self) -> bool {
        use FeedbackKind::{BouncedHard, Complained, Failed, Unsubscribed};
        let ends = [Failed, BouncedHard, Unsubscribed, Complained];
        ends.into_iter().any(|end| self.has(end))
    }

    /// The bits that a store keeps.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// What a store kept; bits that mean nothing are dropped.
    #[must_use]
    pub fn from_bits(bits: u16) -> Self {
        let known = FeedbackKind::all().fold(Self::NOTHING, Self::with);
        Self(bits & known.0)
    }
}

impl FromIterator<FeedbackKind> for Heard {
    fn from_iter<I: IntoIterator<Item = FeedbackKind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::NOTHING, Self::with)
    }
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.kinds()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds() -> impl Strategy<Value = Vec<FeedbackKind>> {
        let all: Vec<FeedbackKind> = FeedbackKind::all().collect();
        prop::collection::vec(prop::sample::select(all), 0..7)
    }

    /// Some reports, and the same in another order.
    fn both_ways() -> impl Strategy<Value = (Vec<FeedbackKind>, Vec<FeedbackKind>)> {
        kinds().prop_flat_map(|it| (Just(it.clone()), Just(it).prop_shuffle()))
    }

    proptest! {
        #[test]
        fn every_order_and_repetition_ends_the_same(
            (sent, shuffled) in both_ways(),
            again in kinds(),
        ) {
            let once: Heard = sent.iter().copied().collect();
            let twice: Heard = shuffled.iter().chain(&sent).copied().collect();
            prop_assert_eq!(once, twice);
            prop_assert_eq!(once.status(), sent.iter().copied().max());
            let more: Heard = again.iter().copied().collect();
            prop_assert_eq!(once.join(more), more.join(once));
            prop_assert!(once.join(more).status() >= once.status(), "it only moves forward");
        }

        #[test]
        fn what_is_kept_is_read_again(bits: u16) {
            let read = Heard::from_bits(bits);
            prop_assert_eq!(Heard::from_bits(read.bits()), read);
        }
    }

    #[test]
    fn closed_is_what_never_arrived_or_was_refused() {
        for kind in FeedbackKind::all() {
            let ends = kind.suppresses() || kind == FeedbackKind::Failed;
            assert_eq!(Heard::NOTHING.with(kind).is_closed(), ends, "{kind}");
        }
    }
}

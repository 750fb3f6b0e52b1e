//! Counts of what came back, as both databases give them.

use pregon_core::{BrandId, SenderName, Tally};

/// Complaints, dead addresses and refusals as a row has them.
pub(crate) fn tally((complained, bounced, refused): (i64, i64, i64)) -> Tally {
    Tally {
        complained: complained.unsigned_abs(),
        bounced: bounced.unsigned_abs(),
        refused: refused.unsigned_abs(),
    }
}

/// A sender's brand as routes have it: empty where it has none.
pub(crate) fn brand(by: &SenderName) -> &str {
    by.brand.as_ref().map_or("", BrandId::as_str)
}

#[cfg(test)]
mod tests {
    use pregon_core::{FeedbackKind, Guard, Heard};

    /// The bits and the bound that the statements of both databases write.
    #[test]
    fn bad_ends_are_the_heaviest_bits() {
        let bits = Guard::WATCHED.map(|kind| Heard::NOTHING.with(kind).bits());
        assert_eq!(bits, [4096, 1024, 2048]);
        let others = FeedbackKind::all().filter(|kind| !Guard::WATCHED.contains(kind));
        let others: Heard = others.collect();
        assert!(
            others.bits() < 1024,
            "so that `kinds >= 1024` are those and no others"
        );
    }
}

//! How days are gone through: row by row where they flip, or all customers at once.

use super::Live;
use super::advance::Stretch;
use super::span::Span;

/// How days are gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// As it costs least.
    Cheapest,
    /// Row by row.
    #[cfg(test)]
    Each,
    /// All at once.
    #[cfg(test)]
    Whole,
}

/// One chunk in so many is looked at for how much there is to do.
const SAMPLE: usize = 8;

/// What things cost, in about a nanosecond each on the machines of today; only the ratios count.
mod cost {
    pub(super) const DIRECT: usize = 3;
    pub(super) const LOOK: usize = 200;
    pub(super) const ACTIVITIES: usize = 1_000;
    pub(super) const WHOLE: usize = 50_000;
    pub(super) const ACTIVITY: usize = 20;
}

impl Live {
    /// Whether all customers at once cost less than those for whom these make a difference.
    pub(super) fn is_whole(&self, pace: Pace, stretches: &[Stretch], spans: &[Span]) -> bool {
        match pace {
            Pace::Cheapest => self.cost(stretches, spans) > self.cost_of_all(),
            #[cfg(test)]
            Pace::Each => false,
            #[cfg(test)]
            Pace::Whole => true,
        }
    }

    fn cost(&self, stretches: &[Stretch], spans: &[Span]) -> usize {
        let mut cost = 0;
        for stretch in stretches {
            let each = stretch.direct.len() * cost::DIRECT;
            let each = each + if stretch.more { cost::LOOK } else { 0 };
            let Some(days) = &self.days[stretch.slot] else {
                continue;
            };
            let sample = (0..days.chunks()).step_by(SAMPLE);
            let rows = sample.map(|chunk| days.about(chunk, stretch.low, stretch.high));
            cost += rows.sum::<usize>() * SAMPLE * each;
        }
        for span in spans {
            let days = &self.activity_days[span.index];
            let sample = (0..days.chunks()).step_by(SAMPLE);
            let rows = sample.map(|chunk| days.about(chunk, (span.low, span.high)));
            cost += rows.sum::<usize>() * SAMPLE * cost::ACTIVITIES;
        }
        cost
    }

    fn cost_of_all(&self) -> usize {
        let tables = self.population.activity_tables().iter();
        let activities: usize = tables.map(|table| table.len()).sum();
        let rows = self.population.len() * (self.names.len() + 5) / 16;
        cost::WHOLE + rows + activities * cost::ACTIVITY
    }
}

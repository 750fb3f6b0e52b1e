//! How much a pass does before it gives way.

use std::time::Duration;

/// How much a pass does before it gives way, and how much at once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// How many items a source is asked for at once.
    pub page: u32,
    /// How many pages a pass plans at most.
    pub pages: u32,
    /// How many dispatches are claimed at once: one reading of the source serves them all.
    pub claim: u32,
    /// How many dispatches a turn may begin: what the channels can start within the deadline.
    pub begin: u32,
    /// How many messages are on their way at once.
    pub in_flight: usize,
    /// How many dispatches a pass claims at most.
    pub dispatches: u32,
    /// How long after its turn a message may still leave. A process that was frozen for longer
    /// gives the dispatch back, because meanwhile the person may have refused.
    pub deadline: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            page: 1000,
            pages: 10,
            claim: 1000,
            begin: 128,
            in_flight: 8,
            dispatches: 10_000,
            deadline: Duration::from_secs(10),
        }
    }
}

impl Pace {
    /// With so many messages on their way at once.
    #[must_use]
    pub fn with_in_flight(mut self, in_flight: usize) -> Self {
        self.in_flight = in_flight.max(1);
        self
    }

    /// With so many dispatches at most in a turn.
    #[must_use]
    pub fn with_begin(mut self, begin: u32) -> Self {
        self.begin = begin.max(1);
        self
    }

    /// With so many dispatches claimed at once.
    #[must_use]
    pub fn with_claim(mut self, claim: u32) -> Self {
        self.claim = claim.max(1);
        self
    }

    /// With so many items a page and pages a pass.
    #[must_use]
    pub fn with_pages(mut self, page: u32, pages: u32) -> Self {
        (self.page, self.pages) = (page.max(1), pages.max(1));
        self
    }

    /// With so many dispatches at most in a pass.
    #[must_use]
    pub fn with_dispatches(mut self, dispatches: u32) -> Self {
        self.dispatches = dispatches.max(1);
        self
    }

    /// With so long after its turn in which a message may still leave.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}

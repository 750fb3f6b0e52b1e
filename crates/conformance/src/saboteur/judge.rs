//! A judge whose words do not reach the store as they were said.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use pregon_core::{Allowance, Candidate, Judge, Quota, Window};

use super::StoreFault;

/// What a store hears that does not listen well.
#[derive(Debug)]
pub(super) struct Misheard {
    pub(super) judge: Arc<dyn Judge>,
    pub(super) fault: StoreFault,
}

impl Misheard {
    fn quota(&self, mut quota: Quota) -> Quota {
        match (self.fault, quota.window) {
            (StoreFault::LetsOneTooManyThrough, _) => quota.most += 1,
            (StoreFault::TakesPlacesThatAreOnlyAskedFor, _) => quota.takes = true,
            (StoreFault::ShortensWindows, Window::Calendar { from, to }) => {
                let (from, to) = (from + Duration::hours(1), to);
                quota.window = Window::Calendar { from, to };
            }
            (StoreFault::ShortensWindows, Window::Rolling { length }) => {
                let length = pregon_core::Length::from_secs(length.secs() - 1);
                quota.window = Window::Rolling { length };
            }
            _ => {}
        }
        quota
    }
}

impl Judge for Misheard {
    fn quotas(&self, it: &Candidate, at: DateTime<Utc>) -> Vec<Quota> {
        let mut quotas = self.judge.quotas(it, at);
        if self.fault == StoreFault::AsksOneLimitOnly {
            quotas.truncate(1);
        }
        quotas.into_iter().map(|quota| self.quota(quota)).collect()
    }

    fn quiet_until(&self, it: &Candidate, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = self.judge.quiet_until(it, at);
        until.filter(|_| self.fault != StoreFault::WritesInQuietHours)
    }

    fn allowance(&self, it: &Candidate) -> Option<Allowance> {
        let allowance = self.judge.allowance(it);
        allowance.filter(|_| self.fault != StoreFault::AsksNoBudget)
    }
}

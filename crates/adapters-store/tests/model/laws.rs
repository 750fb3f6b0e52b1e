//! Limits that follow each other.

use chrono::{DateTime, Utc};
use pregon_core::*;

use crate::support::cap;

/// Limits of people, and one of everybody in a campaign.
#[derive(Debug, Clone)]
pub(crate) struct Laws {
    caps: Vec<Cap>,
    named: Option<(&'static str, u32)>,
}

impl Judge for Laws {
    fn quotas(&self, it: &Candidate, at: DateTime<Utc>) -> Vec<Quota> {
        let mut quotas: Vec<Quota> = self
            .caps
            .iter()
            .filter_map(|cap| cap.quota(it, at))
            .collect();
        quotas.extend(self.named.map(|(rule, most)| Quota {
            rule: LimitId::new(rule).unwrap(),
            subject: Subject::Named(it.campaign.to_string()),
            most,
            window: Period::Day.window(at, it.zone),
            alert: None,
            takes: true,
            when_full: WhenFull::Defer,
        }));
        quotas
    }
    fn quiet_until(&self, _: &Candidate, _: DateTime<Utc>) -> Option<DateTime<Utc>> {
        None
    }
    fn allowance(&self, _: &Candidate) -> Option<Allowance> {
        None
    }
}

/// The limits that follow each other: renamed, gone, new, and there again.
pub(crate) fn laws(nth: u64) -> Laws {
    let two = cap("two", 2, "6h");
    let of = |caps: &[Cap], named| Laws {
        caps: caps.to_vec(),
        named,
    };
    match nth {
        0 => of(&[two, cap("day", 3, "day")], None),
        1 => of(&[cap("dos", 2, "6h"), cap("day", 4, "day")], None),
        2 => of(&[two], Some(("everybody", 30))),
        3 => of(&[], Some(("everybody", 40))),
        _ => of(
            &[cap("dos", 2, "6h"), cap("month", 9, "month")],
            Some(("todos", 50)),
        ),
    }
}

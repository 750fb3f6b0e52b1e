//! What happened, moment by moment, and what the books have in the end: to be compared.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pregon::{BookEntry, DispatchId, KnownLimit, PassReport, Place, Reason};

use super::house::Spa;

/// What one call of the spa's machine did.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Moment {
    pub(crate) at: DateTime<Utc>,
    planned: u64,
    deferred: BTreeMap<Reason, u64>,
    refused: BTreeMap<Reason, u64>,
    /// When it wanted to be called again.
    next: Option<DateTime<Utc>>,
    /// What the channels were given, in this order.
    pub(crate) sent: Vec<DispatchId>,
}

/// All that a story leaves behind.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Trace {
    pub(crate) moments: Vec<Moment>,
    pub(crate) entries: Vec<BookEntry>,
    pub(crate) places: Vec<Place>,
    pub(crate) limits: Vec<KnownLimit>,
}

impl Spa {
    /// Notes what a moment did.
    pub(crate) fn note(&self, at: DateTime<Utc>, report: &PassReport) {
        let mut moments = self.moments.lock().unwrap();
        let known: usize = moments.iter().map(|moment| moment.sent.len()).sum();
        let channels = [&self.sms, &self.email];
        let all = channels.map(|channel| channel.sent().into_iter().map(|sent| sent.id));
        let all: Vec<DispatchId> = all.into_iter().flatten().collect();
        let before: Vec<DispatchId> = moments.iter().flat_map(|it| it.sent.clone()).collect();
        let sent: Vec<_> = all
            .iter()
            .filter(|id| !before.contains(id))
            .copied()
            .collect();
        assert_eq!(
            (known + sent.len(), sent.len() as u64),
            (all.len(), report.accepted),
            "each came once, and is counted"
        );
        moments.push(Moment {
            at,
            planned: report.planned,
            deferred: report.deferred.clone(),
            refused: report.refused.clone(),
            next: report.next,
            sent,
        });
    }

    /// Everything that happened so far.
    pub(crate) async fn trace(&self) -> Trace {
        let (mut entries, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.entries(after.as_ref(), 50).await.unwrap();
            entries.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let (mut places, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.places(after.as_ref(), 50).await.unwrap();
            places.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        // The order of subjects and of words, and how many rules share a row, are a store's own.
        let one_a_rule = |place: Place| {
            let rules = place.rules.clone().into_iter();
            rules.map(move |rule| Place {
                rules: vec![rule],
                ..place.clone()
            })
        };
        let mut places: Vec<Place> = places.into_iter().flat_map(one_a_rule).collect();
        let id = |place: &Place| place.dispatch.as_ref().map(|(id, ..)| id.to_string());
        places.sort_by_key(|place| (place.subject, place.at, id(place), place.rules.clone()));
        for entry in &mut entries {
            entry
                .words
                .sort_by_key(|(scope, _, at)| (*at, scope.clone()));
        }
        let moments = self.moments.lock().unwrap().clone();
        let limits = self.store.known_limits().await.unwrap();
        Trace {
            moments,
            entries,
            places,
            limits,
        }
    }
}

impl Trace {
    /// Fails at the first thing that is not the same in another one.
    #[track_caller]
    pub(crate) fn assert_same(&self, other: &Self) {
        fn each<T: PartialEq + std::fmt::Debug>(these: &[T], those: &[T]) {
            let pairs = these.iter().zip(those).enumerate();
            for (nth, (this, that)) in pairs {
                assert_eq!(this, that, "the {nth}th");
            }
            assert_eq!(these.len(), those.len());
        }
        each(&self.moments, &other.moments);
        each(&self.entries, &other.entries);
        each(&self.places, &other.places);
        each(&self.limits, &other.limits);
    }
}

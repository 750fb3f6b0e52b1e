//! Which of those that want to begin may: pure, on what a store has gathered.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Duration, Utc};
use pregon_core::{
    Ask, BUDGET_AGAIN_MINS, Begun, CHANGED_AGAIN_MINS, DispatchId, Hold, LimitId, Quota, Ready,
    Reason, Transition, Verdict, WhenFull, Word,
};

use super::desk::{Desk, Life};
use super::gate::{Case, Evidence};
use super::sets::Sets;

/// A place that is taken: subject, row, and the limits that count it.
pub(crate) type Taken<'a> = (&'a [u8], i64, BTreeSet<&'a str>);

/// The gate of one turn.
pub(crate) struct Gate<'g, 'a> {
    desk: &'g mut Desk,
    ask: &'g Ask,
    sets: &'g Sets,
    evidence: Evidence<'a>,
    /// Who has begun in this turn.
    busy: HashSet<&'a [u8]>,
    /// The places that are taken.
    pub(crate) taken: Vec<Taken<'a>>,
    /// The rows that gave up an address key.
    pub(crate) moved: Vec<i64>,
}

impl<'g, 'a> Gate<'g, 'a> {
    /// A gate that nobody has passed yet.
    pub(crate) fn new(
        desk: &'g mut Desk,
        ask: &'g Ask,
        sets: &'g Sets,
        evidence: Evidence<'a>,
    ) -> Self {
        Self {
            desk,
            ask,
            sets,
            evidence,
            busy: HashSet::with_capacity(2 * ask.begin.len()),
            taken: Vec::new(),
            moved: Vec::new(),
        }
    }

    /// Lets it begin if it may. A row that is not there has no answer.
    pub(crate) fn answer(&mut self, case: &'a Case<'_>) -> Option<Begun> {
        let number = case.ready.ticket.row;
        let verdict = match self.desk.held(case.ready.ticket) {
            Some(_) if !case.ready.ticket.begun => self.judge(case),
            _ => Verdict::Stale,
        };
        self.carry_out(case, &verdict);
        let dispatch = self.desk.get(number)?.dispatch();
        Some(Begun { dispatch, verdict })
    }

    fn judge(&mut self, case: &Case<'_>) -> Verdict {
        let (ready, now) = (case.ready, self.desk.now);
        let Some(row) = self.desk.get(ready.ticket.row) else {
            return Verdict::Stale;
        };
        let (not_after, in_doubt) = (row.not_after, row.standing.in_doubt);
        match self.desk.life(&row.route.campaign) {
            Life::Active => {}
            Life::Over => return Verdict::Suppressed(Reason::Cancelled),
            Life::Asleep => return Verdict::Paused,
        }
        if not_after <= now {
            return Verdict::Expired;
        }
        if !self.readdress(ready) {
            return Verdict::Suppressed(Reason::DuplicateAddress);
        }
        if let Some(reason) = self.refused(case) {
            return Verdict::Suppressed(reason);
        }
        if case
            .places
            .iter()
            .any(|place| self.busy.contains(place.as_slice()))
        {
            return Verdict::Wait;
        }
        match self.ask.judge.quiet_until(&ready.candidate, now) {
            Some(until) if until >= not_after => return Verdict::Expired,
            Some(until) => return Verdict::Quiet { until },
            None => {}
        }
        if in_doubt {
            return Verdict::Go; // It has its places already, and keeps them.
        }
        self.full(case, not_after)
            .or_else(|| self.spent(case))
            .unwrap_or(Verdict::Go)
    }

    /// Moves the row to the address as read just now; `false` when another row has its key.
    fn readdress(&mut self, ready: &Ready) -> bool {
        let number = ready.ticket.row;
        let owners = &mut self.evidence.owners;
        let Some(row) = self.desk.get_mut(number) else {
            return false;
        };
        if ready.address_key != row.address_key {
            if let Some(key) = ready.address_key {
                if owners.get(&key).is_some_and(|owner| *owner != number) {
                    return false;
                }
                owners.insert(key, number);
            }
            if let Some(old) = row.address_key {
                // Free for the others of this turn; the row itself no longer has it.
                owners.remove(&old);
                self.moved.push(number);
            }
        }
        (row.address, row.address_key) = (Some(ready.candidate.address), ready.address_key);
        true
    }

    /// The word of the person or of the address that forbids it.
    fn refused(&self, case: &Case<'_>) -> Option<Reason> {
        let mut consented = false;
        for word in self.evidence.words(case, &case.ready.candidate) {
            match word {
                Word::OptOut => return Some(Reason::OptedOut),
                Word::OptIn => consented = true,
            }
        }
        (case.ready.needs_consent && !consented).then_some(Reason::NoConsent)
    }

    /// The limit that refuses it, and until when.
    fn full(&self, case: &Case<'_>, not_after: DateTime<Utc>) -> Option<Verdict> {
        let now = self.desk.now;
        let mut latest: Option<(DateTime<Utc>, &LimitId)> = None;
        for (quota, place) in case.counted() {
            if quota.when_full == WhenFull::Count {
                continue;
            }
            let mut taken: Vec<DateTime<Utc>> = self.taken(quota, place).collect();
            let most = quota.most as usize;
            if taken.len() < most {
                continue;
            }
            if quota.when_full == WhenFull::Drop {
                let rule = quota.rule.clone();
                return Some(Verdict::Capped { rule, until: None });
            }
            taken.sort_unstable();
            let nth = taken.get(taken.len() - most).copied().unwrap_or(now);
            let free = quota.window.frees_at(nth);
            if latest.is_none_or(|(until, _)| free > until) {
                latest = Some((free, &quota.rule));
            }
        }
        let (until, rule) = latest?;
        Some(Verdict::Capped {
            rule: rule.clone(),
            until: (until < not_after).then_some(until),
        })
    }

    /// Since when each place of a limit is taken that counts now.
    fn taken(&self, quota: &Quota, place: &[u8]) -> impl Iterator<Item = DateTime<Utc>> {
        let (from, to) = quota.window.bounds(self.desk.now);
        let counts = move |(at, set): &&(DateTime<Utc>, i64)| {
            from <= *at && *at < to && self.sets.has(*set, quota.rule.as_str())
        };
        self.evidence
            .taken(place)
            .iter()
            .filter(counts)
            .map(|(at, _)| *at)
    }

    /// Tells of the limits that come near their ends with this one.
    fn tell_what_is_near(&mut self, case: &Case<'_>) {
        for (quota, place) in case.counted() {
            if quota.alert.is_none() || !quota.takes {
                continue;
            }
            let taken = self.taken(quota, place).count() + 1;
            let row = self.desk.get(case.ready.ticket.row);
            let near = row.and_then(|row| quota.near(taken, DispatchId::from_bytes(row.key)));
            if let Some(near) = near {
                self.desk.news.tell(|| near);
            }
        }
    }

    /// Whether the budget of its campaign is spent, and when it may ask again.
    fn spent(&self, case: &Case<'_>) -> Option<Verdict> {
        let allowance = case.allowance.as_ref()?;
        let campaign = &case.ready.candidate.campaign;
        if !allowance.is_said_by(self.desk.version(campaign)) {
            let until = self.desk.now + Duration::minutes(CHANGED_AGAIN_MINS);
            return Some(Verdict::Spent { until });
        }
        let fits = self.desk.purse.fits(campaign, allowance);
        let until = self.desk.now + Duration::minutes(BUDGET_AGAIN_MINS);
        (!fits).then_some(Verdict::Spent { until })
    }

    fn carry_out(&mut self, case: &'a Case<'_>, verdict: &Verdict) {
        let now = self.desk.now;
        if *verdict == Verdict::Go {
            return self.go(case);
        }
        let number = case.ready.ticket.row;
        let Some(row) = self.desk.get_mut(number) else {
            return;
        };
        match verdict {
            Verdict::Suppressed(reason) => row.withdraw(*reason, now),
            Verdict::Expired => row.withdraw(Reason::Expired, now),
            Verdict::Capped { rule, until } => {
                match until {
                    Some(until) => row.put_back(*until, Reason::Limit, now),
                    None => row.withdraw(Reason::Limit, now),
                }
                row.rule = Some(rule.as_str().to_owned());
            }
            Verdict::Quiet { until } => row.put_back(*until, Reason::QuietHours, now),
            Verdict::Spent { until } => row.put_back(*until, Reason::Budget, now),
            Verdict::Paused => row.put_back(row.not_before, Reason::Paused, now),
            _ => {}
        }
    }

    fn go(&mut self, case: &'a Case<'_>) {
        let (now, epoch) = (self.desk.now, self.desk.epoch);
        let number = case.ready.ticket.row;
        let Some(row) = self.desk.get_mut(number) else {
            return;
        };
        let Some(hold) = row.happen(Transition::Begin, now) else {
            return;
        };
        (row.fence, row.attempts) = (row.fence + 1, row.attempts + 1);
        (row.reason, row.rule, row.epoch) = (None, None, Some(epoch));
        row.first_at = row.first_at.or(Some(now));
        row.zone = Some(case.ready.candidate.zone);
        self.busy.extend(case.places.iter().map(Vec::as_slice));
        if hold != Hold::Take {
            return;
        }
        row.charged = case.allowance.map(|its| its.price);
        let charged = row.charged.map(|price| (row.route.campaign.clone(), price));
        let by_subject = case.rules();
        let own = case.own();
        let others = by_subject
            .keys()
            .filter(|place| !own.iter().any(|mine| mine.as_slice() == **place));
        let counted: Vec<u8> = others.copied().flatten().copied().collect();
        row.counted = (!counted.is_empty()).then_some(counted);
        if let Some((campaign, price)) = charged {
            self.desk.purse.charge(&campaign, price);
        }
        let taken = by_subject.into_iter();
        self.taken
            .extend(taken.map(|(place, rules)| (place, number, rules)));
        self.tell_what_is_near(case);
    }
}

//! The gate in memory: may it begin?

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::state::{Held, Tables};
use crate::{
    Ask, Begun, CampaignState, Candidate, Event, Hold, LimitId, PreferenceEntry, Quota, Ready,
    Reason, Subject, Verdict, WhenFull, Word,
};

impl Tables {
    pub(super) fn begin(&mut self, ask: &Ask, now: DateTime<Utc>) -> Vec<Begun> {
        let mut busy = BTreeSet::new();
        ask.begin
            .iter()
            .filter_map(|ready| self.begin_one(ready, ask, now, &mut busy))
            .collect()
    }

    fn begin_one(
        &mut self,
        ready: &Ready,
        ask: &Ask,
        now: DateTime<Utc>,
        busy: &mut BTreeSet<[u8; 16]>,
    ) -> Option<Begun> {
        let held = self.held(ready.ticket, ask.epoch);
        // What has begun holds a valid fence, and must not be told to go twice.
        let Some(row) = held.filter(|_| !ready.ticket.begun) else {
            let row = usize::try_from(ready.ticket.row).ok()?;
            let dispatch = self.rows.get(row)?.dispatch(row);
            return Some(Begun {
                dispatch,
                verdict: Verdict::Stale,
            });
        };
        let quotas = ask.judge.quotas(&ready.candidate, now);
        let verdict = self.judge(row, ready, &quotas, ask, now, busy);
        match &verdict {
            Verdict::Go => self.go(row, &quotas, now, busy),
            Verdict::Suppressed(reason) => self.withdraw(row, *reason, now),
            Verdict::Expired => self.withdraw(row, Reason::Expired, now),
            Verdict::Capped { rule, until } => self.capped(row, rule, *until, now),
            Verdict::Quiet { until } => self.put_back(row, *until, Reason::QuietHours, now),
            Verdict::Paused => {
                let at = self.rows[row].plan.not_before;
                self.put_back(row, at, Reason::Paused, now);
            }
            Verdict::Wait | Verdict::Stale => {}
        }
        Some(Begun {
            dispatch: self.rows[row].dispatch(row),
            verdict,
        })
    }

    fn judge(
        &mut self,
        row: usize,
        ready: &Ready,
        quotas: &[Quota],
        ask: &Ask,
        now: DateTime<Utc>,
        busy: &BTreeSet<[u8; 16]>,
    ) -> Verdict {
        let it = &ready.candidate;
        let not_after = self.rows[row].plan.not_after;
        match self.state_of(&it.campaign) {
            Some(CampaignState::Active) => {}
            Some(CampaignState::Cancelled | CampaignState::Finished) => {
                return Verdict::Suppressed(Reason::Cancelled);
            }
            _ => return Verdict::Paused,
        }
        if not_after <= now {
            return Verdict::Expired;
        }
        if !self.readdress(row, it.address, ready.address_key) {
            return Verdict::Suppressed(Reason::DuplicateAddress);
        }
        if let Some(reason) = self.refused(it, ready.needs_consent) {
            return Verdict::Suppressed(reason);
        }
        if subjects(it, quotas).any(|subject| busy.contains(&subject)) {
            return Verdict::Wait;
        }
        match ask.judge.quiet_until(it, now) {
            Some(until) if until >= not_after => return Verdict::Expired,
            Some(until) => return Verdict::Quiet { until },
            None => {}
        }
        if self.rows[row].standing.in_doubt {
            return Verdict::Go; // It has its places already, and keeps them.
        }
        self.full(quotas, not_after, now).unwrap_or(Verdict::Go)
    }

    /// The word of the person or of the address that forbids it.
    fn refused(&self, it: &Candidate, needs_consent: bool) -> Option<Reason> {
        let about = |entry: &&PreferenceEntry| {
            let word = &entry.preference;
            it.subjects().contains(&word.subject)
                && word.scope.covers(&it.channel, &it.purpose, it.class)
        };
        // The latest word on a scope holds, so an earlier one counts only if none came after it.
        let standing = |entry: &&PreferenceEntry| {
            let same = |other: &PreferenceEntry| {
                other.preference.subject == entry.preference.subject
                    && other.preference.scope == entry.preference.scope
            };
            self.words
                .iter()
                .rev()
                .find(|other| same(other))
                .is_some_and(|l| std::ptr::eq(l, *entry))
        };
        let mut said: Vec<Word> = Vec::new();
        said.extend(
            self.words
                .iter()
                .filter(about)
                .filter(standing)
                .map(|e| e.preference.word),
        );
        if said.contains(&Word::OptOut) {
            return Some(Reason::OptedOut);
        }
        (needs_consent && !said.contains(&Word::OptIn)).then_some(Reason::NoConsent)
    }

    /// The limit that refuses it, and until when.
    fn full(
        &self,
        quotas: &[Quota],
        not_after: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<Verdict> {
        let mut latest: Option<(DateTime<Utc>, LimitId)> = None;
        for quota in quotas
            .iter()
            .filter(|quota| quota.when_full != WhenFull::Count)
        {
            let (from, to) = quota.window.bounds(now);
            let subject = quota.subject.code();
            let mut taken: Vec<DateTime<Utc>> = self
                .holds
                .iter()
                .filter(|h| {
                    h.rule == quota.rule && h.subject == subject && from <= h.at && h.at < to
                })
                .map(|held| held.at)
                .collect();
            if taken.len() < quota.most as usize {
                continue;
            }
            if quota.when_full == WhenFull::Drop {
                return Some(Verdict::Capped {
                    rule: quota.rule.clone(),
                    until: None,
                });
            }
            taken.sort_unstable();
            let nth = taken
                .len()
                .checked_sub(quota.most as usize)
                .and_then(|at| taken.get(at));
            let free = quota.window.frees_at(nth.copied().unwrap_or(now));
            if latest.as_ref().is_none_or(|(until, _)| free > *until) {
                latest = Some((free, quota.rule.clone()));
            }
        }
        let (until, rule) = latest?;
        Some(Verdict::Capped {
            rule,
            until: (until < not_after).then_some(until),
        })
    }

    fn capped(
        &mut self,
        row: usize,
        rule: &LimitId,
        until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) {
        match until {
            Some(until) => self.put_back(row, until, Reason::Limit, now),
            None => self.withdraw(row, Reason::Limit, now),
        }
        self.rows[row].rule = Some(rule.clone());
    }

    fn go(
        &mut self,
        row: usize,
        quotas: &[Quota],
        now: DateTime<Utc>,
        busy: &mut BTreeSet<[u8; 16]>,
    ) {
        let takes = self.rows[row]
            .standing
            .after(Event::Begin)
            .map(|change| change.hold);
        if !self.happen(row, Event::Begin, now) {
            return;
        }
        let it = &mut self.rows[row];
        (it.fence, it.attempts, it.reason, it.rule) = (it.fence + 1, it.attempts + 1, None, None);
        it.first_at = it.first_at.or(Some(now));
        let customer = Subject::Customer(it.plan.key.customer.clone()).code();
        let address = it.plan.address.map(|hash| Subject::Address(hash).code());
        busy.extend([Some(customer), address].into_iter().flatten());
        for quota in quotas {
            let subject = quota.subject.code();
            busy.insert(subject);
            if quota.takes && takes == Some(Hold::Take) {
                self.holds.push(Held {
                    rule: quota.rule.clone(),
                    subject,
                    at: now,
                    row,
                });
            }
        }
    }
}

fn subjects<'a>(it: &Candidate, quotas: &'a [Quota]) -> impl Iterator<Item = [u8; 16]> + use<'a> {
    let own = it.subjects().map(|subject| subject.code());
    own.into_iter()
        .chain(quotas.iter().map(|quota| quota.subject.code()))
}

//! The gate in memory: may it begin?

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::state::{Held, Tables};
use crate::{
    Ask, BUDGET_AGAIN_MINS, Begun, CHANGED_AGAIN_MINS, CampaignId, CampaignState, Candidate, Hold,
    KnownLimit, LimitId, PreferenceEntry, Quota, Ready, Reason, Spent, Subject, Transition,
    Verdict, WhenFull, Word,
};

impl Tables {
    /// Gives limits that are new here the places that they would have counted.
    fn learn_limits(&mut self, ask: &Ask, now: DateTime<Utc>) {
        let quotas = ask
            .begin
            .iter()
            .flat_map(|ready| ask.judge.quotas(&ready.candidate, now));
        let mut unseen = BTreeSet::new();
        for quota in quotas {
            let (rule, law) = (quota.rule.clone(), quota.law());
            match self.limits.get(&rule) {
                Some(known) if known.law == law => continue,
                Some(_) => {}
                None => drop(unseen.insert(rule.clone())),
            }
            let since = now;
            self.limits
                .insert(rule.clone(), KnownLimit { rule, law, since });
        }
        if unseen.is_empty() {
            return;
        }
        for row in 0..self.rows.len() {
            let it = &self.rows[row];
            let entry = self.entry(row);
            let Some((candidate, at)) = entry.candidate().zip(it.began_at) else {
                continue;
            };
            if !it.standing.state.counts() {
                continue;
            }
            for quota in ask.judge.quotas(&candidate, now) {
                let counts = at >= quota.window.bounds(now).0;
                if counts && quota.takes && unseen.contains(&quota.rule) {
                    let (rule, subject) = (quota.rule.clone(), quota.subject.code());
                    self.holds.push(Held {
                        rule,
                        subject,
                        at,
                        row,
                    });
                }
            }
        }
    }

    pub(super) fn begin(&mut self, ask: &Ask, now: DateTime<Utc>) -> Vec<Begun> {
        self.learn_limits(ask, now);
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
            Verdict::Go => {
                self.rows[row].zone = Some(ready.candidate.zone);
                self.go(row, &quotas, now, busy);
            }
            Verdict::Suppressed(reason) => self.withdraw(row, *reason, now),
            Verdict::Expired => self.withdraw(row, Reason::Expired, now),
            Verdict::Capped { rule, until } => self.capped(row, rule, *until, now),
            Verdict::Quiet { until } => self.put_back(row, *until, Reason::QuietHours, now),
            Verdict::Spent { until } => self.put_back(row, *until, Reason::Budget, now),
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
        self.full(quotas, not_after, now)
            .or_else(|| self.charge(row, it, ask, now))
            .unwrap_or(Verdict::Go)
    }

    /// Charges it to its campaign's budget, or says that the budget is spent.
    fn charge(
        &mut self,
        row: usize,
        it: &Candidate,
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Option<Verdict> {
        let allowance = ask.judge.allowance(it)?;
        let kept = self.campaigns.get(&it.campaign);
        if !allowance.is_said_by(kept.map(|it| it.record.version())) {
            let until = now + chrono::Duration::minutes(CHANGED_AGAIN_MINS);
            return Some(Verdict::Spent { until });
        }
        self.learn_budget(&it.campaign, ask);
        let spent = self.spent.entry(it.campaign.clone()).or_default();
        if !allowance.fits(*spent) {
            let until = now + chrono::Duration::minutes(BUDGET_AGAIN_MINS);
            return Some(Verdict::Spent { until });
        }
        spent.charge(allowance.price);
        self.rows[row].charged = Some(allowance.price);
        None
    }

    /// Charges what a campaign had sent before its budget was known here.
    fn learn_budget(&mut self, campaign: &CampaignId, ask: &Ask) {
        if self.spent.contains_key(campaign) {
            return;
        }
        let mut spent = Spent::default();
        for row in 0..self.rows.len() {
            let it = &self.rows[row];
            let counts = it.plan.key.campaign == *campaign && it.standing.state.counts();
            let Some(candidate) = self.entry(row).candidate().filter(|_| counts) else {
                continue;
            };
            let price = ask.judge.allowance(&candidate).map_or(0, |its| its.price);
            spent.charge(price);
            self.rows[row].charged = Some(price);
        }
        self.spent.insert(campaign.clone(), spent);
    }

    /// The word of the person or of the address that forbids it.
    fn refused(&self, it: &Candidate, needs_consent: bool) -> Option<Reason> {
        let words = self.standing_words(&it.subjects());
        let about = |entry: &&PreferenceEntry| {
            let scope = &entry.preference.scope;
            scope.covers(&it.channel, &it.purpose, it.class)
        };
        let said: Vec<Word> = words
            .iter()
            .filter(about)
            .map(|entry| entry.preference.word)
            .collect();
        if said.contains(&Word::OptOut) {
            return Some(Reason::OptedOut);
        }
        (needs_consent && !said.contains(&Word::OptIn)).then_some(Reason::NoConsent)
    }

    /// The words of these subjects that hold: the latest on each scope.
    pub(super) fn standing_words(&self, of: &[Subject]) -> Vec<PreferenceEntry> {
        let mut standing: Vec<PreferenceEntry> = Vec::new();
        for entry in &self.words {
            let word = &entry.preference;
            if !of.contains(&word.subject) {
                continue;
            }
            standing.retain(|older| {
                (&older.preference.subject, &older.preference.scope) != (&word.subject, &word.scope)
            });
            standing.push(entry.clone());
        }
        standing
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
            let mut taken = self.taken(quota, now);
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

    /// Since when each place in a limit is taken that counts now.
    fn taken(&self, quota: &Quota, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let (from, to) = quota.window.bounds(now);
        let subject = quota.subject.code();
        let counts =
            |h: &&Held| h.rule == quota.rule && h.subject == subject && from <= h.at && h.at < to;
        self.holds
            .iter()
            .filter(counts)
            .map(|held| held.at)
            .collect()
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
            .after(Transition::Begin)
            .map(|change| change.hold);
        if !self.happen(row, Transition::Begin, now) {
            return;
        }
        let epoch = self.epoch;
        let it = &mut self.rows[row];
        it.begun_in = epoch;
        if takes == Some(Hold::Take) {
            // What is sent again in doubt keeps its places, which it has since it began first.
            it.began_at = Some(now);
        }
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
                let taken = self.taken(quota, now).len();
                if let Some(near) = quota.near(taken, self.rows[row].id) {
                    self.news.tell(near);
                }
            }
        }
    }
}

fn subjects<'a>(it: &Candidate, quotas: &'a [Quota]) -> impl Iterator<Item = [u8; 16]> + use<'a> {
    let own = it.subjects().map(|subject| subject.code());
    own.into_iter()
        .chain(quotas.iter().map(|quota| quota.subject.code()))
}

//! What the witness says of each dispatch that is told to go, and of each that arrives.

use chrono::{DateTime, Utc};
use pregon_core::{
    Ask, CampaignState, Candidate, Cap, ChannelName, Class, Consent, Customer, Dispatch, Order,
    Promise, Turned, Verdict, WhenFull,
};

use super::naive::{Kind, closed, counts, said};
use super::witness::{Arrival, Counted, Facts, Rule, Went};

impl Facts {
    /// A turn was acknowledged.
    pub(super) fn turned(&mut self, ask: &Ask, turned: &Turned, now: DateTime<Utc>) {
        if now < self.latest {
            let latest = self.latest;
            self.found(now, &format_args!("time went back: it was {latest}"));
        }
        self.latest = self.latest.max(now);
        for begun in &turned.begun {
            self.count(match &begun.verdict {
                Verdict::Go if begun.dispatch.standing.in_doubt => "verdict: go again",
                Verdict::Go => "verdict: go",
                Verdict::Suppressed(_) => "verdict: suppressed",
                Verdict::Capped { until: None, .. } => "verdict: capped for good",
                Verdict::Capped { .. } => "verdict: capped",
                Verdict::Quiet { .. } => "verdict: quiet",
                Verdict::Expired => "verdict: expired",
                Verdict::Paused => "verdict: paused",
                Verdict::Wait => "verdict: wait",
                _ => "verdict: stale",
            });
            let id = begun.dispatch.id;
            self.note(&format_args!("{now} {id} {:?}", begun.verdict));
            let row = begun.dispatch.ticket.row;
            let ready = ask.begin.iter().find(|ready| ready.ticket.row == row);
            if let (Verdict::Go, Some(ready)) = (&begun.verdict, ready) {
                self.goes(&begun.dispatch, &ready.candidate, now);
            }
        }
        for dispatch in &turned.claimed {
            self.note(&format_args!("{now} {} claimed", dispatch.id));
        }
    }

    /// A dispatch was told to go: was it right?
    fn goes(&mut self, dispatch: &Dispatch, it: &Candidate, now: DateTime<Utc>) {
        let kind = Kind {
            channel: it.channel.clone(),
            purpose: it.purpose.clone(),
            class: it.class,
        };
        let (id, who) = (dispatch.id, &it.customer);
        let plan = &dispatch.plan;
        if plan.not_after <= now || plan.not_before > now {
            self.found(now, &format_args!("{id} to {who} goes out of its time"));
        }
        let record = self.records.get(&it.campaign);
        if record.map(|record| record.state()) != Some(CampaignState::Active) {
            self.found(
                now,
                &format_args!("{id} to {who}: {} is not active", it.campaign),
            );
        }
        let (refuses, agrees) = said(&self.words, who, it.address, &kind);
        if refuses {
            self.found(now, &format_args!("{id} to {who} goes against a word"));
        }
        let person = self.people.iter().find(|person| person.customer.id == *who);
        let Some(customer) = person.map(|person| person.customer.clone()) else {
            return self.found(now, &format_args!("{id} goes to nobody: {who}"));
        };
        if it.class == Class::Promotional {
            self.consented(&customer, agrees, dispatch, now);
        }
        let zone = customer.zone.unwrap_or(self.zone);
        if self
            .hours
            .iter()
            .any(|hours| closed(hours, &kind, zone, now))
        {
            self.found(now, &format_args!("{id} to {who} goes in quiet hours"));
        }
        let rules = self.rules(it);
        let went = Went {
            id,
            key: plan.key.clone(),
            at: now,
            kind,
            zone,
            rules,
        };
        // What is in doubt keeps the place that it took when it first began.
        if !dispatch.standing.in_doubt || !self.places.contains_key(&id) {
            self.places.insert(id, self.went.len());
        }
        self.went.push(went);
    }

    fn consented(&mut self, it: &Customer, agrees: bool, of: &Dispatch, now: DateTime<Utc>) {
        let refused = it.permissions.iter().any(|permission| !permission.granted);
        let granted = it.permissions.iter().any(|permission| permission.granted);
        if refused {
            self.found(
                now,
                &format_args!("{} goes although the source knows a refusal", of.id),
            );
        }
        if self.consent == Consent::OptIn && !granted && !agrees {
            self.found(
                now,
                &format_args!("{} to {} goes without consent", of.id, it.id),
            );
        }
    }

    /// The limits that speak of a dispatch now.
    fn rules(&self, it: &Candidate) -> Vec<Rule> {
        let own = self.records.get(&it.campaign);
        let own = own.map_or(&[][..], |record| &record.campaign().limits);
        let campaign = |cap: &Cap| {
            cap.scope
                .campaign
                .as_ref()
                .is_none_or(|c| *c == it.campaign)
        };
        let speaks = |cap: &&Cap| {
            let channel = cap.scope.channel.as_ref().is_none_or(|c| *c == it.channel);
            let purpose = cap.scope.purpose.as_ref().is_none_or(|p| *p == it.purpose);
            channel && purpose && campaign(cap)
        };
        let caps = self.caps.iter().chain(own).filter(speaks);
        let rule = |cap: &Cap| Rule {
            name: cap.name().to_string(),
            subject: match cap.by_address {
                true => Counted::Address(it.address),
                false => Counted::Person(it.customer.to_string()),
            },
            most: cap.most as usize,
            per: cap.per,
            refuses: cap.when_full != WhenFull::Count
                && (it.class == Class::Promotional || cap.transactional_too),
        };
        caps.map(rule).collect()
    }

    /// A message reached its address: was it right?
    pub(super) fn arrived(&mut self, order: &Order, channel: &ChannelName) {
        let (id, now) = (order.id, order.now);
        self.note(&format_args!("{id} arrives, again: {}", order.again));
        self.count("arrivals");
        let Some(place) = self.places.get(&id).copied() else {
            return self.found(now, &format_args!("{id} arrives and never began"));
        };
        let again = order.again;
        let copies = self.arrivals.entry(id).or_default();
        copies.push(Arrival { again });
        let (count, flagged) = (copies.len(), copies.iter().any(|copy| copy.again));
        let once = matches!(
            self.promises.get(channel),
            Some(Promise::Idempotent { .. } | Promise::Lookup { .. })
        );
        let most = if once || order.class == Class::Promotional {
            1
        } else {
            2
        };
        if count > most {
            self.found(now, &format_args!("{id} arrives for the {count}. time"));
        }
        if count > 1 {
            self.count("second copies");
            if !flagged {
                self.found(
                    now,
                    &format_args!("{id}: no copy says that it may be a second one"),
                );
            }
            return;
        }
        self.left_at.insert(place, now);
        self.arrived_once_at(order, place);
        self.limits(place);
    }

    /// What is everybody's occasion reaches an address once.
    fn arrived_once_at(&mut self, order: &Order, place: usize) {
        let mut key = self.went[place].key.clone();
        if key.trigger != "calendar" && key.trigger != "on_demand" {
            return;
        }
        key.customer = "anybody".parse().expect("an id");
        let before = self.shared.insert((key, order.to.clone()), order.id);
        if before.is_some_and(|before| before != order.id) {
            self.found(
                order.now,
                &format_args!("{}: its address has it already", order.id),
            );
        }
    }

    /// Counts again, for the dispatch and for those after it, what arrived in their windows.
    fn limits(&mut self, place: usize) {
        for rule in self.went[place].rules.clone() {
            let list = (rule.name.clone(), rule.subject.clone());
            let counted = self.counted.entry(list).or_default();
            counted.insert(place);
            let counted: Vec<usize> = counted.iter().copied().collect();
            for later in counted.iter().filter(|later| **later >= place) {
                if self.over_by_day(*later, &rule.name, &counted) {
                    self.count("limits: over by when it left, not by its place");
                }
                if let Some(what) = self.over(*later, &rule.name, &counted) {
                    let at = self.went[*later].at;
                    self.found(at, &format_args!("{what}"));
                }
            }
        }
    }

    /// What is wrong when a dispatch is one too many of those that arrived.
    fn over(&self, place: usize, rule: &str, counted: &[usize]) -> Option<String> {
        let it = &self.went[place];
        let rule = it.rules.iter().find(|own| own.name == rule)?;
        let inside = |other: &&usize| {
            **other <= place && counts(rule.per, it.zone, self.went[**other].at, it.at)
        };
        let count = counted.iter().filter(inside).count();
        let over = rule.refuses && count > rule.most;
        let (id, most) = (it.id, rule.most);
        over.then(|| {
            format!(
                "{id} is {count} of {most} by {} in {:?}",
                rule.name, it.kind
            )
        })
    }

    /// Whether a dispatch is one too many by when its copy left. What was in doubt keeps the place
    /// of its first attempt, which may lie in an earlier window than the copy that arrives: that is
    /// the protocol as it is, so this is counted and not judged.
    fn over_by_day(&self, place: usize, rule: &str, counted: &[usize]) -> bool {
        let it = &self.went[place];
        let rule = it.rules.iter().find(|own| own.name == rule && own.refuses);
        let Some((rule, at)) = rule.zip(self.left_at.get(&place)) else {
            return false;
        };
        let left = counted.iter().filter_map(|other| self.left_at.get(other));
        let inside =
            |other: &&DateTime<Utc>| *other <= at && counts(rule.per, it.zone, **other, *at);
        left.filter(inside).count() > rule.most && self.over(place, &rule.name, counted).is_none()
    }
}

//! How full limits are for one person, and when the person may next be written to.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon::{
    BookEntry, CampaignId, Candidate, Cap, ChannelName, Class, DispatchView, Limit, LimitId,
    Purpose, Quota, Reason, WhenFull, Word, Zone,
};

use crate::config::Keeper;
use crate::output::{Failure, Object, Out, Phrase, instant};

/// How many places are read at once.
const PAGE: u32 = 1000;

/// How full a limit is at an instant.
pub(super) struct Fill {
    rule: String,
    count: usize,
    most: u32,
    per: String,
    /// When there is a place again; `None` when there is one.
    frees: Option<DateTime<Utc>>,
}

/// What is said of a person's dispatches and their limits.
pub(super) struct Limits<'a> {
    pub(super) store: &'a dyn Keeper,
    /// Those over all campaigns.
    pub(super) general: Vec<Arc<dyn Limit>>,
    /// Those of each campaign's own, bound to it.
    pub(super) own: BTreeMap<CampaignId, Vec<Cap>>,
    /// The zone of people of whom nobody knows it.
    pub(super) zone: Zone,
}

impl Limits<'_> {
    /// How full the limit is for which a dispatch stands where it does, if it is a limit.
    pub(super) async fn that_refused(&self, it: &BookEntry) -> Result<Option<Fill>, Failure> {
        let Some(rule) = rule_of(&it.view) else {
            return Ok(None);
        };
        let quotas = self.quotas(it, it.view.at);
        let Some(quota) = quotas.into_iter().find(|quota| quota.rule == *rule) else {
            return Ok(None); // It is configured no longer.
        };
        self.fill(&quota, it.view.at).await.map(Some)
    }

    async fn fill(&self, quota: &Quota, at: DateTime<Utc>) -> Result<Fill, Failure> {
        let (from, to) = quota.window.bounds(at);
        let (mut taken, mut after) = (Vec::new(), None);
        loop {
            let page = self
                .store
                .places_of(&quota.subject, after.as_ref(), PAGE)
                .await;
            let page = page.map_err(|error| Failure::port(&error))?;
            let counts = page.items.iter().filter(|place| {
                place.rules.contains(&quota.rule) && from <= place.at && place.at < to
            });
            taken.extend(counts.map(|place| place.at));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let law = quota.law();
        let (_, per) = law.split_once(" in ").unwrap_or_default();
        let nth = taken.len().checked_sub(quota.most as usize);
        let nth = nth.and_then(|nth| taken.get(nth));
        Ok(Fill {
            rule: quota.rule.to_string(),
            count: taken.len(),
            most: quota.most,
            per: per.strip_prefix("a ").unwrap_or(per).to_owned(),
            frees: nth.map(|nth| quota.window.frees_at(*nth)),
        })
    }

    /// What each limit says of it at an instant, as of its last address and zone.
    fn quotas(&self, it: &BookEntry, at: DateTime<Utc>) -> Vec<Quota> {
        let known = BookEntry {
            zone: it.zone.or(Some(self.zone)),
            ..it.clone()
        };
        let candidate: Option<Candidate> = known.candidate();
        let own = self.own.get(&it.view.key.campaign);
        let asked = |candidate: Candidate| {
            let general = self
                .general
                .iter()
                .filter_map(|it| it.quota(&candidate, at));
            let own = own.into_iter().flatten();
            let own = own.filter_map(|cap| pregon::Limit::quota(cap, &candidate, at));
            general.chain(own).collect()
        };
        candidate.map(asked).unwrap_or_default()
    }

    /// When a person may next be written to, by each channel and for each purpose that there was.
    pub(super) async fn next(
        &self,
        entries: &[BookEntry],
        now: DateTime<Utc>,
    ) -> Result<Vec<Next>, Failure> {
        // Of several the last tells where the person is now.
        let mut latest: BTreeMap<(ChannelName, Purpose), &BookEntry> = BTreeMap::new();
        for it in entries {
            let key = (it.view.key.channel.clone(), it.view.purpose.clone());
            latest.insert(key, it);
        }
        let mut all = Vec::new();
        for ((channel, purpose), it) in latest {
            let refused = refuses(it, it.class);
            let mut full: Option<Fill> = None;
            for quota in self.quotas(it, now) {
                if refused || quota.when_full == WhenFull::Count {
                    continue;
                }
                let fill = self.fill(&quota, now).await?;
                if fill.frees > full.as_ref().and_then(|full| full.frees) {
                    full = Some(fill);
                }
            }
            all.push(Next {
                channel,
                purpose,
                now,
                refused,
                full,
            });
        }
        Ok(all)
    }
}

/// The limit for which a dispatch stands where it does. One that had waited for a limit and ended
/// by something else keeps that limit's name, which says nothing of its end.
pub(super) fn rule_of(view: &DispatchView) -> Option<&LimitId> {
    let is_limit = view.reason == Some(Reason::Limit);
    view.rule.as_ref().filter(|_| is_limit)
}

/// Whether a word that holds refuses messages as this one.
fn refuses(it: &BookEntry, class: Class) -> bool {
    let (channel, purpose) = (&it.view.key.channel, &it.view.purpose);
    let mut words = it.words.iter();
    words.any(|(scope, word, _)| *word == Word::OptOut && scope.covers(channel, purpose, class))
}

/// When a person may next be written to.
pub(super) struct Next {
    channel: ChannelName,
    purpose: Purpose,
    now: DateTime<Utc>,
    refused: bool,
    full: Option<Fill>,
}

impl Next {
    pub(super) fn document(&self) -> Object {
        let at = self.full.as_ref().and_then(|full| full.frees);
        let at = (!self.refused).then(|| instant(at.unwrap_or(self.now)));
        let reason = match (self.refused, &self.full) {
            (true, _) => Some("opted_out"),
            (false, Some(_)) => Some("limit"),
            (false, None) => None,
        };
        let object = Object::plain()
            .with("channel", self.channel.as_str())
            .with("purpose", self.purpose.as_str())
            .with("at", at)
            .with("reason", reason)
            .with("rule", self.full.as_ref().map(|full| full.rule.clone()));
        with_fill(object, self.full.as_ref())
    }

    pub(super) fn for_people(&self, at: impl Fn(DateTime<Utc>) -> String, out: Out) -> String {
        let when = match (self.refused, &self.full) {
            (true, _) => out.say(Phrase::Never).to_owned(),
            (false, None) => out.say(Phrase::AtOnce).to_owned(),
            (false, Some(full)) => {
                let until = full.frees.map(&at).unwrap_or_default();
                let words = out.say(Phrase::NotBefore);
                format!("{words} {until} ({})", full.for_people(out))
            }
        };
        format!("{} · {}: {when}", self.channel, self.purpose)
    }
}

impl Fill {
    /// `weekly, 1 of 1 in a week`, in a language.
    pub(super) fn for_people(&self, out: Out) -> String {
        let of = out.say(Phrase::Of);
        let Self {
            rule,
            count,
            most,
            per,
            ..
        } = self;
        format!("{rule}: {count} {of} {most} / {per}")
    }
}

/// With how full a limit is, at the end.
pub(super) fn with_fill(object: Object, fill: Option<&Fill>) -> Object {
    object
        .with("count", fill.map(|fill| fill.count))
        .with("most", fill.map(|fill| fill.most))
        .with("per", fill.map(|fill| fill.per.clone()))
}

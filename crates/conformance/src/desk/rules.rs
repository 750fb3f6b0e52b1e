//! What limits and hours say in the cases.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{
    Allowance, CampaignId, Candidate, Cap, ChannelName, CustomerId, Judge, Limit, LimitId,
    OneChannel, Quota, Scope, Subject, WhenFull,
};

/// Limits and quiet hours that a case sets as it needs them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    /// The built-in limit, as campaign files write it.
    pub(crate) caps: Vec<Cap>,
    /// Limits that count one subject for everybody: what only a host's own limit does.
    pub(crate) households: Vec<(Cap, String)>,
    /// Limits of other kinds.
    pub(crate) others: Vec<Arc<dyn Limit>>,
    /// What a campaign may spend.
    pub(crate) budget: Option<(CampaignId, Allowance)>,
    /// The hours in which one does not write, and to whom; to anybody without a customer.
    pub(crate) quiet: Option<(DateTime<Utc>, DateTime<Utc>, Option<CustomerId>)>,
}

impl Judge for Rules {
    fn quotas(&self, it: &Candidate, at: DateTime<Utc>) -> Vec<Quota> {
        let own = self.caps.iter().filter_map(|cap| cap.quota(it, at));
        let shared = self.households.iter().filter_map(|(cap, name)| {
            let subject = Subject::Named(name.clone());
            cap.quota(it, at).map(|quota| Quota { subject, ..quota })
        });
        let others = self.others.iter().filter_map(|limit| limit.quota(it, at));
        own.chain(shared).chain(others).collect()
    }

    fn quiet_until(&self, it: &Candidate, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (from, until, whom) = self.quiet.as_ref()?;
        let meant = whom.as_ref().is_none_or(|id| *id == it.customer);
        (meant && *from <= at && at < *until).then_some(*until)
    }

    fn allowance(&self, it: &Candidate) -> Option<Allowance> {
        let own = self
            .budget
            .as_ref()
            .filter(|(campaign, _)| *campaign == it.campaign);
        own.map(|(_, allowance)| *allowance)
    }
}

/// A limit of promotional messages for each person: `cap("semanal", 1, "week")`.
pub(crate) fn cap(name: &str, most: u32, per: &str) -> Cap {
    Cap {
        id: Some(LimitId::new(name).expect("limits of cases are ids")),
        scope: Scope::default(),
        most,
        per: per.parse().expect("periods of cases parse"),
        when_full: WhenFull::Defer,
        by_address: false,
        transactional_too: false,
        alert_at: None,
    }
}

/// One channel a week for each person: `canal.email` and `canal.sms`.
pub(crate) fn one_channel() -> Vec<Arc<dyn Limit>> {
    let weekly = OneChannel {
        id: LimitId::new("canal").expect("an id"),
        per: "week".parse().expect("a period"),
    };
    let channels = ["email", "sms"].map(|name| ChannelName::new(name).expect("a name"));
    weekly.limits(&channels).expect("short names")
}

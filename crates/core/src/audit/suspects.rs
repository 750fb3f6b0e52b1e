//! Dispatches that may have passed a limit, and what the limits say of them.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::crowds::Law;
use crate::{
    BookEntry, CampaignId, Cap, DispatchId, Limit, LimitId, Quota, State, WhenFull, Window, Zone,
};

/// What a limit asked of a dispatch when it took its place; only limits that refuse.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) rule: LimitId,
    pub(super) subject: [u8; 16],
    pub(super) most: usize,
    pub(super) from: DateTime<Utc>,
    /// The zone of the window; a rolling one has none.
    pub(super) zone: Option<Zone>,
}

#[derive(Debug)]
struct Suspect {
    at: DateTime<Utc>,
    /// It is suspected itself; otherwise it only took its place shortly before one that is.
    crowded: bool,
    /// The laws under which it is looked at.
    laws: Vec<(LimitId, String)>,
    campaign: Option<CampaignId>,
    asked: Vec<Asked>,
}

/// Dispatches that may have passed a limit.
#[derive(Debug, Default)]
pub(super) struct Suspects(HashMap<DispatchId, Suspect>);

impl Suspects {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether one that is suspected itself was heard, and a limit could have refused it.
    pub(super) fn any_could_be_refused(&self) -> bool {
        let mut all = self.0.values();
        all.any(|it| it.crowded && !it.asked.is_empty())
    }

    pub(super) fn add(&mut self, id: DispatchId, at: DateTime<Utc>, crowded: bool, law: &Law) {
        let suspect = self.0.entry(id).or_insert_with(|| Suspect {
            at,
            crowded,
            laws: Vec::new(),
            campaign: None,
            asked: Vec::new(),
        });
        suspect.crowded |= crowded;
        if !suspect.laws.iter().any(|(rule, _)| *rule == law.rule) {
            suspect.laws.push((law.rule.clone(), law.text.clone()));
        }
    }

    /// Asks the limits about a dispatch, as they were asked when it took its place.
    pub(super) fn hear(&mut self, it: &BookEntry, limits: &[Arc<dyn Limit>], own: &[Cap]) {
        let Some(suspect) = self.0.get_mut(&it.view.id) else {
            return;
        };
        let Some(candidate) = it.candidate() else {
            return;
        };
        suspect.campaign = Some(candidate.campaign.clone());
        let at = suspect.at;
        let general = limits
            .iter()
            .filter_map(|limit| limit.quota(&candidate, at));
        let own = own.iter().filter_map(|cap| cap.quota(&candidate, at));
        for quota in general.chain(own) {
            let law = (quota.rule.clone(), quota.law());
            let refuses = quota.takes && quota.when_full != WhenFull::Count;
            if refuses && suspect.laws.contains(&law) {
                suspect.asked.extend(asked(&quota, it, at, candidate.zone));
            }
        }
    }

    /// What a limit asked of the one that took this place.
    pub(super) fn asked(
        &self,
        id: DispatchId,
        at: DateTime<Utc>,
        rule: &LimitId,
        subject: [u8; 16],
    ) -> Option<(&CampaignId, &Asked)> {
        let suspect = self.0.get(&id).filter(|it| it.at == at)?;
        let asked = suspect.asked.iter();
        let own = |it: &&Asked| it.rule == *rule && it.subject == subject;
        suspect.campaign.as_ref().zip(asked.into_iter().find(own))
    }
}

/// The zone that is known is that of the last beginning, and a dispatch in doubt that leaves again
/// keeps its place of an earlier one: then nobody knows in which calendar window it was taken.
fn asked(quota: &Quota, it: &BookEntry, at: DateTime<Utc>, zone: Zone) -> Option<Asked> {
    let just_begun = it.view.standing.state == State::Sending && it.view.at == at;
    let zone = match quota.window {
        Window::Rolling { .. } => None,
        Window::Calendar { .. } if it.fence == 1 || just_begun => Some(zone),
        Window::Calendar { .. } => return None,
    };
    Some(Asked {
        rule: quota.rule.clone(),
        subject: quota.subject.code(),
        most: quota.most as usize,
        from: quota.window.bounds(at).0,
        zone,
    })
}

//! Goes through all dispatches once.

use std::sync::Arc;

use super::campaigns::Campaigns;
use super::entry::{self, Finding};
use super::suspects::Suspects;
use super::twins::Twins;
use super::{AuditReport, PAGE};
use crate::{BookEntry, Books, CampaignStore, Limit, PortError};

/// Checks every dispatch by itself and against its campaign, and hears those that are suspected to
/// have passed a limit.
pub(super) async fn check<S>(
    store: &S,
    first: &Campaigns,
    suspects: &mut Suspects,
    limits: &[Arc<dyn Limit>],
    report: &mut AuditReport,
) -> Result<(), PortError>
where
    S: Books + CampaignStore + ?Sized,
{
    let (mut campaigns, mut twins, mut after) = (first.clone(), Twins::none(), None);
    report.count("dispatches", 0);
    loop {
        let page = store.entries(after.as_ref(), PAGE).await?;
        let mut doubtful: Vec<(&BookEntry, Finding)> = Vec::new();
        for it in &page.items {
            report.count("dispatches", 1);
            twins.see(it.view.id);
            let (asked, found) = entry::check(it);
            for invariant in asked {
                report.count(invariant, 1);
            }
            for (invariant, what) in found {
                report.add(invariant, what, it.view.id.to_string());
            }
            report.count("I8", u64::from(it.first_at.is_some()));
            doubtful.extend(campaigns.suspect(it).map(|finding| (it, finding)));
            suspects.hear(it, limits, first.own(&it.view.key.campaign));
        }
        if !doubtful.is_empty() {
            let now = Campaigns::read(store).await?;
            for (it, (invariant, what)) in doubtful {
                // What was changed while the page was read may have been otherwise just then.
                if campaigns.is_as_in(&now, &it.view.key.campaign) {
                    report.add(invariant, what, it.view.id.to_string());
                }
            }
            campaigns = now;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    twins.count(store, report).await
}

//! Proves from the books of a ledger that it kept its promises.
//!
//! The invariants are I1 to I12 of the protocol, as far as a ledger can show them:
//!
//! | | what must hold | what is read |
//! |---|---|---|
//! | I1 | an id is the hash of its parts, and comes once | dispatches |
//! | I2 | nothing is stuck: what leaves is held by a pass, what waits can still begin | dispatches,
//! campaigns |
//! | I3 | what was accepted has begun, and nobody doubts it | dispatches |
//! | I4 | what says that it never left is not in doubt | dispatches |
//! | I5 | no limit is passed, in any window since it counts so | places, limits |
//! | I6 | nothing began after a refusal that holds; no word was changed or taken out | dispatches
//! with the words of their people, the chain of the words |
//! | I8 | nothing of a campaign that stands still began after it was stopped | dispatches,
//! campaigns |
//! | I9 | every place belongs to a dispatch that counts | places |
//! | I10 | attempts, fences and beginnings fit together | dispatches |
//! | I12 | no name that is kept looks like an address | dispatches |
//!
//! A ledger cannot show what the provider has (the other half of I1, I3 and I4): only its own log
//! can. Nor does it show I7: the books say what counts and not what it was charged, nor what the
//! budget was then. I11 ([`audit_events`]) needs whoever heard the events. Of I8 the quiet hours
//! are not shown, because the books do not say which hours held when something began; and of I9 not
//! that every dispatch which counts has its places, because they do not say which limits were
//! configured then. I5 judges limits in which the dispatch has a place, not those that it only asks
//! ([`OneChannel`](crate::OneChannel)).
//!
//! **Invariant:** an audit beside workers never alarms because something moved: each check says
//! why.

mod campaigns;
mod crowds;
mod dispatches;
mod entry;
mod report;
mod suspects;
mod told;
mod twins;
mod words;

use std::sync::Arc;

use crate::{Books, CampaignStore, Limit, PortError};

pub use report::{AuditReport, Violation};
pub use told::audit_events;

use campaigns::Campaigns;
use crowds::{Laws, Walk};
use suspects::Suspects;

/// How many dispatches or places are read at once.
const PAGE: u32 = 1000;

/// Proves from the books of a store that its ledger kept its promises; the module's page says
/// which.
///
/// It reads page by page in bounded memory and writes nothing; workers may run meanwhile. `limits`
/// are those over all campaigns, as the engine was built with them; those of the campaigns
/// themselves are read from the store. A limit is judged where the ledger counts under the very law
/// that it has now, from the instant on at which it began to.
///
/// ```
/// # use pregon_core::{audit, memory::MemoryStore, testing::poll_times};
/// let store = MemoryStore::new();
/// let report = poll_times(100, audit(&store, &[])).expect("memory never waits")?;
/// assert!(report.is_clean());
/// assert_eq!(report.checked["dispatches"], 0);
/// # Ok::<(), pregon_core::PortError>(())
/// ```
///
/// # Errors
/// When the store cannot be read.
pub async fn audit<S>(store: &S, limits: &[Arc<dyn Limit>]) -> Result<AuditReport, PortError>
where
    S: Books + CampaignStore + ?Sized,
{
    let mut report = AuditReport::default();
    let campaigns = Campaigns::read(store).await?;
    let laws = Laws::of(&store.known_limits().await?);
    report.count("campaigns", campaigns.len() as u64);
    report.count("limits", laws.known());
    let mut walk = Walk::begin();
    let mut suspects = walk.go_on(store, &laws, &mut report).await?;
    words::check(store, &mut report).await?;
    dispatches::check(store, &campaigns, &mut suspects, limits, &mut report).await?;
    let mut alarms = Vec::new();
    loop {
        alarms.extend(crowds::confirm(store, &laws, &suspects).await?);
        if walk.is_over() {
            break;
        }
        suspects = walk.go_on(store, &laws, &mut report).await?;
        hear_again(store, &campaigns, &mut suspects, limits).await?;
    }
    // A limit or a campaign that was changed meanwhile was judged by what it said before.
    let laws_now = Laws::of(&store.known_limits().await?);
    let campaigns_now = Campaigns::read(store).await?;
    for alarm in alarms {
        let same = laws.is_as_in(&laws_now, &alarm.rule)
            && campaigns.is_as_in(&campaigns_now, &alarm.campaign);
        if same {
            report.add("I5", alarm.what(), alarm.id.to_string());
        }
    }
    Ok(report)
}

/// Asks the dispatches once more about suspects that did not fit into the first round.
async fn hear_again<S: Books + ?Sized>(
    store: &S,
    campaigns: &Campaigns,
    suspects: &mut Suspects,
    limits: &[Arc<dyn Limit>],
) -> Result<(), PortError> {
    let mut after = None;
    while !suspects.is_empty() {
        let page = store.entries(after.as_ref(), PAGE).await?;
        for entry in &page.items {
            suspects.hear(entry, limits, campaigns.own(&entry.view.key.campaign));
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(())
}

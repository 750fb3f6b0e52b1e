//! Reads a page of occasions, and whom of them the audience holds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Pass;
use crate::engine::compile::Who;
use crate::{CampaignId, Cursor, Customer, CustomerId, JourneyId, Occurrence, OpenSpan, PortError};

/// A page of occasions.
#[derive(Default)]
pub(super) struct ReadPage {
    /// Those whose rows the audience holds.
    pub(super) members: Vec<Occurrence>,
    /// Those of people whom a frozen audience holds and the source has no more.
    pub(super) gone: Vec<Occurrence>,
    /// How many the audience does not hold.
    pub(super) outside: u64,
    /// Where the next page begins.
    pub(super) next: Option<Cursor>,
}

impl Pass<'_> {
    /// A page of what falls due in a span.
    pub(super) async fn read_page(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
        open: &OpenSpan,
        now: DateTime<Utc>,
    ) -> Result<ReadPage, PortError> {
        let Some((compiled, _)) = self.compiled(campaign, journey) else {
            return Ok(ReadPage::default());
        };
        let Some(trigger) = &compiled.trigger else {
            return Ok(ReadPage::default());
        };
        let limit = self.engine.pace.page;
        let page = trigger.due(&open.span, open.after.as_ref(), limit).await?;
        let count = page.items.len();
        let mut read = match &compiled.who {
            Who::Frozen(_) if compiled.for_all => self.found(page.items).await?,
            who => {
                let members = who.held(page.items, now).await?;
                let outside = (count - members.len()) as u64;
                ReadPage {
                    members,
                    outside,
                    ..ReadPage::default()
                }
            }
        };
        read.next = page.next;
        Ok(read)
    }

    /// The occasions of people of whom only the ids are known, with the people as they are now.
    async fn found(&self, occasions: Vec<Occurrence>) -> Result<ReadPage, PortError> {
        if occasions.is_empty() {
            return Ok(ReadPage::default());
        }
        let ids: Vec<CustomerId> = occasions
            .iter()
            .map(|it| it.row.customer.id.clone())
            .collect();
        let found = self.engine.customers.find(&ids).await?;
        let mut found: BTreeMap<CustomerId, Customer> =
            found.into_iter().map(|it| (it.id.clone(), it)).collect();
        let mut read = ReadPage::default();
        for mut occasion in occasions {
            match found.remove(&occasion.row.customer.id) {
                Some(customer) => {
                    occasion.row.customer = customer;
                    read.members.push(occasion);
                }
                None => read.gone.push(occasion),
            }
        }
        Ok(read)
    }
}

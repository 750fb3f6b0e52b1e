//! What is sent.

use chrono::TimeDelta;
use pregon::{Campaign, Class, DispatchKey, Journey, OccurrenceId, Step, TriggerSpec};

use super::World;
use crate::Result;
use crate::clock::StormClock;

/// After how many hours of the storm's clock a campaign with a budget is over.
const ENDS_AFTER: i64 = 6;

/// A broadcast of a campaign.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The campaign.
    pub(crate) campaign: &'static str,
    /// Why it writes.
    pub(crate) purpose: &'static str,
    /// In whose name.
    pub(crate) brand: &'static str,
    /// What class of writing that is.
    pub(crate) class: Class,
    /// The broadcast.
    pub(crate) broadcast: &'static str,
}

const fn promotional(
    campaign: &'static str,
    purpose: &'static str,
    broadcast: &'static str,
) -> Sent {
    Sent {
        campaign,
        purpose,
        brand: "tienda",
        class: Class::Promotional,
        broadcast,
    }
}

const SENT: [Sent; 5] = [
    promotional("boletin", "newsletter", "lunes"),
    promotional("boletin", "newsletter", "martes"),
    promotional("oferta", "promotion", "primera"),
    promotional("oferta", "promotion", "segunda"),
    Sent {
        campaign: "aviso",
        purpose: "reminder",
        brand: "avisos",
        class: Class::Transactional,
        broadcast: "cita",
    },
];

/// Everything that is sent, to everybody.
pub(crate) fn broadcasts() -> &'static [Sent] {
    &SENT
}

impl Sent {
    /// The key of its dispatch to somebody.
    pub(crate) fn key(&self, customer: &str) -> Result<DispatchKey> {
        Ok(DispatchKey {
            campaign: self.campaign.parse()?,
            journey: "todos".parse()?,
            step: "correo".parse()?,
            trigger: TriggerSpec::OnDemand.kind().to_owned(),
            occurrence: self.occurrence()?,
            customer: customer.parse()?,
            channel: "email".parse()?,
        })
    }

    /// Its broadcast.
    pub(crate) fn occurrence(&self) -> Result<OccurrenceId> {
        Ok(self.broadcast.parse()?)
    }

    /// Its campaign. The texts say what the provider should know: what it is, and for whom.
    pub(crate) fn campaign(&self, world: &World) -> Result<Campaign> {
        let step = Step::email("correo", self.campaign, "{{customer_id}}")?;
        let journey = Journey::new("todos", TriggerSpec::OnDemand)?.step(step);
        let mut campaign = Campaign::new(self.campaign, self.purpose)?.with(journey);
        campaign.brand = Some(self.brand.parse()?);
        // An offer is worth more than a newsletter, so both wait for each other.
        campaign.priority = if self.campaign == "oferta" { 0 } else { 1 };
        if let Some(purse) = world.purse(self.campaign) {
            campaign.budget = Some(purse.budget()?);
            // What finds the budget spent asks again each hour, and not for a week.
            campaign.ends_at = Some(StormClock::starts_at()? + TimeDelta::hours(ENDS_AFTER));
        }
        Ok(campaign)
    }
}

//! Small values for the tests of this crate.

use crate::{
    CampaignId, Candidate, ChannelName, Class, CustomerId, HashKey, JourneyId, Purpose, StepId,
    Zone,
};

/// A promotional e-mail to `C-1` in UTC.
pub(crate) fn candidate() -> Candidate {
    Candidate {
        campaign: CampaignId::new("c").unwrap(),
        journey: JourneyId::new("j").unwrap(),
        step: StepId::new("s").unwrap(),
        channel: ChannelName::new("email").unwrap(),
        purpose: Purpose::new("promotion").unwrap(),
        class: Class::Promotional,
        brand: None,
        customer: CustomerId::new("C-1").unwrap(),
        address: HashKey::new([1; 32]).address("email", "ana@example.org"),
        zone: Zone::UTC,
        hours: None,
        parts: 1,
    }
}

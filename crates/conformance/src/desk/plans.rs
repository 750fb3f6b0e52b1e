//! Dispatches of the cases, and what their holder asks.

use pregon_core::{
    AddressHash, CampaignId, Candidate, ChannelName, Class, CustomerId, Dispatch, DispatchKey,
    HashKey, JourneyId, OccurrenceId, Planned, Purpose, Ready, StepId, Zone,
};

use super::{CAMPAIGN, days, hours, noon};

pub(crate) fn channel(name: &str) -> ChannelName {
    ChannelName::new(name).expect("channels of cases are names")
}

pub(crate) fn customer(id: &str) -> CustomerId {
    CustomerId::new(id).expect("customers of cases are ids")
}

/// The hash of an address of the cases. Stores never see more of an address than this.
pub(crate) fn address(name: &str) -> AddressHash {
    HashKey::new([7; 32]).address("email", &format!("{name}@example.org"))
}

/// A promotional e-mail to a customer at an address of its own, due at noon for thirty days.
pub(crate) fn mail(id: &str, occurrence: &str) -> Planned {
    Planned {
        key: DispatchKey {
            campaign: CampaignId::new(CAMPAIGN).expect("an id"),
            journey: JourneyId::new("aviso").expect("an id"),
            step: StepId::new("correo").expect("an id"),
            trigger: "before_date".to_owned(),
            occurrence: OccurrenceId::new(occurrence).expect("occurrences of cases are ids"),
            customer: customer(id),
            channel: channel("email"),
        },
        record: None,
        purpose: Purpose::new("promotion").expect("a purpose"),
        class: Class::Promotional,
        brand: None,
        priority: 0,
        not_before: noon() - hours(1),
        not_after: noon() + days(30),
        address: Some(address(id)),
        shared: false,
        refused: None,
    }
}

/// A transactional e-mail.
pub(crate) fn booking(id: &str, occurrence: &str) -> Planned {
    Planned {
        purpose: Purpose::new("booking_confirmation").expect("a purpose"),
        class: Class::Transactional,
        ..mail(id, occurrence)
    }
}

/// A promotional short message.
pub(crate) fn sms(id: &str, occurrence: &str) -> Planned {
    let mut planned = mail(id, occurrence);
    planned.key.channel = channel("sms");
    planned
}

/// A promotional e-mail that is everybody's occasion, to an address that may be another's as well.
pub(crate) fn newsletter(id: &str, occurrence: &str, to: &str) -> Planned {
    Planned {
        address: Some(address(to)),
        shared: true,
        ..mail(id, occurrence)
    }
}

/// What limits and hours look at.
pub(crate) fn candidate(held: &Dispatch) -> Candidate {
    let plan = &held.plan;
    Candidate {
        campaign: plan.key.campaign.clone(),
        journey: plan.key.journey.clone(),
        step: plan.key.step.clone(),
        channel: plan.key.channel.clone(),
        purpose: plan.purpose.clone(),
        class: plan.class,
        brand: plan.brand.clone(),
        customer: plan.key.customer.clone(),
        address: plan.address.expect("what is rendered has an address"),
        zone: Zone::UTC,
        hours: None,
        parts: 1,
    }
}

/// Rendered with the address that was planned.
pub(crate) fn ready(held: &Dispatch) -> Ready {
    Ready {
        ticket: held.ticket,
        candidate: candidate(held),
        address_key: held.plan.address_key(),
        needs_consent: false,
    }
}

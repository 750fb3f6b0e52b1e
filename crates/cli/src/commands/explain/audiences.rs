//! In which frozen audiences a person is, and in which not.

use chrono::{DateTime, Utc};
use pregon::{CampaignId, CustomerId, FrozenAudience, JourneyId};

use crate::config::Keeper;
use crate::output::{Failure, Object, Out, Phrase, instant};

/// A frozen audience, and whether the person is in it.
pub(super) struct Found {
    campaign: CampaignId,
    journey: JourneyId,
    audience: FrozenAudience,
    member: bool,
}

/// The frozen audiences of all campaigns, or of one.
pub(super) async fn of(
    store: &dyn Keeper,
    customer: &CustomerId,
    only: Option<&CampaignId>,
) -> Result<Vec<Found>, Failure> {
    let stored = store.campaigns().await;
    let stored = stored.map_err(|error| Failure::port(&error))?;
    let ids = std::slice::from_ref(customer);
    let mut found = Vec::new();
    for stored in stored {
        let campaign = &stored.record.campaign().id;
        if only.is_some_and(|only| only != campaign) {
            continue;
        }
        for (journey, audience) in stored.record.frozen() {
            let members = store.find_members(audience.id, ids).await;
            let members = members.map_err(|error| Failure::port(&error))?;
            found.push(Found {
                campaign: campaign.clone(),
                journey: journey.clone(),
                audience: *audience,
                member: !members.is_empty(),
            });
        }
    }
    Ok(found)
}

/// A line for each.
pub(super) fn for_people(
    found: &[Found],
    at: impl Fn(DateTime<Utc>) -> String,
    out: Out,
) -> String {
    let line = |it: &Found| {
        let words = out.say(match it.member {
            true => Phrase::InFrozen,
            false => Phrase::NotInFrozen,
        });
        format!(
            "{} · {}: {words} {}",
            it.campaign,
            it.journey,
            at(it.audience.at)
        )
    };
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

pub(super) fn document(it: &Found) -> Object {
    Object::plain()
        .with("campaign", it.campaign.as_str())
        .with("journey", it.journey.as_str())
        .with("frozen", instant(it.audience.at))
        .with("members", it.audience.members)
        .with("member", it.member)
}

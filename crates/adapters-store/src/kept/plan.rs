//! Which of a page of the plan are new, and in which state each of them begins.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use pregon_core::{Planned, PlannedPage, Progress, Reason, Scheduled};

use super::desk::Life;
use super::flaw::Flaw;
use super::wire;

/// The keys of a page, in its order.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Of the dispatches.
    pub(crate) own: Vec<[u8; 16]>,
    /// Of the addresses of those whose occasion is shared.
    addresses: Vec<Option<[u8; 16]>>,
}

/// A row to be inserted.
#[derive(Debug)]
pub(crate) struct New<'a> {
    /// Its place in the page.
    pub(crate) place: usize,
    pub(crate) plan: &'a Planned,
    pub(crate) key: [u8; 16],
    pub(crate) address_key: Option<[u8; 16]>,
    pub(crate) state: i64,
    pub(crate) reason: Option<Reason>,
}

impl Keys {
    pub(crate) fn of(page: &PlannedPage) -> Self {
        let plans = &page.dispatches;
        Self {
            own: plans.iter().map(|it| *it.key.id().as_bytes()).collect(),
            addresses: plans.iter().map(Planned::address_key).collect(),
        }
    }

    /// The keys of addresses, of those that have one.
    pub(crate) fn of_addresses(&self) -> impl Iterator<Item = &[u8; 16]> {
        self.addresses.iter().flatten()
    }
}

/// Dispatches that a host keeps in a transaction of its own, as a page of no plan; `None` when
/// there are none.
pub(crate) fn enqueued(
    dispatches: &[Planned],
    now: DateTime<Utc>,
) -> Result<Option<PlannedPage>, Flaw> {
    let Some(first) = dispatches.first() else {
        return Ok(None);
    };
    let campaign = &first.key.campaign;
    if dispatches.iter().any(|it| it.key.campaign != *campaign) {
        return Err(Flaw::Unkeepable("dispatches of two campaigns at once"));
    }
    Ok(Some(PlannedPage {
        campaign: campaign.clone(),
        journey: first.key.journey.clone(),
        progress: Progress {
            closed_at: now,
            open: None,
        },
        dispatches: dispatches.to_vec(),
    }))
}

/// Chooses what is new of a page, when these of its keys are in the table and its campaign, if it
/// is kept, lives so. Nothing is kept of those at the places in `forgotten`.
pub(crate) fn choose<'a>(
    page: &'a PlannedPage,
    keys: &Keys,
    (mut known, mut taken): (HashSet<[u8; 16]>, HashSet<[u8; 16]>),
    forgotten: &HashSet<usize>,
    life: Option<Life>,
) -> Result<(Scheduled, Vec<New<'a>>), Flaw> {
    let over = (life == Some(Life::Over)).then_some(Reason::Cancelled);
    let mut answer = Scheduled::default();
    let mut rows = Vec::with_capacity(keys.own.len());
    let keys = keys.own.iter().zip(&keys.addresses);
    for (place, (plan, (key, address_key))) in page.dispatches.iter().zip(keys).enumerate() {
        if known.contains(key) {
            answer.known += 1;
            continue;
        }
        if forgotten.contains(&place) {
            *answer.refused.entry(Reason::Erased).or_default() += 1;
            continue;
        }
        known.insert(*key);
        let refused = plan.refused.or(over);
        // What ends at once takes no address from others.
        let address_key = address_key.filter(|_| refused.is_none());
        let free = address_key.is_none_or(|key| taken.insert(key));
        let reason = refused.or((!free).then_some(Reason::DuplicateAddress));
        match reason {
            None => answer.new.push(place),
            Some(reason) => *answer.refused.entry(reason).or_default() += 1,
        }
        rows.push(New {
            place,
            plan,
            key: *key,
            address_key: address_key.filter(|_| free),
            state: wire::first_state(reason)?,
            reason,
        });
    }
    Ok((answer, rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pregon_core::*;

    fn plan(who: &str, address: Option<u8>) -> Planned {
        let at = DateTime::UNIX_EPOCH;
        Planned {
            key: DispatchKey {
                campaign: CampaignId::new("c").unwrap(),
                journey: JourneyId::new("j").unwrap(),
                step: StepId::new("s").unwrap(),
                trigger: "birthday".to_owned(),
                occurrence: OccurrenceId::new("o").unwrap(),
                customer: CustomerId::new(who).unwrap(),
                channel: ChannelName::new("sms").unwrap(),
            },
            record: None,
            purpose: Purpose::new("renewal").unwrap(),
            class: Class::Promotional,
            brand: None,
            priority: 0,
            not_before: at,
            not_after: at,
            address: address.map(|n| AddressHash::from_bytes([n; 16])),
            shared: true,
            refused: None,
        }
    }

    #[test]
    fn what_is_known_vanishes_and_what_ends_at_once_takes_no_address() {
        let mut refused = plan("B", Some(1));
        refused.refused = Some(Reason::NoAddress);
        let people = [("A", 0), ("C", 1), ("D", 1), ("A", 0)];
        let mut dispatches: Vec<Planned> = people.map(|(who, n)| plan(who, Some(n))).into();
        dispatches.insert(1, refused);
        let page = PlannedPage {
            campaign: CampaignId::new("c").unwrap(),
            journey: JourneyId::new("j").unwrap(),
            progress: Progress {
                closed_at: DateTime::UNIX_EPOCH,
                open: None,
            },
            dispatches,
        };
        let keys = Keys::of(&page);
        assert_eq!(keys.of_addresses().count(), 5);
        let known = HashSet::from([keys.own[0]]);
        let (none, nobody) = (HashSet::new(), HashSet::new());
        let (answer, rows) = choose(&page, &keys, (known, none), &nobody, None).unwrap();
        assert_eq!((answer.known, answer.new), (2, vec![2]));
        let reasons: Vec<Option<Reason>> = rows.iter().map(|row| row.reason).collect();
        let duplicate = Some(Reason::DuplicateAddress);
        assert_eq!(reasons, [Some(Reason::NoAddress), None, duplicate]);
        let has_key: Vec<bool> = rows.iter().map(|row| row.address_key.is_some()).collect();
        assert_eq!(has_key, [false, true, false]);

        let over = Some(Life::Over);
        let (answer, rows) = choose(&page, &keys, Default::default(), &nobody, over).unwrap();
        assert!(answer.new.is_empty());
        assert_eq!(rows[0].reason, Some(Reason::Cancelled));
        assert_eq!(rows[1].reason, Some(Reason::NoAddress), "its own reason");

        // The last of them is the first again, and neither is kept.
        let forgotten = HashSet::from([0, 2, 4]);
        let (answer, rows) = choose(&page, &keys, Default::default(), &forgotten, None).unwrap();
        assert_eq!((answer.known, answer.new), (0, vec![3]));
        assert_eq!(answer.refused.get(&Reason::Erased), Some(&3));
        assert_eq!(rows.len(), 2);
    }
}

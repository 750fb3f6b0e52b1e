//! The plan: from occasions to dispatches. Pure, so that it can be tested with literals.

use crate::{
    AddressKind, BrandId, CampaignId, ChannelName, Class, DispatchKey, HashKey, JourneyId,
    Occurrence, Planned, Purpose, Reason, StepId, Unusable,
};

/// What the plan needs to know of a journey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFor {
    /// The campaign.
    pub campaign: CampaignId,
    /// The journey.
    pub journey: JourneyId,
    /// The kind of its trigger.
    pub trigger: String,
    /// Why it writes.
    pub purpose: Purpose,
    /// What class of writing that is.
    pub class: Class,
    /// In whose name.
    pub brand: Option<BrandId>,
    /// How important it is.
    pub priority: i32,
    /// Its actions: step, channel, kind of address.
    pub steps: Vec<(StepId, ChannelName, AddressKind)>,
}

/// The dispatches of some occasions: one for each step, also for people who cannot be reached, so
/// that the ledger can say why they got nothing.
#[must_use]
pub fn plan(what: &PlanFor, occasions: &[Occurrence], key: &HashKey) -> Vec<Planned> {
    let steps = |occasion| what.steps.iter().map(move |step| (occasion, step));
    let each = occasions.iter().flat_map(steps);
    each.map(|(occasion, step)| planned(what, occasion, step, key))
        .collect()
}

fn planned(
    what: &PlanFor,
    occasion: &Occurrence,
    (step, channel, kind): &(StepId, ChannelName, AddressKind),
    key: &HashKey,
) -> Planned {
    let customer = &occasion.row.customer;
    let address = customer.address(kind);
    Planned {
        key: DispatchKey {
            campaign: what.campaign.clone(),
            journey: what.journey.clone(),
            step: step.clone(),
            trigger: what.trigger.clone(),
            occurrence: occasion.id.clone(),
            customer: customer.id.clone(),
            channel: channel.clone(),
        },
        record: occasion.row.record.as_ref().map(crate::Record::name),
        purpose: what.purpose.clone(),
        class: what.class,
        brand: what.brand.clone(),
        priority: what.priority,
        not_before: occasion.due_at,
        not_after: occasion.not_after,
        address: address
            .ok()
            .map(|address| key.address(kind.as_str(), address)),
        shared: occasion.shared,
        refused: address.err().map(unreachable),
    }
}

/// The reason for which a person cannot be reached.
pub(crate) fn unreachable(why: Unusable) -> Reason {
    match why {
        Unusable::Missing => Reason::NoAddress,
        Unusable::Invalid => Reason::InvalidAddress,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Customer, OccurrenceId, Record, Row};

    fn what() -> PlanFor {
        let step = |id: &str, channel: &str, address: &str| {
            (
                id.parse().unwrap(),
                channel.parse().unwrap(),
                address.parse().unwrap(),
            )
        };
        PlanFor {
            campaign: "renovacion".parse().unwrap(),
            journey: "aviso".parse().unwrap(),
            trigger: "before_date".to_owned(),
            purpose: "renewal".parse().unwrap(),
            class: Class::Promotional,
            brand: None,
            priority: 0,
            steps: vec![
                step("correo", "email", "email"),
                step("mensaje", "sms", "phone"),
            ],
        }
    }

    fn occasion(customer: Customer, pin: &str) -> Occurrence {
        let record = Record::new("pin", pin, customer.id.as_str()).unwrap();
        Occurrence {
            id: OccurrenceId::new(format!("{pin} 2026-12-20 30")).unwrap(),
            row: Row::with_record(customer, record),
            due_at: "2026-11-20T05:00:00Z".parse().unwrap(),
            not_after: "2026-12-21T05:00:00Z".parse().unwrap(),
            shared: false,
        }
    }

    #[test]
    fn one_dispatch_for_each_step_and_a_reason_for_who_cannot_be_reached() {
        let ana = Customer::new("C-1").unwrap().email("ana@example.org");
        let made = plan(&what(), &[occasion(ana, "STR-1")], &HashKey::new([0; 32]));
        let refused: Vec<Option<Reason>> = made.iter().map(|planned| planned.refused).collect();
        assert_eq!(refused, [None, Some(Reason::NoAddress)]);
    }

    #[test]
    fn two_pins_of_one_person_are_two_dispatches_and_a_second_run_makes_the_same() {
        let ana = || Customer::new("C-1").unwrap().email("ana@example.org");
        let occasions = [occasion(ana(), "STR-1"), occasion(ana(), "STR-2")];
        let key = HashKey::new([0; 32]);
        let ids = |made: Vec<Planned>| made.iter().map(|p| p.key.id()).collect::<Vec<_>>();
        let once = ids(plan(&what(), &occasions, &key));
        let distinct: std::collections::BTreeSet<_> = once.iter().collect();
        assert_eq!(distinct.len(), 4);
        assert_eq!(once, ids(plan(&what(), &occasions, &key)));
    }
}

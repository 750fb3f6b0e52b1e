//! Between claim and gate: read person and record again, look whether it still holds, render.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use chrono::{DateTime, Duration, Utc};

use super::Pass;
use crate::engine::compile::{CompiledJourney, CompiledStep, Who};
use crate::engine::frozen::FrozenPeople;
use crate::engine::linked::MessageLinks;
use crate::plan::unreachable;
use crate::{
    Candidate, Class, Consent, CustomerId, Dispatch, DispatchRef, Doubt, FrozenId, LinkUse, Order,
    Outcome, PortError, Ready, Reason, RecordRef, Row, Settlement, Trouble, in_doubt,
};

/// A dispatch that wants to begin, with all that its action will need: nothing is rendered or read
/// between the decision and the sending.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) ready: Ready,
    pub(super) order: Order,
}

/// How soon a dispatch is tried again whose source could not be asked.
const SOURCE_AGAIN: Duration = Duration::minutes(5);

impl Pass<'_> {
    pub(super) async fn prepare_all(
        &mut self,
        claimed: Vec<Dispatch>,
        now: DateTime<Utc>,
        waiting: &mut VecDeque<Prepared>,
        done: &mut Vec<Settlement>,
    ) {
        let claimed = self.ask_for(claimed, now, done).await;
        let claimed = self.known_steps(claimed, now, done).await;
        if claimed.is_empty() {
            return;
        }
        let read = async {
            let rows = self.rows(&claimed).await?;
            let strangers = self.strangers(&claimed).await?;
            Ok((rows, strangers))
        };
        let (mut rows, strangers) = match read.await {
            Ok(read) => read,
            Err(error) => {
                self.source_down(&claimed, error, now, done);
                return;
            }
        };
        for dispatch in claimed {
            let row = rows.remove(&dispatch.ticket.row);
            let stranger = strangers.contains(&dispatch.ticket.row);
            match self.prepare(&dispatch, row, stranger, now).await {
                Ok(prepared) => waiting.push_back(prepared),
                Err(outcome) => {
                    self.count(&dispatch, &outcome);
                    done.push(Settlement {
                        ticket: dispatch.ticket,
                        outcome,
                    });
                }
            }
        }
    }

    fn source_down(
        &mut self,
        claimed: &[Dispatch],
        error: PortError,
        now: DateTime<Utc>,
        done: &mut Vec<Settlement>,
    ) {
        for dispatch in claimed {
            self.report.put_off(Reason::SourceDown);
            let outcome = Outcome::Again {
                at: now + SOURCE_AGAIN,
                reason: Reason::SourceDown,
            };
            done.push(Settlement {
                ticket: dispatch.ticket,
                outcome,
            });
        }
        if let Some(first) = claimed.first() {
            let campaign = first.plan.key.campaign.clone();
            self.report
                .troubles
                .push(Trouble::Source { campaign, error });
        }
    }

    pub(super) fn count(&mut self, dispatch: &Dispatch, outcome: &Outcome) {
        match outcome {
            // What is in doubt stays `unknown`, and was counted when it became so.
            Outcome::Withdrawn { .. } if dispatch.standing.in_doubt => {}
            Outcome::Withdrawn { reason } => self.report.ended(*reason, 1),
            Outcome::Again { reason, .. } => self.report.put_off(*reason),
            _ => {}
        }
    }

    /// The rows of the claimed as they are now: one reading for all of those that are not fresh.
    async fn rows(&mut self, claimed: &[Dispatch]) -> Result<HashMap<i64, Row>, PortError> {
        let mut rows = HashMap::with_capacity(claimed.len());
        let mut people: Vec<CustomerId> = Vec::new();
        let mut names: Vec<RecordRef> = Vec::new();
        for dispatch in claimed {
            if let Some(row) = self.fresh.remove(&dispatch.id) {
                rows.insert(dispatch.ticket.row, row);
            } else if let Some(name) = &dispatch.plan.record {
                names.push(name.clone());
            } else {
                people.push(dispatch.plan.key.customer.clone());
            }
        }
        let records = self.find_records(&names).await?;
        let customers = self.find_customers(&people).await?;
        for dispatch in claimed {
            let read = match &dispatch.plan.record {
                Some(name) => records.get(name),
                None => customers.get(&dispatch.plan.key.customer),
            };
            if let Some(row) = read {
                rows.entry(dispatch.ticket.row)
                    .or_insert_with(|| row.clone());
            }
        }
        Ok(rows)
    }

    /// The rows of those claimed whom a frozen audience does not hold: one question an audience.
    async fn strangers(&self, claimed: &[Dispatch]) -> Result<HashSet<i64>, PortError> {
        let mut by_audience: BTreeMap<FrozenId, (&FrozenPeople, Vec<&Dispatch>)> = BTreeMap::new();
        for dispatch in claimed {
            let key = &dispatch.plan.key;
            let running = self.running.get(&key.campaign);
            let journey = running.and_then(|it| it.compiled.journey(&key.journey));
            if let Some(Who::Frozen(people)) = journey.map(|journey| &journey.who) {
                let those = by_audience.entry(people.id).or_insert((people, Vec::new()));
                those.1.push(dispatch);
            }
        }
        let mut strangers = HashSet::new();
        for (people, dispatches) in by_audience.into_values() {
            let ids = dispatches.iter().map(|it| it.plan.key.customer.clone());
            let held = people.of(&ids.collect::<Vec<_>>()).await?;
            let outside = dispatches
                .iter()
                .filter(|it| !held.contains(&it.plan.key.customer));
            strangers.extend(outside.map(|it| it.ticket.row));
        }
        Ok(strangers)
    }

    async fn find_records(
        &self,
        names: &[RecordRef],
    ) -> Result<BTreeMap<RecordRef, Row>, PortError> {
        let Some(records) = self.engine.records.as_ref().filter(|_| !names.is_empty()) else {
            return Ok(BTreeMap::new());
        };
        let found = records.find(names).await?;
        Ok(found
            .into_iter()
            .map(|(r, c)| (r.name(), Row::with_record(c, r)))
            .collect())
    }

    async fn find_customers(
        &self,
        ids: &[CustomerId],
    ) -> Result<BTreeMap<CustomerId, Row>, PortError> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = self.engine.customers.find(ids).await?;
        Ok(found
            .into_iter()
            .map(|c| (c.id.clone(), Row::of(c)))
            .collect())
    }

    async fn prepare(
        &self,
        dispatch: &Dispatch,
        row: Option<Row>,
        stranger: bool,
        now: DateTime<Utc>,
    ) -> Result<Prepared, Outcome> {
        let key = &dispatch.plan.key;
        let withdrawn = |reason| Outcome::Withdrawn { reason };
        let gone = if dispatch.plan.record.is_some() {
            Reason::RecordGone
        } else {
            Reason::CustomerGone
        };
        let row = row.ok_or(withdrawn(gone))?;
        let running = self
            .running
            .get(&key.campaign)
            .ok_or(withdrawn(Reason::Cancelled))?;
        let journey = running
            .compiled
            .journey(&key.journey)
            .ok_or(withdrawn(Reason::Cancelled))?;
        let step = journey
            .steps
            .iter()
            .find(|s| s.id == key.step && s.channel == key.channel);
        let step = step.ok_or(withdrawn(Reason::Cancelled))?;
        if let Some(until) = self.down.get(&key.channel) {
            return Err(Outcome::Again {
                at: *until,
                reason: Reason::ChannelDown,
            });
        }
        self.may_come_again(dispatch, now).map_err(withdrawn)?;
        still_holds(dispatch, journey, &row).map_err(withdrawn)?;
        let holds = match &journey.who {
            Who::Open(audience) | Who::ToFreeze(audience, _) => audience.holds(&row, now).await,
            Who::Frozen(_) => Ok(!stranger),
        };
        match holds {
            Ok(true) => {}
            Ok(false) => return Err(withdrawn(Reason::NotInAudience)),
            Err(_) => {
                let at = now + SOURCE_AGAIN;
                return Err(Outcome::Again {
                    at,
                    reason: Reason::SourceDown,
                });
            }
        }
        let needs_consent = self.consent(dispatch, &row).map_err(withdrawn)?;
        self.render(dispatch, step, &row, needs_consent, now)
            .map_err(withdrawn)
    }

    /// Whether what is in doubt may still be sent again. That was decided when its answer was lost;
    /// meanwhile it may have waited for hours or for a machine that was off, and its provider may
    /// have forgotten its key, or another one may have taken its place.
    fn may_come_again(&self, dispatch: &Dispatch, now: DateTime<Utc>) -> Result<(), Reason> {
        let action = self.engine.actions.get(&dispatch.plan.key.channel);
        let Some(action) = action.filter(|_| dispatch.standing.in_doubt) else {
            return Ok(());
        };
        let (class, first) = (dispatch.plan.class, dispatch.first_at.unwrap_or(now));
        match in_doubt(action.promise(), class, false, first, now) {
            Doubt::Resend => Ok(()),
            Doubt::Unknown => Err(Reason::InDoubt),
        }
    }

    /// Whether the source carries a refusal; and if not, whether the store must know a consent.
    fn consent(&self, dispatch: &Dispatch, row: &Row) -> Result<bool, Reason> {
        if dispatch.plan.class == Class::Transactional {
            return Ok(false);
        }
        let (channel, purpose) = (&dispatch.plan.key.channel, &dispatch.plan.purpose);
        let words = row
            .customer
            .permissions
            .iter()
            .filter(|p| p.covers(channel, purpose));
        let mut granted = false;
        for word in words {
            if !word.granted {
                return Err(Reason::OptedOut);
            }
            granted = true;
        }
        Ok(self.engine.consent == Consent::OptIn && !granted)
    }

    fn render(
        &self,
        dispatch: &Dispatch,
        step: &CompiledStep,
        row: &Row,
        needs_consent: bool,
        now: DateTime<Utc>,
    ) -> Result<Prepared, Reason> {
        let key = &dispatch.plan.key;
        let address = row.customer.address(&step.shape.address);
        let address = address.map_err(unreachable)?;
        let hash = self.key.address(step.shape.address.as_str(), address);
        let zone = row.customer.zone.unwrap_or(self.engine.zone);
        let name = name(dispatch);
        let keys = &self.link_keys;
        let links = self.engine.links.as_ref();
        let links = links.map(|links| MessageLinks { links, keys, name });
        let parts = step.content.render(row, zone, links).map_err(|error| {
            // The error names part and variable, never a value.
            let (dispatch, campaign) = (dispatch.id, &key.campaign);
            tracing::warn!(%dispatch, %campaign, %error, "not rendered");
            Reason::Template
        })?;
        let candidate = Candidate {
            campaign: key.campaign.clone(),
            journey: key.journey.clone(),
            step: key.step.clone(),
            channel: key.channel.clone(),
            purpose: dispatch.plan.purpose.clone(),
            class: dispatch.plan.class,
            brand: dispatch.plan.brand.clone(),
            customer: key.customer.clone(),
            address: hash,
            zone,
            hours: row.customer.hours,
            parts: step.shape.counted.parts(&parts),
        };
        let address_key = dispatch.plan.shared.then(|| key.at_address(&hash));
        let ready = Ready {
            ticket: dispatch.ticket,
            candidate,
            address_key,
            needs_consent,
        };
        let order = Order {
            id: dispatch.id,
            row: dispatch.ticket.row,
            key: key.clone(),
            again: dispatch.standing.in_doubt,
            purpose: dispatch.plan.purpose.clone(),
            class: dispatch.plan.class,
            to: address.to_owned(),
            parts,
            unsubscribe: Some(keys.sign(LinkUse::Unsubscribe, &name)),
            now,
        };
        Ok(Prepared { ready, order })
    }
}

/// What links and providers call it.
fn name(dispatch: &Dispatch) -> DispatchRef {
    DispatchRef {
        id: dispatch.id,
        row: dispatch.ticket.row,
    }
}

/// Whether the occasion is still the one that was planned: the same person, the same date.
fn still_holds(dispatch: &Dispatch, journey: &CompiledJourney, row: &Row) -> Result<(), Reason> {
    let key = &dispatch.plan.key;
    if row.customer.id != key.customer {
        return Err(Reason::RecordGone);
    }
    let Some((dated, record)) = journey.dated.as_ref().zip(row.record.as_ref()) else {
        return Ok(());
    };
    match dated.id_of(record) {
        Some(id) if id == key.occurrence => Ok(()),
        _ => Err(Reason::RecordGone),
    }
}

//! What a decision has to tell, and how it stands in a column until somebody has it.

use chrono::{DateTime, Utc};
use pregon_core::{
    Cursor, CustomerId, DispatchView, Event, EventId, Fact, HashKey, Mark, Page, Standing, Waiting,
};

use super::flaw::Flaw;
use super::plan::New;
use super::row::Row;
use super::wire;

/// The facts of one transaction.
#[derive(Debug, Default)]
pub(crate) struct News {
    wanted: bool,
    facts: Vec<Fact>,
}

impl News {
    /// Nothing so far, and nothing ever when nobody wants to hear it.
    pub(crate) fn new(wanted: bool) -> Self {
        let facts = Vec::new();
        Self { wanted, facts }
    }

    /// Whether somebody wants to hear it.
    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted
    }

    pub(crate) fn tell(&mut self, fact: impl FnOnce() -> Fact) {
        if self.wanted {
            self.facts.push(fact());
        }
    }

    /// Tells how rows stand since they were changed.
    pub(crate) fn of_rows<'r>(
        &mut self,
        rows: impl IntoIterator<Item = &'r Row>,
    ) -> Result<(), Flaw> {
        if self.wanted {
            for row in rows {
                self.facts.push(Fact::Dispatch(row.view()?));
            }
        }
        Ok(())
    }

    /// Tells what a page of the plan made.
    pub(crate) fn of_plan<'n>(
        &mut self,
        new: impl IntoIterator<Item = &'n New<'n>>,
        now: DateTime<Utc>,
    ) -> Result<(), Flaw> {
        if self.wanted {
            for new in new {
                self.facts.push(Fact::Dispatch(planned(new, now)?));
            }
        }
        Ok(())
    }

    /// The facts as they stand in a column; `None` when there are none.
    pub(crate) fn body(&self) -> Result<Option<String>, Flaw> {
        if self.facts.is_empty() {
            return Ok(None);
        }
        let body = serde_json::to_string(&self.facts);
        body.map(Some).map_err(|_| DAMAGED)
    }
}

const DAMAGED: Flaw = Flaw::Damaged("an event cannot be read");

fn planned(new: &New<'_>, now: DateTime<Utc>) -> Result<DispatchView, Flaw> {
    let (plan, state) = (new.plan, wire::state(new.state)?);
    Ok(DispatchView {
        id: plan.key.id(),
        key: plan.key.clone(),
        purpose: plan.purpose.clone(),
        standing: Standing {
            state,
            in_doubt: false,
        },
        reason: new.reason,
        rule: None,
        until: new.reason.is_none().then_some(plan.not_before),
        attempts: 0,
        at: now,
    })
}

/// What stands in the columns of a decision: its number, its instant, its facts.
pub(crate) type Told<B> = (i64, i64, B);

/// Events that wait, of the decisions that a statement brought.
pub(crate) fn waiting<B: AsRef<[u8]>>(rows: &[Told<B>], key: &HashKey) -> Result<Waiting, Flaw> {
    Ok(Waiting {
        events: events(rows, key)?,
        mark: Mark::new(rows.iter().map(|(decision, ..)| *decision).collect()),
    })
}

/// A page of them, when so many were asked for.
pub(crate) fn page<B: AsRef<[u8]>>(
    rows: &[Told<B>],
    asked: u32,
    key: &HashKey,
) -> Result<Page<Event>, Flaw> {
    let last = rows
        .last()
        .filter(|_| rows.len() as u64 == u64::from(asked));
    Ok(Page {
        items: events(rows, key)?,
        next: last.map(|(decision, ..)| Cursor::new(decision.to_string())),
    })
}

fn events<B: AsRef<[u8]>>(rows: &[Told<B>], key: &HashKey) -> Result<Vec<Event>, Flaw> {
    let mut events = Vec::new();
    for (decision, at, body) in rows {
        let (at, facts) = (wire::instant(*at)?, facts(body.as_ref())?);
        events.extend(facts.into_iter().enumerate().map(|(place, fact)| Event {
            id: EventId::of(key, *decision, place),
            at,
            fact,
        }));
    }
    Ok(events)
}

fn facts(body: &[u8]) -> Result<Vec<Fact>, Flaw> {
    serde_json::from_slice(body).map_err(|_| DAMAGED)
}

/// How a customer's id stands in a column, to look for it.
pub(crate) fn written(customer: &CustomerId) -> Result<String, Flaw> {
    serde_json::to_string(customer).map_err(|_| DAMAGED)
}

/// A column in which the tombstone stands in a customer's place.
pub(crate) fn forget(
    body: &[u8],
    customer: &CustomerId,
    tombstone: &CustomerId,
) -> Result<String, Flaw> {
    let mut facts = facts(body)?;
    for fact in &mut facts {
        fact.forget(customer, tombstone);
    }
    serde_json::to_string(&facts).map_err(|_| DAMAGED)
}

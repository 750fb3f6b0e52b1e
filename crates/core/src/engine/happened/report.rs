//! One report: checked, and what it is to a journey.

use crate::engine::compile::Kinds;
use crate::engine::{EngineError, EngineErrorKind};
use crate::{Activity, ActivitySpec, Customer, Happening, Occurrence, OccurrenceId, Problem, Row};

/// A report that makes sense.
#[derive(Debug)]
pub(super) struct Report<'a> {
    happening: &'a Happening,
    id: OccurrenceId,
    /// The customer to whom it has happened, as rules read it.
    customer: Customer,
}

impl<'a> Report<'a> {
    /// The report of it, if it makes sense.
    pub(super) fn of(happening: &'a Happening, kinds: &Kinds<'_>) -> Result<Self, EngineError> {
        let Happening {
            activity,
            customer,
            record,
        } = happening;
        let wrong = |why: String| {
            let message = format!("activity {:?} {:?}: {why}", activity.kind, activity.id);
            Err(EngineError::new(EngineErrorKind::Activity, message))
        };
        if let Some(hint) = kinds.hint(&activity.kind) {
            return wrong(format!("nobody declares this kind ({hint})"));
        }
        let id = match OccurrenceId::new(activity.id.as_str()) {
            Ok(id) => id,
            Err(error) => return wrong(error.to_string()),
        };
        if activity.customer != customer.id {
            return wrong("it happened to another customer".to_owned());
        }
        if record.as_ref().is_some_and(|it| it.customer != customer.id) {
            return wrong("its record is another customer's".to_owned());
        }
        let mut customer = customer.clone();
        let same = |it: &Activity| it.kind == activity.kind && it.id == activity.id;
        if !customer.activities.iter().any(same) {
            customer.activities.push(activity.clone());
        }
        Ok(Self {
            happening,
            id,
            customer,
        })
    }

    /// Whether a journey listens to it.
    pub(super) fn is_of(&self, spec: &ActivitySpec) -> bool {
        self.happening.activity.kind == spec.activity
    }

    /// The row that the journey's audience reads; `None` without the record that it is about.
    pub(super) fn row(&self, spec: &ActivitySpec) -> Option<Row> {
        let customer = self.customer.clone();
        let Some(kind) = &spec.record else {
            return Some(Row::of(customer));
        };
        let record = self.happening.record.as_ref();
        let record = record.filter(|record| record.kind == *kind)?;
        Some(Row::with_record(customer, record.clone()))
    }

    /// The occasion that it is for a journey.
    pub(super) fn occasion(
        &self,
        spec: &ActivitySpec,
        row: Row,
    ) -> Result<Occurrence, EngineError> {
        let activity = &self.happening.activity;
        let Some((due_at, not_after)) = spec.due(activity.at) else {
            let message = format!(
                "activity {:?} {:?}: it lies beyond the end of time",
                activity.kind, activity.id
            );
            return Err(EngineError::new(EngineErrorKind::Activity, message));
        };
        Ok(Occurrence {
            id: self.id.clone(),
            row,
            due_at,
            not_after,
            shared: false,
        })
    }

    /// What is wrong with the n-th journey of a campaign: it is about a record that does not come.
    pub(super) fn lacks_record(&self, spec: &ActivitySpec, n: usize) -> Problem {
        let kind = spec.record.as_ref().map_or("record", |kind| kind.as_str());
        let message = format!("{} {} comes without its {kind}", spec.activity, self.id);
        let path = format!("journey[{n}].trigger.on_activity.record");
        Problem::error(path, message).hint(Some("whoever reports it must report the record too"))
    }
}

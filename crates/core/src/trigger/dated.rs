//! Before or after a date of a record.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

use super::{DateSpec, Lead, TriggerError};
use crate::{
    Cursor, Customer, Due, Length, Occurrence, OccurrenceId, Page, PortError, PortErrorKind,
    Record, RecordQuery, RecordSource, Row, Span, Trigger, Value, Zone, rule::Rule,
};

/// How long after a date it is still written about it, when the journey does not say.
pub(super) const USUAL_AFTER: Length = Length::from_secs(7 * 86_400);

/// Fires so long before or after a date of a record.
///
/// A civil date falls due at the first instant of the day so many days before or after it, in the
/// trigger's zone. What fell due in a span is found by its window of dates, never by one exact day,
/// so a night that was missed is caught up by the next one.
#[derive(Debug, Clone)]
pub struct Dated {
    records: Arc<dyn RecordSource>,
    spec: DateSpec,
    lead: Lead,
    before: bool,
    zone: Zone,
    rule: Option<Rule>,
    instants: bool,
}

impl Dated {
    /// A trigger before a date. `instants` says that the attribute is an instant.
    ///
    /// # Errors
    /// When the specification makes no sense.
    pub fn before(
        records: Arc<dyn RecordSource>,
        spec: DateSpec,
        zone: Zone,
        instants: bool,
    ) -> Result<Self, TriggerError> {
        let lead = spec.lead()?;
        Ok(Self {
            records,
            spec,
            lead,
            before: true,
            zone,
            rule: None,
            instants,
        })
    }

    /// A trigger after a date. `instants` says that the attribute is an instant.
    ///
    /// # Errors
    /// When the specification makes no sense.
    pub fn after(
        records: Arc<dyn RecordSource>,
        spec: DateSpec,
        zone: Zone,
        instants: bool,
    ) -> Result<Self, TriggerError> {
        Ok(Self {
            before: false,
            ..Self::before(records, spec, zone, instants)?
        })
    }

    /// With a rule that the source may use to read less.
    #[must_use]
    pub fn only(mut self, rule: Option<Rule>) -> Self {
        self.rule = rule;
        self
    }

    /// When a value falls due, and until when it makes sense to write about it.
    pub(crate) fn due_of(&self, value: &Value) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let (due, end_of_date) = match (value, self.lead) {
            (Value::Date(date), Lead::Days(days)) => (self.day_due(*date, days)?, *date),
            (Value::Instant(at), Lead::Days(days)) => (
                self.day_due(self.zone.date(*at), days)?,
                self.zone.date(*at),
            ),
            (Value::Instant(at), Lead::Hours(hours)) => {
                let lead = Duration::hours(i64::from(hours));
                let due = if self.before {
                    at.checked_sub_signed(lead)
                } else {
                    at.checked_add_signed(lead)
                };
                (due?, self.zone.date(*at))
            }
            _ => return None,
        };
        let not_after = match (self.spec.not_after, self.before, value) {
            (Some(length), _, _) => due.checked_add_signed(length.duration())?,
            // A reminder makes no sense once the appointment has begun.
            (None, true, Value::Instant(at)) => *at,
            (None, true, _) => self.zone.end_of(end_of_date),
            (None, false, _) => due.checked_add_signed(USUAL_AFTER.duration())?,
        };
        Some((due, not_after))
    }

    fn day_due(&self, date: NaiveDate, days: u32) -> Option<DateTime<Utc>> {
        let days = Days::new(days.into());
        let day = if self.before {
            date.checked_sub_days(days)
        } else {
            date.checked_add_days(days)
        };
        day.map(|day| self.zone.start_of(day))
    }

    /// The records that may have fallen due in a span. A day more on each side costs little, and
    /// the exact window is kept by `due_of`.
    fn window(&self, span: &Span) -> Option<Due> {
        let attribute = self.spec.date.clone();
        let lead = match self.lead {
            Lead::Days(days) => Duration::days(i64::from(days)),
            Lead::Hours(hours) => Duration::hours(i64::from(hours)),
        };
        let lead = if self.before { lead } else { -lead };
        if self.instants {
            let slack = match self.lead {
                Lead::Days(_) => Duration::days(2),
                Lead::Hours(_) => Duration::zero(),
            };
            let after = span.from.checked_add_signed(lead - slack)?;
            let until = span.to.checked_add_signed(lead + slack)?;
            return Some(Due::At {
                attribute,
                after,
                until,
            });
        }
        // The first day whose first instant is after `from`, and the last whose is not after `to`.
        let first = self.zone.date(span.from);
        let first = if self.zone.start_of(first) > span.from {
            first
        } else {
            first.succ_opt()?
        };
        let last = self.zone.date(span.to);
        let (first, last) = (
            first.checked_add_signed(lead)?,
            last.checked_add_signed(lead)?,
        );
        (first <= last).then_some(Due::On {
            attribute,
            first,
            last,
        })
    }

    /// The occasion that a record is today: itself, its date and the offset, so that another date
    /// is another occasion, and so is another year.
    pub(crate) fn id_of(&self, record: &Record) -> Option<OccurrenceId> {
        let value = record.attributes.get(&self.spec.date)?;
        let lead = match self.lead {
            Lead::Days(days) => format!("{days}"),
            Lead::Hours(hours) => format!("{hours}h"),
        };
        OccurrenceId::new(format!("{} {value} {lead}", record.id)).ok()
    }

    fn occurrence(&self, span: &Span, record: Record, customer: Customer) -> Option<Occurrence> {
        let value = record.attributes.get(&self.spec.date)?;
        let (due_at, not_after) = self.due_of(value)?;
        if !span.holds(due_at) {
            return None;
        }
        let id = self.id_of(&record)?;
        let row = Row::with_record(customer, record);
        Some(Occurrence {
            id,
            row,
            due_at,
            not_after,
            shared: false,
        })
    }
}

#[async_trait]
impl Trigger for Dated {
    async fn due<'a>(
        &self,
        span: &Span,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Occurrence>, PortError> {
        let Some(due) = self.window(span) else {
            return Ok(Page::last(Vec::new()));
        };
        let mut query = RecordQuery::of(self.spec.record.clone()).due(due);
        query.rule.clone_from(&self.rule);
        let page = self.records.page(&query, after, limit).await?;
        if page.items.len() > limit as usize {
            return Err(PortError::new("records", "page", PortErrorKind::Corrupt));
        }
        let found = page.items.into_iter();
        let items = found
            .filter_map(|(record, who)| self.occurrence(span, record, who))
            .collect();
        Ok(Page {
            items,
            next: page.next,
        })
    }
}

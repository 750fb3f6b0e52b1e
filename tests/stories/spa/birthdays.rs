//! The spa's own trigger: a birthday falls due at the first instant of its day where the person
//! lives, and is the occasion of that civil year, once.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{Datelike as _, NaiveDate};
use pregon::memory::MemorySource;
use pregon::{
    Cursor, Customer, CustomerQuery, CustomerSource, Occurrence, OccurrenceId, Page, PortError,
    Row, Span, Trigger, Value, Zone,
};

#[derive(Debug)]
pub(crate) struct Birthdays {
    pub(crate) people: Arc<MemorySource>,
    pub(crate) zone: Zone,
}

/// The birthday that is kept in a year; those of 29 February keep the 28th in a plain one.
fn kept_in(year: i32, born: NaiveDate) -> Option<NaiveDate> {
    let last = || NaiveDate::from_ymd_opt(year, 2, 28);
    born.with_year(year).or_else(last)
}

impl Birthdays {
    fn occurrence(&self, who: Customer, span: &Span) -> Option<Occurrence> {
        let zone = who.zone.unwrap_or(self.zone);
        let Some(Value::Date(born)) = who.attributes.get("birth_date") else {
            return None;
        };
        let years = zone.date(span.from).year()..=zone.date(span.to).year();
        let days = years.filter_map(|year| kept_in(year, *born));
        let mut due = days.filter(|day| span.holds(zone.start_of(*day)));
        let day = due.next_back()?;
        Some(Occurrence {
            id: OccurrenceId::new(day.year().to_string()).ok()?,
            row: Row::of(who),
            due_at: zone.start_of(day),
            not_after: zone.end_of(day),
            // Two people with one phone have a birthday each.
            shared: false,
        })
    }
}

#[async_trait]
impl Trigger for Birthdays {
    async fn due<'a>(
        &self,
        span: &Span,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Occurrence>, PortError> {
        let all = CustomerQuery::default();
        let page = CustomerSource::page(&*self.people, &all, after, limit).await?;
        let found = page.items.into_iter();
        let items = found.filter_map(|who| self.occurrence(who, span)).collect();
        Ok(Page {
            items,
            next: page.next,
        })
    }
}

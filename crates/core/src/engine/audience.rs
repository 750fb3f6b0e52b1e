//! The audience of a rule.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::rule::{LeapDay, Moment, Rule};
use crate::{
    Audience, Cursor, Customer, CustomerQuery, CustomerSource, Page, PortError, Row, Segments, Zone,
};

/// Those of a source whom a rule matches: the audience that campaign files write, and one that a
/// host can use over any source of its own.
///
/// Members are told one by one, by the same [`Segments`] that everybody else asks. Civil dates are
/// those of the customer's zone.
///
/// ```
/// use std::sync::Arc;
/// use pregon_core::memory::MemorySource;
/// use pregon_core::rule::Rule;
/// use pregon_core::testing::poll_times;
/// use pregon_core::{Audience, Customer, RuleAudience, Segments, Zone};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let source = MemorySource::new().with_customers([
///     Customer::new("C-1")?.with("visits", 7),
///     Customer::new("C-2")?.with("visits", 7).with("staff", true),
/// ]);
/// let segments = Segments::new([])?.with("staff", Rule::parse("staff = true")?)?;
/// let rule = Rule::parse("visits >= 6 and not (staff is set and in segment staff)")?;
/// let audience = RuleAudience::new(Arc::new(source), rule, Zone::UTC).with_segments(segments);
///
/// let page = audience.page("2026-11-20T12:00:00Z".parse()?, None, 1000);
/// let page = poll_times(100, page).expect("the memory never waits")?;
/// assert_eq!(page.items.len(), 1);
/// assert_eq!(page.items[0].id.as_str(), "C-1");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct RuleAudience {
    customers: Arc<dyn CustomerSource>,
    rule: Option<Rule>,
    segments: Segments,
    zone: Zone,
    leap_day: LeapDay,
}

impl RuleAudience {
    /// Those whom a rule matches. The zone is that of customers whose own zone nobody knows.
    #[must_use]
    pub fn new(customers: Arc<dyn CustomerSource>, rule: Rule, zone: Zone) -> Self {
        Self {
            rule: Some(rule),
            ..Self::everybody(customers, zone)
        }
    }

    /// Everybody in the source.
    #[must_use]
    pub fn everybody(customers: Arc<dyn CustomerSource>, zone: Zone) -> Self {
        Self {
            customers,
            rule: None,
            segments: Segments::default(),
            zone,
            leap_day: LeapDay::default(),
        }
    }

    /// With the segments that the rule may name; without them `in segment x` is unknown.
    #[must_use]
    pub fn with_segments(mut self, segments: Segments) -> Self {
        self.segments = segments;
        self
    }

    /// With another rule for those of 29 February.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use chrono::NaiveDate;
    /// use pregon_core::memory::MemorySource;
    /// use pregon_core::rule::{LeapDay, Rule};
    /// use pregon_core::testing::poll_times;
    /// use pregon_core::{Audience, Customer, RuleAudience, Zone};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let birth: NaiveDate = "2000-02-29".parse()?;
    /// let source = Arc::new(MemorySource::new().with_customers([
    ///     Customer::new("C-1")?.with("birth", birth),
    /// ]));
    /// let rule = Rule::parse("birth anniversary within 0 days")?;
    /// let last_day = RuleAudience::new(source, rule, Zone::UTC);
    /// let next_day = last_day.clone().with_leap_day(LeapDay::March1);
    /// for (day, audience) in [("2027-02-28", last_day), ("2027-03-01", next_day)] {
    ///     let page = audience.page(format!("{day}T12:00:00Z").parse()?, None, 1000);
    ///     let page = poll_times(100, page).expect("the memory never waits")?;
    ///     assert_eq!(page.items.len(), 1, "{day}");
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_leap_day(mut self, leap_day: LeapDay) -> Self {
        self.leap_day = leap_day;
        self
    }

    fn matches(&self, row: &Row, now: DateTime<Utc>) -> bool {
        let Some(rule) = &self.rule else { return true };
        let customer = &row.customer;
        let zone = customer.zone.unwrap_or(self.zone);
        let moment = Moment::new(now, zone).with_leap_day(self.leap_day);
        self.segments.eval_row(rule, &row, &customer, &moment) == Some(true)
    }
}

#[async_trait]
impl Audience for RuleAudience {
    async fn page<'a>(
        &self,
        now: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        let query = CustomerQuery {
            rule: self.rule.clone(),
        };
        let page = self.customers.page(&query, after, limit).await?;
        let rows = page.items.into_iter().map(Row::of);
        let items = rows
            .filter(|row| self.matches(row, now))
            .map(|row| row.customer)
            .collect();
        Ok(Page {
            items,
            next: page.next,
        })
    }

    async fn holds(&self, row: &Row, now: DateTime<Utc>) -> Result<bool, PortError> {
        Ok(self.matches(row, now))
    }
}

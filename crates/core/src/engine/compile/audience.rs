//! The audience of a rule.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::rule::{Moment, Rule};
use crate::{
    Audience, Cursor, Customer, CustomerQuery, CustomerSource, Page, PortError, Row, Zone,
};

/// Those whom a rule matches; everybody without one.
#[derive(Debug)]
pub(super) struct ByRule {
    pub(super) rule: Option<Rule>,
    pub(super) customers: Arc<dyn CustomerSource>,
    pub(super) zone: Zone,
}

impl ByRule {
    fn matches(&self, row: &Row, now: DateTime<Utc>) -> bool {
        let Some(rule) = &self.rule else { return true };
        // Civil dates are those of the person's zone.
        let moment = Moment::new(now, row.customer.zone.unwrap_or(self.zone));
        rule.matches(&row, &moment)
    }
}

#[async_trait]
impl Audience for ByRule {
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

//! The customers of a table for whom a rule is true.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::rule::{LeapDay, Rule, RuleError};
use pregon_core::{Audience, Cursor, Customer, Page, PortError, Row, Segments, Zone};

use super::SqlTable;
use super::sql_table::Asking;

/// The customers of a table for whom a rule is true: the database finds them as far as it can say
/// the rule, what is left is asked in memory.
///
/// ```
/// # #[cfg(feature = "sqlite")] fn open() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use pregon_adapters_store::{Dialect, SqlAudience, SqlTable, Storage, TableMapping};
/// use pregon_core::rule::{LeapDay, Rule};
/// use pregon_core::{Segments, Zone};
///
/// let pool = sqlx::SqlitePool::connect_lazy("sqlite::memory:")?;
/// let clients = TableMapping::new(Dialect::Sqlite, "clients", "id")?
///     .attribute("visits", "visits", Storage::Integer)?;
/// let table = Arc::new(SqlTable::sqlite(clients, pool)?);
/// let rule = Rule::parse("visits >= 6")?;
/// let loyal = SqlAudience::new(table, rule, Segments::default(), Zone::UTC);
/// let loyal = loyal.expect("it goes with the table").with_leap_day(LeapDay::March1);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct SqlAudience {
    table: Arc<SqlTable>,
    rule: Rule,
    segments: Segments,
    zone: Zone,
    leap_day: LeapDay,
}

impl SqlAudience {
    /// Those for whom the rule, which may name these segments, is true. The zone is that of those
    /// whose own nobody knows.
    ///
    /// # Errors
    /// With everything in the rule that does not go with the table's attributes.
    pub fn new(
        table: Arc<SqlTable>,
        rule: Rule,
        segments: Segments,
        zone: Zone,
    ) -> Result<Self, Vec<RuleError>> {
        rule.check_in(&table.mapping().schema(), &segments)?;
        Ok(Self {
            table,
            rule,
            segments,
            zone,
            leap_day: LeapDay::default(),
        })
    }

    /// With another rule for those of 29 February.
    #[must_use]
    pub fn with_leap_day(mut self, leap_day: LeapDay) -> Self {
        self.leap_day = leap_day;
        self
    }

    fn asking(&self, now: DateTime<Utc>) -> Asking<'_> {
        Asking {
            rule: &self.rule,
            segments: &self.segments,
            now,
            zone: self.zone,
            leap_day: self.leap_day,
        }
    }
}

#[async_trait]
impl Audience for SqlAudience {
    async fn page<'a>(
        &self,
        now: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        self.table.members(&self.asking(now), after, limit).await
    }

    async fn holds(&self, row: &Row, now: DateTime<Utc>) -> Result<bool, PortError> {
        Ok(self.asking(now).holds_of(&self.rule, row))
    }
}

//! Customers from a host's own table.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::rule::{LeapDay, Moment, Rule};
use pregon_core::{
    Cursor, Customer, CustomerId, CustomerQuery, CustomerSource, Page, PortError, Row, Schema,
    Segments, Zone,
};

use super::error::{During, Error};
use super::mapping::ZoneFrom;
use super::people::{Asked, People};
use super::read::{Pool, Select, Wire, WireKind};
use super::translate::TABLE;
use super::{Dialect, IdStorage, MappingError, Pushed, Storage, TableMapping, When, where_clause};

/// How many texts of the column of zones are told apart; a table has some dozens.
const MOST_ZONES: usize = 2_000;

/// How many customers are looked at together when they are counted in memory.
const AT_ONCE: u32 = 2_000;

/// A host's own table of customers, in SQLite or PostgreSQL; only read, never written.
///
/// A page of a query with a rule is read with the rule as a condition of SQL: see [`where_clause`].
/// Ids, and a cursor's place among them, are compared as the column's own order has them.
///
/// ```
/// # #[cfg(feature = "sqlite")] fn open() -> Result<(), Box<dyn std::error::Error>> {
/// use pregon_adapters_store::{Dialect, SqlTable, Storage, TableMapping};
/// use sqlx::SqlitePool;
///
/// let pool = SqlitePool::connect_lazy("sqlite::memory:")?;
/// let clients = TableMapping::new(Dialect::Sqlite, "clients", "id")?
///     .attribute("visits", "visits", Storage::Integer)?;
/// let source = SqlTable::sqlite(clients, pool)?;
/// assert!(source.mapping().schema().get("visits").is_some());
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct SqlTable {
    pub(super) mapping: TableMapping,
    pub(super) pool: Pool,
    /// What was read in the column of zones; nothing before it was read.
    zones: RwLock<Option<BTreeSet<String>>>,
}

impl SqlTable {
    /// The table in a database of SQLite.
    ///
    /// # Errors
    /// When the mapping was made for another database.
    #[cfg(feature = "sqlite")]
    pub fn sqlite(mapping: TableMapping, pool: sqlx::SqlitePool) -> Result<Self, MappingError> {
        Self::new(mapping, Pool::Sqlite(pool))
    }

    /// The table in a database of PostgreSQL.
    ///
    /// # Errors
    /// When the mapping was made for another database.
    #[cfg(feature = "postgres")]
    pub fn postgres(mapping: TableMapping, pool: sqlx::PgPool) -> Result<Self, MappingError> {
        Self::new(mapping, Pool::Postgres(pool))
    }

    pub(super) fn new(mapping: TableMapping, pool: Pool) -> Result<Self, MappingError> {
        if mapping.dialect() != pool.dialect() {
            return Err(MappingError::Dialect);
        }
        Ok(Self {
            mapping,
            pool,
            zones: RwLock::new(None),
        })
    }

    /// What the columns mean.
    #[must_use]
    pub fn mapping(&self) -> &TableMapping {
        &self.mapping
    }

    /// How many customers a rule is true for at an instant.
    ///
    /// The zone is that of those whose own the table does not say; those of 29 February have their
    /// anniversary on 28 February of a plain year. Where the database can say the
    /// rule exactly, it counts by itself.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn count(
        &self,
        rule: &Rule,
        segments: &Segments,
        now: DateTime<Utc>,
        zone: Zone,
    ) -> Result<u64, PortError> {
        const COUNT: &str = "count of customers";
        let asked = Asking {
            rule,
            segments,
            now,
            zone,
            leap_day: LeapDay::default(),
        };
        for _ in 0..2 {
            let pushed = self.pushed(&asked).await.during(COUNT)?;
            if pushed.residual.is_some() {
                break;
            }
            let (count, unlisted) = self.counted(pushed).await.during(COUNT)?;
            if unlisted == 0 {
                return Ok(count);
            }
            self.read_zones().await.during(COUNT)?;
        }
        self.count_in_memory(&asked).await
    }

    async fn count_in_memory(&self, asked: &Asking<'_>) -> Result<u64, PortError> {
        let (mut count, mut after) = (0, None);
        loop {
            let page = self.members(asked, after.as_ref(), AT_ONCE).await?;
            count += page.items.len() as u64;
            after = page.next;
            if after.is_none() {
                return Ok(count);
            }
        }
    }

    /// How many rows pass, and how many of them only because nobody knew their zone.
    async fn counted(&self, pushed: Pushed) -> Result<(u64, u64), Error> {
        let mut select = Select::new(self.mapping.dialect, pushed.binds);
        select.add("count(*)".to_owned(), WireKind::Int);
        let unlisted = pushed.unlisted.unwrap_or_else(|| "FALSE".to_owned());
        let sum = format!("count(CASE WHEN {unlisted} THEN 1 END)");
        select.add(sum, WireKind::Int);
        let rest = format!(
            "FROM {} AS {TABLE} WHERE {TABLE}.{} IS NOT NULL AND ({})",
            self.mapping.table,
            Dialect::quoted(&self.mapping.id.0),
            pushed.text
        );
        let (text, binds, kinds) = select.finish(&rest);
        let rows = self.pool.fetch(text, binds, &kinds).await?;
        match rows.first().map(Vec::as_slice) {
            Some([Wire::Int(all), Wire::Int(unlisted)]) => {
                Ok((all.unsigned_abs(), unlisted.unsigned_abs()))
            }
            _ => Err(Error::Value {
                column: "count".to_owned(),
            }),
        }
    }

    /// A page of those for whom the rule is true.
    pub(super) async fn members(
        &self,
        asked: &Asking<'_>,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        const MEMBERS: &str = "page of members";
        let pushed = self.pushed(asked).await.during(MEMBERS)?;
        let residual = pushed.residual.clone();
        let page = self.people(Some(pushed), after, limit).await;
        let page = page.during(MEMBERS)?;
        let mut items = Vec::new();
        for found in page.items {
            let unlisted = found.unlisted;
            let holds = if unlisted.is_some() {
                asked.holds(asked.rule, &found.customer)
            } else {
                let left = residual.as_ref();
                left.is_none_or(|rule| asked.holds(rule, &found.customer))
            };
            if let Some(zone) = unlisted {
                self.note_zone(zone);
            }
            if holds {
                items.push(found.customer);
            }
        }
        let next = page.next;
        Ok(Page { items, next })
    }

    async fn pushed(&self, asked: &Asking<'_>) -> Result<Pushed, Error> {
        let mut when = When::at(asked.now, asked.zone).with_leap_day(asked.leap_day);
        if matches!(self.mapping.zone, ZoneFrom::Column(_)) {
            let known = self.zones();
            let zones = match known {
                Some(zones) => zones,
                None => self.read_zones().await?,
            };
            when = when.with_zones(zones);
        }
        Ok(where_clause(
            asked.rule,
            &self.mapping,
            &when,
            Some(asked.segments),
        ))
    }

    fn zones(&self) -> Option<BTreeSet<String>> {
        let zones = self.zones.read().unwrap_or_else(PoisonError::into_inner);
        zones.clone()
    }

    /// A zone of a row that came after the zones were read.
    fn note_zone(&self, zone: String) {
        let mut zones = self.zones.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(zones) = zones.as_mut().filter(|zones| zones.len() < MOST_ZONES) {
            zones.insert(zone);
        }
    }

    async fn read_zones(&self) -> Result<BTreeSet<String>, Error> {
        let ZoneFrom::Column(column) = &self.mapping.zone else {
            return Ok(BTreeSet::new());
        };
        let mut select = Select::new(self.mapping.dialect, Vec::new());
        let column = format!("{TABLE}.{}", Dialect::quoted(column));
        let at = select.add_stored(&Storage::Text, &column);
        let (text, binds, kinds) = select.finish(&format!(
            "FROM {} AS {TABLE} GROUP BY 1 LIMIT {}",
            self.mapping.table,
            MOST_ZONES + 1
        ));
        let mut rows = self.pool.fetch(text, binds, &kinds).await?;
        let texts = rows
            .iter_mut()
            .filter_map(|row| super::read::text_at(row, at));
        let found: BTreeSet<String> = texts.collect();
        let mut zones = self.zones.write().unwrap_or_else(PoisonError::into_inner);
        *zones = Some(found.clone());
        Ok(found)
    }

    async fn people(
        &self,
        pushed: Option<Pushed>,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<super::people::Found>, Error> {
        let asked = match after {
            Some(cursor) if self.mapping.id.1 == IdStorage::Integer => {
                Asked::After(cursor.as_str().parse().map_err(|_| Error::Cursor)?)
            }
            Some(cursor) => Asked::AfterText(cursor.as_str()),
            None => Asked::All,
        };
        People::new(&self.mapping, &self.pool)
            .page(pushed, asked, limit)
            .await
    }
}

/// A rule, when and where it is asked, and the segments that it may name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) rule: &'a Rule,
    pub(super) segments: &'a Segments,
    pub(super) now: DateTime<Utc>,
    pub(super) zone: Zone,
    pub(super) leap_day: LeapDay,
}

impl Asking<'_> {
    fn holds(&self, rule: &Rule, customer: &Customer) -> bool {
        self.holds_of(rule, &Row::of(customer.clone()))
    }

    /// Whether a rule is true of a row: what every condition must agree with.
    pub(super) fn holds_of(&self, rule: &Rule, row: &Row) -> bool {
        let zone = row.customer.zone.unwrap_or(self.zone);
        let moment = Moment::new(self.now, zone).with_leap_day(self.leap_day);
        // Segments are of the customer, whatever record the row is about.
        let truth = self.segments.eval_row(rule, &row, &&row.customer, &moment);
        truth == Some(true)
    }
}

#[async_trait]
impl CustomerSource for SqlTable {
    async fn schema(&self) -> Result<Schema, PortError> {
        Ok(self.mapping.schema())
    }

    async fn page<'a>(
        &self,
        query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        // A query does not say when it is asked, nor which segments there are.
        let when = When::anytime();
        let rule = query.rule.as_ref();
        let pushed = rule.map(|rule| where_clause(rule, &self.mapping, &when, None));
        let page = self.people(pushed, after, limit).await;
        let page = page.during("page of customers")?;
        Ok(page.map(|found| found.customer))
    }

    async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, PortError> {
        let found = People::new(&self.mapping, &self.pool).find(ids).await;
        found.during("customers by id")
    }
}

//! Rows of a host's tables of activities.

use chrono::SecondsFormat;
use pregon_core::{Activity, Attributes, CustomerId, Value};

use super::error::Error;
use super::mapping::{ActivityMapping, Kind};
use super::read::{Pool, Select, Wire, WireKind, text_at, value_at};
use super::{Bind, Dialect};

/// The name that statements give to the table.
const TABLE: &str = "a";

/// Reads activities of a table.
#[derive(Debug)]
pub(super) struct Happenings<'a> {
    pub(super) table: &'a ActivityMapping,
    /// What makes a list of ids of a list of what is bound.
    pub(super) cast: &'a str,
}

impl Happenings<'_> {
    /// What happened to these customers, each with the id of its customer.
    pub(super) async fn read(
        &self,
        pool: &Pool,
        ids: Bind,
    ) -> Result<Vec<(String, Activity)>, Error> {
        let (table, dialect) = (self.table, pool.dialect());
        let mut select = Select::new(dialect, Vec::new());
        select.add_text(&column(&table.customer));
        select.add_stored(&table.at.1, &column(&table.at.0));
        match &table.kind {
            Kind::Column(name, _) => select.add_text(&column(name)),
            Kind::Fixed(_) => select.add("NULL".to_owned(), WireKind::Text),
        };
        match &table.id {
            Some(name) => select.add_text(&column(name)),
            None => select.add("NULL".to_owned(), WireKind::Text),
        };
        for (_, name, storage) in table.columns.iter() {
            select.add_stored(storage, &column(name));
        }
        let ids = select.bind(ids);
        let customer = column(&table.customer);
        let rest = match dialect {
            Dialect::Sqlite => format!("{customer} IN (SELECT value FROM json_each({ids}))"),
            Dialect::Postgres => format!("{customer} = ANY({ids}{})", self.cast),
        };
        let (text, binds, kinds) =
            select.finish(&format!("FROM {} AS {TABLE} WHERE {rest}", table.table));
        let rows = pool.fetch(text, binds, &kinds).await?;
        let read = rows
            .into_iter()
            .map(|mut row| self.activity(&mut row, dialect));
        read.filter_map(Result::transpose).collect()
    }

    /// The activity of a row; nothing when it has no instant or a kind that nobody asked for.
    fn activity(
        &self,
        row: &mut [Wire],
        dialect: Dialect,
    ) -> Result<Option<(String, Activity)>, Error> {
        let table = self.table;
        let Some(customer) = text_at(row, 0) else {
            return Ok(None);
        };
        let at = value_at(row, 1, &table.at.1, &table.at.0, dialect)?;
        let kind = match (&table.kind, text_at(row, 2)) {
            (Kind::Fixed(kind), _) => kind.clone(),
            (Kind::Column(_, kinds), Some(kind)) if kinds.contains(&kind) => kind,
            (Kind::Column(..), _) => return Ok(None),
        };
        let Some(Value::Instant(at)) = at else {
            return Ok(None);
        };
        let id = text_at(row, 3).unwrap_or_else(|| {
            let at = at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            format!("{kind} {at}")
        });
        let mut attributes = Attributes::new();
        for (n, (name, column, storage)) in table.columns.iter().enumerate() {
            if let Some(value) = value_at(row, 4 + n, storage, column, dialect)? {
                attributes.insert(name, value);
            }
        }
        let owner = CustomerId::new(customer.as_str()).map_err(|fault| Error::Id {
            column: table.customer.clone(),
            fault,
        })?;
        let activity = Activity {
            id,
            customer: owner,
            kind,
            at,
            attributes,
        };
        Ok(Some((customer, activity)))
    }
}

fn column(name: &str) -> String {
    format!("{TABLE}.{}", Dialect::quoted(name))
}

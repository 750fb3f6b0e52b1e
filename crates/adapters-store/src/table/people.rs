//! Rows of a host's table as customers.

use std::collections::HashMap;

use pregon_core::{Cursor, Customer, CustomerId, Page};

use super::error::Error;
use super::happenings::Happenings;
use super::mapping::ZoneFrom;
use super::read::{Pool, Select, Wire, WireKind, take, text_at, value_at};
use super::translate::TABLE;
use super::{Bind, Dialect, IdStorage, Pushed, TableMapping};

/// A customer that was read.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) customer: Customer,
    /// What the column of zones says, when the condition did not know that zone.
    pub(super) unlisted: Option<String>,
}

/// Which customers, by their ids.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    All,
    After(i64),
    AfterText(&'a str),
}

/// Reads customers.
#[derive(Debug)]
pub(super) struct People<'a> {
    mapping: &'a TableMapping,
    pool: &'a Pool,
}

/// Where in an answer what stands.
struct Places {
    id: usize,
    zone: Option<usize>,
    unlisted: Option<usize>,
    person: [Option<usize>; 4],
    attributes: Vec<usize>,
}

impl<'a> People<'a> {
    pub(super) fn new(mapping: &'a TableMapping, pool: &'a Pool) -> Self {
        Self { mapping, pool }
    }

    /// The customers that pass, in the order of their ids.
    pub(super) async fn page(
        &self,
        pushed: Option<Pushed>,
        asked: Asked<'_>,
        limit: u32,
    ) -> Result<Page<Found>, Error> {
        let (condition, binds, unlisted) = match pushed {
            Some(pushed) => (pushed.text, pushed.binds, pushed.unlisted),
            None => ("TRUE".to_owned(), Vec::new(), None),
        };
        let mut select = Select::new(self.mapping.dialect, binds);
        let places = self.places(&mut select, unlisted);
        let id = self.id();
        let after = match asked {
            Asked::All => format!("{id} IS NOT NULL"),
            Asked::After(last) => format!("{id} > {}", select.bind(Bind::Int(last))),
            Asked::AfterText(last) => {
                let place = select.bind(Bind::Text(last.to_owned()));
                format!("{id} > {place}{}", self.id_cast(""))
            }
        };
        let most = select.bind(Bind::Int(i64::from(limit) + 1));
        let (text, binds, kinds) = select.finish(&format!(
            "FROM {} AS {TABLE} WHERE {after} AND ({condition}) ORDER BY {id} LIMIT {most}",
            self.mapping.table
        ));
        let mut rows = self.pool.fetch(text, binds, &kinds).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let items = self.customers(rows, &places).await?;
        let last = items.last().filter(|_| more);
        let next = last.map(|found| Cursor::new(found.customer.id.as_str()));
        Ok(Page { items, next })
    }

    /// The customers of these ids.
    pub(super) async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, Error> {
        let mut select = Select::new(self.mapping.dialect, Vec::new());
        let places = self.places(&mut select, None);
        let ids = select.bind(list_of(
            self.mapping.id.1,
            ids.iter().map(CustomerId::as_str),
        ));
        let those = match self.mapping.dialect {
            Dialect::Sqlite => format!("IN (SELECT value FROM json_each({ids}))"),
            Dialect::Postgres => format!("= ANY({ids}{})", self.id_cast("[]")),
        };
        let (text, binds, kinds) = select.finish(&format!(
            "FROM {} AS {TABLE} WHERE {} {those}",
            self.mapping.table,
            self.id()
        ));
        let rows = self.pool.fetch(text, binds, &kinds).await?;
        let found = self.customers(rows, &places).await?;
        Ok(found.into_iter().map(|found| found.customer).collect())
    }

    fn id(&self) -> String {
        column(&self.mapping.id.0)
    }

    fn id_cast(&self, list: &str) -> String {
        match self.mapping.id.1 {
            IdStorage::Uuid => format!("::text{list}::uuid{list}"),
            IdStorage::Text | IdStorage::Integer => String::new(),
        }
    }

    fn places(&self, select: &mut Select, unlisted: Option<String>) -> Places {
        let person = &self.mapping.person;
        let mut text = |name: &String| select.add_text(&column(name));
        let id = text(&self.mapping.id.0);
        let zone = match &self.mapping.zone {
            ZoneFrom::Column(name) => Some(text(name)),
            ZoneFrom::Nowhere | ZoneFrom::Fixed(_) => None,
        };
        let parts = [&person.name, &person.email, &person.phone, &person.language];
        let person = parts.map(|name| name.as_ref().map(&mut text));
        let unlisted = unlisted.map(|unlisted| {
            let flag = format!("CAST(CASE WHEN {unlisted} THEN 1 ELSE 0 END AS bigint)");
            select.add(flag, WireKind::Int)
        });
        let stored = self.mapping.columns.iter();
        let attributes = stored
            .map(|(_, name, storage)| select.add_stored(storage, &column(name)))
            .collect();
        Places {
            id,
            zone,
            unlisted,
            person,
            attributes,
        }
    }

    async fn customers(&self, rows: Vec<Vec<Wire>>, places: &Places) -> Result<Vec<Found>, Error> {
        let mut found = Vec::with_capacity(rows.len());
        for mut row in rows {
            found.push(self.customer(&mut row, places)?);
        }
        if self.mapping.activities.is_empty() || found.is_empty() {
            return Ok(found);
        }
        let by_id: HashMap<String, usize> = found
            .iter()
            .enumerate()
            .map(|(at, found)| (found.customer.id.as_str().to_owned(), at))
            .collect();
        for table in &self.mapping.activities {
            let ids = list_of(self.mapping.id.1, by_id.keys().map(String::as_str));
            let cast = self.id_cast("[]");
            let those = Happenings { table, cast: &cast };
            for (customer, activity) in those.read(self.pool, ids).await? {
                if let Some(at) = by_id.get(&customer) {
                    found[*at].customer.activities.push(activity);
                }
            }
        }
        Ok(found)
    }

    fn customer(&self, row: &mut [Wire], places: &Places) -> Result<Found, Error> {
        let id = text_at(row, places.id).unwrap_or_default();
        let id = CustomerId::new(id).map_err(|fault| Error::Id {
            column: self.mapping.id.0.clone(),
            fault,
        })?;
        let mut it = Customer::with_id(id);
        let [name, email, phone, language] = places.person.map(|at| text_at(row, at?));
        it.name = name;
        if let Some(text) = email.filter(|text| !text.is_empty()) {
            it = it.email(&text);
        }
        if let Some(text) = phone.filter(|text| !text.is_empty()) {
            it = it.phone(&text);
        }
        if let Some(text) = language {
            it = it.language(&text);
        }
        let zone = places.zone.and_then(|at| text_at(row, at));
        it.zone = match &self.mapping.zone {
            ZoneFrom::Fixed(zone) => Some(*zone),
            ZoneFrom::Nowhere | ZoneFrom::Column(_) => {
                zone.as_ref().and_then(|zone| zone.parse().ok())
            }
        };
        for ((name, column, storage), at) in self.mapping.columns.iter().zip(&places.attributes) {
            let value = value_at(row, *at, storage, column, self.mapping.dialect)?;
            if let Some(value) = value {
                it.attributes.insert(name, value);
            }
        }
        let unlisted = places.unlisted.map(|at| take(row, at));
        let is_unlisted = unlisted == Some(Wire::Int(1));
        Ok(Found {
            customer: it,
            unlisted: zone.filter(|_| is_unlisted),
        })
    }
}

fn column(name: &str) -> String {
    format!("{TABLE}.{}", Dialect::quoted(name))
}

/// Ids as they are bound; one that the column cannot have is left out.
fn list_of<'i>(kept: IdStorage, ids: impl Iterator<Item = &'i str>) -> Bind {
    match kept {
        IdStorage::Integer => {
            let number = |id: &str| id.parse().ok().filter(|n: &i64| n.to_string() == id);
            Bind::Ints(ids.filter_map(number).collect())
        }
        IdStorage::Text => Bind::Texts(ids.map(str::to_owned).collect()),
        IdStorage::Uuid => Bind::Texts(ids.filter(|id| is_uuid(id)).map(str::to_owned).collect()),
    }
}

/// Whether PostgreSQL writes a `uuid` so.
fn is_uuid(id: &str) -> bool {
    let place = |(at, c): (usize, char)| match at {
        8 | 13 | 18 | 23 => c == '-',
        _ => c.is_ascii_digit() || ('a'..='f').contains(&c),
    };
    id.len() == 36 && id.chars().enumerate().all(place)
}

//! A source of customers that breaks one promise.

use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::{
    Cursor, Customer, CustomerId, CustomerQuery, CustomerSource, Page, PortError, PortErrorKind,
    Schema, Value,
};

/// The promise that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceFault {
    /// None: the honest source behind the wrapper.
    None,
    /// Pages by offset, which slips when something is removed.
    PagesByOffset,
    /// Gives the last of each page again.
    RepeatsTheLast,
    /// Gives more than it was asked for.
    GivesTooMany,
    /// Says that it is at its end one page too early.
    StopsEarly,
    /// Finds those that are gone as well.
    FindsTheGone,
    /// Has attributes that its schema does not name.
    HidesAnAttribute,
    /// Takes a number for a text.
    ConfusesTypes,
}

/// An honest source that breaks one promise.
#[derive(Debug)]
pub struct SabotagedSource {
    honest: Arc<dyn CustomerSource>,
    fault: SourceFault,
}

impl SabotagedSource {
    /// The source without this promise.
    #[must_use]
    pub fn new(honest: Arc<dyn CustomerSource>, fault: SourceFault) -> Self {
        Self { honest, fault }
    }

    async fn by_offset(
        &self,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        let everybody = CustomerQuery::default();
        let all = self.honest.page(&everybody, None, u32::MAX).await?.items;
        let first = after.map_or(Ok(0), |cursor| cursor.as_str().parse::<usize>());
        let first = first.map_err(|error| {
            PortError::new("saboteur", "page", PortErrorKind::Invalid).with_source(error)
        })?;
        let last = first + limit as usize;
        let next = (last < all.len()).then(|| Cursor::new(last.to_string()));
        let items = all.into_iter().skip(first).take(limit as usize).collect();
        Ok(Page { items, next })
    }
}

#[async_trait]
impl CustomerSource for SabotagedSource {
    async fn schema(&self) -> Result<Schema, PortError> {
        let schema = self.honest.schema().await?;
        let hidden = self.fault == SourceFault::HidesAnAttribute;
        let all = schema
            .iter()
            .filter(|(name, _)| !(hidden && *name == "visits"));
        let mut rest = Schema::new();
        for (name, kind) in all {
            rest.insert(name, kind.clone()).map_err(|error| {
                PortError::new("saboteur", "schema", PortErrorKind::Corrupt).with_source(error)
            })?;
        }
        Ok(rest)
    }

    async fn page<'a>(
        &self,
        query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        if self.fault == SourceFault::PagesByOffset {
            return self.by_offset(after, limit).await;
        }
        let more = u32::from(self.fault == SourceFault::GivesTooMany);
        let mut page = self.honest.page(query, after, limit + more).await?;
        match self.fault {
            SourceFault::RepeatsTheLast => {
                if let (Some(last), true) = (page.items.last().cloned(), page.next.is_none()) {
                    page.items.push(last);
                }
            }
            SourceFault::StopsEarly if page.items.len() < 7 => page.next = None,
            SourceFault::ConfusesTypes => {
                for customer in &mut page.items {
                    if let Some(Value::Integer(visits)) = customer.attributes.get("visits") {
                        let text = Value::Text(visits.to_string());
                        customer.attributes.insert("visits", text);
                    }
                }
            }
            _ => {}
        }
        Ok(page)
    }

    async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, PortError> {
        let mut found = self.honest.find(ids).await?;
        if self.fault == SourceFault::FindsTheGone {
            let gone = ids.iter().find(|id| found.iter().all(|c| c.id != **id));
            found.extend(gone.cloned().map(Customer::with_id));
        }
        Ok(found)
    }
}

//! The source of people and records, which is away now and then.

use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::memory::MemorySource;
use pregon_core::testing::breath;
use pregon_core::{
    Cursor, Customer, CustomerId, CustomerQuery, CustomerSource, Page, PortError, Record,
    RecordQuery, RecordRef, RecordSchemas, RecordSource, Schema,
};

use super::trouble::{Trouble, away};

#[derive(Debug)]
pub(super) struct Flaky {
    pub(super) honest: Arc<MemorySource>,
    pub(super) trouble: Trouble,
}

impl Flaky {
    async fn there(&self) -> Result<(), PortError> {
        breath().await;
        if self.trouble.happens(|rates| rates.source) {
            return Err(away("source"));
        }
        Ok(())
    }
}

#[async_trait]
impl CustomerSource for Flaky {
    async fn schema(&self) -> Result<Schema, PortError> {
        self.there().await?;
        self.honest.schema().await
    }

    async fn page<'a>(
        &self,
        query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        self.there().await?;
        CustomerSource::page(&*self.honest, query, after, limit).await
    }

    async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, PortError> {
        self.there().await?;
        CustomerSource::find(&*self.honest, ids).await
    }
}

#[async_trait]
impl RecordSource for Flaky {
    async fn schemas(&self) -> Result<RecordSchemas, PortError> {
        self.there().await?;
        self.honest.schemas().await
    }

    async fn page<'a>(
        &self,
        query: &RecordQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<(Record, Customer)>, PortError> {
        self.there().await?;
        RecordSource::page(&*self.honest, query, after, limit).await
    }

    async fn find(&self, names: &[RecordRef]) -> Result<Vec<(Record, Customer)>, PortError> {
        self.there().await?;
        RecordSource::find(&*self.honest, names).await
    }
}

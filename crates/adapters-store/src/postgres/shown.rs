//! The books as their port asks for them.

use async_trait::async_trait;
use pregon_core::{
    BookEntry, Books, Cursor, CustomerId, Event, KnownLimit, Link, Page, Place, PortError,
    SealedWord, Subject,
};

use super::error::During as _;
use super::{PostgresStore, books, events};

#[async_trait]
impl Books for PostgresStore {
    async fn entries<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<BookEntry>, PortError> {
        read!(self, "page of the books", |on| books::entries(
            on,
            &self.names,
            None,
            after,
            limit
        ))
    }

    async fn entries_of<'a>(
        &self,
        customer: &CustomerId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<BookEntry>, PortError> {
        read!(self, "page of the books", |on| books::entries(
            on,
            &self.names,
            Some(customer),
            after,
            limit
        ))
    }

    async fn places<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Place>, PortError> {
        read!(self, "page of places", |on| books::places(
            on,
            &self.names,
            None,
            after,
            limit
        ))
    }

    async fn places_of<'a>(
        &self,
        subject: &Subject,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Place>, PortError> {
        read!(self, "page of places", |on| books::places(
            on,
            &self.names,
            Some(subject),
            after,
            limit
        ))
    }

    async fn words<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<(SealedWord, Option<Link>)>, PortError> {
        read!(self, "page of words", |on| books::said(
            on,
            &self.hash_key,
            after,
            limit
        ))
    }

    async fn untold<'a>(
        &self,
        after: Option<&'a Cursor>,
        decisions: u32,
    ) -> Result<Page<Event>, PortError> {
        read!(self, "page of events", |on| events::untold(
            on,
            &self.hash_key,
            after,
            decisions
        ))
    }

    async fn known_limits(&self) -> Result<Vec<KnownLimit>, PortError> {
        read!(self, "read of limits", |on| books::known_limits(on))
    }
}

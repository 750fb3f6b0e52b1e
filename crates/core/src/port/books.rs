//! The books of a ledger, for whoever audits it.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Cursor, Epoch, Page, PortError};
use crate::{
    AddressHash, BrandId, Candidate, Class, CustomerId, DispatchId, DispatchView, Event, Heard,
    LimitId, Link, PreferenceScope, SealedWord, Standing, Subject, Word, Zone,
};

/// A dispatch as it stands in the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookEntry {
    /// What the log shows of it.
    pub view: DispatchView,
    /// What class of writing it is.
    pub class: Class,
    /// In whose name.
    pub brand: Option<BrandId>,
    /// How many times it was handed to somebody to be sent.
    pub fence: u32,
    /// The pass that holds it, claimed or begun.
    pub held_by: Option<Epoch>,
    /// When it first began.
    pub first_at: Option<DateTime<Utc>>,
    /// When it no longer makes sense.
    pub not_after: DateTime<Utc>,
    /// The hash of its address, as it was read last.
    pub address: Option<AddressHash>,
    /// The person's zone when it began last.
    pub zone: Option<Zone>,
    /// What came back of it.
    pub heard: Heard,
    /// The words that hold for its person and its address, and since when.
    pub words: Vec<(PreferenceScope, Word, DateTime<Utc>)>,
}

impl BookEntry {
    /// What limits and hours judged when it began last; `None` when it never did.
    #[must_use]
    pub fn candidate(&self) -> Option<Candidate> {
        let key = &self.view.key;
        Some(Candidate {
            campaign: key.campaign.clone(),
            journey: key.journey.clone(),
            step: key.step.clone(),
            channel: key.channel.clone(),
            purpose: self.view.purpose.clone(),
            class: self.class,
            brand: self.brand.clone(),
            customer: key.customer.clone(),
            address: self.address?,
            zone: self.zone?,
            // The books do not say which hours held then.
            hours: None,
            parts: 1,
        })
    }
}

/// A place that a dispatch takes in limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose messages are counted, as [`Subject::code`](crate::Subject::code) gives it.
    pub subject: [u8; 16],
    /// Since when.
    pub at: DateTime<Utc>,
    /// The dispatch and where it stands; `None` when there is no such dispatch.
    pub dispatch: Option<(DispatchId, Standing, Option<Zone>)>,
    /// The limits that count it.
    pub rules: Vec<LimitId>,
}

/// A limit that the ledger knows: it counts under this law since an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLimit {
    /// Its name.
    pub rule: LimitId,
    /// How many in which window, as [`Quota::law`](crate::Quota::law) says it.
    pub law: String,
    /// Since when it says so.
    pub since: DateTime<Utc>,
}

/// Shows the books of a ledger as they are, for whoever audits or explains them. It decides
/// nothing.
#[async_trait]
pub trait Books: Debug + Send + Sync + 'static {
    /// A page of dispatches in the order in which they were planned; a page is one moment.
    ///
    /// # Errors
    /// When the store cannot be read, or the cursor is not one of its own.
    async fn entries<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<BookEntry>, PortError>;

    /// A page of places, those of a subject together and in the order of their instants, each with
    /// its dispatch as it stands at the same moment. The order of subjects is the store's own.
    ///
    /// # Errors
    /// When the store cannot be read, or the cursor is not one of its own.
    async fn places<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Place>, PortError>;

    /// A page of one person's dispatches, as [`entries`](Self::entries) shows them.
    ///
    /// # Errors
    /// When the store cannot be read, or the cursor is not one of its own.
    async fn entries_of<'a>(
        &self,
        customer: &CustomerId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<BookEntry>, PortError>;

    /// A page of one subject's places, as [`places`](Self::places) shows them.
    ///
    /// # Errors
    /// When the store cannot be read, or the cursor is not one of its own.
    async fn places_of<'a>(
        &self,
        subject: &Subject,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Place>, PortError>;

    /// A page of the words of all people in the order in which they were recorded, each with the
    /// link that it was kept with; `None` for those that are older than links.
    ///
    /// # Errors
    /// When the store cannot be read, or the cursor is not one of its own.
    async fn words<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<(SealedWord, Option<Link>)>, PortError>;

    /// A page of what happened and nobody has yet, the oldest first: of so many decisions of the
    /// ledger at most. Reading it passes nothing on.
    ///
    /// # Errors
    /// When the store cannot be read, or the cursor is not one of its own.
    async fn untold<'a>(
        &self,
        after: Option<&'a Cursor>,
        decisions: u32,
    ) -> Result<Page<Event>, PortError>;

    /// The limits that the ledger has counted under, in the order of their names.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn known_limits(&self) -> Result<Vec<KnownLimit>, PortError>;
}

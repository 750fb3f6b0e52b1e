//! What people allow.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::PortError;
use crate::{HashKey, Preference, PreferenceEntry, Recorded, Subject};

/// Keeps what people allow and refuse.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PreferenceStore: Debug + Send + Sync + 'static {
    /// Records words of people, all or none. Once it returns, no dispatch begins against them.
    ///
    /// Nothing is ever overwritten: a word said again changes nothing but is kept. A refusal and a
    /// later consent of the same subject and the same scope: the later one holds. A word is kept
    /// with the present, or with the latest instant that the ledger has seen where that is later:
    /// what began before the word began before its instant. A word itself moves no clock: it may be
    /// said by somebody whose clock is ahead.
    ///
    /// # Errors
    /// When the store cannot be written.
    async fn record(&self, words: &[Preference], now: DateTime<Utc>)
    -> Result<Recorded, PortError>;

    /// Every word of a subject, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn history(&self, subject: &Subject) -> Result<Vec<PreferenceEntry>, PortError>;

    /// The secret under which addresses are hashed; the same for the life of the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn hash_key(&self) -> Result<HashKey, PortError>;
}

//! What a host tells the engine about people's words.

use super::{Engine, EngineError};
use crate::{AddressKind, Preference, PreferenceEntry, Recorded, Subject};

impl Engine {
    /// Records words of people. Once it returns, no message begins against them; how many had begun
    /// already is told, because they may still arrive.
    ///
    /// # Errors
    /// When store or clock fail.
    pub async fn record(&self, words: &[Preference]) -> Result<Recorded, EngineError> {
        let now = self.now().await?;
        Ok(self.store.record(words, now).await?)
    }

    /// Every word of a person or an address, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn words(&self, subject: &Subject) -> Result<Vec<PreferenceEntry>, EngineError> {
        Ok(self.store.history(subject).await?)
    }

    /// An address as preferences speak of it: by its hash, so that it is stored nowhere.
    ///
    /// `canonical` is the address as [`Address::parse`](crate::Address::parse) gives it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn address(
        &self,
        kind: &AddressKind,
        canonical: &str,
    ) -> Result<Subject, EngineError> {
        let key = self.store.hash_key().await?;
        Ok(Subject::Address(key.address(kind.as_str(), canonical)))
    }
}

//! What the pages behind the links of messages need to know, and the links of one message.

use chrono::{DateTime, Utc};

use super::{Engine, EngineError};
use crate::{
    AddressKind, Addressed, ChannelName, Class, Consent, Customer, CustomerId, DispatchRef,
    LinkKeys, LinkUse, Links, Purpose,
};

/// The names under which texts read the links of their message.
pub(super) const LINK_NAMES: [&str; 2] = ["unsubscribe_url", "preferences_url"];

/// The links of one message, signed when its text asks for them.
#[derive(Debug, Clone, Copy)]
pub(super) struct MessageLinks<'a> {
    pub(super) links: &'a Links,
    pub(super) keys: &'a LinkKeys,
    pub(super) name: DispatchRef,
}

impl MessageLinks<'_> {
    /// The link of a name, if it is one of [`LINK_NAMES`].
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let token = |r#use| self.keys.sign(r#use, &self.name);
        match name {
            "unsubscribe_url" => Some(self.links.unsubscribe(&token(LinkUse::Unsubscribe))),
            "preferences_url" => Some(self.links.preferences(&token(LinkUse::Preferences))),
            _ => None,
        }
    }
}

impl Engine {
    /// Where the links of messages are served ([`EngineBuilder::links`](super::EngineBuilder)).
    #[must_use]
    pub fn links(&self) -> Option<&Links> {
        self.links.as_ref()
    }

    /// The keys under which the links of messages are signed: the host's own, or those that follow
    /// from the store's secret.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn link_keys(&self) -> Result<LinkKeys, EngineError> {
        match self.links.as_ref().and_then(Links::keys) {
            Some(keys) => Ok(keys.clone()),
            None => Ok(LinkKeys::of(&self.store.hash_key().await?)),
        }
    }

    /// The dispatch that a link leads to; `None` when the store knows none of this name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn addressed(&self, name: &DispatchRef) -> Result<Option<Addressed>, EngineError> {
        Ok(self.store.addressed(name).await?)
    }

    /// A customer as the source has it now; `None` when it has it no more.
    ///
    /// # Errors
    /// When the source fails.
    pub async fn customer(&self, id: &CustomerId) -> Result<Option<Customer>, EngineError> {
        let found = self.customers.find(std::slice::from_ref(id)).await?;
        Ok(found.into_iter().find(|customer| customer.id == *id))
    }

    /// The kinds of its actions, each with the kind of address that it goes to.
    pub fn channels(&self) -> impl Iterator<Item = (&ChannelName, AddressKind)> {
        let actions = self.actions.iter();
        actions.map(|(kind, action)| (kind, action.shape().address))
    }

    /// The class of a purpose; `None` when nobody declared it.
    #[must_use]
    pub fn class(&self, purpose: &Purpose) -> Option<Class> {
        self.purposes.class(purpose)
    }

    /// Whether promotional messages need a consent or stop at a refusal.
    #[must_use]
    pub fn consent(&self) -> Consent {
        self.consent
    }

    /// The present, as its passes take it.
    ///
    /// # Errors
    /// When the clock cannot be asked.
    pub async fn present(&self) -> Result<DateTime<Utc>, EngineError> {
        self.now().await
    }
}

//! For whom a link speaks, and what is known of them.

use pregon_core::{
    AddressHash, AddressKind, ChannelName, Customer, DispatchRef, EngineError, Purpose, Subject,
};

use super::Centre;
use crate::choices::{Known, Spoken, in_force};

/// For whom a link speaks.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) name: DispatchRef,
    /// The person, and the address that the message went to.
    pub(super) own: Vec<Subject>,
    pub(super) channel: ChannelName,
    /// The kind of address that the channel goes to.
    pub(super) kind: Option<AddressKind>,
    address: Option<AddressHash>,
    purpose: Purpose,
    /// The person as the source has it now.
    customer: Option<Customer>,
}

impl Link {
    pub(super) fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    pub(super) fn language(&self) -> Option<&str> {
        self.customer.as_ref()?.language.as_deref()
    }
}

impl Centre {
    /// For whom a name speaks; `None` for nobody: the ledger has it no more, or the person was
    /// forgotten.
    pub(super) async fn link(&self, name: DispatchRef) -> Result<Option<Link>, EngineError> {
        let Some(found) = self.engine.addressed(&name).await? else {
            return Ok(None);
        };
        let key = found.view.key;
        if key.customer.is_erased() {
            return Ok(None);
        }
        // A source that does not answer takes away a language and a hint, not the page.
        let customer = self
            .engine
            .customer(&key.customer)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "the customer of a link could not be read");
                None
            });
        let mut channels = self.engine.channels();
        let kind = channels
            .find(|(channel, _)| **channel == key.channel)
            .map(|(_, kind)| kind);
        let person = Subject::Customer(key.customer);
        Ok(Some(Link {
            name,
            own: std::iter::once(person)
                .chain(found.address.map(Subject::Address))
                .collect(),
            channel: key.channel,
            kind,
            address: found.address,
            purpose: found.view.purpose,
            customer,
        }))
    }

    /// What the person of a link has said, here and at the other addresses that the source has.
    pub(super) async fn known(&self, link: &Link) -> Result<Known, EngineError> {
        let mut words = Vec::new();
        for subject in &link.own {
            let of_address = matches!(subject, Subject::Address(_));
            let kind = if of_address { link.kind.clone() } else { None };
            let said = in_force(self.engine.words(subject).await?).into_iter();
            words.extend(said.map(|said| Spoken {
                said,
                own: true,
                kind: kind.clone(),
            }));
        }
        let contacts = link.customer.as_ref().map(|customer| &customer.contacts);
        let mut kinds: Vec<AddressKind> = self.engine.channels().map(|(_, kind)| kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let Some(Ok(canonical)) = contacts.map(|contacts| contacts.get(&kind)) else {
                continue;
            };
            let subject = self.engine.address(&kind, canonical).await?;
            if link.address.map(Subject::Address).as_ref() == Some(&subject) {
                continue;
            }
            let said = in_force(self.engine.words(&subject).await?).into_iter();
            let kind = Some(kind);
            words.extend(said.map(|said| Spoken {
                said,
                own: false,
                kind: kind.clone(),
            }));
        }
        let permissions = link
            .customer
            .as_ref()
            .map(|customer| customer.permissions.clone());
        Ok(Known {
            words,
            permissions: permissions.unwrap_or_default(),
            consent: self.engine.consent(),
        })
    }
}

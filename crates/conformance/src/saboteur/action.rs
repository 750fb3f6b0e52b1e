//! An action that breaks one promise.

use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::{
    Action, DispatchId, Fate, Order, PortError, PortErrorKind, Promise, Receipt, Rendered,
    SendError, Shape,
};

/// The promise that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActionFault {
    /// None: the honest action behind the wrapper.
    None,
    /// Says of what was sent that it was not.
    DeniesWhatItSent,
    /// Says of what never went that it did.
    ClaimsWhatItDidNotSend,
    /// Sends each order twice.
    PerformsTwice,
    /// Promises that a key is used once, over a provider that does not look at keys.
    PromisesTooMuch,
    /// Sends everything to the address of its first order.
    MixesAddresses,
    /// Cuts its texts short.
    CutsTexts,
    /// Gives every message the same name.
    NamesAllAlike,
    /// Sends what is flagged as a second copy under another key.
    RenamesSecondCopies,
    /// Says of an address that is none that it may be tried again.
    RetriesTheImpossible,
}

/// An honest action that breaks one promise.
#[derive(Debug)]
pub struct SabotagedAction {
    honest: Arc<dyn Action>,
    fault: ActionFault,
    first: std::sync::OnceLock<String>,
}

impl SabotagedAction {
    /// The action without this promise.
    #[must_use]
    pub fn new(honest: Arc<dyn Action>, fault: ActionFault) -> Self {
        Self {
            honest,
            fault,
            first: std::sync::OnceLock::new(),
        }
    }

    fn error(fate: Fate) -> SendError {
        let port = PortError::new("saboteur", "perform", PortErrorKind::Unavailable);
        SendError::new(fate, port)
    }

    fn order(&self, order: &Order) -> Order {
        let mut order = order.clone();
        match self.fault {
            ActionFault::MixesAddresses => {
                let first = self.first.get_or_init(|| order.to.clone());
                order.to.clone_from(first);
            }
            ActionFault::CutsTexts => order.parts = self.cut(&order.parts),
            ActionFault::RenamesSecondCopies if order.again => {
                order.id = DispatchId::from_bytes([0; 16]);
            }
            _ => {}
        }
        order
    }

    fn cut(&self, parts: &Rendered) -> Rendered {
        let names = self.honest.shape().parts.iter().map(|part| part.name);
        let cut = names.filter_map(|name| {
            let text = parts.get(name)?.chars().take(10).collect();
            Some((name.to_owned(), text))
        });
        cut.collect()
    }
}

#[async_trait]
impl Action for SabotagedAction {
    fn promise(&self) -> Promise {
        match self.fault {
            ActionFault::PromisesTooMuch => Promise::Idempotent { retention: None },
            _ => self.honest.promise(),
        }
    }

    fn shape(&self) -> Shape {
        self.honest.shape()
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        if self.fault == ActionFault::ClaimsWhatItDidNotSend {
            return Ok(Receipt::default());
        }
        let order = self.order(order);
        let answer = self.honest.perform(&order).await;
        match (self.fault, answer) {
            (ActionFault::DeniesWhatItSent, Ok(_)) => Err(Self::error(Fate::NotSent)),
            (ActionFault::PerformsTwice, Ok(receipt)) => {
                // Even an honest provider that knows keys sees two of them.
                let mut id = *order.id.as_bytes();
                id[15] ^= 0xff;
                let id = DispatchId::from_bytes(id);
                self.honest.perform(&Order { id, ..order }).await?;
                Ok(receipt)
            }
            (ActionFault::NamesAllAlike, Ok(_)) => {
                let reference = Some("ok".to_owned());
                Ok(Receipt { reference })
            }
            (ActionFault::RetriesTheImpossible, Err(_)) => Err(Self::error(Fate::NotSent)),
            (_, answer) => answer,
        }
    }
}

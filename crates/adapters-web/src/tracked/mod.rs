//! An action whose mails say that they were opened and which of their links was followed.

mod rewrite;

use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::{
    Action, Class, DispatchRef, LinkKeys, Links, Order, Promise, Receipt, SendError, Shape,
};

use rewrite::Rewrite;

/// Puts a pixel and signed links into the HTML of what an action sends.
///
/// Only of promotional messages, unless [`with_transactional`](Self::with_transactional) says
/// otherwise. Links by `http` and `https` lead over `…/c/{token}` to where they led, and to nowhere
/// else; `mailto:`, `tel:` and places within the mail stay, and so do links to our own pages:
/// nobody is counted on the way out. What the author wrote stays byte for byte but for those
/// links. A mail that would grow too large goes out as it is.
///
/// Whether people may be followed so, and must be told or asked before, is a question of the law
/// that their country has: a host that wraps an action in this has answered it.
///
/// ```
/// # use std::sync::Arc;
/// # use pregon_core::testing::Recording;
/// # use pregon_core::{Action, HashKey, LinkKeys, Links};
/// use pregon_adapters_web::Tracked;
/// let links = Links::new("https://m.example.org")?;
/// # let (email, secret) = (Recording::email(), HashKey::new([7; 32]));
/// // With the keys that the engine has: `LinkKeys::of(&store.hash_key().await?)`, or the host's.
/// let tracked = Tracked::new(Arc::new(email), links, LinkKeys::of(&secret));
/// assert_eq!(tracked.shape().kind.as_str(), "email");
/// # Ok::<(), pregon_core::LinksError>(())
/// ```
#[derive(Debug)]
pub struct Tracked {
    action: Arc<dyn Action>,
    links: Links,
    keys: LinkKeys,
    transactional: bool,
}

impl Tracked {
    /// The action, with links that are served there and signed under these keys: the same that its
    /// engine has.
    #[must_use]
    pub fn new(action: Arc<dyn Action>, links: Links, keys: LinkKeys) -> Self {
        Self {
            action,
            links,
            keys,
            transactional: false,
        }
    }

    /// Transactional messages too: confirmations and reminders.
    #[must_use]
    pub fn with_transactional(mut self) -> Self {
        self.transactional = true;
        self
    }
}

#[async_trait]
impl Action for Tracked {
    fn promise(&self) -> Promise {
        self.action.promise()
    }

    fn shape(&self) -> Shape {
        self.action.shape()
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        let wanted = order.class == Class::Promotional || self.transactional;
        let html = order.parts.get("html").filter(|_| wanted);
        let name = DispatchRef {
            id: order.id,
            row: order.row,
        };
        let rewrite = Rewrite {
            links: &self.links,
            keys: &self.keys,
            name,
            unsubscribe: order.unsubscribe.as_deref(),
        };
        let Some(html) = html.and_then(|html| rewrite.of(html)) else {
            return self.action.perform(order).await;
        };
        let mut tracked = order.clone();
        tracked.parts = tracked.parts.with("html", html);
        self.action.perform(&tracked).await
    }
}

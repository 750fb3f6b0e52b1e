//! Which account of SendGrid, and how to use it.

use crate::{ApiKey, ApiTimeouts, Region, Sender};

/// What of a mail SendGrid watches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tracking {
    /// Nothing, whatever the account's own settings say: links stay as they were written.
    #[default]
    Off,
    /// Whether promotional mails are opened and their links clicked. Others are never watched.
    Promotional,
}

/// Which account of SendGrid, and how to use it.
///
/// ```
/// use pregon_adapters_email::{ApiKey, Region, Sender, SendGridConfig};
/// let sender = Sender::parse("Renovaciones <avisos@example.org>").expect("a sender");
/// let config = SendGridConfig::new(ApiKey::new("SG.not-to-be-seen"), sender)
///     .with_region(Region::Eu)
///     .with_webhook();
/// assert!(!format!("{config:?}").contains("seen"));
/// ```
#[derive(Debug, Clone)]
pub struct SendGridConfig {
    pub(super) key: ApiKey,
    pub(super) sender: Sender,
    pub(super) base: String,
    pub(super) tracking: Tracking,
    pub(super) sandbox: bool,
    pub(super) webhook: bool,
    pub(super) categories: bool,
    pub(super) timeouts: ApiTimeouts,
    pub(super) authorities: Vec<u8>,
}

impl SendGridConfig {
    /// An account, by a key that may send mail, and in whose name it writes.
    #[must_use]
    pub fn new(key: ApiKey, sender: Sender) -> Self {
        let config = Self {
            key,
            sender,
            base: String::new(),
            tracking: Tracking::Off,
            sandbox: false,
            webhook: false,
            categories: false,
            timeouts: ApiTimeouts::default(),
            authorities: Vec::new(),
        };
        config.with_region(Region::Global)
    }

    /// With an account of a region.
    #[must_use]
    pub fn with_region(self, region: Region) -> Self {
        self.with_url(match region {
            Region::Global => "https://api.sendgrid.com",
            Region::Eu => "https://api.eu.sendgrid.com",
        })
    }

    /// With another server in the place of SendGrid's; plain `http` only towards an address of
    /// this machine.
    #[must_use]
    pub fn with_url(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// In the sandbox: SendGrid checks each message, takes it and delivers none.
    #[must_use]
    pub fn in_sandbox(mut self) -> Self {
        self.sandbox = true;
        self
    }

    /// With the event webhook: the host mounts it, so a lost answer is settled by what comes back.
    #[must_use]
    pub fn with_webhook(mut self) -> Self {
        self.webhook = true;
        self
    }

    /// With each message's purpose as its category, for SendGrid's own statistics.
    #[must_use]
    pub fn with_categories(mut self) -> Self {
        self.categories = true;
        self
    }

    /// With another choice of what is watched than [`Tracking::Off`].
    #[must_use]
    pub fn with_tracking(mut self, tracking: Tracking) -> Self {
        self.tracking = tracking;
        self
    }

    /// With other patience than [`ApiTimeouts::default`].
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: ApiTimeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// With more certificate authorities, in PEM, beside the public ones.
    #[must_use]
    pub fn with_authorities(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities = pem.into();
        self
    }
}

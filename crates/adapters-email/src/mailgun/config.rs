//! Which domain of Mailgun, and how to use it.

use crate::{ApiKey, ApiTimeouts, Region, Sender};

/// Which domain of Mailgun, and how to use it.
///
/// ```
/// use pregon_adapters_email::{ApiKey, MailgunConfig, Region, Sender};
/// let sender = Sender::parse("Renovaciones <avisos@mg.example.org>").expect("a sender");
/// let config = MailgunConfig::new(ApiKey::new("not-to-be-seen"), sender)
///     .with_region(Region::Eu)
///     .with_webhook();
/// assert!(!format!("{config:?}").contains("seen"));
/// ```
#[derive(Debug, Clone)]
pub struct MailgunConfig {
    pub(super) key: ApiKey,
    pub(super) domain: String,
    pub(super) sender: Sender,
    pub(super) base: String,
    pub(super) tracking: bool,
    pub(super) test_mode: bool,
    pub(super) webhook: bool,
    pub(super) tags: bool,
    pub(super) timeouts: ApiTimeouts,
    pub(super) authorities: Vec<u8>,
}

impl MailgunConfig {
    /// The domain of the sender's address, by a key that may send from it.
    #[must_use]
    pub fn new(key: ApiKey, sender: Sender) -> Self {
        let config = Self {
            key,
            domain: sender.from().address.domain().to_owned(),
            sender,
            base: String::new(),
            tracking: false,
            test_mode: false,
            webhook: false,
            tags: false,
            timeouts: ApiTimeouts::default(),
            authorities: Vec::new(),
        };
        config.with_region(Region::Global)
    }

    /// With another domain than that of the sender's address.
    #[must_use]
    pub fn with_domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = domain.into();
        self
    }

    /// With a domain that was made in a region.
    #[must_use]
    pub fn with_region(self, region: Region) -> Self {
        self.with_url(match region {
            Region::Global => "https://api.mailgun.net",
            Region::Eu => "https://api.eu.mailgun.net",
        })
    }

    /// With another server in the place of Mailgun's; plain `http` only towards an address of this
    /// machine.
    #[must_use]
    pub fn with_url(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// In test mode: Mailgun takes each message and delivers none.
    #[must_use]
    pub fn in_test_mode(mut self) -> Self {
        self.test_mode = true;
        self
    }

    /// With webhooks: the host mounts them, so a lost answer is settled by what comes back.
    #[must_use]
    pub fn with_webhook(mut self) -> Self {
        self.webhook = true;
        self
    }

    /// With each message's purpose as its tag, for Mailgun's own statistics.
    #[must_use]
    pub fn with_tags(mut self) -> Self {
        self.tags = true;
        self
    }

    /// With opens and clicks of promotional mails watched. Without this nothing is, whatever the
    /// domain's own settings say, and links stay as they were written.
    #[must_use]
    pub fn with_tracking(mut self) -> Self {
        self.tracking = true;
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

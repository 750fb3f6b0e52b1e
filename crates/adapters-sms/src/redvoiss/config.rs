//! Which account of Redvoiss, and how its messages are made.

use pregon_core::StopWords;

use crate::config::{ConfigError, Secret, Timeouts};

/// Where the service stands when nothing else is said.
const URL: &str = "https://sms.lanube.cl/services/rest";

/// The portal shows so many characters of a batch's name.
pub(super) const LABEL: usize = 50;

/// Whether the service keeps what people answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Replies {
    /// It does, and a STOP can be read. Only this way of sending is told our name for a message.
    #[default]
    Collect,
    /// It does not: for texts that name another way to refuse. One that asks for a STOP is not
    /// sent, because nobody would read it.
    Ignore,
}

/// What becomes of a text with characters that operators do not carry: those beyond Latin-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Characters {
    /// Nothing is sent, and whoever wrote it is told.
    #[default]
    Refuse,
    /// What GSM-7 does not have is replaced by what reads alike, as
    /// [`transliterate`](pregon_core::sms::transliterate) does: parts are fewer, accents are gone.
    /// What has no counterpart, as emoji, is refused all the same.
    Transliterate,
}

/// An account of Redvoiss. There is no API key: the service takes a user name and a password.
///
/// ```
/// # use pregon_adapters_sms::{Redvoiss, RedvoissConfig, Secret};
/// let config = RedvoissConfig::new(Secret::new("spa"), Secret::new("abracadabra"));
/// assert!(!format!("{config:?}").contains("abracadabra"));
/// assert!(Redvoiss::new(config).is_ok());
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RedvoissConfig {
    pub(super) url: String,
    pub(super) user: Secret,
    pub(super) password: Secret,
    pub(super) label: String,
    pub(super) replies: Replies,
    pub(super) characters: Characters,
    pub(super) stop_words: StopWords,
    pub(super) timeouts: Timeouts,
    pub(super) root_pem: Option<Vec<u8>>,
    pub(super) plain_http: bool,
}

impl RedvoissConfig {
    /// An account at the service's usual address.
    #[must_use]
    pub fn new(user: Secret, password: Secret) -> Self {
        Self {
            url: URL.to_owned(),
            user,
            password,
            label: "pregon".to_owned(),
            replies: Replies::default(),
            characters: Characters::default(),
            stop_words: StopWords::default(),
            timeouts: Timeouts::default(),
            root_pem: None,
            plain_http: false,
        }
    }

    /// With another address of the service.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// With a name under which the portal shows the messages, beside their purpose; `pregon` when
    /// nothing is said. It must not tell of a person.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With or without the replies of people.
    #[must_use]
    pub fn with_replies(mut self, replies: Replies) -> Self {
        self.replies = replies;
        self
    }

    /// With other words by which people refuse further messages.
    #[must_use]
    pub fn with_stop_words(mut self, words: StopWords) -> Self {
        self.stop_words = words;
        self
    }

    /// With another answer to characters that operators do not carry.
    #[must_use]
    pub fn with_characters(mut self, characters: Characters) -> Self {
        self.characters = characters;
        self
    }

    /// With other time-outs.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// With the certificate of an authority of one's own, as PEM, beside the usual ones.
    #[must_use]
    pub fn with_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_pem = Some(pem.into());
        self
    }

    /// Lets user and password travel unencrypted to another machine.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// The name of a batch of messages of a purpose.
    pub(super) fn batch_name(&self, purpose: &str) -> String {
        format!("{} {purpose}", self.label)
            .chars()
            .take(LABEL)
            .collect()
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let label = self.label.trim();
        let fits = (1..=LABEL).contains(&label.chars().count());
        if fits && !label.chars().any(char::is_control) {
            return Ok(());
        }
        Err(ConfigError::Form {
            what: "the label",
            must: "a line of 1 to 50 characters",
        })
    }
}

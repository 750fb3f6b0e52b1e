//! Which account of Twilio, and as whom it sends.

use reqwest::Url;

use crate::config::{ConfigError, Secret, Timeouts};

const URL: &str = "https://api.twilio.com";

/// As whom messages are sent.
///
/// ```
/// # use pregon_adapters_sms::TwilioFrom;
/// let number = TwilioFrom::Sender("+56442345678".to_owned());
/// let name = TwilioFrom::Sender("Aremko".to_owned());
/// let service = TwilioFrom::Service(format!("MG{}", "0".repeat(32)));
/// # let _ = (number, name, service);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TwilioFrom {
    /// A number with `+`, a short code, or a name of at most eleven letters and digits.
    Sender(String),
    /// A messaging service, `MG` and 32 digits, which picks the sender.
    Service(String),
}

/// An account of Twilio.
///
/// ```
/// # use pregon_adapters_sms::{Secret, Twilio, TwilioConfig, TwilioFrom};
/// let from = TwilioFrom::Sender("Aremko".to_owned());
/// let account = format!("AC{}", "0".repeat(32));
/// let config = TwilioConfig::new(account, Secret::new("abracadabra"), from);
/// assert!(!format!("{config:?}").contains("abracadabra"));
/// assert!(Twilio::new(config).is_ok());
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TwilioConfig {
    pub(super) url: String,
    pub(super) account: String,
    pub(super) token: Secret,
    pub(super) from: TwilioFrom,
    pub(super) validity_secs: Option<u32>,
    pub(super) status_callback: Option<String>,
    pub(super) smart_encoding: bool,
    pub(super) timeouts: Timeouts,
    pub(super) root_pem: Option<Vec<u8>>,
    pub(super) plain_http: bool,
}

impl TwilioConfig {
    /// An account, `AC` and 32 digits, and its token.
    #[must_use]
    pub fn new(account: impl Into<String>, token: Secret, from: TwilioFrom) -> Self {
        Self {
            url: URL.to_owned(),
            account: account.into(),
            token,
            from,
            validity_secs: None,
            status_callback: None,
            smart_encoding: false,
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

    /// With so many seconds after which a message that still waits is given up: 1 to 36,000, which
    /// is also what holds when nothing is said.
    #[must_use]
    pub fn with_validity_secs(mut self, seconds: u32) -> Self {
        self.validity_secs = Some(seconds);
        self
    }

    /// With an address of the host's that is told what becomes of each message. Our name for it
    /// stands in its query, so that a message whose answer was lost is found again.
    #[must_use]
    pub fn with_status_callback(mut self, url: impl Into<String>) -> Self {
        self.status_callback = Some(url.into());
        self
    }

    /// Lets the service replace characters that GSM-7 does not have where it knows one that reads
    /// alike, so that parts are fewer.
    #[must_use]
    pub fn with_smart_encoding(mut self) -> Self {
        self.smart_encoding = true;
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

    /// Lets account and token travel unencrypted to another machine.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let form = |what, must| Err(ConfigError::Form { what, must });
        if !is_sid(&self.account, "AC") {
            return form("the account", "AC and 32 hexadecimal digits");
        }
        match &self.from {
            TwilioFrom::Service(sid) if !is_sid(sid, "MG") => {
                return form("the messaging service", "MG and 32 hexadecimal digits");
            }
            TwilioFrom::Sender(name) if !is_sender(name) => {
                let must = "a number with +, a short code, or a name of 1 to 11 letters and digits";
                return form("the sender", must);
            }
            _ => {}
        }
        if self
            .validity_secs
            .is_some_and(|secs| !(1..=36_000).contains(&secs))
        {
            return form("the validity", "from 1 to 36000 seconds");
        }
        let callback = self.status_callback.as_deref();
        if callback.is_some_and(|text| !is_callback(text)) {
            return form("the status callback", "a web address");
        }
        Ok(())
    }
}

/// Whether a text is one of the service's names: two letters and 32 hexadecimal digits.
pub(super) fn is_sid(text: &str, kind: &str) -> bool {
    let digits = text.strip_prefix(kind);
    digits.is_some_and(|it| it.len() == 32 && it.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_sender(text: &str) -> bool {
    let number = text.strip_prefix('+').map(|digits| (digits, 7..=15));
    let (digits, most) = number.unwrap_or((text, 3..=8));
    let is_number = most.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b' ';
    let is_name = (1..=11).contains(&text.len())
        && text.bytes().all(plain)
        && text.bytes().any(|b| b.is_ascii_alphabetic())
        && text.trim() == text;
    is_number || is_name
}

fn is_callback(text: &str) -> bool {
    let url = Url::parse(text);
    url.is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.fragment().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_that_there_can_be() {
        for text in ["+56442345678", "12345", "Aremko", "Aremko Spa", "A1"] {
            assert!(is_sender(text), "{text}");
        }
        for text in [
            "",
            "+",
            "+12",
            "12",
            "123456789",
            "Aremko Hoteles",
            "Ñandú",
            "a-b",
            " a",
        ] {
            assert!(!is_sender(text), "{text}");
        }
    }
}

//! Twilio, a service of short messages.

mod answer;
mod config;
mod error;
mod signature;
mod webhook;

use async_trait::async_trait;
use pregon_core::{Address as _, Channel, Outbound, Promise, Receipt, SendError, Sms};
use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

pub use config::{TwilioConfig, TwilioFrom};
pub use error::TwilioRefusal;
pub use signature::SignatureError;
pub use webhook::{TwilioEvent, TwilioReply, TwilioStatus, TwilioUpdate, TwilioWebhook};

use crate::config::{ConfigError, Secret};
use crate::http::{Http, Setup, basic};
use error::{Error, Result};

/// Twilio takes no longer texts.
const MOST_CHARACTERS: usize = 1600;

/// Sends short messages by Twilio.
///
/// Twilio has no key by which it knows a message again. With a status callback it tells what
/// became of each message by our own name for it, so a lost answer is mostly found out
/// ([`Promise::Webhook`]); without one it stays in doubt ([`Promise::Blind`]). What Twilio calls
/// the host with is read by [`TwilioWebhook`]. A receipt's reference is the message's `sid`.
#[derive(Debug)]
pub struct Twilio {
    http: Http,
    config: TwilioConfig,
}

impl Twilio {
    /// A channel for an account. Nobody is called yet.
    ///
    /// # Errors
    /// When nothing could be sent with this configuration.
    pub fn new(config: TwilioConfig) -> std::result::Result<Self, ConfigError> {
        config.check()?;
        let account = Secret::new(&config.account);
        let http = Http::new(Setup {
            url: &config.url,
            authorization: basic((&account, "account"), (&config.token, "token"))?,
            timeouts: config.timeouts,
            root_pem: config.root_pem.as_deref(),
            plain_http: config.plain_http,
        })?;
        Ok(Self { http, config })
    }

    async fn hand_over(&self, out: &Outbound<Sms>) -> Result<Option<String>> {
        let characters = out.message.text.chars().count();
        if characters > MOST_CHARACTERS {
            return Err(Error::TooLong { characters });
        }
        let path = [
            "2010-04-01",
            "Accounts",
            &self.config.account,
            "Messages.json",
        ];
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let call = self.http.post(&path).header(CONTENT_TYPE, form);
        let answer = self.http.call(call.body(self.form(out)), out.now).await?;
        answer::judge(&answer)
    }

    fn form(&self, out: &Outbound<Sms>) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("To", out.message.to.as_str());
        match &self.config.from {
            TwilioFrom::Sender(sender) => form.append_pair("From", sender),
            TwilioFrom::Service(sid) => form.append_pair("MessagingServiceSid", sid),
        };
        form.append_pair("Body", &out.message.text);
        if let Some(seconds) = self.config.validity_secs {
            form.append_pair("ValidityPeriod", &seconds.to_string());
        }
        if self.config.smart_encoding {
            form.append_pair("SmartEncoded", "true");
        }
        let callback = self.config.status_callback.as_deref();
        if let Some(Ok(mut url)) = callback.map(Url::parse) {
            url.query_pairs_mut()
                .append_pair(webhook::KEY, &out.name().to_string());
            form.append_pair("StatusCallback", url.as_str());
        }
        form.finish()
    }
}

#[async_trait]
impl Channel<Sms> for Twilio {
    fn promise(&self) -> Promise {
        match self.config.status_callback {
            Some(_) => Promise::Webhook,
            None => Promise::Blind,
        }
    }

    async fn send(&self, out: &Outbound<Sms>) -> std::result::Result<Receipt, SendError> {
        let reference = self.hand_over(out).await?;
        Ok(Receipt { reference })
    }
}

/// For fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing {
    use pregon_core::SendError;

    pub(crate) fn judge(answer: &crate::http::Answer) -> Result<Option<String>, SendError> {
        Ok(super::answer::judge(answer)?)
    }

    pub(crate) fn call(url: &str, body: &[u8]) -> Option<super::TwilioEvent> {
        super::webhook::read(url, body)
    }
}

//! Services that carry short messages; who we are there comes from the surroundings.

use std::sync::Arc;

use pregon::{Action, FeedbackSource, Hours};
use serde::Deserialize;

use super::Config;
use super::file::SmsTable;
use crate::output::Failure;

/// An account of Redvoiss; its user and its password come from the surroundings.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RedvoissTable {
    url: Option<String>,
    label: Option<String>,
    replies: Option<bool>,
    transliterate: bool,
    timeout_secs: Option<u64>,
    authorities: Option<String>,
    plain_http: bool,
}

/// An account of Twilio; its token comes from the surroundings.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TwilioTable {
    account: Option<String>,
    from: Option<String>,
    service: Option<String>,
    status_callback: Option<String>,
    validity_secs: Option<u32>,
    smart_encoding: bool,
    url: Option<String>,
    timeout_secs: Option<u64>,
    authorities: Option<String>,
    plain_http: bool,
}

/// A service with what it can be asked.
pub(super) struct Service {
    pub(super) action: Arc<dyn Action>,
    /// What became of its messages, where nobody is called back.
    pub(super) source: Option<Arc<dyn FeedbackSource>>,
}

/// The service of a name; `None` when messages are to be files.
pub(super) fn service(
    config: &Config,
    provider: &str,
    table: &SmsTable,
) -> Result<Option<Service>, Failure> {
    match (provider, table) {
        (
            "redvoiss",
            SmsTable {
                redvoiss: Some(table),
                ..
            },
        ) => redvoiss::open(config, table).map(Some),
        (
            "twilio",
            SmsTable {
                twilio: Some(table),
                ..
            },
        ) => {
            let action = twilio::open(config, table)?;
            let source = None;
            Ok(Some(Service { action, source }))
        }
        _ => Ok(None),
    }
}

/// The hours of the service itself, beside those that the configuration writes.
pub(super) fn hours(config: &Config) -> Option<Hours> {
    let sms = config.file.channel.sms.as_ref()?;
    sms.redvoiss.as_ref().and_then(|_| redvoiss::hours())
}

/// The value of a variable that there must be.
#[cfg(any(feature = "redvoiss", feature = "twilio"))]
fn needed(config: &Config, path: &str, name: &str) -> Result<String, Failure> {
    let unset = || config.wrong(path, format!("the environment variable {name} is not set"));
    super::secrets::variable(name).ok_or_else(unset)
}

#[cfg(any(feature = "redvoiss", feature = "twilio"))]
fn timeouts(seconds: u64) -> pregon::sms::Timeouts {
    let usual = pregon::sms::Timeouts::default();
    let answer = std::time::Duration::from_secs(seconds.max(1));
    pregon::sms::Timeouts {
        connect: answer.min(usual.connect),
        answer,
    }
}

#[cfg(not(feature = "redvoiss"))]
mod redvoiss {
    use super::{Config, Failure, Hours, RedvoissTable, Service};

    pub(super) fn open(config: &Config, _: &RedvoissTable) -> Result<Service, Failure> {
        let message = "this build has no Redvoiss: it lacks the feature `redvoiss`";
        let hint = "build it with --features redvoiss (or full), or use [channel.sms.outbox]";
        let wrong = config.wrong("channel.sms.redvoiss", message);
        Err(wrong.hinted(Some(hint)))
    }

    pub(super) fn hours() -> Option<Hours> {
        None
    }
}

#[cfg(feature = "redvoiss")]
mod redvoiss {
    use pregon::sms::{Characters, ConfigError, Redvoiss, RedvoissConfig, Replies, Secret};
    use pregon::{Carry, Sms};

    use super::{Arc, Config, Failure, Hours, RedvoissTable, Service, needed, timeouts};
    use crate::config::secrets::{REDVOISS_PASSWORD, variable};

    const PATH: &str = "channel.sms.redvoiss";

    pub(super) fn open(config: &Config, table: &RedvoissTable) -> Result<Service, Failure> {
        if variable("REDVOISS_API_KEY").is_some() {
            let message = "REDVOISS_API_KEY is set, and Redvoiss has no API keys: the service \
                           takes a user name and a password";
            let hint = "take it away and set REDVOISS_USERNAME and REDVOISS_PASSWORD";
            return Err(config.wrong(PATH, message).hinted(Some(hint)));
        }
        let names = ["REDVOISS_USERNAME", REDVOISS_PASSWORD];
        let [user, password] = names.map(|name| needed(config, PATH, name).map(Secret::new));
        let mut account = RedvoissConfig::new(user?, password?);
        if let Some(url) = table.url.clone().or_else(|| variable("REDVOISS_API_URL")) {
            account = account.with_url(url);
        }
        if let Some(label) = &table.label {
            account = account.with_label(label);
        }
        if table.replies == Some(false) {
            account = account.with_replies(Replies::Ignore);
        }
        if table.transliterate {
            account = account.with_characters(Characters::Transliterate);
        }
        if let Some(seconds) = table.timeout_secs {
            account = account.with_timeouts(timeouts(seconds));
        }
        if let Some(file) = &table.authorities {
            let pem = crate::document::read_text(&config.path(file))?;
            account = account.with_root_certificate(pem);
        }
        if table.plain_http {
            account = account.allow_plain_http();
        }
        let wrong = |error: ConfigError| config.wrong(PATH, error.to_string());
        let channel = Redvoiss::new(account).map_err(wrong)?;
        Ok(Service {
            action: Arc::new(Carry::<Sms, _>::new(channel.clone())),
            source: Some(Arc::new(channel)),
        })
    }

    pub(super) fn hours() -> Option<Hours> {
        Some(Redvoiss::hours())
    }
}

#[cfg(not(feature = "twilio"))]
mod twilio {
    use super::{Action, Arc, Config, Failure, TwilioTable};

    pub(super) fn open(config: &Config, _: &TwilioTable) -> Result<Arc<dyn Action>, Failure> {
        let message = "this build has no Twilio: it lacks the feature `twilio`";
        let hint = "build it with --features twilio (or full), or use [channel.sms.outbox]";
        let wrong = config.wrong("channel.sms.twilio", message);
        Err(wrong.hinted(Some(hint)))
    }
}

#[cfg(feature = "twilio")]
mod twilio {
    use pregon::sms::{ConfigError, Secret, Twilio, TwilioConfig, TwilioFrom};
    use pregon::{Carry, Sms};

    use super::{Action, Arc, Config, Failure, TwilioTable, needed, timeouts};
    use crate::config::secrets::TWILIO_TOKEN;

    const PATH: &str = "channel.sms.twilio";

    pub(super) fn open(config: &Config, table: &TwilioTable) -> Result<Arc<dyn Action>, Failure> {
        let account = match &table.account {
            Some(account) => account.clone(),
            None => needed(config, PATH, "TWILIO_ACCOUNT_SID")?,
        };
        let token = Secret::new(needed(config, PATH, TWILIO_TOKEN)?);
        let from = match (&table.from, &table.service) {
            (Some(sender), None) => TwilioFrom::Sender(sender.clone()),
            (None, Some(service)) => TwilioFrom::Service(service.clone()),
            _ => {
                let message = "say either from (a sender) or service (a messaging service)";
                return Err(config.wrong(PATH, message));
            }
        };
        let mut account = TwilioConfig::new(account, token, from);
        if let Some(url) = &table.status_callback {
            account = account.with_status_callback(url);
        }
        if let Some(seconds) = table.validity_secs {
            account = account.with_validity_secs(seconds);
        }
        if table.smart_encoding {
            account = account.with_smart_encoding();
        }
        if let Some(url) = &table.url {
            account = account.with_url(url);
        }
        if let Some(seconds) = table.timeout_secs {
            account = account.with_timeouts(timeouts(seconds));
        }
        if let Some(file) = &table.authorities {
            let pem = crate::document::read_text(&config.path(file))?;
            account = account.with_root_certificate(pem);
        }
        if table.plain_http {
            account = account.allow_plain_http();
        }
        let wrong = |error: ConfigError| config.wrong(PATH, error.to_string());
        let channel = Twilio::new(account).map_err(wrong)?;
        Ok(Arc::new(Carry::<Sms, _>::new(channel)))
    }
}

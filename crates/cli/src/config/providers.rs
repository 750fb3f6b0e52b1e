//! Providers that take mails over HTTP: SendGrid and Mailgun, by the same keys, so that the name of
//! the table is all that changes between them.

use std::sync::Arc;

use pregon::Action;
use serde::Deserialize;

use super::Config;
use crate::output::Failure;

/// An account at a provider; its key comes from the surroundings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(any(feature = "sendgrid", feature = "mailgun")),
    expect(dead_code, reason = "this build only reads it")
)]
pub(crate) struct ProviderTable {
    pub(crate) from: String,
    pub(crate) reply_to: Option<String>,
    pub(crate) unsubscribe_mailto: Option<String>,
    pub(crate) unsubscribe_url: Option<String>,
    /// Where the provider keeps the account.
    #[serde(default)]
    pub(crate) region: RegionName,
    /// The domain to send from, where a provider asks for it.
    pub(crate) domain: Option<String>,
    /// Another server in the place of the provider's.
    pub(crate) url: Option<String>,
    /// The provider checks messages and delivers none.
    #[serde(default)]
    pub(crate) sandbox: bool,
    /// What the provider tells later settles lost answers.
    #[serde(default)]
    pub(crate) webhook: bool,
    /// The provider counts messages by purpose.
    #[serde(default)]
    pub(crate) categories: bool,
    /// The provider watches whether promotional messages are opened and their links clicked.
    #[serde(default)]
    pub(crate) tracking: bool,
    pub(crate) authorities: Option<String>,
    pub(crate) timeout_secs: Option<u64>,
}

/// In which part of the world an account is.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RegionName {
    #[default]
    Global,
    Eu,
}

#[cfg(not(feature = "sendgrid"))]
pub(super) fn sendgrid(config: &Config, _: &ProviderTable) -> Result<Arc<dyn Action>, Failure> {
    Err(lacking(config, "SendGrid", "sendgrid"))
}

#[cfg(not(feature = "mailgun"))]
pub(super) fn mailgun(config: &Config, _: &ProviderTable) -> Result<Arc<dyn Action>, Failure> {
    Err(lacking(config, "Mailgun", "mailgun"))
}

#[cfg(not(all(feature = "sendgrid", feature = "mailgun")))]
fn lacking(config: &Config, provider: &str, feature: &str) -> Failure {
    let path = format!("channel.email.{feature}");
    let message = format!("this build has no {provider}: it lacks the feature `{feature}`");
    let hint =
        format!("build it with --features {feature} (or full), or use [channel.email.outbox]");
    config.wrong(&path, message).hinted(Some(hint))
}

#[cfg(feature = "sendgrid")]
pub(super) fn sendgrid(config: &Config, table: &ProviderTable) -> Result<Arc<dyn Action>, Failure> {
    use pregon::email::{SendGrid, SendGridConfig, Tracking};
    use pregon::{Carry, Email};

    const PATH: &str = "channel.email.sendgrid";
    let account = with::account(config, table, PATH, "PREGON_SENDGRID_KEY")?;
    if table.domain.is_some() {
        let message = "SendGrid takes the domain of the sender; there is no other";
        return Err(config.wrong(&format!("{PATH}.domain"), message));
    }
    let mut sendgrid = SendGridConfig::new(account.key, account.sender)
        .with_region(account.region)
        .with_timeouts(account.timeouts)
        .with_authorities(account.authorities);
    if let Some(url) = &table.url {
        sendgrid = sendgrid.with_url(url);
    }
    if table.sandbox {
        sendgrid = sendgrid.in_sandbox();
    }
    if table.webhook {
        sendgrid = sendgrid.with_webhook();
    }
    if table.categories {
        sendgrid = sendgrid.with_categories();
    }
    if table.tracking {
        sendgrid = sendgrid.with_tracking(Tracking::Promotional);
    }
    let channel = SendGrid::new(sendgrid);
    let channel = channel.map_err(|error| with::wrong(config, PATH, &error))?;
    Ok(Arc::new(Carry::<Email, _>::new(channel)))
}

#[cfg(feature = "mailgun")]
pub(super) fn mailgun(config: &Config, table: &ProviderTable) -> Result<Arc<dyn Action>, Failure> {
    use pregon::email::{Mailgun, MailgunConfig};
    use pregon::{Carry, Email};

    const PATH: &str = "channel.email.mailgun";
    let account = with::account(config, table, PATH, "PREGON_MAILGUN_KEY")?;
    let mut mailgun = MailgunConfig::new(account.key, account.sender)
        .with_region(account.region)
        .with_timeouts(account.timeouts)
        .with_authorities(account.authorities);
    if let Some(domain) = &table.domain {
        mailgun = mailgun.with_domain(domain);
    }
    if let Some(url) = &table.url {
        mailgun = mailgun.with_url(url);
    }
    if table.sandbox {
        mailgun = mailgun.in_test_mode();
    }
    if table.webhook {
        mailgun = mailgun.with_webhook();
    }
    if table.categories {
        mailgun = mailgun.with_tags();
    }
    if table.tracking {
        mailgun = mailgun.with_tracking();
    }
    let channel = Mailgun::new(mailgun);
    let channel = channel.map_err(|error| with::wrong(config, PATH, &error))?;
    Ok(Arc::new(Carry::<Email, _>::new(channel)))
}

/// What both have in common.
#[cfg(any(feature = "sendgrid", feature = "mailgun"))]
mod with {
    use std::time::Duration;

    use pregon::email::{ApiConfigError, ApiKey, ApiTimeouts, Region, Sender};

    use super::{ProviderTable, RegionName};
    use crate::config::Config;
    use crate::config::channels::Written;
    use crate::config::secrets::variable;
    use crate::output::Failure;

    /// Who writes, and how to get to the provider.
    pub(super) struct Account {
        pub(super) key: ApiKey,
        pub(super) sender: Sender,
        pub(super) region: Region,
        pub(super) timeouts: ApiTimeouts,
        pub(super) authorities: Vec<u8>,
    }

    pub(super) fn account(
        config: &Config,
        table: &ProviderTable,
        path: &str,
        name: &str,
    ) -> Result<Account, Failure> {
        let written = Written {
            from: &table.from,
            reply_to: table.reply_to.as_deref(),
            mailto: table.unsubscribe_mailto.as_deref(),
            url: table.unsubscribe_url.as_deref(),
        };
        let sender = written.sender(config, path)?;
        let unset = || config.wrong(path, format!("the environment variable {name} is not set"));
        let authorities = table.authorities.as_ref().map(|file| config.path(file));
        let authorities = authorities
            .map(|file| crate::document::read_text(&file))
            .transpose()?;
        let mut timeouts = ApiTimeouts::default();
        if let Some(secs) = table.timeout_secs {
            let most = Duration::from_secs(secs.max(1));
            (timeouts.connect, timeouts.answer) = (timeouts.connect.min(most), most);
        }
        Ok(Account {
            key: ApiKey::new(variable(name).ok_or_else(unset)?),
            sender,
            region: match table.region {
                RegionName::Global => Region::Global,
                RegionName::Eu => Region::Eu,
            },
            timeouts,
            authorities: authorities.unwrap_or_default().into_bytes(),
        })
    }

    /// A mistake, at the key that it is about.
    pub(super) fn wrong(config: &Config, path: &str, error: &ApiConfigError) -> Failure {
        let key = match error {
            ApiConfigError::Url | ApiConfigError::PlainHttp => ".url",
            ApiConfigError::Domain => ".domain",
            ApiConfigError::Certificates => ".authorities",
            _ => "",
        };
        config.wrong(&format!("{path}{key}"), error.to_string())
    }
}

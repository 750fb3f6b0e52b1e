//! By what messages leave.

use std::path::PathBuf;
use std::sync::Arc;

use pregon::email::{Durability, OutboxDir, Sender, SenderError, UnsubscribeUrl};
use pregon::sms::SmsOutboxDir;
use pregon::testing::Recording;
use pregon::{Action, Carry, ChannelName, Email, FeedbackSource, Sms};

use super::file::{EmailTable, OutboxTable, SmsTable};
use super::{Config, order, providers, smtp};
use crate::output::Failure;

/// Where messages go when nothing is said: files, which nobody receives by mistake.
const DEFAULT_DIR: &str = "salida";

/// In whose name files are written when nothing is said.
const DEFAULT_FROM: &str = "Pregón <pregon@example.org>";

/// The channels of a configuration, open.
#[derive(Debug)]
pub(crate) struct Channels {
    pub(crate) actions: Vec<Arc<dyn Action>>,
    /// Who is asked what became of messages.
    pub(crate) sources: Vec<(ChannelName, Arc<dyn FeedbackSource>)>,
    /// The directories in which messages are kept as files.
    pub(crate) dirs: Vec<PathBuf>,
    /// Whether the configuration says nothing about channels.
    pub(crate) by_default: bool,
}

impl Channels {
    /// Opens the channels: their directories are there afterwards, no server is asked.
    pub(crate) async fn open(config: &Config, durability: Durability) -> Result<Self, Failure> {
        let table = &config.file.channel;
        let mut channels = Self {
            actions: Vec::new(),
            sources: Vec::new(),
            dirs: Vec::new(),
            by_default: table.email.is_none() && table.sms.is_none() && table.webhook.is_none(),
        };
        if channels.by_default {
            let email = OutboxTable::default();
            let email = channels.outbox(config, &email, durability).await?;
            let sms = channels.sms(config, None, durability).await?;
            channels.actions = vec![email, sms];
            return Ok(channels);
        }
        if let Some(email) = &table.email {
            let mut providers = Vec::new();
            for name in order::of(config, "channel.email", &email.order)? {
                providers.push(channels.mail_by(config, &name, email, durability).await?);
            }
            channels.actions.push(order::one(providers)?);
        }
        if let Some(sms) = &table.sms {
            let mut providers = Vec::new();
            for name in order::of(config, "channel.sms", &sms.order)? {
                providers.push(channels.sms_by(config, &name, sms, durability).await?);
            }
            channels.actions.push(order::one(providers)?);
        }
        if let Some(webhook) = &table.webhook {
            channels
                .actions
                .push(super::webhook::open(config, webhook)?);
        }
        Ok(channels)
    }

    async fn mail_by(
        &mut self,
        config: &Config,
        provider: &str,
        table: &EmailTable,
        durability: Durability,
    ) -> Result<Arc<dyn Action>, Failure> {
        match (provider, table) {
            (
                "smtp",
                EmailTable {
                    smtp: Some(table), ..
                },
            ) => smtp::mail(config, table),
            (
                "sendgrid",
                EmailTable {
                    sendgrid: Some(table),
                    ..
                },
            ) => providers::sendgrid(config, table),
            (
                "mailgun",
                EmailTable {
                    mailgun: Some(table),
                    ..
                },
            ) => providers::mailgun(config, table),
            _ => {
                let empty = OutboxTable::default();
                let table = table.outbox.as_ref().unwrap_or(&empty);
                self.outbox(config, table, durability).await
            }
        }
    }

    async fn sms_by(
        &mut self,
        config: &Config,
        provider: &str,
        table: &SmsTable,
        durability: Durability,
    ) -> Result<Arc<dyn Action>, Failure> {
        let Some(service) = super::sms::service(config, provider, table)? else {
            let outbox = table.outbox.as_ref();
            let dir = outbox.and_then(|outbox| outbox.dir.as_deref());
            return self.sms(config, dir, durability).await;
        };
        let channel = service.action.shape().kind;
        let source = service.source.map(|source| (channel, source));
        self.sources.extend(source);
        Ok(service.action)
    }

    /// The kinds of channels that there are, configured or not.
    pub(crate) fn kinds() -> Vec<ChannelName> {
        kinds(Self::shapes(None))
    }

    /// The kinds of channels that a configuration has.
    pub(crate) fn kinds_of(config: &Config) -> Vec<ChannelName> {
        kinds(Self::shapes(Some(config)))
    }

    /// Channels of the same shapes that send nothing: for checks.
    pub(crate) fn shapes(config: Option<&Config>) -> Vec<Arc<dyn Action>> {
        let (email, sms): (Arc<dyn Action>, Arc<dyn Action>) =
            (Arc::new(Recording::email()), Arc::new(Recording::sms()));
        let table = config.map(|config| &config.file.channel);
        match table {
            Some(table)
                if table.email.is_some() || table.sms.is_some() || table.webhook.is_some() =>
            {
                let webhook = table.webhook.as_ref().and_then(|_| super::webhook::shape());
                let email = table.email.is_some().then_some(email);
                let own = email.into_iter().chain(table.sms.is_some().then_some(sms));
                own.chain(webhook).collect()
            }
            Some(_) => vec![email, sms],
            None => [email, sms]
                .into_iter()
                .chain(super::webhook::shape())
                .collect(),
        }
    }

    async fn outbox(
        &mut self,
        config: &Config,
        table: &OutboxTable,
        durability: Durability,
    ) -> Result<Arc<dyn Action>, Failure> {
        let dir = match &table.dir {
            Some(dir) => config.path(dir),
            None => config.path(DEFAULT_DIR).join("correo"),
        };
        let written = Written {
            from: table.from.as_deref().unwrap_or(DEFAULT_FROM),
            reply_to: table.reply_to.as_deref(),
            mailto: table.unsubscribe_mailto.as_deref(),
            url: table.unsubscribe_url.as_deref(),
        };
        let sender = written.sender(config, "channel.email.outbox")?;
        let opened = OutboxDir::open(&dir, sender).await;
        let opened = opened.map_err(|error| Failure::port(&error))?;
        let channel = opened.with_durability(durability);
        self.dirs.push(dir);
        Ok(Arc::new(Carry::<Email, _>::new(channel)))
    }

    async fn sms(
        &mut self,
        config: &Config,
        dir: Option<&str>,
        durability: Durability,
    ) -> Result<Arc<dyn Action>, Failure> {
        let dir = match dir {
            Some(dir) => config.path(dir),
            None => config.path(DEFAULT_DIR).join("sms"),
        };
        let opened = SmsOutboxDir::open(&dir).await;
        let opened = opened.map_err(|error| Failure::port(&error))?;
        let channel = match durability {
            Durability::Full => opened,
            Durability::Rename => opened.with_durability(pregon::sms::Durability::Rename),
        };
        self.dirs.push(dir);
        Ok(Arc::new(Carry::<Sms, _>::new(channel)))
    }
}

/// What a configuration says of the sender.
pub(super) struct Written<'a> {
    pub(super) from: &'a str,
    pub(super) reply_to: Option<&'a str>,
    pub(super) mailto: Option<&'a str>,
    pub(super) url: Option<&'a str>,
}

impl Written<'_> {
    pub(super) fn sender(&self, config: &Config, path: &str) -> Result<Sender, Failure> {
        let wrong = |key: &'static str| {
            let path = format!("{path}.{key}");
            move |error: SenderError| config.wrong(&path, error.to_string()).because_of(&error)
        };
        let mut sender = Sender::parse(self.from).map_err(wrong("from"))?;
        if let Some(text) = self.reply_to {
            sender = sender.with_reply_to(text).map_err(wrong("reply_to"))?;
        }
        if let Some(text) = self.mailto {
            let with = sender.with_unsubscribe_mailto(text);
            sender = with.map_err(wrong("unsubscribe_mailto"))?;
        }
        // The same door for the button of a mail program as for the link in the text.
        let links = config.file.links.as_ref();
        let links = links.map(|it| format!("{}/u/{{token}}", it.url.trim_end_matches('/')));
        if let Some(text) = self.url.or(links.as_deref()) {
            let url = UnsubscribeUrl::parse(text).map_err(wrong("unsubscribe_url"))?;
            sender = sender.with_unsubscribe_url(url);
        }
        Ok(sender)
    }
}

fn kinds(actions: Vec<Arc<dyn Action>>) -> Vec<ChannelName> {
    let actions = actions.iter();
    actions.map(|action| action.shape().kind.clone()).collect()
}

//! By what messages leave.

use std::path::PathBuf;
use std::sync::Arc;

use pregon::email::{Durability, OutboxDir, Sender, SenderError, UnsubscribeUrl};
use pregon::sms::SmsOutboxDir;
use pregon::testing::Recording;
use pregon::{Action, Carry, ChannelName, Email, Sms};

use super::file::{EmailTable, OutboxTable, SmtpTable};
use super::{Config, only_one};
use crate::output::Failure;

/// Where messages go when nothing is said: files, which nobody receives by mistake.
const DEFAULT_DIR: &str = "salida";

/// In whose name files are written when nothing is said.
const DEFAULT_FROM: &str = "Pregón <pregon@example.org>";

/// The channels of a configuration, open.
#[derive(Debug)]
pub(crate) struct Channels {
    pub(crate) actions: Vec<Arc<dyn Action>>,
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
            dirs: Vec::new(),
            by_default: table.email.is_none() && table.sms.is_none(),
        };
        if channels.by_default {
            let email = OutboxTable::default();
            channels.outbox(config, &email, durability).await?;
            channels.sms(config, None, durability).await?;
            return Ok(channels);
        }
        if let Some(email) = &table.email {
            only_one(config, "channel.email")?;
            match email {
                EmailTable {
                    smtp: Some(smtp), ..
                } => channels.actions.push(mail(config, smtp)?),
                EmailTable { outbox, .. } => {
                    let empty = OutboxTable::default();
                    let table = outbox.as_ref().unwrap_or(&empty);
                    channels.outbox(config, table, durability).await?;
                }
            }
        }
        if let Some(sms) = &table.sms {
            let dir = sms.outbox.dir.as_deref();
            channels.sms(config, dir, durability).await?;
        }
        Ok(channels)
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
            Some(table) if table.email.is_some() || table.sms.is_some() => {
                let email = table.email.is_some().then_some(email);
                email
                    .into_iter()
                    .chain(table.sms.is_some().then_some(sms))
                    .collect()
            }
            _ => vec![email, sms],
        }
    }

    async fn outbox(
        &mut self,
        config: &Config,
        table: &OutboxTable,
        durability: Durability,
    ) -> Result<(), Failure> {
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
        self.actions.push(Arc::new(Carry::<Email, _>::new(channel)));
        self.dirs.push(dir);
        Ok(())
    }

    async fn sms(
        &mut self,
        config: &Config,
        dir: Option<&str>,
        durability: Durability,
    ) -> Result<(), Failure> {
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
        self.actions.push(Arc::new(Carry::<Sms, _>::new(channel)));
        self.dirs.push(dir);
        Ok(())
    }
}

/// What a configuration says of the sender.
struct Written<'a> {
    from: &'a str,
    reply_to: Option<&'a str>,
    mailto: Option<&'a str>,
    url: Option<&'a str>,
}

impl Written<'_> {
    fn sender(&self, config: &Config, path: &str) -> Result<Sender, Failure> {
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
        if let Some(text) = self.url {
            let url = UnsubscribeUrl::parse(text).map_err(wrong("unsubscribe_url"))?;
            sender = sender.with_unsubscribe_url(url);
        }
        Ok(sender)
    }
}

#[cfg(not(feature = "smtp"))]
fn mail(config: &Config, _: &SmtpTable) -> Result<Arc<dyn Action>, Failure> {
    let message = "this build has no SMTP: it lacks the feature `smtp`";
    let hint = "build it with --features smtp (or full), or use [channel.email.outbox]";
    Err(config
        .wrong("channel.email.smtp", message)
        .hinted(Some(hint)))
}

#[cfg(feature = "smtp")]
fn mail(config: &Config, table: &SmtpTable) -> Result<Arc<dyn Action>, Failure> {
    use super::file::TlsName;
    use pregon::email::{Password, Smtp, SmtpConfig, Timeouts, Tls};

    const PATH: &str = "channel.email.smtp";
    let written = Written {
        from: &table.from,
        reply_to: table.reply_to.as_deref(),
        mailto: table.unsubscribe_mailto.as_deref(),
        url: table.unsubscribe_url.as_deref(),
    };
    let sender = written.sender(config, PATH)?;
    let wrong = |error: pregon::email::ConfigError| {
        let hint = matches!(error, pregon::email::ConfigError::NoPassword)
            .then_some("set the environment variable PREGON_SMTP_PASSWORD");
        let at = config.wrong(&format!("{PATH}.url"), error.to_string());
        at.hinted(hint)
    };
    let mut smtp = SmtpConfig::parse(&table.url, sender).map_err(wrong)?;
    if let Some(password) = super::secrets::variable("PREGON_SMTP_PASSWORD") {
        smtp = smtp.with_password(Password::new(password));
    }
    smtp = match table.tls {
        Some(TlsName::Implicit) => smtp.with_tls(Tls::Implicit),
        Some(TlsName::Starttls) => smtp.with_tls(Tls::StartTls),
        Some(TlsName::None) => smtp.with_tls(Tls::None),
        None => smtp,
    };
    if let Some(connections) = table.connections {
        smtp = smtp.with_connections(connections);
    }
    if let Some(name) = &table.hello {
        smtp = smtp.with_hello(name);
    }
    if let Some(file) = &table.authorities {
        let pem = crate::document::read_text(&config.path(file))?;
        smtp = smtp.with_authorities(pem);
    }
    if let Some(secs) = table.timeout_secs {
        let most = std::time::Duration::from_secs(secs.max(1));
        let mut timeouts = Timeouts::default();
        let all = [
            &mut timeouts.connect,
            &mut timeouts.greeting,
            &mut timeouts.command,
            &mut timeouts.data,
            &mut timeouts.body,
        ];
        for each in all {
            *each = most.min(*each);
        }
        smtp = smtp.with_timeouts(timeouts);
    }
    let channel = Smtp::new(smtp).map_err(wrong)?;
    Ok(Arc::new(Carry::<Email, _>::new(channel)))
}

fn kinds(actions: Vec<Arc<dyn Action>>) -> Vec<ChannelName> {
    let actions = actions.iter();
    actions.map(|action| action.shape().kind.clone()).collect()
}

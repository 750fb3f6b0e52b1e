//! A mail server, by the configuration or by the variables that Django's settings made usual.

use std::sync::Arc;

use pregon::Action;
#[cfg(feature = "smtp")]
use pregon::{Carry, Email};

use super::Config;
#[cfg(feature = "smtp")]
use super::channels::Written;
use super::file::SmtpTable;
#[cfg(feature = "smtp")]
use super::file::TlsName;
#[cfg(feature = "smtp")]
use super::secrets::variable;
use crate::output::Failure;

#[cfg(feature = "smtp")]
const PATH: &str = "channel.email.smtp";

#[cfg(not(feature = "smtp"))]
pub(super) fn mail(config: &Config, _: &SmtpTable) -> Result<Arc<dyn Action>, Failure> {
    let message = "this build has no SMTP: it lacks the feature `smtp`";
    let hint = "build it with --features smtp (or full), or use [channel.email.outbox]";
    Err(config
        .wrong("channel.email.smtp", message)
        .hinted(Some(hint)))
}

#[cfg(feature = "smtp")]
pub(super) fn mail(config: &Config, table: &SmtpTable) -> Result<Arc<dyn Action>, Failure> {
    use pregon::email::{Password, Smtp, SmtpConfig, Tls};

    let server = Server::of(config, table)?;
    let written = Written {
        from: &server.from,
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
    let mut smtp = SmtpConfig::parse(&server.url, sender).map_err(wrong)?;
    if let Some(password) = server.password {
        smtp = smtp.with_password(Password::new(password));
    }
    smtp = match server.tls {
        Some(TlsName::Implicit) => smtp.with_tls(Tls::Implicit),
        Some(TlsName::Starttls) => smtp.with_tls(Tls::StartTls),
        Some(TlsName::None) => smtp.with_tls(Tls::None),
        None => smtp,
    };
    if let Some(dkim) = &table.dkim {
        smtp = super::dkim::sign(config, dkim, smtp)?;
    }
    if let Some(verp) = super::bounces::verp(config)? {
        smtp = smtp.with_bounces_to(verp);
    }
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
        smtp = smtp.with_timeouts(timeouts(secs));
    }
    let channel = Smtp::new(smtp).map_err(wrong)?;
    Ok(Arc::new(Carry::<Email, _>::new(channel)))
}

/// Where mails are handed in, and in whose name.
#[cfg(feature = "smtp")]
struct Server {
    url: String,
    from: String,
    tls: Option<TlsName>,
    password: Option<String>,
}

#[cfg(feature = "smtp")]
impl Server {
    /// What the file says; where it says no server, `EMAIL_HOST` and its like do.
    fn of(config: &Config, table: &SmtpTable) -> Result<Self, Failure> {
        let from = table
            .from
            .clone()
            .or_else(|| variable("DEFAULT_FROM_EMAIL"));
        let from = from.ok_or_else(|| {
            let message = "in whose name are mails sent?";
            let hint = "from = \"Avisos <avisos@example.org>\", or the variable DEFAULT_FROM_EMAIL";
            config.wrong(PATH, message).hinted(Some(hint))
        })?;
        if let Some(url) = &table.url {
            return Ok(Self {
                url: url.clone(),
                from,
                tls: table.tls,
                password: variable("PREGON_SMTP_PASSWORD"),
            });
        }
        let host = variable("EMAIL_HOST").ok_or_else(|| {
            let message = "there is no mail server";
            let hint = "url = \"smtps://mail.example.org\", or the variable EMAIL_HOST";
            config.wrong(PATH, message).hinted(Some(hint))
        })?;
        let user = variable("EMAIL_HOST_USER").map(|user| format!("{}@", encoded(&user)));
        // The port that Django takes when nothing is said.
        let port = variable("EMAIL_PORT").unwrap_or_else(|| "25".to_owned());
        let url = format!("smtp://{}{host}:{port}", user.unwrap_or_default());
        let password = variable("PREGON_SMTP_PASSWORD");
        Ok(Self {
            url,
            from,
            tls: table.tls.map_or_else(|| tls(config), |tls| Ok(Some(tls)))?,
            password: password.or_else(|| variable("EMAIL_HOST_PASSWORD")),
        })
    }
}

/// What `EMAIL_USE_TLS` says. When it is not set the connection is encrypted, as with a URL: plain
/// text towards another machine has to be said.
#[cfg(feature = "smtp")]
fn tls(config: &Config) -> Result<Option<TlsName>, Failure> {
    let Some(said) = variable("EMAIL_USE_TLS") else {
        return Ok(None);
    };
    match said.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(Some(TlsName::Starttls)),
        "false" | "0" | "no" | "off" => Ok(Some(TlsName::None)),
        _ => {
            let message = "EMAIL_USE_TLS is neither True nor False";
            Err(config.wrong(PATH, message))
        }
    }
}

/// A user's name as it stands in a URL (RFC 3986, section 3.2.1).
#[cfg(feature = "smtp")]
fn encoded(user: &str) -> String {
    let mut encoded = String::with_capacity(user.len());
    for byte in user.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(feature = "smtp")]
fn timeouts(secs: u64) -> pregon::email::Timeouts {
    let most = std::time::Duration::from_secs(secs.max(1));
    let mut timeouts = pregon::email::Timeouts::default();
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
    timeouts
}

//! Mails by SMTP.

mod config;
mod dial;
mod error;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod offers;
mod pool;
mod reply;
mod session;
mod talk;
mod url;
mod wire;

use std::fmt;

use async_trait::async_trait;
use pregon_core::{Channel, Email, Outbound, Promise, Receipt, SendError};

use self::config::Stationery;
pub use self::config::{ConfigError, Password, SmtpConfig, Timeouts, Tls};
use self::error::Error;
use self::pool::Pool;
use self::session::Letter;
use crate::mime::{self, MimeError};

/// Hands mails to an SMTP server over a few connections that it keeps.
///
/// Nothing is said without TLS unless the server is this machine, or the host wrote
/// [`Tls::None`]; a server that stops offering STARTTLS gets nothing. After the first byte of a
/// mail a lost answer is doubt; before that, and for every refusal, the fate is known. A mail that
/// may be a second copy has the header `X-Pregon-Attempt: again`.
///
/// ```
/// use pregon_adapters_email::{Password, Sender, Smtp, SmtpConfig};
/// let sender = Sender::parse("Renovaciones <avisos@example.org>").expect("a sender");
/// let config = SmtpConfig::parse("smtps://avisos@mail.example.org", sender)?
///     .with_password(Password::new("from the environment"));
/// let smtp = Smtp::new(config)?;
/// assert_eq!(format!("{smtp:?}"), "Smtp { server: \"mail.example.org:465\", .. }");
/// # Ok::<(), pregon_adapters_email::ConfigError>(())
/// ```
pub struct Smtp {
    server: String,
    stationery: Stationery,
    pool: Pool,
}

impl Smtp {
    /// Checks the configuration. Nothing is connected before the first mail.
    ///
    /// # Errors
    /// When parts of the configuration contradict each other or cannot be used.
    pub fn new(config: SmtpConfig) -> Result<Self, ConfigError> {
        let (settings, stationery) = config.into_settings()?;
        Ok(Self {
            server: format!("{}:{}", settings.host, settings.port),
            stationery,
            pool: Pool::new(settings),
        })
    }

    /// Takes leave of the server on all connections that are not in use.
    ///
    /// Dropping does no harm to any mail, but servers note it as a lost connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn letter(&self, out: &Outbound<Email>) -> Result<Letter, MimeError> {
        let Stationery { sender, verp, .. } = &self.stationery;
        let mail = mime::letter(sender, out, out.again.then_some("again"))?;
        let envelope = mail.envelope();
        let (Some(from), [to]) = (envelope.from(), envelope.to()) else {
            return Err(MimeError::Address);
        };
        let from = match verp {
            None => from.clone(),
            Some(verp) => {
                let from = verp.address(out.name()).parse();
                from.map_err(|_| MimeError::Address)?
            }
        };
        Ok(Letter {
            from,
            to: to.clone(),
            bytes: self.signed(mail.formatted(), out).await,
        })
    }

    #[cfg(not(feature = "dkim"))]
    async fn signed(&self, mail: Vec<u8>, _: &Outbound<Email>) -> Vec<u8> {
        mail
    }

    #[cfg(feature = "dkim")]
    async fn signed(&self, mail: Vec<u8>, out: &Outbound<Email>) -> Vec<u8> {
        let Some(dkim) = &self.stationery.dkim else {
            return mail;
        };
        if !dkim.is_slow() {
            return dkim.sign(&mail, out.now);
        }
        let (dkim, now) = (dkim.clone(), out.now);
        let mail = std::sync::Arc::new(mail);
        let shared = std::sync::Arc::clone(&mail);
        let signed = tokio::task::spawn_blocking({
            let dkim = dkim.clone();
            move || dkim.sign(&shared, now)
        });
        // Only a runtime that shuts down refuses the work, and then it is done here.
        signed.await.unwrap_or_else(|_| dkim.sign(&mail, now))
    }
}

#[async_trait]
impl Channel<Email> for Smtp {
    fn promise(&self) -> Promise {
        Promise::Blind
    }

    async fn send(&self, out: &Outbound<Email>) -> Result<Receipt, SendError> {
        let letter = self.letter(out).await.map_err(Error::from)?;
        let reference = self.pool.deliver(&letter).await?;
        Ok(Receipt { reference })
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

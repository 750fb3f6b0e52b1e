//! One connection and the mails that go over it, command by command, so that it is always known
//! how far a mail has come.

use lettre::Address;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::Instant;

use super::config::Settings;
use super::dial::{dial, within};
use super::error::Error;
use super::reply::{Phase, Reply, queued_as};

/// A mail to exactly one recipient.
pub(super) struct Letter {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

/// A connection that is greeted and logged in.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    opened_at: Instant,
    used_at: Instant,
    /// Whether a mail was begun and not ended, so that the server must be told to forget it.
    begun: bool,
}

impl Session {
    pub(super) async fn open(settings: &Settings) -> Result<Self, Error> {
        let connection = dial(settings).await?;
        let now = Instant::now();
        Ok(Self {
            connection,
            opened_at: now,
            used_at: now,
            begun: false,
        })
    }

    /// Whether it has served long enough.
    pub(super) fn is_old(&self, settings: &Settings) -> bool {
        self.opened_at.elapsed() >= settings.timeouts.age
    }

    /// Whether it can carry another mail. RSET both clears what was begun and shows that the
    /// server is still there, so there is no need of NOOP.
    pub(super) async fn is_ready(&mut self, settings: &Settings) -> bool {
        if !self.begun && self.used_at.elapsed() < settings.timeouts.idle {
            return true;
        }
        let limit = settings.timeouts.command;
        let reset = within(limit, Phase::Reset, self.connection.command(Rset)).await;
        self.begun = false;
        reset.is_ok_and(|response| Reply::of_response(&response).is_done())
    }

    /// Sends one mail to one recipient; gives the server's name for it.
    pub(super) async fn deliver(
        &mut self,
        settings: &Settings,
        letter: &Letter,
    ) -> Result<Option<String>, Error> {
        let timeouts = &settings.timeouts;
        let parameters = self.parameters(&letter.to)?;
        let mail = Mail::new(Some(letter.from.clone()), parameters);
        let rcpt = Rcpt::new(letter.to.clone(), Vec::new());
        self.begun = true;
        self.ask(Phase::Mail, timeouts.command, mail, 2).await?;
        self.ask(Phase::Rcpt, timeouts.command, rcpt, 2).await?;
        self.ask(Phase::Data, timeouts.data, Data, 3).await?;
        // From here on silence means doubt. lettre ends the mail with a line break of its own.
        let mail = &letter.bytes;
        let mail = mail.strip_suffix(b"\r\n").unwrap_or(mail);
        let sent = within(timeouts.body, Phase::Body, self.connection.message(mail)).await;
        self.begun = false;
        self.used_at = Instant::now();
        let response = wanted(Phase::Body, sent?, 2)?;
        Ok(queued_as(&response))
    }

    /// Takes leave, and does not insist on an answer.
    pub(super) async fn quit(mut self, settings: &Settings) {
        let limit = settings.timeouts.connect;
        let _ = within(limit, Phase::Reset, self.connection.quit()).await;
    }

    fn parameters(&self, to: &Address) -> Result<Vec<MailParameter>, Error> {
        if AsRef::<str>::as_ref(to).is_ascii() {
            return Ok(Vec::new());
        }
        let server = self.connection.server_info();
        if server.supports_feature(Extension::SmtpUtfEight) {
            // The address stands in the header too.
            let body = MailParameter::Body(MailBodyParameter::EightBitMime);
            Ok(vec![MailParameter::SmtpUtfEight, body])
        } else {
            Err(Error::NoSmtpUtf8)
        }
    }

    async fn ask(
        &mut self,
        phase: Phase,
        limit: std::time::Duration,
        command: impl std::fmt::Display,
        class: u16,
    ) -> Result<Response, Error> {
        let reply = within(limit, phase, self.connection.command(command)).await;
        self.used_at = Instant::now();
        wanted(phase, reply?, class)
    }
}

/// The response when it is of the class that is due. lettre takes 2xx and 3xx alike; a server that
/// says 250 to DATA would read the mail as commands.
fn wanted(phase: Phase, response: Response, class: u16) -> Result<Response, Error> {
    let reply = Reply::of_response(&response);
    if reply.class() == class {
        Ok(response)
    } else {
        Err(Error::Refused { phase, reply })
    }
}

//! One connection and the mails that go over it, phase by phase, so that it is always known how far
//! a mail has come.

use lettre::Address;
use tokio::time::Instant;

use super::config::Settings;
use super::dial::dial;
use super::error::{Error, NoReply};
use super::offers::Offers;
use super::reply::{Phase, queued_as};
use super::talk::{Talk, within};
use crate::mime::MimeError;

/// A mail to exactly one recipient.
pub(super) struct Letter {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

/// A connection that is greeted and logged in.
pub(super) struct Session {
    talk: Talk,
    offers: Offers,
    opened_at: Instant,
    used_at: Instant,
    /// Whether a mail was begun and not ended, so that the server must be told to forget it.
    begun: bool,
    /// Whether replies are missing, or the server waits for a mail that it will not get.
    out_of_step: bool,
    /// What is written at once; kept, so that no mail needs new memory.
    out: Vec<u8>,
}

impl Session {
    pub(super) async fn open(settings: &Settings) -> Result<Self, Error> {
        let (talk, offers) = dial(settings).await?;
        let now = Instant::now();
        Ok(Self {
            talk,
            offers,
            opened_at: now,
            used_at: now,
            begun: false,
            out_of_step: false,
            out: Vec::new(),
        })
    }

    /// Whether it has served long enough.
    pub(super) fn is_old(&self, settings: &Settings) -> bool {
        self.opened_at.elapsed() >= settings.timeouts.age
    }

    /// Whether both sides know which reply belongs to what.
    pub(super) fn is_in_step(&self) -> bool {
        !self.out_of_step && self.talk.is_in_turn()
    }

    /// Whether it can carry another mail. RSET both clears what was begun and shows that the
    /// server is still there, so there is no need of NOOP.
    pub(super) async fn is_ready(&mut self, settings: &Settings) -> bool {
        if !self.begun && self.used_at.elapsed() < settings.timeouts.idle {
            return true;
        }
        let limit = settings.timeouts.command;
        let reset = self.talk.ask(Phase::Reset, limit, b"RSET\r\n").await;
        self.begun = false;
        reset.is_ok_and(|heard| heard.reply.is_done())
    }

    /// Sends one mail to one recipient; gives the server's name for it.
    pub(super) async fn deliver(
        &mut self,
        settings: &Settings,
        letter: &Letter,
    ) -> Result<Option<String>, Error> {
        let [mail, rcpt] = self.envelope(letter)?;
        self.begun = true;
        let asked = if self.offers.pipelining {
            self.ask_at_once(settings, &format!("{mail}{rcpt}DATA\r\n"))
                .await
        } else {
            self.ask_in_turn(settings, &[&mail, &rcpt, "DATA\r\n"])
                .await
        };
        self.used_at = Instant::now();
        asked?;
        // What came before the mail began is no answer to it.
        if !self.talk.is_in_turn() {
            return Err(Error::no_reply(Phase::Data, NoReply::Garbage));
        }
        // From here on silence means doubt.
        stuff(&letter.bytes, &mut self.out);
        let (talk, out) = (&mut self.talk, &self.out);
        let sent = async {
            talk.say(out).await?;
            talk.listen().await
        };
        let sent = within(settings.timeouts.body, Phase::Body, sent).await;
        self.begun = false;
        self.used_at = Instant::now();
        let heard = sent?.wanted(Phase::Body, 2)?;
        Ok(queued_as(&heard))
    }

    /// Takes leave, and does not insist on an answer.
    pub(super) async fn quit(mut self, settings: &Settings) {
        let limit = settings.timeouts.connect;
        let _ = self.talk.ask(Phase::Reset, limit, b"QUIT\r\n").await;
    }

    /// The commands that name sender and recipient.
    fn envelope(&self, letter: &Letter) -> Result<[String; 2], Error> {
        let (from, to): (&str, &str) = (letter.from.as_ref(), letter.to.as_ref());
        // Addresses were parsed; but what would end a command must not get this far at all.
        let ends = |c: char| c.is_control() || c.is_whitespace() || "<>".contains(c);
        if from.contains(ends) || to.contains(ends) {
            return Err(MimeError::Address.into());
        }
        let parameters = match to.is_ascii() {
            true => "",
            // The address stands in the header too.
            false if self.offers.smtputf8 => " SMTPUTF8 BODY=8BITMIME",
            false => return Err(Error::NoSmtpUtf8),
        };
        let mail = format!("MAIL FROM:<{from}>{parameters}\r\n");
        Ok([mail, format!("RCPT TO:<{to}>\r\n")])
    }

    /// One command after the other.
    async fn ask_in_turn(&mut self, settings: &Settings, commands: &[&str]) -> Result<(), Error> {
        for ((phase, class), command) in STEPS.into_iter().zip(commands) {
            let limit = settings.timeouts.of(phase);
            let heard = self.talk.ask(phase, limit, command.as_bytes()).await?;
            heard.wanted(phase, class)?;
        }
        Ok(())
    }

    /// All commands in one write, and a reply to each (RFC 2920 §3.1). Nothing of the mail has been
    /// said when it returns, so it is as well known as in turn how far the mail has come.
    async fn ask_at_once(&mut self, settings: &Settings, commands: &str) -> Result<(), Error> {
        let said = self.talk.say(commands.as_bytes());
        within(settings.timeouts.command, Phase::Mail, said).await?;
        let mut first = Ok(());
        for (phase, class) in STEPS {
            let heard = self.talk.hear(phase, settings.timeouts.of(phase)).await;
            if first.is_ok() {
                let heard = heard?;
                // After this one none may come.
                self.out_of_step = heard.reply.closes();
                first = heard.wanted(phase, class).map(drop);
            } else {
                // The first refusal decides; the others only have to be out of the way. A server
                // that wants the mail in spite of it does not get it.
                let over = heard.as_ref().map(|heard| heard.reply.class() == 3);
                self.out_of_step = over.unwrap_or(true);
            }
            if self.out_of_step {
                break;
            }
        }
        first
    }
}

/// What is said before a mail, and the class of the reply that lets it go on. A server that says
/// 250 to DATA would read the mail as commands.
const STEPS: [(Phase, u16); 3] = [(Phase::Mail, 2), (Phase::Rcpt, 2), (Phase::Data, 3)];

/// A mail as it goes over the wire: a dot before each line that begins with one, and a line with
/// one alone behind it (RFC 5321 §4.5.2).
fn stuff(mail: &[u8], out: &mut Vec<u8>) {
    out.clear();
    out.reserve(mail.len() + 64);
    let mut from = 0;
    if mail.first() == Some(&b'.') {
        out.push(b'.');
    }
    for at in memchr::memmem::find_iter(mail, b"\n.") {
        out.extend_from_slice(&mail[from..=at]);
        out.push(b'.');
        from = at + 1;
    }
    out.extend_from_slice(&mail[from..]);
    if !mail.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mail: &str, wire: &str) {
        let mut out = b"what was there".to_vec();
        stuff(mail.as_bytes(), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), wire, "{mail:?}");
    }

    #[test]
    fn b10_dots_are_doubled_and_the_end_is_one() {
        check("", "\r\n.\r\n");
        check(".", "..\r\n.\r\n");
        check("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n");
        check("a\r\n..\r\n.b", "a\r\n...\r\n..b\r\n.\r\n");
        check("a\n.\nb", "a\n..\nb\r\n.\r\n");
        check("a.b\r\n", "a.b\r\n.\r\n");
    }
}

//! Replies, and what each means at each phase.

use std::error::Error as _;
use std::fmt;

use lettre::transport::smtp;
use lettre::transport::smtp::response::Response;
use pregon_core::{Fate, PortErrorKind};

/// How far a sending had come when the reply was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// The greeting and the answer to EHLO.
    Hello,
    /// The answer to STARTTLS.
    StartTls,
    /// The answers to AUTH.
    Auth,
    /// The answer to RSET, by which an old connection is checked.
    Reset,
    /// The answer to MAIL.
    Mail,
    /// The answer to RCPT.
    Rcpt,
    /// The answer to DATA.
    Data,
    /// From the first byte of the mail to the answer to the dot after it.
    Body,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hello => "the greeting",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::Reset => "RSET",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Body => "the mail",
        })
    }
}

/// The codes of a reply. Its text is left behind: servers repeat addresses in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reply {
    code: u16,
    /// Subject and detail of RFC 3463; the class is the code's first digit.
    enhanced: Option<(u16, u16)>,
}

impl Reply {
    /// The reply that lettre made an error of; `None` when there was no reply.
    pub(super) fn of_error(error: &smtp::Error) -> Option<Self> {
        let code = u16::from(error.status()?);
        let text = error.source().map(ToString::to_string);
        Some(Self::new(code, text.as_deref().unwrap_or_default()))
    }

    pub(super) fn of_response(response: &Response) -> Self {
        let text = response.first_line().unwrap_or_default();
        Self::new(u16::from(response.code()), text)
    }

    fn new(code: u16, text: &str) -> Self {
        let enhanced = text.split_whitespace().next().and_then(|word| {
            let mut parts = word.split('.');
            let mut part = || {
                let digits = parts.next().filter(|part| (1..=3).contains(&part.len()))?;
                let all = digits.bytes().all(|byte| byte.is_ascii_digit());
                all.then(|| digits.parse::<u16>().ok()).flatten()
            };
            let (class, subject, detail) = (part()?, part()?, part()?);
            // RFC 2034 §4: a class that contradicts the reply is not to be believed.
            (class == code / 100 && parts.next().is_none()).then_some((subject, detail))
        });
        Self { code, enhanced }
    }

    /// Whether the server hangs up after it.
    pub(super) fn closes(self) -> bool {
        self.code == 421
    }

    /// Whether it says that what was asked is done.
    pub(super) fn is_done(self) -> bool {
        self.class() == 2
    }

    /// The first digit.
    pub(super) fn class(self) -> u16 {
        self.code / 100
    }

    /// Whether it is a no: any other reply that was not wanted is a misunderstanding.
    pub(super) fn is_refusal(self) -> bool {
        self.code >= 400
    }

    /// What a reply that is not the wanted one means for the message: the table of this adapter.
    pub(super) fn fate(self, phase: Phase) -> (Fate, PortErrorKind) {
        use PortErrorKind::{Invalid, Unauthorized, Unavailable};
        match (self.code, phase) {
            (400..500, _) => (Fate::NotSent, Unavailable),
            // It asks us to log in, or does not know us: no message of ours will be taken.
            (530 | 534 | 535 | 538, _) => (Fate::ChannelDown, Unauthorized),
            // Nothing of this message was said yet, so what is refused is us.
            (500.., Phase::Hello | Phase::StartTls | Phase::Auth | Phase::Reset) => {
                (Fate::ChannelDown, Unauthorized)
            }
            (500.., _) if self.is_about_us() => (Fate::ChannelDown, Unauthorized),
            // MAIL names nobody but us, unless it refuses what this address needs (RFC 6531).
            (500.., Phase::Mail) if self.code != 555 && self.enhanced != Some((6, 7)) => {
                (Fate::ChannelDown, Unauthorized)
            }
            // A full mailbox has room again one day, and RFC 5321 §4.5.3.1.10 reads 552 as 452.
            (552, Phase::Rcpt) if self.enhanced != Some((3, 4)) => (Fate::NotSent, Unavailable),
            (500.., _) if self.enhanced == Some((2, 2)) => (Fate::NotSent, Unavailable),
            (500.., _) => (Fate::Rejected, Invalid),
            // A yes where a no or another yes was due: whoever answers does not speak SMTP.
            (_, Phase::Body) => (Fate::Unknown, PortErrorKind::Corrupt),
            _ => (Fate::NotSent, PortErrorKind::Corrupt),
        }
    }

    /// Policy (5.7.x): the sender is at fault, and the next message would meet the same. Not so
    /// for a list closed to strangers (5.7.2) and an address that has a new owner (5.7.17, 5.7.18).
    fn is_about_us(self) -> bool {
        matches!(self.enhanced, Some((7, detail)) if !matches!(detail, 2 | 17 | 18))
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some((subject, detail)) = self.enhanced {
            write!(f, " {}.{subject}.{detail}", self.code / 100)?;
        }
        Ok(())
    }
}

/// The name under which the server keeps the mail, when its answer says so in a usual form.
pub(super) fn queued_as(response: &Response) -> Option<String> {
    const MOST_CHARS: usize = 64;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    response.message().find_map(|line| {
        let name = ["queued as ", "id="]
            .iter()
            .find_map(|mark| line.split_once(mark).map(|(_, rest)| rest))?;
        let name = name.split_whitespace().next()?;
        (name.len() <= MOST_CHARS && name.chars().all(allowed)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: u16, text: &str, shown: &str) {
        assert_eq!(Reply::new(code, text).to_string(), shown);
    }

    #[test]
    fn only_codes_are_kept() {
        check(550, "5.1.1 <ana@example.org> unknown", "550 5.1.1");
        check(550, "ana@example.org unknown", "550");
        check(451, "4.7.1", "451 4.7.1");
        check(451, "5.7.1 contradicts itself", "451");
        for not_one in [
            "5.1", "5.1.1.1", "5.1.1111", "5..1", "5.a.1", "5.1.+1", "", "  ",
        ] {
            check(550, not_one, "550");
        }
    }

    #[test]
    fn names_of_queues() {
        for (said, name) in [
            ("250 2.0.0 Ok: queued as 4F2A", Some("4F2A")),
            (
                "250-hello\r\n250 OK id=1abcde-0007Xy-2k",
                Some("1abcde-0007Xy-2k"),
            ),
            ("250 2.0.0 queued as <ana@example.org>", None),
            ("250 queued as ", None),
            ("250 ok", None),
        ] {
            let response: Response = format!("{said}\r\n").parse().unwrap();
            assert_eq!(queued_as(&response).as_deref(), name, "{said}");
        }
    }
}

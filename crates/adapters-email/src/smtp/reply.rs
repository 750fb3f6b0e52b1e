//! Replies, and what each means at each phase.

use std::fmt;

use pregon_core::{Fate, PortErrorKind};

use super::error::Error;

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

    /// Whether it says that there is no such address: `5.1.x` without those about a sender (5.1.7,
    /// 5.1.8), as in a bounce. A bare 550 may be policy, which is about us.
    pub(super) fn is_dead_address(self, phase: Phase) -> bool {
        let asked = matches!(phase, Phase::Rcpt | Phase::Data | Phase::Body);
        let dead = matches!(self.enhanced, Some((1, detail)) if !matches!(detail, 7 | 8));
        asked && self.class() == 5 && dead
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

/// A whole reply: its codes, and its text for as long as it is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) reply: Reply,
    text: String,
}

impl Heard {
    /// The texts of its lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text
            .lines()
            .map(|line| line.get(4..).unwrap_or_default())
    }

    /// It, when it is of the class that is due.
    pub(super) fn wanted(self, phase: Phase, class: u16) -> Result<Self, Error> {
        let reply = self.reply;
        if reply.class() == class {
            Ok(self)
        } else {
            Err(Error::Refused { phase, reply })
        }
    }

    /// Whether it asks for the next answer of AUTH.
    pub(super) fn asks_on(&self) -> bool {
        self.reply.code == 334
    }
}

/// What stands at the beginning of what a server has said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    /// A reply, and how many bytes it has.
    Whole(Heard, usize),
    /// Less than a reply.
    Part,
    /// Nothing that begins a reply.
    Garbage,
}

/// Looks for one reply (RFC 5321 §4.2): lines of one code, `250-` going on and `250 ` the last.
/// What the lines say need not be UTF-8: only codes decide.
pub(super) fn scan(come: &[u8]) -> Scanned {
    let mut at = 0;
    loop {
        let line = &come[at..];
        let end = memchr::memchr(b'\n', line);
        let head = &line[..end.unwrap_or(line.len())];
        let Some(&code) = head.first_chunk::<3>() else {
            // The line has come and is none, or what has come of it may still become one.
            let begins = head
                .iter()
                .zip(DIGITS)
                .all(|(byte, known)| known.contains(byte));
            return if end.is_none() && begins {
                Scanned::Part
            } else {
                Scanned::Garbage
            };
        };
        let known = code
            .iter()
            .zip(DIGITS)
            .all(|(byte, known)| known.contains(byte));
        if !known || code != come[..3] {
            return Scanned::Garbage;
        }
        let Some(end) = end else {
            return Scanned::Part;
        };
        at += end + 1;
        match head.get(3) {
            Some(b'-') => {}
            Some(b' ') => break,
            // RFC 5321 lets a client take a code without a text.
            None | Some(b'\r') => break,
            Some(_) => return Scanned::Garbage,
        }
    }
    let text = String::from_utf8_lossy(&come[..at]).into_owned();
    let digit = |n: usize| u16::from(come[n] - b'0');
    let code = digit(0) * 100 + digit(1) * 10 + digit(2);
    let first = text.lines().next().and_then(|line| line.get(4..));
    let reply = Reply::new(code, first.unwrap_or_default());
    Scanned::Whole(Heard { reply, text }, at)
}

/// The digits that a code may have, place by place.
const DIGITS: [std::ops::RangeInclusive<u8>; 3] = [b'2'..=b'5', b'0'..=b'5', b'0'..=b'9'];

/// The name under which the server keeps the mail, when its answer says so in a usual form.
pub(super) fn queued_as(heard: &Heard) -> Option<String> {
    const MOST_CHARS: usize = 64;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    heard.lines().find_map(|line| {
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
            let Scanned::Whole(heard, _) = scan(format!("{said}\r\n").as_bytes()) else {
                panic!("{said}")
            };
            assert_eq!(queued_as(&heard).as_deref(), name, "{said}");
        }
    }

    #[test]
    fn a_reply_is_whole_or_part_or_none() {
        let whole = b"250-one\r\n250-two \xff\r\n250 three\r\n";
        for bytes in 0..whole.len() {
            assert_eq!(scan(&whole[..bytes]), Scanned::Part, "{bytes}");
        }
        let Scanned::Whole(heard, length) = scan(&[whole, &b"354 go\r\n"[..]].concat()) else {
            panic!()
        };
        assert_eq!((heard.reply.code, length), (250, whole.len()));
        assert_eq!(
            heard.lines().collect::<Vec<_>>(),
            ["one", "two \u{fffd}", "three"]
        );
        for code in ["250\r\n", "250\n", "250 \r\n"] {
            assert!(
                matches!(scan(code.as_bytes()), Scanned::Whole(..)),
                "{code:?}"
            );
        }
        for none in [
            "\r\n",
            "x",
            "6",
            "650 ",
            "260 x\r\n",
            "25\r\n",
            "25a",
            "250x\r\n",
            "250-a\r\n251 b\r\n",
            "250-a\r\n25\r\n",
            "250-a\r\n\r\n",
            "\u{fffd}\r\n",
            " 250 ok\r\n",
        ] {
            assert_eq!(scan(none.as_bytes()), Scanned::Garbage, "{none:?}");
        }
    }
}

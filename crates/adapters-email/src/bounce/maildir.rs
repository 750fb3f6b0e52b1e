//! Reports in a directory that a mail server delivers into.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use pregon_core::{Feedback, PortError, PortErrorKind};

use super::{Bounces, MOST_BYTES, MailReport};
use crate::CallbackError;

/// A mailbox in the form of Maildir: each mail a file, those that nobody has read in `new`.
///
/// A mail stays in `new` until what it says is kept ([`MailBatch::done`]), and goes to `cur` then.
/// Who is killed in between reads it again, and a report told twice changes nothing. What is no
/// report, or too large, goes to `bad` at once, with a file of its name and `.reason` beside it:
/// people and their vacation programs write to such addresses too.
///
/// It blocks while it reads; a host with an executor calls it where that is allowed.
///
/// ```
/// use pregon_adapters_email::{Bounces, Maildir};
/// # let dir = tempfile::tempdir()?;
/// # for name in ["new", "cur"] { std::fs::create_dir(dir.path().join(name))?; }
/// # std::fs::write(dir.path().join("new/1.M2P3.mx"), "To: avisos@example.org\r\n\
/// #     Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n\
/// #     --x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n\
/// #     Final-Recipient: rfc822; ana@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\
/// #     --x\r\nContent-Type: text/rfc822-headers\r\n\r\n\
/// #     Message-ID: <a4dqobyha4dqobyha4dqobyha4.31@example.org>\r\n--x--\r\n")?;
/// let mailbox = Maildir::open(dir.path())?;
/// let batch = mailbox.take(&Bounces::new(), 100)?;
/// assert_eq!(batch.feedback().len(), 1);
/// // Here comes `engine.hear(&batch.feedback()).await?`; what it returned is durable.
/// batch.done()?;
/// assert!(mailbox.take(&Bounces::new(), 100)?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Maildir {
    path: PathBuf,
}

/// Mails that were read and not yet put away. Dropped, they are read again.
#[derive(Debug)]
#[must_use]
pub struct MailBatch {
    cur: PathBuf,
    reports: Vec<(PathBuf, MailReport)>,
    refused: Vec<(String, MailRefusal)>,
}

/// Why a file in a mailbox was put aside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MailRefusal {
    /// It is no report, or too large.
    #[error(transparent)]
    Mail(CallbackError),
    /// The system does not let us read it.
    #[error("it cannot be read: {0}")]
    Unreadable(io::ErrorKind),
}

impl Maildir {
    /// Opens a mailbox: a directory with `new` and `cur` in it.
    ///
    /// # Errors
    /// `Invalid` when it is none; otherwise what the system says.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, PortError> {
        let path = path.as_ref().to_owned();
        for part in ["new", "cur"] {
            let found = fs::metadata(path.join(part)).map_err(|error| failed("open", error))?;
            if !found.is_dir() {
                return Err(PortError::new(ADAPTER, "open", PortErrorKind::Invalid));
            }
        }
        match fs::create_dir(path.join("bad")) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(failed("open", error))
            }
            _ => Ok(Self { path }),
        }
    }

    /// Reads so many mails at most, and puts aside those that are none of our business. Empty when
    /// there is no mail.
    ///
    /// # Errors
    /// When the directory cannot be read, or what is no report cannot be put aside.
    pub fn take(&self, bounces: &Bounces, most: usize) -> Result<MailBatch, PortError> {
        let mut batch = MailBatch {
            cur: self.path.join("cur"),
            reports: Vec::new(),
            refused: Vec::new(),
        };
        let entries = fs::read_dir(self.path.join("new")).map_err(|error| failed("read", error))?;
        for entry in entries {
            if batch.reports.len() + batch.refused.len() >= most {
                break;
            }
            let entry = entry.map_err(|error| failed("read", error))?;
            let name = entry.file_name();
            // A link may lead anywhere, and names with a dot are the mail server's own.
            let is_mail = entry.file_type().is_ok_and(|kind| kind.is_file());
            if !is_mail || name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            match read(bounces, &entry.path()) {
                Ok(Some(report)) => batch.reports.push((entry.path(), report)),
                // Somebody else has taken it meanwhile.
                Ok(None) => {}
                Err(why) => {
                    self.put_aside(&entry.path(), &why)?;
                    batch
                        .refused
                        .push((name.to_string_lossy().into_owned(), why));
                }
            }
        }
        Ok(batch)
    }

    /// The reason first: a kill between the two leaves a mail that is read and refused again.
    fn put_aside(&self, mail: &Path, why: &MailRefusal) -> Result<(), PortError> {
        let name = mail.file_name().unwrap_or_default();
        let target = self.path.join("bad").join(name);
        let mut reason = target.clone().into_os_string();
        reason.push(".reason");
        fs::write(reason, format!("{why}\n")).map_err(|error| failed("put aside", error))?;
        moved(mail, &target).map_err(|error| failed("put aside", error))
    }
}

impl MailBatch {
    /// What the reports say in our words, to be given to `Engine::hear`.
    #[must_use]
    pub fn feedback(&self) -> Vec<Feedback> {
        let reports = self.reports.iter();
        reports.flat_map(|(_, report)| report.feedback()).collect()
    }

    /// The reports themselves.
    pub fn reports(&self) -> impl Iterator<Item = &MailReport> {
        self.reports.iter().map(|(_, report)| report)
    }

    /// The files that were put aside, by name, and why.
    pub fn refused(&self) -> impl Iterator<Item = (&str, &MailRefusal)> {
        self.refused.iter().map(|(name, why)| (name.as_str(), why))
    }

    /// Whether there was no mail at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty() && self.refused.is_empty()
    }

    /// Puts the mails away, once what they say is kept.
    ///
    /// # Errors
    /// When a mail cannot be moved. It and those after it are read again, which changes nothing.
    pub fn done(self) -> Result<(), PortError> {
        for (mail, _) in &self.reports {
            let mut name = mail.file_name().unwrap_or_default().to_owned();
            if !name.as_encoded_bytes().contains(&b':') {
                // Seen.
                name.push(":2,S");
            }
            moved(mail, &self.cur.join(name)).map_err(|error| failed("put away", error))?;
        }
        Ok(())
    }
}

const ADAPTER: &str = "maildir";

/// The report in a file; `None` when the file is gone.
fn read(bounces: &Bounces, path: &Path) -> Result<Option<MailReport>, MailRefusal> {
    let found = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
    let (meta, file) = match found {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(MailRefusal::Unreadable(error.kind())),
    };
    let too_large = MailRefusal::Mail(CallbackError::TooLarge { most: MOST_BYTES });
    if meta.len() > MOST_BYTES as u64 {
        return Err(too_large);
    }
    // When the mail server wrote it: the same however often it is read, so that a report without a
    // date of its own is known again.
    let received = meta
        .modified()
        .map_or(DateTime::UNIX_EPOCH, DateTime::<Utc>::from);
    let mut mail = Vec::with_capacity(meta.len() as usize);
    let mut file = file.take(MOST_BYTES as u64 + 1);
    file.read_to_end(&mut mail)
        .map_err(|error| MailRefusal::Unreadable(error.kind()))?;
    let report = bounces.read(&mail, received);
    report.map(Some).map_err(MailRefusal::Mail)
}

/// Moves a file, which somebody else may have moved before.
fn moved(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !from.exists() => Ok(()),
        done => done,
    }
}

fn failed(operation: &'static str, error: io::Error) -> PortError {
    let kind = match error.kind() {
        io::ErrorKind::PermissionDenied => PortErrorKind::Unauthorized,
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => PortErrorKind::Invalid,
        _ => PortErrorKind::Unavailable,
    };
    PortError::new(ADAPTER, operation, kind).with_source(error)
}

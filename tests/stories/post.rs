//! Where the messages of a story go, and how they are read back.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pregon::email::{Durability, OutboxDir, Sender, Smtp, SmtpConfig};
use pregon::{Action, Carry, Email};

/// A letter as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: String,
}

/// Where letters go: files, or a real SMTP server that keeps what it accepts.
pub(crate) struct Post {
    pub(crate) channel: Arc<dyn Action>,
    kept: PathBuf,
    /// Only letters to this domain are this story's; the server is shared.
    domain: String,
}

impl Post {
    /// An outbox directory.
    pub(crate) async fn outbox(dir: &Path) -> Self {
        let kept = dir.join("salida");
        let outbox = OutboxDir::open(&kept, sender()).await.unwrap();
        // The story proves what is written, not that it outlives a power cut.
        let outbox = outbox.with_durability(Durability::Rename);
        let channel = Arc::new(Carry::<Email, _>::new(outbox));
        Self {
            channel,
            kept,
            domain: "example.ec".to_owned(),
        }
    }

    /// The real SMTP server that `cargo xtask test` started; `None`, said loudly, without one.
    pub(crate) fn smtp(domain: &str) -> Option<Self> {
        let variable = |name: &str| std::env::var(name).ok();
        let found = variable("PREGON_TEST_SMTP_PLAIN").zip(variable("PREGON_TEST_SMTP_DIR"));
        let Some((server, dir)) = found else {
            // Written past the test runner, which keeps what a passing test prints to itself.
            let said = b"NOT RUN: no SMTP server; `cargo xtask test` starts one\n";
            let _ = std::io::stderr().write_all(said);
            return None;
        };
        let config = SmtpConfig::parse(&format!("smtp://{server}"), sender()).unwrap();
        let channel = Arc::new(Carry::<Email, _>::new(Smtp::new(config).unwrap()));
        let kept = Path::new(&dir).join("plain");
        Some(Self {
            channel,
            kept,
            domain: domain.to_owned(),
        })
    }

    /// Every letter that arrived, sorted.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        let files = std::fs::read_dir(&self.kept).map(Iterator::collect::<Vec<_>>);
        let paths = files
            .unwrap_or_default()
            .into_iter()
            .map(|entry| entry.unwrap().path());
        let emls = paths.filter(|path| path.extension().is_some_and(|end| end == "eml"));
        let mut letters: Vec<Letter> = emls.map(|path| letter(&path)).collect();
        letters.retain(|letter| letter.to.ends_with(&self.domain));
        letters.sort();
        letters
    }

    /// How many letters each address got.
    pub(crate) fn copies(&self) -> BTreeMap<String, usize> {
        let mut copies = BTreeMap::new();
        for letter in self.letters() {
            *copies.entry(letter.to).or_default() += 1;
        }
        copies
    }
}

fn sender() -> Sender {
    Sender::parse("Renovaciones <avisos@example.org>").unwrap()
}

fn letter(path: &Path) -> Letter {
    let bytes = std::fs::read(path).unwrap();
    let parsed = mail_parser::MessageParser::default().parse(&bytes).unwrap();
    let to = parsed
        .to()
        .and_then(|to| to.first())
        .and_then(|first| first.address());
    Letter {
        to: to.unwrap().to_owned(),
        subject: parsed.subject().unwrap_or_default().to_owned(),
    }
}

//! The spa's own mail server: reports come to the address of each mail, into a mailbox, and who
//! unsubscribes follows the link in the mail. That a mail arrived few servers say unasked; that it
//! was opened, none.

use std::cell::{Cell, RefCell};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mail_parser::MessageParser;
use pregon_adapters_email::{
    Bounces, CallbackError, MailBatch, Maildir, Sender, Smtp, SmtpConfig, Tls, UnsubscribeUrl, Verp,
};
use pregon_core::memory::MemoryStore;
use pregon_core::{
    About, Action, Carry, Feedback, FeedbackKind, HashKey, LinkKeys, LinkUse, PreferenceStore as _,
    PurposeScope,
};

use super::provider::{Event, Provider, Sent};
use crate::bounces::{ABUSE, POSTFIX};
use crate::servers::var;

/// Where people unsubscribe.
const LINK: &str = "https://m.example.org/u/";

pub(crate) struct House {
    server: String,
    /// Where the server keeps the mails that it took.
    taken: PathBuf,
    /// A domain that no other test has, in every run.
    domain: String,
    key: HashKey,
    dir: tempfile::TempDir,
    mailbox: Maildir,
    /// Read, and not yet put away.
    batch: RefCell<Option<MailBatch>>,
    /// How many mails came into the mailbox.
    came: Cell<u32>,
}

/// A mail that the server took, whole.
struct Taken {
    sent: Sent,
    /// Where its bounces go, which is what the server was told.
    bounces_to: String,
    /// The token of its link to unsubscribe.
    token: Option<String>,
}

impl House {
    /// At the real server; `None` when there is none.
    pub(crate) async fn open(store: &MemoryStore) -> Option<Self> {
        let (server, mails) = (var("PREGON_TEST_SMTP_PLAIN")?, var("PREGON_TEST_SMTP_DIR")?);
        let dir = tempfile::Builder::new().prefix("spa").tempdir().unwrap();
        let unique = dir.path().file_name().unwrap().to_str().unwrap();
        let domain = format!("{}.example.org", unique.to_ascii_lowercase());
        for part in ["new", "cur", "tmp"] {
            fs::create_dir(dir.path().join(part)).unwrap();
        }
        let mailbox = Maildir::open(dir.path()).unwrap();
        Some(Self {
            server,
            taken: PathBuf::from(mails).join("plain"),
            domain,
            key: store.hash_key().await.unwrap(),
            dir,
            mailbox,
            batch: RefCell::default(),
            came: Cell::new(0),
        })
    }

    fn verp(&self) -> Verp {
        Verp::new(&self.domain, self.key.clone()).unwrap()
    }

    /// The mails that went out with an address of this spa for their bounces.
    fn taken(&self) -> Vec<Taken> {
        let files = fs::read_dir(&self.taken).unwrap();
        let files = files.map(|entry| entry.unwrap().path());
        let noted = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
        noted.filter_map(|path| self.read(path)).collect()
    }

    fn read(&self, noted: PathBuf) -> Option<Taken> {
        let mail = fs::read(noted.with_extension("eml")).unwrap();
        let noted: serde_json::Value = serde_json::from_slice(&fs::read(noted).unwrap()).unwrap();
        let bounces_to = noted["from"].as_str().unwrap().to_owned();
        if !bounces_to.ends_with(&format!("@{}", self.domain)) {
            return None;
        }
        let mail = MessageParser::new().parse(&mail).unwrap();
        let to = mail.to().unwrap().first().unwrap().address().unwrap();
        assert_eq!(noted["rcpts"], serde_json::json!([to]));
        let name = self.verp().read(&bounces_to).unwrap();
        assert!(mail.message_id().unwrap().starts_with(&format!("{name}@")));
        let link = mail.header_raw("List-Unsubscribe");
        let token = link.and_then(|link| link.trim().strip_prefix(&format!("<{LINK}")));
        Some(Taken {
            sent: Sent {
                to: to.to_owned(),
                subject: mail.subject().unwrap().to_owned(),
                name,
            },
            bounces_to,
            token: token.map(|token| token.trim_end_matches('>').to_owned()),
        })
    }
}

impl House {
    /// A report about an event, as it comes to an address for bounces.
    fn report(&self, event: &Event, bounces_to: &str, name: &str) -> String {
        let (action, status) = match event.kind {
            FeedbackKind::Delivered => ("delivered", "2.1.5"),
            FeedbackKind::Deferred => ("delayed", "4.4.1"),
            _ => ("failed", "5.1.1"),
        };
        let of = |sample: &str, written: &str| {
            let sample = sample.replace(written, &event.at.to_rfc2822());
            let sample = sample.replace("VERP", bounces_to).replace("NAME", name);
            let sample = sample.replace("ana@example.net", &event.mail.to);
            let sample = sample.replace("Action: failed", &format!("Action: {action}"));
            sample.replace("Status: 5.1.1", &format!("Status: {status}"))
        };
        match event.kind {
            FeedbackKind::Complained => of(ABUSE, "Fri, 20 Nov 2026 12:00:00 +0000"),
            _ => of(POSTFIX, "Fri, 20 Nov 2026 06:00:05 +0000 (UTC)"),
        }
    }

    /// A mail comes into the mailbox, and the host looks into it.
    fn comes(&self, mail: &str, now: DateTime<Utc>) -> Vec<Feedback> {
        let place = self.came.replace(self.came.get() + 1);
        let path = self.dir.path().join("new").join(format!("{place}.mx"));
        let mut file = File::create(path).unwrap();
        file.write_all(mail.as_bytes()).unwrap();
        // A mail server of the story's present.
        file.set_modified(now.into()).unwrap();
        let bounces = Bounces::new().with_verp(self.verp());
        let batch = self.mailbox.take(&bounces, 10).unwrap();
        assert_eq!(batch.reports().count(), 1, "the others are put away");
        let told = batch.feedback();
        self.batch.replace(Some(batch));
        told
    }

    /// Somebody follows a link with this token: what the host's page tells the engine.
    fn follows(&self, token: &str, event: &Event) -> Vec<Feedback> {
        let name = LinkKeys::of(&self.key).verify(LinkUse::Unsubscribe, token);
        let told = name.map(|name| Feedback {
            provider: "unsubscribe_link".into(),
            channel: "email".parse().unwrap(),
            about: About::Dispatch(name),
            kind: FeedbackKind::Unsubscribed,
            at: event.at,
            to: None,
            refuses: PurposeScope::Promotional,
            code: None,
        });
        told.into_iter().collect()
    }
}

impl Provider for House {
    fn action(&self) -> Arc<dyn Action> {
        let url = UnsubscribeUrl::parse(&format!("{LINK}{{token}}")).unwrap();
        let sender = Sender::parse("Spa <spa@example.org>").unwrap();
        let sender = sender.with_unsubscribe_url(url);
        let config = SmtpConfig::parse(&format!("smtp://{}", self.server), sender).unwrap();
        let config = config.with_tls(Tls::None).with_bounces_to(self.verp());
        Arc::new(Carry::new(Smtp::new(config).unwrap()))
    }

    fn mails(&self) -> Vec<Sent> {
        let taken = self.taken().into_iter();
        taken.map(|taken| taken.sent).collect()
    }

    fn tells(&self, kind: FeedbackKind) -> bool {
        !matches!(kind, FeedbackKind::Opened | FeedbackKind::Clicked)
    }

    fn at_once(&self) -> usize {
        1
    }

    fn call(&self, events: &[Event], now: DateTime<Utc>) -> Result<Vec<Feedback>, CallbackError> {
        let event = &events[0];
        let taken = self.taken().into_iter();
        let mut of = taken.filter(|taken| taken.sent.name == event.mail.name);
        let taken = of.next().unwrap();
        if event.kind == FeedbackKind::Unsubscribed {
            return Ok(self.follows(&taken.token.unwrap(), event));
        }
        let name = event.mail.name.to_string();
        Ok(self.comes(&self.report(event, &taken.bounces_to, &name), now))
    }

    fn kept(&self) {
        if let Some(batch) = self.batch.take() {
            batch.done().unwrap();
        }
    }

    fn forge(&self, events: &[Event], now: DateTime<Utc>) -> Result<Vec<Feedback>, CallbackError> {
        let (event, another) = (&events[0], HashKey::new([9; 32]));
        if event.kind == FeedbackKind::Unsubscribed {
            let keys = LinkKeys::of(&another);
            let token = keys.sign(LinkUse::Unsubscribe, &event.mail.name);
            return Ok(self.follows(&token, event));
        }
        let verp = Verp::new(&self.domain, another).unwrap();
        let report = self.report(event, &verp.address(event.mail.name), "made-up");
        let told = self.comes(&report, now);
        self.kept();
        Ok(told)
    }
}

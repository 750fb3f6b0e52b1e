//! The channels of this crate: the suite that every action must pass, and what is particular.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bounces;
mod dkim;
mod maildir;
mod mailgun;
mod outbox;
mod phases;
mod pool;
mod sendgrid;
mod servers;
mod spa;
mod support;
mod table;
mod tls;

use std::fs;
use std::sync::Arc;

use mail_parser::MessageParser;
use pregon_adapters_email::{Durability, OutboxDir};
use pregon_conformance::action::{Delivered, Probe, Subject, suite};
use pregon_core::{Carry, DispatchId};
use support::{Server, sender, smtp};

/// A mail as a mail program shows it; `None` when it is not of this dispatch.
fn read(mail: &[u8], id: DispatchId) -> Option<Delivered> {
    let mail = MessageParser::new().parse(mail).unwrap();
    mail.message_id()?.starts_with(&format!("{id}.")).then(|| {
        let to = mail.to().unwrap().first().unwrap().address().unwrap();
        let parts = [
            ("subject", mail.subject().map(str::to_owned)),
            (
                "html",
                mail.html_part(0)
                    .and_then(|part| part.text_contents())
                    .map(str::to_owned),
            ),
            (
                "text",
                mail.text_part(0)
                    .and_then(|part| part.text_contents())
                    .map(str::to_owned),
            ),
        ];
        Delivered {
            to: to.to_owned(),
            parts: parts
                .into_iter()
                .filter_map(|(name, text)| Some((name.to_owned(), text?)))
                .collect(),
        }
    })
}

#[derive(Debug)]
struct Directory(tempfile::TempDir);

impl Probe for Directory {
    fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
        let files = fs::read_dir(self.0.path()).unwrap();
        let mails = files.map(|entry| fs::read(entry.unwrap().path()).unwrap());
        mails.filter_map(|mail| read(&mail, id)).collect()
    }

    fn count(&self) -> usize {
        fs::read_dir(self.0.path()).unwrap().count()
    }
}

#[tokio::test]
async fn the_outbox_is_an_action() {
    for durability in [Durability::Full, Durability::Rename] {
        suite(&move || {
            Box::pin(async move {
                let dir = tempfile::tempdir().unwrap();
                let outbox = OutboxDir::open(dir.path(), sender()).await.unwrap();
                let action = Carry::new(outbox.with_durability(durability));
                Subject::email(Arc::new(action), Arc::new(Directory(dir)))
            })
        })
        .await;
    }
}

#[derive(Debug)]
struct Mailboxes(Server);

impl Probe for Mailboxes {
    fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
        let mails = self.0.mails().into_iter();
        let plain = mails.map(|mail| String::from_utf8(mail).unwrap().replace("\r\n.", "\r\n"));
        plain.filter_map(|mail| read(mail.as_bytes(), id)).collect()
    }

    fn count(&self) -> usize {
        self.0.mails().len()
    }
}

#[tokio::test]
async fn smtp_is_an_action() {
    suite(&|| {
        Box::pin(async {
            let server = Server::plain().await;
            let action = Carry::new(smtp(&server));
            Subject::email(Arc::new(action), Arc::new(Mailboxes(server)))
        })
    })
    .await;
}

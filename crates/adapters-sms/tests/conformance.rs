//! The channels of this crate: the suite that every action must pass, and what is particular.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod cuts;
mod feedback;
mod outbox;
mod polling;
mod redvoiss;
mod spa;
mod sunday;
mod support;
mod twilio;

use std::fs;
use std::sync::Arc;

use pregon_adapters_sms::{Characters, Durability, Redvoiss, SmsOutboxDir};
use pregon_conformance::action::{Delivered, Probe, Subject, suite};
use pregon_core::{Carry, DispatchId};
use support::{Account, Redvoisses, Server, Twilios};

#[derive(Debug)]
struct Directory(tempfile::TempDir);

impl Probe for Directory {
    fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
        let files = fs::read_dir(self.0.path()).expect("a directory");
        let texts =
            files.map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("a text"));
        let mark = format!("Id: {id}");
        texts.filter_map(|file| read(&file, &mark)).collect()
    }

    fn count(&self) -> usize {
        fs::read_dir(self.0.path()).expect("a directory").count()
    }
}

/// The message of a file; `None` when it is another dispatch's.
fn read(file: &str, mark: &str) -> Option<Delivered> {
    let (head, text) = file.split_once("\n\n")?;
    let (to, id) = head.split_once('\n')?;
    (id == mark).then(|| Delivered {
        to: to.trim_start_matches("To: ").to_owned(),
        parts: [("text".to_owned(), text.trim_end_matches('\n').to_owned())].into(),
    })
}

#[tokio::test]
async fn the_outbox_is_an_action() {
    for durability in [Durability::Full, Durability::Rename] {
        suite(&move || {
            Box::pin(async move {
                let dir = tempfile::tempdir().expect("a directory");
                let outbox = SmsOutboxDir::open(dir.path()).await.expect("an outbox");
                let action = Carry::new(outbox.with_durability(durability));
                Subject::sms(Arc::new(action), Arc::new(Directory(dir)))
            })
        })
        .await;
    }
}

#[tokio::test]
async fn redvoiss_is_an_action() {
    for numbers in [false, true] {
        suite(&move || {
            Box::pin(async move {
                let service: Redvoisses = Server::start(Account::default()).await;
                *service.desk().numbers.lock().unwrap() = numbers;
                let action = Carry::new(service.channel());
                Subject::sms(Arc::new(action), Arc::new(service))
            })
        })
        .await;
    }
}

/// What is given must arrive as it is; transliterating leaves alone what GSM-7 has.
#[tokio::test]
async fn redvoiss_is_an_action_when_it_transliterates() {
    suite(&|| {
        Box::pin(async {
            let service: Redvoisses = Server::start(Account::default()).await;
            let config = service.config().with_characters(Characters::Transliterate);
            let action = Carry::new(Redvoiss::new(config).unwrap());
            Subject::sms(Arc::new(action), Arc::new(service))
        })
    })
    .await;
}

#[tokio::test]
async fn twilio_is_an_action() {
    suite(&|| {
        Box::pin(async {
            let service: Twilios = Server::start(Default::default()).await;
            let action = Carry::new(service.channel());
            Subject::sms(Arc::new(action), Arc::new(service))
        })
    })
    .await;
}

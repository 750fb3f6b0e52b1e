//! Mailgun, against a double that takes what Mailgun takes.

pub(crate) mod double;
mod sends;
pub(crate) mod webhook;

use std::sync::Arc;

use pregon_adapters_email::{ApiKey, Mailgun, MailgunConfig};
use pregon_conformance::action::{Delivered, Probe, Subject, suite};
use pregon_core::{Carry, DispatchId, DispatchRef};

use self::double::{DOMAIN, Double, Form, KEY};
use crate::support::sender;

pub(crate) fn config(double: &Double) -> MailgunConfig {
    let config = MailgunConfig::new(ApiKey::new(KEY), sender());
    config.with_domain(DOMAIN).with_url(double.web.url())
}

fn mailgun(double: &Double) -> Mailgun {
    Mailgun::new(config(double)).unwrap()
}

/// A request as its reader reads the mail.
fn read(form: &Form) -> Delivered {
    let parts = ["subject", "text", "html"].into_iter();
    let parts = parts.filter_map(|name| Some((name.to_owned(), form.one(name)?.to_owned())));
    Delivered {
        to: form.one("to").unwrap().to_owned(),
        parts: parts.collect(),
    }
}

#[derive(Debug)]
struct Mailboxes(Double);

impl Probe for Mailboxes {
    fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
        let of = |form: &&Form| {
            let name = form.one("v:pregon_id").and_then(DispatchRef::parse);
            name.is_some_and(|name| name.id == id)
        };
        self.0.mails().iter().filter(of).map(read).collect()
    }

    fn count(&self) -> usize {
        self.0.mails().len()
    }
}

#[tokio::test]
async fn mailgun_is_an_action() {
    suite(&|| {
        Box::pin(async {
            let double = Double::start().await;
            let action = Carry::new(mailgun(&double));
            Subject::email(Arc::new(action), Arc::new(Mailboxes(double)))
        })
    })
    .await;
}

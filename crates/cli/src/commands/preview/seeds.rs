//! A message as a test to one's own people: by the real channel, and counted nowhere.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon::{
    Action, Address as _, Campaign, CustomerId, DispatchKey, DispatchRef, EmailAddress, HashKey,
    JourneyId, OccurrenceId, Order, PhoneNumber, Preview, Rendered, StepId, unsubscribe_token,
};

use crate::config::hash_key;
use crate::output::{Failure, FailureKind};

/// What comes before the subject, and before the text of a short message.
const MARK: &str = "[prueba]";

/// To whom a test goes. No `Debug`: they are addresses.
pub(super) struct Seeds(Vec<Seed>);

enum Seed {
    Email(EmailAddress),
    Phone(PhoneNumber),
}

/// What became of one of them, by its number on the command line.
pub(super) struct Sent {
    pub(super) number: usize,
    /// Or why it did not leave, without its address.
    pub(super) result: Result<(), String>,
}

/// What is sent.
pub(super) struct About<'a> {
    pub(super) campaign: &'a Campaign,
    pub(super) journey: &'a JourneyId,
    pub(super) step: &'a StepId,
    pub(super) shown: &'a Preview,
    pub(super) now: DateTime<Utc>,
}

impl Seeds {
    pub(super) fn parse(texts: &[String]) -> Result<Self, Failure> {
        let seed = |(number, text): (usize, &String)| {
            let text = text.trim();
            let parsed = match text.contains('@') {
                true => EmailAddress::parse(text).map(Seed::Email),
                false => PhoneNumber::parse(text).map(Seed::Phone),
            };
            parsed.map_err(|error| {
                let message = format!("--send-to, the {}th: {error}", number + 1);
                let hint = "write nombre@example.org or +56912345678, with commas between";
                Failure::new(FailureKind::Usage, message).hinted(Some(hint))
            })
        };
        let seeds = texts.iter().enumerate().map(seed);
        seeds.collect::<Result<_, _>>().map(Self)
    }

    /// Sends to those whom the channel reaches; the others are told.
    pub(super) async fn send(
        &self,
        actions: &[Arc<dyn Action>],
        about: &About<'_>,
        texts: &Rendered,
    ) -> Vec<Sent> {
        let mut sent = Vec::new();
        let channel = &about.shown.channel;
        let action = actions.iter().find(|it| it.shape().kind == *channel);
        for (at, seed) in self.0.iter().enumerate() {
            let number = at + 1;
            let (kind, address) = match seed {
                Seed::Email(address) => (EmailAddress::KIND, address.as_str()),
                Seed::Phone(phone) => (PhoneNumber::KIND, phone.as_str()),
            };
            let result = match action {
                Some(action) if action.shape().address.as_str() == kind => {
                    let order = order(about, texts, address, number);
                    match order {
                        Ok(order) => perform(&**action, &order).await,
                        Err(why) => Err(why),
                    }
                }
                Some(_) => Err(format!("{channel} does not go there")),
                None => Err(format!("there is no channel {channel}")),
            };
            sent.push(Sent { number, result });
        }
        sent
    }
}

async fn perform(action: &dyn Action, order: &Order) -> Result<(), String> {
    match action.perform(order).await {
        Ok(_) => Ok(()),
        Err(error) => {
            let (fate, port) = (error.fate(), error.port());
            let mut why = format!("{fate}: {port}");
            let mut cause = std::error::Error::source(port);
            while let Some(next) = cause {
                why.push_str(&format!(": {next}"));
                cause = next.source();
            }
            Err(why)
        }
    }
}

/// The message to one of them. Its name is that of no dispatch: of a trigger that there is not, and
/// of this instant, so that no provider takes it for another one. A click on its way out finds
/// nobody in the ledger.
fn order(about: &About<'_>, texts: &Rendered, to: &str, number: usize) -> Result<Order, String> {
    let named = |error: pregon::IdError| error.to_string();
    let instant = about.now.timestamp_micros();
    let key = DispatchKey {
        campaign: about.campaign.id.clone(),
        journey: about.journey.clone(),
        step: about.step.clone(),
        trigger: "test".to_owned(),
        occurrence: OccurrenceId::new(format!("prueba-{instant}-{number}")).map_err(named)?,
        customer: CustomerId::new("prueba").map_err(named)?,
        channel: about.shown.channel.clone(),
    };
    let id = key.id();
    let name = DispatchRef { id, row: 0 };
    let secret = hash_key().map_err(|failure| failure.message)?;
    let secret = secret.unwrap_or_else(|| HashKey::new([0; 32]));
    Ok(Order {
        id,
        row: 0,
        key,
        again: false,
        purpose: about.campaign.purpose.clone(),
        class: about.shown.class,
        to: to.to_owned(),
        parts: marked(texts),
        unsubscribe: Some(unsubscribe_token(&secret, &name)),
        now: about.now,
    })
}

/// The parts with the mark of a test where people see it first.
fn marked(texts: &Rendered) -> Rendered {
    let first = match texts.get("subject") {
        Some(_) => "subject",
        None => "text",
    };
    let text = texts.get(first).unwrap_or_default();
    texts.clone().with(first, format!("{MARK} {text}"))
}

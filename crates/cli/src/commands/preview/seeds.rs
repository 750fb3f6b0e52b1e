//! A message as a test to one's own people: by the real channel, and counted nowhere.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon::{
    Action, Address as _, AddressError, Campaign, CustomerId, DispatchKey, DispatchRef,
    EmailAddress, HashKey, JourneyId, OccurrenceId, Order, PhoneNumber, Preview, Rendered, StepId,
    unsubscribe_token,
};

use crate::config::{Config, hash_key};
use crate::output::{Failure, FailureKind};

/// What comes before the subject, and before the text of a short message.
const MARK: &str = "[prueba]";

/// To whom a test goes. No `Debug`: they are addresses.
#[derive(Default)]
pub(super) struct Seeds {
    /// Those of the command line.
    named: Vec<Seed>,
    /// Those of the configuration, of which a test goes to whom its channel reaches.
    kept: Vec<Seed>,
}

enum Seed {
    Email(EmailAddress),
    Phone(PhoneNumber),
}

/// What became of one of them.
pub(super) struct Sent {
    /// Whether it stands in the configuration; on the command line otherwise.
    pub(super) kept: bool,
    /// Its number there, from 1 on.
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
    /// Those of the command line.
    pub(super) fn parse(texts: &[String]) -> Result<Self, Failure> {
        let seed = |(number, text): (usize, &String)| {
            Seed::parse(text).map_err(|error| {
                let message = format!("--send-to, the {}th: {error}", number + 1);
                let hint = "write nombre@example.org or +56912345678, with commas between";
                Failure::new(FailureKind::Usage, message).hinted(Some(hint))
            })
        };
        let named = texts.iter().enumerate().map(seed);
        Ok(Self {
            named: named.collect::<Result<_, _>>()?,
            kept: Vec::new(),
        })
    }

    /// With those of the configuration, if they are wanted.
    pub(super) fn and_of(mut self, config: &Config, wanted: bool) -> Result<Self, Failure> {
        if !wanted {
            return Ok(self);
        }
        let texts = &config.file.seeds.to;
        if texts.is_empty() {
            let message = "--seeds: the configuration names nobody";
            let hint = "[seeds] to = [\"nombre@example.org\", \"+56912345678\"]";
            return Err(Failure::new(FailureKind::Usage, message).hinted(Some(hint)));
        }
        for (at, text) in texts.iter().enumerate() {
            let seed = Seed::parse(text)
                .map_err(|error| config.wrong(&format!("seeds.to[{at}]"), error.to_string()))?;
            self.kept.push(seed);
        }
        Ok(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.named.is_empty() && self.kept.is_empty()
    }

    /// Sends to those whom the channel reaches; the others are told.
    pub(super) async fn send(
        &self,
        actions: &[Arc<dyn Action>],
        about: &About<'_>,
        texts: &Rendered,
    ) -> Vec<Sent> {
        let channel = &about.shown.channel;
        let action = actions.iter().find(|it| it.shape().kind == *channel);
        let reached = action.map(|action| action.shape().address);
        let named = self.named.iter().enumerate().map(|it| (false, it));
        let kept = self.kept.iter().enumerate().map(|it| (true, it));
        let mut sent = Vec::new();
        for (kept, (at, seed)) in named.chain(kept) {
            let goes = reached
                .as_ref()
                .is_some_and(|it| it.as_str() == seed.kind());
            let result = match action {
                Some(action) if goes => send(&**action, about, texts, seed, sent.len()).await,
                // A list for mails and short messages alike.
                _ if kept => continue,
                _ => Err(format!("{channel} does not go there")),
            };
            sent.push(Sent {
                kept,
                number: at + 1,
                result,
            });
        }
        sent
    }
}

impl Seed {
    fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        match text.contains('@') {
            true => EmailAddress::parse(text).map(Self::Email),
            false => PhoneNumber::parse(text).map(Self::Phone),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Email(_) => EmailAddress::KIND,
            Self::Phone(_) => PhoneNumber::KIND,
        }
    }

    fn address(&self) -> &str {
        match self {
            Self::Email(address) => address.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }
}

async fn send(
    action: &dyn Action,
    about: &About<'_>,
    texts: &Rendered,
    seed: &Seed,
    nth: usize,
) -> Result<(), String> {
    let order = order(about, texts, seed.address(), nth + 1)?;
    perform(action, &order).await
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

//! What mail servers send back: dead addresses and complaints.

#[cfg(any(feature = "bounces", feature = "smtp"))]
use pregon::email::Verp;

use super::Config;
#[cfg(any(feature = "bounces", feature = "smtp"))]
use super::hash_key;
use crate::output::Failure;

/// The addresses to which bounces go, when each mail has one of its own.
#[cfg(any(feature = "bounces", feature = "smtp"))]
pub(super) fn verp(config: &Config) -> Result<Option<Verp>, Failure> {
    const PATH: &str = "bounces.domain";
    let table = config.file.bounces.as_ref();
    let Some(domain) = table.and_then(|table| table.domain.as_deref()) else {
        return Ok(None);
    };
    let smtp = config.file.channel.email.as_ref();
    if smtp.is_none_or(|email| email.smtp.is_none()) {
        let message = "only [channel.email.smtp] gives each mail an address of its own";
        return Err(config.wrong(PATH, message));
    }
    // A store that makes its own key is not open yet, and a mail outlives a store that is lost.
    let key = hash_key()?.ok_or_else(|| {
        let message = "these addresses are signed, and there is no key";
        let hint = "set the environment variable PREGON_HASH_KEY (64 hexadecimal digits)";
        config.wrong(PATH, message).hinted(Some(hint))
    })?;
    let verp = Verp::new(domain, key);
    verp.map(Some)
        .map_err(|error| config.wrong(PATH, error.to_string()))
}

/// A mailbox that mail servers write to, and how its mails are read.
#[cfg(feature = "bounces")]
#[derive(Debug)]
pub(crate) struct Mailbox {
    pub(crate) mails: pregon::email::Maildir,
    pub(crate) bounces: pregon::email::Bounces,
}

/// There is none in this build.
#[cfg(not(feature = "bounces"))]
#[derive(Debug)]
pub(crate) enum Mailbox {}

/// The mailbox of a configuration, if it names one.
#[cfg(feature = "bounces")]
pub(crate) fn mailbox(config: &Config) -> Result<Option<Mailbox>, Failure> {
    use pregon::email::{Bounces, Maildir};

    let verp = verp(config)?;
    let table = config.file.bounces.as_ref();
    let Some(dir) = table.and_then(|table| table.maildir.as_deref()) else {
        return Ok(None);
    };
    let mails = Maildir::open(config.path(dir)).map_err(|error| {
        let message = "it is no mailbox: a directory with `new` and `cur` in it";
        let wrong = config.wrong("bounces.maildir", message);
        wrong.because_of(&error)
    })?;
    let bounces = verp.map_or_else(Bounces::new, |verp| Bounces::new().with_verp(verp));
    Ok(Some(Mailbox { mails, bounces }))
}

#[cfg(not(feature = "bounces"))]
pub(crate) fn mailbox(config: &Config) -> Result<Option<Mailbox>, Failure> {
    if config.file.bounces.is_none() {
        return Ok(None);
    }
    let message = "this build reads no bounces: it lacks the feature `bounces`";
    let hint = "build it with --features bounces (or full)";
    Err(config.wrong("bounces", message).hinted(Some(hint)))
}

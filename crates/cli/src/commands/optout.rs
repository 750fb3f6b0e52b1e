//! `pregon optout`: a person does not want to be written to.

use chrono::{DateTime, Utc};
use pregon::{
    Address as _, ChannelName, Clock as _, CustomerId, EmailAddress, HashKey, PhoneNumber,
    Preference, PreferenceScope, Purpose, PurposeScope, Purposes, Subject, SystemClock, Word,
};

use super::{customer_id, find_config};
use crate::args::{Common, OptoutArgs};
use crate::config::{Channels, Config, StorePlace, hash_key};
use crate::output::{Failure, FailureKind, Object, Out, Phrase, nearest};

/// Under which name the program's words are kept.
const SOURCE: &str = "cli";

/// Records the refusal of a person or an address. Once it is acknowledged nothing begins against
/// it, whoever sends from the store.
pub(crate) async fn optout(args: &OptoutArgs, common: &Common, out: Out) -> Result<u8, Failure> {
    // An address that is none, or a purpose that nobody has, must not look like an opt-out.
    let whose = Whose::of(args)?;
    let config = Config::alone(&find_config(common)?)?;
    let scope = scope(args, &config)?;
    let store = StorePlace::of(&config)?.open_to_say(hash_key()?).await?;
    let keeper = store.keeper();
    let key = keeper.hash_key().await;
    let word = Preference {
        subject: whose.subject(&key.map_err(|error| Failure::port(&error))?),
        scope,
        word: Word::OptOut,
        source: SOURCE.to_owned(),
        wording: None,
    };
    let recorded = keeper.record(&[word], now(common).await?).await;
    let recorded = recorded.map_err(|error| Failure::port(&error))?;
    drop(keeper);
    store.close().await?;
    out.human(out.say(Phrase::OptedOut));
    tell_in_flight(recorded.in_flight, out);
    out.document(Object::new().with("in_flight", recorded.in_flight));
    Ok(0)
}

/// Says how many messages can no longer be called back.
pub(super) fn tell_in_flight(count: u64, out: Out) {
    let words = match count {
        0 => out.say(Phrase::NoneInFlight).to_owned(),
        _ => format!("{}: {count}", out.say(Phrase::InFlight)),
    };
    out.human(&words);
}

/// The instant that the command line names, or the machine's.
pub(super) async fn now(common: &Common) -> Result<DateTime<Utc>, Failure> {
    match common.now {
        Some(now) => Ok(now),
        None => {
            let now = SystemClock::new().now().await;
            now.map_err(|error| Failure::port(&error))
        }
    }
}

/// Whose word it is. No `Debug`: it may be an address.
enum Whose {
    Customer(CustomerId),
    Email(EmailAddress),
    Phone(PhoneNumber),
}

impl Whose {
    fn of(args: &OptoutArgs) -> Result<Self, Failure> {
        let wrong = |message| Failure::new(FailureKind::Usage, message);
        if let Some(customer) = &args.customer {
            return customer_id(customer).map(Self::Customer);
        }
        let text = args.address.as_deref().unwrap_or_default();
        // What is wrong is said without the text, which may be somebody's.
        if text.contains('@') {
            let parsed = EmailAddress::parse(text).map(Self::Email);
            return parsed.map_err(|error| wrong(format!("--address: {error}")));
        }
        let parsed = PhoneNumber::parse(text).map(Self::Phone);
        parsed.map_err(|error| {
            let message = format!("--address is neither an e-mail address nor a phone: {error}");
            wrong(message).hinted(Some("write nombre@example.org or +56912345678"))
        })
    }

    fn subject(&self, key: &HashKey) -> Subject {
        match self {
            Self::Customer(id) => Subject::Customer(id.clone()),
            Self::Email(it) => Subject::Address(key.address(EmailAddress::KIND, it.as_str())),
            Self::Phone(it) => Subject::Address(key.address(PhoneNumber::KIND, it.as_str())),
        }
    }
}

/// What the word speaks of: everything promotional, unless the command line says otherwise.
fn scope(args: &OptoutArgs, config: &Config) -> Result<PreferenceScope, Failure> {
    let purpose = match &args.purpose {
        Some(name) => PurposeScope::One(purpose(name, config)?),
        None if args.all => PurposeScope::Everything,
        None => PurposeScope::Promotional,
    };
    let channel = args.channel.as_deref().map(channel).transpose()?;
    Ok(PreferenceScope { channel, purpose })
}

fn purpose(name: &str, config: &Config) -> Result<Purpose, Failure> {
    let declared = config.file.purpose.iter();
    let purposes = declared.fold(Purposes::new(), |all, (purpose, table)| {
        all.with(purpose.clone(), table.class)
    });
    let known = Purpose::new(name).ok();
    let known = known.filter(|purpose| purposes.class(purpose).is_some());
    known.ok_or_else(|| unknown("--purpose: there is no purpose", name, purposes.names()))
}

fn channel(name: &str) -> Result<ChannelName, Failure> {
    let kinds: Vec<ChannelName> = Channels::kinds();
    let known = kinds.iter().find(|kind| kind.as_str() == name).cloned();
    let names = || kinds.iter().map(ChannelName::as_str);
    known.ok_or_else(|| unknown("--channel: there is no channel", name, names()))
}

/// A name that nothing has, with the nearest that something has.
pub(super) fn unknown<'a>(
    what: &str,
    name: &str,
    all: impl IntoIterator<Item = &'a str>,
) -> Failure {
    let names: Vec<&str> = all.into_iter().collect();
    let hint = nearest(name, names.iter().copied());
    let listed = || (!names.is_empty()).then(|| format!("there are: {}", names.join(", ")));
    let message = format!("{what} {name:?}");
    Failure::new(FailureKind::Usage, message).hinted(hint.or_else(listed))
}

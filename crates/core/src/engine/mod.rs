//! The engine: drives plan, ledger and actions, one bounded and resumable pass at a time.
//!
//! It owns no loop, spawns no task and needs no particular executor. A host calls
//! [`Engine::pass`], looks at [`PassReport::next`](crate::PassReport::next) and calls again then.
//!
//! **Invariant:** dropping the future of a pass at any await equals a kill: nothing twice, nothing
//! lost. All that outlives an await is in the store.

mod audience;
mod builder;
mod campaigns;
mod compile;
mod enqueue;
mod error;
mod feedback;
mod frozen;
mod happened;
mod guard;
mod judge;
mod linked;
mod pace;
mod pass;
mod preferences;
mod present;
mod preview;
mod relay;
mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::{
    Action, Audience, CampaignId, ChannelName, Clock, Consent, CustomName, CustomerSource, Decimal,
    EventSink, FeedbackSource, Limit, Links, Lookup, Openings, Purposes, Rates, RecordSource,
    Recorder, Segments, Store, Trigger, Zone,
};

pub use audience::RuleAudience;
pub use builder::{EngineBuilder, NeedsClock, NeedsConsent, NeedsCustomers, NeedsStore, NeedsZone};
pub use error::{EngineError, EngineErrorKind};
pub use feedback::AskedBack;
pub use happened::{Drawn, Reported};
pub use pace::Pace;
pub use preview::Preview;
pub use token::unsubscribe_token;

/// Drives campaigns over the ports that it was built with.
///
/// ```
/// use std::sync::Arc;
/// use pregon_core::testing::{ManualClock, Recording, poll_times};
/// use pregon_core::memory::{MemorySource, MemoryStore};
/// use pregon_core::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pin = RecordKind::new("pin")?;
/// let source = Arc::new(
///     MemorySource::new()
///         .with_kind(pin, Schema::new().with("expiry_date", AttributeType::Date)?)
///         .with_customers([Customer::new("C-1")?.named("Ana").email("ana@example.org")])
///         .with_records([Record::new("pin", "STR-1", "C-1")?
///             .with("expiry_date", Value::Date("2026-12-20".parse()?))]),
/// );
/// let email = Recording::email();
/// let engine = Engine::builder()
///     .store(Arc::new(MemoryStore::new()))
///     .clock(Arc::new(ManualClock::at("2026-11-20T12:00:00Z")))
///     .customers(source.clone())
///     .consent(Consent::OptOut)
///     .zone("America/Bogota".parse()?)
///     .records(source)
///     .action(Arc::new(email.clone()))
///     .build()?;
///
/// let journey = Journey::before_date("aviso", "pin", "expiry_date", 30)?
///     .step(Step::email("correo", "Hola {{customer_name}}", "Vence el {{date expiry_date}}.")?);
/// let campaign = Campaign::new("renovacion", "renewal")?.with(journey);
///
/// # let done = poll_times(10_000, async {
/// engine.activate(campaign).await?;
/// let report = engine.pass().await?;
/// assert_eq!((report.planned, report.accepted), (1, 1));
/// email.assert_sent(&["ana@example.org"]);
/// # Ok::<(), EngineError>(()) });
/// # done.expect("the memory adapters never wait")?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Engine {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    customers: Arc<dyn CustomerSource>,
    records: Option<Arc<dyn RecordSource>>,
    consent: Consent,
    zone: Zone,
    actions: BTreeMap<ChannelName, Arc<dyn Action>>,
    triggers: BTreeMap<CustomName, Arc<dyn Trigger>>,
    audiences: BTreeMap<CustomName, Arc<dyn Audience>>,
    /// Kinds of activities that the host declares.
    activities: BTreeSet<String>,
    segments: Segments,
    /// Whether values of people may be kept with a frozen audience.
    keeps_profiles: bool,
    limits: Vec<Arc<dyn Limit>>,
    hours: Arc<[Openings]>,
    /// What was taken under the rates of providers, over all passes.
    rates: Mutex<Rates>,
    /// The domain from which a channel sends.
    senders: BTreeMap<ChannelName, String>,
    /// What a message of a channel costs.
    prices: BTreeMap<ChannelName, Decimal>,
    purposes: Purposes,
    currency: Option<String>,
    pace: Pace,
    recorder: Option<Arc<dyn Recorder>>,
    lookups: BTreeMap<ChannelName, Arc<dyn Lookup>>,
    /// Who is asked what became of messages.
    sources: Vec<(ChannelName, Arc<dyn FeedbackSource>)>,
    /// Watches what comes back of each sender's messages.
    guard: guard::Watch,
    /// Where the links of messages are served.
    links: Option<Links>,
    /// Who hears what happens.
    sink: Option<Arc<dyn EventSink>>,
    /// How the clock was seen to go.
    present: present::Present,
    /// Whether somebody asked it to wind down.
    stopping: Arc<AtomicBool>,
    /// Campaigns as they were compiled, with the version that was.
    compiled: Mutex<BTreeMap<CampaignId, (u64, Arc<compile::Compiled>)>>,
}

impl Engine {
    /// Lets the running pass come to an end soon: it plans no further page, begins nothing more,
    /// gives back what has not left yet, settles what has, and returns. Later passes of this engine
    /// do nothing but open the ledger. For a clean stop of the host.
    pub fn wind_down(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    fn is_winding_down(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

/// Proof at compile time that every future of the engine can cross threads.
#[expect(dead_code, reason = "it only has to compile")]
fn futures_are_send(engine: &'static Engine, campaign: crate::Campaign, row: &crate::Row) {
    fn is_send<T: Send>(_: T) {}
    let (journey, step) = (&campaign.journeys[0].id, &campaign.journeys[0].steps[0].id);
    let id = campaign.id.clone();
    is_send(engine.pass());
    is_send(engine.relay());
    is_send(engine.hear(&[]));
    is_send(engine.ask_back());
    is_send(engine.check(&campaign));
    is_send(engine.preview(&campaign, journey, step, row));
    is_send(engine.publish(campaign.clone()));
    is_send(engine.happened(&[]));
    is_send(engine.change(&id, crate::Move::Pause));
}

//! A store in a schema of a PostgreSQL database, for many worker processes.
//!
//! **What it promises.** Whatever processes there are, and wherever they die:
//!
//! * Each decision about a person, an address or what a limit counts is made alone, after every
//!   other one about the same: no limit is passed, and nothing begins against a word that was
//!   recorded or a campaign whose pause was acknowledged (`gate.rs`, `campaigns.rs`).
//! * An intent is durable before a turn returns: a server that would forget it
//!   (`synchronous_commit` below `on`) and a replica are refused, in each turn again.
//! * A limit that is new to the store counts what was sent before, before anything begins under it
//!   (`past.rs`).
//! * Only the newest pass of a worker takes turns; what an older one had begun is in doubt. One
//!   that takes no turn for the length of a lease is taken for dead by the next pass of any other:
//!   that declares doubt, and never sends again by itself (`turn.rs`).
//! * A settlement counts only under the fence of the attempt that it speaks of.
//! * Locks are taken in one order, so that nobody waits for who waits for him (`desk.rs`); a
//!   transaction that loses all the same (a serialization failure, a deadlock, a key that somebody
//!   else took first) has changed nothing and is tried again.
//! * After a failover or a restore (another system identifier or timeline than the store knows)
//!   nothing begins until somebody accepts the server
//!   ([`accept_moved`](PostgresOptions::accept_moved)).
//! * It works behind a pooler that gives each transaction another session (`work.rs`).
//!
//! **What it does not**: it does not read the clock of the database; all workers must be given
//! instants of one clock, because limits and leases compare them.
//!
//! A writing call is one `READ COMMITTED` transaction: statements bring rows in, plain Rust decides
//! by the core's tables, statements write them back, each for many rows.

mod config;
mod open;
mod work;
mod statement;
mod schedule;
mod turn;
mod desk;
mod begin;
mod past;
mod lost;
mod budget;
mod gate;
mod claim;
mod campaigns;
mod audiences;
mod preferences;
mod enqueue;
mod erase;
mod events;
mod log;
mod books;
mod row;
mod names;
mod error;

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{
    Addressed, Ask, CampaignRecord, CampaignStore, Cursor, DispatchLog, DispatchQuery, DispatchRef,
    DispatchView, HashKey, Ledger, Opened, Opening, Page, PlannedPage, PortError, Preference,
    PreferenceEntry, PreferenceStore, Recorded, Scheduled, Settlement, StoredCampaign, Subject,
    Turned,
};

pub use config::PostgresOptions;
use error::{During as _, Error};
use names::Names;
use turn::Worker;
use work::{Pool, TRIES, Work};

use crate::kept::flaw::Flaw;
use crate::kept::gate::Case;

/// A store in a schema of a PostgreSQL database: all store ports, for many workers.
///
/// Each process that sends has a worker's name of its own
/// ([`with_worker`](PostgresOptions::with_worker)); what only plans, reports or takes opt-outs
/// needs none.
///
/// ```
/// # use pregon_adapters_store::{PostgresOptions, PostgresStore};
/// # use pregon_core::PortErrorKind;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let options = PostgresOptions::new().with_schema("no \"such\" name");
/// let store = PostgresStore::open("postgres://localhost/app", options).await;
/// assert_eq!(store.map(drop).map_err(|e| e.kind()), Err(PortErrorKind::Invalid));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PostgresStore {
    pool: Pool,
    names: Names,
    worker: Worker,
    hash_key: HashKey,
    writes: bool,
}

/// Runs `$body` in one writing transaction and commits it; again when it lost against another one.
macro_rules! write {
    ($store:ident, $operation:literal, |$on:ident| $body:expr) => {{
        let mut lost = 0;
        loop {
            let transaction = async {
                let mut work = $store.begin().await?;
                let $on = work.on()?;
                let answer = $body.await?;
                work.commit().await?;
                Ok(answer)
            };
            match transaction.await {
                Err(error) if Error::is_race(&error) && lost < TRIES => {
                    lost += 1;
                    crate::postgres::work::pause(lost).await;
                }
                answer => break answer.during($operation),
            }
        }
    }};
}

/// Runs `$body` in one transaction that reads.
macro_rules! read {
    ($store:ident, $operation:literal, |$on:ident| $body:expr) => {{
        let reading = async {
            let mut work = $store.pool.begin().await?;
            let $on = work.on()?;
            let answer = $body.await?;
            work.commit().await?;
            Ok(answer)
        };
        reading.await.during($operation)
    }};
}

// After the macros, which they use.
mod feedback;
mod tallies;
mod frozen;
mod privacy;
mod queue;
mod shown;

impl PostgresStore {
    /// Opens the store in a database, and makes it when it is not there.
    ///
    /// # Errors
    /// `Invalid` for an address or name that cannot be read, a schema of another program or another
    /// hash key; `Unsupported` for a newer layout, a server that is too old, not in UTF-8 or
    /// forgets commits in a crash; `Conflict` after a failover or a restore; `Unauthorized` and
    /// `Unavailable` when the server does not let us, or is a replica.
    pub async fn open(url: &str, options: PostgresOptions) -> Result<Self, PortError> {
        Self::open_with(url, &options, true).await.during("open")
    }

    /// Opens it for reading only, on a replica too: writing calls answer `Unsupported`.
    ///
    /// # Errors
    /// `Invalid` when there is no store or another program's, `Unsupported` for another layout;
    /// otherwise as [`open`](Self::open).
    pub async fn open_read_only(url: &str, options: PostgresOptions) -> Result<Self, PortError> {
        let opened = Self::open_with(url, &options, false).await;
        opened.during("open for reading")
    }

    async fn open_with(url: &str, options: &PostgresOptions, writes: bool) -> Result<Self, Error> {
        let (pool, names) = (Pool::new(url, options)?, Names::default());
        let hash_key = match writes {
            true => {
                let (key, server) = open::prepare(&pool, options, &names).await?;
                names.is_still_at(server);
                key
            }
            false => open::inspect(&pool, options).await?,
        };
        let worker = Worker {
            slot: options.worker.clone(),
            lease: micros(options.lease),
            accept: options.accept_moved,
            kept_at: AtomicI64::new(i64::MIN),
        };
        Ok(Self {
            pool,
            names,
            worker,
            hash_key,
            writes,
        })
    }

    /// The latest instant that any worker has seen; `None` before the first pass.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn high_water(&self) -> Result<Option<DateTime<Utc>>, PortError> {
        read!(self, "high water", |on| turn::high_water(on))
    }

    /// Closes all connections in order. Dropping the store is as safe.
    pub async fn close(self) {
        self.pool.close().await;
    }

    async fn begin(&self) -> Result<Work, Error> {
        self.may_write()?;
        self.pool.begin().await
    }

    fn may_write(&self) -> Result<(), Error> {
        self.writes.then_some(()).ok_or(Flaw::ReadOnly.into())
    }

    /// The limits of those that want to begin, with every set of them and every zone made.
    async fn cases<'a>(&self, ask: &'a Ask, now: DateTime<Utc>) -> Result<Vec<Case<'a>>, Error> {
        self.may_write()?;
        let cases = Case::all(ask, now);
        let rules: Vec<_> = cases
            .iter()
            .flat_map(|case| case.rules().into_values())
            .collect();
        self.names.make_sets(&self.pool, &rules).await?;
        let zones = cases.iter().map(|case| case.ready.candidate.zone);
        self.names.make_zones(&self.pool, zones).await?;
        Ok(cases)
    }

    async fn routes_of(&self, page: &PlannedPage) -> Result<Vec<i32>, Error> {
        self.may_write()?;
        self.names.routes_of(&self.pool, &page.dispatches).await
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[async_trait]
impl Ledger for PostgresStore {
    async fn open(&self, opening: &Opening, now: DateTime<Utc>) -> Result<Opened, PortError> {
        write!(self, "open of a pass", |on| events::want(
            on,
            opening.events
        ))?;
        let opened = write!(self, "open of a pass", |on| turn::open(
            on,
            &self.names,
            &self.worker,
            opening,
            now
        ))?;
        self.worker.begins(now);
        Ok(opened)
    }

    async fn schedule(
        &self,
        page: &PlannedPage,
        now: DateTime<Utc>,
    ) -> Result<Scheduled, PortError> {
        let routes = self.routes_of(page).await.during("schedule")?;
        write!(self, "schedule", |on| schedule::schedule(
            on,
            &self.worker,
            &self.names,
            page,
            &routes,
            now,
            &self.hash_key
        ))
    }

    async fn turn(
        &self,
        done: &[Settlement],
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Result<Turned, PortError> {
        let cases = self.cases(ask, now).await.during("turn")?;
        let lesson = self.names.lesson(&cases);
        if !lesson.is_empty() {
            let laws = write!(self, "turn", |on| past::learn(
                on,
                &self.names,
                ask,
                &lesson,
                now
            ))?;
            self.names.know_limits(laws);
        }
        let turned = write!(self, "turn", |on| turn::turn(
            on,
            &self.names,
            &self.worker,
            done,
            (ask, &cases),
            now
        ))?;
        self.worker.has_kept(now);
        Ok(turned)
    }
}

#[async_trait]
impl DispatchLog for PostgresStore {
    async fn dispatches<'a>(
        &self,
        query: &DispatchQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<DispatchView>, PortError> {
        read!(self, "page of dispatches", |on| log::page(
            on,
            &self.names,
            query,
            after,
            limit
        ))
    }

    async fn addressed(&self, name: &DispatchRef) -> Result<Option<Addressed>, PortError> {
        read!(self, "read of a dispatch", |on| log::addressed(
            on,
            &self.names,
            name
        ))
    }
}

#[async_trait]
impl CampaignStore for PostgresStore {
    async fn save(&self, campaign: &CampaignRecord) -> Result<(), PortError> {
        if campaign.version() > 1 {
            write!(self, "stop of a campaign", |on| campaigns::stop(
                on, campaign
            ))?;
        }
        let saved = write!(self, "save of a campaign", |on| campaigns::save(
            on, campaign
        ));
        if saved.is_err() && campaign.version() > 1 {
            // What it was is what it stays, at once and not in a minute; that goes by itself.
            let _ = write!(self, "stop of a campaign", |on| campaigns::go_on(
                on, campaign
            ));
        }
        saved
    }

    async fn campaigns(&self) -> Result<Vec<StoredCampaign>, PortError> {
        read!(self, "read of campaigns", |on| campaigns::all(on))
    }
}

#[async_trait]
impl PreferenceStore for PostgresStore {
    async fn record(
        &self,
        words: &[Preference],
        now: DateTime<Utc>,
    ) -> Result<Recorded, PortError> {
        write!(self, "record of words", |on| preferences::record(
            on,
            words,
            now,
            &self.hash_key
        ))
    }

    async fn history(&self, subject: &Subject) -> Result<Vec<PreferenceEntry>, PortError> {
        read!(self, "read of words", |on| preferences::history(
            on, subject
        ))
    }

    async fn hash_key(&self) -> Result<HashKey, PortError> {
        Ok(self.hash_key.clone())
    }
}

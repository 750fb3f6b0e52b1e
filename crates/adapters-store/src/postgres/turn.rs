//! The two transactions of a pass: opening the ledger, and a turn.
//!
//! Each worker has a row of its own, and only its newest pass takes turns. A turn begins by
//! updating that row, so the turns of a worker come one after another, and who opens a pass waits
//! for the turn that is under way and then sees all that it did.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use pregon_core::{Ask, Opened, Opening, Settlement, Turned};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::error::Error;
use super::names::Names;
use super::open::{is_durable, known, origin};
use super::row::{columns, read_rows};
use super::statement::{query, query_scalar};
use super::{begin, claim, desk, events, lost};
use crate::kept::desk::Desk;
use crate::kept::flaw::Flaw;
use crate::kept::gate::Case;
use crate::kept::lost::{Accept, LOST};
use crate::kept::open;
use crate::kept::past::PAGE;
use crate::kept::wire;
use crate::moved::Moved;

const HIGH_WATER: &str = "SELECT max(at) FROM (SELECT max(high_water) AS at FROM clock \
     UNION ALL SELECT max(seen) FROM worker WHERE epoch > 0) AS x";

/// Who is new has the epoch 0, which is no pass's.
const ENROL: &str =
    "INSERT INTO worker (slot, epoch, seen) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING";

const OLD_EPOCH: &str = "SELECT epoch FROM worker WHERE slot = $1 FOR UPDATE";

/// The pass, and what the server says of itself in the same breath.
const NEXT_EPOCH: &str = concat!(
    "UPDATE worker w SET epoch = nextval('epoch'), seen = greatest(w.seen, $2) FROM store s \
     WHERE w.slot = $1 AND s.one = 1 \
     RETURNING current_setting('synchronous_commit'), ",
    known!(),
    ", w.epoch, s.origin = ",
    origin!(),
);

const SAME_EPOCH: &str = concat!(
    "UPDATE worker w SET seen = greatest(w.seen, $2) FROM store s \
     WHERE w.slot = $1 AND s.one = 1 AND w.epoch = $3 AND w.seen >= $4 \
     RETURNING current_setting('synchronous_commit'), ",
    known!(),
    ", w.epoch, s.origin = ",
    origin!()
);

/// The server that the store knows, and whether this is it.
const SERVER: &str = concat!(
    "SELECT ",
    known!(),
    ", s.origin = ",
    origin!(),
    " FROM store s WHERE s.one = 1"
);

/// Workers that have taken no turn for the length of a lease. Who is in a turn now is alive.
const DEAD: &str = "DELETE FROM worker WHERE slot IN (SELECT slot FROM worker \
     WHERE slot <> $1 AND seen < $2 FOR UPDATE SKIP LOCKED) RETURNING epoch";

const FREE_CLAIMS: &str = "UPDATE dispatch SET epoch = NULL WHERE row IN (SELECT d.row \
     FROM dispatch d WHERE d.epoch = ANY($1) AND d.state <= 1 ORDER BY d.row FOR UPDATE)";

/// Nobody else begins or settles anything of a dead pass, so these are the same a moment later.
const BEGUN: &str =
    "SELECT d.row FROM dispatch d WHERE d.epoch = ANY($1) AND d.state = 2 ORDER BY d.row";

const UNANSWERED: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.row = ANY($1) AND d.state = 2 ORDER BY d.row FOR UPDATE"
);

const SAW: &str = "INSERT INTO clock (slot, high_water) VALUES ($1, $2) \
     ON CONFLICT (slot) DO UPDATE SET high_water = excluded.high_water \
     WHERE clock.high_water < excluded.high_water";

/// The worker that this store is.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) slot: String,
    /// The lease, in microseconds.
    pub(super) lease: i64,
    /// What is done about a store that a flight recorder proves to have gone back.
    pub(super) accept: Accept,
    /// The latest instant at which it took a turn that was kept. A store that knows only of an
    /// earlier one was put back meanwhile.
    pub(super) kept_at: AtomicI64,
}

impl Worker {
    /// Learns that a pass of it began, which knows nothing of those before.
    pub(super) fn begins(&self, now: DateTime<Utc>) {
        self.kept_at.store(wire::micros(now), Ordering::Relaxed);
    }

    /// Learns that a turn that it took at this instant is kept.
    pub(super) fn has_kept(&self, now: DateTime<Utc>) {
        self.kept_at.fetch_max(wire::micros(now), Ordering::Relaxed);
    }
}

/// The latest instant that was seen, if any was.
pub(super) async fn high_water(on: &mut PgConnection) -> Result<Option<DateTime<Utc>>, Error> {
    let micros: Option<i64> = query_scalar(HIGH_WATER).fetch_one(on).await?;
    Ok(micros.map(wire::instant).transpose()?)
}

/// Moves the high-water mark; time does not go back behind it. The last statement of those that
/// say it, because all of a worker's meet there.
pub(super) async fn saw(
    on: &mut PgConnection,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let saw = query(SAW).bind(&worker.slot).bind(wire::micros(now));
    saw.execute(on).await?;
    Ok(())
}

/// Checks what the server says of itself; says whether it is the one that `names` are true of.
fn check(row: &PgRow, names: &Names) -> Result<bool, Error> {
    if !is_durable(row.try_get(0)?) {
        return Err(Error::Forgetful);
    }
    let same: bool = row.try_get(3)?;
    let moved = Error::Moved(Moved::Elsewhere);
    same.then_some(()).ok_or(moved)?;
    Ok(names.is_still_at(row.try_get(1)?))
}

/// Checks that the server is still the one that `names` are true of: numbers that were given by
/// another one mean something else here, or nothing.
pub(super) async fn check_server(on: &mut PgConnection, names: &Names) -> Result<(), Error> {
    let row = query(SERVER).fetch_one(on).await?;
    let still = row.try_get(1)? && names.is_still_at(row.try_get(0)?);
    still.then_some(()).ok_or(Error::Moved(Moved::Elsewhere))
}

/// Begins a pass: this worker's older ones are void, and all of those that are dead; their claims
/// are free, what they had begun is in doubt.
pub(super) async fn open(
    on: &mut PgConnection,
    names: &Names,
    worker: &Worker,
    opening: &Opening,
    now: DateTime<Utc>,
) -> Result<Opened, Error> {
    let micros = wire::micros(now);
    let enrol = query(ENROL).bind(&worker.slot).bind(micros);
    enrol.execute(&mut *on).await?;
    let old = query_scalar(OLD_EPOCH).bind(&worker.slot);
    let old: i64 = old.fetch_one(&mut *on).await?;
    if lost::is_behind(on, &opening.flights, old).await? {
        // What was known by heart may have been forgotten with the rest.
        names.is_still_at(String::new());
        lost::accept(on, names, worker.accept, Moved::Back).await?;
    }
    let mut dead: Vec<i64> = vec![LOST, old];
    let next = query(NEXT_EPOCH).bind(&worker.slot).bind(micros);
    let next = next.fetch_one(&mut *on).await?;
    check(&next, names)?;
    let epoch: i64 = next.try_get(2)?;
    let expired = query_scalar::<i64>(DEAD).bind(&worker.slot);
    let expired = expired.bind(micros.saturating_sub(worker.lease));
    dead.extend(expired.fetch_all(&mut *on).await?);

    let seen: Option<i64> = query_scalar(HIGH_WATER).fetch_one(&mut *on).await?;
    let now = open::present(seen.unwrap_or(micros), now)?;
    let settled = settle(on, names, opening, &dead, now).await?;
    saw(on, worker, now).await?;
    Ok(open::opened(epoch, now, &settled)?)
}

/// Frees what dead passes had claimed, and settles what they had begun.
async fn settle(
    on: &mut PgConnection,
    names: &Names,
    opening: &Opening,
    dead: &[i64],
    now: DateTime<Utc>,
) -> Result<Vec<Settlement>, Error> {
    let begun: Vec<i64> = query_scalar(BEGUN).bind(dead).fetch_all(&mut *on).await?;
    let lives = match begun.as_slice() {
        [] => Default::default(),
        begun => desk::lives(on, &[], begun, now).await?,
    };
    query(FREE_CLAIMS).bind(dead).execute(&mut *on).await?;
    let mut settled = Vec::with_capacity(begun.len());
    // Those of a lost pass may be a whole backlog.
    for begun in begun.chunks(PAGE) {
        let rows = query(UNANSWERED).bind(begun).fetch_all(&mut *on).await?;
        let rows = read_rows(on, names, &rows).await?;
        let these = open::left_behind(&rows, opening, now)?;
        let rows = rows.into_iter().map(|row| (row.row, row)).collect();
        // Tickets of what had begun are valid by their fence, whatever the epoch.
        let news = events::news(on).await?;
        let mut desk = Desk::of(0, now, rows, lives.clone()).telling(news);
        desk.settle(&these);
        desk::release(on, &mut desk).await?;
        desk::write(on, names, &mut desk).await?;
        desk.tell()?;
        events::tell(on, &desk.news, now).await?;
        settled.extend(these);
    }
    Ok(settled)
}

/// Takes a turn: settles, begins, claims.
pub(super) async fn turn(
    on: &mut PgConnection,
    names: &Names,
    worker: &Worker,
    done: &[Settlement],
    (ask, cases): (&Ask, &[Case<'_>]),
    now: DateTime<Utc>,
) -> Result<Turned, Error> {
    let epoch = wire::epoch(ask.epoch)?;
    let same = query(SAME_EPOCH)
        .bind(&worker.slot)
        .bind(wire::micros(now))
        .bind(epoch)
        .bind(worker.kept_at.load(Ordering::Relaxed))
        .fetch_optional(&mut *on)
        .await?;
    // The limits of those that want to begin were looked up before.
    if !check(&same.ok_or(Flaw::Superseded)?, names)? {
        return Err(Error::Moved(Moved::Elsewhere));
    }
    let mut turned = Turned::default();
    let mut desk = desk::lay(on, names, done, ask, now).await?;
    desk.settle(done);
    desk::release(on, &mut desk).await?;
    turned.begun = begin::begin(on, names, &mut desk, ask, cases).await?;
    desk::write(on, names, &mut desk).await?;
    desk.tell()?;
    if ask.claim > 0 {
        claim::claim(on, names, &mut desk, ask, &mut turned).await?;
    }
    events::tell(on, &desk.news, now).await?;
    let next = claim::next_due(on, wire::micros(now)).await?;
    turned.next = next.map(wire::instant).transpose()?;
    Ok(turned)
}

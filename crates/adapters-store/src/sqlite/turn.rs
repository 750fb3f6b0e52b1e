//! The two transactions of a pass: opening the ledger, and a turn.

use chrono::{DateTime, Utc};
use pregon_core::{Ask, Opened, Opening, Settlement, Turned};
use sqlx::sqlite::SqliteConnection;

use super::beside::beside;
use super::conn::Writer;
use super::error::Error;
use super::intern::Interned;
use super::row::{columns, read_rows};
use super::{begin, claim, desk, events, lost};
use crate::kept::desk::Desk;
use crate::kept::flaw::Flaw;
use crate::kept::gate::Case;
use crate::kept::lost::Accept;
use crate::kept::open;
use crate::kept::past::PAGE;
use crate::kept::wire;

const NEXT_EPOCH: &str = "UPDATE store SET epoch = epoch + 1, high_water = max(high_water, ?1) \
     WHERE one = 1 RETURNING epoch, high_water";

/// `state IN (0, 1)` and not `state <= 1`: two searches of the index of what is held.
pub(super) const FREE_CLAIMS: &str =
    "UPDATE dispatch SET epoch = NULL WHERE epoch IS NOT NULL AND state IN (0, 1)";

pub(super) const UNANSWERED: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.epoch IS NOT NULL AND d.state = 2 AND d.row > ?1 \
     ORDER BY d.row LIMIT ?2"
);

const SAME_EPOCH: &str = "UPDATE store SET high_water = max(high_water, ?2) \
     WHERE one = 1 AND epoch = ?1";

/// The latest instant that was seen, if any was.
pub(super) async fn high_water(on: &mut SqliteConnection) -> Result<Option<DateTime<Utc>>, Error> {
    let query = "SELECT high_water FROM store WHERE one = 1";
    let micros: i64 = sqlx::query_scalar(query).fetch_one(on).await?;
    let seen = (micros > i64::MIN).then(|| wire::instant(micros));
    Ok(seen.transpose()?)
}

/// Begins a pass: older ones are void, their claims free, what they had begun in doubt.
pub(super) async fn open(
    writer: &mut Writer,
    opening: &Opening,
    accept: Accept,
    now: DateTime<Utc>,
) -> Result<Opened, Error> {
    if lost::is_behind(&mut writer.on, &opening.flights).await? {
        lost::accept(&mut writer.on, accept).await?;
        // Limits that it knew are counted anew.
        writer.interned = Interned::read(&mut writer.on).await?;
    }
    let (epoch, high_water): (i64, i64) = sqlx::query_as(NEXT_EPOCH)
        .bind(wire::micros(now))
        .fetch_one(&mut writer.on)
        .await?;
    let now = open::present(high_water, now)?;
    writer.held.clear();
    events::want(&mut writer.on, opening.events).await?;
    sqlx::query(FREE_CLAIMS).execute(&mut writer.on).await?;
    let settled = settle(writer, opening, epoch, now).await?;
    Ok(open::opened(epoch, now, &settled)?)
}

/// Settles what older passes had begun; after a loss that may be a whole backlog.
async fn settle(
    writer: &mut Writer,
    opening: &Opening,
    epoch: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Settlement>, Error> {
    let (mut after, mut settled) = (i64::MIN, Vec::new());
    loop {
        let rows = sqlx::query(UNANSWERED).bind(after).bind(PAGE as i64);
        let rows = rows.fetch_all(&mut writer.on).await?;
        let rows = read_rows(&rows, &writer.interned.names)?;
        let Some(last) = rows.last() else {
            return Ok(settled);
        };
        after = last.row;
        let lives = desk::lives(&mut writer.on).await?;
        let these = open::left_behind(&rows, opening, now)?;
        let rows = rows.into_iter().map(|row| (row.row, row)).collect();
        let news = events::news(&mut writer.on).await?;
        let mut desk = Desk::of(epoch, now, rows, lives).telling(news);
        desk.settle(&these);
        desk::release(writer, &mut desk).await?;
        desk::write(writer, &mut desk).await?;
        desk.tell()?;
        events::tell(&mut writer.on, &desk.news, now).await?;
        settled.extend(these);
    }
}

/// Takes a turn: settles, begins, claims.
pub(super) async fn turn(
    writer: &mut Writer,
    done: &[Settlement],
    ask: &Ask,
    now: DateTime<Utc>,
) -> Result<Turned, Error> {
    let epoch = wire::epoch(ask.epoch)?;
    let same = sqlx::query(SAME_EPOCH)
        .bind(epoch)
        .bind(wire::micros(now))
        .execute(&mut writer.on)
        .await?;
    if same.rows_affected() == 0 {
        return Err(Flaw::Superseded.into());
    }
    let mut turned = Turned::default();
    let mut desk = desk::lay(writer, done, ask, now).await?;
    desk.settle(done);
    desk::release(writer, &mut desk).await?;
    let settled = desk::write(writer, &mut desk);
    let (settled, cases) = beside(settled, || Case::all(ask, now)).await;
    settled?;
    turned.begun = begin::begin(writer, &mut desk, ask, &cases).await?;
    desk::write(writer, &mut desk).await?;
    desk.tell()?;
    if ask.claim > 0 {
        claim::claim(writer, &mut desk, ask, &mut turned).await?;
    }
    events::tell(&mut writer.on, &desk.news, now).await?;
    let next = claim::next_due(&mut writer.on);
    // What this pass still holds stays known to the writer.
    let keep = || writer.held.extend(desk.drain_held());
    let (next, ()) = beside(next, keep).await;
    turned.next = next?.map(wire::instant).transpose()?;
    Ok(turned)
}

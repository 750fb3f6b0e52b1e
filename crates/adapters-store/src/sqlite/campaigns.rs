//! Keeping campaigns.

use pregon_core::{CampaignRecord, Fact, Reason, StoredCampaign};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::conn::Writer;
use super::error::Error;
use super::turn::high_water;
use super::{audiences, events};
use crate::kept::campaign::{self, Campaigns, Columns};
use crate::kept::flaw::Flaw;
use crate::kept::wire;

pub(super) const INSERT: &str = "INSERT INTO campaign (id, state, version, record) \
     VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";

pub(super) const UPDATE: &str = "UPDATE campaign SET state = ?2, version = ?3, record = ?4 \
     WHERE id = ?1 AND version = ?3 - 1";

const STATE: &str = "SELECT state FROM campaign WHERE id = ?1";

/// Withdraws what waits of a campaign, by each of the three indexes that something waiting is in.
/// The number of states is bound, so that the core's table of transitions says what they become.
macro_rules! withdraw {
    ($which:literal) => {
        concat!(
            "UPDATE dispatch SET state = CASE state WHEN 0 THEN ?2 ELSE ?3 END, epoch = NULL, \
             claims = 0, hidden = 0, reason = ?4, at = ?5 WHERE ",
            $which,
            " AND route IN (SELECT r.route FROM route r WHERE r.campaign = ?1)"
        )
    };
}
pub(super) const WITHDRAW: [&str; 3] = [
    withdraw!("state <= 1 AND epoch IS NULL AND hidden = 0"),
    withdraw!("hidden = 1"),
    withdraw!("+state <= 1 AND epoch IS NOT NULL"),
];

pub(super) const ALL: &str = "SELECT c.id, c.record, p.journey, p.closed_at, p.span_from, \
     p.span_to, p.after FROM campaign c LEFT JOIN progress p ON p.campaign = c.id \
     ORDER BY c.id, p.journey";

/// Keeps a campaign, if what is kept has the version before this one.
pub(super) async fn save(writer: &mut Writer, record: &CampaignRecord) -> Result<(), Error> {
    let record = &campaign::dated(record, high_water(&mut writer.on).await?);
    let id = record.campaign().id.as_str();
    let before: Option<String> = sqlx::query_scalar(STATE)
        .bind(id)
        .fetch_optional(&mut writer.on)
        .await?;
    let (version, json) = campaign::written(record)?;
    let statement = if version == 1 { INSERT } else { UPDATE };
    let kept = sqlx::query(statement)
        .bind(id)
        .bind(record.state().as_str())
        .bind(version)
        .bind(json)
        .execute(&mut writer.on)
        .await?;
    if kept.rows_affected() == 0 {
        return Err(Flaw::Overtaken.into());
    }
    audiences::take_into_use(writer, record).await?;
    if record.state().is_over() {
        withdraw(writer, record).await?;
    }
    let mut news = events::news(&mut writer.on).await?;
    let before = campaign::state(before.as_deref())?;
    news.tell(|| Fact::campaign(record, before));
    events::tell(&mut writer.on, &news, record.updated_at()).await
}

async fn withdraw(writer: &mut Writer, record: &CampaignRecord) -> Result<(), Error> {
    writer.held.clear();
    let [scheduled, resend] = campaign::withdrawn()?;
    for statement in WITHDRAW {
        sqlx::query(statement)
            .bind(record.campaign().id.as_str())
            .bind(scheduled)
            .bind(resend)
            .bind(Reason::Cancelled.as_str())
            .bind(wire::micros(record.updated_at()))
            .execute(&mut writer.on)
            .await?;
    }
    Ok(())
}

/// All campaigns in the order of their ids.
pub(super) async fn all(on: &mut SqliteConnection) -> Result<Vec<StoredCampaign>, Error> {
    let rows = sqlx::query(ALL).fetch_all(on).await?;
    let mut campaigns = Campaigns::default();
    for row in &rows {
        campaigns.add(row.try_get(0)?, row.try_get(1)?, progress(row)?)?;
    }
    Ok(campaigns.0)
}

fn progress(row: &SqliteRow) -> Result<Option<(String, Columns)>, Error> {
    let Some(journey) = row.try_get(2)? else {
        return Ok(None);
    };
    let columns = Columns {
        closed_at: row.try_get(3)?,
        span_from: row.try_get(4)?,
        span_to: row.try_get(5)?,
        after: row.try_get(6)?,
    };
    Ok(Some((journey, columns)))
}

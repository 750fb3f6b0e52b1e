//! Keeping campaigns.

use std::collections::BTreeMap;

use pregon_core::{
    CampaignRecord, CampaignState, Cursor, End, Event, JourneyId, OpenSpan, Progress, Reason, Span,
    Standing, State, StoredCampaign,
};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::audiences;
use super::conn::Writer;
use super::error::Error;
use super::wire;
use crate::kept::flaw::Flaw;

pub(super) const INSERT: &str = "INSERT INTO campaign (id, state, version, record) \
     VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";

pub(super) const UPDATE: &str = "UPDATE campaign SET state = ?2, version = ?3, record = ?4 \
     WHERE id = ?1 AND version = ?3 - 1";

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

pub(super) const ALL: &str = "SELECT c.record, p.journey, p.closed_at, p.span_from, p.span_to, \
     p.after FROM campaign c LEFT JOIN progress p ON p.campaign = c.id ORDER BY c.id, p.journey";

/// Keeps a campaign, if what is kept has the version before this one.
pub(super) async fn save(writer: &mut Writer, record: &CampaignRecord) -> Result<(), Error> {
    let id = record.campaign().id.as_str();
    let version = i64::try_from(record.version());
    let version = version.map_err(|_| Flaw::Unkeepable("a version of this size"))?;
    let json = serde_json::to_string(record);
    let json = json.map_err(|_| Flaw::Unkeepable("a campaign that is no JSON"))?;
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
    let over = matches!(
        record.state(),
        CampaignState::Finished | CampaignState::Cancelled
    );
    if over {
        withdraw(writer, record).await
    } else {
        Ok(())
    }
}

async fn withdraw(writer: &mut Writer, record: &CampaignRecord) -> Result<(), Error> {
    writer.held.clear();
    let ended = |state, in_doubt| {
        let event = Event::Withdraw(End::Cancelled);
        let change = Standing { state, in_doubt }.after(event);
        change.ok_or(Flaw::Unkeepable("a row that waits and cannot be withdrawn"))
    };
    let scheduled = wire::state_code(ended(State::Scheduled, false)?.to.state)?;
    let resend = wire::state_code(ended(State::Resend, true)?.to.state)?;
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
    let mut campaigns: Vec<StoredCampaign> = Vec::new();
    let mut latest = String::new();
    for row in &rows {
        let json: &str = row.try_get(0)?;
        if campaigns.is_empty() || json != latest {
            // The cause could quote what the record says, so it stays here.
            let record = serde_json::from_str(json);
            let record = record.map_err(|_| Flaw::Damaged("a campaign cannot be read"))?;
            json.clone_into(&mut latest);
            campaigns.push(StoredCampaign {
                record,
                progress: BTreeMap::new(),
            });
        }
        if let (Some((journey, progress)), Some(campaign)) = (progress(row)?, campaigns.last_mut())
        {
            campaign.progress.insert(journey, progress);
        }
    }
    Ok(campaigns)
}

fn progress(row: &SqliteRow) -> Result<Option<(JourneyId, Progress)>, Error> {
    let Some(journey) = row.try_get::<Option<String>, _>(1)? else {
        return Ok(None);
    };
    let journey = JourneyId::new(journey);
    let journey = journey.map_err(|_| Flaw::Damaged("a journey has a name that is none"))?;
    let (from, to): (Option<i64>, Option<i64>) = (row.try_get(3)?, row.try_get(4)?);
    let span = match (from, to) {
        (Some(from), Some(to)) => Some(Span {
            from: wire::instant(from)?,
            to: wire::instant(to)?,
        }),
        _ => None,
    };
    let after: Option<String> = row.try_get(5)?;
    let progress = Progress {
        closed_at: wire::instant(row.try_get(2)?)?,
        open: span.map(|span| OpenSpan {
            span,
            after: after.map(Cursor::new),
        }),
    };
    Ok(Some((journey, progress)))
}

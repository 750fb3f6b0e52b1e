//! Keeping campaigns.
//!
//! A turn holds the campaigns of which it begins something, so whoever changes one waits for it.
//! Behind a stream of turns that would take for ever; so a change first commits a row in
//! `campaign_stop`: newer turns begin nothing of the campaign and do not hold it, and the change
//! waits only for those that are open already. It takes the stop away in the same transaction. A
//! process that dies between the two leaves a stop that nobody minds a minute later.

use pregon_core::{CampaignRecord, Fact, Reason, StoredCampaign};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::error::Error;
use super::row::free_text;
use super::statement::{query, query_scalar};
use super::turn::high_water;
use super::{audiences, events};
use crate::kept::campaign::{self, Campaigns, Columns};
use crate::kept::flaw::Flaw;
use crate::kept::wire;

const STOP: &str = "INSERT INTO campaign_stop (campaign, at) VALUES ($1, $2) \
     ON CONFLICT (campaign) DO UPDATE SET at = excluded.at";

const GO_ON: &str = "DELETE FROM campaign_stop WHERE campaign = $1";

/// Waits for the turns that hold the campaign.
const HOLD: &str = "SELECT 1 FROM campaign WHERE id = $1 FOR UPDATE";

const STATE: &str = "SELECT state FROM campaign WHERE id = $1";

const INSERT: &str = "INSERT INTO campaign (id, state, version, record) \
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

const UPDATE: &str = "UPDATE campaign SET state = $2, version = $3, record = $4 \
     WHERE id = $1 AND version = $3 - 1";

/// Withdraws what waits, of rows locked in order. The numbers of states are bound, so that the
/// core's table of transitions says what they become. Whoever lets a row wait again holds its
/// campaign or the row itself, so none is overlooked.
const WITHDRAW: &str = "UPDATE dispatch SET state = CASE state WHEN 0 THEN $2 ELSE $3 END, \
     epoch = NULL, claims = 0, hidden = false, reason = $4, at = $5 WHERE row IN (SELECT d.row \
     FROM dispatch d WHERE d.state <= 1 \
     AND d.route IN (SELECT r.route FROM route r WHERE r.campaign = $1) \
     ORDER BY d.row FOR UPDATE)";

const ALL: &str = "SELECT c.id, c.record, p.journey, p.closed_at, p.span_from, p.span_to, \
     p.after FROM campaign c LEFT JOIN progress p ON p.campaign = c.id ORDER BY c.id, p.journey";

/// Says that a campaign is being changed; committed before it is.
pub(super) async fn stop(on: &mut PgConnection, record: &CampaignRecord) -> Result<(), Error> {
    let stop = query(STOP).bind(record.campaign().id.as_str());
    let stop = stop.bind(wire::micros(record.updated_at()));
    stop.execute(on).await?;
    Ok(())
}

/// Takes back what [`stop`] said.
pub(super) async fn go_on(on: &mut PgConnection, record: &CampaignRecord) -> Result<(), Error> {
    let go_on = query(GO_ON).bind(record.campaign().id.as_str());
    go_on.execute(on).await?;
    Ok(())
}

/// Keeps a campaign, if what is kept has the version before this one.
pub(super) async fn save(on: &mut PgConnection, record: &CampaignRecord) -> Result<(), Error> {
    let hold = query(HOLD).bind(record.campaign().id.as_str());
    hold.execute(&mut *on).await?;
    // Read by a statement after the lock: what turns had begun of it began before the change.
    let record = &campaign::dated(record, high_water(on).await?);
    let before: Option<String> = query_scalar(STATE)
        .bind(record.campaign().id.as_str())
        .fetch_optional(&mut *on)
        .await?;
    let (version, json) = campaign::written(record)?;
    let statement = if version == 1 { INSERT } else { UPDATE };
    let kept = query(statement)
        .bind(record.campaign().id.as_str())
        .bind(record.state().as_str())
        .bind(version)
        .bind(json)
        .execute(&mut *on)
        .await?;
    if kept.rows_affected() == 0 {
        return Err(Flaw::Overtaken.into());
    }
    audiences::take_into_use(on, record).await?;
    if record.state().is_over() {
        withdraw(on, record).await?;
    }
    let mut news = events::news(on).await?;
    let before = campaign::state(before.as_deref())?;
    news.tell(|| Fact::campaign(record, before));
    events::tell(on, &news, record.updated_at()).await?;
    go_on(on, record).await
}

async fn withdraw(on: &mut PgConnection, record: &CampaignRecord) -> Result<(), Error> {
    let [scheduled, resend] = campaign::withdrawn()?;
    query(WITHDRAW)
        .bind(record.campaign().id.as_str())
        .bind(scheduled as i16)
        .bind(resend as i16)
        .bind(Reason::Cancelled.as_str())
        .bind(wire::micros(record.updated_at()))
        .execute(on)
        .await?;
    Ok(())
}

/// All campaigns in the order of their ids.
pub(super) async fn all(on: &mut PgConnection) -> Result<Vec<StoredCampaign>, Error> {
    let rows = query(ALL).fetch_all(on).await?;
    let mut campaigns = Campaigns::default();
    for row in &rows {
        campaigns.add(row.try_get(0)?, row.try_get(1)?, progress(row)?)?;
    }
    Ok(campaigns.0)
}

fn progress(row: &PgRow) -> Result<Option<(String, Columns)>, Error> {
    let Some(journey) = row.try_get(2)? else {
        return Ok(None);
    };
    let columns = Columns {
        closed_at: row.try_get(3)?,
        span_from: row.try_get(4)?,
        span_to: row.try_get(5)?,
        after: free_text(row.try_get(6)?)?,
    };
    Ok(Some((journey, columns)))
}

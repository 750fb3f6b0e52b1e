//! Between campaigns, with the progress of their plans, and what the columns hold.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pregon_core::{
    CampaignRecord, CampaignState, Cursor, End, JourneyId, OpenSpan, Progress, Span, Standing,
    State, StoredCampaign, Transition,
};

use super::flaw::Flaw;
use super::wire;

/// A campaign as it is kept by a ledger that has seen an instant.
pub(crate) fn dated(record: &CampaignRecord, seen: Option<DateTime<Utc>>) -> CampaignRecord {
    let record = record.clone();
    match seen {
        Some(seen) => record.changed_not_before(seen),
        None => record,
    }
}

/// The version of a campaign, and the campaign as JSON.
pub(crate) fn written(record: &CampaignRecord) -> Result<(i64, String), Flaw> {
    let version = i64::try_from(record.version());
    let version = version.map_err(|_| Flaw::Unkeepable("a version of this size"))?;
    let json = serde_json::to_string(record);
    let json = json.map_err(|_| Flaw::Unkeepable("a campaign that is no JSON"))?;
    Ok((version, json))
}

/// The state of a name that a column holds.
pub(crate) fn state(name: Option<&str>) -> Result<Option<CampaignState>, Flaw> {
    let state = |name: &str| serde_json::from_value(name.into());
    let state = name.map(state).transpose();
    state.map_err(|_| Flaw::Damaged("a campaign is in an unknown state"))
}

/// The numbers of the states in which those end that are withdrawn as scheduled and to be resent.
pub(crate) fn withdrawn() -> Result<[i64; 2], Flaw> {
    let ended = |state, in_doubt| {
        let change = Standing { state, in_doubt }.after(Transition::Withdraw(End::Cancelled));
        let wrong = Flaw::Unkeepable("a row that waits and cannot be withdrawn");
        wire::state_code(change.ok_or(wrong)?.to.state)
    };
    Ok([ended(State::Scheduled, false)?, ended(State::Resend, true)?])
}

/// The progress of a plan as its columns hold it.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) closed_at: i64,
    pub(crate) span_from: Option<i64>,
    pub(crate) span_to: Option<i64>,
    pub(crate) after: Option<String>,
}

impl Columns {
    pub(crate) fn of(progress: &Progress) -> Self {
        let open = progress.open.as_ref();
        let after = open.and_then(|open| open.after.as_ref());
        Self {
            closed_at: wire::micros(progress.closed_at),
            span_from: open.map(|open| wire::micros(open.span.from)),
            span_to: open.map(|open| wire::micros(open.span.to)),
            after: after.map(|cursor| cursor.as_str().to_owned()),
        }
    }

    fn read(self) -> Result<Progress, Flaw> {
        let span = match (self.span_from, self.span_to) {
            (Some(from), Some(to)) => Some(Span {
                from: wire::instant(from)?,
                to: wire::instant(to)?,
            }),
            _ => None,
        };
        let after = self.after.map(Cursor::new);
        Ok(Progress {
            closed_at: wire::instant(self.closed_at)?,
            open: span.map(|span| OpenSpan { span, after }),
        })
    }
}

/// Puts campaigns together from rows in the order of ids, one row for each journey with progress.
#[derive(Debug, Default)]
pub(crate) struct Campaigns(pub(crate) Vec<StoredCampaign>);

impl Campaigns {
    pub(crate) fn add(
        &mut self,
        id: &str,
        record: &str,
        progress: Option<(String, Columns)>,
    ) -> Result<(), Flaw> {
        let latest = self.0.last().map(|it| it.record.campaign().id.as_str());
        if latest != Some(id) {
            // The cause could quote what the record says, so it stays here.
            let record = serde_json::from_str(record);
            self.0.push(StoredCampaign {
                record: record.map_err(|_| Flaw::Damaged("a campaign cannot be read"))?,
                progress: BTreeMap::new(),
            });
        }
        if let (Some((journey, columns)), Some(campaign)) = (progress, self.0.last_mut()) {
            let journey = JourneyId::new(journey);
            let journey =
                journey.map_err(|_| Flaw::Damaged("a journey has a name that is none"))?;
            campaign.progress.insert(journey, columns.read()?);
        }
        Ok(())
    }
}

//! `pregon pause`, `resume`, `cancel`, `finish`: what somebody does with a campaign.

use pregon::{
    CampaignId, CampaignRecord, CampaignState, DispatchQuery, Move, PortError, PortErrorKind,
};

use super::find_config;
use super::optout::{now, tell_in_flight, unknown};
use crate::args::Common;
use crate::config::{Config, Keeper, StorePlace, hash_key};
use crate::output::{Failure, FailureKind, Object, Out};

/// How often a change is tried again that somebody else was faster than.
const TRIES: u32 = 10;

/// How many dispatches are read at once.
const PAGE: u32 = 1000;

/// Moves a campaign. Once a pause, a cancellation or an end is acknowledged, no message of it
/// begins, whoever sends from the store. What is done already succeeds and changes nothing.
pub(crate) async fn change(
    campaign: &str,
    r#move: Move,
    common: &Common,
    out: Out,
) -> Result<u8, Failure> {
    let config = Config::alone(&find_config(common)?)?;
    let store = StorePlace::of(&config)?.open_to_say(hash_key()?).await?;
    let keeper = store.keeper();
    let state = moved(&*keeper, campaign, r#move, common).await?;
    let in_flight = in_flight(&*keeper, campaign).await?;
    drop(keeper);
    store.close().await?;
    out.human(&format!("{campaign}: {}", out.state(state)));
    if state != CampaignState::Active {
        tell_in_flight(in_flight, out);
    }
    out.document(Object::new().with("in_flight", in_flight));
    Ok(0)
}

/// Moves the campaign to where the move leads, if it is not there already.
async fn moved(
    store: &dyn Keeper,
    campaign: &str,
    r#move: Move,
    common: &Common,
) -> Result<CampaignState, Failure> {
    let mut faster = 0;
    loop {
        let record = known(store, campaign).await?;
        if record.state() == goal(r#move) {
            return Ok(record.state());
        }
        let next = record.moved(r#move, now(common).await?);
        let next = next.map_err(|error| Failure::new(FailureKind::Usage, error.to_string()))?;
        match store.save(&next).await {
            Ok(()) => return Ok(next.state()),
            Err(error) if is_race(&error) && faster < TRIES => faster += 1,
            Err(error) => return Err(Failure::port(&error)),
        }
    }
}

fn is_race(error: &PortError) -> bool {
    error.kind() == PortErrorKind::Conflict
}

/// Where a move leads.
fn goal(r#move: Move) -> CampaignState {
    match r#move {
        Move::Pause => CampaignState::Paused,
        Move::Cancel => CampaignState::Cancelled,
        Move::Finish => CampaignState::Finished,
        _ => CampaignState::Active,
    }
}

async fn known(store: &dyn Keeper, campaign: &str) -> Result<CampaignRecord, Failure> {
    let stored = store.campaigns().await;
    let stored = stored.map_err(|error| Failure::port(&error))?;
    let mut records = stored.iter().map(|stored| &stored.record);
    let found = records.find(|record| record.campaign().id.as_str() == campaign);
    let names = stored
        .iter()
        .map(|stored| stored.record.campaign().id.as_str());
    let found = found.ok_or_else(|| unknown("the store has no campaign", campaign, names))?;
    Ok(found.clone())
}

/// How many messages of the campaign have begun and are not settled.
async fn in_flight(store: &dyn Keeper, campaign: &str) -> Result<u64, Failure> {
    let id = CampaignId::new(campaign);
    let id = id.map_err(|error| Failure::new(FailureKind::Usage, error.to_string()))?;
    let query = DispatchQuery::all().of_campaign(id).in_flight();
    let (mut count, mut after) = (0, None);
    loop {
        let page = store.dispatches(&query, after.as_ref(), PAGE).await;
        let page = page.map_err(|error| Failure::port(&error))?;
        count += page.items.len() as u64;
        after = page.next;
        if after.is_none() {
            return Ok(count);
        }
    }
}

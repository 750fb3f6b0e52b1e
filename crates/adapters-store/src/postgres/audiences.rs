//! Keeping frozen audiences.
//!
//! Other processes may be writing theirs at any time, so one that was left unfinished is dropped
//! only with the next change of its campaign.

use pregon_core::{
    CampaignId, CampaignRecord, Cursor, CustomerId, FrozenId, FrozenMember, JourneyId, Page,
};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::error::Error;
use super::statement::{query, query_scalar};
use crate::kept::audience;
use crate::kept::flaw::Flaw;

const BEGIN: &str = "INSERT INTO audience (campaign, journey, in_use) VALUES ($1, $2, false) \
     RETURNING audience";

/// Held, so that nobody takes it into use before its new members can be seen.
const IS_OPEN: &str = "SELECT 1 FROM audience WHERE audience = $1 AND NOT in_use FOR SHARE";

const ADD: &str = "INSERT INTO member (audience, customer, profile) SELECT $1, v.customer, \
     v.profile FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS v(customer, profile, n) \
     ORDER BY v.n ON CONFLICT DO NOTHING";

const FIND: &str =
    "SELECT customer, profile FROM member WHERE audience = $1 AND customer = ANY($2::text[])";

const PAGE: &str = "SELECT customer, profile FROM member \
     WHERE audience = $1 AND customer > $2 ORDER BY customer LIMIT $3";

const TAKE: &str = "UPDATE audience SET in_use = true WHERE campaign = $1 AND audience = ANY($2)";

const DROP: [&str; 2] = [
    "DELETE FROM member WHERE audience IN (SELECT a.audience FROM audience a \
     WHERE a.campaign = $1 AND a.audience <> ALL($2))",
    "DELETE FROM audience WHERE campaign = $1 AND audience <> ALL($2)",
];

const LOCK_OTHERS: &str = "SELECT audience FROM audience WHERE campaign = $1 \
     AND audience <> ALL($2) ORDER BY audience FOR UPDATE";

/// Begins an audience that nobody uses yet.
pub(super) async fn begin(
    on: &mut PgConnection,
    campaign: &CampaignId,
    journey: &JourneyId,
) -> Result<FrozenId, Error> {
    let begun = query_scalar(BEGIN).bind(campaign.as_str());
    let number = begun.bind(journey.as_str()).fetch_one(on).await?;
    Ok(audience::id(number)?)
}

/// Adds members to an audience that nobody uses yet; gives how many are new.
pub(super) async fn add(
    on: &mut PgConnection,
    to: FrozenId,
    members: &[FrozenMember],
) -> Result<u64, Error> {
    let audience = audience::number(to)?;
    let open = query(IS_OPEN).bind(audience);
    if open.fetch_optional(&mut *on).await?.is_none() {
        return Err(Flaw::Overtaken.into());
    }
    let profiles: Result<Vec<_>, Flaw> = members.iter().map(audience::profile).collect();
    let customers: Vec<&str> = members.iter().map(|it| it.customer.as_str()).collect();
    let added = query(ADD)
        .bind(audience)
        .bind(customers)
        .bind(profiles?)
        .execute(on)
        .await?;
    Ok(added.rows_affected())
}

/// A page of the members in the order of their ids.
pub(super) async fn page(
    on: &mut PgConnection,
    of: FrozenId,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<FrozenMember>, Error> {
    let rows = query(PAGE)
        .bind(audience::number(of)?)
        .bind(audience::after(after)?)
        .bind(i64::from(limit) + 1)
        .fetch_all(on)
        .await?;
    audience::page(&rows, limit, member)
}

/// Those of some people who are members.
pub(super) async fn find(
    on: &mut PgConnection,
    of: FrozenId,
    ids: &[CustomerId],
) -> Result<Vec<FrozenMember>, Error> {
    let ids: Vec<&str> = ids.iter().map(CustomerId::as_str).collect();
    let rows = query(FIND).bind(audience::number(of)?).bind(ids);
    rows.fetch_all(on).await?.iter().map(member).collect()
}

/// Makes the audiences that a campaign names its own, and drops its others.
pub(super) async fn take_into_use(
    on: &mut PgConnection,
    record: &CampaignRecord,
) -> Result<(), Error> {
    let campaign = record.campaign().id.as_str();
    let named = audience::named(record)?;
    let take = query(TAKE).bind(campaign).bind(&named);
    if take.execute(&mut *on).await?.rows_affected() != named.len() as u64 {
        return Err(Flaw::Overtaken.into());
    }
    // Whoever is adding to one of the others ends first, so that nothing is left of it.
    let lock = query(LOCK_OTHERS).bind(campaign).bind(&named);
    if lock.fetch_all(&mut *on).await?.is_empty() {
        return Ok(());
    }
    for statement in DROP {
        let drop = query(statement).bind(campaign).bind(&named);
        drop.execute(&mut *on).await?;
    }
    Ok(())
}

fn member(row: &PgRow) -> Result<FrozenMember, Error> {
    Ok(audience::member(row.try_get(0)?, row.try_get(1)?)?)
}

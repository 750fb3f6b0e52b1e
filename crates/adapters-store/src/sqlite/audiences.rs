//! Keeping frozen audiences.

use pregon_core::{
    CampaignId, CampaignRecord, Cursor, CustomerId, FrozenId, FrozenMember, JourneyId, Page,
};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::batch::{Batch, Bound};
use super::conn::Writer;
use super::error::Error;
use super::json::numbers;
use crate::kept::audience;
use crate::kept::flaw::Flaw;

const BEGIN: &str = "INSERT INTO audience (campaign, journey, in_use) VALUES (?1, ?2, 0)";

pub(super) const IS_OPEN: &str = "SELECT 1 FROM audience WHERE audience = ?1 AND in_use = 0";

/// Returns a row for each that is new.
pub(super) static ADD: Batch = Batch::new(
    "INSERT INTO member (audience, customer, profile) VALUES ",
    "(?,?,?)",
    " ON CONFLICT DO NOTHING RETURNING 1",
);

pub(super) static FIND: Batch = Batch::new(
    "WITH v(audience, customer) AS (VALUES ",
    "(?,?)",
    ") SELECT m.customer, m.profile FROM v CROSS JOIN member m \
     ON m.audience = v.audience AND m.customer = v.customer",
);

pub(super) const PAGE: &str = "SELECT customer, profile FROM member \
     WHERE audience = ?1 AND customer > ?2 ORDER BY customer LIMIT ?3";

pub(super) const TAKE: &str = "UPDATE audience SET in_use = 1 \
     WHERE campaign = ?1 AND audience IN (SELECT value FROM json_each(?2))";

macro_rules! others {
    ($from:literal) => {
        concat!(
            "DELETE FROM ",
            $from,
            " WHERE audience IN (SELECT a.audience FROM audience a WHERE a.campaign = ?1 \
             AND a.audience NOT IN (SELECT value FROM json_each(?2)))"
        )
    };
}
pub(super) const DROP_MEMBERS: &str = others!("member");
pub(super) const DROP: &str = others!("audience");

const DROP_UNFINISHED: [&str; 2] = [
    "DELETE FROM member WHERE audience IN (SELECT audience FROM audience WHERE in_use = 0)",
    "DELETE FROM audience WHERE in_use = 0",
];

/// Begins an audience that nobody uses yet.
pub(super) async fn begin(
    writer: &mut Writer,
    campaign: &CampaignId,
    journey: &JourneyId,
) -> Result<FrozenId, Error> {
    let begun = sqlx::query(BEGIN)
        .bind(campaign.as_str())
        .bind(journey.as_str())
        .execute(&mut writer.on)
        .await?;
    Ok(audience::id(begun.last_insert_rowid())?)
}

/// Adds members to an audience that nobody uses yet; gives how many are new.
pub(super) async fn add(
    writer: &mut Writer,
    to: FrozenId,
    members: &[FrozenMember],
) -> Result<u64, Error> {
    let audience = audience::number(to)?;
    let open = sqlx::query(IS_OPEN)
        .bind(audience)
        .fetch_optional(&mut writer.on)
        .await?;
    if open.is_none() {
        return Err(Flaw::Overtaken.into());
    }
    let rows: Result<Vec<_>, Flaw> = members.iter().map(written).collect();
    let bind = |to: Bound, (customer, profile): &(&str, Option<String>)| {
        to.bind(audience)
            .bind((*customer).to_owned())
            .bind(profile.clone())
    };
    let new = ADD.run(&mut writer.on, &rows?, bind).await?;
    Ok(new.len() as u64)
}

fn written(member: &FrozenMember) -> Result<(&str, Option<String>), Flaw> {
    Ok((member.customer.as_str(), audience::profile(member)?))
}

/// A page of the members in the order of their ids.
pub(super) async fn page(
    on: &mut SqliteConnection,
    of: FrozenId,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<FrozenMember>, Error> {
    let rows = sqlx::query(PAGE)
        .bind(audience::number(of)?)
        .bind(audience::after(after)?)
        .bind(i64::from(limit) + 1)
        .fetch_all(on)
        .await?;
    audience::page(&rows, limit, member)
}

/// Those of some people who are members.
pub(super) async fn find(
    on: &mut SqliteConnection,
    of: FrozenId,
    ids: &[CustomerId],
) -> Result<Vec<FrozenMember>, Error> {
    let audience = audience::number(of)?;
    let bind = |to: Bound, id: &CustomerId| to.bind(audience).bind(id.as_str().to_owned());
    let rows = FIND.run(on, ids, bind).await?;
    rows.iter().map(member).collect()
}

/// Makes the audiences that a campaign names its own, and drops its others.
pub(super) async fn take_into_use(
    writer: &mut Writer,
    record: &CampaignRecord,
) -> Result<(), Error> {
    let campaign = record.campaign().id.as_str();
    let named = audience::named(record)?;
    let count = named.len() as u64;
    let named = numbers(named);
    let taken = sqlx::query(TAKE)
        .bind(campaign)
        .bind(&*named)
        .execute(&mut writer.on)
        .await?;
    if taken.rows_affected() != count {
        return Err(Flaw::Overtaken.into());
    }
    for statement in [DROP_MEMBERS, DROP] {
        sqlx::query(statement)
            .bind(campaign)
            .bind(&*named)
            .execute(&mut writer.on)
            .await?;
    }
    Ok(())
}

/// Drops what a process that is no more has left unfinished. Nobody else may have the file open.
pub(super) async fn drop_unfinished(on: &mut SqliteConnection) -> Result<(), Error> {
    for statement in DROP_UNFINISHED {
        sqlx::query(statement).execute(&mut *on).await?;
    }
    Ok(())
}

fn member(row: &SqliteRow) -> Result<FrozenMember, Error> {
    Ok(audience::member(row.try_get(0)?, row.try_get(1)?)?)
}

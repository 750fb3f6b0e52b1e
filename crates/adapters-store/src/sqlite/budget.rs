//! Reading and writing what campaigns have spent.

use pregon_core::{Ask, Candidate, ChannelName, Spent};
use sqlx::sqlite::SqliteConnection;

use super::conn::Writer;
use super::desk;
use super::error::Error;
use crate::kept::desk::Desk;
use crate::kept::flaw::Flaw;
use crate::kept::gate::Case;
use crate::kept::purse::Purse;

pub(super) const SPENT: &str = "SELECT messages, money FROM spent WHERE campaign = ?1";

const BEGIN: &str = "INSERT INTO spent (campaign, messages, money) VALUES (?1, ?2, ?3)";

/// The states in which a dispatch counts; a test in `wire` holds them.
pub(super) const COUNTS: &str = "SELECT r.channel, count(*) FROM route r CROSS JOIN dispatch d \
     ON d.route = r.route WHERE r.campaign = ?1 AND d.state IN (1, 2, 3, 5) GROUP BY r.channel";

pub(super) const CHANGE: &str =
    "UPDATE spent SET messages = messages + ?2, money = money + ?3 WHERE campaign = ?1";

/// Learns what the campaigns of these cases have spent; one whose budget is new is counted.
pub(super) async fn learn(
    writer: &mut Writer,
    desk: &mut Desk,
    ask: &Ask,
    cases: &[Case<'_>],
) -> Result<(), Error> {
    for (campaign, candidate) in Purse::asked(cases) {
        let read = sqlx::query_as(SPENT).bind(campaign.as_str().to_owned());
        let read: Option<(i64, i64)> = read.fetch_optional(&mut writer.on).await?;
        let spent = match read {
            Some((messages, money)) => Spent {
                messages: u64::try_from(messages).map_err(|_| Flaw::Damaged("spent below zero"))?,
                money,
            },
            None => {
                // What was settled in this turn is counted as it stands by now.
                desk::write(writer, desk).await?;
                begin(&mut writer.on, ask, candidate).await?
            }
        };
        desk.purse.learn(campaign, spent);
    }
    Ok(())
}

async fn begin(on: &mut SqliteConnection, ask: &Ask, like: &Candidate) -> Result<Spent, Error> {
    let campaign = like.campaign.as_str();
    let counts = sqlx::query_as(COUNTS).bind(campaign.to_owned());
    let counts: Vec<(String, i64)> = counts.fetch_all(&mut *on).await?;
    let counted = |(channel, count): (String, i64)| {
        let channel = ChannelName::new(channel);
        let channel = channel.map_err(|_| Flaw::Damaged("a channel has a name that is none"))?;
        Ok((channel, count.unsigned_abs()))
    };
    let counts: Result<Vec<_>, Flaw> = counts.into_iter().map(counted).collect();
    let spent = Purse::past(&*ask.judge, like, &counts?);
    sqlx::query(BEGIN)
        .bind(campaign.to_owned())
        .bind(i64::try_from(spent.messages).unwrap_or(i64::MAX))
        .bind(spent.money)
        .execute(on)
        .await?;
    Ok(spent)
}

/// Writes what was changed.
pub(super) async fn write(on: &mut SqliteConnection, desk: &mut Desk) -> Result<(), Error> {
    for (campaign, (messages, money)) in desk.purse.take_changes() {
        let change = sqlx::query(CHANGE).bind(campaign.as_str().to_owned());
        change.bind(messages).bind(money).execute(&mut *on).await?;
    }
    Ok(())
}

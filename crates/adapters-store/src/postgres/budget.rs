//! Reading and writing what campaigns have spent.
//!
//! The row of a campaign is the last thing that a turn locks, after the gates and in the order of
//! campaigns, and it stays locked until the turn commits: two workers never spend the same rest.

use pregon_core::{Ask, Candidate, ChannelName, Spent};
use sqlx::postgres::PgConnection;

use super::error::Error;
use super::statement::{query, query_as};
use crate::kept::desk::Desk;
use crate::kept::flaw::Flaw;
use crate::kept::gate::Case;
use crate::kept::purse::Purse;

const SPENT: &str = "SELECT messages, money FROM spent WHERE campaign = $1 FOR UPDATE";

/// Of two workers that meet a new budget one counts, and the other waits for its row.
const BEGIN: &str = "INSERT INTO spent (campaign, messages, money) VALUES ($1, $2, $3) \
     ON CONFLICT (campaign) DO NOTHING";

/// The states in which a dispatch counts; a test in `wire` holds them.
const COUNTS: &str = "SELECT r.channel, count(*) FROM route r JOIN dispatch d \
     ON d.route = r.route WHERE r.campaign = $1 AND d.state IN (1, 2, 3, 5) GROUP BY r.channel";

const CHANGE: &str =
    "UPDATE spent SET messages = messages + $2, money = money + $3 WHERE campaign = $1";

/// Learns what the campaigns of these cases have spent; one whose budget is new is counted. What
/// was settled in this turn must be written by now.
pub(super) async fn learn(
    on: &mut PgConnection,
    desk: &mut Desk,
    ask: &Ask,
    cases: &[Case<'_>],
) -> Result<(), Error> {
    for (campaign, candidate) in Purse::asked(cases) {
        let mut read = read(on, campaign.as_str()).await?;
        if read.is_none() {
            begin(on, ask, candidate).await?;
            read = self::read(on, campaign.as_str()).await?;
        }
        let (messages, money) = read.ok_or(Flaw::Damaged("a budget was not kept"))?;
        let messages = u64::try_from(messages).map_err(|_| Flaw::Damaged("spent below zero"))?;
        desk.purse.learn(campaign, Spent { messages, money });
    }
    Ok(())
}

async fn read(on: &mut PgConnection, campaign: &str) -> Result<Option<(i64, i64)>, Error> {
    Ok(query_as(SPENT).bind(campaign).fetch_optional(on).await?)
}

async fn begin(on: &mut PgConnection, ask: &Ask, like: &Candidate) -> Result<(), Error> {
    let campaign = like.campaign.as_str();
    let counts = query_as(COUNTS).bind(campaign);
    let counts: Vec<(String, i64)> = counts.fetch_all(&mut *on).await?;
    let counted = |(channel, count): (String, i64)| {
        let channel = ChannelName::new(channel);
        let channel = channel.map_err(|_| Flaw::Damaged("a channel has a name that is none"))?;
        Ok((channel, count.unsigned_abs()))
    };
    let counts: Result<Vec<_>, Flaw> = counts.into_iter().map(counted).collect();
    let spent = Purse::past(&*ask.judge, like, &counts?);
    let begin = query(BEGIN).bind(campaign);
    let begin = begin.bind(i64::try_from(spent.messages).unwrap_or(i64::MAX));
    begin.bind(spent.money).execute(on).await?;
    Ok(())
}

/// Writes what was changed.
pub(super) async fn write(on: &mut PgConnection, desk: &mut Desk) -> Result<(), Error> {
    for (campaign, (messages, money)) in desk.purse.take_changes() {
        let change = query(CHANGE).bind(campaign.as_str());
        change.bind(messages).bind(money).execute(&mut *on).await?;
    }
    Ok(())
}

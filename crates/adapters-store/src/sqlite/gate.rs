//! Reading what the gate has to know of each that wants to begin.
//!
//! All of it is read inside the turn's transaction, which is the only one that writes, so nothing
//! can change between this and the decision.

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::batch::{Batch, Bound};
use super::conn::Writer;
use super::error::Error;
use super::schedule::ADDRESS_KEYS;
use crate::kept::flaw::Flaw;
use crate::kept::gate::{Case, Evidence};
use crate::kept::wire;

pub(super) static LOOK: Batch = Batch::new(
    "WITH v(n, subject, since) AS MATERIALIZED (VALUES ",
    "(?,?,?)",
    ") SELECT v.n, h.at, h.rules, NULL, NULL FROM v CROSS JOIN hold h \
       ON h.subject = v.subject AND h.at >= v.since \
     UNION ALL \
     SELECT v.n, NULL, p.word, p.channel, p.purpose FROM v CROSS JOIN preference p \
       ON p.subject = v.subject",
);

/// Reads what the tables say of the cases.
pub(super) async fn gather(
    writer: &mut Writer,
    cases: &[Case<'_>],
    now: DateTime<Utc>,
) -> Result<Evidence, Error> {
    let mut evidence = Evidence::default();
    let keys: Vec<[u8; 16]> = cases.iter().filter_map(|it| it.ready.address_key).collect();
    let bind = |to: Bound, key: &[u8; 16]| to.bind(key.to_vec());
    for row in ADDRESS_KEYS.run(&mut writer.on, &keys, bind).await? {
        let key = wire::bytes16(row.try_get(0)?)?;
        evidence.owners.insert(key, row.try_get(1)?);
    }

    let asked = Evidence::asked(cases, now);
    let numbered: Vec<(i64, &[u8], i64)> = (0..)
        .zip(&asked)
        .map(|(n, (place, since))| (n, *place, *since))
        .collect();
    let bind = |to: Bound, (n, place, since): &(i64, &[u8], i64)| {
        to.bind(*n).bind(place.to_vec()).bind(*since)
    };
    for row in LOOK.run(&mut writer.on, &numbered, bind).await? {
        let n: i64 = row.try_get(0)?;
        let place = usize::try_from(n).ok().and_then(|n| asked.get(n));
        let (place, _) = place.ok_or(Flaw::Damaged("an answer to no question"))?;
        add(&mut evidence, place, &row)?;
    }
    Ok(evidence)
}

fn add(evidence: &mut Evidence, place: &[u8], row: &SqliteRow) -> Result<(), Error> {
    let at: Option<i64> = row.try_get(1)?;
    if let Some(at) = at {
        evidence.learn_taken(place, wire::instant(at)?, row.try_get(2)?);
        return Ok(());
    }
    let scope = wire::scope(row.try_get(3)?, row.try_get(4)?)?;
    evidence.learn_word(place, scope, wire::word(row.try_get(2)?));
    Ok(())
}

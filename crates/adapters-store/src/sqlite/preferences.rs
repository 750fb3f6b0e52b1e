//! Keeping what people allow and refuse.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use pregon_core::{
    AddressHash, ChannelName, CustomerId, Preference, PreferenceEntry, Recorded, Subject,
};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

use super::batch::{Batch, Bound};
use super::conn::Writer;
use super::error::Error;
use super::{schedule, wire};
use crate::kept::flaw::Flaw;

pub(super) static SAY: Batch = Batch::new(
    "INSERT INTO word (subject, channel, purpose, word, source, wording, at) VALUES ",
    "(?,?,?,?,?,?,?)",
    "",
);

pub(super) static HOLDS: Batch = Batch::new(
    "INSERT INTO preference (subject, channel, purpose, word) VALUES ",
    "(?,?,?,?)",
    " ON CONFLICT DO UPDATE SET word = excluded.word",
);

/// What is in flight is few: as many as a turn lets begin.
pub(super) const IN_FLIGHT: &str =
    "SELECT d.customer, d.address FROM dispatch d WHERE d.epoch IS NOT NULL AND d.state = 2";

pub(super) const HISTORY: &str = "SELECT channel, purpose, word, source, wording, at FROM word \
     WHERE subject = ?1 ORDER BY entry";

/// Records words, all or none.
pub(super) async fn record(
    writer: &mut Writer,
    words: &[Preference],
    now: DateTime<Utc>,
) -> Result<Recorded, Error> {
    schedule::saw(writer, now).await?;
    let said = |to: Bound, it: &Preference| {
        bind_scope(to, it)
            .bind(wire::word_code(it.word))
            .bind(it.source.clone())
            .bind(it.wording.clone())
            .bind(wire::micros(now))
    };
    SAY.run(&mut writer.on, words, said).await?;
    let holds = |to: Bound, it: &Preference| bind_scope(to, it).bind(wire::word_code(it.word));
    HOLDS.run(&mut writer.on, words, holds).await?;

    let subjects: HashSet<&Subject> = words.iter().map(|word| &word.subject).collect();
    let mut in_flight = 0;
    for row in sqlx::query(IN_FLIGHT).fetch_all(&mut writer.on).await? {
        let customer = CustomerId::new(row.try_get::<String, _>(0)?);
        let customer = customer.map_err(|_| Flaw::Damaged("a customer has no name"))?;
        let address: Option<&[u8]> = row.try_get(1)?;
        let address = address.map(wire::bytes16).transpose()?;
        let address = address.map(|hash| Subject::Address(AddressHash::from_bytes(hash)));
        let spoken_of = subjects.contains(&Subject::Customer(customer))
            || address.is_some_and(|address| subjects.contains(&address));
        in_flight += u64::from(spoken_of);
    }
    Ok(Recorded { in_flight })
}

fn bind_scope(to: Bound, it: &Preference) -> Bound {
    let channel = it.scope.channel.as_ref().map_or("", ChannelName::as_str);
    to.bind(wire::place(&it.subject))
        .bind(channel.to_owned())
        .bind(it.scope.purpose.as_str().to_owned())
}

/// Every word of a subject, oldest first.
pub(super) async fn history(
    on: &mut SqliteConnection,
    subject: &Subject,
) -> Result<Vec<PreferenceEntry>, Error> {
    let rows = sqlx::query(HISTORY)
        .bind(wire::place(subject))
        .fetch_all(on)
        .await?;
    let entry = |row: &sqlx::sqlite::SqliteRow| {
        let preference = Preference {
            subject: subject.clone(),
            scope: wire::scope(row.try_get(0)?, row.try_get(1)?)?,
            word: wire::word(row.try_get(2)?),
            source: row.try_get(3)?,
            wording: row.try_get(4)?,
        };
        let at = wire::instant(row.try_get(5)?)?;
        Ok(PreferenceEntry { preference, at })
    };
    rows.iter().map(entry).collect()
}

//! Keeping what people allow and refuse.

use chrono::{DateTime, Utc};
use pregon_core::{Fact, HashKey, Link, Preference, PreferenceEntry, Recorded, Subject};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

use super::batch::{Batch, Bound};
use super::conn::Writer;
use super::error::Error;
use super::events;
use super::turn::high_water;
use crate::kept::wire;
use crate::kept::word::{self, Spoken};

pub(super) static SAY: Batch = Batch::new(
    "INSERT INTO word (subject, channel, purpose, word, source, wording, at, link) VALUES ",
    "(?,?,?,?,?,?,?,?)",
    "",
);

/// The last word of all: links begin somewhere and end nowhere.
pub(super) const LAST: &str = "SELECT link FROM word WHERE entry = (SELECT max(entry) FROM word)";

pub(super) static HOLDS: Batch = Batch::new(
    "INSERT INTO preference (subject, channel, purpose, word, at) VALUES ",
    "(?,?,?,?,?)",
    " ON CONFLICT DO UPDATE SET word = excluded.word, at = excluded.at",
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
    key: &HashKey,
) -> Result<Recorded, Error> {
    // Not before what the ledger has seen, so that what had begun by now began before the word.
    let seen = high_water(&mut writer.on).await?;
    let at = seen.map_or(now, |seen| seen.max(now));
    say(writer, words, at, key).await?;

    let spoken = Spoken::of(words);
    let mut in_flight = 0;
    for row in sqlx::query(IN_FLIGHT).fetch_all(&mut writer.on).await? {
        in_flight += u64::from(spoken.meets(row.try_get(0)?, row.try_get(1)?)?);
    }
    Ok(Recorded { in_flight })
}

/// Keeps words at the end of the chain, and as those that hold.
pub(super) async fn say(
    writer: &mut Writer,
    words: &[Preference],
    at: DateTime<Utc>,
    key: &HashKey,
) -> Result<(), Error> {
    let last: Option<Option<Vec<u8>>> = sqlx::query_scalar(LAST)
        .fetch_optional(&mut writer.on)
        .await?;
    let last = word::link(last.flatten().as_deref())?;
    let links = word::links(words, at, key, last);
    let linked: Vec<(&Preference, Link)> = words.iter().zip(links).collect();
    let (when, at) = (at, wire::micros(at));
    let said = |to: Bound, (it, link): &(&Preference, Link)| {
        bind_scope(to, it)
            .bind(wire::word_code(it.word))
            .bind(it.source.clone())
            .bind(it.wording.clone())
            .bind(at)
            .bind(link.as_bytes().to_vec())
    };
    SAY.run(&mut writer.on, &linked, said).await?;
    let holds = |to: Bound, it: &Preference| {
        let word = wire::word_code(it.word);
        bind_scope(to, it).bind(word).bind(at)
    };
    HOLDS.run(&mut writer.on, words, holds).await?;
    let mut news = events::news(&mut writer.on).await?;
    words.iter().for_each(|it| news.tell(|| Fact::word(it)));
    events::tell(&mut writer.on, &news, when).await
}

fn bind_scope(to: Bound, it: &Preference) -> Bound {
    let (channel, purpose) = wire::scope_texts(&it.scope);
    to.bind(wire::place(&it.subject))
        .bind(channel.to_owned())
        .bind(purpose.to_owned())
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

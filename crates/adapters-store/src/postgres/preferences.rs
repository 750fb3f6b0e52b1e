//! Keeping what people allow and refuse.
//!
//! Whoever says a word takes the gates of those it speaks of and waits for no row of `dispatch`;
//! once it has returned, nothing begins against the word. Words hang on each other, so whoever says
//! one holds the end of the chain until its transaction has ended, after the gates and for two
//! statements; turns read the words that hold, and never wait for it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use pregon_core::{Fact, HashKey, Preference, PreferenceEntry, Recorded, Subject};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::error::Error;
use super::row::free_text;
use super::statement::{query, query_scalar};
use super::turn::high_water;
use super::{events, gate};
use crate::kept::flaw::Flaw;
use crate::kept::wire;
use crate::kept::word::{self, Spoken};

/// The end of the chain: a lock of the transaction, on a row that nobody else locks.
const HOLD_CHAIN: &str = "SELECT 1 FROM store WHERE one = 1 FOR NO KEY UPDATE";

/// The last word of all: links begin somewhere and end nowhere.
const LAST: &str = "SELECT link FROM word ORDER BY entry DESC LIMIT 1";

const SAY: &str = "INSERT INTO word (subject, channel, purpose, word, source, wording, link, at) \
     SELECT v.subject, v.channel, v.purpose, v.word, v.source, v.wording, v.link, $8 \
     FROM unnest($1::bytea[], $2::text[], $3::text[], $4::smallint[], $5::bytea[], $6::bytea[], \
     $7::bytea[]) WITH ORDINALITY \
     AS v(subject, channel, purpose, word, source, wording, link, n) ORDER BY v.n";

const HOLDS: &str = "INSERT INTO preference (subject, channel, purpose, word, at) SELECT v.*, $5 \
     FROM unnest($1::bytea[], $2::text[], $3::text[], $4::smallint[]) \
     AS v(subject, channel, purpose, word) ON CONFLICT (subject, channel, purpose) \
     DO UPDATE SET word = excluded.word, at = excluded.at";

/// What is in flight is few: as many as turns let begin.
const IN_FLIGHT: &str =
    "SELECT d.customer, d.address FROM dispatch d WHERE d.epoch IS NOT NULL AND d.state = 2";

const HISTORY: &str = "SELECT channel, purpose, word, source, wording, at FROM word \
     WHERE subject = $1 ORDER BY entry";

/// Records words, all or none.
pub(super) async fn record(
    on: &mut PgConnection,
    words: &[Preference],
    now: DateTime<Utc>,
    key: &HashKey,
) -> Result<Recorded, Error> {
    let gates: BTreeSet<Vec<u8>> = words.iter().map(|it| wire::place(&it.subject)).collect();
    let gates: Vec<Vec<u8>> = gates.into_iter().collect();
    query(gate::TAKE).bind(gates).execute(&mut *on).await?;
    // Read by a statement after the gates: what had begun to those spoken of began before the word.
    let seen = high_water(on).await?;
    let at = seen.map_or(now, |seen| seen.max(now));
    // In flight first, so that the chain is held for a moment only.
    let in_flight = in_flight(on, words).await?;
    say(on, words, at, key).await?;
    Ok(Recorded { in_flight })
}

/// Keeps words at the end of the chain, and as those that hold. Whoever says them has taken the
/// gates.
pub(super) async fn say(
    on: &mut PgConnection,
    words: &[Preference],
    at: DateTime<Utc>,
    key: &HashKey,
) -> Result<(), Error> {
    if words.is_empty() {
        return Ok(());
    }
    let said: Vec<Said<'_>> = words.iter().map(Said::of).collect();
    // Of several words in one scope the last one holds; a statement writes each row once.
    let holds: BTreeMap<_, i16> = said.iter().map(|it| (it.scope(), it.word())).collect();
    let (scopes, holds): (Columns<'_>, Vec<i16>) = holds.into_iter().unzip();
    query(HOLDS)
        .bind(scopes.0)
        .bind(scopes.1)
        .bind(scopes.2)
        .bind(holds)
        .bind(wire::micros(at))
        .execute(&mut *on)
        .await?;
    query(HOLD_CHAIN).execute(&mut *on).await?;
    // Read by a statement after the lock.
    let last: Option<Option<Vec<u8>>> = query_scalar(LAST).fetch_optional(&mut *on).await?;
    let last = word::link(last.flatten().as_deref())?;
    let links = word::links(words, at, key, last);
    let links = links.iter().map(|link| link.as_bytes().to_vec()).collect();
    keep(on, &said, links, at).await?;
    let mut news = events::news(on).await?;
    words.iter().for_each(|it| news.tell(|| Fact::word(it)));
    events::tell(on, &news, at).await
}

/// Places, channels and purposes.
type Columns<'a> = (Vec<&'a [u8]>, Vec<&'a str>, Vec<&'a str>);

/// A word as the columns hold it.
struct Said<'a> {
    it: &'a Preference,
    place: Vec<u8>,
}

impl<'a> Said<'a> {
    fn of(it: &'a Preference) -> Self {
        let place = wire::place(&it.subject);
        Self { it, place }
    }

    fn scope(&self) -> (&[u8], &str, &str) {
        let (channel, purpose) = wire::scope_texts(&self.it.scope);
        (&self.place, channel, purpose)
    }

    fn word(&self) -> i16 {
        wire::word_code(self.it.word) as i16
    }
}

async fn keep(
    on: &mut PgConnection,
    said: &[Said<'_>],
    links: Vec<Vec<u8>>,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let (places, channels, purposes): Columns<'_> = said.iter().map(Said::scope).collect();
    let source = |said: &Said<'_>| said.it.source.as_bytes().to_vec();
    let wording = |said: &Said<'_>| {
        let wording = said.it.wording.as_ref();
        wording.map(|text| text.as_bytes().to_vec())
    };
    query(SAY)
        .bind(places)
        .bind(channels)
        .bind(purposes)
        .bind(said.iter().map(Said::word).collect::<Vec<_>>())
        .bind(said.iter().map(source).collect::<Vec<_>>())
        .bind(said.iter().map(wording).collect::<Vec<_>>())
        .bind(links)
        .bind(wire::micros(at))
        .execute(on)
        .await?;
    Ok(())
}

/// How many messages to those spoken of are on their way.
async fn in_flight(on: &mut PgConnection, words: &[Preference]) -> Result<u64, Error> {
    let spoken = Spoken::of(words);
    let mut in_flight = 0;
    for row in query(IN_FLIGHT).fetch_all(on).await? {
        in_flight += u64::from(spoken.meets(row.try_get(0)?, row.try_get(1)?)?);
    }
    Ok(in_flight)
}

/// Every word of a subject, oldest first.
pub(super) async fn history(
    on: &mut PgConnection,
    subject: &Subject,
) -> Result<Vec<PreferenceEntry>, Error> {
    let rows = query(HISTORY).bind(wire::place(subject));
    let entry = |row: &PgRow| {
        let source = free_text(row.try_get(3)?)?;
        let preference = Preference {
            subject: subject.clone(),
            scope: wire::scope(row.try_get(0)?, row.try_get(1)?)?,
            word: wire::word(row.try_get::<i16, _>(2)?.into()),
            source: source.ok_or(Flaw::Damaged("a word has no source"))?,
            wording: free_text(row.try_get(4)?)?,
        };
        let at = wire::instant(row.try_get(5)?)?;
        Ok(PreferenceEntry { preference, at })
    };
    rows.fetch_all(on).await?.iter().map(entry).collect()
}

//! Pages of the books: what rows, words and places say to whoever audits them.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use pregon_core::{
    BookEntry, Cursor, DispatchId, Heard, KnownLimit, LimitId, Page, Place, PreferenceScope,
    Standing, Subject, Word, Zone,
};

use super::flaw::Flaw;
use super::hear;
use super::row::Row;
use super::sets::Sets;
use super::wire;

/// A word that holds, and since when.
type Said = (PreferenceScope, Word, DateTime<Utc>);

/// What other tables have of some rows.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// The words that hold, by the places of their subjects.
    words: HashMap<Vec<u8>, Vec<Said>>,
    /// What came back, by the rows; none of whom nothing did.
    heard: HashMap<i64, Heard>,
}

impl Beside {
    /// The places of the persons and addresses of these rows, each once, in order.
    pub(crate) fn asked(rows: &[Row]) -> Vec<Vec<u8>> {
        let all: BTreeSet<Vec<u8>> = rows.iter().flat_map(subjects).collect();
        all.into_iter().collect()
    }

    /// Learns a word.
    pub(crate) fn said(&mut self, place: &[u8], said: Said) {
        self.words.entry(place.to_vec()).or_default().push(said);
    }

    /// Learns what came back of a row, by the bits of its column.
    pub(crate) fn came_back(&mut self, row: i64, bits: i64) -> Result<(), Flaw> {
        self.heard.insert(row, hear::heard(bits)?);
        Ok(())
    }

    fn words(&self, row: &Row) -> Vec<Said> {
        let own = subjects(row).filter_map(|place| self.words.get(&place));
        own.flatten().cloned().collect()
    }
}

fn subjects(row: &Row) -> impl Iterator<Item = Vec<u8>> + use<> {
    let person = Some(Subject::Customer(row.customer.clone()));
    let all = [person, row.address.map(Subject::Address)];
    all.into_iter()
        .flatten()
        .map(|subject| wire::place(&subject))
}

/// A page of the rows that a statement brought: one more than the limit where there are more.
pub(crate) fn these(rows: &[Row], limit: u32) -> (&[Row], Option<Cursor>) {
    let (these, more) = rows.split_at(rows.len().min(limit as usize));
    let last = these.last().filter(|_| !more.is_empty());
    (these, last.map(|row| Cursor::new(row.row.to_string())))
}

/// A row as the books show it.
pub(crate) fn entry(row: &Row, beside: &Beside) -> Result<BookEntry, Flaw> {
    let held_by = row.epoch.map(u64::try_from).transpose();
    Ok(BookEntry {
        view: row.view()?,
        class: row.route.class,
        brand: row.route.brand.clone(),
        fence: row.fence,
        held_by: held_by.map_err(|_| Flaw::Damaged("an epoch is negative"))?,
        first_at: row.first_at,
        not_after: row.not_after,
        address: row.address,
        zone: row.zone,
        heard: beside.heard.get(&row.row).copied().unwrap_or_default(),
        words: beside.words(row),
    })
}

/// A place as its columns hold it.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) place: Vec<u8>,
    pub(crate) at: i64,
    pub(crate) row: i64,
    /// The set of limits that count it.
    pub(crate) set: i64,
    /// Its dispatch, if it is there: key, standing, and zone.
    pub(crate) dispatch: Option<([u8; 16], Standing, Option<Zone>)>,
}

/// After which place a page begins: subject, instant and row.
pub(crate) fn after(cursor: Option<&Cursor>) -> Result<(Vec<u8>, i64, i64), Flaw> {
    let Some(cursor) = cursor else {
        // No subject is empty, so all come after this.
        return Ok((Vec::new(), i64::MIN, i64::MIN));
    };
    let read = || {
        let (at, rest) = cursor.as_str().split_once(' ')?;
        let (row, place) = rest.split_once(' ')?;
        Some((unhex(place)?, at.parse().ok()?, row.parse().ok()?))
    };
    read().ok_or(Flaw::Cursor)
}

/// A page of the places that a statement brought: one more than the limit where there are more.
pub(crate) fn places(held: &[Held], limit: u32, sets: &Sets) -> Result<Page<Place>, Flaw> {
    let (these, more) = held.split_at(held.len().min(limit as usize));
    let last = these.last().filter(|_| !more.is_empty());
    let cursor = |it: &Held| Cursor::new(format!("{} {} {}", it.at, it.row, hex(&it.place)));
    let items: Result<_, Flaw> = these.iter().map(|it| place(it, sets)).collect();
    Ok(Page {
        items: items?,
        next: last.map(cursor),
    })
}

fn place(held: &Held, sets: &Sets) -> Result<Place, Flaw> {
    let dispatch = held.dispatch;
    Ok(Place {
        subject: wire::code(&held.place)?,
        at: wire::instant(held.at)?,
        dispatch: dispatch.map(|(key, standing, zone)| {
            let id = DispatchId::from_bytes(key);
            (id, standing, zone)
        }),
        rules: sets.limits(held.set)?,
    })
}

/// A limit that is known, as its columns hold it.
pub(crate) fn known(rule: String, law: String, since: i64) -> Result<KnownLimit, Flaw> {
    let rule = LimitId::new(rule);
    Ok(KnownLimit {
        rule: rule.map_err(|_| Flaw::Damaged("a limit has a name that is none"))?,
        law,
        since: wire::instant(since)?,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: &u8| char::from(*digit).to_digit(16);
    let byte = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
        _ => None,
    };
    text.as_bytes().chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pregon_core::CustomerId;

    fn held(place: &[u8]) -> Held {
        Held {
            place: place.to_vec(),
            at: -7,
            row: 3,
            set: 1,
            dispatch: None,
        }
    }

    #[test]
    fn a_page_of_places_goes_on_where_it_ended() {
        let mut sets = Sets::default();
        sets.know(1, "day week".into());
        let subject = Subject::Customer(CustomerId::new("Ñ 1").unwrap());
        let all = [held(&wire::place(&subject)), held(b"x0123456789abcdef")];
        let page = places(&all, 1, &sets).unwrap();
        assert_eq!(page.items[0].subject, subject.code());
        assert_eq!(page.items[0].rules.len(), 2);
        let next = page.next.unwrap();
        let wanted = (wire::place(&subject), -7, 3);
        assert_eq!(after(Some(&next)), Ok(wanted));
        let last = places(&all, 2, &sets).unwrap();
        assert_eq!(last.next, None);
        assert_eq!(last.items[1].subject, *b"0123456789abcdef");
        for foreign in ["", "1 2", "1 2 zz", "1 2 6", "a 2 63", "ñ ñ ñ"] {
            assert_eq!(after(Some(&Cursor::new(foreign))), Err(Flaw::Cursor));
        }
    }

    #[test]
    fn a_place_in_a_set_that_is_not_there_is_damage() {
        let sets = Sets::default();
        assert!(places(&[held(b"c1")], 1, &sets).is_err());
    }
}

//! The books of the memory store.

use async_trait::async_trait;

use super::MemoryStore;
use super::state::Tables;
use crate::{
    BookEntry, Books, Cursor, CustomerId, Event, KnownLimit, LimitId, Link, Page, Place, PortError,
    PortErrorKind, SealedWord, Subject,
};

impl Tables {
    pub(super) fn entry(&self, n: usize) -> BookEntry {
        let row = &self.rows[n];
        let customer = Subject::Customer(row.plan.key.customer.clone());
        let address = row.plan.address.map(Subject::Address);
        let subjects: Vec<Subject> = [customer].into_iter().chain(address).collect();
        let words = self.standing_words(&subjects).into_iter();
        let words = words.map(|entry| (entry.preference.scope, entry.preference.word, entry.at));
        let sending = (!row.standing.state.is_final() && !row.waits()).then_some(row.begun_in);
        BookEntry {
            view: row.view(),
            class: row.plan.class,
            brand: row.plan.brand.clone(),
            fence: row.fence,
            held_by: row.claimed.or(sending),
            first_at: row.first_at,
            not_after: row.plan.not_after,
            address: row.plan.address,
            zone: row.zone,
            heard: self.reports.of(n),
            words: words.collect(),
        }
    }

    /// Every place, one for each limit that counts it, sorted.
    fn sorted_places(&self) -> Vec<([u8; 16], Place)> {
        let place = |held: &super::state::Held| {
            let row = self.rows.get(held.row);
            let place = Place {
                subject: held.subject,
                at: held.at,
                dispatch: row.map(|row| (row.id, row.standing, row.zone)),
                rules: vec![held.rule.clone()],
            };
            (held.subject, place)
        };
        let mut places: Vec<_> = self.holds.iter().map(place).collect();
        let order = |place: &Place| {
            let rule: Option<LimitId> = place.rules.first().cloned();
            (place.subject, place.at, rule)
        };
        places.sort_by_key(|(_, place)| order(place));
        places
    }
}

fn first(after: Option<&Cursor>) -> Result<usize, PortError> {
    after.map_or(Ok(0), |cursor| {
        let wrong = |error: std::num::ParseIntError| {
            PortError::new("memory", "books", PortErrorKind::Invalid).with_source(error)
        };
        cursor.as_str().parse().map_err(wrong)
    })
}

fn page<T>(items: Vec<T>, first: usize, limit: u32) -> Page<T> {
    let all = items.len();
    let items: Vec<T> = items.into_iter().skip(first).take(limit as usize).collect();
    let end = first + items.len();
    let next = (end < all && !items.is_empty()).then(|| Cursor::new(end.to_string()));
    Page { items, next }
}

#[async_trait]
impl Books for MemoryStore {
    async fn entries<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<BookEntry>, PortError> {
        let first = first(after)?;
        let tables = self.tables();
        let entries = (0..tables.rows.len()).map(|n| tables.entry(n)).collect();
        Ok(page(entries, first, limit))
    }

    async fn places<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Place>, PortError> {
        let first = first(after)?;
        let places = self.tables().sorted_places();
        let places = places.into_iter().map(|(_, place)| place).collect();
        Ok(page(places, first, limit))
    }

    async fn entries_of<'a>(
        &self,
        customer: &CustomerId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<BookEntry>, PortError> {
        let first = first(after)?;
        let tables = self.tables();
        let own = tables.rows.iter().enumerate();
        let own = own.filter(|(_, row)| row.plan.key.customer == *customer);
        let entries = own.map(|(n, _)| tables.entry(n)).collect();
        Ok(page(entries, first, limit))
    }

    async fn places_of<'a>(
        &self,
        subject: &Subject,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Place>, PortError> {
        let (first, code) = (first(after)?, subject.code());
        let places = self.tables().sorted_places().into_iter();
        let own = places.map(|(_, place)| place);
        let own = own.filter(|place| place.subject == code);
        Ok(page(own.collect(), first, limit))
    }

    async fn words<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<(SealedWord, Option<Link>)>, PortError> {
        let first = first(after)?;
        let tables = self.tables();
        let links = tables.links.iter().copied().map(Some);
        let sealed = tables.words.iter();
        let sealed = sealed.map(|entry| SealedWord::of(entry, &self.hash_key));
        Ok(page(sealed.zip(links).collect(), first, limit))
    }

    async fn untold<'a>(
        &self,
        after: Option<&'a Cursor>,
        decisions: u32,
    ) -> Result<Page<Event>, PortError> {
        let first = first(after)?;
        let all = self.tables().news.waiting(&self.hash_key);
        let Page { items, next } = page(all, first, decisions);
        let items = items.into_iter().flat_map(|(_, events)| events).collect();
        Ok(Page { items, next })
    }

    async fn known_limits(&self) -> Result<Vec<KnownLimit>, PortError> {
        Ok(self.tables().limits.values().cloned().collect())
    }
}
